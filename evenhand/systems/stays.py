"""How long people were away: days in prison, under supervision or under any other stay, each day once however many stays hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook


def days_inside(book: RecordBook, event: str, *, after: NDArray[Any] | int, on: int) -> NDArray[np.int64]:
    """Days each person spent in a stay, later than one day and up to another.

    The first and the last day of a stay are in it; stays that overlap count once, and one that has not ended lasts until `on`.

    Args:
        book: the records.
        event: the kind of stay, such as "prison".
        after: a day number, or one for each person; that day itself is not counted.
        on: the last day counted.

    Returns:
        Whole days, shape (people,).
    """
    rows = book.rows
    at = np.flatnonzero(book.is_row(event))
    at = at[np.lexsort((rows.day[at], rows.who[at]))]
    who = rows.who[at].astype(np.int64)
    first = np.maximum(rows.day[at], np.broadcast_to(np.asarray(after), len(book))[who] + 1).astype(np.int64)
    last = np.minimum(rows.until[at], on).astype(np.int64)
    apart = who * 2**32  # each person on a stretch of days of their own, so that one running maximum serves everybody
    reached = np.maximum.accumulate(np.concatenate([[-(2**62)], apart + last]))[:-1] - apart
    fresh = last - np.maximum(first, reached + 1) + 1
    return np.bincount(who, np.maximum(fresh, 0), minlength=len(book)).astype(np.int64)
