"""Made-up census areas: Voronoi cells with winding borders, small where points crowd, and counts for each.

About 105 corners an area, as the published boundaries have; neighbours share their borders
exactly, so that the areas fill their square without gap or overlap.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

PIECES = 18
"""Pieces of each winding border: six borders an area, so about 105 corners."""
GROUPS = 19
LARGEST_SWING = 0.3
"""How far a border may swing, as a share of the way to the point it encloses: too little to meet another."""


def made_up_areas(number: int, *, side_m: float, seed: int = 35) -> gpd.GeoDataFrame:
    """Areas that fill a square, with `area_code`; about three in five crowd into towns."""
    rng = np.random.default_rng(seed)
    points = _clustered(rng, number, side_m)
    polygons = shapely.get_parts(shapely.polygonize(_borders(rng, points, side_m)))
    return gpd.GeoDataFrame({"area_code": [f"A{i:05d}" for i in range(len(polygons))]}, geometry=polygons, crs="EPSG:27700")


def made_up_counts(areas: gpd.GeoDataFrame, *, seed: int = 36) -> pd.DataFrame:
    """People by area and group: about 1,600 an area, some groups large and some small."""
    rng = np.random.default_rng(seed)
    means = rng.dirichlet(np.full(GROUPS, 0.5)) * 1600 + 1
    return pd.DataFrame(rng.poisson(means, (len(areas), GROUPS)), index=areas["area_code"].to_numpy(), columns=[f"group_{i}" for i in range(GROUPS)])


def _clustered(rng: np.random.Generator, number: int, side_m: float) -> np.ndarray:
    """Points, three in five near the middle of some town."""
    towns = rng.uniform(0, side_m, (max(3, number // 150), 2))
    spread = rng.lognormal(np.log(0.015 * side_m), 0.5, len(towns))
    town = rng.integers(0, len(towns), number * 3 // 5)
    near = towns[town] + rng.normal(0, 1, (len(town), 2)) * spread[town, None]
    near = near[((near > 0) & (near < side_m)).all(axis=1)]
    return np.concatenate([near, rng.uniform(0, side_m, (number - len(near), 2))])


def _borders(rng: np.random.Generator, points: np.ndarray, side_m: float) -> np.ndarray:
    """Borders between the points' cells, winding inside, straight along the square's sides."""
    from scipy.spatial import Voronoi

    # Mirrored across each side, so that the cells end at the square.
    mirrors = [np.column_stack([2 * at - points[:, 0], points[:, 1]]) for at in (0, side_m)]
    mirrors += [np.column_stack([points[:, 0], 2 * at - points[:, 1]]) for at in (0, side_m)]
    diagram = Voronoi(np.concatenate([points, *mirrors]))
    between, ends = diagram.ridge_points, np.array(diagram.ridge_vertices)
    inner = (between < len(points)).sum(axis=1)
    between, ends, inner = between[inner > 0], ends[inner > 0], inner[inner > 0]
    along = np.linspace(0, 1, PIECES + 1)[None, :, None]
    corners = diagram.vertices
    corners = np.where(np.abs(corners) < 1e-6 * side_m, 0.0, np.where(np.abs(corners - side_m) < 1e-6 * side_m, side_m, corners))
    straight = corners[ends[:, [0]]] * (1 - along) + corners[ends[:, [1]]] * along
    swing = _swings(rng, len(ends))[:, :, None] * (inner == 2)[:, None, None]
    one, other = diagram.points[between[:, 0]][:, None, :], diagram.points[between[:, 1]][:, None, :]
    # Towards one of the two points, within the triangle it makes with the border: no border can reach another.
    winding = straight + np.where(swing > 0, swing * (one - straight), -swing * (other - straight))
    return shapely.linestrings(winding)


def _swings(rng: np.random.Generator, borders: int) -> np.ndarray:
    """How far each corner of each border swings, all to one side: a random walk tied down at both ends."""
    walk = np.cumsum(rng.normal(0, 1, (borders, PIECES + 1)), axis=1)
    walk -= walk[:, [0]]
    walk -= walk[:, [-1]] * np.linspace(0, 1, PIECES + 1)
    side = rng.choice([-1.0, 1.0], (borders, 1))
    return LARGEST_SWING * side * np.abs(np.tanh(walk / np.sqrt(PIECES)))
