"""What of it the police hear, what they record, and whom they put down for it, rightly or wrongly.

Steps, in order:  told -> recorded -> named (the right ones) -> misnamed -> possible suspects -> rows of victims and witnesses
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from ..tables.person_words import DASH_LEVELS, OFFENCES
from ..tables.record_rows import ABSENT, Rows, joined, rows_of
from .chances import table, times, waited
from .offending import CARRYING, DOMESTIC
from .parameter_list import GROUPS, KINDS
from .rates import CRIMINAL_AGE, look_alike, of_areas

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .offending import Offences
    from .parameters import Parameters
    from .world import World

RIGHT_BESIDES = 1.35
"""Suspects rightly named, over those the shares of naming tell of: companions, people known before, what is found on people; and names
that come to nothing because whom they mean is in prison (measured)."""


@dataclass(repr=False)
class Known:
    """What the police know of the offences of a step, arrays of shape (offences,).

    Attributes:
        is_reported, is_recorded: told to the police or found by them, and put on record.
        reported: day it was told.
        incident: number it is recorded under, -1 for none.
        dash: officer's grade where domestic, else ABSENT.
        is_named: shape (parts,): this person is put down for it.
    """

    is_reported: NDArray[np.bool_]
    is_recorded: NDArray[np.bool_]
    reported: NDArray[np.int32]
    incident: NDArray[np.int64]
    dash: NDArray[np.int8]
    is_named: NDArray[np.bool_]


@dataclass(repr=False)
class Suspected:
    """People put down as suspects, one for each offence, arrays of shape (suspects,).

    Attributes:
        who: whom.
        day, reported, incident, kind, offence, weapon, area, dash: of the offence.
        is_right: truly took part.
        arrest: chance of being arrested for it, before multiples.
    """

    who: NDArray[np.int32]
    day: NDArray[np.int32]
    reported: NDArray[np.int32]
    incident: NDArray[np.int64]
    kind: NDArray[np.int8]
    offence: NDArray[np.int8]
    weapon: NDArray[np.int8]
    area: NDArray[np.int16]
    dash: NDArray[np.int8]
    is_right: NDArray[np.bool_]
    arrest: NDArray[np.float64]

    def __len__(self) -> int:
        """How many."""
        return len(self.who)

    def __getitem__(self, chosen: Any) -> Suspected:
        """Some of them."""
        return Suspected(**{one.name: getattr(self, one.name)[chosen] for one in fields(self)})

    def and_more(self, more: Suspected) -> Suspected:
        """These and others."""
        return Suspected(**{one.name: np.concatenate([getattr(self, one.name), getattr(more, one.name)]) for one in fields(self)})


def hear(world: World, done: Offences) -> Known:
    """Which offences are told and recorded, when, and how domestic ones are graded. What only the police find comes later, from stops."""
    rng, how = world.stream("telling"), world.parameters.reporting
    told = np.where((done.kind == DOMESTIC) & (done.offence > 0), how.told_domestic, table(how.told, OFFENCES)[done.offence])
    told[done.kind == CARRYING] = 0
    group = table(how.by_group, GROUPS)[world.people.group[np.maximum(done.victim, 0)]]
    is_reported = rng.random(len(done)) < times(np.minimum(told, 1), np.where(done.victim >= 0, group, 1.0))
    is_recorded = is_reported & (rng.random(len(done)) < how.recorded)
    reported = done.day + waited(rng, table(how.delay_days, KINDS)[done.kind], len(done))
    incident = np.full(len(done), ABSENT, dtype=np.int64)
    incident[is_recorded] = world.incidents(int(is_recorded.sum()))
    return Known(is_reported, is_recorded, reported, incident, _grades(world, done, is_recorded, rng), np.zeros(len(done.part), dtype=bool))


def _grades(world: World, done: Offences, is_recorded: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.int8]:
    """An officer's grade of each domestic incident: it goes a little with how much the offender truly does at home."""
    assert world.rates is not None
    dash = np.full(len(done), ABSENT, dtype=np.int8)
    at = np.flatnonzero(is_recorded & (done.kind == DOMESTIC))
    if len(at):
        worth = world.parameters.young.dash_worth
        danger = np.log(np.maximum(world.rates.offends(done.who[at])[DOMESTIC], 1e-12))
        danger = (danger - danger.mean()) / max(danger.std(), 1e-9)
        seen = worth * danger + np.sqrt(1 - worth**2) * rng.standard_normal(len(at))
        shares = np.array([world.parameters.young.dash[level] for level in DASH_LEVELS])
        dash[at] = np.searchsorted(ndtri(np.cumsum(shares / shares.sum())[:-1]), seen)
    return dash


def name(world: World, done: Offences, known: Known) -> tuple[Suspected, Rows]:
    """Who is put down as a suspect of what is recorded; possible suspects are rows at once, since nothing comes of them."""
    rng, how = world.stream("naming"), world.parameters.naming
    n = len(done)
    chance = _chance(world, done.part, done.area[done.part_of], done.kind[done.part_of])
    first = known.is_recorded & (rng.random(n) < chance[:n])
    known.is_named[:n] = first
    more = done.part_of[n:]
    known.is_named[n:] = known.is_recorded[more] & (rng.random(len(more)) < np.where(first[more], how.companions, 0.5 * chance[n:]))
    right = np.flatnonzero(known.is_named)
    suspected = _of(world, done, known, done.part[right], done.part_of[right], True)
    unnamed = known.is_recorded & ~first
    blamed, at = _misnamed(world, done, unnamed, rng)
    suspected = suspected.and_more(_of(world, done, known, blamed, at, False))
    unnamed[at] = False
    unnamed[done.part_of[right]] = False
    at = np.flatnonzero(unnamed & (rng.random(n) < how.possible))
    is_right = rng.random(len(at)) < how.possible_right
    who = np.where(is_right, done.who[at], look_for_another(world, done.who[at], done.area[at], done.day[at], rng))
    at, who = at[who >= 0], who[who >= 0]
    return suspected, _rows(done, known, who, at, "possible_suspect")


