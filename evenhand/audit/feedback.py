"""Feedback: what happens when a system learns from records that its own patrols helped to make?

Three counts are kept apart that records run together. **True** events happen at rates that are set, so that
the truth is known. Some are **reported** by somebody, with a chance that may differ from place to place. Of the
rest, patrols **detect** some where they are. What is recorded is reported plus detected, plus what stops turn up
by the way. The system sees only the records; a policy sends patrols to the places it puts first; and so round.

Any system takes part as an argument: something that is told each day's records and gives scores. Controls run
on the same truth: patrols sent at random, patrols that detect nothing, and a truth that is the same everywhere.
All replicates of a run go side by side as arrays.

Read with care: the rates, the reporting and the detection are assumptions, chosen or swept; the simulation shows
what follows from them, not what happened anywhere.

Steps, in order:  World -> Policy -> simulate (true, reported, detected, recorded, patrolled) -> Run

Source: Lum & Isaac (2016), Significance 13(5), 14-19; Ensign and others (2018), PMLR 81, 160-171 (reported and discovered
incidents apart); Akpinar, De-Arteaga & Chouldechova (2021), FAccT (differential reporting); Mohler and others (2015), Journal
of the American Statistical Association 110(512) (deterrence); Chapman and others (2022) for the control on a uniform truth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from ..tables.errors import BadSetting, BadValue

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


@dataclass(frozen=True)
class World:
    """How the world is set.

    Attributes:
        events_per_day: true events a day in each place, shape (places,).
        report_share: chance that an event is reported by somebody, shape (places,).
        detection: chance that one unit of patrol in a place detects an event that was not reported.
        deterrence: share of events that one unit of patrol keeps from happening, 0 to 1.
        by_product: records a day that a unit of patrol adds whatever happens there, such as finds in stops.
    """

    events_per_day: NDArray[np.float64]
    report_share: NDArray[np.float64]
    detection: float = 0.1
    deterrence: float = 0.0
    by_product: float = 0.0

    def __post_init__(self) -> None:
        """Raise on numbers that no world has."""
        if len(self.events_per_day) < 2 or len(self.events_per_day) != len(self.report_share):
            many = f"rates for {len(self.events_per_day):,} places and reporting for {len(self.report_share):,}"
            raise BadValue(f"There are {many}, so no world can be made of them. Give both for the same two places or more.")
        if not np.all(np.isfinite(self.events_per_day)) or np.any(self.events_per_day < 0) or not self.events_per_day.sum() > 0:
            raise BadValue("Events a day must be 0 or more in every place, above 0 in one, and never missing: missing is never zero.")
        shares = np.array([*self.report_share, self.detection, self.deterrence])
        if not np.all(np.isfinite(shares)) or np.any(shares < 0) or np.any(shares > 1):
            raise BadValue("Report shares, detection and deterrence are shares from 0 to 1 and may not be missing.")
        if not self.by_product >= 0:
            raise BadValue(f"by_product={self.by_product!r} must be 0 or more records a day.")


@dataclass(frozen=True)
class Policy:
    """Where patrols go, given scores.

    Attributes:
        k: places patrolled each day, the highest scores; ties are settled by chance, anew each day.
        dose: units of patrol in each of them.
        coverage: units of patrol everywhere, whatever the scores.
        kind: "top" (the k highest), "proportional" (k units shared out by score), or "random" (k places by lot: the control).
    """

    k: int = 1
    dose: float = 1.0
    coverage: float = 0.0
    kind: Literal["top", "proportional", "random"] = "top"

    def patrol(self, scores: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
        """Units of patrol in each place, shape (replicates, places).

        Raises:
            BadSetting: k is none of the places, or more than there are.

        Example:
            >>> Policy(k=1).patrol(np.array([[1.0, 5.0, 2.0]]), np.random.default_rng(0)).tolist()
            [[0.0, 1.0, 0.0]]
        """
        replicates, places = scores.shape
        if not 1 <= self.k <= places:
            raise BadSetting(f"k={self.k!r} places cannot be patrolled of {places:,}. Give a whole number from 1 to {places:,}.")
        if self.kind == "proportional":
            total = scores.sum(axis=1, keepdims=True)
            even = np.full_like(scores, 1 / places)
            return self.coverage + self.dose * self.k * np.divide(scores, total, out=even, where=total > 0)
        lot = random.random((replicates, places))
        ranked = lot if self.kind == "random" else scores
        sent = np.zeros((replicates, places))
        if places == 2 and self.k == 1:  # a comparison is quicker than a sort, and two places are asked about most
            first = (ranked[:, 0] > ranked[:, 1]) | ((ranked[:, 0] == ranked[:, 1]) & (lot[:, 0] > lot[:, 1]))
            sent[:, 0], sent[:, 1] = first, ~first
        else:
            if self.kind == "top":
                ranked = _with_ties_by_lot(ranked, lot)
            chosen = np.argpartition(-ranked, self.k - 1, axis=1)[:, : self.k]
            np.put_along_axis(sent, chosen, 1.0, axis=1)
        return self.coverage + self.dose * sent


def _with_ties_by_lot(scores: NDArray[np.float64], lot: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores moved apart by less than their rounding, so that equal ones are settled by lot."""
    reach = np.maximum(np.abs(scores).max(axis=1, keepdims=True), 1e-300)
    return scores + lot * reach * 1e-9


