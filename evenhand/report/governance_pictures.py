"""Pictures of how a list is kept: the checklist line by line, the shares behind it, and groups beside numbers of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from .numbers import value_of
from .picture import Picture
from .plain_pictures import forest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..tables.findings import Finding

SIGNS = {"met": "\u2713", "not met": "\u2715", "not told": "?"}
"""A sign beside the word: neither colour nor shape has to tell alone."""
POINTS = ("list_point_share", "list_fact_told")


def governance_pictures(findings: Sequence[Finding]) -> tuple[Picture, ...]:
    """Everything that can be drawn of these findings.

    Args:
        findings: of the question "list-governance".
    """
    shares = [one for one in findings if one.measure == "list_point_share" and one.value]
    ratios = [one for one in findings if one.measure == "list_group_entries_ratio" and one.value is not None]
    drawn = [
        checklist(findings),
        forest(shares, slug="points", title="Shares of entries that break a point", axis="per cent of the list’s entries"),
        forest(
            sorted(ratios, key=lambda one: (one.group or "", one.reference or "")),
            slug="groups",
            title="Groups on the list beside numbers of people",
            axis="the group’s share of the list over its share of the number of people; 1 is equal (ratio scale)",
            label=lambda one: str(one.reference),
            heading=lambda one: one.group or "all",
        ),
    ]
    return tuple(picture for picture in drawn if picture is not None)


def checklist(findings: Sequence[Finding]) -> Picture | None:
    """The points with their status and the principle each rests on; None where there are none.

    Args:
        findings: among them `list_point_share` and `list_fact_told`.
    """
    points = [one for one in findings if one.measure in POINTS]
    if not points:
        return None
    counts = {status: sum(one.settings["status"] == status for one in points) for status in SIGNS}
    description = ", ".join(f"{count} {status}" for status, count in counts.items()) + "."
    rows = [Markup('<div class="row head"><span class="label">Point</span><span class="plot">Rests on</span><span class="text">Status</span></div>')]
    last = ""
    for one in points:
        heading = "Entry by entry: share that breaks the point" if one.measure == POINTS[0] else "The list as a whole"
        if heading != last:
            rows.append(Markup('<div class="group">{}</div>').format(heading))
            last = heading
        rows.append(_row(one))
    drawing = Markup('<div class="chart" role="group" aria-label="{}">{}</div>').format(f"Checklist. {description}", Markup("\n").join(rows))
    how = "Met: no entry handed over breaks it. Not told: a column or an answer is lacking, or the number is too small to show. Recalled: not looked up again."
    return Picture("checklist", "Checklist of the list’s keeping", description, drawing, _table(points), how, tuple(points))


def _row(one: Finding) -> Markup:
    status = str(one.settings["status"])
    share = f"\n{value_of(one)}" if one.measure == POINTS[0] and one.value else ""
    return Markup('<div class="row{}"><span class="label">{}</span><span class="plot"><small>{}</small></span><span class="text">{}</span></div>').format(
        " strong" if status == "not met" else "", one.group, one.settings["principles"], f"{SIGNS[status]}\u00a0{status}{share}"
    )


def _table(points: Sequence[Finding]) -> pd.DataFrame:
    rows = [
        {"point": one.group, "status": one.settings["status"], "share": one.value if one.measure == POINTS[0] else None, "entries": one.n,
         "principles": one.settings["principles"], "caveats": " | ".join(one.caveats)}
        for one in points
    ]  # fmt: skip
    return pd.DataFrame(rows)
