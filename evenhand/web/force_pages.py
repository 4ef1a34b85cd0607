"""The 45 territorial police forces: a map by what tools are on record at each, its table, and what is not known of each."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from .addresses import address, up
from .body_pages import own_gaps
from .drawing import f, linked, svg, text
from .evidence_list import EvidenceList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..register.evidence import Evidence
    from .site import Site

PLACES, PEOPLE = "uses-geographic-tools", "uses-individual-tools"
USE = {
    "both": "tools that score places and tools that score people", "places": "tools that score places", "people": "tools that score people",
    "none": "neither on record",
}  # fmt: skip
CITY_OF_LONDON, RING = "E23000034", 9.0
"""An area too small to see, drawn as a ring."""


@dataclass(frozen=True)
class Force:
    """What is on record of one force.

    Attributes:
        slug, title, area_code: of the body.
        use: a key of USE.
        systems: slugs of the systems it uses or used, by this register.
        evidence: of the claims that say it has such tools.
        denied: it said, in some answer, that it held or used nothing of the kind.
    """

    slug: str
    title: str
    area_code: str
    use: str
    systems: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    denied: bool


def forces(site: Site) -> list[Force]:
    """The territorial forces, in alphabetical order."""
    held = [(slug, body) for slug, body in site.register.bodies.items() if body.is_territorial]
    return [_force(site, slug, body) for slug, body in sorted(held, key=lambda one: one[1].title.casefold())]


def _force(site: Site, slug: str, body: Any) -> Force:
    """By claims that it has such tools, or by a system on record there that scores places or people."""
    has, evidence = set(), []
    for claim in body.claims.values():
        if claim.property in (PLACES, PEOPLE) and claim.value is True and claim.state == "known" and claim.rank != "deprecated":
            has.add(claim.property)
            evidence += claim.evidence
    for system in site.links.uses.get(slug, []):
        record = site.register.systems[system]
        if record.uses[slug].status[-1].state != "denied":
            kinds = {record.kind, *record.also}
            has |= ({PLACES} if kinds & {"place", "address"} else set()) | ({PEOPLE} if kinds & {"person", "network", "vulnerability"} else set())
    use = "both" if len(has) == 2 else "places" if PLACES in has else "people" if PEOPLE in has else "none"
    denied = any(answer.outcome == "none-held" for answer in body.answers.values())
    return Force(slug, body.title, body.area_code or "", use, tuple(site.links.uses.get(slug, ())), tuple(dict.fromkeys(evidence)), denied)


@cache
def outlines() -> dict[str, Any]:
    """Outlines of the areas, as SVG paths."""
    held: dict[str, Any] = json.loads(files("evenhand.web").joinpath("data/police_areas.json").read_text(encoding="utf-8"))
    return held


def force_map(held: Sequence[Force], to: Callable[[str], str]) -> Markup:
    """The map: told by pattern as well as by colour; every area leads to its force."""
    drawn = outlines()
    by_code = {force.area_code: force for force in held}
    parts = [PATTERNS]
    for code in sorted(drawn["areas"], key=lambda code: code == CITY_OF_LONDON):
        force = by_code.get(code)
        kind = f"area use-{force.use}" if force else "area"
        said = f"{force.title}: {USE[force.use]}" if force else code
        shape = Markup('<path class="{}" d="{}"><title>{}</title></path>').format(kind, drawn["areas"][code]["path"], said)
        if code == CITY_OF_LONDON:
            x, y = drawn["areas"][code]["at"]
            shape = Markup('<circle class="{}" cx="{}" cy="{}" r="{}"><title>{}</title></circle>').format(kind, x, y, f(RING), said)
            parts.append(text(x + 215, y + 34, "City of London", kind="label"))
            parts.append(Markup('<line class="lead-line" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(x + RING, y, x + 208, y + 22))
        parts.append(linked(to(address("bodies", force.slug)) if force else None, shape, said))
    return svg(drawn["width"] + 120, drawn["height"], parts, title="Police force areas by what tools are on record; the table below says the same", kind="map")


PATTERNS = Markup(
    '<defs><pattern id="p-places" width="14" height="14" patternUnits="userSpaceOnUse"><rect class="ground-places" width="14" height="14"/>'
    '<circle class="ink" cx="7" cy="7" r="2.6"/></pattern>'
    '<pattern id="p-people" width="14" height="14" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="ground-people" width="14" height="14"/><rect class="ink" width="4" height="14"/></pattern>'
    '<pattern id="p-both" width="14" height="14" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="ground-both" width="14" height="14"/>'
    '<rect class="ink" width="4" height="14"/><rect class="ink" width="14" height="4"/></pattern></defs>'
)


def write_forces(site: Site) -> None:
    """The map with its table, and what is not known of each force."""
    held, evidence = forces(site), EvidenceList(site)
    prefix = up("forces/index.html")
    drawn = force_map(held, lambda target: prefix + target)
    counts = Counter(force.use for force in held)
    others = sorted((slug for slug, body in site.register.bodies.items() if body.kind == "police-force" and not body.is_territorial), key=site.register.title)
    said = "The 45 territorial police forces of the United Kingdom, and what tools that score places or people are on record at each."
    view = {"forces": held, "drawn": drawn, "counts": counts, "use": USE, "others": others, "evidence": evidence}
    site.write("forces/index.html", "forces.html.j2", title="Police forces", description=said, **view)
    rows = [(force, [gap for gap in own_gaps(site, force.slug) if gap.is_gap], _requests(site, force.slug)) for force in held]
    crumbs = (("unknown/index.html", "What we do not know"),)
    site.write("unknown/forces/index.html", "unknown_forces.html.j2", title="What we do not know of each force", rows=rows, use=USE, crumbs=crumbs)


def _requests(site: Site, slug: str) -> int:
    return len(site.register.bodies[slug].answers) + sum(one.by == slug for one in site.register.refusals.values())
