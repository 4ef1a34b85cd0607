"""A made-up town for systems: a grid with a bite out of it, and recorded crimes at points that repeat."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from evenhand.places.grid import Grid, make_grid
from evenhand.tables import deprivation, police_activity
from evenhand.tables.recorded_crime import CRIME_TYPES

MONTHS = ("2024-01", "2024-02", "2024-03")
AREAS = list("ABCDEFGHI")


@pytest.fixture(scope="session")
def grid() -> Grid:
    outline = shapely.box(10_000, 20_000, 12_400, 22_100) - shapely.box(11_800, 21_500, 12_500, 22_200)
    west, south, east, north = outline.bounds
    x, y = np.linspace(west, east, 4), np.linspace(south, north, 4)
    areas = [shapely.box(x[i], y[j], x[i + 1], y[j + 1]) & outline for j in range(3) for i in range(3)]
    return make_grid(gpd.GeoDataFrame({"area_code": AREAS}, geometry=areas, crs="EPSG:27700"), cell_m=150)


def also_made_up() -> dict[str, pd.DataFrame]:
    """A table of every kind that some system reads beside recorded crime, with all declared columns."""
    rng = np.random.default_rng(11)
    features = pd.DataFrame({"feature_type": np.repeat(["pub", "school", "bus stop"], [20, 10, 40])})
    where = rng.uniform([9_900, 19_900], [12_500, 22_200], (len(features), 2)).round()
    # The pubs stand where most made-up crimes are, so that a system that looks for features near crimes finds some.
    where[:20] = list(made_up_crime(1).groupby(["x_m", "y_m"])["events"].sum().sort_values(ascending=False, kind="stable").index[:20])
    activity = pd.DataFrame({"month": rng.choice(MONTHS, 300), "activity": rng.choice(police_activity.ACTIVITIES, 300), "events": rng.integers(1, 3, 300)})
    noted = rng.uniform([9_900, 19_900], [12_500, 22_200], (300, 2)).round()
    degrees = {"longitude": 0.7, "latitude": 51.5}
    by_area = pd.DataFrame([(a, g) for a in AREAS for g in ("Asian", "Black", "White")], columns=["area_code", "group"])
    ranked = pd.DataFrame([(a, d) for a in AREAS for d in deprivation.DOMAINS], columns=["area_code", "domain"])
    return {
        "features": features.assign(**degrees, x_m=where[:, 0], y_m=where[:, 1]),
        "area_features": pd.DataFrame([(a, f) for a in AREAS for f in ("pub", "shop")], columns=["area_code", "feature_type"]).assign(
            features=rng.integers(0, 9, 2 * len(AREAS))
        ),
        "police_activity": activity.assign(**degrees, x_m=noted[:, 0], y_m=noted[:, 1]),
        "residents": by_area.assign(source_group=by_area["group"], residents=rng.integers(50, 900, len(by_area))),
        "deprivation": ranked.assign(rank=rng.permutation(32_844)[: len(ranked)] + 1, decile=rng.integers(1, 11, len(ranked)), score=rng.random(len(ranked))),
    }


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
