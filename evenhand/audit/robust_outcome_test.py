"""The robust outcome test: a group that is searched more often, and less often with a hit, was searched at a lower bar.

The share of hits alone misleads (`infra_marginality`), and so does the search rate alone (groups may differ
in how often there is something to find). But if, between the two groups, the odds of belonging to the one
rise or fall steadily with the chance of a find (the "monotone likelihood ratio"), they cannot both mislead:

    Suppose that the bar for the group is not below the reference's, t_g >= t_w, and the group's chances lie
    lower throughout. Then P(g > t_g) <= P(g > t_w) <= P(w > t_w): it is not searched more often. If they lie
    higher, then E[g | g > t_g] >= E[g | g > t_w] >= E[w | w > t_w]: its hits are not rarer. So a group that is
    both searched more and hit less has the lower bar, whichever of the two holds.

It needs search rates, that is, what the searches were chosen from. Published stop and search records of the
United Kingdom are of searches alone: those who were stopped and let go are in no table. There the test is
"not available", unless the asker names a benchmark to stand in for stops, such as residents. Then every
finding says that it rests on it.

Read with care:
    Searched more with hits alike, or the reverse, gives no verdict; neither does it clear anybody. The
    property itself cannot be seen in the counts. A bar is one of many ways to be unequal: who is stopped
    in the first place comes before it.

Source: Gaebler & Goel (2025), A simple, statistically robust test of discrimination, Proceedings of the National
Academy of Sciences 122(10), e2416348122 (arXiv:2407.06539), Proposition 1; the proof above is our wording.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadValue
from .area_resampling import area_sums, log_limits
from .intervals import Interval, over_or_nan, ratio_exact, whole_counts
from .search_hits import FEWEST_AREAS
from .share_comparisons import same_share_p, share_ratio

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LOWER, HIGHER, NEITHER = "lower bar", "higher bar", "no verdict"


class Robust(NamedTuple):
    """What the test says of each group beside the reference; arrays of shape (groups,).

    Attributes:
        search_ratio, hit_ratio: of search rates and of shares of hits, with limits.
        p_value: of the direction seen; 1 where the two point to no bar.
        lower, higher: how probable it is, given the counts, that the group is searched more and hit less, or the reverse.
        verdict: `LOWER`, `HIGHER` or `NEITHER`.
    """

    search_ratio: Interval
    hit_ratio: Interval
    p_value: NDArray[np.float64]
    lower: NDArray[np.float64]
    higher: NDArray[np.float64]
    verdict: tuple[str, ...]


def robust_outcome_test(
    encounters: ArrayLike,
    searches: ArrayLike,
    hits: ArrayLike,
    *,
    reference: int,
    known: ArrayLike | None = None,
    is_benchmark: bool = False,
    level: float = 0.95,
    replicates: int = 1000,
    seed: int = 0,
) -> Robust:
    """Compare search rates and shares of hits at once.

    The verdict is given where both ratios differ from 1, in opposite directions, each with p below 1 - level. As both
    must, the chance of a verdict where the bars are equal is at most 1 - level, usually far less.

    Args:
        encounters: stops (or a benchmark) of which the searches are a part, shape (areas, groups).
        searches: all searches, same shape.
        hits: those of `known` that were hits, same shape.
        reference: position of the group compared with.
        known: searches whose result is known; all of them where left out.
        is_benchmark: encounters are people who may be searched more than once, so that rates are of events.
        level: the verdict's, and coverage of the intervals.
        replicates, seed: of draws: areas where ten or more, else counts.

    Returns:
        Robust; for the reference nan and `NEITHER`. A group without searches or encounters: nan, p 1, `NEITHER`.

    Raises:
        BadValue: counts that are no counts, more hits than searches, or more searches than stops.

    Example:
        >>> found = robust_outcome_test([[1_000, 10_000]], [[150, 500]], [[15, 100]], reference=1)
        >>> f"searched {found.search_ratio.value[0]:.1f} times as often, hits {found.hit_ratio.value[0]:.1f} times: {found.verdict[0]}"
        'searched 3.0 times as often, hits 0.5 times: lower bar'

    Read with care:
        See the head of this file.

    Source: Gaebler & Goel (2025), PNAS 122(10), e2416348122; Berger (1982), Technometrics 24(4), 295-300, for requiring both tests.
    """
    stops, made, found = whole_counts(encounters, "encounters"), whole_counts(searches, "searches"), whole_counts(hits, "hits")
    told = made if known is None else whole_counts(known, "searches whose result is known")
    _require(stops, made, told, found, is_benchmark=is_benchmark)
    tables = (stops, made, told, found)
    stop, make, tell, find = (table.sum(axis=0) for table in tables)
    ref, groups = reference, made.shape[1]
    hit_ratio = share_ratio(find, tell, find[ref], tell[ref], level=level)
    search_ratio, search_p = _search_ratio(stop, make, ref, is_benchmark=is_benchmark, level=level)
    hit_p = same_share_p(find, tell, np.full(groups, find[ref]), np.full(groups, tell[ref]))
    draws = _draws(tables, is_benchmark=is_benchmark, replicates=replicates, seed=seed)
    searched, hit = (over_or_nan(rates, rates[:, [ref]]) for rates in draws)
    busy = int((made.sum(axis=1) > 0).sum())
    if busy >= FEWEST_AREAS:
        search_ratio, search_p = _wider(search_ratio, search_p, searched, busy, level)
        hit_ratio, hit_p = _wider(hit_ratio, hit_p, hit, busy, level)
    opposed = (search_ratio.value - 1) * (hit_ratio.value - 1) < 0
    p_value = np.where(opposed, np.fmax(search_p, hit_p), 1.0)
    others = np.arange(groups) != ref
    usable = np.isfinite(search_ratio.value) & np.isfinite(hit_ratio.value) & others
    p_value = np.where(others, np.where(usable & np.isfinite(p_value), p_value, 1.0), np.nan)
    with np.errstate(invalid="ignore"):
        lower, higher = ((searched > 1) & (hit < 1)).mean(axis=0), ((searched < 1) & (hit > 1)).mean(axis=0)
    direction = np.where(search_ratio.value > 1, LOWER, HIGHER)
    verdict = tuple(str(one) if p < 1 - level else NEITHER for one, p in zip(direction, p_value, strict=True))
    blank, apart = np.where(usable, 1.0, np.nan), np.where(others, 1.0, np.nan)
    return Robust(_blanked(search_ratio, apart), _blanked(hit_ratio, apart), p_value, lower * blank, higher * blank, verdict)


def _require(
    stops: NDArray[np.float64], made: NDArray[np.float64], told: NDArray[np.float64], found: NDArray[np.float64], *, is_benchmark: bool
) -> None:
    if made.ndim != 2 or not stops.shape == made.shape == told.shape == found.shape or len(made) == 0:
        raise BadValue("Encounters, searches and hits must be tables of areas by groups, alike in shape.")
    if np.any(found > told) or np.any(told > made):
        raise BadValue("There are more hits than searches. Both must count the same searches.")
    if not is_benchmark and np.any(made > stops):
        raise BadValue(
            "There are more searches than stops in some area and group, so these cannot be the stops the searches were chosen from. "
            "If they are a benchmark, such as residents, say so."
        )


def _search_ratio(
    stop: NDArray[np.float64], make: NDArray[np.float64], ref: int, *, is_benchmark: bool, level: float
) -> tuple[Interval, NDArray[np.float64]]:
    """Ratio of search rates and the p-value of equal ones: shares of stops, or events per head of a benchmark."""
    from scipy.stats import binom

    groups = len(stop)
    if stop[ref] == 0 or make[ref] == 0:
        nothing = np.full(groups, np.nan)
        return Interval(nothing, nothing, nothing), nothing
    if not is_benchmark:
        return share_ratio(make, stop, make[ref], stop[ref], level=level), same_share_p(make, stop, np.full(groups, make[ref]), np.full(groups, stop[ref]))
    both, chance = make + make[ref], over_or_nan(stop, stop + stop[ref])
    p = 2 * np.minimum(binom.cdf(make, both, chance), binom.sf(make - 1, both, chance))
    return ratio_exact(make, stop, make[ref], stop[ref], level=level), np.minimum(p, 1.0)


def _draws(tables: tuple[NDArray[np.float64], ...], *, is_benchmark: bool, replicates: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Search rates and shares of hits over draws, shape (replicates, groups): of areas where there are ten or more, else of the counts."""
    stops, made, told, found = tables
    kept, groups = made.sum(axis=1) > 0, made.shape[1]
    if kept.sum() >= FEWEST_AREAS:
        sums = area_sums(np.hstack(tables)[kept], replicates=replicates, seed=seed)
        stop, make, tell, find = np.split(sums, 4, axis=1)
        return over_or_nan(make, stop), over_or_nan(find, tell)
    rng, shape = np.random.default_rng(seed), (replicates, groups)
    stop, make, tell, find = (table.sum(axis=0) for table in tables)
    empty = np.where((stop > 0) & (tell > 0), 1.0, np.nan)
    # Jeffreys' prior: a half of each kind is added to what was counted.
    searched = rng.gamma(make + 0.5, size=shape) / np.maximum(stop, 1) if is_benchmark else rng.beta(make + 0.5, np.maximum(stop - make, 0) + 0.5, size=shape)
    return searched * empty, rng.beta(find + 0.5, tell - find + 0.5, size=shape) * empty


def _wider(ratio: Interval, p: NDArray[np.float64], draws: NDArray[np.float64], areas: int, level: float) -> tuple[Interval, NDArray[np.float64]]:
    """The wider interval and the larger p-value of the counts' own and of areas drawn anew."""
    from scipy.special import stdtr

    low, high = log_limits(ratio.value, draws, level=level, areas=areas)
    with np.errstate(divide="ignore", invalid="ignore"):
        wider = high / low > ratio.high / ratio.low  # nan compares false
        spread = np.log(draws).std(axis=0, ddof=1) * np.sqrt(areas / (areas - 1))
        by_area = 2 * stdtr(areas - 1, -np.abs(np.log(ratio.value)) / spread)
    return Interval(ratio.value, np.where(wider, low, ratio.low), np.where(wider, high, ratio.high)), np.fmax(p, by_area)


def _blanked(interval: Interval, blank: NDArray[np.float64]) -> Interval:
    return Interval(interval.value * blank, interval.low * blank, interval.high * blank)
