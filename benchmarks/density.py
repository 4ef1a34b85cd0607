"""Density surfaces of a made-up city of 20 by 20 km, at the centres of 134 by 134 cells.

    python -m benchmarks.density [--quick | --full]

Half the points lie anywhere, half near one of 500 hot spots. Every case gives the same quantity,
points per square metre, at the same 17,956 places; each is compared with a plain sum over all
points at 400 of them, written here and nobody's.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from evenhand.places.density import density_surface, exact_density

from . import harness, tables
from .cases import Answer, Benchmark, Case, largest_relative, percent

SIDE_M = 20_000.0
QUARTIC_M, GAUSSIAN_M = 400.0, 200.0
PLACES = np.stack(np.meshgrid(np.arange(134) * 150.0 + 25, np.arange(134) * 150.0 + 25), axis=-1).reshape(-1, 2)
CHECKED = np.random.default_rng(7).choice(len(PLACES), 400, replace=False)
BOUNDS = (0.0, 0.0, SIDE_M, SIDE_M)

TRUE_KERNELS = {
    "quartic": lambda d2: 3 / (np.pi * QUARTIC_M**2) * np.clip(1 - d2 / QUARTIC_M**2, 0, None) ** 2,
    "epanechnikov": lambda d2: 2 / (np.pi * QUARTIC_M**2) * np.clip(1 - d2 / QUARTIC_M**2, 0, None),
    "gaussian": lambda d2: np.exp(-d2 / (2 * GAUSSIAN_M**2)) / (2 * np.pi * GAUSSIAN_M**2),
}


def city(points: int, *, seed: int = 20) -> np.ndarray:
    """Seeded points in metres, shape (points, 2), all inside the city."""
    rng = np.random.default_rng(seed)
    anywhere = rng.uniform(0, SIDE_M, (points - points // 2, 2))
    spots = rng.uniform(0, SIDE_M, (500, 2))[rng.integers(0, 500, points // 2)]
    near = spots + rng.normal(0, 150, (points // 2, 2))
    return np.clip(np.concatenate([anywhere, near]), 1.0, SIDE_M - 1.0)


def make(points: int, folder: Path) -> None:
    """Write the points."""
    np.save(folder / f"city-{points}.npy", city(points))


def load(points: int, folder: Path) -> np.ndarray:
    """Read them."""
    return np.load(folder / f"city-{points}.npy")


def ours(kernel: str, bandwidth_m: float, step_m: float | None = None) -> Callable[[np.ndarray], Answer]:
    """Evenhand: a lattice, by default at a tenth of the bandwidth, read at the places."""

    def run(points: np.ndarray) -> Answer:
        surface = density_surface(points, kernel=kernel, bandwidth_m=bandwidth_m, step_m=step_m, bounds_m=BOUNDS)
        return Answer({kernel: surface.at(PLACES)})

    return run


def ours_exactly(points: np.ndarray) -> Answer:
    """Evenhand's exact twin, every point at every place."""
    return Answer({"quartic": exact_density(PLACES, points, bandwidth_m=QUARTIC_M)})


def kdepy(kernel: str, bandwidth_m: float, *, grid: tuple[int, int] | None) -> Callable[[np.ndarray], Answer]:
    """KDEpy's FFT: its own grid of a stated size, or the lattice that Evenhand uses."""
    theirs = {"quartic": "biweight", "gaussian": "gaussian"}[kernel]
    # KDEpy gives every kernel the same spread: its bandwidth is ours times the kernel's one-dimensional standard deviation.
    spread = {"quartic": 1 / np.sqrt(7), "gaussian": 1.0}[kernel]

    def run(points: np.ndarray) -> Answer:
        from KDEpy import FFTKDE

        # In units of the bandwidth: in metres it would cut its Gaussian at 2.6 bandwidths and lose 3 % of it.
        fitted = FFTKDE(kernel=theirs, bw=spread).fit(points / bandwidth_m)
        if grid:
            at, heights = fitted.evaluate(grid)
        else:
            reach = 4 if kernel == "gaussian" else 1
            line = np.arange(-10 * reach, round(10 * (SIDE_M / bandwidth_m + reach)) + 1) / 10
            at = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2)
            heights = fitted.evaluate(at)
        return Answer({kernel: len(points) / bandwidth_m**2 * between(at * bandwidth_m, heights)})

    return run


def between(at: np.ndarray, heights: np.ndarray) -> np.ndarray:
    """Heights of KDEpy's grid read at the places, bilinear, as Evenhand reads its own."""
    from scipy.ndimage import map_coordinates

    wide = len(np.unique(at[:, 0]))
    tall = len(at) // wide
    low, high = at[0], at[-1]
    where = (PLACES - low) / (high - low) * [wide - 1, tall - 1]
    return np.asarray(map_coordinates(np.asarray(heights).reshape(wide, tall), where.T, order=1))


def scikit_learn(kernel: str, bandwidth_m: float, rtol: float) -> Callable[[np.ndarray], Answer]:
    """scikit-learn's tree; `rtol` 0 is exact."""

    def run(points: np.ndarray) -> Answer:
        from sklearn.neighbors import KernelDensity

        fitted = KernelDensity(kernel=kernel, bandwidth=bandwidth_m, rtol=rtol).fit(points)
        return Answer({kernel: len(points) * np.exp(fitted.score_samples(PLACES))})

    return run


