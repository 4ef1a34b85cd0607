"""What several scores of people share: sums of what records weigh, less as they age, and in proportion to how they are graded.

A record's part in a score is its severity times how much of it age has left times, for intelligence, how far it is trusted. Which
records count, and what is done with the sum, is each system's own rule and stands in its own file.

Windows and ages are in days: a month is 365/12 of them, so that twelve months are 365 days and a leap day moves nothing.

Used by: vha.py, gangs_matrix.py, rfsdi.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import BadSetting
from ..tables.person_words import INFORMATION_GRADES, SOURCE_GRADES
from ..tables.record_rows import ABSENT, code

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

MONTH_DAYS = 365 / 12
_A_HAIR = 1e-9  # 12 * MONTH_DAYS need not be 365 to the last bit
DECAYS = ("geometric", "linear", "smooth", "none")
GRADINGS = ("table", "half", "full", "reliable")
GRADE_SHARES = (
    (1.0, 0.8, 0.6, 0.4, 0.0),  # source reliable; content known directly, corroborated, indirectly, not known, suspected to be false
    (0.6, 0.5, 0.3, 0.2, 0.0),  # source untested
    (0.1, 0.1, 0.1, 0.1, 0.0),  # source not reliable
)
"""Share of an intelligence report that counts, by source and content; a guess of ours, as nobody has published such shares."""


def in_window(day: NDArray[Any], on: int, months: float | None) -> NDArray[np.bool_]:
    """Which days lie in the last so many months up to a day, both ends in.

    Args:
        day: day numbers, any shape.
        on: the day looked from.
        months: length of the window; None for one without a beginning.

    Example:
        >>> in_window(np.array([635, 634, 1001]), 1000, 12).tolist()
        [True, False, False]
    """
    return (day <= on) & (True if months is None else on - day <= months * MONTH_DAYS + _A_HAIR)


def fading(age_days: NDArray[Any], decay: str, *, step_months: float = 12.0, part: float = 1 / 3) -> NDArray[np.float64]:
    """How much of its severity a record has left at an age.

    Args:
        age_days: age in days, any shape.
        decay: "geometric", a part of what is left goes after every step; "linear", a part of the first value goes, until nothing is left;
            "smooth", as geometric, but day by day; "none".
        step_months: length of a step.
        part: the part that goes.

    Raises:
        BadSetting: no such decay.

    Example:
        >>> (2500 * fading(np.array([0, 364, 365, 730]), "geometric")).round(1).tolist()
        [2500.0, 2500.0, 1666.7, 1111.1]
        >>> fading(np.array([364, 365, 730, 1095, 9999]), "linear").round(3).tolist()
        [1.0, 0.667, 0.333, 0.0, 0.0]
    """
    if decay not in DECAYS:
        raise BadSetting(f"There is no decay '{decay}'. Known: {', '.join(DECAYS)}.")
    steps = np.maximum(np.asarray(age_days, dtype=float), 0) / (step_months * MONTH_DAYS)
    if decay == "none":
        return np.ones_like(steps)
    whole = steps if decay == "smooth" else np.floor(steps + _A_HAIR)
    return np.maximum(1 - part * whole, 0) if decay == "linear" else (1 - part) ** whole


def severity_of(offence: NDArray[np.int8], weights: NDArray[np.float64], *, unknown: float = 0.0) -> NDArray[np.float64]:
    """What each record weighs by its offence.

    Args:
        offence: codes, ABSENT where none is told; shape (rows,).
        weights: of each offence, shape (offences,); see offence_weights.py.
        unknown: what a record without an offence weighs; 0 leaves it out of a sum, and whoever calls must say so.

    Example:
        >>> severity_of(np.array([1, ABSENT]), np.array([10.0, 20.0]), unknown=5).tolist()
        [20.0, 5.0]
    """
    return np.where(offence == ABSENT, unknown, weights[offence])


def trust_of(source_grade: NDArray[np.int8], information_grade: NDArray[np.int8], grading: str = "table") -> NDArray[np.float64]:
    """Share of an intelligence report that counts, by its 3x5x2 grades.

    Args:
        source_grade, information_grade: codes, shape (rows,). What is not graded is taken as an untested source, or as content not known.
        grading: "table", GRADE_SHARES; "half", every report half; "full", every report whole; "reliable", whole from a reliable source
            and nothing from others.

    Raises:
        BadSetting: no such grading.

    Example:
        >>> trust_of(np.array([0, 1, ABSENT]), np.array([0, 3, ABSENT])).tolist()
        [1.0, 0.2, 0.2]
    """
    if grading not in GRADINGS:
        raise BadSetting(f"There is no grading '{grading}' of intelligence. Known: {', '.join(GRADINGS)}.")
    if grading in ("half", "full"):
        return np.full(len(source_grade), 0.5 if grading == "half" else 1.0)
    if grading == "reliable":
        return (source_grade == code("source_grade", "1")).astype(float)
    source = np.where(source_grade == ABSENT, SOURCE_GRADES.index("2"), source_grade)
    content = np.where(information_grade == ABSENT, INFORMATION_GRADES.index("D"), information_grade)
    return np.asarray(GRADE_SHARES)[source, content]


def one_per_incident(book: RecordBook, chosen: NDArray[np.bool_], by: NDArray[Any]) -> NDArray[np.bool_]:
    """Of each person's chosen rows in one incident, one; rows that belong to no incident all stay.

    Args:
        book: the records.
        chosen: mask over rows.
        by: one number a row; the row with the highest stays, of equals the latest event, then the latest report, then the first row.

    Returns:
        Mask over rows, within `chosen`.
    """
    rows = book.rows
    kept = chosen & (rows.incident == ABSENT)
    at = np.flatnonzero(chosen & (rows.incident != ABSENT))
    at = at[np.lexsort((at, -rows.reported[at], -rows.day[at], -np.asarray(by)[at], rows.incident[at], rows.who[at]))]
    is_first = np.ones(len(at), dtype=bool)
    is_first[1:] = (rows.who[at[1:]] != rows.who[at[:-1]]) | (rows.incident[at[1:]] != rows.incident[at[:-1]])
    kept[at[is_first]] = True
    return kept


def highest(book: RecordBook, chosen: NDArray[np.bool_], value: NDArray[Any], *, most: int) -> NDArray[np.float64]:
    """Each person's highest values among chosen rows, highest first; 0 where there are fewer; shape (people, most).

    Args:
        book: the records.
        chosen: mask over rows.
        value: one number a row, not negative.
        most: how many.
    """
    at = np.flatnonzero(chosen)
    at = at[np.lexsort((-np.asarray(value)[at], book.rows.who[at]))]
    who = book.rows.who[at]
    place = np.arange(len(at)) - np.searchsorted(who, who)  # a person's rows stand together
    among = place < most
    found = np.zeros((len(book), most))
    found[who[among], place[among]] = np.asarray(value)[at[among]]
    return found
