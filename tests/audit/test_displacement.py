"""Before and after, with and without: published examples, peers, by hand, by simulation, and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from evenhand.audit.diff_in_diff import NEVER, EventStudy, by_start, difference_in_differences, event_study
from evenhand.audit.displacement import e_test, wdd, wdq
from evenhand.audit.parallel_trends import breakdown, sensitivity
from evenhand.audit.regression_to_mean import expected_fall
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer


@pytest.mark.parametrize(
    ("before", "after", "given", "value", "error", "low", "high"),
    [
        # Wheeler, crimepy, notebook WDD_Examples (MIT), 90 % intervals; the first is also the example of Wheeler & Ratcliffe's spreadsheet.
        ((120, 130), (100, 150), {}, -40, 22.4, -76.8, -3.2),
        ((120, 130, 40, 30), (100, 150, 25, 25), {}, -50, 24.9, -91.0, -9.0),
        ((100, 200), (20, 100), {"time": (2, 1)}, -30, 14.0, -53.0, -7.0),
        ((200, 400, 40, 80), (100, 200, 20, 40), {"area": (1, 2, 1, 2)}, 0, 23.2, -38.2, 38.2),
        ((398, 148), (190, 97), {}, -157, 28.861739, -204.473337, -109.526663),
        ((183, 94), (96, 67), {}, -60, 20.976177, -94.502741, -25.497259),
    ],
)
def test_wheeler_and_ratcliffe_2018_weighted_displacement_difference_as_its_author_prints_it(before, after, given, value, error, low, high):
    found = wdd(before, after, **given, level=0.90)
    assert_allclose(found.value, value, atol=1e-9)
    assert_allclose([found.error, found.low, found.high], [error, low, high], atol=0.05)


def test_wdd_per_area_is_the_authors_worked_example():
    """Wheeler, Crime De-Coder and ptools: 207 to 110 on 1.2 against 308 to 318 on 0.9, printed -91.9 (31.5) for the local part."""
    found = wdd((207, 308, 178, 150), (110, 318, 157, 140), area=(1.2, 0.9, 1.5, 1.6))
    assert_allclose([found.local, found.local_error], [-91.9, 31.5], atol=0.05)


@pytest.mark.parametrize(("one", "two", "exposure"), [(3, 1, (1, 1)), (60, 30, (51477.5, 54308.7)), (10, 25, (1, 2)), (0, 5, (1, 1)), (120, 100, (1, 1))])
def test_the_e_test_is_statsmodels(one, two, exposure):
    from statsmodels.stats.rates import test_poisson_2indep as their_test

    theirs = their_test(one, exposure[0], two, exposure[1], method="etest-wald").pvalue
    assert e_test(one, two, exposure=exposure) == pytest.approx(theirs, abs=1e-9)


def test_wdq_is_the_quotient_by_hand_and_says_nothing_where_crime_did_not_fall():
    found = wdq((200, 400, 100), (120, 400, 80))
    assert found.value == pytest.approx((80 / 400 - 100 / 400) / (120 / 400 - 200 / 400))
    assert found.low < found.value < found.high
    risen = wdq((100, 400, 100), (120, 400, 80))
    assert risen.success > 0
    assert np.isnan(risen.value)
    slight = wdq((20, 40, 10), (18, 40, 12))  # fell by two: may be chance, so the quotient has no bounds
    assert np.isfinite(slight.value)
    assert np.isnan([slight.low, slight.high]).all()


def test_wdqs_interval_covers_as_often_as_it_says():
    rng = np.random.default_rng(4)
    old, new = np.array([300.0, 600, 200]), np.array([180.0, 600, 170])
    true = (new[2] / new[1] - old[2] / old[1]) / (new[0] / new[1] - old[0] / old[1])
    found = [wdq(rng.poisson(old), rng.poisson(new)) for _ in range(400)]
    covered = np.mean([one.low <= true <= one.high for one in found if np.isfinite(one.low)])
    assert 0.93 <= covered <= 0.975


def test_wdds_interval_covers_as_often_as_it_says():
    rng = np.random.default_rng(5)
    old, new = np.array([30.0, 40, 20, 25]), np.array([20.0, 35, 15, 24])
    found = [wdd(rng.poisson(old), rng.poisson(new)) for _ in range(600)]
    assert 0.93 <= np.mean([one.low <= -10 + 5 - 5 + 1 <= one.high for one in found]) <= 0.97


def test_a_two_by_two_comparison_is_the_quotient_of_quotients():
    place, period = np.repeat(np.arange(4), 2), np.tile([0, 1], 4)
    found = difference_in_differences([10, 5, 20, 10, 10, 10, 20, 20], place, period, np.repeat([1, 1, NEVER, NEVER], 2))
    assert found.effect.value == pytest.approx((15 / 30) / (30 / 30))
    assert (found.treated_places, found.other_places, found.events) == (2, 2, 105)


def panel(seed, *, places=24, periods=10, start=6, effect=0.7, drift=0.0, rate=8.0):
    """Half the places start in one period; those drift away by `drift` (log) a period besides."""
    rng = np.random.default_rng(seed)
    place, period = np.repeat(np.arange(places), periods), np.tile(np.arange(periods), places)
    begins = np.where(place < places // 2, start, NEVER)
    mean = rate * rng.gamma(4, 0.25, places)[place] * np.exp(0.1 * rng.normal(size=periods))[period]
    mean = mean * np.where((begins != NEVER) & (period >= begins), effect, 1) * np.exp(np.where(begins != NEVER, drift * period, 0))
    return rng.poisson(mean), place, period, begins


def test_the_event_study_averages_to_the_effect_planted_and_is_level_before():
    logs = [event_study(*panel(seed)) for seed in range(15)]
    mean = np.mean([one.logs for one in logs], axis=0)
    periods = logs[0].periods
    assert periods == (-6, -5, -4, -3, -2, 0, 1, 2, 3)
    assert_allclose(mean[:5], 0, atol=0.08)
    assert_allclose(mean[5:], np.log(0.7), atol=0.08)
    assert np.mean([one.ahead_p < 0.05 for one in logs]) < 0.3


def test_a_window_keeps_to_its_periods_and_a_drift_before_is_seen():
    study = event_study(*panel(1, drift=0.25, rate=60), before=3, after=2)
    assert study.periods == (-3, -2, 0, 1)
    assert study.ahead_p < 0.01


def test_bounds_grow_with_what_is_allowed_and_break_down_where_no_effect_fits():
    study = event_study(*panel(3, rate=40, effect=0.5))
    alike, as_before, thrice = (sensitivity(study, times) for times in (0, 1, 3))
    assert alike.least == alike.value == alike.most
    assert thrice.least < as_before.least < alike.least
    assert thrice.low < as_before.low < alike.low < alike.value < alike.high < as_before.high < thrice.high
    at = breakdown(study)
    assert sensitivity(study, at * 1.01).high > 1 > sensitivity(study, at * 0.99).high


def test_an_interval_that_takes_in_no_effect_breaks_down_at_once():
    assert breakdown(EventStudy((-2, 0), np.array([0.0, 0.1]), np.eye(2) * 0.01, 20, 0.5)) == 0


def test_under_the_largest_drift_allowed_the_bounds_still_cover():
    """Places drift apart by 0.1 a period, before and after: M = 1 is just true. The union is on the safe side."""
    rng = np.random.default_rng(6)
    periods, covariance, true = (-3, -2, 0, 1), np.eye(4) * 0.02 + 0.01, -0.3
    drifting = np.array([0.2, 0.1, -0.1, -0.2])
    covered = 0
    for _ in range(500):
        logs = rng.multivariate_normal(drifting + true * (np.array(periods) >= 0), covariance)
        found = sensitivity(EventStudy(periods, logs, covariance, 1000, 0.5), 1.0)
        covered += found.low <= np.exp(true) <= found.high
    assert covered / 500 >= 0.94


def test_each_start_is_set_against_places_without():
    count, place, period, begins = panel(2)
    begins = np.where((place < 12) & (place % 2 == 0), 4, begins)
    with pytest.raises(CannotAnswer, match="begin at different times"):
        difference_in_differences(count, place, period, begins)
    for _, rows in by_start(begins):
        assert 0.4 < difference_in_differences(count[rows], place[rows], period[rows], begins[rows]).effect.value < 1.1


def test_a_fall_that_needs_no_patrol_is_foretold():
    """Rates vary as a gamma law and never change; the twenty highest of four hundred fall as expected."""
    falls, foretold, inside = [], [], 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        rate = rng.gamma(2, 2, 400)
        before, after = rng.poisson(rate), rng.poisson(rate)
        chosen = np.isin(np.arange(400), np.argsort(-before)[:20])
        found = expected_fall(before, chosen)
        change = after[chosen].sum() / before[chosen].sum() - 1
        falls.append(change)
        foretold.append(found.expected)
        inside += found.low <= change <= found.high
    assert np.mean(foretold) == pytest.approx(np.mean(falls), abs=0.02)
    assert np.mean(falls) < -0.2
    assert inside / 60 >= 0.9


def test_differences_that_are_all_luck_fall_all_the_way():
    before = np.random.default_rng(3).binomial(10, 0.5, 200)
    chosen = before >= 8
    found = expected_fall(before, chosen)
    assert found.spread == 0
    assert found.expected == pytest.approx(before.mean() / before[chosen].mean() - 1)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: wdd((1, 2, 3), (1, 2, 3)), BadSetting, "3 areas given"),
        (lambda: wdd((1, 2), (1, 2), time=(0, 1)), BadSetting, "above 0"),
        (lambda: wdd((1, 2), (1, 2), area=(1, 2, 3)), BadSetting, "one area for each role"),
        (lambda: wdd((1.5, 2), (1, 2)), BadValue, "whole numbers"),
        (lambda: wdd((1, 2), (np.nan, 2)), BadValue, "whole numbers"),
        (lambda: wdq((1, 0, 2), (1, 3, 2)), CannotAnswer, "control area has no events"),
        (lambda: wdq((1, 2), (1, 2)), BadSetting, "three areas"),
        (lambda: e_test(-1, 2), BadValue, "whole numbers"),
        (lambda: e_test(1, 2, exposure=(0, 1)), BadSetting, "above 0"),
        (lambda: difference_in_differences([1, 2], [0, 0], [0, 1], [1, 1]), CannotAnswer, "No place without patrols"),
        (lambda: difference_in_differences([1, 2, 3, 4], [0, 0, 1, 1], [0, 1, 0, 1], [1, 0, -1, -1]), BadSetting, "two starts"),
        (lambda: difference_in_differences([1, 2, 3, 4], [0, 0, 1, 1], [0, 1, 0, 1], [0, 0, -1, -1]), CannotAnswer, "no period with events before"),
        (lambda: difference_in_differences([1, 2, 3], [0, 0, 1, 1], [0, 1, 0, 1], [1, 1, -1, -1]), BadSetting, "equally many"),
        (lambda: sensitivity(EventStudy((0, 1), np.zeros(2), np.eye(2), 9, np.nan), 1), CannotAnswer, "Two periods before"),
        (lambda: sensitivity(EventStudy((-2, 0), np.zeros(2), np.eye(2), 9, 0.5), -1), BadSetting, "must be 0 or more"),
        (lambda: expected_fall([5, 4, 3, 2, 1], [True] * 5), CannotAnswer, "not chosen are needed"),
        (lambda: expected_fall([0, 4, 3, 2, 1], [True] + [False] * 4), CannotAnswer, "No event was recorded before"),
        (lambda: expected_fall([1, 4, 3, 2, 1], [True] + [False] * 4, time=(1, 0)), BadSetting, "above 0"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_nothing_recorded_at_all_is_no_difference():
    assert e_test(0, 0) == 1
    assert np.isnan(wdd((0, 0), (0, 0)).p_value)


@pytest.mark.slow
def test_differences_in_differences_cover_as_often_as_they_say():
    """95 % intervals over 24 places and 10 periods; 400 runs, standard error 1.1 %."""
    covered = 0
    for seed in range(400):
        found = difference_in_differences(*panel(seed)).effect
        covered += found.low <= 0.7 <= found.high
    assert 0.93 <= covered / 400 <= 0.97, covered / 400
