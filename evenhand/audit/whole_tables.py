"""Is there a table of whole people that gives the printed metrics, when it is known how many there were?

With 40 people, "accuracy 0.913" cannot be: 36 of 40 is 0.9 and 37 of 40 is 0.925. Every count of positives
and of flags is tried; for each pair the printed metrics leave a stretch of right flags, and the question is
whether a whole number lies in it. Integers throughout, so there is nothing to round.

Read with care: for many people a whole table nearly always exists where shares fit at all; the check bites
below some hundreds.

Source: Brown & Heathers (2017), Social Psychological and Personality Science 8(4), 363-369, for the idea (GRIM).
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from .metric_ranges import LINEAR, cuts, fitting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from .printed_numbers import Range

MOST_PAIRS = 20_000_000
"""Pairs of positives and flags tried before giving up."""


def whole_table(printed: Mapping[str, Range], people: int, *, mcc: Range | None = None) -> tuple[int, int, int, int] | None:
    """A table of whole people whose metrics round (or cut) to those printed.

    Args:
        printed: metric (one of metric_ranges.LINEAR) -> the range its printed value stands for.
        people: how many there were.
        mcc: the range of Matthews' correlation, if printed.

    Returns:
        TP, FP, FN, TN of the first such table found; None if there is none.

    Raises:
        OverflowError: more pairs would have to be tried than MOST_PAIRS.

    Example:
        >>> from evenhand.audit.printed_numbers import read_number
        >>> whole_table({"accuracy": read_number("0.913").rounded}, 40) is None
        True
        >>> whole_table({"accuracy": read_number("0.93").rounded}, 40)
        (0, 3, 0, 37)

    Read with care:
        Other tables may give the same metrics.

    Source: see the head of this file.
    """
    solid = fitting(printed)
    base, flagged = solid.extremes(LINEAR["base_rate"]), solid.extremes(LINEAR["flagged_share"])
    if base is None or flagged is None:
        return None
    sides = [_whole_side(side) for name, allowed in printed.items() for side in cuts(LINEAR[name], allowed)]
    needed = [LINEAR[name].bottom for name in printed]
    positives = range(math.ceil(base[0] * people), math.floor(base[1] * people) + 1)
    flags = np.arange(math.ceil(flagged[0] * people), math.floor(flagged[1] * people) + 1, dtype=np.int64)
    if len(positives) * len(flags) > MOST_PAIRS:
        raise OverflowError(f"{len(positives) * len(flags):,} pairs")
    for positive in positives:
        found = _with_positives(positive, flags, people, sides, needed, mcc)
        if found is not None:
            return found
    return None


def _with_positives(
    positive: int, flags: NDArray[np.int64], people: int, sides: Sequence[tuple[int, ...]], needed: Sequence[tuple[int, ...]], mcc: Range | None
) -> tuple[int, int, int, int] | None:
    """A whole table with that many positives, if there is one."""
    least = np.maximum(0, positive + flags - people)
    most = np.minimum(positive, flags)
    for a, b, c, d in sides:  # a tp + b fp + c fn + d tn >= 0, in right flags t: slope * t + flat >= 0
        slope, flat = a - b - c + d, b * flags + c * positive + d * (people - positive - flags)
        if slope > 0:
            least = np.maximum(least, -(flat // slope))
        elif slope < 0:
            most = np.minimum(most, flat // -slope)
        else:
            most = np.where(flat >= 0, most, -1)
    if mcc is not None:
        least, most = _near_mcc(positive, flags, people, mcc, least, most)
    for at in np.flatnonzero(least <= most):
        for right in range(int(least[at]), int(most[at]) + 1):
            table = (right, int(flags[at]) - right, positive - right, people - positive - int(flags[at]) + right)
            defined = all(sum(weight * n for weight, n in zip(bottom, table, strict=True)) > 0 for bottom in needed)
            if defined and (mcc is None or _has_mcc(table, mcc)):
                return table
    return None


def _near_mcc(
    positive: int, flags: NDArray[np.int64], people: int, allowed: Range, least: NDArray[np.int64], most: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The stretch of right flags cut to where Matthews' correlation may lie in the range, one to spare at each end."""
    spread = np.sqrt(float(positive) * (people - positive) * flags * (people - flags))
    low, high = ((positive * flags + float(max(-1, min(1, end))) * spread) / people for end in (allowed.low, allowed.high))
    return np.maximum(least, np.floor(low).astype(np.int64) - 1), np.minimum(most, np.ceil(high).astype(np.int64) + 1)


def _has_mcc(table: tuple[int, int, int, int], allowed: Range) -> bool:
    """Whether Matthews' correlation of a table lies in a range, by whole numbers alone: the signed square is compared."""
    tp, fp, fn, tn = table
    margins = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    if margins == 0:
        return False
    top = tp * tn - fp * fn
    square = Fraction(top * abs(top), margins)
    low, high = (Fraction(max(-1, min(1, end))) for end in (allowed.low, allowed.high))
    return low * abs(low) <= square <= high * abs(high)


def _whole_side(side: tuple[Fraction, ...]) -> tuple[int, ...]:
    """A side's weights times what makes them whole."""
    scale = math.lcm(*(weight.denominator for weight in side))
    return tuple(int(weight * scale) for weight in side)
