"""People through the homes they share: what is on record of those somebody lives with.

A household is a pseudonym in the table of persons; whoever has none lives with nobody here. Who in a household is whose brother
or sister is not on record anywhere in this library: systems that speak of siblings go by age and a shared home.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.record_rows import ABSENT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook


def of_the_others(book: RecordBook, counts: NDArray[Any]) -> NDArray[np.float64]:
    """The sum over everybody in a person's household but the person; shape (people,).

    Args:
        book: whose households.
        counts: a number for each person, shape (people,).

    Example:
        >>> from types import SimpleNamespace
        >>> of_the_others(SimpleNamespace(household=np.array([7, 7, -1, 7])), np.array([1, 2, 5, 0])).tolist()
        [2.0, 1.0, 0.0, 3.0]
    """
    homes, at = np.unique(book.household, return_inverse=True)
    total = np.bincount(at, np.asarray(counts, dtype=float), minlength=len(homes))
    return np.asarray(np.where(book.household == ABSENT, 0.0, total[at] - counts))


def lives_with_older(book: RecordBook, chosen: NDArray[np.bool_], born: NDArray[Any]) -> NDArray[np.bool_]:
    """Who shares a household with somebody chosen who was born before them; shape (people,).

    Args:
        book: whose households.
        chosen: mask over people.
        born: month of birth of each.

    Example:
        >>> from types import SimpleNamespace
        >>> lives_with_older(SimpleNamespace(household=np.array([7, 7, 7, -1])), np.array([True, False, False, True]), np.array([50, 60, 40, 10])).tolist()
        [False, True, False, False]
    """
    homes, at = np.unique(book.household, return_inverse=True)
    eldest = np.full(len(homes), np.iinfo(np.int64).max)
    counted = chosen & (book.household != ABSENT)
    np.minimum.at(eldest, at[counted], np.asarray(born, dtype=np.int64)[counted])
    return np.asarray((book.household != ABSENT) & (eldest[at] < born))
