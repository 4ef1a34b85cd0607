"""Forecasts laid out beside events: every event once for each span it falls in, and nothing made of what is not known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.judging import judged
from evenhand.audit.place_forecasts import laid_out
from evenhand.tables import forecasts as forecasts_table
from evenhand.tables import place_events as events_table
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer, MissingColumn

MONTHS = ["2024-02"] * 2 + ["2024-03"] * 2
SAID = pd.DataFrame({"place_code": ["a", "b"] * 2, "from": MONTHS, "to": MONTHS, "is_flagged": [True, False] * 2})
CAME = pd.DataFrame({"place_code": ["a", "b", "a", "c", "b"], "month": ["2024-01", "2024-02", "2024-03", "2024-03", "2024-03"], "events": [3, 1, 2, 4, 1]})


def test_events_stand_in_their_span_and_those_before_in_the_past():
    one = laid_out(SAID, CAME)
    assert one.places.tolist() == ["a", "b", "c"]
    assert one.spans == ("2024-02", "2024-03")
    assert one.events.tolist() == [[0, 1, 0], [2, 1, 4]]
    assert one.before.tolist() == [[3, 0, 0], [3, 1, 0]]
    assert one.just_before.tolist() == [[3, 0, 0], [0, 1, 0]]
    assert one.at_first.tolist() == [3, 0, 0]
    assert laid_out(SAID, CAME, look_back=1).before.tolist() == one.just_before.tolist()


def test_days_are_added_up_to_months_where_forecasts_are_monthly():
    by_day = CAME.assign(day=CAME["month"] + "-15").drop(columns="month")
    assert laid_out(SAID, by_day).events.tolist() == laid_out(SAID, CAME).events.tolist()


def test_spans_that_overlap_count_an_event_for_each():
    weekly = pd.DataFrame({"place_code": "a", "from": ["2024-01-01", "2024-01-08"], "to": ["2024-01-14", "2024-01-21"], "is_flagged": True})
    days = pd.DataFrame({"place_code": "a", "day": ["2024-01-01", "2024-01-10", "2024-01-21"], "events": [1, 5, 2]})
    one = laid_out(weekly, days)
    assert one.events.ravel().tolist() == [6, 7]
    assert one.overlap == 2
    assert judged(one.events, unit="days", overlap=2).length == 2


def test_what_was_not_recorded_yet_is_left_out_and_not_zero():
    later = pd.concat([SAID, SAID.iloc[:2].assign(**{"from": "2024-04", "to": "2024-04"})])
    one = laid_out(later, CAME)
    assert (one.spans, one.unseen) == (("2024-02", "2024-03"), 1)


def test_a_month_without_any_row_is_unknown():
    gap = CAME[CAME["month"] != "2024-02"]
    assert laid_out(SAID, gap).spans == ("2024-03",)
    with pytest.raises(CannotAnswer, match="cover none of the spans"):
        laid_out(SAID.iloc[:2], gap)


def test_the_highest_scores_can_be_flagged_instead():
    scored = SAID.drop(columns="is_flagged").assign(score=[1.0, 2.0, np.nan, 0.0])
    assert laid_out(scored, CAME, flag_top=1).is_flagged.tolist() == [[False, True, False], [False, True, False]]
    for top in (0, 3):
        with pytest.raises(BadSetting, match="flags none or all"):
            laid_out(scored, CAME, flag_top=top)


def test_sizes_kinds_and_harm_are_carried_where_they_are_known():
    rich = SAID.assign(area_km2=[1.0, 2.0, 1.0, 2.0])
    kinds = CAME[CAME["place_code"] != "c"].assign(kind=["x", "y", "x", "x"], harm=[1.0, 2.0, 9.0, 0.5])
    one = laid_out(rich, kinds)
    assert one.size["ground"].tolist() == [1, 2]
    assert one.harm.tolist() == [[0, 2], [9, 0.5]]
    assert one.kinds["y"].tolist() == [[0, 1], [0, 0]]
    assert "ground" not in laid_out(rich, CAME).size  # place c has no size


@pytest.mark.parametrize(
    ("said", "came", "error", "words"),
    [
        (SAID.drop(columns="is_flagged"), CAME, MissingColumn, "Nothing says which places were flagged"),
        (SAID.assign(is_flagged=False), CAME, CannotAnswer, "No place is flagged"),
        (SAID.assign(to="2024-01"), CAME, BadValue, "ends before it starts"),
        (SAID.assign(to="2024-02-01"), CAME, BadValue, "both hold days"),
        (SAID.assign(**{"from": "Feb 24"}), CAME, BadValue, "must hold days"),
        (SAID.assign(**{"from": "2024-02-31", "to": "2024-02-31"}), CAME.assign(day="2024-02-01"), BadValue, "2024-02-31"),
        (SAID.assign(**{"from": "2024-02-01", "to": "2024-02-02"}), CAME, BadValue, "Give events by day"),
        (SAID, CAME.assign(events=0), CannotAnswer, "No event was recorded"),
        (SAID, CAME.drop(columns="month"), MissingColumn, "neither 'day' nor 'month'"),
        (SAID.assign(area_km2=[1.0, 2.0, 3.0, 2.0]), CAME, BadValue, "two sizes"),
    ],
)
def test_what_cannot_be_laid_out_is_refused(said, came, error, words):
    with pytest.raises(error, match=words):
        laid_out(said, came)


def test_looking_back_nowhere_is_refused():
    with pytest.raises(BadSetting):
        laid_out(SAID, CAME, look_back=0)
    with pytest.raises(MissingColumn, match="flag_top needs a ranking"):
        laid_out(SAID, CAME, flag_top=1)


def test_the_declared_tables_carry_what_is_needed():
    checked = forecasts_table.TABLE.check(SAID.assign(score=1.0))
    assert laid_out(checked, events_table.TABLE.check(CAME)).events.sum() == 8
    kinds = pd.concat([CAME.assign(kind="x"), CAME.assign(kind="y")])
    assert len(events_table.TABLE.check(kinds)) == 10
