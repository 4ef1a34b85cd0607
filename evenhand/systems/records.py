"""The recorded crimes a system may learn from: of the kinds it reads, placed on the map, and no later than it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, EmptyTable, MissingColumn, MissingTable

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray

    from .card import Card


def last_month(until: str | dt.date) -> str:
    """The last whole month that ends on or before a day; a month given as text is taken as it is.

    Example:
        >>> import datetime as dt
        >>> last_month(dt.date(2024, 2, 29)), last_month(dt.date(2024, 3, 1)), last_month("2024-03")
        ('2024-02', '2024-02', '2024-03')
    """
    import datetime as dt

    if isinstance(until, str):
        if len(until) != 7:
            raise BadSetting(f"'{until}' is not a month. Write it as 2024-02.")
        return until
    next_day = until + dt.timedelta(days=1)
    before = next_day.replace(day=1) - dt.timedelta(days=1)
    return f"{before:%Y-%m}"


def usable(recorded_crime: pd.DataFrame, *, until: str | dt.date, crime_types: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which rows may be learnt from; shape (rows,).

    Raises:
        MissingColumn: the points have not been placed on the map.
        EmptyTable: nothing is left.
    """
    for name in ("x_m", "y_m", "month", "crime_type"):
        if name not in recorded_crime.columns:
            raise MissingColumn(
                f"Table 'recorded_crime' has no column '{name}', so a place system cannot learn from it.\nColumns found: "
                f"{', '.join(recorded_crime.columns)}.\nGive points their metres with places.coordinates.to_metres."
            )
    rows = (
        recorded_crime["crime_type"].isin(crime_types)
        & (recorded_crime["month"] <= last_month(until))
        & recorded_crime["x_m"].notna()
        & recorded_crime["y_m"].notna()
    ).to_numpy(dtype=bool)
    if not rows.any():
        raise EmptyTable(f"No recorded crime of the kinds {', '.join(crime_types)} is left up to {last_month(until)}, so there is nothing to learn from.")
    return rows


SELDOM_EMPTY = 20
"""Recorded crimes of any kind in a middling month from which on an empty month is an absent one: by chance it would come once in 500 million."""


def months_there(recorded_crime: pd.DataFrame, *, until: str | dt.date) -> tuple[np.datetime64, NDArray[np.bool_]]:
    """The first month of the records up to one, and for each month from it to the last whether the records hold it.

    A month in which only other kinds were recorded is a month of the records. One without a single row is absent, unknown and not
    quiet, where a middling month holds `SELDOM_EMPTY` crimes or more; where it holds fewer, a month may well have none.

    Example:
        >>> import pandas as pd
        >>> many = pd.DataFrame({"month": ["2024-01", "2024-03", "2024-05"], "events": 50})
        >>> first, there = months_there(many, until="2024-04")
        >>> str(first), there.tolist(), months_there(many.assign(events=1), until="2024-04")[1].tolist()
        ('2024-01', [True, False, True], [True, True, True])
    """
    rows = recorded_crime[recorded_crime["month"] <= last_month(until)]
    held, at = np.unique(rows["month"].to_numpy().astype("datetime64[M]"), return_inverse=True)
    each = np.bincount(at, events_of(rows))
    there = np.full(int((held[-1] - held[0]).astype(int)) + 1, bool(np.median(each) < SELDOM_EMPTY))
    there[(held - held[0]).astype(np.int64)] = True
    return held[0], there


