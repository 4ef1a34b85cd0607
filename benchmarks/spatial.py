"""Are two maps of 35,672 made-up areas alike beyond chance? Valid nulls beside those of esda.

    python -m benchmarks.spatial [--quick | --full]

Two unrelated smooth maps over areas that fill a square of 362 km, and over a raster of 512 by 512
cells. Each case gives a p-value. They are not the same p-value: esda's shuffle areas as if neighbours
were strangers, and how often each is wrong stands in tests/audit/test_size_and_power.py.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from scipy.ndimage import gaussian_filter

from evenhand.audit.distance_classes import distance_classes
from evenhand.audit.effective_sample_size import correlation
from evenhand.audit.map_shift import Shifting
from evenhand.audit.torus_shift import torus_correlation
from evenhand.places.grid import make_grid

from . import harness, tables
from .cases import Answer, Benchmark, Case
from .made_up_areas import made_up_areas

SIDES_M = {300: 30_000.0, 2_000: 90_000.0, 35_672: 362_000.0}
RASTER = 512
SMOOTH_CELLS = 8
"""Standard deviation of the smoothing, in cells of the raster: 5.7 km on the largest map."""
SHUFFLES = 999
NEIGHBOURS = 8
ROLLED = 500
"""Shifts that the loop over np.roll does of all 262,144; its time is multiplied up."""


@dataclass(frozen=True)
class Work:
    """What a case starts from; each reads only what it needs, so that memory is its own."""

    areas: Path
    maps: Path
    side_m: float

    def read(self) -> dict[str, np.ndarray]:
        """Middles of the areas, their two maps, and two rasters."""
        return dict(np.load(self.maps))


def make(size: int, folder: Path) -> None:
    """Write areas, their middles, and unrelated smooth maps."""
    side_m = SIDES_M[size]
    areas = made_up_areas(size, side_m=side_m)
    points = shapely.point_on_surface(areas.geometry.to_numpy())
    xy = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
    rng = np.random.default_rng(size)
    first_raster, second_raster = (gaussian_filter(rng.normal(size=(RASTER, RASTER)), SMOOTH_CELLS, mode="wrap") for _ in range(2))
    at = tuple(np.minimum(xy / side_m * RASTER, RASTER - 1).astype(int).T)
    areas.to_parquet(folder / f"spatial-{size}.parquet")
    np.savez(folder / f"spatial-{size}.npz", xy=xy, first=first_raster[at], second=second_raster[at], first_raster=first_raster, second_raster=second_raster)


def load(size: int, folder: Path) -> Work:
    """Where they are."""
    return Work(folder / f"spatial-{size}.parquet", folder / f"spatial-{size}.npz", SIDES_M[size])


def told(p_value: float | None, nulls: int) -> Answer:
    """A p-value and what it rests on."""
    return Answer({"p": np.array([np.nan if p_value is None else p_value]), "nulls": np.array([nulls])})


def gridded(work: Work) -> dict[str, Any]:
    """The maps, and the grid over the areas, made before the clock starts."""
    cell_m = work.side_m / RASTER
    return {**work.read(), "grid": make_grid(gpd.read_parquet(work.areas), cell_m=cell_m)}


def placed(work: Work) -> dict[str, Any]:
    """The same, and the place made ready to move maps about in."""
    data = gridded(work)
    return {**data, "shifting": Shifting(data["grid"], data["xy"])}


def every_shift(data: dict[str, Any]) -> Answer:
    """Evenhand: every admissible shift, with the variance correction; the place at hand."""
    shifts = data["shifting"].test(data["first"], data["second"])
    return told(shifts.p_value, len(shifts.moved))


def every_shift_from_the_grid(data: dict[str, Any]) -> Answer:
    """The same, the place made ready within the clock."""
    shifts = Shifting(data["grid"], data["xy"]).test(data["first"], data["second"])
    return told(shifts.p_value, len(shifts.moved))


def every_shift_from_the_polygons(data: dict[str, Any]) -> Answer:
    """The same from the polygons, as read from their file."""
    return every_shift_from_the_grid({**data, "grid": make_grid(data["areas"], cell_m=data["side_m"] / RASTER)})


def with_polygons(work: Work) -> dict[str, Any]:
    """The maps and the polygons, read."""
    return {**work.read(), "areas": gpd.read_parquet(work.areas), "side_m": work.side_m}


def effective(data: dict[str, np.ndarray]) -> Answer:
    """Evenhand: the modified t test; no nulls are drawn."""
    return told(correlation(data["first"], data["second"], distance_classes(data["xy"]), kind="pearson").p_value, 0)


def torus(data: dict[str, np.ndarray]) -> Answer:
    """Evenhand: all shifts of the raster."""
    shifts = torus_correlation(data["first_raster"], data["second_raster"])
    return told(shifts.p_value, shifts.moved.size)


def rolled(data: dict[str, np.ndarray]) -> Answer:
    """A loop over np.roll, of which a part is done."""
    first, second = data["first_raster"], data["second_raster"]
    first, second = first - first.mean(), second - second.mean()
    real, started = abs(np.vdot(first, second)), time.perf_counter()
    which = np.linspace(0, RASTER**2 - 1, ROLLED).astype(int)
    as_far = [abs(np.vdot(np.roll(first, divmod(int(shift), RASTER), (0, 1)), second)) >= real * (1 - 1e-9) for shift in which]
    took = (time.perf_counter() - started) * RASTER**2 / ROLLED
    answer = told(float(np.mean(as_far)), RASTER**2)
    return Answer(answer.values, seconds=took, said=f"{ROLLED} of {RASTER**2:,} shifts, time multiplied up; its p-value is of those")


def weighted(work: Work) -> dict[str, Any]:
    """The maps and the weights of the eight nearest, made before the clock starts."""
    from libpysal.weights import KNN

    data = work.read()
    weights = KNN.from_array(data["xy"], k=NEIGHBOURS)
    weights.transform = "r"
    return {**data, "weights": weights}


def moran(data: dict[str, Any]) -> Answer:
    """esda: Moran's I of one map."""
    from esda.moran import Moran

    return told(float(Moran(data["first"], data["weights"], permutations=SHUFFLES).p_sim), SHUFFLES)


