"""Accuracy: how much of what was recorded later fell where the system pointed, and is that more than a count map does?

Every "hit rate" is named: the share of later recorded crimes in flagged places is not the share of
flagged places with a later crime, and neither is the PAI.

Read with care: the later crimes are recorded crimes too, and patrols sent to a place record more
there. Catching what police recorded is not catching what happened.

Source: Chainey, Tompson & Uhlig (2008), Security Journal 21, 4-28 (PAI); White, Hunt & Green (2023)
on naming what is measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import CannotAnswer
from ..tables.measure import Measure
from .intervals import share_wilson

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ..tables.findings import Finding
    from .about import About

MEASURES = {
    "crime_captured_share": Measure(
        "Share of later recorded crime inside the spots", "later recorded crimes of the kinds judged",
        "Of the crime recorded later, the share recorded inside flagged spots.",
        "accuracy.captured_share",
    ),
    "harm_captured_share": Measure(
        "Share of later recorded harm inside the spots", "later recorded crimes of the kinds judged",
        "As above, each crime counted by its harm weight.",
        "accuracy.captured_share",
    ),
    "spots_with_any_share": Measure(
        "Share of spots with any later recorded crime", "spots",
        "Of the spots, the share in which any crime was recorded in the test months.",
        "intervals.share_wilson",
    ),
    "area_share": Measure("Share of the area that the spots cover", "km² of ground", "The spots’ share of the study area.", "accuracy.pai"),
    "pai": Measure(
        "Predictive accuracy index", "later recorded crimes of the kinds judged",
        "Share of crime captured divided by share of the area; 1 is no better than spots put down at random.",
        "accuracy.pai",
    ),
    "crime_captured_difference": Measure(
        "Crime captured, less the baseline’s", "later recorded crimes of the kinds judged",
        "Above 0 the system captured more than the baseline, a count map if no other is named; below 0 less.",
        "accuracy.captured_share",
    ),
}

BY_POINT = "percentiles over redraws of the published points, each with all its later crimes"
_AT_ONCE = 100


def captured_share(is_flagged: ArrayLike, later: ArrayLike) -> float:
    """Share of later recorded crimes (or harm) that fell in flagged cells.

    share = events in flagged cells / all events

    Args:
        is_flagged: shape (cells,).
        later: recorded crimes or their harm by cell, shape (cells,).

    Raises:
        CannotAnswer: nothing was recorded later.

    Example:
        >>> captured_share([True, False], [3, 9])
        0.25

    Read with care:
        Grows with the ground flagged: without a baseline of the same size it says nothing. Not to be taken for the share of
        flagged cells with a crime.

    Source: Chainey, Tompson & Uhlig (2008), Security Journal 21, 4-28 (there called hit rate).
    """
    flagged, after = np.asarray(is_flagged, dtype=bool), np.asarray(later, dtype=float)
    if not after.sum() > 0:
        raise CannotAnswer("No crime of these kinds was recorded in the test months, so nothing can be said about accuracy.")
    return float(after[flagged].sum() / after.sum())


def pai(captured: float, area_share: float) -> float:
    """Predictive accuracy index: share of later crimes captured over share of ground flagged; 1 is no better than spreading evenly.

    pai = (n/N) / (a/A)

    Args:
        captured: n/N, share of later events in flagged places.
        area_share: a/A, share of ground (or street, or residents) flagged.

    Example:
        >>> pai(0.20, 0.01)
        20.0

    Read with care:
        Rewards flagging next to nothing, and a large empty study area: the same spots have twice the index in a place twice as
        large. Compare it only on the same outline and the same ground flagged.

    Source: Chainey, Tompson & Uhlig (2008), Security Journal 21, 4-28.
    """
    return captured / area_share


@dataclass(frozen=True)
class Later:
    """What was recorded in the test months, by published point.

    Attributes:
        cell: cell each point falls in, -1 for none, shape (points,).
        events, harm: recorded crimes and their harm at each point, shape (points,).
    """

    cell: NDArray[np.int64]
    events: NDArray[np.float64]
    harm: NDArray[np.float64]


@dataclass(frozen=True)
class Flagged:
    """One system's flagged cells.

    Attributes:
        system: its name.
        is_flagged: shape (cells,).
        area_km2: ground of each cell, shape (cells,).
        tied: cells not flagged that score as high as the last one flagged.
    """

    system: str
    is_flagged: NDArray[np.bool_]
    area_km2: NDArray[np.float64]
    tied: int = 0

    @property
    def caveats(self) -> tuple[str, ...]:
        """What ties for the last place ask to be said."""
        if self.tied == 0:
            return ()
        cells = "1 other cell scores" if self.tied == 1 else f"{self.tied} other cells score"
        rule = "an arbitrary rule (south before north, west before east)"
        return (f"{cells} as high as the last spot {self.system} flags; which of them is flagged is settled by {rule}.",)

    @property
    def area_share(self) -> float:
        """Share of the place's ground that is flagged."""
        return float(self.area_km2[self.is_flagged].sum() / self.area_km2.sum())

    def holds(self, cell: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which points lie in a flagged cell; a point in no cell (-1), as on the place's very edge, lies in none."""
        return (cell >= 0) & self.is_flagged[cell]


def accuracy(system: Flagged, baseline: Flagged, later: Later, *, about: About, seed: int, replicates: int = 1000) -> list[Finding]:
    """How right the system was, always beside the plain baseline.

    Args:
        system, baseline: flagged cells on the same grid.
        later: what was recorded in the test months.
        about: place, period, source and caveats of the findings.
        seed, replicates: of the redraws that give the intervals; both systems face the same redraws.

    Returns:
        For each system the shares captured, the share of spots with any crime, the share of ground and the PAI;
        then the difference between the two.

    Raises:
        CannotAnswer: nothing was recorded in the test months.
    """
    draws = _redraws(len(later.cell), seed, replicates)
    found, redrawn = [], {}
    for one in (system, baseline):
        inside = one.holds(later.cell)
        crimes, harm = (_captured(inside, weights, draws, about.level) for weights in (later.events, later.harm))
        redrawn[one.system] = crimes.redrawn
        found += _of_system(one, later, crimes, harm, about)
    gap = redrawn[system.system] - redrawn[baseline.system]
    value = captured_share(system.holds(later.cell), later.events) - captured_share(baseline.holds(later.cell), later.events)
    low, high = _percentiles(gap, about.level)
    found.append(
        about.finding(
            "crime_captured_difference",
            value,
            low=low,
            high=high,
            group=system.system,
            reference=baseline.system,
            unit="share",
            n=later.events.sum(),
            caveats=(*_unequal(system, baseline), *system.caveats, *baseline.caveats),
            method=f"share captured by the system less share captured by the baseline, same redraws; {BY_POINT}",
        )
    )
    return found


def _unequal(system: Flagged, baseline: Flagged) -> tuple[str, ...]:
    """The caveat where the two did not flag as many cells: more ground holds more crime, whatever the rule."""
    mine, theirs = int(system.is_flagged.sum()), int(baseline.is_flagged.sum())
    if mine == theirs:
        return ()
    return (f"The two did not flag alike: {mine:,} cells by {system.system}, {theirs:,} by {baseline.system}, so the difference is one of ground as well.",)


@dataclass(frozen=True)
class _Captured:
    value: float
    low: float
    high: float
    redrawn: NDArray[np.float64]

    @property
    def three(self) -> dict[str, Any]:
        return {"value": self.value, "low": self.low, "high": self.high}


def _of_system(one: Flagged, later: Later, crimes: _Captured, harm: _Captured, about: About) -> list[Finding]:
    spots, total = int(one.is_flagged.sum()), later.events.sum()
    with_any = len(np.unique(later.cell[one.holds(later.cell) & (later.events > 0)]))
    hit = share_wilson(with_any, spots, level=about.level)
    index: dict[str, Any] = {name: pai(value, one.area_share) for name, value in crimes.three.items()}

    def finding(measure: str, three: dict[str, Any], n: float, method: str, *caveats: str, unit: str = "share") -> Finding:
        return about.finding(measure, **three, n=n, method=method, caveats=(*caveats, *one.caveats), unit=unit, group=one.system)

    return [
        finding("crime_captured_share", crimes.three, total, f"later recorded crimes in flagged cells over all of them; {BY_POINT}"),
        finding("harm_captured_share", harm.three, total, f"their harm in flagged cells over all of it; {BY_POINT}", "Harm weights are a reading, not a fact."),
        finding(
            "spots_with_any_share",
            {"value": with_any / spots, "low": float(hit.low), "high": float(hit.high)},
            spots,
            "flagged cells with at least one later recorded crime over flagged cells; Wilson interval",
        ),
        finding(
            "area_share",
            {"value": one.area_share},
            float(one.area_km2.sum()),
            "ground of flagged cells inside the place over the place's ground; n is in km2; exact, so no interval",
        ),
        finding(
            "pai",
            index,
            total,
            f"share of later recorded crimes over share of ground; {BY_POINT}",
            "The share of ground depends on where the place's outline runs.",
            unit="ratio",
        ),
    ]


def _redraws(points: int, seed: int, replicates: int) -> NDArray[np.uint16]:
    """How often each point is drawn in each replicate; shape (replicates, points)."""
    rng = np.random.default_rng(seed)
    return np.concatenate(
        [
            rng.multinomial(points, np.full(points, 1 / points), size=min(_AT_ONCE, replicates - start)).astype(np.uint16)
            for start in range(0, replicates, _AT_ONCE)
        ]
    )


def _captured(inside: NDArray[np.bool_], weights: NDArray[np.float64], draws: NDArray[np.uint16], level: float) -> _Captured:
    """Share of the weights inside, with percentiles over redraws of the points."""
    if not weights.sum() > 0:
        raise CannotAnswer("No crime of these kinds was recorded in the test months, so nothing can be said about accuracy.")
    redrawn = (draws @ (weights * inside)) / (draws @ weights)
    low, high = _percentiles(redrawn, level)
    return _Captured(float(weights[inside].sum() / weights.sum()), low, high, redrawn)


def _percentiles(redrawn: NDArray[np.float64], level: float) -> tuple[float, float]:
    tail = (1 - level) / 2
    low, high = np.quantile(redrawn, [tail, 1 - tail])
    return float(low), float(high)
