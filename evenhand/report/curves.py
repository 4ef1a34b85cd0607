"""Curves over one pair of axes, with bands, readable at any width.

The lines live in a stretched square of 100 by 100, whose strokes keep their width; ticks and figures
are placed in per cent beside it, so letters never shrink. Dashes tell curves apart as well as colour.
A gap in a curve is a gap: a missing value is never drawn as nought nor bridged.

Steps, in order:  Curve, Axis -> scales -> curves
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from markupsafe import Markup

from .charts import Scale, plain_scale, ratio_scale, tick_text
from .numbers import figure
from .picture import Picture

if TYPE_CHECKING:
    import pandas as pd

HEIGHT = 300
STYLES = ("one", "two", "three", "four", "five", "six")
Numbers = Sequence[float | None]


@dataclass(frozen=True)
class Curve:
    """One curve: as many places on the x axis as values; None (or nan) where there is none. `low` and `high` make a band."""

    name: str
    x: Sequence[float]
    y: Numbers
    low: Numbers | None = None
    high: Numbers | None = None


@dataclass(frozen=True)
class Axis:
    """An axis: what it measures, its unit, and, where the values do not decide them, its ends.

    Attributes:
        title: in words, with the unit where it is not plain.
        unit: "share" prints per cent; "" a bare number.
        is_log: twice and half stand equally far from 1.
        low, high: ends; None leaves them to the values (nought is then in sight unless `is_log`).
    """

    title: str
    unit: str = ""
    is_log: bool = False
    low: float | None = None
    high: float | None = None


def curves(
    drawn: Sequence[Curve],
    *,
    slug: str,
    title: str,
    x: Axis,
    y: Axis,
    table: pd.DataFrame,
    description: str = "",
    how_to_read: str = "",
    diagonal: bool = False,
    level: float | None = None,
) -> Picture:
    r"""A picture of curves.

    Args:
        drawn: at most six, the main one first.
        slug, title, how_to_read: of the picture.
        x, y: the axes.
        table: all that is drawn, unrounded.
        description: what can be seen, in words; made from the curves' ends where left out.
        diagonal: draw the line on which y equals x, as of perfect calibration or of chance.
        level: where a heavier line stands across, such as 1 for "equal".

    Example:
        >>> import pandas as pd
        >>> one = Curve("captured", [0, 0.5, 1], [0, 0.8, 1])
        >>> picture = curves([one], slug="s", title="T", x=Axis("ground", "share"), y=Axis("crime", "share"), table=pd.DataFrame({"ground": [0, 0.5, 1]}))
        >>> picture.description
        '1 curve. captured: from 0.0\xa0% to 100.0\xa0%.'
    """
    across = scale_of(x, [value for curve in drawn for value in curve.x])
    up = scale_of(y, [value for curve in drawn for value in (*curve.y, *(curve.low or ()), *(curve.high or ())) if _known(value)])
    described = description or _said(drawn, y.unit)
    drawing = Markup('<div class="curves" role="img" aria-label="{}"><p class="axis-title up">{}</p>{}<p class="axis-title">{}</p>{}</div>').format(
        f"{title}. {described}", y.title, _plot(drawn, across, up, diagonal=diagonal, level=level), x.title, _legend(drawn)
    )
    return Picture(slug, title, described, drawing, table, how_to_read)


def scale_of(axis: Axis, values: Numbers) -> Scale:
    """The axis's scale: its own ends where it has them."""
    known = [value for value in values if value is not None and _known(value)]
    ends = [end for end in (axis.low, axis.high) if end is not None]
    if axis.is_log:
        return ratio_scale([*known, *ends])
    made = plain_scale([*known, *ends], axis.unit)
    low, high = made.low if axis.low is None else axis.low, made.high if axis.high is None else axis.high
    return Scale(low, high, tuple(tick for tick in made.ticks if low <= tick <= high), axis.unit)


def _known(value: float | None) -> bool:
    return value is not None and value == value and abs(value) != float("inf")


