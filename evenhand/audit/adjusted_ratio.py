"""One rate over another where areas differ: the ratio within areas, and what the areas themselves add.

A whole place can show a ratio because a group is stopped more in the streets where it lives (within
areas), because it lives where everybody is stopped more (allocation), or both. The crude ratio is the
product of the two. Areas in which one of the two groups has no residents compare nothing and are left
out of all of it: `comparable` says which those are.

    mantel_haenszel        one ratio for all areas, weighted; holds with very small counts
    poisson_within_areas   the same ratio by maximum likelihood, each area's own rate conditioned out
    allocation_split       crude, within areas, allocation, and their intervals from areas drawn anew

The model that lets rates scatter more than chance allows is in `negative_binomial.py`; a ratio for each
area is in `small_areas.py`.

Read with care:
    If the force chose where to patrol, adjusting for area takes away the very choice under audit: a
    ratio near 1 within areas does not say that the whole is even-handed. Read crude, within and
    allocation together. All three take residents as those who could have been stopped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadValue
from .area_resampling import area_sums, log_limits, spread_factor
from .intervals import Interval, over_or_nan, people_or_refuse, tail_share, whole_counts, z_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

FEWEST_AREAS = 10
"""Below this many areas an interval from areas drawn anew says little, and none is given."""


class Pairs(NamedTuple):
    """Events and people of two groups in the areas where both live, shape (areas,)."""

    events: NDArray[np.float64]
    people: NDArray[np.float64]
    reference_events: NDArray[np.float64]
    reference_people: NDArray[np.float64]


class Split(NamedTuple):
    """The three ratios, crude = within * allocation, and the share of the crude ratio's logarithm that is allocation.

    `share` is nan where the crude ratio's interval holds 1: a share of next to nothing says nothing.
    """

    crude: Interval
    within: Interval
    allocation: Interval
    share: Interval


def comparable(events: ArrayLike, people: ArrayLike, reference_events: ArrayLike, reference_people: ArrayLike) -> tuple[Pairs, NDArray[np.bool_]]:
    """The areas in which both groups live, and which those are.

    Args:
        events, people: of the group, shape (areas,).
        reference_events, reference_people: of the group compared with, same areas.

    Raises:
        BadValue: counts that are no counts, people that are negative or missing, or lists of unequal length.

    Example:
        >>> pairs, kept = comparable([3, 1, 2], [100, 0, 50], [5, 9, 4], [900, 800, 0])
        >>> kept.tolist(), pairs.events.tolist()
        ([True, False, False], [3.0])
    """
    count, base = whole_counts(events, "events"), whole_counts(reference_events, "reference events")
    head, base_head = people_or_refuse(people), people_or_refuse(reference_people)
    if count.ndim != 1 or not count.shape == head.shape == base.shape == base_head.shape:
        raise BadValue("Events and people of the two groups must be lists of one number an area, all of one length. Lay them out by the same areas.")
    kept = (head > 0) & (base_head > 0)
    return Pairs(count[kept], head[kept], base[kept], base_head[kept]), kept


def mantel_haenszel(events: ArrayLike, people: ArrayLike, reference_events: ArrayLike, reference_people: ArrayLike, *, level: float = 0.95) -> Interval:
    """One rate over another, areas held apart: the Mantel-Haenszel ratio of person-time rates.

    ratio    = sum(b W / T) / sum(w B / T), over areas with b events among B people, w among W, and T = B + W
    variance of its logarithm = sum((b + w) B W / T^2) / (sum(b W / T) * sum(w B / T))

    Args:
        events, people: of the group, shape (areas,).
        reference_events, reference_people: of the group compared with, same areas.
        level: coverage, between 0 and 1.

    Returns:
        Interval of single numbers, no unit; 1 is parity. No events: value 0, low 0, high nan. No reference
        events where both live: nan throughout.

    Raises:
        BadValue: a count that is negative, fractional or missing; lists of unequal length.

    Example:
        >>> value, low, high = mantel_haenszel([30, 4], [1_000, 500], [100, 10], [10_000, 2_000])
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '2.75 (1.87 to 4.03)'

    Read with care:
        The interval takes the true ratio as the same in every area and stops as independent. Where it is not,
        the number is a weighted mean over areas; draw areas anew for its interval (`allocation_split`).
        See also the head of this file: adjusting can take away what is being audited.

    Source: Greenland & Robins (1985), Biometrics 41(1), 55-68; Rothman, Greenland & Lash (2008), Modern Epidemiology, 3rd ed., ch. 15.
    """
    pairs, _ = comparable(events, people, reference_events, reference_people)
    top, bottom, between = (float(column.sum()) for column in _weighted(pairs))
    if bottom == 0:
        return Interval(*(np.asarray(np.nan),) * 3)
    spread = z_of(level) * np.sqrt(between / (top * bottom)) if top > 0 else np.nan
    return around(np.log(top / bottom) if top > 0 else -np.inf, spread)


def poisson_within_areas(
    events: ArrayLike, people: ArrayLike, reference_events: ArrayLike, reference_people: ArrayLike, *, level: float = 0.95, by_area: bool = False
) -> Interval:
    """One rate over another by maximum likelihood, each area having a rate of its own.

    The model is Poisson with a level for each area and one ratio for all. Given an area's events of both
    groups, the group's are binomial with chance ratio * B / (ratio * B + W), so the areas' levels drop out
    and what is left is solved by Newton's method. It is the same estimate as that of a Poisson regression
    with an indicator for every area and the logarithm of residents as offset.

    Args:
        events, people: of the group, shape (areas,).
        reference_events, reference_people: of the group compared with, same areas.
        level: coverage, between 0 and 1.
        by_area: take the areas' scatter as it is found (a "sandwich" by area, Student t), instead of the model's.

    Returns:
        Interval of single numbers; as `mantel_haenszel`.

    Raises:
        BadValue: as `mantel_haenszel`.

    Example:
        >>> value, low, high = poisson_within_areas([30, 4], [1_000, 500], [100, 10], [10_000, 2_000])
        >>> f"{value:.2f} ({low:.2f} to {high:.2f})"
        '2.78 (1.88 to 4.10)'

    Read with care:
        The model's interval takes stops as independent and the ratio as one; `by_area` does not. See also
        the head of this file.

    Source: Breslow & Day (1987), Statistical Methods in Cancer Research II, ch. 4; Cameron & Trivedi (2013), Regression
        Analysis of Count Data, 2nd ed., ch. 9 (conditioning gives the estimate of the full model).
    """
    pairs, _ = comparable(events, people, reference_events, reference_people)
    if pairs.reference_events.sum() == 0:
        return Interval(*(np.asarray(np.nan),) * 3)
    if pairs.events.sum() == 0:
        return around(-np.inf, np.nan)
    total, offset = pairs.events + pairs.reference_events, np.log(pairs.people / pairs.reference_people)
    beta = float(np.log(mantel_haenszel(*pairs).value))
    for _ in range(100):
        chance = 1 / (1 + np.exp(-(beta + offset)))
        information = float((total * chance * (1 - chance)).sum())
        step = float((pairs.events - total * chance).sum()) / information
        beta += float(np.clip(step, -2, 2))
        if abs(step) < 1e-12:
            break
    if not by_area:
        return around(beta, z_of(level) / np.sqrt(information))
    areas = int((total > 0).sum())
    if areas < 2:
        return around(beta, np.nan)
    apart = float(((pairs.events - total * chance) ** 2).sum()) * areas / (areas - 1)
    return around(beta, t_of(level, areas - 1) * np.sqrt(apart) / information)


def allocation_split(
    events: ArrayLike,
    people: ArrayLike,
    reference_events: ArrayLike,
    reference_people: ArrayLike,
    *,
    level: float = 0.95,
    replicates: int = 1000,
    seed: int = 0,
) -> Split:
    """The crude ratio as a product: the ratio within areas, times what the areas add.

    log(crude) = log(within) + log(allocation)

    with `within` the Mantel-Haenszel ratio. Allocation above 1 says that the group lives more in the areas
    where stops of anybody are frequent. The share is log(allocation) / log(crude).

    Args:
        events, people: of the group, shape (areas,).
        reference_events, reference_people: of the group compared with, same areas.
        level: coverage, between 0 and 1.
        replicates, seed: see `area_resampling.area_sums`.

    Returns:
        Split; under 10 comparable areas the limits are nan. The ratios have limits on the log scale, the share those of Fieller.

    Raises:
        BadValue: as `mantel_haenszel`.

    Example:
        A group stopped just as often as the other in each of two towns, and living where more are stopped:

        >>> crude, within, allocation, share = allocation_split([90, 1], [900, 100], [10, 9], [100, 900])
        >>> f"{crude.value:.2f} = {within.value:.2f} x {allocation.value:.2f}"
        '4.79 = 1.00 x 4.79'

    Read with care:
        The split describes; it does not say who decided. Allocation holds the force's choice of where to patrol,
        where calls come from, and where people live. Areas as large as boroughs leave choices between
        streets inside `within`. See also the head of this file.

    Source: Kitagawa (1955), Journal of the American Statistical Association 50(272), 1168-1194, for splitting a difference of
        rates; here on the log scale, with the Mantel-Haenszel ratio as the part within. Limits of the share: Fieller (1954),
        Journal of the Royal Statistical Society B 16(2), 175-185.
    """
    pairs, _ = comparable(events, people, reference_events, reference_people)
    table = np.column_stack([*pairs, *_weighted(pairs)[:2]])
    value = _parts(table.sum(axis=0)[None, :])[0]
    crude, within, allocation, share = (Interval(one, np.asarray(np.nan), np.asarray(np.nan)) for one in (*value, _share(value)))
    if len(table) < FEWEST_AREAS or not np.all(value > 0):
        return Split(crude, within, allocation, share)
    drawn = _parts(area_sums(table, replicates=replicates, seed=seed))
    low, high = log_limits(value, drawn, level=level, areas=len(table))
    crude, within, allocation = (Interval(*ends) for ends in zip(value, low, high, strict=True))
    if not (crude.low > 1 or crude.high < 1):
        return Split(crude, within, allocation, Interval(*(np.asarray(np.nan),) * 3))
    return Split(crude, within, allocation, _quotient(np.log(value[2]), np.log(value[0]), np.log(drawn[:, [2, 0]]), spread_factor(len(table), level)))


def _weighted(pairs: Pairs) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The three columns whose sums make the Mantel-Haenszel ratio and its variance."""
    both = pairs.people + pairs.reference_people
    total = pairs.events + pairs.reference_events
    return pairs.events * pairs.reference_people / both, pairs.reference_events * pairs.people / both, total * pairs.people * pairs.reference_people / both**2


