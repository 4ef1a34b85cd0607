"""How many events the continuous self-exciting model expects in each cell of a grid on a day: its rate integrated over the cell.

Kernels can be far narrower than a cell, so the rate at a cell's centre, or at a few points of it, says little about the cell. But every
kernel is a Gaussian along each direction, and cells are squares in rows and columns: its integral over all cells is one number for each
column times one for each row, and sums over kernels are products of matrices.

An echo is cut off by whole cells: those whose centres lie farther than `cut_m` from the event are not reached.

Steps, in order:  expected -> background_over + echoes_over: _along
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .neighbour_density import REACH
from .self_exciting_points import background_level

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..places.grid import Grid
    from .neighbour_density import Kernels
    from .self_exciting_points import FittedPoints

AT_ONCE = 2**20


def expected(fitted: FittedPoints, grid: Grid, *, day: float, window_days: int, today: str = "middle-half") -> NDArray[np.float64]:
    """Expected events in each cell on a day, shape (cells,).

    Args:
        fitted: the model.
        grid: the cells.
        day, window_days, today: as in self_exciting_points.rates.
    """
    whole = background_level(fitted, day=day, window_days=window_days, today=today) * background_over(fitted.places, grid)
    whole += echoes_over(fitted, grid, day=day)
    return np.asarray(whole.ravel()[grid.slots])


def background_over(places: Kernels, grid: Grid) -> NDArray[np.float64]:
    """Integral of a sum of kernels over each square of the grid's rectangle, shape (rows, columns)."""
    found = np.zeros((grid.rows, grid.columns))
    east = np.asarray(grid.west_m + np.arange(grid.columns + 1) * grid.cell_m, dtype=float)
    north = np.asarray(grid.south_m + np.arange(grid.rows + 1) * grid.cell_m, dtype=float)
    step = AT_ONCE // max(grid.rows, grid.columns) + 1
    for start in range(0, len(places.heights), step):
        centres, widths, heights = (part[start : start + step] for part in places)
        found += (_along(centres[:, 1], widths[:, 1], north) * heights[:, None]).T @ _along(centres[:, 0], widths[:, 0], east)
    return found


def echoes_over(fitted: FittedPoints, grid: Grid, *, day: float) -> NDArray[np.float64]:
    """What the echoes of all earlier events add to each square of the grid's rectangle on a day, shape (rows, columns)."""
    found = np.zeros((grid.rows, grid.columns))
    if fitted.echo is None:
        return found
    since = day - fitted.events.at[:, 0]
    for days in np.unique(since[(since > 0) & (since <= fitted.rules.cut_days)]):
        kernels = _on_day(fitted.echo, days)
        if len(kernels.heights):
            for row in np.flatnonzero(since == days):
                _add_echo(found, kernels, fitted.events.at[row, 1:], int(fitted.events.number[row]), grid, fitted.rules.cut_m)
    return found


def _on_day(echo: Kernels, days: float) -> Kernels:
    """The kernels of an echo over place alone, so many days after its event."""
    off = (days - echo.centres[:, 0]) / echo.widths[:, 0]
    there = np.abs(off) < REACH
    centres, widths, heights = (part[there] for part in echo)
    return echo._replace(centres=centres[:, 1:], widths=widths[:, 1:], heights=heights * np.exp(-0.5 * off[there] ** 2))


def _add_echo(found: NDArray[np.float64], kernels: Kernels, at: NDArray[np.float64], number: int, grid: Grid, cut_m: float) -> None:
    """Add the echo of some events at one point to the cells within reach."""
    corner, most = np.array([grid.west_m, grid.south_m]), np.array([grid.columns, grid.rows])
    low = np.clip(np.floor((at - cut_m - corner) / grid.cell_m).astype(int), 0, most)
    high = np.clip(np.ceil((at + cut_m - corner) / grid.cell_m).astype(int), 0, most)
    if (high <= low).any():
        return
    lines = [corner[d] + np.arange(low[d], high[d] + 1) * grid.cell_m - at[d] for d in range(2)]
    along = [_along(kernels.centres[:, d], kernels.widths[:, d], lines[d]) for d in range(2)]
    east, north = ((line[:-1] + line[1:]) / 2 for line in lines)
    reached = north[:, None] ** 2 + east**2 <= cut_m**2
    found[low[1] : high[1], low[0] : high[0]] += number * reached * ((along[1] * kernels.heights[:, None]).T @ along[0])


def _along(centres: NDArray[np.float64], widths: NDArray[np.float64], lines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Integral of each Gaussian of height 1 between neighbouring lines, shape (kernels, lines - 1)."""
    from scipy.special import ndtr

    below = ndtr((lines - centres[:, None]) / widths[:, None])
    return np.asarray(np.diff(below, axis=1) * (widths * np.sqrt(2 * np.pi))[:, None])
