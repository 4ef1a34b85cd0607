"""Did crime go down where patrols went, or round the corner? Four areas, before and after.

    treated                where patrols went
    control                somewhere like it, without
    displacement           the ring round the treated area, where crime might move to
    displacement control   the ring round the control

    WDD = (change in treated - change in control) + (change in displacement - change in its control)
    WDQ = (B1/C1 - B0/C0) / (A1/C1 - A0/C0),  A treated, B displacement, C control; 0 before, 1 after

WDD is a number of crimes, with an error from the counts. WDQ is a quotient that says something only if
crime fell in the treated area against the control (its bottom is below 0): above 0 the ring fared better
too, below 0 crime may have moved there, below -1 more moved than was gained.

Read with care: all of it rests on the control telling what would have happened. Recorded crime that comes
in runs is more spread than these errors say. Areas chosen at a peak fall by themselves: regression_to_mean.py.

Source: Bowers & Johnson (2003), Journal of Quantitative Criminology 19(3), 275-301 (WDQ); Wheeler & Ratcliffe
(2018), Crime Science 7, 11 (WDD); Krishnamoorthy & Thomson (2004), Journal of Statistical Planning and
Inference 119(1), 23-35 (e-test); Fieller (1954), Journal of the Royal Statistical Society B 16(2), 175-185.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from .intervals import tail_share, whole_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ROLES = ("treated", "control", "displacement", "displacement-control")
SIGNS = np.array([1.0, -1.0, 1.0, -1.0])


class Wdd(NamedTuple):
    """The weighted displacement difference with its limits, error and p; the part from the treated area, and the part from the ring."""

    value: float
    low: float
    high: float
    error: float
    p_value: float
    local: float
    local_error: float
    displaced: float
    displaced_error: float


class Wdq(NamedTuple):
    """The weighted displacement quotient; nan where the treated area did not fare better than its control. Limits are nan where it has no bound."""

    value: float
    low: float
    high: float
    success: float


def wdd(
    before: Sequence[float], after: Sequence[float], *, time: tuple[float, float] = (1.0, 1.0), area: Sequence[float] | None = None, level: float = 0.95
) -> Wdd:
    """Weighted displacement difference: how many crimes fewer (below 0) than the controls lead one to expect.

    WDD = sum over roles of sign * (after / w1 - before / w0); variance = sum of count / weight ** 2

    Args:
        before, after: counts of treated, control and, if there are, displacement and its control; 2 or 4 whole numbers.
        time: length of the time before and after; counts are taken per unit of it.
        area: size of each area, same order; counts are taken per unit of it. None: counts as they are.
        level: coverage of the interval.

    Raises:
        BadValue, BadSetting: counts, times or areas that cannot be.

    Example:
        >>> found = wdd([120, 130], [100, 150])
        >>> f"{found.value:.0f}, error {found.error:.1f}"
        '-40, error 22.4'

    Read with care:
        The error is Poisson's; counts below some five, or in runs, make it too small.

    Source: Wheeler & Ratcliffe (2018), Crime Science 7, 11.
    """
    from scipy.stats import norm

    counts, weights = _counts_and_weights(before, after, time, area)
    changes = SIGNS[: counts.shape[1]] * (counts[1] / weights[1] - counts[0] / weights[0])
    variances = (counts / weights**2).sum(axis=0)
    local, displaced = float(changes[:2].sum()), float(changes[2:].sum())
    errors = [float(np.sqrt(part.sum())) for part in (variances, variances[:2], variances[2:])]
    value = local + displaced
    reach = float(norm.ppf(1 - tail_share(level))) * errors[0]
    p_value = float(2 * norm.sf(abs(value) / errors[0])) if errors[0] > 0 else float("nan")
    return Wdd(value, value - reach, value + reach, errors[0], p_value, local, errors[1], displaced, errors[2])


def wdq(before: Sequence[float], after: Sequence[float], *, level: float = 0.95) -> Wdq:
    """Weighted displacement quotient: how the ring fared for each crime that the treated area gained on its control.

    Args:
        before, after: counts of treated (A), control (C) and displacement (B), in this order.
        level: coverage of the interval (Fieller's, from Poisson counts).

    Returns:
        Wdq; `success` is the bottom of the quotient, below 0 if the treated area fared better than its control.
        Where it is not, value and limits are nan; where it may be 0 by chance, the limits are.

    Raises:
        CannotAnswer: the control has no crimes.

    Example:
        >>> found = wdq([200, 400, 100], [120, 400, 80])
        >>> f"{found.value:.2f}"
        '0.25'

    Read with care:
        A quotient of two small differences; look at WDD first.

    Source: Bowers & Johnson (2003), Journal of Quantitative Criminology 19(3), 275-301.
    """
    from scipy.stats import norm

    old, new = whole_counts(before, "events before"), whole_counts(after, "events after")
    if len(old) != 3 or len(new) != 3:
        raise BadSetting("The quotient needs three areas, treated, control and displacement, before and after.")
    if old[1] == 0 or new[1] == 0:
        raise CannotAnswer("The control area has no events before or after, so nothing can be taken relative to it. Choose a larger control or a longer time.")
    bottom, top = new[0] / new[1] - old[0] / old[1], new[2] / new[1] - old[2] / old[1]
    if bottom >= 0:
        return Wdq(float("nan"), float("nan"), float("nan"), float(bottom))
    spread = _shares_spread(old) + _shares_spread(new)
    value, z = float(top / bottom), float(norm.ppf(1 - tail_share(level)))
    a, b, c = bottom**2 - z**2 * spread[0, 0], top * bottom - z**2 * spread[0, 1], top**2 - z**2 * spread[1, 1]
    if a <= 0 or b * b - a * c < 0:
        return Wdq(value, float("nan"), float("nan"), float(bottom))
    root = float(np.sqrt(b * b - a * c))
    return Wdq(value, float((b - root) / a), float((b + root) / a), float(bottom))


def ratio_of_changes(before: Sequence[float], after: Sequence[float], *, level: float = 0.95) -> tuple[float, float, float]:
    """How many times as large the change in the treated area was as in its control: value and limits.

    ratio = (treated after / treated before) / (control after / control before); times and areas cancel.

    Args:
        before, after: counts of treated and control.
        level: coverage of the interval (exact, given all margins).

    Returns:
        Value, low, high; the value is nan where nothing was recorded before, or nothing in the control after.

    Raises:
        BadValue, BadSetting: counts that cannot be.

    Example:
        >>> value, low, high = ratio_of_changes([120, 130], [100, 150])
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '0.72 (0.50 to 1.05)'

    Read with care:
        For independent events of two areas that would have changed alike. Events in runs make the interval too narrow.

    Source: Fay (2010), R Journal 2(1), 53-58, for the exact conditional limits; Bowers & Johnson (2003) for the comparison.
    """
    from scipy.stats.contingency import odds_ratio

    old, new = whole_counts(before, "events before"), whole_counts(after, "events after")
    if len(old) != 2 or len(new) != 2:
        raise BadSetting("Two areas are compared, treated and control, before and after.")
    if old.min() == 0 or new[1] == 0:
        return float("nan"), float("nan"), float("nan")
    limits = odds_ratio(np.array([new, old], dtype=int)).confidence_interval(level)
    return float(new[0] / old[0] / (new[1] / old[1])), float(limits.low), float(limits.high)


def e_test(first: int, second: int, *, exposure: tuple[float, float] = (1.0, 1.0)) -> float:
    """The chance of two counts so far apart if they come from one Poisson rate.

    Args:
        first, second: events.
        exposure: time (or area) of each.

    Raises:
        BadValue, BadSetting: a count or exposure that cannot be.

    Example:
        >>> round(e_test(3, 1), 3)
        0.444

    Read with care:
        For independent events. Before against after without a control says nothing of why.

    Source: Krishnamoorthy & Thomson (2004), Journal of Statistical Planning and Inference 119(1), 23-35.
    """
    from scipy.stats import poisson

    one, two = (float(whole_counts(count, "events")) for count in (first, second))
    if min(exposure) <= 0:
        raise BadSetting(f"exposure={exposure!r}: both must be above 0.")
    if one + two == 0:
        return 1.0
    rate = (one + two) / sum(exposure)
    seen = _distance(np.array(one), np.array(two), exposure)
    counts = [np.arange(*_most_of(poisson, rate * length), dtype=float) for length in exposure]
    chance = poisson.pmf(counts[0], rate * exposure[0])[:, None] * poisson.pmf(counts[1], rate * exposure[1])[None, :]
    far = _distance(counts[0][:, None], counts[1][None, :], exposure) >= seen - 1e-12
    return float(min(1.0, chance[far].sum()))


def _counts_and_weights(
    before: Sequence[float], after: Sequence[float], time: tuple[float, float], area: Sequence[float] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    counts = np.stack([whole_counts(before, "events before"), whole_counts(after, "events after")])
    if counts.shape[1] not in (2, 4):
        raise BadSetting(f"{counts.shape[1]} areas given. Give treated and control, or these with displacement and its control, in that order.")
    size = np.ones(counts.shape[1]) if area is None else np.asarray(area, dtype=float)
    length = np.asarray(time, dtype=float)
    if size.shape != (counts.shape[1],) or not np.all(np.isfinite(size) & (size > 0)) or not np.all(np.isfinite(length) & (length > 0)):
        raise BadSetting("Times and areas must be above 0, one area for each role and one time before and after.")
    return counts, length[:, None] * size[None, :]


def _shares_spread(period: NDArray[np.float64]) -> NDArray[np.float64]:
    """Covariance of A/C and B/C for Poisson counts A, C, B; the two share C."""
    a, c, b = period
    shared = np.array([[a * a, a * b], [a * b, b * b]]) / c**3
    return np.diag([a, b]) / c**2 + shared


def _distance(one: NDArray[np.float64], two: NDArray[np.float64], exposure: tuple[float, float]) -> NDArray[np.float64]:
    """How far two rates lie apart in units of their error."""
    gap = np.abs(one / exposure[0] - two / exposure[1])
    error = np.sqrt(one / exposure[0] ** 2 + two / exposure[1] ** 2)
    return np.divide(gap, error, out=np.zeros(np.broadcast(gap, error).shape), where=error > 0)


def _most_of(law: object, mean: float) -> tuple[int, int]:
    """The counts that hold all but one part in 10 to the 15th of a Poisson law."""
    low, high = law.ppf([5e-16, 1 - 1e-15], mean)  # type: ignore[attr-defined]
    return int(low), int(high) + 2
