"""Patrols that began at some places in some month: change there beside change elsewhere, month by month.

The ratio of changes with place and month effects, the same for each month around the start, and how far
places may have drifted apart by themselves before the finding falls. Places that began in different
months are taken start by start, each beside places that never had patrols.

Read with care: nobody drew lots, so nothing here shows cause by itself. Months before the start that look
level do not show that places would have gone alike.

Source: diff_in_diff.py and parallel_trends.py name theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import CannotAnswer
from ..tables.measure import Measure
from .diff_in_diff import by_start, difference_in_differences, event_study
from .effect import or_none
from .effect_before_after import NO_LOTS
from .panel_counts import ratio_of
from .parallel_trends import FARTHEST, breakdown, sensitivity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .diff_in_diff import EventStudy

MEASURES = {
    "change_ratio": Measure(
        "Change where patrols began, times change elsewhere", "rows of place and month",
        "How many times the events that the other places’ change leads one to expect; 1 is no difference.", "diff_in_diff.difference_in_differences",
    ),
    "event_study_ratio": Measure(
        "Change since the last month before patrols, times change elsewhere", "places",
        "The same for each month around the start; those before it should be near 1.", "diff_in_diff.event_study",
    ),
    "change_ratio_if_drifting": Measure(
        "Mean change ratio if places drifted apart by themselves", "places",
        "Where the ratio may lie if places would have drifted apart by so many times the largest step seen before.", "parallel_trends.sensitivity",
    ),
    "drift_at_breakdown": Measure(
        "Drift at which the finding falls", "places",
        "How many times the largest step before the start places must have drifted apart for no effect to fit.", "parallel_trends.breakdown",
    ),
}  # fmt: skip
TIMES = (0.0, 0.5, 1.0, 2.0)
"""How many times the largest step before the start places may have drifted apart."""
FEW_PLACES = 10


@dataclass(frozen=True)
class Months:
    """Counts by place and month, a position for each row.

    Attributes:
        place, month: numbers from 0; months in order of time.
        start: month in which the place's patrols begin; diff_in_diff.NEVER where they do not.
        events: counts.
        before, after: months around the start to look at; None for all.
        names: month number -> its name, such as 2020-07.
    """

    place: NDArray[np.int64]
    month: NDArray[np.int64]
    start: NDArray[np.int64]
    events: NDArray[np.float64]
    before: int | None = None
    after: int | None = None
    names: Mapping[int, str] = field(default_factory=dict)


def month_findings(own: Months, *, about: About) -> tuple[list[Finding], list[tuple[str, EventStudy]]]:
    """Change where patrols began beside change elsewhere, for each start by itself.

    Args:
        own: the counts by month.
        about: place, period, source and caveats of the findings.

    Returns:
        The findings, and for each start its event study, for a picture.

    Raises:
        CannotAnswer: no place with patrols, or none without.
    """
    found, studies = [], []
    starts = by_start(own.start)
    if not starts:
        raise CannotAnswer("No place has a month in which patrols began. Fill in 'patrols_from' for the places that had patrols.")
    for start, rows in starts:
        name = f"patrols from {own.names.get(start, str(start))}"
        panel = [part[rows] for part in (own.events, own.place, own.month, own.start)]
        try:
            compared = difference_in_differences(*panel, level=about.level)
        except CannotAnswer as why:
            found.append(about.finding("change_ratio", None, group=name, unit="ratio", n=0, method="Poisson", caveats=(f"Not given: {why}",)))
            continue
        effect = compared.effect
        few = (f"{compared.treated_places} places with patrols and {compared.other_places} without: few to tell places apart by.",)
        found.append(
            about.finding(
                "change_ratio", effect.value, low=effect.low, high=effect.high, p_value=or_none(effect.p_value), null_model="the ratio is 1", group=name,
                reference="places without patrols", unit="ratio", n=compared.rows, settings={"events": compared.events},
                method="Poisson with place and month effects; errors from the places, with t on one fewer degrees of freedom",
                caveats=(*(few if compared.treated_places + compared.other_places < FEW_PLACES else ()), NO_LOTS),
            )
        )  # fmt: skip
        more, study = _month_by_month(own, panel, name, about)
        found += more
        studies += [(name, study)] if study is not None else []
    return found, studies


def _month_by_month(own: Months, panel: Sequence[NDArray], name: str, about: About) -> tuple[list[Finding], EventStudy | None]:
    try:
        study = event_study(*panel, before=own.before, after=own.after)
    except CannotAnswer as why:
        gone = about.finding("event_study_ratio", None, group=name, unit="ratio", n=0, method="Poisson", caveats=(f"Not given: {why}",))
        return [gone], None
    tested = np.isfinite(study.ahead_p)
    ahead = f"That places went alike before: p {study.ahead_p:.3f}. A high p does not show that they did." if tested else "Whether they did is not tested."
    found = []
    for i, period in enumerate(study.periods):
        effect = ratio_of(study.logs[i], study.covariance[i, i], clusters=study.places, level=about.level)
        months = f"{abs(period)} month{'' if abs(period) == 1 else 's'}"
        when = "month of the start" if period == 0 else f"{months} after the start" if period > 0 else f"{months} before the start"
        found.append(
            about.finding(
                "event_study_ratio", effect.value, low=effect.low, high=effect.high, group=f"{name}: {when}", reference="the month before the start",
                unit="ratio", n=study.places, settings={"months_from_start": period}, caveats=(ahead, NO_LOTS),
                method="Poisson with place and month effects and a term for each month from the start; errors from the places",
            )
        )  # fmt: skip
    return [*found, *_drift(study, name, about)], study


def _drift(study: EventStudy, name: str, about: About) -> list[Finding]:
    """How wrong "they would have gone alike" may be."""
    measure = "change_ratio_if_drifting"
    try:
        bounds = [(times, sensitivity(study, times, level=about.level)) for times in TIMES]
    except CannotAnswer as why:
        return [about.finding(measure, None, group=name, unit="ratio", n=study.places, method="none", caveats=(f"Not given: {why}",))]
    found = [
        about.finding(
            measure, one.value, low=one.low, high=one.high, group=f"{name}: up to {times:g} times the largest step before", unit="ratio", n=study.places,
            reference="the month before the start", settings={"times": times, "without_chance": [one.least, one.most]}, caveats=(NO_LOTS,),
            method="mean of the months from the start; the interval is a union over which step before was the largest, on the safe side (relative magnitudes)",
        )
        for times, one in bounds
    ]  # fmt: skip
    at = breakdown(study, level=about.level)
    beyond = (f"Not given: even at {FARTHEST:g} times no effect does not fit.",)
    below = "Even had places gone alike, no effect fits." if at == 0 else "Below 1: a drift no larger than one already seen would do."
    said = beyond if at is None else (below,) if at < 1 else ()
    found.append(
        about.finding(
            "drift_at_breakdown", at, group=name, unit="times the largest step before", n=study.places, caveats=(*said, NO_LOTS),
            method="the drift from which the interval takes in 1; itself without interval",
        )
    )  # fmt: skip
    return found
