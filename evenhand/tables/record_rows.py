"""The rows of records about people as arrays, one code a word, so that millions are counted in a moment.

A code is a word's place in its list of person_words.py; ABSENT stands where there is no word, and OPEN where a stay or a marker
has no last day. Days are counted from 1970-01-01.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from .person_words import DASH_LEVELS, EVENTS, HANDLING, INFORMATION_GRADES, MARKERS, OFFENCES, OUTCOMES, ROLES, SOURCE_GRADES, WEAPONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

ABSENT = -1
OPEN = 2**30
"""Last day of what has none."""
WORDS: dict[str, tuple[str, ...]] = {
    "event": EVENTS, "role": ROLES, "offence": OFFENCES, "weapon": WEAPONS, "outcome": OUTCOMES, "marker": MARKERS, "source_grade": SOURCE_GRADES,
    "information_grade": INFORMATION_GRADES, "handling": HANDLING, "dash_level": DASH_LEVELS,
}  # fmt: skip
"""Column -> its words, in the order of their codes."""


def code(column: str, word: str) -> int:
    """The code of a word of a column.

    Raises:
        ValueError: the column has no such word; a slip of ours.

    Example:
        >>> code("event", "stop")
        4
    """
    return WORDS[column].index(word)


def codes(column: str, words: Iterable[str]) -> NDArray[np.int8]:
    """The codes of several words.

    Example:
        >>> codes("role", ["suspect", "victim"]).tolist()
        [0, 2]
    """
    return np.array([code(column, word) for word in words], dtype=np.int8)


def day_number(day: dt.date | str) -> int:
    """Days since 1970-01-01.

    Example:
        >>> day_number("1970-01-31")
        30
    """
    return int((np.datetime64(day, "D") - np.datetime64("1970-01-01", "D")).astype(int))


@dataclass(frozen=True, repr=False)
class Rows:
    """One array for each column, all of one length; see tables/person_records.py for what they mean.

    Attributes:
        who: position of the person in the book.
        day, reported, until, outcome_day: day numbers; `until` OPEN where there is none, `outcome_day` that of the report where not told.
        incident: a number, the same for all rows of one incident; ABSENT where the row stands alone.
        event, role, offence, weapon, outcome, marker, source_grade, information_grade, handling, dash_level: codes.
        is_domestic, is_found: 1, 0 or ABSENT.
        area: position in the book's areas.
    """

    who: NDArray[np.int32]
    day: NDArray[np.int32]
    reported: NDArray[np.int32]
    until: NDArray[np.int32]
    incident: NDArray[np.int64]
    event: NDArray[np.int8]
    role: NDArray[np.int8]
    offence: NDArray[np.int8]
    weapon: NDArray[np.int8]
    is_domestic: NDArray[np.int8]
    outcome: NDArray[np.int8]
    outcome_day: NDArray[np.int32]
    is_found: NDArray[np.int8]
    marker: NDArray[np.int8]
    source_grade: NDArray[np.int8]
    information_grade: NDArray[np.int8]
    handling: NDArray[np.int8]
    dash_level: NDArray[np.int8]
    area: NDArray[np.int16]

    def __len__(self) -> int:
        """How many rows."""
        return len(self.who)

    def __getitem__(self, chosen: Any) -> Rows:
        """The rows of a mask or of positions."""
        return Rows(**{name: getattr(self, name)[chosen] for name in COLUMNS})

    def __repr__(self) -> str:
        """How many; never what they hold."""
        return f"<{len(self):,} rows of records about people>"


COLUMNS = tuple(field.name for field in fields(Rows))
_TYPES = {"who": np.int32, "day": np.int32, "reported": np.int32, "until": np.int32, "incident": np.int64, "outcome_day": np.int32, "area": np.int16}


def rows_of(who: NDArray[Any], day: NDArray[Any], event: Any, role: Any, **others: Any) -> Rows:
    """Rows from arrays; a single value stands for every row, and what is left out is absent.

    Args:
        who, day: arrays of one length.
        event, role: codes, or one word for all.
        others: further columns, as codes (or one word for all).

    Example:
        >>> rows = rows_of(np.array([0, 1]), np.array([10, 10]), "crime_report", np.array([0, 2]), offence="robbery", incident=7)
        >>> rows.offence.tolist(), rows.reported.tolist(), rows.marker.tolist()
        ([11, 11], [10, 10], [-1, -1])
    """
    unknown = set(others) - set(COLUMNS)
    if unknown:
        raise TypeError(f"no such columns: {', '.join(sorted(unknown))}")
    given = {"who": who, "day": day, "event": event, "role": role, **others}
    given.setdefault("reported", day)
    given.setdefault("until", OPEN)
    given.setdefault("outcome_day", given["reported"])
    built = {}
    for name in COLUMNS:
        value = given.get(name, ABSENT)
        value = code(name, value) if isinstance(value, str) else value
        built[name] = np.array(np.broadcast_to(value, len(who)), dtype=_TYPES.get(name, np.int8))
    return Rows(**built)


def joined(parts: Iterable[Rows]) -> Rows:
    """Rows one after another; none at all gives none."""
    every = list(parts) or [rows_of(np.zeros(0), np.zeros(0), 0, 0)]
    return Rows(**{name: np.concatenate([getattr(one, name) for one in every]) for name in COLUMNS})
