"""Results appear whole or not at all, and never over somebody else's files."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import tempfile
from pathlib import Path

import pytest

from evenhand.study import outputs
from evenhand.tables.errors import CannotWrite
from tests.house.tree import ROOT
from tests.study.conftest import files_in


class Made:
    """A result of three files."""

    def __init__(self, text: str = "new") -> None:
        self.text = text

    def files(self) -> dict[str, bytes]:
        return {"report.html": self.text.encode(), "tables/a.csv": b"a\n1\n", "manifest.json": b'{"study": "x"}\n'}


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """A folder that holds an earlier run's results."""
    return outputs.write(Made("old"), tmp_path / "out", seconds=1)


def test_a_result_is_written_with_the_hash_of_every_file(tmp_path):
    folder = outputs.write(Made(), tmp_path / "a" / "b" / "out", seconds=1.234)
    assert files_in(folder) == ["manifest.json", "report.html", "tables/a.csv"]
    record = json.loads((folder / "manifest.json").read_text())
    assert record == {
        "study": "x",
        "files": {"report.html": hashlib.sha256(b"new").hexdigest(), "tables/a.csv": hashlib.sha256(b"a\n1\n").hexdigest()},
        "seconds": 1.23,
    }
    assert [path.name for path in folder.parent.iterdir()] == ["out"], "nothing is left beside it"


def test_an_earlier_result_is_replaced_as_one(earlier):
    outputs.write(Made(), earlier, seconds=1)
    assert (earlier / "report.html").read_text() == "new"
    assert [path.name for path in earlier.parent.iterdir()] == ["out"]


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "out").mkdir()
    outputs.write(Made(), tmp_path / "out", seconds=1)
    assert (tmp_path / "out" / "report.html").is_file()


@pytest.mark.parametrize("foreign", ["thesis.txt", "tables/mine.csv", ".hidden"])
def test_files_that_we_did_not_write_are_left_alone(foreign, earlier):
    (earlier / foreign).write_text("years of work")
    with pytest.raises(CannotWrite, match=f"did not write \\({foreign}\\)"):
        outputs.require_writable(earlier)
    assert (earlier / foreign).read_text() == "years of work"


@pytest.mark.parametrize("manifest", ['{"name": "a web app", "icons": []}', "[]", "no JSON", '{"files": 3}'])
def test_a_manifest_of_something_else_does_not_make_a_folder_ours(manifest, tmp_path):
    (tmp_path / "manifest.json").write_text(manifest)
    (tmp_path / "app.js").write_text("x")
    with pytest.raises(CannotWrite, match="did not write"):
        outputs.require_writable(tmp_path)


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(CannotWrite, match="is a file"):
        outputs.require_writable(tmp_path / "out")
    with pytest.raises(CannotWrite, match="cannot be written"):
        outputs.require_writable(tmp_path / "out" / "below")


def test_the_folder_one_stands_in_is_not_pulled_away(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CannotWrite, match="Name a folder within it"):
        outputs.require_writable(".")


def test_a_name_no_file_can_have_is_a_message(tmp_path):
    for name in ("a\0b", "x" * 5000):
        with pytest.raises(CannotWrite, match="cannot be written"):
            outputs.require_writable(tmp_path / name)


def test_a_link_to_a_folder_is_followed(earlier, tmp_path):
    link = tmp_path / "latest"
    link.symlink_to(earlier)
    outputs.write(Made(), link, seconds=1)
    assert link.is_symlink()
    assert (earlier / "report.html").read_text() == "new"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is barred to root")
def test_a_folder_that_takes_no_files_is_a_message(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(CannotWrite, match="Permission denied"):
            outputs.require_writable(tmp_path / "out")
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize("trouble", [OSError(errno.EROFS, "Read-only file system"), OSError(errno.ENOSPC, "No space left on device")])
def test_a_disk_that_is_full_or_read_only_is_a_message_before_any_work(trouble, earlier, monkeypatch):
    def fails(*_: object, **__: object) -> str:
        raise trouble

    monkeypatch.setattr(tempfile, "mkdtemp", fails)
    with pytest.raises(CannotWrite, match=trouble.strerror):
        outputs.require_writable(earlier)


@pytest.mark.parametrize("trouble", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()], ids=["disk full", "Ctrl-C"])
@pytest.mark.parametrize("at", range(3))
def test_trouble_while_a_file_is_written_leaves_the_earlier_result(at, trouble, earlier, monkeypatch):
    write_bytes, written = Path.write_bytes, []

    def fails(path: Path, content: bytes) -> int:
        written.append(path)
        if len(written) > at:
            raise trouble
        return write_bytes(path, content)

    monkeypatch.setattr(Path, "write_bytes", fails)
    with pytest.raises((CannotWrite, KeyboardInterrupt)):
        outputs.write(Made(), earlier, seconds=1)
    assert (earlier / "report.html").read_text() == "old"
    assert [path.name for path in earlier.parent.iterdir()] == ["out"], "no half-written folder is left"


@pytest.mark.parametrize("trouble", [OSError(errno.EIO, "Input/output error"), KeyboardInterrupt()], ids=["disk fault", "Ctrl-C"])
@pytest.mark.parametrize("at", [1, 2])
def test_trouble_while_the_folders_change_places_brings_the_earlier_result_back(at, trouble, earlier, monkeypatch):
    replace, moves = os.replace, []

    def fails(start: Path, end: Path) -> None:
        moves.append(start)
        if len(moves) == at:
            raise trouble
        replace(start, end)

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises((CannotWrite, KeyboardInterrupt)):
        outputs.write(Made(), earlier, seconds=1)
    assert (earlier / "report.html").read_text() == "old"
    assert [path.name for path in earlier.parent.iterdir()] == ["out"]


def test_the_schema_in_the_documentation_is_that_of_findings():
    from evenhand.tables.findings import json_schema

    kept = json.loads((ROOT / "docs" / "findings.schema.json").read_text(encoding="utf-8"))
    assert kept == json_schema(), "write it anew: json.dumps(json_schema(), indent=1, ensure_ascii=False)"
