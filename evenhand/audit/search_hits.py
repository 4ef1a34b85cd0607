"""How often a search of each group finds something: shares, and their comparison across and within areas.

The outcome test sets the groups' shares of hits side by side. Everything here takes counts by area and
group. Intervals come in two kinds: from the counts, which take searches as independent, and from areas
drawn anew, which keep together what one operation or one team did; the wider is shown.

    share_of_hits          hits over searches            Wilson, and areas drawn anew
    compared_hits          ratio and difference          from the two Wilson intervals, and areas drawn anew
    mantel_haenszel_hits   the same within areas         Greenland and Robins; Sato; and areas drawn anew
    hit_ratio_bounds       what missing groups could do  no assumption

Read with care:
    A lower share of hits is evidence of a lower bar only if the groups' chances of a find are spread
    alike just above the bar. They need not be: see `infra_marginality`. An outcome is not a find, and a
    find is not a harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadValue
from .area_resampling import area_sums, log_limits, plain_limits
from .intervals import Interval, over_or_nan, share_difference, share_wilson, whole_counts, z_of
from .share_comparisons import share_ratio

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

FEWEST_AREAS = 10
"""Below this many areas with searches, areas drawn anew say little and the counts' own interval stands."""
FROM_COUNTS, FROM_AREAS = "from counts", "areas drawn anew"


class Shown(NamedTuple):
    """A number by group with the interval shown, the two it was chosen from, and which one it is."""

    shown: Interval
    counts: Interval
    areas: Interval | None
    basis: tuple[str, ...]


class Compared(NamedTuple):
    """Ratio to the reference's share and difference from it."""

    ratio: Shown
    difference: Shown


def share_of_hits(hits: ArrayLike, searches: ArrayLike, *, level: float = 0.95, replicates: int = 1000, seed: int = 0) -> Shown:
    """Hits over searches of each group, over all areas.

    Args:
        hits, searches: shape (areas, groups); whole numbers, no more hits than searches.
        level: coverage, between 0 and 1.
        replicates, seed: of the areas drawn anew, where there are ten or more.

    Returns:
        Shown, shares of shape (groups,); nan where a group has no searches.

    Raises:
        BadValue: counts that are no counts, or more hits than searches.

    Example:
        >>> found = share_of_hits([[30, 12]], [[100, 80]])
        >>> f"{found.shown.value[1]:.2f} ({found.shown.low[1]:.2f} to {found.shown.high[1]:.2f}), {found.basis[1]}"
        '0.15 (0.09 to 0.24), from counts'

    Read with care:
        See the head of this file.

    Source: Wilson (1927), Journal of the American Statistical Association 22(158), 209-212; Knowles, Persico & Todd (2001),
        Journal of Political Economy 109(1), 203-229, for the test.
    """
    found, made = _tables(hits, searches)
    exact = share_wilson(found.sum(axis=0), made.sum(axis=0), level=level)
    draws = _draws(found, made, replicates=replicates, seed=seed)
    if draws is None:
        return _shown(exact, None)
    low, high = plain_limits(exact.value, draws, level=level, areas=_busy(made))
    return _shown(exact, Interval(exact.value, np.clip(low, 0, 1), np.clip(high, 0, 1)))


def compared_hits(hits: ArrayLike, searches: ArrayLike, *, reference: int, level: float = 0.95, replicates: int = 1000, seed: int = 0) -> Compared:
    """Each group's share of hits beside the reference's, over all areas together.

    ratio = (hits / searches) / (the same of the reference); difference = the one less the other.

    Args:
        hits, searches: shape (areas, groups).
        reference: position of the group compared with.
        level, replicates, seed: as `share_of_hits`.

    Returns:
        Compared; the reference's own limits are nan. No reference hits: no ratio.

    Raises:
        BadValue: as `share_of_hits`.

    Example:
        >>> ratio, difference = compared_hits([[30, 12]], [[100, 80]], reference=0)
        >>> f"{ratio.shown.value[1]:.2f} ({ratio.shown.low[1]:.2f} to {ratio.shown.high[1]:.2f})"
        '0.50 (0.28 to 0.90)'

    Read with care:
        See the head of this file. Over all areas together a group searched mostly where finds are rare has a
        lower share whatever the officers do: see `mantel_haenszel_hits`.

    Source: Donner & Zou (2012), Statistical Methods in Medical Research 21(4), 347-359 (ratio); Newcombe (1998), Statistics in
        Medicine 17(8), 873-890 (difference).
    """
    found, made = _tables(hits, searches)
    hit, all_ = found.sum(axis=0), made.sum(axis=0)
    ratio = share_ratio(hit, all_, hit[reference], all_[reference], level=level)
    apart = share_difference(hit, all_, hit[reference], all_[reference], level=level)
    draws = _draws(found, made, replicates=replicates, seed=seed)
    if draws is None:
        return Compared(_apart(_shown(ratio, None), reference), _apart(_shown(apart, None), reference))
    areas = _busy(made)
    ratios = over_or_nan(draws, draws[:, [reference]])
    by_factor = Interval(ratio.value, *log_limits(ratio.value, ratios, level=level, areas=areas))
    by_points = Interval(apart.value, *plain_limits(apart.value, draws - draws[:, [reference]], level=level, areas=areas))
    return Compared(_apart(_shown(ratio, by_factor, as_factor=True), reference), _apart(_shown(apart, by_points), reference))


