"""Patrols that nobody drew by lot: before and after, with and without, and whether crime moved round the corner.

The weighted displacement difference and quotient, the plain change of each area, the change beside its
control, and, where counts of all places are given, how far the chosen ones fall with no patrol at all.
effect_months.py has what months can tell.

Read with care: no lots, so nothing here shows cause by itself. Each figure takes its control to tell what
would have happened.

Source: displacement.py and regression_to_mean.py name theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import CannotAnswer
from ..tables.measure import Measure
from .displacement import ROLES, e_test, ratio_of_changes, wdd, wdq
from .effect import or_none
from .intervals import ratio_exact
from .regression_to_mean import expected_fall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About

MEASURES = {
    "weighted_displacement_difference": Measure(
        "Weighted displacement difference", "events before and after in all areas",
        "Events fewer (below 0) in the patrolled area and its ring than their controls lead one to expect.", "displacement.wdd",
    ),
    "weighted_displacement_quotient": Measure(
        "Weighted displacement quotient", "events before and after in the areas",
        "How the ring fared for each event gained in the patrolled area: above 0 it gained too, below 0 crime may have moved there.", "displacement.wdq",
    ),
    "before_after_ratio": Measure(
        "Events after, times events before", "events before and after there",
        "How many times as many events were recorded after patrols began, per unit of time; 1 is no change.", "displacement.e_test",
    ),
    "change_against_control": Measure(
        "Change where patrols went, times change in the control", "events before and after in both areas",
        "How many times the events that the control’s change leads one to expect; 1 is no difference.", "displacement.ratio_of_changes",
    ),
    "expected_fall": Measure(
        "Fall expected with no patrol at all", "events before at the places chosen",
        "The change that places chosen at a peak show by themselves, as a share; below 0 a fall.", "regression_to_mean.expected_fall",
    ),
}  # fmt: skip
NO_LOTS = "Nobody drew lots: the difference may be due to how places were chosen, or to what else changed there."


@dataclass(frozen=True)
class BeforeAfter:
    """Counts before and after, a position for each place.

    Attributes:
        role: one of displacement.ROLES.
        before, after: events.
        area_km2: ground; None where not given.
        time: length of the time before and after.
    """

    role: NDArray[np.str_]
    before: NDArray[np.float64]
    after: NDArray[np.float64]
    area_km2: NDArray[np.float64] | None = None
    time: tuple[float, float] = (1.0, 1.0)

    def sums(self, counts: NDArray[np.float64], roles: Sequence[str]) -> list[float]:
        """Counts of each role added up."""
        return [float(counts[self.role == role].sum()) for role in roles]

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that there are, in the order of ROLES."""
        return tuple(role for role in ROLES if np.any(self.role == role))


def before_after_findings(own: BeforeAfter, *, about: About, at_peak: bool, seed: int) -> list[Finding]:
    """What four sums say: displacement difference and quotient, the change in each area, and the fall to expect.

    Args:
        own: the counts.
        about: place, period, source and caveats of the findings.
        at_peak: the treated places were chosen for their count before; then the fall to expect is computed from all places.
        seed: of its simulation.

    Raises:
        CannotAnswer: no treated or no control area.
    """
    missing = [role for role in ROLES[:2] if role not in own.roles]
    if missing:
        raise CannotAnswer(f"No place has the role '{missing[0]}', so there is nothing to compare. Give each place its role: {', '.join(ROLES)}.")
    found = [_difference(own, about), _quotient(own, about), *(_change(own, role, about) for role in own.roles), _ratio_of_changes(own, about)]
    return [*found, _fall(own, about, seed)] if at_peak else found


def _difference(own: BeforeAfter, about: About) -> Finding:
    has_rings = set(ROLES[2:]) <= set(own.roles)
    roles = ROLES if has_rings else ROLES[:2]
    area = None if own.area_km2 is None else own.sums(own.area_km2, roles)
    before, after = own.sums(own.before, roles), own.sums(own.after, roles)
    found = wdd(before, after, time=own.time, area=area, level=about.level)
    local, ring = (f"{value:,.1f} (error {error:.1f})" for value, error in ((found.local, found.local_error), (found.displaced, found.displaced_error)))
    told = f"Of it {local} in the patrolled area and {ring} in the ring." if has_rings else "No rings are given, so nothing is said of displacement."
    per = " and ".join(what for what, is_so in (("per unit of time", own.time != (1.0, 1.0)), ("per km2", area is not None)) if is_so)
    return about.finding(
        "weighted_displacement_difference", found.value, low=found.low, high=found.high, p_value=or_none(found.p_value), null_model="changes are alike",
        unit=f"events {per}".strip(), n=sum(before) + sum(after), group=", ".join(roles),
        method="changes added up with their signs; Poisson error from all counts, normal interval",
        caveats=(told, "Counts that come in runs make the interval too narrow.", NO_LOTS), settings={"time": list(own.time)},
    )  # fmt: skip


