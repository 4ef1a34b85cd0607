"""The veil of darkness: the sun against almanacs, the regression against statsmodels, the whole against planted effects."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from evenhand.audit.lit_counts import lit_stops, minutes_of_rows, minutes_of_table, usable_times
from evenhand.audit.logistic import logistic
from evenhand.audit.outcome_tests import veil_tests
from evenhand.audit.twilight import by_the_clock, clock_changes, evenings
from evenhand.audit.veil_of_darkness import clustered_covariance, columns, in_window, made_up_stops, natural_spline, veil_of_darkness
from evenhand.tables.errors import CannotAnswer, MissingColumn
from tests.audit.made_up_searches import ABOUT, OFFICER, rows, the


def minutes_of(text):
    hours, minutes = text.split(":")
    return 60 * int(hours) + int(minutes)


def test_sunset_and_dusk_are_the_naval_observatorys():
    """US Naval Observatory, Atlanta (33.8 N, 84.4 W), 6 September 2009: sunset 7:56 p.m., end of civil twilight 8:21 p.m.

    As quoted in the documentation of PyEphem, "Rising and Setting". Almanacs round to the minute, and astral is good to one.
    """
    sunset, dusk = evenings(["2009-09-06"], longitude=-84.4, latitude=33.8, clock="America/New_York")
    assert_allclose([sunset[0], dusk[0]], [minutes_of("19:56"), minutes_of("20:21")], atol=1)


def test_sunset_in_london_is_as_printed_over_the_solstice():
    """The blog Diamond Geezer: 21:20:07, 21:22:06 and 21:22:21 on 15, 21 and 26 June 2025 at 51.5 N, 0.125 W; 4.29 pm on 4 November 2018."""
    sunset, _ = evenings(["2025-06-15", "2025-06-21", "2025-06-26", "2018-11-04"], longitude=-0.125, latitude=51.5)
    assert_allclose(sunset, [minutes_of("21:20"), minutes_of("21:22"), minutes_of("21:22"), minutes_of("16:29")], atol=1.1)


def test_an_evening_that_never_gets_dark_has_no_dusk():
    sunset, dusk = evenings(["2021-06-21"], longitude=-0.8, latitude=60.8)  # Unst, Shetland
    assert np.isfinite(sunset[0])
    assert np.isnan(dusk[0])


def test_the_clock_on_the_wall_is_an_hour_ahead_in_summer():
    days, minutes = by_the_clock(pd.Series(pd.to_datetime(["2019-03-31 00:59", "2019-03-31 01:00", "2019-10-27 00:30", "2019-10-27 01:30"])))
    assert minutes.tolist() == [59, 120, 90, 90]
    assert [str(day) for day in days] == ["2019-03-31"] * 2 + ["2019-10-27"] * 2
    assert [(str(day), by) for day, by in clock_changes(np.datetime64("2021-01-01"), np.datetime64("2021-12-31"))] == [("2021-03-28", 60), ("2021-10-31", -60)]


def test_the_fit_and_its_errors_by_day_are_statsmodels():
    import statsmodels.api as sm

    kept, is_dark = in_window(made_up_stops(3_000, odds_in_the_dark=0.7, seed=2, same_day=0.2))
    table, _ = columns(kept, is_dark, knots=4)
    yes = kept.is_group.astype(float)
    fit = logistic(table, yes, 1 - yes)
    _, day = np.unique(kept.day, return_inverse=True)
    theirs = sm.GLM(yes, table, family=sm.families.Binomial()).fit(cov_type="cluster", cov_kwds={"groups": day, "use_correction": False})
    assert_allclose(fit.coefficients, theirs.params, atol=1e-7)
    groups = day.max() + 1
    assert_allclose(clustered_covariance(table, yes, 1 - yes, fit, day) * (groups - 1) / groups, theirs.cov_params(), rtol=1e-6, atol=1e-9)


def test_the_curve_of_the_clock_is_a_natural_spline():
    """The same space of curves as scipy's natural cubic splines through the same knots, and straight beyond them."""
    from scipy.interpolate import CubicSpline

    x = np.sort(np.random.default_rng(3).uniform(900, 1_400, 400))
    knots = np.quantile(x, np.linspace(0, 1, 5))
    theirs = np.column_stack([CubicSpline(knots, at, bc_type="natural")(x) for at in np.eye(5)])
    ours = np.column_stack([np.ones(400), natural_spline(x, knots=4)])
    assert_allclose(ours @ np.linalg.lstsq(ours, theirs, rcond=None)[0], theirs, atol=1e-8)
    assert natural_spline([5.0, 5.0], knots=4).shape == (2, 0)