class Learner(Protocol):
    """A system in the loop: it gives scores, and is told what was recorded."""

    def scores(self, day: int) -> NDArray[np.float64]:
        """Scores for this day, shape (replicates, places), from what was recorded before it."""
        ...

    def learn(self, day: int, recorded: NDArray[np.float64]) -> None:
        """Take in a day's records, shape (replicates, places)."""
        ...


@dataclass(frozen=True)
class Run:
    """What a simulation gives, added up over spans of days.

    Attributes:
        days: last day of each span, shape (spans,).
        true, reported, detected, recorded, patrol: shape (spans, replicates, places); counts, and units of patrol.
        flagged: days on which each place was among those the scores put first, the same shape.
    """

    days: NDArray[np.int64]
    true: NDArray[np.float64]
    reported: NDArray[np.float64]
    detected: NDArray[np.float64]
    recorded: NDArray[np.float64]
    patrol: NDArray[np.float64]
    flagged: NDArray[np.float64]


def simulate(
    world: World,
    start: Callable[[int, int], Learner],
    *,
    policy: Policy | None = None,
    days: int = 365,
    replicates: int = 200,
    spans: int = 12,
    seed: int = 0,
    tell: Callable[[str, float], None] | None = None,
) -> Run:
    """Run the loop of truth, records, scores and patrols.

    Args:
        world: rates, reporting, detection, deterrence.
        start: from (replicates, places) to a system that is new to the job; see `feedback_learners.py`.
        policy: where patrols go.
        days, replicates: how long, and how many worlds side by side.
        spans: the days are added up in so many spans of (nearly) equal length.
        seed: of the random numbers; runs that differ in policy or system alone share no draws.
        tell: is told how many days are done.

    Returns:
        The counts of each span.

    Raises:
        BadSetting: no day, no replicate, or more spans than days.

    Example:
        >>> from evenhand.audit.feedback_learners import count_map
        >>> world = World(np.array([1.0, 1.0]), np.array([0.5, 0.5]), detection=0.3)
        >>> run = simulate(world, count_map(window=100), days=50, replicates=20, spans=2, seed=1)
        >>> bool((run.recorded == run.reported + run.detected).all()), run.true.shape
        (True, (2, 20, 2))

    Read with care:
        See the head of this file.
    """
    if days < 1 or replicates < 1 or not 1 <= spans <= days:
        raise BadSetting(f"days={days!r}, replicates={replicates!r}, spans={spans!r}: give whole numbers from 1, and no more spans than days.")
    sent_by = policy or Policy()
    places = len(world.events_per_day)
    random, learner = np.random.default_rng(seed), start(replicates, places)
    ends = np.unique(np.round(np.linspace(0, days, spans + 1)).astype(np.int64)[1:])
    sums = {name: np.zeros((len(ends), replicates, places)) for name in ("true", "reported", "detected", "recorded", "patrol", "flagged")}
    span = 0
    for day in range(days):
        patrol = sent_by.patrol(learner.scores(day), random)
        today = _day(world, patrol, random)
        learner.learn(day, today["recorded"])
        for name, counts in today.items():
            sums[name][span] += counts
        sums["patrol"][span] += patrol
        sums["flagged"][span] += patrol > sent_by.coverage
        if day + 1 == ends[span]:
            span += 1
            if tell:
                tell(f"simulating: day {day + 1:,} of {days:,}", (day + 1) / days)
    return Run(ends, **sums)


def _day(world: World, patrol: NDArray[np.float64], random: np.random.Generator) -> dict[str, NDArray[np.float64]]:
    """One day's true, reported, detected and recorded events.

    Events that are reported, detected and missed are each Poisson and independent: the same law as drawing
    the true events first and dealing them out, in fewer draws.
    """
    there = world.events_per_day * ((1 - world.deterrence) ** patrol if world.deterrence else 1.0)
    reported = random.poisson(there * world.report_share, size=patrol.shape)
    unreported = there * (1 - world.report_share)
    found = 1 - (1 - world.detection) ** patrol
    detected = random.poisson(unreported * found, size=patrol.shape) if world.detection else np.zeros_like(reported)
    missed = random.poisson(unreported * (1 - found), size=patrol.shape)
    recorded = (reported + detected).astype(float)
    if world.by_product:
        recorded += random.poisson(world.by_product * patrol)
    return {"true": reported + detected + missed, "reported": reported, "detected": detected, "recorded": recorded}


def controls(world: World) -> dict[str, World]:
    """The same world with one thing taken away: detection (nothing patrols do is recorded), and differences (the same everywhere).

    Example:
        >>> sorted(controls(World(np.array([1.0, 3.0]), np.array([0.5, 0.7]))))
        ['no detection', 'uniform truth']
    """
    same = np.full(len(world.events_per_day), float(np.mean(world.events_per_day)))
    alike = np.full(len(world.report_share), float(np.average(world.report_share, weights=world.events_per_day)))
    return {
        "no detection": replace(world, detection=0.0, by_product=0.0),
        "uniform truth": replace(world, events_per_day=same, report_share=alike),
    }
