"""The threshold test's model and sampler, each against a slow and obvious version."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import integrate, stats

from evenhand.audit.convergence import effective_draws, rhat
from evenhand.audit.hamiltonian import sample
from evenhand.audit.infra_marginality import seen_under_a_bar
from evenhand.audit.threshold_model import Cells, Priors, bars_of_cells, log_posterior, rates, search_and_hit_rate
from evenhand.audit.threshold_test import fit
from evenhand.tables.errors import BadSetting, BadValue


def made_up_cells(stops=800, groups=3, areas=4, fits=2, seed=0):
    random = np.random.default_rng(seed)
    made = random.binomial(stops, 0.07, (fits, groups * areas)).astype(float)
    return Cells(np.full(made.shape, float(stops)), made, random.binomial(made.astype(int), 0.3).astype(float), groups, areas)


def somewhere(cells, chains=2, seed=1):
    random = np.random.default_rng(seed)
    position = 0.3 * random.normal(size=(len(cells.hits), chains, cells.parameters))
    position[..., : cells.groups] += 1.6
    position[..., cells.groups : 2 * cells.groups] -= 1
    position[..., -1] -= 1
    return position


def test_what_is_seen_under_a_bar_is_the_integral_over_signals():
    """Everybody's chance of a find computed from the signal by Bayes' rule, and those above the bar added up."""
    bar, carrying, signal = 0.15, 0.06, 1.4

    def chance(x):
        with_, without = carrying * stats.norm.pdf(x, signal), (1 - carrying) * stats.norm.pdf(x)
        return with_ / (with_ + without)

    edge = integrate.quad(lambda x: float(chance(x) > bar), -8, 8, limit=500)[0]
    above = 8 - edge
    searched = integrate.quad(lambda x: carrying * stats.norm.pdf(x, signal) + (1 - carrying) * stats.norm.pdf(x), above, 12)[0]
    hits = integrate.quad(lambda x: carrying * stats.norm.pdf(x, signal), above, 12)[0]
    rate, share = search_and_hit_rate(bar, carrying=carrying, signal=signal)
    assert (rate, share) == (pytest.approx(searched, rel=1e-3), pytest.approx(hits / searched, rel=1e-3))
    assert share > bar


def test_the_integral_over_a_cells_bar_is_that_of_a_fine_grid():
    for stops in (0, 30, 500, 20_000):
        cells = made_up_cells(stops, groups=2, areas=1, fits=1)
        carrying, signal, middle = (np.full((1, 1, 2), value) for value in (-2.7, 0.4, -1.8))
        ours = bars_of_cells(cells, carrying, signal, middle, np.full((1, 1, 1), 0.4)).log_integral
        grid = np.linspace(-6, 2, 80_001)
        for cell in range(2):
            seen = rates(grid, np.float64(-2.7), np.float64(1 / (1 + np.exp(2.7))), np.float64(np.exp(0.4)))
            hits, misses, rest = (one[0, 0, cell] for one in cells.counts)
            log_chance = hits * np.log(seen.hit) + misses * np.log(seen.miss) + rest * np.log(seen.rest) + stats.norm.logpdf(grid, -1.8, 0.4)
            slow = np.log(integrate.trapezoid(np.exp(log_chance - log_chance.max()), grid)) + log_chance.max()
            assert ours[0, 0, cell] == pytest.approx(slow, abs=2e-4)


def test_the_slope_is_the_density_differenced():
    cells = made_up_cells()
    cells.encounters[0, 4] = cells.searches[0, 4] = cells.hits[0, 4] = 0  # a cell that lends no counts
    position, step = somewhere(cells), 1e-5
    _, slope = log_posterior(cells, Priors(), position)
    for at in range(cells.parameters):
        moved = step * np.eye(cells.parameters)[at]
        up, down = (log_posterior(cells, Priors(), position + sign * moved)[0] for sign in (1, -1))
        assert_allclose(slope[..., at], (up - down) / (2 * step), atol=2e-3)


def test_changing_variables_stretches_by_delta():
    """The determinant of (a, T) in (u, H), differenced: it is what the density adds for each group."""
    cells = made_up_cells(groups=1, areas=1, fits=1)
    position, step = somewhere(cells, chains=1), 1e-6

    def of(moved):
        parts = cells.parts(position + moved)
        return np.array([parts.carrying[0, 0, 0], parts.bar[0, 0, 0]])

    first, second = (step * np.eye(cells.parameters)[at] for at in (0, 1))
    table = np.column_stack([(of(one) - of(-one)) / (2 * step) for one in (first, second)])
    assert abs(np.linalg.det(table)) == pytest.approx(np.exp(position[0, 0, 2]), rel=1e-5)


def test_a_wide_prior_says_less():
    cells = made_up_cells()
    narrow, wide = (log_posterior(cells, Priors().scaled(by), somewhere(cells))[1][..., -1] for by in (0.5, 4))
    assert not np.allclose(narrow, wide)
    assert Priors().scaled(2).bar == (-1.5, 3.0)


def test_the_sampler_finds_a_normal_it_can_be_checked_on():
    covariance = np.array([[1.0, 0.9, 0], [0.9, 2.0, 0], [0, 0, 0.01]])
    inverse = np.linalg.inv(covariance)

    def normal(x):
        pull = (x - 1) @ inverse
        return -0.5 * ((x - 1) * pull).sum(axis=-1), -pull

    drawn = sample(normal, np.random.default_rng(0).normal(size=(2, 4, 3)), warm_up=300, draws=500, seed=3)
    for each in range(2):
        kept = drawn.positions[:, each].reshape(-1, 3)
        assert_allclose(kept.mean(axis=0), 1, atol=0.12)
        assert_allclose(np.cov(kept.T), covariance, atol=0.25)
        assert rhat(drawn.positions[:, each, :, 0]) < 1.01
    assert drawn.diverged.sum() == 0


def test_a_start_without_density_and_too_few_draws_are_refused():
    def nowhere(x):
        return np.full(x.shape[:-1], -np.inf), np.zeros(x.shape)

    with pytest.raises(BadSetting, match="starts where the density"):
        sample(nowhere, np.zeros((1, 2, 2)), warm_up=100, draws=10)
    with pytest.raises(BadSetting, match="too few to learn"):
        sample(nowhere, np.zeros((1, 2, 2)), warm_up=10, draws=10)


@pytest.mark.parametrize("together", [0.0, 0.5, 0.9])
def test_effective_draws_are_what_theory_says_of_draws_that_follow_each_other(together):
    """Of an autoregressive chain n draws are worth n (1 - r) / (1 + r)."""
    random, n = np.random.default_rng(5), 20_000
    noise = random.normal(size=(n, 4))
    chain = np.empty_like(noise)
    chain[0] = noise[0] / np.sqrt(1 - together**2)
    for at in range(1, n):
        chain[at] = together * chain[at - 1] + noise[at]
    middle_and_tails = effective_draws(chain) / (4 * n)
    assert (1 - together) / (1 + together) == pytest.approx(middle_and_tails, rel=0.2)


def test_chains_that_disagree_in_place_or_in_width_are_seen():
    random = np.random.default_rng(6)
    same = random.normal(size=(1_000, 4))
    assert rhat(same) < 1.01
    assert rhat(same + [0, 0, 0, 0.5]) > 1.02
    assert rhat(same * [1, 1, 1, 3]) > 1.05  # same middle: only the distances from it tell
    assert rhat(same + np.linspace(0, 2, 1_000)[:, None]) > 1.1  # each chain drifts
    with pytest.raises(BadValue, match="at least 4 draws"):
        rhat([[1.0, np.nan]] * 9)


TINY = {"encounters": [30, 30, 30, 30], "searches": [6, 9, 5, 8], "hits": [4, 2, 3, 2]}
"""Two groups in two areas; the second group is searched more, with fewer hits."""


def _weighted(log_weight, values):
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    mean = weight @ values
    return mean, np.sqrt(weight @ (values - mean) ** 2), 1 / (weight**2).sum()


def _prior_draws(random, draws, priors):
    """Everything drawn from the priors, bars of the four cells among it, with no quadrature and no sampler."""
    areas = [priors.freedom * size**2 / random.chisquare(priors.freedom, (draws, 1)) for size in (priors.area_carrying, priors.area_signal)]
    group = [middle + spread * random.normal(size=(draws, 2)) for middle, spread in (priors.carrying, priors.signal, priors.bar)]
    effects = [np.sqrt(variance) * random.normal(size=(draws, 2)) for variance in areas]
    spread = priors.bar_spread * priors.bar_spread_factor ** random.normal(size=(draws, 1))
    carrying, signal = (np.repeat(effect, 2, axis=1) + np.tile(of, (1, 2)) for effect, of in zip(effects, group[:2], strict=True))
    return carrying, signal, np.tile(group[2], (1, 2)) + spread * random.normal(size=(draws, 4)), group[2]


@pytest.mark.slow
def test_the_posterior_of_tiny_data_is_that_of_a_million_draws_from_the_priors_weighted():
    """Neither quadrature nor sampler: draw everything from the priors, weigh each draw by the chance of the counts."""
    carrying, signal, bars, of_group = _prior_draws(np.random.default_rng(7), 1_000_000, Priors())
    seen = rates(bars, carrying, 1 / (1 + np.exp(-carrying)), np.exp(signal))
    stops, made, found = (np.array(TINY[name], dtype=float) for name in ("encounters", "searches", "hits"))
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = found * np.log(seen.hit) + (made - found) * np.log(seen.miss) + (stops - made) * np.log(seen.rest)
    log_weight = np.nan_to_num(terms.sum(axis=1), nan=-np.inf)
    cells = Cells(stops[None], made[None], found[None], 2, 2)
    drawn = cells.parts(fit(cells, Priors(), warm_up=400, draws=500, seed=8).positions).bar[:, 0]
    for slow, ours in ((of_group[:, 0], drawn[..., 0]), (of_group[:, 1] - of_group[:, 0], drawn[..., 1] - drawn[..., 0])):
        mean, spread, worth = _weighted(log_weight, slow)
        error = spread * np.sqrt(1 / worth + 1 / effective_draws(ours))
        assert worth > 1_000
        assert ours.mean() == pytest.approx(mean, abs=4 * error)
        assert ours.std() == pytest.approx(spread, rel=0.1)


@pytest.mark.slow
def test_on_tiny_data_the_beta_version_says_much_the_same():
    """Simoiu, Corbett-Davies & Goel's own family of chances, integrated by weighted draws: the same direction, a like order of doubt."""
    random, draws = np.random.default_rng(9), 400_000
    carrying, signal, bars, of_group = _prior_draws(random, draws, Priors())
    stops, made, found = (np.array(TINY[name], dtype=float) for name in ("encounters", "searches", "hits"))
    with np.errstate(all="ignore"):
        ours = rates(bars, carrying, 1 / (1 + np.exp(-carrying)), np.exp(signal))
        mean, concentration = 1 / (1 + np.exp(-carrying)), np.exp(2.5 - 1.5 * signal)  # the farther signals part, the more spread the chances
        beta = seen_under_a_bar(np.clip(1 / (1 + np.exp(-bars)), 1e-6, 1 - 1e-6), mean=mean, concentration=concentration)
        lower = {}
        for name, (hit, miss) in {"ours": (ours.hit, ours.miss), "beta": (beta.search_rate * beta.hit_share, beta.search_rate * (1 - beta.hit_share))}.items():
            terms = found * np.log(hit) + (made - found) * np.log(miss) + (stops - made) * np.log(1 - hit - miss)
            log_weight = np.nan_to_num(terms.sum(axis=1), nan=-np.inf, posinf=-np.inf)
            lower[name] = _weighted(log_weight, (of_group[:, 1] < of_group[:, 0]).astype(float))[0]
    assert lower["ours"] > 0.7
    assert lower["beta"] == pytest.approx(lower["ours"], abs=0.15)
