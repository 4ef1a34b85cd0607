"""Findings on a list over time: how long people stay, how often they get off it by band, and the ghost list.

Read with care: see person_history.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.measure import Measure
from .disclosure import rounded, share_parts
from .intervals import share_wilson
from .person_history import middle_stay, stay_curve
from .person_said import figures, group_shares, labelled, plain_frame
from .score_frame import EVERYONE, enough, said

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .disclosure import Rule
    from .person_history import ListHistory
    from .score_frame import ScoreFrame

MEASURES = {
    "list_size": Measure("People on the list", "people on the list", "How many are on the list at a release.", "person_history.stay_curve"),
    "list_stay_middle": Measure(
        "Releases until half are off the list", "stays on the list begun after the first release", "After how many releases half of those put on it are off.",
        "person_history.middle_stay",
    ),
    "list_stay_share": Measure(
        "Still on the list after so many releases", "stays on the list begun after the first release",
        "The share of stays that last longer than the number of releases in `settings`.", "person_history.stay_curve",
    ),
    "list_removed_share": Measure(
        "Taken off the list from one release to the next", "people on a list that another followed, once each release",
        "Of those on a list, the share not on the next, by the band they were in (in `settings`).", "intervals.share_wilson",
    ),
    "ghost_share": Measure(
        "Still watched though off the list", "watched people who were ever listed, once each release",
        "Of those watched who were ever on the list, the share not on it any more.", "intervals.share_wilson",
    ),
}  # fmt: skip
AGAIN = "One person counts once at each release, so people are fewer and the interval too narrow."


def history_findings(history: ListHistory, *, reference: str, about: About, rule: Rule | None = None) -> list[Finding]:
    """How long people stay, how often each band is taken off, and who is watched after that.

    Args:
        history: counts of the lists.
        reference: a group of the book.
        about: question, place, period, source, caveats and level of the findings.
        rule: how counts of people are shown; left out: the strict one.

    Returns:
        Findings; `settings` name the band, the number of releases, or the release.
    """
    frame = plain_frame(history.provenance, history.system, history.groups, reference=reference, about=about, rule=rule)
    frame = labelled(frame, releases=len(history.days))
    found = [_middle(frame, history.ended.sum(axis=0), history.unfinished.sum(axis=0), EVERYONE)]
    found += [_middle(frame, history.ended[at], history.unfinished[at], group) for at, group in enumerate(frame.groups)]
    found += _stays(frame, history) + _removed(frame, history) + _sizes(frame, history)
    if history.watched is not None and history.ghosts is not None:
        rest = history.watched - history.ghosts
        found += group_shares(frame, "ghost_share", history.ghosts, rest, method="watched and off the list over watched and ever listed", caveats=(AGAIN,))
    return found


def _middle(frame: ScoreFrame, ended: NDArray[np.float64], unfinished: NDArray[np.float64], group: str) -> Finding:
    limits, many = middle_stay(stay_curve(ended, unfinished, level=frame.about.level)), float(ended.sum() + unfinished.sum())
    numbers = figures(frame, limits)
    none = ("Not given: fewer than half had left by the last release.",) if numbers["value"] is None else ()
    method = "Kaplan-Meier over releases, those still listed at the end unfinished; Brookmeyer-Crowley limits"
    rest: dict[str, Any] = {"group": group, "unit": "releases", "method": method, "caveats": none}
    return said(frame, "list_stay_middle", numbers, n=frame.count(many), why=enough(frame, many, ended.sum()), **rest)


def _stays(frame: ScoreFrame, history: ListHistory) -> list[Finding]:
    ended, unfinished = history.ended.sum(axis=0), history.unfinished.sum(axis=0)
    curve, there = stay_curve(ended, unfinished, level=frame.about.level), np.cumsum((ended + unfinished)[::-1])[::-1]
    found = []
    for at in np.flatnonzero(there >= frame.rule.threshold):
        named = labelled(frame, after_releases=int(at + 1))
        rest: dict[str, Any] = {"n": frame.count(float(there[at])), "group": EVERYONE, "unit": "share"}
        method = "Kaplan-Meier over releases; limits on the log-log scale"
        found.append(said(named, "list_stay_share", figures(frame, curve, int(at)), why=enough(frame, ended.sum()), method=method, **rest))
    return found


def _removed(frame: ScoreFrame, history: ListHistory) -> list[Finding]:
    found, method = [], "off the next list over on a list"
    gone, kept = share_parts(history.gone.sum(axis=1), history.kept.sum(axis=1), rule=frame.rule)
    part, rest = np.nan_to_num(gone.counts), np.nan_to_num(kept.counts)
    limits = share_wilson(part, part + rest, level=frame.about.level)
    for at, band in enumerate(history.bands):
        told: dict[str, Any] = {"n": float(part[at] + rest[at]), "why": int(gone.why[at]), "group": EVERYONE, "unit": "share", "caveats": (AGAIN,)}
        found.append(said(labelled(frame, band=band), "list_removed_share", limits, at, method=f"{method}; Wilson interval", **told))
    every = (history.gone.sum(axis=0), history.kept.sum(axis=0))
    return found + group_shares(labelled(frame, band="any"), "list_removed_share", *every, method=method, caveats=(AGAIN,))


def _sizes(frame: ScoreFrame, history: ListHistory) -> list[Finding]:
    found = []
    for at, (day, people) in enumerate(zip(history.days, history.listed.sum(axis=1), strict=True)):
        numbers = {"value": float(rounded([people], rule=frame.rule)[0])}
        method = "people listed; a count, so no interval"
        rest: dict[str, Any] = {"n": frame.count(people), "why": enough(frame, people), "group": EVERYONE, "unit": "people", "method": method}
        found.append(said(labelled(frame, release=at + 1), "list_size", numbers, period=str(day), **rest))
    return found
