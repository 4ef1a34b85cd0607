"""Calibration: of all that were called 20 % likely, did a fifth come true?

Bands show where it fails; a line says in two numbers whether statements are too high on the whole, or too extreme.

    reliability_bins       share that came true in each band of stated probability, with exact limits
    calibration_line       intercept and slope of what came true on what was stated
    count_calibration      the same for expected counts, with limits that allow for places and weeks going together
    share_exact            part of a whole, exact limits

A number that cannot be had is nan, never a number that looks fine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..tables.errors import BadSetting
from .intervals import Interval, over_or_nan, tail_share, whole_counts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

MOST_STEPS = 50
LEAST_VARIANCE = 1e-12
FARTHEST = 30.0
"""A slope beyond this is one that runs away: the outcome is told apart perfectly."""


class Bins(NamedTuple):
    """Bands of stated probability, those without anybody left out.

    Attributes:
        low, high: the band's ends.
        stated: mean stated probability in it.
        people: how many.
        came_true: Interval, the share that came true.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    stated: NDArray[np.float64]
    people: NDArray[np.float64]
    came_true: Interval


class Line(NamedTuple):
    """A calibration line.

    Attributes:
        at_large: logit (or log) of what came less that of what was stated, the slope held at 1; 0 is right on the whole.
        intercept, slope: of the line; 0 and 1 are right throughout. A slope below 1: too extreme.
    """

    at_large: Interval
    intercept: Interval
    slope: Interval


def share_exact(part: ArrayLike, whole: ArrayLike, *, level: float = 0.95) -> Interval:
    """Part of a whole with exact limits: the shares under which a count as extreme has just the chance left out at each end.

    Args:
        part, whole: whole numbers, any shape.
        level: coverage, between 0 and 1; the true coverage is never less.

    Returns:
        Interval; nan where the whole is nothing.

    Example:
        >>> value, low, high = share_exact(0, 20)
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '0.00 (0.00 to 0.17)'

    Read with care:
        Wider than need be on average; the price of never being too narrow.

    Source: Clopper & Pearson (1934), Biometrika 26(4), 404-413.
    """
    from scipy.stats import beta

    some, all_ = np.broadcast_arrays(whole_counts(part, "part"), whole_counts(whole, "whole"))
    tail, rest = tail_share(level), np.maximum(all_ - some, 0)
    low = np.where(some > 0, beta.ppf(tail, np.maximum(some, 1), rest + 1), 0.0)
    high = np.where(rest > 0, beta.ppf(1 - tail, some + 1, np.maximum(rest, 1)), 1.0)
    blank = np.where(all_ > 0, 0.0, np.nan)
    return Interval(over_or_nan(some, all_), low + blank, high + blank)


def reliability_bins(probability: ArrayLike, yes: ArrayLike, no: ArrayLike, *, bins: int = 10, level: float = 0.95) -> Bins:
    """Stated probability beside what came true, band by band.

    Args:
        probability: stated, 0 to 1, by band or row.
        yes, no: how many of those came true and did not; whole numbers of the same shape.
        bins: bands of equal width from 0 to 1; the last includes 1.
        level: coverage of each band's exact limits.

    Raises:
        BadSetting: fewer than one band.

    Example:
        >>> bins = reliability_bins([0.05, 0.15, 0.15], [1, 4, 3], [19, 12, 21], bins=10)
        >>> bins.stated.round(2).tolist(), bins.people.tolist(), bins.came_true.value.round(3).tolist()
        ([0.05, 0.15], [20.0, 40.0], [0.05, 0.175])

    Read with care:
        Limits hold band by band. With many bands some will miss by chance alone; and each band hides what differs within it.

    Source: Murphy & Winkler (1977), Applied Statistics 26(1), 41-47.
    """
    if bins < 1:
        raise BadSetting(f"{bins} bands cannot be drawn. 10 is usual.")
    p, came, not_ = np.asarray(probability, dtype=float).ravel(), whole_counts(yes, "true").ravel(), whole_counts(no, "not true").ravel()
    # A hair is added so that 0.3, which a machine stores a little low, falls in the band that starts there.
    at = np.minimum(np.floor(p * bins + 1e-9).astype(int), bins - 1)
    people, true = np.bincount(at, came + not_, bins), np.bincount(at, came, bins)
    held = np.flatnonzero(people > 0)
    stated = np.bincount(at, p * (came + not_), bins)[held] / people[held]
    return Bins(held / bins, (held + 1) / bins, stated, people[held].astype(float), share_exact(true[held], people[held], level=level))


