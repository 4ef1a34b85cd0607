"""Unrelated smooth maps on Southend's real outline, with its real residents: the worst case of a spatial test."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.ndimage import gaussian_filter

from evenhand.places.apportion import apportion
from evenhand.places.grid import Grid, make_grid

DATA = Path(__file__).resolve().parents[2] / "studies" / "southend-harm-spots" / "data"
SMOOTHNESS_M = (300, 450, 600, 750, 900)
SPOTS = 20
PAD = 40
"""Cells of canvas beyond the place on every side, so that its edge is no edge of the field."""


@cache
def southend() -> tuple[Grid, np.ndarray]:
    """The grid of Southend-on-Sea, cells of 150 m, and its residents by cell."""
    areas = gpd.read_parquet(DATA / "lsoa21_southend_castle-point_rochford.geoparquet").to_crs(27700)
    areas = areas[areas["LADCD_ACTIVE"] == "E06000033"].rename(columns={"LSOA21CD": "area_code"}).reset_index(drop=True)
    grid = make_grid(areas, cell_m=150)
    census = pd.read_parquet(DATA / "census2021-ethnicity-lsoa21.parquet").groupby("lsoa21_code")["n"].sum().astype(float)
    return grid, apportion(census.loc[list(grid.area_codes)].to_frame("everyone"), grid)[:, 0]


def smooth_field(grid: Grid, smoothness_m: float, rng: np.random.Generator) -> np.ndarray:
    """White noise smoothed over a padded canvas, cut to the place; mean 0 and standard deviation 1 over its cells."""
    noise = rng.normal(size=(grid.rows + 2 * PAD, grid.columns + 2 * PAD))
    smoothed = gaussian_filter(noise, smoothness_m / grid.cell_m, mode="wrap")[PAD:-PAD, PAD:-PAD].ravel()[grid.slots]
    return (smoothed - smoothed.mean()) / smoothed.std()


def top(field: np.ndarray, k: int = SPOTS) -> np.ndarray:
    """The k highest cells."""
    flagged = np.zeros(len(field), dtype=bool)
    flagged[np.argsort(-field, kind="stable")[:k]] = True
    return flagged


def town(field: np.ndarray, residents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Residents of a group whose share follows a field, and all the others."""
    share = 1 / (1 + np.exp(2.0 - field))
    return residents * share, residents * (1 - share)


def unrelated(seed: int, flags_m: float, residents_m: float | None = None) -> tuple[Grid, np.ndarray, np.ndarray, np.ndarray]:
    """A grid, flagged cells, and two groups, with nothing between flags and groups but chance; how smooth each is."""
    grid, residents = southend()
    rng = np.random.default_rng([seed, int(flags_m), *([] if residents_m is None else [int(residents_m)])])
    flagged = top(smooth_field(grid, flags_m, rng))
    return grid, flagged, *town(smooth_field(grid, flags_m if residents_m is None else residents_m, rng), residents)


def planted(seed: int, smoothness_m: float) -> tuple[Grid, np.ndarray, np.ndarray, np.ndarray]:
    """The same, but with flags and groups following one field, plus a little of their own."""
    grid, residents = southend()
    rng = np.random.default_rng([seed, int(smoothness_m), 7])
    both, own, other = (smooth_field(grid, smoothness_m, rng) for _ in range(3))
    return grid, top(both + 0.3 * own), *town(both + 0.3 * other, residents)


def permutation_p_value(flagged: np.ndarray, people: np.ndarray, others: np.ndarray, rng: np.random.Generator, shuffles: int = 199) -> float:
    """The test that is not to be used: flags dealt out to cells at random, as if neighbours were strangers."""
    dealt = np.argpartition(rng.random((shuffles, len(flagged))), int(flagged.sum()), axis=1)[:, : int(flagged.sum())]
    with np.errstate(divide="ignore"):
        made = np.log(people[dealt].sum(axis=1) / others[dealt].sum(axis=1))
        real = np.log(people[flagged].sum() / others[flagged].sum())
    middle = np.log(people.sum() / others.sum())
    return float((1 + np.sum(np.abs(made - middle) >= abs(real - middle))) / (shuffles + 1))
