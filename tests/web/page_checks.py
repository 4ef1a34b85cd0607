"""What must hold of every page of a written site: its links lead somewhere, its ids stand once, it is valid HTML, it is light."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LIMIT = 100_000
NOT_WRITTEN_HERE = ("pagefind/",)


@dataclass
class Held:
    """What a page holds of interest here."""

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    LOADS = {("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("use", "href"), ("image", "href"), ("object", "data")}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.held = Held()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if "id" in given:
            self.held.ids.append(given["id"])
        for name, value in attrs:
            if (tag, name) in self.LOADS or (tag == "link" and name == "href" and given.get("rel") in ("stylesheet", "icon")):
                self.held.loads.append(value)
            elif name in ("href", "action"):
                self.held.links.append(value)
            if name == "style" or name.startswith("on") or (value or "").startswith("javascript:"):
                self.held.styles.append(f"{tag} {name}")


def pages(site: Path) -> list[Path]:
    """Every page of a site."""
    return sorted(path for path in site.rglob("*.html") if not path.relative_to(site).as_posix().startswith(NOT_WRITTEN_HERE))


@cache
def held(page: Path) -> Held:
    """What a page holds."""
    reader = _Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader.held


def dead_links(site: Path) -> list[str]:
    """Links to files or places in them that are not there."""
    found = []
    for page in pages(site):
        here = page.relative_to(site).as_posix()
        for link in (*held(page).links, *held(page).loads):
            parts = urlsplit(link)
            if parts.scheme in ("http", "https"):
                continue
            target = unquote(parts.path)
            target = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(here), target)) if target else here
            file = site / target
            if parts.scheme or target.startswith("..") or not file.is_file():
                found.append(f"{here} -> {link}")
            elif parts.fragment and file.suffix == ".html" and parts.fragment not in held(file).ids:
                found.append(f"{here} -> {link}: no such place")
    return found


def loads_from_elsewhere(site: Path) -> list[str]:
    """Anything a page would fetch from another host, and anything the security policy would stop."""
    found = [f"{page}: {link}" for page in pages(site) for link in held(page).loads if urlsplit(link).scheme or link.startswith("//")]
    return found + [f"{page}: {what}" for page in pages(site) for what in held(page).styles]


def doubled_ids(site: Path) -> list[str]:
    """Ids that stand twice on one page."""
    return [f"{page.relative_to(site)}: {one}" for page in pages(site) for one in sorted({i for i in held(page).ids if held(page).ids.count(i) > 1})]


def invalid(site: Path) -> list[str]:
    """Mistakes that a strict reader of HTML finds."""
    import html5lib

    found = []
    for page in pages(site):
        reader = html5lib.HTMLParser(strict=False)
        reader.parse(page.read_bytes())
        found += [f"{page.relative_to(site)}: {place}: {name} {values}" for place, name, values in reader.errors]
    return found


def heavy(site: Path, *, limit: int = LIMIT, spared: tuple[str, ...] = ("forces/index.html",)) -> list[str]:
    """Pages over the limit."""
    sizes = [(page.stat().st_size, page.relative_to(site).as_posix()) for page in pages(site)]
    return [f"{size:,} {name}" for size, name in sorted(sizes, reverse=True) if size > limit and name not in spared]
