"""How much of the recorded crime falls on the flagged ground, where crime is counted by area and has no points.

Crimes of an area are taken to lie evenly over its ground, as its residents are, so an area flagged by half
gives half of its crimes. The share of ground and of residents stand beside, since flagging more always catches more.

Read with care: recorded crime is what police recorded, and where police are sent more is recorded. Months other
than those the list was made for say how settled the record is, not how good the list was.

Steps, in order:  counts by area, share of each flagged -> shares -> areas drawn again

Source: Chainey, Tompson & Uhlig (2008), The Utility of Hotspot Mapping, Security Journal 21, 4-28 (share of crime beside share of ground).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadValue, CannotAnswer
from ..tables.measure import Measure
from .area_resampling import area_sums
from .intervals import over_or_nan
from .limits import RESAMPLED, lacking, numbers_at, over_areas

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ..tables.findings import Finding
    from .about import About

MEASURES = {
    "flagged_ground_share": Measure(
        "Share of the ground that is flagged", "square kilometres of ground",
        "Of all the ground of the place, the share that is flagged.",
        "flagged_record.flagged_shares",
    ),
    "recorded_crime_flagged_share": Measure(
        "Share of recorded crime on flagged ground", "recorded crimes",
        "Of all recorded crimes of the place, the estimated share recorded on flagged ground.",
        "flagged_record.flagged_shares",
    ),
    "recorded_crime_per_resident_ratio": Measure(
        "Recorded crime per resident, flagged ground over elsewhere", "recorded crimes on flagged ground",
        "How many times as many crimes are recorded for each resident of flagged ground as for each resident elsewhere.",
        "flagged_record.flagged_shares",
    ),
}  # fmt: skip

EVENLY = "Crimes are counted by area; within an area they are taken to lie evenly over its ground."
RECORDED = "Recorded crime is what police recorded: it rises where police are sent, and where people report."


def flagged_shares(amounts: ArrayLike, flagged_share: ArrayLike) -> NDArray[np.float64]:
    """Share of each amount, such as crimes or residents, that lies on flagged ground.

    share = sum over areas of (amount * share of the area flagged) / sum over areas of amount

    Args:
        amounts: one column each, shape (areas, columns).
        flagged_share: share of each area's ground flagged, 0 to 1, shape (areas,).

    Returns:
        Shares from 0 to 1, shape (columns,); nan for a column that is 0 throughout.

    Example:
        >>> flagged_shares([[30, 100], [10, 300]], [0.5, 0.0]).tolist()
        [0.375, 0.125]

    Read with care:
        A share says little without the share of ground beside it: to flag everything is to catch everything.

    Source: as the head of this file.
    """
    table = np.asarray(amounts, dtype=float)
    return np.asarray(over_or_nan(np.asarray(flagged_share, dtype=float) @ table, table.sum(axis=0)))


@dataclass(frozen=True)
class Record:
    """What these findings are computed from; all arrays of shape (areas,).

    Attributes:
        flagged_share: share of each area's ground flagged, 0 to 1.
        events: recorded crimes, whole numbers.
        residents: people.
        ground_m2: ground; None where there are no polygons.
        kinds: which crimes these are, in words.
        replicates, seed: of the areas drawn again.
    """

    flagged_share: NDArray[np.float64]
    events: NDArray[np.float64]
    residents: NDArray[np.float64]
    ground_m2: NDArray[np.float64] | None = None
    kinds: str = "all kinds"
    replicates: int = 1000
    seed: int = 1


def record_findings(record: Record, *, about: About) -> list[Finding]:
    """The share of ground flagged, that of recorded crime, and recorded crime per resident there over elsewhere.

    Raises:
        CannotAnswer: no crime is recorded.
        BadValue: a count that is missing or below zero.
    """
    events = np.asarray(record.events, dtype=float)
    if not np.isfinite(events).all() or (events < 0).any():
        raise BadValue("Recorded crimes must be counted in every area, 0 where there were none. Missing is not zero.")
    if events.sum() == 0:
        raise CannotAnswer(f"No crime is recorded in these areas ({record.kinds}), so nothing is said of its share.")
    found = []
    if record.ground_m2 is not None:
        share = float(flagged_shares(record.ground_m2[:, None], record.flagged_share)[0])
        found.append(about.finding("flagged_ground_share", share, n=float(record.ground_m2.sum()) / 1e6, unit="share", method="flagged ground over all ground"))
    share_, ratio = _with_limits(record, events, about.level)
    settings, caveats = {"crime_types": record.kinds}, (EVENLY, RECORDED)
    found.append(
        about.finding(
            "recorded_crime_flagged_share",
            **share_,
            n=float(events.sum()),
            unit="share",
            settings=settings,
            method=f"recorded crimes shared out by ground; {RESAMPLED}",
            caveats=(*caveats, *lacking(share_)),
        )
    )
    found.append(
        about.finding(
            "recorded_crime_per_resident_ratio",
            **ratio,
            n=float(record.flagged_share @ events),
            unit="ratio",
            settings=settings,
            method=f"recorded crimes per resident of flagged ground over the same elsewhere; {RESAMPLED}",
            caveats=(*caveats, "Where few live and many pass through, crimes per resident are high whoever lives there.", *lacking(ratio)),
        )
    )
    return found


def _with_limits(record: Record, events: NDArray[np.float64], level: float) -> tuple[dict[str, float | None], dict[str, float | None]]:
    """Share of crime flagged, and crimes per resident there over elsewhere, with limits from areas drawn again."""
    inside = record.flagged_share
    columns = np.column_stack([events * inside, events * (1 - inside), record.residents * inside, record.residents * (1 - inside)])
    sums = area_sums(columns, replicates=record.replicates, seed=record.seed)
    as_is = columns.sum(axis=0, keepdims=True)
    values = []
    for measure in (_share, _ratio):
        numbers = over_areas(measure(as_is), measure(sums)[None, :], level=level, areas=len(events))
        values.append(numbers_at(numbers, 0))
    if values[0]["high"] is not None:
        values[0]["high"] = min(1.0, values[0]["high"])
    return values[0], values[1]


def _share(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(over_or_nan(sums[:, 0], sums[:, 0] + sums[:, 1]))


def _ratio(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(over_or_nan(sums[:, 0] * sums[:, 3], sums[:, 1] * sums[:, 2]))
