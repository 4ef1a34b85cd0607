"""What became of a system at each of its users, over the years, as a picture; its table says the same and what has no date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..register.dates import earliest, in_words
from .drawing import line, linked, rect, shortened, svg, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from markupsafe import Markup

LABELS, WIDTH, ROW, TOP = 220.0, 860.0, 24.0, 26.0
ENDS = ("stopped", "replaced", "denied")
"""States after which nothing runs."""
STATUS_SAID = {
    "announced": "announced", "development": "in development", "pilot": "pilot", "in-use": "in use", "paused": "paused", "stopped": "stopped",
    "replaced": "replaced", "denied": "denied by the body", "unknown": "not known",
}  # fmt: skip


@dataclass(frozen=True)
class Life:
    """One line of the picture.

    Attributes:
        label: whom or what it is about.
        page: where the label leads.
        steps: states with their dates, oldest first; those without a date are not drawn.
    """

    label: str
    page: str | None
    steps: tuple[tuple[str, str | None], ...]

    @property
    def dated(self) -> list[tuple[str, date]]:
        """The steps that can be drawn."""
        return [(state, earliest(when)) for state, when in self.steps if when]


def status_picture(lives: Sequence[Life], to: Callable[[str], str], *, title: str, until: date) -> Markup | None:
    """Bars from step to step; None where nothing has a date.

    Args:
        lives: the lines.
        to: from an address to a link of the page.
        title: what the picture shows.
        until: where bars of what has not ended stop.
    """
    drawn = [life for life in lives if life.dated]
    if not drawn:
        return None
    first = min(life.dated[0][1] for life in drawn)
    start, end = first.year, max(until.year + 1, max(when.year for life in drawn for _, when in life.dated) + 1)
    height = TOP + ROW * len(drawn) + 6
    scale = (WIDTH - LABELS - 20) / (end - start)

    def at(when: date) -> float:
        return LABELS + (when.year - start + (when.timetuple().tm_yday - 1) / 366) * scale

    step = next(step for step in (1, 2, 5, 10, 25, 50, 100) if (end - start) / step <= 14)
    parts = []
    for year in range(-(-start // step) * step, end + 1, step):
        x = LABELS + (year - start) * scale
        parts += [line(x, TOP - 6, x, height - 4, kind="grid"), text(x, TOP - 11, str(year), kind="tick", anchor="middle")]
    for number, life in enumerate(drawn):
        parts += _life(life, TOP + ROW * number, at, min(LABELS + (end - start) * scale, at(until)), to)
    return svg(WIDTH, height, parts, title=title, kind="lives")


def _life(life: Life, y: float, at: Callable[[date], float], last: float, to: Callable[[str], str]) -> list[Markup]:
    parts = [linked(to(life.page) if life.page else None, text(0, y + 14, shortened(life.label, LABELS - 10)), life.label)]
    dated = life.dated
    for number, (state, when) in enumerate(dated):
        begins = at(when)
        ends = at(dated[number + 1][1]) if number + 1 < len(dated) else begins + 5 if state in ENDS else max(last, begins + 5)
        said = f"{life.label}: {STATUS_SAID[state]} from {in_words([one for one in life.steps if one[1]][number][1] or '')}"
        parts.append(rect(begins, y + 3, max(ends - begins - 1, 4), 14, kind=f"life s-{state}", said=said))
        if ends - begins > 52 and state not in ENDS:
            parts.append(text(begins + 4, y + 14, shortened(STATUS_SAID[state], ends - begins - 6), kind="inside"))
    return parts
