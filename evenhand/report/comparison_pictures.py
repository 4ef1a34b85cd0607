"""Pictures of systems beside each other: what each holds of later crime, whom it exposes, which ground they share, and their maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from markupsafe import Markup

from . import maps
from .charts import Mark, Row, dot_chart, plain_scale, ratio_scale
from .curves import Axis, Curve, curves
from .finding_pictures import HOW_RATIO, HOW_SHARE, ends, level_said, mark, printed, spread_said
from .numbers import HARD, figure, unit_of
from .picture import Picture, table_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from ..tables.findings import Finding

AT_ONCE = 5
"""Curves beside the baseline's in one picture; more cannot be told apart."""


def with_readings(
    findings: Sequence[Finding], *, slug: str, title: str, axis: str, label: Callable[[Finding], str], strong: str | None = None, parity: float
) -> Picture | None:
    """One line a system: the default's value and interval, and behind it a band over everything that is not public.

    Args:
        findings: one a system, in the order shown, those swept with `readings` in their settings.
        slug, title, axis: of the picture.
        label: what a line is called.
        strong: the label whose line stands out.
        parity: where the heavier line stands.
    """
    if not findings:
        return None
    unit = unit_of(findings[0]) or ""
    bands = [_range(finding) for finding in findings]
    rows = [
        Row(label(finding), _short(printed(finding)), (mark(finding),), band=band, is_strong=label(finding) == strong)
        for finding, band in zip(findings, bands, strict=True)
    ]
    reach = [*ends(findings), parity, *(end for band in bands if band for end in band)]
    scale = ratio_scale(reach) if unit == "ratio" else plain_scale(reach, unit)
    description = spread_said(findings, label)
    columns = ("System", f"{'Points' if unit == 'points' else 'Value'} ({level_said(findings)})")
    drawing = dot_chart(rows, scale, title=title, description=description, axis=axis, reference=parity, columns=columns)
    how = HOW_RATIO if unit == "ratio" else HOW_SHARE
    if any(bands):
        how += " The hatched band runs over every reading of what is not public that was tried, one at a time."
    return Picture(slug, title, description, drawing, table_of(findings), how, tuple(findings))


def _short(text: str) -> str:
    """A difference without the words that the column's heading says."""
    return text.replace(f"{HARD}percentage points", "")


def _range(finding: Finding) -> tuple[float, float] | None:
    readings = finding.settings.get("readings") or {}
    if readings.get("low") is None or readings.get("n_readings", 0) < 2:
        return None
    return float(readings["low"]), float(readings["high"])


def matrix(shared: Mapping[tuple[str, str], float], names: Sequence[str], *, slug: str, title: str, how_to_read: str) -> Picture:
    """A square table of how much each two share, darker for more; the diagonal holds what each shares with itself a month before.

    Args:
        shared: (one, other) -> share, each pair once; (one, one) for the diagonal.
        names: in the order shown.
        slug, title, how_to_read: of the picture.
    """
    import pandas as pd

    def value(one: str, other: str) -> float | None:
        return shared.get((one, other), shared.get((other, one)))

    apart = [number for (one, other), number in shared.items() if one != other]
    head = Markup("").join(Markup('<th scope="col"><span>{}</span></th>').format(name) for name in names)
    lines = []
    for one in names:
        cells = Markup("").join(_cell(value(one, other), is_own=one == other) for other in names)
        lines.append(Markup('<tr><th scope="row">{}</th>{}</tr>').format(one, cells))
    description = "Only one system, so nothing to share."
    if apart:
        least, middle, most = (figure(float(number), "share") for number in np.quantile(apart, [0, 0.5, 1]))
        description = f"{len(names)} systems. Two of them share from {least} to {most} of their ground, {middle} in the middle."
    drawing = Markup('<div class="matrix-box"><table class="matrix ramp-blue"><thead><tr><td></td>{}</tr></thead><tbody>{}</tbody></table></div>').format(
        head, Markup("").join(lines)
    )
    table = pd.DataFrame([{"system": one, **{other: value(one, other) for other in names}} for one in names])
    return Picture(slug, title, description, drawing, table, how_to_read)


def _cell(number: float | None, *, is_own: bool) -> Markup:
    if number is None or not np.isfinite(number):
        return Markup("<td>–</td>")
    shade = 1 + sum(number >= step for step in (0.1, 0.25, 0.45, 0.7))
    return Markup('<td class="m{}{}">{}</td>').format(shade, " own" if is_own else "", f"{100 * number:.0f}")


