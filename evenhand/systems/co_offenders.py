"""Who is on record beside whom, since which day, and what those beside somebody did.

Shared by systems that read people's networks. Two people are tied from the day on which both were on record in one incident; an incident with
more people than record_book.MOST_TOGETHER ties nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.record_book import MOST_TOGETHER
from ..tables.record_rows import ABSENT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook


@dataclass(frozen=True, eq=False, repr=False)
class CoOffenders:
    """Ties, each from both sides.

    Attributes:
        who, other: positions of two people.
        day: the first day both were on record in one incident.
    """

    who: NDArray[np.int64]
    other: NDArray[np.int64]
    day: NDArray[np.int64]

    def deeds(self, who: NDArray[Any], day: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Deeds of people, seen from each of those tied to them.

        Args:
            who, day: whose deed, and the day it was put on record.

        Returns:
            Who is tied to the one who did it, and the day from which both the tie and the deed are on record; one for each tie and deed.
        """
        order = np.argsort(who, kind="stable")
        of, on = np.asarray(who)[order], np.asarray(day)[order]
        first, past = np.searchsorted(of, self.other, side="left"), np.searchsorted(of, self.other, side="right")
        tie = np.repeat(np.arange(len(self.who)), past - first)
        deed = _runs(first, past - first)
        return self.who[tie], np.maximum(self.day[tie], on[deed])


def co_offenders_of(book: RecordBook, chosen: NDArray[np.bool_], day: NDArray[Any] | None = None) -> CoOffenders:
    """Ties among people in chosen rows of one incident.

    Args:
        book: the records.
        chosen: mask over rows.
        day: the day from which each row of the book can tell; None: the day it was put on record.
    """
    rows = book.rows
    on = rows.reported if day is None else day
    at = np.flatnonzero(chosen & (rows.incident != ABSENT))
    at = at[np.lexsort((on[at], rows.who[at], rows.incident[at]))]
    first_of_person = np.ones(len(at), dtype=bool)
    first_of_person[1:] = (rows.who[at[1:]] != rows.who[at[:-1]]) | (rows.incident[at[1:]] != rows.incident[at[:-1]])
    at = at[first_of_person]
    _, start, size = np.unique(rows.incident[at], return_index=True, return_counts=True)
    several = (size > 1) & (size <= MOST_TOGETHER)
    start, size = start[several], size[several]
    one = np.repeat(_runs(start, size), np.repeat(size, size))  # each with everybody of the incident, and with themselves
    other = _runs(np.repeat(start, size), np.repeat(size, size))
    who, beside = rows.who[at[one]].astype(np.int64), rows.who[at[other]].astype(np.int64)
    since = np.maximum(on[at[one]], on[at[other]]).astype(np.int64)
    order = np.lexsort((since, beside, who))
    order = order[who[order] != beside[order]]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (who[order[1:]] != who[order[:-1]]) | (beside[order[1:]] != beside[order[:-1]])
    kept = order[new]
    return CoOffenders(who[kept], beside[kept], since[kept])


def _runs(start: NDArray[Any], size: NDArray[Any]) -> NDArray[np.int64]:
    """start, start + 1, … of each size, one after another."""
    total = int(np.sum(size))
    if not total:
        return np.zeros(0, dtype=np.int64)
    before = np.cumsum(size) - size
    return np.asarray(np.arange(total) - np.repeat(before, size) + np.repeat(start, size), dtype=np.int64)
