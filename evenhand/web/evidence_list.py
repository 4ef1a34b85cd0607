"""The evidence of one page: places numbered in the order the page first leans on them, and at its foot the documents behind the notes, each once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from ..register.shown import short
from .addresses import NOTES_A_PAGE, address, part_address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..register.evidence import Cited, Evidence
    from ..register.kinds import Source
    from .site import Site


@dataclass(frozen=True)
class Place:
    """One place where something stands.

    Attributes:
        number: on this page.
        short: as a reader cites it.
        is_seen: read by us there; else cited there.
        words: somebody's own words.
    """

    number: int
    short: str
    is_seen: bool
    words: str | None


@dataclass(frozen=True)
class Behind:
    """A document cited by notes, or what notes say of themselves.

    Attributes:
        cited: the document, its page aside; None for notes that cite none.
        says: what the note adds.
        notes: each note's number, its address on this site, and the page it cites.
    """

    cited: Cited | None
    says: str | None
    notes: tuple[tuple[int, str | None, str | None], ...]


@dataclass(frozen=True)
class Read:
    """A document that we read, and all that it rests on as far as this page leans on it."""

    slug: str
    source: Source
    page: str
    publisher: str
    behind: tuple[Behind, ...]


class EvidenceList:
    """Evidence in the order of its first mention."""

    def __init__(self, site: Site) -> None:
        """Nothing mentioned yet."""
        self.site = site
        self._numbers: dict[Evidence, int] = {}

    def number(self, evidence: Evidence) -> int:
        """Its number on this page."""
        return self._numbers.setdefault(evidence, len(self._numbers) + 1)

    def mark(self, evidence: Iterable[Evidence], *, brief: bool = False) -> Markup:
        """Links to the places at the foot: as a reader cites them, or their numbers alone where room is short."""
        links = []
        for one in evidence:
            number, said = self.number(one), short(self.site.register, one)
            how = "seen" if one.is_seen else "cited"
            if brief:
                links.append(Markup('<a href="#e{0}" title="{1}, {2}">[{0}]</a>').format(number, said, how))
            else:
                links.append(Markup('<a href="#e{}">{}</a> ({})').format(number, said, how))
        return Markup('<span class="{}">{}</span>').format("marks brief" if brief else "marks", Markup(" " if brief else "; ").join(links))

    def places(self) -> list[Place]:
        """All that was mentioned, in order."""
        return [Place(number, short(self.site.register, one), one.is_seen, one.words) for one, number in self._numbers.items()]

    def read(self) -> list[Read]:
        """The documents we read, each with what its notes cite."""
        register, found = self.site.register, []
        for slug in dict.fromkeys(one.source for one in self._numbers):
            source = register.sources.get(slug)
            if source is not None:
                numbers = sorted({number for one in self._numbers if one.source == slug for number in one.note})
                found.append(Read(slug, source, address("sources", slug), register.title(source.publisher), tuple(self._behind(slug, numbers))))
        return found

    def _behind(self, source: str, numbers: Iterable[int]) -> list[Behind]:
        """Documents in the order of the first note that cites each."""
        held: dict[tuple[Cited | None, str | None], list[tuple[int, str | None, str | None]]] = {}
        for number in numbers:
            note = self.site.register.notes.get(source, {}).get(number)
            page = note_address(self.site, source, number)
            if note is None:
                continue
            for cited in note.cites:
                held.setdefault((cited.model_copy(update={"page": None}), None), []).append((number, page, cited.page))
            if note.says or not note.cites:
                held.setdefault((None, note.says), []).append((number, page, None))
        return [Behind(cited, says, tuple(notes)) for (cited, says), notes in held.items()]


def note_address(site: Site, source: str, number: int) -> str | None:
    """Where a note stands in full; None where no such note is on record."""
    held = site.note_places.get(source, {})
    if number not in held:
        return None
    return f"{part_address('sources', source, 'notes', held[number] // NOTES_A_PAGE + 1)}#note-{number}"
