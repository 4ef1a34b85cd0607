"""A week as a picture: a line a weekday, a square an hour, the darker the more; and the hours of the day as a curve.

The squares are strips of SVG placed in per cent, as in charts.py, so that the picture narrows without its letters shrinking.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from ..audit.time_profile_findings import WEEKDAYS
from .charts import Scale, axis_strip
from .curves import Axis, Curve, curves
from .numbers import HARD
from .picture import Picture, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from ..tables.findings import Finding

SHADES = 5
SQUARE = 30
"""Height of a square, in pixels."""


def week_picture(table: NDArray[np.float64], *, events: str, how_to_read: str = "") -> Picture:
    """Events by weekday and hour.

    Args:
        table: events by weekday and hour, shape (7, 24), Monday first; parts of events where windows were spread.
        events: what is counted, such as "stops".
        how_to_read: further words under the picture.
    """
    breaks, total = breaks_of(table), float(table.sum())
    title = f"{events.capitalize()} by weekday and hour"
    parts = [Markup('<div class="chart ramp-purple" role="img" aria-label="{}">').format(f"{title}. {_described(table, events)}")]
    parts += [_line(name, row, breaks, events, total) for name, row in zip(WEEKDAYS, table, strict=True)]
    hours = Scale(0.0, 24.0, tuple(float(at) for at in range(0, 25, 3)), "")
    axis = Markup('<div class="row axis"><span class="label"></span><span class="plot">{}</span><span class="text"></span></div>')
    parts += [axis.format(axis_strip(hours, None)), Markup('<p class="axis-title">hour of the day, by the clock</p></div>')]
    how = f"A square is an hour; it holds the {events} from that hour to the next. The darker, the more. {how_to_read}".strip()
    drawing = Markup("\n").join([*parts, _key(breaks, events)])
    return Picture("by-weekday-and-hour", title, _described(table, events), drawing, table_of_week(table), how, summary=by_weekday(table))


def table_of_week(table: NDArray[np.float64]) -> pd.DataFrame:
    """What is drawn: one row an hour of the week.

    Example:
        >>> table_of_week(np.ones((7, 24))).iloc[25].to_dict()
        {'weekday': 'Tuesday', 'hour': 1, 'events': 1.0, 'share': 0.006}
    """
    import pandas as pd

    rows = [
        {"weekday": day, "hour": hour, "events": round(float(table[at, hour]), 1), "share": round(float(table[at, hour]) / float(table.sum()), 4)}
        for at, day in enumerate(WEEKDAYS)
        for hour in range(24)
    ]
    return pd.DataFrame(rows)


def by_weekday(table: NDArray[np.float64]) -> pd.DataFrame:
    """The table on the page: a line an hour, a column a weekday."""
    import pandas as pd

    made = pd.DataFrame(np.round(table.T, 1), columns=list(WEEKDAYS))
    made.insert(0, "hour", [f"{hour:02d}:00" for hour in range(24)])
    return made


def breaks_of(table: NDArray[np.float64]) -> list[float]:
    """Upper ends of the shades: equal steps from nothing to the highest hour, whole numbers where there is room.

    Example:
        >>> breaks_of(np.full((7, 24), 48.0)), breaks_of(np.full((7, 24), 2.5))
        ([10.0, 20.0, 30.0, 40.0, 50.0], [0.5, 1.0, 1.5, 2.0, 2.5])
    """
    step = float(table.max()) / SHADES
    if step > 1:
        power = 10.0 ** np.floor(np.log10(step))
        step = float(np.ceil(step / power * 2) / 2 * power)
        step = float(np.ceil(step))
    return [round(step * (at + 1), 6) for at in range(SHADES)]


def hours_picture(findings: Sequence[Finding], *, events: str) -> Picture:
    """The share of each hour of the day with its interval, as a curve.

    Args:
        findings: of the measure hour_share, in the order of the hours.
        events: what is counted.
    """
    drawn = [one for one in findings if one.measure == "hour_share"]
    middle = [hour + 0.5 for hour in range(24)]
    curve = Curve(f"share of {events}", middle, *([getattr(one, end) for one in drawn] for end in ("value", "low", "high")))
    how = "Each hour stands at its middle; an even spread would be a level line at 4.2 %. The band holds each hour's interval, days drawn anew."
    return curves(
        [curve], slug="by-hour", title=f"{events.capitalize()} by hour of the day", x=Axis("hour of the day, by the clock", low=0, high=24),
        y=Axis(f"share of {events}", "share"), table=table_of(drawn), how_to_read=how, level=drawn[0].level,
    )  # fmt: skip


def _line(name: str, row: NDArray[np.float64], breaks: list[float], events: str, total: float) -> Markup:
    """One weekday: its name, its squares, its share."""
    width = 100 / 24
    square = Markup('<rect class="{}" x="{}%" y="1" width="{}%" height="{}"><title>{}</title></rect>')
    squares = [
        square.format(_shade(value, breaks), f"{hour * width:.3f}", f"{width - 0.25:.3f}", SQUARE - 2, f"{name} {hour:02d}:00: {_many(value, events)}")
        for hour, value in enumerate(row.tolist())
    ]
    strip = Markup('<svg width="100%" height="{}" focusable="false">{}</svg>').format(SQUARE, Markup("").join(squares))
    whole = f"{100 * row.sum() / total:.1f}{HARD}%"
    return Markup('<div class="row"><span class="label">{}</span><span class="plot">{}</span><span class="text">{}</span></div>').format(name, strip, whole)


def _shade(value: float, breaks: list[float]) -> str:
    """The style's name of a square."""
    return f"q{1 + min(int(np.searchsorted(breaks, value)), SHADES - 1)}"


def _key(breaks: list[float], events: str) -> Markup:
    """What the shades stand for."""
    item = Markup('<li><span class="swatch {}"></span> {}</li>')
    items = [item.format(f"q{at + 1}", f"{_plain(low)} to {_plain(high)}") for at, (low, high) in enumerate(pairwise([0.0, *breaks]))]
    what = Markup('<li class="what">{} in the hour</li>').format(events.capitalize())
    return Markup('<ul class="legend ramp-purple">{}</ul>').format(Markup("").join([what, *items]))


def _described(table: NDArray[np.float64], events: str) -> str:
    """The busiest hours, for those who do not see them."""
    order = np.argsort(-table, axis=None, kind="stable")[:3]
    named = [f"{WEEKDAYS[at // 24]} {at % 24:02d}:00 ({_many(float(table.flat[at]), events)})" for at in order.tolist()]
    return f"Seven lines of 24 squares, a line a weekday. The busiest hours: {', '.join(named)}."


def _many(value: float, events: str) -> str:
    return f"{_plain(value)} {events}"


def _plain(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
