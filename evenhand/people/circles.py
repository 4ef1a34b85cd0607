"""Who knows whom: everybody has a seat in one long row, next to people of the same district, age, sex, mostly the same group, and like leaning.

Companions, friends and neighbours are who sits near. So the same people are met again and again, and circles overlap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .parameter_list import Gangs

SAME_GROUP = 0.6
"""Share of people whose circle is of their own group; the others' is of any (a guess)."""
YOUNGEST, OLDEST = 13, 26
"""Ages of those who take part in a gang's violence."""
NEAR = 8
"""Seats from a member within which one is of its circle."""


@dataclass(frozen=True, repr=False)
class Circles:
    """Seats and gangs.

    Attributes:
        row: who sits in each seat, shape (people,).
        seat: where each sits, shape (people,).
        gang: number of the gang each truly belongs to, -1 for none.
        is_near_gang: sits near a member without being one.
        members: positions of all members.
    """

    row: NDArray[np.int32]
    seat: NDArray[np.int32]
    gang: NDArray[np.int32]
    is_near_gang: NDArray[np.bool_]
    members: NDArray[np.int32]

    def near(self, who: NDArray[Any], steps: NDArray[Any]) -> NDArray[np.int32]:
        """Who sits so many seats away; past either end, counted back from it."""
        seat = self.seat[who] + steps
        last = len(self.row) - 1
        return self.row[np.abs(np.where(seat > last, 2 * last - seat, seat)) % (last + 1)]


def sit_together(
    gangs: Gangs, age: NDArray[Any], sex: NDArray[Any], group: NDArray[Any], area: NDArray[Any], propensity: NDArray[Any], rng: np.random.Generator
) -> Circles:
    """Seats for everybody, and gangs among young men who sit together and offend much.

    Args:
        gangs: parameters.
        age: on the last day.
        sex, group, area, propensity: as in People.
        rng: the stream.
    """
    n = len(age)
    friends = np.where(rng.random(n) < SAME_GROUP, group, rng.permutation(group))
    leaning = np.searchsorted(np.quantile(propensity, (0.5, 0.8)), propensity)
    row = np.lexsort((rng.random(n), leaning, sex, friends, age // 2, area)).astype(np.int32)
    seat = np.empty(n, dtype=np.int32)
    seat[row] = np.arange(n, dtype=np.int32)
    able = row[(leaning[row] == 2) & (sex[row] == 1) & (age[row] >= YOUNGEST - 10) & (age[row] <= OLDEST + 10)]
    block = np.cumsum(np.r_[True, np.diff(seat[able]) > NEAR]) * n + np.arange(len(able)) // max(int(gangs.size), 1) if len(able) else np.zeros(0, np.int64)
    _, block = np.unique(block, return_inverse=True)
    size = np.bincount(block)
    chosen = rng.permutation(np.flatnonzero(size >= 3))
    chosen = chosen[np.cumsum(size[chosen]) <= max(gangs.per_1000 * n / 1000, 0)]
    number = np.full(len(size), -1, dtype=np.int32)
    number[chosen] = np.arange(len(chosen), dtype=np.int32)
    gang = np.full(n, -1, dtype=np.int32)
    gang[able] = number[block]
    members = np.flatnonzero(gang >= 0).astype(np.int32)
    near = np.zeros(n, dtype=bool)
    for step in (*range(-NEAR, 0), *range(1, NEAR + 1)):
        near[row[np.clip(seat[members] + step, 0, n - 1)]] = True
    return Circles(row, seat, gang, near & (gang < 0), members)
