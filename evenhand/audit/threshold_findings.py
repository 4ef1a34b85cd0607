"""The threshold test as findings, or the reason why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import CannotAnswer
from ..tables.measure import Measure
from .convergence import FEWEST_EFFECTIVE, LARGEST_RHAT
from .limits import numbers_at
from .robust_findings import ONLY_SEARCHES, resting_on
from .search_tallies import a
from .threshold_test import LEAST_STOPS, Threshold, threshold_test

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..tables.findings import Finding
    from .about import About
    from .search_tallies import SearchTally

_BY = "threshold_test.threshold_test"
MEASURES = {
    "search_threshold": Measure(
        "Bar for a search", "stops of the group in areas that entered",
        "The chance of a find above which people of the group were searched, as the threshold test infers it; averaged over areas.", _BY,
    ),
    "search_threshold_difference": Measure(
        "Difference of bars for a search", "stops of the group in areas that entered",
        "The group’s bar less the reference group’s; below 0 its people were searched on less.", _BY,
    ),
    "threshold_misfit_share": Measure(
        "Area-groups in which hits do not fit the threshold test’s model", "groups within areas that entered",
        "Share of area-groups whose hits lie outside what the fitted model says for 95 of 100 replicas; about 5 per cent or less is as it should be.", _BY,
    ),
    "threshold_stops_used_share": Measure(
        "Stops that entered the threshold test", "stops", "Share of all stops that lie in area-groups with enough of them to enter.", _BY
    ),
}  # fmt: skip

MOST_UNKNOWN = 0.05
"""Searches without a known result, above which hits and search rates are of different searches."""
MOST_OUTSIDE = 0.15
IDENTIFIED = (
    "The test infers three things from two numbers an area-group (search rate and hits): its model's structure and priors do the rest. "
    "Vary prior_scale and least_stops, and look at the misfit, before relying on it."
)
BAR = "Averaged over areas, each weighted by all its stops: no officer's and no single area's bar."


def threshold_findings(
    told: SearchTally,
    about: About,
    *,
    stands_for: str = "",
    least: int = LEAST_STOPS,
    prior_scale: float = 1.0,
    draws: int = 1000,
    caveats: tuple[str, ...] = (),
    seed: int = 0,
    tell: Callable[[str, float], None] | None = None,
) -> list[Finding]:
    """Findings of the threshold test for one tally.

    Args:
        told: with encounters.
        about: place, period, source and caveats.
        stands_for: what stands in for stops, in words; "" where encounters are stops.
        least: stops that an area-group needs to enter.
        prior_scale: see `threshold_test`.
        draws: of each chain.
        caveats: what holds for all of them.
        seed, tell: of the sampler.

    Returns:
        Bars, differences, misfit and share of stops used; or one null finding that says why there are none, as where only
        searches are known or where the chains do not agree.

    Example:
        >>> import numpy as np
        >>> from evenhand.audit.about import About
        >>> from evenhand.audit.search_tallies import SearchTally
        >>> made = np.array([[150.0, 500.0]])
        >>> only_searches = SearchTally("", "any outcome", ("Black", "White"), 1, ("A",), made, made / 5, made)
        >>> one = threshold_findings(only_searches, About("outcome-tests", "", "", ""))[0]
        >>> one.value, one.caveats[0][:44]
        (None, 'Not available: only searches are published. ')
    """
    settings = {
        "field": told.field or None,
        "hit": told.hit,
        "denominator": f"searches, for {a(told.hit)}",
        "encounters_are": stands_for or "stops",
        "least_stops": least,
        "prior_scale": prior_scale,
    }
    rests = (*caveats, *((resting_on(stands_for),) if stands_for else ()))
    if told.encounters is None:
        return [about.finding("search_threshold", None, unit="share", caveats=(ONLY_SEARCHES,), settings=settings)]
    unknown = told.made - told.searches
    if unknown.sum() > MOST_UNKNOWN * told.made.sum():
        share = 100 * unknown.sum() / told.made.sum()
        why = f"Not available: {share:.0f} % of the searches have no known result, so hits are known of other searches than the search rate counts."
        return [about.finding("search_threshold", None, unit="share", caveats=(why, *rests), settings=settings)]
    encounters = told.encounters if stands_for else np.maximum(told.encounters - unknown, told.searches)  # few: left out of stops and searches alike
    too_many = (encounters < told.made) & bool(stands_for)
    if too_many.any():
        rests = (*rests, f"In {int(too_many.sum()):,} area-groups there are more searches than {stands_for}: no share can be had, and they did not enter.")
    try:
        found = threshold_test(
            np.where(too_many, np.nan, encounters),
            told.searches,
            told.hits,
            reference=told.reference,
            least=least,
            prior_scale=prior_scale,
            level=about.level,
            draws=draws,
            seed=seed,
            tell=tell,
        )
    except CannotAnswer as reason:
        return [about.finding("search_threshold", None, unit="share", caveats=(f"Not available: {reason}", *rests), settings=settings)]
    return _findings(told, about, found, (*rests, IDENTIFIED), settings | _chains(found), every_stop=float(np.nansum(told.encounters)))


def _chains(found: Threshold) -> dict[str, Any]:
    fit = found.fit
    return {
        "rhat": round(fit.rhat, 4),
        "effective_draws": round(fit.effective),
        "divergent_share": round(fit.diverged, 4),
        "areas": len(found.eligible.areas),
        "area_groups": fit.cells,
        "predictive_p_value_of_hits": fit.p_hits,
        "area_groups_outside_searches": fit.outside_searches,
    }


def _findings(
    told: SearchTally, about: About, found: Threshold, caveats: tuple[str, ...], settings: dict[str, Any], *, every_stop: float
) -> list[Finding]:
    reason = _refusal(found)
    made = _bars(told, about, found, reason, caveats, settings)
    made.append(
        about.finding(
            "threshold_misfit_share",
            None if reason else found.fit.outside_hits,
            n=float(found.fit.cells),
            unit="share",
            caveats=(*((reason,) if reason else ()), "A count of area-groups; it has no interval.", *caveats[:-1]),
            settings=settings,
            method="Hits drawn anew from the posterior, given the searches; area-groups in either tail of 2.5 in 100.",
        )
    )
    made.append(
        about.finding(
            "threshold_stops_used_share",
            found.eligible.used_share,
            n=every_stop,
            unit="share",
            caveats=("An exact share; what the other stops would say is unknown.", *caveats[:-1]),
            settings=settings,
            method=f"Stops in area-groups with {settings['least_stops']:,} or more, in areas where the reference and another group have them, over all stops.",
        )
    )
    return made


def _bars(told: SearchTally, about: About, found: Threshold, reason: str, caveats: tuple[str, ...], settings: dict[str, Any]) -> list[Finding]:
    """Each group's bar, and its difference from the reference's."""
    method = "Median and central interval of the posterior: hierarchical model over groups and areas, Hamiltonian Monte Carlo, four chains."
    misfit = (MISFITS.format(100 * found.fit.outside_hits),) if found.fit.outside_hits > MOST_OUTSIDE else ()
    made: list[Finding] = []
    for measure, values in (("search_threshold", found.bar), ("search_threshold_difference", found.difference)):
        is_difference = measure.endswith("difference")
        for group in (one for one in range(len(told.groups)) if not is_difference or one != told.reference):
            entered = group in found.eligible.groups
            why = (reason,) if reason else () if entered else (f"Too few areas have {settings['least_stops']:,} stops of this group, so it did not enter.",)
            more = {"probability_that_the_bar_is_lower": float(found.lower[group])} if is_difference and entered and not reason else {}
            made.append(
                about.finding(
                    measure,
                    **({"value": None} if reason else numbers_at(values, group)),
                    group=told.groups[group],
                    reference=told.groups[told.reference] if is_difference else None,
                    n=found.stops[group] if entered else None,
                    unit="share",
                    caveats=(*why, *misfit, *caveats, BAR),
                    settings=settings | more,
                    method=method,
                )
            )
    return made


MISFITS = "The model does not fit well: in {:.0f} % of area-groups the hits lie outside what it says for 95 of 100 replicas."


def _refusal(found: Threshold) -> str:
    """Why nothing is reported; "" where it may be."""
    if found.fit.has_converged:
        return ""
    return (
        f"Not reported: the chains have not agreed (R-hat {found.fit.rhat:.3f}, {LARGEST_RHAT} at most is asked for; worth {found.fit.effective:,.0f} "
        f"independent draws, {FEWEST_EFFECTIVE} at least). More draws may mend it; if not, the counts do not pin the bars down."
    )
