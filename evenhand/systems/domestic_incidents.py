"""Domestic incidents on record: who was a suspect, who the victim, and what grade an officer gave.

Shared by DASH, whose score is that grade, and DARAT, which was to take its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.record_rows import ABSENT, code

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

NOBODY = -1


@dataclass(frozen=True, repr=False)
class Incidents:
    """Domestic reports with a suspect, one row for each suspect in each, in order of suspect, day, victim and grade.

    Attributes:
        suspect, victim: positions of people; the victim NOBODY where none is on record, the first in the book where there are several.
        day: day number it was put on record.
        level: position in person_words.DASH_LEVELS, ABSENT where no officer graded it; the highest where the rows of one incident differ.
    """

    suspect: NDArray[np.int64]
    victim: NDArray[np.int64]
    day: NDArray[np.int64]
    level: NDArray[np.int64]

    def __len__(self) -> int:
        """How many."""
        return len(self.suspect)

    def __getitem__(self, chosen: Any) -> Incidents:
        """Those of a mask or of positions."""
        return Incidents(self.suspect[chosen], self.victim[chosen], self.day[chosen], self.level[chosen])


def domestic_incidents(book: RecordBook) -> Incidents:
    """Domestic reports on record.

    Args:
        book: already cut off at the day it is to be known on.
    """
    rows = book.rows[book.is_row("crime_report") & (book.rows.is_domestic == 1)]
    own = np.arange(len(rows)) + 1 + (rows.incident.max() if len(rows) else 0)  # a row of no incident is one by itself
    _, at = np.unique(np.where(rows.incident == ABSENT, own, rows.incident), return_inverse=True)
    count = int(at.max()) + 1 if len(rows) else 0
    victims, nobody = np.full(count, len(book)), len(book)
    is_victim = _is(rows.role, "victim")
    np.minimum.at(victims, at[is_victim], rows.who[is_victim])
    levels = np.full(count, ABSENT)
    np.maximum.at(levels, at, rows.dash_level)
    chosen = _is(rows.role, "suspect")
    found = np.stack([rows.who[chosen], rows.reported[chosen], victims[at[chosen]], levels[at[chosen]]]).astype(np.int64)
    suspect, day, victim, level = np.unique(found, axis=1)
    return Incidents(suspect, np.where(victim == nobody, NOBODY, victim), day, level)


def _is(roles: NDArray[np.int8], role: str) -> NDArray[np.bool_]:
    return np.asarray(roles == code("role", role))
