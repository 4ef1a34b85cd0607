"""Limits of a number from draws, and how a number and its limits stand in a finding.

Two kinds of draw are met in this room: the system run again on redrawn records (resampling.py), whose
percentiles are the limits; and areas drawn again (area_resampling.py), whose spread gives the limits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .area_resampling import log_limits, plain_limits
from .intervals import Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

REDRAWN = "percentiles over redraws of the recorded crimes the system learnt from"
RESAMPLED = "limits from areas drawn again, on the log scale (Student t)"
RESAMPLED_PLAIN = "limits from areas drawn again (Student t)"
STUDENTISED = "limits from areas drawn again, studentised on the log scale"
NO_LIMITS = "No interval can be given: there is one area only, or so few that matter that some draws of areas hold none of them."


def over_redraws(value: ArrayLike, draws: NDArray[np.float64], *, level: float) -> Interval:
    """Percentiles of a number over redraws.

    Args:
        value: as it is, shape (groups,).
        draws: shape (groups, draws). A draw without a number, as when nobody of the reference group is exposed in it,
            is a ratio without bound, not an absent one.
        level: coverage, between 0 and 1.

    Example:
        >>> over_redraws([2.0], np.array([[1.0, 2.0, np.nan]]), level=0.5).high.tolist()
        [inf]
    """
    tail = (1 - level) / 2
    if np.isfinite(draws).all():
        low, high = np.quantile(draws, [tail, 1 - tail], axis=1)
    else:
        low, high = np.quantile(np.where(np.isfinite(draws), draws, np.inf), [tail, 1 - tail], axis=1, method="inverted_cdf")
    return Interval(np.asarray(value, dtype=float), low, high)


def over_areas(value: ArrayLike, draws: NDArray[np.float64], *, level: float, areas: int, scale: str = "log") -> Interval:
    """Limits of a number from areas drawn again.

    Args:
        value: as it is, shape (groups,).
        draws: shape (groups, draws).
        level: coverage, between 0 and 1.
        areas: how many there are.
        scale: "log" for ratios and other positive numbers, "plain" for those that may be negative.

    Example:
        >>> found = over_areas([2.0], np.array([[1.0, 2.0, 4.0]]), level=0.95, areas=50)
        >>> f"{found.low[0]:.2f} {found.high[0]:.2f}"
        '0.49 8.17'
    """
    limits = log_limits if scale == "log" else plain_limits
    return Interval(np.asarray(value, dtype=float), *limits(value, draws.T, level=level, areas=areas))


def numbers_at(interval: Interval, i: int) -> dict[str, Any]:
    """Value and limits of one group as a finding takes them: what is not finite is absent.

    Example:
        >>> numbers_at(Interval(np.array([2.0]), np.array([1.5]), np.array([np.inf])), 0)
        {'value': 2.0, 'low': 1.5, 'high': None}
    """
    value, low, high = (float(part[i]) for part in interval)
    if not np.isfinite(value):
        return {"value": None, "low": None, "high": None}
    return {"value": value, "low": low if np.isfinite(low) else None, "high": high if np.isfinite(high) else None}


def lacking(numbers: dict[str, Any]) -> tuple[str, ...]:
    """The caveat for a number that has no limits."""
    return (NO_LIMITS,) if numbers["value"] is not None and numbers["low"] is None and numbers["high"] is None else ()


FEW_CARRY = 40
"""Evenly dosed areas that weigh as much as the areas there are; below this many the simulated 95 % held 88 to 92 %."""


def heaped(dose: NDArray[np.float64], area: NDArray[np.int64]) -> tuple[str, ...]:
    """The caveat where a few areas carry most of a dose, for then areas drawn again give too narrow an interval.

    Args:
        dose: of each place, shape (places,).
        area: which area each place belongs to, shape (places,).

    Example:
        >>> heaped(np.array([90.0, 5.0, 5.0]), np.arange(3))
        ('The dose sits in few areas, as if spread evenly over 1.2 of them: the interval is too narrow.',)
    """
    each = np.bincount(area, dose)
    as_many_as = float(each.sum() ** 2 / (each**2).sum())
    return (f"The dose sits in few areas, as if spread evenly over {as_many_as:.1f} of them: the interval is too narrow.",) if as_many_as < FEW_CARRY else ()