def test_only_hours_with_light_and_dark_days_enter_and_no_twilight():
    lit = made_up_stops(4_000, odds_in_the_dark=1, seed=4)
    kept, is_dark = in_window(lit)
    assert kept.minute.min() > lit.dusk.min()
    assert kept.minute.max() < lit.sunset.max()
    assert ((kept.minute < kept.sunset) ^ is_dark).all()
    assert not ((kept.minute > kept.sunset) & (kept.minute < kept.dusk)).any()
    weeks, _ = in_window(lit, around_clock_changes=True)
    assert 0 < len(weeks.day) < len(kept.day)


def test_a_planted_effect_is_found_and_rows_may_be_counted_together():
    lit = made_up_stops(6_000, odds_in_the_dark=0.5, seed=5)
    found = veil_of_darkness(lit)
    assert found.odds_ratio.low < 0.5 < found.odds_ratio.high < 1
    assert found.p_value < 0.001
    double = veil_of_darkness(lit._replace(stops=2 * lit.stops))
    assert double.odds_ratio.value == pytest.approx(found.odds_ratio.value)
    assert sum(double.dark) == 2 * sum(found.dark)
    assert double.odds_ratio.high == pytest.approx(found.odds_ratio.high)  # days, not stops, are what is independent


def test_areas_are_told_apart_where_they_have_stops_enough():
    lit = made_up_stops(4_000, odds_in_the_dark=1, seed=6)
    area = np.where(np.arange(4_000) % 2 == 0, "A", np.where(np.arange(4_000) % 400 == 1, "rare", "B")).astype(object)
    assert veil_of_darkness(lit._replace(area=area)).areas == 3


@pytest.mark.parametrize(
    ("cut", "says"),
    [
        (lambda lit: lit.only(lit.minute > lit.dusk), "fewer than 20 stops"),
        (lambda lit: lit.only(lit.day < lit.day.min() + 2), "light on some days"),
        (lambda lit: lit.only(lit.minute < 0), "has a time and a place"),
        (lambda lit: lit._replace(is_group=np.zeros(len(lit.day), dtype=bool)), "fewer than 20 stops"),
    ],
    ids=["only dark", "two days", "nothing", "one group"],
)
def test_too_little_to_compare_is_refused(cut, says):
    with pytest.raises(CannotAnswer, match=says):
        veil_of_darkness(cut(made_up_stops(3_000, odds_in_the_dark=1, seed=7)))


@pytest.mark.parametrize(
    ("times", "says"),
    [
        (lambda at: at.dt.normalize(), "dates, not times"),
        (lambda at: at.dt.normalize() + pd.to_timedelta(at.dt.hour % 12 + 1, unit="h") + pd.to_timedelta(at.dt.minute, unit="min"), "up to twelve"),
        (lambda at: at.where(at.dt.hour > 22), "have no time"),
    ],
    ids=["dates, as Sussex in 2020", "twelve hours, as the City of London", "mostly missing"],
)
def test_times_that_are_none_are_refused(times, says):
    made, frame = rows(1_000)
    minutes = minutes_of_table(frame.assign(stopped_at=times(frame["stopped_at"]), group="White"))
    with pytest.raises(CannotAnswer, match=says):
        usable_times(minutes)