def _chance(world: World, who: NDArray[Any], area: NDArray[Any], kind: NDArray[Any]) -> NDArray[np.float64]:
    """The chance that each is named for what they did."""
    assert world.rates is not None
    how, look = world.parameters.naming, world.people.look[who]
    ratio = table(how.by_group, GROUPS)[look] * of_areas(world.parameters, how.by_area)[area] * np.where(world.rates.is_known[who], how.known, 1.0)
    return times(table(how.share, KINDS)[kind], ratio * world.watching(who, world.watch.detection))


def _misnamed(world: World, done: Offences, unnamed: NDArray[np.bool_], rng: np.random.Generator) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """People put down for what they did not do, and for which offence. At home nobody is mistaken."""
    how = world.parameters.naming
    chance = _wrong_chance(world.parameters)
    ratio = table(how.wrong_by_group, GROUPS)[world.people.look[done.who]]
    at = np.flatnonzero(unnamed & (rng.random(len(done)) < times(chance[done.kind], ratio)))
    blamed = look_for_another(world, done.who[at], done.area[at], done.day[at], rng)
    innocent = (blamed >= 0) & (blamed != done.victim[at]) & ~_took_part(done, at, blamed)
    return blamed[innocent], at[innocent]


def _wrong_chance(parameters: Parameters) -> NDArray[np.float64]:
    """Kind -> chance that somebody else is named where the first offender is not, so that all in all the share wrongly named is as given."""
    off, told, how = parameters.offending.per_1000, parameters.reporting.told, parameters.naming
    heard = [sum(rate * (parameters.reporting.told_domestic if kind == "domestic" else told.get(one, 0)) for one, rate in off[kind].items()) for kind in KINDS]
    share = np.minimum(table(how.share, KINDS), 0.95)
    right = np.array(heard) * share
    elsewhere = np.arange(len(KINDS)) != DOMESTIC
    mend = RIGHT_BESIDES * right.sum() / max(right[elsewhere].sum(), 1e-12)
    return np.asarray(np.where(elsewhere, np.minimum(mend * share / (1 - share) * how.wrong / max(1 - how.wrong, 1e-9), 1.0), 0.0))


def _took_part(done: Offences, at: NDArray[Any], who: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each took part in the offence after all."""
    many = np.int64(2**32)
    return np.isin(at * many + who, done.part_of * many + done.part)


def look_for_another(world: World, who: NDArray[Any], area: NDArray[Any], day: NDArray[Any], rng: np.random.Generator) -> NDArray[np.int32]:
    """Somebody else in the place of each: mostly one on record in the district who looks alike, else one of their circle; -1 where there is none."""
    assert world.rates is not None
    people, rates = world.people, world.rates
    key = look_alike(people, who, area)
    start, end = rates.suspect_ends[key], rates.suspect_ends[key + 1]
    found = people.circles.near(who, rng.integers(1, 60, len(who)) * np.where(rng.random(len(who)) < 0.5, 1, -1))
    on_record = (end > start) & (rng.random(len(who)) < world.parameters.naming.wrong_known)
    pick = start + np.floor(rng.random(len(who)) * (end - start)).astype(np.int64)
    found[on_record] = rates.suspects[pick[on_record]]
    able = (found != who) & (rates.age[found] >= CRIMINAL_AGE) & ~world.state.is_inside(found, day)
    return np.where(able, found, np.int32(-1))


def _of(world: World, done: Offences, known: Known, who: NDArray[Any], at: NDArray[Any], is_right: bool) -> Suspected:
    return Suspected(
        who.astype(np.int32), done.day[at], known.reported[at], known.incident[at], done.kind[at], done.offence[at], done.weapon[at], done.area[at],
        known.dash[at], np.full(len(who), is_right), table(world.parameters.justice.arrested, KINDS)[done.kind[at]],
    )  # fmt: skip


def heard_of(world: World, done: Offences, known: Known) -> Rows:
    """The rows of victims and witnesses."""
    rng = world.stream("witnesses")
    at = np.flatnonzero(known.is_recorded & (done.victim >= 0))
    victims = _rows(done, known, done.victim[at], at, "victim")
    seen = np.flatnonzero(known.is_recorded & (rng.random(len(done)) < table(world.parameters.victims.witnesses, KINDS)[done.kind]))
    near = np.where(done.victim[seen] >= 0, done.victim[seen], done.who[seen])
    who = world.people.circles.near(near, rng.integers(1, 200, len(seen)) * np.where(rng.random(len(seen)) < 0.5, 1, -1))
    assert world.rates is not None
    able = (world.rates.age[who] >= 5) & ~_took_part(done, seen, who) & (who != done.victim[seen])
    return joined([victims, _rows(done, known, who[able], seen[able], "witness")])


def _rows(done: Offences, known: Known, who: NDArray[Any], at: NDArray[Any], role: str) -> Rows:
    return rows_of(
        who, done.day[at], "crime_report", role, reported=known.reported[at], incident=known.incident[at], offence=done.offence[at], weapon=done.weapon[at],
        is_domestic=(done.kind[at] == DOMESTIC).astype(np.int8), dash_level=known.dash[at], area=done.area[at],
    )  # fmt: skip
