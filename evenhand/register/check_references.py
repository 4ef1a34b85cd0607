"""Does everything that a record names exist: bodies, systems, properties, claims, sources, their sections and notes?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .kinds import Flow
from .subjects import Body, System
from .walking import evidence_in, mentions, records

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .evidence import Evidence
    from .found import Found
    from .register import Register

FOLDER = {"body": "bodies", "system": "systems", "requirement": "requirements"}


def check_references(register: Register, found: Found) -> None:
    """All names and all evidence."""
    known = _known(register)
    for kind, slug, record in records(register):
        for path, of, named in mentions(record):
            if named not in known[of]:
                found.add(kind, slug, path, _no_such(of, named) + found.nearest(named, known[of]) + _advice(of, named))
        _check_evidence(kind, slug, record, register, found)
        if isinstance(record, System | Body):
            _check_claims(kind, slug, record, register, found)
        if isinstance(record, System):
            _check_relations(slug, record, found)
        if isinstance(record, Flow):
            _check_ends(slug, record, register, found)
    for slug, file in register.note_files.items():
        if file.source not in register.sources:
            found.add("notes", slug, ("source",), _no_such("source", file.source) + found.nearest(file.source, register.sources))
    _check_rings(register, found)


def _known(register: Register) -> dict[str, Mapping[str, Any]]:
    return {
        "body": register.bodies,
        "system": register.systems,
        "subject": {**register.systems, **register.bodies},
        "property": register.properties,
        "claim": {claim_id: subject for claim_id, subject, _ in register.claims()},
        "requirement": register.requirements,
    }


def _no_such(of: str, named: str) -> str:
    return f"There is no {'system or body' if of == 'subject' else of} `{named}`."


def _advice(of: str, named: str) -> str:
    if of in FOLDER:
        return f" Mend the slug, or write {FOLDER[of]}/{named}.yml."
    return {"subject": " Mend the slug, or write its file.", "property": " properties.yml lists them."}.get(of, " A claim's id is SUBJECT.KEY.")


def _check_evidence(kind: str, slug: str, record: Any, register: Register, found: Found) -> None:
    for path, evidence in evidence_in(record):
        source = register.sources.get(evidence.source)
        if source is None:
            advice = f" Mend the slug, or write sources/{evidence.source}.yml."
            found.add(kind, slug, (*path, "source"), _no_such("source", evidence.source) + found.nearest(evidence.source, register.sources) + advice)
            continue
        if source.pages and evidence.section is not None and evidence.section not in source.pages:
            near = found.nearest(evidence.section, source.pages)
            found.add(kind, slug, (*path, "section"), f"{source.cite_as} has no section `{evidence.section}`.{near} Its file lists them under `pages`.")
        _check_notes(kind, slug, path, evidence, register, found)


def _check_notes(kind: str, slug: str, path: tuple[str | int, ...], evidence: Evidence, register: Register, found: Found) -> None:
    notes = register.notes.get(evidence.source, {})
    lacking = [number for number in evidence.note if number not in notes]
    if lacking:
        numbers = ", ".join(map(str, lacking))
        found.add(kind, slug, (*path, "note"), f"Note {numbers} of {evidence.source} is not in records/notes. Mend the number, or add the note.")


def _check_claims(kind: str, slug: str, subject: System | Body, register: Register, found: Found) -> None:
    """That each claim's property fits its subject, and that `at` is one of those who use the system."""
    is_system = isinstance(subject, System)
    for key, claim in subject.claims.items():
        known = register.properties.get(claim.property)
        if known and ("system" if is_system else "body") not in known.of:
            said = f"`{claim.property}` is said of a {' or '.join(known.of)}, not of a {'system' if is_system else 'body'}."
            found.add(kind, slug, ("claims", key, "property"), f"{said} Choose another property, or move the claim.")
        if claim.at and not is_system:
            found.add(kind, slug, ("claims", key, "at"), "`at` is for claims of a system that several bodies use. Leave it out.")
        elif claim.at and isinstance(subject, System) and claim.at not in subject.uses and claim.at in register.bodies:
            found.add(kind, slug, ("claims", key, "at"), f"`{claim.at}` is not among the `uses` of this system. Add it there, or mend the slug.")
        if claim.supersedes == f"{slug}.{key}":
            found.add(kind, slug, ("claims", key, "supersedes"), "A claim cannot take its own place. Name the earlier claim.")


def _check_relations(slug: str, system: System, found: Found) -> None:
    for number, relation in enumerate(system.related):
        if relation.to == slug:
            found.add("systems", slug, ("related", number, "to"), "A system stands in no relation to itself. Name the other one.")


def _check_ends(slug: str, flow: Flow, register: Register, found: Found) -> None:
    """That a flow says who receives: a body for what is handed on, a system for what is fed in."""
    if flow.kind == "output" and flow.to.body is None:
        unnamed = "A receiver that no source names is a body of the kind kind-of-body."
        found.add("flows", slug, ("to",), f"An output flow names the body that receives it: `to: {{body: …}}`. {unnamed}")
    if flow.kind == "input" and flow.to.system is None:
        found.add("flows", slug, ("to",), "An input flow names the system that is fed: `to: {system: …}`.")
    if flow.source == flow.to:
        found.add("flows", slug, ("to",), "It begins and ends in the same place. Mend one of the two.")
    for end, there in (("from", flow.source), ("to", flow.to)):
        system = register.systems.get(there.system or "")
        if system and system.uses and there.body and there.body not in system.uses and there.body in register.bodies:
            found.advise("flows", slug, (end, "body"), f"`{there.body}` is not among the `uses` of {there.system}. Is it the right body?")


def _check_rings(register: Register, found: Found) -> None:
    """That no body or requirement is a part of itself, and no claim takes the place of itself, by whatever detour."""
    above = {
        "bodies": {slug: body.part_of for slug, body in register.bodies.items() if body.part_of},
        "requirements": {slug: one.part_of for slug, one in register.requirements.items() if one.part_of},
    }
    for kind, over in above.items():
        for slug in _in_rings(over):
            found.add(kind, slug, ("part_of",), "It is, by way of others, a part of itself. Mend `part_of` in one of them.")
    earlier = {claim_id: claim.supersedes for claim_id, _, claim in register.claims() if claim.supersedes and claim.supersedes != claim_id}
    for claim_id in _in_rings(earlier):
        slug, key = claim_id.split(".")
        says = "These claims take each other's place in a ring. The earliest supersedes nothing."
        found.add("systems" if slug in register.systems else "bodies", slug, ("claims", key, "supersedes"), says)


def _in_rings(over: Mapping[str, str]) -> list[str]:
    """Those that are reached again by going from each to what stands over it."""
    rings = set[str]()
    done = set[str]()
    for start in over:
        way: list[str] = []
        here: str | None = start
        while here is not None and here not in done and here not in way:
            way.append(here)
            here = over.get(here)
        if here in way:
            rings.update(way[way.index(here) :])
        done.update(way)
    return sorted(rings)
