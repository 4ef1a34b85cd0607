"""What follows from all counts shown together: every one is an equation, and a small count that solves them is given away.

The finest kinds of people (each value of each attribute, and "any other") are the unknowns. Whatever is a sum and difference of shown counts,
over however many tables, lies in the space they span; a kind of people that comes to lie in it has its count known to anybody who subtracts.

Read with care: that a count cannot be negative tells more, now and then, than the equations alone; that is not looked at. Counts that are
shown are rounded, which blurs what is solved here exactly, so the check is on the safe side.

Source: Hundepool et al. (2012), Statistical Disclosure Control, ch. 4 (suppression and its audit by linear equations).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

OTHER = "\0other"
"""Any value that is not named."""
MOST = 1_000_000
"""Kinds times finest kinds; beyond it the equations are left unsolved, and pairs and remainders alone are looked at."""
NOTHING = 1e-7
FEW = 4
"""Attributes up to which every supposition is tried."""

Who = dict[str, frozenset[str]]


def opened(kept: Sequence[tuple[Who, float]], new: Sequence[tuple[int, Who, float]], *, threshold: int) -> set[int]:
    """Which new counts would let a count of fewer people than the threshold be solved for, beside those that are shown.

    Args:
        kept: who, and how many, of each shown count.
        new: position, who, and how many, of each count to be shown; taken in this order, each beside those before it.
        threshold: what is few.

    Returns:
        Positions of those that would.

    Example:
        >>> def of(**who): return {name: frozenset([value]) for name, value in who.items()}
        >>> shown = [(of(), 100.0), (of(sex="male"), 60.0), (of(group="White"), 50.0)]
        >>> opened(shown, [(0, of(sex="male", group="White"), 15.0)], threshold=10)
        {0}

    Read with care:
        In the example women of other groups are 100 - 60 - 50 + 15 = 5, though no two of the four counts differ by so few.

    Source: see the head of this file.
    """
    values = _values([who for who, _ in kept] + [who for _, who, _ in new])
    # Whoever reads the counts may take it, of each attribute, that the values named are all there are, or that there are others.
    found: set[int] = set()
    for has_others in _suppositions(len(values)):
        supposed = {name: [*some, OTHER] if others else some for (name, some), others in zip(values.items(), has_others, strict=True)}
        found |= _opened(kept, new, supposed, threshold)
    return found


def _suppositions(attributes: int) -> list[tuple[bool, ...]]:
    """Of which attributes there are values not named: every choice where attributes are few, else of none and of all."""
    if attributes <= FEW:
        return list(product((False, True), repeat=attributes))
    return [(False,) * attributes, (True,) * attributes]


def _opened(kept: Sequence[tuple[Who, float]], new: Sequence[tuple[int, Who, float]], values: dict[str, list[str]], threshold: int) -> set[int]:
    finest = list(product(*values.values()))
    kinds = list(product(*((None, *some) for some in values.values())))
    if len(finest) * len(kinds) > MOST:
        return set()
    held = {name: np.array([one[at] for one in finest]) for at, name in enumerate(values)}
    each = [{name: frozenset([value]) for name, value in zip(values, kind, strict=True) if value is not None} for kind in kinds]
    equations = _Equations(np.stack([_row(who, held, len(finest)) for who in each]))
    for who, people in kept:
        equations = equations.with_count(_row(who, held, len(finest)), people)
    found: set[int] = set()
    for at, who, people in new:
        further = equations.with_count(_row(who, held, len(finest)), people)
        if (further.known_few(threshold) & ~equations.known_few(threshold)).any():
            found.add(at)
        else:
            equations = further
    return found


@dataclass(frozen=True)
class _Equations:
    """Counts shown so far, solved as far as they go.

    Attributes:
        rest: what of each kind of people lies outside the space of shown counts, shape (kinds, finest kinds); nought where its count is known.
        part: the count of what lies inside, shape (kinds,).
        directions: of that space, at right angles, shape (counts, finest kinds).
        along: the people counted along each direction.
    """

    rest: NDArray[np.float64]
    part: NDArray[np.float64] | None = None
    directions: tuple[NDArray[np.float64], ...] = ()
    along: tuple[float, ...] = ()

    def with_count(self, row: NDArray[np.float64], people: float) -> _Equations:
        """With one more count shown."""
        left, unexplained = row, people
        for direction, number in zip(self.directions, self.along, strict=True):
            share = float(row @ direction)
            left, unexplained = left - share * direction, unexplained - share * number
        length = float(np.linalg.norm(left))
        if length < NOTHING:
            return self  # it follows from the others already
        direction, number = left / length, unexplained / length
        shares = self.rest @ direction
        part = np.zeros(len(self.rest)) if self.part is None else self.part
        return _Equations(self.rest - np.outer(shares, direction), part + shares * number, (*self.directions, direction), (*self.along, number))

    def known_few(self, threshold: int) -> NDArray[np.bool_]:
        """Kinds of people whose count is known and small; shape (kinds,)."""
        if self.part is None:
            return np.zeros(len(self.rest), dtype=bool)
        known = np.abs(self.rest).max(axis=1) < NOTHING
        return np.asarray(known & (self.part > 0.5) & (self.part < threshold - 0.5))


def _row(who: Who, held: Mapping[str, NDArray[np.str_]], finest: int) -> NDArray[np.float64]:
    """Which of the finest kinds are among these people."""
    among = np.ones(finest, dtype=bool)
    for name, some in who.items():
        among &= np.isin(held[name], sorted(some))
    return among.astype(float)


def _values(asked: Sequence[Who]) -> dict[str, list[str]]:
    named: dict[str, set[str]] = {}
    for who in asked:
        for name, some in who.items():
            named.setdefault(name, set()).update(some)
    return {name: sorted(some) for name, some in sorted(named.items())}
