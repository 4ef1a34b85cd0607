"""Limits of quotients of sums over areas, when a few areas may weigh much: the studentised bootstrap.

Dose is heaped: some areas get many times what others get, and a plain bootstrap then gives intervals
that are too narrow. Here every draw of areas brings its own standard error along, and the limits come
from how far draws stray in units of that error. Nothing is fitted: a quotient of sums has a standard
error in closed form.

    log quotient   = sum over its sums of (+1 or -1) * log(sum)
    standard error = root of the sum over areas of (what the area adds to the log quotient)^2

Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 12.5; Hall (1988), Theoretical
comparison of bootstrap confidence intervals, Annals of Statistics 16(3), 927-953.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .area_weights import area_weights
from .intervals import Interval, tail_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


ROUNDING = 1e-12
"""Relative error below which a difference is rounding."""


class Quotient(NamedTuple):
    """Which columns' sums are multiplied, and which divide: positions among the columns."""

    over: tuple[int, ...]
    under: tuple[int, ...]


def studentised_quotients(
    columns: NDArray[np.float64], quotients: Sequence[Quotient], *, level: float = 0.95, replicates: int = 1000, seed: int = 0
) -> Interval:
    """Quotients of sums over areas with limits from studentised draws of areas.

    value = product of the sums over / product of the sums under

    Args:
        columns: one row an area, at least zero; shape (areas, columns).
        quotients: which sums over which.
        level: coverage, between 0 and 1.
        replicates, seed: as `area_weights`.

    Returns:
        Interval, shape (quotients,) each; value nan where a sum under is zero; limits nan where any draw has an empty sum,
        for then the logarithm says nothing, and where there is one area only.

    Raises:
        BadValue, BadSetting: as `area_weights`.

    Example:
        Predictions per resident over ten areas:

        >>> table = np.column_stack([[3, 9, 1, 14, 3, 7, 5, 8, 2, 6], [25] * 10]).astype(float)
        >>> value, low, high = studentised_quotients(table, [Quotient((0,), (1,))], seed=1)
        >>> f"{value[0]:.2f} ({low[0]:.2f} to {high[0]:.2f})"
        '0.23 (0.15 to 0.37)'

    Read with care:
        Areas are taken as independent of each other; neighbours are alike, so the interval is too narrow
        still. With fewer than thirty areas that carry most of a sum it is a rough guide.
    """
    terms = [(np.array([*one.over, *one.under]), np.repeat([1.0, -1.0], [len(one.over), len(one.under)])) for one in quotients]
    as_is = _logs(np.ones((1, len(columns))), columns, terms)
    parts = [_logs(weights, columns, terms) for weights in area_weights(len(columns), replicates=replicates, seed=seed)]
    logs, errors = (np.vstack([part[which] for part in parts]) for which in (0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        away = logs - as_is[0]
        # Where all areas are alike no draw strays, and none has an error.
        strays = np.where((errors == 0) & (np.abs(away) < ROUNDING), 0.0, away / errors)
    most, least = _ends(strays, level)
    value, error = as_is[0][0], as_is[1][0]
    with np.errstate(invalid="ignore", over="ignore"):
        limits = [np.exp(value), np.exp(value - most * error), np.exp(value - least * error)]
    limits[1] = np.where(limits[1] > 0, limits[1], np.nan)
    if len(columns) == 1:
        limits[1:] = [np.full_like(value, np.nan)] * 2
    return Interval(*(np.where(np.isfinite(one), one, np.nan) for one in limits))


def _ends(strays: NDArray[np.float64], level: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far draws stray upwards and downwards; nan where some draw had nothing to say, without bound where it had no error of its own."""
    tail = tail_share(level)
    known = ~np.isnan(strays).any(axis=0)
    ordered = np.sort(strays, axis=0)
    at = len(strays) - 1
    most, least = ordered[int(np.ceil(at * (1 - tail)))], ordered[int(np.floor(at * tail))]
    return np.where(known, most, np.nan), np.where(known, least, np.nan)


def _logs(
    weights: NDArray[np.float64], columns: NDArray[np.float64], terms: list[tuple[NDArray[np.int64], NDArray[np.float64]]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Log quotients of each draw and their standard errors; shape (draws, quotients) each."""
    sums, areas = weights @ columns, len(columns)
    logs, errors = [], []
    for at, sign in terms:
        with np.errstate(divide="ignore", invalid="ignore"):
            logs.append(np.log(sums[:, at]) @ sign)
            each = (sign / sums[:, at]) @ columns[:, at].T
            squares = (weights * each**2).sum(axis=1) - sign.sum() ** 2 / areas
        errors.append(np.sqrt(np.where(squares < ROUNDING, 0.0, squares)))
    return np.column_stack(logs), np.column_stack(errors)
