"""How often each person does, suffers or meets with things: weights made anew every half-year and kept as running sums to draw from.

Steps, in order:  mood -> known -> offending -> harm -> stops -> intelligence
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.person_words import OFFENCES
from .chances import table
from .circles import OLDEST, YOUNGEST
from .parameter_list import GROUPS, KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from .parameters import Parameters
    from .population import People
    from .world import World

YEAR = 365.25
CRIMINAL_AGE = 10
"""Nobody younger is ever put down as a suspect."""
HARMS = ("hurt", "property", "sexual", "child")
"""Ways of being harmed, each with its own ages and sexes."""
_PROPERTY = (
    "burglary_domestic", "burglary_other", "theft_person", "vehicle_taking", "theft_from_vehicle", "other_theft", "fraud", "criminal_damage", "arson",
)  # fmt: skip
HARM_OF = np.array(
    [3 if one == "sexual_child" else 2 if one in ("rape", "sexual_assault") else 1 if one in _PROPERTY else 0 for one in OFFENCES], dtype=np.int8
)
"""Offence -> position in HARMS."""


@dataclass(frozen=True, repr=False)
class Rates:
    """Weights of everybody, good for half a year.

    Attributes:
        age: in whole years at its beginning; below 0 for those not born.
        is_known: on record as a suspect of late.
        offending: running sums by kind, each shape (people,).
        lived: people in order of their district.
        district_ends: where each district ends in that order, with a nought before, shape (areas + 1,).
        harm: running sums by way of harm, in that order.
        stops: running sum of stops without grounds a day.
        grounds: stops with good grounds a day, for each group as officers see it.
        reports: running sum of reports by other sources a day.
        suspects: people on record, once for each time they were named, in order of district, look and sex.
        suspect_ends: where each of those ends, with a nought before.
    """

    age: NDArray[np.int32]
    is_known: NDArray[np.bool_]
    offending: list[NDArray[np.float64]]
    lived: NDArray[np.int32]
    district_ends: NDArray[np.int64]
    harm: list[NDArray[np.float64]]
    stops: NDArray[np.float64]
    grounds: NDArray[np.float64]
    reports: NDArray[np.float64]
    suspects: NDArray[np.int32]
    suspect_ends: NDArray[np.int64]

    def offends(self, who: NDArray[Any]) -> NDArray[np.float64]:
        """The weight of each kind for some people, shape (kinds, people)."""
        return np.array([heap[who] - np.where(who > 0, heap[who - 1], 0.0) for heap in self.offending])


def rates_of(world: World) -> Rates:
    """Everybody's weights on the world's day; moods move, and are kept in its state."""
    people, state, parameters = world.people, world.state, world.parameters
    off = parameters.offending
    kept = off.drift_kept
    fresh = world.stream("drift").standard_normal(len(people), dtype=np.float32)
    state.mood = (kept * state.mood + np.sqrt(1 - kept**2) * off.drift * fresh).astype(np.float32)
    age = people.age(world.now)
    since = world.now - min(int(parameters.naming.known_years * YEAR), 10**6 if world.keep_days is None else world.keep_days)
    recent = state.named_who[(state.named_day >= since) & (state.named_day < world.now)]
    is_known = np.zeros(len(people), dtype=bool)
    is_known[recent] = True
    active = people.propensity * np.exp(state.mood - np.float32(off.drift**2 / 2))
    active *= table(off.by_group, GROUPS)[people.group] * of_areas(parameters, off.by_area)[people.area]
    active[age < CRIMINAL_AGE] = 0
    offending = [np.cumsum(weight) for weight in _offending(parameters, world, active, age)]
    if state.scale is None:
        alive = (age >= 0).sum()
        rates = np.array([sum(off.per_1000[kind].values()) for kind in KINDS])
        state.scale = rates * alive / 1000 / YEAR / np.maximum([heap[-1] for heap in offending], 1e-12)
    lived = np.argsort(people.area, kind="stable").astype(np.int32)
    ends = np.r_[0, np.cumsum(np.bincount(people.area, minlength=len(parameters.population.areas)))]
    harm = [np.cumsum(weight[lived]) for weight in _harm(world, age)]
    suspects, suspect_ends = _suspects(world, recent)
    return Rates(
        age, is_known, offending, lived, ends, harm, np.cumsum(_stops(world, age, is_known)), _grounds(parameters, people, age),
        np.cumsum(_reports(world, age, active, is_known)), suspects, suspect_ends,
    )  # fmt: skip


def of_areas(parameters: Parameters, given: Mapping[str, float]) -> NDArray[np.float64]:
    """A table by district as an array; 1 where left out."""
    return table(given, tuple(parameters.population.areas), 1.0)


def by_age(age: NDArray[Any], peak: float, fall: float) -> NDArray[np.float64]:
    """How much is done at an age: rising from eight to the peak, then falling away, 1 at the peak."""
    years = np.arange(-30, 131)
    curve = np.where(years <= peak, np.clip((years - 8) / (peak - 8), 0, 1) ** 2, np.exp(-(years - peak) / fall))
    return np.asarray(curve[np.clip(age, -30, 130) + 30])


def by_sex(sex: NDArray[Any], share: float, of: float) -> NDArray[np.float64]:
    """Weights of women and men that give men this share, where they are `of` all people."""
    return np.array([(1 - share) / max(1 - of, 1e-9), share / max(of, 1e-9)])[sex]


def _offending(parameters: Parameters, world: World, active: NDArray[Any], age: NDArray[Any]) -> list[NDArray[np.float64]]:
    people, off, male = world.people, parameters.offending, parameters.population.male_share
    in_gang = 1 + (parameters.gangs.violence - 1) * part_in_gang(people, age)
    weights = []
    for at, kind in enumerate(KINDS):
        weight = active * people.bents[at] * by_age(age, off.age_peak[kind], off.age_fall[kind]) * by_sex(people.sex, off.male_share[kind], male)
        if kind in ("violence", "robbery"):
            weight *= in_gang
        if kind == "domestic":
            weight[people.partner < 0] = 0
        weights.append(weight)
    return weights


def part_in_gang(people: People, age: NDArray[Any], who: NDArray[Any] | None = None) -> NDArray[np.float64]:
    """How far people take part in a gang's violence: fully at 15 to 19, not before 13 nor after 26, 0 for who is in none.

    Args:
        people: everybody.
        age: of everybody, shape (people,).
        who: of whom it is asked; None: of everybody.
    """
    at = slice(None) if who is None else who
    by_years = np.interp(np.arange(131), (YOUNGEST - 1, 15, 19, OLDEST + 1), (0.0, 1.0, 1.0, 0.0))
    return np.where(people.circles.gang[at] >= 0, by_years[np.clip(age[at], 0, 130)], 0.0)


def _harm(world: World, age: NDArray[Any]) -> list[NDArray[np.float64]]:
    people = world.people
    base = people.harmed * table(world.parameters.victims.by_group, GROUPS)[people.group]
    base[age < 0] = 0
    young = 0.25 + by_age(age, 20, 22)
    return [
        base * young,
        base * np.where(age >= 16, 1.0, 0.15),
        base * young * np.where(people.sex == 0, 5.0, 1.0) * (age >= 13),
        base * np.where(people.sex == 0, 4.0, 1.0) * (age < 16),
    ]


def _stops(world: World, age: NDArray[Any], is_known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Stops without grounds a day: each group has the published rate whatever its ages; districts only share it out."""
    people, how = world.people, world.parameters.stops
    weight = by_age(age, how.age_peak, how.age_fall) * by_sex(people.sex, how.male_share, world.parameters.population.male_share)
    weight *= people.propensity**how.on_street * np.where(is_known, how.known, 1.0) * stop_places(world.parameters)[people.area, people.look]
    weight[age < CRIMINAL_AGE] = 0
    wanted = _wanted(world.parameters, people, age) * (1 - table(how.founded, GROUPS))
    total = np.bincount(people.look, weight, minlength=len(GROUPS))
    weight *= np.divide(wanted, total, out=np.zeros(len(GROUPS)), where=total > 0)[people.look]
    return weight * world.watching(np.arange(len(people)), world.watch.stops)


