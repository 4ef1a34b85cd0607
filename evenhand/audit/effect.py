"""Did patrols change what was recorded? A trial in which places were drawn by lot, outcome by outcome.

Days drawn for a patrol against the other days (intent to treat): events and harm, as a ratio and as a
difference, with intervals and p-values from the lots themselves; the ring around each place, where crime
might move to; and how far what was drawn was carried out. All outcomes of the table are listed, with the
p-values raised for their number (Holm), so that none can be picked.

Steps, in order:  patrol_trial.trial -> lots.lots -> trial_effect;  effect_models.py, effect_power.py for the rest

Read with care: recorded events. Patrols record as well as deter: an officer on the spot may raise what is
recorded and lower what happens, and the figures hold only the sum.

Source: Basford et al. (2021), Cambridge Journal of Evidence-Based Policing 5, for the design; randomisation.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.measure import Measure
from .intervals import rate_exact, share_wilson
from .lots import Lots, lots
from .multiplicity import holm
from .randomisation import Effect, difference_effect, largest_share, means, ratio_effect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .patrol_trial import Trial

MEASURES = {
    "patrol_effect_ratio": Measure(
        "Events on patrol days, times other days", "place-days that could have come out either way",
        "How many times as many events were recorded per place-day on days drawn for a patrol; 1 is no difference.",
        "randomisation.ratio_effect",
    ),
    "patrol_effect_difference": Measure(
        "Events on patrol days, less other days", "place-days that could have come out either way",
        "How many more events per 100 place-days were recorded on days drawn for a patrol; below 0 fewer.",
        "randomisation.difference_effect",
    ),
    "patrol_harm_ratio": Measure(
        "Harm on patrol days, times other days", "place-days that could have come out either way",
        "How many times as much harm was recorded per place-day on days drawn for a patrol; 1 is no difference.",
        "randomisation.ratio_effect",
    ),
    "patrol_nearby_ratio": Measure(
        "Events around places on patrol days, times other days", "place-days whose surroundings are known",
        "The same for the ring around each place: above 1, crime may have moved there.",
        "randomisation.ratio_effect",
    ),
    "events_per_100_place_days": Measure(
        "Events per 100 place-days", "place-days of that arm", "Events recorded per 100 place-days of that arm.", "intervals.rate_exact",
    ),
    "largest_event_share": Measure(
        "Largest place-day’s share of all harm", "place-days with any harm", "How much of all the harm was recorded at one place on one day.",
        "randomisation.largest_share",
    ),
    "carried_out_share": Measure(
        "Days on which it went as drawn", "place-days of that arm for which it is known",
        "Share of place-days on which a patrol took place if drawn, or did not if not.", "intervals.share_wilson",
    ),
}  # fmt: skip
PATROL, OTHER = "patrol days", "other days"
NOTHING = "no patrol changes anything, at any place on any day; places drawn anew by the same lots"
AS_DRAWN = "Days as drawn, whether or not the patrol took place. If a patrol still tells on later days, this makes its effect look smaller."
RECORDED = "Recorded events: an officer on the spot may raise what is recorded and lower what happens."


@dataclass(frozen=True)
class Asking:
    """How a trial is asked: how places were drawn, and the redraws.

    Attributes:
        design, block_days: as `lots.lots` takes them.
        seed, replicates: of the redraws.
    """

    design: str = "daily"
    block_days: int | None = None
    seed: int = 1
    replicates: int = 1999


@dataclass(frozen=True)
class Drawn:
    """A trial with its lots.

    Attributes:
        trial: from `patrol_trial.trial`.
        asking: how its places were drawn.
    """

    trial: Trial
    asking: Asking

    @cached_property
    def lots(self) -> Lots:
        """The lots of the trial."""
        own = self.trial
        return lots(own.place, own.day, own.is_treated, design=self.asking.design, block_days=self.asking.block_days, chance=own.chance)


def trial_effect(drawn: Drawn, *, about: About, tell: Callable[[str, float], None] | None = None) -> list[Finding]:
    """What was recorded on patrol days beside other days, for every outcome of the trial.

    Args:
        drawn: the trial with its lots.
        about: place, period, source and caveats of the findings.
        tell: is told how far it is.

    Returns:
        Ratios of events, all outcomes first; then differences, rates by arm, harm, surroundings, and what was carried out.

    Raises:
        CannotAnswer: nothing was left to chance.

    Example:
        >>> import pandas as pd
        >>> from evenhand.audit.about import About
        >>> from evenhand.audit.patrol_trial import trial
        >>> rng = np.random.default_rng(1)
        >>> treated = rng.permuted(np.tile(np.arange(5) < 2, (30, 1)), axis=1).ravel()
        >>> rows = pd.DataFrame({"place_code": list("abcde") * 30, "day": np.repeat(pd.date_range("2022-01-01", periods=30).strftime("%Y-%m-%d"), 5),
        ...                      "is_treated": treated, "events": rng.poisson(1.0, 150)})
        >>> found = trial_effect(Drawn(trial(rows), Asking(replicates=299)), about=About("effect", "A", "2022", "made up"))
        >>> found[0].measure, found[0].n
        ('patrol_effect_ratio', 150.0)

    Read with care, Source: see the head of this file.
    """
    trial, found = drawn.trial, []
    names = list(trial.events)
    ratios = []
    for i, name in enumerate(names):
        if tell is not None:
            tell(f"drawing patrols anew: {name}", i / len(names))
        ratios.append(_ratio(trial.events[name], drawn, about.level))
    raised = holm([effect.p_value for effect in ratios])
    for name, effect, p in zip(names, ratios, raised, strict=True):
        found.append(_ratio_finding("patrol_effect_ratio", name, effect, drawn, about, settings={"holm_p": or_none(p)}, caveats=_holm_said(p, len(names))))
    for name in names:
        found += [_difference(name, trial.events[name], drawn, about), *_rates(name, trial.events[name], drawn, about)]
    for name, harm in trial.harm.items():
        found += _harm(name, harm, drawn, about)
    for name, nearby in trial.nearby.items():
        found.append(_nearby(name, nearby, drawn, about))
    return [*found, *_carried_out(trial, about)]


def _ratio(outcome: NDArray[np.float64], drawn: Drawn, level: float) -> Effect:
    return ratio_effect(outcome, drawn.lots, seed=drawn.asking.seed, replicates=drawn.asking.replicates, level=level)


def _ratio_finding(
    measure: str,
    group: str,
    effect: Effect,
    drawn: Drawn,
    about: About,
    *,
    settings: Mapping[str, Any] | None = None,
    caveats: tuple[str, ...] = (),
    n: int = 0,
) -> Finding:
    """A ratio of patrol days to other days, or why there is none."""
    why: tuple[str, ...] = ()
    if not np.isfinite(effect.value):
        nothing = not np.isfinite(effect.low)
        why = (f"Not given: nothing was recorded {'on any day' if nothing else 'on the other days'}, so there is nothing to divide by.",)
    elif not np.isfinite(effect.high):
        why = ("No upper limit: nothing was recorded on patrol days, and harm has no count to bound it by.",)
    return about.finding(
        measure,
        or_none(effect.value),
        low=or_none(effect.low),
        high=or_none(effect.high),
        p_value=or_none(effect.p_value),
        null_model=NOTHING if np.isfinite(effect.p_value) else None,
        group=group,
        reference=OTHER,
        unit="ratio",
        n=n or int(drawn.lots.is_open.sum()),
        method=f"mean per place-day on patrol days over other days; interval and p from {drawn.asking.replicates:,} redraws of the lots ({drawn.asking.design})"
        + ("; where few events fell on either side, also exactly, and the wider" if measure != "patrol_harm_ratio" else ""),
        caveats=(*why, *caveats, AS_DRAWN, RECORDED),
        settings={"design": drawn.asking.design, **(settings or {})},
    )


def _difference(name: str, events: NDArray[np.float64], drawn: Drawn, about: About) -> Finding:
    effect = difference_effect(events, drawn.lots, seed=drawn.asking.seed, replicates=drawn.asking.replicates, level=about.level)
    return about.finding(
        "patrol_effect_difference",
        100 * effect.value,
        low=or_none(100 * effect.low),
        high=or_none(100 * effect.high),
        p_value=or_none(effect.p_value),
        null_model=NOTHING if np.isfinite(effect.p_value) else None,
        group=name,
        reference=OTHER,
        unit="per 100 place-days",
        n=int(drawn.lots.is_open.sum()),
        method=f"mean on patrol days less mean on other days; interval from {drawn.asking.replicates:,} redraws of the lots with each difference taken out",
        caveats=(AS_DRAWN, RECORDED) if events.sum() else ("Nothing was recorded on any day, so there is no interval.", AS_DRAWN),
        settings={"design": drawn.asking.design},
    )


def _rates(name: str, events: NDArray[np.float64], drawn: Drawn, about: About) -> list[Finding]:
    arms = means(events, drawn.lots)
    found = []
    for arm, days, total in ((PATROL, arms.treated_days, arms.treated_total), (OTHER, arms.control_days, arms.control_total)):
        rate = rate_exact(total, days, per=100, level=about.level)
        found.append(
            about.finding(
                "events_per_100_place_days", float(rate.value), low=float(rate.low), high=float(rate.high), group=f"{name}, {arm}",
                unit="per 100 place-days", n=days, method="events over place-days; limits exact for independent events (Garwood)",
                caveats=(f"{total:,.0f} events. Events that come in runs make the interval too narrow.",),
            )
        )  # fmt: skip
    return found


def _harm(name: str, harm: NDArray[np.float64], drawn: Drawn, about: About) -> list[Finding]:
    share = largest_share(harm)
    told: tuple[str, ...] = ("Harm weights are a reading, not a fact.",)
    if np.isfinite(share):
        without = means(np.where(np.arange(len(harm)) == int(harm.argmax()), 0.0, harm), drawn.lots)
        ratio = f"{without.treated / without.control:.2f}" if without.control > 0 else "not to be had"
        told = (f"One place-day holds {100 * share:.0f} % of all harm; without it the ratio would be {ratio}.", *told)
    return [
        _ratio_finding("patrol_harm_ratio", name, _ratio(harm, drawn, about.level), drawn, about, caveats=told),
        about.finding(
            "largest_event_share", or_none(share), group=name, unit="share", n=int((harm > 0).sum()), method="the largest over the sum; exact, so no interval",
            caveats=() if np.isfinite(share) else ("Not given: no harm was recorded.",),
        ),
    ]  # fmt: skip


def _nearby(name: str, nearby: NDArray[np.float64], drawn: Drawn, about: About) -> Finding:
    """The ring around each place; place-days whose surroundings are unknown are left out of the comparison, not of the lots."""
    known = np.isfinite(nearby)
    own = drawn.lots
    seen = Lots(own.lot, own.is_treated, np.where(known, own.chance, 1.0), own.design)
    effect = ratio_effect(np.where(known, nearby, 0.0), seen, seed=drawn.asking.seed, replicates=drawn.asking.replicates, level=about.level)
    told = () if known.all() else (f"{int((~known).sum()):,} place-days with unknown surroundings are left out.",)
    return _ratio_finding("patrol_nearby_ratio", name, effect, drawn, about, caveats=told, n=int((known & own.is_open).sum()))


def _carried_out(trial: Trial, about: About) -> list[Finding]:
    """Share of place-days on which it went as drawn, for either arm."""
    found = []
    took = trial.is_patrolled
    for arm, of in ((PATROL, trial.is_treated), (OTHER, ~trial.is_treated)):
        known = np.zeros(len(of), dtype=bool) if took is None else of & np.isfinite(took)
        if took is None or not known.any():
            why = ("Not given: the table does not say where a patrol took place.",)
            found.append(about.finding("carried_out_share", None, group=arm, unit="share", n=0, method="none", caveats=why))
            continue
        right = int((took[known] == trial.is_treated[known]).sum())
        share = share_wilson(right, int(known.sum()), level=about.level)
        found.append(
            about.finding(
                "carried_out_share", float(share.value), low=float(share.low), high=float(share.high), group=arm, unit="share", n=int(known.sum()),
                method="place-days on which a patrol took place if drawn (or none if not) over place-days of the arm; Wilson interval",
            )
        )  # fmt: skip
    return found


def _holm_said(p: float, outcomes: int) -> tuple[str, ...]:
    return (f"Raised for the {outcomes} outcomes listed (Holm), p is {p:.3f}.",) if outcomes > 1 and np.isfinite(p) else ()


def or_none(number: float) -> float | None:
    """A number, or None for what is none or has no bound."""
    return float(number) if np.isfinite(number) else None
