"""Outcome tests asked as a user would: rows, counts, or stops with their times; every test answered, null with its reason, or refused."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from evenhand.study.asking import ask
from evenhand.tables.errors import BadSetting, BadValue
from evenhand.tables.findings import as_json
from tests.audit.made_up_searches import GROUPS, OFFICER, rows, the

COUNTS = pd.DataFrame(
    [
        {"area_code": f"A{at}", "group": group, "searches": made, "hits": hits, "encounters": stops}
        for at in range(3)
        for group, made, hits, stops in (("Black", 150, 15, 1_000), ("White", 500, 100, 10_000))
    ]
)


def asked(tables, **settings):
    return ask("outcome-tests", tables, settings=settings, replicates=50)


@pytest.fixture(scope="module")
def of_rows():
    return asked({"stops": rows(5_000)[1]}, field="officer-defined")


def test_rows_give_hits_by_power_and_purpose_and_the_veil(of_rows):
    answer = of_rows.answer
    searches = {one.settings.get("denominator") for one in answer.findings if one.measure == "hit_share"}
    assert {"searches that need suspicion", "searches under section 60", "searches for weapons"} <= searches
    assert {"hit_share", "linked_hit_share", "veil_odds_ratio"} <= {one.measure for one in answer.findings}
    assert {"hit-shares", "hit-shares-by-purpose", "veil-of-darkness"} <= {picture.slug for picture in answer.pictures}


def test_where_only_searches_are_published_two_tests_are_not_available_and_say_why(of_rows):
    for measure in ("robust_outcome_test", "search_threshold"):
        one = the(of_rows.answer.findings, measure)
        assert one.value is None
        assert one.caveats[0].startswith("Not available: only searches are published.")
    refused = {one.audit: one.reason for one in of_rows.answer.refused}
    assert "possession or supply" in refused["hits of searches for possession and for supply, by officer-defined ethnicity"]
    assert "hits within areas, by officer-defined ethnicity" in refused


def test_every_number_has_what_is_needed_to_quote_it(of_rows):
    for one in of_rows.answer.findings:
        assert one.caveats
        assert one.method or one.value is None
        if one.value is not None:
            assert one.n is not None
            assert one.low is not None or any("no interval" in text for text in one.caveats), one.measure
    assert "NaN" not in as_json(of_rows.answer.findings)
    assert json.loads(as_json(of_rows.answer.findings))


def test_the_same_seed_gives_the_same_findings(of_rows):
    again = asked({"stops": rows(5_000)[1]}, field="officer-defined")
    assert as_json(again.answer.findings) == as_json(of_rows.answer.findings)


def test_areas_and_residents_give_searches_within_areas_and_a_verdict_that_names_what_it_rests_on():
    random = np.random.default_rng(2)
    _, frame = rows(6_000, longitude=-1.5 + 0.05 * random.integers(0, 3, 6_000))
    squares = [shapely.box(430_000 + 3_430 * at, 200_000, 433_430 + 3_430 * at, 400_000) for at in range(6)]
    areas = gpd.GeoDataFrame({"area_code": [f"A{at}" for at in range(6)], "vintage": "own"}, geometry=squares, crs=27700)
    residents = pd.DataFrame([{"area_code": f"A{at}", "group": group, "residents": 5_000} for at in range(6) for group in GROUPS])
    answer = asked({"stops": frame, "areas": areas, "residents": residents}, field="officer-defined", benchmark="residents", tests=["hits", "robust"]).answer
    assert any(one.measure == "hit_share_ratio_within_areas" and one.value is not None for one in answer.findings)
    robust = [one for one in answer.findings if one.measure == "robust_outcome_test" and one.settings["hit"] == "any outcome"]
    assert len(robust) == 4
    assert all("Rests on residents" in " ".join(one.caveats) for one in robust)


def test_counts_with_encounters_give_a_verdict():
    answer = asked({"search_outcomes": COUNTS}).answer
    assert the(answer.findings, "robust_outcome_test", "Black").settings["verdict"] == "lower bar"
    assert "At most 3 areas" in the(answer.findings, "search_threshold").caveats[0]
    refused = {one.audit: one.reason for one in answer.refused}
    assert "no times of the day" in refused["veil of darkness"]
    assert "linked_hits" in refused["searches with a linked outcome"]


def test_encounters_that_are_no_stops_are_named_in_every_finding_that_rests_on_them():
    answer = asked({"search_outcomes": COUNTS}, encounters_are="young residents").answer
    assert "young residents" in " ".join(the(answer.findings, "robust_outcome_test", "Black").caveats)


def test_stops_with_their_times_give_the_veil_alone():
    _, frame = rows(6_000)
    table = frame.assign(group=frame[OFFICER])[["stopped_at", "group", "longitude", "latitude"]]
    answer = asked({"lit_stops": table}).answer
    assert {one.measure for one in answer.findings} == {"veil_odds_ratio", "veil_odds_ratio_around_clock_changes"}


def test_a_field_that_lost_its_groups_is_refused_and_the_other_goes_on():
    _, frame = rows(3_000)
    frame[OFFICER] = frame[OFFICER].where(frame[OFFICER].isin(["Asian", "Other"]))
    answer = asked({"stops": frame}).answer
    assert any("officer-defined" in one.audit for one in answer.refused)
    assert {one.settings["field"] for one in answer.findings if one.measure == "hit_share"} == {"self_defined_ethnicity"}


@pytest.mark.parametrize(
    ("tables", "settings", "error", "says"),
    [
        ({}, {}, BadSetting, "None was given"),
        ({"stops": rows(50)[1], "search_outcomes": COUNTS}, {}, BadSetting, "in two ways"),
        ({"stops": rows(50)[1]}, {"benchmark": "residents"}, BadSetting, "needs the table `residents`"),
        ({"search_outcomes": COUNTS}, {"reference": "Green"}, BadSetting, "none of the groups"),
        ({"search_outcomes": COUNTS.assign(encounters=10)}, {}, BadValue, "more searches than stops"),
    ],
)
def test_what_must_be_mended_first_is_said(tables, settings, error, says):
    with pytest.raises(error, match=says):
        asked(tables, **settings)


def test_no_two_findings_are_the_same_figure_under_one_name(of_rows):
    """What a sweep of readings goes by: measure, group, reference, field and which searches."""
    from collections import Counter

    from evenhand.audit.readings import _key

    with_encounters = asked({"search_outcomes": COUNTS.assign(linked_hits=COUNTS["hits"] // 2)}).answer.findings
    for findings in (of_rows.answer.findings, with_encounters):
        assert [key for key, times in Counter(map(_key, findings)).items() if times > 1] == []
