"""Disclosure: which counts of people may be shown, and how, so that nobody can be told from them.

Small counts are hidden; so is the next smallest where a total that is shown would give a hidden one
away by subtraction; what is left is rounded. Shares and ratios are then computed from what may be
shown, so that they give away no more than the counts do.

Read with care: these rules guard one table at a time. Two tables that differ by a few people, shown
side by side or a year apart, can still give those people away: release_ledger.py compares with what was shown before.

Steps, in order:  protect (small -> revealed by a total -> rounded) -> share_parts -> reason

Source: Hundepool et al. (2012), Statistical Disclosure Control, ch. 4-5; the default threshold of 10,
rounding to 5 and zeros counted as disclosive are those of the ACRO output checker.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting
from .intervals import whole_counts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

SHOWN, SMALL, REVEALING = 0, 1, 2
"""Why a count is hidden: it is not; it is small itself; it would give a small one away."""


@dataclass(frozen=True)
class Rule:
    """How counts of people are shown.

    Attributes:
        threshold: counts below it are hidden.
        rounding: what is shown is rounded to a multiple of this; 1 leaves it as it is.
        hides_zeros: a zero is hidden too, for it tells something of everybody in its group.
        hides_revealed: the next smallest count is hidden where a total would give a hidden one away.
        published_by: who has already published counts of these persons; "" where nobody has.
        is_midpoint: what is shown is the middle of a range of `rounding` counts instead of the nearest multiple: of 6, 1 to 6 become 3, 7 to 12 become 9.
    """

    threshold: int = 10
    rounding: int = 5
    hides_zeros: bool = True
    hides_revealed: bool = True
    published_by: str = ""
    is_midpoint: bool = False

    def __post_init__(self) -> None:
        """Refuse a rule that would protect nobody."""
        if self.threshold < 1 or self.rounding < 1:
            raise BadSetting(f"threshold={self.threshold!r} and rounding={self.rounding!r} must be whole numbers from 1; 10 and 5 are usual.")

    @property
    def says(self) -> str:
        """What a reader must know of the numbers shown."""
        if self.published_by:
            return f"Counts of these persons have been published by {self.published_by}, so they are not rounded; those below {self.threshold} are left out."
        if self.is_midpoint:
            return f"A count of people is the middle of a range of {self.rounding}: {(self.rounding + 1) // 2} stands for 1 to {self.rounding}."
        return f"Counts of people are rounded to the nearest {self.rounding}, and those below {self.threshold} are left out with what would give them away."


CONFIDENTIAL = Rule()
"""For records that are not public: the rule unless another is given."""


OPENSAFELY = Rule(threshold=8, rounding=5)
"""Seven and fewer are left out before the rest is rounded to five, as OpenSAFELY asks of its users."""
MIDPOINT_6 = Rule(threshold=1, rounding=6, hides_zeros=False, hides_revealed=False, is_midpoint=True)
"""OpenSAFELY's other way: nothing is left out, and every count stands for a range of six."""


def for_children(rule: Rule) -> Rule:
    """A rule made stricter, for counts of children: twice the threshold, and rounding twice as coarse unless the counts are public.

    That it is twice is our guess at "stricter"; no published rule says how much.

    Example:
        >>> for_children(CONFIDENTIAL).threshold, for_children(CONFIDENTIAL).rounding
        (20, 10)
    """
    return replace(rule, threshold=2 * rule.threshold, rounding=rule.rounding if rule.published_by else 2 * rule.rounding)


CHILDREN = for_children(CONFIDENTIAL)
"""For counts of children in records that are not public."""


def already_published(by: str) -> Rule:
    """The rule where anybody can count these persons already: the threshold stays, the rest would protect nobody.

    Args:
        by: who published counts of these persons, or the records themselves.

    Raises:
        BadSetting: nobody is named.

    Example:
        >>> already_published("ProPublica").rounding
        1
    """
    if not by.strip():
        raise BadSetting("Say who has published counts of these persons, such as published_by='ProPublica 2016'. Without that the strict rule holds.")
    return Rule(rounding=1, hides_zeros=False, hides_revealed=False, published_by=by)


class Protected(NamedTuple):
    """Counts as they may be shown (nan where hidden), and why each is hidden (SHOWN, SMALL or REVEALING)."""

    counts: NDArray[np.float64]
    why: NDArray[np.int8]


