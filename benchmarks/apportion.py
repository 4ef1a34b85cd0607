"""Moving people from areas to cells: nineteen counts, from census-like areas to a square grid.

    python -m benchmarks.apportion [--quick | --full]

The work runs from polygons and counts to people by cell. The peers are given the squares, or the
raster's frame, ready made; Evenhand makes its grid within the clock. All split by share of ground.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array, csr_array

from evenhand.places.apportion import apportion
from evenhand.places.grid import Grid, make_grid

from . import harness, tables
from .cases import Answer, Benchmark, Case
from .made_up_areas import made_up_areas, made_up_counts

SOUTHEND = 1
SHIPPED = Path(__file__).resolve().parents[1] / "studies/southend-harm-spots/data/lsoa21_southend_castle-point_rochford.geoparquet"
PLACES = {60: (3_000.0, 150.0), 4_994: (40_000.0, 150.0), 35_672: (362_000.0, 1_000.0)}
"""Number of made-up areas: side of their square and of a cell."""


@dataclass(frozen=True)
class Work:
    """What there is to move, and the frame of cells around it: row 0 southernmost."""

    areas: gpd.GeoDataFrame
    counts: pd.DataFrame
    cell_m: float
    west_m: float
    south_m: float
    rows: int
    columns: int
    squares: gpd.GeoDataFrame | None = None
    grid: Grid | None = None

    @property
    def cells(self) -> int:
        """Number of cells in the frame."""
        return self.rows * self.columns


def make(size: int, folder: Path) -> None:
    """Write the areas."""
    if size == SOUTHEND:
        areas = gpd.read_parquet(SHIPPED).to_crs(27700).rename(columns={"LSOA21CD": "area_code"})[["area_code", "geometry"]]
    else:
        areas = made_up_areas(size, side_m=PLACES[size][0])
    areas.to_parquet(folder / f"areas-{size}.parquet")


def load(size: int, folder: Path) -> Work:
    """Read them, and lay the frame of cells."""
    areas = gpd.read_parquet(folder / f"areas-{size}.parquet")
    return work_of(areas, PLACES[size][1] if size != SOUTHEND else 150.0)


def work_of(areas: gpd.GeoDataFrame, cell_m: float) -> Work:
    """Areas, made-up counts and the frame of cells."""
    west, south, east, north = areas.total_bounds / cell_m
    west, south = np.floor(west), np.floor(south)
    columns, rows = int(np.ceil(east - west)), int(np.ceil(north - south))
    return Work(areas, made_up_counts(areas), cell_m, west * cell_m, south * cell_m, rows, columns)


def ours(work: Work) -> Answer:
    """Evenhand: a grid, unless it is at hand, and the counts moved to it with the check that nobody is lost."""
    grid = work.grid or make_grid(work.areas, cell_m=work.cell_m)
    people = np.zeros((work.cells, work.counts.shape[1]))
    people[grid.slots] = apportion(work.counts, grid)
    return Answer({"people": people})


def with_grid(work: Work) -> Work:
    """The work with Evenhand's grid made."""
    return replace(work, grid=make_grid(work.areas, cell_m=work.cell_m))


def with_squares(work: Work) -> Work:
    """The work with the squares that the peers are given."""
    row, column = np.divmod(np.arange(work.cells), work.columns)
    west_m, south_m = work.west_m + column * work.cell_m, work.south_m + row * work.cell_m
    squares = shapely.box(west_m, south_m, west_m + work.cell_m, south_m + work.cell_m)
    return replace(work, squares=gpd.GeoDataFrame({"cell": np.arange(work.cells)}, geometry=squares, crs=work.areas.crs))


def by_weights(work: Work, cell: np.ndarray, area: np.ndarray, ground_m2: np.ndarray) -> Answer:
    """People by cell from ground shared by cell and area, each area's ground made to add up to one."""
    weights = csr_array(coo_array((ground_m2, (cell, area)), shape=(work.cells, len(work.areas))))
    weights = weights * (1 / np.asarray(weights.sum(axis=0)))[None, :]
    return Answer({"people": csr_array(weights) @ work.counts.to_numpy(dtype=float)})


def overlay(work: Work) -> Answer:
    """GeoPandas: every intersection as a polygon, then a sparse product."""
    numbered = gpd.GeoDataFrame({"area": np.arange(len(work.areas))}, geometry=work.areas.geometry.to_numpy(), crs=work.areas.crs)
    pieces = gpd.overlay(numbered, work.squares, how="intersection", keep_geom_type=True)
    return by_weights(work, pieces["cell"].to_numpy(), pieces["area"].to_numpy(), pieces.area.to_numpy())


