"""What happens to children: reported missing, moved to another primary school, put under supervision of youth care."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.record_rows import Rows, joined, rows_of
from .chances import by_weight, waited
from .rates import YEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .world import World


def grow_up(world: World, days: int) -> Rows:
    """Rows of children in the next so many days: those who are harmed and who offend more are missing and cared for more."""
    assert world.rates is not None
    rng, how, people, age = world.stream("young"), world.parameters.young, world.people, world.rates.age
    teens, pupils = np.flatnonzero((age >= 10) & (age <= 17)), np.flatnonzero((age >= 5) & (age <= 11))
    need = people.harmed[teens] ** 0.5 * people.propensity[teens] ** 0.3
    missing = teens[_some(need, how.missing_per_1000, days, rng)]
    moved = pupils[_some(np.ones(len(pupils)), how.school_moves_per_1000, days, rng)]
    cared = np.unique(teens[_some(need, how.youth_care_per_1000, days, rng)])
    parts = []
    for event, who in (("missing", missing), ("school_move", moved)):
        day = (world.now + rng.integers(0, days, len(who))).astype(np.int32)
        free = ~world.state.is_inside(who, day)
        parts.append(rows_of(who[free], day[free], event, "subject"))
    day = (world.now + rng.integers(0, days, len(cared))).astype(np.int32)
    new = world.state.care_until[cared] < day
    cared, day = cared[new], day[new]
    until = (day + 30 + waited(rng, how.youth_care_days, len(cared))).astype(np.int32)
    world.state.care_until[cared] = until
    return joined([*parts, rows_of(cared, day, "youth_care", "subject", until=until)])


def _some(weight: NDArray[Any], per_1000: float, days: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Positions drawn by weight, as many as the rate says."""
    if not len(weight):
        return np.zeros(0, dtype=np.int64)
    return by_weight(rng, np.cumsum(weight), int(rng.poisson(per_1000 / 1000 / YEAR * days * len(weight))))
