"""The disparity audit's numbers as findings: one row each, with its interval, its denominator and its caveats.

A group with fewer than five stops has null numbers. When only one group is so hidden, the next
smallest group's count is not printed either, and totals are left out or rounded, so that the hidden
count does not follow by subtraction. Rates and residents still imply the other groups' counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.measure import Measure
from .intervals import ratio_exact, share_difference, share_wilson
from .missing_ethnicity import ratio_bounds, tipping_share
from .stop_estimates import Estimate, Estimates
from .stop_tallies import SMALLEST_COUNT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
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
    "no_further_action_share": Measure(
        "Stops that ended in no further action", "stops of the group",
        "The share of the group’s stops after which nothing further was done.",
        "intervals.share_wilson",
    ),
    "no_further_action_difference": Measure(
        "Difference in no further action", "stops of the group",
        "The group’s share less the reference group’s.",
        "intervals.share_difference",
    ),
    "stop_rate_ratio_denominator_range": Measure(
        "Stop rate ratio over several denominators", "denominators",
        "The lowest and the highest ratio that the denominators side by side give.",
        "intervals.ratio_exact",
    ),
    "section_60_share": Measure(
        "Stops under section 60", "stops of the group",
        "The share of stops that needed no suspicion of the person stopped.",
        "intervals.share_wilson",
    ),
}

SUPPRESSED = f"suppressed: fewer than {SMALLEST_COUNT} stops"
MANY_EXPECTED = 10 * SMALLEST_COUNT
INDEPENDENT = "The interval takes stops as independent of each other, and is too narrow where they are not."
WIDER = "the wider of the exact interval and that of areas drawn anew with replacement, where at least ten areas had stops; else the exact one"


@dataclass(frozen=True)
class Frame:
    """What all findings of one field are made from; `denominators` by name, the main one first."""

    about: About
    tally: Tally
    estimates: Estimates
    denominators: dict[str, NDArray[np.float64]]


def findings_of(frame: Frame) -> list[Finding]:
    """All findings of one field, the ratios first."""
    found = _ratios(frame, 0)
    found += _bounds(frame)
    found += _tipping(frame)
    found += _rates(frame)
    found += _differences(frame)
    found += _excess(frame)
    found += _no_further_action(frame)
    found += _whole_field(frame)
    found += _substituted(frame)
    for position in range(1, len(frame.denominators)):
        found += _ratios(frame, position)
    return found + _denominator_range(frame)


def _one(
    frame: Frame,
    measure: str,
    group: int,
    numbers: tuple[Any, ...],
    *,
    n: float | None,
    needs: tuple[str, ...] = (),
    settings: dict[str, Any] | None = None,
    compared: bool = True,
    **rest: Any,
) -> Finding:
    """One group's finding, emptied where the group is suppressed or a number cannot be had."""
    tally = frame.tally
    hidden = bool(tally.suppressed[group])
    value, low, high = (None, None, None) if hidden else (_plain(number) for number in numbers)
    caveats = (SUPPRESSED, *_lost(tally, group)) if hidden else needs
    if value is None and not caveats:
        caveats = ("Nobody of this group lives in the place, so there is nothing to divide by.",)
    return frame.about.finding(
        measure,
        value,
        group=tally.groups[group],
        reference=tally.groups[tally.reference] if compared else None,
        low=low if value is not None else None,
        high=high if value is not None else None,
        n=None if hidden or (tally.also_hidden[group] and rest.get("unit") != "per 1,000 residents") else n,
        caveats=caveats,
        settings={} if hidden else settings or {},
        **rest,
    )


def _lost(tally: Tally, group: int) -> tuple[str, ...]:
    """A word of doubt where a group that should be seen often hardly occurs."""
    expected = tally.residents[group] * tally.stops[tally.reference] / tally.residents[tally.reference]
    if expected < MANY_EXPECTED:
        return ()
    return (f"The reference's rate would give about {expected:,.0f}: the category may have been lost in publication.",)


def _compared(tally: Tally) -> list[int]:
    return [group for group in range(len(tally.groups)) if group != tally.reference]


def _intervals(frame: Frame, estimate: Estimate, group: int, people: float) -> dict[str, Any]:
    """Both intervals by name, which of them is shown, and the counts behind them."""
    clustered = estimate.clustered
    settings: dict[str, Any] = {
        "interval_shown": estimate.basis[group],
        "exact_interval": [_plain(estimate.exact.low[group]), _plain(estimate.exact.high[group])],
        "clustered_interval": None if clustered is None else [_plain(clustered.low[group]), _plain(clustered.high[group])],
        "residents": _plain(people),
    }
    if not frame.tally.also_hidden[group]:
        settings["stops"] = int(frame.tally.stops[group])
    return settings


