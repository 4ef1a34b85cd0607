"""What is told about people, by officers after a stop, by callers after a crime, by other sources; graded, and true in part.

Steps, in order:  from stops, from crimes, from sources -> topics -> links to gangs -> rows; reports on gangs are counted for markers.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.person_words import INFORMATION_GRADES, OFFENCES, SOURCE_GRADES
from ..tables.record_rows import ABSENT, Rows, code, joined, rows_of
from .chances import by_weight, drawn, table, times
from .circles import OLDEST, YOUNGEST
from .offending import CARRYING, once
from .parameter_list import GROUPS, KINDS
from .rates import CRIMINAL_AGE
from .recording import look_for_another

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .offending import Offences
    from .recording import Known
    from .stops import Stopped
    from .world import World

GANG = code("marker", "gang")
DRUGS, WEAPONS, VIOLENT = (code("marker", one) for one in ("drugs", "weapons", "violent"))
_LINKS = {
    "drugs_possession": DRUGS, "drugs_supply": DRUGS, "drugs_import_production": DRUGS, "weapons_possession": WEAPONS, "firearms": code("marker", "firearms"),
    **dict.fromkeys(("homicide", "attempted_murder", "gbh_with_intent", "assault_with_injury", "robbery", "threats_to_kill", "kidnap"), VIOLENT),
}  # fmt: skip
LINK_OF = np.array([_LINKS.get(one, ABSENT) for one in OFFENCES], dtype=np.int8)
"""Offence told of -> the marker it links to."""
MOST_NAMED = 3


def tell(world: World, done: Offences, known: Known, stopped: Stopped, days: int) -> tuple[Rows, NDArray[np.int32], NDArray[np.int32]]:
    """Reports put in during the next so many days.

    Returns:
        Their rows; and who was linked to a gang, with the day, one for each report.
    """
    rng = world.stream("intelligence")
    parts = [_from_stops(world, stopped, rng), _from_crimes(world, done, known, rng), _from_sources(world, days, rng)]
    rows = joined(parts)
    linked = rows.marker == GANG
    return rows, rows.who[linked], rows.reported[linked]


def _from_stops(world: World, stopped: Stopped, rng: np.random.Generator) -> Rows:
    """An officer's note on whom they stopped; those along are named beside the subject."""
    lead = np.zeros(len(stopped.who), dtype=bool)
    lead[np.unique(stopped.incident, return_index=True)[1]] = True
    written = np.unique(stopped.incident[lead & (rng.random(len(lead)) < world.parameters.intelligence.per_stop)])
    told = np.isin(stopped.incident, written)
    subject, along = np.flatnonzero(told & lead), np.flatnonzero(told & ~lead)
    n = len(subject)
    grade = np.zeros(n, dtype=np.int64), rng.integers(0, 2, n)
    rows = _rows(world, stopped.who[subject], stopped.day[subject], stopped.area[subject], stopped.incident[subject], stopped.offence[subject], grade, rng)
    place = np.searchsorted(stopped.incident[subject], stopped.incident[along]) if n else np.zeros(0, dtype=np.int64)
    order = np.argsort(stopped.incident[subject], kind="stable")
    at = order[np.searchsorted(stopped.incident[subject][order], stopped.incident[along])] if n else place
    return joined([rows, _beside(rows[at], stopped.who[along])])


def _from_crimes(world: World, done: Offences, known: Known, rng: np.random.Generator) -> Rows:
    """A caller names somebody for a crime whose offender is not named: the right one as often as the grade says."""
    how = world.parameters.intelligence
    at = np.flatnonzero(known.is_recorded & ~known.is_named[: len(done)] & (rng.random(len(done)) < how.per_crime) & (done.kind != CARRYING))
    grade = _grades(world, len(at), rng)
    right = rng.random(len(at)) < table(how.right, INFORMATION_GRADES)[grade[1]]
    other = look_for_another(world, done.who[at], done.area[at], done.day[at], rng)
    who = np.where(right, done.who[at], other)
    day = known.reported[at] + rng.integers(1, 21, len(at))
    there = who >= 0
    grade = grade[0][there], grade[1][there]
    at = at[there]
    return _rows(world, who[there], day[there], done.area[at], world.incidents(len(at)), done.offence[at], grade, rng)


