"""Many comparisons at once: which of them would still stand, and what it takes to say that two groups are alike.

Of a hundred comparisons of equal groups, five come out "significant". So the comparisons that were declared
beforehand are judged as a family, none of them wrongly called in more than 5 % of audits (Holm); what is
looked at besides is judged as a search, of whose calls no more than 5 % are wrong on average (Benjamini and Hochberg).

And no p-value above 0.05 says that groups are alike. That has a test of its own, with a margin said beforehand:
is the difference surely no more than d, either way?

    holm                  for the declared family
    benjamini_hochberg    for exploration
    difference_p          is the difference other than, above or below a value?
    no_further_apart_p    are two shares no more than d apart (TOST)?
    closest_margin        the least d for which that could be said

Read with care: a family chosen, or a margin set, after looking makes all of this void.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, BadValue
from .intervals import share_difference, share_wilson

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """p-values of a family, raised so that calling each below 0.05 wrongly calls any of them at most 5 % of the time.

    The smallest of k is multiplied by k, the next by k - 1, and so on, none below the one before it.

    Args:
        p_values: shape (tests,); nan where there is no test, which then does not count.

    Returns:
        Adjusted p-values, same order; nan stays nan.

    Raises:
        BadValue: a p-value below 0 or above 1.

    Example:
        >>> holm([0.01, 0.04, 0.03]).round(2).tolist()
        [0.03, 0.06, 0.06]

    Read with care:
        It holds only if the family was declared before looking, and all of it is reported.

    Source: Holm (1979), Scandinavian Journal of Statistics 6(2), 65-70.
    """
    p, order = _ordered(p_values)
    stepped = np.maximum.accumulate(p[order] * np.arange(len(order), 0, -1))
    return _put_back(p, order, stepped)


def benjamini_hochberg(p_values: ArrayLike) -> NDArray[np.float64]:
    """p-values of a search, raised so that of those then below 0.05 no more than 5 % are wrong, on average.

    The i-th smallest of k is multiplied by k / i, none above the one after it.

    Args:
        p_values: shape (tests,); nan where there is no test, which then does not count.

    Returns:
        Adjusted p-values, same order; nan stays nan.

    Raises:
        BadValue: a p-value below 0 or above 1.

    Example:
        >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(2).tolist()
        [0.03, 0.04, 0.04]

    Read with care:
        One in twenty of the calls may be wrong, and nobody knows which. It is for finding what to look into, not for accusing.

    Source: Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57(1), 289-300.
    """
    p, order = _ordered(p_values)
    stepped = np.minimum.accumulate((p[order] * len(order) / np.arange(1, len(order) + 1))[::-1])[::-1]
    return _put_back(p, order, stepped)


def difference_p(
    part: ArrayLike, whole: ArrayLike, other_part: ArrayLike, other_whole: ArrayLike, *, value: float = 0.0, than: str = "other"
) -> NDArray[np.float64]:
    """How often chance alone would give so large a difference of two shares, were it `value` in truth (score test).

    z = (difference - value) / standard error, the shares behind the error being the likeliest that differ by `value`.

    Args:
        part, whole: of one set of people.
        other_part, other_whole: of another; nobody is in both.
        value: the difference supposed, between -1 and 1.
        than: "other" (two-sided), "larger" or "smaller": the alternative.

    Returns:
        p-values; nan where a whole is nothing.

    Raises:
        BadSetting: a value or an alternative that is none.
        BadValue: as `intervals.share_wilson`.

    Example:
        >>> f"{difference_p(56, 70, 48, 80, value=0.05, than='larger'):.4f}"
        '0.0226'

    Read with care:
        For large counts. With few people it calls too often; at 0 `share_comparisons.same_share_p` is exact.

    Source: Miettinen & Nurminen (1985), Statistics in Medicine 4(2), 213-226 (without their n / (n - 1)); Farrington & Manning
    (1990), Statistics in Medicine 9(12), 1447-1454.
    """
    from scipy.stats import norm

    if not -1 < value < 1 or than not in ("other", "larger", "smaller"):
        raise BadSetting(f"value={value!r}, than={than!r}: give a difference between -1 and 1, and 'other', 'larger' or 'smaller'.")
    one, other = share_wilson(part, whole).value, share_wilson(other_part, other_whole).value
    a, n, c, m = (np.asarray(number, dtype=float) for number in (part, whole, other_part, other_whole))
    base = _likeliest(a, n, c, m, value)
    shifted = np.clip(base + value, 0.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (one - other - value) / np.sqrt(shifted * (1 - shifted) / n + base * (1 - base) / m)
    z = np.where(np.isnan(z) & (n > 0) & (m > 0), 0.0, z)
    tails = {"other": 2 * norm.sf(np.abs(z)), "larger": norm.sf(z), "smaller": norm.cdf(z)}
    return np.asarray(tails[than])


def no_further_apart_p(part: ArrayLike, whole: ArrayLike, other_part: ArrayLike, other_whole: ArrayLike, *, margin: float) -> NDArray[np.float64]:
    """How often chance alone would bring two shares so near each other, were they `margin` apart in truth (TOST).

    The larger of two one-sided tests: that the difference is above -margin, and that it is below +margin.

    Args:
        part, whole: of one set of people.
        other_part, other_whole: of another; nobody is in both.
        margin: how far apart still counts as alike; to be said before looking.

    Returns:
        p-values; below 0.05 one may say "no more than `margin` apart". nan where a whole is nothing.

    Raises:
        BadSetting: a margin not between 0 and 1.
        BadValue: as `intervals.share_wilson`.

    Example:
        >>> f"{no_further_apart_p(1369, 2174, 505, 854, margin=0.10):.5f}"
        '0.00097'

    Read with care:
        A margin chosen after looking says nothing. Whether 5 points is little is for those affected to say, not for a test.

    Source: Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15(6), 657-680.
    """
    if not 0 < margin < 1:
        raise BadSetting(f"margin={margin!r} is none. Give the difference that would still count as alike, such as 0.05 for 5 points.")
    above = difference_p(part, whole, other_part, other_whole, value=-margin, than="larger")
    below = difference_p(part, whole, other_part, other_whole, value=margin, than="smaller")
    return np.maximum(above, below)


def closest_margin(part: ArrayLike, whole: ArrayLike, other_part: ArrayLike, other_whole: ArrayLike, *, level: float = 0.95) -> NDArray[np.float64]:
    """The least margin for which one may say that two shares are no further apart: the further limit of an interval of 1 - 2 (1 - level).

    Args:
        part, whole: of one set of people.
        other_part, other_whole: of another; nobody is in both.
        level: 1 less the chance of saying it wrongly.

    Returns:
        The margin, from 0 to 1; nan where a whole is nothing.

    Example:
        >>> f"{closest_margin(1369, 2174, 505, 854):.3f}"
        '0.071'

    Read with care:
        It is read off after looking, so it is a description. The claim needs a margin said beforehand: `no_further_apart_p`.

    Source: Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15(6), 657-680; Newcombe (1998), Statistics
    in Medicine 17(8), 873-890, for the interval.
    """
    if not 0.5 < level < 1:
        raise BadSetting(f"level={level!r} is no coverage. Give a number between 0.5 and 1, such as 0.95.")
    found = share_difference(part, whole, other_part, other_whole, level=2 * level - 1)
    return np.maximum(np.abs(found.low), np.abs(found.high))


def _likeliest(a: NDArray[np.float64], n: NDArray[np.float64], c: NDArray[np.float64], m: NDArray[np.float64], value: float) -> NDArray[np.float64]:
    """The likeliest share of the second set, given that the first's is `value` higher: the root of a cubic."""
    total, have = n + m, a + c
    l3, l2 = total, (n + 2 * m) * value - total - have
    l1, l0 = (m * value - total - 2 * c) * value + have, c * value * (1 - value)
    with np.errstate(divide="ignore", invalid="ignore"):
        q = l2**3 / (3 * l3) ** 3 - l1 * l2 / (6 * l3**2) + l0 / (2 * l3)
        p = np.where(q < 0, -1.0, 1.0) * np.sqrt(np.maximum(l2**2 / (3 * l3) ** 2 - l1 / (3 * l3), 0.0))
        angle = (np.pi + np.arccos(np.clip(q / np.where(p == 0, 1.0, p**3), -1.0, 1.0))) / 3
        root = 2 * p * np.cos(angle) - l2 / (3 * l3)
    return np.clip(root, max(0.0, -value), min(1.0, 1.0 - value))


def _ordered(p_values: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The p-values, and the positions of those there are, smallest first."""
    p = np.asarray(p_values, dtype=float)
    if np.any((p < 0) | (p > 1)):
        raise BadValue("A p-value lies outside 0 to 1. Leave it missing (nan) where there is no test.")
    there = np.flatnonzero(~np.isnan(p))
    return p, there[np.argsort(p[there], kind="stable")]


def _put_back(p: NDArray[np.float64], order: NDArray[np.int64], adjusted: NDArray[np.float64]) -> NDArray[np.float64]:
    found = np.full(p.shape, np.nan)
    found[order] = np.minimum(adjusted, 1.0)
    return found
