"""Is it the published run? A replay's scores and lists beside those that somebody else has published.

Read with care: the same figures show that the method is the same, and its slips with it. They do not make the figures right.

Source: this is comparison, number by number; what is compared cites its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadValue
from ..tables.measure import Measure
from .replay import top

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ..tables.findings import Finding
    from .about import About
    from .replay import Replayed

MEASURES = {
    "replay_published_agreement": Measure(
        "Published rates given again", "rates of a place on a day",
        "The share of the published rates that this run gives too, to twelve decimals.",
        "replay_published.agreement",
    ),
    "replay_published_lists": Measure(
        "Published lists given again", "days",
        "The share of days on which this run’s list names the same places as the list that the published rates make.",
        "replay_published.agreement",
    ),
}  # fmt: skip
AS_GOOD_AS = 1e-12
"""Rates of some events a day, summed in another order, differ by some 1e-16."""


def agreement(scores: ArrayLike, published: ArrayLike, *, within: float = AS_GOOD_AS) -> NDArray[np.bool_]:
    """Which scores are the published ones, but for rounding.

    Args:
        scores, published: of one shape.
        within: how far apart two may lie.

    Raises:
        BadValue: of different shapes, or a missing value.

    Example:
        >>> agreement([0.1 + 0.2, 0.5], [0.3, 0.4]).tolist()
        [True, False]

    Read with care:
        See the head of this file.
    """
    ours, theirs = np.asarray(scores, dtype=float), np.asarray(published, dtype=float)
    if ours.shape != theirs.shape or not (np.isfinite(ours).all() and np.isfinite(theirs).all()):
        raise BadValue(f"The published scores, of shape {theirs.shape}, are not for the days and places replayed, of shape {ours.shape}, or some are missing.")
    return np.asarray(np.abs(ours - theirs) <= within)


def published_findings(found: Replayed, published: ArrayLike, *, system: str, about: About) -> list[Finding]:
    """How far a replay gives again what was published: rates, and lists.

    Args:
        found: the replay.
        published: scores for the same days and places.
        system: its name, with the reading that it ran under.
        about: the frame of the findings.

    Raises:
        BadValue: as `agreement`.

    Example:
        >>> from evenhand.audit.about import About
        >>> from evenhand.audit.replay import each_alone, replay
        >>> run = replay([[2, 0], [0, 1], [0, 3]], each_alone(lambda counts: counts[-1]), window_days=1, k=1)
        >>> [one.value for one in published_findings(run, [[2, 0], [0, 2]], system="yesterday", about=About("replay", "T", "P", "S"))]
        [0.75, 1.0]
    """
    same = agreement(found.scores, published)
    lists = (found.is_listed == top(published, k=found.k, ties=found.ties)).all(axis=1)
    apart = np.abs(found.scores - np.asarray(published, dtype=float)).max()
    full = "a full count, so no interval"
    method = f"rates within {AS_GOOD_AS:g} of the published one over all of them; the furthest is {apart:.2g} away; {full}"
    return [
        about.finding("replay_published_agreement", float(same.mean()), group=system, reference="published", unit="share", n=int(same.size), method=method),
        about.finding(
            "replay_published_lists", float(lists.mean()), group=system, reference="published", unit="share", n=len(lists),
            method=f"days with the same places on both lists over all days; {full}",
        ),
    ]  # fmt: skip