def protect(counts: ArrayLike, *, rule: Rule = CONFIDENTIAL, totals: tuple[int, ...] = (), hidden: ArrayLike | None = None) -> Protected:
    """Counts of people as they may be shown.

    A count is hidden where it is below the threshold. Along each axis whose totals are shown, hidden
    counts must be at least two and add up to the threshold, or the next smallest is hidden as well,
    until that holds or nothing is left. What remains is rounded.

    Args:
        counts: whole numbers of people, any shape.
        rule: how strict to be.
        totals: axes along which sums are shown beside the counts: 1 for a table's row totals, 0 for its column totals.
        hidden: counts to be hidden whatever their size, such as those that another table would give away; same shape.

    Returns:
        Protected, of the same shape.

    Raises:
        BadValue: a count that is negative, fractional or missing.

    Example:
        >>> shown = protect([[4, 12, 83], [30, 57, 61]], totals=(1,))
        >>> shown.counts.tolist()
        [[nan, nan, 85.0], [30.0, 55.0, 60.0]]

    Read with care:
        A total that is itself below the threshold must be protected too; see the head of this file.

    Source: Hundepool et al. (2012), Statistical Disclosure Control, ch. 4 and 5.
    """
    people = whole_counts(counts, "people")
    small = (people < rule.threshold) & (rule.hides_zeros | (people > 0))
    why = np.where(small, SMALL, SHOWN).astype(np.int8)
    if hidden is not None:
        why = np.where((why == SHOWN) & np.asarray(hidden, dtype=bool), REVEALING, why).astype(np.int8)
    if rule.hides_revealed:
        changed = bool(totals)
        while changed:
            changed = sum(_hide_along(people, why, axis, rule.threshold) for axis in totals) > 0
    return Protected(np.where(why == SHOWN, rounded(people, rule=rule), np.nan), why)


def rounded(counts: ArrayLike, *, rule: Rule = CONFIDENTIAL) -> NDArray[np.float64]:
    """Counts rounded as the rule says, none of them hidden.

    Example:
        >>> rounded([12, 13, 1_002]).tolist()
        [10.0, 15.0, 1000.0]
        >>> rounded([0, 1, 6, 7, 13], rule=MIDPOINT_6).tolist()
        [0.0, 3.0, 3.0, 9.0, 15.0]
    """
    people = whole_counts(counts, "people")
    if rule.is_midpoint:
        return np.asarray(np.ceil(people / rule.rounding) * rule.rounding - (rule.rounding // 2) * (people > 0))
    return np.asarray(np.floor(people / rule.rounding + 0.5) * rule.rounding)


def share_parts(part: ArrayLike, rest: ArrayLike, *, rule: Rule = CONFIDENTIAL, shows_total: bool = True) -> tuple[Protected, Protected]:
    """Parts and rests of wholes, one a group, as they may be shown: a share gives both away, so both are hidden or neither.

    Args:
        part, rest: people by group, shape (groups,); together they are the whole.
        rule: how strict to be.
        shows_total: whether the share over all groups is shown too, so that a single hidden group would follow.

    Returns:
        Part and rest, protected alike.

    Example:
        >>> part, rest = share_parts([3, 40, 200], [50, 60, 300])
        >>> part.counts.tolist(), rest.counts.tolist()
        ([nan, nan, 200.0], [nan, nan, 300.0])
    """
    both = np.stack([whole_counts(part, "people"), whole_counts(rest, "people")], axis=1)
    found = protect(both, rule=rule, totals=(1, 0) if shows_total else (1,))
    alone = (found.why != SHOWN).any(axis=1, keepdims=True) & (found.why == SHOWN)  # its other half is hidden
    why = np.where(alone, np.where(found.why[:, ::-1] == SMALL, SMALL, REVEALING), found.why).astype(np.int8)
    counts = np.where(why == SHOWN, found.counts, np.nan)
    return Protected(counts[:, 0], why[:, 0]), Protected(counts[:, 1], why[:, 1])


def reason(why: int, *, rule: Rule = CONFIDENTIAL) -> str:
    """Why a number is not shown, in a sentence.

    Example:
        >>> reason(SMALL)
        'Not shown: fewer than 10 people, or a part of them that this number would give away.'
    """
    if why == REVEALING:
        return "Not shown: with it, a smaller number that is not shown would follow by subtraction."
    return f"Not shown: fewer than {rule.threshold} people, or a part of them that this number would give away."


def _hide_along(people: NDArray[np.float64], why: NDArray[np.int8], axis: int, threshold: int) -> bool:
    """Hide one more count in each line that a total would open; whether any was."""
    lines, reasons = np.moveaxis(people, axis, -1), np.moveaxis(why, axis, -1)  # views: what is set here is set there
    changed = False
    for at in np.ndindex(lines.shape[:-1]):
        line, hidden = lines[at], reasons[at] != SHOWN
        is_open = hidden.any() and (hidden.sum() == 1 or line[hidden].sum() < threshold)
        if is_open and not hidden.all():
            # A zero that may be shown hides nothing: take the smallest count with anybody in it, if there is one.
            candidates = np.where(hidden, np.inf, np.where(line == 0, np.finfo(float).max, line))
            reasons[at][int(candidates.argmin())] = REVEALING
            changed = True
    return changed
