"""Compressed stepwise selection against its slow twin: statsmodels on all cells, at every step."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from evenhand.systems.count_models import fit_nb1, fit_poisson, patterns_of
from evenhand.systems.stepwise import stepwise
from evenhand.tables.errors import BadSetting

FACTOR = np.array([0, 0, 1, 1, 2, 3, 4])


def made_up(seed, *, sigma=1.5, cells=500):
    """Nested bands of two factors and three single columns; the wider band of the first, the narrower of the second and the fifth matter."""
    rng = np.random.default_rng(seed)
    away = rng.random((cells, 2))
    marks = np.column_stack([away[:, 0] < 0.15, away[:, 0] < 0.3, away[:, 1] < 0.1, away[:, 1] < 0.3, rng.random((cells, 3)) < 0.25])
    mean = np.exp(-0.3 + marks @ [0, 0.9, 1.2, 0, 0.7, 0, -0.6])
    return marks, rng.negative_binomial(mean / sigma, 1 / (1 + sigma)).astype(float)


def peer_bic(marks, events, family):
    """BIC and coefficients by statsmodels, cell by cell."""
    import statsmodels.api as sm

    design = np.column_stack([np.ones(len(events)), marks.astype(float)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if family == "poisson":
            fitted = sm.GLM(events, design, family=sm.families.Poisson()).fit()
            return fitted.bic_llf, fitted.params[1:]
        model = sm.NegativeBinomial(events, design, loglike_method="nb1")
        fitted = model.fit(model.fit(disp=0, maxiter=1000, method="bfgs").params, disp=0, maxiter=1000, method="newton")
        return -2 * fitted.llf + (design.shape[1] + 1) * np.log(len(events)), fitted.params[1:-1]


def slowly(marks, events, family, *, factor, signs):
    """The twin: all steps in and out, each model fitted on all cells."""
    chosen, best = [], peer_bic(marks[:, []], events, family)[0]
    while True:
        ins = [[*chosen, j] for j in range(marks.shape[1]) if j not in chosen and factor[j] not in factor[chosen]]
        outs = [[j for j in chosen if j != gone] for gone in chosen]
        tried = []
        for one in [*ins, *outs]:
            bic, coefficients = peer_bic(marks[:, one], events, family)
            if (coefficients * signs[one] >= 0).all():
                tried.append((bic, one))
        bic, one = min(tried, default=(np.inf, chosen))
        if not bic < best - 1e-6:
            return chosen, best
        chosen, best = one, bic


@pytest.mark.parametrize("family", ["poisson", "nb1"])
@pytest.mark.parametrize(("seed", "signs"), [(0, np.ones(7)), (1, np.zeros(7)), (2, np.array([1, 1, 1, 1, 1, 1, -1]))], ids=["add", "free", "mixed"])
def test_it_goes_the_way_of_its_slow_twin(family, seed, signs):
    marks, events = made_up(seed)
    found = stepwise(marks, events, family=family, factor=FACTOR, signs=signs)
    chosen, bic = slowly(marks, events, family, factor=FACTOR, signs=signs)
    assert list(found.columns) == chosen
    assert found.fitted.bic == pytest.approx(bic, abs=1e-4)
    assert len(chosen) > 1


@pytest.mark.parametrize(("family", "fit"), [("poisson", fit_poisson), ("nb1", fit_nb1)])
def test_its_model_is_the_fit_of_its_columns(family, fit):
    marks, events = made_up(3)
    found = stepwise(marks, events, family=family)
    once = fit(patterns_of(marks[:, list(found.columns)], events))
    np.testing.assert_allclose(found.fitted.coefficients, once.coefficients, atol=1e-6)
    assert found.fitted.bic == pytest.approx(once.bic, abs=1e-7)


def test_a_column_that_came_in_first_goes_out_when_two_others_say_it_better():
    """The first column is nearly the other two together, so it comes in first; with both in, it has nothing to add."""
    rng = np.random.default_rng(4)
    first, second = rng.random((2, 4000)) < 0.2
    both = (first | second) ^ (rng.random(4000) < 0.02)
    events = rng.poisson(np.exp(-1 + 1.5 * first + 1.5 * second)).astype(float)
    found = stepwise(np.column_stack([both, first, second]), events, family="poisson")
    assert found.steps[0] == 0
    assert -1 in found.steps
    assert sorted(found.columns) == [1, 2]


def test_one_column_of_a_factor_at_a_time():
    marks, events = made_up(5, sigma=0.2, cells=3000)
    alone = stepwise(marks, events, family="poisson", factor=FACTOR)
    assert len(set(FACTOR[list(alone.columns)])) == len(alone.columns)
    together = stepwise(np.hstack([marks, marks[:, 1:2] & marks[:, 4:5]]), events, family="poisson", factor=None)
    assert together.fitted.bic <= alone.fitted.bic


@pytest.mark.parametrize("family", ["poisson", "nb1"])
def test_a_column_with_all_events_on_one_side_never_comes_in(family):
    rng = np.random.default_rng(6)
    marks = rng.random((300, 2)) < 0.3
    events = np.where(marks[:, 0], rng.poisson(2, 300), 0).astype(float)
    found = stepwise(marks, events, family=family)
    assert 0 not in found.columns
    assert np.isfinite(found.fitted.bic)


@pytest.mark.parametrize("family", ["poisson", "nb1"])
def test_the_order_of_cells_does_not_matter(family):
    marks, events = made_up(7)
    order = np.random.default_rng(1).permutation(len(events))
    first, second = stepwise(marks, events, family=family), stepwise(marks[order], events[order], family=family)
    assert first.columns == second.columns
    assert first.fitted.bic == pytest.approx(second.fitted.bic, abs=1e-8)


def test_nothing_to_choose_from_leaves_one_level():
    found = stepwise(np.empty((5, 0), dtype=bool), np.array([1.0, 0, 2, 0, 0]), family="poisson")
    assert found.columns == ()
    assert np.exp(found.fitted.coefficients[0]) == pytest.approx(0.6)


def test_an_unknown_family_is_refused():
    with pytest.raises(BadSetting, match="family='nb2'"):
        stepwise(np.ones((2, 1), dtype=bool), np.ones(2), family="nb2")
