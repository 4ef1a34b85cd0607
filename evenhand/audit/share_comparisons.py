"""Shares of two sets of people compared: their ratio, weighted sums of them, and the chance of seeing such a gap.

Everything takes counts and works on arrays of one shape. It is for shares, where each person counts
once at most; rates of events, of which one person may have many, are in `intervals.py`.

    share_ratio    one share over another                            from the two Wilson intervals
    odds_exact     part over the rest                                from the exact share
    weighted_sum   a sum of shares, each with a weight               from the shares' own limits
    same_share_p   could two shares be the same?                     Fisher, chi-squared for large counts

Read with care: people are taken as independent of each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .intervals import Interval, over_or_nan, share_wilson, whole_counts
from .reliability import share_exact

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

FEW_EXPECTED = 100
"""Expected people in the smallest cell of a two-by-two table below which Fisher's test is used."""


def share_ratio(part: ArrayLike, whole: ArrayLike, reference_part: ArrayLike, reference_whole: ArrayLike, *, level: float = 0.95) -> Interval:
    """One share over another, with limits recovered from the two Wilson intervals ("MOVER-R").

    Args:
        part, whole: of the group.
        reference_part, reference_whole: of the group compared with; other people.
        level: coverage, between 0 and 1.

    Returns:
        Interval, no unit; 1 is parity. No part: value 0, low 0, high finite. Nobody in the reference's part: nan.

    Raises:
        BadValue: as `intervals.share_wilson`.

    Example:
        >>> value, low, high = share_ratio(805, 1_795, 349, 1_488)
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '1.91 (1.72 to 2.12)'

    Read with care:
        A ratio of two shares near 1 says little; show the difference, or the ratio of the rests, beside it.

    Source: Donner & Zou (2012), Statistical Methods in Medical Research 21(4), 347-359.
    """
    one, other = share_wilson(part, whole, level=level), share_wilson(reference_part, reference_whole, level=level)
    usable = other.value > 0
    product = one.value * np.where(usable, other.value, np.nan)
    below = one.value**2 - (one.value - one.low) ** 2
    above = other.value**2 - (other.high - other.value) ** 2
    low = over_or_nan(below, product + np.sqrt(np.maximum(product**2 - below * above, 0.0)))
    beyond = one.value**2 - (one.high - one.value) ** 2
    within = other.value**2 - (other.value - other.low) ** 2
    high = over_or_nan(product + np.sqrt(np.maximum(product**2 - beyond * within, 0.0)), within)
    value = over_or_nan(one.value, np.where(usable, other.value, 0.0))
    return Interval(value, np.where(value == 0, 0.0, low), high)


def odds_exact(part: ArrayLike, rest: ArrayLike, *, level: float = 0.95) -> Interval:
    """How many in the part for each one in the rest, with exact limits.

    Args:
        part, rest: whole numbers; together they are the whole.
        level: coverage, between 0 and 1; the true coverage is never less.

    Returns:
        Interval, no unit; the upper limit is nan (without bound) where the rest is nobody, the value too.

    Raises:
        BadValue: a count that is negative, fractional or missing.

    Example:
        >>> value, low, high = odds_exact(532, 805)
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '0.66 (0.59 to 0.74)'

    Source: Clopper & Pearson (1934), Biometrika 26(4), 404-413.
    """
    some, others = whole_counts(part, "part"), whole_counts(rest, "rest")
    share = share_exact(some, some + others, level=level)
    return Interval(over_or_nan(some, others), over_or_nan(share.low, 1 - share.low), over_or_nan(share.high, 1 - share.high))


def weighted_sum(shares: Interval, weights: ArrayLike, *, axis: int = -1) -> Interval:
    """A sum of shares of different people, each times a weight (negative for what is taken off), with limits from the shares' own.

    value = sum of weight x share; each share's distance to its limit, times its weight, adds up as squares do ("MOVER").

    Args:
        shares: an interval for each share.
        weights: known numbers, same shape; shares of weight 0 are left out.
        axis: along which to add up.

    Returns:
        Interval; nan where a share that counts has none.

    Example:
        >>> value, low, high = weighted_sum(share_wilson([56, 48], [70, 80]), [1, -1])
        >>> f"{value:.4f} ({low:.4f} to {high:.4f})"
        '0.2000 (0.0524 to 0.3339)'

    Source: Zou & Donner (2008), Statistics in Medicine 27(10), 1693-1702.
    """
    weight = np.asarray(weights, dtype=float)
    value, low, high = (np.where(weight == 0, 0.0, np.asarray(one, dtype=float)) for one in shares)
    total = (weight * value).sum(axis=axis)
    down, up = weight * (value - np.where(weight > 0, low, high)), weight * (np.where(weight > 0, high, low) - value)
    return Interval(total, total - np.sqrt((down**2).sum(axis=axis)), total + np.sqrt((up**2).sum(axis=axis)))


def same_share_p(part: ArrayLike, whole: ArrayLike, other_part: ArrayLike, other_whole: ArrayLike) -> NDArray[np.float64]:
    """How often chance alone would part two equal shares by at least this much, either way.

    Where each cell of the two-by-two table can expect 100 people or more: the chi-squared test with Yates'
    correction. Else twice the smaller tail of Fisher's exact test, 1 at most.

    Args:
        part, whole: of one set of people.
        other_part, other_whole: of another; nobody is in both.

    Returns:
        p-values, two-sided; nan where a whole is nothing.

    Raises:
        BadValue: as `intervals.share_wilson`.

    Example:
        >>> f"{same_share_p(9, 10, 3, 10):.4f}"
        '0.0198'

    Read with care:
        p above 0.05 does not say that two shares are the same: see `multiplicity.no_further_apart_p`.
        Of many p-values some are small by chance: see `multiplicity.holm`.

    Source: Fisher (1935), Journal of the Royal Statistical Society 98(1), 39-82; Yates (1934), Supplement to the JRSS 1(2), 217-235.
    """
    a, n, c, m = np.broadcast_arrays(*(np.asarray(one, dtype=float) for one in (part, whole, other_part, other_whole)))
    share_wilson(a, n), share_wilson(c, m)  # their checks
    have, total = a + c, n + m
    expected = over_or_nan(np.minimum(n, m) * np.minimum(have, total - have), total)
    usable = (n > 0) & (m > 0)
    large = usable & (expected >= FEW_EXPECTED)
    found = np.full(a.shape, np.nan)
    found[large] = _corrected_chi_squared(*(one[large] for one in (a, n, c, m)))
    found[usable & ~large] = _fisher(*(one[usable & ~large] for one in (a, n, c, m)))
    return found


def _corrected_chi_squared(a: NDArray[np.float64], n: NDArray[np.float64], c: NDArray[np.float64], m: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.stats import norm

    share, heads = (a + c) / (n + m), 1 / n + 1 / m
    apart = np.maximum(np.abs(a / n - c / m) - heads / 2, 0.0)
    return np.asarray(2 * norm.sf(apart / np.sqrt(share * (1 - share) * heads)))


def _fisher(a: NDArray[np.float64], n: NDArray[np.float64], c: NDArray[np.float64], m: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.stats import hypergeom

    table = (n + m, a + c, n)
    return np.asarray(np.minimum(1.0, 2 * np.minimum(hypergeom.cdf(a, *table), hypergeom.sf(a - 1, *table))))
