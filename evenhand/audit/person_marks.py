"""What is counted of each person: how much stands on record of them, and in truth, before a list is made and after it.

Arrays with a value for each person, made for `person_tallies.tally_people` and gone once people are counted.

    Windows          which offences, over which time, recorded how firmly
    accused          offences on record of each person
    evidence_of      the most that had come of them
    history_strata   who is alike: bands of all offences crossed with bands of recent violent ones
    score_levels     scores in steps
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..tables.errors import BadSetting
from ..tables.record_rows import codes
from .person_counts import banded_counts, crossed

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ..tables.conduct import Conduct
    from ..tables.record_book import RecordBook

VIOLENCE = (
    "homicide", "attempted_murder", "gbh_with_intent", "assault_with_injury", "common_assault", "threats_to_kill", "kidnap", "rape", "sexual_assault",
    "sexual_child", "robbery", "aggravated_burglary", "weapons_possession", "firearms",
)  # fmt: skip
"""What counts as violent unless the asker says otherwise: violence, sexual offences, robbery, and carrying a weapon."""
EVIDENCE = ("convicted", "charged", "suspected only", "never accused")
"""The most that had come of what was on record of somebody."""
HISTORY, RECENT = (0, 1, 2, 3, 5, 10, 20), (0, 1, 2)
"""Where bands of all offences, and of recent violent ones, start."""
MOST_LEVELS = 1000
"""Scores that are told apart; more are put into as many steps of equal numbers of people."""
_EVER = 2**30


@dataclass(frozen=True)
class Windows:
    """What is counted, over which time.

    Attributes:
        follow_days: days after the list in which what came later is counted; None where nothing later is known.
        past_days: days up to the list in which violence counts as recent (the Matrix's review: two years).
        violent: offences that count as violent.
        outcome: offences that count as the outcome; none named: all.
        recorded_as: an offence counts as recorded of somebody who was at least this: suspected, charged (or cautioned) or convicted.
    """

    follow_days: int | None = 365
    past_days: int = 730
    violent: tuple[str, ...] = VIOLENCE
    outcome: tuple[str, ...] = ()
    recorded_as: Literal["suspected", "charged", "convicted"] = "suspected"

    def __post_init__(self) -> None:
        """Refuse windows of no days."""
        if (self.follow_days is not None and self.follow_days < 1) or self.past_days < 1:
            raise BadSetting(f"follow_days={self.follow_days!r} and past_days={self.past_days!r} must be 1 day or more; follow_days=None leaves it out.")
        if self.recorded_as not in ("suspected", "charged", "convicted"):
            raise BadSetting(f"recorded_as={self.recorded_as!r} is not known. Known: suspected, charged, convicted.")


def accused(
    book: RecordBook, recorded_as: str, *, first: int = -_EVER, last: int = _EVER, offences: tuple[str, ...] = (), with_sanctions: bool = True
) -> NDArray[np.int64]:
    """Offences on record of each person; shape (people,).

    One offence may be reported, arrested for and sanctioned, and not every table has all three: the largest of the three numbers is taken.

    Args:
        book: records; their outcomes are used as they stand.
        recorded_as: "suspected", "charged" or "convicted": the least that must have come of it.
        first, last: day numbers, both included.
        offences: only these; none named: all.
        with_sanctions: count sanctions too, whose day is not that of the offence.
    """
    rows = book.rows
    chosen = (rows.day >= first) & (rows.day <= last)
    if offences:
        chosen &= np.isin(rows.offence, codes("offence", offences))
    firm = {"suspected": (), "charged": ("charged", "acquitted", "caution", "convicted"), "convicted": ("caution", "convicted")}[recorded_as]
    led_to = np.isin(rows.outcome, codes("outcome", firm)) if firm else np.ones(len(rows), dtype=bool)
    about = np.isin(rows.role, codes("role", ("suspect", "possible_suspect", "subject")))
    found = np.zeros(len(book), dtype=np.int64)
    for event, fits in (("crime_report", led_to & about), ("arrest", led_to & about), ("sanction", np.full(len(rows), with_sanctions))):
        mask = chosen & fits & (rows.event == codes("event", (event,))[0])
        np.maximum(found, np.bincount(rows.who[mask], minlength=len(book)), out=found)
    return found


def groups_of(book: RecordBook) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Each person's group among those that anybody is of (-1: not known), and their names."""
    present = np.flatnonzero(np.bincount(book.group[book.group >= 0], minlength=len(book.groups)))
    place = np.full(len(book.groups) + 1, -1)  # the last stands for people of no known group
    place[present] = np.arange(len(present))
    return place[book.group], tuple(book.groups[at] for at in present)


def evidence_of(book: RecordBook) -> NDArray[np.int64]:
    """The most that had come of what is on record of each person, as a position in EVIDENCE; shape (people,)."""
    found = np.full(len(book), EVIDENCE.index("never accused"))
    for at, source in ((2, "suspect"), (1, "charges"), (0, "convictions")):
        found[book.rows.who[book.is_of(source)]] = at
    return found


@dataclass(frozen=True, repr=False)
class Truth:
    """True offences of each person: all before the list, recent violent ones, and whether the outcome came in the follow-up (-1: not known)."""

    all_: NDArray[np.int64]
    lately: NDArray[np.int64]
    later: NDArray[np.int64]


def truth_of(conduct: Conduct, windows: Windows, on: int) -> Truth:
    """What each made-up person truly did before and after a day."""
    lately = conduct.count(first=on - windows.past_days + 1, last=on, offences=windows.violent)
    later = np.full(conduct.people, -1)
    if windows.follow_days is not None:
        later = (conduct.count(first=on + 1, last=on + windows.follow_days, offences=windows.outcome) > 0).astype(int)
    return Truth(conduct.count(last=on), lately, later)


def recorded_later(book: RecordBook, windows: Windows, on: int) -> NDArray[np.int64]:
    """Whether the outcome was recorded of each person in the follow-up (-1: not known); shape (people,).

    A sanction counts only where nothing less does, for its day is not that of the offence.
    """
    if windows.follow_days is None:
        return np.full(len(book), -1)
    span = {"first": on + 1, "last": on + windows.follow_days, "offences": windows.outcome}
    return (accused(book, windows.recorded_as, with_sanctions=windows.recorded_as == "convicted", **span) > 0).astype(int)  # type: ignore[arg-type]


def history_strata(all_: ArrayLike, lately: ArrayLike) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Who is alike: bands of all offences crossed with bands of recent violent ones.

    Example:
        >>> at, names = history_strata([0, 4], [0, 1])
        >>> names[at[1]]
        '3–4 offences, 1 of them violent and recent'
    """
    return crossed(banded_counts(all_, HISTORY), banded_counts(lately, RECENT), words=("offences", "of them violent and recent"))


def score_levels(score: NDArray[np.float64], *, most: int = MOST_LEVELS) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Scores in steps: each its own where they are few, else steps of equal numbers of people, the lowest score a step of its own.

    Args:
        score: nan for those without.
        most: steps.

    Returns:
        The lowest score of each step, rising; the step of each person, -1 for those without a score.

    Example:
        >>> levels, at = score_levels(np.array([3.0, np.nan, 1.0, 3.0]))
        >>> levels.tolist(), at.tolist()
        ([1.0, 3.0], [1, -1, 0, 1])
    """
    has = ~np.isnan(score)
    distinct, at = np.unique(score[has], return_inverse=True)
    if len(distinct) > most:
        above = np.sort(score[has & (score > distinct[0])])
        distinct = np.unique([distinct[0], *above[np.linspace(0, len(above), most - 1, endpoint=False).astype(int)]])
        at = np.searchsorted(distinct, score[has], side="right") - 1
    found = np.full(len(score), -1, dtype=np.int64)
    found[has] = at.ravel()
    return distinct, found


def on_a_scale(score: NDArray[np.float64]) -> tuple[NDArray[np.float64], str]:
    """Scores between 0 and 1 as they are; any others as the share of scored people ranked below, ties halved; and which it was.

    Example:
        >>> on_a_scale(np.array([10.0, 30.0, 30.0, np.nan]))
        (array([0.16666667, 0.66666667, 0.66666667,        nan]), 'rank')
    """
    has = ~np.isnan(score)
    if not has.any() or (score[has].min() >= 0 and score[has].max() <= 1):
        return score, "score"
    _, at, many = np.unique(score[has], return_inverse=True, return_counts=True)
    found = np.full(len(score), np.nan)
    found[has] = ((np.cumsum(many) - many / 2) / many.sum())[at.ravel()]
    return found, "rank"
