"""Stops and searches: on good grounds, of people who carry something, and without, of people who look as if; and what is found.

What is found is one of the true occasions of carrying of that month, so that being stopped more adds to the record and not to the truth.

Steps, in order:  _with_grounds, _without -> _companions -> _found -> rows of stops, suspects for decision
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.record_rows import ABSENT, Rows, codes, joined, rows_of
from .chances import by_weight, drawn, table
from .justice import CHARGED, DECISIONS
from .offending import CARRYING, once
from .parameter_list import GROUPS
from .rates import CRIMINAL_AGE, stop_places
from .recording import Suspected

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .offending import Offences
    from .recording import Known
    from .world import World

OBJECTS = ("drugs_possession", "weapons_possession", "other_theft")
MOST_ALONG = 2


@dataclass(repr=False)
class Stopped:
    """Stops of a step, one for each person stopped, arrays of shape (stops,).

    Attributes:
        who, day, area, incident: whom, when, where; companions share the incident.
        at: which occasion of carrying was found, position among the offences; -1 for none.
        offence: what was found, or else searched for.
        decision: position in justice.DECISIONS.
    """

    who: NDArray[np.int32]
    day: NDArray[np.int32]
    area: NDArray[np.int16]
    incident: NDArray[np.int64]
    at: NDArray[np.int64]
    offence: NDArray[np.int8]
    decision: NDArray[np.int64]


def stop(world: World, done: Offences, known: Known, days: int) -> tuple[Stopped, Suspected, Rows]:
    """Who is stopped in the next so many days, the suspects that come of it, and the rows."""
    assert world.rates is not None
    rng, how = world.stream("stops"), world.parameters.stops
    occasion = _occasions(world, done)
    who = np.concatenate([_with_grounds(world, done, days, rng), _without(world, days, rng)])
    day = (world.now + rng.integers(0, days, len(who))).astype(np.int32)
    away = rng.random(len(who)) < world.parameters.offending.away
    area = np.where(away, world.people.area[rng.integers(0, len(world.people), len(who))], world.people.area[who])
    who, day, area, incident = _and_companions(world, who, day, area, rng)
    carries = occasion[who] >= 0
    finds = carries & (rng.random(len(who)) < how.found_if_carrying)
    finds[finds] = _first_time(who[finds])  # one occasion is found once
    at = np.where(finds, occasion[who], -1)
    looked_for = codes("offence", OBJECTS)[drawn(rng, table(how.objects, OBJECTS), len(who))]
    offence = np.where(finds, done.offence[np.maximum(at, 0)], looked_for)
    decision = np.where(finds, drawn(rng, table(how.if_found, DECISIONS), len(who)), 0)
    stopped = Stopped(who, day, area, incident, at, offence, decision)
    taken = ~finds & (rng.random(len(who)) < how.arrested_if_not)
    return stopped, found(world, done, known, who[finds], at[finds], day[finds], area[finds], incident[finds], how.arrested_if_found), _rows(stopped, taken)


def _occasions(world: World, done: Offences) -> NDArray[np.int64]:
    """One occasion of carrying of each person in this step, position among the offences; -1 for none."""
    occasion = np.full(len(world.people), -1, dtype=np.int64)
    at = np.flatnonzero(done.kind == CARRYING)
    occasion[done.who[at]] = at
    return occasion


def _with_grounds(world: World, done: Offences, days: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """People who carry something, each group as often as its rate says, by district; the watched more often."""
    assert world.rates is not None
    people = world.people
    carriers = np.unique(done.who[done.kind == CARRYING])
    weight = stop_places(world.parameters)[people.area[carriers], people.look[carriers]]
    watched = weight * world.watching(carriers, world.watch.stops)
    parts = []
    for group in range(len(GROUPS)):
        of = np.flatnonzero(people.look[carriers] == group)
        total = weight[of].sum()
        if total > 0:
            n = int(rng.poisson(world.rates.grounds[group] * days * watched[of].sum() / total))
            parts.append(carriers[of[by_weight(rng, np.cumsum(watched[of]), n)]])
    return np.concatenate([np.zeros(0, dtype=np.int32), *parts]).astype(np.int32)


def _without(world: World, days: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """People who look as if they carried something, to whom it may concern."""
    assert world.rates is not None
    heap = world.rates.stops
    return by_weight(rng, heap, int(rng.poisson(heap[-1] * days))).astype(np.int32)


def _and_companions(
    world: World, who: NDArray[Any], day: NDArray[Any], area: NDArray[Any], rng: np.random.Generator
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int16], NDArray[np.int64]]:
    """Everybody stopped and not in prison, with companions; and the number each stop has with those along."""
    assert world.rates is not None
    free = ~world.state.is_inside(who, day)
    who, day, area = who[free], day[free], area[free]
    incident = world.incidents(len(who))
    parts, at, reach = [np.arange(len(who))], np.arange(len(who)), np.zeros(len(who), dtype=np.int64)
    people = [who]
    for _ in range(MOST_ALONG):
        at = at[rng.random(len(at)) < world.parameters.stops.together]
        reach[at] += rng.geometric(0.4, len(at))
        mate = world.people.circles.near(who[at], np.where(rng.random(len(at)) < 0.5, 1, -1) * reach[at])
        able = (world.rates.age[mate] >= CRIMINAL_AGE) & ~world.state.is_inside(mate, day[at]) & (mate != who[at])
        parts.append(at[able])
        people.append(mate[able])
    of, everybody = np.concatenate(parts), np.concatenate(people).astype(np.int32)
    single = once(of, everybody)
    of, everybody = of[single], everybody[single]
    return everybody, day[of], area[of], incident[of]


def _first_time(who: NDArray[Any]) -> NDArray[np.bool_]:
    first = np.zeros(len(who), dtype=bool)
    first[np.unique(who, return_index=True)[1]] = True
    return first


def found(
    world: World,
    done: Offences,
    known: Known,
    who: NDArray[Any],
    at: NDArray[Any],
    day: NDArray[Any],
    area: NDArray[Any],
    incident: NDArray[Any],
    arrest: float,
) -> Suspected:
    """Suspects for what was found on them; the occasion becomes known, and moves to the day it was found."""
    done.day[at] = day
    known.is_reported[at] = known.is_recorded[at] = known.is_named[at] = True
    known.reported[at] = day
    known.incident[at] = incident
    n = len(who)
    return Suspected(
        who, day, day, incident, np.full(n, CARRYING, dtype=np.int8), done.offence[at], done.weapon[at], area, np.full(n, ABSENT, dtype=np.int8),
        np.ones(n, dtype=bool), np.full(n, arrest),
    )  # fmt: skip


def found_in_custody(world: World, done: Offences, known: Known, suspected: Suspected, rng: np.random.Generator) -> Suspected:
    """What is found on those arrested in this step who carry something that month and had not been found to."""
    occasion = _occasions(world, done)
    at = occasion[suspected.who]
    finds = (at >= 0) & ~known.is_recorded[np.maximum(at, 0)] & (rng.random(len(suspected)) < world.parameters.stops.found_at_arrest)
    finds &= suspected.kind != CARRYING
    finds[finds] = _first_time(suspected.who[finds])
    some = suspected[finds]
    day = np.minimum(np.maximum(some.reported, some.day), world.now + 27).astype(np.int32)
    return found(world, done, known, some.who, at[finds], day, some.area, world.incidents(len(some)), 0.0)


def _rows(stopped: Stopped, taken: NDArray[np.bool_]) -> Rows:
    """Rows of stops, and of arrests for something else of which nothing came."""
    finds = stopped.at >= 0
    rows = rows_of(
        stopped.who, stopped.day, "stop", "subject", incident=stopped.incident, offence=stopped.offence, area=stopped.area, is_found=finds.astype(np.int8),
        outcome=codes("outcome", DECISIONS)[stopped.decision], outcome_day=stopped.day + np.where(stopped.decision == CHARGED, 3, 0),
    )  # fmt: skip
    arrests = rows_of(
        stopped.who[taken], stopped.day[taken], "arrest", "subject", incident=stopped.incident[taken], offence=stopped.offence[taken],
        area=stopped.area[taken], outcome="no_further_action", outcome_day=stopped.day[taken] + 1,
    )  # fmt: skip
    return joined([rows, arrests])
