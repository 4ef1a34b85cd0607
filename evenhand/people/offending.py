"""What people truly do in one step, with whom, to whom and where, whether or not anybody ever hears of it.

Steps, in order:  _begun (who, day, offence) -> _companions -> _places -> _victims
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.person_words import OFFENCES, WEAPONS
from .chances import by_weight, drawn, table, times
from .circles import LEANINGS, OLDEST, YOUNGEST
from .parameter_list import KINDS
from .rates import CRIMINAL_AGE, HARM_OF, part_in_gang

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .world import World

DOMESTIC, CARRYING = KINDS.index("domestic"), KINDS.index("carrying")
MOST_COMPANIONS = 3


@dataclass(repr=False)
class Offences:
    """Offences of one step, arrays of shape (offences,), and who took part, arrays of shape (parts,).

    Attributes:
        who: who began it.
        day, kind, offence, weapon: when and what; codes.
        area: where.
        victim: position, -1 for nobody among the people.
        part_of, part: offence and person of each part; the first parts are those of `who`, in the same order.
    """

    who: NDArray[np.int32]
    day: NDArray[np.int32]
    kind: NDArray[np.int8]
    offence: NDArray[np.int8]
    weapon: NDArray[np.int8]
    area: NDArray[np.int16]
    victim: NDArray[np.int32]
    part_of: NDArray[np.int64]
    part: NDArray[np.int32]

    def __len__(self) -> int:
        """How many offences."""
        return len(self.who)


def offend(world: World, days: int) -> Offences:
    """What is done in the next so many days."""
    rng = world.stream("offences")
    who, day, kind, offence = _begun(world, days, rng)
    area = _places(world, who, kind, rng)
    part_of, part = _companions(world, who, day, kind, rng)
    victim = _victims(world, who, day, kind, offence, area, rng)
    apart = once(part_of, part) & (victim[part_of] != part)  # no companion is the victim, and at a small table the same one may come twice
    apart[: len(who)] = True
    victim = np.where(victim == who, np.int32(-1), victim)
    weapon = _weapons(world, who, offence, rng)
    return Offences(who, day, kind, offence, weapon, area, victim, part_of[apart], part[apart])


def _begun(world: World, days: int, rng: np.random.Generator) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8], NDArray[np.int8]]:
    """Who begins what on which day: a Poisson number of each kind, by weight; nobody in prison does."""
    assert world.rates is not None
    assert world.state.scale is not None
    who, kinds, offences = [], [], []
    for at, kind in enumerate(KINDS):
        heap = world.rates.offending[at]
        n = int(rng.poisson(world.state.scale[at] * heap[-1] * days))
        who.append(by_weight(rng, heap, n).astype(np.int32))
        kinds.append(np.full(n, at, dtype=np.int8))
        offences.append(drawn(rng, table(world.parameters.offending.per_1000[kind], OFFENCES), n).astype(np.int8))
    every, kind_of, offence = np.concatenate(who), np.concatenate(kinds), np.concatenate(offences)
    day = (world.now + rng.integers(0, days, len(every))).astype(np.int32)
    free = ~world.state.is_inside(every, day)
    return every[free], day[free], kind_of[free], offence[free]


def _places(world: World, who: NDArray[Any], kind: NDArray[Any], rng: np.random.Generator) -> NDArray[np.int16]:
    """The home district, or for some another by its people; domestic abuse happens at home."""
    assert world.rates is not None
    home = world.people.area[who]
    away = (rng.random(len(who)) < world.parameters.offending.away) & (kind != DOMESTIC)
    elsewhere = world.people.area[rng.integers(0, len(world.people), len(who))]
    return np.where(away, elsewhere, home)


def _companions(
    world: World, who: NDArray[Any], day: NDArray[Any], kind: NDArray[Any], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Everybody's part: those who begin, then companions who sit near them; the young go together more."""
    assert world.rates is not None
    age = world.rates.age
    together = table(world.parameters.offending.together, KINDS)[kind] * np.clip(1.2 - (age[who] - 12) / 30, 0.15, 1.2)
    along = np.where(rng.random(len(who)) < together, np.minimum(rng.geometric(0.65, len(who)), MOST_COMPANIONS), 0)
    part_of, part = [np.arange(len(who))], [who]
    reach = np.zeros(len(who), dtype=np.int64)
    for nth in range(MOST_COMPANIONS):
        at = np.flatnonzero(along > nth)
        reach[at] += rng.geometric(0.4, len(at))  # each sits further off than the one before, so nobody comes twice
        mate = world.people.circles.near(who[at], np.where(rng.random(len(at)) < 0.5, 1, -1) * reach[at])
        able = (age[mate] >= CRIMINAL_AGE) & ~world.state.is_inside(mate, day[at]) & (mate != who[at])
        part_of.append(at[able])
        part.append(mate[able])
    return np.concatenate(part_of), np.concatenate(part).astype(np.int32)


