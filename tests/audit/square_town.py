"""A town of square areas whose western half is home to most of a group, and some flagged ground in it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

GROUPS = ["Black", "White"]


def town(columns=8, rows=6, side=400.0) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Square areas; the western half is home to most of the group."""
    at = [(column, row) for row in range(rows) for column in range(columns)]
    squares = [shapely.box(x * side, y * side, (x + 1) * side, (y + 1) * side) for x, y in at]
    codes = [f"A{number:02d}" for number in range(len(at))]
    black = [60 if x < columns / 2 else 10 for x, _ in at]
    residents = pd.DataFrame({"Black": black, "White": [200] * len(at)}, index=codes, dtype=float)
    return gpd.GeoDataFrame({"area_code": codes}, geometry=squares, crs="EPSG:27700"), residents


AREAS, RESIDENTS = town()
WEST = shapely.union_all([shapely.box(130, 470, 430, 900), shapely.box(900, 1700, 1080, 1990)])


def flagged_share(ground) -> np.ndarray:
    return np.array([square.intersection(ground).area / square.area for square in AREAS.geometry])
