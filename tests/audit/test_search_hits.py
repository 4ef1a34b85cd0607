"""Shares of hits beside each other: against statsmodels, brute force and simulation; and why they mislead."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from evenhand.audit.infra_marginality import seen_under_a_bar
from evenhand.audit.search_hit_findings import INFRA_MARGINAL, Kind, hit_findings
from evenhand.audit.search_hits import FROM_AREAS, compared_hits, hit_ratio_bounds, mantel_haenszel_hits, share_of_hits
from evenhand.tables.errors import BadSetting, BadValue
from tests.audit.made_up_searches import ABOUT, tally, the

SEARCHES = np.array([[120, 300], [80, 90], [40, 700], [5, 60]])
HITS = np.array([[30, 60], [10, 22], [12, 90], [0, 9]])


def test_shares_and_their_comparison_are_the_arithmetic_done_by_hand():
    found = hit_findings(tally(SEARCHES, HITS), ABOUT)
    black, white = 52 / 245, 181 / 1150
    assert the(found, "hit_share", "Black").value == pytest.approx(black)
    assert the(found, "hit_share_ratio", "Black").value == pytest.approx(black / white)
    assert the(found, "hit_share_difference", "Black").value == pytest.approx(black - white)
    assert the(found, "hit_share", "White").n == 1150


def test_within_areas_is_mantel_haenszel_as_statsmodels_has_it():
    from statsmodels.stats.contingency_tables import StratifiedTable

    tables = [np.array([[b, n - b], [w, m - w]]) for (b, w), (n, m) in zip(HITS, SEARCHES, strict=True)]
    ratio, difference = mantel_haenszel_hits(HITS, SEARCHES, reference=1)
    assert ratio.shown.value[0] == pytest.approx(StratifiedTable(tables).riskratio_pooled)
    weights = [n * m / (n + m) for n, m in SEARCHES]
    apart = [b / n - w / m for (b, w), (n, m) in zip(HITS, SEARCHES, strict=True)]
    assert difference.shown.value[0] == pytest.approx(np.average(apart, weights=weights))


def test_one_area_alone_gives_the_crude_ratio_and_the_large_count_limits():
    """In one stratum Greenland and Robins' limits are the usual ones of a ratio of two shares."""
    ratio, _ = mantel_haenszel_hits([[30, 60]], [[120, 300]], reference=1)
    spread = 1.959964 * np.sqrt(1 / 30 - 1 / 120 + 1 / 60 - 1 / 300)
    assert ratio.shown.value[0] == pytest.approx(1.25)
    assert ratio.shown.high[0] / ratio.shown.value[0] == pytest.approx(np.exp(spread), rel=1e-6)


def test_bounds_are_the_extremes_over_every_way_to_group_the_missing():
    value, low, high = hit_ratio_bounds(4, 10, 6, 20, 2, 3)
    ratios = []
    for mine, theirs in itertools.product(itertools.product(range(3), range(2)), repeat=2):  # (hits, misses) of each side
        if mine[0] + theirs[0] <= 2 and mine[1] + theirs[1] <= 1:
            ratios.append(((4 + mine[0]) / (10 + sum(mine))) / ((6 + theirs[0]) / (20 + sum(theirs))))
    assert (min(ratios), max(ratios)) == pytest.approx((float(low), float(high)))
    assert low < value < high


def test_areas_that_differ_widen_the_interval_shown():
    random = np.random.default_rng(0)
    searches = np.full((60, 2), 50)
    hits = random.binomial(50, random.beta(1, 4, (60, 1)) * np.ones(2))
    shares = share_of_hits(hits, searches)
    assert shares.basis == (FROM_AREAS, FROM_AREAS)
    assert (shares.shown.high - shares.shown.low > 1.5 * (shares.counts.high - shares.counts.low)).all()


