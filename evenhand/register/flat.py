"""Every record as a flat, friendly object with a stable id: what the JSON, the tables and the database hold.

Beside each slug stands its title, and evidence is resolved: document, section, page, and what the notes cite.
Nothing is left out when absent: it is null, or an empty list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .flat_systems import body_entry, system_entry, use_entries
from .links import links_of
from .shown import cited_shown, evidence_of, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .claim import Claim
    from .links import Links
    from .register import Register

SCHEMA_VERSION = "1.0"
LICENCE = {
    "records": "CC BY 4.0",
    "url": "https://creativecommons.org/licenses/by/4.0/",
    "attribution": "Evenhand register contributors",
    "quotations": "Words in quotation marks, a dozen at most, are their speakers'.",
}


def entries(register: Register) -> dict[str, list[dict[str, Any]]]:
    """All records by kind.

    Example:
        >>> from evenhand.register.reading import read_register
        >>> register, _ = read_register()
        >>> claim = entries(register)["claims"][0]
        >>> sorted(claim)[:4]
        ['as_of', 'at', 'at_title', 'caveat']
    """
    links = links_of(register)
    return {kind: list(of(register, links)) for kind, of in EACH.items()}


def each(register: Register, kind: str, links: Links) -> Iterator[dict[str, Any]]:
    """The entries of one kind, one after the other: in a large register they need not all be held at once."""
    return EACH[kind](register, links)


def about(register: Register, *, revision: str | None) -> dict[str, Any]:
    """What the register is, under which licence, and how much it holds."""
    return {
        "title": "Evenhand register",
        "says": "Police systems that score people and places in the United Kingdom: what is known, on what evidence, what was refused, who contradicts whom.",
        "schema_version": SCHEMA_VERSION,
        "revision": revision,
        "licence": LICENCE,
        "counts": counts(register),
    }


def counts(register: Register) -> dict[str, int]:
    """How many entries of each kind there are."""
    held = {
        "systems": len(register.systems),
        "bodies": len(register.bodies),
        "claims": sum(1 for _ in register.claims()),
        "contradictions": len(register.contradictions),
        "refusals": len(register.refusals),
        "flows": len(register.flows),
        "statistics": len(register.statistics),
        "requirements": len(register.requirements),
        "sources": len(register.sources),
        "notes": sum(map(len, register.notes.values())),
        "uses": sum(len(system.uses) for system in register.systems.values()),
        "answers": sum(len(body.answers) for body in register.bodies.values()),
        "properties": len(register.properties),
    }
    return {kind: held[kind] for kind in EACH}


def claim_entry(register: Register, claim_id: str, subject: str, claim: Claim, contradictions: list[str]) -> dict[str, Any]:
    """One claim. Where nobody is named as saying so, it is the publisher of its first source."""
    known = register.properties.get(claim.property)
    said_by = claim.said_by or publisher_of(register, claim)
    return {
        "id": claim_id,
        "subject": subject,
        "subject_kind": "system" if subject in register.systems else "body",
        "subject_title": register.title(subject),
        "property": claim.property,
        "property_title": known.title if known else claim.property,
        "state": claim.state,
        "value": list(claim.value) if isinstance(claim.value, tuple) else claim.value,
        "high": claim.high,
        "unit": claim.unit,
        "printed": claim.printed,
        "says": claim.says,
        "shown": shown(claim),
        "at": claim.at,
        "at_title": register.title(claim.at) if claim.at else None,
        "as_of": claim.as_of,
        "undated": claim.undated,
        "said_by": said_by,
        "said_by_title": register.title(said_by) if said_by else None,
        "said_on": claim.said_on,
        "modality": claim.modality,
        "caveat": claim.caveat,
        "rank": claim.rank,
        "supersedes": claim.supersedes,
        "contradictions": contradictions,
        "evidence": evidence_of(register, claim),
    }


def publisher_of(register: Register, record: Any) -> str | None:
    """The publisher of a record's first source."""
    source = register.sources.get(record.evidence[0].source) if record.evidence else None
    return source.publisher if source else None


def _claims(register: Register, links: Links) -> Iterator[dict[str, Any]]:
    for claim_id, subject, claim in register.claims():
        yield claim_entry(register, claim_id, subject, claim, links.contradictions_of_claim.get(claim_id, []))


def _titled(register: Register, slugs: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"id": slug, "title": register.title(slug)} for slug in slugs]


def _named(register: Register, record: Any, *names: str) -> dict[str, Any]:
    """Slugs of bodies with their titles."""
    held: dict[str, Any] = {}
    for name in names:
        slug = getattr(record, name)
        held |= {name: slug, f"{name}_title": register.title(slug) if slug else None}
    return held


def _contradictions(register: Register, _: Links) -> Iterator[dict[str, Any]]:
    for slug, one in register.contradictions.items():
        sides = [
            {**_named(register, side, "said_by"), "said_on": side.said_on, "says": side.says, "claim": side.claim, "evidence": evidence_of(register, side)}
            for side in one.sides
        ]
        yield {
            "id": slug, "title": one.title, "kind": one.kind, "about": list(one.about), "about_titles": [register.title(other) for other in one.about],
            "summary": one.summary, "sides": sides, "status": one.status, "explanation": one.explanation, "reply": one.reply,
            "claims": [side.claim for side in one.sides if side.claim], "evidence": [each for side in sides for each in side["evidence"]],
        }  # fmt: skip


