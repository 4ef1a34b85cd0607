"""Limits from draws: a studentised bootstrap against its loop, areas drawn again, and what a finding says where there are none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.about import About
from evenhand.audit.area_resampling import area_sums
from evenhand.audit.area_weights import area_weights
from evenhand.audit.beside_baseline import baseline_findings
from evenhand.audit.exposure import Exposed, exposure_ratio
from evenhand.audit.exposure_findings import exposure
from evenhand.audit.intervals import Interval
from evenhand.audit.limits import heaped, lacking, numbers_at, over_areas, over_redraws
from evenhand.audit.studentised import Quotient, studentised_quotients
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer

ABOUT = About("exposure", "Anywhere", "2024", "made up")
RANDOM = np.random.default_rng(12)
TABLE = RANDOM.gamma(3, 5, (40, 4))
RATIO = Quotient((0, 3), (1, 2))


def stray_by_loop(which, columns) -> tuple[float, float]:
    """Log quotient of some areas, and its standard error by the delta method, one area at a time."""
    there = columns[which]
    sums = there.sum(axis=0)
    log = np.log(sums[0] * sums[3] / (sums[1] * sums[2]))
    each = [row[0] / sums[0] + row[3] / sums[3] - row[1] / sums[1] - row[2] / sums[2] for row in there]
    return log, np.sqrt(sum(one**2 for one in each))


def test_studentised_limits_are_those_of_a_loop_over_draws():
    value, low, high = studentised_quotients(TABLE, [RATIO], replicates=200, seed=4)
    log, error = stray_by_loop(np.arange(40), TABLE)
    weights = np.vstack(list(area_weights(40, replicates=200, seed=4))).astype(int)
    draws = [stray_by_loop(np.repeat(np.arange(40), one), TABLE) for one in weights]
    strays = np.sort([(one - log) / spread for one, spread in draws])
    assert value[0] == pytest.approx(np.exp(log))
    assert low[0] == pytest.approx(np.exp(log - strays[int(np.ceil(199 * 0.975))] * error))
    assert high[0] == pytest.approx(np.exp(log - strays[int(np.floor(199 * 0.025))] * error))


def test_a_sum_that_a_draw_may_miss_has_no_limits_and_one_area_none():
    columns = TABLE.copy()
    columns[1:, 0] = 0
    value, low, high = studentised_quotients(columns, [RATIO, Quotient((1,), (2,))], replicates=200, seed=4)
    assert np.isfinite(value).all()
    assert np.isnan([low[0], high[0]]).all()
    assert low[1] < value[1] < high[1]
    assert np.isnan(studentised_quotients(TABLE[:1], [RATIO], seed=4).low).all()


def test_areas_that_are_all_alike_have_no_spread():
    value, low, high = studentised_quotients(np.tile([2.0, 3.0], (12, 1)), [Quotient((0,), (1,))], replicates=50)
    assert (value[0], low[0], high[0]) == (pytest.approx(2 / 3), pytest.approx(2 / 3), pytest.approx(2 / 3))


def test_the_weights_are_the_draws_that_sums_are_made_of():
    weights = np.vstack(list(area_weights(40, replicates=150, seed=9)))
    np.testing.assert_allclose(weights @ TABLE, area_sums(TABLE, replicates=150, seed=9))
    assert (weights.sum(axis=1) == 40).all()
    with pytest.raises(BadValue, match="no area"):
        area_weights(0)
    with pytest.raises(BadSetting, match="too few"):
        area_weights(5, replicates=1)


def test_a_redraw_without_a_number_is_without_bound():
    found = over_redraws([2.0], np.array([[1.0, 2.0, 3.0, np.nan]]), level=0.5)
    assert numbers_at(found, 0) == {"value": 2.0, "low": 1.0, "high": 3.0}
    assert numbers_at(over_redraws([2.0], np.array([[1.0, 2.0, np.nan]]), level=0.9), 0)["high"] is None


def test_what_has_no_limits_says_so_and_what_is_heaped_too():
    nothing = numbers_at(over_areas([2.0], np.array([[0.0, 2.0, 1.0]]), level=0.95, areas=3), 0)
    assert nothing == {"value": 2.0, "low": None, "high": None}
    assert "No interval" in lacking(nothing)[0]
    assert lacking(numbers_at(Interval(*np.array([[np.nan], [np.nan], [np.nan]])), 0)) == ()
    assert heaped(np.ones(50), np.arange(50)) == ()
    assert "spread evenly over 2.0 of them" in heaped(np.array([1.0, 1.0, 2.0]), np.array([0, 0, 1]))[0]


def exposed(flagged, **changed) -> Exposed:
    people = pd.DataFrame(RANDOM.integers(5, 60, (40, 2)), columns=["Black", "White"], dtype=float)
    return Exposed(people, flagged, changed.pop("redrawn", None), **changed)


def test_an_operators_list_has_intervals_from_areas_drawn_again():
    flagged = np.random.default_rng(1).random(40)
    one = exposed(flagged, decile=1 + np.arange(40) % 10, replicates=300, seed=6)
    found = {(f.measure, f.group): f for f in exposure(one, about=ABOUT, reference="White")}
    ratio = found["exposure_ratio", "Black"]
    people = one.residents.to_numpy()
    sums = area_sums(np.hstack([people, people * flagged[:, None]]), replicates=300, seed=6)
    draws = (sums[:, 2] / sums[:, 0]) / (sums[:, 3] / sums[:, 1])
    expected = over_areas([ratio.value], draws[None, :], level=0.95, areas=40)
    assert (ratio.low, ratio.high) == (pytest.approx(expected.low[0]), pytest.approx(expected.high[0]))
    assert "areas drawn again" in ratio.method
    assert found["deprivation_adjusted_exposure_ratio", "Black"].low is not None


def test_one_flagged_area_has_a_value_and_no_interval():
    found = exposure(exposed(np.eye(40)[3]), about=ABOUT, reference="White")
    ratio = next(f for f in found if f.measure == "exposure_ratio")
    assert ratio.value is not None
    assert (ratio.low, ratio.high) == (None, None)
    assert any("No interval" in caveat for caveat in ratio.caveats)


def test_the_baseline_stands_beside_the_system_with_an_interval_from_the_same_redraws():
    random = np.random.default_rng(3)
    redrawn = random.random((40, 80))
    system = exposed(random.random(40), redrawn=redrawn)
    baseline = Exposed(system.residents, random.random(40), random.random((40, 80)))
    of = {"names": ("harm-spots", "count-map"), "about": ABOUT, "reference": "White"}
    paired = {f.measure: f for f in baseline_findings(system, baseline, is_paired=True, **of) if f.group == "Black"}
    ours, theirs = (exposure_ratio(one.residents, one.flagged_share, reference=1)[0] for one in (system, baseline))
    assert paired["baseline_exposure_ratio"].value == pytest.approx(theirs)
    over = paired["exposure_ratio_over_baseline"]
    assert over.value == pytest.approx(ours / theirs)
    draws = exposure_ratio(system.residents, redrawn, reference=1)[0] / exposure_ratio(system.residents, baseline.redrawn_share, reference=1)[0]
    assert (over.low, over.high) == pytest.approx(tuple(np.quantile(draws, [0.025, 0.975])))
    apart = next(f for f in baseline_findings(system, baseline, is_paired=False, **of) if f.measure == "exposure_ratio_over_baseline")
    assert (apart.value, apart.low) == (over.value, None)
    assert "same redraws" in apart.caveats[0]
    nobody = Exposed(system.residents, np.zeros(40), np.zeros((40, 80)))
    with pytest.raises(CannotAnswer, match="No resident counted as White"):
        baseline_findings(system, nobody, is_paired=True, **of)