def _plot(drawn: Sequence[Curve], x: Scale, y: Scale, *, diagonal: bool, level: float | None) -> Markup:
    parts = [Markup('<svg class="plane" width="100%" height="{}" aria-hidden="true" focusable="false">').format(HEIGHT)]
    for tick in y.ticks:
        top = 100 - y.at(tick)
        parts.append(Markup('<line class="grid" x1="0" x2="100%" y1="{0}%" y2="{0}%"/>').format(_f(top)))
        parts.append(Markup('<text class="tick" x="0" dx="-8" y="{}%" dy="4" text-anchor="end">{}</text>').format(_f(top), tick_text(tick, y.unit)))
    for tick in x.ticks:
        parts.append(Markup('<text class="tick" x="{}%" y="100%" dy="18" text-anchor="middle">{}</text>').format(_f(x.at(tick)), tick_text(tick, x.unit)))
    parts.append(Markup('<svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="100%">'))
    if level is not None:
        parts.append(Markup('<path class="reference" d="M0 {0}L100 {0}"/>').format(_f(100 - y.at(level))))
    if diagonal:
        low, high = max(x.low, y.low), min(x.high, y.high)
        parts.append(Markup('<path class="diagonal" d="{}"/>').format(_path([low, high], [low, high], x, y)))
    for style, curve in zip(STYLES, drawn, strict=False):
        if curve.low is not None and curve.high is not None:
            parts.append(Markup('<path class="curve-band {}" d="{}"/>').format(style, _band(curve, x, y)))
    for style, curve in zip(STYLES, drawn, strict=False):
        parts.append(Markup('<path class="curve {}" d="{}"/>').format(style, _path(curve.x, curve.y, x, y)))
    return Markup("").join([*parts, Markup("</svg></svg>")])


def _path(xs: Sequence[float], ys: Numbers, x: Scale, y: Scale) -> str:
    """The line through the known values; it starts anew after a gap."""
    steps, down = [], True
    for across, up in zip(xs, ys, strict=True):
        if up is None or not _known(up):
            down = True
            continue
        steps.append(f"{'M' if down else 'L'}{_f(x.at(across))} {_f(100 - y.at(up))}")
        down = False
    return "".join(steps)


def _band(curve: Curve, x: Scale, y: Scale) -> str:
    """The band, in pieces between gaps."""
    pieces: list[list[tuple[float, float, float]]] = [[]]
    for across, low, high in zip(curve.x, curve.low or (), curve.high or (), strict=True):
        if low is None or high is None or not (_known(low) and _known(high)):
            pieces.append([])
        else:
            pieces[-1].append((x.at(across), 100 - y.at(low), 100 - y.at(high)))
    drawn = []
    for piece in pieces:
        if len(piece) > 1:
            there = "L".join(f"{_f(at)} {_f(high)}" for at, _, high in piece)
            back = "L".join(f"{_f(at)} {_f(low)}" for at, low, _ in reversed(piece))
            drawn.append(f"M{there}L{back}Z")
    return "".join(drawn)


def _legend(drawn: Sequence[Curve]) -> Markup:
    if len(drawn) < 2:
        return Markup("")
    sample = Markup('<li><svg class="sample" width="34" height="12" aria-hidden="true"><path class="curve {}" d="M1 6L33 6"/></svg> {}</li>')
    entries = (sample.format(style, curve.name) for style, curve in zip(STYLES, drawn, strict=False))
    return Markup('<ul class="curve-names">{}</ul>').format(Markup("").join(entries))


def _said(drawn: Sequence[Curve], unit: str) -> str:
    """Where each curve starts and ends, for those who do not see it."""
    ends = []
    for curve in drawn:
        known = [value for value in curve.y if _known(value)]
        ends.append(f"{curve.name}: from {figure(known[0], unit)} to {figure(known[-1], unit)}" if known else f"{curve.name}: no value")
    noun = "curve" if len(drawn) == 1 else "curves"
    return f"{len(drawn)} {noun}. {'; '.join(ends)}."


def _f(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def thinned(points: int, *, most: int = 400) -> list[int]:
    """Positions of at most so many of a curve's points, the first and last among them, for a drawing that stays light.

    Example:
        >>> thinned(5), thinned(10, most=4)
        ([0, 1, 2, 3, 4], [0, 3, 6, 9])
    """
    if points <= most:
        return list(range(points))
    kept = sorted({round(step * (points - 1) / (most - 1)) for step in range(most)})
    assert all(left < right for left, right in pairwise(kept))
    return kept
