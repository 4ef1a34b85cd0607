"""What the feedback loop does to who is patrolled and what is recorded, in figures over the replicates, always beside the controls.

Each figure is the median over the replicates; its low and high are the percentiles between which replicates
fall: how far chance moves it in a world set like this. They are no interval for the real world, whose
settings are not known.

Read with care: see feedback.py. The effect of the loop alone is the system's figure over that of the same system in the
same world when nothing that patrols find is recorded.

Steps, in order:  each run -> figures by replicate -> finding

Source: as in feedback.py; the concentration index is Gini's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from ..tables.measure import Measure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .feedback import Run

OVER = "simulated worlds"
MEASURES = {
    "patrol_ratio": Measure(
        "Patrols where the average member of the group lives",
        OVER,
        "Units of patrol in the place of the average member of the group, over the same of the reference group; 1 is equal.",
        "feedback_findings.patrol_ratio",
    ),
    "patrol_ratio_growth": Measure(
        "Growth of that ratio", OVER, "The ratio in the last span of days over that in the first; above 1 the gap grows.", "feedback_findings.patrol_ratio"
    ),
    "patrol_misplaced_share": Measure(
        "Patrols beyond what true events would give",
        OVER,
        "The share of patrols that would have to be elsewhere for patrols to be shared out as true events are.",
        "feedback_findings.misplaced_share",
    ),
    "busiest_place_patrol_share": Measure(
        "Patrols in the place patrolled most", OVER, "Of all patrols of the last span, the share in one place.", "feedback_findings.misplaced_share"
    ),
    "recorded_to_true_ratio": Measure(
        "How much better events are recorded where patrols go",
        OVER,
        "Recorded over true events in the places patrolled more than the average, over the same in the others.",
        "feedback_findings.recording_ratio",
    ),
    "detected_share_of_recorded": Measure(
        "Records that patrols made", OVER, "Of what was recorded in the last span, the share that patrols detected.", "feedback_findings.recording_ratio"
    ),
    "flagged_kept_share_over_time": Measure(
        "Places put first at the start that still are at the end",
        OVER,
        "Of the place-days put first in the first span, the part that is put first again in the last.",
        "feedback_findings.kept_share",
    ),
    "feedback_effect": Measure(
        "What the loop alone does to the ratio",
        OVER,
        "The patrol ratio of the last span over the ratio the same system reaches when nothing that patrols find is recorded.",
        "feedback_findings.patrol_ratio",
    ),
}


@dataclass(frozen=True)
class Groups:
    """People of each group in each place, shape (places, groups), and the groups' names."""

    people: NDArray[np.float64]
    names: tuple[str, ...]

    def position(self, name: str) -> int:
        """Where a group stands.

        Raises:
            BadSetting: there is no such group.
            CannotAnswer: nobody of it lives in these places.
        """
        if name not in self.names:
            raise BadSetting(f"There is no group '{name}' among the people. Known: {', '.join(self.names)}.")
        at = self.names.index(name)
        if not self.people[:, at].sum() > 0:
            raise CannotAnswer(f"Nobody of the group {name} lives in these places, so where they live is not patrolled more or less than elsewhere.")
        return at


