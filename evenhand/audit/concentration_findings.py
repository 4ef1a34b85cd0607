"""The findings on concentration: how unevenly the dose falls on people beyond chance, and on groups apart.

Read with care: concentration by itself harms nobody more than another; it says how much is at stake
for those on whom the dose falls.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import BadValue
from ..tables.measure import Measure
from .area_weights import area_weights
from .concentration import dissimilarities, gini, ginis_of, isolations, noise_floor, resampled_ginis
from .dose import composition
from .intervals import Interval, tail_share
from .limits import REDRAWN, RESAMPLED_PLAIN, STUDENTISED, heaped, lacking, numbers_at, over_areas, over_redraws
from .studentised import Quotient, studentised_quotients

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .dose import Dosed

MEASURES = {
    "dose_gini": Measure(
        "Gini index of the dose over people", "residents",
        "How unevenly the dose falls on people: 0 when all get alike, near 1 when all falls on few.",
        "concentration.gini",
    ),
    "dose_gini_by_chance": Measure(
        "Gini index that chance alone would make", "residents",
        "What the Gini would be, on average, if as many units of dose fell on people at random; the range is that of chance.",
        "concentration.noise_floor",
    ),
    "dose_gini_above_chance": Measure(
        "Gini index above chance", "residents",
        "The Gini less what chance alone would make: the unevenness that needs another explanation.",
        "concentration.noise_floor",
    ),
    "dose_dissimilarity": Measure(
        "Dissimilarity of the groups’ dose", "residents of the group",
        "The share of the one group’s dose that would have to fall elsewhere to fall as the other’s does; 0 is alike.",
        "concentration.dissimilarity",
    ),
    "dose_isolation": Measure(
        "Isolation in the dose", "residents of the group",
        "Where the group’s dose falls, the share of it that falls to the same group; compare with its share of the dose.",
        "concentration.isolation",
    ),
    "dose_interaction": Measure(
        "Interaction in the dose", "residents of the group",
        "Where the group’s dose falls, the share of it that falls to the other group.",
        "concentration.isolation",
    ),
}

NULL_MODEL = "as many units of dose thrown at the residents at random; one-sided, as uneven or more"
NOT_WHOLE = "Not given: the dose is not counted in whole units, so chance cannot be asked to deal it out."
CHANCE = "mean over random throws of as many units of dose at the residents; the range holds the level's share of throws"


def concentration_findings(dosed: Dosed, *, about: About, reference: str) -> list[Finding]:
    """How concentrated the dose is, and how far apart it falls on groups.

    Args:
        dosed: areas with their dose and residents (`dose.gathered` makes them of cells).
        about: place, period, source and caveats of the findings.
        reference: the group to compare with.

    Returns:
        Findings in a fixed order: the Gini, its floor, what lies above; then by group.

    Raises:
        BadSetting: an unknown reference.
        CannotAnswer: one area only has residents.
    """
    at = dosed.position(reference)
    return [*_evenness(dosed, about), *_apart(dosed, about, at)]


def _evenness(dosed: Dosed, about: About) -> list[Finding]:
    people = dosed.people.sum(axis=1)
    value, n = gini(dosed.dose, people), float(people.sum())
    throws = _throws(dosed, people)
    if dosed.redrawn is not None:
        limits, words = over_redraws([value], ginis_of(dosed.redrawn, people)[None, :], level=about.level), REDRAWN
    else:
        draws = resampled_ginis(dosed.dose, people, replicates=dosed.replicates, seed=dosed.seed)
        limits, words = over_areas([value], draws[None, :], level=about.level, areas=int((people > 0).sum()), scale="plain"), RESAMPLED_PLAIN
    numbers, narrow = numbers_at(limits, 0), heaped(dosed.dose, dosed.area) if dosed.redrawn is None else ()
    found = partial(about.finding, unit="index, 0 to 1", n=n, reference="all residents alike")
    floor = None if throws is None else float(throws.mean())
    p_value = None if throws is None else float((1 + (throws >= value - 1e-12).sum()) / (1 + len(throws)))
    tail = tail_share(about.level)
    low, high = (None, None) if throws is None else np.quantile(throws, [tail, 1 - tail])
    caveats = (NOT_WHOLE,) if floor is None else ()
    method, above = f"Gini index of dose over residents, areas in order of dose a head; {words}", f"the Gini less its mean over random throws; {words}"
    return [
        found("dose_gini", **numbers, p_value=p_value, null_model=None if p_value is None else NULL_MODEL, method=method, caveats=(*lacking(numbers), *narrow)),
        found("dose_gini_by_chance", floor, low=low, high=high, method=CHANCE, caveats=caveats),
        found("dose_gini_above_chance", **_less(numbers, floor), method=above, caveats=(*caveats, *lacking(numbers), *narrow)),
    ]


def _throws(dosed: Dosed, people: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Ginis by chance; None where the dose is not counted in whole units."""
    try:
        return noise_floor(dosed.dose, people, replicates=dosed.replicates, seed=dosed.seed)
    except BadValue:
        return None


