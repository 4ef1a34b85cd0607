"""Growing zones on a grid: from the peaks of a surface outwards, a cell at a time.

A peak is a cell that none of the eight cells round it exceeds. The highest peak is taken first; its zone takes in, again
and again, the highest cell that shares a side with it, until the rule says stop. The next zone starts from the highest
peak left. Zones never touch, not even at a corner: otherwise five zones would be five slices of one hill.

Cells that score alike are taken from the south, then from the west, as in flagging.py.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..places.grid import Grid

RULES = ("to-size", "half-peak")
HALF = 0.5
"""The share of a peak's height down to which `half-peak` draws its line."""
_DIGITS = 12
"""Heights that agree to this many digits of the highest are alike: sums in another order differ beyond that."""


def zones_on(surface: NDArray[np.float64], grid: Grid, *, zones: int, rule: str = "to-size", most_cells: int = 11) -> NDArray[np.int64]:
    """The zone each cell belongs to, 1 for the one grown first; 0 for none. Shape (cells,).

    There are fewer zones where the surface has fewer peaks, and smaller ones where no ground is left.

    Args:
        surface: heights of cells, from 0; a cell at 0 is in no zone.
        grid: the cells.
        zones: how many at most.
        rule: `to-size` grows each zone to a number of cells; `half-peak` takes all that hangs together with the peak
            and is at least half as high, whatever its size.
        most_cells: that number; read by `to-size` alone.

    Raises:
        BadSetting: an unknown rule, no zones or no cells.

    Example:
        >>> import geopandas as gpd, shapely
        >>> from evenhand.places.grid import make_grid
        >>> street = make_grid(gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 700, 100)], crs="EPSG:27700"), cell_m=100)
        >>> zones_on(np.array([1, 4, 9, 6, 2, 5, 8.0]), street, zones=2, most_cells=3).tolist()
        [0, 1, 1, 1, 0, 2, 2]
    """
    if rule not in RULES:
        raise BadSetting(f"There is no growth '{rule}'. Known: {', '.join(RULES)}.")
    if zones < 1 or most_cells < 1:
        raise BadSetting(f"zones={zones!r} of {most_cells!r} cells cannot be grown; give 1 or more of each.")
    height = _framed(surface, grid)
    zone = np.zeros(height.shape, dtype=np.int64)
    is_free = height > 0
    peaks = _peaks(height)
    for number in range(1, zones + 1):
        start = next((peak for peak in peaks if is_free[peak]), None)
        if start is None:
            break
        floor = HALF * height[start] if rule == "half-peak" else 0.0
        for row, column in _grown(height, is_free, start, floor=floor, most=len(surface) if rule == "half-peak" else most_cells):
            zone[row, column] = number
        for row, column in np.argwhere(zone == number):
            is_free[row - 1 : row + 2, column - 1 : column + 2] = False
    return np.asarray(zone[1:-1, 1:-1].ravel()[grid.slots])


def _framed(surface: NDArray[np.float64], grid: Grid) -> NDArray[np.float64]:
    """Heights as parts of the highest, as a rectangle with a frame of zeros: no cell lies at its edge."""
    highest = surface.max(initial=0.0)
    return np.pad(grid.raster(np.round(surface / (highest if highest > 0 else 1.0), _DIGITS), outside=0.0), 1)


def _peaks(height: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Rows and columns of the peaks, highest first, then from the south and the west."""
    from scipy.ndimage import maximum_filter

    rows, columns = np.nonzero((height > 0) & (height >= maximum_filter(height, size=3, mode="constant")))
    order = np.lexsort((columns, rows, -height[rows, columns]))
    return list(zip(rows[order].tolist(), columns[order].tolist(), strict=True))


def _grown(height: NDArray[np.float64], is_free: NDArray[np.bool_], start: tuple[int, int], *, floor: float, most: int) -> list[tuple[int, int]]:
    """The cells of one zone, in the order they are taken in."""
    taken: list[tuple[int, int]] = []
    waiting, seen = [(-height[start], *start)], {start}
    while waiting and len(taken) < most:
        _, row, column = heappop(waiting)
        taken.append((row, column))
        for beside in ((row - 1, column), (row, column - 1), (row, column + 1), (row + 1, column)):
            if beside not in seen and is_free[beside] and height[beside] >= floor:
                seen.add(beside)
                heappush(waiting, (-height[beside], *beside))
    return taken
