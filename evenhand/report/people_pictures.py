"""Pictures of lists of made-up people: against whom a ratio is taken, by which truth an error is counted, what a gap rests on.

Every picture gathers the lines of one system under its name, so that systems can be compared down the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .charts import Row, dot_chart, plain_scale
from .finding_pictures import ends, mark, printed
from .numbers import figure
from .picture import Picture, table_of
from .plain_pictures import Axis, Curve, curves, forest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from ..tables.findings import Finding

TRUTHS = {"true": "by what was done", "recorded": "by what was recorded"}


def system_of(finding: Finding) -> str:
    """Which list a finding is of."""
    return str(finding.settings.get("system", ""))


def by_system(
    findings: Sequence[Finding], *, slug: str, title: str, axis: str, label: Callable[[Finding], str], how_to_read: str = "", strong: str | None = None
) -> Picture | None:
    """One line a finding, gathered under the system each is of; None where there is none with a value."""
    found = sorted((one for one in findings if one.value is not None), key=_order(findings))
    return forest(found, slug=slug, title=title, axis=axis, label=label, heading=system_of, how_to_read=how_to_read, strong=strong)


def _order(findings: Sequence[Finding]) -> Callable[[Finding], int]:
    """Systems in the order they first come in, their lines in their own."""
    first: dict[str, int] = {}
    for finding in findings:
        first.setdefault(system_of(finding), len(first))
    return lambda finding: first[system_of(finding)]


def two_truths(findings: Sequence[Finding], *, slug: str, title: str, axis: str) -> Picture | None:
    """A rate by group, by what was done (disc) and by what was recorded (diamond), under each system's name.

    Args:
        findings: of one measure, `settings["truth"]` telling which.
        slug, title, axis: of the picture.

    Returns:
        The picture; None unless both truths are told.
    """
    pairs: dict[tuple[str, str], dict[str, Finding]] = {}
    for finding in findings:
        if finding.value is not None and finding.settings.get("truth") in TRUTHS:
            pairs.setdefault((system_of(finding), finding.group or "all"), {})[str(finding.settings["truth"])] = finding
    both = {key: pair for key, pair in pairs.items() if len(pair) == len(TRUTHS)}
    if not both:
        return None
    rows, last = [], ""
    for (system, group), pair in both.items():
        text = f"{printed(pair['true'])}; {figure(pair['recorded'].value, pair['recorded'].unit)}"
        rows.append(Row(group, text, (mark(pair["true"]), mark(pair["recorded"], "second")), heading=system if system != last else ""))
        last = system
    shown = [finding for pair in both.values() for finding in pair.values()]
    description = "; ".join(
        f"{system}, {group}: {figure(pair['true'].value, 'share')} by what was done, {figure(pair['recorded'].value, 'share')} by what was recorded"
        for (system, group), pair in list(both.items())[:8]
    )
    scale = plain_scale(ends(shown), "share")
    drawing = dot_chart(rows, scale, title=title, description=description, axis=axis, columns=("", "By what was done; by what was recorded"))
    how = "Disc: judged by what made-up people truly did. Diamond: judged by what was recorded of them, which is all that a force can do."
    return Picture(slug, title, description, drawing, table_of(shown), how, tuple(shown))


def cycles(findings: Sequence[Finding], *, slug: str, title: str, axis: str, unit: str, arm: Callable[[Finding], str]) -> Picture | None:
    """A figure from cycle to cycle, a curve for each arm.

    Args:
        findings: of one measure, `settings["cycle"]` counting from 0.
        slug, title, axis, unit: of the picture.
        arm: what a finding's curve is called.
    """
    lines: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.value is not None and finding.settings.get("cycle") is not None:
            lines.setdefault(arm(finding), []).append(finding)
    if not lines:
        return None
    drawn = []
    for name, line in lines.items():
        line.sort(key=lambda one: int(one.settings["cycle"]))
        drawn.append(Curve(name, [float(one.settings["cycle"]) for one in line], *([getattr(one, end) for one in line] for end in ("value", "low", "high"))))
    shown = [finding for line in lines.values() for finding in line]
    how = "A line is the middle of several made-up worlds run side by side; its band holds nearly all of them. It is no interval for a real list."
    across, up = Axis("lists made, one after another"), Axis(axis, unit, is_log=unit == "ratio")
    return curves(drawn, slug=slug, title=title, x=across, y=up, table=table_of_cycles(shown, arm), how_to_read=how, level=1.0 if unit == "ratio" else None)


def table_of_cycles(findings: Sequence[Finding], arm: Callable[[Finding], str]) -> pd.DataFrame:
    """What `cycles` draws, as numbers."""
    import pandas as pd

    kept = [{name: getattr(one, name) for name in ("measure", "group", "value", "low", "high", "unit", "n")} for one in findings]
    return pd.DataFrame([{"curve": arm(one), "cycle": int(one.settings["cycle"]), **row} for one, row in zip(findings, kept, strict=True)])


def shares_of(findings: Sequence[Finding], group: str) -> list[Finding]:
    """A group's share of each denominator and of the list, in the order they are read: people, truth, record, list."""
    ours = [one for one in findings if one.group == group and one.value is not None]
    wholes = [one for one in ours if one.measure == "denominator_group_share"]
    wholes.sort(key=lambda one: (None, "true", "recorded").index(one.settings.get("truth")))
    return [*wholes, *(one for one in ours if one.measure == "list_group_share")]


def share_label(finding: Finding) -> str:
    """What a share is of."""
    return "of the list" if finding.measure == "list_group_share" else f"of {finding.settings['denominator']}"
