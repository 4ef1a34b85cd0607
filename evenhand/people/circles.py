"""Who knows whom: everybody has a seat at a round table with people of the same district, age, sex and leaning, beside those of their own group.

Companions, friends and neighbours are who sits near. So the same people are met again and again, and circles overlap. Tables are alike for
all groups: how much those at a table do does not go with anybody's group, and so a small group's circle is no more dangerous than a large one's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .parameter_list import Gangs

SAME_GROUP = 0.6
"""Share of people who sit with their own group; the others sit with any (a guess)."""
YOUNGEST, OLDEST = 13, 26
"""Ages of those who take part in a gang's violence."""
NEAR = 8
"""Seats from a member within which one is of its circle."""
LEANINGS = (0.5, 0.3, 0.2)
"""Shares of people who lean to offending little, somewhat and much; each sits with their like."""
FEWEST_AT_TABLE = 24
"""People of one sex at the tables of a district and age, all leanings together, below which ages are put together."""


@dataclass(frozen=True, repr=False)
class Circles:
    """Tables and gangs.

    Attributes:
        row: who sits in each seat, table after table, shape (people,).
        seat: where each sits, shape (people,).
        table: number of the table of each: district, age, sex and leaning, in that order, shape (people,).
        start, size: of each table in the row.
        gang: number of the gang each truly belongs to, -1 for none.
        is_near_gang: sits near a member without being one.
        members: positions of all members.
    """

    row: NDArray[np.int32]
    seat: NDArray[np.int32]
    table: NDArray[np.int32]
    start: NDArray[np.int32]
    size: NDArray[np.int32]
    gang: NDArray[np.int32]
    is_near_gang: NDArray[np.bool_]
    members: NDArray[np.int32]

    def near(self, who: NDArray[Any], steps: NDArray[Any], *, other_sex: bool = False, leaning: NDArray[Any] | None = None) -> NDArray[np.int32]:
        """Who sits so many seats away at the same table, or the same seats away at the table of the other sex or of another leaning.

        Returns:
            Positions; a person may be found themselves, where the table is small or empty.
        """
        own = self.table[who]
        at = own
        if leaning is not None:
            at = at - at % len(LEANINGS) + leaning
        if other_sex:
            at = np.where(at // len(LEANINGS) % 2 == 0, at + len(LEANINGS), at - len(LEANINGS))
        share = (self.seat[who] - self.start[own]) / np.maximum(self.size[own], 1)  # as far round a table of another size
        begin = np.where(at == own, self.seat[who] - self.start[own], (share * self.size[at]).astype(np.int64))
        found = self.row[np.minimum(self.start[at] + (begin + steps) % np.maximum(self.size[at], 1), len(self.row) - 1)]
        return np.where(self.size[at] > 0, found, who).astype(np.int32)


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
    places = int(area.max()) + 1
    wide = int(np.clip(np.ceil(FEWEST_AT_TABLE * 2 * places * 90 / n), 2, 15))  # years of age that sit together
    bands = int(age.max()) // wide + 1
    leaning = np.searchsorted(np.quantile(propensity, np.cumsum(LEANINGS)[:-1]), propensity)
    table = (((area.astype(np.int64) * bands + age // wide) * 2 + sex) * len(LEANINGS) + leaning).astype(np.int32)
    friends = rng.permutation(int(group.max()) + 1)[np.where(rng.random(n) < SAME_GROUP, group, rng.permutation(group))]
    row = np.lexsort((rng.random(n), friends, table)).astype(np.int32)
    seat = np.empty(n, dtype=np.int32)
    seat[row] = np.arange(n, dtype=np.int32)
    size = np.bincount(table, minlength=places * bands * 2 * len(LEANINGS)).astype(np.int32)
    start = (np.cumsum(size) - size).astype(np.int32)
    able = row[(leaning[row] == 2) & (sex[row] == 1) & (age[row] >= YOUNGEST - 10) & (age[row] <= OLDEST + 10)]
    gang = _gangs(gangs, able, table[able], n, rng)
    members = np.flatnonzero(gang >= 0).astype(np.int32)
    alone = Circles(row, seat, table, start, size, gang, np.zeros(n, dtype=bool), members)
    for step in (*range(-NEAR, 0), *range(1, NEAR + 1)):
        alone.is_near_gang[alone.near(members, np.full(len(members), step))] = True
    alone.is_near_gang[members] = False
    return alone


def _gangs(gangs: Gangs, able: NDArray[Any], table: NDArray[Any], n: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """The gang of everybody, -1 for none: neighbours at a table, by lot, until there are as many members as wanted."""
    gang = np.full(n, -1, dtype=np.int32)
    if not len(able):
        return gang
    first = np.flatnonzero(np.r_[True, np.diff(table) != 0])
    within = np.arange(len(able)) - np.repeat(first, np.diff(np.r_[first, len(able)]))
    _, block = np.unique(table.astype(np.int64) * n + within // int(gangs.size), return_inverse=True)
    size = np.bincount(block)
    chosen = rng.permutation(np.flatnonzero(size >= 3))
    chosen = chosen[np.cumsum(size[chosen]) <= gangs.per_1000 * n / 1000]
    number = np.full(len(size), -1, dtype=np.int32)
    number[chosen] = np.arange(len(chosen), dtype=np.int32)
    gang[able] = number[block]
    return gang