def _ratios(frame: Frame, position: int) -> list[Finding]:
    tally, estimate = frame.tally, frame.estimates.ratios[position]
    name = list(frame.denominators)[position]
    people = frame.denominators[name].sum(axis=0)
    found = []
    for group in _compared(tally):
        settings = {**_intervals(frame, estimate, group, people[group]), "denominator": name}
        settings |= {"reference_stops": int(tally.stops[tally.reference]), "reference_residents": _plain(people[tally.reference])}
        numbers = _at(estimate.shown, group)
        method = f"Stops per head of {name} over the same of the reference; interval: {WIDER}."
        found.append(_one(frame, "stop_rate_ratio", group, numbers, n=tally.stops[group], unit="ratio", settings=settings, method=method))
    return found


def _bounds(frame: Frame) -> list[Finding]:
    tally = frame.tally
    bounds = ratio_bounds(*_sides(tally), tally.missing)
    caveat = "Low and high are bounds, not an interval: the least and the most that any ethnicity of the missing stops could give. They leave chance out."
    method = "All missing stops of the reference group (low), all of the group (high), split as the known are (value)."
    return [
        _one(
            frame,
            "stop_rate_ratio_bounds",
            group,
            _at(bounds, group),
            n=_if_open(tally, tally.missing),
            level=None,
            unit="ratio",
            needs=(caveat,),
            method=method,
        )
        for group in _compared(tally)
    ]


def _tipping(frame: Frame) -> list[Finding]:
    tally = frame.tally
    ratio = frame.estimates.ratios[0].exact.value
    tipping = tipping_share(*_sides(tally), tally.missing)
    method = "Stops the reference group would need for an equal rate, less those it has, over the missing stops; the other missing of neither group."
    found = []
    for group in _compared(tally):
        share, least = tipping.share[group], tipping.ratio_at_most[group]
        reason: tuple[str, ...] = ()
        if tally.missing == 0:
            reason = ("No share: no ethnicity is missing.",)
        elif np.isnan(share) and ratio[group] <= 1:
            reason = ("No share: the ratio is 1 or less already.",)
        elif np.isnan(share) and least > 1:
            reason = (f"No share: even if all the missing stops were of the reference group, the ratio would be {least:.2f}.",)
        known = tally.stops[tally.reference] / tally.stops.sum()
        settings = {"ratio_if_all_missing_were_reference": _plain(least), "reference_share_of_known": round(float(known), 2)}
        found.append(
            _one(
                frame,
                "stop_rate_ratio_missing_tipping_share",
                group,
                (share, None, None),
                n=_if_open(tally, tally.missing),
                unit="share",
                needs=reason,
                settings=settings,
                method=method,
            )
        )
    return found


