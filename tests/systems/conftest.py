"""A made-up town for systems: a grid with a bite out of it, and recorded crimes at points that repeat."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from evenhand.places.grid import Grid, make_grid
from evenhand.tables.recorded_crime import CRIME_TYPES

MONTHS = ("2024-01", "2024-02", "2024-03")


@pytest.fixture(scope="session")
def grid() -> Grid:
    outline = shapely.box(10_000, 20_000, 12_400, 22_100) - shapely.box(11_800, 21_500, 12_500, 22_200)
    return make_grid(gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[outline], crs="EPSG:27700"), cell_m=150)


def made_up_crime(seed: int, rows: int = 600) -> pd.DataFrame:
    """All declared columns; some rows have no point, some lie outside, points repeat."""
    rng = np.random.default_rng(seed)
    points = rng.uniform([9_900, 19_900], [12_500, 22_200], (80, 2)).round()
    at = points[rng.integers(len(points), size=rows)]
    nowhere = rng.random(rows) < 0.05
    month = rng.choice(MONTHS, rows)
    return pd.DataFrame(
        {
            "crime_id": [f"id {i}" for i in range(rows)],
            "month": month,
            "day": [f"{one}-{number:02d}" for one, number in zip(month, np.random.default_rng(seed).integers(1, 29, rows), strict=True)],
            "longitude": 0.7,
            "latitude": 51.5,
            "x_m": np.where(nowhere, np.nan, at[:, 0]),
            "y_m": np.where(nowhere, np.nan, at[:, 1]),
            "location_name": "On or near High Street",
            "lsoa_code": "A",
            "lsoa_name": "Anywhere 001A",
            "crime_type": rng.choice(CRIME_TYPES, rows),
            "last_outcome": "Under investigation",
            "events": rng.integers(1, 4, rows),
        }
    )


@pytest.fixture
def crime() -> pd.DataFrame:
    return made_up_crime(1)
