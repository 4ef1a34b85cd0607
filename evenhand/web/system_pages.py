"""A page for every system: the five fields first, then all else that is said of it, what was refused, what goes where, and what is not known."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from ..register.flat import claim_entry
from ..register.flat_systems import system_entry
from ..register.subjects import SYSTEM_KINDS
from .addresses import address, data_address, part_address, up
from .claims import by_property, laid_out, said
from .evidence_list import EvidenceList
from .figures import figures
from .flow_picture import flow_picture
from .knowledge import FIVE, knowledge
from .rebuilt import cards, studies_of
from .status_picture import Life, status_picture

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..register.claim import Claim
    from ..register.register import Register
    from ..register.subjects import System
    from .claims import Said
    from .knowledge import Knowledge
    from .site import Site

ROOM = (12, 6, 3, 1, 0)
"""How many contradictions, refusals and tables of figures are told in full on a subject's page: as many as keep it light; further ones are linked to."""
MOST_REQUESTS = 24
LIGHT = 96_000
"""Bytes that a page should stay under, so that it opens quickly on a slow line."""
MOST_USERS = 60
HOW = {
    "replaces": ("replaces", "is replaced by"), "part-of": ("is part of", "has as a part"), "built-on": ("is built on", "is the ground of"),
    "uses-data-of": ("uses data of", "gives data to"), "uses-weights-of": ("uses weights of", "gives weights to"),
    "modelled-on": ("is modelled on", "is the model of"), "version-of": ("is a version of", "has as a version"),
    "compared-with": ("is compared with", "is compared with"), "funded-under": ("is funded under", "funds"),
    "uses-method-of": ("uses the method of", "gives its method to"),
}  # fmt: skip
"""How one system stands to another, said from either end."""


def last_day(register: Register) -> date:
    """The newest day on which a source was read: how far bars of what has not ended are drawn, so that the same records give the same picture."""
    from ..register.dates import latest

    return max((latest(source.read_on) or date.min for source in register.sources.values()), default=date(2025, 1, 1))


def write_systems(site: Site, checks: dict[str, dict[str, str]], tell: Callable[[str, float], None]) -> dict[str, Knowledge]:
    """Every system's page and its JSON; what is known of each is handed back for the lists."""
    until, known = last_day(site.register), {}
    back = _related_back(site.register)
    for number, (slug, system) in enumerate(site.register.systems.items()):
        if number % 50 == 0:
            tell("writing systems", number / len(site.register.systems))
        known[slug] = knowledge(site, slug)
        write_system(site, slug, system, known[slug], checks, back.get(slug, []), until)
    return known


def _related_back(register: Register) -> dict[str, list[tuple[str, str, Any]]]:
    found: dict[str, list[tuple[str, str, Any]]] = {}
    for slug, system in register.systems.items():
        for one in system.related:
            found.setdefault(one.to, []).append((slug, HOW[one.how][1], one.evidence))
    return found


def write_system(
    site: Site, slug: str, system: System, known: Knowledge, checks: dict[str, dict[str, str]], back: Sequence[tuple[str, str, Any]], until: date
) -> None:
    """One system: its page, further pages of claims where it has many, and JSON."""
    register, path = site.register, address("systems", slug)
    parts = laid_out(register, slug)
    related = [(one.to, HOW[one.how][0], one.evidence) for one in system.related] + list(back)
    view = {
        "slug": slug, "system": system, "kinds": [SYSTEM_KINDS[kind] for kind in (system.kind, *system.also)], "register": register,
        "fields": _fields(site, slug, system, known), "known": known, "groups": grouped(site, parts[0]), "related": related,
        "claim_pages": claim_pages("systems", slug, len(parts)), **_users(site, system, path, until),
        **flows_of(site, slug, path, system.title), "history": site.history("systems", slug),
        "data": data_address("systems", slug), "studies": studies_of(system), "cards": cards(),
        "reconstructions": [one for one in system.reconstruction if one in cards()],
    }  # fmt: skip
    write_light(site, path, "system.html.j2", lambda most: beside(site, slug, checks, most), title=system.title, description=system.summary, **view)
    write_claim_pages(site, "systems", slug, system.title, parts)
    write_claims_json(site, "systems", slug, system_entry(register, slug, site.links))


def write_light(site: Site, path: str, template: str, told: Callable[[int], dict[str, Any]], /, **view: Any) -> None:
    """Write a subject's page with as much told in full as keeps it light."""
    for most in ROOM:
        page = site.render(path, template, evidence=EvidenceList(site), **{**view, **told(most)})
        if len(page) <= LIGHT:
            break
    site.put(path, page)


