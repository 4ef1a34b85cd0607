"""Aoristic weights: what goes in comes out, and each hour gets its overlap, whatever the window."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.audit.aoristic import HOUR_S, HOURS, WEEK_S, aoristic_weights
from evenhand.audit.time_windows import READINGS, Windows, at_instants, in_week, pieces, windows_of_stops, windows_of_table
from evenhand.tables import engine, timed_events
from evenhand.tables.errors import BadValue, CannotAnswer, EmptyTable, MissingColumn

WINDOWS = st.lists(st.tuples(st.integers(0, WEEK_S - 1), st.integers(0, 3 * WEEK_S), st.integers(1, 9)), min_size=1, max_size=20)
# Any second of some years, changes of the clock among them; windows up to a month.
MOMENTS = st.lists(st.tuples(st.integers(1_500_000_000, 1_760_000_000), st.integers(0, 30 * 86_400), st.integers(1, 5)), min_size=1, max_size=15)


def weights_by_hand(start_s: int, length_s: int) -> np.ndarray:
    """One window, one hour at a time: overlap over length."""
    if length_s == 0:
        return np.eye(HOURS)[start_s // HOUR_S]
    if length_s >= WEEK_S:
        return np.full(HOURS, 1 / HOURS)
    found = np.zeros(HOURS)
    for hour in range(2 * HOURS):
        low, high = hour * HOUR_S, (hour + 1) * HOUR_S
        found[hour % HOURS] += max(0, min(high, start_s + length_s) - max(low, start_s)) / length_s
    return found


@given(WINDOWS)
def test_weights_add_up_to_the_number_of_events(rows):
    start, length, events = np.array(rows).T
    found = aoristic_weights(start, length, events)
    assert found.sum() == pytest.approx(events.sum(), rel=1e-12)
    assert (found >= -1e-12).all()


@given(WINDOWS)
def test_every_hour_gets_its_overlap_over_the_windows_length(rows):
    start, length, events = np.array(rows).T
    slow = sum(many * weights_by_hand(int(a), int(b)) for a, b, many in rows)
    np.testing.assert_allclose(aoristic_weights(start, length, events)[0], slow, rtol=1e-9, atol=1e-12 * events.sum())


@given(WINDOWS)
def test_blocks_kept_apart_add_up_to_the_whole(rows):
    start, length, events = np.array(rows).T
    block = np.arange(len(rows)) % 3
    apart = aoristic_weights(start, length, events, block=block, blocks=3)
    np.testing.assert_allclose(apart.sum(axis=0), aoristic_weights(start, length, events)[0], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(apart.sum(axis=1), [events[block == one].sum() for one in range(3)], rtol=1e-12)


@settings(deadline=None)
@given(MOMENTS, st.sampled_from(READINGS))
def test_no_event_is_lost_or_made_on_the_clock_under_any_reading(rows, reading):
    start, length, events = np.array(rows).T
    cut = pieces(at_instants(Windows(start, start + length, events.astype(float)), reading, seed=3))
    assert (cut.length_s >= 0).all()
    found = aoristic_weights(in_week(cut.start_s), cut.length_s, cut.events)
    assert found.sum() == pytest.approx(events.sum(), rel=1e-12)


@settings(deadline=None)
@given(MOMENTS)
def test_windows_on_the_clock_are_a_walk_through_their_minutes(rows):
    """The slow twin: where the clock stands at the middle of each of 500 parts of the window. Windows under a week, to 2 parts in 500."""
    for start, length, _ in rows[:3]:
        length = length % WEEK_S
        cut = pieces(Windows(np.array([start]), np.array([start + length]), np.ones(1)))
        found = aoristic_weights(in_week(cut.start_s), cut.length_s, cut.events)[0]
        parts = pd.to_datetime(start + (np.arange(500) + 0.5) / 500 * length, unit="s", utc=True).tz_convert("Europe/London")
        slow = np.bincount(parts.dayofweek * 24 + parts.hour, minlength=HOURS) / 500
        np.testing.assert_allclose(found, slow, atol=2.01 / 500)


def moments(*texts: str) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts)))


def test_the_hour_run_twice_in_october_gets_twice_and_the_one_skipped_in_march_nothing():
    table = pd.DataFrame({"from_at": moments("2024-10-26 23:00", "2024-03-30 23:00"), "to_at": moments("2024-10-27 04:00", "2024-03-31 04:00")})
    october, march = (
        aoristic_weights(in_week(cut.start_s), cut.length_s, cut.events)[0, 144:152] for cut in (pieces(windows_of_table(table.iloc[[i]])[0]) for i in (0, 1))
    )
    # Sunday 27 October: from midnight by the clock, five hours, of which 01:00 is run twice.
    np.testing.assert_allclose(october, [0.2, 0.4, 0.2, 0.2, 0, 0, 0, 0], atol=1e-12)
    # Sunday 31 March: from 23:00 on Saturday; 01:00 is skipped.
    np.testing.assert_allclose(march, [0.2, 0, 0.2, 0.2, 0.2, 0, 0, 0], atol=1e-12)


def test_times_by_the_clock_are_taken_as_they_are():
    table = pd.DataFrame({"from_at": moments("2024-07-01 12:00"), "to_at": moments("2024-07-01 13:00")})
    for is_utc, hour in ((True, 13), (False, 12)):
        cut = pieces(windows_of_table(table, is_utc=is_utc)[0])
        assert aoristic_weights(in_week(cut.start_s), cut.length_s, cut.events)[0].argmax() == hour


def test_the_readings_of_a_window_are_its_ends_its_middle_and_draws_from_it():
    window = Windows(np.array([1000]), np.array([2000]), np.array([400.0]))
    assert [at_instants(window, reading).from_s[0] for reading in ("start", "mid", "end")] == [1000, 1500, 2000]
    drawn = at_instants(window, "random", seed=5).from_s
    assert len(drawn) == 400
    assert drawn.min() >= 1000
    assert drawn.max() < 2000
    assert abs(drawn.mean() - 1500) < 4 * 1000 / np.sqrt(12 * 400)
    np.testing.assert_array_equal(drawn, at_instants(window, "random", seed=5).from_s)
    assert (drawn != at_instants(window, "random", seed=6).from_s).any()


def test_the_order_of_rows_moves_no_draw():
    table = timed_events.TABLE.check(
        pd.DataFrame(
            {"from_at": moments(*[f"2024-01-{day:02d} 08:00" for day in range(1, 21)]), "to_at": moments(*[f"2024-01-{day:02d} 17:00" for day in range(1, 21)])}
        )
    )
    one, other = (at_instants(windows_of_table(rows)[0], "random", seed=2).from_s for rows in (table, table.sample(frac=1, random_state=1)))
    np.testing.assert_array_equal(one, other)


def test_a_start_outside_the_week_is_refused():
    for start, length in ((-1, 5), (WEEK_S, 5), (0, -5)):
        with pytest.raises(BadValue, match="within the week"):
            aoristic_weights([start], [length])


def test_a_window_that_ends_before_it_starts_is_refused():
    with pytest.raises(BadValue, match="1 windows end before they start"):
        windows_of_table(pd.DataFrame({"from_at": moments("2024-01-02"), "to_at": moments("2024-01-01")}))


def test_dates_in_place_of_times_are_refused_and_windows_of_a_day_are_not():
    days = moments(*[f"2024-01-{day:02d}" for day in range(1, 21)])
    with pytest.raises(CannotAnswer, match="100 % of the events.*dates, not times"):
        windows_of_table(pd.DataFrame({"from_at": days}))
    with pytest.raises(CannotAnswer, match="dates, not times"):  # midnight by the clock in summer
        windows_of_table(pd.DataFrame({"from_at": days + pd.Timedelta(days=182, hours=-1)}))
    assert len(windows_of_table(pd.DataFrame({"from_at": days, "to_at": days + pd.Timedelta(days=1)}))[0].events) == 20


def test_missing_times_are_left_out_and_told_of():
    table = pd.DataFrame({"from_at": moments("2024-01-01 08:00", "2024-01-01 09:00", None), "to_at": moments("2024-01-01 08:30", "2024-01-01 09:30", None)})
    windows, said = windows_of_table(table)
    assert windows.events.sum() == 2
    assert said == ("33 % of the events have no full window and are left out.",)
    with pytest.raises(CannotAnswer, match="more than half"):
        windows_of_table(table.iloc[[0, 2, 2]])
    with pytest.raises(BadValue, match="cannot be read"):
        windows_of_table(pd.DataFrame({"from_at": ["yesterday"]}))


def stops(*times: str, **columns) -> object:
    return engine.rows_of(pd.DataFrame({"stopped_at": pd.to_datetime(list(times)), **columns}))


def test_stops_are_counted_by_the_hour_of_the_clock():
    windows, said = windows_of_stops(stops("2024-07-05 21:10", "2024-07-05 21:59", "2024-01-05 21:10"))
    found = aoristic_weights(in_week(pieces(windows).start_s), pieces(windows).length_s, pieces(windows).events)[0].reshape(7, 24)
    assert found[4, 22] == 2  # British summer time
    assert found[4, 21] == 1
    assert said == ()
    for reading in READINGS:
        read = at_instants(windows, reading)
        assert (read.from_s * read.events).sum() == (windows.from_s * windows.events).sum()


@pytest.mark.parametrize("named", ["duckdb", "sqlite"])
def test_stops_are_counted_the_same_on_every_engine(named):
    connection = getattr(ibis, named).connect()
    connection.con.execute("CREATE TABLE stops (stopped_at TIMESTAMP, force TEXT)")
    for time in ("2024-07-05 21:10:00", "2024-07-05 21:59:59", "2024-01-05 21:00:00", None):
        connection.con.execute("INSERT INTO stops VALUES (?, ?)", [time, "essex"])
    windows, said = windows_of_stops(connection.table("stops"))
    assert windows.events.tolist() == [1, 2]
    assert pd.to_datetime(windows.from_s, unit="s").strftime("%m-%d %H:%M").tolist() == ["01-05 21:30", "07-05 21:30"]
    assert said == ("25 % of the stops have no time and are left out.",)


def test_stops_whose_times_are_dates_or_lack_their_afternoon_are_left_out_force_by_force():
    good = pd.date_range("2024-01-01 00:07", periods=600, freq="61min")
    dates = pd.date_range("2024-01-01", periods=100, freq="D")
    table = pd.DataFrame({"stopped_at": [*good, *dates], "force": ["essex"] * 600 + ["kent"] * 100})
    windows, said = windows_of_stops(engine.rows_of(table))
    assert windows.events.sum() == 600
    assert said == ("Left out (kent): 100 % of the stops are timed at exactly midnight: these are dates, not times.",)
    with pytest.raises(CannotAnswer, match="these are dates"):
        windows_of_stops(engine.rows_of(table.iloc[600:]))
    morning = good[good.hour < 12]
    with pytest.raises(CannotAnswer, match="without the half of the day"):
        windows_of_stops(engine.rows_of(pd.DataFrame({"stopped_at": morning})))


def test_stops_without_times_are_refused():
    with pytest.raises(MissingColumn, match="stopped_at"):
        windows_of_stops(engine.rows_of(pd.DataFrame({"longitude": [0.1]})))
    with pytest.raises(CannotAnswer, match="more than half"):
        windows_of_stops(engine.rows_of(pd.DataFrame({"stopped_at": pd.to_datetime(["2024-01-01 20:00", None, None])})))
    nowhere = pd.DataFrame({"longitude": [9.0], "latitude": [9.0], "area_code": ["A"]})
    with pytest.raises(EmptyTable, match="No stop lies in the place"):
        windows_of_stops(stops("2024-01-01 20:00", longitude=[0.1], latitude=[51.5]), areas_of_points=nowhere)
