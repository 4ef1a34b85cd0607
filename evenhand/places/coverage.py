"""How much ground each cell shares with each polygon: exact, for all polygons at once.

Walking round a polygon's edge, every piece of edge that stays within one cell adds to that cell the
signed area between the piece and the cell's right-hand side, and adds its height to every cell
further right in the row. Summed along the rows this gives the covered area of every cell, boundary
or interior, with no polygon ever clipped (the accumulation buffer of scan-line font renderers).
Cost follows the number of edge pieces plus the cells of each polygon's bounding box.

The plain twin, one polygon clipped by one square at a time, is in tests/places/test_coverage.py.

Source: Green's theorem; the accumulation is described by R. Levien, "Inside the fastest font
renderer in the world" (2016).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csr_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NOTHING = 1e-12
"""Share of a cell below which a covered area is rounding, not ground."""
_POLYGONS_AT_ONCE = 4096


def covered_m2(polygons: NDArray[np.object_], *, west_m: float, south_m: float, cell_m: float, rows: int, columns: int) -> csr_array:
    """Area shared by each cell of a rectangle and each polygon, in square metres.

    Args:
        polygons: Polygon or MultiPolygon, shape (polygons,); valid, in metres.
        west_m, south_m, cell_m, rows, columns: the rectangle of cells, which must hold the polygons.

    Returns:
        Sparse, shape (rows * columns, polygons); row index is row * columns + column.

    Example:
        >>> import shapely
        >>> triangle = shapely.Polygon([(0, 0), (200, 0), (0, 200)])
        >>> covered_m2(np.array([triangle]), west_m=0, south_m=0, cell_m=100, rows=2, columns=2).toarray().ravel().tolist()
        [10000.0, 5000.0, 5000.0, 0.0]
    """
    parts = [
        _covered_by(polygons[start : start + _POLYGONS_AT_ONCE], start, west_m, south_m, cell_m, columns)
        for start in range(0, len(polygons), _POLYGONS_AT_ONCE)
    ]
    cell, polygon, share = (np.concatenate(column) for column in zip(*parts, strict=True))
    return csr_array(coo_array((share * cell_m**2, (cell, polygon)), shape=(rows * columns, len(polygons))))


def _covered_by(polygons: NDArray[np.object_], first: int, west_m: float, south_m: float, cell_m: float, columns: int) -> tuple[NDArray, NDArray, NDArray]:
    """Cells, polygon numbers and shares of a cell covered, for one batch of polygons."""
    start, end, owner = _edges(polygons, west_m, south_m, cell_m)
    start, end, owner = _cut_at_lines(start, end, owner, axis=0)
    start, end, owner = _cut_at_lines(start, end, owner, axis=1)

    low, size = _boxes(polygons, west_m, south_m, cell_m)
    width = size[:, 0] + 1  # one spare column, where the last cell of a row passes its height on
    offset = np.concatenate([[0], np.cumsum(width * size[:, 1])])

    middle = (start + end) / 2
    cell = np.clip(np.floor(middle).astype(np.int64) - low[owner], 0, size[owner] - 1)
    height = end[:, 1] - start[:, 1]
    left = middle[:, 0] - (cell[:, 0] + low[owner, 0])
    place = offset[owner] + cell[:, 1] * width[owner] + cell[:, 0]

    total = int(offset[-1])
    # A piece lying `left` of a cell's width from its west side covers the rest of that cell, and all cells east of it.
    steps = np.bincount(place, height * (1 - left), total) + np.bincount(place + 1, height * left, total)
    share = np.abs(_running_sums(steps, width, size[:, 1]))

    number = np.repeat(np.arange(len(polygons)), width * size[:, 1])
    within = np.arange(total) - offset[number]
    row, column = np.divmod(within, width[number])
    kept = (share > _NOTHING) & (column < size[number, 0])
    number, row, column = number[kept], row[kept] + low[number[kept], 1], column[kept] + low[number[kept], 0]
    return row * columns + column, number + first, share[kept]


def _edges(polygons: NDArray[np.object_], west_m: float, south_m: float, cell_m: float) -> tuple[NDArray, NDArray, NDArray]:
    """Edges in units of cells: start, end, and the polygon each belongs to; outer rings one way round, holes the other."""
    import shapely

    parts, part_of = shapely.get_parts(shapely.orient_polygons(polygons), return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    points, point_of = shapely.get_coordinates(rings, return_index=True)
    points = (points - [west_m, south_m]) / cell_m
    same_ring = point_of[1:] == point_of[:-1]
    owner = part_of[ring_of[point_of[:-1]]]
    return points[:-1][same_ring], points[1:][same_ring], owner[same_ring]


def _cut_at_lines(start: NDArray, end: NDArray, owner: NDArray, *, axis: int) -> tuple[NDArray, NDArray, NDArray]:
    """Edges cut wherever they cross a grid line of one axis, so that no piece spans two columns (or rows)."""
    low, high = np.minimum(start[:, axis], end[:, axis]), np.maximum(start[:, axis], end[:, axis])
    first_line = np.floor(low).astype(np.int64) + 1
    crossings = np.maximum(np.ceil(high).astype(np.int64) - first_line, 0)
    edge = np.repeat(np.arange(len(start)), crossings + 1)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(crossings + 1) - (crossings + 1), crossings + 1)
    run = end[:, axis] - start[:, axis]
    # Lines are met in the direction of travel, so that pieces follow on from each other.
    line = np.where(run[edge] >= 0, first_line[edge] + step, first_line[edge] + crossings[edge] - 1 - step)
    with np.errstate(divide="ignore", invalid="ignore"):
        along = np.where(crossings[edge] > 0, (line - start[edge, axis]) / run[edge], 1.0)
    is_last = step == crossings[edge]
    along[is_last] = 1.0
    stop = start[edge] + along[:, None] * (end - start)[edge]
    stop[~is_last, axis] = line[~is_last]
    stop[is_last] = end[edge[is_last]]
    begin = np.empty_like(stop)
    begin[1:] = stop[:-1]
    begin[step == 0] = start[edge[step == 0]]
    return begin, stop, owner[edge]


def _boxes(polygons: NDArray[np.object_], west_m: float, south_m: float, cell_m: float) -> tuple[NDArray, NDArray]:
    """First cell (column, row) and size in cells of each polygon's bounding box; shape (polygons, 2) each."""
    import shapely

    bounds = (shapely.bounds(polygons) - [west_m, south_m, west_m, south_m]) / cell_m
    bounds = np.nan_to_num(bounds)  # an empty polygon has no bounds and covers nothing
    low = np.floor(bounds[:, :2]).astype(np.int64)
    high = np.maximum(np.ceil(bounds[:, 2:]).astype(np.int64), low + 1)
    return low, high - low


def _running_sums(steps: NDArray, width: NDArray, height: NDArray) -> NDArray:
    """Running sum along each row, starting afresh at every row, so that rounding never travels from one row to the next."""
    sums = np.cumsum(steps)
    row_width = np.repeat(width, height)
    row_start = np.cumsum(row_width) - row_width
    before = np.where(row_start > 0, sums[row_start - 1], 0.0)
    return sums - np.repeat(before, row_width)