def _rates(frame: Frame) -> list[Finding]:
    """Rates keep the exact limits as their interval; the wider one stands in the settings and in a caveat."""
    tally, estimate = frame.tally, frame.estimates.rates
    found = []
    for group in range(len(tally.groups)):
        settings = {**_intervals(frame, estimate, group, tally.residents[group]), "interval_shown": "exact"}
        clustered = settings["clustered_interval"]
        needs: tuple[str, ...] = ()
        if clustered is not None and None not in clustered and not tally.suppressed[group]:
            needs = (f"The interval takes stops as independent; with whole areas drawn anew it is {clustered[0]:.1f} to {clustered[1]:.1f}.",)
        numbers = _at(estimate.exact, group)
        method = "Stops over residents of the group, per 1,000; exact (Garwood) Poisson limits."
        found.append(
            _one(
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


def _differences(frame: Frame) -> list[Finding]:
    tally, estimate = frame.tally, frame.estimates.differences
    method = f"Stops per 1,000 residents less the same of the reference; interval: {WIDER} (exact: from the two rates' exact limits)."
    return [
        _one(
            frame,
            "stop_rate_difference_per_1000",
            group,
            _at(estimate.shown, group),
            n=tally.residents[group],
            unit="per 1,000 residents",
            settings=_intervals(frame, estimate, group, tally.residents[group]),
            method=method,
        )
        for group in _compared(tally)
    ]


def _excess(frame: Frame) -> list[Finding]:
    tally, shown = frame.tally, frame.estimates.differences.shown
    method = "Stops less residents of the group times the reference's rate: the difference of rates, times residents; so is its interval."
    caveat = "How many stops fewer an equal rate would have meant; it does not say which stops, nor that they were unlawful."
    found = []
    for group in _compared(tally):
        thousands = tally.residents[group] / 1000
        numbers = tuple(number * thousands for number in _at(shown, group))
        settings = {"interval_shown": frame.estimates.differences.basis[group], "residents": _plain(tally.residents[group])}
        found.append(_one(frame, "excess_stops", group, numbers, n=tally.stops[group], unit="stops", needs=(caveat,), settings=settings, method=method))
    return found


def _no_further_action(frame: Frame) -> list[Finding]:
    tally, ref = frame.tally, frame.tally.reference
    known, nothing = tally.outcome_known, tally.no_further_action
    shares = share_wilson(nothing, known, level=frame.about.level)
    apart = share_difference(nothing, known, nothing[ref], known[ref], level=frame.about.level)
    unknown = 100 * (1 - known.sum() / max(tally.stops.sum(), 1))
    caveat = f"{unknown:.0f} % of the stops of known group have no outcome recorded and are left out: unknown is not nothing." if unknown >= 0.5 else ""
    always = (caveat,) if caveat else ()
    of_stops = "Stops that ended with no further action over stops with an outcome; Wilson interval."
    less_reference = "Share with no further action less the reference's; Newcombe interval from the two Wilson intervals."
    found = []
    for group in range(len(tally.groups)):
        few = known[group] < SMALLEST_COUNT
        needs = ("suppressed: fewer than 5 stops with an outcome",) if few else always
        numbers = (None, None, None) if few else _at(shares, group)
        n = None if few else known[group]
        found.append(_one(frame, "no_further_action_share", group, numbers, n=n, unit="share", needs=needs, compared=False, method=of_stops))
    for group in _compared(tally):
        few = min(known[group], known[ref]) < SMALLEST_COUNT
        needs = ("suppressed: fewer than 5 stops with an outcome",) if few else always
        numbers = (None, None, None) if few else _at(apart, group)
        n = None if few else known[group]
        found.append(_one(frame, "no_further_action_difference", group, numbers, n=n, unit="share", needs=needs, method=less_reference))
    return found


def _whole_field(frame: Frame) -> list[Finding]:
    """Shares of all stops: without ethnicity, and under section 60."""
    tally, level = frame.tally, frame.about.level
    missing = share_wilson(tally.missing, tally.total, level=level)
    section_60 = share_wilson(tally.section_60, tally.power_known, level=level)
    rounded = bool(tally.suppressed.any())
    caveat = ("Rounded, and the number of stops left out, so that a suppressed count does not follow from it.",) if rounded else ()
    digits = 2 if rounded else 15
    no_power = () if tally.power_known else ("No stop has its power recorded, so the share is unknown.",)
    without_suspicion = "Section 60 needs no suspicion of the person stopped; these stops are in all the other figures too."
    vehicle = {} if rounded else {"missing_that_are_vehicle_only": tally.missing_vehicle_only}
    of_all, of_powers = _rounded(missing, digits), _rounded(section_60, digits)
    return [
        frame.about.finding(
            "missing_ethnicity_share",
            of_all[0],
            low=of_all[1],
            high=of_all[2],
            n=_if_open(tally, tally.total),
            unit="share",
            caveats=caveat,
            settings=vehicle,
            method="Stops whose ethnicity is empty or not stated, over all stops; Wilson interval.",
        ),
        frame.about.finding(
            "section_60_share",
            of_powers[0],
            low=of_powers[1],
            high=of_powers[2],
            n=_if_open(tally, tally.power_known),
            unit="share",
            caveats=(*caveat, *no_power, without_suspicion),
            method="Stops under section 60 of the Criminal Justice and Public Order Act 1994 over stops with a power recorded; Wilson interval.",
        ),
    ]


def _substituted(frame: Frame) -> list[Finding]:
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
        _one(frame, "stop_rate_ratio_officer_substituted", group, _at(ratio, group), n=filled[group], unit="ratio", needs=(caveat, INDEPENDENT), method=method)
        for group in _compared(tally)
    ]


def _denominator_range(frame: Frame) -> list[Finding]:
    """How far the ratio moves from one denominator to another."""
    tally = frame.tally
    if len(frame.denominators) < 2:
        return []
    values = np.array([estimate.exact.value for estimate in frame.estimates.ratios])
    caveat = "Low and high are the smallest and largest ratio over the denominators, not an interval."
    method = "The stop rate ratio computed with each denominator; the value is that of the first."
    found = []
    for group in _compared(tally):
        column = values[:, group]
        settings = {
            "by_denominator": {name: _plain(value) for name, value in zip(frame.denominators, column, strict=True)},
            "largest_over_smallest": _plain(column.max() / column.min()) if np.all(column > 0) else None,
        }
        numbers = (column[0], column.min(), column.max())
        found.append(
            _one(
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


def _at(numbers: tuple[Any, Any, Any], group: int) -> tuple[Any, Any, Any]:
    value, low, high = numbers
    return value[group], low[group], high[group]


def _if_open(tally: Tally, total: float) -> float | None:
    """A total, unless a suppressed count would follow from it."""
    return None if tally.suppressed.any() else total


def _rounded(numbers: tuple[Any, Any, Any], digits: int) -> tuple[float | None, ...]:
    return tuple(None if (plain := _plain(number)) is None else round(plain, digits) for number in numbers)


def _plain(number: Any) -> float | None:
    """A number that JSON can hold; None where there is none."""
    if number is None or not np.isfinite(number):
        return None
    return float(number)
