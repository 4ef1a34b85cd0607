"""The plain baseline's exposure beside the system's: does the system expose anybody more unequally than counting would?

A ratio of 2 is the method's own doing only as far as a plain count of past records would not give 2 as
well. So the baseline's share and ratio are given too, and the one ratio over the other.

Read with care: that a plain count does the same excuses neither. Both learn from the same records.

Source: Lum & Isaac (2016), Significance 13(5), 14-19, and Perry and others (2013), Predictive Policing,
RAND RR-233, ch. 2 (simple counts as the yardstick of place systems).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..tables.measure import Measure
from .exposure import ratios_of, shares_of
from .exposure_findings import drawn_again, few_exposed, interval_words, with_interval
from .limits import lacking, numbers_at, over_redraws

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .exposure import Exposed

MEASURES = {
    "baseline_exposed_share": Measure(
        "Share of residents living in the count map’s spots", "residents of the group",
        "Of all residents of the group, the estimated share whose home lies in a spot that a plain count of past records flags.",
        "exposure.exposed_shares",
    ),
    "baseline_exposure_ratio": Measure(
        "Exposure ratio of the count map", "residents of the group",
        "How many times as likely residents of the group are to live in a spot of the count map as residents of the reference group.",
        "exposure.exposure_ratio",
    ),
    "exposure_ratio_over_baseline": Measure(
        "Exposure ratio over the count map’s", "residents of the group",
        "The system’s exposure ratio divided by the count map’s; above 1 the system is the more unequal of the two.",
        "beside_baseline.ratio_of_ratios",
    ),
}  # fmt: skip


def ratio_of_ratios(system: NDArray[np.float64], baseline: NDArray[np.float64]) -> NDArray[np.float64]:
    """One exposure ratio over another.

    Args:
        system, baseline: exposure ratios of the same groups on the same residents, any one shape.

    Returns:
        Of that shape, no unit; 1 where both are as unequal. nan where the baseline's is zero or has no value.

    Example:
        >>> ratio_of_ratios(np.array([2.4, 1.0]), np.array([2.0, 0.0])).tolist()
        [1.2, nan]

    Read with care:
        Both come from the same records, so they move together: the interval must come from the same redraws of both.
    """
    return np.divide(system, baseline, out=np.full(np.shape(system), np.nan), where=np.asarray(baseline) > 0)


def baseline_findings(
    system: Exposed,
    baseline: Exposed,
    *,
    names: tuple[str, str],
    is_paired: bool,
    about: About,
    reference: str,
    p_values: Mapping[str, tuple[float, str]] | None = None,
) -> list[Finding]:
    """The baseline's exposure by group, and the system's ratio over it.

    Args:
        system, baseline: residents and flagged shares of both.
        names: of the system and of the baseline.
        is_paired: both were run on the same redraws, draw by draw, so that their quotient has an interval.
        about: place, period, source and caveats of the findings.
        reference: the group to compare with.
        p_values: for each group, the p-value of the baseline's ratio and its null model.

    Raises:
        CannotAnswer: nobody of the reference group is exposed.
        BadSetting: an unknown reference.
    """
    at = baseline.require_reference(reference)
    people = baseline.residents.to_numpy(dtype=float)
    ratio = partial(ratios_of, reference=at)
    shares, ratios = (with_interval(measure, people, baseline, about.level) for measure in (shares_of, ratio))
    both = (drawn_again(people, one) for one in (system, baseline))
    (ours, ours_again), (theirs, theirs_again) = ((ratio(as_is), ratio(again)) for as_is, again in both)
    over = ratio_of_ratios(ours[:, 0], theirs[:, 0])
    again = ratio_of_ratios(ours_again, theirs_again) if is_paired else np.full((len(over), 1), np.nan)
    quotient = over_redraws(over, again, level=about.level)
    there, totals = people.T @ baseline.flagged_share, people.sum(axis=0)
    found, words = [], interval_words(baseline)
    for i, group in enumerate(map(str, baseline.residents.columns)):
        frame = {"group": group, "n": totals[i], "settings": {"system": names[1]}}
        method, numbers = f"residents in places the baseline flags over residents; {words}", numbers_at(shares, i)
        found.append(about.finding("baseline_exposed_share", **numbers, unit="share", method=method, caveats=few_exposed(there[i]), **frame))
        if i == at:
            continue
        p_value, null_model = (p_values or {}).get(group, (None, None))
        rest = {**frame, "reference": reference, "unit": "ratio", "caveats": few_exposed(there[i], there[at])}
        numbers, method = numbers_at(ratios, i), f"exposed share over the reference group's, for the baseline's places; {words}"
        found.append(about.finding("baseline_exposure_ratio", **numbers, method=method, p_value=p_value, null_model=null_model, **rest))
        numbers = numbers_at(quotient, i) if is_paired else {"value": over[i] if np.isfinite(over[i]) else None, "low": None, "high": None}
        unpaired = () if is_paired else ("No interval: the two could not be run on the same redraws.",)
        rest |= {"caveats": (*unpaired, *(lacking(numbers) if is_paired else ())), "settings": {"system": names[0], "baseline": names[1]}}
        method = f"exposure ratio of {names[0]} over that of {names[1]}; percentiles over the same redraws of both"
        found.append(about.finding("exposure_ratio_over_baseline", **numbers, method=method, **rest))
    return found
