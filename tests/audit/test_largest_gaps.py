"""The largest gap between groups: fairlearn's value, and limits that fairlearn does not give."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.audit.group_rates import cells_of, parts_of
from evenhand.audit.largest_gaps import largest_difference, smallest_ratio
from evenhand.tables.errors import CannotAnswer
from tests.audit.made_up_scores import counted, made_up_people

GROUPS = ("Amber", "Blue", "Green")


def stacked(cells, *rates):
    parts = [parts_of(cells, rate) for rate in rates]
    return np.stack([part for part, _ in parts]), np.stack([part + rest for part, rest in parts])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("groups", [GROUPS, GROUPS[:2]])
def test_values_are_fairlearns(groups):
    from fairlearn import metrics

    rows = made_up_people(2_000)
    rows = rows[rows["group"].isin(groups)]
    cells = cells_of(counted(rows).cells, groups)
    asked = {"y_true": rows["outcome"], "y_pred": rows["is_flagged"], "sensitive_features": rows["group"]}
    odds, parity = stacked(cells, "true_positive_rate", "false_positive_rate"), stacked(cells, "selection_rate")
    assert largest_difference(*odds).value == pytest.approx(metrics.equalized_odds_difference(**asked))
    assert smallest_ratio(*odds).value == pytest.approx(metrics.equalized_odds_ratio(**asked))
    assert largest_difference(*parity).value == pytest.approx(metrics.demographic_parity_difference(**asked))
    assert smallest_ratio(*parity).value == pytest.approx(metrics.demographic_parity_ratio(**asked))


def test_it_names_what_set_it():
    gap = largest_difference([[10, 50, 30], [20, 25, 21]], [[100, 100, 100], [100, 100, 100]])
    assert (gap.rate, gap.most, gap.least) == (0, 1, 0)
    assert gap.value == pytest.approx(0.4)
    assert gap.low < 0.4 < gap.high
    assert gap.p_value < 0.01
    ratio = smallest_ratio([[10, 50, 30]], [[100, 100, 100]])
    assert (ratio.most, ratio.least) == (1, 0)
    assert ratio.value == pytest.approx(0.2)


def test_groups_alike_give_a_lower_limit_of_nought_and_a_ratio_that_may_be_one():
    gap = largest_difference([[50, 52, 47, 51]], [[100, 100, 100, 100]])
    assert gap.low == 0
    assert gap.p_value > 0.3
    assert smallest_ratio([[50, 52, 47, 51]], [[100, 100, 100, 100]]).high == 1


def test_percentiles_of_redrawn_gaps_never_reach_nought_though_nothing_is_there():
    """Why no percentile interval is used: for six equal groups its lower end is above the truth in every one of 50 worlds."""
    random = np.random.default_rng(5)
    misses = 0
    for _ in range(50):
        part = random.binomial(200, 0.4, size=6)
        redrawn = random.binomial(200, part / 200, size=(400, 6)) / 200
        misses += np.quantile(np.ptp(redrawn, axis=1), 0.025) > 0
        assert largest_difference([part], [np.full(6, 200)], replicates=200).high > 0
    assert misses == 50


def test_groups_without_anybody_are_passed_over():
    gap = largest_difference([[5, 0, 20]], [[50, 0, 50]])
    assert {gap.most, gap.least} == {0, 2}
    with pytest.raises(CannotAnswer, match="No two groups"):
        largest_difference([[5, 0]], [[50, 0]])
    with pytest.raises(CannotAnswer, match="No two groups"):
        smallest_ratio([[0, 0]], [[50, 60]])


def test_areas_drawn_again_widen_the_limits():
    part, whole = np.array([[40.0, 70.0]]), np.array([[100.0, 100.0]])
    plain = largest_difference(part, whole)
    draws = part / whole + np.random.default_rng(1).normal(0, 0.15, size=(500, 1, 2))
    wide = largest_difference(part, whole, draws=draws, areas=20)
    assert wide.value == plain.value
    assert wide.low < plain.low
    assert wide.high > plain.high
    with pytest.raises(CannotAnswer, match="one area only"):
        largest_difference(part, whole, draws=draws, areas=1)


def test_the_same_seed_gives_the_same_limits():
    assert largest_difference([[30, 40, 50]], [[99, 99, 99]], seed=4) == largest_difference([[30, 40, 50]], [[99, 99, 99]], seed=4)
