"""One rate over another within areas, where rates scatter more than chance allows: the negative binomial.

Each area has a level of its own; one ratio holds for all areas but for scatter; a count's variance is
mean + dispersion * mean^2 ("NB2"). An area with ten times the stops then weighs no longer ten times as
much: what is estimated is nearer to the ratio of a typical area than to that of a typical stop.

Given ratio and dispersion, an area's level solves a quadratic, so areas drop out one by one and what is
left is one number found by Newton's method, and the dispersion by a search along a line. With two counts
an area, plain maximum likelihood finds about half the scatter there is (each area's level uses up one of
its two counts); the dispersion is therefore chosen by the profile likelihood as Cox & Reid adjust it.

Steps, in order:  _levels (each area, by formula) -> _ratio (Newton) -> _dispersion (search) -> within_areas
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting
from .adjusted_ratio import Pairs, around, comparable, t_of
from .intervals import Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LEAST, MOST = 1e-6, 20.0
"""Where the dispersion is looked for; at the lower end the model is the Poisson one."""


class Fitted(NamedTuple):
    """The ratio with its limits, and the dispersion: 0.25 means rates that scatter by a half around the model."""

    ratio: Interval
    dispersion: float


def negative_binomial_within_areas(
    events: ArrayLike, people: ArrayLike, reference_events: ArrayLike, reference_people: ArrayLike, *, level: float = 0.95, dispersion: str = "adjusted"
) -> Fitted:
    """One rate over another with a level for each area and scatter beyond chance.

    mean = people * exp(area + ratio's logarithm if of the group), variance = mean + dispersion * mean^2

    Args:
        events, people: of the group, shape (areas,).
        reference_events, reference_people: of the group compared with, same areas.
        level: coverage, between 0 and 1.
        dispersion: "adjusted" (for the areas' levels, Cox & Reid) or "plain" (maximum likelihood, as regression
            programs with an indicator for every area give it; finds too little scatter here).

    Returns:
        Fitted; the interval is the model's, with Student's t of areas - 1. nan where the group or the
        reference has no events in the areas where both live, or with fewer than two areas that have events.

    Raises:
        BadValue: a count that is negative, fractional or missing; lists of unequal length.
        BadSetting: an unknown kind of dispersion.

    Example:
        >>> stops, residents = [9, 1, 14, 3, 20], [250, 240, 300, 260, 400]
        >>> white, of_them = [20, 25, 30, 22, 31], [2_500, 2_400, 2_600, 2_000, 3_000]
        >>> fitted = negative_binomial_within_areas(stops, residents, white, of_them)
        >>> f"{fitted.ratio.value:.2f} ({fitted.ratio.low:.2f} to {fitted.ratio.high:.2f}), dispersion {fitted.dispersion:.2f}"
        '2.54 (0.87 to 7.39), dispersion 0.28'

    Read with care:
        Scatter is taken as alike in large and small areas. With sparse counts the dispersion is ill determined,
        and with areas that differ much the answer is another than that of `mantel_haenszel`: that weighs stops,
        this weighs areas. See also the head of `adjusted_ratio.py`.

    Source: Cameron & Trivedi (2013), Regression Analysis of Count Data, 2nd ed., ch. 3 and 9; Cox & Reid (1987), Journal of the
        Royal Statistical Society B 49(1), 1-39; McCarthy, Chen & Smyth (2012), Nucleic Acids Research 40(10), 4288-4297.
    """
    if dispersion not in ("adjusted", "plain"):
        raise BadSetting(f"dispersion={dispersion!r} is not known. Known: adjusted, plain.")
    pairs, _ = comparable(events, people, reference_events, reference_people)
    pairs = Pairs(*(column[pairs.events + pairs.reference_events > 0] for column in pairs))
    if len(pairs.events) < 2 or not (pairs.events.sum() > 0 and pairs.reference_events.sum() > 0):
        return Fitted(Interval(*(np.asarray(np.nan),) * 3), float("nan"))
    scatter = _dispersion(pairs, adjusted=dispersion == "adjusted")
    beta, information = _ratio(pairs, scatter, 0.0)
    return Fitted(around(beta, t_of(level, len(pairs.events) - 1) / np.sqrt(information)), scatter if scatter > 1.01 * LEAST else 0.0)


def _levels(pairs: Pairs, scatter: float, ratio: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Means of the group and of the reference when each area's level fits its two counts best.

    With p = ratio * people, q = reference people and a = dispersion, the level x solves
    2 a p q x^2 + (p + q - a (b q + w p)) x - (b + w) = 0.
    """
    p, q = ratio * pairs.people, pairs.reference_people
    square = 2 * scatter * p * q
    line = p + q - scatter * (pairs.events * q + pairs.reference_events * p)
    total = pairs.events + pairs.reference_events
    # Written so that it holds for a vanishing square too, and loses no digits.
    root = np.sqrt(line**2 + 4 * square * total)
    level = np.where(line >= 0, 2 * total / (line + root), (root - line) / np.where(line >= 0, 1, 2 * square))
    return level * p, level * q


def _ratio(pairs: Pairs, scatter: float, start: float) -> tuple[float, float]:
    """The ratio's logarithm that fits best at this dispersion, and its information with the areas' levels fitted too."""
    beta = start
    for _ in range(200):
        mean, base = _levels(pairs, scatter, float(np.exp(beta)))
        of_group, of_base = mean / (1 + scatter * mean), base / (1 + scatter * base)
        information = float((of_group * of_base / (of_group + of_base)).sum())
        step = float(((pairs.events - mean) / (1 + scatter * mean)).sum()) / information
        beta += float(np.clip(step, -1, 1))
        if abs(step) < 1e-10:
            break
    return beta, information


def _dispersion(pairs: Pairs, *, adjusted: bool) -> float:
    """The dispersion with the highest (adjusted) profile likelihood."""
    from scipy.optimize import minimize_scalar

    last = {"beta": 0.0}

    def worse(log_scatter: float) -> float:
        scatter = float(np.exp(log_scatter))
        last["beta"], information = _ratio(pairs, scatter, last["beta"])
        mean, base = _levels(pairs, scatter, float(np.exp(last["beta"])))
        likelihood = _log_likelihood(pairs.events, mean, scatter) + _log_likelihood(pairs.reference_events, base, scatter)
        if not adjusted:
            return -likelihood
        of_levels = mean / (1 + scatter * mean) + base / (1 + scatter * base)
        return -(likelihood - 0.5 * (float(np.log(of_levels).sum()) + np.log(information)))

    found = minimize_scalar(worse, bounds=(np.log(LEAST), np.log(MOST)), method="bounded", options={"xatol": 1e-4})
    return float(np.exp(found.x))


def _log_likelihood(count: NDArray[np.float64], mean: NDArray[np.float64], scatter: float) -> float:
    """Negative binomial log likelihood, without the term that depends on the counts alone."""
    from scipy.special import gammaln

    size = 1 / scatter
    # log gamma(count + size) - log gamma(size) - count log(size), which keeps its digits when size is huge.
    rising = np.where(count > 0, gammaln(count + size) - gammaln(size) - count * np.log(size), 0.0)
    return float((rising + np.where(count > 0, count * np.log(mean), 0.0) - (count + size) * np.log1p(scatter * mean)).sum())
