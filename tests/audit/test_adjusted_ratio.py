"""Ratios within areas: against arithmetic by hand, statsmodels, and worlds whose ratio is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from evenhand.audit.adjusted_ratio import allocation_split, comparable, mantel_haenszel, poisson_within_areas
from evenhand.audit.intervals import ratio_wald
from evenhand.audit.negative_binomial import negative_binomial_within_areas
from evenhand.tables.errors import BadSetting, BadValue

approx = pytest.approx


def made_up_areas(seed=1, areas=40, *, ratio=3.0, base=0.02, scatter=0.2, targeting=0.0):
    """Areas with levels of their own; `scatter` is the variance of each count's factor, `targeting` ties levels to where the group lives."""
    random = np.random.default_rng(seed)
    people, others = random.integers(20, 400, areas), random.integers(800, 2_000, areas)
    level = base * random.gamma(2, 0.5, areas) * (people / 210) ** targeting
    factor = random.gamma(1 / scatter, scatter, (2, areas)) if scatter else np.ones((2, areas))
    return random.poisson(people * ratio * level * factor[0]), people, random.poisson(others * level * factor[1]), others


def test_mantel_haenszel_is_the_arithmetic_done_by_hand():
    value, low, high = mantel_haenszel([30, 4], [1_000, 500], [100, 10], [10_000, 2_000])
    top, bottom = 30 * 10_000 / 11_000 + 4 * 2_000 / 2_500, 100 * 1_000 / 11_000 + 10 * 500 / 2_500
    error = np.sqrt((130 * 1_000 * 10_000 / 11_000**2 + 14 * 500 * 2_000 / 2_500**2) / (top * bottom))
    assert (value, low, high) == approx((top / bottom, top / bottom * np.exp(-1.959964 * error), top / bottom * np.exp(1.959964 * error)))


def test_in_one_area_the_adjusted_ratio_is_the_plain_one():
    assert_allclose(np.stack(mantel_haenszel([30], [1_000], [100], [10_000])), np.stack(ratio_wald(30, 1_000, 100, 10_000)), rtol=1e-9)
    assert_allclose(np.stack(poisson_within_areas([30], [1_000], [100], [10_000])), np.stack(ratio_wald(30, 1_000, 100, 10_000)), rtol=1e-9)


def test_mantel_haenszel_is_statsmodels_where_events_are_rare():
    """Their table counts people, ours person-time: the ratio is the same formula. Their error is of the odds ratio, another estimator of the same thing."""
    from statsmodels.stats.contingency_tables import StratifiedTable

    events, people, base, others = made_up_areas()
    tables = [np.array([[b, p - b], [w, q - w]]) for b, p, w, q in zip(events, people * 10**6, base, others * 10**6, strict=True)]
    theirs = StratifiedTable(tables)
    value, low, high = mantel_haenszel(events, people, base, others)
    assert value == approx(theirs.riskratio_pooled, rel=1e-9)
    assert np.log(high / low) / (2 * 1.959964) == approx(theirs.logodds_pooled_se, rel=0.03)


def regression(events, people, base, others, family, **fit):
    """Their regression with an indicator for every area and the logarithm of people as offset."""
    import statsmodels.api as sm

    kept = events + base > 0
    areas = int(kept.sum())
    counts, offset = np.concatenate([events[kept], base[kept]]), np.log(np.concatenate([people[kept], others[kept]]))
    design = np.column_stack([np.repeat([1.0, 0.0], areas), np.vstack([np.eye(areas)] * 2)])
    return sm.GLM(counts, design, family=family, offset=offset).fit(**fit), np.tile(np.arange(areas), 2)


def test_the_conditional_likelihood_is_the_poisson_regression_with_an_indicator_for_every_area():
    import statsmodels.api as sm

    areas = made_up_areas(base=0.004)
    theirs, _ = regression(*areas, sm.families.Poisson(), tol=1e-12)
    value, low, high = poisson_within_areas(*areas)
    assert np.log(value) == approx(theirs.params[0], rel=1e-7)
    assert np.log(high / low) / (2 * 1.959964) == approx(theirs.bse[0], rel=1e-5)


def test_it_is_the_highest_of_the_exact_binomial_likelihood():
    from scipy.optimize import minimize_scalar
    from scipy.stats import binom

    events, people, base, others = made_up_areas(base=0.004)

    def worse(beta):
        return -binom.logpmf(events, events + base, np.exp(beta) * people / (np.exp(beta) * people + others)).sum()

    best = minimize_scalar(worse, bracket=(0.5, 1.5), tol=1e-10).x
    assert np.log(poisson_within_areas(events, people, base, others).value) == approx(best, abs=1e-6)


def test_the_limits_from_the_areas_scatter_are_the_cluster_robust_ones():
    """Theirs without their small-sample factor, times ours: areas / (areas - 1)."""
    import statsmodels.api as sm
    from scipy.stats import t

    areas = made_up_areas()
    _, which = regression(*areas, sm.families.Poisson())
    theirs, _ = regression(*areas, sm.families.Poisson(), cov_type="cluster", cov_kwds={"groups": which, "use_correction": False}, tol=1e-12)
    number = which.max() + 1
    value, _, high = poisson_within_areas(*areas, by_area=True)
    assert np.log(high / value) / t.ppf(0.975, number - 1) == approx(theirs.bse[0] * np.sqrt(number / (number - 1)), rel=1e-5)


