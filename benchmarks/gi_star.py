"""Gi* of a made-up city of 134 by 134 cells, and of larger ones, beside esda.

    python -m benchmarks.gi_star [--quick | --full]

Counts by cell: half the crimes anywhere, half near one of 500 spots. Every case gives Gi* of the same cells with the same
neighbours (those that touch, and the cell itself); each is compared with the formula over a sparse matrix of weights, written
here and nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import csr_array, diags_array, kron

from evenhand.places.gi_star import gi_star
from evenhand.places.grid import Grid, make_grid
from evenhand.places.raster_windows import disc

from . import harness, tables
from .cases import Answer, Benchmark, Case, largest_relative, percent

CELL_M = 150.0
SIDES = {400: 20, 17_956: 134, 160_000: 400}
"""Cells along a side, by number of cells."""
BAND_M = 450.0
SHUFFLES = 999


@dataclass(frozen=True)
class Work:
    """What a case starts from."""

    counts: np.ndarray
    side: int

    @property
    def grid(self) -> Grid:
        """The cells, as a study has them at hand."""
        town = shapely.box(0, 0, self.side * CELL_M, self.side * CELL_M)
        return make_grid(gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[town], crs="EPSG:27700"), cell_m=CELL_M)


def make(size: int, folder: Path) -> None:
    """Write counts by cell: 100,000 crimes to 20 km of side, as many to the cell elsewhere."""
    side, rng = SIDES[size], np.random.default_rng(size)
    crimes = round(100_000 * size / 17_956)
    spots = rng.uniform(0, side, (500, 2))[rng.integers(0, 500, crimes // 2)] + rng.normal(0, 1, (crimes // 2, 2))
    points = np.clip(np.concatenate([rng.uniform(0, side, (crimes - crimes // 2, 2)), spots]), 0, side - 1e-9)
    np.save(folder / f"gi-star-{size}.npy", np.bincount(points[:, 1].astype(int) * side + points[:, 0].astype(int), minlength=size).astype(float))


def load(size: int, folder: Path) -> Work:
    """Read them."""
    return Work(np.load(folder / f"gi-star-{size}.npy"), SIDES[size])


def with_grid(work: Work) -> dict[str, Any]:
    """Counts and cells, the cells laid before the clock starts."""
    return {"counts": work.counts, "grid": work.grid}


def ours(data: dict[str, Any]) -> Answer:
    """Evenhand: sums over windows."""
    return Answer({"queen": gi_star(data["counts"], data["grid"]).z})


def ours_in_a_band(data: dict[str, Any]) -> Answer:
    """Evenhand: the cells within a distance."""
    return Answer({"band": gi_star(data["counts"], data["grid"], window=disc(BAND_M, cell_m=CELL_M)).z})


def esda_of(*, permutations: int, made_before: bool) -> Any:
    """The peer esda on libpysal's weights, made within the clock or before it."""

    def run(data: Any) -> Answer:
        from esda.getisord import G_Local

        counts, weights = (data["counts"], data["weights"]) if made_before else (data.counts, lattice(data.side))
        return Answer({"queen": G_Local(counts, weights, transform="B", permutations=permutations, star=True, seed=1).Zs})

    return run


def esda_by_graph(work: Work) -> Answer:
    """The peer esda on the newer Graph, made within the clock from the sparse matrix of neighbours."""
    from esda.getisord import G_Local
    from libpysal.graph import Graph

    graph = Graph.from_sparse(neighbours(work.side))
    return Answer({"queen": G_Local(work.counts, graph.to_W(), transform="B", permutations=0, star=True).Zs})


def lattice(side: int) -> Any:
    """The weights of libpysal for a lattice, queen's move."""
    from libpysal.weights import lat2W

    return lat2W(side, side, rook=False)


def weighted(work: Work) -> dict[str, Any]:
    """Counts and weights, these made before the clock starts."""
    return {"counts": work.counts, "weights": lattice(work.side)}


def neighbours(side: int) -> csr_array:
    """1 between cells that touch, without the cell itself."""
    line = diags_array([np.ones(side - 1), np.ones(side), np.ones(side - 1)], offsets=[-1, 0, 1])
    every = kron(line, line)
    return csr_array(every - diags_array(np.ones(side**2)))


