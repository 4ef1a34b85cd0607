"""The penalised path against glum where no sign is fixed, and a general bounded minimiser on uncompressed rows where one is."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.optimize import minimize, nnls
from scipy.special import gammaln

from evenhand.systems.poisson_path import (
    _DENSE,
    cross_validated,
    folds_of,
    gathered,
    largest_penalty,
    none_negative,
    penalties_down_from,
    poisson_path,
)
from evenhand.tables.errors import BadSetting


def made_up(cells=400, columns=12, seed=0):
    """Yes/no columns, three of which matter, one against; and counts."""
    rng = np.random.default_rng(seed)
    marks = rng.random((cells, columns)) < 0.2
    effects = np.zeros(columns)
    effects[:4] = [1.0, 0.6, 0.4, -0.8]
    return marks, rng.poisson(np.exp(-0.5 + marks @ effects)).astype(float)


def cost(coefficients, intercept, marks, events, penalty, l1_share):
    """The cost as it stands at the head of poisson_path.py, cell by cell."""
    linear = intercept + marks @ coefficients
    return (np.exp(linear) - events * linear).mean() + penalty * (l1_share * np.abs(coefficients).sum() + (1 - l1_share) / 2 * (coefficients**2).sum())


def slowly(marks, events, signs, penalty, l1_share):
    """The plain twin: every coefficient as one part that adds and one that takes away, within bounds."""
    many = marks.shape[1]
    plain = marks.astype(float)

    def worse(parts):
        coefficients = parts[1 : 1 + many] - parts[1 + many :]
        linear = parts[0] + plain @ coefficients
        off = np.exp(linear) - events
        slope = plain.T @ off / len(events)
        absolute, square = penalty * l1_share, penalty * (1 - l1_share)
        value = (np.exp(linear) - events * linear).mean() + absolute * parts[1:].sum() + square / 2 * (coefficients**2).sum()
        return value, np.concatenate([[off.mean()], slope + absolute + square * coefficients, -slope + absolute - square * coefficients])

    bounds = [(None, None), *[(0, None if s != -1 else 0) for s in signs], *[(0, None if s != 1 else 0) for s in signs]]
    found = minimize(worse, np.zeros(1 + 2 * many), jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 20_000, "ftol": 1e-15, "gtol": 1e-10})
    return found.x[0], found.x[1 : 1 + many] - found.x[1 + many :]


@pytest.mark.parametrize("l1_share", [1.0, 0.5, 0.1])
def test_without_fixed_signs_it_is_what_glum_finds(l1_share):
    from glum import GeneralizedLinearRegressor

    marks, events = made_up()
    penalties = penalties_down_from(largest_penalty(gathered(marks, events), signs=np.zeros(12), l1_share=l1_share))
    found = poisson_path(gathered(marks, events), signs=np.zeros(12), l1_share=l1_share, penalties=penalties)
    for at in (0, 10, 25, 49):
        peer = GeneralizedLinearRegressor(family="poisson", alpha=float(penalties[at]), l1_ratio=l1_share, gradient_tol=1e-9, max_iter=1000)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where it can come no nearer than rounding
            peer.fit(marks.astype(float), events)
        np.testing.assert_allclose(found.coefficients[at], peer.coef_, atol=2e-5)
        assert found.intercepts[at] == pytest.approx(peer.intercept_, abs=2e-5)


@pytest.mark.parametrize("l1_share", [1.0, 0.5, 0.0])
@pytest.mark.parametrize("signs", [np.ones(12), np.tile([1, -1, 0, 1], 3)], ids=["aggravating", "mixed"])
def test_with_fixed_signs_it_is_what_a_bounded_minimiser_finds(signs, l1_share):
    marks, events = made_up(seed=3)
    penalties = penalties_down_from(largest_penalty(gathered(marks, events), signs=signs, l1_share=l1_share))
    found = poisson_path(gathered(marks, events), signs=signs, l1_share=l1_share, penalties=penalties)
    for at in (5, 20, 45):
        intercept, coefficients = slowly(marks, events, signs, penalties[at], l1_share)
        np.testing.assert_allclose(found.coefficients[at], coefficients, atol=5e-5)
        assert found.intercepts[at] == pytest.approx(intercept, abs=5e-5)
        of_ours = cost(found.coefficients[at], found.intercepts[at], marks, events, penalties[at], l1_share)
        assert of_ours <= cost(coefficients, intercept, marks, events, penalties[at], l1_share) + 1e-9
    assert (found.coefficients * signs >= 0).all()


def test_many_rows_go_by_sparse_columns_to_the_same_answer():
    marks, events = made_up(cells=40_000, columns=14, seed=5)
    assert gathered(marks, events).columns.shape[1] < 2**14  # rows with the same columns are one
    wide = np.hstack([marks, np.random.default_rng(1).random((40_000, 12)) < 0.1])
    rows = gathered(wide, events)
    assert wide.size > _DENSE
    assert not isinstance(rows.columns, np.ndarray)
    penalties = penalties_down_from(largest_penalty(rows, signs=np.ones(26), l1_share=0.5))[[10, 30]]
    sparse = poisson_path(rows, signs=np.ones(26), l1_share=0.5, penalties=penalties)
    plain = poisson_path(rows._replace(columns=rows.columns.toarray()), signs=np.ones(26), l1_share=0.5, penalties=penalties)
    np.testing.assert_allclose(sparse.coefficients, plain.coefficients, atol=1e-7)


def test_at_the_largest_penalty_nothing_is_left_and_just_below_it_something_is():
    marks, events = made_up()
    largest = largest_penalty(gathered(marks, events), signs=np.ones(12), l1_share=0.5)
    found = poisson_path(gathered(marks, events), signs=np.ones(12), l1_share=0.5, penalties=[largest, largest * 0.99])
    assert (found.coefficients[0] == 0).all()
    assert found.intercepts[0] == pytest.approx(np.log(events.mean()))
    assert (found.coefficients[1] != 0).sum() == 1


def test_columns_that_repeat_each_other_share_the_effect_and_do_not_break_it():
    marks, events = made_up()
    twice = np.hstack([marks[:, :2], marks[:, :2], marks[:, :1] | marks[:, 1:2]])
    found = poisson_path(gathered(twice, events), signs=np.ones(5), l1_share=0.5, penalties=[0.02])
    assert found.coefficients[0, 0] == pytest.approx(found.coefficients[0, 2], abs=1e-3)
    only_absolute = poisson_path(gathered(twice, events), signs=np.ones(5), l1_share=1.0, penalties=[0.02])
    once = poisson_path(gathered(twice[:, [0, 1, 4]], events), signs=np.ones(3), l1_share=1.0, penalties=[0.02])
    assert cost(only_absolute.coefficients[0], only_absolute.intercepts[0], twice, events, 0.02, 1.0) == pytest.approx(
        cost(once.coefficients[0], once.intercepts[0], twice[:, [0, 1, 4]], events, 0.02, 1.0), abs=1e-9
    )


def test_the_deviance_of_cells_left_out_is_that_computed_cell_by_cell():
    marks, events = made_up(cells=150)
    fold = folds_of(events, folds=3, seed=1)
    chosen = cross_validated(marks, events, signs=np.ones(12), l1_share=0.5, fold=fold)
    each = []
    for left_out in range(3):
        seen, unseen = fold != left_out, fold == left_out
        path = poisson_path(gathered(marks[seen], events[seen]), signs=np.ones(12), l1_share=0.5, penalties=chosen.path.penalties)
        mean = np.exp(path.intercepts[:, None] + path.coefficients @ marks[unseen].T)
        saturated = np.where(events[unseen] > 0, events[unseen] * np.log(np.maximum(events[unseen], 1)), 0) - events[unseen]
        each.append(2 * (saturated - events[unseen] * np.log(mean) + mean).mean(axis=1))
    np.testing.assert_allclose(chosen.deviance, np.mean(each, axis=0), rtol=1e-5)
    assert chosen.position == int(np.argmin(np.mean(each, axis=0)))


def test_one_standard_error_keeps_no_more_columns_than_the_lowest():
    marks, events = made_up(seed=7)
    fold = folds_of(events, folds=10, seed=1)
    lowest, wider = (cross_validated(marks, events, signs=np.ones(12), l1_share=0.5, fold=fold, rule=rule) for rule in ("lowest", "one-standard-error"))
    assert wider.position < lowest.position
    assert (wider.coefficients > 0).sum() < (lowest.coefficients > 0).sum()
    assert wider.deviance[wider.position] <= lowest.deviance.min() + lowest.deviance_error[lowest.position]


def test_folds_spread_cells_with_events_evenly_and_come_out_the_same_again():
    events = np.zeros(97)
    events[:11] = 1
    fold = folds_of(events, folds=5, seed=2)
    assert np.ptp(np.bincount(fold)) <= 1
    assert np.ptp(np.bincount(fold[:11], minlength=5)) <= 1
    np.testing.assert_array_equal(fold, folds_of(events, folds=5, seed=2))
    assert (fold != folds_of(events, folds=5, seed=3)).any()


@pytest.mark.parametrize("seed", range(20))
def test_none_negative_is_what_lawson_and_hanson_find(seed):
    rng = np.random.default_rng(seed)
    columns, wanted = rng.normal(size=(30, 8)), rng.normal(size=30)
    start = np.where(rng.random(8) < 0.5, rng.random(8), 0)
    np.testing.assert_allclose(none_negative(columns.T @ columns, columns.T @ wanted, start), nnls(columns, wanted)[0], atol=1e-9)


def test_unknown_settings_are_refused():
    marks, events = made_up(cells=50)
    with pytest.raises(BadSetting, match="l1_share"):
        poisson_path(gathered(marks, events), signs=np.ones(12), l1_share=1.5, penalties=[0.1])
    with pytest.raises(BadSetting, match="penalty_rule"):
        cross_validated(marks, events, signs=np.ones(12), l1_share=0.5, fold=folds_of(events, folds=3, seed=1), rule="middling")


def test_the_likelihood_left_out_of_the_cost_is_a_constant():
    """The cost is minus the log likelihood a cell but for log(events!), which no coefficient moves."""
    marks, events = made_up(cells=60)
    mean = np.exp(0.1 + marks @ np.full(12, 0.1))
    whole = -(events * np.log(mean) - mean - gammaln(events + 1)).mean()
    assert cost(np.full(12, 0.1), 0.1, marks, events, 0.0, 0.5) == pytest.approx(whole - gammaln(events + 1).mean())
