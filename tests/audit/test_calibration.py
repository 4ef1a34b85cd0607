"""Calibration by group: against statsmodels and scikit-learn, and against worlds whose calibration is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from evenhand.audit.calibration import (
    are_probabilities,
    banded,
    calibration_error,
    lines,
    outcome_by_score,
    same_score_difference,
    same_score_gap,
    what_scores_mean,
)
from evenhand.audit.logistic import logistic
from evenhand.audit.ranking import Histogram
from evenhand.tables.errors import BadValue, CannotAnswer

RNG = np.random.default_rng(8)
STATED = np.linspace(0.05, 0.95, 10)


def world(shift: float = 0.0, people: int = 400, stretch: float = 1.0) -> Histogram:
    """Two groups scored with probabilities; the first's log odds are in truth `stretch` times those stated, plus `shift`."""
    odds = np.log(STATED / (1 - STATED))
    truth = np.stack([1 / (1 + np.exp(-(stretch * odds + shift))), STATED])
    positives = RNG.binomial(people, truth)
    return Histogram(STATED, positives.astype(float), (people - positives).astype(float))


def test_a_regression_on_counts_is_statsmodels():
    import statsmodels.api as sm

    columns = np.column_stack([np.ones(12), RNG.normal(size=(12, 2))])
    yes, no = RNG.integers(5, 60, 12), RNG.integers(5, 60, 12)
    theirs = sm.GLM(np.column_stack([yes, no]), columns, family=sm.families.Binomial()).fit()
    ours = logistic(columns, yes, no)
    assert_allclose(ours.coefficients, theirs.params, rtol=1e-8)
    assert_allclose(ours.errors, theirs.bse, rtol=1e-6)
    by_row = sm.GLM(np.repeat([1, 0], [yes.sum(), no.sum()]), np.vstack([np.repeat(columns, yes, axis=0), np.repeat(columns, no, axis=0)]),
                    family=sm.families.Binomial()).fit()  # fmt: skip
    assert (ours.deviance, ours.null_deviance, ours.aic) == pytest.approx((by_row.deviance, by_row.null_deviance, by_row.aic))


def test_a_regression_that_has_no_end_or_no_outcome_is_refused():
    with pytest.raises(CannotAnswer, match="no end|perfectly|settle"):
        logistic([[1, 0], [1, 1]], [0, 10], [10, 0])
    with pytest.raises(CannotAnswer, match="Either everybody or nobody"):
        logistic([[1, 0], [1, 1]], [0, 0], [10, 5])
    with pytest.raises(CannotAnswer, match="cannot be told apart"):
        logistic([[1, 2], [1, 2]], [3, 4], [10, 5])
    with pytest.raises(BadValue, match="missing or infinite"):
        logistic([[1, np.nan]], [3], [4])


def test_the_share_at_each_score_is_that_of_the_counts_with_exact_limits():
    from statsmodels.stats.proportion import proportion_confint

    seen = Histogram(np.array([1.0, 8.0]), np.array([[91.0, 245.0]]), np.array([[307.0, 114.0]]))
    found = outcome_by_score(seen)
    assert_allclose(found.value, [[91 / 398, 245 / 359]])
    assert_allclose([found.low[0], found.high[0]], proportion_confint([91, 245], [398, 359], method="beta"), rtol=1e-10)


def test_lines_of_a_calibrated_group_are_those_of_statsmodels_and_hold_nought_and_one():
    import statsmodels.api as sm

    seen = world(shift=0.4, stretch=0.8)
    line = lines(seen, seen.scores)[0]
    odds = np.log(STATED / (1 - STATED))
    both = np.column_stack([seen.positives[0], seen.negatives[0]])
    at_large = sm.GLM(both, np.ones((10, 1)), family=sm.families.Binomial(), offset=odds).fit()
    sloped = sm.GLM(both, sm.add_constant(odds), family=sm.families.Binomial()).fit()
    assert line.at_large.value == pytest.approx(at_large.params[0])
    assert [float(line.at_large.low), float(line.at_large.high)] == pytest.approx(at_large.conf_int()[0].tolist(), rel=1e-5)
    assert line.slope.value == pytest.approx(sloped.params[1])
    other = lines(seen, seen.scores)[1]
    assert other.slope.low < 1 < other.slope.high


