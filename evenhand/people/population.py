"""Who there is: age, sex, group and district from margins, homes, circles of acquaintance, and what nobody can see: leanings.

Steps, in order:  _where_and_who -> _ages -> leanings -> live_together (homes.py) -> sit_together (circles.py)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.record_rows import day_number
from .chances import drawn, stream, table
from .circles import Circles, sit_together
from .homes import Homes, live_together
from .parameter_list import GROUPS, KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .parameter_list import Population
    from .parameters import Parameters

OLDEST = 95


@dataclass(frozen=True, repr=False)
class People:
    """Everybody, and what does not change about them; arrays of shape (people,) unless told.

    Attributes:
        born: month of birth, months since 1970-01; some are born in the course of the records.
        sex: 0 female, 1 male.
        group, look: positions in GROUPS: as the person defines it, and as an officer sees it.
        area: position of the home district.
        household: a number, the same for all of a household.
        partner: position of the partner, who may live elsewhere; -1 for none.
        propensity: to offend, mean 1.
        bents: leaning to each kind, shape (kinds, people), mean 1.
        harmed: risk of being a victim, mean 1.
        is_ill: has the ill health a marker would tell of.
        uses: takes drugs that a test would find.
        circles: who sits near whom, and who is in a gang.
        homes: who lives together.
    """

    born: NDArray[np.int32]
    sex: NDArray[np.int8]
    group: NDArray[np.int8]
    look: NDArray[np.int8]
    area: NDArray[np.int16]
    household: NDArray[np.int64]
    partner: NDArray[np.int32]
    propensity: NDArray[np.float64]
    bents: NDArray[np.float32]
    harmed: NDArray[np.float64]
    is_ill: NDArray[np.bool_]
    uses: NDArray[np.bool_]
    circles: Circles
    homes: Homes

    def __len__(self) -> int:
        """How many."""
        return len(self.born)

    def age(self, day: int | NDArray[Any], who: NDArray[Any] | None = None) -> NDArray[np.int32]:
        """Age in whole years on a day, or on a day for each; below 0 for those not born yet."""
        month = np.asarray(day, dtype="datetime64[D]").astype("datetime64[M]").astype(np.int32)
        return np.floor_divide(month - (self.born if who is None else self.born[who]), 12).astype(np.int32)


def make_population(parameters: Parameters, people: int, seed: int) -> People:
    """Everybody, as they are on the last day of the records.

    Args:
        parameters: the scenario.
        people: how many.
        seed: same seed, same people.
    """
    rng = stream(seed, "people")
    how = parameters.population
    area, group = _where_and_who(how, people, rng)
    last_month = int(np.datetime64(day_number(how.last_day), "D").astype("datetime64[M]").astype(int))
    born = (last_month - _ages(how, group, rng)).astype(np.int32)
    sex = (rng.random(people) < how.male_share).astype(np.int8)
    seen = np.array([table(how.seen_as[one], GROUPS) for one in GROUPS])
    look = drawn(rng, seen[group]).astype(np.int8)
    shape, bent = parameters.offending.shape, parameters.offending.bent
    propensity = np.maximum(rng.gamma(shape, 1 / shape, people), 1e-9)
    bents = np.exp(bent * rng.standard_normal((len(KINDS), people), dtype=np.float32) - np.float32(bent**2 / 2))
    harmed = np.maximum(rng.gamma(parameters.victims.shape, 1 / parameters.victims.shape, people), 1e-6) * propensity**parameters.victims.overlap
    harmed /= harmed.mean()
    is_ill = rng.random(people) < parameters.markers.mental_health_share
    uses = rng.random(people) < np.clip(0.05 + 0.25 * propensity * bents[KINDS.index("carrying")], 0, 0.7)
    age = (last_month - born) // 12
    household, partner = live_together(how, age, sex, area.astype(np.int64) * len(GROUPS) + group, stream(seed, "homes"))
    circles = sit_together(parameters.gangs, age, sex, group, area, propensity, stream(seed, "circles"))
    return People(born, sex, group, look, area, household, partner, propensity, bents, harmed, is_ill, uses, circles, Homes.of(household))


def _where_and_who(how: Population, people: int, rng: np.random.Generator) -> tuple[NDArray[np.int16], NDArray[np.int8]]:
    """District and group of everybody, in an order that tells nothing."""
    there = np.array([table(groups, GROUPS) for groups in how.areas.values()])
    there /= there.sum()
    even = np.outer(there.sum(axis=1), there.sum(axis=0))
    cell = rng.permutation(np.repeat(np.arange(there.size), rng.multinomial(people, ((1 - how.mixing) * there + how.mixing * even).ravel())))
    return (cell // len(GROUPS)).astype(np.int16), (cell % len(GROUPS)).astype(np.int8)


def _ages(how: Population, group: NDArray[np.int8], rng: np.random.Generator) -> NDArray[np.int64]:
    """Age on the last day, in months: the groups' ages differ by their tilt, and all ages together keep their margin."""
    bands = [_band(name) for name in how.ages]
    middle = np.array([(low + high) / 2 for low, high in bands])
    margin = np.array(list(how.ages.values()), dtype=float)
    share = np.bincount(group, minlength=len(GROUPS)) / len(group)
    joint = np.exp(np.outer(table(how.age_tilt, GROUPS), (middle - 40) / 10)) * (margin / margin.sum())
    for _ in range(50):  # both margins kept in turn until neither moves
        joint *= np.divide(share, joint.sum(axis=1), out=np.zeros(len(share)), where=joint.sum(axis=1) > 0)[:, None]
        joint *= np.divide(margin / margin.sum(), joint.sum(axis=0), out=np.zeros(len(margin)), where=joint.sum(axis=0) > 0)
    band = drawn(rng, joint[group])  # a group without people is never looked up
    low, high = np.array(bands).T[:, band]
    return np.asarray(rng.integers(12 * low, 12 * (high + 1)))


def _band(name: str) -> tuple[int, int]:
    """First and last year of an age band such as '20-24' or '80+'."""
    low, _, high = name.rstrip("+").partition("-")
    return int(low), int(high) if high else (OLDEST if name.endswith("+") else int(low))