def _less(numbers: dict[str, Any], floor: float | None) -> dict[str, Any]:
    if floor is None:
        return {"value": None}
    return {name: None if number is None else number - floor for name, number in numbers.items()}


def _apart(dosed: Dosed, about: About, at: int) -> list[Finding]:
    mix, totals, reference = composition(dosed.people), dosed.residents.sum(axis=0), dosed.groups[at]
    narrow = heaped(dosed.dose, dosed.area) if dosed.redrawn is None else ()
    found = []
    for i, group in enumerate(dosed.groups):
        asked: dict[str, tuple[str | None, Callable[[NDArray[np.float64]], NDArray[np.float64]]]] = {
            "dose_dissimilarity": (reference, partial(dissimilarities, mix, group=i, reference=at)),
            "dose_isolation": (None, partial(isolations, mix, group=i, other=i)),
            "dose_interaction": (reference, partial(isolations, mix, group=i, other=at)),
        }
        for name, (compared, index) in asked.items():
            if i == at and compared:
                continue
            other = None if name == "dose_dissimilarity" else (i, at if compared else i)
            limits, words = _limits(dosed, index, about.level, mix, other)
            numbers = numbers_at(limits, 0)
            caveats = (*lacking(numbers), *narrow) if numbers["value"] is not None else ("Not given: one of the groups gets no dose.",)
            unit, method = ("index, 0 to 1" if name == "dose_dissimilarity" else "share"), f"each area's dose shared out among its residents; {words}"
            found.append(about.finding(name, **numbers, group=group, reference=compared, unit=unit, n=totals[i], method=method, caveats=caveats))
    return found


def _limits(
    dosed: Dosed, index: Callable[[NDArray[np.float64]], NDArray[np.float64]], level: float, mix: NDArray[np.float64], company: tuple[int, int] | None
) -> tuple[Interval, str]:
    """An index with its limits, and how they are made; one that tells of company is a quotient of sums over areas."""
    value, again = index(dosed.dose[None, :]), {"replicates": dosed.replicates, "seed": dosed.seed}
    if dosed.redrawn is not None:
        return over_redraws(value, index(dosed.redrawn.T)[None, :], level=level), REDRAWN
    if company is not None:
        one, other = mix[:, company[0]] * dosed.dose, mix[:, company[1]]
        _, low, high = studentised_quotients(np.column_stack([one * other, one]), [Quotient((0,), (1,))], level=level, **again)
        return Interval(value, low, np.minimum(high, 1.0)), STUDENTISED
    draws = np.concatenate([index(drawn * dosed.dose) for drawn in area_weights(len(dosed.dose), **again)])
    return over_areas(value, draws[None, :], level=level, areas=len(dosed.dose), scale="plain"), RESAMPLED_PLAIN
