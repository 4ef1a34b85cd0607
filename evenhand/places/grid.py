"""A square grid over a place: which cells there are, where, and how much of each lies inside.

Cell lines stand at whole multiples of the cell size plus an origin, in British National Grid
metres, so that the same cell has the same code in every study.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, OutsidePlace
from .coverage import covered_m2

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import ArrayLike, NDArray
    from scipy.sparse import csr_array

MOST_CELLS = 20_000_000
"""More than this and somebody has mistaken the unit: Great Britain at 100 m has 23 million."""


@dataclass(frozen=True, eq=False)
class Grid:
    """The cells of a place.

    Only cells that share ground with the place are kept; `slots` says where each sits in the
    full rectangle of `rows` x `columns` (row 0 is the southernmost).

    Attributes:
        cell_m: side of a cell.
        west_m, south_m: outer corner of the rectangle.
        rows, columns: its size in cells.
        slots: position of each cell, row * columns + column, ascending; shape (cells,).
        area_km2: ground of the place within each cell; shape (cells,).
        covered_m2: ground shared by each cell and each area, sparse, shape (cells, areas).
        area_codes: code of each area, in the order of `covered_m2`'s columns.
    """

    cell_m: float
    west_m: float
    south_m: float
    rows: int
    columns: int
    slots: NDArray[np.int64]
    area_km2: NDArray[np.float64]
    covered_m2: csr_array = field(repr=False)
    area_codes: tuple[str, ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.slots)

    @property
    def centres_m(self) -> NDArray[np.float64]:
        """Easting and northing of each cell's centre; shape (cells, 2)."""
        row, column = np.divmod(self.slots, self.columns)
        return np.column_stack([self.west_m + (column + 0.5) * self.cell_m, self.south_m + (row + 0.5) * self.cell_m])

    @property
    def codes(self) -> NDArray[np.str_]:
        """A code for each cell that tells its size and south-western corner, such as E587400N185700/150."""
        corners = self.centres_m - self.cell_m / 2
        return np.array([f"E{x:.0f}N{y:.0f}/{self.cell_m:g}" for x, y in corners])

    def cell_of(self, x_m: ArrayLike, y_m: ArrayLike) -> NDArray[np.int64]:
        """Index of the cell each point falls in; -1 for points outside. A point on a line belongs to the cell east or north of it."""
        x, y = np.asarray(x_m, dtype=float), np.asarray(y_m, dtype=float)
        known = np.isfinite(x) & np.isfinite(y)
        column = np.floor((np.where(known, x, self.west_m) - self.west_m) / self.cell_m).astype(np.int64)
        row = np.floor((np.where(known, y, self.south_m) - self.south_m) / self.cell_m).astype(np.int64)
        within = known & (column >= 0) & (column < self.columns) & (row >= 0) & (row < self.rows)
        slot = np.where(within, row * self.columns + column, -1)
        position = np.minimum(np.searchsorted(self.slots, slot), len(self.slots) - 1)
        return np.where(within & (self.slots[position] == slot), position, -1)

    def raster(self, values: ArrayLike, *, outside: float = np.nan) -> NDArray[np.float64]:
        """Values of the cells laid out as the full rectangle, shape (rows, columns), row 0 southernmost."""
        full = np.full(self.rows * self.columns, outside, dtype=float)
        full[self.slots] = np.asarray(values, dtype=float)
        return full.reshape(self.rows, self.columns)

    def squares(self, which: NDArray[np.bool_] | None = None) -> gpd.GeoSeries:
        """Cells as squares, EPSG:27700: all, or those marked."""
        import geopandas as gpd
        import shapely

        low = (self.centres_m if which is None else self.centres_m[which]) - self.cell_m / 2
        high = low + self.cell_m
        return gpd.GeoSeries(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]), crs="EPSG:27700")


def make_grid(areas: gpd.GeoDataFrame, *, cell_m: float = 150.0, origin_m: tuple[float, float] = (0.0, 0.0)) -> Grid:
    """A grid over the place that the areas make up; the areas are the study outline.

    Args:
        areas: the declared `areas` table, EPSG:27700.
        cell_m: side of a cell.
        origin_m: how far the grid's lines are moved east and north.

    Raises:
        BadSetting: a cell size that is not positive, or so small that the grid would not fit a machine.
        OutsidePlace: no ground at all.

    Example:
        >>> import geopandas as gpd, shapely
        >>> town = gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 300, 200)], crs="EPSG:27700")
        >>> grid = make_grid(town, cell_m=100)
        >>> len(grid), round(float(grid.area_km2.sum()), 6)
        (6, 0.06)
    """
    if not (np.isfinite(cell_m) and cell_m > 0):
        raise BadSetting(f"A cell size of {cell_m!r} m cannot make a grid; give metres above zero, such as 150.")
    if len(areas) == 0:
        raise OutsidePlace("There are no areas, so there is no place to lay a grid over.")
    west, south, east, north = areas.total_bounds
    if not np.isfinite([west, south, east, north]).all():
        raise OutsidePlace("The areas hold no ground: their polygons are empty.")
    shift_x, shift_y = (float(o) % cell_m for o in origin_m)
    west_m = np.floor((west - shift_x) / cell_m) * cell_m + shift_x
    south_m = np.floor((south - shift_y) / cell_m) * cell_m + shift_y
    columns, rows = int(np.ceil((east - west_m) / cell_m)), int(np.ceil((north - south_m) / cell_m))
    if columns * rows > MOST_CELLS:
        raise BadSetting(
            f"Cells of {cell_m:g} m over {(east - west) / 1000:,.0f} km by {(north - south) / 1000:,.0f} "
            f"km make {columns * rows:,} cells, over the limit of {MOST_CELLS:,}. Use larger cells."
        )
    shared = covered_m2(np.asarray(areas.geometry), west_m=west_m, south_m=south_m, cell_m=cell_m, rows=rows, columns=columns)
    ground = np.asarray(shared.sum(axis=1)).ravel()
    slots = np.flatnonzero(ground > 0)
    if len(slots) == 0:
        raise OutsidePlace("The areas hold no ground: their polygons are empty.")
    return Grid(cell_m, west_m, south_m, rows, columns, slots, ground[slots] / 1e6, shared[slots], tuple(areas["area_code"]))
