"""Intervals by resampling: what if other areas, or other stops of the same kind, had been seen?

Rows are never resampled. Stops drawn again from the stops there are give counts by group and
outcome that are multinomial, so drawing the counts is the same law at a thousandth of the cost.
Areas drawn again take all their stops and all their residents with them: that keeps together what
an operation or a patrol made happen together, and is the honest interval for a place.

Steps, in order:  area_sums (or resampled_counts) -> a statistic of each draw -> percentile_limits or log_limits
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, BadValue
from .intervals import Interval, tail_share, whole_counts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

CELLS_AT_A_TIME = 250_000  # areas x draws of weights held at once: 2 MB, which stays in the processor's cache


def area_sums(table: ArrayLike, *, replicates: int = 1000, seed: int = 0) -> NDArray[np.float64]:
    """Column sums of a table of areas, each draw taking as many areas as there are, with replacement.

    Args:
        table: one row an area, one column a count (stops by group, residents by group), shape (areas, columns).
        replicates: how many draws.
        seed: of the NumPy generator; the same seed gives the same sums.

    Returns:
        Sums of shape (replicates, columns). Any statistic of the columns may be taken of each row.

    Raises:
        BadValue: a missing value, or no area.
        BadSetting: fewer than 2 replicates.

    Example:
        >>> area_sums([[1, 10], [2, 20], [3, 30]], replicates=4, seed=1)[:, 1].tolist()
        [70.0, 50.0, 70.0, 60.0]

    Read with care:
        Areas are taken as independent of each other. An operation across many areas breaks that,
        and the interval is then too narrow still. Fewer than ten areas say little.

    Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 8; Davison & Hinkley (1997), ch. 3.8.
    """
    columns = np.asarray(table, dtype=float)
    if columns.ndim != 2 or len(columns) == 0 or not np.all(np.isfinite(columns)):
        raise BadValue("Resampling needs a table of at least one area with no missing value: missing is never zero.")
    _at_least_two(replicates)
    areas = len(columns)
    random = np.random.default_rng(seed)
    sums = np.empty((replicates, columns.shape[1]))
    block = max(8, CELLS_AT_A_TIME // areas)
    weights = np.empty((min(block, replicates), areas))
    for start in range(0, replicates, block):
        draws = min(block, replicates - start)
        for one in range(draws):  # how often each area was drawn
            weights[one] = np.bincount(random.integers(0, areas, size=areas), minlength=areas)
        sums[start : start + draws] = weights[:draws] @ columns
    return sums


def ratios_of_sums(sums: NDArray[np.float64], events: ArrayLike, people: ArrayLike, *, reference: int) -> NDArray[np.float64]:
    """The rate ratio of each draw: events and people both as drawn.

    Args:
        sums: from `area_sums`, shape (replicates, columns).
        events: positions of the columns that hold events, one a group.
        people: positions of the columns that hold people, same order.
        reference: position, within `events`, of the group to compare with.

    Returns:
        Shape (replicates, groups). A draw without reference events or without people gives nan.

    Example:
        >>> ratios_of_sums(np.array([[30.0, 100.0, 1_000.0, 10_000.0]]), [0, 1], [2, 3], reference=1).tolist()
        [[3.0, 1.0]]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = sums[:, np.asarray(events)] / sums[:, np.asarray(people)]
        ratios = rates / rates[:, [reference]]
    return np.where(np.isfinite(ratios), ratios, np.nan)


def clustered_ratio(
    events: ArrayLike, people: ArrayLike, *, reference: int, level: float = 0.95, replicates: int = 1000, seed: int = 0, scale: str = "log"
) -> Interval:
    """How many times as often each group meets an event as the reference does, areas resampled.

    ratio = (sum of events / sum of people) / (the same of the reference), over all areas.

    Args:
        events: shape (areas, groups).
        people: shape (areas, groups), same order.
        reference: position of the group to compare with.
        level: coverage, between 0 and 1.
        replicates, seed: see `area_sums`.
        scale: "log" (spread of the draws' logarithms, Student t; holds better with few areas) or
            "percentile" (the draws' own quantiles; needs no shape, too narrow with few areas).

    Returns:
        Interval, each of shape (groups,); the reference has no limits (nan).

    Raises:
        BadValue, BadSetting: see `area_sums`; an unknown scale.

    Example:
        >>> stops, residents = [[9, 20], [1, 25], [14, 30], [3, 22]], [[250, 2_500]] * 4
        >>> value, low, high = clustered_ratio(stops, residents, reference=1)
        >>> f"{value[0]:.2f} ({low[0]:.2f} to {high[0]:.2f})"
        '2.78 (0.56 to 13.82)'

    Read with care:
        See `area_sums`.

    Source: Davison & Hinkley (1997), Bootstrap Methods and their Application, ch. 3.8 and 5.
    """
    if scale not in ("log", "percentile"):
        raise BadSetting(f"scale={scale!r} is not known. Known: log, percentile.")
    stops, residents = np.asarray(events, dtype=float), np.asarray(people, dtype=float)
    groups = stops.shape[1]
    table, where = np.hstack([stops, residents]), np.arange(groups)
    value = ratios_of_sums(table.sum(axis=0)[None, :], where, where + groups, reference=reference)[0]
    draws = ratios_of_sums(area_sums(table, replicates=replicates, seed=seed), where, where + groups, reference=reference)
    low, high = log_limits(value, draws, level=level, areas=len(table)) if scale == "log" else percentile_limits(draws, level=level)
    apart = where != reference
    return Interval(value, np.where(apart, low, np.nan), np.where(apart, high, np.nan))


