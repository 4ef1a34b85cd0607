"""The effect of patrols by other roads: regressions with place and day effects, estimating equations, and what carries over.

Where all roads lead to about one ratio the finding does not hang on the method; where they part, that is
the finding. The redrawn lots (effect.py) need no model and come first.

Steps, in order:  model_findings -> carry_over_findings

Read with care: a place's or a day's own level is taken out as a multiple. With few places the errors are
rough; what carries over is looked for among few events.

Source: panel_counts.py, gee.py and carry_over.py name theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import CannotAnswer
from ..tables.measure import Measure
from .carry_over import lag_effects, protected, ratio_from_shown
from .effect import AS_DRAWN, NOTHING, RECORDED, or_none
from .gee import gee
from .panel_counts import clustered, negative_binomial, poisson, ratio_of, with_effects, with_events
from .randomisation import Effect, ratio_effect

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .effect import Drawn
    from .panel_counts import CountFit

MEASURES = {
    "patrol_model_ratio": Measure(
        "Events on patrol days, times other days, place and day alike", "place-days of places and days with events",
        "The ratio from a regression in which every place and every day has a level of its own; 1 is no difference.",
        "panel_counts.clustered",
    ),
    "patrol_gee_ratio": Measure(
        "Events on patrol days, times other days, by estimating equations", "place-days",
        "The ratio from a regression on the day of the week whose errors let all days of a place go together; 1 is no difference.",
        "gee.gee",
    ),
    "patrol_lag_ratio": Measure(
        "Events so many days after a patrol, times other days", "place-days with all their days before in the table",
        "The ratio on the day of a patrol and on each day after it, all in one regression; 1 is no difference.",
        "carry_over.lag_effects",
    ),
    "protected_days_ratio": Measure(
        "Events on days a patrol protects, times other days", "place-days with all their days before in the table",
        "The ratio of days with a patrol on them or shortly before to days without; 1 is no difference.",
        "carry_over.protected",
    ),
    "ratio_if_protection_lasts": Measure(
        "Ratio that would show as the one found, if protection lasts", "place-days that could have come out either way",
        "The ratio on protected days at which the plain comparison would show what it does.",
        "carry_over.ratio_from_shown",
    ),
}  # fmt: skip
FEW_PLACES = 10
CLUSTERED = "errors from the places, with t on one fewer degrees of freedom than places"
PLACE_AND_DAY = "place and day effects"


def model_findings(drawn: Drawn, *, about: About, tell: Callable[[str, float], None] | None = None) -> list[Finding]:
    """The effect by regression, for every outcome: Poisson and negative binomial with place and day effects, and two GEEs.

    Args:
        drawn: the trial with its lots.
        about: place, period, source and caveats of the findings.
        tell: is told how far it is.

    Returns:
        For each outcome the ratio by each method; null with the reason where a method cannot be fitted.
    """
    trial, found = drawn.trial, []
    for i, (name, events) in enumerate(trial.events.items()):
        if tell is not None:
            tell(f"fitting regressions: {name}", i / len(trial.events))
        for method, measure, fit in (
            (f"Poisson, {PLACE_AND_DAY}", "patrol_model_ratio", _by_poisson),
            (f"negative binomial, {PLACE_AND_DAY}", "patrol_model_ratio", _by_negative_binomial),
            ("GEE, days of a place equally related", "patrol_gee_ratio", _by_gee),
            ("GEE, days of a place unrelated, spread as negative binomial", "patrol_gee_ratio", _by_spread_gee),
        ):
            found.append(_fitted(name, method, measure, events, drawn, about, fit))
    return found


def carry_over_findings(drawn: Drawn, *, days: int, about: About, tell: Callable[[str, float], None] | None = None) -> list[Finding]:
    """What is left of a patrol on the days after, for every outcome.

    Args:
        drawn: the trial with its lots.
        days: how many days after a patrol to look at.
        about: place, period, source and caveats of the findings.
        tell: is told how far it is.

    Returns:
        For each outcome: the ratio on the day itself and on each day after; that of protected days; and the ratio that would show as the one found.
    """
    trial, found = drawn.trial, []
    for i, (name, events) in enumerate(trial.events.items()):
        if tell is not None:
            tell(f"looking at the days after: {name}", i / len(trial.events))
        found += [*_lags(name, events, drawn, days, about), _protected(name, events, drawn, days, about), _lasting(name, events, drawn, days, about)]
    return found


def _fitted(
    name: str,
    method: str,
    measure: str,
    events: NDArray[np.float64],
    drawn: Drawn,
    about: About,
    fit: Callable[[Drawn, NDArray[np.float64], float], tuple[Effect, int, int]],
) -> Finding:
    group = f"{name}: {method}"
    try:
        effect, rows, places = fit(drawn, events, about.level)
    except CannotAnswer as why:
        return about.finding(measure, None, group=group, unit="ratio", n=len(events), method=method, caveats=(f"Not given: {why}",))
    few = (f"Only {places} places: such errors are rough below some {FEW_PLACES}.",) if places < FEW_PLACES else ()
    return about.finding(
        measure, effect.value, low=effect.low, high=effect.high, p_value=or_none(effect.p_value), null_model="the ratio is 1", group=group, n=rows,
        unit="ratio", method=f"{method}; {CLUSTERED}", caveats=(*few, AS_DRAWN, RECORDED),
    )  # fmt: skip


def _by_poisson(drawn: Drawn, events: NDArray[np.float64], level: float) -> tuple[Effect, int, int]:
    return _regression(drawn, events, level, poisson)


def _by_negative_binomial(drawn: Drawn, events: NDArray[np.float64], level: float) -> tuple[Effect, int, int]:
    return _regression(drawn, events, level, negative_binomial)


def _regression(
    drawn: Drawn, events: NDArray[np.float64], level: float, model: Callable[[NDArray[np.float64], NDArray[np.float64]], CountFit]
) -> tuple[Effect, int, int]:
    trial = drawn.trial
    keep = with_events(events, trial.place, trial.day)
    if not keep.any():
        raise CannotAnswer("No event was recorded at all.")
    y, place = events[keep], trial.place[keep]
    design = with_effects(trial.is_treated[keep], place, trial.day[keep])
    fit = model(y, design)
    covariance = clustered(y, design, fit, place)
    places = len(np.unique(place))
    return ratio_of(fit.coef[0], covariance[0, 0], clusters=places, level=level), int(keep.sum()), places


def _by_gee(drawn: Drawn, events: NDArray[np.float64], level: float) -> tuple[Effect, int, int]:
    return _estimated(drawn, events, level, working="exchangeable", is_spread=False)


def _by_spread_gee(drawn: Drawn, events: NDArray[np.float64], level: float) -> tuple[Effect, int, int]:
    return _estimated(drawn, events, level, working="independence", is_spread=True)


def _estimated(drawn: Drawn, events: NDArray[np.float64], level: float, *, working: str, is_spread: bool) -> tuple[Effect, int, int]:
    trial = drawn.trial
    week = trial.day % 7
    keep = with_events(events, week)
    if not keep.any():
        raise CannotAnswer("No event was recorded at all.")
    design = with_effects(trial.is_treated[keep], week[keep])
    dispersion = negative_binomial(events[keep], design).dispersion if is_spread else 0.0
    fit = gee(events[keep], design, trial.place[keep], working=working, dispersion=dispersion)
    places = len(np.unique(trial.place[keep]))
    return ratio_of(fit.coef[0], fit.corrected[0, 0], clusters=places, level=level), int(keep.sum()), places


def _lags(name: str, events: NDArray[np.float64], drawn: Drawn, days: int, about: About) -> list[Finding]:
    trial = drawn.trial
    groups = [f"{name}: the day itself", *(f"{name}: {k} day{'s' if k > 1 else ''} after" for k in range(1, days + 1))]
    try:
        found = lag_effects(events, trial.place, trial.day, trial.is_treated, days=days, level=about.level)
    except CannotAnswer as why:
        return [about.finding("patrol_lag_ratio", None, group=group, unit="ratio", n=0, method="Poisson", caveats=(f"Not given: {why}",)) for group in groups]
    joint = f"That none of the {days} days after differs: p {found.p_value:.3f}." if np.isfinite(found.p_value) else "Too few places for a joint test."
    return [
        about.finding(
            "patrol_lag_ratio", effect.value, low=effect.low, high=effect.high, p_value=or_none(effect.p_value), null_model="the ratio is 1", group=group,
            unit="ratio", n=found.place_days, method=f"Poisson with {PLACE_AND_DAY} and a term for each day; {CLUSTERED}", caveats=(joint, RECORDED),
        )
        for group, effect in zip(groups, found.ratios, strict=True)
    ]  # fmt: skip


def _protected(name: str, events: NDArray[np.float64], drawn: Drawn, days: int, about: About) -> Finding:
    trial, measure = drawn.trial, "protected_days_ratio"
    group, reference = f"{name}: a patrol that day or up to {days} before", "days without"
    try:
        own = protected(trial.place, trial.day, drawn.lots, days=days)
    except CannotAnswer as why:
        return about.finding(measure, None, group=group, reference=reference, unit="ratio", n=0, method="none", caveats=(f"Not given: {why}",))
    effect = ratio_effect(events, own, seed=drawn.asking.seed, replicates=drawn.asking.replicates, level=about.level)
    there = own.is_open
    bare = int((there & ~own.is_treated).sum())
    missing = () if np.isfinite(effect.value) else ("Not given: nothing was recorded on days without.",)
    return about.finding(
        measure, or_none(effect.value), low=or_none(effect.low), high=or_none(effect.high), p_value=or_none(effect.p_value),
        null_model=NOTHING if np.isfinite(effect.p_value) else None, group=group, reference=reference, unit="ratio", n=int(there.sum()),
        method=f"means weighted by one over the chance of being protected; interval and p from {drawn.asking.replicates:,} redraws of the lots",
        caveats=(*missing, f"Rests on {bare:,} unprotected place-days. Supposes that a patrol protects for {days} days after, wholly or not at all.", RECORDED),
    )  # fmt: skip


def _lasting(name: str, events: NDArray[np.float64], drawn: Drawn, days: int, about: About) -> Finding:
    """What the ratio on protected days would have to be for the plain comparison to show what it does."""
    shown = ratio_effect(events, drawn.lots, seed=drawn.asking.seed, replicates=drawn.asking.replicates, level=about.level)
    chance = float(drawn.lots.chance[drawn.lots.is_open].mean())
    value, low, high = (ratio_from_shown(end, chance=chance, days=days) if np.isfinite(end) else end for end in shown[:3])
    told: tuple[str, ...] = (f"Supposes that a patrol protects its day and {days} after, wholly or not at all; {100 * chance:.0f} % of place-days are drawn.",)
    if np.isfinite(shown.value) and not np.isfinite(value):
        told = ("Not given: under such protection no ratio would show so large a rise.", *told)
    return about.finding(
        "ratio_if_protection_lasts", or_none(value), low=or_none(low), high=or_none(high), group=name, unit="ratio", n=int(drawn.lots.is_open.sum()),
        method=f"the plain ratio and its limits turned round by formula, for protection that lasts {days} days", caveats=told,
    )  # fmt: skip