def patrol_ratio(patrol: NDArray[np.float64], members: NDArray[np.float64], reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """Units of patrol in the place of the average member of a group, over the same of the reference.

    Args:
        patrol: units of patrol, shape (replicates, places).
        members, reference: people of the two groups by place, shape (places,).

    Returns:
        Shape (replicates,); nan where no place of the reference was patrolled.

    Example:
        >>> patrol_ratio(np.array([[3.0, 1.0]]), np.array([30.0, 10.0]), np.array([10.0, 30.0])).round(2).tolist()
        [1.67]

    Read with care:
        Who lives where patrols go, not who is stopped there.

    Source: The Markup (2021), Prediction: Bias (per-head exposure).
    """
    ours, theirs = patrol @ members / members.sum(), patrol @ reference / reference.sum()
    return np.divide(ours, theirs, out=np.full(len(ours), np.nan), where=theirs > 0)


def misplaced_share(patrol: NDArray[np.float64], true: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of patrols that would have to move for them to be shared out as true events are.

    share = half the sum over places of |share of patrols - share of true events|

    Args:
        patrol: units of patrol, shape (replicates, places).
        true: true events expected in each place, shape (places,).

    Returns:
        Shape (replicates,), 0 to 1; nan where nobody patrolled.

    Example:
        >>> misplaced_share(np.array([[10.0, 0.0]]), np.array([3.0, 2.0])).round(2).tolist()
        [0.4]

    Read with care:
        With few places patrolled a day it is far from 0 on any one day, and meant over many.

    Source: Duncan & Duncan (1955), American Sociological Review 20(2), 210-217 (index of dissimilarity).
    """
    total = patrol.sum(axis=1, keepdims=True)
    share = np.divide(patrol, total, out=np.full_like(patrol, np.nan), where=total > 0)
    return np.abs(share - true / true.sum()).sum(axis=1) / 2


def recording_ratio(recorded: NDArray[np.float64], true: NDArray[np.float64], patrol: NDArray[np.float64]) -> NDArray[np.float64]:
    """Recorded over true events where patrols go more than on average, over the same elsewhere; shape (replicates,), nan where there is no such place.

    Example:
        >>> recording_ratio(np.array([[8.0, 4.0]]), np.array([[10.0, 10.0]]), np.array([[5.0, 1.0]])).tolist()
        [2.0]

    Read with care:
        Above 1 records make patrolled places look worse beside the others than they are.

    Source: Akpinar, De-Arteaga & Chouldechova (2021), FAccT, 838-849 (recorded beside true events).
    """
    more = patrol > patrol.mean(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        there = (recorded * more).sum(axis=1) / (true * more).sum(axis=1)
        elsewhere = (recorded * ~more).sum(axis=1) / (true * ~more).sum(axis=1)
        found = there / elsewhere
    return np.where(np.isfinite(found), found, np.nan)


def kept_share(first: NDArray[np.float64], last: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of the days places were put first in one span, the part that they are put first in another; shape (replicates,), nan where none was.

    Example:
        >>> kept_share(np.array([[10.0, 0.0]]), np.array([[4.0, 6.0]])).tolist()
        [0.4]

    Read with care:
        Places may stay because they are truly busier: compare with the control in which nothing is detected.

    Source: the overlap coefficient of two weighted sets (Szymkiewicz-Simpson), on shares of place-days.
    """
    totals = first.sum(axis=1, keepdims=True), last.sum(axis=1, keepdims=True)
    shares = [np.divide(one, total, out=np.full_like(one, np.nan), where=total > 0) for one, total in zip((first, last), totals, strict=True)]
    return np.minimum(*shares).sum(axis=1)


def feedback(runs: Mapping[str, Run], *, true: NDArray[np.float64], groups: Groups | None, group: str, reference: str, about: About) -> list[Finding]:
    """Findings on the loop, for the system and for each control.

    Args:
        runs: what it is ("the system", then its controls) -> the simulation; the first is the one asked about, and
            "no detection", where it is there, is what the effect of the loop is measured against.
        true: true events expected in each place, shape (places,).
        groups: who lives where; None leaves out what is said of groups.
        group, reference: compared.
        about: place, period, source and caveats of the findings.

    Raises:
        BadSetting, CannotAnswer: a group that is not there, or has nobody.
    """
    found: list[Finding] = []
    ratios: dict[str, NDArray[np.float64]] = {}
    for name, run in runs.items():
        last, first = run.patrol[-1], run.patrol[0]
        if groups is not None:
            people, other = groups.people[:, groups.position(group)], groups.people[:, groups.position(reference)]
            ratios[name] = patrol_ratio(last, people, other)
            told = {"group": group, "reference": reference, "unit": "ratio", "arm": name}
            found.append(_finding(about, "patrol_ratio", ratios[name], "in the last span of days", **told))
            found.append(_finding(about, "patrol_ratio_growth", ratios[name] / patrol_ratio(first, people, other), "last span over first", **told))
        told = {"unit": "share", "arm": name}
        with np.errstate(divide="ignore", invalid="ignore"):
            detected = run.detected[-1].sum(axis=1) / run.recorded[-1].sum(axis=1)
            busiest = last.max(axis=1) / last.sum(axis=1)
        found.append(_finding(about, "patrol_misplaced_share", misplaced_share(last, true), "in the last span of days", **told))
        found.append(_finding(about, "busiest_place_patrol_share", busiest, "in the last span of days", **told))
        found.append(_finding(about, "detected_share_of_recorded", detected, "in the last span of days", **told))
        found.append(_finding(about, "flagged_kept_share_over_time", kept_share(run.flagged[0], run.flagged[-1]), "first span beside last", **told))
        recording = recording_ratio(run.recorded[-1], run.true[-1], last)
        found.append(_finding(about, "recorded_to_true_ratio", recording, "in the last span of days", unit="ratio", arm=name))
    main = next(iter(runs))
    if "no detection" in ratios and main in ratios:
        effect, told = _effect(ratios[main], ratios["no detection"]), {"unit": "ratio", "arm": main, "group": group, "reference": reference}
        found.insert(0, _finding(about, "feedback_effect", effect, "last span, beside the median of “no detection”", **told))
    return found


def _effect(system: NDArray[np.float64], control: NDArray[np.float64]) -> NDArray[np.float64]:
    known = control[np.isfinite(control)]
    return system / np.median(known) if len(known) else np.full(len(system), np.nan)


def _finding(about: About, measure: str, values: NDArray[np.float64], when: str, *, arm: str, unit: str, **told: Any) -> Finding:
    """Median and percentiles over the replicates; null where most have no value."""
    known = values[np.isfinite(values)]
    settings: dict[str, Any] = {"arm": arm, "replicates_without_a_value": int(len(values) - len(known))}
    if len(known) < len(values) / 2 or len(known) < 2:
        caveat = "Most simulated worlds give no value: nobody of the reference lives in a place that was patrolled, or nothing was recorded."
        return about.finding(measure, None, unit=unit, n=float(len(values)), caveats=(caveat,), settings=settings, **told)
    tail = (1 - about.level) / 2
    low, middle, high = (float(end) for end in np.quantile(known, [tail, 0.5, 1 - tail]))
    return about.finding(
        measure,
        middle,
        low=low,
        high=high,
        unit=unit,
        n=float(len(known)),
        method=f"median over simulated worlds, {when}; low and high are percentiles of the worlds, not an interval for the real one",
        settings=settings,
        **told,
    )
