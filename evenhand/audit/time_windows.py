"""Windows of time by the clock on the wall: from records to pieces of a week that aoristic weights can be taken of.

Times are in UTC, and people live by the clock. So a window is laid on the clock of the United Kingdom, and one that spans a
change of the clocks is cut there: the hour that is skipped in March gets nothing, the one that is run twice in October gets
twice. Windows of a week or more are not cut, for they are spread evenly anyway.

Steps, in order:  windows_of_table (or windows_of_stops) -> at_instants for one of the plain readings -> pieces
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from ..tables import engine
from ..tables.errors import BadValue, CannotAnswer, EmptyTable, MissingColumn
from ..tables.stop_times import by_the_clock_s, dates_among, said_of_dates
from .aoristic import DAY_S, HOUR_S, WEEK_S
from .lit_counts import ENOUGH_FOR_TIMES, FEWEST_AFTER_NOON, MOST_MIDNIGHTS
from .stop_counts import OUTSIDE, placed
from .stop_tallies import MOST_MISSING
from .twilight import clock_changes

if TYPE_CHECKING:
    import ibis
    import pandas as pd
    from numpy.typing import NDArray

Reading = Literal["aoristic", "start", "mid", "end", "random"]
READINGS: tuple[Reading, ...] = ("aoristic", "start", "mid", "end", "random")
MOST_ON_THE_HOUR = 0.40
"""Share of stops exactly on the hour above which times seem to be rounded."""
CHANGE_S = HOUR_S
"""The clocks of the United Kingdom change at 01:00 UTC."""
MONDAY_S = 3 * DAY_S
"""1 January 1970 was a Thursday."""


class Windows(NamedTuple):
    """Events and the windows they happened in.

    Attributes:
        from_s, to_s: seconds since 1970, UTC or by the clock; whole, shape (rows,); alike where the time is known.
        events: how many of each row, whole.
        is_utc: whether the seconds are UTC; else they are already by the clock, and a change of it is not looked for.
    """

    from_s: NDArray[np.int64]
    to_s: NDArray[np.int64]
    events: NDArray[np.float64]
    is_utc: bool = True


class Pieces(NamedTuple):
    """Windows on the clock, cut where it changes.

    Attributes:
        start_s: seconds since 1970 by the clock, shape (pieces,).
        length_s: how long, in seconds.
        events: events of the window times the piece's share of it.
        day: day by the clock on which the window starts, counted from 1970.
    """

    start_s: NDArray[np.int64]
    length_s: NDArray[np.int64]
    events: NDArray[np.float64]
    day: NDArray[np.int64]


def windows_of_table(table: pd.DataFrame, *, is_utc: bool = True) -> tuple[Windows, tuple[str, ...]]:
    """Windows from the declared table `timed_events`, and what must be said of rows left out.

    Raises:
        BadValue: a window that ends before it starts.
        CannotAnswer: most rows have no time, or exact times are dates.

    Example:
        >>> import pandas as pd
        >>> table = pd.DataFrame({"from_at": pd.to_datetime(["2024-01-01 08:00", None]), "to_at": pd.to_datetime(["2024-01-01 17:30", None])})
        >>> windows, said = windows_of_table(table)
        >>> (windows.to_s - windows.from_s).tolist(), said
        ([34200], ('50 % of the events have no full window and are left out.',))
    """
    many = np.ones(len(table)) if "events" not in table.columns else table["events"].to_numpy(dtype=float)
    start = _seconds(table["from_at"])
    end = start if "to_at" not in table.columns else _seconds(table["to_at"])
    known = np.isfinite(start) & np.isfinite(end)
    lost = 1 - many[known].sum() / many.sum()
    if lost > MOST_MISSING:
        raise CannotAnswer(f"{100 * lost:.0f} % of the events have no full window, more than half, so nothing is said of when they happened.")
    from_s, to_s, many = start[known].astype(np.int64), end[known].astype(np.int64), many[known]
    backwards = int((to_s < from_s).sum())
    if backwards:
        raise BadValue(f"Table 'timed_events': {backwards:,} windows end before they start. Swap the two times, or leave these rows out.")
    _refuse_dates(from_s, to_s, many)
    order = np.lexsort((to_s, from_s))
    said = (f"{100 * lost:.0f} % of the events have no full window and are left out.",) if lost >= 0.005 else ()
    return Windows(from_s[order], to_s[order], many[order], is_utc), said


def windows_of_stops(rows: ibis.Table, *, areas_of_points: pd.DataFrame | None = None) -> tuple[Windows, tuple[str, ...]]:
    """Stops by hour, counted in the engine; each is put in the middle of its hour, which is all a table by hours needs.

    Args:
        rows: the table `stops`.
        areas_of_points: of the published points in the place; see `stop_counts.count_stops`. Stops elsewhere are left out.

    Returns:
        Windows, and what must be said of stops left out.

    Raises:
        MissingColumn: there is no time.
        EmptyTable: no stop is left.
        CannotAnswer: most have no time, or times that are none.

    Example:
        >>> import pandas as pd
        >>> rows = engine.rows_of(pd.DataFrame({"stopped_at": pd.to_datetime(["2020-06-01 20:07", "2020-06-01 20:51", "2020-06-02 09:30"])}))
        >>> windows, _ = windows_of_stops(rows)
        >>> windows.events.tolist(), pd.to_datetime(windows.from_s, unit="s").strftime("%H:%M").tolist()
        ([2.0, 1.0], ['20:30', '09:30'])
    """
    import ibis
    import pandas as pd

    if "stopped_at" not in rows.columns:
        raise MissingColumn(f"Table 'stops' has no column 'stopped_at', so stops cannot be told by their hour.\nColumns found: {', '.join(rows.columns)}.")
    here = placed(rows, areas_of_points)
    if areas_of_points is not None:
        here = here.filter(here.area_code.notnull() & (here.area_code != OUTSIDE))
    force = here.force if "force" in here.columns else ibis.null("string")
    sharp = here.stopped_at.minute() == 0
    # Day and hour apart: not every engine can cut a time to its hour.
    hours = here.mutate(day=here.stopped_at.date().cast("string"), of_day=here.stopped_at.hour(), force=force, sharp=sharp.cast("int64"))
    counted = engine.counts(hours, by=["day", "of_day", "force"], sums={"sharp": hours.sharp.sum()})
    if counted.empty:
        raise EmptyTable("No stop lies in the place. Check place and period.")
    timed = counted[counted["day"].notna()]
    lost = 1 - timed["n"].sum() / counted["n"].sum()
    if lost > MOST_MISSING:
        raise CannotAnswer(f"{100 * lost:.0f} % of the stops have no time, more than half, so nothing is said of when they were made.")
    at = pd.to_datetime(timed["day"], format="%Y-%m-%d") + pd.to_timedelta(timed["of_day"].astype("int64"), unit="h")
    kept, said = _usable_hours(timed.assign(hour=at))
    by_hour = kept.groupby("hour")["n"].sum()
    middle = _seconds(by_hour.index.to_series()).astype(np.int64) + HOUR_S // 2
    said = ((f"{100 * lost:.0f} % of the stops have no time and are left out.",) if lost >= 0.005 else ()) + said
    return Windows(middle, middle, by_hour.to_numpy(dtype=float)), said


def at_instants(windows: Windows, reading: Reading, *, seed: int = 1) -> Windows:
    """The windows read as if the time were known: their start, middle or end, or a moment drawn from them.

    Args:
        windows: of the events.
        reading: "aoristic" leaves them as they are.
        seed: of the draws.

    Example:
        >>> day = Windows(np.array([0]), np.array([86_400]), np.array([2.0]))
        >>> [at_instants(day, reading).from_s.tolist() for reading in ("start", "mid", "end")], len(at_instants(day, "random").from_s)
        ([[0], [43200], [86400]], 2)
    """
    if reading == "aoristic":
        return windows
    if reading == "random":
        start, length = (np.repeat(column, windows.events.astype(np.int64)) for column in (windows.from_s, windows.to_s - windows.from_s))
        at = start + np.floor(np.random.default_rng(seed).random(len(start)) * length).astype(np.int64)
        return Windows(at, at, np.ones(len(at)), windows.is_utc)
    at = {"start": windows.from_s, "mid": (windows.from_s + windows.to_s) // 2, "end": windows.to_s}[reading]
    return Windows(at, at, windows.events, windows.is_utc)


def pieces(windows: Windows) -> Pieces:
    """Windows on the clock, cut where it changes.

    Example:
        >>> import pandas as pd
        >>> night = pd.to_datetime(["2024-10-26 23:00", "2024-10-27 03:00"]).as_unit("s").astype("int64")
        >>> cut = pieces(Windows(np.array([night[0]]), np.array([night[1]]), np.ones(1)))
        >>> pd.to_datetime(cut.start_s, unit="s").strftime("%H:%M").tolist(), (cut.length_s / 3600).tolist(), cut.events.tolist()
        (['00:00', '01:00'], [2.0, 2.0], [0.5, 0.5])
    """
    row, start, end = np.arange(len(windows.from_s)), windows.from_s.copy(), windows.to_s.copy()
    if windows.is_utc and len(start):
        first, last = (np.datetime64(int(at), "s").astype("datetime64[D]") for at in (start.min(), end.max()))
        for day, _ in clock_changes(first - 1, last + 1):
            change = int(day.astype("datetime64[s]").astype(np.int64)) + CHANGE_S
            crosses = np.flatnonzero((start < change) & (change < end) & (end - start < WEEK_S))
            row, start, end = np.append(row, row[crosses]), np.append(start, np.full(len(crosses), change)), np.append(end, end[crosses])
            end[crosses] = change
    whole = (windows.to_s - windows.from_s)[row]
    share = np.where(whole > 0, (end - start) / np.maximum(whole, 1), 1.0)
    wall = by_the_clock_s(start) if windows.is_utc else start
    opened = by_the_clock_s(windows.from_s) if windows.is_utc else windows.from_s
    return Pieces(wall, end - start, windows.events[row] * share, (opened // DAY_S)[row])


def in_week(wall_s: NDArray[np.int64]) -> NDArray[np.int64]:
    """Seconds since Monday 00:00, from seconds since 1970 by the same clock.

    Example:
        >>> in_week(np.array([0, 4 * 86_400])).tolist()  # a Thursday; the Monday after
        [259200, 0]
    """
    return (wall_s + MONDAY_S) % WEEK_S


def _seconds(moments: pd.Series) -> NDArray[np.float64]:
    """Seconds since 1970, cut to whole ones; nan where there is no time."""
    import pandas as pd

    try:
        read = pd.to_datetime(moments, utc=True).dt.tz_localize(None)
    except (ValueError, TypeError) as wrong:
        raise BadValue(f"A time cannot be read: {str(wrong).splitlines()[0]}. Write it as 2024-05-31T22:30:00+00:00.") from None
    plain = np.asarray(read, dtype="datetime64[s]")
    return np.where(np.isnat(plain), np.nan, plain.astype(np.int64).astype(float))


def _refuse_dates(start: NDArray[np.int64], end: NDArray[np.int64], events: NDArray[np.float64]) -> None:
    """Raise where times given as exact are midnights."""
    exact = start == end
    midnight = exact & ((start % DAY_S == 0) | (by_the_clock_s(start) % DAY_S == 0))
    if exact.any() and events[midnight].sum() > MOST_MIDNIGHTS * events[exact].sum():
        share = events[midnight].sum() / events[exact].sum()
        raise CannotAnswer(
            f"{100 * share:.0f} % of the events with an exact time have it at exactly midnight: these are dates, not times. "
            "Give such events the window of their day: from_at its beginning, to_at its end."
        )


def _usable_hours(timed: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The stops of forces whose times can be gone by, and what must be said of the others."""
    force = timed["force"].fillna("").astype(str)
    wrong = {name: reason for name, part in timed.groupby(force) if (reason := _wrong(part))}
    kept = timed[~force.isin(list(wrong))]
    if kept.empty:
        raise CannotAnswer(f"{next(iter(wrong.values()))}, so nothing is said of when stops were made.")
    said = [f"Left out{f' ({name})' if name else ''}: {reason}." for name, reason in wrong.items()]
    utc, told = _seconds(kept["hour"]).astype(np.int64), {"exact": kept["sharp"], "stops": kept["n"], "force": force[kept.index]}
    dates = dates_among(utc, **told)
    said += said_of_dates(dates, **told)
    usable = kept.assign(n=kept["n"] - np.where(dates, kept["sharp"], 0), sharp=np.where(dates, 0, kept["sharp"]))
    sharp = usable["sharp"].sum() / usable["n"].sum()
    if sharp > MOST_ON_THE_HOUR:
        said.append(f"{100 * sharp:.0f} % of the stops are timed exactly on the hour: times seem to be rounded, and an hour more or less is not told apart.")
    return usable, tuple(said)


def _wrong(part: pd.DataFrame) -> str:
    """What is wrong with a force's times; "" where nothing is."""
    stops, sharp = part["n"].to_numpy(dtype=float), part["sharp"].to_numpy(dtype=float)
    utc = _seconds(part["hour"]).astype(np.int64)
    midnight = max(float(sharp[at % DAY_S == 0].sum()) for at in (utc, by_the_clock_s(utc))) / stops.sum()
    if midnight > MOST_MIDNIGHTS:
        return f"{100 * midnight:.0f} % of the stops are timed at exactly midnight: these are dates, not times"
    if stops.sum() >= ENOUGH_FOR_TIMES and stops[utc % DAY_S >= 13 * HOUR_S].sum() < FEWEST_AFTER_NOON * stops.sum():
        return f"Next to none of {stops.sum():,.0f} stops is timed between 13:00 and midnight: hours seem to be given up to twelve, without the half of the day"
    return ""
