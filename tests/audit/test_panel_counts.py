"""Count regressions and estimating equations, against statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from evenhand.audit.gee import gee
from evenhand.audit.panel_counts import clustered, negative_binomial, poisson, ratio_of, with_effects, with_events
from evenhand.tables.errors import BadSetting, CannotAnswer


def panel(seed=1, places=12, days=25, rate=0.6, effect=0.6, spread=0.5):
    """A made-up panel: place effects, day effects, more spread than Poisson if `spread` is above 0."""
    rng = np.random.default_rng(seed)
    place, day = np.tile(np.arange(places), days), np.repeat(np.arange(days), places)
    treated = rng.random(len(place)) < 0.4
    mean = rate * rng.gamma(3, 1 / 3, places)[place] * np.exp(rng.normal(0, 0.2, days))[day] * np.where(treated, effect, 1)
    if spread:
        mean = mean * rng.gamma(1 / spread, spread, len(place))
    return place, day, treated, rng.poisson(mean)


def test_poisson_with_place_and_day_effects_is_statsmodels_glm():
    import statsmodels.api as sm

    place, day, treated, count = panel()
    keep = with_events(count, place, day)
    place, day, treated, count = place[keep], day[keep], treated[keep], count[keep]
    design = with_effects(treated, place, day)
    fit = poisson(count, design)
    theirs = sm.GLM(count, design, family=sm.families.Poisson()).fit(tol=1e-12)
    assert_allclose(fit.coef, theirs.params, atol=1e-7)
    assert_allclose(fit.covariance, theirs.cov_params(), rtol=1e-5, atol=1e-8)
    robust = sm.GLM(count, design, family=sm.families.Poisson()).fit(tol=1e-12, cov_type="cluster", cov_kwds={"groups": place})
    assert_allclose(clustered(count, design, fit, place), robust.cov_params(), rtol=1e-4, atol=1e-8)


def test_an_offset_is_what_the_mean_is_in_proportion_to():
    import statsmodels.api as sm

    place, _, treated, count = panel()
    area = 0.5 + place % 3
    design = with_effects(treated, place)
    fit = poisson(count, design, offset=np.log(area))
    theirs = sm.GLM(count, design, family=sm.families.Poisson(), offset=np.log(area)).fit(tol=1e-12)
    assert_allclose(fit.coef, theirs.params, atol=1e-7)


def test_negative_binomial_is_statsmodels():
    import statsmodels.api as sm

    place, _, treated, count = panel(places=8, days=60, rate=2.0, spread=0.8)
    design = with_effects(treated, place)
    fit = negative_binomial(count, design)
    theirs = sm.NegativeBinomial(count, design).fit(disp=0, maxiter=500, gtol=1e-8)
    assert_allclose(fit.coef, theirs.params[:-1], atol=2e-4)
    assert fit.dispersion == pytest.approx(theirs.params[-1], rel=1e-3)
    glm = sm.GLM(count, design, family=sm.families.NegativeBinomial(alpha=fit.dispersion))
    assert_allclose(fit.covariance, glm.fit(tol=1e-12, scale=1).cov_params(), rtol=1e-4, atol=1e-7)


def test_counts_no_more_spread_than_poisson_have_no_dispersion():
    rng = np.random.default_rng(2)
    count = rng.binomial(4, 0.5, 400)
    assert negative_binomial(count, np.ones((400, 1))).dispersion == 0


@pytest.mark.parametrize("working", ["independence", "exchangeable"])
@pytest.mark.parametrize("dispersion", [0.0, 0.5])
def test_gee_is_statsmodels_with_its_correction_for_few_clusters(working, dispersion):
    import statsmodels.api as sm

    place, day, treated, count = panel(places=10, days=20, rate=1.5)
    design = with_effects(treated, day % 7)
    fit = gee(count, design, place, working=working, dispersion=dispersion)
    family = sm.families.NegativeBinomial(alpha=dispersion) if dispersion else sm.families.Poisson()
    structure = sm.cov_struct.Exchangeable() if working == "exchangeable" else sm.cov_struct.Independence()
    order = np.argsort(place, kind="stable")
    model = sm.GEE(count[order], design[order], place[order], family=family, cov_struct=structure)
    theirs = model.fit(maxiter=200, ctol=1e-12, cov_type="bias_reduced")
    assert_allclose(fit.coef, theirs.params, atol=1e-6)
    assert_allclose(fit.robust, theirs.cov_robust, rtol=2e-4, atol=1e-8)
    assert_allclose(fit.corrected, theirs.cov_robust_bc, rtol=2e-4, atol=1e-8)
    if working == "exchangeable":
        assert fit.correlation == pytest.approx(structure.dep_params, abs=1e-5)


def test_unequal_clusters_are_weighed_as_statsmodels_weighs_them():
    import statsmodels.api as sm

    place, _, treated, count = panel(places=9, days=20, rate=1.5)
    keep = np.random.default_rng(3).random(len(place)) < 0.7
    place, treated, count = place[keep], treated[keep], count[keep]
    design = with_effects(treated)
    order = np.argsort(place, kind="stable")
    model = sm.GEE(count[order], design[order], place[order], family=sm.families.Poisson(), cov_struct=sm.cov_struct.Exchangeable())
    theirs = model.fit(maxiter=200, ctol=1e-12)
    fit = gee(count, design, place)
    assert_allclose(fit.coef, theirs.params, atol=1e-6)
    assert_allclose(fit.robust, theirs.cov_robust, rtol=2e-4)


def test_places_and_days_without_events_are_left_out_until_none_is_left():
    place = np.array(["a", "a", "b", "b", "c", "c"])
    day = np.array([0, 1, 0, 1, 0, 1])
    assert with_events([0, 0, 0, 2, 0, 1], place, day).tolist() == [False, False, False, True, False, True]


def test_what_cannot_be_fitted_is_refused_with_the_reason():
    place, day, treated, count = panel()
    with pytest.raises(CannotAnswer, match="cannot be told apart"):
        poisson(count, with_effects(np.column_stack([treated, ~treated]), place))
    with pytest.raises(CannotAnswer, match="runs off to infinity"):
        poisson(np.where(treated, 0, 1 + count), with_effects(treated))
    with pytest.raises(CannotAnswer, match="one cluster only"):
        clustered(count, with_effects(treated), poisson(count, with_effects(treated)), np.zeros(len(count)))
    with pytest.raises(CannotAnswer, match="one cluster only"):
        gee(count, with_effects(treated), np.zeros(len(count)))
    with pytest.raises(BadSetting, match="working="):
        gee(count, with_effects(treated), place, working="autoregressive")
    with pytest.raises(CannotAnswer, match="too many for this regression"):
        with_effects(np.zeros(100_000), np.arange(100_000) % 500)
    assert np.isnan(ratio_of(0.0, 0.0, clusters=5).p_value)
    assert day.max() == 24


@pytest.mark.slow
def test_clustered_and_corrected_intervals_cover_about_as_often_as_they_say():
    """20 places, 60 days, counts that go together within places; 95 % intervals cover 93 to 97 % (300 runs: 1.3 % standard error)."""
    covered = {"fixed effects": 0, "gee": 0}
    effect, runs = 0.7, 300
    for run in range(runs):
        place, day, treated, count = panel(seed=1000 + run, places=20, days=60, rate=0.5, effect=effect, spread=0.5)
        keep = with_events(count, place, day)
        design = with_effects(treated[keep], place[keep], day[keep])
        fit = poisson(count[keep], design)
        own = ratio_of(fit.coef[0], clustered(count[keep], design, fit, place[keep])[0, 0], clusters=20)
        covered["fixed effects"] += own.low <= effect <= own.high
        wide = with_effects(treated, day % 7)
        marginal = gee(count, wide, place)
        own = ratio_of(marginal.coef[0], marginal.corrected[0, 0], clusters=20)
        covered["gee"] += own.low <= effect <= own.high
    for name, n in covered.items():
        assert 0.93 <= n / runs <= 0.975, (name, n / runs)
