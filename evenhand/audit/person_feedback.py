"""Listed and watched: what becomes of a list when those on it are stopped, reported on and looked into more than others?

Each cycle the system lists people from the book as it stands, those listed are watched, and life goes on: what the watching turns up
goes into the book, and the next list is made. Beside it runs the same life, with the same luck, in which being listed changes nothing. A
limit on how long records are kept can be set from the start, or after so many cycles.

    run_feedback         one life: counts of each cycle
    replicate_feedback   several lives under several arms, side by side
    settled_at           where a number settles
    half_life            how long until half of the first list is gone

Read with care: how much more the watched are recorded is set, and so is everything else. It shows what a loop does when there is one.

Steps, in order:  list -> watch -> live on -> count, so many cycles -> Trajectory -> person_feedback_findings

Source: Ensign, Friedler, Neville, Scheidegger & Venkatasubramanian (2018), PMLR 81, for discovered and reported incidents; Lum & Isaac (2016),
Significance 13(5); the loop over people is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ..tables.errors import BadSetting
from .person_marks import VIOLENCE, groups_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from ..tables.conduct import Conduct
    from ..tables.record_book import RecordBook
    from ..tables.scored import Scored
    from .person_sources import Score


class World(Protocol):
    """Made-up people who can live on; the audit does not know who made them."""

    @property
    def book(self) -> RecordBook:
        """What is on record of them."""
        ...

    @property
    def conduct(self) -> Conduct:
        """What they truly did."""
        ...

    @property
    def last(self) -> int:
        """Day number up to which they have lived."""
        ...

    def live_on(self, *, days: int, is_watched: NDArray[np.bool_] | None = None, watch: Any = None, keep_years: float | None = None) -> World:
        """The same people so many days later, some of them watched."""
        ...


@dataclass(frozen=True)
class Arm:
    """One way the world may go on.

    Attributes:
        is_watched: those listed are watched; else being listed changes nothing.
        keep_years: how long records are kept; None for ever.
        limit_after: cycles before that limit holds.
    """

    is_watched: bool = True
    keep_years: float | None = None
    limit_after: int = 0


ARMS = {
    "listed and watched": Arm(),
    "listed, not watched": Arm(is_watched=False),
    "watched, records kept 5 years": Arm(keep_years=5),
    "watched, records kept 3 years": Arm(keep_years=3),
    "watched, records kept 1 year": Arm(keep_years=1),
}
"""The loop, its control, and limits on keeping records."""


@dataclass(frozen=True, repr=False)
class Trajectory:
    """Counts of each cycle; the first list is made before anybody is watched.

    Attributes:
        groups: their names.
        days: day number of each list, shape (cycles + 1,).
        listed: people listed by group, shape (cycles + 1, groups).
        people: people by group, shape (groups,).
        new: people listed who were never listed before, shape (cycles + 1,).
        first_kept: people of the first list who are on each list, shape (cycles + 1,).
        stayed: people on the list of cycle `limit_after` who have been on every list since, shape (cycles + 1 - limit_after,).
        truly_violent: people listed who did something violent in the span before, by group, shape (cycles + 1, groups).
        offences, recorded: true offences in the span after each list, and those on record of whoever did them, of people not listed
            and listed; shape (cycles, 2).
        rows: rows in the book at each list, shape (cycles + 1,).
        system: what made the lists.
    """

    groups: tuple[str, ...]
    days: NDArray[np.int64]
    listed: NDArray[np.float64]
    people: NDArray[np.float64]
    new: NDArray[np.float64]
    first_kept: NDArray[np.float64]
    stayed: NDArray[np.float64]
    truly_violent: NDArray[np.float64]
    offences: NDArray[np.float64]
    recorded: NDArray[np.float64]
    rows: NDArray[np.int64]
    system: str

    def __repr__(self) -> str:
        """How long; no count."""
        return f"<{len(self.days) - 1} cycles of a list>"

    def group_share(self, group: int) -> NDArray[np.float64]:
        """The group's share of each list; nan where it is empty."""
        total = self.listed.sum(axis=1)
        return np.divide(self.listed[:, group], total, out=np.full(len(total), np.nan), where=total > 0)

    def group_ratio(self, group: int, reference: int) -> NDArray[np.float64]:
        """How many times as often the group is listed as the reference, at each list; nan where nobody of the reference is."""
        rates = self.listed / self.people
        return np.divide(rates[:, group], rates[:, reference], out=np.full(len(rates), np.nan), where=rates[:, reference] > 0)


