"""At what distance are values most alike among neighbours? The first peak of Moran's I over growing distances.

Mapping software proposes a neighbourhood for Gi* in this way: it takes Moran's I at a row of distances, each as a
standard score, and goes by the first distance at which the score is higher than at those on either side.

Source: Cliff & Ord (1981), Spatial Processes, ch. 2 (Moran's I under randomisation).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from .raster_windows import Window, disc, window_sums

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from .grid import Grid


def moran_z(values: ArrayLike, grid: Grid, *, window: Window) -> float:
    """Moran's I as a standard score, over all orders in which the values could have been dealt to the cells.

    I = n / S0 * sum_ij w_ij d_i d_j / sum_i d_i^2, weights 1 between cells of one window and 0 else, d from the mean

    Args:
        values: shape (cells,).
        grid: the cells.
        window: which cells are neighbours; the cell itself is not its own.

    Raises:
        CannotAnswer: fewer than four cells, none with a neighbour, or all alike.

    Example:
        >>> import geopandas as gpd, shapely
        >>> from evenhand.places.grid import make_grid
        >>> town = gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 400, 200)], crs="EPSG:27700")
        >>> round(moran_z([9, 8, 1, 0, 8, 9, 0, 1], make_grid(town, cell_m=100), window=disc(100, cell_m=100)), 2)
        2.5

    Source: Cliff & Ord (1981), Spatial Processes, ch. 2.
    """
    away = np.asarray(values, dtype=float)
    away = away - away.mean()
    n, squares = len(away), float((away**2).sum())
    here = window_sums(grid.raster(away, outside=0.0), window).ravel()[grid.slots] - away
    others = np.round(window_sums(grid.raster(np.ones(n), outside=0.0), window).ravel()[grid.slots]) - 1
    s0 = float(others.sum())
    if n < 4 or s0 == 0 or squares == 0:
        raise CannotAnswer("Moran's I needs four cells or more, with neighbours, and values that differ. Choose another reading of the neighbourhood.")
    found = n / s0 * float(away @ here) / squares
    expected, variance = _under_randomisation(away, s0, 2 * s0, 4 * float((others**2).sum()))
    if variance <= 1e-15:
        raise CannotAnswer("All cells are each other's neighbours, so Moran's I is the same for any map. Choose another reading of the neighbourhood.")
    return float((found - expected) / np.sqrt(variance))


def _under_randomisation(away: NDArray[np.float64], s0: float, s1: float, s2: float) -> tuple[float, float]:
    """Mean and variance of I over all orders of the values; s0, s1, s2 are the usual sums of the weights."""
    n = len(away)
    peaked = float((away**4).mean() / (away**2).mean() ** 2)
    expected = -1 / (n - 1)
    first = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    second = peaked * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    return expected, (first - second) / ((n - 1) * (n - 2) * (n - 3) * s0**2) - expected**2


def first_peak_m(values: ArrayLike, grid: Grid, *, distances_m: Sequence[float]) -> float:
    """The first distance at which Moran's I, as a standard score, is higher than just before and just after.

    Args:
        values: shape (cells,).
        grid: the cells.
        distances_m: at least three, ascending.

    Raises:
        BadSetting: fewer than three distances, or not ascending.
        CannotAnswer: the score has no peak among them.
    """
    if len(distances_m) < 3 or any(near >= far for near, far in pairwise(distances_m)):
        raise BadSetting("A peak needs three distances or more, each larger than the one before.")
    scores: list[float] = []
    for distance in distances_m:
        scores.append(moran_z(values, grid, window=disc(distance, cell_m=grid.cell_m)))
        if len(scores) > 2 and scores[-3] < scores[-2] > scores[-1]:
            return float(distances_m[len(scores) - 2])
    raise CannotAnswer(
        f"Moran's I has no peak between {distances_m[0]:g} and {distances_m[-1]:g} m, so it proposes no neighbourhood. "
        "Choose another reading of the neighbourhood, such as the cells that touch."
    )
