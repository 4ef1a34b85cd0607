"""The veil of darkness as findings: each group beside the reference, all stops and those of vehicles, the year round and around the change of the clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import CannotAnswer
from ..tables.measure import Measure
from .lit_counts import lit_stops
from .veil_of_darkness import DAYS_AROUND, Lit, Veil, veil_of_darkness

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ..tables.findings import Finding
    from .about import About

_BY = "veil_of_darkness.veil_of_darkness"
_OF = "stops of the group and the reference, at hours that have light and dark days"
MEASURES = {
    "veil_odds_ratio": Measure(
        "Veil of darkness", _OF,
        "Odds that a stop is of the group rather than of the reference, in the dark over in daylight at the same hours; below 1 points to a part "
        "played by what officers could see.", _BY,
    ),
    "veil_odds_ratio_around_clock_changes": Measure(
        "Veil of darkness around the change of the clocks", _OF, "The same within three weeks of a change of the clocks, when little else changes.", _BY
    ),
}  # fmt: skip

ALL, VEHICLES = "all stops", "stops of vehicles"
ON_FOOT = (
    "Darkness must hide who is coming for this test to see anything. It may not on foot, under street lamps or where officers knew whom they "
    "would stop, and searches are records of those stopped AND searched. An odds ratio near 1 clears nobody."
)
SEASON = "If who is about at an hour changes with the season, that change is taken for an effect of darkness."
RESTRICTIONS = (np.datetime64("2020-03-23"), np.datetime64("2021-07-19"))
"""Restrictions of movement in England: from the first stay-at-home order to the end of most of them."""
NULL = "at the same hour, stops in the dark are of the group as often as stops in daylight"


def veil_findings(
    minutes: pd.DataFrame,
    about: About,
    *,
    field: str,
    groups: Sequence[str],
    reference: str,
    knots: int = 6,
    caveats: tuple[str, ...] = (),
) -> list[Finding]:
    """Findings of the veil of darkness for one field.

    Args:
        minutes: from `lit_counts.usable_times`.
        about: place, period, source and caveats.
        field: the column that holds the group.
        groups: all of them; each but the reference is compared with it.
        reference: the group compared with.
        knots: see `veil_of_darkness`.
        caveats: what holds for all of them.

    Returns:
        For each group: all stops and stops of vehicles, each the year round and around the change of the clocks; null with the
        reason where it cannot be had.

    Raises:
        CannotAnswer: the field is mostly missing.

    Example:
        >>> import pandas as pd
        >>> minutes = pd.DataFrame({"stopped_at": pd.to_datetime(["2020-06-01 20:00"]), "longitude": [0.0], "latitude": [51.5],
        ...                         "area_code": [None], "is_vehicle": [True], "group": ["White"], "stops": [2]})
        >>> from evenhand.audit.about import About
        >>> one = veil_findings(minutes, About("outcome-tests", "", "", ""), field="group", groups=["Black", "White"], reference="White")[0]
        >>> one.value, one.caveats[0][:40]
        (None, 'No stop was made at an hour that is ligh')
    """
    found: list[Finding] = []
    for kind in (ALL, VEHICLES):
        for group in (one for one in groups if one != reference):
            lit, reason = _lit(minutes, field, group, reference, kind)
            for measure in MEASURES:
                seen, why = _tried(lit, reason, around_clock_changes=measure.endswith("changes"), knots=knots, level=about.level)
                found.append(_finding(about, measure, group, reference, kind, field, knots, seen, why, _restricted(lit), caveats))
    return found


def _lit(minutes: pd.DataFrame, field: str, group: str, reference: str, kind: str) -> tuple[Lit | None, str]:
    """The stops of two groups; the reason where there are none. A field that is mostly missing in all stops stops the test."""
    try:
        return lit_stops(minutes, field=field, group=group, reference=reference, vehicles_only=kind == VEHICLES), ""
    except CannotAnswer as reason:
        if kind == ALL:
            raise
        return None, str(reason)


def _tried(lit: Lit | None, reason: str, **how: Any) -> tuple[Veil | None, str]:
    if lit is None:
        return None, reason
    try:
        return veil_of_darkness(lit, **how), ""
    except CannotAnswer as said:
        return None, str(said)


def _restricted(lit: Lit | None) -> tuple[str, ...]:
    """A word where some of the stops fall in the months of restrictions, which were mostly light evenings."""
    if lit is None or not len(lit.day):
        return ()
    share = lit.stops[(lit.day >= RESTRICTIONS[0]) & (lit.day < RESTRICTIONS[1])].sum() / lit.stops.sum()
    if share < 0.05:
        return ()
    return (f"{100 * share:.0f} % of these stops are of March 2020 to July 2021, when restrictions changed who was about, and not at all hours alike.",)


def _known_to_the_hour(seen: Veil) -> tuple[str, ...]:
    """A word where some times are known only to the hour."""
    if not (seen.rough or seen.set_aside):
        return ()
    return (
        f"Of {seen.rough:,} of these stops only the hour is known; it was all light or all dark that day. A further {seen.set_aside:,}, whose hour was "
        "partly light and partly dark, or dusk, are set aside.",
    )


def _finding(
    about: About,
    measure: str,
    group: str,
    reference: str,
    kind: str,
    field: str,
    knots: int,
    seen: Veil | None,
    why: str,
    restricted: tuple[str, ...],
    caveats: tuple[str, ...],
) -> Finding:
    settings: dict[str, Any] = {"field": field, "denominator": kind, "knots": knots}
    weeks = f"; only {DAYS_AROUND} days on either side of each change of the clocks" if measure.endswith("changes") else ""
    method = (
        "Logistic regression of the stop's group on darkness (after civil twilight; twilight left out), a natural spline of the clock, weekday, year and "
        f"area; interval from the scatter between days (Student t){weeks}."
    )
    if seen is None:
        return about.finding(
            measure, None, group=group, reference=reference, unit="ratio", caveats=(why, *caveats, ON_FOOT, SEASON), settings=settings, method=method
        )
    settings |= {
        "stops_in_the_dark": {group: seen.dark[0], reference: seen.dark[1]},
        "stops_in_daylight": {group: seen.light[0], reference: seen.light[1]},
        "crude_odds_ratio": seen.crude,
        "days": seen.days,
        "window": " to ".join(f"{int(minute // 60):02d}:{int(minute % 60):02d}" for minute in seen.window),
        "areas": seen.areas,
    }
    if seen.rough or seen.set_aside:
        settings |= {"stops_known_only_to_the_hour": seen.rough, "stops_set_aside": seen.set_aside}
    value, low, high = (float(number) for number in seen.odds_ratio)
    return about.finding(
        measure,
        value,
        low=low,
        high=high,
        group=group,
        reference=reference,
        unit="ratio",
        n=float(sum(seen.dark) + sum(seen.light)),
        p_value=seen.p_value,
        null_model=NULL,
        caveats=(*restricted, *_known_to_the_hour(seen), *caveats, ON_FOOT, SEASON),
        settings=settings,
        method=method,
    )
