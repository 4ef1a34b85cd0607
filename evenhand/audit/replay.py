"""Replay: what would the system have listed each morning, and what was then recorded there?

A system is handed the days before a morning and gives each place a score; the places with the highest scores are that
day's list. This is done for every day of a past period, so that lists can be held against what came after: how much of
it they held, how often each place was listed, and how far a plain count gives the same list.

The system is any function from a `Past` (tables/past_events.py) to scores of shape (runs, places); the audit does not
know which. `each_alone` makes one of a function that takes one morning at a time.

Steps, in order:  replay: before_each_day -> system -> top;  then captured_by_day, days_listed, overlap, captured_when_shifted

Read with care: what came after is recorded crime. Where lists sent patrols in earnest, more would be recorded on them, and
the share they hold would rise without any being better foreseen: replay_feedback.py simulates that.

Source: Lum & Isaac (2016), To predict and serve?, Significance 13(5), 14-19, and its replication files, which replay a system
day by day; Chainey, Tompson & Uhlig (2008), Security Journal 21, 4-28 (share of crime over share of ground).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, BadValue, CannotAnswer
from ..tables.past_events import Past, before_each_day, whole_table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

System = Callable[[Past], "NDArray[np.float64]"]
Tell = Callable[[str, float], None]
TIES = ("highest", "lowest")
ROWS_AT_ONCE = 2_000_000
"""Rows of past events handed to a system at a time: some 100 MB."""


@dataclass(frozen=True, eq=False)
class Replayed:
    """One system's lists over a period.

    Attributes:
        days: the mornings, as positions in the history; shape (days,).
        scores: shape (days, places).
        is_listed: shape (days, places).
        happened: events recorded on the day itself, shape (days, places).
        k: places to a list.
        ties: which of two places with the same score comes first.
    """

    days: NDArray[np.int64]
    scores: NDArray[np.float64]
    is_listed: NDArray[np.bool_]
    happened: NDArray[np.int64]
    k: int
    ties: str = "highest"


def top(scores: ArrayLike, *, k: int, ties: str = "highest") -> NDArray[np.bool_]:
    """The k places with the highest scores of each run; places without any score are never listed.

    Args:
        scores: shape (runs, places).
        k: how many.
        ties: which of two places with exactly the same score comes first: the one with the "highest" or the "lowest" position.

    Returns:
        Shape (runs, places).

    Raises:
        BadSetting: a k that is not between 1 and the number of places, or an unknown rule for ties.
        BadValue: a score that is missing or infinite.

    Example:
        >>> top([[0.5, 0.2, 0.2, 0.0]], k=2).tolist(), top([[0.5, 0.2, 0.2, 0.0]], k=2, ties="lowest").tolist()
        ([[True, False, True, False]], [[True, True, False, False]])

    Read with care:
        Counts tie often. Where many places tie for the last position of a list, the rule decides who is on it.
    """
    values = np.asarray(scores, dtype=float)
    if ties not in TIES:
        raise BadSetting(f"ties={ties!r} is not known. Known: {', '.join(TIES)}.")
    if not 1 <= k <= values.shape[1]:
        raise BadSetting(f"{k} places cannot be listed out of {values.shape[1]:,}; choose between 1 and {values.shape[1]:,}.")
    if not np.isfinite(values).all():
        raise BadValue("The system gave a place no score, or an endless one, so places cannot be put in order. Every place needs a number.")
    turned = values[:, ::-1] if ties == "highest" else values
    order = np.argsort(-turned, axis=1, kind="stable")[:, :k]
    listed = np.zeros(turned.shape, dtype=bool)
    np.put_along_axis(listed, order, values=True, axis=1)
    listed &= turned > 0
    return listed[:, ::-1] if ties == "highest" else listed


def each_alone(system: Callable[[NDArray[np.int64]], NDArray[np.float64]]) -> System:
    """A system for replays out of a function that takes one morning's past, as a table of days by places.

    Args:
        system: from counts of the last `window_days` days, shape (days, places), oldest first, to scores, shape (places,).

    Example:
        >>> weekly = each_alone(lambda counts: counts[-7:].sum(axis=0))
        >>> replay([[3, 0], [0, 1], [0, 0]], weekly, window_days=1, k=1).is_listed.tolist()
        [[True, False], [False, True]]
    """

    def of_runs(past: Past) -> NDArray[np.float64]:
        scores = np.empty((past.runs, past.cells))
        ends = np.searchsorted(past.run, np.arange(past.runs + 1))
        for run in range(past.runs):
            rows = slice(ends[run], ends[run + 1])
            counts = np.zeros((past.window_days, past.cells), dtype=np.int64)
            counts[past.window_days - past.days_ago[rows], past.cell[rows]] = past.events[rows]
            scores[run] = system(counts)
        return scores

    return of_runs


def replay(
    counts: ArrayLike,
    system: System,
    *,
    window_days: int,
    k: int,
    days: ArrayLike | None = None,
    ties: str = "highest",
    tell: Tell | None = None,
) -> Replayed:
    """Run a system on every morning of a period, each time with the days before it and no more.

    Args:
        counts: events by day and place, shape (days of record, places).
        system: from a past to scores.
        window_days: how many days before a morning the system is handed.
        k: places to a list.
        days: mornings, as positions in `counts`; default every day with a whole window before it.
        ties: see `top`.
        tell: is told what is being done and how much is done, 0 to 1.

    Returns:
        Scores, lists, and what was recorded on each morning's own day.

    Raises:
        BadValue: counts that are no counts, or scores that are no numbers or of the wrong shape.
        BadSetting: a window or days that the record does not hold.

    Example:
        >>> yesterday = each_alone(lambda counts: counts[-1])
        >>> found = replay([[2, 0], [0, 1], [0, 3]], yesterday, window_days=1, k=1)
        >>> found.is_listed.tolist(), captured_share(found)
        ([[True, False], [False, True]], 0.75)

    Read with care:
        A day without records counts as a day on which nothing was recorded.
    """
    table = whole_table(counts)
    mornings = np.arange(window_days, len(table)) if days is None else np.asarray(days, dtype=np.int64)
    if len(mornings) == 0 or mornings.max() >= len(table):
        last = window_days if days is None else mornings.max()
        raise BadSetting(f"There are {len(table):,} days of record, so no list can be held against day number {last} (the first day is number 0).")
    busy = max(1, int(np.count_nonzero(table)) * window_days // len(table))
    at_once = max(1, ROWS_AT_ONCE // busy)
    parts = []
    for start in range(0, len(mornings), at_once):
        some = mornings[start : start + at_once]
        parts.append(checked_scores(system, before_each_day(table, some, window_days=window_days)))
        if tell:
            tell("replaying day by day", min(1.0, (start + at_once) / len(mornings)))
    scores = np.concatenate(parts)
    return Replayed(mornings, scores, top(scores, k=k, ties=ties), table[mornings], k, ties)


def checked_scores(system: System, past: Past) -> NDArray[np.float64]:
    """A system's scores, after making sure of their shape.

    Raises:
        BadValue: not one score for each run and place.
    """
    scores = np.asarray(system(past), dtype=float)
    if scores.shape != (past.runs, past.cells):
        raise BadValue(f"The system gave scores of shape {scores.shape}; a replay needs one for each of {past.runs} mornings and {past.cells} places.")
    return scores


def static_list(like: Replayed, scores: ArrayLike) -> Replayed:
    """The same list every day, as one that was made once and never looked at again.

    Args:
        like: whose days, length of list and rule for ties it shares.
        scores: of each place, such as its events before the first day; shape (places,).

    Example:
        >>> yesterday = each_alone(lambda counts: counts[-1])
        >>> found = replay([[2, 0], [0, 1], [0, 3]], yesterday, window_days=1, k=1)
        >>> static_list(found, [2, 0]).is_listed.tolist()
        [[True, False], [True, False]]
    """
    once = np.asarray(scores, dtype=float)[None, :]
    listed = top(once, k=like.k, ties=like.ties)
    return replace(like, scores=np.repeat(once, len(like.days), axis=0), is_listed=np.repeat(listed, len(like.days), axis=0))


def captured_by_day(found: Replayed) -> NDArray[np.int64]:
    """Events recorded each day in a place of that day's list, shape (days,)."""
    return np.asarray((found.happened * found.is_listed).sum(axis=1))


