"""A page for every document we read: what it is, its notes, and every claim that rests on it."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from ..register.shown import shown
from ..register.walking import evidence_in, records
from .addresses import NOTES_A_PAGE, address, data_address, part_address
from .claims import claim_address
from .wording import SOURCE_KINDS

if TYPE_CHECKING:
    from ..register.register import Register
    from .site import Site

CLAIMS_A_PAGE = 150


def write_sources(site: Site) -> None:
    """Every source's page, the pages of its notes and of the claims that rest on it, and the list."""
    register = site.register
    resting, others = claims_by_source(register), records_by_source(register)
    for slug, source in register.sources.items():
        notes, claims = sorted(register.notes.get(slug, {}).items()), resting.get(slug, [])
        note_pages = [part_address("sources", slug, "notes", number + 1) for number in range(-(-len(notes) // NOTES_A_PAGE))]
        claim_pages = [part_address("sources", slug, "claims", number + 1) for number in range(-(-len(claims) // CLAIMS_A_PAGE))]
        view = {
            "slug": slug, "source": source, "notes": notes, "note_pages": note_pages, "claims": len(claims), "claim_pages": claim_pages, "size": NOTES_A_PAGE,
            "by_kind": others.get(slug, Counter()), "history": site.history("sources", slug), "data": data_address("sources", slug),
        }  # fmt: skip
        crumbs = (("sources/index.html", "Sources"),)
        site.write(address("sources", slug), "source.html.j2", title=source.title, description=source.says, crumbs=crumbs, **view)
        site.write_json(data_address("sources", slug), {"id": slug, **source.model_dump(mode="json")})
        below = (*crumbs, (address("sources", slug), source.cite_as))
        for number, path in enumerate(note_pages):
            part = notes[number * NOTES_A_PAGE : (number + 1) * NOTES_A_PAGE]
            title = f"{source.cite_as}: notes {part[0][0]} to {part[-1][0]}"
            site.write(path, "notes.html.j2", title=title, part=part, pages=note_pages, number=number + 1, source=source, crumbs=below)
        for number, path in enumerate(claim_pages):
            rows = [(one, claim_address(site, one), *_told(register, one)) for one in claims[number * CLAIMS_A_PAGE : (number + 1) * CLAIMS_A_PAGE]]
            title = f"{source.cite_as}: claims that rest on it" + (f", page {number + 1}" if number else "")
            site.write(path, "source_claims.html.j2", title=title, claims=rows, pages=claim_pages, number=number + 1, source=source, crumbs=below)
    listed = [(slug, source, len(resting.get(slug, ())), len(register.notes.get(slug, ()))) for slug, source in register.sources.items()]
    site.write_list("sources", "sources.html.j2", listed, title="Sources", kinds=SOURCE_KINDS)


def claims_by_source(register: Register) -> dict[str, list[str]]:
    """Ids of the claims that rest on each source."""
    found = defaultdict[str, list[str]](list)
    for claim_id, _, claim in register.claims():
        for source in dict.fromkeys(one.source for one in claim.evidence):
            found[source].append(claim_id)
    return found


def records_by_source(register: Register) -> dict[str, Counter[str]]:
    """How many records of each kind rest on each source somewhere in them."""
    found = defaultdict[str, Counter[str]](Counter)
    for kind, _, record in records(register):
        for source in dict.fromkeys(evidence.source for _, evidence in evidence_in(record)):
            found[source][kind] += 1
    return found


def _told(register: Register, claim_id: str) -> tuple[str, str, str]:
    """A claim in a line: subject, property, what it says."""
    slug, _, key = claim_id.partition(".")
    subject = register.systems.get(slug) or register.bodies[slug]
    claim = subject.claims[key]
    named = register.properties.get(claim.property)
    text = shown(claim)
    return subject.title, named.title if named else claim.property, text if len(text) <= 160 else text[:159].rstrip() + "…"
