"""Reconstructions and studies, each with the systems of the register it is about; links run both ways."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from ..report.page import FIDELITY, readings_rows

if TYPE_CHECKING:
    from pathlib import Path

    from ..register.register import Register
    from ..register.subjects import System
    from ..systems.card import Card
    from .site import Site

LEAST_LETTERS = 4
"""A shorter name stands in too many sentences to tell what a study is about."""


@dataclass(frozen=True)
class StudyTold:
    """A study as it is declared.

    Attributes:
        slug, title, question: as declared.
        place: where, in words.
        rebuilt: slugs of the reconstructions it runs.
        prose: its own page of words, Markdown.
        limits: what it cannot show.
    """

    slug: str
    title: str
    question: str
    place: str
    rebuilt: tuple[str, ...]
    prose: str
    limits: tuple[str, ...]


@cache
def cards() -> dict[str, Card]:
    """Every reconstruction's card, by slug."""
    from ..systems.catalogue import systems

    return {slug: module.CARD for slug, module in systems().items()}


@cache
def studies() -> dict[str, StudyTold]:
    """Every study that ships, by slug."""
    from ..study.shipped import shipped_studies

    return {slug: _told(slug, folder) for slug, folder in shipped_studies().items()}


def _told(slug: str, folder: Path) -> StudyTold:
    from ..study.declaration import read_study

    study = read_study(folder)
    place = getattr(study, "place", "")
    prose = folder / "README.md"
    return StudyTold(
        slug, study.title, study.question, getattr(place, "name", None) or str(place), tuple(dict.fromkeys(_runs(study))),
        prose.read_text(encoding="utf-8") if prose.is_file() else "", tuple(study.limits),
    )  # fmt: skip


def _runs(study: Any) -> list[str]:
    """Slugs of the reconstructions a study runs, the plain baseline aside."""
    named = [one.name for one in getattr(study, "systems", ())]
    if hasattr(study, "system"):
        named.append(study.system.name)
    asks = getattr(study, "asks", None)
    named += [str(asked["system"]) for asked in (asks.values() if isinstance(asks, dict) else ()) if isinstance(asked, dict) and "system" in asked]
    return [slug.replace("_", "-") for slug in named if slug.replace("_", "-") in cards()]


def studies_of(system: System) -> list[StudyTold]:
    """Studies that run a reconstruction of a system, or name it in their question."""
    names = [name for name in (system.title, *system.aliases) if len(name) >= LEAST_LETTERS]
    named = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names) or r"(?!)")
    return [one for one in studies().values() if set(one.rebuilt) & set(system.reconstruction) or named.search(f"{one.title} {one.question}")]


def systems_by_reconstruction(register: Register) -> dict[str, list[str]]:
    """Systems of the register that each reconstruction stands for."""
    found = defaultdict[str, list[str]](list)
    for slug, system in register.systems.items():
        for one in system.reconstruction:
            found[one].append(slug)
    return found


def write_rebuilt(site: Site) -> None:
    """The lists of reconstructions and studies, and a page each."""
    of_card, of_study = systems_by_reconstruction(site.register), defaultdict[str, list[str]](list)
    for slug, system in site.register.systems.items():
        for study in studies_of(system):
            of_study[study.slug].append(slug)
    running = {slug: [one for one in studies().values() if slug in one.rebuilt] for slug in cards()}
    rows = [(slug, card, of_card.get(slug, []), running[slug]) for slug, card in cards().items()]
    site.write("reconstructions/index.html", "reconstructions.html.j2", title="Reconstructions", rows=rows, fidelity=FIDELITY)
    for slug, card, systems, runs in rows:
        view = {"card": card, "slug": slug, "systems": systems, "studies": runs, "readings": readings_rows(card), "fidelity": FIDELITY}
        site.write(f"reconstruction/{slug}.html", "reconstruction.html.j2", title=card.title, description=f"{card.title}, rebuilt from what is public.", **view)
    site.write("studies/index.html", "studies.html.j2", title="Studies", rows=[(one, of_study[one.slug]) for one in studies().values()], cards=cards())
    for one in studies().values():
        view = {"study": one, "systems": of_study[one.slug], "cards": cards()}
        site.write(f"study/{one.slug}.html", "study.html.j2", title=one.title, description=one.question, **view)