def write_claims_json(site: Site, kind: str, slug: str, entry: dict[str, Any]) -> None:
    """A subject for programs, with its claims in full."""
    against = site.links.contradictions_of_claim
    held = getattr(site.register, kind)[slug].claims.items()
    claims = [claim_entry(site.register, f"{slug}.{key}", slug, claim, against.get(f"{slug}.{key}", [])) for key, claim in held]
    site.write_json(data_address(kind, slug), {**entry, "claims": claims})


def _fields(site: Site, slug: str, system: System, known: Knowledge) -> list[tuple[Any, list[tuple[Any, list[Said]]]]]:
    """The five fields; in each its properties with their state, and what is said."""
    held = by_property(site.register, system, slug)
    shown = []
    for field in known.fields:
        told = {name: [said(site, claim_id, claim) for claim_id, claim in held if claim.property == name] for name in FIVE[field.key][1]}
        parts = [(part, told[part.property]) for part in field.parts]
        shown.append((field, parts))
    return shown


def grouped(site: Site, claims: Sequence[tuple[str, Claim]]) -> list[tuple[str, str, list[Said]]]:
    """Claims under the titles of their properties, with the question each property answers."""
    groups: dict[str, list[Said]] = {}
    for claim_id, claim in claims:
        groups.setdefault(claim.property, []).append(said(site, claim_id, claim))
    named = {name: site.register.properties.get(name) for name in groups}
    return [(one.title if (one := named[name]) else name, one.asks if one else "", held) for name, held in groups.items()]


def claim_pages(kind: str, slug: str, parts: int) -> list[str]:
    """The further pages of a subject's claims."""
    return [part_address(kind, slug, "claims", number) for number in range(2, parts + 1)]


def write_claim_pages(site: Site, kind: str, slug: str, title: str, parts: Sequence[Sequence[tuple[str, Claim]]]) -> None:
    """The further pages, where a subject has more claims than a page should hold."""
    pages = claim_pages(kind, slug, len(parts))
    for number, (path, part) in enumerate(zip(pages, parts[1:], strict=True), start=2):
        view = {"home": address(kind, slug), "name": title, "groups": grouped(site, part), "number": number, "last": len(parts), "pages": pages}
        site.write(path, "claims.html.j2", title=f"{title}: more claims, page {number}", evidence=EvidenceList(site), crumb_kind=kind, **view)


def _users(site: Site, system: System, path: str, until: date) -> dict[str, Any]:
    """Who uses it, and the picture of what became of it there."""
    prefix = up(path)
    users = list(system.uses.items())[:MOST_USERS]
    lives = [Life(site.register.title(body), site.link(body), tuple((step.state, step.on) for step in use.status)) for body, use in users]
    title = f"Status of {system.title} at each user over time; the table below says the same"
    picture = status_picture(lives, lambda target: prefix + target, title=title, until=until)
    return {"users": users, "more_users": max(0, len(system.uses) - MOST_USERS), "status_drawn": picture}


def beside(site: Site, slug: str, checks: dict[str, dict[str, str]], most: int) -> dict[str, Any]:
    """Statistics, contradictions, refusals and requests about a subject: some in full, the rest by name."""
    register, links = site.register, site.links
    statistics, contradictions, refusals = links.statistics.get(slug, []), links.contradictions.get(slug, []), links.refusals.get(slug, [])
    return {
        "statistics": [(one, register.statistics[one], figures(register.statistics[one], checks.get(one, {}))) for one in statistics[:most]],
        "more_statistics": statistics[most:],
        "contradictions": [(one, register.contradictions[one]) for one in contradictions[:most]],
        "more_contradictions": contradictions[most:],
        "refusals": [(one, register.refusals[one]) for one in refusals[:most]],
        "more_refusals": refusals[most:],
        "figures_shown": 8 if most == ROOM[0] else 4,
        "requests": [_request(register, one) for one in links.answers.get(slug, [])[:MOST_REQUESTS]],
    }


def _request(register: Register, request: str) -> tuple[str, str, Any]:
    body, _, key = request.partition(".")
    return body, key, register.bodies[body].answers[key]


def flows_of(site: Site, slug: str, path: str, title: str) -> dict[str, Any]:
    """What goes in and out, as a picture and a table."""
    prefix = up(path)
    flows = [(one, site.register.flows[one]) for one in site.links.flows.get(slug, [])]
    said = f"What goes into {title} and out of it; the table below says the same"
    return {"flows": flows, "flows_drawn": flow_picture(site, flows, lambda target: prefix + target, title=said)}
