"""Sanctions of long ago: what people had on record before the first day that is lived, so that the middle-aged do not start with a clean sheet.

They are drawn from the same leanings and the same curve of age as what comes after, in one go: nobody is stopped, named or imprisoned here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.person_words import OFFENCES
from ..tables.record_rows import Rows, code, codes, rows_of
from .chances import by_weight, drawn, stream, table
from .justice import SENTENCES
from .offending import DOMESTIC
from .parameter_list import GROUPS, KINDS
from .rates import CRIMINAL_AGE, by_age, by_sex

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .parameters import Parameters
    from .world import World

PEAK, FALL = 19.0, 15.0
"""Curve of age of sanctions, all kinds together (a guess)."""


def remember(world: World) -> Rows:
    """Sanctions before the world's first day; each person's number of sanctions is set."""
    parameters, people = world.parameters, world.people
    rng = stream(world.seed, "earlier")
    age = people.age(world.now)
    weight = people.propensity * by_sex(people.sex, 0.82, parameters.population.male_share)
    for section, group in ((parameters.offending, people.group), (parameters.naming, people.look)):
        weight *= table(section.by_group, GROUPS)[group]
    weight *= table(parameters.justice.charge_by_group, GROUPS)[people.group]
    curve = by_age(np.arange(100), PEAK, FALL)
    curve[:CRIMINAL_AGE] = 0
    lived = np.cumsum(curve)  # at an age: all that was done before the next birthday
    now = weight * curve[np.clip(age, 0, 99)]
    a_year = parameters.justice.earlier_per_1000 / 1000 * (age >= 0).sum() / max(now.sum(), 1e-12)
    heap = np.cumsum(weight * np.where(age > CRIMINAL_AGE, lived[np.clip(age - 1, 0, 99)], 0.0))
    who = by_weight(rng, heap, int(rng.poisson(a_year * heap[-1]))).astype(np.int32)
    at_age = np.searchsorted(lived, rng.random(len(who)) * lived[age[who] - 1], side="right")
    years = age[who] - at_age - rng.random(len(who))  # ago; at least some months
    day = (world.now - 1 - np.maximum(years, 0) * 365.25).astype(np.int32)
    day, who = _once_a_day(day, who)
    np.add.at(world.state.sanctions, who, np.int16(1))
    kind, offence, outcome = _of_what(parameters, len(who), rng)
    return rows_of(who, day, "sanction", "subject", offence=offence, is_domestic=(kind == DOMESTIC).astype(np.int8), outcome=outcome)


def _once_a_day(day: NDArray[Any], who: NDArray[Any]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    first = np.unique(who.astype(np.int64) * 2**20 + day + 2**19, return_index=True)[1]
    return day[first], who[first]


def _of_what(parameters: Parameters, n: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int8], NDArray[np.int8]]:
    """Kind, offence and sentence, by how often each kind comes to a caution or a conviction."""
    off, how = parameters.offending.per_1000, parameters.justice
    told = {**parameters.reporting.told, "drugs_possession": 0.03, "weapons_possession": 0.06, "firearms": 0.2}  # of what only the police find, some (a guess)
    named = parameters.naming.share
    heard = np.array([[off[kind].get(one, 0.0) * told.get(one, 0.0) for one in OFFENCES] for kind in KINDS])
    ends = np.array([[how.decided[kind]["caution"], how.decided[kind]["charged"] * how.convicted] for kind in KINDS])
    kind = drawn(rng, heard.sum(axis=1) * [named[one] for one in KINDS] * ends.sum(axis=1), n)
    offence = drawn(rng, heard[kind] + 1e-15)
    is_caution = rng.random(n) < (ends[:, 0] / np.maximum(ends.sum(axis=1), 1e-12))[kind]
    sentence = drawn(rng, np.array([table(how.sentenced[one], SENTENCES) for one in KINDS])[kind])
    outcome = np.where(is_caution, np.int8(code("outcome", "caution")), codes("outcome", SENTENCES)[sentence])
    return kind, offence.astype(np.int8), outcome.astype(np.int8)
