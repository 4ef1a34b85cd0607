"""Made-up polygons and places that the tests of this room share."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

STUDIES = Path(__file__).resolve().parents[2] / "studies"


def areas_of(*polygons, codes: list[str] | None = None) -> gpd.GeoDataFrame:
    """A table of areas, named A, B, C … unless told otherwise."""
    return gpd.GeoDataFrame({"area_code": codes or [chr(65 + i) for i in range(len(polygons))]}, geometry=list(polygons), crs="EPSG:27700")


def shipped(study: str) -> gpd.GeoDataFrame:
    """The areas a shipped study brings, in metres."""
    file, code = {
        "southend": ("southend-harm-spots/data/lsoa21_southend_castle-point_rochford.geoparquet", "LSOA21CD"),
        "bristol": ("bristol-harm-spots/data/lsoa11_bristol.geoparquet", "LSOA11CD"),
    }[study]
    return gpd.read_parquet(STUDIES / file).to_crs(27700).rename(columns={code: "area_code"})


def star(rng: np.random.Generator, *, centre: tuple[float, float], size: float, corners: int) -> shapely.Polygon:
    """A polygon that winds once round its centre, often far from convex."""
    angle = np.sort(rng.uniform(0, 2 * np.pi, corners))
    radius = rng.uniform(0.15, 1, corners) * size
    return shapely.Polygon(np.column_stack([centre[0] + radius * np.cos(angle), centre[1] + radius * np.sin(angle)])).buffer(0)


def clipped(polygons, *, west_m: float, south_m: float, cell_m: float, rows: int, columns: int) -> np.ndarray:
    """The slow twin of coverage: every polygon clipped by every square, one at a time; shape (rows * columns, polygons)."""
    ground = np.zeros((rows * columns, len(polygons)))
    for row in range(rows):
        for column in range(columns):
            x, y = west_m + column * cell_m, south_m + row * cell_m
            square = shapely.box(x, y, x + cell_m, y + cell_m)
            for i, polygon in enumerate(polygons):
                ground[row * columns + column, i] = polygon.intersection(square).area
    return ground
