"""The scrutiny pack: evidence under the headings of what a body must show, and nothing invented where there is none."""

from __future__ import annotations

import json

import pytest

from evenhand.study.equality import requirements
from evenhand.study.pack import NOT_GIVEN, form, pack, read_about
from evenhand.study.questions import question_names
from evenhand.tables.errors import BadSetting, BadStudy
from tests.study.conftest import evenhand  # noqa: F401  # the command line as a fixture
from tests.study.test_asking import files, tables  # noqa: F401  # fixtures of the same made-up units


def test_every_audit_that_a_section_names_exists():
    named = {audit for section in requirements().sections for audit in section.audits}
    assert not named - set(question_names())


def test_every_section_says_who_asks_and_how_well_that_is_known():
    for section in requirements().sections:
        assert section.sources, section.slug
        assert all(one.mark in ("known", "recalled") for one in section.sources)
    assert requirements().reviewed_by_lawyer is False


def test_what_no_table_speaks_of_is_said_to_be_missing(tables):  # noqa: F811
    made = pack(tables, settings={"k": 8}, replicates=50)
    by_slug = {part.slug: part for part in made.parts}
    assert {one.question for one in made.findings} == {"proxy"}
    assert by_slug["proxies"].findings
    assert not by_slug["disadvantage"].findings
    assert "Nothing: no table was given that bears on this." in by_slug["disadvantage"].text
    assert "No audit of outputs can speak to this." in by_slug["data-protection"].text
    assert NOT_GIVEN in by_slug["data-protection"].text
    assert "who is exposed" in by_slug["gaps"].text.lower() or "residents" in by_slug["gaps"].text


def test_each_protected_characteristic_has_a_row_with_or_without_data(tables):  # noqa: F811
    (table,) = next(part for part in pack(tables, settings={"k": 8}, replicates=50).parts if part.slug == "characteristics").tables
    assert len(table.rows) == 9
    said = {row[0].text.split(",")[0]: row[1].text for row in table.rows}
    assert said["Race"] == "some evidence"
    assert {said[name] for name in ("Age", "Disability", "Sex")} == {"no data"}


def test_what_the_body_says_is_quoted_and_the_rest_left_open(tables, tmp_path):  # noqa: F811
    file = tmp_path / "about.yml"
    file.write_text(form().replace("name:\n", "name: Beacon\n", 1).replace("dpia:\n", "dpia: >-\n  Yes, in May 2024,\n  not published.\n"), encoding="utf-8")
    about = read_about(file)
    assert about == {"name": "Beacon", "dpia": "Yes, in May 2024, not published."}
    made = pack(tables, about=about, settings={"k": 8}, replicates=50)
    text = {part.slug: part.text for part in made.parts}
    assert "Yes, in May 2024, not published." in text["data-protection"]
    assert NOT_GIVEN in text["transparency"]
    assert made.title == "Equality impact evidence: Beacon"


def test_the_document_says_that_it_is_no_verdict_and_that_no_lawyer_has_read_the_law(tables):  # noqa: F811
    made = pack(tables, settings={"k": 8}, replicates=50)
    assert any("no verdict on lawfulness" in text for text in made.standing)
    assert any("No lawyer has reviewed" in text for text in made.standing)


def test_the_blank_form_can_be_read_back_and_answers_nothing(tmp_path):
    file = tmp_path / "about.yml"
    file.write_text(form(), encoding="utf-8")
    assert read_about(file) == {}


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [("nam: x", BadSetting, "'nam', which is not on the form"), ("name: [a, b]", BadSetting, "must be text"), ("name: {", BadStudy, "not YAML")],
)
def test_a_form_filled_in_wrongly_is_told(text, error, says, tmp_path):
    file = tmp_path / "about.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(error, match=says):
        read_about(file)


def test_no_table_a_strange_one_and_a_strange_setting_are_named(tables):  # noqa: F811
    with pytest.raises(BadSetting, match="No table was given"):
        pack({})
    with pytest.raises(BadSetting, match="No audit of the pack reads a table 'shoes'"):
        pack({**tables, "shoes": tables["inputs"]})
    with pytest.raises(BadSetting, match="has a setting 'colour'"):
        pack(tables, settings={"colour": "red"})


def test_written_at_the_terminal_it_appears_whole_and_alike_each_time(files, evenhand, tmp_path):  # noqa: F811
    options = [part for name, file in files.items() for part in (f"--{name.replace('_', '-')}", file)]
    outs = [tmp_path / "one", tmp_path / "two"]
    for out in outs:
        told = evenhand("pack", "write", *options, "--set", "k=8", "--replicates", "50", "--out", out)
        assert told.code == 0, told.err
    for name in ("report.html", "findings.json"):
        assert (outs[0] / name).read_bytes() == (outs[1] / name).read_bytes()
    manifest = json.loads((outs[0] / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["audits"] == ["proxy"]
    assert len(manifest["inputs"]) == 3


def test_a_new_form_is_written_but_never_over_an_old_one(evenhand, tmp_path):  # noqa: F811
    file = tmp_path / "about.yml"
    assert evenhand("pack", "new", file).code == 0
    again = evenhand("pack", "new", file)
    assert again.code == 2
    assert "left alone" in again.err
