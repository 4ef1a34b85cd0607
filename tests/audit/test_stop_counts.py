"""Stops to counts: against a plain loop over rows."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest

from evenhand.audit.stop_counts import COUNTED, FIELDS, IN_AREA, NO_LOCATION, OUTSIDE, count_stops
from evenhand.tables import engine, stops
from evenhand.tables.errors import BadSetting, EmptyTable, MissingColumn, RepeatedKey, UnknownCategory
from tests.audit.made_up_stops import OFFICER, SELF, made_up_stops


def test_counts_are_those_of_a_plain_loop_over_rows():
    rows, points = made_up_stops()
    fast = count_stops(engine.rows_of(rows), areas_of_points=points)
    place = {(row.longitude, row.latitude): row.area_code for row in points.itertuples()}
    slow = {name: Counter() for name in COUNTED}
    for row in rows.itertuples():
        if pd.isna(row.longitude):
            where = (NO_LOCATION, None)
        else:
            code = place[row.longitude, row.latitude]
            where = (IN_AREA, code) if code else (OUTSIDE, None)
        key = (*where, row.officer_defined_ethnicity, stops.SELF_DEFINED.get(row.self_defined_ethnicity))
        slow["stops"][key] += 1
        slow["no_further_action"][key] += row.outcome == stops.NO_FURTHER_ACTION
        slow["outcome_missing"][key] += row.outcome is None
        slow["section_60"][key] += row.legislation == stops.SECTION_60
        slow["power_missing"][key] += row.legislation is None
        slow["vehicle_only"][key] += row.kind == "Vehicle search"
        nothing, linked = row.outcome == stops.NO_FURTHER_ACTION, row.is_outcome_linked
        slow["arrest"][key] += row.outcome == "Arrest"
        slow["found"][key] += linked is True
        slow["found_missing"][key] += linked is None
        slow["found_no_further_action"][key] += linked is True and nothing
        slow["found_missing_no_further_action"][key] += linked is None and nothing
        slow["section_60_no_further_action"][key] += row.legislation == stops.SECTION_60 and nothing
        slow["section_60_outcome_missing"][key] += row.legislation == stops.SECTION_60 and row.outcome is None
    keys = [tuple(None if pd.isna(value) else value for value in key) for key in fast[["location", "area_code", *FIELDS]].itertuples(index=False)]
    for name in COUNTED:
        assert dict(zip(keys, fast[name], strict=True)) == {key: slow[name][key] for key in slow["stops"]}, name


def test_no_stop_is_dropped_and_the_order_is_stated():
    rows, points = made_up_stops()
    once = count_stops(engine.rows_of(rows), areas_of_points=points)
    again = count_stops(engine.rows_of(rows.sample(frac=1, random_state=1)), areas_of_points=points)
    assert once["stops"].sum() == len(rows)
    pd.testing.assert_frame_equal(once, again)


def test_not_stated_and_empty_are_missing_not_a_group():
    rows = pd.DataFrame({"area_code": ["A"] * 3, SELF: ["Other ethnic group - Not stated", None, "Other ethnic group - Arab"]})
    counts = count_stops(engine.rows_of(rows), fields=[SELF])
    assert dict(zip(counts[SELF].fillna("missing"), counts["stops"], strict=True)) == {"Other": 1, "missing": 2}


def test_rows_that_carry_an_area_need_no_points():
    rows = pd.DataFrame({"area_code": ["A1", "A1", None], OFFICER: ["White", "Black", "White"]})
    counts = count_stops(engine.rows_of(rows), fields=[OFFICER])
    assert counts[["location", "stops"]].values.tolist() == [[IN_AREA, 1], [IN_AREA, 1], [NO_LOCATION, 1]]


def test_columns_that_are_not_there_count_as_missing_not_as_zero():
    counts = count_stops(engine.rows_of(pd.DataFrame({"area_code": ["A"], OFFICER: ["White"]})), fields=[OFFICER])
    assert counts[["outcome_missing", "power_missing", "found_missing"]].values.tolist() == [[1, 1, 1]]


def test_what_cannot_be_counted_is_refused():
    rows = engine.rows_of(pd.DataFrame({"area_code": ["A"], OFFICER: ["White"], "longitude": [0.0], "latitude": [51.0]}))
    with pytest.raises(MissingColumn, match="self_defined_ethnicity"):
        count_stops(rows)
    with pytest.raises(BadSetting, match="ethnicity fields are"):
        count_stops(rows, fields=["gender"])
    with pytest.raises(RepeatedKey, match="more than one area"):
        count_stops(rows, fields=[OFFICER], areas_of_points=pd.DataFrame({"longitude": [0.0] * 2, "latitude": [51.0] * 2, "area_code": ["A", "B"]}))
    with pytest.raises(UnknownCategory, match="'W1'"):
        count_stops(engine.rows_of(pd.DataFrame({"area_code": ["A"], OFFICER: ["W1"]})), fields=[OFFICER])
    with pytest.raises(UnknownCategory, match="'Martian'"):
        count_stops(engine.rows_of(pd.DataFrame({"area_code": ["A"], SELF: ["Martian"]})), fields=[SELF])
    with pytest.raises(EmptyTable):
        count_stops(rows.filter(rows.area_code == "Z"), fields=[OFFICER])
    with pytest.raises(MissingColumn, match="longitude"):
        count_stops(rows.drop("longitude"), fields=[OFFICER], areas_of_points=pd.DataFrame({"longitude": [0.0], "latitude": [51.0], "area_code": ["A"]}))
