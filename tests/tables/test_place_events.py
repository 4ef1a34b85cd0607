"""Events by place and day, and the past before a day: every event once, on its own day."""

import numpy as np
import pandas as pd
import pytest

from evenhand.tables.errors import BadSetting, BadValue, MissingColumn, RepeatedKey
from evenhand.tables.past_events import before_each_day, gathered
from evenhand.tables.place_events import TABLE, by_day

EVENTS = pd.DataFrame({"place_code": ["7", "9", "7"], "day": ["2011-02-27", "2011-03-01", "2011-03-01"], "events": [2, 1, 4]})


def rows_of(past) -> list[tuple[int, ...]]:
    return [tuple(int(value) for value in row) for row in zip(past.run, past.cell, past.days_ago, past.events, strict=True)]


def test_events_are_laid_out_by_day_and_place():
    daily = by_day(TABLE.check(EVENTS))
    assert daily.places == ("7", "9")
    assert daily.counts.tolist() == [[2, 0], [0, 0], [4, 1]]
    assert [str(day) for day in daily.days] == ["2011-02-27", "2011-02-28", "2011-03-01"]


def test_places_without_events_and_days_at_the_edges_can_be_asked_for():
    daily = by_day(EVENTS, places=("9", "8", "7"), first="2011-02-28", last="2011-03-02")
    assert daily.counts.tolist() == [[0, 0, 0], [1, 0, 4], [0, 0, 0]]


@pytest.mark.parametrize(
    ("events", "asked", "error", "said"),
    [
        (EVENTS.drop(columns="day").assign(month="2011-02"), {}, MissingColumn, "no column 'day'"),
        (EVENTS.assign(day="2011-02-29"), {}, BadValue, "2011-02-29"),
        (EVENTS, {"places": ("7",)}, BadValue, "'9'"),
        (EVENTS, {"first": "2011-03-02"}, BadSetting, "before the first"),
    ],
)
def test_what_cannot_be_laid_out_by_day_is_refused(events, asked, error, said):
    with pytest.raises(error, match=said):
        by_day(events, **asked)


def test_one_place_and_day_has_one_row():
    with pytest.raises(RepeatedKey):
        TABLE.check(pd.concat([EVENTS, EVENTS]))


def test_the_past_of_each_day_is_that_of_a_loop():
    rng = np.random.default_rng(4)
    counts, days, window = rng.poisson(0.3, (40, 6)), [12, 15, 40], 12
    expected = [(run, cell, day - d, counts[d, cell]) for run, day in enumerate(days) for cell in range(6) for d in range(day - window, day) if counts[d, cell]]
    assert rows_of(before_each_day(counts, days, window_days=window)) == expected


def test_gathering_shuffled_rows_gives_the_same_past():
    rng = np.random.default_rng(5)
    past = before_each_day(rng.poisson(0.5, (30, 4)), [10, 20], window_days=9)
    one_each = np.repeat(np.arange(len(past.run)), past.events.astype(int))
    order = rng.permutation(one_each)
    again = gathered(past.run[order], past.cell[order], past.days_ago[order], np.ones(len(order)), runs=2, cells=4, window_days=9)
    assert rows_of(again) == rows_of(past)


@pytest.mark.parametrize(
    ("counts", "days", "window", "error", "said"),
    [
        ([[1, 0]], [1], 2, BadSetting, "number 2 to 1"),
        ([[1], [1]], [1], 0, BadSetting, "leaves no past"),
        ([[1], [-1]], [1], 1, BadValue, "cannot be -1"),
        ([[1], [0.5]], [1], 1, BadValue, "whole numbers"),
        ([[1], [float("nan")]], [1], 1, BadValue, "whole numbers"),
        ([1, 2], [1], 1, BadValue, "days by places"),
    ],
)
def test_a_past_that_cannot_be_is_refused(counts, days, window, error, said):
    with pytest.raises(error, match=said):
        before_each_day(counts, days, window_days=window)


def test_gathered_rows_must_lie_in_the_window():
    with pytest.raises(BadValue, match="days_ago"):
        gathered([0], [0], [0], [1], runs=1, cells=1, window_days=5)
