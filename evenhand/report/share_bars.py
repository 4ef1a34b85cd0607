"""Shares of several wholes side by side, a block of bars for each group, as an SVG file of its own with its words inside.

For pages that are not our own reports, where no style sheet can be counted on. Bars are told apart by pattern as well as by
colour, and every one has its figure at its end.

Steps, in order:  one block a group -> one bar a whole -> share_bars
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH_PX, LABEL_PX, BAR_PX, GAP_PX, LINE_PX = 720, 250, 18, 14, 22
FILLS = ("plain", "dotted", "striped", "strong")
STYLE = """
svg { --paper: #ffffff; --ink: #1b2026; --soft: #4e5863; --plain: #8f9993; --dotted: #14507d; --striped: #5b7f3b; --strong: #c2350a; }
@media (prefers-color-scheme: dark) { svg {
  --paper: #14181c; --ink: #e8ebed; --soft: #adb7bf; --plain: #7d8891; --dotted: #9fd0ff; --striped: #a9cf86; --strong: #ffab4d; } }
.paper { fill: var(--paper); }
.plain { fill: var(--plain); } .strong { fill: var(--strong); }
.dotted { fill: url(#dots); } .striped { fill: url(#stripes); }
#dots rect { fill: var(--dotted); } #dots circle { fill: var(--paper); }
#stripes rect { fill: var(--striped); } #stripes path { stroke: var(--paper); stroke-width: 2; }
text { font: 14px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; fill: var(--ink); }
text.soft { fill: var(--soft); font-size: 13px; } text.group { font-weight: 600; }
"""
PATTERNS = Markup(
    '<defs><pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6"/><circle cx="3" cy="3" r="1.1"/></pattern>'
    '<pattern id="stripes" width="7" height="7" patternUnits="userSpaceOnUse"><rect width="7" height="7"/><path d="M0 7 L7 0"/></pattern></defs>'
)


def share_bars(shares: Mapping[str, Mapping[str, float]], wholes: Mapping[str, str], *, title: str, description: str, notes: Sequence[str] = ()) -> str:
    """The SVG file's text.

    Args:
        shares: group -> whole -> the group's share of it, 0 to 1.
        wholes: whole -> what its bar is called, four at most, in the order drawn.
        title, description: for those who do not see it; the title is also drawn.
        notes: short lines below.

    Example:
        >>> drawn = share_bars({"Black": {"people": 0.13, "listed": 0.78}}, {"people": "people", "listed": "on the list"}, title="T", description="D")
        >>> "78 %" in drawn.replace(chr(160), " ") and drawn.count('class="bar') == 2
        True
    """
    highest = max((share for one in shares.values() for share in one.values()), default=1.0) or 1.0
    reach = WIDTH_PX - LABEL_PX - 80
    parts, y = [], 34
    for group, one in shares.items():
        y += GAP_PX
        parts.append(Markup('<text class="group" x="8" y="{}">{}</text>').format(y + 14, group))
        for fill, (name, label) in zip(FILLS, wholes.items(), strict=False):
            share = one.get(name, 0.0)
            width = max(1.0, reach * share / highest)
            parts.append(Markup('<text class="soft" x="{}" y="{}" text-anchor="end">{}</text>').format(LABEL_PX - 8, y + 14, label))
            parts.append(Markup('<rect class="bar {}" x="{}" y="{}" width="{:.1f}" height="{}"/>').format(fill, LABEL_PX, y, width, BAR_PX))
            parts.append(Markup('<text x="{:.1f}" y="{}">{:.{}f}\u00a0%</text>').format(LABEL_PX + width + 6, y + 14, 100 * share, 0 if share >= 0.1 else 1))
            y += LINE_PX
    for note in notes:
        y += LINE_PX
        parts.append(Markup('<text class="soft" x="8" y="{}">{}</text>').format(y, note))
    head = Markup('<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img">').format(WIDTH_PX, y + GAP_PX)
    words = Markup("<title>{}</title><desc>{}</desc><style>{}</style>").format(title, description, Markup(STYLE))
    paper = Markup('<rect class="paper" width="100%" height="100%"/><text class="group" x="8" y="24">{}</text>').format(title)
    return str(Markup("").join([head, words, PATTERNS, paper, *parts, Markup("</svg>\n")]))
