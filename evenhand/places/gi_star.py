"""Gi*: does a cell with those round it hold more than its share? The statistic behind "hot spot analysis" in mapping software.

For cell i, over its neighbourhood (itself included), with n cells in the study area:

    z = (sum_j w_ij x_j - mean W_i) / (S sqrt((n S1_i - W_i^2) / (n - 1)))
    W_i = sum_j w_ij,  S1_i = sum_j w_ij^2,  S^2 = mean(x^2) - mean(x)^2

With weights of 0 and 1, W_i = S1_i is the number of cells in the neighbourhood that belong to the study area: fewer
at its edge and round its holes. So z needs no matrix of weights, only sums over windows of the raster.

The slow twin, with its matrix written out, and the peer's figures are in tests/places/test_gi_star.py.

Source: Ord & Getis (1995), Geographical Analysis 27(4), 286-306; Getis & Ord (1992), Geographical Analysis 24(3), 189-206.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from .raster_windows import QUEEN, Window, window_sums

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from .grid import Grid

Correction = Literal["p05", "fdr"]


class GiStar(NamedTuple):
    """What Gi* gives for each cell.

    Attributes:
        z: standard scores, shape (cells,); 0 where the neighbourhood is the whole study area and so cannot stand out in it.
        neighbours: cells in the neighbourhood, itself included; shape (cells,).
    """

    z: NDArray[np.float64]
    neighbours: NDArray[np.int64]


def gi_star(values: ArrayLike, grid: Grid, *, window: Window = QUEEN) -> GiStar:
    """Gi* of every cell, weights 0 or 1.

    Args:
        values: counts, or sums of weights where records are weighted; shape (cells,), finite.
        grid: the cells; those beyond the study area and in its holes are not there, rather than empty.
        window: the neighbourhood; default the cells that touch.

    Returns:
        GiStar.

    Raises:
        BadSetting: a value that is missing, or not one a cell.
        CannotAnswer: all cells have the same value, so that none stands out.

    Example:
        >>> import geopandas as gpd, shapely
        >>> from evenhand.places.grid import make_grid
        >>> town = gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 500, 300)], crs="EPSG:27700")
        >>> found = gi_star([0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0], make_grid(town, cell_m=100))
        >>> found.z.round(2)[:5].tolist(), found.neighbours[:5].tolist()
        ([1.66, 1.22, 1.22, -0.82, -0.6], [4, 6, 6, 6, 4])

    Read with care:
        The reference is complete randomness over the study area. Recorded crime is never that: z is large in every town
        centre, and its p-values answer a question nobody asked. It ranks places; it says nothing of why.

    Source: Ord & Getis (1995), Geographical Analysis 27(4), 286-306.
    """
    each = np.asarray(values, dtype=float)
    if each.shape != (len(grid),) or not np.isfinite(each).all():
        raise BadSetting(f"Gi* takes one known value for each of the {len(grid):,} cells; missing is never zero.")
    n, spread = len(each), float(each.std())
    if n < 2 or spread <= 1e-12 * float(np.abs(each).max()):
        raise CannotAnswer("All cells hold the same, so none can stand out by Gi*. Choose another reading of the method, or other cells.")
    sums = window_sums(grid.raster(each, outside=0.0), window).ravel()[grid.slots]
    held = window_sums(grid.raster(np.ones(n), outside=0.0), window).ravel()[grid.slots]
    varies = held < n
    below = spread * np.sqrt(np.where(varies, held * (n - held), 1.0) / (n - 1))
    return GiStar(np.where(varies, (sums - each.mean() * held) / below, 0.0), np.round(held).astype(np.int64))


def stands_out(z: ArrayLike, *, correction: Correction, level: float = 0.05) -> NDArray[np.bool_]:
    """Which cells' scores are significant, high or low, two-sided; shape (cells,).

    Args:
        z: standard scores.
        correction: "p05" takes each cell by itself; "fdr" keeps the share of false discoveries among them (Benjamini-Hochberg).
        level: of significance, or of false discoveries.

    Raises:
        BadSetting: an unknown correction.

    Example:
        >>> z = [3.5, 2.3, -2.1, 1.0, 0.0]
        >>> stands_out(z, correction="p05").tolist(), stands_out(z, correction="fdr").tolist()
        ([True, True, True, False, False], [True, False, False, False, False])

    Source: Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57(1), 289-300.
    """
    from scipy.special import ndtr
    from scipy.stats import false_discovery_control

    if correction not in ("p05", "fdr"):
        raise BadSetting(f"There is no correction '{correction}'. Known: p05, fdr.")
    p = 2 * ndtr(-np.abs(np.asarray(z, dtype=float)))
    return np.asarray((false_discovery_control(p, method="bh") if correction == "fdr" else p) <= level)
