"""A year and more of the feedback loop, many worlds side by side, beside the same loop written out plainly.

    python -m benchmarks.feedback [--quick | --full]

With two places: 1,000 worlds × 1,000 days. With 5,000 places: 20 worlds × 365 days, a count map each day or PredPol's
grid model refitted each week. No open peer runs this loop with a system of one's own in it; the plain loop is a world at
a time in NumPy, as such simulations are usually written, cut short and extrapolated.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from evenhand.audit.feedback import Learner, Policy, World, simulate
from evenhand.audit.feedback_learners import count_map, refitted
from evenhand.systems.predpol import scores_of_past

from . import harness, tables
from .cases import Answer, Benchmark, Case

WINDOW = 60
DETECTION = 0.3
SHARE = "share of patrols in the place patrolled most"


def worlds_and_days(places: int) -> tuple[int, int]:
    """How many worlds, for how long."""
    return (1000, 1000) if places == 2 else (20, 365) if places == 5000 else (4, 20)


def make(places: int, folder: Path) -> None:
    """Write the world's rates."""
    rates = np.array([3.68511, 2.816466]) if places == 2 else np.random.default_rng(1).gamma(0.5, 0.05, places)
    np.save(folder / f"rates-{places}.npy", rates)


def load(places: int, folder: Path) -> World:
    """The world."""
    rates = np.load(folder / f"rates-{places}.npy")
    return World(rates, np.full(places, 0.5), detection=DETECTION)


def policy_of(world: World) -> Policy:
    """One place of two, or twenty of many, in proportion where there are two."""
    return Policy(k=1, kind="proportional") if len(world.events_per_day) == 2 else Policy(k=min(20, len(world.events_per_day) // 2))


def by_counts(world: World) -> Answer:
    """Evenhand, a count map of the last sixty days."""
    return _ours(world, count_map(window=WINDOW))


def by_predpol(world: World) -> Answer:
    """Evenhand, PredPol's grid model refitted each week to each world's own records."""
    return _ours(world, refitted(scores_of_past, window=WINDOW, every=7, prior=np.ones(len(world.events_per_day))))


def _ours(world: World, start: Callable[[int, int], Learner]) -> Answer:
    worlds, days = worlds_and_days(len(world.events_per_day))
    run = simulate(world, start, policy=policy_of(world), days=days, replicates=worlds, spans=2, seed=1)
    return Answer({"share": _most(run.patrol[-1])})


def _most(patrol: np.ndarray) -> np.ndarray:
    return patrol.max(axis=1) / patrol.sum(axis=1)


def plain(world: World) -> Answer:
    """One world after the other, day by day, in plain NumPy."""
    worlds, days = worlds_and_days(len(world.events_per_day))
    done = min(worlds, 3)
    started, shares = time.perf_counter(), []
    for one in range(done):
        shares.append(_one_world(world, days, np.random.default_rng(one)))
    each_s = (time.perf_counter() - started) / done
    return Answer({"share": np.array(shares)}, seconds=each_s * worlds, said=f"{done} of {worlds:,} worlds done, {each_s:.3g} s each, extrapolated")


def _one_world(world: World, days: int, random: np.random.Generator) -> float:
    places, policy = len(world.events_per_day), policy_of(world)
    records, patrolled = [], np.zeros(places)
    for day in range(days):
        score = np.sum(records[-WINDOW:], axis=0) if records else np.zeros(places)
        patrol = np.zeros(places)
        if policy.kind == "proportional":
            patrol = score / score.sum() if score.sum() else np.full(places, 1 / places)
        else:
            patrol[np.lexsort((random.random(places), -score))[: policy.k]] = 1
        true = random.poisson(world.events_per_day)
        reported = random.binomial(true, world.report_share)
        records.append(reported + random.binomial(true - reported, 1 - (1 - world.detection) ** patrol))
        if day >= days // 2:
            patrolled += patrol
    return float(patrolled.max() / patrolled.sum())


def agreement(size: int, folder: Path, found: dict[str, dict[str, np.ndarray]]) -> dict[str, dict[str, str]]:
    """The same figure from each: the mean share of patrols in the place patrolled most, in the second half."""
    return {name: {SHARE: f"{100 * values['share'].mean():.1f} % ({len(values['share']):,} worlds)"} for name, values in found.items()}


BENCHMARK = Benchmark(
    slug="feedback",
    title="The feedback loop",
    sizes={"quick": (2,), "plain": (2, 5000), "full": (2, 5000)},
    warm_up=40,
    make=make,
    load=load,
    agreement=agreement,
    size_named=lambda size: f"{size:,} places, {worlds_and_days(size)[0]:,} worlds × {worlds_and_days(size)[1]:,} days",
    cases=(
        Case("Evenhand, count map daily", by_counts),
        Case("Evenhand, PredPol refitted weekly", by_predpol),
        Case("plain NumPy, a world at a time, count map daily", plain),
    ),
)


if __name__ == "__main__":
    options = harness.asked(doing="The feedback loop beside the same loop written out plainly.")
    tables.show(harness.measured("feedback", mode=options.mode, repeats=options.repeats, keep=options.keep))
