"""Calibration and the worth of a flag: against statsmodels and closed forms, and what cannot be told is not."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.audit.flag_use import decision_curve, net_benefit, number_needed_to_flag, over_base_rate, ppv_from_rates
from evenhand.audit.intervals import share_wilson
from evenhand.audit.reliability import calibration_line, count_calibration, reliability_bins, share_exact
from evenhand.tables.errors import BadSetting, BadValue


def people(seed: int = 1, many: int = 500):
    rng = np.random.default_rng(seed)
    stated = rng.beta(2, 4, many)
    logit = np.log(stated / (1 - stated))
    return stated, (rng.random(many) < 1 / (1 + np.exp(-(0.3 + 0.7 * logit)))).astype(float)


def test_the_calibration_line_is_that_of_a_logistic_regression():
    import statsmodels.api as sm

    p, y = people()
    logit = np.log(p / (1 - p))
    peer = sm.Logit(y, sm.add_constant(logit)).fit(disp=0)
    line = calibration_line(p, y, 1 - y)
    assert (float(line.intercept.value), float(line.slope.value)) == pytest.approx(tuple(peer.params), rel=1e-6)
    assert (float(line.slope.low), float(line.slope.high)) == pytest.approx(tuple(peer.conf_int()[1]), rel=1e-5)
    at_large = sm.GLM(y, np.ones(len(y)), offset=logit, family=sm.families.Binomial()).fit()
    assert float(line.at_large.value) == pytest.approx(at_large.params[0], rel=1e-6)


def test_blocks_widen_the_line_as_a_clustered_regression_does():
    import statsmodels.api as sm

    p, y = people(2)
    block = np.arange(len(p)) // 25
    peer = sm.GEE(y, sm.add_constant(np.log(p / (1 - p))), groups=block, family=sm.families.Binomial()).fit()
    line = calibration_line(p, y, 1 - y, block=block)
    from scipy.stats import t

    spread = float(line.slope.high - line.slope.value) / t.ppf(0.975, 19) / np.sqrt(20 / 19)
    assert spread == pytest.approx(peer.bse[1], rel=1e-4)


def test_the_line_of_counts_is_that_of_a_poisson_regression():
    import statsmodels.api as sm

    rng = np.random.default_rng(3)
    mean = rng.gamma(1, 2, 200)
    events = rng.poisson(1.2 * mean**0.8)
    peer = sm.GEE(events, sm.add_constant(np.log(mean)), groups=np.arange(200), family=sm.families.Poisson()).fit()
    line = count_calibration(mean, events, block=np.arange(200))
    assert (float(line.intercept.value), float(line.slope.value)) == pytest.approx(tuple(peer.params), rel=1e-6)
    assert float(line.at_large.value) == pytest.approx(np.log(events.sum() / mean.sum()), rel=1e-9)


@pytest.mark.parametrize(
    ("p", "y"),
    [([0.0, 0.4], [0.0, 1.0]), ([0.2, 0.4], [0.0, 0.0]), ([0.2, 0.4], [1.0, 1.0])],
    ids=["a stated nought", "none came true", "all came true"],
)
def test_a_line_that_cannot_be_drawn_is_not(p, y):
    assert np.isnan([part.value for part in calibration_line(p, y, 1 - np.array(y))]).all()


def test_a_constant_score_and_a_perfect_one_have_no_slope():
    assert np.isnan(calibration_line([0.3] * 4, [1, 0, 0, 0], [0, 1, 1, 1]).slope.value)
    assert calibration_line([0.3] * 4, [1, 0, 0, 0], [0, 1, 1, 1]).at_large.value == pytest.approx(np.log(1 / 3) - np.log(0.3 / 0.7))
    assert np.isnan(calibration_line([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], [1, 1, 0, 0]).slope.value)


def test_events_where_none_was_expected_leave_no_line():
    assert np.isnan(count_calibration([0.0, 1.0], [1, 1], block=[0, 1]).slope.value)
    assert np.isnan(count_calibration([1.0, 1.0], [0, 0], block=[0, 1]).slope.value)
    two = count_calibration([1.0, 2.0, 3.0, 1.0], [1, 3, 2, 0], block=[0, 0, 1, 1]).slope
    assert np.isfinite(two.value)
    assert np.isnan(two.low)


def test_exact_limits_are_those_of_statsmodels():
    from statsmodels.stats.proportion import proportion_confint

    for part, whole in ((0, 20), (3, 20), (20, 20), (7, 11)):
        low, high = proportion_confint(part, whole, method="beta")
        ours = share_exact(part, whole)
        assert (float(ours.low), float(ours.high)) == pytest.approx((0.0 if part == 0 else low, 1.0 if part == whole else high))
    assert np.isnan(share_exact(0, 0).high)


def test_bands_hold_everybody_once_and_a_tenth_lands_in_its_own():
    p = np.array([0.0, 0.1, 0.3, 0.7, 1.0, 0.299999])
    bins = reliability_bins(p, np.ones(6), np.zeros(6))
    assert bins.people.sum() == 6
    assert bins.low.tolist() == pytest.approx([0, 0.1, 0.2, 0.3, 0.7, 0.9])
    with pytest.raises(BadSetting):
        reliability_bins(p, np.ones(6), np.zeros(6), bins=0)


def test_a_system_without_skill_is_right_as_often_as_the_outcome_is_common():
    """Bayes' rule: sensitivity equal to the false alarm rate gives the prevalence back."""
    assert ppv_from_rates(0.3, 0.7, 0.04) == pytest.approx(0.04)
    assert ppv_from_rates(1, 1, 0.2) == 1
    assert np.isnan(ppv_from_rates(0, 1, 0.2))
    with pytest.raises(BadValue):
        ppv_from_rates(1.1, 0.5, 0.5)