def test_the_negative_binomial_is_statsmodels_with_an_indicator_for_every_area():
    import statsmodels.api as sm
    from scipy.stats import t

    events, people, base, others = made_up_areas()
    ours = negative_binomial_within_areas(events, people, base, others, dispersion="plain")
    kept = events + base > 0
    areas = int(kept.sum())
    design = np.column_stack([np.repeat([1.0, 0.0], areas), np.vstack([np.eye(areas)] * 2)])
    counts, offset = np.concatenate([events[kept], base[kept]]), np.log(np.concatenate([people[kept], others[kept]]))
    start = np.r_[1.0, np.log((base[kept] + 0.5) / others[kept]), 0.1]
    theirs = sm.NegativeBinomial(counts, design, offset=offset).fit(start_params=start, maxiter=500, disp=0, method="bfgs")
    assert (np.log(ours.ratio.value), ours.dispersion) == approx((theirs.params[0], theirs.params[-1]), rel=1e-3)
    given_theirs, _ = regression(events, people, base, others, sm.families.NegativeBinomial(alpha=ours.dispersion), tol=1e-12)
    assert np.log(ours.ratio.value) == approx(given_theirs.params[0], rel=1e-6)
    assert np.log(ours.ratio.high / ours.ratio.value) / t.ppf(0.975, areas - 1) == approx(given_theirs.bse[0], rel=1e-5)


def test_adjusting_the_dispersion_for_the_areas_levels_finds_the_scatter_that_is_there_and_plain_likelihood_about_half():
    found = [[negative_binomial_within_areas(*made_up_areas(seed, 150), dispersion=kind).dispersion for kind in ("adjusted", "plain")] for seed in range(20)]
    adjusted, plain = np.mean(found, axis=0)
    assert adjusted == approx(0.2, abs=0.02)
    assert plain < 0.12


def test_without_scatter_the_negative_binomial_is_the_poisson():
    areas = made_up_areas(scatter=0, seed=3)
    ours = negative_binomial_within_areas(*areas, dispersion="plain")
    assert ours.dispersion < 0.005
    assert ours.ratio.value == approx(float(poisson_within_areas(*areas).value), rel=0.01)


def test_the_crude_ratio_is_the_ratio_within_areas_times_what_the_areas_add():
    split = allocation_split(*made_up_areas(targeting=1.0, areas=100), replicates=100)
    assert split.crude.value == approx(split.within.value * split.allocation.value)
    assert split.share.value == approx(np.log(split.allocation.value) / np.log(split.crude.value))
    assert split.allocation.low > 1
    assert split.share.low < split.share.value < split.share.high


def test_where_groups_live_alike_the_areas_add_nothing_and_where_only_areas_differ_they_are_all():
    busy, many = np.arange(1, 13), np.repeat([1, 5], 6)
    alike = allocation_split(6 * busy, np.full(12, 100), 20 * busy, np.full(12, 1_000), replicates=50)
    assert (alike.within.value, alike.allocation.value, alike.share.value) == approx((3, 1, 0), abs=1e-9)
    same_rate = allocation_split(busy * many, 100 * many, 10 * busy, np.full(12, 1_000), replicates=50)
    assert (same_rate.within.value, same_rate.share.value) == approx((1, 1))
    assert same_rate.crude.value == approx(same_rate.allocation.value)


def test_the_limits_of_the_share_are_where_top_less_share_times_bottom_could_be_nought():
    """Fieller's definition, with the variance of the draws worked out at each limit."""
    from scipy.stats import t

    from evenhand.audit.adjusted_ratio import _parts, _weighted
    from evenhand.audit.area_resampling import area_sums

    areas = made_up_areas(targeting=1.0, areas=60)
    share = allocation_split(*areas, replicates=200, seed=4).share
    pairs, _ = comparable(*areas)
    table = np.column_stack([*pairs, *_weighted(pairs)[:2]])
    crude, _, allocation = np.log(_parts(table.sum(axis=0)[None, :]))[0]
    drawn = np.log(_parts(area_sums(table, replicates=200, seed=4)))
    for limit in (share.low, share.high):
        spread = (drawn[:, 2] - limit * drawn[:, 0]).std(ddof=1) * np.sqrt(60 / 59) * t.ppf(0.975, 59)
        assert abs(allocation - limit * crude) == approx(spread)


def test_nothing_clear_to_share_out_gives_no_share():
    assert np.isnan(allocation_split(*made_up_areas(ratio=1.0, areas=30), replicates=100).share.value)


def test_under_ten_areas_the_split_has_no_limits():
    split = allocation_split(*made_up_areas(areas=9))
    assert split.within.value > 1
    assert np.isnan([split.crude.low, split.within.high, split.allocation.low, split.share.low]).all()


