"""What could this trial have seen, and what does it rule out? Power beside each claim, and a test of "no effect to speak of".

A trial that finds nothing has not shown that there is nothing: either its interval lies within a margin
said beforehand, or it was too small to tell. A small trial that finds much has likely been lucky.

Steps, in order:  power_findings -> equivalence_findings

Read with care: power is about the design and a supposed effect. It is no property of the result.

Source: patrol_power.py; Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15(6), 657-680 (two one-sided tests).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting
from ..tables.measure import Measure
from .effect import RECORDED, or_none
from .panel_counts import negative_binomial, with_effects
from .patrol_power import GRID, Power, power_curve, smallest_detectable
from .randomisation import means, one_sided_p, ratio_effect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..tables.findings import Finding
    from .about import About
    from .effect import Drawn
    from .lots import Lots

MEASURES = {
    "power_at_effect": Measure(
        "Power at a claimed effect", "simulated trials",
        "How often a trial of this size would find something, if patrols cut events by the claimed share.",
        "patrol_power.power_curve",
    ),
    "exaggeration_at_effect": Measure(
        "Exaggeration of a clear result", "simulated trials that found something",
        "By how much the reduction reported is too large on average, among trials that find something at that effect.",
        "patrol_power.power_curve",
    ),
    "smallest_detectable_reduction": Measure(
        "Smallest reduction the trial would find", "place-days that could have come out either way",
        "The share by which patrols must cut events for a trial of this size to find it four times in five.",
        "patrol_power.smallest_detectable",
    ),
    "no_effect_to_speak_of": Measure(
        "Whether any effect is surely smaller than the margin", "place-days that could have come out either way",
        "1 if the ratio surely lies within the margin, 0 if that cannot be said.",
        "randomisation.one_sided_p",
    ),
}  # fmt: skip
WANTED = 0.8


def outcome_rates(drawn: Drawn) -> dict[str, tuple[float, float]]:
    """For each outcome its events per place-day without patrol and its dispersion, as far as this trial tells; outcomes without any are left out."""
    trial, found = drawn.trial, {}
    for name, events in trial.events.items():
        rate = means(events, drawn.lots).control
        if np.isfinite(rate) and rate > 0:
            treated = trial.is_treated
            design = with_effects(treated) if events[treated].sum() > 0 else np.ones((len(events), 1))
            found[name] = (rate, negative_binomial(events, design).dispersion)
    return found


def power_findings(
    own: Lots,
    rates: Mapping[str, tuple[float, float]],
    *,
    claims: Sequence[float],
    about: About,
    seed: int,
    runs: int = 1000,
    tell: Callable[[str, float], None] | None = None,
) -> tuple[list[Finding], dict[str, list[Power]]]:
    """Power at each claimed reduction, how exaggerated a clear result would be, and the smallest reduction that would be found.

    Args:
        own: the lots of the trial, real or planned.
        rates: outcome -> events per place-day without patrol, and dispersion.
        claims: reductions claimed, as shares.
        about: place, period, source and caveats of the findings.
        seed, runs: of the simulation.
        tell: is told how far it is.

    Returns:
        The findings, and for each outcome its power curve, for a picture.

    Raises:
        BadSetting: a claim that is no share.
    """
    if any(not 0 < claim < 1 for claim in claims):
        raise BadSetting("A claimed reduction is a share between 0 and 1: 0.31 for 31 per cent fewer.")
    found, drawn_curves, place_days = [], {}, int(own.is_open.sum())
    for name, (rate, dispersion) in rates.items():
        grid = sorted({*GRID, *claims})
        curve = power_curve(own, rate, reductions=grid, dispersion=dispersion, seed=seed, runs=runs, tell=tell)
        drawn_curves[name] = curve
        at = {point.reduction: point for point in curve}
        method = f"{runs:,} made-up trials with the same lots, {rate:.3g} events per place-day and dispersion {dispersion:.2g}; two-sided test at 5 %"
        for claim in claims:
            found += _at_claim(name, at[claim], runs, method, about)
        found.append(_smallest(name, curve, place_days, method, about))
    return found, drawn_curves


def equivalence_findings(drawn: Drawn, *, margin: float, about: About) -> list[Finding]:
    """Whether each outcome's ratio surely lies within a margin around 1.

    Args:
        drawn: the trial with its lots.
        margin: the lower end, such as 0.8; the upper is one over it.
        about: place, period, source and caveats of the findings.

    Raises:
        BadSetting: a margin outside 0 to 1.
    """
    if not 0 < margin < 1:
        raise BadSetting(f"margin={margin!r} must lie between 0 and 1: 0.8 stands for a ratio from 0.8 to 1.25.")
    ends, found = (margin, 1 / margin), []
    asked = {"seed": drawn.asking.seed, "replicates": drawn.asking.replicates}
    for name, events in drawn.trial.events.items():
        told = f"from {ends[0]:.2g} to {ends[1]:.3g}"
        if events.sum() == 0:
            why = ("Not given: nothing was recorded on any day.",)
            found.append(about.finding("no_effect_to_speak_of", None, group=name, unit="1 yes, 0 no", n=len(events), method="none", caveats=why))
            continue
        above = one_sided_p(events, drawn.lots, ends[0], at_least=True, **asked)
        below = one_sided_p(events, drawn.lots, ends[1], at_least=False, **asked)
        p_value = max(above, below)
        ninety = ratio_effect(events, drawn.lots, level=0.90, **asked)
        fits = f"The 90 % interval runs from {ninety.low:.2f} to {ninety.high:.2f}."
        verdict = f"Any effect surely lies within a ratio {told}." if p_value <= 0.05 else f"It cannot be said that any effect lies within a ratio {told}."
        found.append(
            about.finding(
                "no_effect_to_speak_of", float(p_value <= 0.05), p_value=p_value, null_model=f"the ratio lies outside {told}; one-sided twice", group=name,
                unit="1 yes, 0 no", n=int(drawn.lots.is_open.sum()), method="two one-sided tests over redrawn lots (TOST) at 5 %; no interval of its own",
                caveats=(f"{verdict} {fits}", "A margin set after looking is void.", RECORDED), settings={"margin": list(ends)},
            )
        )  # fmt: skip
    return found


def _at_claim(name: str, point: Power, runs: int, method: str, about: About) -> list[Finding]:
    group = f"{name}: {100 * point.reduction:.3g} % fewer"
    events = f"Some {point.events:.0f} events in a trial. Events are supposed independent and places alike; events in runs make true power lower."
    why = () if np.isfinite(point.exaggeration) else ("Not given: hardly any simulated trial found something.",)
    return [
        about.finding(
            "power_at_effect", point.power, low=point.low, high=point.high, level=0.95, group=group, unit="share", n=runs,
            method=f"{method}; the interval is the simulation’s own (Wilson)", caveats=(events,), settings={"reduction": point.reduction},
        ),
        about.finding(
            "exaggeration_at_effect", or_none(point.exaggeration), group=group, unit="ratio", n=round(point.power * runs),
            method=f"{method}; mean reduction in the trials that found something over the true one; a simulation’s mean, without interval",
            caveats=(*why, events), settings={"reduction": point.reduction},
        ),
    ]  # fmt: skip


def _smallest(name: str, curve: Sequence[Power], place_days: int, method: str, about: About) -> Finding:
    # Where the simulation's own limits of power pass the wanted one, the smallest reduction has its own.
    at = {end: smallest_detectable([point._replace(power=getattr(point, end)) for point in curve], wanted=WANTED) for end in ("power", "high", "low")}
    smallest = at["power"]
    low, high = (None, None) if smallest is None else (at["high"], at["low"])
    why = () if smallest is not None else (f"Not given: not even a reduction of {100 * curve[-1].reduction:.0f} % would be found that often.",)
    return about.finding(
        "smallest_detectable_reduction", smallest, low=low, high=high, level=0.95, group=name, unit="share", n=place_days, caveats=why,
        method=f"{method}; read off a straight line between reductions tried, for power {WANTED:g}; the interval is the simulation’s own",
    )  # fmt: skip
