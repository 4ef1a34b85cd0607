"""Does each name stand for one thing, and is everything in the register referred to by something?"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING

from .walking import evidence_in, mentions, records

if TYPE_CHECKING:
    from .found import Found
    from .register import Register

TERRITORIAL_FORCES = 45
"""Police forces with a territory in the United Kingdom: 43 in England and Wales, Police Scotland, the Police Service of Northern Ireland."""


def check_names(register: Register, found: Found, *, is_whole: bool) -> None:
    """Slugs, titles and aliases; records nothing speaks of; and, where the register should be whole, the forces."""
    for slug in sorted(register.systems.keys() & register.bodies.keys()):
        found.add("systems", slug, (), f"`{slug}` is a body, too, and claims' ids would clash. Rename one of the two.")
    _check_titles("systems", register, found)
    _check_titles("bodies", register, found)
    _check_areas(register, found, is_whole=is_whole)
    _check_unused(register, found)


def _plain(name: str) -> str:
    """A name without case, accents, marks and spaces, as one hears it."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name).casefold() if letter.isalnum())


def _check_titles(kind: str, register: Register, found: Found) -> None:
    """Two records of one title are an error; a shared alias may be, for abbreviations are seldom one body's own."""
    subjects = getattr(register, kind)
    title_of: dict[str, str] = {}
    for slug, subject in subjects.items():
        first = title_of.setdefault(_plain(subject.title), slug)
        if first != slug:
            found.add(kind, slug, ("title",), f"`{first}` has the same title. Tell the two apart in their titles, or make one record of them.")
    alias_of: dict[str, str] = {}
    for slug, subject in subjects.items():
        seen = {subject.title}
        for number, alias in enumerate(subject.aliases):
            path, plain = ("aliases", number), _plain(alias)
            if alias in seen:
                found.advise(kind, slug, path, f"`{alias}` stands here twice or is the title. Leave it out.")
            seen.add(alias)
            other = title_of.get(plain, slug)
            other = alias_of.setdefault(plain, slug) if other == slug else other
            if other != slug:
                found.advise(kind, slug, path, f"`{other}` is called `{alias}`, too. If both are, leave it; if they are one, make one record of them.")


def _check_areas(register: Register, found: Found, *, is_whole: bool) -> None:
    by_area = defaultdict[str, list[str]](list)
    for slug, body in register.bodies.items():
        if body.area_code:
            by_area[body.area_code].append(slug)
    for code, slugs in by_area.items():
        for slug in slugs[1:]:
            found.add("bodies", slug, ("area_code",), f"`{slugs[0]}` has the area code {code}, too. Mend one of the two.")
    forces = [slug for slug, body in register.bodies.items() if body.is_territorial]
    if is_whole and len(forces) != TERRITORIAL_FORCES:
        lacking = f"{len(forces)} bodies are marked `is_territorial`, and there are {TERRITORIAL_FORCES} such forces."
        found.add("bodies", forces[0] if forces else "README", ("is_territorial",), f"{lacking} Add those that lack, or mend the mark.")


def _check_unused(register: Register, found: Found) -> None:
    """Bodies that nothing names, and sources that nothing rests on."""
    named, cited = set[str](), set[str]()
    for _, slug, record in records(register):
        named.update(other for _, of, other in mentions(record) if of in ("body", "subject") and other != slug)
        cited.update(evidence.source for _, evidence in evidence_in(record))
    cited.update(file.source for file in register.note_files.values())
    for slug, body in register.bodies.items():
        if slug not in named and not body.is_territorial and not body.claims and not body.answers:
            found.advise("bodies", slug, (), "No record names this body, and it has no claims. Is a slug misspelt, or is it not needed?")
    for slug in register.sources:
        if slug not in cited:
            found.advise("sources", slug, (), "Nothing rests on this source. Is it needed?")
