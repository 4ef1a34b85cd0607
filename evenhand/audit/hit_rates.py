"""Hit rates of places, each by its own name, and kind by kind.

What is sold as a "hit rate" is one of at least three numbers: the share of crimes in flagged places, the share of
predictions followed by a crime, the share of flagged places with any. They may be 30 %, 2 % and 90 % of the same system.

Read with care: the events are recorded ones. Patrols sent to a place record more there, most of all what only police find:
    drugs, weapons. So those kinds are told apart, and a high share among them says least.

Source: Chainey, Tompson & Uhlig (2008), Security Journal 21, 4-28; Lum & Isaac (2016), Significance 13(5), 14-19.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.measure import Measure
from .block_intervals import share_of_blocks

if TYPE_CHECKING:
    from ..tables.findings import Finding
    from .judging import Judged
    from .place_case import Case

_EVENTS = "events recorded in the spans forecast"
MEASURES = {
    "predictions_followed_share": Measure(
        "Share of predictions followed by a recorded crime", "predictions: one place flagged for one span",
        "Of all predictions, the share in whose place any crime was recorded within its span.", "block_intervals.share_of_blocks",
    ),
    "flagged_places_with_any_share": Measure(
        "Share of places ever flagged with any recorded crime while flagged", "places flagged at least once",
        "Of the places flagged at least once, the share in which any crime was recorded in a span for which they were flagged.",
        "block_intervals.share_of_blocks",
    ),
    "crime_captured_share_of_kind": Measure(
        "Share of later recorded crime of one kind in flagged places", f"{_EVENTS}, of that kind",
        "Of the crimes of one kind, the share recorded in flagged places.", "block_intervals.share_of_blocks",
    ),
    "crime_captured_share_by_source": Measure(
        "Share of later recorded crime captured, by who brings it to notice", f"{_EVENTS}, of those kinds",
        "The share captured among kinds mostly reported by others, and among kinds mostly found by police themselves.",
        "block_intervals.share_of_blocks",
    ),
}
FOUND_BY_POLICE = ("Drugs", "Possession of weapons")
"""Kinds of police.uk that mostly come to notice through police activity itself."""
FEW_EVENTS = 20


def hit_rates(case: Case) -> list[Finding]:
    """The rates that are all called "hit rate", each by its own name.

    Args:
        case: what is judged.

    Returns:
        Share of crimes (and of harm) in flagged places, share of predictions followed by one, share of places ever flagged with one.
    """
    flags, judged = case.forecasts.is_flagged, case.judged
    any_event = case.forecasts.events > 0
    method = f"events in flagged places over all; {judged.said}"
    found = [case.finding("crime_captured_share", judged.share(flags), unit="share", method=method, caveats=case.rough)]
    if case.forecasts.harm is not None:
        harm = judged.of(case.forecasts.harm)
        none = () if harm.events.sum() > 0 else ("Not given: the events have no harm at all by these weights.",)
        caveats = (*none, "Harm weights are a reading, not a fact; n counts events.", *case.rough)
        method = f"harm of events in flagged places over all harm; {judged.said}"
        found.append(case.finding("harm_captured_share", harm.share(flags), unit="share", method=method, caveats=caveats))
    followed = judged.share_of_places(any_event, flags)
    method = f"flagged places and spans with at least one event over all of them; {judged.said}"
    found.append(case.finding("predictions_followed_share", followed, n=float(flags.sum()), unit="share", method=method))
    if len(flags) > 1:
        ever, hit = flags.any(axis=0), (flags & any_event).any(axis=0)
        share = share_of_blocks(hit.astype(float), ever.astype(float), blocks="places", level=case.about.level)
        method = "places with at least one event in a span they were flagged for, over places ever flagged; Wilson interval"
        caveats = ("Grows with the number of spans: do not set it beside a rate of one span.",)
        found.append(case.finding("flagged_places_with_any_share", share, n=float(ever.sum()), unit="share", method=method, caveats=caveats))
    return found


def by_kind(case: Case, *, found_by_police: tuple[str, ...] = FOUND_BY_POLICE) -> list[Finding]:
    """The share captured kind by kind, and apart for what is mostly reported and mostly found by police.

    Args:
        case: what is judged.
        found_by_police: kinds that mostly come to notice through police activity.

    Returns:
        Nothing where kinds are not told apart.
    """
    kinds, judged = case.forecasts.kinds, case.judged
    if len(kinds) < 2:
        return []
    circular = "Which kinds police mostly find themselves is a reading; a patrol sent to a place finds more there, so these are circular."
    sides = {
        "mostly reported by others": [table for kind, table in kinds.items() if kind not in found_by_police],
        "mostly found by police": [table for kind, table in kinds.items() if kind in found_by_police],
    }
    found = [
        _kind(case, "crime_captured_share_by_source", judged.of(np.sum(tables, axis=0)), name, (circular,))
        for name, tables in sides.items()
        if tables and len(tables) < len(kinds)
    ]
    return found + [_kind(case, "crime_captured_share_of_kind", judged.of(table), kind, ()) for kind, table in kinds.items()]


def _kind(case: Case, measure: str, judged: Judged, name: str, caveats: tuple[str, ...]) -> Finding:
    n = float(judged.events.sum())
    none = ("Not given: none was recorded in the spans forecast.",) if n == 0 else ()
    few = (f"Rests on {n:.0f} events.",) if 0 < n < FEW_EVENTS else ()
    method = f"events of these kinds in flagged places over all of them; {judged.said}"
    settings = {"system": case.system}
    share = judged.share(case.forecasts.is_flagged)
    return case.finding(measure, share, n=n, unit="share", group=name, method=method, caveats=(*none, *few, *caveats), settings=settings)
