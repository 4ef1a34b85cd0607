"""From features on the ground to yes/no columns of cells: is one near, are they dense here?

Every factor gives a column for each distance: "within 300 m of a bar" (proximity), or "the density of bars, smoothed
over 300 m, is among the highest of the place" (density). Distances are worked out once a factor; the nearer bands are
thresholds of the same distances.

A factor is a set of points, with weights where a point stands for several; or counts by area, spread evenly over
each area's ground, for places where no more is published. Such a factor has no distances: it gives density columns only.

Steps, in order:  point_factors, area_factors -> bands_m -> layers_of

Source: Caplan, Kennedy & Piza (2013), RTMDx User Manual (recalled); Clark & Evans (1954), Ecology 35(4), 445-453.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..places.apportion import apportion
from ..places.kernels import kernel_named
from ..tables.errors import BadSetting, BadValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from ..places.grid import Grid
    from ..places.kernels import Kernel

INCREMENTS = {"half": 0.5, "whole": 1.0}
OPERATIONALISATIONS = ("both", "proximity", "density", "by-clustering")
NEAR_RULES = ("centre", "any-part")
THRESHOLD_CELLS = ("all", "non-zero")
CLUSTERED_Z = -1.96
"""Below this a nearest-neighbour test calls points clustered."""


@dataclass(frozen=True)
class Factor:
    """One kind of feature.

    Attributes:
        name: as it stands in tables.
        points_m: eastings and northings, shape (points, 2); None for counts by area.
        weights: what each point stands for, or features in each cell; shape (points,) or (cells,).
    """

    name: str
    points_m: NDArray[np.float64] | None
    weights: NDArray[np.float64]


@dataclass(frozen=True)
class Rules:
    """How features become columns; each is a reading of the card."""

    block_m: float = 300.0
    increment: str = "half"
    max_blocks: int = 2
    operationalisation: str = "both"
    near_rule: str = "centre"
    kernel: str = "quartic"
    threshold_sd: float = 2.0
    threshold_cells: str = "all"

    def __post_init__(self) -> None:
        """Raise BadSetting for a choice nobody knows."""
        for name, value, known in (
            ("increment", self.increment, tuple(INCREMENTS)),
            ("operationalisation", self.operationalisation, OPERATIONALISATIONS),
            ("near_rule", self.near_rule, NEAR_RULES),
            ("threshold_cells", self.threshold_cells, THRESHOLD_CELLS),
        ):
            if value not in known:
                raise BadSetting(f"{name}={value!r} is not known. Known: {', '.join(known)}.")
        kernel_named(self.kernel)


@dataclass(frozen=True)
class Layers:
    """Candidate columns.

    Attributes:
        columns: shape (cells, columns).
        factor: position in `names` of each column's factor; shape (columns,).
        names: of the factors.
        operationalisation, distance_m: of each column.
        left_out: why a factor or a column is not among them, by its name.
    """

    columns: NDArray[np.bool_]
    factor: NDArray[np.int64]
    names: tuple[str, ...]
    operationalisation: tuple[str, ...]
    distance_m: NDArray[np.float64]
    left_out: dict[str, str]

    def title(self, column: int) -> str:
        """A column in words."""
        return title(self.names[self.factor[column]], self.operationalisation[column], float(self.distance_m[column]))


def title(name: str, operationalisation: str, distance_m: float) -> str:
    """A column in words, such as "bar, proximity 300 m"."""
    return f"{name}, {operationalisation} {distance_m:g} m"


def bands_m(*, block_m: float, increment: str = "half", max_blocks: int = 2) -> NDArray[np.float64]:
    """The distances tried.

    Args:
        block_m: average length of a block.
        increment: `half` or `whole` blocks.
        max_blocks: how far influence may reach, 1 to 4 blocks.

    Raises:
        BadSetting: a length that is not positive, or a number of blocks the software does not offer.

    Example:
        >>> bands_m(block_m=300).tolist()
        [150.0, 300.0, 450.0, 600.0]
    """
    if not (np.isfinite(block_m) and block_m > 0):
        raise BadSetting(f"block_m={block_m!r} is no length of a block; give metres above zero, such as 300.")
    if max_blocks not in (1, 2, 3, 4):
        raise BadSetting(f"max_blocks={max_blocks!r}: influence may reach 1, 2, 3 or 4 blocks.")
    step = INCREMENTS[increment]
    return np.arange(1, round(max_blocks / step) + 1, dtype=float) * block_m * step


def variable_count(factors: Iterable[tuple[str, int]]) -> int:
    """How many columns a set of factors makes.

    Args:
        factors: operationalisation and number of distances of each.

    Example:
        >>> variable_count([("both", 3), ("proximity", 3)])  # the Leeds run of RTMDx
        9
    """
    return sum(bands * (2 if operationalisation == "both" else 1) for operationalisation, bands in factors)


def point_factors(kinds: Sequence[str] | NDArray[np.object_], points_m: NDArray[np.float64], weights: NDArray[np.float64] | None = None) -> list[Factor]:
    """A factor for each kind among some points, in alphabetical order; points in the order of their coordinates, so that the order of rows is nothing.

    Args:
        kinds: of each point, shape (points,).
        points_m: shape (points, 2); a point that is not known is left out.
        weights: what each stands for; None for 1.
    """
    each, names = np.ones(len(points_m)) if weights is None else weights, np.asarray(kinds, dtype=str)
    found = []
    for name in np.unique(names):
        here = (names == name) & np.isfinite(points_m).all(axis=1)
        points, which = np.unique(points_m[here], axis=0, return_inverse=True)
        found.append(Factor(str(name), points, np.asarray(np.bincount(which.ravel(), each[here], len(points)), dtype=float)))
    return found


def area_factors(area_features: pd.DataFrame, grid: Grid) -> list[Factor]:
    """A factor for each kind counted by area, spread evenly over each area's ground; areas that are not of the place are left aside.

    Raises:
        BadValue: an area of the place has no count of a kind: missing is not zero.
    """
    within = area_features[area_features["area_code"].isin(grid.area_codes)]
    counts = within.groupby(["area_code", "feature_type"])["features"].sum().unstack().reindex(list(grid.area_codes))
    lacking = counts.columns[counts.isna().any()]
    if len(lacking) or not len(counts.columns):
        code = counts.index[counts[lacking[0]].isna()][0] if len(lacking) else grid.area_codes[0]
        raise BadValue(
            f"Table 'area_features' has no count of {lacking[0] if len(lacking) else 'anything'} for {code}, an area of the place. "
            "Missing is not zero: give 0 where there are none."
        )
    spread = apportion(counts.astype(float), grid)
    return [Factor(f"{name} (counts by area)", None, spread[:, at]) for at, name in enumerate(counts.columns)]


def layers_of(factors: Sequence[Factor], grid: Grid, rules: Rules) -> Layers:
    """Candidate columns of all factors; those that say the same of every cell, or just what one before them says, are left out.

    Example:
        >>> import geopandas as gpd, shapely
        >>> from evenhand.places.grid import make_grid
        >>> town = gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 700, 100)], crs="EPSG:27700")
        >>> bar = Factor("bar", np.array([[50.0, 50.0]]), np.ones(1))
        >>> found = layers_of([bar], make_grid(town, cell_m=100), Rules(block_m=200, max_blocks=1, operationalisation="proximity"))
        >>> [found.title(0), found.title(1)], found.columns.sum(axis=0).tolist()
        (['bar, proximity 100 m', 'bar, proximity 200 m'], [2, 3])
    """
    bands = bands_m(block_m=rules.block_m, increment=rules.increment, max_blocks=rules.max_blocks)
    kept: list[NDArray[np.bool_]] = []
    said: list[tuple[int, str, float]] = []
    left_out: dict[str, str] = {}
    seen: dict[bytes, str] = {}
    for at, factor in enumerate(factors):
        offered = list(_columns_of(factor, grid, bands, rules))
        usable = [(how, band, column) for how, band, column in offered if 0 < column.sum() < len(column)]
        if not usable:
            left_out[factor.name] = _why_not(factor, offered)
        for how, band, column in usable:
            words, packed = title(factor.name, how, band), np.packbits(column).tobytes()
            if packed in seen:
                left_out[words] = f"marks the same cells as '{seen[packed]}'"
                continue
            seen[packed] = words
            kept.append(column)
            said.append((at, how, band))
    return Layers(
        np.array(kept, dtype=bool).reshape(len(kept), len(grid)).T,
        np.array([one[0] for one in said], dtype=np.int64),
        tuple(factor.name for factor in factors),
        tuple(one[1] for one in said),
        np.array([one[2] for one in said], dtype=float),
        left_out,
    )


def _why_not(factor: Factor, offered: list[tuple[str, float, NDArray[np.bool_]]]) -> str:
    if not offered:
        return "counts by area have no distances, so there is no proximity" if factor.points_m is None else "no point of it is known"
    if not any(column.any() for _, _, column in offered):
        return "no cell is within reach of it" if factor.points_m is not None else "no cell stands out"
    return "every cell is within reach of it"


def _columns_of(factor: Factor, grid: Grid, bands: NDArray[np.float64], rules: Rules) -> Iterator[tuple[str, float, NDArray[np.bool_]]]:
    how = rules.operationalisation
    if factor.points_m is not None and len(factor.points_m) == 0:
        return
    if how == "by-clustering":
        how = "density" if factor.points_m is None or is_clustered(factor.points_m, area_km2=float(grid.area_km2.sum()), reach_m=bands[-1]) else "proximity"
    if how in ("both", "proximity") and factor.points_m is not None:
        distance = nearest_m(factor.points_m, grid, reach_m=bands[-1], rule=rules.near_rule)
        for band in bands.tolist():
            yield "proximity", band, distance <= band
    if how in ("both", "density"):
        for band, density in zip(bands.tolist(), densities(factor, grid, bands, rules.kernel), strict=True):
            yield "density", band, is_dense(density, sd=rules.threshold_sd, over=rules.threshold_cells)


def nearest_m(points_m: NDArray[np.float64], grid: Grid, *, reach_m: float, rule: str = "centre") -> NDArray[np.float64]:
    """Metres from each cell to the nearest point; infinite beyond the reach; shape (cells,).

    Args:
        points_m: shape (points, 2), at least one.
        grid: the cells.
        reach_m: how far to look.
        rule: from the cell's `centre`, or from the nearest ground of `any-part` of its square (0 for a point within).
    """
    from scipy.spatial import cKDTree

    tree, centres = cKDTree(points_m), grid.centres_m
    if rule == "centre":
        # The bound itself is excluded by the search, and included here.
        return np.asarray(tree.query(centres, distance_upper_bound=reach_m * (1 + 1e-9))[0])
    half = grid.cell_m / 2
    pairs = cKDTree(centres).sparse_distance_matrix(tree, (reach_m + half * np.sqrt(2)) * (1 + 1e-9), output_type="coo_matrix")
    apart = np.maximum(np.abs(centres[pairs.row] - points_m[pairs.col]) - half, 0)
    found = np.full(len(grid), np.inf)
    np.minimum.at(found, pairs.row, np.hypot(apart[:, 0], apart[:, 1]))
    return np.where(found <= reach_m, found, np.inf)


def densities(factor: Factor, grid: Grid, bands: NDArray[np.float64], kernel: str) -> list[NDArray[np.float64]]:
    """Density at each cell's centre for each bandwidth, per square metre; shape (cells,) each."""
    from scipy.spatial import cKDTree

    shape = kernel_named(kernel)
    if factor.points_m is None:
        return [_smoothed(factor.weights, grid, band, shape) for band in bands.tolist()]
    pairs = cKDTree(grid.centres_m).sparse_distance_matrix(cKDTree(factor.points_m), shape.reach * bands[-1], output_type="coo_matrix")
    order = np.lexsort((pairs.col, pairs.row))
    row, weight, apart = pairs.row[order], factor.weights[pairs.col[order]], pairs.data[order]
    return [np.bincount(row, weight * shape.height(apart / band), len(grid)) / band**2 for band in bands.tolist()]


