"""Records of other standards, both ways: ours written as theirs, and theirs held beside ours. What is not known is said, never left blank."""

from __future__ import annotations

import pytest

from evenhand.register.atrs import ATTRIBUTES, MANY, PHASES, atrs
from evenhand.register.dutch import FIELDS, INTERNAL, STATUSES, dutch
from evenhand.register.exporting import EMPTY
from evenhand.register.official import compare_official
from evenhand.register.subjects import Status
from evenhand.tables.errors import BadFile, BadSetting
from tests.register.made_up import AT, files, register

BALL, FORCE = "crystal-ball", "northshire-police"


def test_every_attribute_of_the_uks_standard_is_there():
    record = atrs(register(), BALL, FORCE)
    assert list(record) == ["atrs_version", "published_by", "register_id", *ATTRIBUTES]
    assert all(record[name] for name in ATTRIBUTES)
    assert {name for name in ATTRIBUTES if isinstance(record[name], list)} == MANY


def test_what_is_known_says_by_whom_and_where():
    record = atrs(register(), BALL, FORCE)
    assert record["organisation"] == "Northshire Police"
    assert record["team"] == "Insight team"
    assert record["benefit"] == "Northshire Police: To find those who may do harm. (Report 2025, section 1.1, from page 10, note 7)"
    assert record["source_data_name"] == ["The Watchers: age; arrests (Report 2025, section 1.2, from page 12)"]
    assert (record["phase"], record["external_supplier"], record["external_supplier_role"]) == ("production", ["The Watchers"], ["supplier"])


def test_what_is_not_known_is_said():
    record = atrs(register(), BALL, FORCE)
    assert record["contact_email"] == EMPTY
    assert record["impact_assessment_name"] == [EMPTY]


def test_a_refusal_is_shown_as_one():
    held = files()
    held["systems/crystal-ball"]["claims"]["dpia"] = {
        "property": "impact-assessment", "state": "withheld", "says": "It would not give it.", "said_by": FORCE, "evidence": AT,
    }  # fmt: skip
    assert atrs(register(held), BALL, FORCE)["impact_assessment_name"][0].startswith("Northshire Police: withheld: It would not give it.")


def test_a_claim_of_another_user_is_not_told_here():
    held = files()
    held["bodies/southshire-police"] = held["bodies/northshire-police"] | {"title": "Southshire Police", "aliases": [], "answers": {}}
    held["systems/crystal-ball"]["uses"]["southshire-police"] = held["systems/crystal-ball"]["uses"][FORCE]
    held["systems/crystal-ball"]["claims"]["theirs"] = {"property": "purpose", "value": "Theirs.", "at": "southshire-police", "evidence": AT}
    assert "Theirs." not in str(atrs(register(held), BALL, FORCE))
    assert "Theirs." in str(atrs(register(held), BALL, "southshire-police"))


def test_the_dutch_standard_has_its_32_fields():
    record = dutch(register(), BALL, FORCE)
    assert tuple(record) == FIELDS
    assert len(FIELDS) == len(set(FIELDS)) == 32
    assert all(isinstance(value, str) and value for value in record.values())
    assert (record["status"], record["start_date"], record["end_date"], record["organization"]) == ("In gebruik", "2021-03", EMPTY, "Northshire Police")
    assert record["search_terms"] == "CB, Foresight, The Ball"
    assert set(INTERNAL.values()) <= set(FIELDS)


@pytest.mark.parametrize("standard", [PHASES, STATUSES])
def test_every_status_has_its_counterpart_or_none(standard):
    states = set(Status.model_fields["state"].annotation.__args__)
    assert states - set(standard) == {"denied", "unknown"}


def test_a_system_that_was_stopped_says_since_when():
    held = files()
    held["systems/crystal-ball"]["uses"][FORCE]["status"].append({"state": "stopped", "on": "2024-02", "evidence": AT})
    assert (dutch(register(held), BALL, FORCE)["status"], dutch(register(held), BALL, FORCE)["end_date"]) == ("Buiten gebruik", "2024-02")
    assert atrs(register(held), BALL, FORCE)["phase"] == "retired"


@pytest.mark.parametrize("export", [atrs, dutch])
def test_a_use_that_is_not_there_is_a_message(export):
    with pytest.raises(BadSetting, match="There is no system 'x'"):
        export(register(), "x", FORCE)
    with pytest.raises(BadSetting, match="not among those who use street-map: nobody"):
        export(register(), "street-map", FORCE)


@pytest.mark.parametrize("export", [atrs, dutch])
def test_our_own_export_agrees_with_us_in_every_field(export):
    rows = compare_official(export(register(), BALL, FORCE), register(), BALL)
    assert {row.outcome for row in rows} == {"agrees"}
    assert len(rows) > 5


def test_an_official_record_is_held_beside_ours():
    record = {"name": "crystal ball", "organisation": "Northshire Police", "phase": "retired", "maintenance": "Yearly", "team": ""}
    rows = {row.field: row for row in compare_official(record, register(), BALL, body=FORCE)}
    assert {field: rows[field].outcome for field in ("name", "organisation", "phase", "maintenance", "team")} == {
        "name": "agrees", "organisation": "agrees", "phase": "differs", "maintenance": "only-official", "team": "only-register",
    }  # fmt: skip
    assert (rows["phase"].official, rows["phase"].register) == ("retired", "production")
    assert "contact_email" not in rows, "what neither says is no row"


def test_the_dutch_registers_own_names_are_understood():
    record = {"name": "Crystal Ball", "begin_date": "2021-03", "provider": "The Watchers", "goal": "Veld niet ingevuld", "lang": "nld"}
    rows = {row.field: row.outcome for row in compare_official(record, register(), BALL)}
    assert (rows["name"], rows["start_date"], rows["supplier"], rows["purpose_and_impact"]) == ("agrees", "agrees", "agrees", "only-register")
    assert "language" not in rows


@pytest.mark.parametrize("record", [{}, {"a": 1}, {"name": "x"}, [], "x", None, {"<script>": 1, "\u202e": 2}])
def test_what_is_no_official_record_is_a_message(record):
    with pytest.raises(BadFile) as raised:
        compare_official(record, register(), BALL)
    assert "\u202e" not in str(raised.value)


def test_hostile_values_are_text_and_nothing_more():
    record = {"name": {"a": ["<script>", None, {"b": 1}]}, "organisation": 5, "phase": "x" * 1_000_000, "team": "\x1b[31mred"}
    rows = {row.field: row.official for row in compare_official(record, register(), BALL)}
    assert rows["name"] == "<script>; 1"
    assert len(rows["phase"]) <= 2_000
    assert rows["team"] == "\\x1b[31mred"


def test_whose_use_is_meant_must_be_clear():
    with pytest.raises(BadSetting, match="used by 0 bodies"):
        compare_official({"name": "a", "phase": "b", "organisation": "c"}, register(), "street-map")
