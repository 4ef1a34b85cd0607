"""The mean hour against circular statistics written out and against SciPy; its limits by simulation; what small counts do."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import circmean, norm, vonmises

from evenhand.audit.about import About
from evenhand.audit.time_profile import circular_mean, moved_share, profile_of
from evenhand.audit.time_profile_findings import MEASURES, WEEKDAYS, findings
from evenhand.audit.time_windows import READINGS, Windows
from evenhand.tables.errors import CannotAnswer

ABOUT = About("time-profile", "a town", "2024", "made up")
DAY, HOUR = 86_400, 3600
MONDAY = 4 * DAY


def moments(seconds, events=None) -> Windows:
    at = np.asarray(seconds, dtype=np.int64)
    return Windows(at, at, np.ones(len(at)) if events is None else np.asarray(events, dtype=float), is_utc=False)


def windows(pairs) -> Windows:
    start, end = np.array(pairs, dtype=np.int64).T
    return Windows(start, end, np.ones(len(start)), is_utc=False)


def evenings(events: int, *, seed: int, kappa: float = 2.0, mean_hour: float = 23.0) -> np.ndarray:
    """Seconds of a von Mises time of the day, a day each."""
    angle = vonmises(kappa).rvs(events, random_state=seed) + mean_hour * 2 * np.pi / 24
    return MONDAY + np.arange(events) * DAY + np.floor(angle % (2 * np.pi) / (2 * np.pi) * DAY).astype(np.int64)


def test_the_mean_hour_is_scipys_circular_mean():
    at = evenings(300, seed=1)
    hour = circular_mean(profile_of(moments(at))).hour.value
    assert hour == pytest.approx(circmean(at % DAY / HOUR, high=24), abs=1e-9)
    assert 22 < hour < 24


def test_with_an_event_a_day_the_limits_are_fishers():
    """Circular standard error sqrt((1 - m2) / (2 n R^2)), m2 the second cosine moment about the mean; here with Student's t and n / (n - 1)."""
    at = evenings(120, seed=2)
    angle = at % DAY / DAY * 2 * np.pi
    found = circular_mean(profile_of(moments(at)))
    direction = math.atan2(np.sin(angle).mean(), np.cos(angle).mean())
    length, second = np.hypot(np.sin(angle).mean(), np.cos(angle).mean()), np.cos(2 * (angle - direction)).mean()
    error = math.sqrt((1 - second) / (2 * 120 * length**2))
    half = (found.hour.high - found.hour.low) / 2 / 24 * 2 * np.pi
    assert found.concentration.value == pytest.approx(length, abs=1e-9)
    assert half == pytest.approx(math.asin(norm.isf(0.025) * error), rel=0.02)


def test_a_windows_vector_is_the_mean_over_its_moments():
    start, length = MONDAY + 21 * HOUR, 7 * HOUR
    found = circular_mean(profile_of(windows([(start, start + length)])))
    angle = (start + (np.arange(100_000) + 0.5) / 100_000 * length) % DAY / DAY * 2 * np.pi
    whole = np.exp(1j * angle).mean()
    assert found.hour.value == pytest.approx(0.5, abs=1e-6)
    assert found.concentration.value == pytest.approx(abs(whole), abs=1e-8)


@pytest.mark.parametrize("clustered", [False, True])
def test_the_limits_hold_the_truth_as_often_as_they_say(clustered):
    """300 made-up records of 60 days; in the second, all five events of a day share their hour. 95 % plus or minus 3 standard errors (3.8)."""
    held = 0
    for seed in range(300):
        at = evenings(60, seed=seed, mean_hour=21.0)
        if clustered:
            at = np.repeat(at, 5)
        hour = circular_mean(profile_of(moments(at))).hour
        held += hour.low <= 21 <= hour.high
    assert 0.912 <= held / 300 <= 0.988


def test_limits_that_took_events_of_a_day_for_independent_would_be_too_narrow():
    at = np.repeat(evenings(60, seed=5), 5)
    together = circular_mean(profile_of(moments(at))).hour
    apart = circular_mean(profile_of(moments(at + np.tile(np.arange(5), 60) * 1000 * DAY))).hour
    assert (together.high - together.low) > 1.8 * (apart.high - apart.low)


def test_events_spread_evenly_have_no_mean_hour():
    at = MONDAY + np.arange(24) * (DAY + HOUR)
    found = circular_mean(profile_of(moments(at)))
    assert not np.isfinite(found.hour.value)
    assert found.concentration.value == pytest.approx(0, abs=1e-9)
    long = circular_mean(profile_of(windows([(MONDAY + i * DAY, MONDAY + (i + 9) * DAY) for i in range(20)])))
    assert not np.isfinite(long.hour.value)


def test_two_opposite_peaks_have_an_hour_without_limits():
    rng = np.random.default_rng(1)
    at = MONDAY + np.arange(80) * DAY + (np.arange(80) % 2 * 12 * HOUR + 6 * HOUR + rng.integers(0, HOUR, 80))
    hour, concentration = circular_mean(profile_of(moments(at)))
    assert concentration.value < 0.1
    assert not np.isfinite(hour.low)


