"""A ratio for each small area, steadied by all the others: empirical Bayes.

An area with three stops has no ratio worth printing, yet a thousand such areas say much together. Each
area's ratio is taken as drawn from one distribution (normal on the log scale), whose centre and spread
the areas together tell; an area's own counts then pull its ratio away from that centre, as far as they
carry. Given an area's stops of both groups, those of the group are binomial with chance
ratio * B / (ratio * B + W): the areas' own levels drop out, and small counts need no normal approximation.

What is not known of centre and spread is carried into each area's interval, by averaging over a grid of
both (flat priors).

Steps, in order:  comparable -> _fit (centre, for one spread) -> _plausible (a grid of spreads) -> _posteriors -> SmallAreas

Read with care:
    Shrinking is right on average and wrong for odd areas: one whose ratio truly stands out is drawn towards the
    others until its own counts outweigh them. Neighbours are not taken as more alike than others. The
    probability is that the area's underlying ratio is above 1 given this model, not that anybody discriminated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .adjusted_ratio import Pairs, comparable
from .intervals import Interval, tail_share

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

LEAST_SPREAD, MOST_SPREAD = 0.03, 4.0
"""Spreads of the ratios' logarithms that are looked at; at the lower end all areas are alike to 3 %."""
FAR = 8.0
"""How far, in log probability, a spread may fall behind the best one and still be looked at."""
SPREADS, CENTRES, POINTS = 15, 5, 201
"""Grid of spreads, of centres for each, and of an area's ratio. From `MANY` areas on the centre is known well enough for one."""
MANY, AT_A_TIME = 2_000, 4_000
_NODE, _NODE_WEIGHT = np.polynomial.hermite_e.hermegauss(15)


class SmallAreas(NamedTuple):
    """Each area's ratio and what all of them together are.

    Attributes:
        ratio: posterior median and limits, shape (areas,); nan where one of the groups has no residents.
        above_one: probability that the area's underlying ratio is above 1, shape (areas,).
        centre: the ratio of a typical area, with its limits.
        spread: standard deviation of the areas' logarithms, with its limits; 0.7 means that a ratio twice the centre is usual.
        areas_with_stops: areas where both groups live and somebody of either was stopped: those that tell.
    """

    ratio: Interval
    above_one: NDArray[np.float64]
    centre: Interval
    spread: Interval
    areas_with_stops: int


def small_area_ratios(events: ArrayLike, people: ArrayLike, reference_events: ArrayLike, reference_people: ArrayLike, *, level: float = 0.95) -> SmallAreas:
    """Each area's ratio of rates, drawn towards that of the others as far as its own counts are too few to tell.

    log(ratio of an area) ~ normal(centre, spread^2)
    events | both groups' events ~ binomial(ratio * people / (ratio * people + reference people))

    Args:
        events, people: of the group, shape (areas,).
        reference_events, reference_people: of the group compared with, same areas.
        level: of the intervals, between 0 and 1: posterior probability, not coverage in repeated samples.

    Returns:
        SmallAreas; all nan with fewer than three areas that have stops, or where either group has none in all of them.

    Raises:
        BadValue: a count that is negative, fractional or missing; lists of unequal length.

    Example:
        >>> found = small_area_ratios([9, 1, 14, 3, 0], [250, 240, 300, 260, 90], [20, 25, 30, 22, 8], [2_500, 2_400, 2_600, 2_000, 900])
        >>> [f"{number:.1f}" for number in found.ratio.value], f"{found.above_one[1]:.2f}"
        (['3.9', '0.5', '3.7', '1.1', '0.5'], '0.22')

    Read with care:
        See the head of this file. Do not rank areas by these numbers: a list of the "worst" is mostly a list of chance.

    Source: Clayton & Kaldor (1987), Biometrics 43(3), 671-681, for the log-normal model; Stijnen, Hamza & Ozdemir (2010),
        Statistics in Medicine 29(29), 3046-3067, for the conditional binomial likelihood with it; Gelman (2006),
        Bayesian Analysis 1(3), 515-534, for the flat prior on the spread.
    """
    pairs, kept = comparable(events, people, reference_events, reference_people)
    tells = pairs.events + pairs.reference_events > 0
    told = Pairs(*(column[tells] for column in pairs))
    nothing = np.full(len(kept), np.nan)
    if tells.sum() < 3 or told.events.sum() == 0 or told.reference_events.sum() == 0:
        blank = Interval(*(np.asarray(np.nan),) * 3)
        return SmallAreas(Interval(nothing, nothing, nothing), nothing, blank, blank, int(tells.sum()))
    plausible = _plausible(told)
    value, low, high, above = _posteriors(pairs, plausible, level=level)
    ratio = Interval(*(_in_place(np.exp(one), kept) for one in (value, low, high)))
    return SmallAreas(ratio, _in_place(above, kept), *_centre_and_spread(plausible, level), len(told.events))


