"""Rows to counts of what came of searches, against counting row by row; and what is refused rather than counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.search_counts import COUNTED, DRUGS, POSSESSION, SUPPLY, count_searches
from evenhand.audit.search_hit_findings import hit_findings
from evenhand.audit.search_tallies import ANY, LINKED, of_counts, of_table, with_benchmark
from evenhand.tables import engine, search_outcomes, stops
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer, EmptyTable, MissingColumn, UnknownCategory
from tests.audit.made_up_searches import ABOUT, GROUPS, OFFICER, SELF, rows, the

SETTINGS = {"field": OFFICER, "groups": GROUPS, "reference": "White"}


def test_counts_are_those_made_row_by_row():
    made, frame = rows()
    counts = count_searches(made, fields=[OFFICER])
    for (group, power), part in frame.groupby([OFFICER, "legislation"]):
        named = "section 60" if power == stops.SECTION_60 else "needs suspicion"
        ours = counts[(counts[OFFICER] == group) & (counts["power"] == named)][list(COUNTED)].sum()
        followed = part["outcome"] == "Arrest"
        nothing = part["outcome"] == stops.NO_FURTHER_ACTION
        linked = part["is_outcome_linked"].astype(bool)
        theirs = [len(part), nothing.sum(), followed.sum(), (followed & linked).sum(), (followed & ~linked).sum(), 0, nothing.sum()]
        assert ours.tolist() == [*theirs, (nothing & linked).sum(), (nothing & ~linked).sum()]
    assert counts["searches"].sum() == len(frame)  # nobody is dropped


def test_possession_and_supply_are_told_apart_only_where_the_record_does():
    sought = ["Controlled drugs", "Drugs - possession", "Drugs with intent to SUPPLY"]
    made, _ = rows(3, object_of_search=sought)
    assert sorted(count_searches(made, fields=[OFFICER])["purpose"]) == sorted([DRUGS, POSSESSION, SUPPLY])


def test_without_areas_each_force_is_an_area():
    made, _ = rows(400, force=["a", "b"] * 200)
    told = of_counts(count_searches(made, fields=[OFFICER]), **SETTINGS)
    assert told.area_codes == ("a", "b")


def test_any_outcome_and_linked_outcome_are_different_hits_of_different_searches():
    made, frame = rows()
    counts = count_searches(made, fields=[OFFICER])
    anything, linked = (of_counts(counts, hit=hit, **SETTINGS) for hit in (ANY, LINKED))
    white = frame[(frame[OFFICER] == "White") & frame["outcome"].notna()]
    followed = white["outcome"] == "Arrest"
    assert anything.totals[0][4] == followed.sum()
    assert anything.totals[1][4] == len(white)
    assert linked.totals[0][4] == (followed & white["is_outcome_linked"].astype(bool)).sum()
    assert linked.totals[1][4] == len(white)


def test_a_search_that_came_to_nothing_is_no_find_though_it_is_marked_as_linked():
    """West Yorkshire marks nearly all of them so."""
    made, _ = rows(is_outcome_linked=True)
    counts = count_searches(made, fields=[OFFICER])
    needing, by_link_alone = (of_counts(counts, hit=LINKED, linked_needs_action=needs, **SETTINGS) for needs in (True, False))
    assert needing.hits.sum() == of_counts(counts, hit=ANY, **SETTINGS).hits.sum()
    assert by_link_alone.hits.sum() == by_link_alone.searches.sum()


def test_months_in_which_the_link_is_not_filled_in_are_unknown_not_misses():
    """Essex from September 2020 on. Dropping only the outcomes without a word would make finds rare."""
    made, frame = rows(8_000)
    frame["is_outcome_linked"] = np.where(frame["month"] < "2019-01", True, None)
    told = of_counts(count_searches(engine.rows_of(frame), fields=[OFFICER]), hit=LINKED, **SETTINGS)
    full = frame[(frame["month"] < "2019-01") & frame["outcome"].notna() & frame[OFFICER].notna()]
    assert told.searches.sum() == len(full)
    assert told.hits.sum() == (full["outcome"] == "Arrest").sum()
    assert told.unknown > 0


@pytest.mark.parametrize(
    ("link", "says"),
    [(None, "no month in which most"), (False, "a default, not an answer")],
    ids=["never filled, as the Met in 2019 to 2021", "always no, as the Met from 2024"],
)
def test_a_link_that_is_no_answer_is_refused(link, says):
    made, _ = rows(is_outcome_linked=pd.array([link] * 4_000, dtype="boolean"))
    with pytest.raises(CannotAnswer, match=says):
        of_counts(count_searches(made, fields=[OFFICER]), hit=LINKED, **SETTINGS)


def test_groups_lost_in_publication_are_refused():
    made, frame = rows()
    only_two = frame[OFFICER].where(frame[OFFICER].isin(["Asian", "Other"]))
    with pytest.raises(CannotAnswer, match=r"more than half|takes only these values"):
        of_counts(count_searches(engine.rows_of(frame.assign(**{OFFICER: only_two})), fields=[OFFICER]), **SETTINGS)


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"searches": -1}, BadValue, "negative, fractional or missing"),
        ({"searches": 2.5}, BadValue, "negative, fractional or missing"),
        ({"searches": 1, "something": 9}, BadValue, "part larger than its whole"),
        ({"power": "none such"}, EmptyTable, "No search is left"),
        ({OFFICER: None}, CannotAnswer, "100 % of the searches have no officer-defined ethnicity"),
    ],
)
def test_counts_that_cannot_be_right_are_refused(changed, error, says):
    made, _ = rows(800)
    counts = count_searches(made, fields=[OFFICER]).assign(**changed)
    with pytest.raises(error, match=says):
        of_counts(counts, powers=["needs suspicion"], **SETTINGS)


def test_rows_without_outcome_or_with_a_strange_group_are_refused():
    made, frame = rows(50)
    with pytest.raises(MissingColumn, match="no column 'outcome'"):
        count_searches(engine.rows_of(frame.drop(columns="outcome")), fields=[OFFICER])
    with pytest.raises(UnknownCategory, match="Martian"):
        count_searches(engine.rows_of(frame.assign(**{OFFICER: "Martian"})), fields=[OFFICER])
    with pytest.raises(BadSetting, match="none of the groups"):
        of_counts(count_searches(made, fields=[OFFICER]), **(SETTINGS | {"reference": "Green"}))


TABLE = pd.DataFrame(
    {
        "area_code": ["A", "A", "B", "B"],
        "group": ["Black", "White"] * 2,
        "searches": [50, 90, 20, 40],
        "hits": [10, 30, None, 8],
        "encounters": [200, 900, None, 500],
    }
)


def test_a_table_of_counts_leaves_out_what_it_does_not_know():
    told = of_table(search_outcomes.TABLE.check(TABLE), reference="White")
    assert told.searches.tolist() == [[50, 90], [0, 40]]
    assert told.made.tolist() == [[50, 90], [20, 40]]
    assert np.isnan(told.encounters[1, 0])
    assert told.unknown == 20


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"hits": [60, 1, 1, 1]}, BadValue, "more hits than searches"),
        ({"hits": None}, CannotAnswer, "no figures in the column 'hits'"),
        ({"searches": [50, 1, 20, 1], "hits": 0}, CannotAnswer, "fewer than 5 searches"),
        ({"group": None, "area_code": list("ABCD")}, BadSetting, "none of the groups"),
    ],
)
def test_a_table_of_counts_that_cannot_answer_says_so(changed, error, says):
    with pytest.raises(error, match=says):
        of_table(search_outcomes.TABLE.check(TABLE.assign(**changed)), reference="White")


@pytest.mark.parametrize("changed", [{"searches": -5}, {"searches": 1.5}, {"hits": -1}])
def test_negative_and_fractional_counts_do_not_pass_the_table(changed):
    with pytest.raises(BadValue):
        search_outcomes.TABLE.check(TABLE.assign(**changed))


def test_a_benchmark_of_other_areas_is_refused():
    told = of_table(search_outcomes.TABLE.check(TABLE), reference="White")
    with pytest.raises(CannotAnswer, match="no area and group in common"):
        with_benchmark(told, pd.DataFrame({"area_code": ["Z"], "group": ["White"], "residents": [5]}))


def test_self_defined_groups_are_the_published_categories_gathered():
    made, frame = rows()
    counts = count_searches(made, fields=[SELF])
    assert counts.loc[counts[SELF] == "Black", "searches"].sum() == frame[SELF].str.startswith("Black", na=False).sum()


def test_a_group_of_which_too_little_is_said_has_no_linked_share():
    made, frame = rows(8_000)
    frame["is_outcome_linked"] = np.where((frame[OFFICER] == "Black") & (np.arange(8_000) % 2 == 0), None, True)
    told = of_counts(count_searches(engine.rows_of(frame), fields=[OFFICER]), hit=LINKED, **SETTINGS)
    share = the(hit_findings(told, ABOUT), "linked_hit_share", "Black")
    assert share.value is None
    assert "do not say whether it was linked" in share.caveats[0]
