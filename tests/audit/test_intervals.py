"""Intervals from counts, against statsmodels, scipy, and the definition worked out by brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from evenhand.audit.area_resampling import area_sums, clustered_ratio, log_limits, percentile_limits, resampled_counts
from evenhand.audit.intervals import rate_difference, rate_exact, ratio_exact, ratio_wald, share_difference, share_wilson
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer

COUNTS = np.array([1, 3, 10, 77, 4498])


def test_a_rate_is_garwoods_as_statsmodels_has_it():
    from statsmodels.stats.rates import confint_poisson

    for level in (0.9, 0.95, 0.99):
        _, low, high = rate_exact(COUNTS, 2_000, level=level)
        theirs = [confint_poisson(n, 2.0, method="exact-c", alpha=1 - level) for n in COUNTS]
        assert_allclose(np.column_stack([low, high]), theirs, rtol=1e-12)


def test_no_events_is_a_rate_of_zero_with_a_finite_upper_limit():
    value, low, high = rate_exact(0, 1_000)
    assert (value, low) == (0, 0)
    assert high == pytest.approx(-np.log(0.025))  # P(0 events) = exp(-mean)


def test_nobody_living_there_gives_no_rate():
    assert np.isnan(rate_exact([5], [0])).all()


def test_the_large_count_ratio_is_the_one_statsmodels_has():
    from statsmodels.stats.rates import confint_poisson_2indep

    for n in COUNTS:
        _, low, high = ratio_wald(n, 884, 224, 1_730)
        assert_allclose((low, high), confint_poisson_2indep(n, 884, 224, 1_730, method="wald-log", compare="ratio"), rtol=1e-12)


@pytest.mark.parametrize("n", [0, 1, 4, 30])
@pytest.mark.parametrize("reference", [1, 5, 90])
def test_exact_ratio_limits_are_where_the_binomial_tails_hold_the_count(n, reference):
    """The definition: at the low limit the chance of n or more is 2.5 %, at the high limit that of n or fewer."""
    _, low, high = ratio_exact(n, 400, reference, 9_000)
    chance = [ratio * 400 / (ratio * 400 + 9_000) for ratio in (float(low), float(high))]
    if n:
        assert stats.binom.sf(n - 1, n + reference, chance[0]) == pytest.approx(0.025)
    else:
        assert low == 0
    assert stats.binom.cdf(n, n + reference, chance[1]) == pytest.approx(0.025)


def test_exact_ratio_limits_come_from_scipys_binomial_interval():
    for n, reference in ((3, 20), (0, 7), (305, 841)):
        theirs = stats.binomtest(n, n + reference).proportion_ci(method="exact")
        _, low, high = ratio_exact(n, 334, reference, 5_896)
        odds = [theirs.low / (1 - theirs.low), theirs.high / (1 - theirs.high)]
        assert_allclose((low, high), np.array(odds) * 5_896 / 334, rtol=1e-9, atol=1e-12)


def test_exact_ratio_covers_at_least_as_often_as_it_says():
    """Exact coverage, summed over every pair of counts that can occur: no simulation, no luck."""
    first, second = np.meshgrid(np.arange(80), np.arange(1, 260), indexing="ij")
    _, low, high = ratio_exact(first, 1_000, second, 10_000)
    for mean, ratio in ((2, 0.5), (8, 1.0), (12, 3.0), (30, 2.0)):
        base = mean / ratio * 10
        chance = stats.poisson.pmf(first, mean) * stats.poisson.pmf(second, base)
        covered = chance[(low <= ratio) & (ratio <= high)].sum() / chance.sum()
        assert 0.95 <= covered < 0.995, (mean, ratio, covered)


def test_large_count_ratio_falls_short_or_gives_up_where_the_exact_one_holds():
    assert np.isnan(ratio_wald(0, 400, 20, 9_000).high)
    assert ratio_exact(0, 400, 20, 9_000).high == pytest.approx(4.557, abs=0.001)


def test_exact_and_large_count_ratios_agree_for_large_counts():
    assert_allclose(np.stack(ratio_exact(4498, 88_499, 2247, 173_095)), np.stack(ratio_wald(4498, 88_499, 2247, 173_095)), rtol=1e-3)


def test_wilson_is_as_statsmodels_has_it():
    from statsmodels.stats.proportion import proportion_confint

    part, whole = np.array([0, 1, 8, 10, 267]), np.array([10, 30, 10, 10, 305])
    _, low, high = share_wilson(part, whole)
    assert_allclose((low, high), proportion_confint(part, whole, method="wilson"), atol=1e-12)


def test_newcombe_is_as_statsmodels_has_it():
    from statsmodels.stats.proportion import confint_proportions_2indep

    for counts in ((56, 70, 48, 80), (9, 10, 3, 10), (0, 10, 3, 20)):
        _, low, high = share_difference(*counts)
        assert_allclose((low, high), confint_proportions_2indep(*counts, method="newcomb", compare="diff"), atol=1e-12)


def test_newcombe_1998_table_of_examples():
    """Newcombe (1998), Statistics in Medicine 17(8), Table II, method 10, contrasts (a) and (b); printed to four places."""
    value, low, high = share_difference([56, 9], [70, 10], [48, 3], [80, 10])
    assert_allclose(value, [0.2, 0.6])
    assert_allclose(low, [0.0524, 0.1705], atol=5e-5)
    assert_allclose(high, [0.3339, 0.8090], atol=5e-5)


def test_a_difference_of_rates_covers_as_often_as_it_says():
    first, second = np.meshgrid(np.arange(90), np.arange(0, 200), indexing="ij")
    _, low, high = rate_difference(first, 1_000, second, 10_000)
    for mean, base in ((3, 20), (15, 60), (40, 100)):
        chance = stats.poisson.pmf(first, mean) * stats.poisson.pmf(second, base)
        covered = chance[(low <= mean - base / 10) & (mean - base / 10 <= high)].sum() / chance.sum()
        assert 0.94 <= covered <= 0.99, (mean, base, covered)


@settings(max_examples=60, deadline=None)
@given(n=st.integers(0, 500), base=st.integers(1, 500), people=st.integers(1, 10_000), others=st.integers(1, 10_000))
def test_every_value_lies_in_its_interval_and_turning_the_groups_round_turns_the_ratio_round(n, base, people, others):
    for value, low, high in (rate_exact(n, people), ratio_exact(n, people, base, others), rate_difference(n, people, base, others)):
        assert low <= value <= high
    if n:
        there, back = ratio_exact(n, people, base, others), ratio_exact(base, others, n, people)
        assert_allclose([there.low, there.high], [1 / back.high, 1 / back.low], rtol=1e-8)


@pytest.mark.parametrize("wrong", [-1, 2.5, np.nan])
def test_what_is_not_a_count_is_refused(wrong):
    with pytest.raises(BadValue, match="whole numbers"):
        rate_exact([3, wrong], 100)
    with pytest.raises(BadValue, match="whole numbers"):
        ratio_exact(wrong, 100, 5, 100)


@pytest.mark.parametrize("ratio", [ratio_exact, ratio_wald])
def test_a_reference_of_nothing_is_refused(ratio):
    with pytest.raises(CannotAnswer, match="no events"):
        ratio(5, 100, 0, 100)
    with pytest.raises(CannotAnswer, match="no residents"):
        ratio(5, 100, 5, 0)


def test_a_part_larger_than_its_whole_and_a_level_of_none_are_refused():
    with pytest.raises(BadValue, match="larger than its whole"):
        share_wilson(3, 2)
    with pytest.raises(BadSetting, match="between 0 and 1"):
        rate_exact(3, 2, level=95)


def test_resampling_areas_is_drawing_rows_of_the_table():
    """The slow twin draws area after area and adds up; same generator, same draws."""
    table = np.random.default_rng(3).poisson(4, size=(50, 3)).astype(float)
    random = np.random.default_rng(7)
    slow = np.array([sum(table[area] for area in random.integers(0, 50, size=50)) for _ in range(30)])
    assert_allclose(area_sums(table, replicates=30, seed=7), slow)


def test_resampled_sums_do_not_depend_on_how_many_are_held_at_once(monkeypatch):
    table = np.random.default_rng(3).poisson(4, size=(200, 3))
    whole = area_sums(table, replicates=40, seed=1)
    monkeypatch.setattr("evenhand.audit.area_resampling.CELLS_AT_A_TIME", 1)
    assert_allclose(area_sums(table, replicates=40, seed=1), whole, rtol=0)


def test_resampled_sums_have_the_mean_and_variance_of_the_theory():
    table = np.random.default_rng(3).gamma(2, 3, size=(80, 2))
    sums = area_sums(table, replicates=20_000, seed=1)
    assert_allclose(sums.mean(axis=0), table.sum(axis=0), rtol=0.005)
    assert_allclose(sums.var(axis=0), 80 * table.var(axis=0), rtol=0.05)


def test_counts_drawn_as_a_multinomial_are_a_row_bootstrap():
    """Same law: the two samples of one cell's count, and of a ratio of cells, pass a two-sample test."""
    counts = np.array([40, 110, 25, 225])
    rows = np.repeat(np.arange(4), counts)
    random = np.random.default_rng(11)
    slow = np.array([np.bincount(rows[random.integers(0, len(rows), len(rows))], minlength=4) for _ in range(10_000)])
    fast = resampled_counts(counts, replicates=10_000, seed=5)
    share = counts / 400
    theory = 400 * (np.diag(share) - np.outer(share, share))
    assert_allclose(np.cov(fast.T), theory, rtol=0.04, atol=1.5)
    assert_allclose(np.cov(slow.T), theory, rtol=0.04, atol=1.5)
    assert stats.ks_2samp(fast[:, 0] / fast[:, 1], slow[:, 0] / slow[:, 1]).pvalue > 0.01