def _quotient(own: BeforeAfter, about: About) -> Finding:
    roles = ("treated", "control", "displacement")
    measure = "weighted_displacement_quotient"
    if "displacement" not in own.roles:
        return about.finding(measure, None, unit="ratio", n=0, method="none", caveats=("Not given: no place has the role 'displacement'.",))
    before, after = own.sums(own.before, roles), own.sums(own.after, roles)
    try:
        found = wdq(before, after, level=about.level)
    except CannotAnswer as why:
        return about.finding(measure, None, unit="ratio", n=sum(before) + sum(after), method="none", caveats=(f"Not given: {why}",))
    told: tuple[str, ...] = ()
    if not np.isfinite(found.value):
        told = ("Not given: the patrolled area did not fare better than its control, so there is no gain to share out.",)
    elif not np.isfinite(found.low):
        told = ("No interval: the gain of the patrolled area may be nil by chance, and then the quotient has no bounds.",)
    return about.finding(
        measure, or_none(found.value), low=or_none(found.low), high=or_none(found.high), unit="ratio", n=sum(before) + sum(after),
        method="change of the ring’s share of the control over change of the patrolled area’s; Fieller’s interval from Poisson counts",
        caveats=(*told, NO_LOTS),
    )  # fmt: skip


def _change(own: BeforeAfter, role: str, about: About) -> Finding:
    before, after = own.sums(own.before, [role])[0], own.sums(own.after, [role])[0]
    measure = "before_after_ratio"
    if before == 0:
        return about.finding(measure, None, group=role, unit="ratio", n=after, method="none", caveats=("Not given: nothing was recorded before.",))
    ratio = ratio_exact(after, own.time[1], before, own.time[0], level=about.level)
    return about.finding(
        measure, float(ratio.value), low=float(ratio.low), high=float(ratio.high), p_value=e_test(int(after), int(before), exposure=own.time[::-1]),
        null_model="one rate before and after (e-test)", group=role, unit="ratio", n=before + after,
        method="rate after over rate before; exact conditional limits",
        caveats=(f"{before:,.0f} events before, {after:,.0f} after. Without a control it says nothing of why.",),
    )  # fmt: skip


def _ratio_of_changes(own: BeforeAfter, about: About) -> Finding:
    before, after = own.sums(own.before, ROLES[:2]), own.sums(own.after, ROLES[:2])
    value, low, high = (or_none(end) for end in ratio_of_changes(before, after, level=about.level))
    why = () if value is not None else ("Not given: nothing was recorded before, or nothing in the control after, so changes cannot be divided.",)
    return about.finding(
        "change_against_control", value, low=low, high=high, group="treated", reference="control", unit="ratio", n=sum(before) + sum(after),
        method="change in the treated area over change in the control; exact conditional limits",
        caveats=(*why, "Events that come in runs, and areas that differ, make the interval too narrow.", NO_LOTS),
    )  # fmt: skip


def _fall(own: BeforeAfter, about: About, seed: int) -> Finding:
    chosen = own.role == "treated"
    try:
        fall = expected_fall(own.before, chosen, time=own.time, level=about.level, seed=seed)
    except CannotAnswer as why:
        return about.finding("expected_fall", None, group="treated", unit="share", n=int(chosen.sum()), method="none", caveats=(f"Not given: {why}",))
    seen = own.after[chosen].sum() / (own.before[chosen].sum() * own.time[1] / own.time[0]) - 1
    inside = "within" if fall.low <= seen <= fall.high else "below" if seen < fall.low else "above"
    return about.finding(
        "expected_fall", fall.expected, low=fall.low, high=fall.high, group="treated", unit="share", n=fall.before,
        method="rates as a gamma law over all places given, unchanging; range of simulated changes with no patrol",
        caveats=(f"The change recorded was {100 * seen:+.1f} %, {inside} this range.", "No trend and no change of places is in the model."),
        settings={"dispersion": fall.spread, "places_chosen": fall.places},
    )  # fmt: skip