def mantel_haenszel_hits(hits: ArrayLike, searches: ArrayLike, *, reference: int, level: float = 0.95, replicates: int = 1000, seed: int = 0) -> Compared:
    """Each group's share of hits beside the reference's in the same areas.

    ratio      = sum(b W / T) / sum(w B / T)
    difference = sum((b W - w B) / T) / sum(B W / T)
    over areas with b hits in B searches of the group, w in W of the reference, T = B + W.

    Args:
        hits, searches: shape (areas, groups).
        reference: position of the group compared with.
        level, replicates, seed: as `share_of_hits`.

    Returns:
        Compared; nan where no area has searches of both, and for the ratio where the reference has no hits there.

    Raises:
        BadValue: as `share_of_hits`.

    Example:
        Finds are three times as common in the second area, and the second group is searched mostly in the first:

        >>> hits, searches = [[10, 40], [90, 6]], [[100, 400], [300, 20]]
        >>> f"{compared_hits(hits, searches, reference=0).ratio.shown.value[1]:.2f}"
        '0.44'
        >>> f"{mantel_haenszel_hits(hits, searches, reference=0).ratio.shown.value[1]:.2f}"
        '1.00'

    Read with care:
        The counts' interval takes the ratio as one in all areas. Where it is not, the number is a weighted mean, and
        the interval from areas drawn anew is the one to read. See also the head of this file.

    Source: Greenland & Robins (1985), Biometrics 41(1), 55-68 (ratio); Sato (1989), Biometrics 45(4), 1323-1324 (difference).
    """
    found, made = _tables(hits, searches)
    groups = made.shape[1]
    parts = np.stack([_parts(found[:, g], made[:, g], found[:, reference], made[:, reference]) for g in range(groups)], axis=1)
    ratio, apart = _within(parts.sum(axis=0), level)
    both = ((made > 0) & (made[:, [reference]] > 0)).sum(axis=0)
    if both[np.arange(groups) != reference].max(initial=0) < FEWEST_AREAS:
        return Compared(_apart(_shown(ratio, None), reference), _apart(_shown(apart, None), reference))
    columns = parts[:, :, :3].reshape(len(parts), -1)
    draws = area_sums(columns[(made > 0).any(axis=1)], replicates=replicates, seed=seed).reshape(replicates, groups, 3)
    top, bottom, weight = np.moveaxis(draws, -1, 0)
    areas, enough = _busy(made), both >= FEWEST_AREAS
    by_factor = Interval(ratio.value, *log_limits(ratio.value, over_or_nan(top, bottom), level=level, areas=areas))
    by_points = Interval(apart.value, *plain_limits(apart.value, over_or_nan(top - bottom, weight), level=level, areas=areas))
    return Compared(
        _apart(_shown(ratio, _only(by_factor, enough), as_factor=True), reference), _apart(_shown(apart, _only(by_points, enough)), reference)
    )


def hit_ratio_bounds(
    hits: ArrayLike, searches: ArrayLike, reference_hits: ArrayLike, reference_searches: ArrayLike, missing_hits: ArrayLike, missing_searches: ArrayLike
) -> Interval:
    """The lowest and highest ratio of shares that any group of the searches without one could give.

    lowest:  all missing misses were of the group, all missing hits of the reference; highest: the other way about.

    Args:
        hits, searches: of the group.
        reference_hits, reference_searches: of the group compared with.
        missing_hits, missing_searches: of no known group.

    Returns:
        Interval of bounds: not chance, and no level. The value is the ratio of those known. nan where it cannot be had.

    Raises:
        BadValue: counts that are no counts, or more hits than searches.

    Example:
        >>> value, low, high = hit_ratio_bounds(12, 80, 30, 100, 5, 20)
        >>> f"{value:.2f}, no less than {low:.2f}, no more than {high:.2f}"
        '0.50, no less than 0.38, no more than 0.77'

    Read with care:
        Bounds are wide by design. They add to the interval for chance; they do not replace it.

    Source: Manski (2003), Partial Identification of Probability Distributions, ch. 1.
    """
    hit, made = whole_counts(hits, "hits"), whole_counts(searches, "searches")
    base_hit, base = whole_counts(reference_hits, "reference hits"), whole_counts(reference_searches, "reference searches")
    lost_hit, lost = whole_counts(missing_hits, "hits of no group"), whole_counts(missing_searches, "searches of no group")
    if np.any(hit > made) or np.any(base_hit > base) or np.any(lost_hit > lost):
        raise BadValue("There are more hits than searches. Both must count the same searches.")
    missed = lost - lost_hit
    value = over_or_nan(over_or_nan(hit, made), over_or_nan(base_hit, base))
    low = over_or_nan(over_or_nan(hit, made + missed), over_or_nan(base_hit + lost_hit, base + lost_hit))
    high = over_or_nan(over_or_nan(hit + lost_hit, made + lost_hit), over_or_nan(base_hit, base + missed))
    return Interval(value, np.where(np.isfinite(value), low, np.nan), np.where(np.isfinite(value), high, np.nan))