def test_few_searches_are_suppressed_no_searches_are_unknown_and_no_hits_is_no_ratio():
    found = hit_findings(tally([[4, 100, 90, 0]], [[1, 10, 0, 0]], groups=("Asian", "Black", "Mixed", "Other"), reference=1), ABOUT)
    assert (the(found, "hit_share", "Asian").value, the(found, "hit_share", "Asian").n) == (None, None)
    assert "suppressed" in the(found, "hit_share", "Asian").caveats[0]
    assert "may not have been in use" in the(found, "hit_share", "Other").caveats[0]
    assert the(found, "hit_share_ratio", "Mixed").value == 0
    none = hit_findings(tally([[80, 90]], [[5, 0]]), ABOUT)
    assert the(none, "hit_share_ratio", "Black").value is None
    assert "no hits" in the(none, "hit_share_ratio", "Black").caveats[0]


def test_every_finding_warns_of_infra_marginality():
    assert all(INFRA_MARGINAL in one.caveats for one in hit_findings(tally(SEARCHES, HITS), ABOUT, kind=Kind("searches under section 60", is_main=False)))


@pytest.mark.parametrize(
    ("hits", "says"), [([[-1, 0]], "whole numbers"), ([[0.5, 0]], "whole numbers"), ([[11, 0]], "more hits than searches"), ([[1]], "alike in shape")]
)
def test_counts_that_cannot_be_right_are_refused(hits, says):
    with pytest.raises(BadValue, match=says):
        compared_hits(hits, [[10, 10]], reference=1)


def test_one_bar_for_all_and_still_different_hits():
    """The demonstration of infra-marginality, against an integral done by scipy."""
    rate, share = seen_under_a_bar(0.1, mean=[0.05, 0.05], concentration=[4, 40])
    for at, tight in enumerate((4, 40)):
        chance = stats.beta(0.05 * tight, 0.95 * tight)
        assert rate[at] == pytest.approx(chance.sf(0.1))
        assert share[at] == pytest.approx(chance.expect(lambda p: p, lb=0.1, ub=1, conditional=True), rel=1e-6)
    assert share[0] > 1.8 * share[1]
    with pytest.raises(BadSetting, match="between 0 and 1"):
        seen_under_a_bar(10, mean=0.05, concentration=4)


def test_the_page_on_outcome_tests_shows_what_the_function_gives():
    from tests.house.tree import ROOT

    page = (ROOT / "docs" / "outcome-tests.md").read_text(encoding="utf-8")
    for table in (((0.10, 0.05, 4), (0.10, 0.05, 40)), ((0.10, 0.06, 7), (0.15, 0.08, 20))):
        for name, (bar, mean, tight) in zip(("first", "second"), table, strict=True):
            rate, share = seen_under_a_bar(bar, mean=mean, concentration=tight)
            line = f"| {name} group | {100 * bar:.0f} % | {100 * mean:.0f} % | {100 * rate:.1f} % | {100 * share:.1f} % |"
            assert line in page, line


@pytest.mark.slow
@pytest.mark.parametrize("scatter", [0.0, 0.5], ids=["areas alike", "areas differ"])
def test_intervals_of_shares_ratios_and_differences_cover(scatter):
    """600 draws of 40 areas; areas differ by a log-normal factor of both groups' shares, and in who is searched there."""
    random, covered, drawn = np.random.default_rng(1), np.zeros(5), 600
    base, factor = 0.12, 0.8
    searches = random.integers(10, 60, (40, 2))
    for at in range(drawn):
        level = base * np.exp(scatter * random.normal(size=(40, 1)) - scatter**2 / 2)
        hits = random.binomial(searches, np.clip(level * [factor, 1.0], 0, 1))
        share = share_of_hits(hits, searches, replicates=200, seed=at).shown
        crude = compared_hits(hits, searches, reference=1, replicates=200, seed=at)
        within = mantel_haenszel_hits(hits, searches, reference=1, replicates=200, seed=at)
        limits = [
            (share.low[0], base * factor, share.high[0]),
            (crude.ratio.shown.low[0], factor, crude.ratio.shown.high[0]),
            (crude.difference.shown.low[0], base * (factor - 1), crude.difference.shown.high[0]),
            (within.ratio.shown.low[0], factor, within.ratio.shown.high[0]),
            (within.difference.shown.low[0], base * (factor - 1), within.difference.shown.high[0]),
        ]
        covered += [low <= truth <= high for low, truth, high in limits]
    assert_allclose(covered / drawn, 0.955, atol=0.025)  # the wider of two intervals errs on the safe side
