"""The threshold test's model: from bars and chances of a find to search rates and hits, and how likely the counts then are.

Everybody stopped gives off a signal. Of a share phi there is something to find, and their signals are
normal around delta; the others' are normal around 0, all of spread 1. Seeing a signal x, the chance of a
find is p(x), and p(x) > t exactly where x > u:

    logit t = logit phi + delta u - delta^2 / 2

Everyone with a chance above the bar t is searched. Hence, with S the upper tail of the standard normal,

    searched with a hit = phi S(u - delta),   searched without = (1 - phi) S(u),   not searched = the rest,

and the three counts of a cell (one group in one area) are multinomial. Over groups r and areas d:

    logit phi_rd = a_r + a_d    log delta_rd = b_r + b_d    logit t_rd ~ normal(T_r, sigma)

Each cell's own bar is integrated out: given all else it is one number, and the integral over it is taken by
Gauss-Hermite quadrature around its mode. What is left is smooth and of few dimensions, which is what the
sampler needs. Priors stand in `Priors`.

Read with care:
    A cell gives two numbers, a search rate and a share of hits, for three unknowns. What ties them down is
    that groups and areas only add, and the priors. A model of this kind can fit and be wrong.

Source: Simoiu, Corbett-Davies & Goel (2017), Annals of Applied Statistics 11(3), 1193-1216 (the test; bars on the
logit scale); Pierson, Corbett-Davies & Goel (2018), AISTATS, PMLR 84, 96-105 (this family of signals); re-derived here.
Naylor & Smith (1982), Applied Statistics 31(3), 214-225 (the quadrature).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

NODES = 7
"""Points of the quadrature; seven are right to six digits where a cell has 500 stops."""
MOST_STEPS = 40
NEAR_ENOUGH = 0.05
"""The search for a mode stops once all are this near, in widths of what is integrated; the quadrature forgives it."""
FARTHEST = 35.0
"""Signals beyond this many spreads are as good as there; the tails would round to nothing."""


@dataclass(frozen=True)
class Priors:
    """What is held likely before the counts are seen: weak, and each a choice.

    Attributes:
        carrying: middle and spread of the normal prior of a_r, the log odds, in a group, that there is something to find.
            95 of 100 between 0.4 and 61 per cent.
        signal: the same of b_r, the logarithm of how far signals tell those apart. Between 0.4 and 7 spreads.
        bar: the same of T_r, the log odds of the bar. Between 1 and 81 per cent.
        area_carrying, area_signal: size of areas' a_d and b_d, which are normal around 0 with a variance that is itself
            unknown (inverse gamma, `freedom` degrees): together they have a multivariate t distribution.
        freedom: of that.
        bar_spread, bar_spread_factor: middle of sigma, the spread of areas' bars around their group's, and the factor that one
            standard deviation of its log-normal prior makes.
    """

    carrying: tuple[float, float] = (-2.5, 1.5)
    signal: tuple[float, float] = (0.5, 0.75)
    bar: tuple[float, float] = (-1.5, 1.5)
    area_carrying: float = 0.5
    area_signal: float = 0.2
    freedom: float = 4.0
    bar_spread: float = 0.35
    bar_spread_factor: float = 2.0

    def scaled(self, by: float) -> Priors:
        """All spreads and sizes times a number; 2 says less beforehand, a half says more."""
        return replace(
            self,
            carrying=(self.carrying[0], by * self.carrying[1]),
            signal=(self.signal[0], by * self.signal[1]),
            bar=(self.bar[0], by * self.bar[1]),
            area_carrying=by * self.area_carrying,
            area_signal=by * self.area_signal,
            bar_spread=by * self.bar_spread,
        )


class Rates(NamedTuple):
    """Shares of those stopped: searched with a hit, searched without, not searched.

    Also the slopes of the first two in the signal (sign reversed), the signal at the bar measured from 0 and from delta,
    and the slope of the third in the share carrying.
    """

    hit: NDArray[np.float64]
    miss: NDArray[np.float64]
    rest: NDArray[np.float64]
    hit_slope: NDArray[np.float64]
    miss_slope: NDArray[np.float64]
    u: NDArray[np.float64]
    v: NDArray[np.float64]
    rest_slope: NDArray[np.float64]


class Parts(NamedTuple):
    """The parameters by name; leading axes are fits and chains, the last one is groups or areas."""

    carrying: NDArray[np.float64]
    signal: NDArray[np.float64]
    bar: NDArray[np.float64]
    area_carrying: NDArray[np.float64]
    area_signal: NDArray[np.float64]
    log_spread: NDArray[np.float64]


def search_and_hit_rate(bar: ArrayLike, *, carrying: ArrayLike, signal: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the records show under a bar: the share of stops that are searches, and of searches that are hits.

    Args:
        bar: lowest chance of a find at which a search is made, between 0 and 1.
        carrying: share of those stopped on whom there is something to find, between 0 and 1.
        signal: how far apart, in spreads, the signals of the two lie; above 0.

    Example:
        >>> rate, hits = search_and_hit_rate(0.15, carrying=0.05, signal=1.5)
        >>> f"searched {rate:.1%}, hits {hits:.1%}"
        'searched 8.1%, hits 29.6%'

    Read with care:
        See the head of this file.

    Source: Pierson, Corbett-Davies & Goel (2018), AISTATS, PMLR 84, 96-105.
    """
    share = np.asarray(carrying, dtype=float)
    found = rates(_logit(np.asarray(bar, dtype=float)), _logit(share), share, np.asarray(signal, dtype=float))
    searched = found.hit + found.miss
    return searched, found.hit / searched