def _refusals(register: Register, _: Links) -> Iterator[dict[str, Any]]:
    for slug, one in register.refusals.items():
        yield {
            "id": slug, "title": one.title, **_named(register, one, "by"), "about": list(one.about),
            "about_titles": [register.title(other) for other in one.about], "kind": one.kind, "wanted": one.wanted, **_named(register, one, "asked_by"),
            "exemptions": list(one.exemptions), "words": one.words, "says": one.says, "asked_on": one.asked_on, "refused_on": one.refused_on,
            "outcome": one.outcome, "evidence": evidence_of(register, one),
        }  # fmt: skip


def _flows(register: Register, _: Links) -> Iterator[dict[str, Any]]:
    for slug, one in register.flows.items():
        ends: dict[str, Any] = {}
        for end, there in (("from", one.source), ("to", one.to)):
            for of, other in (("system", there.system), ("body", there.body)):
                ends |= {f"{end}_{of}": other, f"{end}_{of}_title": register.title(other) if other else None}
        said_by = one.said_by or publisher_of(register, one)
        yield {
            "id": slug, "title": one.title, "kind": one.kind, **ends, "what": one.what, "purpose": one.purpose, "basis": one.basis,
            "frequency": one.frequency, "is_possible": one.is_possible, "period": one.period, "said_by": said_by,
            "said_by_title": register.title(said_by) if said_by else None, "evidence": evidence_of(register, one),
        }  # fmt: skip


def _statistics(register: Register, _: Links) -> Iterator[dict[str, Any]]:
    for slug, one in register.statistics.items():
        figures = [
            {
                "id": f"{slug}.{key}", "key": key, "value": figure.value, "high": figure.high, "unit": figure.unit, "printed": figure.printed,
                "group": figure.group, "says": figure.says, "check": figure.check.model_dump(mode="json") if figure.check else None,
                "evidence": evidence_of(register, figure),
            }
            for key, figure in one.figures.items()
        ]  # fmt: skip
        said_by = one.said_by or publisher_of(register, one)
        yield {
            "id": slug, "title": one.title, "about": list(one.about), "about_titles": [register.title(other) for other in one.about], "measure": one.measure,
            "said_by": said_by, "said_by_title": register.title(said_by) if said_by else None, "as_of": one.as_of, "undated": one.undated,
            "denominator": one.denominator, "figures": figures, "caveat": one.caveat, "evidence": evidence_of(register, one),
        }  # fmt: skip


def _requirements(register: Register, _: Links) -> Iterator[dict[str, Any]]:
    for slug, one in register.requirements.items():
        yield {
            "id": slug, "title": one.title, "kind": one.kind, **_named(register, one, "by"), "to": _titled(register, one.to), "law": one.law,
            "in_force": one.in_force, "says": one.says, "check": one.check, "properties": list(one.properties), "part_of": one.part_of,
            "is_verified": one.is_verified, "evidence": evidence_of(register, one),
        }  # fmt: skip


def _sources(register: Register, _: Links) -> Iterator[dict[str, Any]]:
    for slug, one in register.sources.items():
        yield {"id": slug, **one.model_dump(mode="json"), "publisher_title": register.title(one.publisher)}


def _notes(register: Register, _: Links) -> Iterator[dict[str, Any]]:
    for source in sorted(register.notes):
        for number, note in sorted(register.notes[source].items()):
            cites = [cited_shown(cited) for cited in note.cites]
            yield {"id": f"{source}.{number}", "source": source, "number": number, "kind": note.kind, "says": note.says, "cites": cites}


def _answers(register: Register, _: Links) -> Iterator[dict[str, Any]]:
    for slug, body in register.bodies.items():
        for key, one in body.answers.items():
            yield {
                "id": f"{slug}.{key}", "body": slug, "body_title": body.title, **_named(register, one, "asked_by"), "asks": one.asks, "about": list(one.about),
                "asked_on": one.asked_on, "answered_on": one.answered_on, "outcome": one.outcome, "is_contradicted": one.is_contradicted, "says": one.says,
                "evidence": evidence_of(register, one),
            }  # fmt: skip


def _properties(register: Register, _: Links) -> Iterator[dict[str, Any]]:
    for slug, one in register.properties.items():
        yield {"id": slug, **one.model_dump(mode="json")}


def _systems(register: Register, links: Links) -> Iterator[dict[str, Any]]:
    for slug in register.systems:
        yield system_entry(register, slug, links)


def _bodies(register: Register, links: Links) -> Iterator[dict[str, Any]]:
    for slug in register.bodies:
        yield body_entry(register, slug, links)


def _uses(register: Register, _: Links) -> Iterator[dict[str, Any]]:
    for slug in register.systems:
        yield from use_entries(register, slug)


EACH: dict[str, Callable[[Register, Links], Iterator[dict[str, Any]]]] = {
    "systems": _systems, "bodies": _bodies, "claims": _claims, "contradictions": _contradictions, "refusals": _refusals, "flows": _flows,
    "statistics": _statistics, "requirements": _requirements, "sources": _sources, "notes": _notes, "uses": _uses, "answers": _answers,
    "properties": _properties,
}  # fmt: skip