def _clustered_world(random, areas):
    """Areas whose policing differs, and differs by group: the true ratio is 3."""
    people = np.column_stack([random.gamma(2, 100, areas), random.gamma(5, 200, areas)]).round() + 1
    patrol, targeting = random.gamma(2, 0.5, areas), random.gamma(3, 1 / 3, areas)
    return random.poisson(people * np.column_stack([0.03 * patrol * targeting, 0.01 * patrol])), people


@pytest.mark.slow
@pytest.mark.parametrize("scale", ["log", "percentile"])
def test_resampling_areas_covers_as_often_as_it_says_where_stops_come_in_clusters(scale):
    """200 areas, 1,500 worlds: nominal 95 %, allowed 93 to 97 %; the exact interval, which ignores clusters, is shown to fail."""
    random = np.random.default_rng(2)
    covered = exact = 0
    for world in range(1_500):
        stops, people = _clustered_world(random, 200)
        _, low, high = clustered_ratio(stops, people, reference=1, replicates=400, seed=world, scale=scale)
        covered += low[0] <= 3 <= high[0]
        total, heads = stops.sum(axis=0), people.sum(axis=0)
        naive = ratio_exact(total[0], heads[0], total[1], heads[1])
        exact += naive.low <= 3 <= naive.high
    assert 0.93 <= covered / 1_500 <= 0.97
    assert exact / 1_500 < 0.8


def test_a_draw_without_any_event_leaves_no_limit_on_the_log_scale():
    low, high = log_limits([1.0], np.array([[0.0], [1.0], [2.0]]), areas=3)
    assert np.isnan([low, high]).all()
    assert percentile_limits(np.array([[0.0], [1.0], [2.0]]))[0] >= 0


def test_resampling_refuses_gaps_and_a_single_draw():
    with pytest.raises(BadValue, match="missing is never zero"):
        area_sums([[1.0], [np.nan]])
    with pytest.raises(BadSetting, match="too few"):
        area_sums([[1.0]], replicates=1)
    with pytest.raises(BadValue, match="no row"):
        resampled_counts([0, 0])
    with pytest.raises(BadSetting, match="log, percentile"):
        clustered_ratio([[1, 1]], [[1, 1]], reference=1, scale="root")
