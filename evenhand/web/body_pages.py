"""A page for every body: forces, makers, public bodies, groups; and the lists of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from ..register.flat_systems import body_entry
from ..register.gaps import gaps
from ..register.register import Register
from ..register.subjects import BODY_KINDS
from .addresses import address, data_address
from .claims import laid_out
from .system_pages import beside, claim_pages, flows_of, grouped, write_claim_pages, write_claims_json, write_light

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..register.gaps import Gap
    from .site import Site

MOST_SYSTEMS = 60


def write_bodies(site: Site, checks: dict[str, dict[str, str]], tell: Callable[[str, float], None]) -> None:
    """Every body's page and JSON, and the lists: all, and by kind."""
    made, asked_of, parts = _made(site.register), _asked_of(site.register), _parts(site.register)
    for number, slug in enumerate(site.register.bodies):
        if number % 50 == 0:
            tell("writing bodies", number / len(site.register.bodies))
        _write_body(site, slug, checks, made.get(slug, []), asked_of.get(slug, []), parts.get(slug, []))
    _write_lists(site, made)


def _made(register: Register) -> dict[str, list[tuple[str, Any]]]:
    found = defaultdict[str, list[tuple[str, Any]]](list)
    for slug, system in register.systems.items():
        for maker in system.makers:
            found[maker.body].append((slug, maker))
    return found


def _asked_of(register: Register) -> dict[str, list[str]]:
    found = defaultdict[str, list[str]](list)
    for slug, one in register.requirements.items():
        for body in one.to:
            found[body].append(slug)
    return found


def _parts(register: Register) -> dict[str, list[str]]:
    found = defaultdict[str, list[str]](list)
    for slug, body in register.bodies.items():
        if body.part_of:
            found[body.part_of].append(slug)
    return found


def own_gaps(site: Site, slug: str) -> list[Gap]:
    """What is known of a force itself, apart from its systems."""
    register = site.register
    apart = Register(properties=register.properties, bodies={slug: register.bodies[slug]})
    return gaps(apart, body=slug)


def _write_body(site: Site, slug: str, checks: dict[str, dict[str, str]], made: list[tuple[str, Any]], asked: list[str], parts: list[str]) -> None:
    register, path, body = site.register, address("bodies", slug), site.register.bodies[slug]
    claims = laid_out(register, slug)
    uses = [(one, register.systems[one], register.systems[one].uses[slug]) for one in site.links.uses.get(slug, [])]

    def told(most: int) -> dict[str, Any]:
        held = beside(site, slug, checks, most)
        return {**held, "requests": [one for one in held["requests"] if one[0] == slug]}

    published = [one for one, source in register.sources.items() if source.publisher == slug]
    view = {
        "slug": slug, "body": body, "kind": BODY_KINDS[body.kind], "groups": grouped(site, claims[0]),
        "claim_pages": claim_pages("bodies", slug, len(claims)), "uses": uses[:MOST_SYSTEMS], "more_uses": max(0, len(uses) - MOST_SYSTEMS), "made": made[:100],
        "asked": asked[:100], "parts": parts[:100], "published": published[:100], **flows_of(site, slug, path, body.title),
        "open": [gap for gap in own_gaps(site, slug) if gap.is_gap] if body.kind == "police-force" else [],
        "recommends": [one for one, held in register.requirements.items() if held.by == slug][:150],
        "history": site.history("bodies", slug), "data": data_address("bodies", slug),
    }  # fmt: skip
    said = body.summary or f"{body.title}: {BODY_KINDS[body.kind]}."
    write_light(site, path, "body.html.j2", told, title=body.title, description=said, **view)
    write_claim_pages(site, "bodies", slug, body.title, claims)
    write_claims_json(site, "bodies", slug, body_entry(register, slug, site.links))


def _write_lists(site: Site, made: dict[str, list[tuple[str, Any]]]) -> None:
    register = site.register
    kinds: Counter[str] = Counter(body.kind for body in register.bodies.values())
    facets = [("bodies", "All", len(register.bodies)), ("bodies/makers", "makers and sellers of systems", len(made))]
    facets += [(f"bodies/kind/{kind}", BODY_KINDS[kind], kinds[kind]) for kind in BODY_KINDS if kinds[kind]]
    by_title = sorted(register.bodies, key=lambda slug: (register.bodies[slug].title.casefold(), slug))
    counts = {slug: _counts(site, slug, made) for slug in by_title}
    for folder, name, _ in facets:
        kind = folder.rpartition("/")[2]
        kept = [slug for slug in by_title if folder == "bodies" or slug in made and kind == "makers" or register.bodies[slug].kind == kind]
        title = "Bodies and makers" if folder == "bodies" else f"Bodies: {name}"
        rows = [(slug, register.bodies[slug], counts[slug]) for slug in kept]
        site.write_list(folder, "bodies.html.j2", rows, title=title, facets=facets, here=folder)


def _counts(site: Site, slug: str, made: dict[str, list[tuple[str, Any]]]) -> list[tuple[int, str]]:
    links = site.links
    held = [
        (len(links.uses.get(slug, ())), "system used"), (len({one for one, _ in made.get(slug, ())}), "system made or paid for"),
        (len(links.contradictions.get(slug, ())), "contradiction"), (len(links.refusals.get(slug, ())), "refusal"),
    ]  # fmt: skip
    return [(number, said) for number, said in held if number]
