"""Systems for the feedback loop: count maps that run a thousand times at once, a control that learns nothing, and any other system, refitted.

A learner keeps what it needs to score the next day. The count maps keep sums; `refitted` keeps the records of a
window of days and hands each replicate's to the system every so many days, by joblib where many are to be run.

Read with care: a system refitted weekly is scored from the same fit for a week, as most are in use.

Source: the count map is the plain baseline of every audit here; see `feedback.py` for the loop.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, BadValue
from ..tables.past_events import gathered

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ..tables.past_events import Past
    from .feedback import Learner

    Start = Callable[[int, int], Learner]
    System = Callable[[Past], NDArray[np.float64]]


class _Memory:
    """The records of the last so many days, kept as the few places that have any."""

    def __init__(self, window: int) -> None:
        self.days: deque[tuple[int, NDArray[np.int64], NDArray[np.float64]]] = deque()
        self._window = window

    def keep(self, day: int, recorded: NDArray[np.float64]) -> list[tuple[int, NDArray[np.int64], NDArray[np.float64]]]:
        """Keep a day (places as positions in the flattened array); gives back the days that fall out of the window."""
        flat = recorded.ravel()
        there = np.flatnonzero(flat)
        self.days.append((day, there, flat[there].astype(float)))
        gone = []
        while self.days[0][0] <= day - self._window:
            gone.append(self.days.popleft())
        return gone


class _CountMap:
    """Scores are the records of the last so many days."""

    def __init__(self, replicates: int, places: int, window: int, prior: NDArray[np.float64]) -> None:
        self._sum, self._memory = np.tile(prior.astype(float), (replicates, 1)), _Memory(window)

    def scores(self, day: int) -> NDArray[np.float64]:
        """The sums so far."""
        return self._sum

    def learn(self, day: int, recorded: NDArray[np.float64]) -> None:
        """Add the day, and take away the one that falls out of the window."""
        gone = self._memory.keep(day, recorded)
        self._sum += recorded
        for _, places, events in gone:
            self._sum.ravel()[places] -= events


class _Fading:
    """Scores are all records, each counting less by the day."""

    def __init__(self, replicates: int, places: int, kept: float, prior: NDArray[np.float64]) -> None:
        self._sum, self._kept = np.tile(prior.astype(float), (replicates, 1)), kept

    def scores(self, day: int) -> NDArray[np.float64]:
        """The faded sums so far."""
        return self._sum

    def learn(self, day: int, recorded: NDArray[np.float64]) -> None:
        """Fade, then add the day."""
        self._sum *= self._kept
        self._sum += recorded


class _Constant:
    """Scores that never change: what a list that is never updated does, or nothing at all."""

    def __init__(self, scores: NDArray[np.float64], replicates: int) -> None:
        self._scores = np.tile(scores.astype(float), (replicates, 1))

    def scores(self, day: int) -> NDArray[np.float64]:
        """As on the first day."""
        return self._scores

    def learn(self, day: int, recorded: NDArray[np.float64]) -> None:
        """Learn nothing."""


class _Refitted:
    """Any system: from the past of every replicate to scores."""

    def __init__(self, system: System, shape: tuple[int, int], window: int, every: int, jobs: int, prior: NDArray[np.float64]) -> None:
        self._system, self._shape, self._window, self._every, self._jobs = system, shape, window, every, jobs
        self._memory, self._now = _Memory(window), np.tile(prior.astype(float), (shape[0], 1))

    def scores(self, day: int) -> NDArray[np.float64]:
        """From the last fit; fitted anew on each day that is due."""
        if day and day % self._every == 0:
            from joblib import Parallel, cpu_count, delayed

            jobs = cpu_count() if self._jobs < 0 else self._jobs
            parts = np.array_split(np.arange(self._shape[0]), min(jobs, self._shape[0]))
            fitted = Parallel(n_jobs=jobs)(delayed(self._system)(self._past(day, part)) for part in parts)
            self._now = np.concatenate([np.asarray(one, dtype=float) for one in fitted])
            if self._now.shape != self._shape or not np.all(np.isfinite(self._now)):
                raise BadValue(
                    f"The system gave scores of shape {self._now.shape}, or some that are missing, where one finite score for each of "
                    f"{self._shape[0]:,} replicates and {self._shape[1]:,} places is needed."
                )
        return self._now

    def learn(self, day: int, recorded: NDArray[np.float64]) -> None:
        """Keep the day in the window."""
        self._memory.keep(day, recorded)

    def _past(self, day: int, part: NDArray[np.int64]) -> Past:
        """The past of some neighbouring replicates on a morning."""
        places = self._shape[1]
        first, last = int(part[0]) * places, (int(part[-1]) + 1) * places
        ago = np.concatenate([np.full(len(there), day - then) for then, there, _ in self._memory.days])
        at = np.concatenate([there for _, there, _ in self._memory.days])
        events = np.concatenate([number for _, _, number in self._memory.days])
        mine = (at >= first) & (at < last)
        run, cell = np.divmod(at[mine].astype(np.int64) - first, places)
        return gathered(run, cell, ago[mine], events[mine], runs=len(part), cells=places, window_days=self._window)


def count_map(*, window: int = 180, prior: NDArray[np.float64] | None = None) -> Start:
    """A map of the records of the last so many days: the plain baseline, and, on Oakland's data, PredPol in all but name.

    Args:
        window: days counted.
        prior: records there were in each place before the first day, kept throughout, shape (places,); none if left out.

    Example:
        >>> learner = count_map(window=2)(1, 2)
        >>> for day, records in enumerate([[1, 0], [0, 2], [0, 1]]): learner.learn(day, np.array([records], dtype=float))
        >>> learner.scores(3).tolist()
        [[0.0, 3.0]]
    """
    if window < 1:
        raise BadSetting(f"window={window!r} must be a whole number of days from 1.")
    return lambda replicates, places: _CountMap(replicates, places, window, _prior(prior, places))


def fading_counts(*, half_life_days: float = 60.0, prior: NDArray[np.float64] | None = None) -> Start:
    """A map of all records, a record counting half after so many days.

    Example:
        >>> learner = fading_counts(half_life_days=1.0)(1, 1)
        >>> for day in range(2): learner.learn(day, np.array([[4.0]]))
        >>> learner.scores(2).tolist()
        [[6.0]]
    """
    if not half_life_days > 0:
        raise BadSetting(f"half_life_days={half_life_days!r} must be above 0.")
    return lambda replicates, places: _Fading(replicates, places, float(0.5 ** (1 / half_life_days)), _prior(prior, places))


def fixed(scores: NDArray[np.float64]) -> Start:
    """Scores that are never updated: a list drawn up once.

    Example:
        >>> fixed(np.array([3.0, 1.0]))(2, 2).scores(9).tolist()
        [[3.0, 1.0], [3.0, 1.0]]
    """
    return lambda replicates, places: _Constant(_prior(scores, places), replicates)


def refitted(system: System, *, window: int = 180, every: int = 7, jobs: int = 1, prior: NDArray[np.float64] | None = None) -> Start:
    """Any system, fitted anew to each replicate's own records every so many days.

    Args:
        system: from the past of many mornings (tables.past_events) to scores, shape (runs, cells): PredPol's
            `scores_of_past`, or any function of one past made so with `replay.each_alone`.
        window: days of records it is handed.
        every: days between fits.
        jobs: processes at once (joblib); -1 for all cores.
        prior: scores before the first fit, shape (places,); none if left out, so that the first patrols go by lot.

    Raises:
        BadSetting: a window or a step below one day.

    Example:
        >>> def counted(past):
        ...     return np.bincount(past.run * past.cells + past.cell, past.events, past.runs * past.cells).reshape(past.runs, past.cells)
        >>> learner = refitted(counted, window=3, every=1)(1, 2)
        >>> learner.learn(0, np.array([[1.0, 4.0]]))
        >>> learner.scores(1).tolist()
        [[1.0, 4.0]]
    """
    if window < 1 or every < 1:
        raise BadSetting(f"window={window!r} and every={every!r} must be whole numbers of days from 1.")
    return lambda replicates, places: _Refitted(system, (replicates, places), window, every, jobs, _prior(prior, places))


def _prior(prior: NDArray[np.float64] | None, places: int) -> NDArray[np.float64]:
    made = np.zeros(places) if prior is None else np.asarray(prior, dtype=float)
    if made.shape != (places,) or not np.all(np.isfinite(made)):
        raise BadValue(f"{made.size:,} numbers are given for {places:,} places, or some are missing. Give one for each.")
    return made
