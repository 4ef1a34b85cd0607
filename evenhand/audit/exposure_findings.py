"""The findings on exposure: by group, by deprivation, and by group within deprivation.

Where the system can be run again, intervals are percentiles over redraws of the recorded crimes
(resampling.py): how far the figure would move had police recorded another draw. Where all there is
is an operator's list, areas are drawn again (area_resampling.py): how far it would move had the place
been made of other areas like these. Neither covers the choice of settings (the readings do) nor where
people live within their area (the bounds do).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.measure import Measure
from .area_resampling import area_sums
from .exposure import (
    MOST_DEPRIVED,
    Counted,
    adjusted_ratios_of,
    composition_of,
    counted,
    exposed_people,
    exposed_share_bounds,
    over_representation_of,
    ratios_of,
    shares_of,
)
from .limits import REDRAWN, RESAMPLED, lacking, numbers_at, over_areas, over_redraws

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .exposure import Exposed
    from .intervals import Interval

MEASURES = {
    "exposed_share": Measure(
        "Share of residents living in flagged spots", "residents of the group",
        "Of all residents of the group, the estimated share whose home lies in a flagged spot.",
        "exposure.exposed_shares",
    ),
    "share_of_flagged_residents": Measure(
        "Share of flagged spots’ residents", "residents of flagged spots",
        "Of all who live in flagged spots, the share who belong to the group.",
        "exposure.exposed_people",
    ),
    "residents_in_flagged": Measure(
        "Residents of flagged spots", "residents of the group",
        "Estimated people of the group who live in flagged spots.",
        "exposure.exposed_people",
    ),
    "exposure_ratio": Measure(
        "Exposure ratio", "residents of the group",
        "How many times as likely residents of the group are to live in a flagged spot as residents of the reference group; 1 is equal.",
        "exposure.exposure_ratio",
    ),
    "over_representation": Measure(
        "Over-representation", "residents of flagged spots",
        "The group’s share of flagged spots’ residents, divided by its share of all residents; 1 is equal.",
        "exposure.over_representation",
    ),
    "exposure_ratio_bounds": Measure(
        "Bounds of the exposure ratio", "residents of the group",
        "How far the ratio could lie if residents are not spread evenly within each area; not an interval.",
        "exposure.exposed_share_bounds",
    ),
    "deprivation_exposed_share": Measure(
        "Share of residents living in flagged spots, by deprivation", "residents of areas in that tenth",
        "Decile 1 is the most deprived tenth of areas in England.",
        "exposure.exposed_shares",
    ),
    "deprivation_exposure_ratio": Measure(
        "Exposure ratio by deprivation", "residents of the more deprived areas",
        "How many times as likely residents of the more deprived areas are to live in a flagged spot.",
        "exposure.exposure_ratio",
    ),
    "exposure_ratio_within_deprivation": Measure(
        "Exposure ratio among equally deprived areas", "residents of the group in that band",
        "The exposure ratio among residents of areas of similar deprivation.",
        "exposure.exposure_ratio",
    ),
    "deprivation_adjusted_exposure_ratio": Measure(
        "Exposure ratio, adjusted for deprivation", "residents of the group",
        "The exposure ratio if both groups lived in equally deprived areas.",
        "exposure.adjusted_exposure_ratio",
    ),
}

FEW_PEOPLE = 10
"""Estimated exposed people below which a ratio is said to rest on few."""
LEAST_ALIKE = 3
"""Areas of one deprivation decile from which on groups can be compared within it."""
ENOUGH_COMPANY = 0.5
"""Share of the residents of flagged places that must live in such areas for the adjusted ratio to be given."""
EVERYONE = "all residents"
_BY_GROUP = {
    "residents_in_flagged": ("people (estimated)", "residents shared out by ground", None),
    "exposed_share": ("share", "residents in flagged places over residents", None),
    "share_of_flagged_residents": ("share", "group's residents among residents of flagged places", EVERYONE),
    "over_representation": ("ratio", "share of flagged residents over share of all residents", EVERYONE),
    "exposure_ratio": ("ratio", "exposed share over the reference group's", None),
}
"""Unit, method and comparison of each measure by group."""


def exposure(exposed: Exposed, *, about: About, reference: str, p_values: Mapping[str, tuple[float, str]] | None = None) -> list[Finding]:
    """Who lives in the flagged places, group by group, against a reference group.

    Args:
        exposed: residents, the share of each area flagged, and the same for redrawn crimes.
        about: place, period, source and caveats of the findings.
        reference: the group to compare with.
        p_values: for each group, the p-value of its exposure ratio and the null model it belongs to.

    Returns:
        Findings in a fixed order: by group, then by deprivation, then by group within deprivation.

    Raises:
        CannotAnswer: nobody of the reference group is exposed.
        BadSetting: an unknown reference.
    """
    exposed.require_reference(reference)
    found = _by_group(exposed, about, reference, p_values or {})
    if exposed.decile is not None:
        found += _by_deprivation(exposed, about) + _within_deprivation(exposed, about, reference)
    return found


def interval_words(exposed: Exposed) -> str:
    """How the intervals of these findings are made."""
    return RESAMPLED if exposed.redrawn_share is None else REDRAWN


def _by_group(exposed: Exposed, about: About, reference: str, p_values: Mapping[str, tuple[float, str]]) -> list[Finding]:
    people = exposed.residents.to_numpy(dtype=float)
    at, totals = exposed.position(reference), people.sum(axis=0)
    measures: dict[str, Callable[[Counted], NDArray[np.float64]]] = {
        "residents_in_flagged": lambda both: both.exposed,
        "exposed_share": shares_of,
        "share_of_flagged_residents": composition_of,
        "over_representation": over_representation_of,
        "exposure_ratio": partial(ratios_of, reference=at),
    }
    draws = drawn_again(people, exposed)
    measured = {name: _limits(measure, draws, exposed, about.level) for name, measure in measures.items()}
    there = measured["residents_in_flagged"][0]
    bounds = exposed_share_bounds(people, exposed.flagged_share)
    found = []
    for i, group in enumerate(map(str, exposed.residents.columns)):
        for name, values in measured.items():
            if name == "exposure_ratio" and i == at:
                continue
            unit, method, compared = _BY_GROUP[name]
            p_value, null_model = p_values.get(group, (None, None)) if name == "exposure_ratio" else (None, None)
            found.append(
                _finding(
                    (about, exposed),
                    name,
                    numbers_at(values, i),
                    group=group,
                    reference=reference if name == "exposure_ratio" else compared,
                    unit=unit,
                    n=float(there.sum()) if name == "share_of_flagged_residents" else totals[i],
                    p_value=p_value,
                    null_model=null_model,
                    method=method,
                    caveats=few_exposed(there[i], there[at]) if name == "exposure_ratio" else few_exposed(there[i]),
                )
            )
        if i != at:
            found.append(
                _bounds(about, group, reference, totals[i], (bounds[0][i], bounds[1][i]), (bounds[0][at], bounds[1][at]), measured["exposure_ratio"][0][i])
            )
    return found


def _finding(frame: tuple[About, Exposed], measure: str, numbers: dict[str, Any], *, method: str, caveats: tuple[str, ...], **rest: Any) -> Finding:
    """A finding with the word on its interval, and a word where there is none."""
    about, exposed = frame
    return about.finding(measure, **numbers, method=f"{method}; {interval_words(exposed)}", caveats=(*caveats, *lacking(numbers)), **rest)


def _bounds(about: About, group: str, reference: str, n: float, of_group: tuple[float, float], of_reference: tuple[float, float], value: float) -> Finding:
    low = of_group[0] / of_reference[1] if of_reference[1] > 0 else None
    high = of_group[1] / of_reference[0] if of_reference[0] > 0 else None
    caveat = (
        "Bounds, not an interval: what is possible if homes within each area are arranged "
        "in the most extreme ways; most arrangements in between are far likelier."
    )
    return about.finding(
        "exposure_ratio_bounds",
        value,
        group=group,
        reference=reference,
        low=low,
        high=high,
        level=None,
        n=n,
        unit="ratio",
        method="Duncan-Davis bounds on residents within each area",
        caveats=(caveat,),
    )


def _by_deprivation(exposed: Exposed, about: About) -> list[Finding]:
    decile = np.asarray(exposed.decile)
    everyone = exposed.residents.to_numpy(dtype=float).sum(axis=1)
    by_decile = np.column_stack([np.where(decile == d, everyone, 0.0) for d in range(1, 11)])
    share = with_interval(shares_of, by_decile, exposed, about.level)
    found = [
        _finding(
            (about, exposed),
            "deprivation_exposed_share",
            numbers_at(share, d - 1),
            group=f"decile {d}",
            n=by_decile[:, d - 1].sum(),
            unit="share",
            method="residents of areas of this decile who live in flagged places",
            caveats=_absent(by_decile[:, d - 1].sum()),
        )
        for d in range(1, 11)
    ]
    more = np.isin(decile, MOST_DEPRIVED)
    two = np.column_stack([np.where(more, everyone, 0.0), np.where(more, 0.0, everyone)])
    if two.sum(axis=0).min() > 0:
        ratio = with_interval(partial(ratios_of, reference=1), two, exposed, about.level)
        found.append(
            _finding(
                (about, exposed),
                "deprivation_exposure_ratio",
                numbers_at(ratio, 0),
                group="deciles 1 to 3",
                reference="deciles 4 to 10",
                n=two[:, 0].sum(),
                unit="ratio",
                method="exposed share of residents of the more deprived areas over that of the rest",
                caveats=(*few_exposed(*exposed_people(two, exposed.flagged_share)), "The overall index has a crime domain built from recorded crime."),
            )
        )
    return found


def _within_deprivation(exposed: Exposed, about: About, reference: str) -> list[Finding]:
    people, at = exposed.residents.to_numpy(dtype=float), exposed.position(reference)
    decile = np.asarray(exposed.decile)
    found = []
    for label, members in (("deciles 1 to 3", np.isin(decile, MOST_DEPRIVED)), ("deciles 4 to 10", ~np.isin(decile, MOST_DEPRIVED))):
        there = np.where(members[:, None], people, 0.0)
        ratio = with_interval(partial(ratios_of, reference=at), there, exposed, about.level)
        for i, group in enumerate(exposed.residents.columns):
            if i != at:
                exposed_there = exposed_people(there, exposed.flagged_share)
                found.append(
                    _finding(
                        (about, exposed),
                        "exposure_ratio_within_deprivation",
                        numbers_at(ratio, i),
                        group=f"{group}, {label}",
                        reference=f"{reference}, {label}",
                        n=there[:, i].sum(),
                        unit="ratio",
                        method=f"exposure ratio among residents of areas in {label}",
                        caveats=few_exposed(exposed_there[i], exposed_there[at]),
                    )
                )
    return found + _adjusted(exposed, about, reference)


def _adjusted(exposed: Exposed, about: About, reference: str) -> list[Finding]:
    """The ratio at like deprivation; null where too few areas are alike to compare any."""
    people, at = exposed.residents.to_numpy(dtype=float), exposed.position(reference)
    decile = np.asarray(exposed.decile)
    adjusted = _adjusted_ratios(exposed, decile, at, about.level)
    caveats = ["Adjusting takes away what runs through deprivation; the crude ratio is what residents live with."]
    can_tell = _share_with_company(exposed) >= ENOUGH_COMPANY
    if not can_tell:
        caveats.insert(
            0,
            f"Not given: most residents of flagged places live in areas with fewer than {LEAST_ALIKE - 1} others of like deprivation. "
            "Within one area all groups are spread alike, so the ratio would come out near 1 whatever the truth.",
        )
    return [
        _finding(
            (about, exposed),
            "deprivation_adjusted_exposure_ratio",
            numbers_at(adjusted, i) if can_tell else {"value": None, "low": None, "high": None},
            group=str(group),
            reference=reference,
            n=people[:, i].sum(),
            unit="ratio",
            method="Mantel-Haenszel over deprivation deciles",
            caveats=tuple(caveats),
        )
        for i, group in enumerate(exposed.residents.columns)
        if i != at
    ]


def _share_with_company(exposed: Exposed) -> float:
    """Share of the residents of flagged places whose area has others of its decile to be compared with."""
    decile = np.asarray(exposed.decile)
    there = exposed.residents.to_numpy(dtype=float).sum(axis=1) * exposed.flagged_share
    alike = np.bincount(decile, minlength=11)[decile]
    return float(there[alike >= LEAST_ALIKE].sum() / there.sum()) if there.sum() > 0 else 0.0


def _adjusted_ratios(exposed: Exposed, stratum: NDArray[np.int64], at: int, level: float) -> Interval:
    """The adjusted ratio with its interval: every stratum's columns are drawn together, so that an area keeps its people."""
    people, strata = exposed.residents.to_numpy(dtype=float), np.unique(stratum)
    groups = people.shape[1]
    columns = np.hstack([np.where((stratum == one)[:, None], people, 0.0) for one in strata])

    def adjusted(both: Counted) -> NDArray[np.float64]:
        parts = [slice(s * groups, (s + 1) * groups) for s in range(len(strata))]
        return adjusted_ratios_of([Counted(both.exposed[part], both.totals[part]) for part in parts], reference=at)

    return with_interval(adjusted, columns, exposed, level)


