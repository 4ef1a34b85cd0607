"""Rates, differences and ratios of one tally, each with its exact interval and the one from resampling areas.

The interval shown is the wider of the two where at least ten areas had stops, else the exact one:
stops of one operation fall in one area, and an interval that takes them as independent is too narrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .area_resampling import area_sums, log_limits, percentile_limits, plain_limits, ratios_of_sums
from .intervals import Interval, over_or_nan, rate_difference, rate_exact, ratio_exact, share_difference, share_wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .stop_tallies import Tally

FEWEST_AREAS = 10
EXACT, CLUSTERED = "exact", "areas resampled"


@dataclass(frozen=True)
class Estimate:
    """One quantity by group. `basis` says, group by group, which of the two intervals is shown."""

    exact: Interval
    clustered: Interval | None
    shown: Interval
    basis: tuple[str, ...]


@dataclass(frozen=True)
class Estimates:
    """All that is estimated from stops and residents; `ratios` has one entry a denominator, the main one first."""

    rates: Estimate
    differences: Estimate
    ratios: tuple[Estimate, ...]


def estimates(tally: Tally, *, others: Sequence[NDArray[np.float64]] = (), level: float = 0.95, replicates: int = 1000, seed: int = 0) -> Estimates:
    """Estimate rates, differences from the reference and ratios to it.

    Args:
        tally: stops and residents of the place.
        others: further denominators: (areas, groups) in the tally's order, or (1, groups) for the place as a whole.
        level, replicates, seed: of the intervals.
    """
    stops, people, ref = tally.stops, tally.residents, tally.reference
    rates = rate_exact(stops, people, level=level)
    differences = rate_difference(stops, people, stops[ref], people[ref], level=level)
    ratios = [_ratio(tally, table, level) for table in (tally.residents_by_area, *others)]
    if tally.areas_with_stops < FEWEST_AREAS:
        return Estimates(_choose(rates, None), _choose(differences, None), tuple(_choose(ratio, None) for ratio in ratios))

    drawn = _drawn(tally, others, replicates=replicates, seed=seed)
    areas = len(tally.area_codes)
    clustered_ratios: list[Interval | None] = []
    for ratio, sums in zip(ratios, drawn, strict=True):
        clustered_ratios.append(None if sums is None else _clustered_ratio(ratio.value, sums, ref, level=level, areas=areas))
    main = drawn[0]
    assert main is not None  # residents always come by area
    groups = len(tally.groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn_rates = 1000 * main[:, :groups] / main[:, groups:]
    drawn_rates[~np.isfinite(drawn_rates)] = np.nan  # nobody of the group lives in the areas drawn
    clustered_rates = Interval(rates.value, *_positive_limits(rates.value, drawn_rates, level=level, areas=areas))
    apart = drawn_rates - drawn_rates[:, [ref]]
    clustered_differences = Interval(differences.value, *plain_limits(differences.value, apart, level=level, areas=areas))
    return Estimates(
        _choose(rates, clustered_rates),
        _choose(differences, clustered_differences),
        tuple(_choose(exact, clustered, as_factor=True) for exact, clustered in zip(ratios, clustered_ratios, strict=True)),
    )


def ratio_estimate(
    stops_by_area: NDArray[np.float64],
    people_by_area: NDArray[np.float64],
    *,
    stops: NDArray[np.float64],
    reference: int,
    level: float = 0.95,
    replicates: int = 1000,
    seed: int = 0,
) -> Estimate:
    """Ratios of any kind of stops to the reference's.

    Args:
        stops_by_area, people_by_area: (areas, groups).
        stops: of each group, those of no area included.
        reference: position of the group compared with; it has stops and residents.
        level, replicates, seed: of the intervals.
    """
    people = people_by_area.sum(axis=0)
    exact = ratio_exact(stops, people, stops[reference], people[reference], level=level)
    if int((stops_by_area.sum(axis=1) > 0).sum()) < FEWEST_AREAS:
        return _choose(exact, None)
    sums = area_sums(np.hstack([stops_by_area, people_by_area]), replicates=replicates, seed=seed)
    return _choose(exact, _clustered_ratio(exact.value, sums, reference, level=level, areas=len(stops_by_area)), as_factor=True)


def shares_and_differences(
    part_by_area: NDArray[np.float64],
    whole_by_area: NDArray[np.float64],
    *,
    part: NDArray[np.float64],
    whole: NDArray[np.float64],
    reference: int,
    level: float = 0.95,
    replicates: int = 1000,
    seed: int = 0,
) -> tuple[Estimate, Estimate]:
    """Shares of each group's stops with some outcome, and their differences from the reference's.

    Args:
        part_by_area, whole_by_area: stops with that outcome, and those with any; (areas, groups).
        part, whole: the same by group, those of no area included.
        reference: position of the group compared with.
        level, replicates, seed: of the intervals.
    """
    shares = share_wilson(part, whole, level=level)
    apart = share_difference(part, whole, part[reference], whole[reference], level=level)
    if int((whole_by_area.sum(axis=1) > 0).sum()) < FEWEST_AREAS:
        return _choose(shares, None), _choose(apart, None)
    areas, groups = whole_by_area.shape
    sums = area_sums(np.hstack([part_by_area, whole_by_area]), replicates=replicates, seed=seed)
    drawn = over_or_nan(sums[:, :groups], sums[:, groups:])
    low, high = plain_limits(shares.value, drawn, level=level, areas=areas)
    clustered = Interval(shares.value, np.maximum(low, 0), np.minimum(high, 1))
    low, high = plain_limits(apart.value, drawn - drawn[:, [reference]], level=level, areas=areas)
    return _choose(shares, clustered), _choose(apart, Interval(apart.value, np.maximum(low, -1), np.minimum(high, 1)))


def _ratio(tally: Tally, table: NDArray[np.float64], level: float) -> Interval:
    people = table.sum(axis=0)
    return ratio_exact(tally.stops, people, tally.stops[tally.reference], people[tally.reference], level=level)


def _drawn(tally: Tally, others: Sequence[NDArray[np.float64]], *, replicates: int, seed: int) -> list[NDArray[np.float64] | None]:
    """For each denominator, sums of stops and people over areas drawn anew; None where it does not come by area."""
    by_area = [tally.residents_by_area, *(table for table in others if len(table) == len(tally.area_codes))]
    sums = area_sums(np.hstack([tally.stops_by_area, *by_area]), replicates=replicates, seed=seed)
    groups = len(tally.groups)
    placed = tally.stops_by_area.sum(axis=0)
    # Stops of no area are in no draw: each group's drawn stops are raised to what all its stops are.
    stops = sums[:, :groups] * np.divide(tally.stops, placed, out=np.ones(groups), where=placed > 0)
    people = iter(np.split(sums[:, groups:], len(by_area), axis=1))
    return [np.hstack([stops, next(people)]) if len(table) == len(tally.area_codes) else None for table in (tally.residents_by_area, *others)]


def _clustered_ratio(value: NDArray[np.float64], sums: NDArray[np.float64], reference: int, *, level: float, areas: int) -> Interval:
    where = np.arange(len(value))
    draws = ratios_of_sums(sums, where, where + len(value), reference=reference)
    return Interval(value, *_positive_limits(value, draws, level=level, areas=areas))


def _positive_limits(value: NDArray[np.float64], draws: NDArray[np.float64], *, level: float, areas: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Limits on the log scale; where some draw is 0, the draws' own quantiles."""
    low, high = log_limits(value, draws, level=level, areas=areas)
    bare_low, bare_high = percentile_limits(draws, level=level)
    return np.where(np.isfinite(low), low, bare_low), np.where(np.isfinite(high), high, bare_high)


def _choose(exact: Interval, clustered: Interval | None, *, as_factor: bool = False) -> Estimate:
    """The wider of the two intervals, group by group; as a factor for ratios, as a distance otherwise."""
    if clustered is None:
        return Estimate(exact, None, exact, (EXACT,) * len(exact.value))
    with np.errstate(divide="ignore", invalid="ignore"):
        exact_width = exact.high / exact.low if as_factor else exact.high - exact.low
        clustered_width = clustered.high / clustered.low if as_factor else clustered.high - clustered.low
    wider = clustered_width > exact_width  # nan compares false
    shown = Interval(exact.value, np.where(wider, clustered.low, exact.low), np.where(wider, clustered.high, exact.high))
    return Estimate(exact, clustered, shown, tuple(CLUSTERED if is_wider else EXACT for is_wider in wider))
