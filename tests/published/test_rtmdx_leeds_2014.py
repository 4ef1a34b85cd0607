"""University of Leeds, RTMDx model report of 12 June 2014: a run whose call, coefficients, deviance and criteria are printed.

Two factors, one tried by both proximity and density and one by proximity only, at three whole blocks of 500 m; 9,199 cells of
250 m. The model is gamlss's NBII with an intercept, two coefficients and log sigma. The user manual's appendix (rev. 8,
2015) prints a second count of variables.
"""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.systems.count_models import information_criterion
from evenhand.systems.feature_layers import bands_m, variable_count
from evenhand.systems.relative_risk import expected_counts, highest_possible_score, relative_risk_value

BETAS, INTERCEPT, LOG_SIGMA, DEVIANCE, CELLS = (3.0617, 2.1578), -3.3565, 1.69852, 18288.17, 9199


@pytest.mark.parametrize(("beta", "printed"), [(3.0617, 21.3638), (2.1578, 8.6521)])
def test_relative_risk_values(beta, printed):
    """Coefficients are printed to four decimals, which leaves a relative risk value open by 0.00005 of itself."""
    assert relative_risk_value(beta) == pytest.approx(printed, rel=6e-5)


def test_highest_possible_score():
    assert highest_possible_score(BETAS) == pytest.approx(184.8, abs=0.05)


def test_criteria():
    """Intercept, two coefficients and log sigma: four numbers fitted."""
    assert information_criterion(DEVIANCE, parameters=4) == pytest.approx(18296.17, abs=0.005)
    assert information_criterion(DEVIANCE, parameters=4, cells=CELLS) == pytest.approx(18324.68, abs=0.005)


def test_a_cell_with_both_marks_is_expected_to_hold_as_many_times_the_count_of_one_with_none():
    none, both = expected_counts(INTERCEPT, BETAS, [[0, 0], [1, 1]])
    assert none == pytest.approx(np.exp(-3.3565))
    assert both / none == pytest.approx(184.8, abs=0.05)


def test_numbers_of_variables():
    assert bands_m(block_m=500, increment="whole", max_blocks=3).tolist() == [500, 1000, 1500]
    assert variable_count([("both", 3), ("proximity", 3)]) == 9
    six = len(bands_m(block_m=500, increment="half", max_blocks=3))
    assert variable_count([*[("both", six)] * 14, ("proximity", six)]) == 174


def test_the_printed_scatter_makes_the_variance_six_and_a_half_times_the_mean():
    """Variance = mean * (1 + sigma), linear in the mean."""
    assert 1 + np.exp(LOG_SIGMA) == pytest.approx(6.466, abs=0.001)
