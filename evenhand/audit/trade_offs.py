"""What unequal base rates leave no choice about, and how two kinds of error are balanced.

    implied_false_positive_rate   what a score as good for one group as for another would still do
    error_balance                 people wrongly passed over for each wrongly flagged ("treatment equality")
    error_balance_ratios          that of each group over the reference's

Read with care: that one inequality follows from another by arithmetic does not make either harmless.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .group_rates import FN, FP, TN, TP
from .intervals import Interval, over_or_nan, tail_share
from .share_comparisons import odds_exact, weighted_sum

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def chouldechova(base_rate: ArrayLike, positive_predictive_value: ArrayLike, false_negative_rate: ArrayLike) -> NDArray[np.float64]:
    """The false positive rate that three other rates leave no choice about.

    FPR = base / (1 - base) * (1 - PPV) / PPV * (1 - FNR)

    Args:
        base_rate, positive_predictive_value, false_negative_rate: shares, any one shape.

    Returns:
        The rate, same shape; nan where the base rate is 1 or the predictive value is 0. Above 1: no score can have these rates.

    Example:
        >>> float(chouldechova(1901 / 3696, 1369 / 2174, 532 / 1901).round(4))
        0.4485

    Read with care:
        Published rates that do not fit together by this were not counted over the same people, or are wrong.

    Source: Chouldechova (2017), Big Data 5(2), 153-163.
    """
    base, ppv, fnr = np.broadcast_arrays(*(np.asarray(one, dtype=float) for one in (base_rate, positive_predictive_value, false_negative_rate)))
    return over_or_nan(base * (1 - ppv) * (1 - fnr), (1 - base) * ppv)


def implied_false_positive_rate(cells: ArrayLike, *, reference: int, level: float = 0.95) -> Interval:
    """The false positive rate each group would have, were the score as right for it as for the reference group.

    That is `chouldechova` of the group's own base rate and the reference's PPV and FNR, which comes to
    (positives / negatives of the group) * (FP / positives of the reference). Limits on the log scale, each count's variance its inverse.

    Args:
        cells: shape (groups, 6); see `group_rates.cells_of`.
        reference: position of the group whose PPV and FNR are taken.
        level: coverage, between 0 and 1.

    Returns:
        Interval, shape (groups,); nan where a count it rests on is 0. The reference's is its own rate.

    Example:
        >>> black, white = [1369, 805, 532, 990, 0, 0], [505, 349, 461, 1139, 0, 0]
        >>> value, low, high = implied_false_positive_rate([black, white], reference=1)
        >>> f"{value[0]:.3f} ({low[0]:.3f} to {high[0]:.3f})"
        '0.383 (0.333 to 0.439)'

    Read with care:
        It shows how much of a gap in false positive rates goes with different base rates of *recorded* outcomes. It
        does not excuse the gap: those passed over and those flagged live with the errors, whatever their cause.

    Source: Chouldechova (2017), Big Data 5(2), 153-163.
    """
    from scipy.special import ndtri

    held = np.asarray(cells, dtype=float)
    positives, negatives, wrongly = held[:, TP] + held[:, FN], held[:, FP] + held[:, TN], held[reference, FP]
    own = np.arange(len(held)) == reference  # for the reference itself its positives cancel
    value = np.where(own, over_or_nan(wrongly, negatives), over_or_nan(positives, negatives) * over_or_nan(wrongly, positives[reference]))
    counts = np.stack([positives, negatives, np.full_like(positives, wrongly), np.full_like(positives, positives[reference])])
    usable = (counts > 0).all(axis=0) & ~own
    spread = ndtri(1 - tail_share(level)) * np.sqrt((1 / np.where(counts > 0, counts, 1)).sum(axis=0))
    return Interval(value, np.where(usable, value * np.exp(-spread), np.nan), np.where(usable, value * np.exp(spread), np.nan))


def error_balance(cells: ArrayLike, *, level: float = 0.95) -> Interval:
    """How many people are wrongly passed over for each one wrongly flagged, with exact limits ("treatment equality" compares it).

    Args:
        cells: shape (groups, 6); see `group_rates.cells_of`.
        level: coverage, between 0 and 1; the true coverage is never less.

    Returns:
        Interval, shape (groups,): FN / FP; nan where nobody is wrongly flagged.

    Example:
        >>> value, low, high = error_balance([[1369, 805, 532, 990, 0, 0]])
        >>> f"{value[0]:.2f} ({low[0]:.2f} to {high[0]:.2f})"
        '0.66 (0.59 to 0.74)'

    Read with care:
        It moves with the base rate and with where the threshold stands, and says nothing of how many are wrong.

    Source: Berk, Heidari, Jabbari, Kearns & Roth (2021), Sociological Methods & Research 50(1), 3-44.
    """
    held = np.asarray(cells, dtype=float)
    return odds_exact(held[:, FN], held[:, FP], level=level)


def error_balance_ratios(cells: ArrayLike, *, reference: int, level: float = 0.95) -> Interval:
    """The balance of errors of each group over the reference's, limits from the two exact ones on the log scale.

    Args:
        cells: shape (groups, 6).
        reference: position of the group to compare with.
        level: coverage, between 0 and 1.

    Returns:
        Interval, shape (groups,); 1 is treatment equality. nan where one of the four counts is 0; the reference has no limits.

    Example:
        >>> black, white = [1369, 805, 532, 990, 0, 0], [505, 349, 461, 1139, 0, 0]
        >>> value, low, high = error_balance_ratios([black, white], reference=1)
        >>> f"{value[0]:.2f} ({low[0]:.2f} to {high[0]:.2f})"
        '0.50 (0.42 to 0.60)'

    Read with care:
        As `error_balance`.

    Source: Zou & Donner (2008), Statistics in Medicine 27(10), 1693-1702, for the limits.
    """
    balance = error_balance(cells, level=level)
    held = np.asarray(cells, dtype=float)
    usable = (held[:, FN] > 0) & (held[:, FP] > 0)
    usable = usable & usable[reference]
    logs = Interval(*(np.log(np.where(usable & (one > 0), one, 1.0)) for one in balance))
    pairs = Interval(*(np.stack([one, np.full_like(one, one[reference])], axis=1) for one in logs))
    ratio = weighted_sum(pairs, np.tile([1.0, -1.0], (len(held), 1)))
    apart = usable & (np.arange(len(held)) != reference)
    return Interval(np.where(usable, np.exp(ratio.value), np.nan), *(np.where(apart, np.exp(one), np.nan) for one in (ratio.low, ratio.high)))
