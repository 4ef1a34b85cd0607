"""Counts by place and day (or month) as a regression: how much lower were they under patrol, place and day alike?

log(mean count) = effect of a patrol + effect of the place + effect of the day

Poisson and negative binomial fits by iterated weighted least squares, with errors from the places, not
from the rows. A place or day without any event tells nothing here and is left out. `gee.py` has the
estimating equations for counts that go together within a place.

    poisson, negative_binomial   maximum likelihood
    clustered                    errors that let all rows of a cluster go together

Read with care: the mean must be right; the spread need not be, since errors come from the clusters. With
under some ten clusters no such error can be trusted.

Source: McCullagh & Nelder (1989), Generalized Linear Models, 2nd ed.; Cameron & Miller (2015), Journal of Human
Resources 50(2), 317-372; Hausman, Hall & Griliches (1984), Econometrica 52(4), 909-938, for effects of places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import CannotAnswer
from .intervals import tail_share

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from .randomisation import Effect

STEPS = 100
CLOSE_ENOUGH = 1e-10
MOST_CELLS = 40_000_000
"""Rows times terms of a design, held in memory as numbers of eight bytes."""
LEAST_DISPERSION = 1e-8
"""A negative binomial with less dispersion is a Poisson."""


class CountFit(NamedTuple):
    """A fitted mean: coefficients (log scale), their covariance if the counts are as spread as supposed, fitted means, dispersion (0 for Poisson)."""

    coef: NDArray[np.float64]
    covariance: NDArray[np.float64]
    mean: NDArray[np.float64]
    dispersion: float


def with_effects(term: ArrayLike, *labels: ArrayLike) -> NDArray[np.float64]:
    """A design: the terms of interest first, then a constant and an effect for each label but the first of its kind.

    Args:
        term: shape (rows,) or (rows, terms).
        labels: place, day, …; any values, shape (rows,) each.

    Returns:
        Shape (rows, terms + 1 + labels - kinds).

    Raises:
        CannotAnswer: the design would not fit a small machine's memory.

    Example:
        >>> with_effects([1, 0, 0, 1], ["a", "a", "b", "b"]).tolist()
        [[1.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """
    first = np.asarray(term, dtype=float)
    numbers = [np.unique(np.asarray(label), return_inverse=True)[1] for label in labels]
    terms = sum(int(number.max()) for number in numbers)
    if len(first) * terms > MOST_CELLS:
        raise CannotAnswer(f"{len(first):,} rows with {terms:,} effects of places and times are too many for this regression. Add days up to weeks.")
    parts = [first[:, None] if first.ndim == 1 else first, np.ones((len(first), 1))]
    parts += [np.eye(int(number.max()) + 1)[number][:, 1:] for number in numbers]
    return np.hstack(parts)


def with_events(count: ArrayLike, *labels: ArrayLike) -> NDArray[np.bool_]:
    """Rows whose place, day, … has any event at all; the effect of one without is minus infinity and tells nothing.

    Example:
        >>> with_events([0, 0, 1, 2], ["a", "a", "b", "b"]).tolist()
        [False, False, True, True]
    """
    y = np.asarray(count, dtype=float)
    keep = np.ones(len(y), dtype=bool)
    while True:
        before = keep.sum()
        for label in labels:
            _, number = np.unique(np.asarray(label), return_inverse=True)
            keep &= np.bincount(number, weights=y * keep)[number] > 0
        if keep.sum() == before:
            return keep


def poisson(count: ArrayLike, design: NDArray[np.float64], *, offset: ArrayLike | None = None) -> CountFit:
    """A Poisson regression with a log link.

    Args:
        count: whole numbers, shape (rows,).
        design: shape (rows, terms); `with_effects`.
        offset: log of what the mean is in proportion to, shape (rows,).

    Raises:
        CannotAnswer: the terms cannot be told apart, or an effect runs off to infinity.

    Example:
        >>> fit = poisson([2, 4, 4, 8], with_effects([0, 1, 0, 1], ["a", "a", "b", "b"]))
        >>> float(np.exp(fit.coef[0]).round(6))
        2.0

    Read with care:
        Its own covariance takes events to be independent; use `clustered`.

    Source: see the head of this file.
    """
    return fit_mean(np.asarray(count, dtype=float), design, as_offset(offset, design), 0.0)


def negative_binomial(count: ArrayLike, design: NDArray[np.float64], *, offset: ArrayLike | None = None) -> CountFit:
    """A negative binomial regression, variance = mean + dispersion * mean ** 2, by maximum likelihood.

    Args, Raises: as `poisson`.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> fit = negative_binomial(rng.poisson(rng.gamma(2, 2, 500)), np.ones((500, 1)))
        >>> 0.35 < fit.dispersion < 0.65
        True

    Read with care:
        Where the counts are no more spread than Poisson the dispersion is 0 and the fit is Poisson's.

    Source: see the head of this file.
    """
    from scipy.optimize import minimize_scalar

    y, shift = np.asarray(count, dtype=float), as_offset(offset, design)
    fit = fit_mean(y, design, shift, 0.0)
    before = np.inf
    for _ in range(STEPS):
        mean = fit.mean
        best = minimize_scalar(lambda log, mean=mean: -_likelihood(y, mean, np.exp(log)), bounds=(np.log(LEAST_DISPERSION), np.log(1e3)), method="bounded")
        dispersion = float(np.exp(best.x))
        fit = fit_mean(y, design, shift, dispersion if dispersion > 10 * LEAST_DISPERSION else 0.0)
        if abs(dispersion - before) <= 1e-8 * (1 + dispersion) or fit.dispersion == 0:
            break
        before = dispersion
    return fit


def clustered(count: ArrayLike, design: NDArray[np.float64], fit: CountFit, cluster: ArrayLike) -> NDArray[np.float64]:
    """Covariance of the coefficients that lets all rows of a cluster go together.

    covariance = G / (G - 1) * (N - 1) / (N - K) * bread * sum over G clusters of (score score') * bread,  for N rows and K terms

    Args:
        count, design, fit: of the regression.
        cluster: shape (rows,).

    Raises:
        CannotAnswer: there is one cluster only.

    Example:
        >>> x = with_effects([0, 1, 0, 1])
        >>> clustered([2, 4, 4, 8], x, poisson([2, 4, 4, 8], x), ["a", "a", "b", "b"]).shape
        (2, 2)

    Read with care:
        Compare with t on G - 1 degrees of freedom; with few clusters it is still too small.

    Source: see the head of this file.
    """
    y = np.asarray(count, dtype=float)
    _, number = np.unique(np.asarray(cluster), return_inverse=True)
    groups = int(number.max()) + 1
    if groups < 2:
        raise CannotAnswer("There is one cluster only, so how far clusters differ by chance cannot be told. Two or more places are needed; ten are better.")
    residual = (y - fit.mean) / (1 + fit.dispersion * fit.mean)
    scores = np.zeros((groups, design.shape[1]))
    np.add.at(scores, number, design * residual[:, None])
    few = groups / (groups - 1) * (len(y) - 1) / (len(y) - design.shape[1])
    return few * fit.covariance @ (scores.T @ scores) @ fit.covariance


def ratio_of(coef: float, variance: float, p_at: float = 1.0, *, clusters: int, level: float = 0.95) -> Effect:
    """A coefficient as a ratio, with limits and a p-value from t on one fewer degrees of freedom than there are clusters.

    Args:
        coef, variance: on the log scale.
        p_at: the ratio the p-value tests against.
        clusters: how many.
        level: coverage.

    Example:
        >>> effect = ratio_of(np.log(0.5), 0.01, clusters=20)
        >>> f"{effect.value:.2f} ({effect.low:.2f} to {effect.high:.2f})"
        '0.50 (0.41 to 0.62)'
    """
    from scipy.stats import t

    from .randomisation import Effect

    error, df = float(np.sqrt(variance)), clusters - 1
    reach = float(t.ppf(1 - tail_share(level), df)) * error
    p_value = float(2 * t.sf(abs(coef - np.log(p_at)) / error, df)) if error > 0 else float("nan")
    return Effect(float(np.exp(coef)), float(np.exp(coef - reach)), float(np.exp(coef + reach)), p_value)


def as_offset(offset: ArrayLike | None, design: NDArray[np.float64]) -> NDArray[np.float64]:
    """The offset as numbers; none is 0."""
    return np.zeros(len(design)) if offset is None else np.asarray(offset, dtype=float)


def fit_mean(y: NDArray[np.float64], x: NDArray[np.float64], shift: NDArray[np.float64], dispersion: float) -> CountFit:
    """Iterated weighted least squares for a mean with a log link."""
    mean = (y + y.mean()) / 2 + 1e-8
    eta = np.log(mean)
    before = np.inf
    for _ in range(STEPS):
        weight = mean / (1 + dispersion * mean)
        pulled = eta - shift + (y - mean) / mean
        bread = x.T @ (x * weight[:, None])
        coef = solved(bread, x.T @ (weight * pulled))
        eta = x @ coef + shift
        mean = np.exp(np.clip(eta, -700, 700))
        now = _likelihood(y, mean, dispersion)
        if abs(now - before) <= CLOSE_ENOUGH * (1 + abs(now)):
            break
        before = now
    if np.abs(coef).max() > 15 or not np.isfinite(coef).all():
        raise CannotAnswer("An effect runs off to infinity: some group has no events at all. Leave it out, or use a longer period.")
    weight = mean / (1 + dispersion * mean)
    return CountFit(coef, np.linalg.inv(x.T @ (x * weight[:, None])), mean, dispersion)


def solved(bread: NDArray[np.float64], score: NDArray[np.float64]) -> NDArray[np.float64]:
    """A step of the fit, after making sure that there is one.

    Raises:
        CannotAnswer: the terms cannot be told apart.
    """
    scale = np.sqrt(np.diag(bread))
    if not np.all(scale > 0) or np.linalg.cond(bread / np.outer(scale, scale)) > 1e12:
        raise CannotAnswer("The effects cannot be told apart: one is the sum of others, such as a place patrolled every day. Leave it out.")
    return np.asarray(np.linalg.solve(bread, score), dtype=float)


def _likelihood(y: NDArray[np.float64], mean: NDArray[np.float64], dispersion: float) -> float:
    """Log likelihood without what depends on the counts alone."""
    from scipy.special import gammaln

    if dispersion < 10 * LEAST_DISPERSION:
        return float((y * np.log(mean) - mean).sum())
    size = 1 / dispersion
    return float((gammaln(y + size) - gammaln(size) + y * np.log(mean / (mean + size)) - size * np.log1p(dispersion * mean)).sum())
