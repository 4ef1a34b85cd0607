"""What lay before a day: how many records a person had by then, for many people, each on a day of their own.

Systems that learn from events ask what was on record of somebody when each event happened; the same systems, scoring everybody on one day, ask
it for that day. Both are asked here, so that what is learnt from and what is scored are made in one way, and nothing later can slip in.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.record_rows import OPEN
from .severity_sums import MONTH_DAYS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

_DAYS = 2**20
"""More days than any record spans; a person and a day make one number: person times this, and the day."""
_MIDDLE = 2**19
DAYS_A_YEAR = 365.25
LONG_AGO_YEARS = 99.0
"""Stands for the time since what never happened."""


@dataclass(frozen=True, eq=False, repr=False)
class Past:
    """Chosen records in order of person and day.

    Attributes:
        keys: person and day of each as one number, rising.
        sums: weights summed up to each, one more than keys.
    """

    keys: NDArray[np.int64]
    sums: NDArray[np.float64]

    def total(self, who: NDArray[Any], until: Any, since: Any = None) -> NDArray[np.float64]:
        """Sum of weights of each person's records from one day to another, both included; a count where there are no weights.

        Args:
            who: positions of people, shape (asked,); somebody may be asked about many times.
            until: day number, or one for each asked.
            since: day number, or one for each asked; None: from the first record on.
        """
        start = -_MIDDLE if since is None else since
        return self.sums[np.searchsorted(self.keys, _key(who, until), side="right")] - self.sums[np.searchsorted(self.keys, _key(who, start), side="left")]

    def last(self, who: NDArray[Any], until: Any) -> NDArray[np.int64]:
        """The day of each person's last record up to and including a day; -OPEN for none."""
        at = np.searchsorted(self.keys, _key(who, until), side="right") - 1
        found = self.keys[at] if len(self.keys) else np.full(np.shape(who), -1)
        return np.where((at >= 0) & (found // _DAYS == who), found % _DAYS - _MIDDLE, -OPEN)

    def first(self, who: NDArray[Any]) -> NDArray[np.int64]:
        """The day of each person's first record; OPEN for none."""
        at = np.searchsorted(self.keys, _key(who, -_MIDDLE), side="left")
        found = self.keys[np.minimum(at, len(self.keys) - 1)] if len(self.keys) else np.full(np.shape(who), -1)
        return np.where((at < len(self.keys)) & (found // _DAYS == who), found % _DAYS - _MIDDLE, OPEN)


def past_of(who: NDArray[Any], day: NDArray[Any], weights: NDArray[Any] | None = None) -> Past:
    """Records put in order.

    Args:
        who, day: position of the person and day number of each record.
        weights: one for each record; left out: 1.

    Example:
        >>> past = past_of(np.array([0, 0, 1]), np.array([10, 30, 20]))
        >>> past.total(np.array([0, 0, 1]), np.array([9, 30, 30])).tolist(), past.last(np.array([0, 1]), 25).tolist()
        ([0.0, 2.0, 1.0], [10, 20])
    """
    keys = _key(who, day)
    order = np.argsort(keys, kind="stable")
    weighed = np.ones(len(keys)) if weights is None else np.asarray(weights, dtype=float)[order]
    return Past(keys[order], np.concatenate([[0.0], np.cumsum(weighed)]))


def on_record(book: RecordBook, chosen: NDArray[np.bool_], weights: NDArray[Any] | None = None) -> Past:
    """Chosen rows of a book by the day each was put on record.

    Args:
        book: the records.
        chosen: mask over rows.
        weights: one for each row of the book.
    """
    return past_of(book.rows.who[chosen], book.rows.reported[chosen], None if weights is None else weights[chosen])


def years_since(day: Any, *, on: Any) -> NDArray[np.float64]:
    """Years from a day to a later one; LONG_AGO_YEARS where there is none (-OPEN).

    Example:
        >>> years_since(np.array([0, -OPEN]), on=1461).tolist()
        [4.0, 99.0]
    """
    passed = np.asarray((np.asarray(on, dtype=np.int64) - day) / DAYS_A_YEAR)
    return np.where(np.asarray(day) <= -OPEN, LONG_AGO_YEARS, passed)


def months_earlier(day: dt.date, months: float) -> dt.date:
    """A day so many months before another; twelve months are 365 days.

    Example:
        >>> months_earlier(dt.date(2024, 1, 1), 12)
        datetime.date(2023, 1, 1)
    """
    return day - dt.timedelta(days=round(months * MONTH_DAYS))


def percentile(values: NDArray[Any]) -> NDArray[np.float64]:
    """Where each stands among all, 0 for the lowest and 100 for the highest; those with the same value stand together in their middle.

    Example:
        >>> percentile(np.array([5, 1, 5, 9, 7])).tolist()
        [37.5, 0.0, 37.5, 100.0, 75.0]
    """
    from scipy.stats import rankdata

    return np.asarray(100 * (rankdata(values) - 1) / max(1, len(values) - 1))


def drawn(people: int, *, most: int, seed: int) -> NDArray[np.int64]:
    """Positions of at most so many, drawn by lot where there are more; rising.

    Example:
        >>> drawn(3, most=5, seed=1).tolist()
        [0, 1, 2]
    """
    if people <= most:
        return np.arange(people)
    return np.sort(np.random.default_rng(seed).choice(people, size=most, replace=False))


def _key(who: Any, day: Any) -> NDArray[np.int64]:
    return np.asarray(who, dtype=np.int64) * _DAYS + np.clip(np.asarray(day, dtype=np.int64), -_MIDDLE, _MIDDLE - 1) + _MIDDLE
