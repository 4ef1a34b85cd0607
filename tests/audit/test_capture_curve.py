"""Capture curves and indices of places: by hand, by loops over every order of ties, and at the edges."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from evenhand.audit.accuracy import pai
from evenhand.audit.capture_curve import (
    Placed,
    area_difference,
    area_of_blocks,
    area_under,
    captured_at,
    curve_difference,
    curve_of_blocks,
    gini,
    placed,
)
from evenhand.audit.intervals import Interval
from evenhand.audit.place_indices import best_possible, pei, pei_star, ppai, rri, ser
from evenhand.tables.errors import BadSetting, BadValue

EVENTS, PREDICTED = np.array([6.0, 7, 3, 2, 1, 0]), np.array([8.0, 4, 4, 2, 1, 0])
"""The example of the R package ptools (Wheeler), `pai`: six places of one size, two of them predicted alike."""


def made_up(seed: int = 1, places: int = 60):
    rng = np.random.default_rng(seed)
    rate = rng.gamma(0.7, 3, places)
    return rng.poisson(rate).astype(float), np.round(rate + rng.normal(0, 1, places)), rng.uniform(0.5, 1.5, places)


def test_the_indices_of_the_published_example():
    """ptools 2.0.0, `pai`: its PAI and PEI of the first place, and of the first three, whatever the order of the tie."""
    top, three = (np.argsort(-PREDICTED, kind="stable")[:k] for k in (1, 3))
    for chosen in (top, three):
        n, share = EVENTS[chosen].sum(), len(chosen) / 6
        best = best_possible(EVENTS, [len(chosen)], np.ones(6))
        perfect = np.sort(EVENTS)[::-1][: len(chosen)].sum()
        assert pai(n / 19, share) == pytest.approx((n / 19) / share)
        assert pei(n, len(chosen), best) == pytest.approx(n / perfect)
        assert pei_star(n, best) == pytest.approx(n / perfect)
    assert pai(6 / 19, 1 / 6) == pytest.approx(1.8947, abs=1e-4)


def test_the_best_possible_is_found_by_trying_every_choice():
    events, _, size = made_up(3, 8)
    from itertools import combinations

    best = best_possible(events, [3], size)
    assert best.events[0] == max(sum(events[list(choice)]) for choice in combinations(range(8), 3))
    assert best.densest_events[0] / best.densest_size[0] <= max(events / size)


def test_where_places_differ_in_size_pei_and_pei_star_part():
    """A sliver with one event is the densest place; capturing all that can be captured still scores 1 by PEI*."""
    best = best_possible([[9, 1]], [1], [1.0, 0.01])
    assert pei_star(9, best) == 1
    assert pei(9, 1.0, best) == pytest.approx(0.09)


def test_a_penalised_index_lies_between_the_share_and_the_accuracy_index():
    assert ppai(0.3, 0.02, alpha=0) == 0.3
    assert ppai(0.3, 0.02, alpha=1) == pytest.approx(pai(0.3, 0.02))
    with pytest.raises(BadSetting):
        ppai(0.3, 0.02, alpha=1.5)


def test_no_events_and_no_ground_give_no_index():
    none = best_possible(np.zeros((1, 3)), [1], np.ones(3))
    assert np.isnan(pei_star(0, none))
    assert np.isnan(pei(0, 1, none))
    assert np.isnan(ser(3, 0))
    blank = Interval(np.asarray(0.0), np.asarray(0.0), np.asarray(0.1))
    assert np.isnan(rri(blank, blank).value)
    for many, size in (([4], np.ones(3)), ([1], np.zeros(3))):
        with pytest.raises(BadValue):
            best_possible(np.ones((1, 3)), many, size)


def test_the_curve_is_that_of_a_walk_down_the_ranking():
    """The slow twin: flag places one by one, best first, and count."""
    events, score, size = made_up()
    score = score + np.arange(len(score)) * 1e-6  # no ties
    order = np.argsort(-score)
    ground, captured = np.cumsum(size[order]) / size.sum(), np.cumsum(events[order])
    np.testing.assert_allclose(captured_at(events, placed(score, size), ground), captured, rtol=1e-12)


def test_ties_are_the_mean_over_every_order_of_the_tied():
    events, score = np.array([6.0, 1, 2, 5]), np.array([3.0, 1, 1, 1])
    cuts = np.arange(5) / 4
    orders = [np.cumsum(events[[0, *order]]) for order in permutations([1, 2, 3])]
    expected = np.r_[0, np.mean(orders, axis=0)]
    np.testing.assert_allclose(captured_at(events, placed(score, np.ones(4)), cuts), expected, rtol=1e-12)
    walks = [np.trapezoid(np.r_[0, walk] / 14, cuts) for walk in orders]
    assert area_under(events, placed(score, np.ones(4))) == pytest.approx(np.mean(walks), rel=1e-12)


def test_the_area_is_the_chance_that_an_event_ranks_above_a_bit_of_ground():
    """Mann and Whitney's form, ties counted half: all pairs, one by one."""
    events, score, size = made_up(2)
    wins = sum(
        n * a * ((s > t) + 0.5 * (s == t)) for n, s in zip(events, score, strict=True) for a, t in zip(size, score, strict=True)
    ) / (events.sum() * size.sum())
    assert area_under(events, placed(score, size)) == pytest.approx(wins, rel=1e-12)
    from sklearn.metrics import roc_auc_score

    with_event, ones = np.repeat(score, events.astype(int)), np.ones(len(score))
    peer = roc_auc_score(np.r_[np.ones(len(with_event)), np.zeros(len(score))], np.r_[with_event, score])
    assert area_under(events, placed(score, ones)) == pytest.approx(peer, rel=1e-12)
    assert gini(peer) == pytest.approx(2 * peer - 1)


