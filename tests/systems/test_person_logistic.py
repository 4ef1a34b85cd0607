"""The regression agrees with others' programs, finds what was planted, and is tuned as one would by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.systems.person_logistic import as_probability, fit_logistic, shift_for_share
from evenhand.tables.errors import CannotAnswer


def people(rows=4000, seed=1):
    lots = np.random.default_rng(seed)
    features = {"age": lots.integers(12, 60, rows).astype(float), "priors": lots.poisson(1.5, rows).astype(float), "is_male": lots.random(rows) < 0.7}
    return features, lots.random(rows) < as_probability(-1.0 - 0.05 * features["age"] + 0.4 * features["priors"] + 0.5 * features["is_male"])


def test_it_finds_the_effects_that_were_planted():
    found = fit_logistic(*people(rows=60_000)).per_unit
    assert found == pytest.approx({"age": -0.05, "priors": 0.4, "is_male": 0.5}, abs=0.07)


def test_it_agrees_with_statsmodels_without_a_ridge():
    import statsmodels.api as sm

    features, outcome = people()
    values = np.column_stack([np.asarray(one, dtype=float) for one in features.values()])
    theirs = sm.Logit(outcome.astype(float), sm.add_constant(values)).fit(disp=0)
    mine = fit_logistic(features, outcome, ridge=0)
    np.testing.assert_allclose(list(mine.per_unit.values()), theirs.params[1:], rtol=1e-6)
    np.testing.assert_allclose(mine.probability(features), theirs.predict(), rtol=1e-6)


def test_it_agrees_with_scikit_learn_with_a_ridge():
    from sklearn.linear_model import LogisticRegression

    features, outcome = people(rows=500)
    values = np.column_stack([np.asarray(one, dtype=float) for one in features.values()])
    scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    theirs = LogisticRegression(C=1 / 25, tol=1e-10, max_iter=1000).fit(scaled, outcome)
    mine = fit_logistic(features, outcome, ridge=25)
    np.testing.assert_allclose(mine.coefficients, theirs.coef_[0], rtol=1e-4)
    assert mine.intercept == pytest.approx(theirs.intercept_[0], rel=1e-4)


def test_the_mean_probability_is_the_share_for_whom_it_came_about():
    features, outcome = people()
    assert fit_logistic(features, outcome).probability(features).mean() == pytest.approx(outcome.mean(), abs=1e-6)


def test_a_feature_that_is_the_same_for_all_weighs_nothing():
    features, outcome = people()
    found = fit_logistic({**features, "constant": np.full(len(outcome), 7.0)}, outcome)
    assert found.per_unit["constant"] == 0
    np.testing.assert_allclose(found.probability({**features, "constant": np.full(len(outcome), 9.0)}), fit_logistic(features, outcome).probability(features))


def test_a_feature_that_tells_all_apart_is_held_by_the_ridge():
    found = fit_logistic({"leak": np.repeat([0.0, 1.0], 50)}, np.repeat([False, True], 50))
    assert np.isfinite(found.coefficients).all()
    assert found.per_unit["leak"] > 3


def test_a_rare_feature_that_tells_much_does_not_throw_the_fit():
    """Plain Newton steps swing to and fro here and end with the wrong sign."""
    lots = np.random.default_rng(3)
    rare = lots.random(1600) < 0.06
    features = {"rare": rare, "age": lots.integers(12, 60, 1600).astype(float), **{f"district {n}": lots.integers(0, 4, 1600) == n for n in range(4)}}
    outcome = lots.random(1600) < np.where(rare, 0.9, 0.03)
    found = fit_logistic(features, outcome)
    assert found.per_unit["rare"] > 4
    assert found.probability(features).mean() == pytest.approx(outcome.mean(), abs=1e-6)


def test_too_few_of_either_class_are_refused():
    with pytest.raises(CannotAnswer, match="for 3 of 100 people.*Choose another reading"):
        fit_logistic({"age": np.arange(100)}, np.arange(100) < 3)


@settings(max_examples=60, deadline=None)
@given(log_odds=st.lists(st.integers(-40, 40).map(lambda n: n / 8), min_size=1, max_size=60), share=st.floats(0, 1), above=st.sampled_from([0.3, 0.5, 0.7]))
def test_no_other_intercept_meets_the_share_better(log_odds, share, above):
    scores = np.array(log_odds)
    tuned = scores + shift_for_share(scores, above=above, share=share)
    reached = (as_probability(tuned) > above).sum()
    every = [(scores >= level).sum() for level in np.unique(scores)] + [0]
    assert abs(reached - share * len(scores)) == min(abs(one - share * len(scores)) for one in every)


def test_with_nobody_to_score_nothing_is_moved():
    assert shift_for_share(np.zeros(0), above=0.3, share=0.162) == 0