def scipy_gaussian(points: np.ndarray) -> Answer:
    """SciPy's direct sum; above 100,000 points at one place in 20, whose time is multiplied by 20."""
    import time

    from scipy.stats import gaussian_kde

    class Round(gaussian_kde):
        """The same width in every direction, where SciPy would take the points' own covariance."""

        def _compute_covariance(self) -> None:
            self.factor = 1.0
            self.covariance = np.eye(2) * GAUSSIAN_M**2
            self.cho_cov = np.eye(2) * GAUSSIAN_M
            self.log_det = 2 * np.log(GAUSSIAN_M * 2 * np.pi)

    if len(points) <= 100_000:
        return Answer({"gaussian": len(points) * Round(points.T)(PLACES.T)})
    started = time.perf_counter()
    some = Round(points.T)(PLACES[::20].T)
    took = (time.perf_counter() - started) * len(PLACES) / len(some)
    return Answer({"every 20th": len(points) * some}, seconds=took, said="a sum over all points at one place in 20, time multiplied by 20")


def truth(points: np.ndarray, kernel: str, places: np.ndarray) -> np.ndarray:
    """The plain sum over all points, one place after the other."""
    return np.array([TRUE_KERNELS[kernel](((points - place) ** 2).sum(axis=1)).sum() for place in places])


def agreement(size: int, folder: Path, found: dict[str, dict[str, np.ndarray]]) -> dict[str, dict[str, str]]:
    """How far each surface is from the plain sum."""
    points = load(size, folder)
    true = {kernel: truth(points, kernel, PLACES[CHECKED]) for kernel in TRUE_KERNELS}
    told = {}
    for name, values in found.items():
        kernel, heights = next(iter(values.items()))
        if kernel == "every 20th":
            sparse = np.full(len(PLACES), np.nan)
            sparse[::20] = heights
            kept = np.isfinite(sparse[CHECKED])
            off, scale = sparse[CHECKED][kept], true["gaussian"][kept]
        else:
            off, scale = heights[CHECKED], true[kernel]
        told[name] = {"worst error, of the peak": percent(largest_relative(off, scale)), "median error, of the value": median_error(off, scale)}
    return told


def median_error(found: np.ndarray, true: np.ndarray) -> str:
    """The middle relative error where there is any density."""
    here = true > 0
    return percent(float(np.median(np.abs(found[here] / true[here] - 1))))


OURS, OURS_GAUSSIAN = "Evenhand `density_surface`, quartic", "Evenhand `density_surface`, Gaussian"

BENCHMARK = Benchmark(
    slug="density",
    title="Density surface",
    sizes={"quick": (10_000,), "plain": (10_000, 100_000, 1_000_000), "full": (10_000, 100_000, 1_000_000)},
    warm_up=200,
    make=make,
    load=load,
    agreement=agreement,
    size_named=lambda size: f"{size:,} points",
    cases=(
        Case(OURS, ours("quartic", QUARTIC_M)),
        Case("KDEpy FFTKDE, quartic, same lattice", kdepy("quartic", QUARTIC_M, grid=None), needs=("KDEpy",)),
        Case("KDEpy FFTKDE, quartic, 256 × 256", kdepy("quartic", QUARTIC_M, grid=(256, 256)), needs=("KDEpy",), said="a coarser lattice (about 82 m)"),
        Case(
            "scikit-learn, Epanechnikov, exact",
            scikit_learn("epanechnikov", QUARTIC_M, 0.0),
            needs=("sklearn",),
            said="it has no quartic; this is its nearest kernel of the same reach, compared with the sum for that kernel",
        ),
        Case("Evenhand `exact_density`, quartic", ours_exactly, largest=100_000, largest_in_full=1_000_000),
        Case(OURS_GAUSSIAN, ours("gaussian", GAUSSIAN_M), beside=OURS_GAUSSIAN, said="a lattice of 20 m, the default"),
        Case("Evenhand `density_surface`, Gaussian, lattice of 50 m", ours("gaussian", GAUSSIAN_M, 50.0), beside=OURS_GAUSSIAN),
        Case("KDEpy FFTKDE, Gaussian, same lattice", kdepy("gaussian", GAUSSIAN_M, grid=None), needs=("KDEpy",), beside=OURS_GAUSSIAN),
        Case("KDEpy FFTKDE, Gaussian, 256 × 256", kdepy("gaussian", GAUSSIAN_M, grid=(256, 256)), needs=("KDEpy",), beside=OURS_GAUSSIAN),
        Case("scikit-learn, Gaussian, rtol 1e-4", scikit_learn("gaussian", GAUSSIAN_M, 1e-4), needs=("sklearn",), beside=OURS_GAUSSIAN),
        Case("SciPy `gaussian_kde`", scipy_gaussian, largest=100_000, largest_in_full=1_000_000, beside=OURS_GAUSSIAN),
    ),
)


if __name__ == "__main__":
    options = harness.asked(doing="Density surfaces beside SciPy, scikit-learn and KDEpy.")
    tables.show(harness.measured("density", mode=options.mode, repeats=options.repeats, keep=options.keep))
