"""Pictures of any findings, whatever their question: a forest of estimates with intervals; curves stand in `curves.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .charts import Mark, Row, dot_chart, plain_scale, ratio_scale
from .curves import Axis, Curve, curves, thinned
from .finding_pictures import HOW_RATIO, HOW_SHARE, ends, level_said, mark, printed, spread_said
from .measures import measure_of
from .numbers import unit_of
from .picture import Picture, table_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..tables.findings import Finding

__all__ = ["Axis", "Curve", "curves", "forest", "forests", "readings_forest", "thinned"]

MOST_LINES = 60


def forest(
    findings: Sequence[Finding],
    *,
    slug: str,
    title: str,
    axis: str,
    parity: float | None = None,
    how_to_read: str = "",
    label: Callable[[Finding], str] | None = None,
    heading: Callable[[Finding], str] | None = None,
    strong: str | None = None,
) -> Picture | None:
    """One line a finding: a disc for the value and a line for its interval.

    Args:
        findings: of one unit, in the order shown; a ratio scale for the unit "ratio", else a plain one.
        slug, title, axis: of the picture; the axis says what is measured.
        parity: where the heavier line stands; left out: 1 for ratios, 0 for differences, else none.
        how_to_read: under the picture; left out: how to read an interval.
        label: what a line is called; left out: the finding's group.
        heading: what the lines that follow one another are gathered under.
        strong: the group whose line stands out.

    Returns:
        The picture; None where there is no finding.
    """
    found = list(findings)[:MOST_LINES]
    if not found:
        return None
    named = label or (lambda finding: finding.group or "all")
    unit = unit_of(found[0]) or ""
    rows, last = [], ""
    for finding in found:
        under = heading(finding) if heading else ""
        rows.append(Row(named(finding), printed(finding), (mark(finding),), heading=under if under != last else "", is_strong=finding.group == strong))
        last = under
    is_ratio = unit == "ratio" and all(finding.value is None or finding.value >= 0 for finding in found)
    stands = parity if parity is not None else 1.0 if is_ratio else 0.0 if "difference" in found[0].measure else None
    scale = ratio_scale([*ends(found), stands]) if is_ratio else plain_scale([*ends(found), stands], unit)
    description = spread_said(found, named)
    columns = ("", f"Value ({level_said(found)})")
    drawing = dot_chart(rows, scale, title=title, description=description, axis=axis, reference=stands, columns=columns)
    return Picture(slug, title, description, drawing, table_of(found), how_to_read or (HOW_RATIO if is_ratio else HOW_SHARE), tuple(found))


def readings_forest(main: Finding, rows: Sequence[Mapping[str, Any]], *, defaults: Mapping[str, Any], title: str, slug: str = "readings") -> Picture | None:
    """One figure under each choice tried alone; the default's value as the heavy line.

    Args:
        main: the figure under the default.
        rows: from `audit.readings.swept`.
        defaults: setting -> the default choice, for the first line of each.
        title, slug: of the picture.
    """
    import pandas as pd

    from .numbers import figure

    figure_of = (main.measure, main.group, main.reference, main.place)
    mine = [row for row in rows if (row["measure"], row["group"], row["reference"], row.get("place", main.place)) == figure_of]
    unit = unit_of(main) or ""
    lines, last = [Row("every choice at its default", printed(main), (mark(main),))], ""
    for row in mine:
        if row["setting"] in ("default", "together"):
            continue
        known = None if row["value"] is None else float(row["value"])
        named = str(row["setting"]).replace("_", " ")
        heading = f"{named} (default: {_plainly(defaults.get(row['setting']))})" if row["setting"] != last else ""
        lines.append(Row(_plainly(row["choice"]), figure(known, unit), (Mark(known, kind="second"),), heading=heading))
        last = row["setting"]
    if len(lines) < 2:
        return None
    values = [line.marks[0].value for line in lines]
    scale = ratio_scale([*values, *ends([main])]) if unit == "ratio" else plain_scale([*values, *ends([main])], unit)
    known_values = [value for value in values if value is not None]
    description = f"{len(lines) - 1} choices; values from {figure(min(known_values), unit)} to {figure(max(known_values), unit)}."
    axis = f"{measure_of(main).title.lower()}; heavy line: the default’s value"
    drawing = dot_chart(lines, scale, title=title, description=description, axis=axis, reference=main.value, columns=("Choice", "Value"))
    how = "Disc: every choice at its default, with its interval. Diamond: one choice changed; these are single values without an interval of their own."
    return Picture(slug, title, description, drawing, pd.DataFrame(mine), how)


def _plainly(choice: Any) -> str:
    return {"True": "yes", "False": "no"}.get(str(choice), str(choice).replace("_", " "))


def forests(findings: Sequence[Finding], *, most: int = 6) -> tuple[Picture, ...]:
    """One forest for each measure that has several lines with intervals: what a page shows when a question draws nothing of its own."""
    by_measure: dict[tuple[str, str | None], list[Finding]] = {}
    for finding in findings:
        if finding.value is not None and (finding.low is not None or finding.high is not None):
            by_measure.setdefault((finding.measure, finding.unit), []).append(finding)
    drawn: list[Picture] = []
    for (measure, _), found in by_measure.items():
        if len(found) > 1 and len(drawn) < most:
            words = measure_of(found[0])
            picture = forest(found, slug=measure.replace("_", "-"), title=words.title, axis=words.means or words.title, label=_whom)
            drawn += [picture] if picture else []
    return tuple(drawn)


def _whom(finding: Finding) -> str:
    return f"{finding.group or 'all'} beside {finding.reference}" if finding.reference else finding.group or "all"
