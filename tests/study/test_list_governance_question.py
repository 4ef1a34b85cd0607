"""The check of a list at the terminal, in Python and as a page: with its checklist drawn, and heeding what earlier runs have shown."""

from __future__ import annotations

import json

import pytest

from evenhand.study.asking import ask
from evenhand.tables.errors import BadSetting, BadValue
from tests.tables.made_up_list import DENOMINATORS, FACTS, made_up_list, write

TABLES = {"governed_list": made_up_list(), "list_facts": FACTS, "list_denominators": DENOMINATORS}


def asked(tables=None, **settings):
    return ask("list-governance", tables or TABLES, settings={"on": "2024-06-30", **settings})


def test_the_answer_comes_with_its_checklist_drawn():
    answer = asked().answer
    assert [picture.slug for picture in answer.pictures] == ["checklist", "points", "groups"]
    checklist = answer.pictures[0]
    assert len(checklist.table) == sum("status" in one.settings for one in answer.findings)
    assert "not met" in checklist.drawing
    assert not answer.refused


def test_every_figure_says_that_the_day_is_its_period():
    assert {one.period for one in asked().answer.findings} == {"as at 2024-06-30"}


@pytest.mark.parametrize(("given", "part"), [(None, "list_denominators"), (DENOMINATORS[:3], "second denominator")])
def test_without_two_denominators_it_says_so(given, part):
    tables = {name: table for name, table in TABLES.items() if name != "list_denominators"} | ({} if given is None else {"list_denominators": given})
    assert part in " ".join(f"{one.audit} {one.reason}" for one in asked(tables).answer.refused)


@pytest.mark.parametrize("rule", ["opensafely", "midpoint-6"])
def test_other_conventions_are_a_setting(rule):
    assert any(one.value for one in asked(rule=rule).answer.findings if one.measure == "list_point_share")


def test_a_ledger_beside_the_outputs_is_heeded_by_the_next_run(tmp_path):
    path = tmp_path / "shown.json"
    first = asked(ledger=str(path)).answer.findings
    assert {one.value for one in asked(ledger=str(path)).answer.findings if one.measure == "list_entries"} == {600, 200}, "the same run again shows the same"
    fewer = asked({**TABLES, "governed_list": made_up_list().iloc[7:]}, ledger=str(path)).answer.findings
    assert next(one for one in first if one.measure == "list_entries").value == 600
    assert next(one for one in fewer if one.measure == "list_entries").value is None
    held = path.read_text(encoding="utf-8")
    assert not any(one in held for one in TABLES["governed_list"]["person"])


def test_made_up_people_must_be_said_to_be():
    with pytest.raises(BadValue):
        asked({**TABLES, "governed_list": made_up_list(made_up=True)})
    made_up = asked({**TABLES, "governed_list": made_up_list(made_up=True)}, provenance="made-up")
    assert "made-up people" in " ".join(made_up.answer.findings[0].caveats)


@pytest.mark.parametrize("day", ["yesterday", "2024-02-30", "30/06/2024", ""])
def test_a_day_that_is_none_is_told_of(day):
    with pytest.raises(BadSetting, match="`on`|needs"):
        asked(on=day)


def test_the_command_line_writes_page_and_findings(evenhand, tmp_path):
    write(tmp_path)
    files = [f"--governed-list={tmp_path / 'list.csv'}", f"--list-facts={tmp_path / 'facts.csv'}", f"--list-denominators={tmp_path / 'people.csv'}"]
    ran = evenhand("audit", "list-governance", *files, "--on", "2024-06-30", "--json", tmp_path / "a.json", "--html", tmp_path / "a.html")
    assert ran.code == 0, ran.err
    found = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert found[0]["measure"] == "list_points_not_met"
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "Checklist of the list" in page
    assert not any(one in page for one in made_up_list()["person"])


def test_a_name_in_the_file_ends_the_command_with_one_message(evenhand, tmp_path):
    made_up_list().assign(nickname="Zebedee Quillfeather").to_csv(tmp_path / "list.csv", index=False)
    ran = evenhand("audit", "list-governance", "--governed-list", tmp_path / "list.csv", "--on", "2024-06-30")
    assert ran.code == 2
    assert "names of people" in ran.err
    assert "Zebedee" not in ran.err + ran.out
    assert "Traceback" not in ran.err
