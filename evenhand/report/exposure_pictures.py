"""Pictures of exposure: who lives there, every number of places at once, how concentrated, how it rises with deprivation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .measures import of_measure
from .plain_pictures import Axis, Curve, curves, forest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..audit.dose import Dosed
    from ..audit.dose_curve import Banded, Scored
    from ..tables.findings import Finding
    from .picture import Picture

MOST_GROUPS = 4
"""Groups drawn at once: bands of more cannot be told apart."""


def by_group(found: Sequence[Finding], reference: str) -> list[Picture]:
    """The exposure ratio of each group, and the share exposed by tenth of deprivation."""
    ratios = forest(
        of_measure(found, "exposure_ratio"),
        slug="exposure-by-group",
        title=f"How many times as likely each group is to live in a flagged place as {reference} residents",
        axis=f"times as likely as {reference} residents; 1 is equally likely (ratio scale)",
    )
    tenths = forest(
        of_measure(found, "deprivation_exposed_share"),
        slug="deprivation-gradient",
        title="Share of residents who live in a flagged place, by deprivation of the area",
        axis="per cent of residents of areas in that tenth; decile 1 is the most deprived",
    )
    return [picture for picture in (ratios, tenths) if picture is not None]


def dose_curve(made: Banded, scored: Scored, reference: str) -> list[Picture]:
    """The exposure ratio for every number of places, with its band."""
    import pandas as pd

    at = scored.groups.index(reference)
    by_size = sorted((i for i in range(len(scored.groups)) if i != at), key=lambda i: -scored.people[:, i].sum())[:MOST_GROUPS]
    share_pct = 100 * made.at / len(made.curve.k)
    drawn, columns = [], {"k": made.at, "share_of_places_pct": share_pct}
    for i in sorted(by_size):
        group = scored.groups[i]
        value = made.curve.ratios[i, made.at - 1]
        drawn.append(Curve(group, share_pct.tolist(), _known(value), _known(made.low[i]), _known(made.high[i])))
        columns |= {f"exposure_ratio_{group}": value, f"low_{group}": made.low[i], f"high_{group}": made.high[i]}
    if not drawn:
        return []
    title = f"Exposure ratio beside {reference} residents, for every number of {scored.noun} flagged"
    how = (
        f"The operator flags {scored.k:,} of {len(made.curve.k):,} {scored.noun}. At the left few people are exposed; at the right all are, "
        "and every ratio is 1. "
        "Bands are intervals at each point, not of the whole curve."
    )
    return [
        curves(
            drawn,
            slug="dose-curve",
            title=title,
            x=Axis(f"per cent of all {scored.noun} flagged, the highest-scored first (ratio scale)", is_log=True),
            y=Axis(f"times as likely as {reference} residents to live there (ratio scale)", "ratio", is_log=True),
            table=pd.DataFrame(columns),
            how_to_read=how,
            level=1.0,
        )
    ]


def lorenz_curve(by_area: Dosed, found: Sequence[Finding]) -> list[Picture]:
    """The Lorenz curve of dose over people, and the one that chance would draw."""
    import pandas as pd

    from ..audit.concentration import lorenz, thrown_lorenz
    from ..tables.errors import BadValue

    people = by_area.people.sum(axis=1)
    shares = np.linspace(0, 1, 101)
    curve = lorenz(by_area.dose, people)
    dose = np.interp(shares, curve.people_share, curve.dose_share)
    table = {"people_share": shares, "dose_share": dose}
    drawn = [Curve("the dose", shares.tolist(), dose.tolist())]
    try:
        chance = thrown_lorenz(by_area.dose, people, shares=shares, replicates=100, seed=by_area.seed)
        drawn.append(Curve("as much dose thrown at random", shares.tolist(), chance.tolist()))
        table["dose_share_by_chance"] = chance
    except BadValue:  # a dose that is not counted in whole units has no floor; the findings say so
        pass
    gini = next((f.value for f in found if f.measure == "dose_gini"), None)
    title = "How the dose falls on people, from those who get least to those who get most"
    how = "On the diagonal everybody would get alike. The further a curve sags below it, the fewer people get the dose."
    picture = curves(
        drawn,
        slug="lorenz-curve",
        title=title,
        x=Axis("share of residents, those whose area gets least a head first", "share", low=0, high=1),
        y=Axis("share of the dose", "share", low=0, high=1),
        table=pd.DataFrame(table),
        how_to_read=how if gini is None else f"{how} Gini index {gini:.2f}.",
        diagonal=True,
    )
    return [picture]


def _known(values: np.ndarray) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]


