"""The largest gap between any two groups, in one rate or over several, and how far chance could have made it.

The largest of many differences is larger than any of them is in truth: with six equal groups it is never
nearly 0. So percentiles of redrawn gaps never reach 0 either, and would miss the truth every time. Here
the lower limit is the largest gap that *some* pair surely has, all pairs judged together (a factor learnt
from multinomial draws of the counts); the upper limit is the highest that any pair could have.

Read with care: the largest gap is set by two groups, often small ones, and by the luck of the draw which.
It always comes with their names and sizes; the gap to a reference group says more.

Steps, in order:  pairs -> joint_factor (from draws) -> largest_difference, smallest_ratio
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from .intervals import Interval, over_or_nan, share_difference, share_wilson, tail_share
from .share_comparisons import share_ratio

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray


class Gap(NamedTuple):
    """The largest gap, and what set it.

    Attributes:
        value, low, high: the gap and its limits.
        rate: position of the rate it occurs in.
        most, least: positions of the groups with the higher and the lower rate.
        p_value: how often draws from equal groups would show as clear a gap, all pairs looked at.
    """

    value: float
    low: float
    high: float
    rate: int
    most: int
    least: int
    p_value: float


def largest_difference(
    part: ArrayLike,
    whole: ArrayLike,
    *,
    level: float = 0.95,
    replicates: int = 1000,
    seed: int = 0,
    draws: NDArray[np.float64] | None = None,
    areas: int = 0,
) -> Gap:
    """The largest difference between any two groups in any of the rates given ("equalised odds" when these are TPR and FPR).

    value = max over rates of (highest group's rate - lowest group's rate)

    Args:
        part, whole: people, shape (rates, groups). Groups whose whole is 0 are passed over in that rate.
        level: coverage, between 0 and 1.
        replicates, seed: of the multinomial draws.
        draws: rates with whole areas drawn again, shape (replicates, rates, groups); then used instead.
        areas: how many areas were drawn from.

    Returns:
        Gap; `low` is 0 where no pair is surely apart.

    Raises:
        CannotAnswer: no rate has two groups with anybody in its whole.
        BadValue: as `intervals.share_wilson`.

    Example:
        >>> tpr, fpr = ([1369, 505], [1901, 966]), ([805, 349], [1795, 1488])
        >>> gap = largest_difference([tpr[0], fpr[0]], [tpr[1], fpr[1]])
        >>> f"{gap.value:.4f} ({gap.low:.3f} to {gap.high:.3f}), rate {gap.rate}, groups {gap.most} and {gap.least}"
        '0.2139 (0.178 to 0.245), rate 1, groups 0 and 1'

    Read with care:
        Covers about 95 times in 100 where groups are alike or two are compared, up to 99 where several pairs are nearly the
        furthest apart: its limits are then wider than need be.

    Source: Hardt, Price & Srebro (2016), NeurIPS 29, for equalised odds; Romano & Wolf (2005), Econometrica 73(4), 1237-1282,
    for factors that hold for all pairs together.
    """
    return _largest(part, whole, share_difference, level, replicates, seed, draws, areas, is_ratio=False)


def smallest_ratio(
    part: ArrayLike,
    whole: ArrayLike,
    *,
    level: float = 0.95,
    replicates: int = 1000,
    seed: int = 0,
    draws: NDArray[np.float64] | None = None,
    areas: int = 0,
) -> Gap:
    """The smallest ratio of any two groups' rates, in any of the rates given ("four fifths" when it is the share flagged).

    value = min over rates of (lowest group's rate / highest group's rate)

    Args:
        part, whole, level, replicates, seed, draws, areas: as `largest_difference`.

    Returns:
        Gap; `high` is 1 where no pair is surely apart. Groups without anybody in the part make the ratio 0.

    Raises:
        CannotAnswer: no rate has two groups with anybody in its whole, one of them in its part.

    Example:
        >>> gap = smallest_ratio([[2174, 854]], [[3696, 2454]])
        >>> f"{gap.value:.4f} ({gap.low:.3f} to {gap.high:.3f})"
        '0.5916 (0.557 to 0.628)'

    Read with care:
        As `largest_difference`. A ratio of two rates near 0 is wild.

    Source: as `largest_difference`; Donner & Zou (2012), Statistical Methods in Medical Research 21(4), 347-359, for each pair's limits.
    """
    return _largest(part, whole, share_ratio, level, replicates, seed, draws, areas, is_ratio=True)


def joint_factor(
    part: NDArray[np.float64], whole: NDArray[np.float64], drawn: NDArray[np.float64], *, level: float, areas: int = 0
) -> tuple[float, float]:
    """How many standard deviations hold for all pairs together, and how often draws part some pair as clearly as seen.

    For the p-value a gap is measured in standard deviations as they would be if no group differed; where areas were
    drawn, in those of the draws, widened for how few areas there are (Student's t).

    Args:
        part, whole: people, shape (rates, groups).
        drawn: the rates of each draw, shape (replicates, rates, groups).
        level: coverage for all pairs together.
        areas: how many areas were drawn from; 0: people are independent.

    Returns:
        The factor, at least the normal one for a single pair; and a p-value that no pair differs.

    Example:
        >>> part, whole = np.array([[50.0, 60, 70]]), np.array([[100.0, 100, 100]])
        >>> drawn = np.random.default_rng(0).binomial(100, part / whole, size=(2000, 1, 3)) / 100
        >>> factor, p_value = joint_factor(part, whole, drawn, level=0.95)
        >>> f"{factor:.1f} {p_value:.2f}"
        '2.4 0.01'

    Read with care:
        A p-value above 0.05 does not say that the groups are alike.

    Source: Romano & Wolf (2005), Econometrica 73(4), 1237-1282.
    """
    rates = over_or_nan(part, whole)
    together = over_or_nan(part.sum(axis=1), whole.sum(axis=1))
    alike = over_or_nan((together * (1 - together))[:, None], whole)  # variance of each rate if no group differed
    off = drawn - drawn.mean(axis=0)
    variance = drawn.var(axis=0, ddof=1)
    furthest, seen = np.zeros(len(drawn)), 0.0
    for one in range(rates.shape[1] - 1):  # against all groups after it at once
        covariance = np.einsum("bi,bij->ij", off[:, :, one], off[:, :, one + 1 :]) / (len(drawn) - 1)
        spread = np.sqrt(np.maximum(variance[:, [one]] + variance[:, one + 1 :] - 2 * covariance, 0.0))
        usable = spread > 1e-12  # nan compares false: a group without anybody is passed over
        scale = np.where(usable, spread, np.inf)
        apart = rates[:, [one]] - rates[:, one + 1 :]
        away = np.abs(off[:, :, [one]] - off[:, :, one + 1 :]) / scale
        furthest = np.maximum(furthest, np.where(usable, away, 0.0).max(axis=(1, 2)))
        if not areas:
            scale = np.sqrt(alike[:, [one]] + alike[:, one + 1 :])
            usable = scale > 0
        seen = max(seen, float(np.where(usable, np.abs(apart) / np.where(usable, scale, 1.0), 0.0).max()))
    few = _for_few_areas(areas, level)
    factor = few * max(float(np.quantile(furthest, level)), _normal(level))
    return factor, float((1 + (few * furthest >= seen).sum()) / (1 + len(drawn)))


def _largest(
    part: ArrayLike,
    whole: ArrayLike,
    compare: Callable[..., Interval],
    level: float,
    replicates: int,
    seed: int,
    draws: NDArray[np.float64] | None,
    areas: int,
    *,
    is_ratio: bool,
) -> Gap:
    some, all_ = np.atleast_2d(np.asarray(part, dtype=float)), np.atleast_2d(np.asarray(whole, dtype=float))
    rates = share_wilson(some, all_).value
    pairs = [
        (rate, one, other)
        for rate in range(len(rates))
        for one in range(rates.shape[1])
        for other in range(rates.shape[1])
        if one != other and rates[rate, one] >= rates[rate, other] and (not is_ratio or rates[rate, one] > 0)
    ]
    if not pairs:
        raise CannotAnswer("No two groups have anybody to compare in these rates, so there is no gap between groups to tell.")
    drawn = draws if draws is not None else _independent(some, all_, replicates, seed)
    factor, p_value = joint_factor(some, all_, drawn, level=level, areas=areas if draws is not None else 0)
    drawn_from = areas if draws is not None else 0
    single = _normal(level) * _for_few_areas(drawn_from, level)
    wide, plain = (_limits(pairs, some, all_, compare, drawn, one, drawn_from, is_ratio) for one in (factor, single))
    if is_ratio:  # least over most: the compared way round, so that the smallest is the clearest
        at = int(np.argmin(plain.value))
        low, high = float(np.min(plain.low)), min(1.0, float(np.min(wide.high)))
    else:
        at = int(np.argmax(plain.value))
        low, high = max(0.0, float(np.max(wide.low))), float(np.max(plain.high))
    rate, most, least = pairs[at]
    return Gap(float(plain.value[at]), low, high, rate, most, least, p_value)


def _limits(
    pairs: list[tuple[int, int, int]],
    part: NDArray[np.float64],
    whole: NDArray[np.float64],
    compare: Callable[..., Interval],
    drawn: NDArray[np.float64],
    factor: float,
    areas: int,
    is_ratio: bool,
) -> Interval:
    """Limits of each pair at so many standard deviations; where areas were drawn, the wider of the two kinds."""
    rate, most, least = np.array(pairs).T
    first, second = (least, most) if is_ratio else (most, least)
    found = compare(part[rate, first], whole[rate, first], part[rate, second], whole[rate, second], level=_level_of(factor))
    if not areas:
        return found
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = drawn[:, rate, first], drawn[:, rate, second]
        off = factor * (np.log(one / other) if is_ratio else one - other).std(axis=0, ddof=1)
    if is_ratio:
        return Interval(found.value, np.fmin(found.low, found.value * np.exp(-off)), np.fmax(found.high, found.value * np.exp(off)))
    return Interval(found.value, np.fmin(found.low, found.value - off), np.fmin(np.fmax(found.high, found.value + off), 1.0))


def _independent(part: NDArray[np.float64], whole: NDArray[np.float64], replicates: int, seed: int) -> NDArray[np.float64]:
    """Rates of multinomial draws of the counts: each group in each rate keeps its size."""
    if replicates < 2:
        raise BadSetting(f"replicates={replicates!r} is too few to say anything. 1000 is usual.")
    rng = np.random.default_rng(seed)
    return over_or_nan(rng.binomial(whole.astype(np.int64), np.nan_to_num(over_or_nan(part, whole)), size=(replicates, *part.shape)), whole)


def _for_few_areas(areas: int, level: float) -> float:
    """How much wider limits from so few areas must be: Student's t over the normal, and the known shortfall of resampling few."""
    from scipy.special import stdtrit

    if areas == 0:
        return 1.0
    if areas < 2:
        raise CannotAnswer("There is one area only, so drawing areas again says nothing of chance. Leave the areas out.")
    return float(stdtrit(areas - 1, 1 - tail_share(level)) / _normal(level) * np.sqrt(areas / (areas - 1)))


def _normal(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(1 - tail_share(level)))


def _level_of(factor: float) -> float:
    from scipy.special import ndtr

    return float(1 - 2 * ndtr(-factor))
