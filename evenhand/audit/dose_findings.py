"""To whom the dose falls, group by group, with intervals.

Read with care: see `dose.py`. Where a system can be run again the intervals are percentiles over redraws
of what it learnt from; where all there is is its output, areas are drawn again.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..tables.measure import Measure
from .area_resampling import area_sums
from .dose import by_area, met_by_groups, over_representation_of_given, per_head, per_head_ratio, share_of_given, to_groups
from .exposure_findings import EVERYONE, FEW_PEOPLE
from .limits import REDRAWN, RESAMPLED, lacking, numbers_at, over_areas, over_redraws

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from ..tables.findings import Finding
    from .about import About
    from .dose import Dosed
    from .intervals import Interval

MEASURES = {
    "dose_share": Measure(
        "Share of the dose", "residents of the group",
        "Of all dose that falls where people live, the share that falls to the group when each place’s dose is shared out among its residents.",
        "dose.dose_shares",
    ),
    "dose_over_representation": Measure(
        "Over-representation in the dose", "residents of the group",
        "The group’s share of the dose, divided by its share of all residents; 1 is equal. Every unit of dose weighs the same.",
        "dose.dose_over_representation",
    ),
    "dose_per_head_ratio": Measure(
        "Dose per head, beside the reference group’s", "residents of the group",
        "How many times as much dose falls to each resident of the group as to each of the reference group; 1 is equal.",
        "dose.dose_per_head_ratio",
    ),
    "mean_dose": Measure(
        "Mean dose where the group lives", "residents of the group",
        "The dose of the place where a resident of the group lives, on average over all its residents.",
        "dose.mean_dose",
    ),
    "mean_dose_ratio": Measure(
        "Mean dose where the group lives, beside the reference group’s", "residents of the group",
        "How many times as much dose the place of an average resident of the group gets as that of the reference group; 1 is equal.",
        "dose.mean_dose",
    ),
    "dose_without_residents_share": Measure(
        "Share of the dose where nobody lives", "dose",
        "The share of the dose that falls on places without a resident: it falls to no group.",
        "dose.dose_shares",
    ),
}


def dose_findings(dosed: Dosed, *, about: About, reference: str) -> list[Finding]:
    """To whom the dose falls, group by group.

    Args:
        dosed: places with dose and residents.
        about: place, period, source and caveats of the findings.
        reference: the group to compare with.

    Returns:
        Findings by group in a fixed order, then the share of the dose that falls where nobody lives.

    Raises:
        BadSetting: an unknown reference.
    """
    at = dosed.position(reference)
    totals, there = dosed.residents.sum(axis=0), dosed.people[dosed.dose > 0].sum(axis=0)
    asked = _asked(dosed, reference, at)
    limits = {name: _limits(dosed, one, about.level) for name, one in asked.items()}
    found = []
    for i, group in enumerate(dosed.groups):
        for name, one in asked.items():
            if i == at and one.compared == reference:
                continue
            numbers = numbers_at(limits[name], i)
            caveats = (*_few(there[i], *([there[at]] if one.compared == reference else [])), *_why_none(numbers))
            method = f"{one.method}; {RESAMPLED if dosed.redrawn is None else REDRAWN}"
            found.append(about.finding(name, **numbers, group=group, reference=one.compared, unit=one.unit, n=totals[i], method=method, caveats=caveats))
    return [*found, _nobody(dosed, about)]


class _Asked(NamedTuple):
    """One measure: its unit, how it is computed in words, whom it is compared with, which dose it takes, and the arithmetic."""

    unit: str
    method: str
    compared: str | None
    give: Callable[[ArrayLike, ArrayLike], NDArray[np.float64]]
    measure: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]


def _asked(dosed: Dosed, reference: str, at: int) -> dict[str, _Asked]:
    """The measures by name; for places flagged or not, mean dose is the exposed share, which stands elsewhere."""
    ratio = partial(per_head_ratio, reference=at)
    shared = {
        "dose_share": _Asked("share", "each place's dose shared out among its residents", EVERYONE, to_groups, share_of_given),
        "dose_over_representation": _Asked("ratio", "share of the dose over share of all residents", EVERYONE, to_groups, over_representation_of_given),
        "dose_per_head_ratio": _Asked("ratio", "dose per resident over the reference group's", reference, to_groups, ratio),
    }
    if dosed.is_yes_or_no:
        return shared
    return {
        **shared,
        "mean_dose": _Asked(dosed.unit, "mean, over residents, of the dose of the place they live in", None, met_by_groups, per_head),
        "mean_dose_ratio": _Asked("ratio", "mean dose over the reference group's", reference, met_by_groups, ratio),
    }


def _limits(dosed: Dosed, one: _Asked, level: float) -> Interval:
    """A measure's value with its limits; shape (groups,) each."""
    totals = dosed.residents.sum(axis=0)
    value = one.measure(one.give(dosed.dose, dosed.people), totals)
    if dosed.redrawn is not None:
        return over_redraws(value, one.measure(one.give(dosed.redrawn, dosed.people), totals), level=level)
    columns = np.hstack([by_area(dosed, is_shared=one.give is to_groups), dosed.residents])
    sums, groups = area_sums(columns, replicates=dosed.replicates, seed=dosed.seed).T, len(dosed.groups)
    return over_areas(value, one.measure(sums[:groups], sums[groups:]), level=level, areas=len(dosed.residents))


def _nobody(dosed: Dosed, about: About) -> Finding:
    empty = dosed.people.sum(axis=1) == 0
    share = float(dosed.dose[empty].sum() / dosed.dose.sum())
    method = "dose of places without residents over all dose; a full count, so no interval"
    return about.finding("dose_without_residents_share", share, unit="share", n=float(dosed.dose.sum()), method=method)


def _few(*people: float) -> tuple[str, ...]:
    fewest = min(people)
    return (f"One side has an estimated {fewest:.1f} residents where any dose falls: too few for more than a hint.",) if fewest < FEW_PEOPLE else ()


def _why_none(numbers: dict[str, Any]) -> tuple[str, ...]:
    if numbers["value"] is None:
        return ("Not given: the group, or the group compared with, has no residents or gets no dose.",)
    return lacking(numbers)
