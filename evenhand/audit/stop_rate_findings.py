"""Findings on how often each group is stopped for its number of residents: the disparity audit's main ones.

Rates, ratios, differences and excess stops; what the missing ethnicities could change; one denominator beside
another. What follows a stop is in `stop_outcome_findings.py`, powers in `stop_power_findings.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.measure import Measure
from .intervals import ratio_exact, share_wilson
from .missing_ethnicity import ratio_bounds, tipping_share
from .stop_estimates import Estimate, Estimates
from .stop_frame import INDEPENDENT, ROUNDED, WIDER, Frame, at, both_intervals, compared_groups, if_open, one, plain, rounded
from .stop_outcome_findings import no_further_action
from .stop_power_findings import section_60_share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .stop_tallies import Tally

MEASURES = {
    "stops_per_1000": Measure(
        "Stops per 1,000 residents", "residents of the group",
        "Stop and search records per 1,000 residents of the group. Stops are events, not people.",
        "intervals.rate_exact",
    ),
    "stop_rate_ratio": Measure(
        "Stop rate ratio", "stops of the group",
        "How many times as high the group’s stop rate is as the reference group’s; 1 is equal.",
        "intervals.ratio_exact",
    ),
    "stop_rate_ratio_bounds": Measure(
        "Bounds of the stop rate ratio for missing ethnicity", "stops without ethnicity",
        "The least and the most the ratio could be, whatever the missing ethnicities are.",
        "missing_ethnicity.ratio_bounds",
    ),
    "stop_rate_difference_per_1000": Measure(
        "Difference of stop rates per 1,000 residents", "residents of the group",
        "The group’s stop rate less the reference group’s.",
        "intervals.rate_difference",
    ),
    "excess_stops": Measure("Excess stops", "stops of the group", "Stops above what the reference group’s rate would give.", "intervals.rate_difference"),
    "stop_rate_ratio_missing_tipping_share": Measure(
        "Tipping share of missing ethnicity", "stops without ethnicity",
        "The share of the stops without ethnicity that would have to be the reference group’s for the ratio to be 1.",
        "missing_ethnicity.tipping_share",
    ),
    "stop_rate_ratio_officer_substituted": Measure(
        "Stop rate ratio, gaps filled by what the officer saw", "stops of the group",
        "As the stop rate ratio; where the person’s own answer is missing, the officer’s is taken.",
        "intervals.ratio_exact",
    ),
    "missing_ethnicity_share": Measure(
        "Stops without ethnicity", "stops",
        "The share of stops in which this field is empty or “not stated”.",
        "missing_ethnicity.ratio_bounds",
    ),
    "stop_rate_ratio_denominator_range": Measure(
        "Stop rate ratio over several denominators", "denominators",
        "The lowest and the highest ratio that the denominators side by side give.",
        "intervals.ratio_exact",
    ),
}


@dataclass(frozen=True)
class Rated(Frame):
    """A frame with what was estimated; `denominators` by name, the main one first."""

    estimates: Estimates
    denominators: dict[str, NDArray[np.float64]]


def overall(frame: Rated) -> list[Finding]:
    """The main findings of one field, the ratios first."""
    found = _ratios(frame, 0)
    found += _bounds(frame)
    found += _tipping(frame)
    found += _rates(frame)
    found += _differences(frame)
    found += _excess(frame)
    found += no_further_action(frame)
    found += [_missing_share(frame), section_60_share(frame)]
    found += _substituted(frame)
    for position in range(1, len(frame.denominators)):
        found += _ratios(frame, position)
    return found + _denominator_range(frame)


def _intervals(frame: Rated, estimate: Estimate, group: int, people: float) -> dict[str, Any]:
    """Both intervals by name, which of them is shown, and the counts behind them."""
    settings = {**both_intervals(estimate, group), "residents": plain(people)}
    if not frame.tally.also_hidden[group]:
        settings["stops"] = int(frame.tally.stops[group])
    return settings


def _ratios(frame: Rated, position: int) -> list[Finding]:
    tally, estimate = frame.tally, frame.estimates.ratios[position]
    name = list(frame.denominators)[position]
    people = frame.denominators[name].sum(axis=0)
    found = []
    for group in compared_groups(tally):
        settings = {**_intervals(frame, estimate, group, people[group]), "denominator": name}
        settings |= {"reference_stops": int(tally.stops[tally.reference]), "reference_residents": plain(people[tally.reference])}
        numbers = at(estimate.shown, group)
        method = f"Stops per head of {name} over the same of the reference; interval: {WIDER}."
        found.append(one(frame, "stop_rate_ratio", group, numbers, n=tally.stops[group], unit="ratio", settings=settings, method=method))
    return found


def _bounds(frame: Rated) -> list[Finding]:
    tally = frame.tally
    bounds = ratio_bounds(*_sides(tally), tally.missing)
    caveat = "Low and high are bounds, not an interval: the least and the most that any ethnicity of the missing stops could give. They leave chance out."
    method = "All missing stops of the reference group (low), all of the group (high), split as the known are (value)."
    return [
        one(
            frame,
            "stop_rate_ratio_bounds",
            group,
            at(bounds, group),
            n=if_open(tally, tally.missing),
            level=None,
            unit="ratio",
            needs=(caveat,),
            method=method,
        )
        for group in compared_groups(tally)
    ]


def _tipping(frame: Rated) -> list[Finding]:
    tally = frame.tally
    ratio = frame.estimates.ratios[0].exact.value
    tipping = tipping_share(*_sides(tally), tally.missing)
    method = "Stops the reference group would need for an equal rate, less those it has, over the missing stops; the other missing of neither group."
    found = []
    for group in compared_groups(tally):
        share, least = tipping.share[group], tipping.ratio_at_most[group]
        reason: tuple[str, ...] = ()
        if tally.missing == 0:
            reason = ("No share: no ethnicity is missing.",)
        elif np.isnan(share) and ratio[group] <= 1:
            reason = ("No share: the ratio is 1 or less already.",)
        elif np.isnan(share) and least > 1:
            reason = (f"No share: even if all the missing stops were of the reference group, the ratio would be {least:.2f}.",)
        known = tally.stops[tally.reference] / tally.stops.sum()
        settings = {"ratio_if_all_missing_were_reference": plain(least), "reference_share_of_known": round(float(known), 2)}
        found.append(
            one(
                frame,
                "stop_rate_ratio_missing_tipping_share",
                group,
                (share, None, None),
                n=if_open(tally, tally.missing),
                unit="share",
                needs=reason,
                settings=settings,
                method=method,
            )
        )
    return found


def _rates(frame: Rated) -> list[Finding]:
    """Rates keep the exact limits as their interval; the wider one stands in the settings and in a caveat."""
    tally, estimate = frame.tally, frame.estimates.rates
    found = []
    for group in range(len(tally.groups)):
        settings = {**_intervals(frame, estimate, group, tally.residents[group]), "interval_shown": "exact"}
        clustered = settings["clustered_interval"]
        needs: tuple[str, ...] = ()
        if clustered is not None and None not in clustered and not tally.suppressed[group]:
            needs = (f"The interval takes stops as independent; with whole areas drawn anew it is {clustered[0]:.1f} to {clustered[1]:.1f}.",)
        numbers = at(estimate.exact, group)
        method = "Stops over residents of the group, per 1,000; exact (Garwood) Poisson limits."
        found.append(
            one(
                frame,
                "stops_per_1000",
                group,
                numbers,
                n=tally.residents[group],
                unit="per 1,000 residents",
                needs=needs,
                settings=settings,
                compared=False,
                method=method,
            )
        )
    return found


def _differences(frame: Rated) -> list[Finding]:
    tally, estimate = frame.tally, frame.estimates.differences
    method = f"Stops per 1,000 residents less the same of the reference; interval: {WIDER} (exact: from the two rates' exact limits)."
    return [
        one(
            frame,
            "stop_rate_difference_per_1000",
            group,
            at(estimate.shown, group),
            n=tally.residents[group],
            unit="per 1,000 residents",
            settings=_intervals(frame, estimate, group, tally.residents[group]),
            method=method,
        )
        for group in compared_groups(tally)
    ]


def _excess(frame: Rated) -> list[Finding]:
    tally, shown = frame.tally, frame.estimates.differences.shown
    method = "Stops less residents of the group times the reference's rate: the difference of rates, times residents; so is its interval."
    caveat = "How many stops fewer an equal rate would have meant; it does not say which stops, nor that they were unlawful."
    found = []
    for group in compared_groups(tally):
        thousands = tally.residents[group] / 1000
        numbers = tuple(number * thousands for number in at(shown, group))
        settings = {"interval_shown": frame.estimates.differences.basis[group], "residents": plain(tally.residents[group])}
        found.append(one(frame, "excess_stops", group, numbers, n=tally.stops[group], unit="stops", needs=(caveat,), settings=settings, method=method))
    return found


def _missing_share(frame: Rated) -> Finding:
    """The share of stops without ethnicity."""
    tally = frame.tally
    hides = bool(tally.suppressed.any())
    value, low, high = rounded(share_wilson(tally.missing, tally.total, level=frame.about.level), 2 if hides else 15)
    return frame.about.finding(
        "missing_ethnicity_share",
        value,
        low=low,
        high=high,
        n=if_open(tally, tally.total),
        unit="share",
        caveats=(ROUNDED,) if hides else (),
        settings={} if hides else {"missing_that_are_vehicle_only": tally.missing_vehicle_only},
        method="Stops whose ethnicity is empty or not stated, over all stops; Wilson interval.",
    )


def _substituted(frame: Rated) -> list[Finding]:
    """The ratio with what the officer saw standing in for a missing answer."""
    tally = frame.tally
    if tally.substituted is None or tally.missing == 0:
        return []
    filled, people, ref = tally.substituted, tally.residents, tally.reference
    ratio = ratio_exact(filled, people, filled[ref], people[ref], level=frame.about.level)
    still = 100 * (1 - (filled.sum() - tally.stops.sum()) / tally.missing)
    caveat = f"What the officer saw stands in where the person's own answer is missing; {still:.0f} % of the missing have neither."
    method = "As stop_rate_ratio, officer-defined group where the self-defined one is missing; exact conditional interval."
    return [
        one(frame, "stop_rate_ratio_officer_substituted", group, at(ratio, group), n=filled[group], unit="ratio", needs=(caveat, INDEPENDENT), method=method)
        for group in compared_groups(tally)
    ]


def _denominator_range(frame: Rated) -> list[Finding]:
    """How far the ratio moves from one denominator to another."""
    tally = frame.tally
    if len(frame.denominators) < 2:
        return []
    values = np.array([estimate.exact.value for estimate in frame.estimates.ratios])
    caveat = "Low and high are the smallest and largest ratio over the denominators, not an interval."
    method = "The stop rate ratio computed with each denominator; the value is that of the first."
    found = []
    for group in compared_groups(tally):
        column = values[:, group]
        settings = {
            "by_denominator": {name: plain(value) for name, value in zip(frame.denominators, column, strict=True)},
            "largest_over_smallest": plain(column.max() / column.min()) if np.all(column > 0) else None,
        }
        numbers = (column[0], column.min(), column.max())
        found.append(
            one(
                frame,
                "stop_rate_ratio_denominator_range",
                group,
                numbers,
                n=float(len(column)),
                level=None,
                unit="ratio",
                needs=(caveat,),
                settings=settings,
                method=method,
            )
        )
    return found


def _sides(tally: Tally) -> tuple[Any, Any, Any, Any]:
    ref = tally.reference
    return tally.stops, tally.residents, tally.stops[ref], tally.residents[ref]
