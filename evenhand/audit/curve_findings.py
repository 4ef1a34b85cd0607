"""The capture curve as findings and as a table: the system beside the count map, the best possible, and a draw by residents.

Read with care: the events are recorded ones, and patrols sent to a place record more there.

Source: each measure cites its own in `capture_curve.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import CannotAnswer
from ..tables.measure import Measure
from .capture_curve import Placed, area_difference, area_of_blocks, area_under, captured_at, curve_difference, curve_of_blocks, gini, placed
from .place_case import no_interval, turned
from .skill import BY_RESIDENTS, SPREAD_EVENLY, from_counts
from .skill_findings import comparable

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from ..tables.findings import Finding
    from .intervals import Interval
    from .place_case import Case
    from .place_forecasts import Forecasts

_EVENTS = "events recorded in the spans forecast"
MEASURES = {
    "captured_in_top_share": Measure(
        "Share of later recorded crime in the best-ranked part of the place", _EVENTS,
        "Of all crimes, the share recorded in the best-ranked 1, 2, 5, 10 or 20 % (in `settings`), whatever was flagged.",
        "capture_curve.curve_of_blocks",
    ),
    "captured_in_top_difference": Measure(
        "Captured in the best-ranked part, less the baseline’s", _EVENTS, "Above 0 the system’s ranking captured more at that cut.",
        "capture_curve.curve_difference",
    ),
    "capture_area": Measure(
        "Area under the capture curve", _EVENTS, "0.5 is no better than chance; the best possible stands beside it.", "capture_curve.area_under"
    ),
    "capture_gini": Measure(
        "Gini of the capture curve", _EVENTS, "Twice the area between the curve and chance; 0 is chance.", "capture_curve.gini"
    ),
    "capture_area_difference": Measure(
        "Area under the capture curve, less the baseline’s", _EVENTS, "Above 0 the system’s ranking was the better one on the whole.",
        "capture_curve.area_difference",
    ),
}
CUTS = (0.01, 0.02, 0.05, 0.1, 0.2)
"""Shares of the whole at which the curve is told in findings."""
MOST_CUTS = 200
LOTS = 200
"""Orders drawn by lot for the curve by residents; its error at a cut is at most 0.04 for one event and far less for many."""
BEST = "best possible"


@dataclass(frozen=True, eq=False)
class Curves:
    """Capture curves over shared cuts.

    Attributes:
        of: what the cuts are shares of: "ground" or "places".
        table: a row a cut: share, system, system_low, system_high, one column a baseline, best possible, difference, difference_low, difference_high.
        baseline: the baseline that the difference is from.
    """

    of: str
    table: pd.DataFrame
    baseline: str


def ranking(forecasts: Forecasts) -> NDArray[np.float64]:
    """What the system ranks places by: its score, or else what it expects, or else its probability.

    Raises:
        CannotAnswer: it gives none, or names only flagged places.
    """
    for table in (forecasts.score, forecasts.expected, forecasts.probability):
        if np.isfinite(table).any():
            if forecasts.lists_only_flagged:
                raise CannotAnswer("The table of forecasts names only flagged places, so the ranking of the others is not known and no curve can be drawn.")
            return table
    raise CannotAnswer("The forecasts have no score, expected count or probability, so places cannot be ranked and no curve can be drawn.")


def capture_curves(case: Case, *, of: str = "") -> tuple[list[Finding], Curves]:
    """The capture curve in findings and as a table.

    Args:
        case: what is judged; spans without records before them are left out, so that all curves are on the same events.
        of: what the cuts are shares of, "ground" or "places"; left out: ground where it is known.

    Raises:
        CannotAnswer: places are not ranked, or no baseline can be made.
    """
    forecasts = comparable(case.forecasts)
    case = type(case)(forecasts, case.judged.of(forecasts.events), case.about, case.system)
    of = of or ("ground" if "ground" in forecasts.size else "places")
    size = forecasts.size["ground"] if of == "ground" else np.ones(forecasts.events.shape[1])
    mine = placed(ranking(forecasts), size)
    ranked = {one.name: placed(one.score, size) for one in from_counts(forecasts) if one.score is not None}
    best = placed(forecasts.events / np.where(size > 0, size, np.inf), size)
    settings = {"share_of": of}
    found = [_area(case, case.system, area_of_blocks(forecasts.events, mine, **_blocks(case)), settings)]
    found += [_area(case, name, area_of_blocks(forecasts.events, where, **_blocks(case)), settings) for name, where in ranked.items()]
    lots = None
    if "residents" in forecasts.size:
        above, middle = by_lot(forecasts.size["residents"], size)
        lots = above, Placed(*(np.broadcast_to(middle, forecasts.events.shape),) * 2)
    if lots is not None:
        found.append(_area(case, BY_RESIDENTS, no_interval(area_under(forecasts.events, lots[1])), settings))
    found.append(_area(case, BEST, no_interval(area_under(forecasts.events, best)), settings))
    told = (case.system, *list(ranked)[:1], BEST)
    found += _ginis([one for one in found if one.group in told])
    found += [_area_gap(case, name, mine, where, settings) for name, where in {**ranked, **({BY_RESIDENTS: lots[1]} if lots else {})}.items()]
    first = next(iter(ranked), None)
    found += _at_cuts(case, mine, first, ranked, of)
    return found, _table(case, of, mine, best, ranked, lots, first)


def _blocks(case: Case) -> dict[str, Any]:
    return {"blocks": case.judged.blocks, "length": case.judged.length, "level": case.about.level}


def _area(case: Case, name: str, area: Interval, settings: dict[str, str]) -> Finding:
    exact = {BEST: "; exact, so no interval", BY_RESIDENTS: f"; mean over {LOTS} orders drawn by lot, so no interval"}.get(name, "; Student limits for blocks")
    method = f"one less the mean share of {settings['share_of']} ranked above an event{exact}"
    return case.finding("capture_area", area, unit="share", group=name, method=method, caveats=case.rough, settings=dict(settings))


def _ginis(areas: list[Finding]) -> list[Finding]:
    """The Gini of each area, limits and all."""
    return [
        one.model_copy(
            update={
                "measure": "capture_gini",
                "unit": "ratio",
                "method": f"twice the area less 1; area: {one.method}",
                **{end: None if (at := getattr(one, end)) is None else float(gini(at)) for end in ("value", "low", "high")},
            }
        )
        for one in areas
    ]


def _area_gap(case: Case, name: str, mine: Placed, other: Placed, settings: dict[str, str]) -> Finding:
    gap = area_difference(case.forecasts.events, mine, other, **_blocks(case))
    method = "mean over events of how much higher the system ranks their place; Student limits for blocks"
    return case.finding("capture_area_difference", gap, unit="points", reference=name, method=method, caveats=case.rough, settings=dict(settings))


def _at_cuts(case: Case, mine: Placed, first: str | None, ranked: dict[str, Placed], of: str) -> list[Finding]:
    """The curve at a few cuts, the system beside the first baseline."""
    events, method = case.forecasts.events, f"events in the best-ranked part over all; {case.judged.said}, cut by cut"
    curves = {case.system: curve_of_blocks(events, mine, CUTS, **_blocks(case))}
    if first is not None:
        curves[first] = curve_of_blocks(events, ranked[first], CUTS, **_blocks(case))
    found = [
        case.finding(
            "captured_in_top_share",
            _at(curve, at),
            unit="share",
            group=name,
            method=method,
            caveats=case.rough,
            settings={"cut": cut, "share_of": of},
        )
        for at, cut in enumerate(CUTS)
        for name, curve in curves.items()
    ]
    if first is None:
        return found
    gap = curve_difference(events, mine, ranked[first], CUTS, **_blocks(case))
    return found + [
        case.finding(
            "captured_in_top_difference",
            _at(gap, at),
            unit="share",
            reference=first,
            method=f"share of events in the system’s best-ranked part less the baseline’s; {case.judged.said}, cut by cut",
            caveats=case.rough,
            settings={"cut": cut, "share_of": of},
        )
        for at, cut in enumerate(CUTS)
    ]


def _at(curve: Interval, at: int) -> Interval:
    return turned(curve, lambda part: part[at])


def cuts_for(places: int) -> NDArray[np.float64]:
    """Cuts of the curve: one for each number of places where there are few, else closer at the top, where patrols go.

    Example:
        >>> cuts_for(4).tolist(), len(cuts_for(5000))
        ([0.0, 0.25, 0.5, 0.75, 1.0], 201)
    """
    if places <= MOST_CUTS:
        return np.arange(places + 1) / places
    return np.linspace(0, 1, MOST_CUTS + 1) ** 2


def _table(
    case: Case, of: str, mine: Placed, best: Placed, ranked: dict[str, Placed], lots: tuple[NDArray[np.float64], Placed] | None, first: str | None
) -> Curves:
    import pandas as pd

    events, cuts = case.forecasts.events, cuts_for(case.forecasts.events.shape[1])
    system = curve_of_blocks(events, mine, cuts, **_blocks(case))
    columns: dict[str, ArrayLike] = {"share": cuts, "system": system.value, "system_low": system.low, "system_high": system.high}
    columns |= {name: captured_at(events, where, cuts).sum(axis=0) / events.sum() for name, where in ranked.items()}
    if lots is not None:
        columns[BY_RESIDENTS] = events.sum(axis=0) @ lots[0] / events.sum()
    columns[SPREAD_EVENLY] = cuts
    columns[BEST] = captured_at(events, best, cuts).sum(axis=0) / events.sum()
    if first is not None:
        gap = curve_difference(events, mine, ranked[first], cuts, **_blocks(case))
        columns |= {"difference": gap.value, "difference_low": gap.low, "difference_high": gap.high}
    return Curves(of, pd.DataFrame(columns), first or "")


def by_lot(people: NDArray[np.float64], size: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where places lie when ordered by lot, by how many people live there.

    Args:
        people: residents of each place, shape (places,).
        size: of each place, shape (places,).

    Returns:
        Chance that each place lies above each of `cuts_for` its number, shape (places, cuts), and where it lies on average, shape (places,).
    """
    cuts, rng = cuts_for(len(size)), np.random.default_rng(0)
    with np.errstate(divide="ignore"):
        weight = np.log(people)
    first, middle = np.zeros((len(size), len(cuts) + 1)), np.zeros(len(size))
    for _ in range(LOTS):
        lot = weight + rng.gumbel(size=len(size))
        where = placed(np.where(np.isfinite(lot), lot, -1e9 - rng.random(len(size))), size)
        first[np.arange(len(size)), np.searchsorted(cuts, where.end - 1e-12)] += 1
        middle += (where.start + where.end) / 2
    return np.cumsum(first[:, :-1], axis=1) / LOTS, middle / LOTS
