"""Every name and alias of a system or body, A to Z: the way to find things where scripts do not run."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from .addresses import address

if TYPE_CHECKING:
    from .site import Site

OTHER = "other"
NAMES_A_PAGE = 400


def letter(name: str) -> str:
    """The letter a name is filed under.

    Example:
        >>> [letter(name) for name in ("Essex Police", "Ærø", "4Front", "École")]
        ['e', 'other', 'other', 'e']
    """
    first = unicodedata.normalize("NFKD", name.strip())[:1].casefold()
    return first if first.isascii() and first.isalpha() else OTHER


def names(site: Site) -> dict[str, list[tuple[str, str, str | None]]]:
    """Names by letter: the name, its page, and the title where the name is another one."""
    found = defaultdict[str, list[tuple[str, str, str | None]]](list)
    for kind in ("systems", "bodies"):
        for slug, record in getattr(site.register, kind).items():
            page = address(kind, slug)
            known = {use for one in getattr(record, "uses", {}).values() for use in one.known_as}
            for name in dict.fromkeys((record.title, *record.aliases, *sorted(known))):
                found[letter(name)].append((name, page, record.title if name != record.title else None))
    return {first: sorted(set(found[first]), key=lambda one: (one[0].casefold(), one[1])) for first in sorted(found, key=lambda one: (one == OTHER, one))}


def write_names(site: Site) -> None:
    """The index, and a page for every letter."""
    held = names(site)
    letters = [(first, len(rows)) for first, rows in held.items()]
    site.write("names/index.html", "letters.html.j2", title="Names, A to Z", letters=letters)
    for first, rows in held.items():
        title = f"Names: {'digits and other signs' if first == OTHER else first.upper()}"
        shown: dict[str, Any] = {"letters": letters, "first": first, "crumbs": (("names/index.html", "Names, A to Z"),)}
        site.write_list(f"names/{first}", "names.html.j2", rows, title=title, size=NAMES_A_PAGE, **shown)
