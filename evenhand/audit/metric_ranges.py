"""All confusion tables that fit some printed metrics, kept exactly: a solid with flat sides.

A table's four shares (right flags, wrong flags, misses, rightly left alone) add up to 1, so they lie in
a tetrahedron. "Precision 0.75", rounded, says that right flags are at least 0.745 and at most 0.755 of
all flags: two flat cuts. What is left after all the cuts is every table that fits. A metric that is one
sum of shares over another is largest and smallest at a corner, so its range is exact.

Steps, in order:  LINEAR -> cuts -> cut (the tetrahedron, once for each) -> extremes of any metric at the corners

Read with care: the sides belong to the solid, so a table on the edge of a rounding counts as fitting.

Source: the cuts are the linear-fractional metrics written out; Boyd & Vandenberghe (2004), Convex Optimization, 3.4.2,
for why extremes lie at corners.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .printed_numbers import Range

Shares = tuple[Fraction, Fraction, Fraction, Fraction]
"""Right flags (TP), wrong flags (FP), misses (FN), rightly left alone (TN)."""


class Linear(NamedTuple):
    """A metric that is one sum of the table's shares over another."""

    top: tuple[int, int, int, int]
    bottom: tuple[int, int, int, int]
    title: str


LINEAR = {
    "accuracy": Linear((1, 0, 0, 1), (1, 1, 1, 1), "accuracy"),
    "precision": Linear((1, 0, 0, 0), (1, 1, 0, 0), "precision"),
    "recall": Linear((1, 0, 0, 0), (1, 0, 1, 0), "recall"),
    "specificity": Linear((0, 0, 0, 1), (0, 1, 0, 1), "specificity"),
    "npv": Linear((0, 0, 0, 1), (0, 0, 1, 1), "negative predictive value"),
    "f1": Linear((2, 0, 0, 0), (2, 1, 1, 0), "F1"),
    "base_rate": Linear((1, 0, 1, 0), (1, 1, 1, 1), "base rate"),
    "flagged_share": Linear((1, 1, 0, 0), (1, 1, 1, 1), "share flagged"),
}


class Corner(NamedTuple):
    """A corner of the solid and the sides (by number) it lies on."""

    at: Shares
    sides: frozenset[int]


@dataclass(frozen=True)
class Solid:
    """All tables that fit: the corners, and the sides as sums of shares that may not be negative.

    Attributes:
        corners: may hold points that are no true corner; all lie in the solid, and all true corners are there.
        sides: each a tuple of four weights; the weighted sum of the shares is 0 or more.
    """

    corners: tuple[Corner, ...]
    sides: tuple[Shares, ...]

    @property
    def is_empty(self) -> bool:
        """No table fits."""
        return not self.corners

    def cut(self, side: Shares) -> Solid:
        """What is left on the side where the weighted sum is 0 or more."""
        number = len(self.sides)
        kept, lost = [], []
        for corner in self.corners:
            height = _dot(side, corner.at)
            if height >= 0:
                kept.append(Corner(corner.at, corner.sides | {number} if height == 0 else corner.sides))
            else:
                lost.append((corner, height))
        for corner in tuple(kept):
            height = _dot(side, corner.at)
            if height > 0:
                kept += [_between(corner, height, other, low, number) for other, low in lost if len(corner.sides & other.sides) >= 2]
        merged: dict[Shares, frozenset[int]] = {}
        for corner in kept:
            merged[corner.at] = merged.get(corner.at, frozenset()) | corner.sides
        return Solid(tuple(Corner(at, sides) for at, sides in merged.items()), (*self.sides, side))

    def within(self, metric: Linear, allowed: Range) -> Solid:
        """What is left where the metric lies in a range."""
        solid = self
        for side in cuts(metric, allowed):
            solid = solid.cut(side)
        return solid

    def can_be_defined(self, metric: Linear) -> bool:
        """Whether some table of the solid has anybody in what the metric divides by."""
        return any(_dot(metric.bottom, corner.at) > 0 for corner in self.corners)

    def extremes(self, metric: Linear) -> tuple[Fraction, Fraction] | None:
        """The least and the largest value of the metric; None where it is defined nowhere.

        Example:
            >>> from evenhand.audit.printed_numbers import read_number
            >>> least, most = fitting({"precision": read_number("0.5").rounded, "recall": read_number("1.0").rounded}).extremes(LINEAR["f1"])
            >>> f"{float(least):.3f} to {float(most):.3f}"
            '0.611 to 0.710'
        """
        values = [_dot(metric.top, corner.at) / under for corner in self.corners if (under := _dot(metric.bottom, corner.at)) > 0]
        return (min(values), max(values)) if values else None


def everything() -> Solid:
    """The tetrahedron of all tables."""
    unit: list[Shares] = [_shares(1 if i == j else 0 for j in range(4)) for i in range(4)]
    corners = tuple(Corner(unit[i], frozenset(j for j in range(4) if j != i)) for i in range(4))
    return Solid(corners, tuple(unit))


def fitting(printed: Mapping[str, Range]) -> Solid:
    """All tables for which each metric lies in its range; MCC, which is curved, is left to `mcc_range.py`.

    Args:
        printed: metric (one of LINEAR) -> the range its printed value stands for, 0 to 1.

    Example:
        >>> from evenhand.audit.printed_numbers import read_number
        >>> fitting({"accuracy": read_number("0.9").rounded, "base_rate": read_number("0.5").rounded}).is_empty
        False
    """
    solid = everything()
    for name, allowed in printed.items():
        solid = solid.within(LINEAR[name], allowed)
    if not all(solid.can_be_defined(LINEAR[name]) for name in printed):
        return Solid((), solid.sides)
    return solid


def cuts(metric: Linear, allowed: Range) -> list[Shares]:
    """The flat sides that hold a metric in a range: top - low * bottom >= 0 and high * bottom - top >= 0."""
    low, high = max(Fraction(0), _plain(allowed.low)), min(Fraction(1), _plain(allowed.high))
    return [
        _shares(top - low * bottom for top, bottom in zip(metric.top, metric.bottom, strict=True)),
        _shares(high * bottom - top for top, bottom in zip(metric.top, metric.bottom, strict=True)),
    ]


def _between(kept: Corner, height: Fraction, lost: Corner, depth: Fraction, side: int) -> Corner:
    """Where the edge between a corner kept and one lost meets the cut."""
    share = height / (height - depth)
    at = _shares(one + share * (two - one) for one, two in zip(kept.at, lost.at, strict=True))
    return Corner(at, (kept.sides & lost.sides) | {side})


def _dot(weights: Sequence[Fraction | int], at: Shares) -> Fraction:
    return sum((share * weight for weight, share in zip(weights, at, strict=True)), Fraction(0))


def _shares(values: Iterable[Fraction | int]) -> Shares:
    one, two, three, four = (value if isinstance(value, Fraction) else Fraction(value) for value in values)
    return one, two, three, four


def _plain(end: Fraction | float) -> Fraction:
    """An end of a range; a share has no use for infinity, so 0 to 1 is wide enough."""
    return end if isinstance(end, Fraction) else Fraction(0 if end < 0 else 1)
