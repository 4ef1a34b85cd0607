"""The past as a system sees it on a given morning: where and how many days ago each event was recorded.

Systems learn from it and audits hand it to them, so its shape is declared here, below both. One `Past`
holds many mornings at once (the days of a replay, or the replicates of a simulation), because a fit of
many takes little longer than a fit of one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .errors import BadSetting, BadValue

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class Past(NamedTuple):
    """Events of the last `window_days` days before each of `runs` mornings.

    One row for each run, place and day with events; sorted by run, then place, then oldest first.

    Attributes:
        run, cell: position of the morning and of the place; shape (rows,).
        days_ago: whole days from the event's day to the morning's, from 1 (yesterday) to `window_days`; shape (rows,).
        events: how many, above zero; shape (rows,).
        runs, cells: how many mornings and places there are.
        window_days: how far back the past goes.
    """

    run: NDArray[np.int64]
    cell: NDArray[np.int64]
    days_ago: NDArray[np.int64]
    events: NDArray[np.float64]
    runs: int
    cells: int
    window_days: int


def before_each_day(counts: ArrayLike, days: ArrayLike, *, window_days: int) -> Past:
    """The past before each of some days of one history.

    Args:
        counts: events by day and place, shape (days, cells).
        days: the mornings, as positions in `counts`; the events of a morning's own day are not in its past.
        window_days: how far back to look.

    Raises:
        BadValue: counts that are negative, fractional or missing.
        BadSetting: a day with fewer than `window_days` days before it, or beyond the day after the last.

    Example:
        >>> past = before_each_day([[1, 0], [0, 2], [0, 0], [3, 0]], [2, 3], window_days=2)
        >>> [(int(r), int(c), int(d), int(n)) for r, c, d, n in zip(past.run, past.cell, past.days_ago, past.events)]
        [(0, 0, 2, 1), (0, 1, 1, 2), (1, 1, 2, 2)]
    """
    table, mornings = whole_table(counts), np.asarray(days, dtype=np.int64)
    if window_days < 1:
        raise BadSetting(f"window_days={window_days} leaves no past to learn from; give 1 or more.")
    if len(mornings) == 0 or mornings.min() < window_days or mornings.max() > len(table):
        raise BadSetting(
            f"With a window of {window_days} days and {len(table):,} days of records, the days that can be foreseen are number {window_days} "
            f"to {len(table)} (the first day is number 0). Choose among those, or a shorter window."
        )
    cell, day = np.nonzero(table.T)  # sorted by place, then day
    events = table[day, cell].astype(float)
    run, row = np.nonzero((day >= mornings[:, None] - window_days) & (day < mornings[:, None]))
    return Past(run, cell[row], mornings[run] - day[row], events[row], len(mornings), table.shape[1], window_days)


def gathered(run: ArrayLike, cell: ArrayLike, days_ago: ArrayLike, events: ArrayLike, *, runs: int, cells: int, window_days: int) -> Past:
    """Rows in any order, several for one place and day among them, as a past; rows without events are left out.

    Raises:
        BadValue: events before the window or not before the morning, or places and runs that are not there.

    Example:
        >>> gathered([0, 0, 0], [1, 0, 1], [3, 1, 3], [1, 2, 1], runs=1, cells=2, window_days=5).events.tolist()
        [2.0, 2.0]
    """
    runs_, cells_, ago, number = (np.asarray(column, dtype=np.int64) for column in (run, cell, days_ago, events))
    for what, column, low, high in (("run", runs_, 0, runs - 1), ("cell", cells_, 0, cells - 1), ("days_ago", ago, 1, window_days)):
        if len(column) and (column.min() < low or column.max() > high):
            raise BadValue(f"Column '{what}' must lie between {low} and {high}; found {column.min()} to {column.max()}.")
    if len(number) and number.min() < 0:
        raise BadValue(f"There cannot be {number.min()} events. Counts are 0 or more.")
    key = (runs_ * cells + cells_) * window_days + (window_days - ago)
    kept = number > 0
    distinct, where = np.unique(key[kept], return_inverse=True)
    place, day = np.divmod(distinct, window_days)
    return Past(place // cells, place % cells, window_days - day, np.bincount(where, number[kept], len(distinct)).astype(float), runs, cells, window_days)


def whole_table(counts: ArrayLike) -> NDArray[np.int64]:
    """Counts by day and place as whole numbers, after making sure that they are counts.

    Raises:
        BadValue: not a table of days by places, or a count that is negative, fractional or missing.
    """
    table = np.asarray(counts)
    if table.ndim != 2 or table.size == 0:
        raise BadValue(f"Events by day and place must be a table of days by places; found the shape {table.shape}.")
    if table.dtype.kind not in "iu":
        number = table.astype(float)
        if not np.all(np.isfinite(number)) or np.any(number != np.round(number)):
            raise BadValue("Events by day and place must be whole numbers, none missing: missing is never zero. Hand over counts, not rates.")
    if np.any(table < 0):
        raise BadValue(f"There cannot be {table.min():g} events on a day. Counts are 0 or more.")
    return table.astype(np.int64)