def _parts(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Crude, within and allocation, shape (rows, 3), from sums of the six columns; nan where one cannot be had."""
    events, people, base, base_people, top, bottom = sums.T
    crude, within = over_or_nan(events * base_people, people * base), over_or_nan(top, bottom)
    return np.column_stack([crude, within, over_or_nan(crude, within)])


def _quotient(top: float, bottom: float, drawn: NDArray[np.float64], factor: float) -> Interval:
    """A quotient with Fieller's limits from draws of both, shape (draws, 2): they hold although the bottom is estimated too."""
    (of_top, both), (_, of_bottom) = factor**2 * np.cov(drawn.T)
    square, line, rest = bottom**2 - of_bottom, top * bottom - both, top**2 - of_top
    root = np.sqrt(np.maximum(line**2 - square * rest, 0))
    return Interval(np.asarray(top / bottom), (line - root) / square, (line + root) / square)


def _share(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Allocation's share of the crude ratio's logarithm."""
    crude, _, allocation = parts
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.log(allocation) / np.log(crude)
    return np.where(np.isfinite(share), share, np.nan)


def around(log_ratio: float, spread: float) -> Interval:
    """A ratio with limits at equal distance on the log scale.

    Example:
        >>> value, low, high = around(np.log(2.0), np.log(4.0))
        >>> f"{value:.1f} {low:.1f} {high:.1f}"
        '2.0 0.5 8.0'
    """
    value = np.exp(np.asarray(log_ratio))
    if value == 0:
        return Interval(value, np.asarray(0.0), np.asarray(np.nan))
    return Interval(value, value * np.exp(-np.asarray(spread)), value * np.exp(np.asarray(spread)))


def t_of(level: float, freedom: float) -> float:
    """Student's quantile of a two-sided interval of this coverage."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 1 - tail_share(level)))