def within_band(side: int) -> csr_array:
    """1 between cells whose middles lie within the distance, the cell itself included."""
    found = csr_array((side**2, side**2))
    reach = int(BAND_M / CELL_M)
    for away in range(-reach, reach + 1):
        half = int(np.sqrt((BAND_M / CELL_M) ** 2 - away**2))
        along = diags_array([np.ones(side - abs(step)) for step in range(-half, half + 1)], offsets=list(range(-half, half + 1)), shape=(side, side))
        across = diags_array([np.ones(side - abs(away))], offsets=[away], shape=(side, side))
        found = found + kron(across, along)
    return csr_array(found)


def by_matrix(data: Work | dict[str, Any]) -> Answer:
    """The formula over a sparse matrix, as one would write it; the matrix made within the clock unless it is at hand."""
    if isinstance(data, Work):
        data = with_matrix(data)
    return Answer({"queen": formula(data["counts"], data["matrix"])})


def with_matrix(work: Work) -> dict[str, Any]:
    """Counts and the matrix of weights, the cell itself included."""
    return {"counts": work.counts, "matrix": csr_array(neighbours(work.side) + diags_array(np.ones(work.side**2)))}


def formula(counts: np.ndarray, weights: csr_array) -> np.ndarray:
    """Gi* as it stands in the paper, for weights of 0 and 1."""
    n, total = len(counts), np.asarray(weights.sum(axis=1)).ravel()
    spread = np.sqrt((counts**2).mean() - counts.mean() ** 2)
    return (weights @ counts - counts.mean() * total) / (spread * np.sqrt((n * total - total**2) / (n - 1)))


def agreement(size: int, folder: Path, found: dict[str, dict[str, np.ndarray]]) -> dict[str, dict[str, str]]:
    """How far each is from the formula over the matrix."""
    work = load(size, folder)
    matrices = {"queen": csr_array(neighbours(work.side) + diags_array(np.ones(size))), "band": within_band(work.side)}
    true = {name: formula(work.counts, matrix) for name, matrix in matrices.items()}
    told = {}
    for case, values in found.items():
        ((kind, z),) = values.items()
        told[case] = {"worst error, of the highest z": percent(largest_relative(z, true[kind]))}
    return told


OURS, BAND = "Evenhand `gi_star`, cells that touch", f"Evenhand `gi_star`, cells within {BAND_M:g} m"
ESDA = ("esda", "libpysal")

BENCHMARK = Benchmark(
    slug="gi_star",
    title="Gi* of a grid",
    sizes={"quick": (17_956,), "plain": (17_956, 160_000), "full": (17_956, 160_000)},
    warm_up=400,
    make=make,
    load=load,
    agreement=agreement,
    size_named=lambda size: f"{size:,} cells",
    cases=(
        Case(OURS, ours, prepare=with_grid, said="the grid is at hand, as in a study; no weights are made"),
        Case(BAND, ours_in_a_band, prepare=with_grid, said="29 cells in place of 9"),
        Case("a sparse matrix, made before the clock", by_matrix, prepare=with_matrix, said="the formula in five lines of NumPy and SciPy"),
        Case("a sparse matrix, made within the clock", by_matrix),
        Case("esda `G_Local`, weights made before the clock", esda_of(permutations=0, made_before=True), needs=ESDA, prepare=weighted, said="analytic"),
        Case("esda `G_Local`, weights made within the clock", esda_of(permutations=0, made_before=False), needs=ESDA, said="analytic"),
        Case("esda `G_Local`, from a Graph made within the clock", esda_by_graph, needs=ESDA, said="analytic"),
        Case(
            f"esda `G_Local`, {SHUFFLES} permutations",
            esda_of(permutations=SHUFFLES, made_before=True),
            needs=ESDA,
            prepare=weighted,
            largest=400,
            largest_in_full=17_956,
            said="its default; the z-scores are the same, and its p-values come from shuffled cells",
        ),
    ),
)


if __name__ == "__main__":
    options = harness.asked(doing="Gi* of a grid beside esda.")
    tables.show(harness.measured("gi_star", mode=options.mode, repeats=options.repeats, keep=options.keep))
