"""Fit the two self-exciting models of PredPol to a made-up city: twenty steps of the grid model, forty turns of the continuous one.

    python -m benchmarks.self_exciting [--quick | --full]

The grid model's city is 20 by 20 km whatever the number of events; the continuous model's grows with it, so that each event has
about as many others near it. Half the events of both are near repeats of others. The one complete open code for both models cannot
be installed beside today's NumPy, so the peers are written here: what one writes first, in NumPy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial import KDTree

from evenhand.systems import self_exciting
from evenhand.systems.self_exciting_points import PointRules, fit_points, gathered_events
from evenhand.tables.past_events import gathered

from . import harness, tables
from .cases import Answer, Benchmark, Case

DAYS, SIDE_M, CELL_M, STEPS = 1_095, 20_000.0, 150.0, 20
START = (0.5, 0.1, 0.01)
RULES = PointRules()
M_PER_ROOT_EVENT = 60.0
"""The continuous model's city is so many metres long for each event under a root: 10,000 events in 6 by 6 km."""


def city(events: int, side_m: float) -> np.ndarray:
    """Day, metres east and north: half about sixty centres, half near repeats of those."""
    rng = np.random.default_rng(events)
    first = events // 2
    own = rng.uniform(0, side_m, (60, 2))[rng.integers(60, size=first)] + rng.normal(0, side_m / 20, (first, 2))
    days = rng.uniform(0, DAYS, first)
    parent = rng.integers(first, size=events - first)
    repeats = own[parent] + rng.normal(0, 80, (len(parent), 2))
    later = days[parent] + rng.exponential(14, len(parent))
    return np.column_stack([np.floor(np.concatenate([days, later]) % DAYS), np.concatenate([own, repeats]) % side_m])


def make(size: int, folder: Path) -> None:
    """Write both cities."""
    np.savez(folder / f"self-exciting-{size}.npz", grid=city(size, SIDE_M), points=city(size, M_PER_ROOT_EVENT * np.sqrt(size)))


def load(size: int, folder: Path) -> dict[str, np.ndarray]:
    """Read them."""
    return dict(np.load(folder / f"self-exciting-{size}.npz"))


