"""Neighbourhoods on a raster, and sums over them: which cells lie round a cell, itself included.

A window is a stack of horizontal runs, so that a square and a disc are summed alike: runs along the rows first,
then the rows. Cells beyond the study area are not there: give them the value 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Window:
    """Cells round a cell, itself included; the same above as below, left as right.

    Attributes:
        half_widths: how many cells to either side, in the cell's own row, the next row, and so on outwards.
    """

    half_widths: tuple[int, ...]

    @property
    def cells(self) -> int:
        """How many cells it holds where none is missing."""
        runs = [2 * half + 1 for half in self.half_widths]
        return runs[0] + 2 * sum(runs[1:])


QUEEN = Window((1, 1))
"""The eight cells that touch, at a corner too, and the cell itself."""


def disc(radius_m: float, *, cell_m: float) -> Window:
    """The cells whose centres lie within a distance of the cell's own.

    Args:
        radius_m: the distance; a cell exactly that far is within.
        cell_m: side of a cell.

    Raises:
        BadSetting: no distance.

    Example:
        >>> disc(150, cell_m=150).half_widths, disc(300, cell_m=150).half_widths
        ((1, 0), (2, 1, 0))
    """
    if not (np.isfinite(radius_m) and radius_m >= 0):
        raise BadSetting(f"A distance of {radius_m!r} m cannot make a neighbourhood; give metres from 0.")
    reach = radius_m / cell_m + 1e-9  # a cell exactly at the distance is within, whatever the rounding
    return Window(tuple(int(np.sqrt(reach**2 - away**2)) for away in range(int(reach) + 1)))


def window_sums(raster: NDArray[np.float64], window: Window) -> NDArray[np.float64]:
    """The sum over each cell's window; what lies beyond the raster counts as 0. Same shape.

    Args:
        raster: shape (rows, columns), finite.
        window: the neighbourhood.

    Example:
        >>> window_sums(np.ones((2, 3)), QUEEN).tolist()
        [[4.0, 6.0, 4.0], [4.0, 6.0, 4.0]]
    """
    rows, columns = raster.shape
    halves = [min(half, columns - 1) for half in window.half_widths[:rows]]
    if len(set(halves)) == 1:
        return _run_sums(_run_sums(raster, halves[0], axis=1), len(halves) - 1, axis=0)
    runs = {half: _run_sums(raster, half, axis=1) for half in set(halves)}
    found = runs[halves[0]].copy()
    for away, half in enumerate(halves[1:], start=1):
        found[away:] += runs[half][:-away]
        found[:-away] += runs[half][away:]
    return found


def _run_sums(raster: NDArray[np.float64], half: int, *, axis: int) -> NDArray[np.float64]:
    """Sums over runs along an axis. Added up afresh for each cell: the differences of running totals would leave dust where there is nothing."""
    from scipy.ndimage import correlate1d

    return np.asarray(correlate1d(raster, np.ones(2 * half + 1), axis=axis, mode="constant"))