def drawn_again(columns: NDArray[np.float64], exposed: Exposed) -> tuple[Counted, Counted]:
    """Sums of columns of people by area: as they are, shape (columns, 1), and as drawn again, shape (columns, draws).

    Args:
        columns: people by area, shape (areas, columns).
        exposed: what is flagged, and how it is drawn again.
    """
    as_is = counted(columns, exposed.flagged_share[:, None])
    if exposed.redrawn_share is not None:
        return as_is, counted(columns, exposed.redrawn_share)
    sums = area_sums(np.hstack([columns, columns * exposed.flagged_share[:, None]]), replicates=exposed.replicates, seed=exposed.seed)
    width = columns.shape[1]
    return as_is, Counted(sums[:, width:].T, sums[:, :width].T)


def with_interval(measure: Callable[[Counted], NDArray[np.float64]], columns: NDArray[np.float64], exposed: Exposed, level: float) -> Interval:
    """A measure of columns of people by area, with its limits.

    Args:
        measure: from people counted, shape (columns, draws), to numbers of shape (rows, draws).
        columns: people by area, shape (areas, columns).
        exposed: what is flagged, and how it is drawn again.
        level: coverage, between 0 and 1.

    Returns:
        Shape (rows,) each.
    """
    return _limits(measure, drawn_again(columns, exposed), exposed, level)


def _limits(measure: Callable[[Counted], NDArray[np.float64]], draws: tuple[Counted, Counted], exposed: Exposed, level: float) -> Interval:
    value, again = measure(draws[0])[:, 0], measure(draws[1])
    if exposed.redrawn_share is not None:
        return over_redraws(value, again, level=level)
    return over_areas(value, again, level=level, areas=len(exposed.residents))


def few_exposed(*people: float) -> tuple[str, ...]:
    """A caveat where one side of a comparison has hardly anybody exposed."""
    fewest = min(people)
    return (f"One side rests on an estimated {fewest:.1f} exposed people: too few for more than a hint.",) if fewest < FEW_PEOPLE else ()


def _absent(people: float) -> tuple[str, ...]:
    return ("No area of this decile in this place.",) if people == 0 else ()
