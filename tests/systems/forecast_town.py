"""A made-up town of square kilometres with three years of robberies and searches, for the grid forecast."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from evenhand.places.grid import Grid, make_grid

MONTHS = tuple(f"{year}-{month:02d}" for year in (2021, 2022, 2023) for month in range(1, 13))
UNTIL = MONTHS[-1]


def town_of(columns: int = 13, rows: int = 11) -> Grid:
    """Squares of 1 km with a bite out of the north-eastern corner."""
    whole = shapely.box(400_000, 280_000, 400_000 + 1000 * columns, 280_000 + 1000 * rows)
    bite = shapely.box(400_000 + 1000 * (columns - 2), 280_000 + 1000 * (rows - 3), 500_000, 400_000)
    return make_grid(gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[whole - bite], crs="EPSG:27700"), cell_m=1000)


def rows_of(grid: Grid, counts: np.ndarray, *, months: tuple[str, ...] = MONTHS, **what: str) -> pd.DataFrame:
    """A row for each cell and month with events, at the cell's middle; counts of shape (cells, months)."""
    cell, month = np.nonzero(counts)
    x_m, y_m = grid.centres_m[cell].T
    return pd.DataFrame({"month": np.array(months)[month], "x_m": x_m, "y_m": y_m, **what, "events": counts[cell, month].astype(int)})


def robberies(grid: Grid, counts: np.ndarray, *, months: tuple[str, ...] = MONTHS) -> pd.DataFrame:
    """Recorded crime."""
    return rows_of(grid, counts, months=months, crime_type="Robbery")


def searches(grid: Grid, counts: np.ndarray, *, months: tuple[str, ...] = MONTHS, activity: str = "stop-search") -> pd.DataFrame:
    """Police activity."""
    return rows_of(grid, counts, months=months, activity=activity)
