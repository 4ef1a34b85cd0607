"""Conditional parity: are people flagged alike among those who are alike in what may rightly matter?

Within each stratum (a band of convictions, a kind of charge) the groups' shares are compared, then gathered
into one ratio and one difference that take the stratum out (Mantel-Haenszel).

Read with care: strata are often made by police. If one group is stopped more, it has more prior stops; holding prior stops
equal then hides what the stops did. Show the plain comparison first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .intervals import Interval, over_or_nan, tail_share, whole_counts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def common_ratio(part: ArrayLike, whole: ArrayLike, reference_part: ArrayLike, reference_whole: ArrayLike, *, level: float = 0.95) -> Interval:
    """One ratio of shares over all strata, each stratum's own level taken out.

    ratio = sum(a m / N) / sum(c n / N), with a of n in the group, c of m in the reference, N = n + m, by stratum

    Args:
        part, whole: people of the group by stratum, shape (strata,).
        reference_part, reference_whole: the same of the reference group.
        level: coverage, between 0 and 1.

    Returns:
        Interval of one number; nan where nobody of the reference's part stands in a stratum that the group has people in.

    Example:
        >>> found = common_ratio([30, 40], [100, 50], [40, 60], [200, 100])
        >>> f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"
        '1.40 (1.14 to 1.73)'

    Read with care:
        It supposes one ratio for all strata. Where strata differ it is their average, and the strata say more.

    Source: Greenland & Robins (1985), Biometrics 41(1), 55-68.
    """
    from scipy.special import ndtri

    a, n, c, m = (whole_counts(one, "people") for one in (part, whole, reference_part, reference_whole))
    total = np.maximum(n + m, 1)
    above, below = (a * m / total).sum(), (c * n / total).sum()
    value = over_or_nan(above, below)
    spread = over_or_nan(((m * n * (a + c) - a * c * total) / total**2).sum(), above * below)
    off = ndtri(1 - tail_share(level)) * np.sqrt(spread)
    return Interval(value, np.where(above > 0, value * np.exp(-off), value * 0), value * np.exp(off))


def common_difference(part: ArrayLike, whole: ArrayLike, reference_part: ArrayLike, reference_whole: ArrayLike, *, level: float = 0.95) -> Interval:
    """One difference of shares over all strata, each stratum's own level taken out.

    difference = sum(w (a / n - c / m)) / sum(w), with w = n m / (n + m)

    Args:
        part, whole, reference_part, reference_whole, level: as `common_ratio`.

    Returns:
        Interval of one number, from -1 to 1; nan where no stratum has people of both.

    Example:
        >>> found = common_difference([30, 40], [100, 50], [40, 60], [200, 100])
        >>> f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"
        '0.133 (0.048 to 0.219)'

    Read with care:
        As `common_ratio`.

    Source: Greenland & Robins (1985), Biometrics 41(1), 55-68.
    """
    from scipy.special import ndtri

    a, n, c, m = (whole_counts(one, "people") for one in (part, whole, reference_part, reference_whole))
    both = (n > 0) & (m > 0)
    a, n, c, m = (one[both] for one in (a, n, c, m))
    weight = n * m / np.maximum(n + m, 1)
    value = over_or_nan((weight * (a / n - c / m)).sum(), weight.sum())
    variance = over_or_nan(((a * (n - a) * m**3 + c * (m - c) * n**3) / (n * m * (n + m) ** 2)).sum(), weight.sum() ** 2)
    off = ndtri(1 - tail_share(level)) * np.sqrt(variance)
    return Interval(value, np.maximum(value - off, -1.0), np.minimum(value + off, 1.0))
