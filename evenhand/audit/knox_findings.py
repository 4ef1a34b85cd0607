"""Findings of the Knox test: how many times as many pairs of events are near in place and time as chance would have.

The limits beside a ratio come from leaving out one event at a time. What chance alone does is another thing and stands in words
beside each ratio: between what ratios the deals of the days lie.

Read with care: counts of pairs say nothing of any person, place or group, so bands are shown however few pairs they hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.measure import Measure
from .stop_frame import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .knox import Knox

MEASURES = {
    "near_repeat_bands": Measure(
        "Bands with more near pairs than chance", "bands tried",
        "How many bands of distance and time hold more pairs of events than chance explains, having looked at all of them.",
        "knox.knox",
    ),
    "near_repeat_ratio": Measure(
        "Knox ratio: pairs near in place and time", "pairs of events in the band of distance",
        "How many times as many pairs there are as on average when the days are dealt out anew among the events; 1 is what chance does.",
        "knox.knox",
    ),
}  # fmt: skip

BEYOND = 0.05
"""Adjusted p-value at which a band is called beyond chance."""
FEW = 5.0
"""Expected pairs below which a ratio is told to be shaky."""
NULL = "days dealt out anew among the events, so that where and when are unrelated; one-sided: as many pairs or more"
METHOD = "pairs observed over their mean in every deal of the days there is; p from {:,} deals; limits from leaving out one event at a time"
CLUMPS = "Says that events clump in place and time, not that one leads to another: a change of season, recording or policing in one part does the same."
PAIRS = "Counts pairs, not events: one spree of 10 events makes 45 pairs. Where sprees are long, the limits are too narrow."


def findings(found: Knox, about: About, *, limits: NDArray[np.float64] | None = None) -> list[Finding]:
    """How many bands are beyond chance; then the ratio of each band within the edges, nearest first.

    Args:
        found: from `knox.knox`.
        about: the common frame.
        limits: from `knox_limits.left_out`: low and high of each ratio, shape (2, distance bands, time bands); left out: no limits.
    """
    adjusted = found.adjusted_p()
    tried = np.isfinite(adjusted)
    rows, columns = (size - 1 for size in found.bands.shape)
    return [
        _how_many(found, adjusted, int(tried.sum()), about),
        *(_ratio(found, adjusted, at, about, limits) for at in np.ndindex(rows, columns)),
    ]


def _how_many(found: Knox, adjusted: NDArray[np.float64], tried: int, about: About) -> Finding:
    beyond = int((adjusted <= BEYOND).sum())
    alone = int((found.p_value[np.isfinite(adjusted)] <= BEYOND).sum())
    says = (
        f"{tried} bands were looked at, so {tried * BEYOND:.2g} of them would fall below p = {BEYOND:g} by chance; {alone} do. "
        f"Having allowed for all of them, {beyond} {'is' if beyond == 1 else 'are'} beyond chance.",
        "No interval: a count of bands, which depends on how the bands were cut.",
    )
    return about.finding(
        "near_repeat_bands", beyond, n=tried, unit="bands", group="all bands within the last edges", null_model=f"{NULL} in any band",
        p_value=plain(float(np.nanmin(adjusted))) if tried else None, caveats=(*says, CLUMPS, PAIRS),
        method=f"Knox test, {len(found.dealt):,} deals; p-values adjusted by the least p-value of each deal over all bands (Westfall and Young)",
    )  # fmt: skip


def _ratio(found: Knox, adjusted: NDArray[np.float64], at: tuple[int, ...], about: About, limits: NDArray[np.float64] | None) -> Finding:
    """One band of distance and time."""
    low, high = (ends[at] for ends in found.by_chance(about.level))
    can_be, lower, upper = bool(found.expected[at] > 0), *((None, None) if limits is None else (plain(limits[0][at]), plain(limits[1][at])))
    care: tuple[str, ...] = ("No two events are so far apart, so there is no ratio.",)
    if can_be:
        care = (f"By chance alone the ratio would lie between {low:.2f} and {high:.2f} in {100 * about.level:g} % of deals.",)
        care += (f"Chance would put {found.expected[at]:.1f} pairs here: with so few, one more or less moves the ratio far.",) * int(found.expected[at] < FEW)
        care += ("With fewer than five pairs the ratio has no limits.",) * int(limits is not None and lower is None)
    return about.finding(
        "near_repeat_ratio", plain(found.exact_ratio[at]), low=lower, high=upper,
        group=f"{found.bands.names_m[at[0]]}, {found.bands.names_days[at[1]]}", reference="the same events with their days dealt out anew",
        unit="ratio", n=int(found.observed[at[0]].sum()), null_model=NULL if can_be else None, p_value=float(found.p_value[at]) if can_be else None,
        caveats=(*care, CLUMPS, PAIRS), method=METHOD.format(len(found.dealt)),
        settings={
            "pairs": int(found.observed[at]), "pairs_by_chance": round(float(found.expected[at]), 3), "ratio_to_the_deals_made": plain(found.ratio[at]),
            "by_chance_low": plain(low), "by_chance_high": plain(high), "adjusted_p": plain(adjusted[at]), "events": found.events,
        },
    )  # fmt: skip
