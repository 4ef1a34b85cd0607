"""Records come from files, and whatever is wrong with one is a message at its line; the others are read all the same."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.register.reading import read_register, read_texts
from tests.register.made_up import AT, PROPERTIES, files, read_problems, register, texts, write


def test_the_made_up_register_is_read_whole():
    held = register()
    assert [len(getattr(held, kind)) for kind in ("systems", "bodies", "sources", "statistics", "contradictions", "refusals", "flows", "requirements")] == [
        2, 3, 1, 1, 1, 1, 1, 1,
    ]  # fmt: skip
    assert sorted(held.notes["report"]) == [7, 8]
    assert [claim_id for claim_id, _, _ in held.claims()][:2] == ["crystal-ball.purpose", "crystal-ball.people"]


def test_files_and_memory_say_the_same(tmp_path):
    on_disk, problems = read_register(write(tmp_path))
    assert not problems
    in_memory = register()
    assert on_disk.systems == in_memory.systems
    assert on_disk.notes == in_memory.notes
    assert on_disk.files["systems", "crystal-ball"][1].line(("kind",)) == in_memory.files["systems", "crystal-ball"][1].line(("kind",)) == 5


def test_several_cores_say_the_same_as_one(tmp_path):
    write(tmp_path, files() | {"systems/bad": "a: &x 1"})
    one, two = read_register(tmp_path, workers=1), read_register(tmp_path, workers=2)
    assert one[0].systems == two[0].systems
    assert list(one[0].systems) == list(two[0].systems)
    assert one[1] == two[1] != []


SYSTEM = files()["systems/street-map"]
CLAIM = {"property": "cost", "value": 5, "unit": "£", "as_of": "2020", "evidence": AT}


def claim(**changes):
    return SYSTEM | {"claims": {"cost": {key: value for key, value in (CLAIM | changes).items() if value != "LEFT OUT"}}}


WRONG = {
    "an unknown key": (SYSTEM | {"colour": "red"}, "`colour`: no such key is known here. `evenhand register schema` lists the keys"),
    "a comma without quotes": ("{title: Map, kind: place, summary: In town, they say., nations: [uk], evidence: {source: report}}", "needs quotes around it"),
    "a key from another language": (SYSTEM | {"__proto__": {"admin": True}}, "`__proto__`: no such key"),
    "a claim's key from another language": (SYSTEM | {"claims": {"__proto__": CLAIM}}, "must be small letters"),
    "a missing key": ({key: value for key, value in SYSTEM.items() if key != "kind"}, "`kind`: is missing. Add it."),
    "a kind nobody knows": (SYSTEM | {"kind": "oracle"}, "`kind`: must be 'place', 'person'"),
    "a list for a record": ([1, 2], "`the record`: must be a mapping"),
    "a word for a record": ("hello", "`the record`: must be a mapping"),
    "a mapping for a text": (SYSTEM | {"title": {"a": 1}}, "`title`: must be text."),
    "an empty title": (SYSTEM | {"title": " "}, "`title`: is empty"),
    "a long title": (SYSTEM | {"title": "x" * 301}, "`title`: is longer than 300 characters"),
    "a script": (SYSTEM | {"summary": "It <script>alert(1)</script>"}, "`summary`: it holds HTML"),
    "a comment in HTML": (SYSTEM | {"summary": "a <!-- b"}, "it holds HTML"),
    "text that runs backwards": (SYSTEM | {"title": "abc\u202edef"}, "turns the direction of writing"),
    "an escape for a terminal": (SYSTEM | {"title": "abc\x1b[31m"}, "control character"),
    "a line that is none": (SYSTEM | {"title": "abc\u2028def"}, "control character"),
    "an address that runs": (SYSTEM | {"claims": {}}, None),
    "no value": (claim(value="LEFT OUT", unit="LEFT OUT"), "`claims.cost`: a claim that is known needs a `value`"),
    "a number without unit": (claim(unit="LEFT OUT"), "`claims.cost`: a number needs a `unit` and `as_of`"),
    "a number without date": (claim(as_of="LEFT OUT"), "a number needs a `unit` and `as_of`"),
    "a value of no kind": (claim(value={"a": 1}), "`claims.cost.value`: must be a number, `true`, `false`, a text of 2,000 characters"),
    "a value with a script": (claim(value="<img src=x onerror=alert(1)>"), "`claims.cost.value`: it holds HTML"),
    "an empty list": (claim(value=[]), "`claims.cost.value`: must be a number"),
    "a long value": (claim(value="x" * 2_001), "`claims.cost.value`: must be a number, `true`, `false`, a text of 2,000"),
    "an end below the beginning": (claim(high=2), "`high` needs a number in `value` that is no larger"),
    "no evidence": (claim(evidence=[]), "`claims.cost.evidence`: needs 1 or more entries."),
    "a thirteenth word": (claim(evidence=AT | {"words": "a b c d e f g h i j k l m"}), "it quotes 13 words"),
    "a month too many": (claim(as_of="2020-13"), "2020-13 has no month 13"),
    "a day that was not": (claim(as_of="2023-02-29"), "2023-02-29 has no day 29"),
    "a span that runs back": (claim(as_of="2022/2020"), "2022/2020 ends before it begins"),
    "a date in words": (claim(as_of="May 2020"), "must be a date: 2024, 2024-05"),
    "a date in other digits": (claim(as_of="٢٠٢٤"), "must be a date"),
    "a note that is none": (claim(evidence=AT | {"note": "seven"}), "`claims.cost.evidence.note`: must be a whole number"),
    "a note that is a yes": (claim(evidence=AT | {"note": True}), "must be a whole number"),
    "a slug that climbs": (claim(evidence={"source": "../../etc/passwd"}), "must be small letters, digits and single hyphens"),
    "a slug with a capital": (claim(said_by="Essex"), "must be small letters"),
    "an infinite number": (claim(value=".inf", unit="LEFT OUT"), None),
}


@pytest.mark.parametrize(("record", "says"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_one_message_in_plain_words(record, says):
    found = read_problems("systems/street-map", record)
    if says is None:
        assert found == []
    else:
        assert len(found) == 1, found
        assert found[0].startswith("systems/street-map.yml:")
        assert says in found[0]
        assert found[0].isprintable()


def test_everything_wrong_in_a_file_is_told_in_one_run_at_its_line():
    found = read_problems("systems/street-map", "title: x\nkind: oracle\ncolour: red\nsummary: <b>x</b>\nnations: []\nevidence: {source: X}\n")
    assert [problem.split(": ")[0] for problem in found] == [f"systems/street-map.yml:{line}" for line in (2, 3, 4, 5, 6)]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://a b", 'https://a"onclick', "https://a<b>", "file:///etc/passwd", "data:text/html,x"])
def test_an_address_is_one_that_a_page_may_link_to(link):
    (problem,) = read_problems("sources/report", files()["sources/report"] | {"link": link})
    assert "must be a web address" in problem


def test_a_bad_file_leaves_the_others_alone():
    held, problems = read_texts(texts(files() | {"systems/bad": "a: *b"}))
    assert len(problems) == 1
    assert sorted(held.systems) == ["crystal-ball", "street-map"]


def test_a_note_held_twice_is_told():
    (problem,) = read_problems("notes/report-2", {"source": "report", "notes": {7: {"kind": "own"}}})
    assert problem == "notes/report.yml:3: Note 7 of report stands in another file already; keep one."


def test_without_a_list_of_properties_it_is_said():
    held = texts()
    del held["properties.yml"]
    assert [str(problem) for problem in read_texts(held)[1]] == ["properties.yml:1: It is missing: it says what can be claimed of systems and bodies."]


BAD_NAMES = ["systems/Big.yml", "systems/a b.yml", "systems/a--b.yml", "systems/é.yml", "systems/x.yaml", "systems/x.yml.bak", "systems/a_b.yml",
             f"systems/{'x' * 81}.yml", "systems/x.YML", "systems/x\n.yml", "systems/\u202egpj.yml", "systems/__proto__.yml"]  # fmt: skip


@pytest.mark.parametrize("name", BAD_NAMES, ids=ascii)
def test_a_name_that_is_no_slug_is_told(name, tmp_path):
    write(tmp_path)
    (tmp_path / name).write_bytes(texts()["systems/street-map.yml"])
    found = [str(problem) for problem in read_register(tmp_path)[1]]
    assert len(found) == 1
    assert "Rename" in found[0]
    assert found[0].isprintable()


def test_names_that_are_no_business_of_the_register_are_passed_over(tmp_path):
    write(tmp_path)
    for name in ("systems/.gitkeep", "systems/README.md", "README.md", "letters/en/a.txt", "systems/.x.yml.swp"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert read_register(tmp_path)[1] == []


def test_links_that_lead_out_are_not_followed(tmp_path):
    write(tmp_path / "records")
    secret = tmp_path / "secret.yml"
    secret.write_text("title: a secret")
    (tmp_path / "records/systems/out.yml").symlink_to(secret)
    (tmp_path / "records/systems/round.yml").symlink_to(tmp_path / "records/systems/round.yml")
    (tmp_path / "records/systems/within.yml").symlink_to("street-map.yml")
    held, problems = read_register(tmp_path / "records")
    assert [problem.file for problem in problems] == ["systems/out.yml", "systems/round.yml"]
    assert "link out of the folder" in problems[0].says
    assert "secret" not in str(problems)
    assert "within" in held.systems


def test_a_folder_of_records_that_leads_out_is_not_followed(tmp_path):
    write(tmp_path / "elsewhere")
    write(tmp_path / "records", {"bodies/a": files()["bodies/watchers"]})
    (tmp_path / "records/systems").symlink_to(tmp_path / "elsewhere/systems")
    held, problems = read_register(tmp_path / "records")
    assert held.systems == {}
    assert {problem.says.split(",")[0] for problem in problems} == {"It is a link out of the folder of the records"}


def test_folders_pipes_and_files_within_folders_are_told(tmp_path):
    write(tmp_path)
    (tmp_path / "systems/folder.yml").mkdir()
    os.mkfifo(tmp_path / "systems/pipe.yml")
    found = {problem.file: problem.says for problem in read_register(tmp_path)[1]}
    assert found == {
        "systems/folder.yml": "It is a folder; a record is a text file. Rename or remove it.",
        "systems/pipe.yml": "It is no plain file; a record is a text file.",
    }


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is barred to root")
def test_a_file_that_may_not_be_read_is_told(tmp_path):
    write(tmp_path)
    (tmp_path / "systems/street-map.yml").chmod(0)
    assert "Permission denied" in read_register(tmp_path)[1][0].says


def test_a_folder_that_is_not_there_has_no_records(tmp_path):
    held, problems = read_register(tmp_path / "none")
    assert held.systems == {}
    assert [problem.file for problem in problems] == ["properties.yml"]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=5).map(repr),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=8) | st.sampled_from(sorted(SYSTEM)), below, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(JUNK, st.sampled_from(["systems/x", "bodies/x", "sources/x", "notes/x", "statistics/x", "contradictions/x", "refusals/x", "flows/x", "requirements/x"]))
def test_whatever_a_file_holds_is_a_record_or_a_message(value, name):
    held, problems = read_texts({"properties.yml": PROPERTIES, f"{name}.yml": as_text(value)})
    assert problems or held.files
    assert all(str(problem).isprintable() and problem.line >= 1 for problem in problems)


def as_text(value) -> bytes:
    import yaml

    return yaml.safe_dump(value, allow_unicode=True).encode("utf-8", "replace")
