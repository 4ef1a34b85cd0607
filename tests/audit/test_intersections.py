"""Cells of several attributes: steadied rates against brute force, the search, and differential fairness by its definition."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import integrate, stats

from evenhand.audit.intersections import crossed, differential_fairness, shrunken_rates, stands_out_p
from evenhand.audit.multi_calibration import outcome_over_expected
from evenhand.tables.errors import CannotAnswer

PART, WHOLE = np.array([4, 40, 60, 45, 12]), np.array([5, 100, 120, 90, 60])


def test_cells_are_those_that_occur_and_what_was_not_recorded_is_one_of_them():
    cells, which = crossed(pd.DataFrame({"group": ["B", "A", None], "sex": ["F", "M", "F"]}), ["group", "sex"])
    assert cells == [("A", "M"), ("B", "F"), ("not recorded", "F")]
    assert which.tolist() == [1, 0, 2]


def test_small_cells_are_drawn_towards_the_others_and_large_ones_stay():
    found = shrunken_rates(PART, WHOLE)
    raw, together = PART / WHOLE, PART.sum() / WHOLE.sum()
    pulled = (raw - found.rate.value) / (raw - together)
    assert 0 < pulled[2] < 0.4
    assert pulled[0] > pulled[1]
    assert (found.rate.low < found.rate.value).all()
    assert (found.rate.value < found.rate.high).all()


def test_a_cells_rate_is_the_mean_over_all_that_the_beta_could_be():
    """The slow twin integrates over mean and 1 / (1 + size), both flat, with scipy."""
    part, whole = np.array([3, 9, 14]), np.array([10, 20, 30])

    def weight(alike, mean, at=None):
        size = (1 - alike) / alike
        fit = np.prod(stats.betabinom.pmf(part, whole, mean * size, (1 - mean) * size))
        return fit * (1 if at is None else (mean * size + part[at]) / (size + whole[at]))

    total = integrate.dblquad(weight, 0, 1, 1e-6, 0.67, epsabs=1e-8)[0]
    for at in range(3):
        slow = integrate.dblquad(lambda alike, mean, at=at: weight(alike, mean, at), 0, 1, 1e-6, 0.67, epsabs=1e-8)[0] / total
        assert shrunken_rates(part, whole).rate.value[at] == pytest.approx(slow, abs=0.01)


def test_a_cell_without_people_has_no_rate_and_two_cells_are_too_few():
    found = shrunken_rates([4, 0, 30, 10], [9, 0, 60, 50])
    assert np.isnan(found.rate.value).tolist() == [False, True, False, False]
    with pytest.raises(CannotAnswer, match="too few"):
        shrunken_rates([4, 3], [9, 10])


def test_the_chance_of_lying_above_all_together_follows_the_rate():
    found = shrunken_rates([80, 50, 20, 50], [100, 100, 100, 100])
    assert found.above[0] > 0.99
    assert found.above[2] < 0.01
    assert 0.1 < found.above[1] < 0.9


def test_a_planted_cell_stands_out_of_a_search_and_equal_cells_do_not():
    random = np.random.default_rng(4)
    whole = np.full(30, 200)
    planted = random.binomial(whole, np.r_[0.55, np.full(29, 0.3)])
    assert stands_out_p(planted, whole)[0] < 0.001
    called = sum((stands_out_p(random.binomial(whole, 0.3), whole) <= 0.05).any() for _ in range(100))
    assert called <= 12


def test_differential_fairness_is_the_largest_log_ratio_over_pairs_and_outcomes():
    """The slow twin tries every pair of cells and both outcomes, each rate smoothed by half a person."""
    flagged = (PART + 0.5) / (WHOLE + 1)
    slow = max(abs(np.log(one[i] / one[j])) for one in (flagged, 1 - flagged) for i, j in itertools.combinations(range(5), 2))
    found = differential_fairness(PART, WHOLE)
    assert found.value == pytest.approx(slow)
    assert found.low <= found.value <= found.high
    assert found.low > 0


def test_it_has_no_upper_end_where_a_cell_could_have_any_ratio():
    assert differential_fairness([0, 30, 40], [10, 100, 100]).high == np.inf
    with pytest.raises(CannotAnswer, match="nothing to compare"):
        differential_fairness([4, 0], [9, 0])


def test_outcomes_expected_from_scores_are_those_of_everybody_with_the_same_score():
    """The slow twin goes through people one by one."""
    random = np.random.default_rng(5)
    cell, score = random.integers(0, 4, 2_000), random.integers(0, 5, 2_000)
    had = random.random(2_000) < 0.1 + 0.15 * score
    table = np.zeros((2, 4, 5))
    np.add.at(table, (had.astype(int), cell, score), 1)
    found = outcome_over_expected(table[1], table[0])
    usual = [had[score == at].mean() for at in range(5)]
    for at in range(4):
        expected = sum(usual[one] for one in score[cell == at])
        assert found.expected[at] == pytest.approx(expected)
        assert found.ratio.value[at] == pytest.approx(had[cell == at].sum() / expected)
    assert found.expected.sum() == pytest.approx(had.sum())


def test_a_cell_that_scores_understate_is_found_and_the_rest_seldom_called():
    random = np.random.default_rng(6)
    people, chance = np.full((8, 4), 60), np.array([0.2, 0.35, 0.5, 0.65])
    called, wrong, held = 0, 0, 0
    for _ in range(200):
        truth = np.tile(chance, (8, 1))
        truth[0] += 0.15
        positives = random.binomial(people, truth)
        found = outcome_over_expected(positives, people - positives, stated=chance)
        called, wrong = called + (found.p_value[0] <= 0.05), wrong + (found.p_value[1:] <= 0.05).any()
        held += found.ratio.low[3] <= 1 <= found.ratio.high[3]
    assert called / 200 > 0.9
    assert wrong / 200 < 0.15
    assert held / 200 >= 0.93  # and more, for people of unlike scores vary less than the limits suppose


def test_a_cell_of_nobody_has_no_ratio():
    found = outcome_over_expected([[0, 0], [5, 6]], [[0, 0], [7, 3]])
    assert np.isnan([found.ratio.value[0], found.p_value[0]]).all()


def test_positions_are_those_of_the_cells_given():
    found = differential_fairness([0, 10, 90], [0, 100, 100])
    assert (found.most, found.least) in ((2, 1), (1, 2))
    assert_allclose(found.value, np.log(90.5 / 10.5))
