"""Pages that are not of one record: home, changes, how to contribute, downloads, corrections, glossary, about, search, and what is shown where nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..register.flat import counts
from .rebuilt import cards, studies
from .search_index import parts
from .terms import terms

if TYPE_CHECKING:
    from .site import Site

NEWEST = 8
WORDS = (("contribute.html", "How to contribute"), ("corrections.html", "Sources and corrections"), ("about.html", "About, accessibility and privacy"))
DATA = (
    ("register.json", "every record, for programs"), ("register.sqlite", "tables and full-text search, for questions in SQL"),
    ("register.jsonld", "linked data: schema.org and W3C PROV"), ("changes.atom", "a feed of what changed"), ("manifest.json", "all files with their hashes"),
)  # fmt: skip


def write_plain(site: Site, data_files: tuple[str, ...]) -> None:
    """All of them."""
    held = counts(site.register)
    newest = list(dict.fromkeys((change.kind, change.slug) for change in site.changes if change.change != "removed" and _title(site, change.kind, change.slug)))
    recent = [(kind, slug, _title(site, kind, slug), site.changed[kind, slug][0]) for kind, slug in newest[:NEWEST]]
    said = "Police systems that score people and places in the United Kingdom: what is known, on what evidence, what was refused, and who contradicts whom."
    known_of = {"counts": held, "recent": recent, "rebuilt": len(cards()), "studies": len(studies())}
    site.write("index.html", "home.html.j2", title="Who is scored, by what, on whose word", description=said, **known_of)
    rows = [(change, _title(site, change.kind, change.slug)) for change in site.changes]
    site.write_list("changes", "changes.html.j2", rows, title="Changes")
    for path, title in WORDS:
        site.write(path, f"{path}.j2", title=title, counts=held)
    tables, schemas = ([name for name in data_files if name.startswith(folder)] for folder in ("csv/", "schema/"))
    site.write("downloads.html", "downloads.html.j2", title="Downloads", files=[one for one in DATA if one[0] in data_files], tables=tables, schemas=schemas)
    site.write("glossary.html", "glossary.html.j2", title="Glossary", groups=_glossary())
    site.write("search/index.html", "search.html.j2", title="Search", script="search.js", parts=parts(site.written))
    _write_not_found(site)


def _title(site: Site, kind: str, slug: str) -> str | None:
    record = getattr(site.register, kind, {}).get(slug)
    return getattr(record, "title", None)


def _glossary() -> dict[str, list[tuple[str, dict[str, str]]]]:
    groups: dict[str, list[tuple[str, dict[str, str]]]] = {}
    for key, one in terms().items():
        groups.setdefault(one["under"], []).append((key, one))
    return groups


def _write_not_found(site: Site) -> None:
    """May be shown at any address, so its links begin at the path under which the site is served."""
    from .site import templates

    shown: dict[str, Any] = {"site": site, "path": "404.html", "to": lambda target: site.base + target, "title": "Nothing stands here", "description": None}
    site.put("404.html", templates().get_template("404.html.j2").render({**shown, "script": None, "crumbs": ()}).encode())