def by_cell(data: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Cell and day of each event of the grid's city, by cell and then by day."""
    day, x, y = data["grid"].T
    side = int(np.ceil(SIDE_M / CELL_M))
    cell = (x // CELL_M).astype(int) * side + (y // CELL_M).astype(int)
    order = np.lexsort((day, cell))
    return cell[order], day[order]


def in_past(data: dict[str, np.ndarray]) -> Any:
    """The grid's city as the model is handed it, made before the clock starts."""
    cell, day = by_cell(data)
    cells = int(np.ceil(SIDE_M / CELL_M)) ** 2
    return gathered(np.zeros(len(cell)), cell, DAYS - day.astype(int), np.ones(len(cell)), runs=1, cells=cells, window_days=DAYS)


def told(theta: float, other: float) -> Answer:
    """What a fit found."""
    return Answer({"theta": np.array([theta]), "other": np.array([other])})


def grid_ours(past: Any) -> Answer:
    """Evenhand: one pass over days with events, carried along all places together."""
    most, self_exciting.MOST_STEPS = self_exciting.MOST_STEPS, STEPS
    try:
        fitted = self_exciting.fit_model(past, self_exciting.Rules(stop="all", tolerance=1e-9, start=START))
    finally:
        self_exciting.MOST_STEPS = most
    return told(fitted.theta[0], fitted.omega[0])


def grid_pair_list(events: tuple[np.ndarray, np.ndarray]) -> Answer:
    """A list of all pairs of a cell, gone through in each step."""
    cell, day = events
    first = np.searchsorted(cell, cell)
    number = np.arange(len(cell)) - first
    later = np.repeat(np.arange(len(cell)), number)
    earlier = np.arange(len(later)) - np.repeat(np.cumsum(number) - number, number) + np.repeat(first, number)
    kept = day[later] > day[earlier]
    later, apart = later[kept], (day[later] - day[earlier])[kept]
    theta, omega, start_mu = START
    mu = np.full(cell.max() + 1, start_mu)
    for _ in range(STEPS):
        echo = theta * omega * np.exp(-omega * apart)
        rate = mu[cell] + np.bincount(later, echo, len(cell))
        share = echo / rate[later]
        mu = np.bincount(cell, mu[cell] / rate, len(mu)) / DAYS
        theta, omega = share.sum() / len(cell), share.sum() / (share * apart).sum()
    return told(theta, omega)


def grid_tables(events: tuple[np.ndarray, np.ndarray]) -> Answer:
    """A table of all pairs for each cell, one cell after another."""
    cell, day = events
    places = np.split(day, np.flatnonzero(np.diff(cell)) + 1)
    apart = [one[:, None] - one for one in places]
    theta, omega, start_mu = START
    mu = np.full(len(places), start_mu)
    for _ in range(STEPS):
        shared = waited = 0.0
        for place, between in enumerate(apart):
            echo = np.where(between > 0, theta * omega * np.exp(-omega * np.maximum(between, 0)), 0.0)
            rate = mu[place] + echo.sum(axis=1)
            share = echo / rate[:, None]
            shared, waited = shared + share.sum(), waited + (share * between).sum()
            mu[place] = (mu[place] / rate).sum() / DAYS
        theta, omega = shared / len(day), shared / waited
    return told(theta, omega)


def points_ours(data: dict[str, np.ndarray]) -> Answer:
    """Evenhand: pairs in blocks, densities by polynomials in boxes."""
    events = data["points"]
    fitted = fit_points(gathered_events(*events.T, np.ones(len(events)), metres=RULES.cut_m), RULES)
    return told(fitted.theta, np.median(fitted.parted[:, 0]))


def kernels_of(points: np.ndarray, k: int, least: list[float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One kernel an event."""
    spread = points.std(axis=0)
    far = KDTree(points / spread).query(points / spread, k=[min(k + 1, len(points))])[0]
    widths = np.maximum(far * spread, least)
    return points, widths, 1 / (len(points) * (2 * np.pi) ** (points.shape[1] / 2) * widths.prod(axis=1))


def summed(kernels: tuple[np.ndarray, np.ndarray, np.ndarray], at: np.ndarray) -> np.ndarray:
    """Every kernel at every point, a hundred points at a time."""
    centres, widths, heights = kernels
    parts = np.split(at, range(100, len(at), 100))
    return np.concatenate([np.exp(-0.5 * (((one[:, None] - centres) / widths) ** 2).sum(axis=2)) @ heights for one in parts])


def points_tables(data: dict[str, np.ndarray]) -> Answer:
    """Tables of all events by all events, every kernel at every pair within the cut-offs."""
    order = np.argsort(data["points"][:, 0], kind="stable")
    events, rng = data["points"][order], np.random.default_rng(1)
    n, apart = len(events), data["points"][order][:, None] - data["points"][order]
    near = (apart[..., 0] > 0) & (apart[..., 0] <= RULES.cut_days) & (np.hypot(apart[..., 1], apart[..., 2]) <= RULES.cut_m)
    parts, (fading_days, spread_m) = apart[near], RULES.start
    background, echo = np.ones(n), np.zeros((n, n))
    echo[near] = np.exp(-parts[:, 0] / fading_days - (parts[:, 1] ** 2 + parts[:, 2] ** 2) / (2 * spread_m**2))
    for _ in range(RULES.iterations):
        lots = rng.random(n) * (background + echo.sum(axis=1)) - background
        parent = (np.cumsum(echo, axis=1) <= lots[:, None]).sum(axis=1)
        is_echo = lots > 0
        own, parted = events[~is_echo], apart[np.flatnonzero(is_echo), np.minimum(parent[is_echo], n - 1)]
        days, places = kernels_of(own[:, :1], RULES.k_days, [RULES.least[0]]), kernels_of(own[:, 1:], RULES.k_places, [RULES.least[1]] * 2)
        background = len(own) * summed(days, events[:, :1]) * summed(places, events[:, 1:])
        echo[near] = summed(kernels_of(parted, RULES.k_places, [RULES.least[0], *[RULES.least[1]] * 2]), parts) * len(parted) / n
    return told(len(parted) / n, np.median(parted[:, 0]))


def agreement(size: int, folder: Path, found: dict[str, dict[str, np.ndarray]]) -> dict[str, dict[str, str]]:
    """What each fit found."""
    return {
        name: {
            "further events for each": f"{values['theta'][0]:.4f}",
            "fades a day, or median wait": f"{values['other'][0]:.4f} a day" if name.startswith("grid") else f"{values['other'][0]:.0f} days",
        }
        for name, values in found.items()
    }


GRID, POINTS = "grid: Evenhand `fit_model`", "continuous: Evenhand `fit_points`"

BENCHMARK = Benchmark(
    slug="self_exciting",
    title="Self-exciting models",
    sizes={"quick": (2_000,), "plain": (2_000, 10_000, 100_000, 1_000_000), "full": (2_000, 10_000, 100_000, 1_000_000)},
    warm_up=300,
    make=make,
    load=load,
    agreement=agreement,
    size_named=lambda size: f"{size:,} events",
    cases=(
        Case(GRID, grid_ours, prepare=in_past, said="events gathered by cell and day before the clock"),
        Case("grid: a list of all pairs, NumPy", grid_pair_list, prepare=by_cell, largest=100_000, largest_in_full=1_000_000, said="sorted before the clock"),
        Case("grid: a table for each cell, NumPy", grid_tables, prepare=by_cell, largest=10_000, largest_in_full=100_000, said="sorted before the clock"),
        Case(POINTS, points_ours, largest=10_000, largest_in_full=100_000, beside=POINTS),
        Case("continuous: tables of all pairs, NumPy", points_tables, largest=2_000, beside=POINTS, said="other lots drawn, so another draw's figures"),
    ),
)


if __name__ == "__main__":
    options = harness.asked(doing="Twenty steps of the grid model and forty turns of the continuous one.")
    tables.show(harness.measured("self_exciting", mode=options.mode, repeats=options.repeats, keep=options.keep))