def capture_pictures(cuts: NDArray[np.float64], captured: Mapping[str, NDArray[np.float64]], *, baseline: str) -> list[Picture]:
    """Capture curves, five systems at a time, each time beside the baseline's.

    Args:
        cuts: shares of ground, shape (cuts,).
        captured: name -> share of later crime held at each cut, shape (cuts,).
        baseline: whose curve stands in every picture.
    """
    import pandas as pd

    others = [name for name in captured if name != baseline]
    groups = [others[start : start + AT_ONCE] for start in range(0, len(others), AT_ONCE)]
    out = []
    for number, group in enumerate(groups, start=1):
        shown = [baseline, *group]
        table = pd.DataFrame({"share_of_ground": cuts, **{name: captured[name] for name in shown}})
        part = f" ({number} of {len(groups)})" if len(groups) > 1 else ""
        out.append(
            curves(
                [Curve(name, cuts.tolist(), captured[name].tolist()) for name in shown],
                slug=f"capture-{number}",
                title=f"Later recorded crime held, by share of ground{part}",
                x=Axis("share of ground, best-ranked first", "share", low=0.0, high=float(cuts[-1])),
                y=Axis("share of later recorded crime", "share", low=0.0),
                table=table,
                how_to_read="Higher is more recorded crime on the same ground. Where a curve lies on the count map’s, the system adds nothing to counting.",
            )
        )
    return out


class SmallMap(NamedTuple):
    """One system's flagged ground: its name, its cells (EPSG:27700), and a line about it."""

    name: str
    cells: gpd.GeoDataFrame
    says: str


def small_maps(
    areas: gpd.GeoDataFrame, shaded: pd.Series, drawn: Sequence[SmallMap], *, slug: str, title: str, what: str, table: pd.DataFrame
) -> Picture:
    """Many small maps at one scale, each system's flagged ground over the same shading.

    Args:
        areas: the place's areas, with area_name.
        shaded: what shades them, a share, in the order of `areas`.
        drawn: the systems.
        slug, title: of the picture.
        what: what the shading means, for the key.
        table: all that is drawn.
    """
    base = maps.base_of(areas, areas.iloc[:0].assign(is_flagged=False, is_baseline_flagged=False))
    classes = maps.classes_of_shares(shaded)
    panels = []
    for number, one in enumerate(drawn):
        spots = [maps.spots_of(one.cells, base, kind="system", label="flagged ground")]
        drawing = maps.choropleth(base, title=one.name, description=one.says, slug=f"{slug}-{number}", spots=spots, classes=classes, ramp="purple")
        panels.append(Markup('<div class="panel"><p class="panel-title">{}</p>{}<p class="said">{}</p></div>').format(one.name, drawing, one.says))
    key = maps.legend(classes, spots=[maps.Spots("system", "flagged ground", ())], what=what, ramp="purple")
    description = f"{len(drawn)} maps of the same place; " + "; ".join(f"{one.name}: {one.says}" for one in drawn) + "."
    drawing = Markup('<div class="panels">{}</div>{}{}').format(Markup("").join(panels), maps.furniture(base), key)
    how = "Each map shows the ground that one system ranks first; all have the same share of ground. Compare where they lie, not how dark they are."
    return Picture(slug, title, description, drawing, table, how, summary=table)


def spread(
    rows: Sequence[tuple[str, float | None, Sequence[float]]], *, unit: str, parity: float, slug: str, title: str, axis: str, table: pd.DataFrame
) -> Picture:
    """One line a system: a disc for the default and a band from the lowest to the highest reading.

    Args:
        rows: (label, default's value, values over all readings).
        unit, parity, slug, title, axis: of the picture.
        table: all that was tried.
    """
    lines, reach = [], [parity]
    for label, value, tried in rows:
        known = [one for one in tried if np.isfinite(one)]
        reach += known
        band = (min(known), max(known)) if len(known) > 1 else None
        text = f"{figure(min(known), unit)} to {figure(max(known), unit)}" if len(known) > 1 else figure(value, unit)
        lines.append(Row(label, _short(text), (Mark(value),), band=band))
    scale = ratio_scale(reach) if unit == "ratio" else plain_scale(reach, unit)
    description = "; ".join(f"{line.label}: {line.text}" for line in lines) + "."
    drawing = dot_chart(lines, scale, title=title, description=description, axis=axis, reference=parity, columns=("System", "Over all readings"))
    how = "Disc: every reading at its default. Hatched band: from the lowest to the highest value when one reading is changed. These are no intervals."
    return Picture(slug, title, description, drawing, table, how)
