"""The robust outcome test as findings: for the whole place, area by area, or, where only searches are known, not at all and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.measure import Measure
from .limits import numbers_at
from .multiplicity import holm
from .robust_outcome_test import HIGHER, LOWER, NEITHER, Robust, robust_outcome_test
from .search_tallies import a
from .stop_tallies import SMALLEST_COUNT

if TYPE_CHECKING:
    from ..tables.findings import Finding
    from .about import About
    from .intervals import Interval
    from .search_tallies import SearchTally

_BY = "robust_outcome_test.robust_outcome_test"
MEASURES = {
    "search_rate_ratio": Measure(
        "Search rate ratio", "encounters of the group", "How many times as often the group is searched, of those who could be, as the reference group.", _BY
    ),
    "robust_outcome_test": Measure(
        "Robust outcome test", "searches of the group",
        "How probable it is, given the counts, that the group is searched more often and with fewer hits, which points to a lower bar.", _BY,
    ),
    "robust_outcome_test_in_area": Measure(
        "Robust outcome test in one area", "searches in the area of the group with fewer",
        "The same for one area; p-values are raised for the number of areas.", _BY,
    ),
    "areas_with_lower_bar_share": Measure(
        "Areas whose searches point to a lower bar", "areas with enough encounters of both groups",
        "Of the areas with enough encounters, the share in which the robust outcome test points to a lower bar for the group.", _BY,
    ),
}  # fmt: skip

ONLY_SEARCHES = (
    "Not available: only searches are published. Those who were stopped and not searched are in no table, so there is no search rate. "
    "Stops with and without a search, or a named benchmark in their stead, would answer it."
)
ASSUMES = (
    "The verdict holds if the odds of being of the one group rise or fall steadily with the chance of a find (monotone likelihood ratio); "
    "counts cannot show that. No verdict does not mean equal bars."
)
NULL = "the group is not searched more often than the reference, or its searches do not have fewer hits (for a higher bar, the reverse)"
METHOD = "Share of draws (of areas where ten or more had searches, else of the counts) in which the group is searched more and hit less; p: the larger of both."


def robust_findings(
    told: SearchTally, about: About, *, stands_for: str = "", least: int = 500, caveats: tuple[str, ...] = (), replicates: int = 1000, seed: int = 0
) -> list[Finding]:
    """Findings of the robust outcome test for one tally.

    Args:
        told: with encounters.
        about: place, period, source and caveats.
        stands_for: what stands in for stops, in words; "" where encounters are stops.
        least: encounters that each group needs in an area for a verdict there.
        caveats: what holds for all of them.
        replicates, seed: of the draws.

    Returns:
        Search rate ratio and verdict of each group; then the areas. Without encounters one null finding that says why.

    Example:
        >>> from evenhand.audit.about import About
        >>> from evenhand.audit.search_tallies import SearchTally
        >>> made = np.array([[150.0, 500.0]])
        >>> tally = SearchTally("", "any outcome", ("Black", "White"), 1, ("A",), made, np.array([[15.0, 100.0]]), made, np.array([[1e3, 1e4]]))
        >>> [(one.measure, one.settings.get("verdict")) for one in robust_findings(tally, About("outcome-tests", "", "", ""))][:2]
        [('search_rate_ratio', None), ('robust_outcome_test', 'lower bar')]
    """
    settings = {"field": told.field or None, "hit": told.hit, "denominator": f"searches, for {a(told.hit)}", "encounters_are": stands_for or "stops"}
    if told.encounters is None:
        return [about.finding("robust_outcome_test", None, unit="share", caveats=(ONLY_SEARCHES,), settings=settings)]
    rests = (*caveats, *((resting_on(stands_for),) if stands_for else ()))
    known = np.isfinite(told.encounters)
    tables = [np.where(known, table, 0.0) for table in (told.encounters, told.made, told.hits, told.searches)]
    drawn: dict[str, Any] = {"reference": told.reference, "is_benchmark": bool(stands_for), "level": about.level, "replicates": replicates, "seed": seed}
    encounters, made, hits, searches = tables
    whole = robust_outcome_test(encounters, made, hits, known=searches, **drawn)
    found: list[Finding] = []
    for group in range(len(told.groups)):
        if group != told.reference:
            hidden = made[:, group].sum() < SMALLEST_COUNT
            found += _of_group(told, about, whole, group, tables, hidden, (*rests, ASSUMES), settings)
    if len(told.area_codes) > 1:
        for group in range(len(told.groups)):
            found += _by_area(told, about, group, tables, drawn, least, (*rests, ASSUMES), settings) if group != told.reference else []
    return found


def resting_on(stands_for: str) -> str:
    """The caveat that says what stands in for stops.

    Example:
        >>> resting_on("residents")[:61]
        'Rests on residents in the place of stops: it takes them as th'
    """
    return (
        f"Rests on {stands_for} in the place of stops: it takes them as those who could have been searched, which is a claim, not a count. "
        "Who is about, and where patrols go, are then part of the search rate."
    )


def _of_group(
    told: SearchTally, about: About, whole: Robust, group: int, tables: list[Any], hidden: bool, caveats: tuple[str, ...], settings: dict[str, Any]
) -> list[Finding]:
    """Search rate ratio and verdict of one group over all areas together."""
    encounters, made = tables[0][:, group].sum(), tables[1][:, group].sum()
    named: dict[str, Any] = {"group": told.groups[group], "reference": told.groups[told.reference]}
    ratio = {"value": None, "low": None, "high": None} if hidden else numbers_at(whole.search_ratio, group)
    why = (f"suppressed: fewer than {SMALLEST_COUNT} searches",) if hidden else ()
    if not hidden and ratio["value"] is None:
        why = ("Of this group or of the reference there are no searches or no encounters, so nothing can be divided.",)
    method = "Searches over encounters, over the same of the reference; the wider of the counts' own interval and that of areas drawn anew."
    one = about.finding(
        "search_rate_ratio",
        **ratio,
        **named,
        n=None if hidden else encounters,
        unit="ratio",
        caveats=(*why, *caveats[:-1]),
        settings=settings,
        method=method,
    )
    value = None if hidden or not np.isfinite(whole.lower[group]) else float(whole.lower[group])
    more = {} if value is None else _said(whole, group)
    if value is None and not why:
        why = ("The reference has no hits, or none of the group's searches has a known result, so hits cannot be compared.",)
    two = about.finding(
        "robust_outcome_test",
        value,
        **named,
        n=None if hidden else made,
        unit="share",
        p_value=None if value is None else float(whole.p_value[group]),
        null_model=None if value is None else NULL,
        caveats=(*why, *((_sentence(more["verdict"], named),) if more else ()), *caveats),
        settings=settings | more,
        method=METHOD,
    )
    return [one, two]


def _said(found: Robust, group: int) -> dict[str, Any]:
    return {
        "verdict": found.verdict[group],
        "probability_of_the_reverse": float(found.higher[group]),
        "search_rate_ratio": _three(found.search_ratio, group),
        "hit_share_ratio": _three(found.hit_ratio, group),
    }


def _three(interval: Interval, group: int) -> list[float | None]:
    return list(numbers_at(interval, group).values())


def _sentence(verdict: str, named: dict[str, Any]) -> str:
    if verdict == NEITHER:
        return "No verdict: search rates and hits do not clearly point the same way."
    lower, higher = (named["group"], named["reference"]) if verdict == LOWER else (named["reference"], named["group"])
    return f"Verdict: points to a lower bar for {lower} than for {higher}, who are searched less and with more hits."


def _by_area(
    told: SearchTally, about: About, group: int, tables: list[Any], drawn: dict[str, Any], least: int, caveats: tuple[str, ...], settings: dict[str, Any]
) -> list[Finding]:
    """The share of areas with a verdict, and each area with enough encounters."""
    encounters, made, hits, searches = tables
    enough = [at for at in range(len(made)) if min(encounters[at, group], encounters[at, told.reference]) >= least]
    named: dict[str, Any] = {"group": told.groups[group], "reference": told.groups[told.reference], "unit": "share"}
    rule = settings | {"least_encounters": least, "areas": len(made)}
    if not enough:
        why = f"No area has {least:,} encounters of both groups or more, so no area is judged by itself."
        return [about.finding("areas_with_lower_bar_share", None, **named, n=0, caveats=(why, *caveats), settings=rule)]
    pair = [group, told.reference]
    alone = [
        robust_outcome_test(*(table[[at]][:, pair] for table in (encounters, made, hits)), known=searches[[at]][:, pair], **{**drawn, "reference": 1})
        for at in enough
    ]
    p_values = holm([float(one.p_value[0]) for one in alone])
    judged = [(LOWER if one.search_ratio.value[0] > 1 else HIGHER) if p < 1 - about.level else NEITHER for one, p in zip(alone, p_values, strict=True)]
    tally = {kind: judged.count(kind) for kind in (LOWER, HIGHER, NEITHER)}
    share = about.finding(
        "areas_with_lower_bar_share",
        tally[LOWER] / len(enough),
        **named,
        n=float(len(enough)),
        caveats=("A count of areas judged, each against chance; it has no interval of its own.", *caveats),
        settings=rule | {"verdicts": tally},
        method="Areas whose test, p-values raised for their number (Holm), points to a lower bar, over areas with enough encounters of both groups.",
    )
    each = [
        _one_area(about, named, told.area_codes[at], one, float(p), verdict, float(min(made[at, group], made[at, told.reference])), rule, caveats)
        for at, one, p, verdict in zip(enough, alone, p_values, judged, strict=True)
    ]
    return [share, *each]


def _one_area(
    about: About, named: dict[str, Any], area: str, one: Robust, p: float, verdict: str, fewest: float, rule: dict[str, Any], caveats: tuple[str, ...]
) -> Finding:
    hidden = fewest < SMALLEST_COUNT or not np.isfinite(one.lower[0])
    more = {} if hidden else _said(one, 0) | {"verdict": verdict}
    why = (f"suppressed: fewer than {SMALLEST_COUNT} searches, or no hits to compare with",) if hidden else (f"Area {area}. {_sentence(verdict, named)}",)
    return about.finding(
        "robust_outcome_test_in_area",
        None if hidden else float(one.lower[0]),
        **named,
        n=None if hidden else fewest,
        p_value=None if hidden else p,
        null_model=None if hidden else NULL,
        caveats=(*why, *caveats),
        settings=rule | {"area_code": area, "denominator": f"searches in {area}, for {rule['hit']}"} | more,
        method=METHOD + " Raised for the number of areas (Holm).",
    )
