"""Fits on the table of patterns against statsmodels on all cells."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.stats import nbinom, poisson

from evenhand.systems.count_models import LEAST_LOG_SIGMA, fit_nb1, fit_poisson, information_criterion, patterns_of


def made_up(sigma, *, cells=800, seed=0):
    rng = np.random.default_rng(seed)
    marks = rng.random((cells, 4)) < [0.1, 0.2, 0.3, 0.15]
    mean = np.exp(-0.5 + marks @ [1.0, 0.5, 0.0, 0.8])
    events = rng.poisson(mean) if sigma == 0 else rng.negative_binomial(mean / sigma, 1 / (1 + sigma))
    return marks, events


def peer(marks, events):
    """statsmodels' NB1 (variance mean * (1 + alpha)), pushed as far as it goes."""
    import statsmodels.api as sm

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = sm.NegativeBinomial(events, sm.add_constant(marks.astype(float)), loglike_method="nb1")
        return model.fit(model.fit(disp=0, maxiter=2000, method="bfgs").params, disp=0, maxiter=2000, method="newton", tol=1e-12)


@pytest.mark.parametrize("seed", [0, 1])
def test_poisson_is_what_statsmodels_finds_on_all_cells(seed):
    import statsmodels.api as sm

    marks, events = made_up(0, seed=seed)
    found = fit_poisson(patterns_of(marks, events))
    theirs = sm.GLM(events, sm.add_constant(marks.astype(float)), family=sm.families.Poisson()).fit(tol=1e-12)
    np.testing.assert_allclose(found.coefficients, theirs.params, atol=1e-7)
    np.testing.assert_allclose(found.standard_errors, theirs.bse, rtol=1e-5)
    assert found.log_likelihood == pytest.approx(theirs.llf, abs=1e-8)
    assert found.bic == pytest.approx(theirs.bic_llf, abs=1e-7)


@pytest.mark.parametrize(("sigma", "seed"), [(2.0, 0), (0.5, 1), (8.0, 2)])
def test_nb1_is_what_statsmodels_finds_on_all_cells(sigma, seed):
    marks, events = made_up(sigma, seed=seed)
    found = fit_nb1(patterns_of(marks, events))
    theirs = peer(marks, events)
    np.testing.assert_allclose(found.coefficients, theirs.params[:-1], atol=1e-5)
    assert np.exp(found.log_sigma) == pytest.approx(theirs.params[-1], rel=1e-5)
    assert found.log_likelihood == pytest.approx(theirs.llf, abs=1e-7)
    np.testing.assert_allclose(found.standard_errors, theirs.bse[:-1], rtol=1e-3)
    assert found.parameters == 6
    assert found.bic == pytest.approx(-2 * theirs.llf + 6 * np.log(800), abs=1e-6)


def test_the_likelihoods_are_those_of_the_distributions_cell_by_cell():
    marks, events = made_up(2.0)
    for found in (fit_poisson(patterns_of(marks, events)), fit_nb1(patterns_of(marks, events))):
        mean = np.exp(found.coefficients[0] + marks @ found.coefficients[1:])
        sigma = np.exp(found.log_sigma)
        each = poisson.logpmf(events, mean) if found.family == "poisson" else nbinom.logpmf(events, mean / sigma, 1 / (1 + sigma))
        assert found.log_likelihood == pytest.approx(each.sum(), abs=1e-8)


def test_a_start_elsewhere_ends_in_the_same_place():
    table = patterns_of(*made_up(2.0))
    np.testing.assert_allclose(fit_nb1(table, start=np.array([1.0, -1, 1, 0, 2, -3])).coefficients, fit_nb1(table).coefficients, atol=1e-6)
    np.testing.assert_allclose(fit_poisson(table, start=np.array([3.0, -2, 2, 0, 2])).coefficients, fit_poisson(table).coefficients, atol=1e-6)


def test_counts_that_scatter_no_more_than_poissons_give_its_fit_and_a_worse_bic():
    marks, _ = made_up(0)
    events = np.where(marks[:, 0], 2, 1)
    table = patterns_of(marks, events)
    nb1, plain = fit_nb1(table), fit_poisson(table)
    assert nb1.log_sigma == LEAST_LOG_SIGMA
    np.testing.assert_allclose(nb1.coefficients, plain.coefficients, atol=1e-3)
    assert nb1.bic > plain.bic
    assert np.isfinite(nb1.standard_errors).all()


@pytest.mark.parametrize("fit", [fit_poisson, fit_nb1])
def test_an_effect_without_end_is_said_to_be_so(fit):
    """All events lie within the first column, so its effect has no largest value."""
    marks, _ = made_up(0)
    assert not fit(patterns_of(marks, np.where(marks[:, 0], 3, 0))).is_finite


@pytest.mark.parametrize("fit", [fit_poisson, fit_nb1])
def test_a_model_of_one_level_is_the_mean(fit):
    _, events = made_up(2.0)
    found = fit(patterns_of(np.empty((800, 0), dtype=bool), events))
    assert np.exp(found.coefficients[0]) == pytest.approx(events.mean(), rel=1e-6)


def test_aic_and_bic_count_what_was_fitted():
    assert information_criterion(100.0, parameters=3) == 106
    assert information_criterion(100.0, parameters=3, cells=np.e**2) == pytest.approx(106)
