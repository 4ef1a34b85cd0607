"""The charts of a report, one function a picture. A picture without findings is left out, not drawn empty."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from .charts import Mark, Row, dot_chart, plain_scale, ratio_scale, tally
from .measures import FIELDS, measure_of, of_measure, pick
from .numbers import HARD, figure, interval_of, unit_of, value_of, with_interval
from .picture import Picture, table_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..tables.findings import Finding
    from .contents import Contents

FAR = 4.0
"""An interval's end is drawn up to this many times the highest value, or down to that part of the lowest."""
HOW_RATIO = "The disc is the estimate, the line its interval. Right of the heavy line is more, left is less; twice and half stand equally far from 1."
ELSEWHERE = {
    "default": ("Every reading at its default", ""),
    "origin": ("Where does the grid start?", ""),
    "outline": ("Which outline does the place take?", ""),
    "homes": ("Where in an area do its residents live?", ""),
}
"""Readings of the place and its people, which no system's card names."""
HOW_SHARE = "The disc is the estimate, the line its interval."


def printed(finding: Finding) -> str:
    """Value and interval, short, for the end of a chart's line."""
    if finding.value is None or (finding.low is None and finding.high is None):
        return value_of(finding)
    return f"{value_of(finding)} ({interval_of(finding).replace(HARD + '%', '')})"


def mark(finding: Finding, kind: str = "main") -> Mark:
    """A finding as a mark."""
    return Mark(finding.value, finding.low, finding.high, "second" if kind == "second" else "main")


def ends(findings: Sequence[Finding]) -> list[float | None]:
    """All numbers a scale must hold; an interval's end far beyond the values is left to an arrow."""
    values = [finding.value for finding in findings if finding.value is not None]
    top, bottom = FAR * max(values, default=math.inf), min(values, default=0.0) / FAR
    beyond = [None if end is None else max(min(end, top), bottom if end > 0 else end) for finding in findings for end in (finding.low, finding.high)]
    return [*values, *beyond]


def level_said(findings: Sequence[Finding]) -> str:
    """The coverage that all intervals share, in words."""
    levels = sorted({finding.level for finding in findings if finding.level is not None})
    return f"{100 * levels[0]:.6g}\u00a0% interval" if len(levels) == 1 else "interval"


def spread_said(findings: Sequence[Finding], name: Callable[[Finding], str]) -> str:
    """Highest and lowest in words, for those who do not see the chart."""
    known = [finding for finding in findings if finding.value is not None]
    if not known:
        return "No figure could be given."
    top, low = max(known, key=lambda f: f.value or 0.0), min(known, key=lambda f: f.value or 0.0)
    if top is low:
        return f"One line: {name(top)}, {printed(top)}."
    return f"{len(findings)} lines. Highest: {name(top)}, {printed(top)}; lowest: {name(low)}, {printed(low)}."


def in_order(contents: Contents, findings: Sequence[Finding]) -> list[Finding]:
    """Findings in the order of the groups; others keep theirs, at the end."""
    place = {group: index for index, group in enumerate(contents.groups)}
    return sorted(findings, key=lambda finding: place.get(finding.group or "", len(place)))


def exposure_by_group(contents: Contents) -> Picture | None:
    """The forest chart of exposure ratios."""
    found = in_order(contents, of_measure(contents.findings, "exposure_ratio"))
    if not found:
        return None
    rows = [Row(f.group or "all", printed(f), (mark(f),), is_strong=f.group == contents.group) for f in found]
    title = f"How many times as likely each group is to live in a flagged spot as {contents.reference} residents"
    description = spread_said(found, lambda f: f.group or "")
    drawing = dot_chart(
        rows,
        ratio_scale(ends(found)),
        title=title,
        description=description,
        reference=1.0,
        axis=f"times as likely as {contents.reference} residents; 1 is equally likely (ratio scale)",
        columns=("Group", f"Ratio ({level_said(found)})"),
    )
    return Picture("exposure-by-group", title, description, drawing, table_of(found), HOW_RATIO, tuple(found), notes=contents.notes.get("exposure", ()))


def exposed_share(contents: Contents) -> Picture | None:
    """Share of each group's residents who live in flagged spots."""
    found = in_order(contents, of_measure(contents.findings, "exposed_share"))
    return share_picture(
        contents, found, slug="exposed-share", title="Share of each group’s residents who live in a flagged spot", axis="per cent of the group’s residents"
    )


def exposed_by_deprivation(contents: Contents) -> Picture | None:
    """Share of residents in flagged spots by tenth of deprivation."""
    found = list(of_measure(contents.findings, "deprivation_exposed_share"))
    title = "Share of residents who live in a flagged spot, by deprivation of the area"
    axis = "per cent of residents of areas in that tenth; decile 1 is the most deprived"
    picture = share_picture(contents, found, slug="exposed-by-deprivation", title=title, axis=axis)
    two = pick(contents.findings, "deprivation_exposure_ratio")
    if picture is None or two is None or two.value is None:
        return picture
    # Often so far from 1 that it would squeeze any chart it stood in; so it is said in words.
    said = f"{HOW_SHARE} Residents of {two.group} beside those of {two.reference}: {with_interval(two)} times as likely."
    return replace(picture, how_to_read=said, findings=(*found, two), table=table_of((*found, two)))