def absent_filled(counts: NDArray[np.float64], there: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Counts by place and month, where a month that the records lack stands as drawn in a line between those on either side.

    Missing is never zero: taken as quiet, an absent month would halve what a model expects of the next.

    Args:
        counts: shape (places, months).
        there: whether the records hold each month; the first and the last are held.

    Example:
        >>> absent_filled(np.array([[4.0, 0.0, 8.0]]), np.array([True, False, True])).tolist()
        [[4.0, 6.0, 8.0]]
    """
    if there.all():
        return counts
    filled, held = counts.copy(), np.flatnonzero(there)
    for month in np.flatnonzero(~there):
        before, after = held[held < month][-1], held[held > month][0]
        part = (month - before) / (after - before)
        filled[:, month] = (1 - part) * counts[:, before] + part * counts[:, after]
    return filled


def last_day(until: str | dt.date) -> np.datetime64:
    """A day as it is, or the last day of a month given as text.

    Example:
        >>> import datetime as dt
        >>> str(last_day("2024-02")), str(last_day(dt.date(2024, 3, 1)))
        ('2024-02-29', '2024-03-01')
    """
    if not isinstance(until, str):
        return np.datetime64(until, "D")
    try:
        month = np.datetime64(last_month(until), "M")
    except ValueError as wrong:
        raise BadSetting(f"'{until}' is not a month. Write it as 2024-02.") from wrong
    return (month + 1).astype("datetime64[D]") - 1


def days_ahead(day: dt.date | None, *, last_day: np.datetime64) -> int:
    """How many days lie between the last day learnt and the one to be foreseen; none where no day is named, for then it is the next.

    Raises:
        BadSetting: a day that the model has already seen.

    Example:
        >>> import datetime as dt
        >>> days_ahead(None, last_day=np.datetime64("2024-03-01")), days_ahead(dt.date(2024, 3, 4), last_day=np.datetime64("2024-03-01"))
        (0, 2)
    """
    ahead = 0 if day is None else int((np.datetime64(day, "D") - last_day).astype(int)) - 1
    if ahead < 0:
        raise BadSetting(f"The model has learnt up to {last_day}, so it cannot be asked to foresee {day}.")
    return ahead


def usable_days(
    recorded_crime: pd.DataFrame, *, until: str | dt.date, window_days: int, crime_types: tuple[str, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which rows of the last days may be learnt from, for systems that go from day to day.

    Returns:
        Positions of the rows; and for each, how many days it lies before the day after `until`, from 1.

    Raises:
        MissingColumn: there are no days, or the points have not been placed on the map.
        EmptyTable: nothing is left.
        BadValue: a day that does not exist.
        BadSetting: a window of no days.
    """
    from ..tables.place_events import as_days

    if window_days < 1:
        raise BadSetting(f"window_days={window_days!r} leaves no past to learn from; give 1 or more.")
    for name in ("day", "x_m", "y_m", "crime_type"):
        if name not in recorded_crime.columns:
            how = (
                "It learns from day to day, and police.uk publishes months only: it can be run on a force's own records, not on those."
                if name == "day"
                else "Give points their metres with places.coordinates.to_metres."
            )
            raise MissingColumn(
                f"Table 'recorded_crime' has no column '{name}', so this system cannot learn from it.\n"
                f"Columns found: {', '.join(recorded_crime.columns)}.\n{how}"
            )
    known = recorded_crime["crime_type"].isin(crime_types) & recorded_crime[["day", "x_m", "y_m"]].notna().all(axis=1)
    rows = np.flatnonzero(known.to_numpy(dtype=bool))
    ago = (last_day(until) + 1 - as_days(recorded_crime["day"].iloc[rows])).astype(np.int64)
    within = (ago >= 1) & (ago <= window_days)
    if not within.any():
        raise EmptyTable(
            f"No recorded crime of the kinds {', '.join(crime_types)} is left in the {window_days} days up to {last_day(until)}, "
            "so there is nothing to learn from."
        )
    return rows[within], ago[within]


def needed(card: Card, **tables: pd.DataFrame | None) -> None:
    """Raise where a table that a system reads beside recorded crime is not there, or lacks a column.

    Args:
        card: of the system.
        tables: what `fit` was handed, by the table's name.

    Raises:
        MissingTable, MissingColumn.
    """
    for one in card.also_reads:
        given = tables.get(one.table)
        if given is None:
            if one.is_needed:
                raise MissingTable(
                    f"The system '{card.slug}' also learns from the table '{one.table}' ({one.says}), and was not handed it.\n"
                    f"Give it as {one.table}=… with the columns {', '.join(one.columns)}; in a study file, under `tables: {one.table}:`."
                )
            continue
        lacking = [name for name in one.columns if name not in given.columns and name != "events"]
        if lacking:
            raise MissingColumn(
                f"Table '{one.table}' has no column '{lacking[0]}', so the system '{card.slug}' cannot learn from it.\n"
                f"Columns found: {', '.join(map(str, given.columns))}. It reads {', '.join(one.columns)}."
            )


def events_of(recorded_crime: pd.DataFrame) -> NDArray[np.float64]:
    """How many recorded crimes each row stands for."""
    if "events" not in recorded_crime.columns:
        return np.ones(len(recorded_crime))
    return recorded_crime["events"].to_numpy(dtype=float)


def distinct_points(recorded_crime: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The different points among the rows, and which of them each row stands at: published points repeat, so work is done once for each.

    Returns:
        Eastings and northings, shape (points, 2); position of each row's point, shape (rows,).
    """
    import pandas as pd

    x_m, y_m = (recorded_crime[name].to_numpy(dtype=float) for name in ("x_m", "y_m"))
    which, points = pd.factorize(x_m + 1j * y_m)
    return np.column_stack([points.real, points.imag]), which
