"""Stops on flagged ground over elsewhere: the interval holds 1 as often as it says where stops take no notice of the ground."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.audit.flagged_stops import stops_there_and_elsewhere
from evenhand.tables.errors import CannotAnswer


def towns(many: int, *, areas: int = 120, flagged: int = 30, times: float = 1.0):
    """Made-up towns: stops come in clusters (negative binomial), `times` as many per resident on flagged ground."""
    for seed in range(many):
        rng = np.random.default_rng(seed)
        share = np.zeros(areas)
        share[rng.choice(areas, flagged, replace=False)] = rng.choice([0.5, 1.0], flagged)
        people = rng.integers(200, 900, areas).astype(float)
        level = rng.gamma(1.5, 1 / 1.5, areas)
        there = rng.poisson(0.01 * times * level * people * share).astype(float)
        elsewhere = rng.poisson(0.01 * level * people * (1 - share)).astype(float)
        yield there, elsewhere, people, share, seed


@pytest.mark.parametrize("times", [1.0, 2.5])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(times):
    held = []
    for there, elsewhere, people, share, seed in towns(400, times=times):
        shown = stops_there_and_elsewhere(there, elsewhere, people, share, replicates=200, seed=seed).shown
        held.append(shown.low[0] <= times <= shown.high[0])
    assert 0.88 <= np.mean(held) <= 0.99


def test_the_ratio_is_that_of_rates_counted_by_hand():
    there, elsewhere, people, share, _ = next(towns(1))
    shown = stops_there_and_elsewhere(there, elsewhere, people, share, replicates=100).shown
    assert shown.value[0] == pytest.approx((there.sum() / (people @ share)) / (elsewhere.sum() / (people @ (1 - share))))


def test_nobody_stopped_elsewhere_leaves_nothing_to_compare_with():
    with pytest.raises(CannotAnswer):
        stops_there_and_elsewhere(np.array([3.0]), np.array([0.0]), np.array([10.0]), np.array([0.5]))
