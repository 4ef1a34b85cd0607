"""A system and a body as flat objects that can be read alone: with the facts of each property, who uses and makes it, and what points at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .shown import evidence_of, short, shown
from .subjects import BODY_KINDS, SYSTEM_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .links import Links
    from .register import Register
    from .subjects import Body, System

PARAMETERS = (
    "data-input", "feature", "target", "threshold", "score-bands", "inclusion", "horizon", "unit-of-place", "history-used", "refresh", "method", "retention",
)  # fmt: skip
"""Properties that say how a score comes about."""
VENDORS = ("developer", "supplier", "owner")


def key_of(property_slug: str) -> str:
    """A property's key in an entry: `data-input` becomes `data_input`."""
    return property_slug.replace("-", "_")


def system_entry(register: Register, slug: str, links: Links) -> dict[str, Any]:
    """A system, readable alone."""
    system = register.systems[slug]
    makers = [
        {"body": one.body, "title": register.title(one.body), "role": one.role, "says": one.says, "evidence": evidence_of(register, one)}
        for one in system.makers
    ]
    entry: dict[str, Any] = {
        "id": slug,
        "title": system.title,
        "name": system.title,
        "aliases": list(system.aliases),
        "kind": system.kind,
        "kind_title": SYSTEM_KINDS[system.kind],
        "also": list(system.also),
        "summary": system.summary,
        "nations": list(system.nations),
        "reconstruction": list(system.reconstruction),
        "operators": [_operator(register, system, body) for body in system.uses],
        "makers": makers,
        "vendors": [{"body": one["body"], "title": one["title"], "role": one["role"]} for one in makers if one["role"] in VENDORS],
        "related": [
            {"to": one.to, "title": register.title(one.to), "how": one.how, "evidence": evidence_of(register, one)}
            for one in system.related
        ],
    }
    by_property = _by_property(register, slug, system, "system")
    entry |= {name: facts for name, facts in by_property.items() if name not in entry}
    entry["parameters"] = [{"property": name, **fact} for name in PARAMETERS for fact in by_property.get(key_of(name), [])]
    entry["dates"] = _dates(register, slug, system)
    return entry | _pointers(slug, system, links) | {"evidence": evidence_of(register, system)}


def body_entry(register: Register, slug: str, links: Links) -> dict[str, Any]:
    """A body, readable alone."""
    body = register.bodies[slug]
    entry: dict[str, Any] = {
        "id": slug,
        "title": body.title,
        "name": body.title,
        "aliases": list(body.aliases),
        "kind": body.kind,
        "kind_title": BODY_KINDS[body.kind],
        "nations": list(body.nations),
        "part_of": body.part_of,
        "part_of_title": register.title(body.part_of) if body.part_of else None,
        "is_territorial": body.is_territorial,
        "area_code": body.area_code,
        "summary": body.summary,
        "systems": links.uses.get(slug, []),
        "answers": [f"{slug}.{key}" for key in body.answers],
    }
    entry |= {name: facts for name, facts in _by_property(register, slug, body, "body").items() if name not in entry}
    return entry | _pointers(slug, body, links) | {"evidence": evidence_of(register, body)}


def use_entries(register: Register, slug: str) -> Iterator[dict[str, Any]]:
    """Each body's use of a system."""
    system = register.systems[slug]
    for body in system.uses:
        yield {"id": f"{slug}.{body}", "system": slug, "system_title": system.title, **_operator(register, system, body)}


def _operator(register: Register, system: System, body: str) -> dict[str, Any]:
    """A user of a system: what it is called there, its last status, and every step."""
    use = system.uses[body]
    steps = [
        {"state": step.state, "on": step.on, "says": step.says, "evidence": evidence_of(register, step)} for step in use.status
    ]
    return {
        "body": body,
        "title": register.title(body),
        "known_as": list(use.known_as),
        "unit": use.unit,
        "status": steps[-1]["state"],
        "from": steps[-1]["on"],
        "says": use.says,
        "steps": steps,
    }


def _by_property(register: Register, slug: str, subject: System | Body, of: str) -> dict[str, list[dict[str, Any]]]:
    """What is said of each property that can be said of such a subject; an empty list where nothing is."""
    found: dict[str, list[dict[str, Any]]] = {key_of(name): [] for name, one in register.properties.items() if of in one.of}
    for key, claim in subject.claims.items():
        source = register.sources.get(claim.evidence[0].source)
        said_by = claim.said_by or (source.publisher if source else None)
        fact = {
            "claim": f"{slug}.{key}",
            "state": claim.state,
            "value": list(claim.value) if isinstance(claim.value, tuple) else claim.value,
            "high": claim.high,
            "unit": claim.unit,
            "shown": shown(claim),
            "said_by": said_by,
            "said_by_title": register.title(said_by) if said_by else None,
            "at": claim.at,
            "as_of": claim.as_of,
            "modality": claim.modality,
            "rank": claim.rank,
            "evidence": [short(register, evidence) for evidence in claim.evidence],
        }
        found.setdefault(key_of(claim.property), []).append(fact)
    return found


def _dates(register: Register, slug: str, system: System) -> list[dict[str, Any]]:
    """Steps of status at every user, as they come."""
    return [
        {"on": step.on, "what": step.state, "at": body, "at_title": register.title(body), "says": step.says, "record": f"{slug}.{body}"}
        for body, use in system.uses.items()
        for step in use.status
        if step.on
    ]


def _pointers(slug: str, subject: System | Body, links: Links) -> dict[str, list[str]]:
    """Ids of what is said of a subject, and of the records about it."""
    return {
        "claims": [f"{slug}.{key}" for key in subject.claims],
        "statistics": links.statistics.get(slug, []),
        "contradictions": links.contradictions.get(slug, []),
        "refusals": links.refusals.get(slug, []),
        "flows": links.flows.get(slug, []),
        "requests": links.answers.get(slug, []),
    }
