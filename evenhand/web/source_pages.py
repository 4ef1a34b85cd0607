"""A page for every document we read: what it is, its notes, and every claim that rests on it."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import partial
from typing import TYPE_CHECKING

from ..register.shown import shown
from ..register.walking import evidence_in, records
from .addresses import NOTES_A_PAGE, address, data_address, part_address
from .claims import claim_address
from .wording import SOURCE_KINDS

if TYPE_CHECKING:
    from ..register.kinds import Source
    from ..register.register import Register
    from .site import Site

    Crumbs = tuple[tuple[str, str], ...]

CLAIMS_A_PAGE = 80


def write_sources(site: Site) -> None:
    """Every source's page, the pages of its notes and of the claims that rest on it, and the list."""
    register = site.register
    resting, others = claims_by_source(register), records_by_source(register)
    for slug, source in register.sources.items():
        claims = resting.get(slug, [])
        below = (("sources/index.html", "Sources"), (address("sources", slug), source.cite_as))
        view = {
            "slug": slug, "source": source, "notes": len(register.notes.get(slug, ())), "note_pages": _write_notes(site, slug, source, below),
            "claims": len(claims), "first_claims": part_address("sources", slug, "claims", 1), "by_kind": others.get(slug, Counter()),
            "history": site.history("sources", slug), "data": data_address("sources", slug),
        }  # fmt: skip
        site.write(address("sources", slug), "source.html.j2", title=source.title, description=source.says, crumbs=below[:1], **view)
        site.write_json(data_address("sources", slug), {"id": slug, **source.model_dump(mode="json")})
        _write_claims(site, slug, source, claims, below)
    listed = [(slug, source, len(resting.get(slug, ())), len(register.notes.get(slug, ()))) for slug, source in register.sources.items()]
    site.write_list("sources", "sources.html.j2", listed, title="Sources", kinds=SOURCE_KINDS)


def _write_notes(site: Site, slug: str, source: Source, crumbs: Crumbs) -> list[tuple[str, int, int]]:
    """The pages of a source's notes; gives the address of each with its first and last note."""
    notes = sorted(site.register.notes.get(slug, {}).items())
    at, last, written = partial(part_address, "sources", slug, "notes"), -(-len(notes) // NOTES_A_PAGE), []
    for number in range(1, last + 1):
        part = notes[(number - 1) * NOTES_A_PAGE : number * NOTES_A_PAGE]
        title = f"{source.cite_as}: notes {part[0][0]} to {part[-1][0]}"
        paging = {"at": at, "number": number, "last": last}
        site.write(at(number), "notes.html.j2", title=title, part=part, paging=paging, source=source, crumbs=crumbs)
        written.append((at(number), part[0][0], part[-1][0]))
    return written


def _write_claims(site: Site, slug: str, source: Source, claims: list[str], crumbs: Crumbs) -> None:
    """The pages of the claims that rest on a source."""
    at, last = partial(part_address, "sources", slug, "claims"), -(-len(claims) // CLAIMS_A_PAGE)
    for number in range(1, last + 1):
        part = claims[(number - 1) * CLAIMS_A_PAGE : number * CLAIMS_A_PAGE]
        rows = [(one, claim_address(site, one), *_told(site.register, one)) for one in part]
        title = f"{source.cite_as}: claims that rest on it" + (f", page {number}" if number > 1 else "")
        paging = {"at": at, "number": number, "last": last}
        site.write(at(number), "source_claims.html.j2", title=title, claims=rows, paging=paging, source=source, crumbs=crumbs)


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
