"""Lists of systems that can be narrowed without a script: a real page for every kind, nation, user, status and state of knowledge."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..register.subjects import SYSTEM_KINDS
from .knowledge import LEVELS
from .status_picture import STATUS_SAID
from .wording import NATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..register.subjects import System
    from .knowledge import Knowledge
    from .site import Site

HOLDS = {"withheld": "something was refused", "denied": "something is denied", "not-held": "a body says it holds nothing of something asked"}


@dataclass(frozen=True)
class Facet:
    """One way to narrow the list.

    Attributes:
        group: what is chosen by.
        key: folder of its list, below `systems/`.
        name: in words.
        slugs: the systems on it.
    """

    group: str
    key: str
    name: str
    slugs: tuple[str, ...]


def facets(site: Site, known: dict[str, Knowledge]) -> list[Facet]:
    """All ways to narrow the list of systems under which there is at least one."""
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for slug in by_title(site):
        for place in _places(site, slug, site.register.systems[slug], known[slug]):
            found[place].append(slug)
    order = {group: number for number, group in enumerate(("What it is", "Nation", "Status at some user", "What is known", "Used by"))}
    ranked = sorted(found, key=lambda place: (order[place[0]], _rank(place)))
    return [Facet(*place, tuple(found[place])) for place in ranked]


def by_title(site: Site) -> list[str]:
    """All systems in alphabetical order of their titles."""
    return sorted(site.register.systems, key=lambda slug: (site.register.systems[slug].title.casefold(), slug))


def _rank(place: tuple[str, str, str]) -> tuple[int, str]:
    name = place[1].rpartition("/")[2]
    order = [*SYSTEM_KINDS, *NATIONS, *STATUS_SAID, *LEVELS, *HOLDS]
    return (order.index(name), "") if name in order and place[0] != "Used by" else (len(order), place[2].casefold())


def _places(site: Site, slug: str, system: System, known: Knowledge) -> Iterator[tuple[str, str, str]]:
    for kind in dict.fromkeys((system.kind, *system.also)):
        yield "What it is", f"kind/{kind}", SYSTEM_KINDS[kind]
    for nation in system.nations:
        yield "Nation", f"nation/{nation}", NATIONS[nation]
    for status in dict.fromkeys(use.status[-1].state for use in system.uses.values()):
        yield "Status at some user", f"status/{status}", STATUS_SAID[status]
    yield "What is known", f"known/{known.level}", LEVELS[known.level]
    for state, said in HOLDS.items():
        if state in known.states or any(claim.state == state for claim in system.claims.values()):
            yield "What is known", f"known/{state}", said
    for body in system.uses:
        yield "Used by", f"force/{body}", site.register.title(body)


def write_system_lists(site: Site, known: dict[str, Knowledge]) -> None:
    """The list of all systems, and one for every facet."""
    held = facets(site, known)
    groups: dict[str, list[Facet]] = defaultdict(list)
    for one in held:
        groups[one.group].append(one)
    users = groups.pop("Used by", [])
    lists: list[tuple[str, str, tuple[str, ...], Facet | None]] = [("systems", "Systems", tuple(by_title(site)), None)]
    lists += [(f"systems/{one.key}", f"Systems: {one.name}", one.slugs, one) for one in held]
    for folder, title, slugs, here in lists:
        rows = [(slug, site.register.systems[slug], known[slug]) for slug in slugs]
        crumbs = (("systems/index.html", "Systems"),) if here else ()
        said = "Systems that score places or people, with what is known of each."
        shown: dict[str, Any] = {"groups": groups, "users": users, "here": here, "crumbs": crumbs, "description": said}
        site.write_list(folder, "systems.html.j2", rows, title=title, **shown)
    site.write("systems/force/index.html", "users.html.j2", title="Systems by user", users=users, crumbs=(("systems/index.html", "Systems"),))
