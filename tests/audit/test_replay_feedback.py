"""Replays with discoveries: against a loop over days and places, and against what must hold."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.audit.replay import days_listed, each_alone, overlap, replay
from evenhand.audit.replay_feedback import Searches, expected_ratio, replay_with_feedback
from evenhand.tables.errors import BadSetting
from tests.audit.test_replay import counted, listed_by_loop

COUNTS = np.random.default_rng(12).poisson(0.4, (60, 8))
PLAIN = replay(COUNTS, counted, window_days=15, k=2)


def fed_by_loop(seed: int, discovery: float):
    """One repetition, with a record that grows by what is found; chance is drawn place by place as the fast one draws it."""
    rng = np.random.default_rng(np.random.SeedSequence(seed).spawn(1)[0])
    record, ratios, discovered = COUNTS.copy(), [], []
    for day in PLAIN.days:
        scores = record[day - 15 : day].sum(axis=0)
        listed = listed_by_loop(scores, 2, "highest")
        ratios.append(np.mean([scores[place] for place in listed]) / np.mean([scores[place] for place in range(8) if place not in listed]))
        found = {place: int(rng.binomial(COUNTS[day, place] + 1, discovery)) for place in sorted(listed)}
        for place, number in found.items():
            record[day, place] += number
        discovered.append(sum(found.values()))
    return np.array(ratios), np.array(discovered)


@pytest.mark.parametrize("discovery", [0.2, 1.0])
def test_one_repetition_is_that_of_a_loop(discovery):
    fed = replay_with_feedback(COUNTS, counted, PLAIN, window_days=15, searches=Searches(discovery), repetitions=1, seed=5)
    ratios, discovered = fed_by_loop(5, discovery)
    np.testing.assert_array_equal(fed.discovered[0], discovered)
    np.testing.assert_allclose(fed.expected_ratio[0], ratios)


def test_without_discoveries_nothing_changes():
    fed = replay_with_feedback(COUNTS, counted, PLAIN, window_days=15, searches=Searches(0.0), repetitions=3)
    np.testing.assert_array_equal(fed.days_listed, np.repeat(days_listed(PLAIN)[None], 3, axis=0))
    np.testing.assert_allclose(fed.expected_ratio, np.repeat(expected_ratio(PLAIN.scores, PLAIN.is_listed)[None], 3, axis=0))
    assert (fed.shared == 1).all()
    assert fed.discovered.sum() == 0


def test_discoveries_begin_when_told_to():
    fed = replay_with_feedback(COUNTS, counted, PLAIN, window_days=15, searches=Searches(begin_day=20), repetitions=5)
    assert (fed.shared[:, :21] == 1).all()
    assert fed.discovered[:, :20].sum() == 0
    assert fed.discovered[:, 20].sum() > 0


def test_as_many_are_found_as_chance_says():
    """Each of a day's events in a listed place, and one more, with chance 0.3."""
    fed = replay_with_feedback(COUNTS, counted, PLAIN, window_days=15, searches=Searches(0.3), repetitions=200)
    trials = fed.captured.sum() + 2 * fed.discovered.size
    assert abs(fed.discovered.sum() - 0.3 * trials) < 4 * np.sqrt(0.21 * trials)


def test_without_one_event_more_only_what_was_recorded_is_found():
    fed = replay_with_feedback(COUNTS, counted, PLAIN, window_days=15, searches=Searches(1.0, besides=0), repetitions=3)
    np.testing.assert_array_equal(fed.discovered, fed.captured)


def test_lists_feed_themselves_where_all_places_are_alike_and_a_search_by_lot_does_not():
    """One event a day everywhere: whatever is listed first stays listed, though no place has more than another."""
    alike = np.ones((200, 30), dtype=int)
    plain = replay(alike, counted, window_days=30, k=5)
    assert np.allclose(expected_ratio(plain.scores, plain.is_listed), 1)
    fed, by_lot = (
        replay_with_feedback(alike, counted, plain, window_days=30, searches=Searches(0.2, where=where), repetitions=20) for where in ("listed", "by-lot")
    )
    assert fed.expected_ratio[:, -1].min() > 1.25
    assert by_lot.expected_ratio[:, -1].max() < 1.25
    assert ((fed.days_listed > 150).sum(axis=1) == 5).all()


@pytest.mark.parametrize("repetitions", [3, 120])
def test_the_result_does_not_depend_on_how_many_run_at_once(repetitions):
    one, two = (replay_with_feedback(COUNTS, counted, PLAIN, window_days=15, repetitions=repetitions, jobs=jobs) for jobs in (1, 2))
    np.testing.assert_array_equal(one.discovered, two.discovered)
    np.testing.assert_array_equal(one.expected_ratio, two.expected_ratio)
    assert one.discovered.shape == (repetitions, 45)


def test_a_system_that_takes_one_morning_at_a_time_can_be_fed_too():
    alone = each_alone(lambda counts: counts.sum(axis=0))
    one, other = (replay_with_feedback(COUNTS, system, PLAIN, window_days=15, repetitions=2) for system in (alone, counted))
    np.testing.assert_array_equal(one.days_listed, other.days_listed)


def test_what_the_lists_share_with_those_without_feedback_is_said():
    fed = replay_with_feedback(COUNTS, counted, PLAIN, window_days=15, repetitions=4)
    assert overlap(PLAIN, PLAIN).tolist() == [1.0] * 45
    assert 0.3 < fed.shared.mean() < 1


def test_a_ratio_with_nothing_expected_elsewhere_is_not_a_number():
    assert np.isnan(expected_ratio(np.array([[2.0, 0.0], [0.0, 0.0]]), np.array([[True, False], [False, False]]))).all()


@pytest.mark.parametrize(
    ("asked", "said"),
    [((1.2,), "no chance"), ((float("nan"),), "no chance"), ((0.2, -1), "no number of events"), ((0.2, 1, "nowhere"), "listed, by-lot")],
)
def test_searches_that_cannot_be_are_refused(asked, said):
    with pytest.raises(BadSetting, match=said):
        Searches(*asked)


@pytest.mark.parametrize(("asked", "said"), [({"repetitions": 0}, "tries nothing"), ({"window_days": 16}, "fewer than 16 days")])
def test_what_cannot_be_simulated_is_refused(asked, said):
    with pytest.raises(BadSetting, match=said):
        replay_with_feedback(COUNTS, counted, PLAIN, **{"window_days": 15, **asked})


def test_progress_is_told():
    told = []
    replay_with_feedback(COUNTS, counted, PLAIN, window_days=15, repetitions=60, tell=lambda what, share: told.append(share))
    assert len(told) > 50
    assert told == sorted(told)
    assert told[-1] == 1.0