def share_picture(contents: Contents, found: Sequence[Finding], *, slug: str, title: str, axis: str) -> Picture | None:
    """Shares with intervals, one line each."""
    if not found:
        return None
    rows = [Row(f.group or "all", printed(f), (mark(f),), is_strong=f.group == contents.group) for f in found]
    description = spread_said(found, lambda f: f.group or "")
    drawing = dot_chart(
        rows, plain_scale(ends(found), found[0].unit or ""), title=title, description=description, axis=axis, columns=("Group", f"Share ({level_said(found)})")
    )
    return Picture(slug, title, description, drawing, table_of(found), HOW_SHARE, tuple(found))


def exposure_at_like_deprivation(contents: Contents) -> Picture | None:
    """Group and deprivation together."""
    found = of_measure(contents.findings, "exposure_ratio_within_deprivation", "deprivation_adjusted_exposure_ratio")
    if not found:
        return None
    headings = {
        "exposure_ratio_within_deprivation": "Groups compared within like deprivation",
        "deprivation_adjusted_exposure_ratio": "Groups compared, adjusted for deprivation",
    }
    ordered = [f for measure in headings for f in found if f.measure == measure]
    rows, last = [], ""
    for f in ordered:
        rows.append(Row(against(f), printed(f), (mark(f),), heading=headings[f.measure] if f.measure != last else ""))
        last = f.measure
    title = "Group and deprivation together: exposure ratios"
    description = spread_said(ordered, against)
    drawing = dot_chart(
        rows,
        ratio_scale(ends(ordered)),
        title=title,
        description=description,
        reference=1.0,
        axis="times as likely to live in a flagged spot; 1 is equally likely (ratio scale)",
        columns=("Who, beside whom", f"Ratio ({level_said(ordered)})"),
    )
    return Picture("exposure-group-and-deprivation", title, description, drawing, table_of(ordered), HOW_RATIO, tuple(ordered))


def against(finding: Finding) -> str:
    """Whom a ratio is about, and whom it is compared with."""
    return f"{finding.group or 'all'} beside {finding.reference}" if finding.reference else finding.group or "all"


def accuracy(contents: Contents) -> Picture | None:
    """The system and the count map on the same lines."""
    measures = ("crime_captured_share", "harm_captured_share", "spots_with_any_share")
    found = of_measure(contents.findings, *measures)
    if not found:
        return None
    names = {contents.card.slug: contents.card.title, contents.baseline_card.slug: contents.baseline_card.title}
    rows = []
    for measure in measures:
        both = [f for slug in names if (f := pick(found, measure, group=slug)) is not None]
        marks = tuple(mark(f, "main" if f.group == contents.card.slug else "second") for f in both)
        if both:
            rows.append(Row(measure_of(both[0]).title, "\n".join(printed(f) for f in both), marks))
    title = "How right the system was, beside the count map"
    description = spread_said(found, lambda f: f"{measure_of(f).title.lower()}, {names.get(f.group or '', f.group or '')}")
    drawing = dot_chart(
        rows,
        plain_scale(ends(found), "share"),
        title=title,
        description=description,
        axis="per cent",
        columns=("What was measured", f"Value ({level_said(found)})"),
    )
    how = f"Disc and upper figure: {contents.card.title}. Diamond and lower figure: {contents.baseline_card.title}. Lines are intervals."
    return Picture("accuracy-beside-count-map", title, description, drawing, table_of(found), how, found, notes=contents.notes.get("accuracy", ()))


def stability(contents: Contents) -> Picture | None:
    """How many spots rest on one record, as squares."""
    one = pick(contents.findings, "spots_resting_on_one_event", group=contents.card.slug) or pick(contents.findings, "spots_resting_on_one_event")
    if one is None or one.value is None or not one.n or one.n > 400:
        return None
    done = round(one.value * one.n) if one.unit == "share" else round(one.value)
    found = (one, *(f for f in of_measure(contents.findings, "spots_resting_on_one_event", "spots_kept_share", "spots_shared_with_baseline") if f is not one))
    title = "Spots that rest on one single record"
    description = f"{done} of {round(one.n)} spots would not be flagged if one record were left out."
    how = "Each square is a flagged spot; crossed ones drop off the list when one record is left out."
    return Picture("stability", title, description, tally(done, round(one.n), title=title, description=description), table_of(found), how, found)