def test_ppv_from_rates_is_that_of_the_table():
    """ProPublica's COMPAS table, all defendants: TP 2035, FP 1282, FN 1216, TN 2681; PPV .6135."""
    tp, fp, fn, tn = 2035, 1282, 1216, 2681
    ppv = ppv_from_rates(tp / (tp + fn), tn / (tn + fp), (tp + fn) / (tp + fp + fn + tn))
    assert ppv == pytest.approx(0.6135, abs=5e-5)


def test_the_number_needed_turns_the_limits_over():
    one, none = share_wilson(1, 100), share_wilson(0, 50)
    assert number_needed_to_flag(one).low < 100 < number_needed_to_flag(one).high
    assert np.isnan(number_needed_to_flag(none).value)
    assert np.isnan(over_base_rate(one, 0.0).value)


def test_net_benefit_is_that_of_a_loop():
    p, y = people(4, 200)
    at = np.array([0.1, 0.35, 0.6])
    curve = decision_curve(p, y, 1 - y, threshold=at, harm=2.0)
    for threshold, system, everyone in zip(at, curve.system.value, curve.everyone.value, strict=True):
        right = sum(1 for stated, came in zip(p, y, strict=True) if stated >= threshold and came)
        wrong = sum(1 for stated, came in zip(p, y, strict=True) if stated >= threshold and not came)
        cost = 2 * threshold / (1 - threshold)
        assert system == pytest.approx((right - cost * wrong) / 200)
        assert everyone == pytest.approx((y.sum() - cost * (200 - y.sum())) / 200)


def test_flagging_nobody_is_worth_nothing_and_has_no_interval():
    value, low, high = net_benefit(0, 0, 100, threshold=0.2)
    assert value == 0
    assert np.isnan([low, high]).all()
    for threshold in (0.0, 1.0, np.nan):
        with pytest.raises(BadSetting):
            net_benefit(1, 1, 10, threshold=threshold)


@pytest.mark.slow
def test_lines_and_benefits_hold_the_truth_as_often_as_they_say():
    """1,500 sets of 400 people, the true line 0.3 + 0.7 logit; 95 % nominal. Thirty blocks of independent people for the clustered one."""
    held = np.zeros(3)
    big_p, big_y = people(999, 400_000)
    true_benefit = decision_curve(big_p, big_y, 1 - big_y, threshold=[0.3]).system.value[0]
    for seed in range(1500):
        p, y = people(seed, 400)
        line = calibration_line(p, y, 1 - y)
        held[0] += line.slope.low <= 0.7 <= line.slope.high
        line = calibration_line(p, y, 1 - y, block=np.arange(400) % 30)
        held[1] += line.slope.low <= 0.7 <= line.slope.high
        benefit = decision_curve(p, y, 1 - y, threshold=[0.3]).system
        held[2] += benefit.low[0] <= true_benefit <= benefit.high[0]
    assert ((held / 1500 >= 0.93) & (held / 1500 <= 0.97)).all(), held / 1500
