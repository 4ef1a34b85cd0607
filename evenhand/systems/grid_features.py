"""What a forecast of cells is told of each cell in each month: how much was recorded there and nearby before, and what police did there.

A row is one cell in one month; what stands in it was known before that month began:

- own level: log of how many times the mean cell's crimes the cell had in all months of the window before, pulled towards 1 as though
  `shrink_months` further months had been those of the mean cell;
- nearby: log(1 + mean crimes of the cell and its neighbours) 1, 3 and 12 months before;
- the month of the year, where the window holds two of each;
- searches and intelligence: log(1 + records in the cell in the month before).

The level of the whole place (`levels`) is no column: it is what each cell's crimes are set against.

Short records take away from this: a lag is used where at least as many months are left to be explained by it.

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
MONTH_NAMES = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


@dataclass(frozen=True, eq=False)
class Months:
    """Records by cell and month.

    Attributes:
        first: the first month, as numpy's number of months since 1970.
        counts: shape (cells, months).
    """

    first: int
    counts: NDArray[np.float64]

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
        base: crimes of the mean cell in that month, by the trend; shape (rows,).
        now: the columns for the coming month, shape (cells, columns).
        base_now: crimes of the mean cell expected then.
        explained: months that rows are of, by position.
    """

    names: tuple[str, ...]
    values: NDArray[np.float64]
    counts: NDArray[np.float64]
    base: NDArray[np.float64]
    now: NDArray[np.float64]
    base_now: float
    explained: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Activity:
    """What police did in each cell and month, of one kind.

    Attributes:
        name: as it stands among the inputs.
        counts: shape (cells, months), months as those of the crimes.
        since: position of the first month that the table covers.
    """

    name: str
    counts: NDArray[np.float64]
    since: int


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


def own_level(before: NDArray[np.float64], *, shrink_months: float) -> NDArray[np.float64]:
    """Log of a cell's crimes over the mean cell's, pulled towards no difference; shape (cells,).

    (own + shrink_months * mean) / ((months + shrink_months) * mean), own and mean the crimes of all months before

    Args:
        before: shape (cells, months).
        shrink_months: months of the mean cell that are added to each.

    Example:
        >>> np.exp(own_level(np.array([[3.0, 1.0], [0.0, 0.0]]), shrink_months=2)).tolist()  # twice and no times the mean, half way to 1
        [1.5, 0.5]
    """
    months, mean = before.shape[1], before.mean() if before.size else 0.0
    if not mean > 0:
        return np.zeros(len(before))
    return np.asarray(np.log((before.sum(axis=1) + shrink_months * mean) / ((months + shrink_months) * mean)))


def levels(totals: NDArray[np.float64], *, trend: str) -> NDArray[np.float64]:
    """What the whole place may expect in each month and in the one after the last; shape (months + 1,), above 0.

    Args:
        totals: crimes of each month, shape (months,).
        trend: `log-linear`: a line through the logarithm of all months, carried on one month; `last-year`: the mean of the 12 months before
            each (of as many as there are, half a crime added); `none`: the mean of all. With less than 24 months no line is laid: `last-year`.

    Example:
        >>> levels(np.array([4.0, 8.0, 6.0]), trend="last-year").tolist()  # before the first month, the mean of all stands in
        [6.0, 4.5, 6.25, 6.166666666666667]
        >>> levels(8.0 * 2.0 ** (np.arange(24) / 12), trend="log-linear")[[0, 24]].round(1).tolist()
        [8.1, 31.9]
    """
    months = len(totals)
    if trend == "none":
        return np.full(months + 1, totals.mean())
    if trend == "log-linear" and months >= SEASON_FROM:
        # The line's slope is held a little back, so that records with next to no crimes give one too.
        time = (np.arange(months + 1) - (months - 1) / 2) / YEAR
        line = fit_counts(time[:months, None], totals, np.ones(months), ridge=1.0).coefficients
        return np.asarray(np.exp(line[0] + line[1] * time))
    found = np.full(months + 1, totals.mean())
    for month in range(1, months + 1):
        past = totals[max(0, month - YEAR) : month]
        found[month] = (past.sum() + 0.5) / len(past)
    return found


def design_of(
    crimes: Months, grid: Grid, activity: tuple[Activity, ...], *, history_months: int, trend: str, reach_cells: int, shrink_months: float
) -> Design:
    """The rows to learn from and those to forecast.

    Args:
        crimes: all months of the records; the trend is laid through all, the rest looks at the last `history_months`.
        grid: the cells.
        activity: what police did, of each kind that is to be an input; its months are those of `crimes`.
        history_months, trend, reach_cells, shrink_months: readings of the card.

    Returns:
        Design; with one month of records, or none covered by the activity before it, there are no rows to learn from.
    """
    level = levels(crimes.counts.sum(axis=0), trend=trend) / len(grid)
    start = max(0, crimes.many - history_months)
    counts = crimes.counts[:, start:]
    months = counts.shape[1]
    nearby = np.log1p(nearby_mean(grid, counts, reach_cells=reach_cells))
    lags = [lag for lag in LAGS if months >= 2 * lag]
    since = max([*lags, *(one.since - start + 1 for one in activity)], default=months)
    explained = list(range(min(since, months), months)) if lags else []
    calendar = (np.arange(months + 1) + start + crimes.first) % YEAR
    has_season = months >= SEASON_FROM and len(set(calendar[explained])) == YEAR

    def told(month: int) -> NDArray[np.float64]:
        columns = [own_level(counts[:, :month], shrink_months=shrink_months)]
        columns += [nearby[:, month - lag] for lag in lags]
        columns += [np.log1p(one.counts[:, start + month - 1]) for one in activity]
        if has_season:  # January is what the others are compared with
            columns += list(np.broadcast_to((np.arange(1, YEAR) == calendar[month]).astype(float)[:, None], (YEAR - 1, len(counts))))
        return np.column_stack(columns)

    names = ["own level", *(f"nearby {lag} month{'s' if lag > 1 else ''} before" for lag in lags), *(f"{one.name} the month before" for one in activity)]
    now = told(months)
    return Design(
        (*names, *(MONTH_NAMES[1:] if has_season else ())),
        np.concatenate([np.empty((0, now.shape[1])), *(told(month) for month in explained)]),
        counts[:, explained].T.ravel(),
        np.repeat(level[start + np.array(explained, dtype=np.int64)], len(counts)),
        now,
        float(level[-1]),
        tuple(start + month for month in explained),
    )


def _running_sum(values: NDArray[np.float64], axis: int, reach: int) -> NDArray[np.float64]:
    """Sum over each place and `reach` places before and after it along an axis."""
    many = values.shape[axis]
    sums = np.concatenate([np.zeros_like(values.take([0], axis=axis)), np.cumsum(values, axis=axis)], axis=axis)
    place = np.arange(many)
    return np.asarray(sums.take(np.minimum(place + reach + 1, many), axis=axis) - sums.take(np.maximum(place - reach, 0), axis=axis))