def _from_sources(world: World, days: int, rng: np.random.Generator) -> Rows:
    """Other sources report on who does much and whom officers know, and name those they are with."""
    assert world.rates is not None
    how, heap = world.parameters.intelligence, world.rates.reports
    who = by_weight(rng, heap, int(rng.poisson(heap[-1] * days))).astype(np.int32)
    day = (world.now + rng.integers(0, days, len(who))).astype(np.int32)
    free = ~world.state.is_inside(who, day)
    who, day = who[free], day[free]
    grade = _grades(world, len(who), rng)
    topic = _topics(world, who, rng.random(len(who)) < table(how.right, INFORMATION_GRADES)[grade[1]], rng)
    rows = _rows(world, who, day, world.people.area[who], world.incidents(len(who)), topic, grade, rng)
    places, mates, at, reach = [], [], np.arange(len(who)), np.zeros(len(who), dtype=np.int64)
    for _ in range(MOST_NAMED):
        at = at[rng.random(len(at)) < how.associates]
        reach[at] += rng.geometric(0.4, len(at))
        mate = world.people.circles.near(who[at], np.where(rng.random(len(at)) < 0.5, 1, -1) * reach[at])
        able = (world.rates.age[mate] >= CRIMINAL_AGE) & (mate != who[at])
        places.append(at[able])
        mates.append(mate[able])
    place, mate = np.concatenate(places), np.concatenate(mates)
    single = once(place, mate)
    return joined([rows, _beside(rows[place[single]], mate[single])])


def _grades(world: World, n: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Grades of source and of content, by their shares."""
    how = world.parameters.intelligence
    return drawn(rng, table(how.source_grades, SOURCE_GRADES), n), drawn(rng, table(how.information_grades, INFORMATION_GRADES), n)


def _topics(world: World, who: NDArray[Any], right: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.int8]:
    """What is told of: what the person leans to, where the report is right; else what anybody does."""
    assert world.rates is not None
    assert world.state.scale is not None
    weights = (world.rates.offends(who) * world.state.scale[:, None]).T
    weights[~right] = [heap[-1] for heap in world.rates.offending] * world.state.scale
    weights += 1e-15
    kind = drawn(rng, weights)
    topic = np.zeros(len(who), dtype=np.int8)
    for at, name in enumerate(KINDS):
        of = np.flatnonzero(kind == at)
        topic[of] = drawn(rng, table(world.parameters.offending.per_1000[name], OFFENCES), len(of))
    return topic


def _rows(
    world: World,
    who: NDArray[Any],
    day: NDArray[Any],
    area: NDArray[Any],
    incident: NDArray[Any],
    topic: NDArray[Any],
    grade: tuple[NDArray[Any], NDArray[Any]],
    rng: np.random.Generator,
) -> Rows:
    """Rows of the subjects; a link to a gang is drawn here, and stands before any other."""
    link = np.where(rng.random(len(who)) < _gang_chance(world, who), GANG, LINK_OF[topic])
    return rows_of(
        who, day, "intelligence", "subject", incident=incident, offence=topic, marker=link, source_grade=grade[0], information_grade=grade[1],
        handling=(rng.random(len(who)) < 0.2).astype(np.int8), area=area,
    )  # fmt: skip


def _beside(rows: Rows, who: NDArray[Any]) -> Rows:
    """Associates named in reports, with the report's own words."""
    from dataclasses import replace

    return replace(rows, who=who.astype(np.int32), role=np.full(len(who), code("role", "associate"), dtype=np.int8))


def _gang_chance(world: World, who: NDArray[Any]) -> NDArray[np.float64]:
    """The chance that a report links its subject to a gang: often for true members, by acquaintance for others, and by look."""
    assert world.rates is not None
    how, circles, age = world.parameters.intelligence, world.people.circles, world.rates.age[who]
    by_look = table(how.gang_by_group, GROUPS)[world.people.look[who]]
    outside = times(np.where(circles.is_near_gang[who], how.gang_if_near, how.gang_if_other), by_look)
    chance = np.where(circles.gang[who] >= 0, how.gang_if_member, outside)
    return np.where((age >= YOUNGEST - 1) & (age <= OLDEST + 4), chance, 0.0)