def test_the_plain_mean_error_is_the_usual_one_worked_out_by_hand():
    seen = world(shift=0.5)
    error = calibration_error(seen, seen.scores)[0]
    share = seen.positives[0] / 400
    assert error.mean_absolute == pytest.approx(np.abs(share - STATED).mean())
    assert error.root_mean_square.value == pytest.approx(np.sqrt(np.mean((share - STATED) ** 2 - share * (1 - share) / 399)))


def test_chance_is_taken_off_so_that_a_calibrated_score_comes_out_near_nought():
    errors = [calibration_error(world(people=50), STATED)[1] for _ in range(200)]
    squares = np.array([float(error.root_mean_square.value) ** 2 for error in errors])
    assert np.mean([error.mean_absolute for error in errors]) > 0.04
    assert np.median(squares) < 0.001
    assert np.mean([float(error.root_mean_square.low) == 0 for error in errors]) > 0.9


def test_at_the_same_scores_a_planted_difference_is_found_whatever_the_scores_spread():
    """Group A has the outcome 10 points more often at each score, and far higher scores."""
    people = 100 * np.array([[100.0, 300.0, 600.0], [600.0, 300.0, 100.0]])
    share = np.array([[0.3, 0.5, 0.7], [0.2, 0.4, 0.6]])
    seen = Histogram(np.array([1.0, 2.0, 3.0]), people * share, people * (1 - share))
    found = same_score_difference(seen, reference=1)
    assert found.difference.value[0] == pytest.approx(0.1)
    assert found.difference.low[0] > 0
    assert np.isnan(found.difference.value[1])
    assert same_score_gap(seen, reference=1)[0].root_mean_square.value == pytest.approx(0.1, abs=0.01)


def test_scores_that_the_reference_never_has_are_left_out_and_told():
    seen = Histogram(np.array([1.0, 2.0]), np.array([[30.0, 10.0], [20.0, 0.0]]), np.array([[70.0, 10.0], [80.0, 0.0]]))
    found = same_score_difference(seen, reference=1)
    assert found.covered[0] == pytest.approx(100 / 120)
    assert found.difference.value[0] == pytest.approx(0.1)
    nobody = Histogram(np.array([1.0, 2.0]), np.array([[30.0, 0.0], [0.0, 20.0]]), np.array([[70.0, 0.0], [0.0, 80.0]]))
    assert np.isnan(same_score_difference(nobody, reference=1).difference.value[0])
    assert np.isnan(same_score_gap(nobody, reference=1)[0].root_mean_square.value)


def test_many_scores_become_bands_of_about_as_many_people():
    seen = Histogram(np.linspace(0, 1, 500), RNG.poisson(3, (2, 500)).astype(float), RNG.poisson(2, (2, 500)).astype(float))
    bands, which = banded(seen)
    assert len(bands.scores) == 20
    assert bands.positives.sum() == seen.positives.sum()
    people = (bands.positives + bands.negatives).sum(axis=0)
    assert people.max() / people.min() < 1.2
    assert_allclose(np.bincount(which, (seen.positives + seen.negatives).sum(axis=0)), people)
    assert banded(world())[0].scores.tolist() == STATED.tolist()


def test_what_scores_mean_is_the_pooled_curve_and_needs_two_scores():
    seen = Histogram(np.array([1.0, 2.0]), np.array([[30.0, 60.0]]), np.array([[70.0, 40.0]]))
    assert_allclose(what_scores_mean(seen), [0.3, 0.6], rtol=1e-8)
    with pytest.raises(CannotAnswer, match="same score"):
        what_scores_mean(Histogram(np.array([1.0]), np.array([[30.0]]), np.array([[70.0]])))


@pytest.mark.parametrize(("scores", "told"), [([0.2, 0.9], True), ([0, 1], False), ([1, 10], False), ([-0.1, 0.4], False)])
def test_what_can_be_a_probability(scores, told):
    assert are_probabilities(scores) is told


def test_a_stated_certainty_has_no_line():
    seen = Histogram(np.array([0.0, 0.5]), np.array([[3.0, 60.0]]), np.array([[70.0, 40.0]]))
    assert np.isnan(lines(seen, seen.scores)[0].slope.value)