def test_a_single_event_and_none_at_all():
    hour, concentration = circular_mean(profile_of(moments([MONDAY + 5 * HOUR])))
    assert (float(hour.value), float(concentration.value)) == (pytest.approx(5), pytest.approx(1))
    assert not np.isfinite([hour.low, hour.high, concentration.low]).any()
    with pytest.raises(CannotAnswer, match="no event with a time"):
        profile_of(moments([]))


def test_the_readings_of_a_working_day_differ_as_they_must():
    """Bicycles left at eight and missed at half past five: planted thefts at noon."""
    pairs = [(MONDAY + i * DAY + 8 * HOUR, MONDAY + i * DAY + 8 * HOUR + 34_200) for i in range(5)] * 20
    hours = {reading: float(circular_mean(profile_of(windows(pairs), reading, seed=1)).hour.value) for reading in READINGS}
    assert hours["start"] == pytest.approx(8)
    assert hours["end"] == pytest.approx(17.5)
    assert hours["mid"] == pytest.approx(12.75)
    assert hours["aoristic"] == pytest.approx(12.75)
    assert hours["random"] == pytest.approx(12.75, abs=1)
    assert moved_share(profile_of(windows(pairs)), profile_of(windows(pairs), "start")) == pytest.approx(1 - 1 / 9.5)


def test_aoristic_weights_recover_planted_times_where_windows_do_not_hang_on_them():
    """Windows that begin and end at random round a planted hour: the mean hour is found by spreading, and the starts are early."""
    rng = np.random.default_rng(3)
    at = evenings(2000, seed=3, kappa=8, mean_hour=15.0)
    early, late = rng.integers(0, 6 * HOUR, (2, 2000))
    seen = windows(np.column_stack([at - early, at + late]))
    assert circular_mean(profile_of(seen)).hour.value == pytest.approx(15, abs=0.2)
    assert circular_mean(profile_of(seen, "start")).hour.value == pytest.approx(12, abs=0.3)


def of(found, measure, group=None):
    return [one for one in found if one.measure == measure and group in (None, one.group)]


def test_hours_and_weekdays_add_up_and_carry_limits():
    at = evenings(400, seed=4)
    found = findings(moments(at), ABOUT)
    assert set(WEEKDAYS) == {one.group for one in of(found, "weekday_share")}
    days = pd.to_datetime(at, unit="s").day_name()
    for name in WEEKDAYS:
        (one,) = of(found, "weekday_share", name)
        assert one.value == pytest.approx((days == name).mean())
        assert one.low < one.value < one.high
    hours = of(found, "hour_share")
    assert [one.group for one in hours[:2]] == ["00:00 to 01:00", "01:00 to 02:00"]
    assert hours[23].value == pytest.approx((at % DAY // HOUR == 23).mean())
    assert not of(found, "reading_moves_share"), "every time is known"


def test_windows_bring_what_their_reading_changes():
    pairs = [(MONDAY + i * DAY + 8 * HOUR, MONDAY + i * DAY + 17 * HOUR) for i in range(30)] + [(MONDAY + 9 * HOUR, MONDAY + 9 * HOUR + 60)] * 10
    found = findings(windows(pairs), ABOUT)
    (known,) = of(found, "hour_known_share")
    assert (known.value, known.n) == (0.25, 40)
    words = {one.group for one in of(found, "reading_moves_share")}
    assert words == {"start of the window", "middle of the window", "end of the window", "a random time in the window"}
    (start,) = of(found, "reading_moves_share", "start of the window")
    spread, plain = (np.zeros(168) for _ in range(2))
    for a, b in pairs:
        for hour in range(a // HOUR, (b - 1) // HOUR + 1):
            spread[(hour + 72) % 168] += 1 / max((b - a) // HOUR, 1)
        plain[(a // HOUR + 72) % 168] += 1
    assert start.value == pytest.approx(np.abs(spread - plain).sum() / 2 / 40)
    assert all(one.settings == {"reading": "aoristic"} for one in of(found, "hour_share"))


def test_four_events_are_too_few_to_speak_of():
    with pytest.raises(CannotAnswer, match="Fewer than 5 events"):
        findings(moments([MONDAY + i * DAY + 9 * HOUR for i in range(4)]), ABOUT)
    assert findings(moments([MONDAY + i * DAY + 9 * HOUR for i in range(5)]), ABOUT)[0].n == 5


def test_few_weeks_are_said_to_be_few():
    found = findings(moments(np.repeat(evenings(21, seed=6), 10)), ABOUT)
    (monday,) = of(found, "weekday_share", "Monday")
    assert monday.caveats[0] == "Rests on 3 weeks, too few for the interval to be more than rough."


def test_every_measure_given_is_declared():
    pairs = [(MONDAY + i * DAY, MONDAY + i * DAY + 9 * HOUR) for i in range(30)]
    assert {one.measure for one in findings(windows(pairs), ABOUT)} == set(MEASURES)
