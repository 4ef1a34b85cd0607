"""Times that are dates and minutes that say nothing: made-up records of each kind, and the police files in which both were found."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.tables.stop_times import by_the_clock_s, commonest_minutes, dates_among, only_hours, said_of_dates
from tests.house.tree import ROOT

ESSEX = ROOT / "studies" / "southend-harm-spots" / "data" / "essex-stop-and-search_2019-01_2020-12.parquet"
AVON = ROOT / "studies" / "bristol-harm-spots" / "data" / "avon-and-somerset-stop-and-search_2019-01_2020-12.parquet"


def published(path) -> pd.Series:
    """Times as they stand in a published file, UTC."""
    return pd.to_datetime(pd.read_parquet(path, columns=["Date"])["Date"], utc=True)


def seconds(times) -> np.ndarray:
    return np.asarray(pd.to_datetime(times, utc=True).dt.tz_localize(None), dtype="datetime64[s]").astype(np.int64)


def real(n: int, seed: int = 1) -> pd.Series:
    """Times at random over a year, as they are recorded: one in five on the hour, one in five at a quarter or half."""
    rng = np.random.default_rng(seed)
    minute = np.where(rng.random(n) < 0.2, 0, np.where(rng.random(n) < 0.25, 15 * rng.integers(1, 4, n), rng.integers(0, 60, n)))
    return pd.Series(pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 366 * 24, n), unit="h") + pd.to_timedelta(minute, unit="min"))


def hours(times: pd.Series, force="") -> np.ndarray:
    return only_hours(month=times.dt.strftime("%Y-%m"), minute=times.dt.minute, stops=np.ones(len(times)), force=np.broadcast_to(force, len(times)))


def midnights(times: pd.Series, force="") -> np.ndarray:
    exact = (times.dt.minute == 0).to_numpy(dtype=float)
    return dates_among(seconds(times), exact=exact, stops=np.ones(len(times)), force=np.broadcast_to(force, len(times)))


def test_in_essex_no_minute_says_anything():
    """Every stop of 2019 and 2020: minute 1 to August 2020, then the month's number."""
    times = published(ESSEX).dt.tz_convert("Europe/London")
    assert times.dt.minute.groupby(times.dt.strftime("%Y-%m")).nunique().eq(1).all()
    late = times[times >= "2020-09-01"]
    assert (late.dt.minute == late.dt.month).all()
    assert hours(times).all()
    assert not midnights(times).any()


def test_in_avon_and_somerset_720_midnights_are_dates_and_the_minutes_are_real():
    """Three times any other full hour, at 00:00 UTC in summer as in winter."""
    times = published(AVON)
    found = midnights(times)
    assert (found.sum(), len(times)) == (720, 18_188)
    assert set(times[found].dt.hour) == {0}
    assert not hours(times).any()


def test_real_minutes_are_left_alone_however_few_or_many():
    for n in (2_000, 200):
        assert not hours(real(n)).any()
        assert not midnights(real(n)).any()


@pytest.mark.parametrize("n", [3_000, 60], ids=["many a month", "five a month"])
def test_minutes_that_were_written_over_are_found(n):
    times = real(n)
    assert hours(times.dt.floor("h") + pd.to_timedelta(times.dt.month, unit="min")).all()
    assert hours(times.dt.floor("h")).all()


def test_one_force_is_not_judged_by_another_and_real_minutes_in_a_lost_month_stay():
    times, force = pd.concat([real(2_000), real(2_000, seed=2).dt.floor("h")], ignore_index=True), np.repeat(["kent", "gwent"], 2_000)
    times.iloc[-1] = pd.Timestamp("2020-06-05 20:37")
    found = hours(times, force)
    assert not found[:2_000].any()
    assert found[2_000:-1].all()
    assert not found[-1]


def test_dates_are_found_by_utc_or_by_the_clock_and_only_where_they_stand_out():
    times = real(3_000)
    day = pd.Series(pd.date_range("2020-01-01", periods=100, freq="3D"))
    by_utc = pd.concat([times, day], ignore_index=True)
    by_clock = pd.concat([times, day.dt.tz_localize("Europe/London").dt.tz_convert("UTC").dt.tz_localize(None)], ignore_index=True)
    for table in (by_utc, by_clock):
        found = midnights(table)
        assert found[3_000:].all()
        assert found[:3_000].mean() < 0.02
    rows = {"exact": np.ones(2), "stops": np.ones(2), "force": ["", ""]}
    assert not dates_among(np.zeros(2, dtype=np.int64), **rows).any(), "two midnights are not many"
    assert said_of_dates(np.zeros(2, dtype=bool), **rows) == ()


def test_rows_may_be_hours_that_hold_other_minutes_too():
    """Counted by hours, as the profile of times does, the same stops are found as counted by minutes, as the veil of darkness does."""
    times = published(AVON)
    by_hour = pd.DataFrame({"at": times.dt.floor("h"), "exact": times.dt.minute == 0, "stops": 1}).groupby("at", as_index=False).sum()
    dates = dates_among(seconds(by_hour["at"]), exact=by_hour["exact"], stops=by_hour["stops"], force=[""] * len(by_hour))
    assert by_hour["exact"].to_numpy()[dates].sum() == midnights(times).sum()


def test_the_clock_is_an_hour_ahead_in_summer_and_nothing_is_found_in_nothing():
    at = seconds(pd.Series(["2020-07-01 12:00", "2020-12-01 12:00"]))
    assert (by_the_clock_s(at) - at).tolist() == [3600, 0]
    none = np.zeros(0, dtype=np.int64)
    assert dates_among(none, exact=none, stops=none, force=none).shape == (0,)
    assert only_hours(month=none, minute=none, stops=none, force=none).shape == (0,)


def test_the_commonest_minute_of_a_month_is_told_with_its_stops():
    counts = pd.DataFrame({"force": "", "month": "2020-01", "minute": [0, 1, 0], "stops": [5, 20, 6]})
    (row,) = commonest_minutes(counts).to_dict("records")
    assert (row["minute"], row["at_it"], row["stops"], row["says_nothing"]) == (1, 20, 31, True)
