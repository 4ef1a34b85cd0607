"""Git is the public history: what was added, changed and removed is read from it, and nothing in it is run."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from evenhand.register.history import changes, compare, diff, read_revision, revision_of
from evenhand.tables.errors import BadSetting
from tests.register.made_up import as_yaml, files, register, write

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")


def run(repo: Path, *arguments: str) -> str:
    own = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *own, *arguments], cwd=repo, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def repo(tmp_path_factory) -> Path:
    """Two commits: the made-up register, then one claim changed, one added, a flow removed, and a page that is no record."""
    top = tmp_path_factory.mktemp("history")
    run(top, "init", "-q", "-b", "main")
    write(top / "records")
    run(top, "add", ".")
    run(top, "commit", "-qm", "Begin \u202e the register")
    held = files()
    held["systems/crystal-ball"]["claims"]["people"]["value"] = 1500
    held["systems/crystal-ball"]["claims"]["method"] = held["systems/crystal-ball"]["claims"]["purpose"] | {"property": "method", "value": "A list."}
    write(top / "records", held)
    (top / "records/flows/ball-to-prisons.yml").unlink()
    (top / "records/README.md").write_text("x")
    run(top, "add", "-A")
    run(top, "commit", "-qm", "Count again")
    return top


def test_what_each_commit_changed_is_told_newest_first(repo):
    said = [(one.says, one.change, one.kind, one.slug) for one in changes(repo)]
    assert said[:2] == [("Count again", "removed", "flows", "ball-to-prisons"), ("Count again", "changed", "systems", "crystal-ball")]
    assert ("Begin \\u202e the register", "added", "systems", "street-map") in said
    assert len(said) == 2 + len(files())
    assert changes(repo, limit=1) == changes(repo)[:1]
    assert changes(repo / "records") == changes(repo), "a folder in it will do"
    assert changes(repo)[0].revision == revision_of(repo) == run(repo, "rev-parse", "HEAD")


def test_a_difference_is_told_claim_by_claim(repo):
    found = {(one.kind, one.id): one for one in diff(repo, "HEAD~1")}
    assert {key: one.change for key, one in found.items()} == {
        ("claims", "crystal-ball.method"): "added", ("claims", "crystal-ball.people"): "changed", ("flows", "ball-to-prisons"): "removed",
    }  # fmt: skip
    people = found["claims", "crystal-ball.people"]
    assert (people.fields, people.before["value"], people.after["value"]) == (("value",), 1413, 1500)
    assert diff(repo, "main", "HEAD") == []


def test_a_difference_read_backwards_is_its_opposite(repo):
    forwards, backwards = diff(repo, "HEAD~1", "HEAD"), diff(repo, "HEAD", "HEAD~1")
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}
    assert [(one.kind, one.id, opposite[one.change], one.after, one.before) for one in backwards] == [
        (one.kind, one.id, one.change, one.before, one.after) for one in forwards
    ]


def test_a_revision_is_read_without_touching_the_files(repo):
    (repo / "records/systems/street-map.yml").write_text("not yet committed")
    try:
        held, problems = read_revision(repo, "HEAD~1")
        assert not problems
        assert held.systems == register().systems
    finally:
        run(repo, "checkout", "-q", "--", "records/systems/street-map.yml")


NO_REVISIONS = ["nothing", "--output=x", "-h", "HEAD..main", "HEAD;ls", "$(ls)", "", "a b", "HEAD\nmain", "\u202e", ":/Begin", "@{-9}", "x" * 500]


@pytest.mark.parametrize("revision", NO_REVISIONS, ids=ascii)
def test_a_name_of_no_revision_is_a_message(repo, revision):
    with pytest.raises(BadSetting):
        diff(repo, revision)


def test_a_revision_before_there_were_records_is_empty(tmp_path):
    run(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "README.md").write_text("x")
    run(tmp_path, "add", ".")
    run(tmp_path, "commit", "-qm", "Begin")
    assert changes(tmp_path) == []
    assert diff(tmp_path, "HEAD") == []


def test_without_history_there_is_nothing_to_tell(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert changes(tmp_path / "none") == []
    assert revision_of(tmp_path / "none") is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert changes(tmp_path) == []
    assert revision_of(tmp_path) is None
    with pytest.raises(BadSetting, match="or it holds no history"):
        diff(tmp_path, "HEAD")


def test_nothing_that_a_clone_sets_is_run(repo, tmp_path):
    clone = tmp_path / "clone"
    run(tmp_path, "clone", "-q", str(repo), str(clone))
    ran = tmp_path / "ran"
    for setting in ("core.fsmonitor", "core.pager", "pager.log", "diff.external", "core.sshCommand", "gpg.program", "tar.tar.command", "alias.log"):
        run(clone, "config", setting, f"touch {ran}; false")
    (clone / ".git/hooks/post-checkout").write_text(f"#!/bin/sh\ntouch {ran}\n")
    (clone / ".git/hooks/post-checkout").chmod(0o755)
    assert len(changes(clone)) == len(changes(repo))
    assert len(diff(clone, "HEAD~1")) == 3
    assert not ran.exists()


def test_a_link_in_the_history_is_not_followed(tmp_path):
    run(tmp_path, "init", "-q", "-b", "main")
    write(tmp_path / "records")
    (tmp_path / "records/systems/out.yml").symlink_to("/etc/hostname")
    run(tmp_path, "add", ".")
    run(tmp_path, "commit", "-qm", "Begin")
    held, problems = read_revision(tmp_path, "HEAD")
    assert not problems
    assert "out" not in held.systems


def test_registers_are_compared_in_every_kind():
    before = register()
    held = files()
    held["bodies/northshire-police"]["answers"]["foi-2023"]["outcome"] = "refused"
    held["statistics/people-by-group"]["figures"]["all"]["value"] = 1
    held["systems/crystal-ball"]["uses"]["northshire-police"]["unit"] = "Another team"
    held["notes/report"]["notes"][8]["says"] = "Another count."
    held["sources/report"]["title"] = "Another"
    assert [(one.kind, one.id, one.fields) for one in compare(before, register(held))] == [
        ("answers", "northshire-police.foi-2023", ("outcome",)),
        ("figures", "people-by-group.all", ("value",)),
        ("notes", "report.8", ("says",)),
        ("sources", "report", ("title",)),
        ("uses", "crystal-ball.northshire-police", ("unit",)),
    ]


def test_as_yaml_is_what_is_read_back():
    assert register({name: as_yaml(value) for name, value in files().items()}).systems == register().systems
