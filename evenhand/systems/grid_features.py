"""What a forecast of cells is told of each cell in each month: how much was recorded there and nearby before, and what police did there.

A row is one cell in one month; what stands in it was known before that month began. Each cell's crimes are set against a base:

    base = crimes of the mean cell in that month, by the place's trend and the month of the year * the cell's own level

- own level: how many times the mean cell's crimes the cell had in all months of the window before, pulled towards 1 as though
  some further months had been those of the mean cell: as many as `shrink_months` says, or as many as cells' differences leave no more to than
  chance. Its log is a column too, so that it may count for more or less than once;
- nearby: log(1 + mean crimes of the cell and its neighbours) 1, 3 and 12 months before;
- searches and intelligence: log(1 + records in the cell in the month before).

So a model that learns nothing carries each cell's own level forward. Trend and month of the year are the place's as a whole, from all months
there are: a line laid without regard to the months of the year would take a season for a trend.

Short records take away from this: a lag is used where at least as many months are left to be explained by it, and the month of the year
where there are two years. A month that the records lack is unknown and not quiet: it is not explained and counts for no level; where it is the
month before another, it stands as drawn between its neighbours (crimes), or that other is not explained either (searches, intelligence).

Steps, in order:  counts_of -> levels, own_level, nearby_mean -> design_of

Source: book-keeping of our own; see the card in grid_forecast.py for what is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .area_regression import fit_counts
from .records import events_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ..places.grid import Grid

LAGS = (1, 3, 12)
YEAR = 12
TRENDS = ("log-linear", "last-year", "none")
SEASON_FROM = 2 * YEAR
"""Months of records from which the month of the year is told, and a line laid through the place's months."""
BY_SCATTER = "by-scatter"
LEAST_SHRINK, MOST_SHRINK = 0.1, 120.0
"""Months of the mean cell that scatter may add: at least so many that no crimes so far never mean none ever, and not more than ten years, so that
a crime always counts for something."""
_HELD_BACK = 1.0
"""Ridge of that line and of the months' logarithms: places with next to no crimes have some of each, too."""


@dataclass(frozen=True, eq=False)
class Months:
    """Records by cell and month.

    Attributes:
        first: the first month, as numpy's number of months since 1970.
        counts: shape (cells, months); a month that the records lack as drawn between those on either side.
        is_known: whether the records hold the month; shape (months,), the first and the last of them so.
    """

    first: int
    counts: NDArray[np.float64]
    is_known: NDArray[np.bool_]

    @property
    def many(self) -> int:
        """How many months."""
        return self.counts.shape[1]

    def name_of(self, month: int) -> str:
        """A month by its position, such as "2024-03"."""
        return str(np.datetime64(self.first + month, "M"))


@dataclass(frozen=True, eq=False)
class Design:
    """What is learnt from, and what the coming month is told.

    Attributes:
        names: of the columns.
        values: shape (rows, columns); a row is a cell in a month, month after month, cells in the grid's order.
        counts: crimes of each row.
        base: what they are set against, above 0; shape (rows,).
        now: the columns for the coming month, shape (cells, columns).
        base_now: the base then, shape (cells,).
        explained: months that rows are of, by position.
    """

    names: tuple[str, ...]
    values: NDArray[np.float64]
    counts: NDArray[np.float64]
    base: NDArray[np.float64]
    now: NDArray[np.float64]
    base_now: NDArray[np.float64]
    explained: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Activity:
    """What police did in each cell and month, of one kind.

    Attributes:
        name: as it stands among the inputs.
        counts: shape (cells, months), months as those of the crimes.
        is_known: whether the table holds the month; shape (months,).
    """

    name: str
    counts: NDArray[np.float64]
    is_known: NDArray[np.bool_]


def counts_of(rows: pd.DataFrame, grid: Grid, *, first: int, months: int) -> NDArray[np.float64]:
    """Events by cell and month, shape (cells, months); rows without a point, outside the place or outside the months are not counted."""
    month = rows["month"].to_numpy().astype("datetime64[M]").astype(np.int64) - first
    cell = grid.cell_of(rows["x_m"].to_numpy(dtype=float), rows["y_m"].to_numpy(dtype=float))
    here = (cell >= 0) & (month >= 0) & (month < months)
    counts = np.bincount(cell[here] * months + month[here], events_of(rows)[here], len(grid) * months)
    return np.asarray(counts, dtype=float).reshape(len(grid), months)


