"""A person's sanctions as the prediction scales of prison and probation count them: how many, at what ages, for what, and free since when.

A sanction is a conviction, caution, reprimand or warning: one row of that event on one occasion. The last one is the current one. Follow-up starts
when the person is in the community after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import BadSetting
from ..tables.person_words import OFFENCES
from ..tables.record_rows import ABSENT, OPEN, code, codes, day_number
from .offence_sets import VIOLENT, VIOLENT_TYPE

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

FOLLOW_UP = ("release", "sanction", "release or today")
VIOLENCE = {"wide": VIOLENT_TYPE, "narrow": VIOLENT}
COLUMNS = ("reported_day", "until", "offence")
"""The declared columns of person_records that are read here."""


@dataclass(frozen=True, repr=False)
class Sanctions:
    """Sanctions of everybody in a book; each array of shape (people,), and of no meaning where `count` is 0.

    Attributes:
        count: sanctions, the current one too.
        violent: those of them for violence.
        offence: offence of the current one, a position in OFFENCES; `other` where the record does not tell.
        age_first, age_current: whole years at the first and the current sanction.
        starts: day number on which follow-up starts; of somebody still in prison, the day asked about.
        age: whole years then.
        is_in_community: follow-up has started by the day asked about.
        months_free: whole months from then to the day asked about, 0 for those in prison.
    """

    count: NDArray[np.int64]
    violent: NDArray[np.int64]
    offence: NDArray[np.int64]
    age_first: NDArray[np.int64]
    age_current: NDArray[np.int64]
    starts: NDArray[np.int64]
    age: NDArray[np.int64]
    is_in_community: NDArray[np.bool_]
    months_free: NDArray[np.int64]


def sanctions_of(book: RecordBook, *, on: dt.date, follow_up: str = "release", violence: str = "wide") -> Sanctions:
    """Sanctions of everybody.

    Args:
        book: as it was known on the day.
        on: the day asked about.
        follow_up: `release`: from the last release after the current sanction, or from that sanction; `sanction`: from the sanction whatever came of it;
            `release or today`: from the release, but from today where that is more than two years ago.
        violence: which sanctions are for violence, a word of VIOLENCE.

    Raises:
        BadSetting: no such follow-up or violence.
    """
    if follow_up not in FOLLOW_UP:
        raise BadSetting(f"There is no start of follow-up '{follow_up}'. Known: {', '.join(FOLLOW_UP)}.")
    if violence not in VIOLENCE:
        raise BadSetting(f"There is no sense of violence '{violence}'. Known: {', '.join(VIOLENCE)}.")
    today, rows = day_number(on), book.rows
    is_sanction = book.is_row("sanction")
    has = book.count(is_sanction).astype(np.int64)
    last = np.where(has > 0, book.last_day(is_sanction), today)
    first = np.where(has > 0, book.first_day(is_sanction), today)
    freed = _released(book, last, today)
    starts = last if follow_up == "sanction" else np.where(freed == OPEN, today, np.maximum(last, freed))
    if follow_up == "release or today":
        starts = np.where(whole_months(starts, today) > 24, today, starts)
    return Sanctions(
        count=has,
        violent=book.count(is_sanction & np.isin(rows.offence, codes("offence", VIOLENCE[violence]))).astype(np.int64),
        offence=_current_offence(book, is_sanction, last),
        age_first=book.age_on(first),
        age_current=book.age_on(last),
        starts=starts,
        age=book.age_on(starts),
        is_in_community=(freed != OPEN) | (follow_up == "sanction"),
        months_free=np.where((freed != OPEN) | (follow_up == "sanction"), whole_months(starts, today), 0),
    )


def whole_months(first: NDArray[Any], last: int | NDArray[Any]) -> NDArray[np.int64]:
    """Whole months from one day number to another, as calendars count them.

    Example:
        >>> from evenhand.tables.record_rows import day_number
        >>> whole_months(np.array([day_number("2024-01-31")]), day_number("2024-03-30")).tolist()
        [1]
    """
    begin, end = np.asarray(first).astype("datetime64[D]"), np.asarray(last).astype("datetime64[D]")
    months = end.astype("datetime64[M]").astype(np.int64) - begin.astype("datetime64[M]").astype(np.int64)
    day_of = [(one - one.astype("datetime64[M]")).astype(np.int64) for one in (begin, end)]
    return np.asarray(months - (day_of[1] < day_of[0]))


def ever_before(book: RecordBook, sanctions: Sanctions, offences: tuple[str, ...]) -> NDArray[np.bool_]:
    """Who has a sanction for one of these offences before the day of the current one; shape (people,)."""
    rows = book.rows
    current = np.full(len(book), -OPEN, dtype=np.int64)
    chosen = book.is_row("sanction")
    np.maximum.at(current, rows.who[chosen], rows.day[chosen])
    return book.count(chosen & np.isin(rows.offence, codes("offence", offences)) & (rows.day < current[rows.who])) > 0


def _current_offence(book: RecordBook, is_sanction: NDArray[np.bool_], last: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of several on one day, the one that stands first in OFFENCES, so that the order of records does not matter."""
    rows, other = book.rows, code("offence", "other")
    at = np.flatnonzero(is_sanction & (rows.day == last[rows.who]))
    found = np.full(len(book), len(OFFENCES), dtype=np.int64)
    offence = rows.offence[at].astype(np.int64)
    np.minimum.at(found, rows.who[at], np.where(offence == ABSENT, other, offence))
    return np.where(found == len(OFFENCES), other, found)


def _released(book: RecordBook, last: NDArray[np.int64], today: int) -> NDArray[np.int64]:
    """Day of the last release at or after the current sanction, -OPEN for none, OPEN for somebody in prison today."""
    rows = book.rows
    at = np.flatnonzero(book.is_row("prison") & (rows.day <= today) & (rows.until >= last[rows.who]))
    found = np.full(len(book), -OPEN, dtype=np.int64)
    np.maximum.at(found, rows.who[at], rows.until[at].astype(np.int64))
    return found
