"""Stability: how much of the map hangs on single events and on the luck of the draw?

A spot rests on one event when taking away that event, and nothing else, takes the spot off the list.
A co-author of the Southend study reports that raw harm weights make "frequency deserts": a spot made
by one grave event. This counts them.

Read with care: a count of spots says nothing about which of them are right. A list may be stable because the
same streets are watched and so recorded again, and a list may change because crime did.

The slow twin, one full refit for each event, is in tests/audit/test_stability.py.

Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 11 (leaving one out) and 13; on deserts of
frequency, public posts of a co-author of the Southend study (routineactivity, February 2024).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.measure import Measure

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from ..tables.findings import Finding
    from .about import About

MEASURES = {
    "spots_resting_on_one_event": Measure(
        "Spots that rest on one event", "spots",
        "Spots that would drop off the list if one single record were left out.",
        "stability.rests_on_one_event",
    ),
    "spots_mostly_one_event": Measure(
        "Spots that owe most of their score to one event", "spots",
        "Spots over half of whose score comes from one single record.",
        "stability.mostly_one_event",
    ),
    "spots_kept_share": Measure(
        "Spots kept when records are redrawn", "spots",
        "The share of the list that stays the same when the records are redrawn at random.",
        "resampling.redrawn_flags",
    ),
    "spots_shared_with_baseline": Measure(
        "Spots shared with the count map", "spots",
        "Spots that a plain count of past records flags too.",
        "stability.listed_again",
    ),
}

_AT_ONCE = 256


def rests_on_one_event(contributions: csr_array, events: NDArray[np.float64], flags: Callable[[NDArray[np.float64]], NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """Which cells are flagged now, but would not be without some single event; shape (cells,).

    For scores that are sums over events with no event counting against a place: then only events that add
    to a flagged cell can matter, and the rest are not tried.

    Args:
        contributions: what one event of each row adds to each cell, at least zero; shape (cells, rows).
        events: events per row, shape (rows,).
        flags: from scores, shape (cells, maps), to flagged cells of the same shape.

    Example:
        >>> from scipy.sparse import csr_array
        >>> two_cells_one_event_apart = csr_array(np.array([[1.0, 0.0], [0.0, 1.0]]))
        >>> rests_on_one_event(two_cells_one_event_apart, np.array([3.0, 3.0]), lambda s: np.arange(2)[:, None] == s.argmax(axis=0)).tolist()
        [True, False]
    """
    scores = np.asarray(contributions @ events)
    flagged = flags(scores[:, None])[:, 0]
    columns = contributions.tocsc()
    matters = np.asarray(columns[np.flatnonzero(flagged)].sum(axis=0)).ravel() > 0
    tried = np.flatnonzero(matters & (events > 0))
    rests = np.zeros(len(scores), dtype=bool)
    for start in range(0, len(tried), _AT_ONCE):
        without = scores[:, None] - columns[:, tried[start : start + _AT_ONCE]].toarray()
        rests |= flagged & ~flags(without).all(axis=1)
    return rests


def mostly_one_event(contributions: csr_array, events: NDArray[np.float64], is_flagged: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which flagged cells owe more than half their score to a single event; shape (cells,).

    Args:
        contributions, events: as for `rests_on_one_event`.
        is_flagged: shape (cells,).

    Example:
        >>> from scipy.sparse import csr_array
        >>> one_grave_event_or_three_alike = csr_array(np.array([[9.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))
        >>> mostly_one_event(one_grave_event_or_three_alike, np.array([1.0, 2.0, 3.0]), np.array([True, True])).tolist()
        [True, False]
    """
    scores = np.asarray(contributions @ events)
    alive = contributions[:, np.flatnonzero(events > 0)]
    largest = alive.max(axis=1).toarray().ravel()
    return np.asarray(is_flagged) & (largest > scores / 2)


def listed_again(
    is_flagged: NDArray[np.bool_], *, redrawn: NDArray[np.bool_], baseline_flagged: NDArray[np.bool_], system: str, baseline: str, about: About
) -> list[Finding]:
    """How many spots are the baseline's too, and what share of them is kept when crimes are redrawn.

    Args:
        is_flagged: shape (cells,).
        redrawn: flagged cells in each redraw of the recorded crimes, shape (cells, replicates).
        baseline_flagged: cells the plain baseline flags, shape (cells,).
        system, baseline: names.
        about: place, period, source and caveats of the findings.

    Example:
        >>> from .about import About
        >>> drawn = np.array([[True, True, False], [False, False, True]])
        >>> about, one = About("stability", "Anywhere", "2024-01", "made up"), np.array([True, False])
        >>> found = listed_again(one, redrawn=drawn, baseline_flagged=one, system="a", baseline="b", about=about)
        >>> {one.measure: one.value for one in found}
        {'spots_shared_with_baseline': 1.0, 'spots_kept_share': 1.0}
    """
    spots = int(is_flagged.sum())
    kept = redrawn[is_flagged].sum(axis=0) / spots
    tail = (1 - about.level) / 2
    low, middle, high = (float(q) for q in np.quantile(kept, [tail, 0.5, 1 - tail]))
    shared = about.finding(
        "spots_shared_with_baseline",
        float((is_flagged & baseline_flagged).sum()),
        group=system,
        reference=baseline,
        unit="spots",
        n=spots,
        method="spots that the plain baseline flags too; a full count, so no interval",
    )
    method = "median and percentiles, over redraws of the recorded crimes, of the share of spots flagged again"
    again = about.finding("spots_kept_share", middle, low=low, high=high, group=system, unit="share", n=spots, method=method)
    return [shared, again]


def resting(
    contributions: csr_array, events: NDArray[np.float64], flags: Callable[[NDArray[np.float64]], NDArray[np.bool_]], *, system: str, about: About
) -> list[Finding]:
    """How many of one system's spots rest on one event; asked of the plain baseline too, to tell what belongs to the method.

    Args:
        contributions, events, flags: as for `rests_on_one_event`.
        system: its name.
        about: place, period, source and caveats of the findings.
    """
    flagged = flags(np.asarray(contributions @ events)[:, None])[:, 0]
    counted = {
        "spots_resting_on_one_event": (
            rests_on_one_event(contributions, events, flags),
            "spots that leave the list when one recorded crime is taken away, trying each crime in turn",
        ),
        "spots_mostly_one_event": (mostly_one_event(contributions, events, flagged), "spots that owe over half their score to one recorded crime"),
    }
    return [
        about.finding(measure, float(which.sum()), group=system, unit="spots", n=int(flagged.sum()), method=f"{method}; a full count, so no interval")
        for measure, (which, method) in counted.items()
    ]
