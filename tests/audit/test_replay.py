"""Replays against loops over days, and against the published run in Oakland."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.audit.replay import captured_by_day, captured_share, captured_when_shifted, days_listed, each_alone, overlap, replay, static_list, top
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer

COUNTS = np.random.default_rng(11).poisson(0.3, (40, 9))


def counted(past):
    """A plain count of the window."""
    return np.bincount(past.run * past.cells + past.cell, past.events, past.runs * past.cells).reshape(past.runs, past.cells)


def listed_by_loop(scores: np.ndarray, k: int, ties: str) -> set[int]:
    """Places in the order of their scores, ties by number."""
    by_number = sorted(range(len(scores)), reverse=ties == "highest")
    return {place for place in sorted(by_number, key=lambda place: -scores[place])[:k] if scores[place] > 0}


@pytest.mark.parametrize("ties", ["highest", "lowest"])
def test_a_replay_is_that_of_a_loop_over_days(ties):
    found = replay(COUNTS, counted, window_days=10, k=3, ties=ties)
    assert found.days.tolist() == list(range(10, 40))
    hits = 0
    for row, day in enumerate(range(10, 40)):
        expected = listed_by_loop(COUNTS[day - 10 : day].sum(axis=0), 3, ties)
        assert set(np.flatnonzero(found.is_listed[row])) == expected
        hits += sum(COUNTS[day, place] for place in expected)
        assert captured_by_day(found)[row] == sum(COUNTS[day, place] for place in expected)
    assert captured_share(found) == hits / COUNTS[10:].sum()


def test_a_system_that_takes_one_morning_at_a_time_gives_the_same():
    alone = each_alone(lambda counts: counts.sum(axis=0))
    np.testing.assert_array_equal(replay(COUNTS, alone, window_days=7, k=2).scores, replay(COUNTS, counted, window_days=7, k=2).scores)


def test_what_comes_later_changes_no_list():
    later = COUNTS.copy()
    later[30:] += 50
    before, after = (replay(counts, counted, window_days=10, k=3, days=range(10, 31)) for counts in (COUNTS, later))
    np.testing.assert_array_equal(before.is_listed, after.is_listed)


def test_long_replays_are_done_in_parts_and_told_of(monkeypatch):
    whole, told = replay(COUNTS, counted, window_days=10, k=3), []
    monkeypatch.setattr("evenhand.audit.replay.ROWS_AT_ONCE", 200)
    parts = replay(COUNTS, counted, window_days=10, k=3, tell=lambda what, share: told.append(share))
    np.testing.assert_array_equal(parts.scores, whole.scores)
    assert len(told) > 2
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_list_shifted_by_a_day_is_held_against_the_next():
    found = replay(COUNTS, counted, window_days=10, k=3)
    expected = sum(COUNTS[day + 1, place] for row, day in enumerate(range(10, 39)) for place in np.flatnonzero(found.is_listed[row]))
    assert captured_when_shifted(found, COUNTS, 1) == expected / COUNTS[11:].sum()
    assert captured_when_shifted(found, COUNTS, 0) == captured_share(found)


def test_lists_are_counted_by_place_and_compared_day_by_day():
    found = replay(COUNTS, counted, window_days=10, k=3)
    fixed = static_list(found, COUNTS[:10].sum(axis=0))
    assert days_listed(found).sum() == 3 * 30
    np.testing.assert_array_equal(fixed.is_listed, np.repeat(found.is_listed[:1], 30, axis=0))
    shares = overlap(found, fixed)
    assert shares[0] == 1
    assert [round(3 * share) for share in shares] == [len(set(np.flatnonzero(day)) & set(np.flatnonzero(found.is_listed[0]))) for day in found.is_listed]


def test_places_without_a_score_are_not_listed():
    assert top([[0.0, 0.0, 0.4]], k=2).tolist() == [[False, False, True]]
    nothing = replay(np.zeros((5, 2), dtype=int), counted, window_days=2, k=1)
    assert not nothing.is_listed.any()
    with pytest.raises(CannotAnswer, match="Nothing was recorded"):
        captured_share(nothing)
    assert np.isnan(overlap(nothing, nothing)).all()


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"k": 0}, BadSetting, "between 1 and 9"),
        ({"k": 10}, BadSetting, "between 1 and 9"),
        ({"ties": "first"}, BadSetting, "highest, lowest"),
        ({"window_days": 41}, BadSetting, "40 days of record"),
        ({"days": [5]}, BadSetting, "number 10 to 40"),
        ({"days": [40]}, BadSetting, "day number 40"),
        ({"system": lambda past: np.zeros((past.runs, 2))}, BadValue, "one for each of 30 mornings and 9 places"),
        ({"system": lambda past: np.full((past.runs, past.cells), np.nan)}, BadValue, "no score"),
        ({"counts": COUNTS - 1}, BadValue, "cannot be -1"),
        ({"counts": COUNTS / 2}, BadValue, "whole numbers"),
    ],
)
def test_what_cannot_be_replayed_is_refused(asked, error, said):
    wanted = {"counts": COUNTS, "system": counted, "window_days": 10, "k": 3, **asked}
    with pytest.raises(error, match=said):
        replay(wanted.pop("counts"), wanted.pop("system"), **wanted)


def test_replays_of_different_days_are_not_compared():
    with pytest.raises(BadValue, match="same days"):
        overlap(replay(COUNTS, counted, window_days=10, k=3), replay(COUNTS, counted, window_days=11, k=3))
