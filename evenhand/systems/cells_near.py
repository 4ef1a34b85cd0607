"""Which cells of a grid lie within reach of points, and how far off: by steps from each point's own cell, never all pairs.

Distance runs to a cell's centre, from the point itself or from the centre of the square it falls in. Squares go on beyond the place, so
a point outside it reaches in. Candidates are the same steps for every point (those that some point of a square could reach), so
work grows with points times the cells of one disc, and is done some millions of candidates at a time.

Steps, in order:  cells_near -> _steps_within -> (block by block) distances, kept where within reach
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from ..places.grid import Grid

METRICS = ("euclidean", "chebyshev", "manhattan")
"""As the crow flies; the larger of east and north, so that a diagonal step is one; east and north added, so that it is two."""
AT_ONCE = 2**21
MOST_CANDIDATES = 2 * 10**8
"""More than this would take some 5 GB: a mistaken unit, or cells far too small."""
SLACK = 1e-9
"""In cells: a distance of exactly the reach counts, whatever its last digit."""


def cells_near(points_m: NDArray[np.float64], grid: Grid, *, reach_m: float, metric: str = "euclidean", from_cell: bool = False) -> csr_array:
    """How far each cell within reach lies from each point, in sides of a cell; sparse, shape (cells, points).

    A distance of nothing is stored like any other: what is not stored is out of reach.

    Args:
        points_m: eastings and northings, shape (points, 2).
        grid: the cells.
        reach_m: the farthest that counts, itself included; measured like the distance.
        metric: a name in METRICS.
        from_cell: measure from the centre of the point's square, not from the point.

    Raises:
        BadSetting: an unknown metric or a reach that is not positive.
        CannotAnswer: so many cells within reach that they would not fit a machine.

    Example:
        >>> import geopandas as gpd, shapely
        >>> from evenhand.places.grid import make_grid
        >>> street = gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 400, 100)], crs="EPSG:27700")
        >>> near = cells_near(np.array([[75.0, 50.0]]), make_grid(street, cell_m=100), reach_m=175)
        >>> near.toarray().ravel().tolist(), near.nnz  # the last cell, 275 m off, is out of reach
        ([0.25, 0.75, 1.75, 0.0], 3)
    """
    from scipy.sparse import csr_array

    if metric not in METRICS:
        raise BadSetting(f"There is no metric '{metric}'. Known: {', '.join(METRICS)}.")
    if not (np.isfinite(reach_m) and reach_m > 0):
        raise BadSetting(f"A reach of {reach_m!r} m cannot be used; give metres above zero.")
    reach = reach_m / grid.cell_m + SLACK
    steps = _steps_within(reach, metric)
    if len(points_m) * len(steps) > MOST_CANDIDATES:
        raise CannotAnswer(
            f"{len(points_m):,} points with up to {len(steps):,} cells of {grid.cell_m:g} m within {reach_m:g} m of each are too many. "
            "Choose another reading: larger cells, a shorter reach or a shorter window."
        )
    index = np.full(grid.rows * grid.columns, -1)
    index[grid.slots] = np.arange(len(grid))
    at = (points_m - [grid.west_m, grid.south_m]) / grid.cell_m
    found = [_block(at[first : first + size], first, steps, index, grid, reach, metric, from_cell) for first, size in _blocks(len(at), len(steps))]
    cell, point, apart = (np.concatenate(part) for part in zip(*found, strict=True))
    return csr_array((apart, (cell, point)), shape=(len(grid), len(points_m)))


def distance(east: NDArray[np.float64], north: NDArray[np.float64], metric: str) -> NDArray[np.float64]:
    """Distance by a metric, in the unit of its parts.

    Example:
        >>> [float(distance(np.array(3.0), np.array(-4.0), metric)) for metric in METRICS]
        [5.0, 4.0, 7.0]
    """
    if metric == "euclidean":
        return np.asarray(np.hypot(east, north))
    east, north = np.abs(east), np.abs(north)
    return np.asarray(np.maximum(east, north) if metric == "chebyshev" else east + north)


def _steps_within(reach: float, metric: str) -> NDArray[np.int64]:
    """Steps (columns, rows) from a point's own cell to every cell whose centre some point of that cell could reach."""
    most = int(np.ceil(reach + 0.5))
    column, row = (part.ravel() for part in np.meshgrid(np.arange(-most, most + 1), np.arange(-most, most + 1)))
    nearest = distance(np.maximum(np.abs(column) - 0.5, 0), np.maximum(np.abs(row) - 0.5, 0), metric)
    return np.column_stack([column, row])[nearest <= reach]


def _blocks(points: int, steps: int) -> list[tuple[int, int]]:
    """First point and size of each block."""
    size = max(1, AT_ONCE // steps)
    return [(first, size) for first in range(0, max(points, 1), size)]


def _block(
    at: NDArray[np.float64], first: int, steps: NDArray[np.int64], index: NDArray[np.int64], grid: Grid, reach: float, metric: str, from_cell: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Cell, point and distance of all that are within reach of some points; `at` is in cells from the grid's corner."""
    own = np.floor(at)
    column, row = (own[:, None, d] + steps[None, :, d] for d in range(2))
    start = own + 0.5 if from_cell else at
    apart = distance(column + 0.5 - start[:, None, 0], row + 0.5 - start[:, None, 1], metric)
    there = (apart <= reach) & (column >= 0) & (column < grid.columns) & (row >= 0) & (row < grid.rows)
    point = np.nonzero(there)[0]
    cell = index[(row[there] * grid.columns + column[there]).astype(np.int64)]
    kept = cell >= 0
    return cell[kept], first + point[kept], apart[there][kept]