def test_a_force_whose_times_are_none_is_left_out_of_many_and_said():
    made, frame = rows(2_000, force=["good", "bad"] * 1_000)
    frame.loc[frame["force"] == "bad", "stopped_at"] = frame["stopped_at"].dt.normalize()
    minutes = minutes_of_table(frame.rename(columns={"force": "area_code"}).assign(group="White"))
    kept, said = usable_times(minutes)
    assert set(kept["area_code"]) == {"good"}
    assert said[0].startswith("Left out (bad): 100 % of the stops")


def test_rows_and_a_table_of_stops_say_the_same():
    made, frame = rows(6_000)
    one = lit_stops(minutes_of_rows(made, fields=[OFFICER]), field=OFFICER, group="Black", reference="White")
    table = frame.assign(group=frame[OFFICER], is_vehicle=frame["kind"] == "Vehicle search")
    other = lit_stops(minutes_of_table(table), field="group", group="Black", reference="White")
    assert veil_of_darkness(one).odds_ratio.value == pytest.approx(veil_of_darkness(other).odds_ratio.value)
    vehicles = lit_stops(minutes_of_table(table), field="group", group="Black", reference="White", vehicles_only=True)
    assert vehicles.stops.sum() == ((table["is_vehicle"]) & table["group"].isin(["Black", "White"])).sum()


def test_findings_are_given_or_null_with_a_reason_and_a_field_mostly_missing_is_refused():
    made, frame = rows(6_000)
    told = veil_tests(minutes_of_rows(made), ABOUT, fields=[OFFICER], groups=["Black", "White"])
    assert len(told.found) == 4
    assert the(told.found, "veil_odds_ratio", "Black", denominator="all stops").n > 500
    assert all(one.value is not None or "fewer than" in one.caveats[0] for one in told.found)
    lost = minutes_of_table(frame.assign(group=frame[OFFICER].where(np.arange(6_000) % 5 == 0)))
    refused = veil_tests(lost, ABOUT, fields=["group"], groups=["Black", "White"])
    assert "more than half" in refused.refused[0][1]
    with pytest.raises(MissingColumn, match="no column 'stopped_at'"):
        minutes_of_rows(made.drop("stopped_at"))


def test_no_place_at_all_is_refused_and_a_missing_one_is_put_in_the_middle():
    made, frame = rows(500)
    table = minutes_of_table(frame.assign(group="White", longitude=np.where(np.arange(500) % 2 == 0, np.nan, -1.5)))
    assert np.isfinite(lit_stops(table, field="group", group="Black", reference="White").dusk).all()
    nowhere = minutes_of_table(frame.assign(group="White", longitude=np.nan, latitude=np.nan))
    with pytest.raises(CannotAnswer, match="No stop has a place"):
        lit_stops(nowhere, field="group", group="Black", reference="White")


@pytest.mark.slow
@pytest.mark.parametrize(("same_day", "weeks"), [(0.0, False), (0.15, False), (0.0, True)], ids=["days apart", "days hang together", "around clock changes"])
def test_size_power_and_coverage(same_day, weeks):
    """200 data sets or more each with no effect and with odds of 0.7 in the dark; some with days on which everybody stopped tends to be of one group."""
    stops, times = (9_000, 200) if weeks else (4_000, 250)
    called, covered = {}, {}
    for odds in (1.0, 0.7):
        found = [
            veil_of_darkness(made_up_stops(stops, odds_in_the_dark=odds, seed=seed, same_day=same_day), around_clock_changes=weeks) for seed in range(times)
        ]
        called[odds] = np.mean([one.p_value < 0.05 for one in found])
        covered[odds] = np.mean([one.odds_ratio.low < odds < one.odds_ratio.high for one in found])
    assert 0.02 < called[1.0] < 0.08  # 3 to 7 in 100 and what 200 draws add to it
    assert called[0.7] > (0.15 if weeks else 0.9)
    assert all(0.92 < one < 0.98 for one in covered.values()), covered
