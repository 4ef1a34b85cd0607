"""Feedback in a replay: what if patrols went where the list sent them, and found some more there?

Lum & Isaac's experiment. Each day, in each place on the list, chance adds events: a binomial number out of the day's
recorded events and one more, each found with a fixed probability. They count as recorded from the next morning on,
so the system learns from what its own list brought about. Two controls: the same without any discovery, and as many
places searched that are drawn by lot each day.

Repetitions go forward together, a day at a time; a system is handed the pasts of some fifty of them at once.

Steps, in order:  replay_with_feedback: (past -> scores -> list -> discoveries -> the next day), by groups of repetitions

Read with care: nothing here says how many events patrols would find, or that they would find any: the share is a setting (0.2 in the
paper). The one event more is most of what is found: a list of 20 places brings 4 discoveries a day where nothing else was recorded.
`besides=0` leaves it out. Patrols deter nobody here.

Source: Lum & Isaac (2016), To predict and serve?, Significance 13(5), 14-19, and its replication files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import BadSetting
from ..tables.past_events import Past, whole_table
from .replay import checked_scores, top

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from .replay import Replayed, System, Tell

SEARCHED = ("listed", "by-lot")
AT_ONCE = 50
"""Repetitions that go forward together; each such group has a stream of chance of its own, so that the result does not depend on how many run at once."""


@dataclass(frozen=True, eq=False)
class Fed:
    """What happened in each repetition.

    Attributes:
        days: the mornings, as positions in the history; shape (days,).
        expected_ratio: what the system expects in a place on its list over what it expects in a place that is not; shape (repetitions, days);
            nan where it expects nothing elsewhere.
        discovered: events added, shape (repetitions, days).
        captured: events of the history itself that fell on the list, shape (repetitions, days).
        days_listed: shape (repetitions, places).
        shared: share of the list that the list without feedback has too, shape (repetitions, days); nan without a list.
        searches: how places were searched.
        k: places to a list.
    """

    days: NDArray[np.int64]
    expected_ratio: NDArray[np.float64]
    discovered: NDArray[np.int64]
    captured: NDArray[np.int64]
    days_listed: NDArray[np.int64]
    shared: NDArray[np.float64]
    searches: Searches
    k: int


@dataclass(frozen=True)
class Searches:
    """How places are searched, and what is found there.

    Attributes:
        discovery: chance of finding each event that is there to be found in a place searched; 0 to 1.
        besides: events there to be found beside those that were recorded on the day; the published rule has 1.
        where: places on the list ("listed"), or as many "by-lot".
        begin_day: number of the first of the days on which anything is found.
    """

    discovery: float = 0.2
    besides: int = 1
    where: str = "listed"
    begin_day: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if not 0 <= self.discovery <= 1:
            raise BadSetting(f"discovery={self.discovery!r} is no chance; give a number from 0 to 1, such as 0.2.")
        if not (self.besides >= 0 and self.besides == int(self.besides)):
            raise BadSetting(f"besides={self.besides!r} is no number of events; give a whole number from 0, such as 1.")
        if self.where not in SEARCHED:
            raise BadSetting(f"where={self.where!r} is not known. Known: {', '.join(SEARCHED)}.")


PAPER = Searches()
"""As Lum & Isaac's: a fifth of the day's events and of one more, in each place on the list; here from the first day."""


def expected_ratio(scores: NDArray[np.float64], is_listed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What is expected in a place on the list over what is expected in one that is not, by row.

    ratio = mean score of listed places / mean score of the others

    Args:
        scores: expected events, shape (rows, places).
        is_listed: of the same shape.

    Returns:
        Shape (rows,); nan where nothing is listed, all is, or nothing is expected elsewhere.

    Example:
        >>> expected_ratio(np.array([[6.0, 2.0, 1.0]]), np.array([[True, False, False]])).tolist()
        [4.0]

    Read with care:
        Scores must be expected events, or in proportion to them: a ratio of ranks says nothing.

    Source: Lum & Isaac (2016), Significance 13(5), 14-19 (expected crime in targeted bins beside the others; the exact form is ours).
    """
    listed, places = is_listed.sum(axis=1), is_listed.shape[1]
    inside = np.where(is_listed, scores, 0.0).sum(axis=1)
    outside = scores.sum(axis=1) - inside
    top_side, bottom = inside * (places - listed), outside * listed
    return np.divide(top_side, bottom, out=np.full(len(scores), np.nan), where=bottom > 0)


