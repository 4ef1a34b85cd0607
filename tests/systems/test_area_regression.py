"""The regression of areas against statsmodels, and its intervals against draws whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from evenhand.systems.area_regression import fit_counts
from evenhand.tables.errors import CannotAnswer


def made_up(seed: int, areas: int = 60, inputs: int = 3, scatter: float = 0.0):
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(areas, inputs))
    base = rng.integers(500, 3_000, areas).astype(float)
    mean = 0.02 * base * np.exp(columns @ np.linspace(-0.4, 0.5, inputs))
    if scatter:
        mean = mean * rng.gamma(1 / scatter, scatter, areas)
    return columns, rng.poisson(mean).astype(float), base


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("scatter", [0.0, 0.3])
def test_coefficients_are_those_of_statsmodels_with_an_offset(seed, scatter):
    sm = pytest.importorskip("statsmodels.api")
    columns, events, base = made_up(seed, scatter=scatter)
    peer = sm.GLM(events, sm.add_constant(columns), family=sm.families.Poisson(), offset=np.log(base)).fit(scale="X2", tol=1e-14)
    ours = fit_counts(columns, events, base)
    np.testing.assert_allclose(ours.coefficients, peer.params, rtol=1e-8, atol=1e-10)
    assert ours.dispersion == pytest.approx(peer.scale, rel=1e-7)


@pytest.mark.parametrize("seed", range(3))
def test_standard_errors_are_the_sandwich_of_statsmodels_enlarged_area_by_area(seed):
    """The peer's HC0 is the sandwich itself. Enlarged here by hand: each area's error over what its own weight leaves of it."""
    sm = pytest.importorskip("statsmodels.api")
    columns, events, base = made_up(seed, scatter=0.3)
    model = sm.GLM(events, sm.add_constant(columns), family=sm.families.Poisson(), offset=np.log(base))
    peer = model.fit(cov_type="HC0", tol=1e-14)
    ours = fit_counts(columns, events, base)
    assert (ours.standard_errors > peer.bse).all()
    with_ones, mean = sm.add_constant(columns), peer.fittedvalues
    bread = np.linalg.inv(sum(m * np.outer(x, x) for m, x in zip(mean, with_ones, strict=True)))

    def sandwich(errors):
        return np.sqrt(np.diag(bread @ sum(e**2 * np.outer(x, x) for e, x in zip(errors, with_ones, strict=True)) @ bread))

    np.testing.assert_allclose(sandwich(events - mean), peer.bse, rtol=1e-6)
    own = np.array([1 - m * x @ bread @ x for m, x in zip(mean, with_ones, strict=True)])
    np.testing.assert_allclose(ours.standard_errors, sandwich((events - mean) / own), rtol=1e-6)


def test_standard_errors_are_about_those_of_leaving_out_one_area_at_a_time():
    """The jackknife, which they are known to come near: within a tenth."""
    columns, events, base = made_up(11, areas=80, scatter=0.3)
    ours = fit_counts(columns, events, base)
    each = np.array([fit_counts(np.delete(columns, i, 0), np.delete(events, i), np.delete(base, i)).coefficients for i in range(80)])
    jackknife = np.sqrt(79 / 80 * ((each - each.mean(axis=0)) ** 2).sum(axis=0))
    np.testing.assert_allclose(ours.standard_errors, jackknife, rtol=0.1)


@pytest.mark.parametrize("ridge", [0.5, 10.0, 1_000.0])
def test_a_pull_is_the_top_of_the_pulled_likelihood(ridge):
    """Against a general climber on the same function, from the same start and from another."""
    columns, events, base = made_up(7)
    ours = fit_counts(columns, events, base, ridge=ridge)

    def depth(at):
        linear = at[0] + columns @ at[1:]
        return base @ np.exp(linear) - events @ linear + ridge / 2 * (at[1:] @ at[1:])

    slow = minimize(depth, np.append(-4.0, np.full(3, 0.1)), method="BFGS", options={"gtol": 1e-7})
    np.testing.assert_allclose(ours.coefficients, slow.x, atol=1e-5)
    assert np.abs(ours.coefficients[1:]).sum() < np.abs(fit_counts(columns, events, base).coefficients[1:]).sum()


def test_shares_of_events_are_taken_as_they_are():
    """An area may hold a part of a cell's crimes: half of everything, set against half the base, is the same rate."""
    columns, events, base = made_up(3)
    np.testing.assert_allclose(fit_counts(columns, events / 2, base / 2).coefficients, fit_counts(columns, events, base).coefficients, rtol=1e-8)


@pytest.mark.parametrize(("scatter", "areas"), [(0.0, 40), (0.0, 120), (0.3, 60), (0.3, 200)])
def test_intervals_hold_the_truth_about_as_often_as_they_say(scatter, areas):
    """600 draws of three coefficients, 95 % intervals: held in 93 to 97.5 % of them (two standard errors of 1,800 are 1 %, and few areas
    cost a little). With this scatter the likelihood's own errors, which take it for Poisson's, would hold the truth in a third."""
    truth = np.linspace(-0.4, 0.5, 3)
    held = []
    for seed in range(600):
        low, high = fit_counts(*made_up(1_000 + seed, areas=areas, scatter=scatter)).interval()
        held.append((low[1:] <= truth) & (truth <= high[1:]))
    assert 0.93 < np.mean(held) < 0.975


def test_no_inputs_is_one_rate_for_all():
    found = fit_counts(np.empty((3, 0)), [2, 3, 5], [100, 200, 200])
    assert np.exp(found.coefficients).tolist() == pytest.approx([0.02])
    assert found.freedom == 2


def test_one_area_has_no_freedom_and_no_interval():
    found = fit_counts(np.empty((1, 0)), [4], [100])
    assert np.isnan(found.interval()[0]).all()
    assert np.isnan(found.dispersion)


def test_a_coefficient_without_end_is_refused_and_a_pull_holds_it():
    """All events where the input is 1."""
    apart = np.array([[0.0], [0.0], [1.0], [1.0]])
    with pytest.raises(CannotAnswer, match="grows without end.*Choose another reading: a `ridge`"):
        fit_counts(apart, [0, 0, 4, 5], [10, 10, 10, 10])
    assert 1 < fit_counts(apart, [0, 0, 4, 5], [10, 10, 10, 10], ridge=1.0).coefficients[1] < 3


def test_no_events_are_refused():
    with pytest.raises(CannotAnswer, match="no events.*Choose another reading"):
        fit_counts(np.ones((3, 1)), [0, 0, 0], [1, 1, 1])