def run_feedback(
    world: World,
    score: Score,
    *,
    cycles: int = 20,
    days: int = 182,
    watch: Any = None,
    arm: Arm | None = None,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> Trajectory:
    """List, watch and live on, cycle by cycle.

    Args:
        world: made-up people; it is not changed.
        score: the system.
        cycles: how often people live on after the first list.
        days: how long a cycle is.
        watch: what being watched does, as the world takes it; None leaves it to the world.
        arm: whether the listed are watched, and how long records are kept.
        tell: is told how many cycles are done.

    Raises:
        BadSetting: the people are not made up, or fewer than one cycle or day.

    Read with care:
        See the head of this file.
    """
    if not world.book.is_made_up:
        raise BadSetting("Feedback is simulated on made-up people alone: nobody knows what real people would have done.")
    if cycles < 1 or days < 1:
        raise BadSetting(f"cycles={cycles!r} and days={days!r} must be 1 or more.")
    way, counts = arm or Arm(), _Counts(world, days)
    extra = {} if watch is None else {"watch": watch}
    for cycle in range(cycles + 1):
        scored = score(world.book, on=_date(world.last))
        counts.count(world, scored, has_begun=cycle >= way.limit_after)
        if cycle == cycles:
            break
        keep = way.keep_years if cycle >= way.limit_after else None
        after = world.live_on(days=days, is_watched=scored.is_flagged if way.is_watched else None, keep_years=keep, **extra)
        counts.count_span(after, scored, first=world.last + 1)
        world = after
        tell(f"living on: cycle {cycle + 1} of {cycles}", (cycle + 1) / cycles)
    return counts.trajectory(scored.system)


def replicate_feedback(
    make_world: Callable[[int], World],
    score: Score,
    *,
    seeds: Sequence[int],
    arms: Mapping[str, Arm] | None = None,
    cycles: int = 20,
    days: int = 182,
    watch: Any = None,
    jobs: int = 1,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> dict[str, list[Trajectory]]:
    """The same arms for several lives; all arms of one seed start from the same people.

    Args:
        make_world: from a seed to made-up people.
        score: the system.
        seeds: one for each life.
        arms: what is compared; left out: `ARMS`.
        cycles, days, watch: as `run_feedback`.
        jobs: processes at once (joblib); -1 for all cores. The counts do not depend on it.
        tell: is told how many lives are done.

    Returns:
        Arm -> a trajectory for each seed.
    """
    from joblib import Parallel, delayed

    ways = dict(arms or ARMS)
    work = (delayed(_every_arm)(make_world, score, seed, ways, cycles, days, watch) for seed in seeds)
    lives: list[dict[str, Trajectory]] = []
    for life in Parallel(n_jobs=jobs, return_as="generator")(work):
        lives.append(life)
        tell(f"lives lived: {len(lives)} of {len(seeds)}", len(lives) / len(seeds))
    return {name: [life[name] for life in lives] for name in ways}


def settled_at(values: ArrayLike, *, last: int = 5) -> tuple[float, float]:
    """Where a number settles: its mean over the last lists, and how far it still moves over them.

    drift = slope of a straight line through the last values, times their number less one

    Args:
        values: at each list, shape (lists,).
        last: how many count as the end.

    Returns:
        Mean and drift; nan where one of the last values is missing or there are fewer than two.

    Example:
        >>> level, drift = settled_at([1.0, 2.0, 2.5, 2.75, 2.9, 2.9, 2.9, 2.9, 2.9])
        >>> f"{level:.2f} {abs(drift):.2f}"
        '2.90 0.00'

    Read with care:
        A number may stand still for a while and move again. Only a drift near 0, in most lives, speaks for a fixed point.

    Source: this is a mean and a least-squares slope.
    """
    end = np.asarray(values, dtype=float)[-last:]
    if len(end) < 2 or not np.isfinite(end).all():
        return float("nan"), float("nan")
    return float(end.mean()), float(np.polyfit(np.arange(len(end)), end, 1)[0] * (len(end) - 1))


def half_life(kept: ArrayLike, *, days: int) -> float:
    """After how many days half of those on a list are off it, straight lines drawn between lists.

    Args:
        kept: how many of the first are still on each later list, the first number being all of them; shape (lists,).
        days: between lists.

    Returns:
        Days; nan where half or more are still on the last.

    Example:
        >>> half_life([100, 80, 40], days=10)
        17.5

    Read with care:
        Lists change without any limit too: read it beside the half-life of the arm that keeps records for ever.

    Source: this is linear interpolation.
    """
    share = np.asarray(kept, dtype=float) / kept[0] if np.asarray(kept).size and np.asarray(kept)[0] else np.array([])  # type: ignore[index]
    below = np.flatnonzero(share <= 0.5)
    if not len(below):
        return float("nan")
    at = int(below[0])
    return float(days * (at - 1 + (share[at - 1] - 0.5) / (share[at - 1] - share[at])))


def _every_arm(
    make_world: Callable[[int], World], score: Score, seed: int, arms: Mapping[str, Arm], cycles: int, days: int, watch: Any
) -> dict[str, Trajectory]:
    world = make_world(seed)
    return {name: run_feedback(world, score, cycles=cycles, days=days, watch=watch, arm=arm) for name, arm in arms.items()}


def _date(day: int) -> dt.date:
    return np.datetime64(int(day), "D").astype(object)


class _Counts:
    """What is counted as a life goes on."""

    def __init__(self, world: World, days: int) -> None:
        self.group, self.groups = groups_of(world.book)
        self.days, self.people = days, self._by_group(np.ones(len(self.group), dtype=bool))
        self.rows: dict[str, list[Any]] = {name: [] for name in ("days", "listed", "new", "first_kept", "stayed", "truly_violent", "rows")}
        self.spans: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = []
        self.ever = np.zeros(len(self.group), dtype=bool)
        self.first: NDArray[np.bool_] | None = None
        self.staying: NDArray[np.bool_] | None = None

    def count(self, world: World, scored: Scored, *, has_begun: bool) -> None:
        now = scored.is_flagged
        self.first = now if self.first is None else self.first
        if has_begun:
            self.staying = now if self.staying is None else self.staying & now
            self.rows["stayed"].append(self.staying.sum())
        violent = world.conduct.count(first=world.last - self.days + 1, last=world.last, offences=VIOLENCE) > 0
        found = {
            "days": world.last, "listed": self._by_group(now), "new": (now & ~self.ever).sum(), "first_kept": (now & self.first).sum(),
            "truly_violent": self._by_group(now & violent), "rows": len(world.book.rows),
        }  # fmt: skip
        for name, value in found.items():
            self.rows[name].append(value)
        self.ever = self.ever | now

    def count_span(self, after: World, scored: Scored, *, first: int) -> None:
        """True offences of the span, and those the police put down to whoever did them, by whether they are listed."""
        done, named = (after.conduct.count(first=first, last=after.last, chosen=chosen) for chosen in (None, after.conduct.is_named))
        sides = (~scored.is_flagged, scored.is_flagged)
        self.spans.append((np.array([done[side].sum() for side in sides], float), np.array([named[side].sum() for side in sides], float)))

    def trajectory(self, system: str) -> Trajectory:
        made = {name: np.array(values, dtype=np.int64 if name in ("days", "rows") else float) for name, values in self.rows.items()}
        return Trajectory(
            groups=self.groups,
            people=self.people,
            offences=np.array([one for one, _ in self.spans]),
            recorded=np.array([one for _, one in self.spans]),
            system=system,
            **made,
        )

    def _by_group(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        kept = chosen & (self.group >= 0)
        return np.bincount(self.group[kept], minlength=len(self.groups)).astype(float)
