"""What a person system's guesses change, measured: every choice of every reading, run on made-up people, one at a time.

Nobody there exists, so the figures say which guesses can change who is listed and which cannot, not by how much for a real force.

Steps, in order:  made_up_world -> first run -> tried (each choice) -> person_trial
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ..systems.catalogue import system_named
from ..tables.errors import EvenhandError
from ..tables.record_rows import day_number
from .system_trials import first_sentence, said

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..people.made_up import MadeUp
    from ..tables.scored import Scored

SCENARIOS = {
    "vha": "london", "gangs-matrix": "london", "knife-crime-model": "essex", "knife-forest": "thames-valley", "darat": "thames-valley",
    "offender-management-app": "avon-and-somerset", "iom": "west-midlands", "rfsdi": "west-midlands", "ndas": "west-midlands", "hart": "durham",
}  # fmt: skip
"""System -> the scenario it is run in; others in England and Wales as a whole."""
PEOPLE, YEARS, SEED = 200_000, 10, 1
FOLLOWED_DAYS = 365


@dataclass(frozen=True)
class PersonTrial:
    """One system on made-up people.

    Attributes:
        why_not: why it could not be run there; "" where it could.
        scenario: of the made-up people.
        on: the day up to which records were read.
        people, scored, flagged: how many there are, are spoken of, are put forward.
        shares: group -> its share of the people, of recorded suspects, of true offences in the year before, and of those flagged.
        no_offence: share of the flagged who truly did nothing in the year after, 0 to 1.
        under_18: share of the flagged who are children.
        stays: setting -> choice in words -> share of those flagged by default who stay flagged, or why it cannot be run.
        sizes: setting -> choice in words -> how many are flagged.
    """

    why_not: str = ""
    scenario: str = ""
    on: str = ""
    people: int = 0
    scored: int = 0
    flagged: int = 0
    shares: dict[str, dict[str, float]] = field(default_factory=dict)
    no_offence: float = 0.0
    under_18: float = 0.0
    stays: dict[str, dict[str, float | str]] = field(default_factory=dict)
    sizes: dict[str, dict[str, int]] = field(default_factory=dict)


@cache
def made_up_world(scenario: str) -> MadeUp:
    """The made-up people that systems are tried on."""
    from ..people.made_up import make_people
    from ..people.parameters import read_parameters

    return make_people(read_parameters(scenario), people=PEOPLE, years=YEARS, seed=SEED)


def person_trial(slug: str, *, most: int | None = None) -> PersonTrial:
    """Run a system on made-up people, with its defaults and with every other choice of every reading.

    Args:
        slug: of the system.
        most: other choices to try of each reading, the first ones; left out: all.
    """
    module = system_named(slug)
    scenario = SCENARIOS.get(module.CARD.slug, "england-and-wales")
    world = made_up_world(scenario)
    on = dt.date(1970, 1, 1) + dt.timedelta(days=int(world.last) - FOLLOWED_DAYS)
    try:
        scored = module.score(world.book, on=on)
    except EvenhandError as reason:
        return PersonTrial(why_not=first_sentence(reason), scenario=scenario)
    flagged = int(scored.is_flagged.sum())
    if not flagged:
        return PersonTrial(why_not=f"It flags nobody of {len(world.book):,} people", scenario=scenario)
    stays, sizes = _readings_tried(module, world, on, scored, most)
    after = world.conduct.count(first=day_number(on) + 1, last=day_number(on) + FOLLOWED_DAYS)
    return PersonTrial(
        scenario=scenario,
        on=on.isoformat(),
        people=len(scored),
        scored=int(scored.is_scored.sum()),
        flagged=flagged,
        shares=_shares(world, on, scored),
        no_offence=round(float((after[scored.is_flagged] == 0).mean()), 3),
        under_18=round(float((world.book.age_on(on)[scored.is_flagged] < 18).mean()), 3),
        stays=stays,
        sizes=sizes,
    )


def _shares(world: MadeUp, on: dt.date, scored: Scored) -> dict[str, dict[str, float]]:
    """Each group's share of the people, of suspects on record, of true offences in the year before, and of those flagged."""
    book = world.book.known(on)
    first = day_number(on) - FOLLOWED_DAYS
    counted = {
        "people": np.ones(len(book)),
        "recorded": book.count(book.is_row("crime_report", role="suspect") & book.since(first)),
        "true": world.conduct.count(first=first, last=day_number(on)).astype(float),
        "flagged": scored.is_flagged.astype(float),
    }
    return {group: {name: _share(values, book.group == at) for name, values in counted.items()} for at, group in enumerate(book.groups)}


def _share(values: NDArray[np.float64], chosen: NDArray[np.bool_]) -> float:
    return round(float(values[chosen].sum() / values.sum()), 4) if values.sum() else 0.0


def _readings_tried(
    module: Any, world: MadeUp, on: dt.date, default: Scored, most: int | None
) -> tuple[dict[str, dict[str, float | str]], dict[str, dict[str, int]]]:
    """Share of those flagged by default who stay flagged under each other choice, and how many are flagged then."""
    stays: dict[str, dict[str, float | str]] = {}
    sizes: dict[str, dict[str, int]] = {}
    for reading in module.CARD.readings:
        stays[reading.setting], sizes[reading.setting] = {}, {}
        for choice in [choice for choice in reading.choices if choice != reading.default][:most]:
            words = said(choice, reading.unit)
            try:
                flagged = module.score(world.book, on=on, **{reading.setting: choice}).is_flagged
            except EvenhandError as reason:
                stays[reading.setting][words] = first_sentence(reason)
                continue
            stays[reading.setting][words] = round(float((flagged & default.is_flagged).sum() / default.is_flagged.sum()), 3)
            sizes[reading.setting][words] = int(flagged.sum())
    return stays, sizes
