"""What does a list rest on? Each kind of record is left out in turn, and then each is left in alone.

The system is run again on the book as if one source had never been kept: convictions, charges, mere suspicion, intelligence, harm
suffered, company kept, stops. Who falls off shows what the source is needed for; who is listed on it alone, what it is enough for.

Read with care: a system that learns is fitted anew on each book unless its model was bound beforehand, and may have nothing left to
learn from. Sources overlap, so shares do not add up to one; and a book without a source is not the book of a force that never
kept it, which would have recorded other things.

Steps, in order:  source_tallies (run without each, run on each alone, count) -> source_findings

Source: the specification's own question of leave-one-source-out; each function cites its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer, EmptyTable
from ..tables.record_book import SOURCES
from ..tables.record_rows import day_number
from .person_counts import NO_YES, Tally, tallied
from .person_marks import Windows, groups_of, score_levels, truth_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ..tables.conduct import Conduct
    from ..tables.record_book import RecordBook
    from ..tables.scored import Scored

MOST_STEPS = 200
"""Steps that scores are put into for comparing orders."""


class Score(Protocol):
    """A system: from a book and a day to scores; its other settings are bound beforehand."""

    def __call__(self, book: RecordBook, /, *, on: dt.date) -> Scored:
        """Score everybody in the book."""
        ...


@dataclass(frozen=True, repr=False)
class SourceTallies:
    """People counted with and without each source.

    Attributes:
        people: source -> counts by group, is_flagged, is_flagged_without, is_flagged_alone, has_any (record of that source), was_violent.
        orders: source -> people by step of their score with it and without it, of those above the lowest step of either.
        refused: source -> why the system cannot be run without it, or on it alone; then nobody's place on that list is known.
        sums: source -> over people listed: how many, their scores, scores without it, and the squares and product of these.
        system, provenance, on: what made the list; the people; its day.
    """

    people: dict[str, Tally]
    orders: dict[str, NDArray[np.float64]]
    sums: dict[str, NDArray[np.float64]]
    refused: dict[str, dict[str, str]]
    system: str
    provenance: str
    on: dt.date

    def __repr__(self) -> str:
        """What was counted; no count."""
        return f"<counts of {self.provenance} people by {len(self.people)} sources>"


def source_tallies(
    book: RecordBook,
    score: Score,
    *,
    on: dt.date,
    conduct: Conduct | None = None,
    windows: Windows | None = None,
    sources: Sequence[str] = SOURCES,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> SourceTallies:
    """Run a system without each source and on each alone, and count who is listed.

    Args:
        book: records.
        score: the system.
        on: the day of the list.
        conduct: what made-up people truly did, to tell who falls off.
        windows: which true offences count as recent violence.
        sources: some of `record_book.SOURCES`.
        tell: is told what is being done and how much is done, 0 to 1.

    Raises:
        BadSetting: no such source.

    Read with care:
        See the head of this file.
    """
    unknown = [one for one in sources if one not in SOURCES]
    if unknown:
        raise BadSetting(f"There is no source {unknown[0]!r} of records. Known: {', '.join(SOURCES)}.")
    known = book.known(on)
    whole = score(known, on=on)
    was_violent = np.full(len(book), -1) if conduct is None else (truth_of(conduct, windows or Windows(), day_number(on)).lately > 0).astype(int)
    people, orders, sums, refused = {}, {}, {}, {}
    for at, source in enumerate(sources):
        tell(f"without {source}", at / len(sources))
        without, why_not = _tried(score, known.without(source), on)
        alone, why_not_alone = _tried(score, only_source(known, source), on)
        refused[source] = {"without": why_not, "alone": why_not_alone}
        has_any = known.count(known.is_of(source)) > 0
        people[source] = tallied({
            "group": groups_of(known), "is_flagged": (whole.is_flagged, NO_YES), "is_flagged_without": (_flags(without, len(book)), NO_YES),
            "is_flagged_alone": (_flags(alone, len(book)), NO_YES), "has_any": (has_any, NO_YES), "was_violent": (was_violent, NO_YES),
        })  # fmt: skip
        scores = np.full(len(book), np.nan) if without is None else without.score
        orders[source], sums[source] = _order(whole.score, scores), _sums(whole, scores)
    return SourceTallies(people, orders, sums, refused, whole.system, book.provenance, on)


def only_source(book: RecordBook, source: str) -> RecordBook:
    """The book with one source alone; what is in no source (prison, markers and such) stays."""
    for other in SOURCES:
        if other != source:
            book = book.without(other)
    return book


def _order(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    (first, at), (second, place) = score_levels(one, most=MOST_STEPS), score_levels(other, most=MOST_STEPS)
    kept = (at >= 0) & (place >= 0) & ((at > 0) | (place > 0))
    size = (max(len(first), 1), max(len(second), 1))
    counted = np.bincount(at[kept] * size[1] + place[kept], minlength=size[0] * size[1])
    return counted.astype(float).reshape(size)


def _tried(score: Score, book: RecordBook, on: dt.date) -> tuple[Scored | None, str]:
    """The list, or why the system cannot be run on such a book: one that learns may have nothing left to learn from."""
    try:
        return score(book, on=on), ""
    except (CannotAnswer, EmptyTable) as reason:
        return None, str(reason)


def _flags(scored: Scored | None, many: int) -> NDArray[np.int64]:
    return np.full(many, -1) if scored is None else scored.is_flagged.astype(np.int64)


def _sums(whole: Scored, without: NDArray[np.float64]) -> NDArray[np.float64]:
    """A score that the system no longer gives is one of nothing."""
    x = whole.score[whole.is_flagged]
    y = np.nan_to_num(without[whole.is_flagged])
    return np.array([len(x), x.sum(), y.sum(), x @ x, y @ y, x @ y], dtype=float)


def share_of_sum(sums: NDArray[np.float64], *, level: float = 0.95) -> tuple[float, float, float]:
    """How much of the listed people's scores goes when a source is left out: 1 less one sum over the other, with limits.

    Args:
        sums: how many people, their scores, their scores without the source, squares of both, and their product.
        level: coverage, between 0 and 1.

    Returns:
        Value, low and high; nan where there is nobody or the scores add up to nothing.

    Example:
        >>> x, y = np.array([10.0, 20.0, 30.0]), np.array([5.0, 15.0, 15.0])
        >>> value, low, high = share_of_sum(np.array([3, x.sum(), y.sum(), x @ x, y @ y, x @ y]))
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '0.42 (0.25 to 0.59)'

    Read with care:
        Shares of several sources add up to one only where a score is a sum over records; of a probability they do not.

    Source: Cochran (1977), Sampling Techniques, 3rd ed., ch. 6, for the limits of a ratio of sums.
    """
    from .intervals import z_of

    many, x, y, xx, yy, xy = (float(one) for one in sums)
    if many < 2 or x == 0:
        return (float("nan"),) * 3
    ratio = y / x
    residual = max(yy - 2 * ratio * xy + ratio**2 * xx, 0.0) / (many - 1)
    off = z_of(level) * np.sqrt(residual * many) / abs(x)
    return 1 - ratio, 1 - ratio - off, 1 - ratio + off


def list_size_ratio(one: float, other: float) -> float:
    """How long one list is over another; nan where the other is empty.

    Example:
        >>> list_size_ratio(50, 200)
        0.25

    Read with care:
        A list that takes the highest so many is as long whatever it is fed; see who is on it.

    Source: this is arithmetic.
    """
    return float(one / other) if other else float("nan")