class _Fit(NamedTuple):
    """Centre that fits best at one spread, its standard error, and the logarithm of that spread's probability."""

    centre: float
    error: float
    spread: float
    log_chance: float


def _fit(pairs: Pairs, spread: float, start: float) -> _Fit:
    """Centre by Newton's method, from each area's posterior mean and variance; the centre is then integrated out (Laplace)."""
    centre = start
    for _ in range(50):
        log_chance, mean, variance = _moments(pairs, centre, spread)
        score = float((mean - centre).sum()) / spread**2
        information = float((1 - variance / spread**2).sum()) / spread**2
        step = score / information
        if abs(step) < 1e-8 * (1 + abs(centre)):
            break
        centre += float(np.clip(step, -1, 1))
    return _Fit(centre, information**-0.5, spread, float(log_chance.sum()) - 0.5 * float(np.log(information)))


def _modes(pairs: Pairs, centre: float, spread: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where each area's posterior is highest, and its standard deviation there, by Newton's method on all areas at once."""
    offset, total = np.log(pairs.people / pairs.reference_people), pairs.events + pairs.reference_events
    at = np.full(len(total), centre)
    for _ in range(100):
        chance = 1 / (1 + np.exp(-(at + offset)))
        curve = total * chance * (1 - chance) + spread**-2
        step = (pairs.events - total * chance - (at - centre) / spread**2) / curve
        at = at + np.clip(step, -1, 1)
        if np.all(np.abs(step) < 1e-8):
            break
    return at, curve**-0.5


def _log_likelihood(pairs: Pairs, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each area's counts at many log ratios, shape (areas, points); terms of the counts alone left out."""
    log_odds = at + np.log(pairs.people / pairs.reference_people)[:, None]
    return pairs.events[:, None] * log_odds - (pairs.events + pairs.reference_events)[:, None] * np.logaddexp(0, log_odds)


def _log_prior(at: NDArray[np.float64], centre: float, spread: float) -> NDArray[np.float64]:
    """Of log ratios, up to a constant."""
    return -0.5 * ((at - centre) / spread) ** 2 - np.log(spread)


def _moments(pairs: Pairs, centre: float, spread: float) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Log probability of each area's counts, and posterior mean and variance of its log ratio (Gauss-Hermite about the mode)."""
    mode, width = _modes(pairs, centre, spread)
    at = mode[:, None] + width[:, None] * _NODE
    logs = _log_likelihood(pairs, at) + _log_prior(at, centre, spread) + 0.5 * _NODE**2 + np.log(_NODE_WEIGHT)
    highest = logs.max(axis=1, keepdims=True)
    weight = np.exp(logs - highest)
    whole = weight.sum(axis=1)
    mean = (weight * at).sum(axis=1) / whole
    return np.log(whole) + highest[:, 0] + np.log(width), mean, (weight * (at - mean[:, None]) ** 2).sum(axis=1) / whole


def _plausible(pairs: Pairs) -> tuple[list[_Fit], NDArray[np.float64]]:
    """Fits over the spreads worth looking at, and the probability of each."""
    from scipy.optimize import minimize_scalar

    ends = np.log(LEAST_SPREAD), np.log(MOST_SPREAD)
    crude = pairs.events.sum() * pairs.reference_people.sum() / (pairs.reference_events.sum() * pairs.people.sum())
    last = {"centre": float(np.log(crude))}  # the next search starts where the last one ended

    def at(log_spread: float) -> _Fit:
        fit = _fit(pairs, float(np.exp(log_spread)), last["centre"])
        last["centre"] = fit.centre
        return fit

    best = float(minimize_scalar(lambda x: -at(x).log_chance, bounds=ends, method="bounded", options={"xatol": 1e-3}).x)
    least = at(best).log_chance - FAR
    low, high = (_last_plausible(lambda x: at(x).log_chance > least, best, end) for end in ends)
    grid = np.linspace(low, high, SPREADS)
    fits = [at(x) for x in grid]
    # A flat prior on the spread is exp(log spread) on its logarithm, in which the grid is even.
    logs = np.array([fit.log_chance for fit in fits]) + grid
    weight = np.exp(logs - logs.max())
    weight[[0, -1]] /= 2
    return fits, weight / weight.sum()


def _last_plausible(is_plausible: Callable[[float], bool], start: float, end: float) -> float:
    """How far one may go from the best spread towards an end: steps that grow, then halving."""
    step, inside = 0.05 if end > start else -0.05, start
    while abs(inside + step - start) < abs(end - start) and is_plausible(inside + step):
        inside, step = inside + step, 1.5 * step
    outside = inside + step if abs(inside + step - start) < abs(end - start) else end
    if outside == end and is_plausible(end):
        return end
    for _ in range(5):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if is_plausible(middle) else (inside, middle)
    return outside


def _posteriors(
    pairs: Pairs, plausible: tuple[list[_Fit], NDArray[np.float64]], *, level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Median, low and high of each area's log ratio, and the probability that it is above 0."""
    centres = 1 if len(pairs.events) >= MANY else CENTRES
    node, weight = np.polynomial.hermite_e.hermegauss(centres)
    mixed = [
        (float(fit.centre + fit.error * z), fit.spread, float(chance * w / weight.sum()))
        for fit, chance in zip(*plausible, strict=True)
        for z, w in zip(node, weight, strict=True)
    ]
    mixed = [one for one in mixed if one[2] > 1e-5]
    found = []
    for first in range(0, len(pairs.events), AT_A_TIME):
        part = Pairs(*(column[first : first + AT_A_TIME] for column in pairs))
        found.append(_quantiles_of(*_density(part, mixed), level))
    median, low, high, above = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return median, low, high, above


def _density(pairs: Pairs, mixed: list[tuple[float, float, float]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each area's posterior, averaged over centres and spreads, on a grid of its own; shape (areas, points) both."""
    around = [_modes(pairs, centre, spread) for centre, spread, _ in mixed]
    start = np.min([mode - 6 * width for mode, width in around], axis=0)
    end = np.max([mode + 6 * width for mode, width in around], axis=0)
    at = start[:, None] + (end - start)[:, None] * np.linspace(0, 1, POINTS)
    likelihood, density = _log_likelihood(pairs, at), np.zeros_like(at)
    for centre, spread, chance in mixed:
        logs = likelihood + _log_prior(at, centre, spread)
        one = np.exp(logs - logs.max(axis=1, keepdims=True))
        density += chance * one / one.sum(axis=1, keepdims=True)
    return at, density


def _quantiles_of(at: NDArray[np.float64], density: NDArray[np.float64], level: float) -> tuple[NDArray[np.float64], ...]:
    """Median, low, high, and the chance of more than 0, from densities on even grids."""
    below = np.concatenate([np.zeros((len(at), 1)), np.cumsum((density[:, 1:] + density[:, :-1]) / 2, axis=1)], axis=1)
    below /= below[:, -1:]
    rows, step = np.arange(len(at)), at[:, 1] - at[:, 0]

    def quantile(share: float) -> NDArray[np.float64]:
        right = np.clip((below < share).sum(axis=1), 1, POINTS - 1)
        under, over = below[rows, right - 1], below[rows, right]
        return at[rows, right - 1] + step * (share - under) / np.maximum(over - under, 1e-300)

    place = np.clip(-at[:, 0] / step, 0, POINTS - 1)
    left = np.minimum(place.astype(int), POINTS - 2)
    under_one = below[rows, left] + (place - left) * (below[rows, left + 1] - below[rows, left])
    tail = tail_share(level)
    return quantile(0.5), quantile(tail), quantile(1 - tail), 1 - under_one


def _centre_and_spread(plausible: tuple[list[_Fit], NDArray[np.float64]], level: float) -> tuple[Interval, Interval]:
    """Median and limits of the typical ratio and of the spread."""
    from scipy.special import ndtr

    fits, chance = plausible
    centre, error, spread = (np.array([getattr(fit, name) for fit in fits]) for name in ("centre", "error", "spread"))
    at = np.linspace((centre - 6 * error).min(), (centre + 6 * error).max(), 2_001)
    below = (chance * ndtr((at[:, None] - centre) / error)).sum(axis=1)
    shares = [0.5, tail_share(level), 1 - tail_share(level)]
    typical = np.exp(np.interp(shares, below, at))
    less = np.concatenate([[0.0], np.cumsum((chance[1:] + chance[:-1]) / 2)])
    scatter = np.exp(np.interp(shares, less / less[-1], np.log(spread)))
    return Interval(*(np.asarray(one) for one in typical)), Interval(*(np.asarray(one) for one in scatter))


def _in_place(numbers: NDArray[np.float64], kept: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Numbers of the areas kept, put back in order with nan for the others."""
    whole = np.full(len(kept), np.nan)
    whole[kept] = numbers
    return whole
