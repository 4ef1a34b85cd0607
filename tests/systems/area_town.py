"""A made-up town of square areas, each of whole cells, so that an area's crimes are whole numbers; what is planted in it is said by each test."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from evenhand.places.grid import Grid, make_grid

MONTHS = tuple(f"{year}-{month:02d}" for year in (2022, 2023) for month in range(1, 13))
UNTIL = MONTHS[-1]
GROUPS = ("Asian", "Black", "White")


def town_of(side: int, *, cells: int = 4) -> Grid:
    """side x side areas of cells x cells cells of 150 m; area codes A000, A001, … row by row from the south-west."""
    wide = 150 * cells
    squares = [shapely.box(wide * c, wide * r, wide * (c + 1), wide * (r + 1)) for r in range(side) for c in range(side)]
    return make_grid(gpd.GeoDataFrame({"area_code": [f"A{i:03d}" for i in range(side**2)]}, geometry=squares, crs="EPSG:27700"), cell_m=150)


def people_of(grid: Grid, rng: np.random.Generator) -> pd.DataFrame:
    """Residents by area and group: sizes and shares differ, and know nothing of where the area lies."""
    shares = rng.dirichlet([2, 2, 6], len(grid.area_codes))
    size = rng.integers(800, 2_200, len(grid.area_codes))
    counts = np.round(shares * size[:, None]).astype(int)
    rows = [(area, group, counts[i, j]) for i, area in enumerate(grid.area_codes) for j, group in enumerate(GROUPS)]
    return pd.DataFrame(rows, columns=["area_code", "group", "residents"])


def deprivation_of(grid: Grid, rng: np.random.Generator) -> pd.DataFrame:
    """Deciles by area and domain, drawn by lot."""
    domains = ("overall", "income", "employment", "education", "health", "crime", "housing", "environment")
    return pd.DataFrame([(area, domain, int(rng.integers(1, 11))) for area in grid.area_codes for domain in domains], columns=["area_code", "domain", "decile"])


def wide(residents: pd.DataFrame, grid: Grid) -> np.ndarray:
    """Residents as an array, shape (areas, groups)."""
    return residents.pivot(index="area_code", columns="group", values="residents").loc[list(grid.area_codes), list(GROUPS)].to_numpy(dtype=float)


def crimes_of(grid: Grid, monthly: np.ndarray, rng: np.random.Generator, *, months: tuple[str, ...] = MONTHS) -> pd.DataFrame:
    """Burglaries drawn for each area and month from their means, shape (areas,) or (areas, months), at the middles of the area's cells."""
    means = np.broadcast_to(monthly[:, None] if monthly.ndim == 1 else monthly, (len(grid.area_codes), len(months)))
    return crimes_from(grid, rng.poisson(means), rng, months=months)


def crimes_from(grid: Grid, counts: np.ndarray, rng: np.random.Generator, *, months: tuple[str, ...] = MONTHS) -> pd.DataFrame:
    """A row for each area and month with crimes; counts of shape (areas, months)."""
    area, month = np.nonzero(counts)
    inside = [np.flatnonzero(one > 0) for one in grid.covered_m2.T.toarray()]
    cell = np.array([rng.choice(inside[one]) for one in area], dtype=int)
    x_m, y_m = grid.centres_m[cell].T
    return pd.DataFrame({"month": np.array(months)[month], "x_m": x_m, "y_m": y_m, "crime_type": "Burglary", "events": counts[area, month]})
