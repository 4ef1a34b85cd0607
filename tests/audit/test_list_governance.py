"""The check of how a list is kept: planted faults are found, nothing is said that nobody told, and no entry shows through."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.about import About
from evenhand.audit.list_governance import governance, group_ratios
from evenhand.audit.list_points import FACT_PRINCIPLES, POINTS
from evenhand.audit.release_ledger import Ledger
from evenhand.tables.errors import BadValue, CannotAnswer, LooksPersonal, TooFewPeople, UnknownColumn
from evenhand.tables.list_facts import FACTS as FACTS_ASKED
from evenhand.tables.list_reading import read_list
from tests.house.tree import ROOT
from tests.tables.made_up_list import DENOMINATORS, ENTRIES, FACTS, PLANTED, made_up_list

ON = "2024-06-30"
ABOUT = About("list-governance", "Eastfield", f"as at {ON}", "made up")


def of(table, **more):
    return governance(read_list(table, provenance="pseudonymised"), on=ON, about=ABOUT, **more)


def point(found, slug):
    return next(one for one in found if one.settings.get("point") == slug)


def status(found, slug):
    return point(found, slug).settings["status"]


@pytest.fixture(scope="module")
def found():
    return of(made_up_list(), facts=FACTS)


@pytest.mark.parametrize("slug", [slug for slug in PLANTED if slug != "mixed-basis"])
def test_a_planted_fault_is_found_at_its_planted_share(found, slug):
    one = point(found, slug)
    assert one.value == pytest.approx(PLANTED[slug] / ENTRIES, abs=0.01)
    assert one.settings["status"] == "not met"
    assert one.n == ENTRIES


def test_shares_are_those_of_rows_counted_one_by_one(found):
    rows = made_up_list().iloc[:ENTRIES]
    bare = sum(all(row[name] == 0 for name in ("convictions", "charges", "suspect_reports", "intelligence")) for _, row in rows.iterrows())
    soft = sum(all(row[name] == 0 for name in ("convictions", "charges", "suspect_reports")) and row["intelligence"] > 0 for _, row in rows.iterrows())
    late = sum(row["review_due"] < ON and row["last_reviewed"] < row["review_due"] for _, row in rows.iterrows())
    young = sum((2024 - int(row["birth_month"][:4])) * 12 + 6 - int(row["birth_month"][5:]) < 18 * 12 for _, row in rows.iterrows())
    for slug, count, to in (("without-evidence", bare, 5), ("soft-only", soft, 5), ("past-review", late, 5), ("children", young, 10)):
        assert point(found, slug).value * ENTRIES == pytest.approx(count, abs=to / 2)


def test_use_after_removal_is_judged_over_those_taken_off(found):
    one = point(found, "used-after")
    assert (one.value, one.n) == (0.25, 200)


def test_what_no_column_tells_is_not_told_or_not_kept(found):
    bare = of(made_up_list()[["person", "added", "group", "birth_month"]])
    told = {one.settings["point"]: one.settings["status"] for one in bare if one.measure == "list_point_share"}
    assert {told[slug] for slug in ("without-evidence", "past-review", "zero-harm", "victims", "mixed-basis", "shared")} == {"not told"}
    assert told["no-last-day"] == told["no-role"] == "not met"
    assert all(one.settings["status"] == "not told" for one in bare if one.measure == "list_fact_told")
    assert point(bare, "zero-harm").caveats[0] == "Not told: the table has no column harm_score."


def test_what_the_keeper_says_is_met_not_met_or_not_told(found):
    told = {one.settings["point"]: (one.value, one.settings["status"]) for one in found if one.measure == "list_fact_told"}
    assert told["entry-rules"] == (1, "met")
    assert told["retention-schedule"] == (0, "not met")
    assert told["sharing-agreements"] == told["oversight"] == (None, "not told")
    assert len(told) == len(FACTS_ASKED)


def test_points_are_tallied(found):
    statuses = [one.settings["status"] for one in found if "status" in one.settings]
    assert (found[0].measure, found[0].value, found[0].n) == ("list_points_not_met", statuses.count("not met"), len(statuses))


def test_a_few_entries_that_break_a_point_are_told_of_without_their_number():
    rows = made_up_list()
    rows["retention_until"] = "2030-01-01"
    rows.loc[:3, "retention_until"] = "2024-01-01"
    for few in (rows, rows.assign(retention_until="2030-01-01")):
        one = point(of(few), "past-retention")
        broken = few is rows
        assert one.settings["status"] == ("not met" if broken else "met")
        assert one.value == (None if broken else 0)
        assert "4" not in re.sub(r"\d{4}", "", json.dumps(one.settings))


def test_of_a_point_about_people_nothing_is_said_that_its_hidden_number_would_say():
    rows = made_up_list()
    for harmless in (0, 3, 9):
        one = point(of(rows.assign(harm_score=np.where(np.arange(len(rows)) < harmless, 0.0, 5.0))), "zero-harm")
        assert (one.value, one.settings["status"]) == (None, "not told")


def test_children_have_the_stricter_threshold():
    rows = made_up_list()
    for children, shown in ((15, False), (40, True)):
        born = np.where(np.arange(len(rows)) < children, "2010-01", rows["birth_month"].where(rows["birth_month"] < "2006-01", "1995-05"))
        one = point(of(rows.assign(birth_month=born)), "children")
        assert (one.value is not None) == shown


def test_groups_stand_beside_two_numbers_of_people_as_in_amnestys_report():
    """Amnesty International UK (2018): 78 % of the list, 27 % of those held responsible for serious youth violence, 13 % of residents."""
    rows = made_up_list()
    group = np.array(["Black"] * 468 + ["White"] * 132 + ["White"] * 200)
    found = of(rows.assign(group=group))
    ratios = {(one.group, one.reference): one.value for one in group_ratios(found, DENOMINATORS, about=ABOUT)}
    assert ratios["Black", "recorded for serious youth violence"] == pytest.approx(0.78 / 0.27, abs=0.03)
    assert ratios["Black", "residents"] == pytest.approx(0.78 / 0.133, abs=0.06)


def test_a_group_on_the_list_that_a_denominator_lacks_stops_the_ratios():
    found = of(made_up_list())
    with pytest.raises(CannotAnswer, match="Asian"):
        group_ratios(found, DENOMINATORS[DENOMINATORS["group"] != "Asian"], about=ABOUT)


def test_nothing_later_than_the_day_matters():
    entries = read_list(made_up_list(made_up=True), provenance="made-up")
    early = governance(entries, on="2019-06-30", about=ABOUT)
    known = entries[entries["added"] <= "2019-06-30"]
    assert [one.value for one in early] == [one.value for one in governance(known, on="2019-06-30", about=ABOUT)]
    with pytest.raises(CannotAnswer, match="Nobody is on the list"):
        governance(entries, on="2001-01-01", about=ABOUT)


def test_order_of_the_entries_does_not_matter():
    rows = made_up_list()
    one, other = of(rows), of(rows.sample(frac=1, random_state=3))
    assert [finding.model_dump() for finding in one] == [finding.model_dump() for finding in other]


def test_two_lists_that_differ_by_three_entries_are_not_both_counted():
    ledger, rows = Ledger(), made_up_list()
    first = of(rows, ledger=ledger, data="june")
    second = of(rows.iloc[3:], ledger=ledger, data="july")
    sizes = [next(one for one in found if one.measure == "list_entries").value for found in (first, second)]
    assert sizes == [600, None]


def test_no_finding_holds_a_small_number_or_an_id():
    rows = made_up_list(entries=150, removed=20)
    text = json.dumps([one.model_dump(mode="json") for one in of(rows, facts=FACTS)])
    assert not any(one in text for one in rows["person"])
    for one in of(rows, facts=FACTS):
        if one.unit in ("share", "entries") and one.value:
            part = one.value * one.n if one.unit == "share" else one.value
            assert part % 5 == pytest.approx(0, abs=1e-6) or part % 5 == pytest.approx(5, abs=1e-6)
            assert part >= 10


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda rows: rows.head(40), TooFewPeople),
        (lambda rows: rows.assign(person="Ann"), BadValue),
        (lambda rows: rows.assign(gang="Northside"), UnknownColumn),
        (lambda rows: rows.assign(nickname="Zed"), LooksPersonal),
        (lambda rows: rows.assign(removed="2001-01-01"), BadValue),
        (lambda rows: rows.assign(group=np.where(np.arange(len(rows)) < 2, "Zebedee Quill", rows["group"])), TooFewPeople),
        (lambda rows: rows.assign(band="=1+1"), BadValue),
    ],
)
def test_a_list_that_is_not_as_declared_is_refused(change, error):
    with pytest.raises(error):
        read_list(change(made_up_list()), provenance="pseudonymised")


def test_every_point_rests_on_a_principle_with_its_mark():
    every = [*(point.principles for point in POINTS), *FACT_PRINCIPLES.values()]
    assert all(every)
    assert set(FACT_PRINCIPLES) == set(FACTS_ASKED)
    assert {one.mark for principles in every for one in principles} == {"read", "reported", "recalled"}
    assert len({point.slug for point in POINTS}) == len(POINTS)


def test_a_provision_that_is_said_to_be_read_stands_in_the_register_of_law():
    files = {"Data Protection Act 2018": "dpa-2018", "Equality Act 2010": "equality-act-2010"}
    for principle in {one for principles in (*(point.principles for point in POINTS), *FACT_PRINCIPLES.values()) for one in principles}:
        if principle.mark == "read":
            act, section = re.match(r"(.+), section (\d+)", principle.says).groups()
            assert re.search(rf"^  s{section}(-[\w-]+)?:", (ROOT / "records/law/provisions" / f"{files[act]}.yml").read_text(encoding="utf-8"), re.MULTILINE), (
                principle
            )


def test_an_empty_table_of_facts_tells_nothing():
    assert all(one.value is None for one in of(made_up_list(), facts=pd.DataFrame({"fact": [], "is_there": []})) if one.measure == "list_fact_told")
