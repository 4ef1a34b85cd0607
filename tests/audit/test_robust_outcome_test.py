"""The robust outcome test: its theorem on populations where it must hold, its size and power, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.audit.infra_marginality import seen_under_a_bar
from evenhand.audit.robust_findings import ONLY_SEARCHES, robust_findings
from evenhand.audit.robust_outcome_test import LOWER, NEITHER, robust_outcome_test
from evenhand.tables.errors import BadValue
from tests.audit.made_up_searches import ABOUT, tally, the

PLAIN = ([[1_000, 10_000]], [[150, 500]], [[15, 100]])


def test_searched_more_with_fewer_hits_points_to_a_lower_bar():
    found = robust_outcome_test(*PLAIN, reference=1)
    assert found.search_ratio.value[0] == pytest.approx(3)
    assert found.hit_ratio.value[0] == pytest.approx(0.5)
    assert found.verdict == (LOWER, NEITHER)
    assert found.lower[0] > 0.99
    assert found.p_value[0] < 0.02
    assert np.isnan(found.p_value[1])


def test_the_verdict_holds_in_every_population_with_a_monotone_likelihood_ratio():
    """10,000 pairs of beta distributions, one further to the right throughout, under random bars: wherever rates and hits are opposed, so are the bars."""
    random = np.random.default_rng(2)
    first, more = random.uniform(0.3, 5, (2, 10_000)), random.uniform(0, 4, (2, 10_000))
    a, b = np.stack([first[0] + more[0], first[0]]), np.stack([first[1], first[1] + more[1]]) + 1
    bars = random.uniform(0.02, 0.6, (2, 10_000))
    for one, other in ((0, 1), (1, 0)):  # the group compared may be the riskier of the two, or the less risky
        rate, hits = seen_under_a_bar(bars, mean=a / (a + b), concentration=a + b)
        opposed = (rate[one] > rate[other]) & (hits[one] < hits[other])
        assert opposed.sum() > 500
        assert (bars[one] < bars[other])[opposed].all()


def test_hits_alone_or_search_rates_alone_would_have_misled_in_them():
    """The counter-examples without which the test would not be needed."""
    rate, hits = seen_under_a_bar(0.1, mean=[0.05, 0.05], concentration=[4, 40])
    assert hits[1] < hits[0]  # one bar for both: the outcome test would call it lower for the second
    assert rate[1] < rate[0]  # and it is searched less: no verdict


def test_only_searches_known_is_a_null_that_says_why():
    one = robust_findings(tally([[150, 500]], [[15, 100]]), ABOUT)
    assert [(each.measure, each.value) for each in one] == [("robust_outcome_test", None)]
    assert one[0].caveats[0] == ONLY_SEARCHES


def test_a_benchmark_is_said_in_every_finding():
    found = robust_findings(tally([[150, 500]], [[15, 100]], encounters=[[100, 10_000]]), ABOUT, stands_for="residents aged 10 to 64")
    assert all(any("Rests on residents aged 10 to 64" in text for text in one.caveats) for one in found)
    assert the(found, "search_rate_ratio", "Black").value == pytest.approx(30)  # more searches than residents: rates of events


def test_areas_are_judged_one_by_one_and_together():
    searches, hits = np.array([[200, 500]] * 4 + [[30, 500]] * 2), np.array([[20, 100]] * 4 + [[6, 100]] * 2)
    found = robust_findings(tally(searches, hits, encounters=np.full((6, 2), [1_000, 10_000])), ABOUT, least=500)
    share = the(found, "areas_with_lower_bar_share", "Black")
    assert (share.value, share.n) == (pytest.approx(4 / 6), 6)
    assert sum(one.measure == "robust_outcome_test_in_area" for one in found) == 6
    none = robust_findings(tally(searches, hits, encounters=np.full((6, 2), [1_000, 10_000])), ABOUT, least=5_000)
    assert the(none, "areas_with_lower_bar_share", "Black").value is None


@pytest.mark.parametrize(
    ("tables", "says"),
    [
        (([[100, 10_000]], [[150, 500]], [[15, 100]]), "more searches than stops"),
        (([[1_000, 10_000]], [[15, 500]], [[150, 100]]), "more hits than searches"),
        (([[1_000]], [[15, 500]], [[1, 1]]), "alike in shape"),
        (([[1_000, -1]], [[15, 500]], [[1, 1]]), "whole numbers"),
    ],
)
def test_counts_that_cannot_be_right_are_refused(tables, says):
    with pytest.raises(BadValue, match=says):
        robust_outcome_test(*tables, reference=1)


def test_a_group_without_searches_and_a_reference_without_hits_give_no_verdict():
    nobody = robust_outcome_test([[900, 10_000]], [[0, 500]], [[0, 100]], reference=1)
    assert (nobody.verdict[0], nobody.p_value[0]) == (NEITHER, 1)
    hitless = robust_findings(tally([[150, 500]], [[15, 0]], encounters=[[1_000, 10_000]]), ABOUT)
    assert the(hitless, "robust_outcome_test", "Black").value is None
    assert the(hitless, "search_rate_ratio", "Black").value == pytest.approx(3)


@pytest.mark.slow
def test_size_and_power():
    """One area, 2,000 stops of the group and 8,000 of the reference; the hardest equal bars are those at which one of the two rates is equal as well."""
    random, times = np.random.default_rng(4), 1_000

    def share_of_verdicts(rate, hits):
        calls = 0
        for _ in range(times):
            stops = np.array([[2_000, 8_000]])
            searches = random.binomial(stops, rate)
            verdict = robust_outcome_test(stops, searches, random.binomial(searches, hits), reference=1, replicates=2).verdict[0]
            calls += verdict == LOWER
        return calls / times

    same, lower = (seen_under_a_bar([bar, 0.2], mean=[0.12, 0.12], concentration=[12, 12]) for bar in (0.2, 0.12))
    hardest = share_of_verdicts([0.1, 0.1], [0.2, 0.4])  # rates equal, hits far apart: at most half of 5 %, the other way being no verdict
    assert 0.01 < hardest < 0.045
    assert share_of_verdicts(*same) < 0.01
    assert share_of_verdicts(*lower) > 0.9
