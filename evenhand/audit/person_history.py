"""A list over time: how long people stay, who gets off it, and who is still watched after they are off.

    history_of     from lists made one after another to counts
    stay_curve     share still listed after so many releases, with those still on the last list as unfinished
    middle_stay    the number of releases after which half are gone

A person who comes back starts a new stay. Stays begun before the first list are left out of the curve: nobody knows when they began.

Read with care: releases are what was compared, so somebody taken off and put back between two of them never left.

Steps, in order:  stays and removals counted release by release -> ListHistory -> person_history_findings

Source: Kaplan & Meier (1958), Journal of the American Statistical Association 53, 457-481; each function cites its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from .intervals import Interval, z_of
from .person_marks import groups_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from ..tables.record_book import RecordBook
    from ..tables.scored import Scored


@dataclass(frozen=True, repr=False)
class ListHistory:
    """Counts of a list over time.

    Attributes:
        groups, bands: their names.
        days: of each release, shape (releases,).
        listed: people on each list by group, shape (releases, groups).
        kept, gone: of people on a list, those on the next and those not, by band and group; shape (bands, groups), over all releases.
        ended, unfinished: stays begun after the first list, by group and length in releases (1 and up); shape (groups, releases).
        watched, ghosts: people watched at each release after the first who were ever listed, and those of them not listed then, by
            group; shape (groups,), over all releases. None where nobody said who is watched.
        system, provenance: what made the lists; the people.
    """

    groups: tuple[str, ...]
    bands: tuple[str, ...]
    days: tuple[dt.date, ...]
    listed: NDArray[np.float64]
    kept: NDArray[np.float64]
    gone: NDArray[np.float64]
    ended: NDArray[np.float64]
    unfinished: NDArray[np.float64]
    watched: NDArray[np.float64] | None
    ghosts: NDArray[np.float64] | None
    system: str
    provenance: str

    def __repr__(self) -> str:
        """What was counted; no count."""
        return f"<counts of {len(self.days)} lists of {self.provenance} people>"


def history_of(book: RecordBook, lists: Sequence[Scored], *, watched: Sequence[NDArray[np.bool_]] | None = None) -> ListHistory:
    """Count stays, removals and those watched after removal.

    Args:
        book: of the people listed, for their groups.
        lists: made of the same people one after another, in order of days.
        watched: who is watched at each release, shape (people,) each; such as who carries a marker that nobody took off (`marked`).

    Raises:
        CannotAnswer: fewer than two lists.
        BadSetting: lists out of order, or not of the people in the book, or as many watches as lists are not given.

    Read with care:
        See the head of this file.
    """
    _require(book, lists, watched)
    group, groups = groups_of(book)
    known, many = group >= 0, len(groups)

    def counted(chosen: NDArray[np.bool_], at: NDArray[np.int64], size: int) -> NDArray[np.float64]:
        kept = chosen & known
        return np.bincount(at[kept] * many + group[kept], minlength=size * many).astype(float).reshape(size, many)

    bands, releases = lists[0].bands, len(lists)
    kept_, gone = np.zeros((len(bands) + 1, many)), np.zeros((len(bands) + 1, many))
    ended, unfinished = np.zeros((releases + 1, many)), np.zeros((releases + 1, many))
    listed, ghosts, watches = [], np.zeros((1, many)), np.zeros((1, many))
    stay = np.where(lists[0].is_flagged, -1, 0)  # -1: on the first list, nobody knows since when
    ever, none = lists[0].is_flagged.copy(), np.zeros(len(book), dtype=np.int64)
    for at, now in enumerate(lists):
        listed.append(counted(now.is_flagged, none, 1)[0])
        if at == 0:
            continue
        before = lists[at - 1]
        band = np.where(before.band >= 0, before.band, len(bands)).astype(np.int64)
        kept_ += counted(before.is_flagged & now.is_flagged, band, len(bands) + 1)
        gone += counted(before.is_flagged & ~now.is_flagged, band, len(bands) + 1)
        ended += counted((stay > 0) & ~now.is_flagged, np.maximum(stay, 0), releases + 1)
        stay = np.where(~now.is_flagged, 0, np.where(stay < 0, -1, stay + 1))
        if watched is not None:
            watches += counted(watched[at] & ever, none, 1)
            ghosts += counted(watched[at] & ever & ~now.is_flagged, none, 1)
        ever |= now.is_flagged
    unfinished += counted(stay > 0, np.maximum(stay, 0), releases + 1)
    seen = (kept_ + gone).sum(axis=1) > 0
    names = tuple(name for name, is_seen in zip((*bands, "no band"), seen, strict=True) if is_seen)
    return ListHistory(
        groups, names, tuple(one.on for one in lists), np.array(listed), kept_[seen], gone[seen], ended[1:].T, unfinished[1:].T,
        None if watched is None else watches[0], None if watched is None else ghosts[0], lists[0].system, book.provenance,
    )  # fmt: skip


def marked(book: RecordBook, lists: Sequence[Scored], marker: str) -> list[NDArray[np.bool_]]:
    """Who carries a marker on the day of each list, listed or not: a ghost list is often no more than markers nobody took off."""
    return [book.known(one.on).is_within("marker", one.on, marker=marker) for one in lists]


def stay_curve(ended: ArrayLike, unfinished: ArrayLike, *, level: float = 0.95) -> Interval:
    """Share of stays that last longer than each number of releases (Kaplan-Meier).

    S(t) = product over s up to t of (1 - ended at s / still there at s), limits on the log-log scale

    Args:
        ended, unfinished: stays that ended after, and that were still going after, 1, 2, … releases; shape (lengths,).
        level: coverage, between 0 and 1.

    Returns:
        Interval, shape (lengths,); nan where no stay is left to look at.

    Example:
        >>> value, low, high = stay_curve([10, 5, 5], [0, 5, 15])
        >>> [f"{v:.2f} ({l:.2f} to {h:.2f})" for v, l, h in zip(value, low, high)]
        ['0.75 (0.59 to 0.86)', '0.62 (0.46 to 0.75)', '0.47 (0.30 to 0.62)']

    Read with care:
        Stays still going tell of their length so far only; that they end like others is an assumption.

    Source: Kaplan & Meier (1958), JASA 53, 457-481; Kalbfleisch & Prentice (2002), 2nd ed., ch. 1.4, for the limits.
    """
    gone, going = np.array(ended, dtype=float), np.array(unfinished, dtype=float)
    there = np.cumsum((gone + going)[::-1])[::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        share: NDArray[np.float64] = np.cumprod(np.where(there > 0, 1 - gone / there, np.nan)).astype(float)
        greenwood = np.cumsum(np.where(there > gone, gone / (there * (there - gone)), 0.0))
        off = z_of(level) * np.sqrt(greenwood) / np.abs(np.log(share))
        low, high = share ** np.exp(off), share ** np.exp(-off)
    told = (share > 0) & (share < 1)
    return Interval(share, np.where(told, low, np.nan), np.where(told, high, np.nan))


def middle_stay(curve: Interval) -> Interval:
    """After how many releases half of those listed are off again; the limits are where the curve's limits pass a half.

    Args:
        curve: from `stay_curve`.

    Returns:
        Interval of one number; nan where it was not seen.

    Example:
        >>> value, low, high = middle_stay(stay_curve([10, 5, 5], [0, 5, 15]))
        >>> float(value), float(low), float(high)
        (3.0, 2.0, nan)

    Read with care:
        In releases, not months; a middle past the last release is not told.

    Source: Brookmeyer & Crowley (1982), Biometrics 38(1), 29-41.
    """
    return Interval(*(np.asarray(_passes(one)) for one in (curve.value, curve.low, curve.high)))


def _passes(share: NDArray[np.float64]) -> float:
    below = np.flatnonzero(share <= 0.5)
    return float(below[0] + 1) if len(below) else float("nan")


def _require(book: RecordBook, lists: Sequence[Scored], watched: Sequence[NDArray[np.bool_]] | None) -> None:
    if len(lists) < 2:
        raise CannotAnswer("How long people stay on a list cannot be told from one list. Give two or more, made one after another.")
    if any(len(one) != len(book) for one in lists) or any(one.bands != lists[0].bands for one in lists):
        raise BadSetting("The lists are not all of the people in the book with the same bands: same people, same order, one system.")
    if any(later.on <= earlier.on for earlier, later in zip(lists, lists[1:], strict=False)):
        raise BadSetting("The lists are not in order of days. Give each after the one before it.")
    if watched is not None and (len(watched) != len(lists) or any(len(one) != len(book) for one in watched)):
        raise BadSetting(f"Who is watched must be given for each of the {len(lists):,} lists, of the same people.")