def clustered_events_ratio(
    events: ArrayLike, people: ArrayLike, *, reference: int, level: float = 0.95, replicates: int = 1000, seed: int = 0
) -> Interval:
    """How many times as often each group meets an event as the reference does, whole clusters of events drawn anew.

    ratio = (sum of events / people) / (the same of the reference); a draw takes as many clusters as there are,
    with replacement, each with all its events. The people are those of the whole place in every draw.

    Args:
        events: by cluster (an operation, a unit, a day, a person), shape (clusters, groups).
        people: of each group in the whole place, shape (groups,).
        reference: position of the group to compare with.
        level: coverage, between 0 and 1.
        replicates, seed: see `area_sums`.

    Returns:
        Interval, each of shape (groups,); the reference has no limits (nan).

    Raises:
        BadValue, BadSetting: see `area_sums`.

    Example:
        >>> value, low, high = clustered_events_ratio([[9, 2], [1, 25], [4, 30], [3, 22]], [1_000, 10_000], reference=1)
        >>> f"{value[0]:.2f} ({low[0]:.2f} to {high[0]:.2f})"
        '2.15 (0.20 to 22.92)'

    Read with care:
        Clusters are taken as independent of each other. Fewer than ten of them say little. Where events carry
        areas, `clustered_ratio` draws the people with them.

    Source: Davison & Hinkley (1997), Bootstrap Methods and their Application, ch. 3.8.
    """
    counts, head = np.asarray(events, dtype=float), np.asarray(people, dtype=float)
    sums = np.vstack([counts.sum(axis=0), area_sums(counts, replicates=replicates, seed=seed)])
    where = np.arange(len(head))
    ratios = ratios_of_sums(np.hstack([sums, np.broadcast_to(head, sums.shape)]), where, where + len(head), reference=reference)
    low, high = log_limits(ratios[0], ratios[1:], level=level, areas=len(counts))
    apart = where != reference
    return Interval(ratios[0], np.where(apart, low, np.nan), np.where(apart, high, np.nan))


def percentile_limits(draws: NDArray[np.float64], *, level: float = 0.95) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The quantiles of the draws, column by column; nan where any draw has no value.

    Example:
        >>> low, high = percentile_limits(np.arange(101.0)[:, None], level=0.9)
        >>> f"{low[0]:.1f} {high[0]:.1f}"
        '5.0 95.0'
    """
    tail = tail_share(level)
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
    return low, high


def log_limits(value: ArrayLike, draws: NDArray[np.float64], *, level: float = 0.95, areas: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Limits of a positive number, symmetric as a factor: value / f and value * f.

    f = exp(t * standard deviation of log(draws) * sqrt(areas / (areas - 1))), with Student's t of areas - 1;
    the last factor mends the known shortfall of resampling few clusters.

    Returns:
        Low and high; nan where a draw is zero, without bound or has no value, for then the logarithm says nothing.

    Example:
        >>> low, high = log_limits([2.0], np.array([[1.0], [2.0], [4.0]]), areas=50)
        >>> f"{low[0]:.2f} {high[0]:.2f}"
        '0.49 8.17'
    """
    tells = (draws > 0) & (draws < np.inf)  # nan compares false
    usable = np.all(tells, axis=0)
    logs = np.log(np.where(tells, draws, 1.0))
    spread = np.where(usable, spread_factor(areas, level) * logs.std(axis=0, ddof=1), np.nan)
    middle = np.asarray(value, dtype=float)
    return middle * np.exp(-spread), middle * np.exp(spread)


def plain_limits(value: ArrayLike, draws: NDArray[np.float64], *, level: float = 0.95, areas: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Limits of a number that may be negative: value -+ t * standard deviation of the draws, mended as in `log_limits`.

    Example:
        >>> low, high = plain_limits([2.0], np.array([[1.0], [2.0], [3.0]]), areas=50)
        >>> f"{low[0]:.2f} {high[0]:.2f}"
        '-0.03 4.03'
    """
    spread = spread_factor(areas, level) * draws.std(axis=0, ddof=1)
    middle = np.asarray(value, dtype=float)
    return middle - spread, middle + spread


def resampled_counts(counts: ArrayLike, *, replicates: int = 1000, seed: int = 0) -> NDArray[np.float64]:
    """Counts as they would come out if the same number of rows were drawn again, with replacement.

    Args:
        counts: whole numbers by cell (group x outcome, say), any shape.
        replicates, seed: see `area_sums`.

    Returns:
        Shape (replicates, *shape of counts). It is the law of a row bootstrap, not an approximation to it.

    Raises:
        BadValue: a count that is negative, fractional or missing, or no row at all.

    Example:
        >>> resampled_counts([30, 70], replicates=1000, seed=1).sum(axis=1).tolist()[:2]
        [100.0, 100.0]

    Read with care:
        Rows are taken as independent; use `area_sums` where areas are known.

    Source: Efron (1979), Annals of Statistics 7(1), 1-26.
    """
    cells = whole_counts(counts, "rows by cell")
    total = cells.sum()
    if total == 0:
        raise BadValue("There is no row to draw from: every count is 0.")
    _at_least_two(replicates)
    drawn = np.random.default_rng(seed).multinomial(int(total), cells.ravel() / total, size=replicates)
    return drawn.reshape(replicates, *cells.shape).astype(float)


def spread_factor(areas: int, level: float) -> float:
    """Student's t for that many areas, with the mend for few clusters; nan for a single area."""
    from scipy.special import stdtrit

    return float(stdtrit(areas - 1, 1 - tail_share(level)) * np.sqrt(areas / (areas - 1))) if areas > 1 else float("nan")


def _at_least_two(replicates: int) -> None:
    if replicates < 2:
        raise BadSetting(f"replicates={replicates!r} is too few to say anything. 1000 is usual.")
