"""The indices of place forecasts as findings: PAI by every size that is known, and what is built on the same counts.

Read with care: all of these are one number, the share captured, divided by something. They are no independent evidence.

Source: each index cites its own in `place_indices.py`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.measure import Measure
from . import place_indices
from .accuracy import pai
from .block_intervals import count_of_blocks, ratio_in_same_blocks, share_of_blocks
from .place_case import no_interval, turned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .intervals import Interval
    from .place_case import Case
    from .place_forecasts import Forecasts

_EVENTS = "events recorded in the spans forecast"
MEASURES = {
    "best_possible_captured_share": Measure(
        "The most that as many places could have captured", _EVENTS,
        "The share that would have been captured had the events been known beforehand.", "place_indices.best_possible",
    ),
    "pai_by_places": Measure(
        "Predictive accuracy index, by number of places", _EVENTS,
        "Share of crime captured over share of places flagged; 1 is no better than places picked at random.", "accuracy.pai",
    ),
    "pai_by_street": Measure(
        "Predictive accuracy index, by length of street", _EVENTS, "Share of crime captured over share of street flagged.", "accuracy.pai"
    ),
    "pai_by_residents": Measure(
        "Predictive accuracy index, by residents", _EVENTS, "Share of crime captured over share of residents who live in flagged places.", "accuracy.pai"
    ),
    "pai_best_possible": Measure(
        "The highest predictive accuracy index possible", _EVENTS,
        "The index of the places that turned out to hold most crime, as many as were flagged.", "place_indices.best_possible",
    ),
    "pei": Measure(
        "Predictive efficiency index", _EVENTS, "The accuracy index over that of the densest places, as many of them; 1 is perfect hindsight.",
        "place_indices.pei",
    ),
    "pei_star": Measure(
        "PEI*", _EVENTS, "Crime captured over the most that as many places could have captured; 1 is perfect hindsight.", "place_indices.pei_star"
    ),
    "rri": Measure(
        "Recapture rate index", _EVENTS, "Share captured later over the share the same places held before; below 1 they fell back.", "place_indices.rri"
    ),
    "ser": Measure(
        "Search efficiency rate", "km² of ground flagged, times spans", "Later crimes captured to a square kilometre flagged, in one span.", "place_indices.ser"
    ),
    "ppai": Measure(
        "Penalised predictive accuracy index", _EVENTS, "Between the share captured and the accuracy index; how far between is a choice.",
        "place_indices.ppai",
    ),
}
HELD = "the best possible is held as it came out"
_PAI = {"ground": "pai", "places": "pai_by_places", "street length": "pai_by_street", "residents": "pai_by_residents"}


def indices(case: Case, *, alpha: float = 0.5) -> list[Finding]:
    """PAI by every size that is known, and what is built on the same counts.

    Args:
        case: what is judged.
        alpha: of the penalised index.

    Returns:
        Findings; the PAI by ground is null, with the reason, where no ground is given.
    """
    forecasts, share = case.forecasts, case.judged.share(case.forecasts.is_flagged)
    ground = forecasts.size.get("ground")
    sizes = {"ground": ground, "places": np.ones(forecasts.events.shape[1]), **{of: size for of, size in forecasts.size.items() if of != "ground"}}
    found = []
    for of, size in sizes.items():
        held = _share_of_size(forecasts, size)
        missing = () if np.isfinite(held) else (f"Not given: the {of} of every place is needed, and flagged places must have some.",)
        method = f"share of events captured over share of {of} flagged; {case.judged.said}"
        index = turned(share, partial(pai, area_share=held))
        found.append(case.finding(_PAI[of], index, unit="ratio", method=method, caveats=(*missing, *case.rough)))
    if ground is not None and np.isfinite(_share_of_size(forecasts, ground)):
        found += _of_ground(case, ground, share, alpha)
    return found + _of_the_best(case, ground, share)


def _share_of_size(forecasts: Forecasts, size: NDArray[np.float64] | None) -> float:
    """Share of a size that is flagged, over all spans; nan where it is not known or nothing."""
    if size is None:
        return float("nan")
    held = float((forecasts.is_flagged * size).sum() / (len(forecasts.spans) * size.sum()))
    return held if held > 0 else float("nan")


def _of_ground(case: Case, ground: NDArray[np.float64], share: Interval, alpha: float) -> list[Finding]:
    """What is measured on ground only."""
    forecasts, judged, held = case.forecasts, case.judged, _share_of_size(case.forecasts, ground)
    km2 = float((forecasts.is_flagged * ground).sum())
    count = count_of_blocks(judged.sums(judged.events * forecasts.is_flagged), judged.sums(judged.events), blocks=judged.blocks, level=case.about.level)
    outline = ("The share of ground depends on where the place's outline runs.",)
    choice = f"alpha is {alpha:g}, a choice between the share captured (0) and the accuracy index (1); no value is standard."
    return [
        case.about.finding(
            "area_share",
            held,
            n=float(ground.sum()),
            unit="share",
            group=case.system,
            method="ground flagged over the ground of all places, mean over spans; n is in km2; exact, so no interval",
            caveats=outline,
        ),
        case.finding(
            "ser",
            turned(count, lambda part: place_indices.ser(part, km2)),
            n=km2,
            unit="events per km²",
            method="events captured over ground flagged, span by span; exact Poisson limits, stretched for events that come together",
            caveats=("Depends on how long a span is and on how much crime there is; compare on the same events only.", *case.rough),
        ),
        case.finding(
            "ppai",
            turned(share, lambda part: place_indices.ppai(part, held, alpha=alpha)),
            unit="ratio",
            method=f"share captured over share of ground to the power alpha; {judged.said}",
            caveats=(choice, *outline, *case.rough),
            settings={"alpha": alpha},
        ),
    ]


def _of_the_best(case: Case, ground: NDArray[np.float64] | None, share: Interval) -> list[Finding]:
    """What is measured against the best that could have been chosen."""
    flags, judged = case.forecasts.is_flagged, case.judged
    is_known = ground is not None and bool((ground > 0).all())
    size = ground if ground is not None and is_known else np.ones(flags.shape[1])
    best = place_indices.best_possible(judged.events, flags.sum(axis=1), size)
    efficiency = place_indices.pei(case.n, float((flags * size).sum()), best)
    of_all = best.events.sum() / case.n
    hindsight = "Hindsight, so a ceiling and not a standard; higher the fewer events there are."
    alike = "Where places differ in size the densest are slivers; read PEI*." if is_known else "No ground is given, so all places count as of one size."
    recalled = "The definition is recalled from the paper’s abstract and an open implementation; authors differ on the benchmark."
    none = () if best.events.sum() > 0 else ("Not given: nothing was recorded in any span for which places were flagged.",)
    said = f"{judged.said}; {HELD}"
    star: dict[str, Any] = {"method": f"events captured over the most as many places held; {said}", "caveats": (*none, recalled, *case.rough)}
    dense: dict[str, Any] = {"method": f"accuracy index over that of the densest places; {said}", "caveats": (*none, alike, *case.rough)}
    most: dict[str, Any] = {"group": "best possible", "n": case.n, "caveats": (hindsight,)}
    return [
        case.finding("pei_star", _star(case, best.events, share), unit="ratio", **star),
        case.finding("pei", _dense(share, efficiency), unit="ratio", **dense),
        case.about.finding(
            "best_possible_captured_share",
            of_all,
            unit="share",
            method="events in the places that turned out to hold most, as many as were flagged; exact, so no interval",
            **most,
        ),
        case.about.finding(
            "pai_best_possible",
            of_all / (best.size.sum() / (len(flags) * size.sum())),
            unit="ratio",
            method="their share of events over their share of ground (or of places); exact, so no interval",
            **most,
        ),
    ]


def _dense(share: Interval, factor: float) -> Interval:
    """PEI with limits: no more than 1, or than its own value where that is above 1."""
    index = turned(share, lambda part: part * factor)
    return index._replace(high=np.minimum(index.high, np.maximum(index.value, 1.0)))


def _star(case: Case, most: NDArray[np.float64], share: Interval) -> Interval:
    """PEI* with limits: spans drawn anew with their best, or, where places are drawn, the best held."""
    if not most.sum() > 0:
        return no_interval()
    if case.judged.blocks == "places":
        return turned(share, lambda part: np.minimum(part * case.n / most.sum(), 1.0))
    inside = case.judged.events * case.forecasts.is_flagged
    return share_of_blocks(case.judged.sums(inside), case.judged.sums(most[:, None]), blocks="periods", level=case.about.level)


def recapture(case: Case) -> list[Finding]:
    """The recapture rate index, where there are records before the spans.

    Args:
        case: what is judged.

    Returns:
        One finding; null, with the reason, where nothing was recorded before in flagged places.
    """
    kept = case.forecasts.with_history()
    if kept is None:
        return []
    flags, later, before = kept.is_flagged, case.judged.of(kept.events), case.judged.of(kept.before)
    index, how = place_indices.rri(later.share(flags), before.share(flags)), "the two taken as independent"
    if later.blocks == "places":
        sums = [later.sums(table) for table in (kept.events * flags, kept.events, kept.before * flags, kept.before)]
        paired = ratio_in_same_blocks(*sums, level=case.about.level)
        if np.isfinite(paired.low):
            index, how = paired, "the same places before and after"
    none = () if np.isfinite(index.value) else ("Not given: nothing was recorded before in the places flagged.",)
    expected = "Below 1 is to be expected of places chosen at their peak, whatever police do."
    method = f"share of events captured in the spans over the share the same places held before them; {how}"
    return [case.finding("rri", index, n=float(kept.events.sum()), unit="ratio", method=method, caveats=(*none, expected, *case.rough))]
