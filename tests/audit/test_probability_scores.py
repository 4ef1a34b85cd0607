"""Scores of probabilities and counts: against scikit-learn, against sums written out, and that they cannot be gamed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import poisson

from evenhand.audit.probability_scores import brier, brier_parts, log_score, poisson_crps, poisson_log_score, skill_score
from evenhand.tables.errors import BadValue, CannotAnswer


def people(seed: int = 1, many: int = 400):
    rng = np.random.default_rng(seed)
    stated = np.round(rng.beta(1, 3, many), 1)
    return np.clip(stated, 0.05, 0.95), (rng.random(many) < stated**1.3).astype(float)


def counted(p, y):
    bands = np.unique(p)
    return bands, np.array([(y * (p == b)).sum() for b in bands]), np.array([((1 - y) * (p == b)).sum() for b in bands])


def test_scores_from_counts_are_those_of_the_rows():
    from sklearn.metrics import brier_score_loss, log_loss

    p, y = people()
    assert brier(*counted(p, y)) == pytest.approx(brier_score_loss(y, p), rel=1e-12)
    assert log_score(*counted(p, y)) == pytest.approx(log_loss(y, p), rel=1e-12)
    assert brier(p, y, 1 - y) == pytest.approx(brier(*counted(p, y)), rel=1e-12)


@pytest.mark.parametrize("mend_bias", [False, True])
def test_the_parts_of_the_brier_score_add_up_to_it(mend_bias):
    p, y = people(2)
    parts = brier_parts(p, y, 1 - y, mend_bias=mend_bias)
    assert parts.reliability - parts.resolution + parts.uncertainty == pytest.approx(brier(p, y, 1 - y), rel=1e-12)


def test_the_parts_are_murphys_sums():
    p, y = people(3)
    mean = y.mean()
    reliability = resolution = 0.0
    for band in np.unique(p):
        chosen = y[p == band]
        reliability += len(chosen) * (band - chosen.mean()) ** 2 / len(y)
        resolution += len(chosen) * (chosen.mean() - mean) ** 2 / len(y)
    assert brier_parts(p, y, 1 - y) == pytest.approx((reliability, resolution, mean * (1 - mean)), rel=1e-12)


def test_mending_takes_most_of_the_bias_away():
    """Honest probabilities in ten bands of ten: truly reliability 0. The plain part says 0.017 on average, the mended a quarter of it or less."""
    plain, mended = [], []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        p = np.repeat(np.linspace(0.05, 0.5, 10), 10)
        y = (rng.random(100) < p).astype(float)
        plain.append(brier_parts(p, y, 1 - y).reliability)
        mended.append(brier_parts(p, y, 1 - y, mend_bias=True).reliability)
    assert np.mean(plain) > 0.013
    assert np.mean(mended) < np.mean(plain) / 4
    assert min(mended) >= -1e-12


def test_mended_parts_stay_possible():
    for p, y in (([0.5], [1.0]), ([0.2, 0.2], [0.0, 0.0]), ([0.1, 0.9, 0.9], [0.0, 1.0, 1.0]), ([0.3, 0.6], [1.0, 0.0])):
        parts = brier_parts(p, np.array(y), 1 - np.array(y), mend_bias=True)
        assert parts.reliability >= -1e-12
        assert -1e-12 <= parts.resolution <= 1 + 1e-12
        assert 0 <= parts.uncertainty <= 0.25 + 1e-12


def test_a_certainty_that_fails_is_without_bound_and_one_that_holds_costs_nothing():
    assert log_score([1.0, 0.5], [0, 1], [1, 1]) == np.inf
    assert log_score([1.0], [3], [0]) == 0
    assert brier([1.0, 0.0], [3, 0], [0, 5]) == 0


@pytest.mark.parametrize("mean", [0.0, 0.02, 0.4, 3.0, 60.0])
def test_the_count_scores_are_their_sums_written_out(mean):
    for count in (0, 1, 4, 70):
        steps = np.arange(0, 400)
        slow = ((poisson.cdf(steps, mean) - (steps >= count)) ** 2).sum()
        assert poisson_crps(mean, count) == pytest.approx(slow, rel=1e-9, abs=1e-12)
        assert poisson_log_score(mean, count) == pytest.approx(-poisson.logpmf(count, mean), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("score", [lambda p: brier(p, 30, 70), lambda p: log_score(p, 30, 70)])
def test_stating_what_is_true_scores_best(score):
    grid = np.linspace(0.02, 0.98, 49)
    assert grid[np.argmin([score(p) for p in grid])] == pytest.approx(0.3, abs=0.011)


@pytest.mark.parametrize("score", [poisson_crps, poisson_log_score])
def test_stating_the_true_mean_scores_best(score):
    counts = np.arange(40)
    truth, grid = poisson.pmf(counts, 2.5), np.linspace(0.5, 5, 46)
    assert grid[np.argmin([(truth * score(mean, counts)).sum() for mean in grid])] == pytest.approx(2.5, abs=0.051)


def test_skill_is_nothing_where_the_reference_is_perfect():
    assert np.isnan(skill_score(0.1, 0.0))
    assert skill_score(0.2, 0.2) == 0
    assert skill_score(0.0, 0.2) == 1
    assert skill_score(0.3, 0.2) < 0


@pytest.mark.parametrize(
    ("probability", "yes", "no", "error"),
    [
        ([1.2], [1], [0], BadValue),
        ([np.nan], [1], [0], BadValue),
        ([0.5], [-1], [2], BadValue),
        ([0.5], [np.nan], [2], BadValue),
        ([0.5], [0], [0], CannotAnswer),
        ([], [], [], CannotAnswer),
    ],
)
def test_what_cannot_be_scored_is_refused(probability, yes, no, error):
    for score in (brier, log_score, brier_parts):
        with pytest.raises(error):
            score(probability, yes, no)


def test_negative_and_missing_counts_are_refused():
    for mean, count in ((-0.1, 0), (np.nan, 1), (1.0, np.nan), (1.0, -2)):
        with pytest.raises(BadValue, match="missing is never zero"):
            poisson_crps(mean, count)