def rates(log_bar: NDArray[np.float64], log_carrying: NDArray[np.float64], carrying: NDArray[np.float64], signal: NDArray[np.float64]) -> Rates:
    """What is seen at a bar, all on the logit scale but `carrying`, which is the share itself, and `signal`."""
    from scipy.special import ndtr

    u, v = _signals(log_bar, log_carrying, signal)
    hit_slope, miss_slope = carrying * _density(v), (1 - carrying) * _density(u)
    below_u, below_v = ndtr(u), ndtr(v)
    rest = carrying * below_v + (1 - carrying) * below_u
    return Rates(carrying * ndtr(-v), (1 - carrying) * ndtr(-u), rest, hit_slope, miss_slope, u, v, below_v - below_u)


@dataclass(frozen=True)
class Cells:
    """Counts of one data set, or of several of one shape to be fitted side by side.

    Attributes:
        encounters, searches, hits: shape (fits, cells), cells being groups within areas: cell = area * groups + group.
        groups, areas: how many.
    """

    encounters: NDArray[np.float64]
    searches: NDArray[np.float64]
    hits: NDArray[np.float64]
    groups: int
    areas: int

    @property
    def parameters(self) -> int:
        """How many there are once the cells' own bars are integrated out."""
        return 3 * self.groups + 2 * self.areas + 1

    @cached_property
    def counts(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Hits, misses and stops without a search, with an axis for chains."""
        return tuple(np.asarray(one, dtype=float)[:, None, :] for one in (self.hits, self.searches - self.hits, self.encounters - self.searches))  # type: ignore[return-value]

    def parts(self, position: NDArray[np.float64]) -> Parts:
        """The parameters at a position.

        For each group a position holds what a typical area of it shows, for that is what counts pin down: the signal u at
        the bar, the log odds H of a hit, and b. Then a = H + log S(u) - log S(u - delta), and T = a + delta u - delta^2 / 2.
        """
        r, d = self.groups, self.areas
        at_bar, hit, signal, *rest = np.split(position, np.cumsum([r, r, r, d, d]), axis=-1)
        delta = np.exp(np.clip(signal, -6, 4))
        carrying = hit + _log_upper(at_bar) - _log_upper(at_bar - delta)
        return Parts(carrying, signal, carrying + delta * at_bar - delta**2 / 2, *rest)

    def back(
        self, position: NDArray[np.float64], by_carrying: NDArray[np.float64], by_signal: NDArray[np.float64], by_bar: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], ...]:
        """Slopes in what a position holds for the groups, from those in a, b and T."""
        r = self.groups
        at_bar, delta = position[..., :r], np.exp(np.clip(position[..., 2 * r : 3 * r], -6, 4))
        near, far = _steepness(at_bar - delta), _steepness(at_bar)
        by_at_bar = by_carrying * (near - far) + by_bar * (near - far + delta)
        return by_at_bar, by_carrying + by_bar, by_signal + delta * (by_bar * (at_bar - delta) - near * (by_carrying + by_bar))

    def of_cells(self, parts: Parts) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Log odds of carrying, log signal and the group's log bar, of every cell."""
        carrying, signal = _every_cell(parts.carrying, parts.area_carrying), _every_cell(parts.signal, parts.area_signal)
        bar = _every_cell(parts.bar, np.zeros_like(parts.area_signal))
        return np.clip(carrying, -FARTHEST, FARTHEST), np.clip(signal, -6, 4), bar


class Bars(NamedTuple):
    """Each cell's own bar given all else: where the quadrature's points lie, their weights, and the integral's logarithm."""

    points: NDArray[np.float64]
    at: Rates
    weights: NDArray[np.float64]
    log_integral: NDArray[np.float64]
    mode: NDArray[np.float64]
    width: NDArray[np.float64]


def bars_of_cells(
    cells: Cells, log_carrying: NDArray[np.float64], log_signal: NDArray[np.float64], middle: NDArray[np.float64], spread: NDArray[np.float64]
) -> Bars:
    """Integrate each cell's bar out: logit bar ~ normal(middle, spread), times the chance of the cell's counts.

    Args:
        cells: the counts.
        log_carrying, log_signal, middle: of every cell, shape (fits, chains, cells).
        spread: of bars around their group's, shape (fits, chains, 1).
    """
    x, log_weight = _quadrature()
    carrying, signal = 1 / (1 + np.exp(-log_carrying)), np.exp(log_signal)
    hits, misses, rest = cells.counts
    stops = hits + misses + rest
    mode = middle
    for _ in range(MOST_STEPS):  # scoring: Newton's steps with the expected curvature, which is never negative
        now = rates(mode, log_carrying, carrying, signal)
        both = now.hit_slope + now.miss_slope
        slope = (-hits * now.hit_slope / now.hit - misses * now.miss_slope / now.miss + rest * both / now.rest) / signal - (mode - middle) / spread**2
        curve = stops * (now.hit_slope**2 / now.hit + now.miss_slope**2 / now.miss + both**2 / now.rest) / signal**2 + 1 / spread**2
        width, step = 1 / np.sqrt(curve), np.clip(slope / curve, -1, 1)
        mode = mode + step
        if not (np.abs(step) > NEAR_ENOUGH * width).any():
            break
    points = mode + width * x.reshape(-1, 1, 1, 1)
    at = rates(points, log_carrying, carrying, signal)
    log_chance = hits * np.log(at.hit) + misses * np.log(at.miss) + rest * np.log(at.rest) - 0.5 * ((points - middle) / spread) ** 2 - np.log(spread)
    terms = log_chance + log_weight.reshape(-1, 1, 1, 1)
    top = terms.max(axis=0)
    weights = np.exp(terms - top)
    total = weights.sum(axis=0)
    return Bars(points, at, weights / total, np.log(total) + top + np.log(width) - 0.5 * np.log(2 * np.pi), mode, width)


def log_posterior(cells: Cells, priors: Priors, position: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The logarithm of the posterior density, up to a constant, and its slope.

    Args:
        cells: the counts.
        priors: see `Priors`.
        position: shape (fits, chains, parameters): see `Cells.parts`; then areas' a_d and b_d, and the logarithm of sigma.

    Returns:
        Density, shape (fits, chains), and slope, shape of `position`; -inf where it cannot be computed.
    """
    with np.errstate(all="ignore"):
        parts = cells.parts(position)
        log_carrying, log_signal, middle = cells.of_cells(parts)
        spread = np.exp(np.clip(parts.log_spread, -12, 4))
        found = bars_of_cells(cells, log_carrying, log_signal, middle, spread)
        by_carrying, by_signal = _slopes(cells, found, log_carrying, log_signal)
        away = (found.points - middle) / spread
        by_bar, by_spread = (found.weights * away).sum(axis=0) / spread, (found.weights * (away**2 - 1)).sum(axis=0)
        density, more = _prior(cells, priors, parts)
        of_groups = (_by_group(one, cells) + prior for one, prior in zip((by_carrying, by_signal, by_bar), more, strict=False))
        at_bar, hit, signal = cells.back(position, *of_groups)
        slope = np.concatenate(
            [at_bar, hit, signal + 1, _by_area(by_carrying, cells) + more[3], _by_area(by_signal, cells) + more[4],
             by_spread.sum(axis=-1, keepdims=True) + more[5]],
            axis=-1,
        )  # fmt: skip
        # The change of variables stretches each group's (a, T) by delta, hence the sum of the b.
        density = density + found.log_integral.sum(axis=-1) + parts.signal.sum(axis=-1)
        lost = ~np.isfinite(density) | ~np.isfinite(slope).all(axis=-1)
        return np.where(lost, -np.inf, density), np.where(lost[..., None], 0.0, slope)


def _slopes(cells: Cells, found: Bars, log_carrying: NDArray[np.float64], log_signal: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Slopes of each cell's log integral in its log odds of carrying and its log signal: those of the chance, averaged over its bar."""
    carrying, signal = 1 / (1 + np.exp(-log_carrying)), np.exp(log_signal)
    hits, misses, rest = cells.counts
    at = found.at
    per_rest = rest / at.rest
    by_u = at.miss_slope * (per_rest - misses / at.miss)
    by_v = at.hit_slope * (per_rest - hits / at.hit)
    moved = hits * (1 - carrying) - misses * carrying + per_rest * at.rest_slope * carrying * (1 - carrying)
    by_carrying = (found.weights * (moved - (by_u + by_v) / signal)).sum(axis=0)
    return by_carrying, -(found.weights * (by_u * at.v + by_v * at.u)).sum(axis=0)


def _prior(cells: Cells, priors: Priors, parts: Parts) -> tuple[NDArray[np.float64], list[NDArray[np.float64]]]:
    """The logarithm of the prior density and its slopes in the parts, in their order."""
    density, slopes = np.zeros(parts.carrying.shape[:-1]), []
    for values, (middle, scale) in zip(parts[:3], (priors.carrying, priors.signal, priors.bar), strict=True):
        density = density - 0.5 * (((values - middle) / scale) ** 2).sum(axis=-1)
        slopes.append((middle - values) / scale**2)
    for effects, size in zip(parts[3:5], (priors.area_carrying, priors.area_signal), strict=True):
        least, squares = priors.freedom * size**2, (effects**2).sum(axis=-1, keepdims=True)
        weight = priors.freedom + cells.areas
        density = density - 0.5 * weight * np.log1p(squares / least)[..., 0]
        slopes.append(-weight * effects / (least + squares))
    away = (parts.log_spread - np.log(priors.bar_spread)) / np.log(priors.bar_spread_factor)
    return density - 0.5 * (away**2)[..., 0], [*slopes, -away / np.log(priors.bar_spread_factor)]


def _signals(log_bar: NDArray[np.float64], log_carrying: NDArray[np.float64], signal: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The signal at the bar, from 0 and from delta."""
    middle = (log_bar - log_carrying) / signal
    return np.clip(middle + signal / 2, -FARTHEST, FARTHEST), np.clip(middle - signal / 2, -FARTHEST, FARTHEST)


def _log_upper(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithm of the normal distribution's upper tail."""
    from scipy.special import log_ndtr

    return np.asarray(log_ndtr(-x))


def _steepness(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Density over upper tail: how fast the tail falls."""
    return np.exp(-0.5 * x * x - 0.5 * np.log(2 * np.pi) - _log_upper(x))


def _density(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)


def _every_cell(of_groups: NDArray[np.float64], of_areas: NDArray[np.float64]) -> NDArray[np.float64]:
    summed = of_areas[..., :, None] + of_groups[..., None, :]
    return summed.reshape(*summed.shape[:-2], -1)


def _by_group(values: NDArray[np.float64], cells: Cells) -> NDArray[np.float64]:
    return values.reshape(*values.shape[:-1], cells.areas, cells.groups).sum(axis=-2)


def _by_area(values: NDArray[np.float64], cells: Cells) -> NDArray[np.float64]:
    return values.reshape(*values.shape[:-1], cells.areas, cells.groups).sum(axis=-1)


def _quadrature() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points and log weights for the integral of a function that is nearly normal."""
    from scipy.special import roots_hermitenorm

    x, weight = roots_hermitenorm(NODES)
    return x, np.log(weight) + 0.5 * x**2


def _logit(share: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.log(share) - np.log1p(-share)
