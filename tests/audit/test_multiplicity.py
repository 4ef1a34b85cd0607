"""Many comparisons: against statsmodels, and the likeliest shares against a search along the line."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from scipy.optimize import minimize_scalar

from evenhand.audit.multiplicity import benjamini_hochberg, closest_margin, difference_p, holm, no_further_apart_p
from evenhand.tables.errors import BadSetting, BadValue

P_VALUES = np.random.default_rng(1).random(25) ** 2


@pytest.mark.parametrize(("ours", "theirs"), [(holm, "holm"), (benjamini_hochberg, "fdr_bh")])
def test_raised_p_values_are_statsmodels(ours, theirs):
    from statsmodels.stats.multitest import multipletests

    assert_allclose(ours(P_VALUES), multipletests(P_VALUES, method=theirs)[1], rtol=1e-12)


def test_tests_that_were_not_made_do_not_count():
    assert_allclose(holm([0.01, np.nan, 0.04])[[0, 2]], holm([0.01, 0.04]))
    assert np.isnan(benjamini_hochberg([0.01, np.nan])[1])
    assert holm([]).size == 0


def test_what_is_no_p_value_is_refused():
    with pytest.raises(BadValue, match="outside 0 to 1"):
        holm([0.5, 1.5])


def test_holm_calls_any_of_a_family_wrongly_no_more_than_five_times_in_a_hundred_and_bh_no_more_of_its_calls():
    random = np.random.default_rng(2)
    any_wrong = shares = 0.0
    for _ in range(2_000):
        z = random.normal(size=20)
        z[:5] += 3
        p = 2 * stats.norm.sf(np.abs(z))
        any_wrong += (holm(p)[5:] <= 0.05).any()
        called = benjamini_hochberg(p) <= 0.05
        shares += called[5:].sum() / max(called.sum(), 1)
    assert any_wrong / 2_000 <= 0.055
    assert shares / 2_000 <= 0.045  # 15 of 20 are true nulls, so the mean is 0.05 * 15 / 20


def likeliest_by_search(a, n, c, m, apart):
    def cost(x):
        return -(a * np.log(x + apart) + (n - a) * np.log(1 - x - apart) + c * np.log(x) + (m - c) * np.log(1 - x))

    ends = (max(0, -apart) + 1e-9, min(1, 1 - apart) - 1e-9)
    return minimize_scalar(cost, bounds=ends, method="bounded", options={"xatol": 1e-12}).x


@pytest.mark.parametrize("counts", [(56, 70, 48, 80), (9, 10, 3, 10), (1369, 2174, 505, 854)])
@pytest.mark.parametrize("apart", [0.05, -0.1, 0.3])
def test_the_score_test_takes_the_likeliest_shares_that_differ_so_much(counts, apart):
    """statsmodels 0.15 has a count for a total in one term of this cubic, so it is checked against a search instead."""
    a, n, c, m = counts
    base = likeliest_by_search(a, n, c, m, apart)
    spread = np.sqrt((base + apart) * (1 - base - apart) / n + base * (1 - base) / m)
    z = (a / n - c / m - apart) / spread
    assert difference_p(*counts, value=apart, than="larger") == pytest.approx(stats.norm.sf(z), rel=1e-6)
    assert difference_p(*counts, value=apart, than="smaller") == pytest.approx(stats.norm.cdf(z), rel=1e-6)


def test_for_no_difference_the_score_test_is_statsmodels():
    from statsmodels.stats.proportion import test_proportions_2indep as theirs

    for counts in ((56, 70, 48, 80), (9, 10, 3, 10), (0, 10, 3, 20)):
        assert difference_p(*counts) == pytest.approx(theirs(*counts, compare="diff", method="score", correction=False).pvalue)


def test_two_shares_are_said_to_be_alike_no_more_often_than_five_times_in_a_hundred():
    """Exact size at the margin itself, and power where the shares are equal."""
    a, c = np.meshgrid(np.arange(301), np.arange(251), indexing="ij")
    said = no_further_apart_p(a, 300, c, 250, margin=0.1) <= 0.05
    for share in (0.2, 0.4):
        at_margin = stats.binom.pmf(a, 300, share + 0.1) * stats.binom.pmf(c, 250, share)
        assert 0.03 <= at_margin[said].sum() <= 0.055
    equal = stats.binom.pmf(a, 300, 0.3) * stats.binom.pmf(c, 250, 0.3)
    assert equal[said].sum() > 0.6


def test_the_closest_margin_is_where_the_claim_becomes_possible():
    margin = float(closest_margin(1369, 2174, 505, 854))
    assert no_further_apart_p(1369, 2174, 505, 854, margin=margin + 0.005) < 0.05
    assert no_further_apart_p(1369, 2174, 505, 854, margin=margin - 0.005) > 0.05


def test_margins_and_alternatives_that_are_none_are_refused():
    for margin in (0, 1, -0.1):
        with pytest.raises(BadSetting, match="5 points"):
            no_further_apart_p(5, 10, 5, 10, margin=margin)
    with pytest.raises(BadSetting, match="'other', 'larger' or 'smaller'"):
        difference_p(5, 10, 5, 10, than="bigger")
    with pytest.raises(BadSetting, match=r"0\.5 and 1"):
        closest_margin(5, 10, 5, 10, level=0.3)
    assert difference_p(0, 10, 0, 10) == 1
    assert np.isnan(difference_p(0, 0, 3, 10))