def _tables(hits: ArrayLike, searches: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Hits and searches as tables of areas by groups, after making sure that they are counts of the same searches."""
    found, made = whole_counts(hits, "hits"), whole_counts(searches, "searches")
    if found.ndim != 2 or found.shape != made.shape or len(found) == 0:
        raise BadValue(f"Hits and searches must be tables of areas by groups, alike in shape; found {found.shape} and {made.shape}.")
    if np.any(found > made):
        raise BadValue("There are more hits than searches. Both must count the same searches.")
    return found, made


def _busy(made: NDArray[np.float64]) -> int:
    """Areas with any searches."""
    return int((made.sum(axis=1) > 0).sum())


def _draws(found: NDArray[np.float64], made: NDArray[np.float64], *, replicates: int, seed: int) -> NDArray[np.float64] | None:
    """Shares of each group over areas drawn anew, shape (replicates, groups); None where there are too few areas."""
    kept = made.sum(axis=1) > 0
    if kept.sum() < FEWEST_AREAS:
        return None
    sums = area_sums(np.hstack([found, made])[kept], replicates=replicates, seed=seed)
    groups = made.shape[1]
    return over_or_nan(sums[:, :groups], sums[:, groups:])


def _parts(b: NDArray[np.float64], group: NDArray[np.float64], w: NDArray[np.float64], base: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each area adds to the Mantel-Haenszel sums, shape (areas, 6): top, bottom, weight, and three for the variances."""
    total = group + base
    top, bottom, weight = over_or_nan(b * base, total), over_or_nan(w * group, total), over_or_nan(group * base, total)
    of_ratio = over_or_nan((b + w) * group * base - b * w * total, total**2)
    p = over_or_nan(group**2 * w - base**2 * b + group * base * (base - group) / 2, total**2)
    q = over_or_nan(b * (base - w) + w * (group - b), 2 * total)
    return np.nan_to_num(np.column_stack([top, bottom, weight, of_ratio, p, q]))


def _within(sums: NDArray[np.float64], level: float) -> tuple[Interval, Interval]:
    """Ratio and difference within areas, with the counts' own limits."""
    top, bottom, weight, of_ratio, p, q = sums.T
    z = z_of(level)
    ratio = over_or_nan(top, bottom)
    spread = z * np.sqrt(over_or_nan(of_ratio, top * bottom))
    apart = over_or_nan(top - bottom, weight)
    half = z * np.sqrt(np.maximum(over_or_nan(apart * p + q, weight**2), 0.0))
    with np.errstate(over="ignore"):
        return Interval(ratio, ratio * np.exp(-spread), ratio * np.exp(spread)), Interval(apart, apart - half, apart + half)


def _shown(counts: Interval, areas: Interval | None, *, as_factor: bool = False) -> Shown:
    """The wider of the two intervals, group by group; as a factor for ratios, as a distance otherwise."""
    if areas is None:
        return Shown(counts, counts, None, (FROM_COUNTS,) * len(counts.value))
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (each.high / each.low if as_factor else each.high - each.low for each in (counts, areas))
    wider = other > one  # nan compares false
    shown = Interval(counts.value, np.where(wider, areas.low, counts.low), np.where(wider, areas.high, counts.high))
    return Shown(shown, counts, areas, tuple(FROM_AREAS if is_wider else FROM_COUNTS for is_wider in wider))


def _only(interval: Interval, kept: NDArray[np.bool_]) -> Interval:
    return Interval(interval.value, np.where(kept, interval.low, np.nan), np.where(kept, interval.high, np.nan))


def _apart(found: Shown, reference: int) -> Shown:
    """The same without limits for the reference, which is not compared with itself."""
    others = np.arange(len(found.basis)) != reference
    return Shown(_only(found.shown, others), _only(found.counts, others), None if found.areas is None else _only(found.areas, others), found.basis)
