"""A made-up town where what goes with crime is known, for simulations of risk terrain modelling."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from scipy.ndimage import gaussian_filter

from evenhand.places.grid import Grid, make_grid
from evenhand.systems.feature_layers import Factor, Layers, Rules, layers_of
from evenhand.systems.rtm_selection import Choosing, Chosen, choose

SIDE, CELL_M, FACTORS, SIGMA = 32, 150.0, 8, 1.0
PLANTED = {"f0, proximity 150 m": 1.2, "f1, proximity 300 m": 0.7, "f2, density 300 m": 1.0, "f3, proximity 300 m": 0.25}
"""Coefficients of the marks that matter; the last is weak. Factors f4 to f7 do not matter."""


def town() -> tuple[Grid, Layers]:
    """A square town and its candidate marks: eight kinds of feature, 25 of each, strewn at random."""
    rng = np.random.default_rng(1)
    area = gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, SIDE * CELL_M, SIDE * CELL_M)], crs="EPSG:27700")
    grid = make_grid(area, cell_m=CELL_M)
    factors = [Factor(f"f{i}", rng.uniform(0, SIDE * CELL_M, (25, 2)), np.ones(25)) for i in range(FACTORS)]
    return grid, layers_of(factors, grid, Rules())


def titles(layers: Layers) -> list[str]:
    """Every column in words."""
    return [layers.title(j) for j in range(layers.columns.shape[1])]


def log_mean(layers: Layers, planted: dict[str, float]) -> np.ndarray:
    """The logarithm of what is expected in each cell."""
    names = titles(layers)
    return np.log(0.3) + sum((effect * layers.columns[:, names.index(name)] for name, effect in planted.items()), np.zeros(len(layers.columns)))


def smooth_field(seed: int) -> np.ndarray:
    """A field that has nothing to do with any feature, alike over some 600 m, of standard deviation 0.8."""
    field = gaussian_filter(np.random.default_rng(seed).normal(size=(SIDE, SIDE)), 3, mode="wrap")
    return (0.8 * field / field.std()).ravel()


def drawn(log_expected: np.ndarray, seed: int) -> np.ndarray:
    """Counts whose variance is (1 + SIGMA) times their mean."""
    return np.random.default_rng(seed).negative_binomial(np.exp(log_expected) / SIGMA, 1 / (1 + SIGMA)).astype(float)


def chosen_from(layers: Layers, events: np.ndarray) -> Chosen:
    """What the method makes of it, by default settings."""
    return choose(layers.columns, events, factor=layers.factor, signs=np.ones(layers.columns.shape[1], dtype=int), rules=Choosing())


def found_in(layers: Layers, chosen: Chosen) -> dict[str, float]:
    """Coefficients of the marks chosen, by their words."""
    return {layers.title(j): float(beta) for j, beta in zip(chosen.columns, chosen.selected.fitted.coefficients[1:], strict=True)}
