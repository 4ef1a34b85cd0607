"""To whom the dose falls, group by group, with intervals.

Read with care: see `dose.py`. Where a system can be run again the intervals are percentiles over redraws
of what it learnt from; where all there is is its output, areas are drawn again.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..tables.measure import Measure
from .dose import by_area, met_by_groups, over_representation_of_given, per_head, per_head_ratio, share_of_given, to_groups
from .exposure_findings import EVERYONE, FEW_PEOPLE
from .intervals import Interval
from .limits import REDRAWN, STUDENTISED, heaped, lacking, numbers_at, over_redraws
from .studentised import Quotient, studentised_quotients

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from ..tables.findings import Finding
    from .about import About
    from .dose import Dosed

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
    narrow = heaped(dosed.dose, dosed.area) if dosed.redrawn is None else ()
    found = []
    for i, group in enumerate(dosed.groups):
        for name, one in asked.items():
            if i == at and one.compared == reference:
                continue
            numbers = numbers_at(limits[name], i)
            caveats = (*_few(there[i], *([there[at]] if one.compared == reference else [])), *_why_none(numbers), *narrow)
            method = f"{one.method}; {STUDENTISED if dosed.redrawn is None else REDRAWN}"
            found.append(about.finding(name, **numbers, group=group, reference=one.compared, unit=one.unit, n=totals[i], method=method, caveats=caveats))
    return [*found, _nobody(dosed, about)]


class _Asked(NamedTuple):
    """One measure.

    Attributes:
        unit, method, compared: of its findings.
        give: which dose it takes: shared out among residents, or met by each.
        measure: from dose to groups and residents, by group and draw, to numbers.
        quotient: the same as sums over sums, by the group's position, among columns of dose, residents, all dose and all residents.
    """

    unit: str
    method: str
    compared: str | None
    give: Callable[[ArrayLike, ArrayLike], NDArray[np.float64]]
    measure: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
    quotient: Callable[[int], Quotient]


def _asked(dosed: Dosed, reference: str, at: int) -> dict[str, _Asked]:
    """The measures by name; for places flagged or not, mean dose is the exposed share, which stands elsewhere."""
    ratio, groups = partial(per_head_ratio, reference=at), len(dosed.groups)
    all_dose, everyone = 2 * groups, 2 * groups + 1

    def against_all(i: int) -> Quotient:
        return Quotient((i, everyone), (all_dose, groups + i))

    def against_reference(i: int) -> Quotient:
        return Quotient((i, groups + at), (groups + i, at))

    over, head = "share of the dose over share of all residents", "dose per resident over the reference group's"
    shared = {
        "dose_share": _Asked(
            "share", "each place's dose shared out among its residents", EVERYONE, to_groups, share_of_given, lambda i: Quotient((i,), (all_dose,))
        ),
        "dose_over_representation": _Asked("ratio", over, EVERYONE, to_groups, over_representation_of_given, against_all),
        "dose_per_head_ratio": _Asked("ratio", head, reference, to_groups, ratio, against_reference),
    }
    if dosed.is_yes_or_no:
        return shared
    mean = "mean, over residents, of the dose of the place they live in"
    return {
        **shared,
        "mean_dose": _Asked(dosed.unit, mean, None, met_by_groups, per_head, lambda i: Quotient((i,), (groups + i,))),
        "mean_dose_ratio": _Asked("ratio", "mean dose over the reference group's", reference, met_by_groups, ratio, against_reference),
    }


def _limits(dosed: Dosed, one: _Asked, level: float) -> Interval:
    """A measure's value with its limits; shape (groups,) each."""
    totals = dosed.residents.sum(axis=0)
    value = one.measure(one.give(dosed.dose, dosed.people), totals)
    if dosed.redrawn is not None:
        return over_redraws(value, one.measure(one.give(dosed.redrawn, dosed.people), totals), level=level)
    given = by_area(dosed, is_shared=one.give is to_groups)
    columns = np.hstack([given, dosed.residents, given.sum(axis=1, keepdims=True), dosed.residents.sum(axis=1, keepdims=True)])
    quotients = [one.quotient(i) for i in range(len(dosed.groups))]
    _, low, high = studentised_quotients(columns, quotients, level=level, replicates=dosed.replicates, seed=dosed.seed)
    return Interval(value, low, np.minimum(high, 1.0) if one.unit == "share" else high)


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
