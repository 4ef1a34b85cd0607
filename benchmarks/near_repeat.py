"""The Knox test of a made-up city beside pointpats and beside all pairs in NumPy.

    python -m benchmarks.near_repeat [--quick | --full]

Three years of events in 20 by 20 km: half anywhere on any day, half near repeats of those, some 100 m and up to three weeks off.
Every case counts the pairs no more than 400 m and 28 days apart and deals the days out anew; Evenhand counts sixteen bands of
100 m and a week too, as its users do. pointpats has one pair of thresholds.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from evenhand.audit.knox import Bands, knox

from . import harness, tables
from .cases import Answer, Benchmark, Case

SIDE_M, DAYS = 20_000.0, 1095
NEAR_M, NEAR_DAYS = 400.0, 28
ONE = Bands((NEAR_M,), (NEAR_DAYS,))
SIXTEEN = Bands((100.0, 200.0, 300.0, 400.0), (7, 14, 21, 28))


def make(size: int, folder: Path) -> None:
    """Write easting, northing and day of each event."""
    rng, first = np.random.default_rng(size), size - size // 2
    points, days = rng.uniform(0, SIDE_M, (first, 2)), rng.integers(0, DAYS, first)
    again = np.arange(size // 2)
    points = np.concatenate([points, points[again] + rng.normal(0, 70, (len(again), 2))])
    days = np.concatenate([days, days[again] + rng.integers(1, 22, len(again))])
    np.save(folder / f"near-repeat-{size}.npy", np.column_stack([points, days]))


def load(size: int, folder: Path) -> np.ndarray:
    """Read them; shape (events, 3)."""
    return np.asarray(np.load(folder / f"near-repeat-{size}.npy"))


def ours(bands: Bands, deals: int) -> Callable[[np.ndarray], Answer]:
    """Evenhand: pairs within the last edge, in blocks."""

    def run(events: np.ndarray) -> Answer:
        found = knox(events[:, 0], events[:, 1], events[:, 2].astype(np.int64), bands=bands, permutations=deals)
        return answered(int(found.observed[:-1, :-1].sum()), found.dealt[:, :-1, :-1].sum(axis=(1, 2)))

    return run


def pointpats_of(deals: int) -> Callable[[np.ndarray], Answer]:
    """The peer pointpats: sets of neighbours in Python."""

    def run(events: np.ndarray) -> Answer:
        from pointpats import Knox

        np.random.seed(1)  # noqa: NPY002  (it draws from the global generator)
        found = Knox(events[:, :2], events[:, 2:], delta=NEAR_M, tau=NEAR_DAYS, permutations=deals, keep=True)
        return answered(found.nst, found.sim)

    return run


def all_pairs(deals: int) -> Callable[[np.ndarray], Answer]:
    """What one writes first: all distances at once, and the gaps in days of each deal between all pairs."""

    def run(events: np.ndarray) -> Answer:
        from scipy.spatial.distance import pdist

        near, rng = pdist(events[:, :2]) <= NEAR_M, np.random.default_rng(1)
        days = [events[:, 2], *(rng.permutation(events[:, 2]) for _ in range(deals))]
        counts = [int((near & (pdist(each[:, None], "cityblock") <= NEAR_DAYS)).sum()) for each in days]
        return answered(counts[0], np.array(counts[1:]))

    return run


def answered(pairs: int, dealt: np.ndarray) -> Answer:
    """Pairs, their mean and their spread over the deals."""
    return Answer({"pairs": np.array([pairs]), "dealt": np.array([dealt.mean(), dealt.std()])})


def agreement(size: int, folder: Path, found: dict[str, dict[str, np.ndarray]]) -> dict[str, dict[str, str]]:
    """What each counted: the pairs must be equal, the deals alike."""
    return {
        case: {"pairs": f"{int(values['pairs'][0]):,}", "mean of deals": f"{values['dealt'][0]:,.1f}", "their spread": f"{values['dealt'][1]:.1f}"}
        for case, values in found.items()
    }


FIRST, MANY = "Evenhand `knox`, one band, 99 deals", "Evenhand `knox`, one band, 999 deals"
PEER = ("pointpats",)

BENCHMARK = Benchmark(
    slug="near_repeat",
    title="Near repeats: the Knox test",
    sizes={"quick": (1_000,), "plain": (1_000, 3_000, 10_000), "full": (1_000, 3_000, 10_000)},
    warm_up=100,
    make=make,
    load=load,
    agreement=agreement,
    size_named=lambda size: f"{size:,} events",
    cases=(
        Case(FIRST, ours(ONE, 99)),
        Case("pointpats `Knox`, 99 deals", pointpats_of(99), needs=PEER),
        Case("all pairs in NumPy, 99 deals", all_pairs(99), largest=3_000, said="all distances held at once"),
        Case(MANY, ours(ONE, 999), beside=MANY),
        Case(
            "Evenhand `knox`, sixteen bands, 999 deals", ours(SIXTEEN, 999), beside=MANY, said="what `evenhand audit near-repeat` does, but for the same place"
        ),
        Case("pointpats `Knox`, 999 deals", pointpats_of(999), needs=PEER, beside=MANY, largest=3_000, largest_in_full=10_000),
    ),
)


if __name__ == "__main__":
    options = harness.asked(doing="The Knox test beside pointpats.")
    tables.show(harness.measured("near_repeat", mode=options.mode, repeats=options.repeats, keep=options.keep))
