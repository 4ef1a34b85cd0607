"""The shares of hits as findings: by group, beside the reference's, within areas, and what missing groups could do to them.

Two meanings of a hit stand side by side, under names of their own: any outcome but no further action,
and an outcome that was linked to what was looked for (`linked_…`). Searches under section 60, which
need no suspicion, are never mixed with those that do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.measure import Measure
from .intervals import Interval, share_wilson
from .search_hits import FROM_AREAS, Shown, compared_hits, hit_ratio_bounds, mantel_haenszel_hits, share_of_hits
from .search_tallies import LINKED, MOST_UNSAID, SearchTally
from .stop_tallies import SMALLEST_COUNT

if TYPE_CHECKING:
    from ..tables.findings import Finding
    from .about import About

_OF = "searches of the group whose result is known"


def _measures(prefix: str, what: str) -> dict[str, Measure]:
    return {
        f"{prefix}hit_share": Measure(f"Searches with {what}", _OF, f"Of the group’s searches, the share with {what}.", "search_hits.share_of_hits"),
        f"{prefix}hit_share_ratio": Measure(
            f"Ratio of shares with {what}", _OF, f"How many times as often a search of the group has {what} as one of the reference group; 1 is equal.",
            "search_hits.compared_hits",
        ),
        f"{prefix}hit_share_difference": Measure(
            f"Difference of shares with {what}", _OF, f"The group’s share of searches with {what}, less the reference group’s.", "search_hits.compared_hits"
        ),
        f"{prefix}hit_share_ratio_within_areas": Measure(
            f"Ratio of shares with {what}, within areas", _OF, "The same ratio between searches in the same areas.", "search_hits.mantel_haenszel_hits"
        ),
        f"{prefix}hit_share_difference_within_areas": Measure(
            f"Difference of shares with {what}, within areas", _OF, "The same difference between searches in the same areas.",
            "search_hits.mantel_haenszel_hits",
        ),
        f"{prefix}hit_share_ratio_bounds": Measure(
            f"Bounds of the ratio of shares with {what}, for missing groups", "searches without a group",
            "The least and the most the ratio could be, whatever groups the searches without one were of.", "search_hits.hit_ratio_bounds",
        ),
    }  # fmt: skip


MEASURES = {**_measures("", "any outcome"), **_measures("linked_", "an outcome linked to what was looked for")}

SUPPRESSED = f"suppressed: fewer than {SMALLEST_COUNT} searches whose result is known"
NEVER_OCCURS = "No search of this group with a known result: the category may not have been in use."
INFRA_MARGINAL = (
    "Shares of hits average over everybody searched, not over those just worth a search: under one and the same bar groups can differ in hits, "
    "and under different bars be alike (infra-marginality). A lower share is a reason to look closer, not a measured bar."
)
NOT_A_FIND = "An outcome is not a find: an arrest may follow from the search itself, and something may be found on which nothing is done."
WIDER = "the wider of the counts' own interval and that of areas drawn anew, where ten areas or more had searches"


@dataclass(frozen=True)
class Kind:
    """Which searches are counted.

    Attributes:
        searches: in words, as `settings["denominator"]`.
        is_main: give the whole set of findings; else only shares and ratios.
        caveats: what holds for these searches alone.
    """

    searches: str = "searches"
    is_main: bool = True
    caveats: tuple[str, ...] = ()


def hit_findings(told: SearchTally, about: About, *, kind: Kind | None = None, replicates: int = 1000, seed: int = 0) -> list[Finding]:
    """All findings on shares of hits for one tally.

    Args:
        told: of one field and one meaning of a hit.
        about: place, period, source and caveats.
        kind: which searches these are.
        replicates, seed: of the areas drawn anew.

    Returns:
        Ratios and shares; within areas (of which there must be two), differences and bounds too where `kind.is_main`. Groups
        with fewer than five searches have null numbers and a caveat that says so.

    Example:
        >>> from evenhand.audit.about import About
        >>> searches, hits = np.array([[80.0, 100.0]]), np.array([[12.0, 30.0]])
        >>> tally = SearchTally("", "any outcome", ("Black", "White"), 1, ("A",), searches, hits, searches)
        >>> found = hit_findings(tally, About("outcome-tests", "Anytown", "2021", "made up"))
        >>> [(one.measure, one.group, round(one.value, 2)) for one in found[:3]]
        [('hit_share_ratio', 'Black', 0.5), ('hit_share', 'Black', 0.15), ('hit_share', 'White', 0.3)]
    """
    maker = _Maker(told, about, kind or Kind())
    drawn: dict[str, Any] = {"level": about.level, "replicates": replicates, "seed": seed}
    shares = share_of_hits(told.hits, told.searches, **drawn)
    compared = compared_hits(told.hits, told.searches, reference=told.reference, **drawn)
    found = maker.compared(compared.ratio, "hit_share_ratio")
    if not maker.kind.is_main:
        return found + maker.shares(shares)
    if len(told.area_codes) > 1:
        within = mantel_haenszel_hits(told.hits, told.searches, reference=told.reference, **drawn)
        found += maker.compared(within.ratio, "hit_share_ratio_within_areas") + maker.compared(within.difference, "hit_share_difference_within_areas")
    return found + maker.shares(shares) + maker.compared(compared.difference, "hit_share_difference") + maker.bounds()


@dataclass(frozen=True)
class _Maker:
    """Findings of one tally."""

    told: SearchTally
    about: About
    kind: Kind

    @property
    def prefix(self) -> str:
        return "linked_" if self.told.hit == LINKED else ""

    def one(
        self,
        measure: str,
        group: int,
        numbers: tuple[float, float, float],
        *,
        n: float | None = None,
        caveats: tuple[str, ...] = (),
        settings: dict[str, Any] | None = None,
        **rest: Any,
    ) -> Finding:
        """One group's finding, emptied where too few were searched or the number cannot be had."""
        reason = self.reason(group)
        value, low, high = (None if reason else _plain(number) for number in numbers)
        if value is None:
            low = high = None
            why = reason or ("" if caveats else "The reference group has no hits in the searches compared, so there is nothing to divide by.")
            caveats = (why,) if reason else (*caveats, *((why,) if why else ()))
        return self.about.finding(
            f"{self.prefix}{measure}",
            value,
            group=self.told.groups[group],
            low=low,
            high=high,
            n=None if reason else (self.told.totals[1][group] if n is None else n),
            caveats=(*caveats, *self.kind.caveats, *self.always()),
            settings=self.settings() | ({} if reason else settings or {}),
            **rest,
        )

    def reason(self, group: int) -> str:
        """Why nothing is said of a group; "" where it is."""
        made = self.told.totals[1][group]
        if made == 0:
            return NEVER_OCCURS
        if made < SMALLEST_COUNT:
            return SUPPRESSED
        unsaid, outcomes = self.told.unsaid, self.told.outcomes
        if unsaid is not None and outcomes is not None and unsaid[group] > MOST_UNSAID * outcomes[group]:
            return f"Of this group's searches with an outcome, more than {100 * MOST_UNSAID:.0f} % do not say whether it was linked."
        return ""

    def always(self) -> tuple[str, ...]:
        return (INFRA_MARGINAL, *(() if self.told.hit == LINKED else (NOT_A_FIND,)))

    def settings(self) -> dict[str, Any]:
        return {"field": self.told.field or None, "hit": self.told.hit, "denominator": self.kind.searches}

    def shares(self, found: Shown) -> list[Finding]:
        """The share of each group, and of the searches without one."""
        told = self.told
        method = f"Hits over searches whose result is known; Wilson interval, or {WIDER}."
        made = [
            self.one("hit_share", group, _at(found.shown, group), method=method, unit="share", settings=self.basis(found, group) | self.unsaid(group))
            for group in range(len(told.groups))
        ]
        if told.no_group_searches >= SMALLEST_COUNT and self.kind.is_main:
            value, low, high = (float(number) for number in share_wilson(told.no_group_hits, told.no_group_searches, level=self.about.level))
            made.append(
                self.about.finding(
                    f"{self.prefix}hit_share",
                    value,
                    low=low,
                    high=high,
                    n=told.no_group_searches,
                    unit="share",
                    group="not recorded",
                    caveats=(f"Searches with no {told.words} recorded; they are in no group's figure.", *self.kind.caveats, *self.always()),
                    settings=self.settings(),
                    method="Hits over searches whose result is known; Wilson interval.",
                )
            )
        return made

    def compared(self, found: Shown, measure: str) -> list[Finding]:
        """A ratio or difference of all groups but the reference."""
        reference = self.told.groups[self.told.reference]
        within = measure.endswith("within_areas")
        how = "Mantel-Haenszel over areas; Greenland-Robins (ratio) or Sato (difference) interval" if within else "All areas together; interval from Wilson's"
        unit = "ratio" if "ratio" in measure else "share"
        return [
            self.one(
                measure, group, _at(found.shown, group), method=f"{how}, or {WIDER}.", unit=unit, reference=reference, settings=self.basis(found, group)
            )
            for group in range(len(self.told.groups))
            if group != self.told.reference
        ]

    def bounds(self) -> list[Finding]:
        """What the searches without a group could do to each ratio."""
        told = self.told
        hits, made = told.totals
        ref = told.reference
        edges = hit_ratio_bounds(hits, made, hits[ref], made[ref], told.no_group_hits, told.no_group_searches)
        caveat = "Low and high are bounds, not an interval: the least and the most that any group of those without one could give. They leave chance out."
        method = "All missing misses the group's and all missing hits the reference's (low), or the reverse (high)."
        return [
            self.one(
                "hit_share_ratio_bounds", group, _at(edges, group), method=method, unit="ratio", reference=told.groups[ref],
                n=told.no_group_searches, level=None, caveats=(caveat,),
            )
            for group in range(len(told.groups))
            if group != ref
        ]  # fmt: skip

    def basis(self, found: Shown, group: int) -> dict[str, Any]:
        """Which interval is shown, and the other."""
        other = found.counts if found.basis[group] == FROM_AREAS else found.areas
        limits = None if other is None else [_plain(other.low[group]), _plain(other.high[group])]
        return {"interval_shown": found.basis[group], "other_interval": limits, "areas": len(self.told.area_codes)}

    def unsaid(self, group: int) -> dict[str, Any]:
        """The share if all outcomes without a word on the link were unlinked, and if all were linked."""
        unsaid = self.told.unsaid
        if unsaid is None or unsaid[group] == 0:
            return {}
        hits, made = (total[group] for total in self.told.totals)
        all_ = made + unsaid[group]
        return {"if_outcomes_without_a_word_were": {"unlinked": float(hits / all_), "linked": float((hits + unsaid[group]) / all_)}}


def _at(numbers: Interval, group: int) -> tuple[float, float, float]:
    value, low, high = (float(number[group]) for number in numbers)
    return value, low, high


def _plain(number: Any) -> float | None:
    return float(number) if np.isfinite(number) else None
