"""What goes where, drawn in three columns: what a system is fed with, the systems, and who receives their output."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from .drawing import f, linked, rect, shortened, svg, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..register.kinds import End, Flow
    from .site import Site

WIDTH, BOX, ROW, TOP = 900.0, 220.0, 30.0, 30.0
COLUMNS = (0.0, (WIDTH - BOX) / 2, WIDTH - BOX)
HEADINGS = ("fed from", "system", "handed on to")
SWEEPS = 6
MOST_DRAWN = 60
"""More lines than this cannot be followed by eye; the table has all."""


@dataclass(frozen=True)
class Node:
    """A box: its column, and the slug it stands for."""

    column: int
    slug: str


@dataclass(frozen=True)
class Line:
    """One flow as it is drawn."""

    start: Node
    end: Node
    slug: str
    title: str
    is_possible: bool


def lines_of(flows: Sequence[tuple[str, Flow]]) -> list[Line]:
    """Each flow between two neighbouring columns."""
    found = []
    for slug, flow in flows:
        first = 0 if flow.kind == "input" else 1
        found.append(Line(Node(first, _at(flow.source)), Node(first + 1, _at(flow.to)), slug, flow.title, flow.is_possible))
    return found


def _at(end: End) -> str:
    return end.system or end.body or ""


def flow_picture(site: Site, flows: Sequence[tuple[str, Flow]], to: Callable[[str], str], *, title: str) -> Markup | None:
    """The picture; None where nothing flows."""
    lines = lines_of(flows[:MOST_DRAWN])
    if not lines:
        return None
    placed = arranged(lines)
    longest = max(len(column) for column in placed)
    height = TOP + ROW * longest + 4
    spots = {
        node: (COLUMNS[node.column], TOP + ROW * (place + (longest - len(column)) / 2)) for column in placed for place, node in enumerate(column)
    }
    parts = [text(COLUMNS[number] + BOX / 2, 16, said, kind="tick", anchor="middle") for number, said in enumerate(HEADINGS) if placed[number]]
    parts += [_line(line, spots) for line in lines]
    for node, (x, y) in spots.items():
        name = site.register.title(node.slug)
        page = site.link(node.slug)
        kind = "box system" if node.column == 1 else "box"
        label = text(x + 8, y + 17, shortened(name, BOX - 14))
        parts.append(linked(to(page) if page else None, rect(x, y + 2, BOX, ROW - 8, kind=kind, said=name) + label, name))
    return svg(WIDTH, height, parts, title=title, kind="flows")


def _line(line: Line, spots: dict[Node, tuple[float, float]]) -> Markup:
    (left, up), (right, down) = spots[line.start], spots[line.end]
    x1, y1, x2, y2 = left + BOX, up + ROW / 2 - 2, right, down + ROW / 2 - 2
    middle = (x1 + x2) / 2
    kind = "flow possible" if line.is_possible else "flow"
    said = f"{line.title} (possible only)" if line.is_possible else line.title
    shape = f"M{f(x1)} {f(y1)}C{f(middle)} {f(y1)} {f(middle)} {f(y2)} {f(x2 - 6)} {f(y2)}"
    arrow = f"M{f(x2 - 7)} {f(y2 - 4)}L{f(x2)} {f(y2)}L{f(x2 - 7)} {f(y2 + 4)}z"
    return Markup('<path class="{}" d="{}"><title>{}</title></path><path class="arrow" d="{}"/>').format(kind, shape, said, arrow)


def arranged(lines: Sequence[Line]) -> list[list[Node]]:
    """Each column's boxes from top to bottom, so placed that lines cross little: by the mean place of what each is tied to, back and forth.

    Example:
        >>> a, b, x, y = Node(0, "a"), Node(0, "b"), Node(1, "x"), Node(1, "y")
        >>> [[node.slug for node in column] for column in arranged([Line(a, y, "", "", False), Line(b, x, "", "", False)])]
        [['a', 'b'], ['y', 'x'], []]
    """
    tied: dict[Node, set[Node]] = defaultdict(set)
    for one in lines:
        tied[one.start].add(one.end)
        tied[one.end].add(one.start)
    columns = [sorted((node for node in tied if node.column == number), key=lambda node: (-len(tied[node]), node.slug)) for number in range(3)]
    for sweep in range(SWEEPS):
        for number in (1, 0, 2) if sweep % 2 == 0 else (1, 2, 0):
            places = {node: place / max(1, len(column)) for column in columns for place, node in enumerate(column)}
            columns[number].sort(key=lambda node: (sum(places[other] for other in tied[node]) / len(tied[node]), node.slug))
    return columns
