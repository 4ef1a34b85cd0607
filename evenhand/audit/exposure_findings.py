"""The findings on exposure: by group, by deprivation, and by group within deprivation.

Intervals are percentiles over redraws of the recorded crimes (resampling.py): how far the figure
would move had police recorded another draw. They do not cover the choice of settings (the readings
do) nor where people live within their area (the bounds do).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .exposure import MOST_DEPRIVED, adjusted_exposure_ratio, exposed_people, exposed_share_bounds, exposed_shares, exposure_ratio, over_representation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .exposure import Exposed

REDRAWN = "percentiles over redraws of the recorded crimes the system learnt from"
FEW_PEOPLE = 10
"""Estimated exposed people below which a ratio is said to rest on few."""
EVERYONE = "all residents"


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


def _by_group(exposed: Exposed, about: About, reference: str, p_values: Mapping[str, tuple[float, str]]) -> list[Finding]:
    people = exposed.residents.to_numpy(dtype=float)
    at = exposed.position(reference)
    there = _with_interval(lambda flagged: exposed_people(people, flagged), exposed, about.level)
    share = _with_interval(lambda flagged: exposed_shares(people, flagged), exposed, about.level)
    among = _with_interval(lambda flagged: _composition(people, flagged), exposed, about.level)
    over = _with_interval(lambda flagged: over_representation(people, flagged), exposed, about.level)
    ratio = _with_interval(lambda flagged: exposure_ratio(people, flagged, reference=at), exposed, about.level)
    least, most = exposed_share_bounds(people, exposed.flagged_share)
    totals = people.sum(axis=0)
    found = []
    for i, group in enumerate(exposed.residents.columns):
        few = _few(there[0][i])
        common = {"group": str(group), "n": totals[i], "caveats": few}
        found += [
            about.finding("residents_in_flagged", **_three(there, i), unit="people (estimated)", method=f"residents shared out by ground; {REDRAWN}", **common),
            about.finding("exposed_share", **_three(share, i), unit="share", method=f"residents in flagged places over residents; {REDRAWN}", **common),
            about.finding(
                "share_of_flagged_residents",
                **_three(among, i),
                reference=EVERYONE,
                unit="share",
                method=f"group's residents among residents of flagged places; {REDRAWN}",
                **{**common, "n": float(there[0].sum())},
            ),
            about.finding(
                "over_representation",
                **_three(over, i),
                reference=EVERYONE,
                unit="ratio",
                method=f"share of flagged residents over share of all residents; {REDRAWN}",
                **common,
            ),
        ]
        if i == at:
            continue
        p_value, null_model = p_values.get(str(group), (None, None))
        found.append(
            about.finding(
                "exposure_ratio",
                **_three(ratio, i),
                reference=reference,
                unit="ratio",
                p_value=p_value,
                null_model=null_model,
                method=f"exposed share over the reference group's; {REDRAWN}",
                **common,
            )
        )
        found.append(_bounds(about, str(group), reference, totals[i], (least[i], most[i]), (least[at], most[at]), ratio[0][i]))
    return found


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
    share = _with_interval(lambda flagged: exposed_shares(by_decile, flagged), exposed, about.level)
    found = [
        about.finding(
            "deprivation_exposed_share",
            **_three(share, d - 1),
            group=f"decile {d}",
            n=by_decile[:, d - 1].sum(),
            unit="share",
            method=f"residents of areas of this decile who live in flagged places; {REDRAWN}",
            caveats=_absent(by_decile[:, d - 1].sum()),
        )
        for d in range(1, 11)
    ]
    more = np.isin(decile, MOST_DEPRIVED)
    two = np.column_stack([np.where(more, everyone, 0.0), np.where(more, 0.0, everyone)])
    if two.sum(axis=0).min() > 0:
        ratio = _with_interval(lambda flagged: exposure_ratio(two, flagged, reference=1), exposed, about.level)
        found.append(
            about.finding(
                "deprivation_exposure_ratio",
                **_three(ratio, 0),
                group="deciles 1 to 3",
                reference="deciles 4 to 10",
                n=two[:, 0].sum(),
                unit="ratio",
                method=f"exposed share of residents of the more deprived areas over that of the rest; {REDRAWN}",
                caveats=("The overall index has a crime domain built from recorded crime.",),
            )
        )
    return found


def _within_deprivation(exposed: Exposed, about: About, reference: str) -> list[Finding]:
    people, at = exposed.residents.to_numpy(dtype=float), exposed.position(reference)
    decile = np.asarray(exposed.decile)
    found = []
    adjusted = _with_interval(lambda flagged: adjusted_exposure_ratio(people, flagged, decile, reference=at), exposed, about.level)
    for label, members in (("deciles 1 to 3", np.isin(decile, MOST_DEPRIVED)), ("deciles 4 to 10", ~np.isin(decile, MOST_DEPRIVED))):
        there = np.where(members[:, None], people, 0.0)
        ratio = _with_interval(lambda flagged, there=there: exposure_ratio(there, flagged, reference=at), exposed, about.level)
        for i, group in enumerate(exposed.residents.columns):
            if i != at:
                why = _few(float(exposed_people(there, exposed.flagged_share)[i]))
                found.append(
                    about.finding(
                        "exposure_ratio_within_deprivation",
                        **_three(ratio, i),
                        group=f"{group}, {label}",
                        reference=f"{reference}, {label}",
                        n=there[:, i].sum(),
                        unit="ratio",
                        method=f"exposure ratio among residents of areas in {label}; {REDRAWN}",
                        caveats=why,
                    )
                )
    for i, group in enumerate(exposed.residents.columns):
        if i != at:
            found.append(
                about.finding(
                    "deprivation_adjusted_exposure_ratio",
                    **_three(adjusted, i),
                    group=str(group),
                    reference=reference,
                    n=people[:, i].sum(),
                    unit="ratio",
                    method=f"Mantel-Haenszel over deprivation deciles; {REDRAWN}",
                    caveats=("Adjusting takes away what runs through deprivation; the crude ratio is what residents live with.",),
                )
            )
    return found


def _composition(people: NDArray[np.float64], flagged: NDArray[np.float64]) -> NDArray[np.float64]:
    there = exposed_people(people, flagged)
    with np.errstate(divide="ignore", invalid="ignore"):
        return there / there.sum(axis=0)


def _with_interval(
    measure: Callable[[Any], NDArray[np.float64]], exposed: Exposed, level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """A measure's value and its percentiles over the redraws; shape (groups,) each."""
    value = measure(exposed.flagged_share)
    redrawn = measure(exposed.redrawn_share)
    tail = (1 - level) / 2
    finite = np.where(np.isfinite(redrawn), redrawn, np.nan)
    unknown = np.isnan(finite).all(axis=1)
    finite[unknown] = 0.0  # nothing to take percentiles of; made null again below
    low, high = np.nanquantile(finite, [tail, 1 - tail], axis=1)
    low[unknown] = high[unknown] = np.nan
    return value, low, high


def _three(measured: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]], i: int) -> dict[str, Any]:
    value, low, high = (float(part[i]) for part in measured)
    if not np.isfinite(value):
        return {"value": None, "low": None, "high": None}
    return {"value": value, "low": low if np.isfinite(low) else None, "high": high if np.isfinite(high) else None}


def _few(people: float) -> tuple[str, ...]:
    return (f"Rests on an estimated {people:.1f} exposed people: too few for more than a hint.",) if people < FEW_PEOPLE else ()


def _absent(people: float) -> tuple[str, ...]:
    return ("No area of this decile in this place.",) if people == 0 else ()
