"""Who lives with whom: children with brothers, sisters and parents, couples, people alone, and partners who live elsewhere.

A household is of one district and one group, which real ones need not be. People keep their household and their partner throughout.

Steps, in order:  families of children -> mothers -> fathers -> couples -> alone -> partners elsewhere
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .chances import drawn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .parameter_list import Population

AT_HOME = 0.6
"""Share of people of 18 to 21 who live with their parents (a guess)."""


@dataclass(frozen=True, repr=False)
class Homes:
    """Households laid end to end.

    Attributes:
        row: people in order of their household.
        start: where the household of each person begins in it.
        size: how many live there.
    """

    row: NDArray[np.int32]
    start: NDArray[np.int64]
    size: NDArray[np.int64]

    @classmethod
    def of(cls, household: NDArray[np.int64]) -> Homes:
        """From the number of everybody's household."""
        size = np.bincount(household)
        start = np.cumsum(size) - size
        return cls(np.argsort(household, kind="stable").astype(np.int32), start[household], size[household])


def live_together(
    how: Population, age: NDArray[Any], sex: NDArray[np.int8], cell: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Household and partner of everybody.

    Args:
        how: parameters of the population.
        age: in whole years, shape (people,).
        sex: 1 male.
        cell: a number for district and group together; nobody lives with somebody of another cell.
        rng: the stream.

    Returns:
        household: a number each. partner: position, -1 for none.
    """
    n = len(age)
    household, partner = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int32)
    child = (age < 18) | ((age < 22) & (rng.random(n) < AT_HOME))
    family_of, oldest, family_cell = _families(how, np.flatnonzero(child), age, cell, rng)
    household[child] = family_of
    families = np.arange(len(oldest))
    mother_of, mother = _paired(
        families, _enough(np.flatnonzero((sex == 0) & ~child & (age < 59)), cell, family_cell, rng), family_cell, cell, oldest, age, rng
    )
    household[mother] = mother_of
    two = rng.random(len(mother)) < how.two_parents
    with_father = mother[two]
    at, father = _paired(
        with_father,
        _enough(np.flatnonzero((sex == 1) & ~child & (age < 63)), cell, cell[with_father], rng),
        cell[with_father],
        cell,
        age[with_father],
        age,
        rng,
    )
    household[father] = household[with_father[at]]
    partner[father], partner[with_father[at]] = with_father[at], father
    alone = household < 0
    women = np.flatnonzero(alone & (sex == 0) & (rng.random(n) < how.couples))
    at, men = _paired(women, np.flatnonzero(alone & (sex == 1) & (rng.random(n) < how.couples)), cell[women], cell, age[women], age, rng)
    partner[men], partner[women[at]] = women[at], men
    household[women[at]] = len(families) + np.arange(len(at))
    household[men] = household[women[at]]
    alone = household < 0
    household[alone] = household.max() + 1 + np.arange(alone.sum())
    single = (partner < 0) & (age >= 16)
    women = np.flatnonzero(single & (sex == 0))
    at, men = _paired(women, np.flatnonzero(single & (sex == 1)), cell[women], cell, age[women], age, rng)
    partner[men], partner[women[at]] = women[at], men
    return rng.permutation(household.max() + 1)[household], partner


def _families(
    how: Population, children: NDArray[Any], age: NDArray[Any], cell: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[Any], NDArray[np.int64]]:
    """Children put together by nearness of age within a cell: family of each, and the oldest child's age and the cell of each family."""
    order = children[np.lexsort((age[children] + rng.normal(0, 2.5, len(children)), cell[children]))]
    sizes = np.array(list(how.children_together))
    cuts = np.cumsum(sizes[drawn(rng, np.array(list(how.children_together.values())), len(order) + 1)])
    part = np.searchsorted(cuts, np.arange(len(order)), side="right")
    starts = np.ones(len(order), dtype=bool)
    starts[1:] = (part[1:] != part[:-1]) | (cell[order[1:]] != cell[order[:-1]])
    family = np.cumsum(starts) - 1
    oldest = np.zeros(family[-1] + 1 if len(order) else 0, dtype=age.dtype)
    np.maximum.at(oldest, family, age[order])
    of_child = np.empty(len(age), dtype=np.int64)
    of_child[order] = family
    return of_child[children], oldest, cell[order[starts]]


def _enough(people: NDArray[Any], cell: NDArray[np.int64], wanted: NDArray[np.int64], rng: np.random.Generator) -> NDArray[Any]:
    """As many of these people, by lot, as are wanted in each cell."""
    people = rng.permutation(people)
    size = int(cell.max()) + 1
    return people[_rank(cell[people]) < np.bincount(wanted, minlength=size)[cell[people]]]


def _paired(
    first: NDArray[Any], second: NDArray[Any], first_cell: NDArray[np.int64], cell: NDArray[np.int64], first_age: NDArray[Any], age: NDArray[Any], rng: Any
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Pairs within a cell, the youngest with the youngest and so on: positions in `first`, and members of `second`."""
    one = np.lexsort((first_age + rng.normal(0, 2, len(first)), first_cell))
    other = second[np.lexsort((age[second] + rng.normal(0, 2, len(second)), cell[second]))]
    many = len(age) + 1
    _, at, at_other = np.intersect1d(
        first_cell[one] * many + _rank(first_cell[one]), cell[other] * many + _rank(cell[other]), assume_unique=True, return_indices=True
    )
    return one[at], other[at_other]


def _rank(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many of the same cell stand before each."""
    order = np.argsort(cells, kind="stable")
    ordered = cells[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(cells) else np.zeros(0, dtype=np.int64)
    rank = np.empty(len(cells), dtype=np.int64)
    rank[order] = np.arange(len(cells)) - np.repeat(starts, np.diff(np.r_[starts, len(cells)]))
    return rank