def tobler(work: Work) -> Answer:
    """tobler: its own interpolation of counts."""
    from tobler.area_weighted import area_interpolate

    source = gpd.GeoDataFrame(work.counts.reset_index(drop=True), geometry=work.areas.geometry.to_numpy(), crs=work.areas.crs)
    moved = area_interpolate(source, work.squares, extensive_variables=list(work.counts.columns))
    return Answer({"people": moved[list(work.counts.columns)].to_numpy()})


def exactextract(work: Work) -> Answer:
    """exactextract: the share of each raster cell that each polygon covers."""
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource

    east_m, north_m = work.west_m + work.columns * work.cell_m, work.south_m + work.rows * work.cell_m
    frame = NumPyRasterSource(np.zeros((work.rows, work.columns)), work.west_m, work.south_m, east_m, north_m, srs_wkt=work.areas.crs.to_wkt())
    found = exact_extract(frame, work.areas, ["cell_id", "coverage"], output="pandas")
    number = found["cell_id"].map(len).to_numpy()
    from_north, column = np.divmod(np.concatenate(found["cell_id"].to_numpy()).astype(np.int64), work.columns)
    cell = (work.rows - 1 - from_north) * work.columns + column
    return by_weights(work, cell, np.repeat(np.arange(len(work.areas)), number), np.concatenate(found["coverage"].to_numpy()))


def by_hand(work: Work) -> Answer:
    """Shapely: a tree of squares; those inside an area taken whole, the others cut."""
    polygons, squares = work.areas.geometry.to_numpy(), work.squares.geometry.to_numpy()
    tree = shapely.STRtree(squares)
    area, cell = tree.query(polygons, predicate="intersects")
    inside_area, inside_cell = tree.query(polygons, predicate="contains")
    whole = np.isin(area * work.cells + cell, inside_area * work.cells + inside_cell)
    ground = np.full(len(area), work.cell_m**2)
    ground[~whole] = shapely.area(shapely.intersection(polygons[area[~whole]], squares[cell[~whole]]))
    return by_weights(work, cell, area, ground)


def agreement(size: int, folder: Path, found: dict[str, dict[str, np.ndarray]]) -> dict[str, dict[str, str]]:
    """People moved differently, by the reference (GeoPandas where it ran), and people lost."""
    work = load(size, folder)
    before = work.counts.to_numpy(dtype=float).sum(axis=0)
    reference = next(found[name]["people"] for name in (OVERLAY, OURS) if name in found)
    told = {}
    for name, values in found.items():
        people = values["people"]
        apart = np.abs(people - reference).sum() / before.sum()
        lost = np.abs(people.sum(axis=0) / before - 1).max()
        told[name] = {"people placed otherwise than GeoPandas": f"{apart:.1e}", "people lost or made": f"{lost:.1e}"}
    return told


def named(size: int) -> str:
    """A size in words."""
    if size == SOUTHEND:
        return "The shipped real areas of Southend and its neighbours, 150 m cells"
    side_m, cell_m = PLACES[size]
    return f"{size:,} made-up areas, {side_m / 1000:.0f} × {side_m / 1000:.0f} km, {cell_m:g} m cells ({int(np.ceil(side_m / cell_m)) ** 2:,})"


OURS, OVERLAY = "Evenhand `make_grid` + `apportion`", "geopandas `overlay` + sparse product"

BENCHMARK = Benchmark(
    slug="apportion",
    title="Apportionment",
    sizes={"quick": (SOUTHEND,), "plain": (SOUTHEND, 4_994, 35_672), "full": (SOUTHEND, 4_994, 35_672)},
    warm_up=60,
    make=make,
    load=load,
    agreement=agreement,
    size_named=named,
    cases=(
        Case(OURS, ours),
        Case("Evenhand, grid at hand", ours, prepare=with_grid, said="what each further table of counts costs; the grid is made before the clock"),
        Case("shapely STRtree + intersection", by_hand, prepare=with_squares),
        Case(OVERLAY, overlay, prepare=with_squares),
        Case("tobler `area_interpolate`", tobler, prepare=with_squares, needs=("tobler",)),
        Case("exactextract + sparse product", exactextract, needs=("exactextract",)),
    ),
)


if __name__ == "__main__":
    options = harness.asked(doing="Apportionment beside GeoPandas, tobler, exactextract and shapely.")
    tables.show(harness.measured("apportion", mode=options.mode, repeats=options.repeats, keep=options.keep))