def nearby_mean(grid: Grid, values: NDArray[np.float64], *, reach_cells: int) -> NDArray[np.float64]:
    """Mean over each cell and those of the place within some rows and columns of it; shape (cells, months) in and out.

    Example:
        >>> import geopandas as gpd, shapely
        >>> from evenhand.places.grid import make_grid
        >>> grid = make_grid(gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 300, 100)], crs="EPSG:27700"), cell_m=100)
        >>> nearby_mean(grid, np.array([[6.0], [0.0], [3.0]]), reach_cells=1).ravel().tolist()
        [3.0, 3.0, 1.5]
    """
    if reach_cells == 0:
        return values
    months = values.shape[1]
    full = np.zeros((grid.rows * grid.columns, months + 1))
    full[grid.slots, :months] = values
    full[grid.slots, months] = 1.0  # counts the cells that are there
    sums = full.reshape(grid.rows, grid.columns, months + 1)
    for axis in (0, 1):
        sums = _running_sum(sums, axis, reach_cells)
    sums = sums.reshape(-1, months + 1)[grid.slots]
    return np.asarray(sums[:, :months] / sums[:, months:])


def own_level(before: NDArray[np.float64], *, shrink_months: float | str) -> NDArray[np.float64]:
    """Log of a cell's crimes over the mean cell's, pulled towards no difference; shape (cells,).

    (own + more * mean) / ((months + more) * mean), own the cell's crimes and mean the mean cell's in a month

    Args:
        before: shape (cells, months).
        shrink_months: months of the mean cell that are added to each (`more`); `by-scatter`: mean / variance of cells' true rates, the
            variance being that of the rates recorded less what chance makes of equal ones, from 0.1 to 120. That is the mean of what a cell's rate may
            be where rates follow a gamma distribution and counts Poisson's.

    Example:
        >>> np.exp(own_level(np.array([[3.0, 1.0], [0.0, 0.0]]), shrink_months=2)).tolist()  # twice and no times the mean, half way to 1
        [1.5, 0.5]
        >>> np.exp(own_level(np.array([[7.0, 5.0], [0.0, 0.0]]), shrink_months=BY_SCATTER)).round(6).tolist()  # variance 9, of which 1.5 chance
        [1.833333, 0.166667]
    """
    months, mean = before.shape[1], before.mean() if before.size else 0.0
    if not mean > 0:
        return np.zeros(len(before))
    more = shrink_months
    if isinstance(more, str):
        beyond_chance = before.mean(axis=1).var() - mean / months
        more = min(max(mean / beyond_chance, LEAST_SHRINK), MOST_SHRINK) if beyond_chance > 0 else MOST_SHRINK
    return np.asarray(np.log((before.sum(axis=1) + more * mean) / ((months + more) * mean)))


