"""Pictures of who is stopped: ratios side by side, the ratio over months, and small areas from the lowest to the highest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .measures import FIELDS, field_of, measure_of
from .plain_pictures import Axis, Curve, curves, forest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..tables.findings import Finding
    from .picture import Picture

RATIOS = (
    "stop_rate_ratio",
    "stop_rate_ratio_officer_substituted",
    "stop_rate_ratio_within_areas",
    "stop_rate_ratio_within_areas_scattered",
    "stop_rate_ratio_other_powers",
    "stop_rate_ratio_section_60",
)
SHARES = ("no_further_action_share", "find_share", "arrest_share")
MOST_GROUPS = 6


def disparity_pictures(findings: Sequence[Finding]) -> tuple[Picture, ...]:
    """Everything that can be drawn of these findings; what has no number is left out.

    Args:
        findings: of the question "disparity", single months and areas among them where they are to be drawn.
    """
    fields = list(dict.fromkeys(field_of(finding) for finding in findings))
    drawn: list[Picture | None] = []
    for field in fields:
        of_field = [finding for finding in findings if field_of(finding) == field and finding.value is not None]
        drawn += [_ratios(of_field, field), _denominators(of_field, field), _shares(of_field, field), _months(of_field, field), _areas(of_field, field)]
    return tuple(picture for picture in drawn if picture is not None)


def _slug(name: str, field: str | None) -> str:
    return f"{name}-{field.split('_')[0]}" if field else name


def _by(field: str | None) -> str:
    return f", {FIELDS.get(field, field)}" if field else ""


def _titled(finding: Finding) -> str:
    return measure_of(finding).title


def _main(findings: Sequence[Finding]) -> list[Finding]:
    """Ratios over the main denominator, which come first."""
    first = next((finding.settings.get("denominator") for finding in findings if finding.measure == "stop_rate_ratio"), None)
    return [finding for finding in findings if finding.measure != "stop_rate_ratio" or finding.settings.get("denominator") == first]


def _ratios(found: Sequence[Finding], field: str | None) -> Picture | None:
    chosen = [finding for measure in RATIOS for finding in _main(found) if finding.measure == measure]
    axis = "times as many stops for the number of residents as the reference group; 1 is equal (ratio scale)"
    return forest(chosen, slug=_slug("ratios", field), title=f"Stop rates beside the reference group’s{_by(field)}", axis=axis, heading=_titled)


def _denominators(found: Sequence[Finding], field: str | None) -> Picture | None:
    chosen = [finding for finding in found if finding.measure == "stop_rate_ratio"]
    names = list(dict.fromkeys(finding.settings.get("denominator") for finding in chosen))
    if len(names) < 2:
        return None
    ordered = sorted(chosen, key=lambda finding: (finding.group or "", names.index(finding.settings.get("denominator"))))
    return forest(
        ordered,
        slug=_slug("denominators", field),
        title=f"The same stops beside other numbers of people{_by(field)}",
        axis="ratio of stops per head to the reference group’s; 1 is equal (ratio scale)",
        label=lambda finding: str(finding.settings.get("denominator")),
        heading=lambda finding: finding.group or "all",
    )


def _shares(found: Sequence[Finding], field: str | None) -> Picture | None:
    chosen = [finding for measure in SHARES for finding in found if finding.measure == measure]
    return forest(chosen, slug=_slug("outcomes", field), title=f"What followed a stop{_by(field)}", axis="per cent of the group’s stops", heading=_titled)


def _months(found: Sequence[Finding], field: str | None) -> Picture | None:
    """The ratio month by month; a month without a number is a gap."""
    chosen = [finding for finding in found if finding.measure == "stop_rate_ratio_in_month"]
    groups = sorted({finding.group for finding in chosen if finding.group}, key=lambda group: -sum(f.n or 0 for f in chosen if f.group == group))[:MOST_GROUPS]
    if len({finding.period for finding in chosen}) < 2:
        return None
    months = pd.period_range(min(f.period for f in chosen if f.period), max(f.period for f in chosen if f.period), freq="M").astype(str).tolist()
    at = list(range(1, len(months) + 1))
    by = {(finding.group, finding.period): finding for finding in chosen}

    def line(group: str) -> Curve:
        there = [by.get((group, month)) for month in months]
        return Curve(group, at, *([None if one is None else getattr(one, end) for one in there] for end in ("value", "low", "high")))

    rows = [{"month": f.period, "group": f.group, "reference": f.reference, "ratio": f.value, "low": f.low, "high": f.high, "stops": f.n} for f in chosen]
    return curves(
        [line(group) for group in groups],
        slug=_slug("months", field),
        title=f"The stop rate ratio month by month{_by(field)}",
        x=Axis(f"months, from {months[0]} (1) to {months[-1]} ({len(months)})", low=1, high=len(months)),
        y=Axis("ratio to the reference group’s rate; 1 is equal", "ratio", is_log=True),
        table=pd.DataFrame(rows),
        how_to_read="Bands are exact intervals of single months. A gap is a month that cannot be used or whose stops are too few to show.",
        level=1.0,
    )


def _areas(found: Sequence[Finding], field: str | None) -> Picture | None:
    """Areas of the group with the most of them shown, from the lowest steadied ratio to the highest."""
    chosen = [finding for finding in found if finding.measure == "area_stop_rate_ratio"]
    groups = sorted({finding.group or "" for finding in chosen}, key=lambda group: (-sum(f.group == group for f in chosen), group))
    if not groups:
        return None
    rows = sorted((finding for finding in chosen if finding.group == groups[0]), key=lambda finding: finding.value or 0)
    if len(rows) < 2:
        return None
    at = list(range(1, len(rows) + 1))
    own = ("area_code", "probability_above_one")
    table = pd.DataFrame([{**{name: f.settings.get(name) for name in own}, "ratio": f.value, "low": f.low, "high": f.high, "stops": f.n} for f in rows])
    return curves(
        [Curve(groups[0], at, *([getattr(finding, end) for finding in rows] for end in ("value", "low", "high")))],
        slug=_slug("areas", field),
        title=f"{groups[0]} residents: the steadied ratio of each area, lowest first{_by(field)}",
        x=Axis("areas in which both groups were stopped five times or more", low=1, high=len(rows)),
        y=Axis(f"ratio to the rate of {rows[0].reference} residents; 1 is equal", "ratio", is_log=True),
        table=table,
        how_to_read="The band is each area’s interval. Areas with fewer stops are not drawn, which leaves out many "
        "where the group is stopped little. The ends of the line are mostly chance: it is no ranking.",
        level=1.0,
    )