def moran_bv(data: dict[str, Any]) -> Answer:
    """esda: bivariate Moran."""
    from esda.moran import Moran_BV

    return told(float(Moran_BV(data["first"], data["second"], data["weights"], permutations=SHUFFLES).p_sim), SHUFFLES)


def spatial_pearson(data: dict[str, Any]) -> Answer:
    """esda: Lee's L."""
    from esda.lee import Spatial_Pearson

    fitted = Spatial_Pearson(connectivity=data["weights"].sparse, permutations=SHUFFLES).fit(data["first"][:, None], data["second"][:, None])
    return told(float(fitted.significance_[0, 1]), SHUFFLES)


def agreement(size: int, folder: Path, found: dict[str, dict[str, np.ndarray]]) -> dict[str, dict[str, str]]:
    """What each p-value rests on, and what it is: unrelated maps should give one that is not small."""
    return {
        name: {"null maps": f"{int(values['nulls'][0]):,}" if values["nulls"][0] else "none drawn", "p-value of two unrelated maps": f"{values['p'][0]:.3f}"}
        for name, values in found.items()
    }


OURS, TORUS = "Evenhand `Shifting.test`, every shift", "Evenhand `torus_correlation`, 512 × 512"
ESDA = ("esda", "libpysal")
SHUFFLED = "areas shuffled as if neighbours were strangers; weights made before the clock"

BENCHMARK = Benchmark(
    slug="spatial",
    title="Nulls for two maps",
    sizes={"quick": (2_000,), "plain": (2_000, 35_672), "full": (2_000, 35_672)},
    warm_up=300,
    make=make,
    load=load,
    agreement=agreement,
    size_named=lambda size: f"{size:,} areas",
    cases=(
        Case(OURS, every_shift, prepare=placed, said="grid and place at hand, made before the clock"),
        Case("Evenhand, place made within the clock", every_shift_from_the_grid, prepare=gridded, said="the grid is made before the clock"),
        Case("Evenhand, grid and place made within the clock", every_shift_from_the_polygons, prepare=with_polygons),
        Case("Evenhand `correlation`, effective places", effective, prepare=Work.read, said="distance classes made within the clock; no null is drawn"),
        Case("esda `Moran`", moran, needs=ESDA, prepare=weighted, said=f"one map alone: is it smooth? {SHUFFLED}"),
        Case("esda `Moran_BV`", moran_bv, needs=ESDA, prepare=weighted, said=SHUFFLED),
        Case("esda `Spatial_Pearson` (Lee's L)", spatial_pearson, needs=ESDA, prepare=weighted, said=SHUFFLED),
        Case(TORUS, torus, prepare=Work.read, beside=TORUS, said="the edges joined: valid for maps that repeat, as these do"),
        Case("a loop over `np.roll`", rolled, prepare=Work.read, beside=TORUS),
    ),
)


if __name__ == "__main__":
    options = harness.asked(doing="Nulls for two maps of many areas beside esda.")
    tables.show(harness.measured("spatial", mode=options.mode, repeats=options.repeats, keep=options.keep))