def test_areas_where_only_one_group_lives_are_left_out_of_everything():
    events, people, base, others = made_up_areas()
    more = [np.append(events, [5, 7]), np.append(people, [0, 80]), np.append(base, [9, 3]), np.append(others, [700, 0])]
    assert comparable(*more)[1].tolist() == [True] * 40 + [False] * 2
    for ratio in (mantel_haenszel, poisson_within_areas):
        assert ratio(*more) == ratio(events, people, base, others)
    assert allocation_split(*more, replicates=20).crude == allocation_split(events, people, base, others, replicates=20).crude


@pytest.mark.parametrize("ratio", [mantel_haenszel, poisson_within_areas, lambda *pair: negative_binomial_within_areas(*pair).ratio])
def test_what_cannot_be_had_is_nan_and_no_events_is_nought(ratio):
    nobody = ratio([3, 4], [10, 10], [0, 0], [90, 90])
    assert np.isnan(np.stack(nobody)).all()
    none = ratio([0, 0], [10, 10], [5, 6], [90, 90])
    assert none.value == 0 or np.isnan(none.value)
    assert np.isnan(none.high)
    assert np.isnan(ratio([], [], [], []).value)


@pytest.mark.parametrize("ratio", [mantel_haenszel, poisson_within_areas, negative_binomial_within_areas, allocation_split])
def test_lists_that_are_no_counts_or_of_unequal_length_are_refused(ratio):
    with pytest.raises(BadValue, match="whole numbers"):
        ratio([1.5, 2], [10, 10], [3, 3], [90, 90])
    with pytest.raises(BadValue, match="whole numbers"):
        ratio([1, 2], [10, 10], [-3, 3], [90, 90])
    with pytest.raises(BadValue, match="missing"):
        ratio([1, 2], [10, np.nan], [3, 3], [90, 90])
    with pytest.raises(BadValue, match="one length"):
        ratio([1, 2, 3], [10, 10], [3, 3], [90, 90])


def test_an_unknown_kind_of_dispersion_is_refused():
    with pytest.raises(BadSetting, match="adjusted, plain"):
        negative_binomial_within_areas(*made_up_areas(), dispersion="method of moments")


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), areas=st.integers(3, 30), factor=st.integers(2, 9))
def test_turning_the_groups_round_turns_the_ratio_round_and_more_people_of_both_change_nothing(seed, areas, factor):
    events, people, base, others = made_up_areas(seed, areas)
    for ratio in (mantel_haenszel, poisson_within_areas):
        there, back = ratio(events, people, base, others), ratio(base, others, events, people)
        assert_allclose([there.value, there.low, there.high], [1 / back.value, 1 / back.high, 1 / back.low], rtol=1e-6)
        assert_allclose(np.stack(ratio(events, people * factor, base, others * factor)), np.stack(there), rtol=1e-6)


def covered(interval, truth):
    return bool(interval.low <= truth <= interval.high)


@pytest.mark.slow
@pytest.mark.parametrize("base", [0.002, 0.02])
def test_with_one_ratio_and_chance_alone_every_interval_covers_as_often_as_it_says(base):
    """80 areas, 1,500 worlds, true ratio 3; nominal 95 %, allowed 93 to 97 %. At the lower level an area has about 1 stop of the group."""
    hits = np.zeros(3)
    for seed in range(1_500):
        areas = made_up_areas(seed, 80, base=base, scatter=0)
        hits += [covered(ratio, 3) for ratio in (mantel_haenszel(*areas), poisson_within_areas(*areas), poisson_within_areas(*areas, by_area=True))]
    assert np.all((hits / 1_500 >= 0.93) & (hits / 1_500 <= 0.97)), hits / 1_500


@pytest.mark.slow
@pytest.mark.parametrize("base", [0.004, 0.02])
def test_with_scatter_the_negative_binomial_and_the_sandwich_cover_and_the_model_of_chance_alone_is_shown_to_fail(base):
    """80 areas, 1,000 worlds, each count's factor with variance 0.4; nominal 95 %, allowed 93 to 97 %."""
    hits = np.zeros(3)
    for seed in range(1_000):
        areas = made_up_areas(seed, 80, base=base, scatter=0.4)
        found = negative_binomial_within_areas(*areas).ratio, poisson_within_areas(*areas, by_area=True), mantel_haenszel(*areas)
        hits += [covered(ratio, 3) for ratio in found]
    assert np.all((hits[:2] / 1_000 >= 0.93) & (hits[:2] / 1_000 <= 0.97)), hits / 1_000
    assert hits[2] / 1_000 < 0.8


@pytest.mark.slow
def test_the_parts_of_the_split_cover_as_often_as_they_say():
    """150 areas drawn from a world in which the group lives where more are stopped; truth from 2,000,000 areas; 1,500 worlds."""
    world = {"scatter": 0.2, "targeting": 0.7}
    truth = allocation_split(*made_up_areas(99, 2_000_000, **world), replicates=2)
    hits = np.zeros(4)
    for seed in range(1_500):
        hits += [covered(part, whole.value) for part, whole in zip(allocation_split(*made_up_areas(seed, 150, **world), replicates=300), truth, strict=True)]
    assert np.all((hits / 1_500 >= 0.93) & (hits / 1_500 <= 0.97)), hits / 1_500