def stop_places(parameters: Parameters) -> NDArray[np.float64]:
    """Stops as a multiple by district and group, shape (areas, groups)."""
    how = parameters.stops
    further = np.array([table(how.by_area_and_group.get(area, {}), GROUPS, 1.0) for area in parameters.population.areas])
    return np.asarray(of_areas(parameters, how.by_area)[:, None] * further)


def _wanted(parameters: Parameters, people: People, age: NDArray[Any]) -> NDArray[np.float64]:
    """Stops a day for each group, less those of companions, so that both together have the published rate."""
    there = np.bincount(people.look[age >= 0], minlength=len(GROUPS))
    every = table(parameters.stops.per_1000, GROUPS) * there / 1000 / YEAR
    along = parameters.stops.together + parameters.stops.together**2
    of = people.look[people.circles.row[(age[people.circles.row] >= CRIMINAL_AGE) & (age[people.circles.row] < 40)]]
    met = np.zeros((len(GROUPS), len(GROUPS)))  # who sits beside whom, as officers see them
    for apart in (1, 2, 3):
        np.add.at(met, (of[apart:], of[:-apart]), 1.0)
    met = met + met.T
    met /= np.maximum(met.sum(axis=1), 1)[:, None]
    return np.maximum(np.linalg.solve(np.eye(len(GROUPS)) + along * met.T, every), 0.0)


def _grounds(parameters: Parameters, people: People, age: NDArray[Any]) -> NDArray[np.float64]:
    return _wanted(parameters, people, age) * table(parameters.stops.founded, GROUPS)


def _reports(world: World, age: NDArray[Any], active: NDArray[Any], is_known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Reports by other sources a day."""
    people, how = world.people, world.parameters.intelligence
    weight = active**how.activity * by_age(age, 20, 20) * np.where(is_known, how.known, 1.0) * table(how.by_group, GROUPS)[people.look]
    weight *= 1 + (world.parameters.gangs.reports - 1) * part_in_gang(people, age)
    weight[age < CRIMINAL_AGE] = 0
    weight *= how.from_sources_per_1000 / 1000 / YEAR * (age >= 0).sum() / max(weight.sum(), 1e-12)
    return weight * world.watching(np.arange(len(people)), world.watch.intelligence)


def look_alike(people: Any, who: NDArray[Any], area: NDArray[Any]) -> NDArray[np.int64]:
    """A number for district, group as officers see it, and sex together."""
    return (area.astype(np.int64) * len(GROUPS) + people.look[who]) * 2 + people.sex[who]


def _suspects(world: World, recent: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The suspects of late, in order of district, look and sex; among them the next wrong one is looked for."""
    people = world.people
    key = look_alike(people, recent, people.area[recent])
    kinds = len(world.parameters.population.areas) * len(GROUPS) * 2
    return recent[np.argsort(key, kind="stable")], np.r_[0, np.cumsum(np.bincount(key, minlength=kinds))]