def levels(totals: NDArray[np.float64], is_known: NDArray[np.bool_], *, first: int, trend: str) -> NDArray[np.float64]:
    """What the whole place may expect in each month and in the one after the last; shape (months + 1,), above 0.

    With 24 months or more: a line through the logarithm of all months and a factor for each month of the year, by Poisson regression.

    Args:
        totals: crimes of each month, shape (months,), some of them above 0.
        is_known: months whose records are there, same shape; the others are passed over.
        first: number of the first month.
        trend: `log-linear`: the line, carried on one month; `last-year`: the mean of the 12 months before each (of as many as there are,
            half a crime added); `none`: the mean of all. Each times the factor of the month. With less than 24 months there is neither line
            nor factor: `log-linear` is then `last-year`.

    Example:
        >>> all_there = np.array([True, True, True])
        >>> levels(np.array([4.0, 8.0, 6.0]), all_there, first=600, trend="last-year").round(2).tolist()  # the mean of all stands before the first
        [6.0, 4.5, 6.25, 6.17]
        >>> doubling = 200 * 2.0 ** (np.arange(24) / 12)
        >>> levels(doubling, doubling > 0, first=600, trend="log-linear")[[0, 24]].round().tolist()
        [200.0, 800.0]
    """
    months, held = len(totals), np.flatnonzero(is_known)
    line, factor = np.full(months + 1, totals[held].mean()), np.ones(months + 1)
    if months >= SEASON_FROM:
        time = (np.arange(months + 1) - (months - 1) / 2) / YEAR
        is_month = ((np.arange(months + 1) + first) % YEAR)[:, None] == np.arange(YEAR)
        found = fit_counts(np.column_stack([time, is_month])[held], totals[held], np.ones(len(held)), ridge=_HELD_BACK).coefficients
        middle = np.exp(found[2:]).mean()
        factor = np.exp(is_month @ found[2:]) / middle
        line = middle * np.exp(found[0] + found[1] * time)
    if trend == "none":
        line = np.full(months + 1, totals[held].sum() / factor[held].sum())
    elif trend == "last-year" or months < SEASON_FROM:
        even = totals / factor[:months]
        for month in range(1, months + 1):
            past = even[max(0, month - YEAR) : month][is_known[max(0, month - YEAR) : month]]
            line[month] = (past.sum() + 0.5) / len(past) if len(past) else line[month - 1]
    return np.asarray(line * factor)


def design_of(
    crimes: Months, grid: Grid, activity: tuple[Activity, ...], *, history_months: int, trend: str, reach_cells: int, shrink_months: float | str
) -> Design:
    """The rows to learn from and those to forecast.

    Args:
        crimes: all months of the records; the trend is laid through all, the rest looks at the last `history_months`.
        grid: the cells.
        activity: what police did, of each kind that is to be an input; its months are those of `crimes`, and the last is known.
        history_months, trend, reach_cells, shrink_months: readings of the card.

    Returns:
        Design; with one month of records, or where no month before another is known, there are no rows to learn from.
    """
    level = levels(crimes.counts.sum(axis=0), crimes.is_known, first=crimes.first, trend=trend) / len(grid)
    start = max(0, crimes.many - history_months)
    counts, is_known = crimes.counts[:, start:], crimes.is_known[start:]
    months = counts.shape[1]
    nearby = np.log1p(nearby_mean(grid, counts, reach_cells=reach_cells))
    lags = [lag for lag in LAGS if months >= 2 * lag]
    from_here = range(max(lags, default=months), months)
    explained = [month for month in from_here if is_known[month] and all(one.is_known[start + month - 1] for one in activity)]
    own = {month: own_level(counts[:, :month][:, is_known[:month]], shrink_months=shrink_months) for month in (*explained, months)}

    def told(month: int) -> NDArray[np.float64]:
        lagged = [nearby[:, month - lag] for lag in lags]
        return np.column_stack([own[month], *lagged, *(np.log1p(one.counts[:, start + month - 1]) for one in activity)])

    nearby_names = [f"nearby {lag} month{'s' if lag > 1 else ''} before" for lag in lags]
    now = told(months)
    return Design(
        ("own level", *nearby_names, *(f"{one.name} the month before" for one in activity)),
        np.concatenate([np.empty((0, now.shape[1])), *(told(month) for month in explained)]),
        counts[:, explained].T.ravel(),
        np.concatenate([np.empty(0), *(level[start + month] * np.exp(own[month]) for month in explained)]),
        now,
        level[-1] * np.exp(own[months]),
        tuple(start + month for month in explained),
    )


def _running_sum(values: NDArray[np.float64], axis: int, reach: int) -> NDArray[np.float64]:
    """Sum over each place and `reach` places before and after it along an axis."""
    many = values.shape[axis]
    sums = np.concatenate([np.zeros_like(values.take([0], axis=axis)), np.cumsum(values, axis=axis)], axis=axis)
    place = np.arange(many)
    return np.asarray(sums.take(np.minimum(place + reach + 1, many), axis=axis) - sums.take(np.maximum(place - reach, 0), axis=axis))
