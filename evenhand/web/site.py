"""The site while it is being written: its register, what points at what, and the one way by which pages reach the disk."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..register.dates import in_words
from ..register.links import links_of
from ..tables.errors import CannotWrite
from .addresses import ROWS_A_PAGE, address, outside, page_address, up
from .terms import term

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import jinja2

    from ..register.history import Change
    from ..register.links import Links
    from ..register.register import Register
    from .evidence_list import EvidenceList

MOST_CHANGES = 10


@dataclass
class Site:
    """What is written, and where to.

    Attributes:
        register: the records.
        folder: the folder being filled.
        revision: of the records, where they have a history.
        changes: of the records, newest first.
        base: path under which the site will be served, for the one page that may be shown at any address.
        links: what points at what.
        changed: the changes of each record.
        note_places: of each source's notes, which comes how many notes after the first.
        written: every file so far.
    """

    register: Register
    folder: Path
    revision: str | None = None
    changes: Sequence[Change] = ()
    base: str = "/"
    links: Links = field(init=False)
    changed: dict[tuple[str, str], list[Change]] = field(init=False)
    note_places: dict[str, dict[int, int]] = field(init=False)
    written: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Look up once what every page asks for."""
        self.links = links_of(self.register)
        self.changed = defaultdict(list)
        for change in self.changes:
            self.changed[change.kind, change.slug].append(change)
        self.note_places = {source: {number: place for place, number in enumerate(sorted(notes))} for source, notes in self.register.notes.items()}

    def write(self, path: str, template: str, /, *, title: str, **view: Any) -> None:
        """Render one page and write it.

        Args:
            path: its address below the root.
            template: name of its template.
            title: of the page; the site's name follows it.
            view: what the template shows.
        """
        self.put(path, self.render(path, template, title=title, **view))

    def render(self, path: str, template: str, /, *, title: str, **view: Any) -> bytes:
        """One page, not yet written."""
        shown = {"site": self, "path": path, "to": self._way(path), "title": title, "description": None, "script": None, "crumbs": (), **view}
        return templates().get_template(template).render(shown).encode()

    def write_json(self, path: str, value: Any) -> None:
        """Write a record for programs."""
        self.put(path, (json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode())

    def put(self, path: str, data: bytes) -> None:
        """Write one file; no two pages may have one address.

        Raises:
            CannotWrite: something else stands there.
        """
        if path in self.written:
            raise CannotWrite(f"Two pages would stand at {path}. Two records have names that cannot be told apart there; rename one.")
        self.written.add(path)
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    def write_list(self, folder: str, template: str, rows: Sequence[Any], /, *, title: str, size: int = ROWS_A_PAGE, **view: Any) -> None:
        """Write a list in as many pages as it needs; one page even when it is empty."""
        last = max(1, -(-len(rows) // size))
        for number in range(1, last + 1):
            part = rows[(number - 1) * size : number * size]
            counted_rows = {"first_row": (number - 1) * size + 1, "total": len(rows), "shown": len(part)}
            paging = {"at": partial(page_address, folder), "number": number, "last": last, **counted_rows}
            named = title if number == 1 else f"{title}, page {number}"
            self.write(page_address(folder, number), template, title=named, rows=part, paging=paging, heading=title, **view)

    def link(self, slug: str) -> str | None:
        """The page of a system or a body; None where there is no such record."""
        if slug in self.register.systems:
            return address("systems", slug)
        return address("bodies", slug) if slug in self.register.bodies else None

    def evidence(self) -> EvidenceList:
        """A list of evidence for one page, still empty."""
        from .evidence_list import EvidenceList

        return EvidenceList(self)

    def claim_page(self, claim_id: str) -> str | None:
        """Where a claim stands; None where there is no such claim."""
        from .claims import claim_address

        return claim_address(self, claim_id)

    def history(self, kind: str, slug: str) -> dict[str, Any]:
        """The last changes of a record, and how many more there are."""
        found = self.changed.get((kind, slug), [])
        return {"changes": found[:MOST_CHANGES], "more": max(0, len(found) - MOST_CHANGES), "file": f"records/{kind}/{slug}.yml"}

    @staticmethod
    def _way(path: str) -> Callable[[str], str]:
        prefix = up(path)
        return lambda target: prefix + target


@cache
def templates() -> jinja2.Environment:
    """Templates beside this file; everything put into them is escaped."""
    import jinja2

    from ..report.prose import html_of
    from .wording import wording

    made = jinja2.Environment(
        loader=jinja2.PackageLoader("evenhand.web"), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    made.filters |= {"date": in_words, "prose": html_of, "outside": outside, "first_up": first_up, "count": counted}
    made.globals |= {**wording(), "address": address, "page_address": page_address, "term": term, "version": __version__}
    return made


def first_up(text: str) -> str:
    """A text that begins with a capital; the rest is left as it is.

    Example:
        >>> first_up("answer to a Freedom of Information request")
        'Answer to a Freedom of Information request'
    """
    return text[:1].upper() + text[1:]


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun.

    Example:
        >>> counted(1, "system"), counted(1204, "system"), counted(0, "body", "bodies")
        ('1 system', '1,204 systems', 'no bodies')
    """
    noun = one if number == 1 else many or f"{one}s"
    return f"{number:,} {noun}" if number else f"no {noun}"
