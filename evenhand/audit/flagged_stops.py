"""Who is stopped on the flagged ground, and who elsewhere, beside who lives there.

Two findings join the two grounds: the share of each group's stops that took place on flagged ground, and how many
times as high its stop rate is there as elsewhere. Rates and ratios on each ground by itself come from `disparity`.

Read with care: measured on made-up towns whose areas differ much (tests/audit/test_flagged_stops.py), a 95 % interval over 30 flagged
areas held the truth 91 to 92 % of the time. Stops are moved to published points, so one near an edge may be counted on the wrong side. Residents of a
busy place are few of those who pass through it: a high rate there is no rate of its residents.

Steps, in order:  a tally of each ground -> stops and residents by area, there and elsewhere -> share, ratio

Source: as `disparity.py`; Amnesty International UK (2025), Automated Racism, section 3.2 (stops set beside the places a system points at).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..tables.measure import Measure
from .area_resampling import spread_factor
from .intervals import Interval
from .stop_estimates import CLUSTERED, FEWEST_AREAS, ratio_estimate, shares_and_differences
from .stop_frame import SUPPRESSED, WIDER, plain
from .stop_tallies import SMALLEST_COUNT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .stop_estimates import Estimate
    from .stop_tallies import Tally

MEASURES = {
    "stops_on_flagged_ground_share": Measure(
        "Share of stops on flagged ground", "stops of the group in the place",
        "Of the group’s stops in the place, the share that took place on flagged ground.",
        "flagged_stops.stops_there_and_elsewhere",
    ),
    "stop_rate_flagged_over_elsewhere": Measure(
        "Stop rate on flagged ground over elsewhere", "stops of the group on flagged ground",
        "How many times as many stops there are for each resident of the group on flagged ground as for each elsewhere.",
        "flagged_stops.stops_there_and_elsewhere",
    ),
}  # fmt: skip

MOVED = "Stops are published at the nearest of a fixed list of points, so one near the edge of the flagged ground may be counted on the wrong side."
PASSING = "Residents are those who live there; where many pass through, as at large stations, stops per resident are high whoever lives there."
FEW_AREAS = f"Fewer than {FEWEST_AREAS} areas had such stops on one of the two grounds: drawing areas anew says little then, and the interval is too narrow."
HIDDEN = f"{SUPPRESSED} on one side"


def stops_there_and_elsewhere(
    there: NDArray[np.float64], elsewhere: NDArray[np.float64], people: NDArray[np.float64], flagged_share: NDArray[np.float64], *, level: float = 0.95,
    replicates: int = 1000, seed: int = 1,
) -> Estimate:  # fmt: skip
    """How many times as many stops for each resident on flagged ground as elsewhere, for one group.

    ratio = (stops there / residents there) / (stops elsewhere / residents elsewhere)

    Args:
        there, elsewhere: stops of the group by area, shape (areas,).
        people: its residents by area, shape (areas,).
        flagged_share: share of each area's ground flagged, 0 to 1, shape (areas,).
        level, replicates, seed: of the intervals.

    Returns:
        An Estimate whose first entry is the ratio; the second is that of elsewhere to itself.

    Raises:
        CannotAnswer: no stop, or nobody living, elsewhere.

    Example:
        >>> ratio = stops_there_and_elsewhere(np.array([30.0, 0.0]), np.array([0.0, 20.0]), np.array([100.0, 200.0]), np.array([1.0, 0.0])).shown
        >>> f"{ratio.value[0]:.1f} ({ratio.low[0]:.1f} to {ratio.high[0]:.1f})"
        '3.0 (1.6 to 5.6)'

    Read with care:
        It says where the group is stopped, not why there; and residents are not the people on the street.

    Source: as the head of this file; the intervals are those of `stop_estimates`.
    """
    stops = np.column_stack([there, elsewhere])
    living = np.column_stack([people * flagged_share, people * (1 - flagged_share)])
    found = ratio_estimate(stops, living, stops=stops.sum(axis=0), reference=1, level=level, replicates=replicates, seed=seed)
    if found.basis[0] != CLUSTERED:
        return found
    # The smaller ground's areas are the fewer that chance plays with, so Student's t takes their number and not that of all.
    fewer = int(max(2, min((living > 0).sum(axis=0))))
    wider = spread_factor(fewer, level) / spread_factor(len(people), level)
    value, low, high = (np.asarray(end) for end in found.shown)
    return replace(found, shown=Interval(value, value * (low / value) ** wider, value * (high / value) ** wider))


def joined(there: Tally, elsewhere: Tally, *, codes: list[str], people: NDArray[np.float64], flagged_share: NDArray[np.float64], about: About) -> list[Finding]:
    """The findings that join the two grounds, by group.

    Args:
        there, elsewhere: tallies of the flagged ground and of the rest.
        codes: of all areas, in order.
        people: residents by area and group, in the order of `codes` and of the tallies' groups.
        flagged_share: share of each area's ground flagged.
        about: place, period, source and caveats; its settings hold `replicates` and `seed`.
    """
    one, other = (_by_area(tally, codes) for tally in (there, elsewhere))
    again = {"level": about.level, "replicates": about.settings["replicates"], "seed": about.settings["seed"]}
    shares, _ = shares_and_differences(one, one + other, part=one.sum(axis=0), whole=(one + other).sum(axis=0), reference=there.reference, **again)
    found = []
    for i, group in enumerate(there.groups):
        counts = one[:, i].sum(), other[:, i].sum()
        hidden = min(counts) < SMALLEST_COUNT
        few = min((one[:, i] > 0).sum(), (other[:, i] > 0).sum()) < FEWEST_AREAS
        caveats = (HIDDEN,) if hidden else (*([FEW_AREAS] if few else []), MOVED, PASSING)
        value, low, high = (None, None, None) if hidden else (plain(end[i]) for end in shares.shown)
        found.append(
            about.finding(
                "stops_on_flagged_ground_share", value, low=low, high=high, group=group, unit="share", n=None if hidden else float(sum(counts)),
                method="stops of the group on flagged ground over all its stops in the place; the wider of Wilson's interval and that of areas drawn anew",
                caveats=caveats,
            )
        )  # fmt: skip
        numbers: tuple[float | None, ...] = (None, None, None)
        if not hidden:
            ratio = stops_there_and_elsewhere(one[:, i], other[:, i], people[:, i], flagged_share, **again)
            numbers = tuple(plain(end[0]) for end in ratio.shown)
        found.append(
            about.finding(
                "stop_rate_flagged_over_elsewhere", numbers[0], low=numbers[1], high=numbers[2], group=group, reference="elsewhere in the place",
                unit="ratio", n=None if hidden else float(counts[0]), method=f"stops per resident there over the same elsewhere; {WIDER}", caveats=caveats,
            )
        )  # fmt: skip
    return found


def _by_area(tally: Tally, codes: list[str]) -> NDArray[np.float64]:
    """A tally's stops by area and group, in the order of all areas; 0 where its ground has none of an area."""
    at = {code: position for position, code in enumerate(codes)}
    table = np.zeros((len(codes), len(tally.groups)))
    table[[at[code] for code in tally.area_codes]] = tally.stops_by_area
    return table