def captured_share(found: Replayed) -> float:
    """Share of all recorded events of the period that fell in a place of their own day's list.

    Raises:
        CannotAnswer: nothing was recorded in the period.

    Example:
        >>> nobody = Replayed(np.array([1]), np.array([[1.0, 0.0]]), np.array([[True, False]]), np.array([[3, 1]]), 1)
        >>> captured_share(nobody)
        0.75
    """
    return float(captured_by_day(found).sum() / _recorded(found.happened))


def captured_when_shifted(found: Replayed, counts: ArrayLike, shift_days: int) -> float:
    """Share captured if each list had been used some days later (or, below 0, earlier) than the day it was made for.

    A list that does as well a week later foresees places, not days.

    Args:
        found: the replay.
        counts: the whole record it was made from, shape (days of record, places).
        shift_days: how many days later.

    Raises:
        CannotAnswer: the record holds none of the days shifted to, or nothing was recorded on them.

    Example:
        >>> yesterday = each_alone(lambda counts: counts[-1])
        >>> record = [[2, 0], [0, 1], [0, 3]]
        >>> captured_when_shifted(replay(record, yesterday, window_days=1, k=1), record, -1)
        1.0

    Read with care:
        Shifted back, a list is held against days it has learnt from. Shifted forth, the last days have no record and are left out.
    """
    table = whole_table(counts)
    then = found.days + shift_days
    held = (then >= 0) & (then < len(table))
    happened = table[then[held]]
    return float((happened * found.is_listed[held]).sum() / _recorded(happened))


