"""The ratio with whole clusters of stops drawn anew: an operation, a unit, a person, whatever the counts are gathered by.

Fifty stops of one operation are nearer to one event than to fifty. Where counts say which cluster their
events belong to, the interval draws clusters, each with all its events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting
from ..tables.measure import Measure
from .area_resampling import clustered_events_ratio
from .stop_frame import Frame, at, compared_groups, one

if TYPE_CHECKING:
    from ..tables.findings import Finding

MEASURES = {
    "stop_rate_ratio_clusters_drawn": Measure(
        "Stop rate ratio, whole clusters drawn", "stops of the group",
        "The stop rate ratio with an interval that keeps together the stops of one operation, unit or other cluster.",
        "area_resampling.clustered_events_ratio",
    ),
}  # fmt: skip
FEWEST_CLUSTERS = 10


def clusters_drawn(frame: Frame) -> list[Finding]:
    """Ratios whose interval draws clusters; null where there are fewer than ten.

    Raises:
        BadSetting: the counts have no column of clusters.
    """
    tally, settings = frame.tally, frame.about.settings
    if "cluster" not in tally.counts.columns:
        raise BadSetting("The part 'clusters' needs counts with a column 'cluster', which says what their events belong together by.")
    known = tally.counts[tally.counts["cluster"].notna() & tally.counts[tally.field].notna()]
    table = known.pivot_table(index="cluster", columns=tally.field, values="stops", aggfunc="sum", fill_value=0)
    table = table.reindex(columns=list(tally.groups), fill_value=0)
    clusters, unclustered = len(table), float(tally.stops.sum() - table.to_numpy().sum())
    why = f"Only {clusters} clusters; below {FEWEST_CLUSTERS} an interval from clusters says little." if clusters < FEWEST_CLUSTERS else ""
    left_out = (f"{unclustered:,.0f} stops belong to no cluster and are left out.",) if unclustered and not tally.suppressed.any() else ()
    ratio = None
    if not why and table.iloc[:, tally.reference].sum() > 0:
        draws = {"replicates": settings["replicates"], "seed": settings["seed"]}
        ratio = clustered_events_ratio(table.to_numpy(dtype=float), tally.residents, reference=tally.reference, level=frame.about.level, **draws)
    return [
        one(
            frame,
            "stop_rate_ratio_clusters_drawn",
            group,
            (np.nan,) * 3 if ratio is None else at(ratio, group),
            n=None if why else float(table.iloc[:, group].sum()),
            needs=(why,) if why else left_out,
            settings={"clusters": clusters},
            unit="ratio",
            method="Stops per head of residents over the same of the reference; limits from clusters of stops drawn anew with replacement.",
        )
        for group in compared_groups(tally)
    ]