def replay_with_feedback(
    counts: ArrayLike,
    system: System,
    without: Replayed,
    *,
    window_days: int,
    searches: Searches = PAPER,
    repetitions: int = 100,
    seed: int = 1,
    jobs: int = 1,
    tell: Tell | None = None,
) -> Fed:
    """Replay a system that learns from what its own lists bring about.

    Args:
        counts: events by day and place, shape (days of record, places).
        system: from a past to scores, for many runs at once.
        without: the same system's replay without feedback; its days, length of list and rule for ties are used.
        window_days: as in that replay.
        searches: how places are searched.
        repetitions: how often chance is tried.
        seed: of the random draws; the same seed gives the same discoveries.
        jobs: groups of repetitions at once (joblib); -1 for all cores. The result does not depend on it.
        tell: is told how much is done.

    Raises:
        BadSetting: no repetition, or a window that reaches back before the record.
        BadValue: the system's scores are no numbers.

    Example:
        >>> from evenhand.audit.replay import each_alone, replay
        >>> record, counted = [[1, 1]] * 40, each_alone(lambda counts: counts.sum(axis=0))
        >>> plain = replay(record, counted, window_days=10, k=1)
        >>> fed = replay_with_feedback(record, counted, plain, window_days=10, repetitions=20)
        >>> f"{plain.scores[-1].tolist()}, with feedback {fed.expected_ratio[:, -1].mean():.1f} times as much on the list"
        '[10.0, 10.0], with feedback 1.3 times as much on the list'

    Read with care:
        See the head of this file.
    """
    from joblib import Parallel, delayed

    if repetitions < 1:
        raise BadSetting(f"repetitions={repetitions!r} tries nothing; give 1 or more.")
    if without.days[0] < window_days:
        raise BadSetting(f"The first day, number {without.days[0]}, has fewer than {window_days} days before it.")
    table = whole_table(counts)
    sizes = [min(AT_ONCE, repetitions - start) for start in range(0, repetitions, AT_ONCE)]
    chances = np.random.SeedSequence(seed).spawn(len(sizes))
    in_steps = tell if jobs == 1 else None
    work = (
        delayed(_together)(table, system, without, window_days, searches, size, chance, _part_told(in_steps, number, len(sizes)))
        for number, (size, chance) in enumerate(zip(sizes, chances, strict=True))
    )
    groups = []
    for group in Parallel(n_jobs=jobs, return_as="generator")(work):
        groups.append(group)
        if tell:
            tell("replaying with discoveries", len(groups) / len(sizes))
    ratio, discovered, captured, often, shared = (np.concatenate(column) for column in zip(*groups, strict=True))
    return Fed(without.days, ratio, discovered, captured, often, shared, searches, without.k)


def _part_told(tell: Tell | None, number: int, of: int) -> Tell | None:
    """Progress of one group as progress of all."""
    return None if tell is None else lambda what, share: tell(what, (number + share) / of)


def _together(
    table: NDArray[np.int64], system: System, without: Replayed, window_days: int, searches: Searches,
    repetitions: int, chance: np.random.SeedSequence, tell: Tell | None,
) -> tuple[NDArray[Any], ...]:  # fmt: skip
    """One group of repetitions from the first day to the last: the columns of `Fed` that have a row for each."""
    rng, places = np.random.default_rng(chance), table.shape[1]
    memory = _Memory(table, int(without.days[0]), window_days, repetitions)
    shape = (repetitions, len(without.days))
    ratio, shared = np.full(shape, np.nan), np.full(shape, np.nan)
    discovered, captured = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    often = np.zeros((repetitions, places), dtype=np.int64)
    for row, day in enumerate(without.days):
        scores = checked_scores(system, memory.past(int(day)))
        listed = top(scores, k=without.k, ties=without.ties)
        found = np.zeros((repetitions, places), dtype=np.int64)
        if row >= searches.begin_day:
            where = np.nonzero(listed if searches.where == "listed" else _by_lot(rng, repetitions, places, without.k))
            found[where] = rng.binomial(table[day, where[1]] + searches.besides, searches.discovery)
        memory.record(int(day), table[day] + found)
        ratio[:, row], often = expected_ratio(scores, listed), often + listed
        discovered[:, row], captured[:, row] = found.sum(axis=1), (listed * table[day]).sum(axis=1)
        both, all_ = (listed & without.is_listed[row]).sum(axis=1), listed.sum(axis=1)
        shared[:, row] = np.divide(both, all_, out=np.full(repetitions, np.nan), where=all_ > 0)
        if tell:
            tell("replaying with discoveries", (row + 1) / len(without.days))
    return ratio, discovered, captured, often, shared


def _by_lot(rng: np.random.Generator, repetitions: int, places: int, k: int) -> NDArray[np.bool_]:
    """So many places of each repetition, all equally likely."""
    return top(rng.random((repetitions, places)) + 1.0, k=k)


class _Memory:
    """What each repetition has recorded within the window: one sorted number for each repetition, place and day with events."""

    def __init__(self, table: NDArray[np.int64], first: int, window_days: int, repetitions: int) -> None:
        self.days, self.places = table.shape
        self.window_days, self.repetitions = window_days, repetitions
        place, day = np.nonzero(table[:first].T)
        kept = day >= first - window_days
        place, day = place[kept], day[kept]
        key = place * self.days + day
        self.key = (np.arange(repetitions)[:, None] * (self.places * self.days) + key).ravel()
        self.events = np.tile(table[day, place], repetitions)
        self.day = np.tile(day, repetitions)

    def record(self, day: int, events: NDArray[np.int64]) -> None:
        """Add a day's events, shape (repetitions, places)."""
        where = np.flatnonzero(events)
        new = where * self.days + day
        at = np.searchsorted(self.key, new)
        self.key, self.events = np.insert(self.key, at, new), np.insert(self.events, at, events.ravel()[where])
        self.day = np.insert(self.day, at, day)

    def past(self, day: int) -> Past:
        """The window before a day, once what has fallen out of it is forgotten."""
        kept = self.day >= day - self.window_days
        self.key, self.events, self.day = self.key[kept], self.events[kept], self.day[kept]
        run, place = np.divmod(self.key // self.days, self.places)
        return Past(run, place, day - self.day, self.events.astype(float), self.repetitions, self.places, self.window_days)
