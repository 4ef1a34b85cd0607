"""A count table of people with named sides, kept as the combinations that occur.

    tallied    arrays, one value a person, to a table: one scan
    Tally.by   the numbers of people by some of its sides, as an array

Everything that is said of a list is computed from such a table; no array with a place for each person is needed again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import BadSetting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

NO_YES = ("no", "yes")
_MOST_CELLS = 4_000_000
"""Combinations up to which they are counted in place; above it those that occur are sorted out first."""


@dataclass(frozen=True, repr=False)
class Tally:
    """Numbers of people by several attributes.

    Attributes:
        sides: attribute -> the names of its values.
        at: position of each combination on every side, the number of names where it is not known; shape (sides, combinations).
        people: how many people have the combination, shape (combinations,).
    """

    sides: dict[str, tuple[str, ...]]
    at: NDArray[np.int32]
    people: NDArray[np.int64]

    def __repr__(self) -> str:
        """Its sides; no count."""
        return f"<people by {', '.join(self.sides)}>"

    @property
    def total(self) -> int:
        """All people counted."""
        return int(self.people.sum())

    def side(self, name: str) -> tuple[str, ...]:
        """The names of one side."""
        return self.sides[name]

    def by(self, *names: str) -> NDArray[np.float64]:
        """Numbers of people by the sides named, in that order; those not known on one of them are left out.

        Example:
            >>> table = tallied({"group": ([0, 1, 1], ("A", "B")), "is_flagged": ([1, 0, -1], NO_YES)})
            >>> table.by("group").tolist(), table.by("group", "is_flagged").tolist()
            ([1.0, 2.0], [[0.0, 1.0], [1.0, 0.0]])
        """
        places, shape = [self._place(name) for name in names], tuple(len(self.sides[name]) for name in names)
        known = np.ones(len(self.people), dtype=bool)
        for place, size in zip(places, shape, strict=True):
            known &= self.at[place] < size
        if not names:
            return np.array(float(self.total))
        flat = np.ravel_multi_index(tuple(self.at[place][known] for place in places), shape)
        return np.bincount(flat, weights=self.people[known], minlength=int(np.prod(shape))).astype(float).reshape(shape)

    def where(self, **values: str | Sequence[str]) -> Tally:
        """The table of those who have the values named.

        Example:
            >>> table = tallied({"group": ([0, 1, 1], ("A", "B")), "is_flagged": ([1, 0, 1], NO_YES)})
            >>> table.where(is_flagged="yes").by("group").tolist()
            [1.0, 1.0]
        """
        kept = np.ones(len(self.people), dtype=bool)
        for name, wanted in values.items():
            listed = (wanted,) if isinstance(wanted, str) else tuple(wanted)
            kept &= np.isin(self.at[self._place(name)], [self.sides[name].index(one) for one in listed])
        return Tally(self.sides, self.at[:, kept], self.people[kept])

    def is_known(self, name: str) -> bool:
        """Whether anything is known on this side."""
        return bool((self.at[self._place(name)] < len(self.sides[name])).any())

    def _place(self, name: str) -> int:
        if name not in self.sides:
            raise BadSetting(f"People were not counted by {name!r}. Counted by: {', '.join(self.sides)}.")
        return list(self.sides).index(name)


def tallied(columns: Mapping[str, tuple[ArrayLike, Sequence[str]]]) -> Tally:
    """Count people by several attributes in one scan.

    Args:
        columns: attribute -> (position of each person's value, shape (people,), below 0 where it is not known; names of the values).

    Returns:
        Tally of the combinations that occur.

    Example:
        >>> tallied({"group": ([0, 1, 1, 0], ("A", "B"))}).people.tolist()
        [2, 2]
    """
    sizes = [len(names) + 1 for _, names in columns.values()]
    key: Any = np.int64(0)
    for (codes, names), size in zip(columns.values(), sizes, strict=True):
        code = np.asarray(codes, dtype=np.int64)
        key = key * size + np.where(code < 0, len(names), code)
    if float(np.prod(np.array(sizes, dtype=float))) <= _MOST_CELLS:
        counted = np.bincount(key, minlength=1)
        occurs = np.flatnonzero(counted)
        people = counted[occurs]
    else:
        occurs, people = np.unique(key, return_counts=True)
    at = np.stack([part.astype(np.int32) for part in np.unravel_index(occurs, sizes)])
    return Tally({name: tuple(names) for name, (_, names) in columns.items()}, at, people.astype(np.int64))


def banded_counts(counts: ArrayLike, starts: Sequence[int]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Counts put into bands.

    Args:
        counts: of each person, 0 or more.
        starts: where bands start, the first 0.

    Returns:
        Position of the band of each, and the bands' names.

    Example:
        >>> banded_counts([0, 4, 12], (0, 1, 3, 10))
        (array([0, 2, 3]), ('0', '1–2', '3–9', '10 or more'))
    """
    ends = [*(start - 1 for start in starts[1:]), None]
    names = tuple(f"{start} or more" if end is None else str(start) if end == start else f"{start}–{end}" for start, end in zip(starts, ends, strict=True))
    return np.searchsorted(np.asarray(starts), np.asarray(counts), side="right") - 1, names


def crossed(*bands: tuple[ArrayLike, Sequence[str]], words: Sequence[str]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Several bands crossed into one, with names that say both.

    Example:
        >>> at, names = crossed(([0, 1], ("0", "1")), ([1, 0], ("0", "1")), words=("offences", "violent"))
        >>> at.tolist(), names[1]
        ([1, 2], '0 offences, 1 violent')
    """
    import itertools

    at = np.int64(0) * np.asarray(bands[0][0], dtype=np.int64)
    for codes, names in bands:
        at = at * len(names) + np.asarray(codes, dtype=np.int64)
    every = itertools.product(*(names for _, names in bands))
    return at, tuple(", ".join(f"{name} {word}" for name, word in zip(one, words, strict=True)) for one in every)