def days_listed(found: Replayed) -> NDArray[np.int64]:
    """On how many days each place was listed, shape (places,).

    Example:
        >>> yesterday = each_alone(lambda counts: counts[-1])
        >>> days_listed(replay([[2, 0], [0, 1], [0, 3]], yesterday, window_days=1, k=1)).tolist()
        [1, 1]
    """
    return np.asarray(found.is_listed.sum(axis=0))


def overlap(one: Replayed, other: Replayed) -> NDArray[np.float64]:
    """Share of each day's list that is on the other's list too, shape (days,); nan for a day without a list.

    Raises:
        BadValue: two replays of different days or places.

    Example:
        >>> yesterday = each_alone(lambda counts: counts[-1])
        >>> found = replay([[2, 0], [0, 1], [0, 3]], yesterday, window_days=1, k=1)
        >>> overlap(found, static_list(found, [2, 0])).tolist()
        [1.0, 0.0]
    """
    if one.is_listed.shape != other.is_listed.shape or (one.days != other.days).any():
        raise BadValue("The two replays are not of the same days and places, so their lists cannot be set beside each other.")
    shared, listed = (one.is_listed & other.is_listed).sum(axis=1), one.is_listed.sum(axis=1)
    return np.divide(shared, listed, out=np.full(len(listed), np.nan), where=listed > 0)


def new_on_list(found: Replayed) -> NDArray[np.float64]:
    """Share of each day's list that was not on the day before's, shape (days - 1,); nan for a day without a list.

    Example:
        >>> yesterday = each_alone(lambda counts: counts[-1])
        >>> new_on_list(replay([[2, 0], [0, 1], [0, 3]], yesterday, window_days=1, k=1)).tolist()
        [1.0]
    """
    today, before = found.is_listed[1:], found.is_listed[:-1]
    listed = today.sum(axis=1)
    return np.divide((today & ~before).sum(axis=1), listed, out=np.full(len(listed), np.nan), where=listed > 0)


def _recorded(happened: NDArray[np.int64]) -> int:
    total = int(happened.sum())
    if total == 0:
        raise CannotAnswer("Nothing was recorded on the days replayed, so nothing can be said about what the lists held.")
    return total
