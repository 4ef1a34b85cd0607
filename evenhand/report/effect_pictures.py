"""Pictures of what patrols did: the effect by every method, what luck alone would show, power, and months around the start."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .curves import Axis, Curve, curves
from .plain_pictures import forest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..audit.diff_in_diff import EventStudy
    from ..audit.effect import Drawn
    from ..audit.patrol_power import Power
    from ..tables.findings import Finding
    from .picture import Picture

BY_METHOD = {
    "patrol_effect_ratio": "redrawn lots",
    "patrol_model_ratio": "",
    "patrol_gee_ratio": "",
    "protected_days_ratio": "",
    "patrol_nearby_ratio": "around the places",
    "patrol_harm_ratio": "harm, redrawn lots",
}
"""Measures of the picture by method, with what a line is called where its group does not say."""
MOST_CURVES = 6
CLAIMED_POWER = 0.8
HOW_LUCK = (
    "If patrols changed nothing, the draw alone would put so many events on patrol days, with the chance shown. "
    "The upright line is what came out. Far out in a tail, luck is a poor explanation."
)
HOW_POWER = "How often a trial of this size would find something, by true reduction. The line across stands at four times in five."


@dataclass
class Kept:
    """What the pictures need beside the findings.

    Attributes:
        trials: each trial with its lots, and its power curves by outcome.
        plans: power curves of planned trials.
        studies: event studies by name.
    """

    trials: list[tuple[Drawn, Mapping[str, Sequence[Power]]]] = field(default_factory=list)
    plans: list[Mapping[str, Sequence[Power]]] = field(default_factory=list)
    studies: list[tuple[str, EventStudy]] = field(default_factory=list)


def effect_pictures(findings: Sequence[Finding], kept: Kept) -> tuple[Picture, ...]:
    """All pictures there is something for.

    Args:
        findings: of the question `effect`.
        kept: lots, power curves and event studies.
    """
    drawn: list[Picture | None] = [_by_method(findings)]
    for trial, power in kept.trials:
        drawn += [*_luck(trial), _power(power)]
    drawn += [_power(power) for power in kept.plans]
    drawn += [_months(studies) for studies in [kept.studies[:MOST_CURVES]] if studies]
    return tuple(picture for picture in drawn if picture is not None)


def _by_method(findings: Sequence[Finding]) -> Picture | None:
    lines = [finding for finding in findings if finding.measure in BY_METHOD and finding.value is not None]
    lines.sort(key=lambda finding: _outcome(finding))
    return forest(
        lines,
        slug="effect-by-method",
        title="Patrol days beside other days, by every method",
        axis="events (or harm) on patrol days, times other days; below 1 fewer",
        parity=1.0,
        label=_method,
        heading=_outcome,
    )


def _outcome(finding: Finding) -> str:
    return (finding.group or "").split(":")[0]


def _method(finding: Finding) -> str:
    return BY_METHOD[finding.measure] or (finding.group or "").partition(": ")[2]


def _luck(drawn: Drawn) -> list[Picture]:
    """For each outcome of few events, the chance of each number of events on patrol days."""
    import pandas as pd

    from ..audit.randomisation import chances_by_luck, means

    pictures = []
    for name, events in list(drawn.trial.events.items())[:MOST_CURVES]:
        chances = chances_by_luck(events, drawn.lots)
        if chances is None or events.sum() == 0:
            continue
        came = means(events, drawn.lots).treated_total
        seen = [i for i, chance in enumerate(chances) if chance > 1e-6 or i == came]
        x, y = list(range(min(seen), max(seen) + 1)), [float(chance) for chance in chances[min(seen) : max(seen) + 1]]
        table = pd.DataFrame({"events_on_patrol_days": x, "chance": y, "is_as_came_out": [n == came for n in x]})
        lines = [Curve("by luck alone", x, y), Curve(f"as it came out: {came:,.0f}", [came, came], [0.0, max(y)])]
        pictures.append(
            curves(
                lines, slug=f"luck-{_slug(name)}", title=f"Events on patrol days by luck alone: {name}", x=Axis("events on patrol days"),
                y=Axis("chance", "share"), table=table, how_to_read=HOW_LUCK,
            )
        )  # fmt: skip
    return pictures


def _power(power: Mapping[str, Sequence[Power]]) -> Picture | None:
    import pandas as pd

    if not power:
        return None
    rows: list[dict[str, Any]] = [
        {"outcome": name, "reduction": point.reduction, "power": point.power, "low": point.low, "high": point.high}
        for name, curve in power.items()
        for point in curve
    ]
    lines = [
        Curve(name, [p.reduction for p in curve], [p.power for p in curve], [p.low for p in curve], [p.high for p in curve])
        for name, curve in list(power.items())[:MOST_CURVES]
    ]
    return curves(
        lines, slug="power", title="What a trial of this size would find", x=Axis("true reduction", "share"), y=Axis("power", "share", low=0.0, high=1.0),
        table=pd.DataFrame(rows), how_to_read=HOW_POWER, level=CLAIMED_POWER,
    )  # fmt: skip


def _months(studies: Sequence[tuple[str, EventStudy]]) -> Picture:
    import numpy as np
    import pandas as pd

    from ..audit.panel_counts import ratio_of

    lines, rows = [], []
    for name, study in studies:
        points = {period: ratio_of(study.logs[i], study.covariance[i, i], clusters=study.places) for i, period in enumerate(study.periods)}
        x = sorted({*points, -1})
        shown = [points.get(period) for period in x]
        values = [(1.0, 1.0, 1.0) if one is None else (one.value, one.low, one.high) for one in shown]
        lines.append(Curve(name, x, *([float(value[i]) for value in values] for i in range(3))))
        rows += [{"name": name, "months_from_start": period, "ratio": v[0], "low": v[1], "high": v[2]} for period, v in zip(x, values, strict=True)]
    return curves(
        lines, slug="event-study", title="Change where patrols began, times change elsewhere, month by month", x=Axis("months from the start"),
        y=Axis("ratio to the month before the start", is_log=True), table=pd.DataFrame(rows), level=1.0,
        how_to_read=f"1 is the last month before the start. Months before it should lie near 1 if places went alike. Bands are 95 % intervals of each month. "
        f"{int(np.sum(np.array(studies[0][1].periods) < -1))} months before are shown.",
    )  # fmt: skip


def _slug(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name.lower()).strip("-")
