"""How far does a Knox ratio rest on single events? Each is left out in turn, and the ratio is worked out again.

An event takes all its pairs with it, so this allows for pairs that share an event, which limits from counts of pairs would not.

Source: Efron & Stein (1981), Annals of Statistics 9(3), 586-596 (leaving out one; of sums over pairs it errs on the wide side).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .intervals import z_of
from .knox import checked, pairs_by_gap
from .near_pairs import near_pairs

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from .knox import Bands, Knox

FEWEST = 5
"""Pairs below which no limits are given: leaving out one event then takes away too much of the whole."""


def left_out(found: Knox, x_m: ArrayLike, y_m: ArrayLike, day: ArrayLike, *, level: float = 0.95) -> NDArray[np.float64]:
    """Limits of each exact Knox ratio within the edges, from leaving out one event at a time.

    log ratio -+ z s, s^2 = (n - 1) / n * sum over events of (log ratio without it - their mean)^2

    Args:
        found: from `knox.knox`, of these events.
        x_m, y_m, day: as handed to `knox.knox`; shape (events,).
        level: coverage, between 0 and 1.

    Returns:
        Low and high, shape (2, distance bands, time bands), the bands beyond the edges left out; nan with fewer than five pairs.

    Example:
        >>> from evenhand.audit.knox import Bands, knox
        >>> rng = np.random.default_rng(1)
        >>> x_m, y_m, day = rng.uniform(0, 2000, 300), rng.uniform(0, 2000, 300), rng.integers(0, 100, 300)
        >>> found = knox(x_m, y_m, day, bands=Bands((200,), (7,)), permutations=99)
        >>> low, high = left_out(found, x_m, y_m, day)[:, 0, 0]
        >>> f"{found.exact_ratio[0, 0]:.2f} ({low:.2f} to {high:.2f})"
        '0.83 (0.68 to 1.01)'

    Read with care:
        Of 200 made-up towns, limits said to hold 95 % held the ratio in 97 % or more where an event led to one more at most, in 91 to 98 %
        where chains had two or three events, and in 64 to 79 % where they had five on average: then chains, not events, are what
        chance deals. It is no test: see the p-values.

    Source: as the head of this file.
    """
    points, days = checked(x_m, y_m, day)
    pairs, near = _each(points, days, found.bands)
    gaps = _gaps_of_each(days, found.bands)
    n, rows, columns = len(days), *pairs.shape[1:]
    left = found.observed[:rows, :columns] - pairs
    with np.errstate(divide="ignore", invalid="ignore"):
        other = (near.sum(axis=0) / 2 - near)[:, :, None] * (pairs_by_gap(days, found.bands)[:columns] - gaps)[:, None, :]
        logs = np.log(left * ((n - 1) * (n - 2) / 2) / other)
        spread = np.sqrt((n - 1) / n * ((logs - logs.mean(axis=0)) ** 2).sum(axis=0))
    few = (found.observed[:rows, :columns] < FEWEST) | ~np.isfinite(spread)
    half = np.exp(z_of(level) * np.where(few, np.nan, spread))
    ratio = found.exact_ratio[:rows, :columns]
    return np.stack([ratio / half, ratio * half])


def _each(points: NDArray[np.float64], days: NDArray[np.int64], bands: Bands) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of each event, its pairs in each band of both, shape (events, rows, columns), and of distance, shape (events, rows)."""
    rows, columns = (size - 1 for size in bands.shape)
    counted = np.zeros((len(days), rows, columns + 1))
    for pairs in near_pairs(points, reach_m=bands.edges_m[-1], metric=bands.metric):
        row, column = bands.of_m(pairs.apart_m), bands.of_days(np.abs(days[pairs.one] - days[pairs.other]))
        kept = row < rows
        for event in (pairs.one, pairs.other):
            at = (event[kept] * rows + row[kept]) * (columns + 1) + column[kept]
            counted += np.bincount(at, minlength=counted.size).reshape(counted.shape)
    return counted[:, :, :columns], counted.sum(axis=2)


def _gaps_of_each(days: NDArray[np.int64], bands: Bands) -> NDArray[np.float64]:
    """Of each event, its pairs in each band of time, whatever their distance; shape (events, columns)."""
    by_day = np.bincount(days).astype(float)
    gap = bands.of_days(np.arange(len(by_day)))
    found = np.empty((len(days), len(bands.edges_days)))
    for column in range(found.shape[1]):
        within = (gap == column).astype(float)
        both = np.convolve(by_day, np.concatenate([within[:0:-1], within]), mode="full")[len(by_day) - 1 : 2 * len(by_day) - 1]
        found[:, column] = both[days]
    found[:, 0] -= 1 if gap[0] == 0 else 0
    return found
