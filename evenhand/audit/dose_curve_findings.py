"""What the dose curve says of each group, in four numbers that no choice of threshold can dress up.

Read with care: the range over k is no interval. At few places few people are exposed; with all places
flagged every ratio is 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..tables.measure import Measure
from .dose_curve import percentiles, same_side, tied_at
from .exposure_findings import FEW_PEOPLE
from .limits import REDRAWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .dose_curve import Banded, Scored

MEASURES = {
    "exposure_ratio_at_k": Measure(
        "Exposure ratio at the operator’s number of places", "residents of the group",
        "The ratio of the groups’ shares in the k highest-scored places, for the k the operator uses; ties shared out.",
        "dose_curve.dose_curve",
    ),
    "exposure_ratio_over_k": Measure(
        "Range of the exposure ratio over every number of places", "residents of the group",
        "The median and the range of the exposure ratio as more and more of the highest-scored places are flagged; not an interval.",
        "dose_curve.dose_curve",
    ),
    "same_side_share_of_k": Measure(
        "Share of all numbers of places that agree with the operator’s", "numbers of places to flag",
        "Of all numbers of places that could be flagged, the share at which the ratio lies on the same side of 1 as at the operator’s.",
        "dose_curve.dose_curve",
    ),
    "higher_scored_chance": Measure(
        "Chance of living in the higher-scored place", "residents of the group",
        "The chance that a resident of the group lives in a higher-scored place than a resident of the reference group; 50 % is equal. No threshold is chosen.",
        "dose_curve.higher_scored_chance",
    ),
}

REDRAWN_AREAS = "percentiles over areas drawn again, their order as it is"


class _Asked(NamedTuple):
    """One group's curve beside the reference's: what all four findings are made from."""

    scored: Scored
    made: Banded
    about: About
    i: int
    at: int
    frame: dict[str, Any]

    @property
    def again(self) -> str:
        """How the intervals are made."""
        return REDRAWN if self.scored.again else REDRAWN_AREAS


def curve_findings(scored: Scored, made: Banded, *, about: About, reference: str) -> list[Finding]:
    """What the curve says of each group, in four numbers.

    Args:
        scored: places in order.
        made: the curve and its band.
        about: place, period, source and caveats of the findings.
        reference: the group compared with.
    """
    at, settings = scored.groups.index(reference), {"k": scored.k, "of": len(made.curve.k)}
    found = []
    for i, group in enumerate(scored.groups):
        if i != at:
            n = float(scored.people[:, i].sum())
            one = _Asked(scored, made, about, i, at, {"group": group, "reference": reference, "settings": settings, "n": n})
            found += [_at_k(one), _over_k(one), _same_side(one), _chance(one)]
    return found


def _at_k(one: _Asked) -> Finding:
    scored, value = one.scored, float(one.made.curve.ratios[one.i, one.scored.k - 1])
    caveats, tied = [], tied_at(scored.scores, scored.k)
    if not np.isfinite(value):
        caveats.append("Not given: nobody of the group compared with lives in these places.")
    if tied:
        caveats.append(f"{tied:,} {scored.noun} share the score at the cut; they count in equal parts, whichever of them the system takes.")
    method = f"exposed share over the reference group's in the {scored.k:,} highest-scored {scored.noun}; {one.again}"
    return _finding(one, "exposure_ratio_at_k", value, one.made.ratio_at_k, unit="ratio", method=method, caveats=tuple(caveats))


def _over_k(one: _Asked) -> Finding:
    """Median and range over the k at which both sides have people to speak of."""
    curve = one.made.curve
    people = curve.shares * one.scored.people.sum(axis=0)[:, None]
    enough = (np.minimum(people[one.i], people[one.at]) >= FEW_PEOPLE)[:-1]
    caveats = ["A range over choices, not an interval. With every place flagged the ratio is 1, whatever the system; that end is left out."]
    if not enough.all():
        few = int((~enough).sum())
        caveats.append(f"{few:,} of {len(enough):,} choices are left out: fewer than {FEW_PEOPLE} people of one side would be exposed.")
    ratios = curve.ratios[one.i, :-1][enough]
    numbers: dict[str, Any] = {"value": None}
    if len(ratios):
        low, middle, high = (float(q) for q in np.quantile(ratios, [0, 0.5, 1]))
        numbers = {"value": middle, "low": low, "high": high, "level": None}
    else:
        caveats.insert(0, "Not given: too few people at every choice.")
    method = f"median, lowest and highest exposure ratio over every number of highest-scored {one.scored.noun}; ties shared out"
    return one.about.finding("exposure_ratio_over_k", **numbers, unit="ratio", method=method, caveats=tuple(caveats), **one.frame)


def _same_side(one: _Asked) -> Finding:
    value = float(same_side(one.made.curve.ratios[[one.i]], one.scored.k)[0])
    caveats = () if np.isfinite(value) else ("Not given: there is no ratio at the operator’s own number.",)
    method = (
        f"share of the numbers of highest-scored {one.scored.noun}, short of all, at which the ratio lies on the same side of 1 "
        f"as at {one.scored.k:,}; {one.again}"
    )
    choices = {"n": len(one.made.curve.k) - 1}
    return _finding(one, "same_side_share_of_k", value, one.made.same_side, unit="share", method=method, caveats=caveats, **choices)


def _chance(one: _Asked) -> Finding:
    value = float(one.made.chance[one.i])
    caveats = () if np.isfinite(value) else ("Not given: one of the two groups has no residents.",)
    method = f"Mann-Whitney statistic of the scores of the places where the two groups live; {one.again}"
    return _finding(one, "higher_scored_chance", value, one.made.chance_again, unit="share", method=method, caveats=caveats)


def _finding(one: _Asked, measure: str, value: float, draws: NDArray[np.float64], **rest: Any) -> Finding:
    """A finding with percentiles over its redraws; none where there is no value."""
    if not np.isfinite(value):
        return one.about.finding(measure, None, **{**one.frame, **rest})
    low, high = (float(end[0]) for end in percentiles(draws[one.i][:, None], one.about.level))
    return one.about.finding(measure, value, low=low, high=high if np.isfinite(high) else None, **{**one.frame, **rest})