def calibration_line(probability: ArrayLike, yes: ArrayLike, no: ArrayLike, *, block: ArrayLike | None = None, level: float = 0.95) -> Line:
    """How the log odds of what came true lie on those of what was stated.

    logit P(true) = intercept + slope logit(stated), by maximum likelihood; at_large is the intercept when the slope is 1

    Args:
        probability: stated, by band or row.
        yes, no: how many of those came true and did not; same shape.
        block: a number for the block each row belongs to, same shape; left out where cases are independent.
        level: coverage, between 0 and 1.

    Returns:
        Line; nan throughout where a stated 0 or 1 stands (its log odds have no end), where all or none came true, and
        for the slope where all were stated alike or the outcome is told apart perfectly.

    Example:
        >>> line = calibration_line([0.2, 0.5, 0.8], [20, 50, 80], [80, 50, 20])
        >>> [abs(round(float(part.value), 3)) for part in line]
        [0.0, 0.0, 1.0]

    Read with care:
        A slope of 1 and an intercept of 0 can still hide bends: look at the bands. Fewer than a dozen blocks make the limits rough.

    Source: Cox (1958), Biometrika 45(3/4), 562-565; Van Calster et al. (2019), BMC Medicine 17, 230; Liang & Zeger (1986),
        Biometrika 73(1), 13-22, for the variance with blocks.
    """
    from scipy.special import expit

    p, came, not_ = (np.asarray(part, dtype=float).ravel() for part in (probability, yes, no))
    held = came + not_ > 0
    group = None if block is None else np.asarray(block).ravel()[held]
    p, came, not_ = p[held], came[held], not_[held]
    if ((p <= 0) | (p >= 1)).any() or came.sum() == 0 or not_.sum() == 0:
        return _no_line()

    def rate(eta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        mean = expit(eta)
        return (came + not_) * mean, (came + not_) * mean * (1 - mean)

    return _fitted_line(np.log(p) - np.log1p(-p), came, rate, group, level)


def count_calibration(expected: ArrayLike, events: ArrayLike, *, block: ArrayLike, level: float = 0.95) -> Line:
    """The same for expected counts: log of the mean of what was recorded on the log of what was expected.

    log E(events) = intercept + slope log(expected), by Poisson maximum likelihood, with a variance that only takes the
    blocks as independent; at_large is the log of all events over all expected

    Args:
        expected: stated means, by place and period, any shape.
        events: recorded counts, same shape.
        block: a number for the block each belongs to, same shape: whole places, or whole weeks.
        level: coverage, between 0 and 1.

    Returns:
        Line; nan throughout where events were recorded and none was expected, or none at all; places with neither say nothing
        and are left out of the line.

    Example:
        >>> line = count_calibration([1.0, 2.0, 4.0, 8.0], [1, 2, 4, 8], block=[0, 1, 2, 3])
        >>> [abs(round(float(part.value), 3)) for part in line]
        [0.0, 0.0, 1.0]

    Read with care:
        Fewer than a dozen blocks make the limits rough; a month in which everything falls makes the level wrong whatever the map.

    Source: Cox (1958), Biometrika 45(3/4), 562-565; Liang & Zeger (1986), Biometrika 73(1), 13-22, for the variance.
    """
    mean, count, group = (np.asarray(part, dtype=float).ravel() for part in (expected, events, block))
    if ((mean <= 0) & (count > 0)).any() or count.sum() == 0:
        return _no_line()
    held = mean > 0

    def rate(eta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        fitted = np.exp(np.minimum(eta, 700))
        return fitted, fitted

    return _fitted_line(np.log(mean[held]), count[held], rate, group[held], level)


def _fitted_line(stated: NDArray[np.float64], came: NDArray[np.float64], rate: _Rate, group: NDArray[Any] | None, level: float) -> Line:
    """Both fits, with limits: normal where cases are independent, else Student's with the blocks' own spread."""
    from scipy.special import ndtri, stdtrit

    blocks, which = len(came), None
    off = float(ndtri(1 - tail_share(level)))
    if group is not None:
        _, which = np.unique(group, return_inverse=True)
        blocks = int(which.max()) + 1
        off = float(stdtrit(blocks - 1, 1 - tail_share(level))) if blocks > 2 else float("nan")

    def fit(columns: NDArray[np.float64], offset: NDArray[np.float64]) -> _Fit | None:
        found = _fitted(columns, offset, came, rate)
        if found is None or which is None:
            return found
        apart = came - rate(columns @ found[0] + offset)[0]
        scores = np.stack([np.bincount(which.ravel(), column * apart, blocks) for column in columns.T], axis=1)
        return found[0], found[1] @ (scores.T @ scores) @ found[1] * (blocks / max(blocks - 1, 1))

    ones = np.ones((len(came), 1))
    large, line = fit(ones, stated), fit(np.column_stack([ones, stated]), 0 * stated)
    return Line(_limits(large, 0, off), _limits(line, 0, off), _limits(line, 1, off))


_Fit = tuple["NDArray[np.float64]", "NDArray[np.float64]"]
_Rate = Callable[["NDArray[np.float64]"], tuple["NDArray[np.float64]", "NDArray[np.float64]"]]


def _fitted(columns: NDArray[np.float64], offset: NDArray[np.float64], true: NDArray[np.float64], rate: _Rate) -> _Fit | None:
    """Newton's steps to the maximum likelihood: coefficients and their variance; None where there is no one answer or it runs away."""
    beta = np.zeros(columns.shape[1])
    for _ in range(MOST_STEPS):
        mean, weight = rate(columns @ beta + offset)
        information = columns.T @ (columns * weight[:, None])
        if not np.isfinite(information).all() or np.linalg.cond(information) > 1e14:
            return None
        step = np.linalg.solve(information, columns.T @ (true - mean))
        beta = beta + np.clip(step, -2, 2)
        if np.abs(beta).max() > FARTHEST:
            return None
        if np.abs(step).max() < 1e-10:
            return beta, np.asarray(np.linalg.inv(information), dtype=float)
    return None


def _limits(fit: _Fit | None, at: int, off: float) -> Interval:
    """One coefficient with its limits."""
    if fit is None:
        return Interval(*(np.asarray(np.nan),) * 3)
    # A line through as many points as it has coefficients fits without any spread: that is no certainty.
    variance = fit[1][at, at] if fit[1][at, at] > LEAST_VARIANCE else np.nan
    value, spread = fit[0][at], off * np.sqrt(variance)
    return Interval(np.asarray(value), np.asarray(value - spread), np.asarray(value + spread))


def _no_line() -> Line:
    blank = _limits(None, 0, 0.0)
    return Line(blank, blank, blank)
