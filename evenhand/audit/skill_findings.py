"""Skill as findings: the system beside every plain baseline, on the same events.

Read with care: all baselines are made of recorded crime too, so a system without skill over them may still follow crime,
    and one with skill may follow patrols.

Source: each measure cites its own in `skill.py` and `block_intervals.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import CannotAnswer
from ..tables.measure import Measure
from .place_case import no_interval
from .place_indices import best_possible
from .skill import SPREAD_EVENLY, Baseline, baselines, capture_skill

if TYPE_CHECKING:
    from ..tables.findings import Finding
    from .judging import Judged
    from .place_case import Case
    from .place_forecasts import Forecasts

MEASURES = {
    "capture_skill": Measure(
        "Skill over a plain baseline", "events recorded in the spans forecast",
        "How much of the room between the baseline and the best possible is filled; 0 none, below 0 worse than the baseline.", "skill.capture_skill",
    ),
}
NULL = "neither is better: in each block the two might as well have changed places"


def against_baselines(case: Case) -> list[Finding]:
    """The system's share captured less each plain baseline's on the same events, and its skill over it.

    Args:
        case: what is judged; only spans with records before them are used.

    Returns:
        For each baseline its share captured, the difference with a paired test, and the skill.

    Raises:
        CannotAnswer: no span has records before it, and no baseline score is given.
    """
    forecasts = comparable(case.forecasts)
    judged = case.judged.of(forecasts.events)
    left = len(case.forecasts.spans) - len(forecasts.spans)
    fewer = (f"{left} of {len(case.forecasts.spans)} spans have no records before them and are left out of this comparison.",) if left else ()
    found = []
    for baseline in baselines(forecasts, seed=judged.seed):
        found += _beside(case, judged, forecasts, baseline, (*fewer, *case.rough))
    return found


def comparable(forecasts: Forecasts) -> Forecasts:
    """The spans in which a plain baseline could have been made.

    Raises:
        CannotAnswer: there is none, and no baseline score is given.
    """
    held = forecasts if np.isfinite(forecasts.baseline_score).any() else forecasts.with_history()
    if held is None:
        raise CannotAnswer(
            "There is nothing to compare with: no events before the first span, so no count map can be made, and no baseline_score. "
            "Add earlier rows to place_events, or a column baseline_score to forecasts. A hit rate without a baseline says nothing."
        )
    if not held.events.sum() > 0:
        raise CannotAnswer("No event was recorded in a span that has records before it, so no baseline can be set beside the system.")
    return held


def _beside(case: Case, judged: Judged, forecasts: Forecasts, baseline: Baseline, caveats: tuple[str, ...]) -> list[Finding]:
    n = float(judged.events.sum())
    best = float(best_possible(judged.events, forecasts.is_flagged.sum(axis=1), np.ones(forecasts.events.shape[1])).events.sum() / n)
    share = judged.share(baseline.weight)
    told = f"{baseline.said}, as many as the system flags; {judged.said}"
    if baseline.name == SPREAD_EVENLY:  # no choice at all, so nothing that chance could move
        share, told = no_interval(float(share.value)), f"{baseline.said}; exact, so no interval"
    difference, p = judged.difference(forecasts.is_flagged, baseline.weight)
    skill = capture_skill(difference, float(share.value), best)
    alone = () if np.isfinite(skill.value) else ("Not given: the baseline already captures all that could be captured.",)
    settings = {"baseline": baseline.said}
    return [
        case.finding(
            "crime_captured_share",
            share,
            n=n,
            unit="share",
            group=baseline.name,
            method=told,
            caveats=caveats,
            settings=settings,
        ),
        case.finding(
            "crime_captured_difference",
            difference,
            n=n,
            unit="share",
            reference=baseline.name,
            p_value=p,
            null_model=NULL,
            method=f"share captured by the system less the baseline’s on the same events; {judged.said}",
            caveats=caveats,
            settings=settings,
        ),
        case.finding(
            "capture_skill",
            skill,
            n=n,
            unit="ratio",
            reference=baseline.name,
            method=f"difference over the room left to the best possible, which is held as it came out; {judged.said}",
            caveats=(*alone, *caveats),
            settings=settings,
        ),
    ]
