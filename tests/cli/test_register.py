"""`evenhand register`: every question answered from the records that ship, as text and as JSON; mistakes are one message."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from evenhand.cli.register import register as command
from evenhand.tables.errors import BadFile, BadSetting, BadTable, CannotWrite

HEALTHY = "knife-crime-and-violence-model"


def told(*words: object, columns: int = 80) -> str:
    result = CliRunner(env={"COLUMNS": str(columns)}).invoke(command, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize(
    "words",
    [
        ("list",), ("list", "--kind", "person"), ("show", HEALTHY), ("force", "essex-police"), ("contradictions",), ("contradictions", "essex-police"),
        ("flows",), ("flows", "--from", HEALTHY), ("gaps", "--system", HEALTHY), ("timeline", "hart"), ("compare", "hart", HEALTHY),
        ("search", "stop", "search"), ("figures",),
    ],
)  # fmt: skip
def test_every_question_has_an_answer_for_readers_and_for_programs(words):
    assert told(*words).strip()
    assert json.loads(told(*words, "--json"))


@pytest.mark.parametrize("columns", [60, 100, 300])
def test_no_line_is_wider_than_the_terminal(columns):
    for words in (("show", HEALTHY), ("force", "kent-police"), ("contradictions",), ("timeline", "hart")):
        wide = [line for line in told(*words, columns=columns).splitlines() if len(line) > min(columns, 100) and " " in line.strip()]
        assert [line for line in wide if not line.endswith("]") and "(" not in line] == []


def test_a_system_is_found_by_an_alias():
    assert told("show", "Fearless Futures") == told("show", HEALTHY)


def test_a_system_is_shown_with_who_says_so_and_where_it_stands():
    shown = flat(told("show", HEALTHY))
    assert "Essex Police denies" in shown
    assert "note 526" in shown


def test_a_slug_that_is_nearly_right_is_answered_with_the_right_one():
    with pytest.raises(BadSetting, match=HEALTHY):
        told("show", "knife-crime-and-violence-modell")


def test_recipients_of_a_score_are_told():
    flows = json.loads(told("flows", "--from", HEALTHY, "--json"))
    assert {"crown-prosecution-service", "department-for-work-and-pensions"} <= {one["to_body"] for one in flows}


def test_only_the_minimum_is_told_when_asked():
    lacking = json.loads(told("gaps", "--minimum", "--json"))
    assert lacking
    assert all(one["is_minimum"] for one in lacking)


def test_a_request_asks_for_what_is_lacking_and_not_for_what_is_known():
    lacking = [one for one in json.loads(told("gaps", "--system", HEALTHY, "--force", "essex-police", "--json")) if one["body"]]
    letter = flat(told("foi", HEALTHY, "--force", "essex-police", "--most", 50))
    assert all(one["asks"] in letter for one in lacking)
    assert "Threshold: From which score" not in letter
    assert "Freedom of Information Act 2000" in letter
    assert "[your full name]" in letter


def test_a_request_in_scotland_cites_the_scottish_act():
    letter = flat(told("foi", HEALTHY, "--force", "police-scotland"))
    assert "Freedom of Information (Scotland) Act 2002" in letter
    assert "I do not know whether you use or have used it" in letter


@pytest.mark.parametrize("body", ["los-angeles-police-department", "qlik", "nobody-at-all"])
def test_a_body_the_acts_do_not_reach_is_refused(body):
    with pytest.raises(BadSetting):
        told("foi", HEALTHY, "--force", body)


def test_a_letter_is_never_written_over_another_file(tmp_path):
    there = tmp_path / "letter.txt"
    there.write_text("mine")
    with pytest.raises(CannotWrite):
        told("foi", HEALTHY, "--force", "essex-police", "--out", there)
    assert there.read_text() == "mine"
    told("foi", HEALTHY, "--force", "essex-police", "--out", tmp_path / "new.txt")
    assert "Essex Police" in (tmp_path / "new.txt").read_text(encoding="utf-8")


def test_what_is_built_holds_what_is_asked(tmp_path):
    told("build", "--out", tmp_path / "built", "--quiet")
    built = json.loads((tmp_path / "built" / "register.json").read_text(encoding="utf-8"))
    assert {"systems", "bodies", "claims", "contradictions", "refusals", "flows", "statistics", "requirements"} <= set(built)
    assert [one["id"] for one in built["systems"]] == [one["id"] for one in json.loads(told("list", "--json"))]
    found = json.loads(told("search", "knife", "crime", "--built", tmp_path / "built", "--json"))
    assert found == json.loads(told("search", "knife", "crime", "--json"))


def test_an_official_record_is_held_against_the_register(tmp_path):
    told("build", "--out", tmp_path / "built", "--quiet")
    export = next((tmp_path / "built" / "exports" / "atrs").glob(f"{HEALTHY}--*.json"))
    rows = json.loads(told("official", HEALTHY, export, "--force", "essex-police", "--json"))
    assert {row["outcome"] for row in rows} <= {"agrees", "only-official", "only-register"}
    assert any(row["outcome"] == "agrees" for row in rows)


def test_records_with_a_fault_are_told_all_at_once_and_not_built(tmp_path):
    records = tmp_path / "records"
    for folder in ("systems", "bodies"):
        (records / folder).mkdir(parents=True)
    (records / "properties.yml").write_text("{}\n")
    (records / "systems" / "one.yml").write_text("title: One\n")
    (records / "systems" / "two.yml").write_text("title: &a [*a]\n")
    (records / "bodies" / "three.yml").write_text("title: Three\ntitle: Four\n")
    result = CliRunner().invoke(command, ["check", "--records", str(records)])
    assert isinstance(result.exception, BadTable)
    assert all(f"{name}.yml" in result.stdout for name in ("one", "two", "three"))
    with pytest.raises((BadTable, BadFile)):
        told("build", "--records", records, "--out", tmp_path / "built", "--quiet")
    assert not (tmp_path / "built").exists()


def test_an_empty_folder_is_no_register(tmp_path):
    with pytest.raises(BadFile, match="no records"):
        told("list", "--records", tmp_path)