def test_a_constant_score_has_no_skill_and_a_missing_one_ranks_last():
    events, _, size = made_up(4)
    assert area_under(events, placed(np.ones(60), size)) == pytest.approx(0.5)
    assert placed([np.nan, 1.0, 0.0], np.ones(3)).start.round(2).tolist() == [0.67, 0, 0.33]
    assert np.isnan(area_under(np.zeros(3), placed([1.0, 2, 3], np.ones(3))))


@pytest.mark.parametrize("size", [[1.0, np.nan], [0.0, 0.0], [-1.0, 2.0]])
def test_sizes_that_cannot_be_are_refused(size):
    with pytest.raises(BadValue, match="missing is never zero"):
        placed([1.0, 2.0], size)


@pytest.mark.parametrize("blocks", ["places", "periods"])
def test_the_curve_with_limits_has_the_plain_curve_in_the_middle(blocks):
    rng = np.random.default_rng(5)
    events, score = rng.poisson(0.3, (40, 30)).astype(float), rng.integers(0, 6, (40, 30)).astype(float)
    where, cuts = placed(score, np.ones(30)), np.arange(31) / 30
    curve = curve_of_blocks(events, where, cuts, blocks=blocks, length=3)
    np.testing.assert_allclose(curve.value, captured_at(events, where, cuts).sum(axis=0) / events.sum(), rtol=1e-12)
    assert ((curve.low <= curve.value) & (curve.value <= curve.high)).all()
    area = area_of_blocks(events, where, blocks=blocks, length=3)
    assert area.value == pytest.approx(area_under(events, where), rel=1e-12)
    other = placed(rng.random((40, 30)), np.ones(30))
    gap, area_gap = curve_difference(events, where, other, cuts, blocks=blocks), area_difference(events, where, other, blocks=blocks)
    np.testing.assert_allclose(gap.value, curve.value - curve_of_blocks(events, other, cuts, blocks=blocks).value, atol=1e-12)
    assert area_gap.value == pytest.approx(area_under(events, where) - area_under(events, other), rel=1e-9)


def test_a_difference_counts_only_what_tells_two_rankings_apart():
    """Where two rankings hardly differ the interval of their difference is far narrower than those of the two."""
    events, score, size = made_up(6, 400)
    where, other = placed(score[None, :], size), placed((score + (np.arange(400) % 7 == 0))[None, :], size)
    one, gap = area_of_blocks(events[None, :], where, blocks="places"), area_difference(events[None, :], where, other, blocks="places")
    assert gap.high - gap.low < (one.high - one.low) / 4


@pytest.mark.slow
def test_the_area_and_the_curve_hold_the_truth_as_often_as_they_say():
    """1,000 towns of 300 places whose events are clumped and whose ranking is known to have an area of 0.75: 95 % nominal."""
    held = np.zeros(2)
    for seed in range(1000):
        rng = np.random.default_rng(seed)
        at = rng.beta(1, 3, 200)  # share ranked above each clump: mean 0.25, so the area is 0.75
        events = rng.geometric(0.4, 200).astype(float)[None, :]
        where = Placed(at[None, :], at[None, :])
        _, low, high = area_of_blocks(events, where, blocks="places")
        held[0] += low <= 0.75 <= high
        _, low, high = curve_of_blocks(events, where, [0.2], blocks="places")
        held[1] += low[0] <= 1 - 0.8**3 <= high[0]
    assert ((held / 1000 >= 0.925) & (held / 1000 <= 0.975)).all(), held / 1000
