"""A book of records: people and what is on record of them, held as arrays for counting.

Systems read a book and nothing else. `known(on)` is the book as it stood at the end of a day: no later row, no outcome that was not
known yet. `without(source)` is the book as if one kind of record had never been kept.

A book of real people holds no ids: they are checked, used to put the rows together, and dropped, and the people are put in an order
that is nowhere kept. So no position in any array can be led back to a line of the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import BadSetting
from .record_rows import ABSENT, OPEN, Rows, code, codes, day_number

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

SOURCES = ("convictions", "charges", "suspect", "intelligence", "victimisation", "association", "stops")
"""Kinds of record, by how much was proved; what is none of these (prison, markers, …) is in no source."""
MOST_TOGETHER = 30
"""An incident with more people than this tells of nobody's associates."""


@dataclass(frozen=True, repr=False)
class Assessed:
    """Assessments, one row each: whose, when, and item -> its value (ABSENT where not judged)."""

    who: NDArray[np.int32]
    day: NDArray[np.int32]
    items: dict[str, NDArray[np.int8]]


@dataclass(frozen=True, repr=False)
class RecordBook:
    """People and their records.

    Attributes:
        provenance: "made-up" or "pseudonymised".
        born: month of birth, months since 1970-01, shape (people,).
        sex: position in person_words.SEXES.
        group, officer_group: positions in `groups`, ABSENT where not known.
        groups: names of the groups.
        area: position in `areas` of where each lives, ABSENT where not known.
        areas: names of the areas; rows use them too.
        household: a number, the same for all of a household; ABSENT where not known.
        rows: what is on record.
        assessed: assessments, if there are any.
    """

    provenance: str
    born: NDArray[np.int32]
    sex: NDArray[np.int8]
    group: NDArray[np.int8]
    officer_group: NDArray[np.int8]
    groups: tuple[str, ...]
    area: NDArray[np.int16]
    areas: tuple[str, ...]
    household: NDArray[np.int64]
    rows: Rows
    assessed: Assessed | None = None
    _known: dict[int, RecordBook] = field(default_factory=dict, compare=False)

    def __len__(self) -> int:
        """How many people."""
        return len(self.born)

    def __repr__(self) -> str:
        """How many; never who."""
        return f"<records of {len(self):,} {self.provenance} people, {len(self.rows):,} rows>"

    @property
    def is_made_up(self) -> bool:
        """Nobody in it exists."""
        return self.provenance == "made-up"

    def __reduce__(self) -> Any:
        """Refuse to be written to disk or sent elsewhere while its people are real."""
        if not self.is_made_up:
            raise BadSetting("Records of real people are not pickled, so that no copy of them is left behind. Read the tables again where they are needed.")
        return super().__reduce__()

    def known(self, on: dt.date | str) -> RecordBook:
        """The book as it stood at the end of a day: later rows are gone, outcomes not yet known are absent, and what had not ended is open."""
        day = day_number(on)
        if day not in self._known:
            rows = self.rows[self.rows.reported <= day]
            rows = replace(
                rows,
                outcome=np.where(rows.outcome_day <= day, rows.outcome, np.int8(ABSENT)),
                outcome_day=np.minimum(rows.outcome_day, day).astype(np.int32),
                until=np.where(rows.until <= day, rows.until, np.int32(OPEN)),
            )
            assessed = self.assessed
            if assessed is not None:
                by_then = assessed.day <= day
                assessed = Assessed(assessed.who[by_then], assessed.day[by_then], {item: values[by_then] for item, values in assessed.items.items()})
            self._known.clear()  # one day is asked of by many systems; another day seldom again
            self._known[day] = replace(self, rows=rows, assessed=assessed, _known={})
        return self._known[day]

    def is_row(self, event: str | tuple[str, ...] = (), **words: str | tuple[str, ...]) -> NDArray[np.bool_]:
        """Which rows hold one of the words given, in every column given; shape (rows,).

        Example: `book.is_row("crime_report", role="suspect", offence=("robbery", "kidnap"))`.
        """
        wanted = {"event": event, **words} if event else dict(words)
        chosen = np.ones(len(self.rows), dtype=bool)
        for column, one in wanted.items():
            listed = (one,) if isinstance(one, str) else one
            chosen &= np.isin(getattr(self.rows, column), codes(column, listed))
        return chosen

    def since(self, first: int) -> NDArray[np.bool_]:
        """Which rows are of events on or after a day number; shape (rows,)."""
        return self.rows.day >= first

    def count(self, chosen: NDArray[np.bool_], weights: NDArray[Any] | None = None) -> NDArray[np.float64]:
        """How many chosen rows each person has, or their sum of weights; shape (people,).

        Args:
            chosen: mask over rows.
            weights: one for each row of the book.
        """
        return np.bincount(self.rows.who[chosen], None if weights is None else weights[chosen], minlength=len(self)).astype(float)

    def last_day(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The last day each person has a chosen row, -OPEN for none; shape (people,)."""
        found = np.full(len(self), -OPEN, dtype=np.int64)
        np.maximum.at(found, self.rows.who[chosen], self.rows.day[chosen])
        return found

    def first_day(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The first day each person has a chosen row, OPEN for none; shape (people,)."""
        found = np.full(len(self), OPEN, dtype=np.int64)
        np.minimum.at(found, self.rows.who[chosen], self.rows.day[chosen])
        return found

    def is_within(self, event: str, on: dt.date | str, **words: str) -> NDArray[np.bool_]:
        """Who is in prison, under supervision, or has a marker, on a day; shape (people,)."""
        day = day_number(on)
        return self.count(self.is_row(event, **words) & (self.rows.day <= day) & (self.rows.until >= day)) > 0

    def age_on(self, day: dt.date | str | int | NDArray[Any]) -> NDArray[np.int64]:
        """Age in whole years on a day, or on a day for each person; a person is a year older from the month of birth on; shape (people,).

        Args:
            day: a date, a day number, or day numbers of shape (people,).
        """
        number = day_number(day) if not isinstance(day, (int, np.integer, np.ndarray)) else day
        month = np.asarray(number, dtype="datetime64[D]").astype("datetime64[M]").astype(np.int64)
        return np.floor_divide(month - self.born, 12)

    def stands(self, chosen: NDArray[np.bool_], *, most: int = MOST_TOGETHER) -> csr_array:
        """Who stands in which incident among chosen rows: 1 or nothing, shape (people, incidents).

        Args:
            chosen: mask over rows; those without an incident are left aside.
            most: incidents with more people than this are left aside.
        """
        from scipy.sparse import csr_array

        at = np.flatnonzero(chosen & (self.rows.incident != ABSENT))
        incidents, place = np.unique(self.rows.incident[at], return_inverse=True)
        pairs = np.unique(np.stack([place, self.rows.who[at]]), axis=1)  # somebody twice in one incident is there once
        size = np.bincount(pairs[0], minlength=len(incidents))
        pairs = pairs[:, (size[pairs[0]] > 1) & (size[pairs[0]] <= most)]
        return csr_array((np.ones(pairs.shape[1], dtype=np.int32), (pairs[1], pairs[0])), shape=(len(self), len(incidents)))

    def ties(self, chosen: NDArray[np.bool_], *, most: int = MOST_TOGETHER) -> csr_array:
        """In how many incidents two people stand together among chosen rows; symmetric, shape (people, people), no ties to oneself.

        Args:
            chosen, most: as of `stands`.
        """
        from scipy.sparse import csr_array

        stands = self.stands(chosen, most=most)
        tied = csr_array(stands @ stands.T)
        tied.setdiag(0)
        tied.eliminate_zeros()
        return tied

    def is_of(self, source: str) -> NDArray[np.bool_]:
        """Which rows are of one source of knowledge (one of SOURCES); shape (rows,).

        `suspect` is what rests on suspicion alone: reports and arrests that have led to no charge, caution or conviction. Association is
        being named beside somebody; the ties that shared incidents make are cut by `without`.

        Raises:
            BadSetting: no such source.
        """
        if source not in SOURCES:
            raise BadSetting(f"There is no source {source!r} of records. Known: {', '.join(SOURCES)}.")
        rows = self.rows
        about = np.isin(rows.role, codes("role", ("suspect", "possible_suspect", "subject")))
        accused = np.isin(rows.event, codes("event", ("crime_report", "arrest"))) & about
        proved = np.isin(rows.outcome, codes("outcome", ("caution", "convicted")))
        charged = np.isin(rows.outcome, codes("outcome", ("charged", "acquitted")))
        masks = {
            "convictions": (rows.event == code("event", "sanction")) | (accused & proved),
            "charges": accused & charged,
            "suspect": accused & ~proved & ~charged,
            "intelligence": (rows.event == code("event", "intelligence")) & (rows.role == code("role", "subject")),
            "victimisation": np.isin(rows.role, codes("role", ("victim", "witness"))) | (rows.event == code("event", "missing")),
            "association": rows.role == code("role", "associate"),
            "stops": rows.event == code("event", "stop"),
        }
        return np.asarray(masks[source])

    def without(self, source: str) -> RecordBook:
        """The book as if one source had never been kept; without association, no incident leads from one person to another either."""
        rows = self.rows[~self.is_of(source)]
        if source == "association":
            rows = replace(rows, incident=np.full(len(rows), ABSENT, dtype=np.int64))
        return replace(self, rows=rows, _known={})

    def with_rows(self, more: Rows) -> RecordBook:
        """The book with rows added."""
        from .record_rows import joined

        return replace(self, rows=joined([self.rows, more]), _known={})

    def only(self, columns: tuple[str, ...]) -> RecordBook:
        """The book with every declared column absent but these; for showing that a system reads no others."""
        from .record_rows import COLUMNS

        kept = (*columns, "who", "day", "event", "role")
        emptied: dict[str, Any] = {name: np.full_like(getattr(self.rows, name), ABSENT) for name in COLUMNS if name not in kept}
        for name, at in (("reported_day", "reported"), ("outcome_day", "outcome_day"), ("until", "until")):
            emptied.pop(at, None)
            if name not in columns:
                emptied[at] = np.full_like(self.rows.until, OPEN) if at == "until" else self.rows.day.copy() if at == "reported" else self.rows.reported.copy()
        return replace(self, rows=replace(self.rows, **emptied), _known={})
