"""How far two scores of the same people order them alike: Kendall's tau, from counts.

Read with care: it looks at all pairs alike, though a list is made at the top only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .intervals import Interval, whole_counts, z_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def kendall_tau(table: ArrayLike, *, level: float = 0.95) -> Interval:
    """Kendall's tau-b of two ordered scores, from how many people have each pair of them.

    tau = (pairs ordered alike - pairs ordered the other way) / sqrt(pairs told apart by one x pairs told apart by the other)

    Args:
        table: people by step of the one score and step of the other, both rising, shape (steps, steps).
        level: coverage, between 0 and 1.

    Returns:
        Interval of one number, from -1 to 1; nan where one of the scores tells nobody apart.

    Raises:
        BadValue: counts that are none.

    Example:
        >>> value, low, high = kendall_tau([[20, 5], [5, 20]])
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '0.60 (0.38 to 0.82)'

    Read with care:
        Where scores were put into steps, people in one step count as tied. People are taken as independent.

    Source: Kendall (1945), Biometrika 33(3), 239-251; Brown & Benedetti (1977), Journal of the American Statistical Association 72, 309-315, for the limits.
    """
    counts = whole_counts(table, "people")
    many = counts.sum()
    share = counts / max(many, 1.0)
    alike, other = _pairs(share), _pairs(share[:, ::-1])[:, ::-1]
    of_one, of_other = share.sum(axis=1, keepdims=True), share.sum(axis=0, keepdims=True)
    apart_one, apart_other = 1 - (of_one**2).sum(), 1 - (of_other**2).sum()
    if many < 2 or apart_one < 1e-12 or apart_other < 1e-12:
        return Interval(*(np.array(np.nan) for _ in range(3)))
    both, difference = np.sqrt(apart_one * apart_other), alike - other
    tau = (share * difference).sum() / both
    ties = of_one * apart_other + of_other * apart_one
    spread = (share * (2 * both * difference + tau * ties) ** 2).sum() - tau**2 * (apart_one + apart_other) ** 2
    off = z_of(level) * np.sqrt(max(spread, 0.0) / many) / both**2
    return Interval(np.asarray(tau), np.maximum(tau - off, -1.0), np.minimum(tau + off, 1.0))


def _pairs(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each cell, the share of people who are above it on both scores, or below it on both."""
    up_to = np.zeros((share.shape[0] + 1, share.shape[1] + 1))
    up_to[1:, 1:] = share.cumsum(axis=0).cumsum(axis=1)
    below = up_to[:-1, :-1]
    above = up_to[-1, -1] - up_to[1:, -1:] - up_to[-1:, 1:] + up_to[1:, 1:]
    return below + above
