"""Intervals for events in blocks: against a bootstrap of blocks, at the edges, and how often they hold the truth."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from evenhand.audit.block_intervals import (
    batched,
    count_of_blocks,
    mean_of_blocks,
    ratio_in_same_blocks,
    ratio_of_intervals,
    share_difference_of_blocks,
    share_of_blocks,
    sign_flip_p,
)
from evenhand.audit.intervals import share_wilson
from evenhand.tables.errors import BadSetting, BadValue


def redrawn(columns, statistic, replicates: int = 3000) -> np.ndarray:
    """The slow twin: blocks drawn again with replacement, one replicate at a time."""
    rng, table = np.random.default_rng(7), np.column_stack(columns)
    return np.array([statistic(table[rng.integers(0, len(table), len(table))].sum(axis=0)) for _ in range(replicates)])


def some_days(seed: int, days: int = 120, events: float = 8.0, share: float = 0.3):
    rng = np.random.default_rng(seed)
    whole = rng.poisson(events, days).astype(float)
    return rng.binomial(whole.astype(int), rng.beta(8 * share, 8 * (1 - share), days)).astype(float), whole


def some_places(seed: int, places: int = 150, share: float = 0.3):
    rng = np.random.default_rng(seed)
    whole = rng.geometric(0.4, places).astype(float)
    return whole * (rng.random(places) < share), whole


@pytest.mark.parametrize(("made", "blocks"), [(some_days, "periods"), (some_places, "places")])
def test_a_share_is_as_sure_as_a_bootstrap_of_blocks_says(made, blocks):
    """Where there are many blocks and no edge is near, both say the same; the width within a tenth."""
    part, whole = made(1)
    value, low, high = share_of_blocks(part, whole, blocks=blocks)
    draws = redrawn([part, whole], lambda sums: sums[0] / sums[1])
    assert value == pytest.approx(part.sum() / whole.sum())
    assert (high - low) / np.subtract(*np.quantile(draws, [0.975, 0.025])) == pytest.approx(1, abs=0.1)


def test_a_difference_is_as_sure_as_a_bootstrap_of_blocks_says():
    rng = np.random.default_rng(2)
    whole = rng.poisson(8, 150).astype(float)
    one = rng.binomial(whole.astype(int), 0.2).astype(float)
    other = rng.binomial((whole - one).astype(int), 0.15).astype(float)
    value, low, high = share_difference_of_blocks(one, other, whole, blocks="periods")
    draws = redrawn([one, other, whole], lambda sums: (sums[0] - sums[1]) / sums[2])
    assert value == pytest.approx((one.sum() - other.sum()) / whole.sum())
    assert (high - low) / np.subtract(*np.quantile(draws, [0.975, 0.025])) == pytest.approx(1, abs=0.1)


def test_single_events_at_single_places_give_the_plain_wilson_interval():
    part = np.r_[np.ones(8), np.zeros(12)]
    ours, plain = share_of_blocks(part, np.ones(20), blocks="places"), share_wilson(8, 20)
    # The variance is that of a sample, n - 1 for n.
    assert ours.low == pytest.approx(float(plain.low), abs=0.01)
    assert ours.high == pytest.approx(float(plain.high), abs=0.01)


@pytest.mark.parametrize("blocks", ["places", "periods"])
def test_no_hit_and_nothing_but_hits_leave_room_for_chance(blocks):
    none, all_ = (share_of_blocks(part, np.ones(20), blocks=blocks) for part in (np.zeros(20), np.ones(20)))
    assert (none.value, none.low) == (0, 0)
    assert none.high == pytest.approx(float(share_wilson(0, 20).high))
    assert (all_.value, all_.high, all_.low) == (1, 1, pytest.approx(1 - none.high))


def test_one_single_event_says_next_to_nothing():
    for part in (0.0, 1.0):
        value, low, high = share_of_blocks([part], [1.0], blocks="places")
        assert value == part
        assert high - low > 0.75


def test_no_event_at_all_has_no_share():
    assert all(np.isnan(part) for part in share_of_blocks([0, 0], [0, 0], blocks="periods"))
    assert np.isnan(share_difference_of_blocks([0, 0], [0, 0], [0, 0], blocks="places").value)
    assert np.isnan(mean_of_blocks([0.0], [0.0]).value)


def test_no_event_that_tells_two_systems_apart_is_not_certainty_that_they_are_alike():
    value, low, high = share_difference_of_blocks(np.zeros(30), np.zeros(30), np.ones(30), blocks="places")
    assert value == 0
    assert low < -0.1 < 0.1 < high


def test_one_place_with_most_of_the_crime_is_worth_few_events():
    crowded, even = (share_of_blocks(np.r_[whole[0], 0 * whole[1:]], whole, blocks="places") for whole in (np.r_[50.0, np.ones(50)], np.r_[2.0, np.ones(98)]))
    assert crowded.high - crowded.low > 0.6
    assert even.high - even.low < 0.15


@pytest.mark.parametrize(("part", "whole"), [([2.0], [1.0]), ([-1.0], [1.0]), ([np.nan], [1.0])])
def test_counts_that_cannot_be_are_refused(part, whole):
    with pytest.raises(BadValue, match="missing count is not zero"):
        share_of_blocks(part, whole, blocks="places")


def test_a_rest_of_periods_joins_the_last_block():
    assert batched(np.arange(10), 4).tolist() == [6, 39]
    assert batched([3.0], 7).tolist() == [3]
    with pytest.raises(BadSetting):
        batched([1.0], 0)


def test_a_ratio_whose_lower_share_may_be_nothing_has_no_end_above():
    one, none = share_of_blocks(np.r_[1.0, np.zeros(9)], np.ones(10), blocks="places"), share_of_blocks(np.zeros(10), np.ones(10), blocks="places")
    assert np.isnan(ratio_of_intervals(one, none).value)
    assert ratio_of_intervals(none, one).value == 0
    assert ratio_of_intervals(none, one).high > 0


def test_the_same_places_before_and_after_make_a_sharper_ratio():
    rng = np.random.default_rng(3)
    rate = rng.gamma(1, 3, 200)
    before, after, inside = rng.poisson(rate).astype(float), rng.poisson(rate).astype(float), np.arange(200) < 25
    paired = ratio_in_same_blocks(after * inside, after, before * inside, before)
    alone = ratio_of_intervals(*(share_of_blocks(table * inside, table, blocks="places") for table in (after, before)))
    draws = redrawn([after * inside, after, before * inside, before], lambda s: np.log((s[0] / s[1]) / (s[2] / s[3])))
    assert paired.value == pytest.approx(float(alone.value))
    assert np.log(paired.high / paired.low) / (2 * 1.96 * draws.std()) == pytest.approx(1, abs=0.15)
    assert paired.high - paired.low < (alone.high - alone.low) / 2


def test_the_flip_test_lists_every_way_where_there_are_few():
    """Ten differences: the p-value is a share of 1,024 ways, here counted one by one."""
    apart = np.array([3, -1, 2, 2, -2, 4, 1, -1, 2, 1], dtype=float)
    ways = [abs(np.dot(signs, np.abs(apart))) >= abs(apart.sum()) for signs in product((-1, 1), repeat=10)]
    assert sign_flip_p(apart) == pytest.approx(np.mean(ways), abs=1e-12)
    assert sign_flip_p([0, 0]) == 1
    assert sign_flip_p(np.ones(40), draws=999) == pytest.approx(0.001)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("made", "blocks", "many", "share"),
    [(made, blocks, many, share) for made, blocks in ((some_places, "places"), (some_days, "periods")) for many in (20, 60, 200) for share in (0.1, 0.3, 0.6)],
)
def test_a_share_holds_the_truth_as_often_as_it_says(made, blocks, many, share):
    """2,000 towns of each kind: a nominal 95 % holds in 93 to 97.5 %.

    Conditions: places wholly in or out, with events clumped geometrically; days of eight events whose share itself varies from day to day.
    """
    held = sum(low <= share <= high for _, low, high in (share_of_blocks(*made(seed, many, share=share), blocks=blocks) for seed in range(2000)))
    assert 0.93 <= held / 2000 <= 0.975


@pytest.mark.slow
@pytest.mark.parametrize(("days", "better"), [(30, 0.0), (100, 0.0), (100, 0.06)])
def test_a_difference_and_its_test_hold_what_they_say(days, better):
    """1,500 comparisons of systems that each catch a fifth the other misses, on days of six events: coverage, size and power."""
    held = rejected = 0
    for seed in range(1500):
        rng = np.random.default_rng(seed)
        whole = rng.poisson(6, days)
        one = rng.binomial(whole, 0.2 + better)
        other = rng.binomial(whole - one, 0.2 / (0.8 - better))
        _, low, high = share_difference_of_blocks(one, other, whole, blocks="periods")
        held += low <= better <= high
        rejected += sign_flip_p(one - other, draws=199, seed=seed) <= 0.05
    assert 0.93 <= held / 1500 <= 0.97
    if better:
        assert rejected / 1500 > 0.5
    else:
        assert 0.035 <= rejected / 1500 <= 0.065


@pytest.mark.slow
def test_a_difference_between_places_is_wide_where_little_tells_them_apart_and_right_where_much_does():
    """At 1 to 5 % of 100 places the interval holds more often than it says; from a tenth on, as often."""
    for apart, least, most in ((0.02, 0.97, 1.0), (0.2, 0.93, 0.975)):
        held = 0
        for seed in range(1500):
            rng = np.random.default_rng(seed)
            whole, lot = rng.geometric(0.4, 100).astype(float), rng.random(100)
            _, low, high = share_difference_of_blocks(whole * (lot < apart), whole * ((lot >= apart) & (lot < 2 * apart)), whole, blocks="places")
            held += low <= 0 <= high
        assert least <= held / 1500 <= most


@pytest.mark.slow
@pytest.mark.parametrize("blocks", ["places", "periods"])
def test_means_counts_and_ratios_hold_the_truth_as_often_as_they_say(blocks):
    """1,500 towns of 80 blocks; a mean of events' depths, a count of clumped events, a share that falls by a fifth."""
    held = np.zeros(3)
    for seed in range(1500):
        rng = np.random.default_rng(seed)
        whole = rng.geometric(0.3, 80).astype(float) if blocks == "places" else rng.poisson(6, 80).astype(float)
        depth = rng.random(80) if blocks == "places" else rng.beta(2, 2, 80)
        _, low, high = mean_of_blocks(whole * depth, whole)
        held[0] += low <= 0.5 <= high
        inside = rng.poisson(20) if blocks == "places" else None
        part = np.r_[rng.geometric(0.3, inside), np.zeros(80)] if blocks == "places" else rng.poisson(0.5, 80).astype(float)
        all_ = np.r_[part[part > 0], whole] if blocks == "places" else whole + part
        _, low, high = count_of_blocks(part if blocks == "periods" else np.r_[part[part > 0], 0 * whole], all_, blocks=blocks)
        held[1] += low <= (20 / 0.3 if blocks == "places" else 40) <= high
        rate, chosen = rng.gamma(2, 3, 80), np.arange(80) < 20
        before, after = rng.poisson(rate).astype(float), rng.poisson(np.where(chosen, 0.8, 1) * rate).astype(float)
        _, low, high = ratio_in_same_blocks(after * chosen, after, before * chosen, before)
        held[2] += low <= (0.8 * 20 / (0.8 * 20 + 60)) / 0.25 <= high
    assert (held / 1500 >= 0.925).all(), held / 1500
    assert (held / 1500 <= 0.98).all(), held / 1500
