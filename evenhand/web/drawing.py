"""Small parts of SVG pictures. No styles inside: the site's security policy lets none through, so classes and attributes do it all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable

LETTER = 7.3
"""Mean width of a letter at 13 px, for fitting labels."""


def svg(width: float, height: float, parts: Iterable[Markup], *, title: str, kind: str) -> Markup:
    """A picture with a name: a group, since it may hold links.

    Args:
        width, height: of its own units, which are pixels at full size.
        parts: what is drawn.
        title: what it shows.
        kind: its class.
    """
    said = Markup('role="group" aria-label="{}"').format(title)
    size = Markup('viewBox="0 0 {0} {1}" width="{0}" height="{1}"').format(f(width), f(height))
    head = Markup('<svg class="{}" {} {} focusable="false">').format(kind, size, said)
    return Markup("").join([head, *parts, Markup("</svg>")])


def text(x: float, y: float, said: str, *, kind: str = "label", anchor: str = "start") -> Markup:
    """A label."""
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(kind, f(x), f(y), anchor, said)


def line(x1: float, y1: float, x2: float, y2: float, *, kind: str) -> Markup:
    """A line."""
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(kind, f(x1), f(y1), f(x2), f(y2))


def rect(x: float, y: float, width: float, height: float, *, kind: str, said: str = "") -> Markup:
    """A box, with what it stands for where the pointer rests."""
    told = Markup("<title>{}</title>").format(said) if said else Markup("")
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}">{}</rect>').format(kind, f(x), f(y), f(width), f(height), told)


def linked(href: str | None, inside: Markup, said: str) -> Markup:
    """A part of a picture that leads somewhere, if there is anywhere to lead.

    The keyboard passes it by: the table of the same picture holds the same links, in an order that can be followed.

    Args:
        href: where it leads.
        inside: what is drawn.
        said: what it stands for.
    """
    return Markup('<a href="{}" tabindex="-1" aria-label="{}">{}</a>').format(href, said, inside) if href else inside


def shortened(said: str, room: float) -> str:
    """A label cut to its room.

    Example:
        >>> shortened("Metropolitan Police Service", 100)
        'Metropolitan…'
    """
    most = max(4, int(room / LETTER))
    return said if len(said) <= most else said[: most - 1].rstrip() + "…"


def f(number: float) -> str:
    """A number without needless decimals, so that files stay small and the same."""
    return f"{number:.1f}".rstrip("0").rstrip(".")