def _smoothed(features: NDArray[np.float64], grid: Grid, band: float, shape: Kernel) -> NDArray[np.float64]:
    """Counts in cells, taken to stand at the cells' centres, spread by a kernel."""
    from scipy.signal import fftconvolve

    reach = int(shape.reach * band / grid.cell_m)
    away = np.arange(-reach, reach + 1) * grid.cell_m
    window = shape.height(np.hypot(*np.meshgrid(away, away)) / band) / band**2
    spread = fftconvolve(grid.raster(features, outside=0.0), window, mode="same")
    # What the transform leaves of nothing is rounding, and is put back to nothing.
    found = spread.ravel()[grid.slots]
    return np.asarray(np.where(found > 1e-12 * max(float(found.max()), 1e-300), found, 0.0))


def is_dense(density: NDArray[np.float64], *, sd: float, over: str = "all") -> NDArray[np.bool_]:
    """Where a density is at least its mean plus some standard deviations; shape (cells,). Where it is zero it never is.

    Args:
        density: shape (cells,).
        sd: how many standard deviations.
        over: mean and standard deviation of `all` cells of the place, or of those that are `non-zero`.
    """
    counted = density if over == "all" else density[density > 0]
    if len(counted) == 0:
        return np.zeros(len(density), dtype=bool)
    # Not to let rounding decide where all counted cells are alike.
    return np.asarray((density > 0) & (density >= (counted.mean() + sd * counted.std()) * (1 - 1e-12)))


def is_clustered(points_m: NDArray[np.float64], *, area_km2: float, reach_m: float) -> bool:
    """The manual's guidance: density for points that are clustered with neighbours no further apart than influence may reach; else proximity.

    Args:
        points_m: distinct points, shape (points, 2).
        area_km2: ground of the place.
        reach_m: largest distance tried.

    Example:
        >>> row = np.column_stack([np.arange(10) * 10.0, np.zeros(10)])
        >>> is_clustered(row, area_km2=4.0, reach_m=600), is_clustered(row * 50, area_km2=4.0, reach_m=600)
        (True, False)
    """
    from scipy.spatial import cKDTree

    many = len(points_m)
    if many < 2:
        return False
    seen = float(np.asarray(cKDTree(points_m).query(points_m, k=2)[0])[:, 1].mean())
    per_m2 = many / (area_km2 * 1e6)
    z = (seen - 0.5 / np.sqrt(per_m2)) / (0.26136 / np.sqrt(many * per_m2))
    return bool(z < CLUSTERED_Z and seen <= reach_m)