def stop_ratios(contents: Contents) -> Picture | None:
    """Stop rate ratios by group, for both ethnicity fields, with intervals and bounds."""
    found = of_measure(contents.findings, "stop_rate_ratio")
    bounds = of_measure(contents.findings, "stop_rate_ratio_bounds")
    if not found:
        return None
    rows: list[Row] = []
    used: list[Finding] = []
    for field in FIELDS:
        for index, f in enumerate(in_order(contents, of_measure(found, "stop_rate_ratio", field=field))):
            bound = pick(bounds, "stop_rate_ratio_bounds", group=f.group, field=field)
            band = (bound.low, bound.high) if bound is not None and bound.low is not None and bound.high is not None else None
            said = f"\nbounds {figure(band[0], 'ratio')} to {figure(band[1], 'ratio')}" if band else ""
            heading = FIELDS[field].capitalize() if index == 0 else ""
            rows.append(Row(f.group or "all", printed(f) + said, (mark(f),), band, heading, f.group == contents.group))
            used.extend(one for one in (f, bound) if one is not None)
    if not rows:
        return None
    title = f"Stop rate of each group beside {contents.reference} residents"
    description = spread_said(found, lambda f: f"{f.group}, {FIELDS.get(str(f.settings.get('field')), '')}")
    drawing = dot_chart(
        rows,
        ratio_scale(ends(used)),
        title=title,
        description=description,
        reference=1.0,
        axis=f"times as many stops per 1,000 residents as {contents.reference}; 1 is equal (ratio scale)",
        columns=("Group", f"Ratio ({level_said(found)})"),
    )
    how = (
        "The disc and line are estimate and interval. The dashed box is no interval: it is as low and as high as the ratio could be, "
        "whatever the ethnicities that were not recorded."
    )
    return Picture("stop-rate-ratios", title, description, drawing, table_of(used), how, tuple(used), notes=contents.notes.get("disparity", ()))


def no_further_action(contents: Contents) -> Picture | None:
    """Share of stops that ended in nothing further."""
    found = of_measure(contents.findings, "no_further_action_share")
    rows: list[Row] = []
    used: list[Finding] = []
    for field in FIELDS:
        for index, f in enumerate(in_order(contents, of_measure(found, "no_further_action_share", field=field))):
            rows.append(
                Row(f.group or "all", printed(f), (mark(f),), heading=FIELDS[field].capitalize() if index == 0 else "", is_strong=f.group == contents.group)
            )
            used.append(f)
    if not rows:
        return None
    title = "Share of stops after which nothing further was done"
    description = spread_said(used, lambda f: f"{f.group}, {FIELDS.get(str(f.settings.get('field')), '')}")
    drawing = dot_chart(
        rows,
        plain_scale(ends(used), "share"),
        title=title,
        description=description,
        axis="per cent of the group’s stops",
        columns=("Group", f"Share ({level_said(used)})"),
    )
    return Picture("no-further-action", title, description, drawing, table_of(used), HOW_SHARE, tuple(used), notes=contents.notes.get("disparity", ()))


def choice_said(choice: object, unit: str) -> str:
    """A choice in words: "150 m", "chi days".

    Example:
        >>> choice_said(150.0, "m"), choice_said("square_root", "")
        ('150 m', 'square root')
    """
    text = f"{choice:g}" if isinstance(choice, float) else str(choice).replace("_", " ").removesuffix(".0")
    return f"{text} {unit}".strip()


def readings(contents: Contents, column: str, *, slug: str, title: str, measure: str) -> Picture | None:
    """One line per reading of what is not public; the default's value as the heavy line."""
    swept = contents.readings
    if swept is None or swept.empty or column not in swept or swept[column].isna().all():
        return None
    main = pick(contents.findings, measure, group=contents.group if measure == "exposure_ratio" else contents.card.slug)
    unit = (unit_of(main) if main is not None else None) or ("ratio" if "ratio" in column else "share")
    questions = {**ELSEWHERE, **{reading.setting: (reading.question, reading.unit) for reading in contents.card.readings}}
    rows, last, default = [], None, None
    for setting, choice, is_default, value in zip(swept["setting"], swept["choice"], swept["is_default"], swept[column], strict=True):
        question, choice_unit = questions.get(setting, (str(setting).replace("_", " ").capitalize(), ""))
        known = None if value is None or value != value else float(value)
        default = known if is_default and default is None else default
        label = choice_said(choice, choice_unit) + (" (default)" if is_default and choice != "default" else "")
        rows.append(
            Row(
                label,
                figure(known, unit),
                (mark(main) if is_default and main is not None else Mark(known, kind="main" if is_default else "second"),),
                heading=question if setting != last else "",
            )
        )
        last = setting
    values = [row.marks[0].value for row in rows]
    values += ends([main]) if main is not None else []
    scale = ratio_scale(values) if unit == "ratio" else plain_scale(values, unit)
    known_values = [float(value) for value in swept[column].dropna()]
    description = f"{len(rows)} readings; values from {figure(min(known_values), unit)} to {figure(max(known_values), unit)}; default {figure(default, unit)}."
    axis = f"{measure_of(main).title.lower() if main is not None else column.replace('_', ' ')}; heavy line: the default’s value"
    drawing = dot_chart(
        rows, scale, title=title, description=description, axis=axis, reference=default, columns=("What is not public, and the choice", "Value")
    )
    how = (
        "Disc: the default. Diamond: another plausible choice, all else at its default. "
        "The line is the default’s interval; the other choices are single values without one of their own."
    )
    kept = ["setting", "choice", "is_default", column, *(["spots_shared"] if measure == "exposure_ratio" and "spots_shared" in swept else [])]
    return Picture(slug, title, description, drawing, swept[kept].reset_index(drop=True), how)