def once(first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.bool_]:
    """True for the first of each pair."""
    one = np.zeros(len(first), dtype=bool)
    one[np.unique(first.astype(np.int64) * 2**32 + second, return_index=True)[1]] = True
    return one


def _victims(
    world: World, who: NDArray[Any], day: NDArray[Any], kind: NDArray[Any], offence: NDArray[Any], area: NDArray[Any], rng: np.random.Generator
) -> NDArray[np.int32]:
    """To whom it is done: in the district by risk, among the offender's circle, to another gang, at home; -1 for nobody among the people."""
    assert world.rates is not None
    rates, how = world.rates, world.parameters.victims
    victim = np.full(len(who), -1, dtype=np.int32)
    has = rng.random(len(who)) < table(how.has, OFFENCES)[offence]
    for harm, heap in enumerate(rates.harm):
        at = np.flatnonzero(has & (HARM_OF[offence] == harm))
        ends = np.r_[0.0, heap][rates.district_ends]
        found = by_weight(rng, heap, len(at), ends[area[at]], ends[area[at] + 1])
        victim[at] = rates.lived[found]
    met = has & (rng.random(len(who)) < table(how.acquainted, KINDS)[kind]) & (HARM_OF[offence] < 3)
    for at, other_sex in ((np.flatnonzero(met & (HARM_OF[offence] != 2)), False), (np.flatnonzero(met & (HARM_OF[offence] == 2)), True)):
        mate = _acquaintance(world, who[at], other_sex, rng)
        born = rates.age[mate] >= 0
        victim[at[born]] = mate[born]
    _against_other_gangs(world, who, kind, victim, rng)
    home = np.flatnonzero(kind == DOMESTIC)
    victim[home] = _at_home(world, who[home], rng)
    return victim


def _acquaintance(world: World, who: NDArray[Any], other_sex: bool, rng: np.random.Generator) -> NDArray[np.int32]:
    """Somebody each knows: half of them lean as they do, the others as anybody does."""
    circles = world.people.circles
    leaning = np.where(rng.random(len(who)) < 0.5, circles.table[who] % len(LEANINGS), drawn(rng, np.array(LEANINGS), len(who)))
    steps = rng.integers(1, 40, len(who)) * np.where(rng.random(len(who)) < 0.5, 1, -1)
    return circles.near(who, steps, other_sex=other_sex, leaning=leaning)


def _against_other_gangs(world: World, who: NDArray[Any], kind: NDArray[Any], victim: NDArray[np.int32], rng: np.random.Generator) -> None:
    assert world.rates is not None
    circles, age = world.people.circles, world.rates.age
    if not len(circles.members):
        return
    active = (part_in_gang(world.people, age, who) > 0) & np.isin(kind, [KINDS.index("violence"), KINDS.index("robbery")])
    at = np.flatnonzero(active & (victim >= 0) & (rng.random(len(who)) < world.parameters.gangs.against_other))
    foe = circles.members[rng.integers(0, len(circles.members), len(at))]
    other = (circles.gang[foe] != circles.gang[who[at]]) & (age[foe] >= YOUNGEST) & (age[foe] <= OLDEST)
    victim[at[other]] = foe[other]


def _at_home(world: World, who: NDArray[Any], rng: np.random.Generator) -> NDArray[np.int32]:
    """The partner, or for some another of the household who is born."""
    assert world.rates is not None
    people, homes = world.people, world.people.homes
    victim = people.partner[who].copy()
    size = homes.size[who]
    other = homes.row[homes.start[who] + rng.integers(0, np.maximum(size, 1))]
    takes = (rng.random(len(who)) < world.parameters.victims.family) & (other != who) & (other != victim) & (world.rates.age[other] >= 0)
    victim[takes] = other[takes]
    return np.where(world.rates.age[np.maximum(victim, 0)] >= 0, victim, np.int32(-1)).astype(np.int32)


def _weapons(world: World, who: NDArray[Any], offence: NDArray[Any], rng: np.random.Generator) -> NDArray[np.int8]:
    """The weapon, as a code; "none" where there is none. Members of gangs have one more often."""
    assert world.rates is not None
    shares = np.array([table(world.parameters.offending.weapon.get(one, {}), WEAPONS) for one in OFFENCES])
    weapon = np.zeros(len(offence), dtype=np.int8)
    at = np.flatnonzero(shares[offence].sum(axis=1) > 0)
    ratio = 1 + (world.parameters.gangs.weapons - 1) * part_in_gang(world.people, world.rates.age, who[at])
    armed = at[rng.random(len(at)) < times(np.minimum(shares[offence[at]].sum(axis=1), 1), ratio)]
    weapon[armed] = drawn(rng, shares[offence[armed]])
    return weapon
