"""Generalised estimating equations for counts: the mean by place and day, with counts of one place going together.

The equations weigh rows by a working correlation within each place; the errors are right even if that
correlation is not, as long as places are independent of each other. With few places those errors are
too small, so each place's residuals are first freed of the pull the place had on the fit.

    working   none ("independence"), or the same for all pairs of a cluster ("exchangeable")

Read with care: robust to a wrong correlation, not to a wrong mean. The design must not hold an effect for
each cluster: the correction then has nothing to free; use panel_counts.clustered.

Source: Liang & Zeger (1986), Biometrika 73(1), 13-22; Mancl & DeRouen (2001), Biometrics 57(1), 126-134 (few clusters).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from .panel_counts import CLOSE_ENOUGH, STEPS, as_offset, fit_mean, solved

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class GeeFit(NamedTuple):
    """A GEE fit: coefficients, covariance robust to the working correlation, the same corrected for few clusters, correlation and scale."""

    coef: NDArray[np.float64]
    robust: NDArray[np.float64]
    corrected: NDArray[np.float64]
    correlation: float
    scale: float


def gee(
    count: ArrayLike,
    design: NDArray[np.float64],
    cluster: ArrayLike,
    *,
    working: str = "exchangeable",
    dispersion: float = 0.0,
    offset: ArrayLike | None = None,
) -> GeeFit:
    """Generalised estimating equations for counts with a log link.

    Args:
        count, design, offset: as `poisson`. The design must not hold an effect for each cluster.
        cluster: shape (rows,).
        working: "independence" or "exchangeable".
        dispersion: variance = mean + dispersion * mean ** 2; 0 for Poisson.

    Raises:
        BadSetting: an unknown working correlation.
        CannotAnswer: one cluster, terms that cannot be told apart, or no convergence.

    Example:
        >>> from evenhand.audit.panel_counts import with_effects
        >>> rng = np.random.default_rng(1)
        >>> place, treated = np.repeat(np.arange(20), 30), rng.random(600) < 0.4
        >>> fit = gee(rng.poisson(np.where(treated, 1.0, 2.0)), with_effects(treated), place)
        >>> bool(abs(np.exp(fit.coef[0]) - 0.5) < 0.1)
        True

    Read with care:
        Robust to a wrong working correlation, not to a wrong mean. Use `corrected` below some forty clusters.

    Source: see the head of this file.
    """
    if working not in ("independence", "exchangeable"):
        raise BadSetting(f"working={working!r} is not known. Choose independence or exchangeable.")
    y, shift = np.asarray(count, dtype=float), as_offset(offset, design)
    _, number = np.unique(np.asarray(cluster), return_inverse=True)
    rows = [np.flatnonzero(number == g) for g in range(int(number.max()) + 1)]
    if len(rows) < 2:
        raise CannotAnswer("There is one cluster only, so a GEE has nothing to learn from. Two or more places are needed; ten are better.")
    coef, correlation = fit_mean(y, design, shift, dispersion).coef, 0.0
    for _ in range(STEPS):
        mean = np.exp(design @ coef + shift)
        if working == "exchangeable":
            correlation = _correlation(y, mean, dispersion, rows, design.shape[1])
        bread, weighted = _pieces(mean, design, rows, dispersion, correlation)
        step = solved(bread, np.sum([one.T @ (y - mean)[at] for at, one in zip(rows, weighted, strict=True)], axis=0))
        coef = coef + step
        if np.abs(step).max() < CLOSE_ENOUGH:
            break
    else:
        raise CannotAnswer("The estimating equations found no solution. Leave out terms, or use fewer effects.")
    mean = np.exp(design @ coef + shift)
    scale = float(((y - mean) ** 2 / (mean * (1 + dispersion * mean))).sum() / (len(y) - design.shape[1]))
    bread, weighted = _pieces(mean, design, rows, dispersion, correlation)
    inverse = np.asarray(np.linalg.inv(bread), dtype=float)
    plain = np.array([one.T @ (y - mean)[at] for at, one in zip(rows, weighted, strict=True)])
    fair = np.array([one.T @ _freed((y - mean)[at], design[at] * mean[at, None], inverse, one) for at, one in zip(rows, weighted, strict=True)])
    return GeeFit(coef, inverse @ (plain.T @ plain) @ inverse, inverse @ (fair.T @ fair) @ inverse, correlation, scale)


def _correlation(y: NDArray[np.float64], mean: NDArray[np.float64], dispersion: float, rows: list[NDArray[np.int64]], terms: int) -> float:
    """The working correlation: mean product of residuals over all pairs within clusters, over their mean square."""
    residual = (y - mean) / np.sqrt(mean * (1 + dispersion * mean))
    sums = np.array([[residual[at].sum(), (residual[at] ** 2).sum(), len(at) * (len(at) - 1) / 2] for at in rows])
    scale = sums[:, 1].sum() / (len(y) - terms)
    return float(((sums[:, 0] ** 2 - sums[:, 1]) / 2).sum() / scale / max(sums[:, 2].sum() - terms, 1))


def _pieces(
    mean: NDArray[np.float64], x: NDArray[np.float64], rows: list[NDArray[np.int64]], dispersion: float, correlation: float
) -> tuple[NDArray[np.float64], list[NDArray[np.float64]]]:
    """The bread, and for each cluster its slopes weighted by the inverse of its working covariance."""
    spread = np.sqrt(mean * (1 + dispersion * mean))
    slopes = [x[at] * mean[at, None] for at in rows]
    weighted = [_whitened(slope, spread[at], correlation) for slope, at in zip(slopes, rows, strict=True)]
    return np.sum([slope.T @ one for slope, one in zip(slopes, weighted, strict=True)], axis=0), weighted


def _freed(
    residual: NDArray[np.float64], slope: NDArray[np.float64], inverse: NDArray[np.float64], weighted: NDArray[np.float64]
) -> NDArray[np.float64]:
    """A cluster's residuals freed of its own pull on the fit (Mancl & DeRouen)."""
    return np.linalg.lstsq(np.eye(len(residual)) - slope @ inverse @ weighted.T, residual, rcond=None)[0].astype(np.float64)


def _whitened(values: NDArray[np.float64], spread: NDArray[np.float64], correlation: float) -> NDArray[np.float64]:
    """The inverse of a cluster's working covariance times some columns; of an exchangeable correlation it is known in closed form."""
    scaled = values / spread[:, None]
    n = len(spread)
    if correlation:
        scaled = (scaled - correlation / (1 + (n - 1) * correlation) * scaled.sum(axis=0)) / (1 - correlation)
    return scaled / spread[:, None]
