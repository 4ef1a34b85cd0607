"""Dot-and-interval charts that keep their text readable at any width.

A chart is rows of HTML text beside strips of SVG. Strips place their marks in per cent of their own
width, so a chart narrows from a desktop to a phone without its letters shrinking, and labels cannot
collide: they wrap. Shape tells marks apart as well as colour: a disc is the first, a diamond the second.

Steps, in order:  ratio_scale or plain_scale -> Row -> dot_chart
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TICKS = (
    (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2.0),
    (0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0),
    (0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0),
    (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0),
    (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0),
    (0.01, 0.1, 1.0, 10.0, 100.0, 1000.0),
)
"""Ticks of a ratio scale from the finest to the coarsest; the finest that leaves room between figures is taken."""
ROOM = 9.5
"""Per cent of the strip between two ticks: room for "1.25" on a phone."""


@dataclass(frozen=True)
class Scale:
    """From a value to a place along the strip, 0 to 100 per cent."""

    low: float
    high: float
    ticks: tuple[float, ...]
    unit: str
    is_log: bool = False

    def at(self, value: float) -> float:
        """Where a value stands; what lies beyond an end stands at that end."""
        if self.is_log:
            value = math.log(max(value, self.low * 1e-3))
            low, high = math.log(self.low), math.log(self.high)
        else:
            low, high = self.low, self.high
        return min(100.0, max(0.0, 100.0 * (value - low) / (high - low)))


@dataclass(frozen=True)
class Mark:
    """A value with its interval, drawn as a disc (main), a diamond (second) or a tick (range)."""

    value: float | None
    low: float | None = None
    high: float | None = None
    kind: Literal["main", "second"] = "main"


@dataclass(frozen=True)
class Row:
    """One line of a chart.

    Attributes:
        label: whom or what the line is about.
        text: the numbers as printed at the line's end.
        marks: what is drawn; at most three stand under one another.
        band: lowest and highest possible value, drawn as a hatched band: bounds are not an interval.
        heading: starts a group of lines with these words.
        is_strong: the line the report's answer speaks of.
    """

    label: str
    text: str
    marks: tuple[Mark, ...] = ()
    band: tuple[float, float] | None = None
    heading: str = ""
    is_strong: bool = False


def ratio_scale(values: Iterable[float | None]) -> Scale:
    """A logarithmic scale that holds the values and 1: twice and half stand equally far from equal.

    Example:
        >>> ratio_scale([0.8, 3.1]).ticks
        (0.8, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0)
    """
    known = [value for value in values if value is not None and value > 0] or [1.0]
    low, high = max(min([*known, 0.9]), 0.01) / 1.12, min(max([*known, 1.12]), 1000.0) * 1.12
    scale = Scale(low, high, (), "ratio", is_log=True)
    for series in _TICKS:
        ticks = tuple(tick for tick in series if low <= tick <= high)
        if all(scale.at(right) - scale.at(left) >= ROOM for left, right in pairwise(ticks)):
            break
    return Scale(low, high, ticks, "ratio", is_log=True)


def plain_scale(values: Iterable[float | None], unit: str) -> Scale:
    """A linear scale from 0 (or below, when a value is) to just above the highest value.

    Example:
        >>> plain_scale([0.012, 0.047], "share").ticks
        (0.0, 0.01, 0.02, 0.03, 0.04, 0.05)
    """
    known = [value for value in values if value is not None] or [1.0]
    low, high = min([*known, 0.0]), max([*known, 0.0])
    high = high if high > low else 1.0
    reach = high - low
    power = 10.0 ** math.floor(math.log10(reach / 5))
    step = next(step * power for step in (1, 2, 5, 10) if reach / (step * power) <= 5)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(step * index, 10) for index in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks, unit)


def dot_chart(
    rows: Sequence[Row], scale: Scale, *, title: str, description: str, axis: str, reference: float | None = None, columns: tuple[str, str] = ("", "")
) -> Markup:
    """Rows of marks over one scale.

    Args:
        rows: in the order shown.
        scale: shared by all rows.
        title: what the chart shows, for those who do not see it.
        description: what can be seen in it, in words.
        axis: what the scale measures.
        reference: where a heavier line stands, such as 1 for "equal".
        columns: headings over the labels and over the numbers.
    """
    parts = [Markup('<div class="chart" role="img" aria-label="{}">').format(f"{title}. {description}")]
    if any(columns):
        parts.append(Markup('<div class="row head"><span class="label">{}</span><span class="plot"></span><span class="text">{}</span></div>').format(*columns))
    for row in rows:
        if row.heading:
            parts.append(Markup('<div class="group">{}</div>').format(row.heading))
        strong = " strong" if row.is_strong else ""
        parts.append(
            Markup('<div class="row{}"><span class="label">{}</span><span class="plot">{}</span><span class="text">{}</span></div>').format(
                strong, row.label, strip(row, scale, reference), row.text
            )
        )
    parts.append(
        Markup('<div class="row axis"><span class="label"></span><span class="plot">{}</span><span class="text"></span></div>').format(
            axis_strip(scale, reference)
        )
    )
    parts.append(Markup('<p class="axis-title">{}</p></div>').format(axis))
    return Markup("\n").join(parts)


def strip(row: Row, scale: Scale, reference: float | None) -> Markup:
    """One line's marks over its grid lines."""
    height = max(30, 16 * len(row.marks) + 14)
    # Lines reach far beyond the strip and are cut by the row, so that they meet those of taller rows.
    parts = [_svg(height), *(_line("grid", scale.at(tick), scale.at(tick), -200, height + 200) for tick in scale.ticks)]
    if reference is not None:
        parts.append(_line("reference", scale.at(reference), scale.at(reference), -200, height + 200))
    if row.band is not None:
        low, high = (scale.at(end) for end in row.band)
        parts.append(Markup('<rect class="band" x="{}%" y="{}" width="{}%" height="16"/>').format(_f(low), height // 2 - 8, _f(max(high - low, 0.4))))
        parts.extend(_line("band-end", end, end, height // 2 - 9, height // 2 + 9) for end in (low, high))
    top = (height - 16 * (len(row.marks) - 1)) / 2
    for index, mark in enumerate(row.marks):
        parts.append(_mark(mark, scale, top + 16 * index))
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


def axis_strip(scale: Scale, reference: float | None) -> Markup:
    """The scale's figures."""
    parts = [_svg(22)]
    for tick in scale.ticks:
        kind = "tick is-reference" if reference is not None and tick == reference else "tick"
        parts.append(Markup('<text class="{}" x="{}%" y="15" text-anchor="middle">{}</text>').format(kind, _f(scale.at(tick)), tick_text(tick, scale.unit)))
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


def tick_text(tick: float, unit: str) -> str:
    """A tick's figure, without needless noughts."""
    if unit in ("share", "points"):
        return f"{100 * tick:.6g}%".replace("-", "\u2212")
    return f"{tick:,.6g}".replace("-", "\u2212")


def _mark(mark: Mark, scale: Scale, y: float) -> Markup:
    parts = []
    if mark.low is not None or mark.high is not None:
        low = 0.0 if mark.low is None else scale.at(mark.low)
        high = 100.0 if mark.high is None else scale.at(mark.high)
        parts.append(_line(f"interval {mark.kind}", low, high, y, y))
        # An end that is not known, or lies beyond the scale, is an arrow; a known end is a small stop.
        for end, known, turn in (
            (low, mark.low is not None and mark.low >= scale.low * (1 - 1e-9), 180),
            (high, mark.high is not None and mark.high <= scale.high * (1 + 1e-9), 0),
        ):
            parts.append(_line(f"interval {mark.kind}", end, end, y - 4, y + 4) if known else _shape(f"arrow {mark.kind}", end, y, "M-7-5L1 0-7 5z", turn))
    if mark.value is not None:
        shape = "M-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0z" if mark.kind == "main" else "M0-6.5L6.5 0 0 6.5-6.5 0z"
        parts.append(_shape(f"dot {mark.kind}", scale.at(mark.value), y, shape))
    return Markup("").join(parts)


def _svg(height: float) -> Markup:
    return Markup('<svg width="100%" height="{}" aria-hidden="true" focusable="false">').format(_f(height))


def _line(kind: str, x1: float, x2: float, y1: float, y2: float) -> Markup:
    return Markup('<line class="{}" x1="{}%" x2="{}%" y1="{}" y2="{}"/>').format(kind, _f(x1), _f(x2), _f(y1), _f(y2))


def _shape(kind: str, x: float, y: float, path: str, turn: int = 0) -> Markup:
    turned = Markup(' transform="rotate({})"').format(turn) if turn else Markup("")
    return Markup('<svg x="{}%" y="{}" overflow="visible"><path class="{}" d="{}"{}/></svg>').format(_f(x), _f(y), kind, path, turned)


def _f(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".") if "." in f"{number:.2f}" else f"{number:.2f}"


def tally(done: int, total: int, *, title: str, description: str) -> Markup:
    """A count out of few as little squares, the counted ones filled and crossed: shape tells as well as colour."""
    size, per_line = 22, 20
    lines = math.ceil(total / per_line)
    parts = [
        Markup('<svg class="tally" role="img" aria-label="{}" viewBox="0 0 {} {}">').format(
            f"{title}. {description}", size * min(total, per_line), size * lines
        )
    ]
    for index in range(total):
        x, y = size * (index % per_line) + 2, size * (index // per_line) + 2
        parts.append(Markup('<rect class="{}" x="{}" y="{}" width="18" height="18" rx="2"/>').format("counted" if index < done else "rest", x, y))
        if index < done:
            parts.append(Markup('<path class="cross" d="M{} {}l8 8m0-8l-8 8"/>').format(x + 5, y + 5))
    return Markup("").join([*parts, Markup("</svg>")])
