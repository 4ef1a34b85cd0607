"""What each measure is called, what its denominator counts, and what it means, in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..tables.findings import Finding


@dataclass(frozen=True)
class Measure:
    """A measure in words.

    Attributes:
        title: its everyday name.
        of: what the denominator `n` counts, as a plural noun.
        means: one sentence on what the number says.
    """

    title: str
    of: str
    means: str


MEASURES: dict[str, Measure] = {
    "exposed_share": Measure(
        "Share of residents living in flagged spots",
        "residents of the group",
        "Of all residents of the group, the estimated share whose home lies in a flagged spot.",
    ),
    "share_of_flagged_residents": Measure(
        "Share of flagged spots’ residents", "residents of flagged spots", "Of all who live in flagged spots, the share who belong to the group."
    ),
    "residents_in_flagged": Measure("Residents of flagged spots", "residents of the group", "Estimated people of the group who live in flagged spots."),
    "exposure_ratio": Measure(
        "Exposure ratio",
        "residents of the group",
        "How many times as likely residents of the group are to live in a flagged spot as residents of the reference group; 1 is equal.",
    ),
    "over_representation": Measure(
        "Over-representation", "residents of flagged spots", "The group’s share of flagged spots’ residents, divided by its share of all residents; 1 is equal."
    ),
    "deprivation_exposed_share": Measure(
        "Share of residents living in flagged spots, by deprivation",
        "residents of areas in that tenth",
        "Decile 1 is the most deprived tenth of areas in England.",
    ),
    "deprivation_exposure_ratio": Measure(
        "Exposure ratio by deprivation",
        "residents of the more deprived areas",
        "How many times as likely residents of the more deprived areas are to live in a flagged spot.",
    ),
    "exposure_ratio_within_deprivation": Measure(
        "Exposure ratio among equally deprived areas",
        "residents of the group in that band",
        "The exposure ratio among residents of areas of similar deprivation.",
    ),
    "deprivation_adjusted_exposure_ratio": Measure(
        "Exposure ratio, adjusted for deprivation", "residents of the group", "The exposure ratio if both groups lived in equally deprived areas."
    ),
    "crime_captured_share": Measure(
        "Share of later recorded crime inside the spots",
        "crimes of the system’s kinds recorded in the test months",
        "Of the crime recorded in the test months, the share recorded inside the spots.",
    ),
    "harm_captured_share": Measure(
        "Share of later recorded harm inside the spots",
        "crimes of the system’s kinds recorded in the test months",
        "As above, each crime counted by its harm weight.",
    ),
    "spots_with_any_share": Measure(
        "Share of spots with any later recorded crime", "spots", "Of the spots, the share in which any crime was recorded in the test months."
    ),
    "area_share": Measure("Share of the area that the spots cover", "km² of ground", "The spots’ share of the study area."),
    "pai": Measure(
        "Predictive accuracy index",
        "crimes of the system’s kinds recorded in the test months",
        "Share of crime captured divided by share of the area; 1 is no better than spots put down at random.",
    ),
    "crime_captured_difference": Measure(
        "Crime captured, less the count map’s",
        "crimes of the system’s kinds recorded in the test months",
        "Above 0 the system captured more than the count map, below 0 less.",
    ),
    "spots_resting_on_one_event": Measure("Spots that rest on one event", "spots", "Spots that would drop off the list if one single record were left out."),
    "spots_mostly_one_event": Measure(
        "Spots that owe most of their score to one event", "spots", "Spots over half of whose score comes from one single record."
    ),
    "exposure_ratio_bounds": Measure(
        "Bounds of the exposure ratio",
        "residents of the group",
        "How far the ratio could lie if residents are not spread evenly within each area; not an interval.",
    ),
    "stop_rate_ratio_officer_substituted": Measure(
        "Stop rate ratio, gaps filled by what the officer saw",
        "stops of the group",
        "As the stop rate ratio; where the person’s own answer is missing, the officer’s is taken.",
    ),
    "spots_kept_share": Measure(
        "Spots kept when records are redrawn", "spots", "The share of the list that stays the same when the records are redrawn at random."
    ),
    "spots_shared_with_baseline": Measure("Spots shared with the count map", "spots", "Spots that a plain count of past records flags too."),
    "stops_per_1000": Measure(
        "Stops per 1,000 residents", "residents of the group", "Stop and search records per 1,000 residents of the group. Stops are events, not people."
    ),
    "stop_rate_ratio": Measure(
        "Stop rate ratio", "stops of the group", "How many times as high the group’s stop rate is as the reference group’s; 1 is equal."
    ),
    "stop_rate_ratio_bounds": Measure(
        "Bounds of the stop rate ratio for missing ethnicity",
        "stops without ethnicity",
        "The least and the most the ratio could be, whatever the missing ethnicities are.",
    ),
    "stop_rate_difference_per_1000": Measure(
        "Difference of stop rates per 1,000 residents", "residents of the group", "The group’s stop rate less the reference group’s."
    ),
    "excess_stops": Measure("Excess stops", "stops of the group", "Stops above what the reference group’s rate would give."),
    "stop_rate_ratio_missing_tipping_share": Measure(
        "Tipping share of missing ethnicity",
        "stops without ethnicity",
        "The share of the stops without ethnicity that would have to be the reference group’s for the ratio to be 1.",
    ),
    "missing_ethnicity_share": Measure("Stops without ethnicity", "stops", "The share of stops in which this field is empty or “not stated”."),
    "no_further_action_share": Measure(
        "Stops that ended in no further action", "stops of the group", "The share of the group’s stops after which nothing further was done."
    ),
    "no_further_action_difference": Measure("Difference in no further action", "stops of the group", "The group’s share less the reference group’s."),
    "stop_rate_ratio_denominator_range": Measure(
        "Stop rate ratio over several denominators",
        "denominators",
        "The lowest and the highest ratio that the denominators side by side give.",
    ),
    "section_60_share": Measure("Stops under section 60", "stops of the group", "The share of stops that needed no suspicion of the person stopped."),
}

FIELDS = {"officer_defined_ethnicity": "ethnicity as the officer saw it", "self_defined_ethnicity": "ethnicity as the person said"}


def index_page() -> str:
    """docs/measures.md: every measure with its everyday name, what `n` counts and what it says.

    Write it anew with `python -c "from evenhand.report.measures import index_page; print(index_page(), end='')" > docs/measures.md`.
    """
    lines = [
        "# Measures",
        "",
        "Every `measure` that a finding may carry. This page is generated from `evenhand/report/measures.py`; how each is computed stands in the",
        "docstrings of `evenhand/audit/` and in the finding's own `method`.",
        "",
        "| measure | in words | its denominator `n` counts | what it says |",
        "|---|---|---|---|",
        *(f"| `{name}` | {measure.title} | {measure.of} | {measure.means} |" for name, measure in sorted(MEASURES.items())),
    ]
    return "\n".join(lines) + "\n"


def measure_of(finding: Finding) -> Measure:
    """The measure in words; one not listed is shown by its own name.

    Example:
        >>> from evenhand.tables.findings import Finding
        >>> measure_of(Finding(question="exposure", measure="new_kind_of_share")).title
        'New kind of share'
    """
    return MEASURES.get(finding.measure) or Measure(finding.measure.replace("_", " ").capitalize(), "", "")


def field_of(finding: Finding) -> str | None:
    """Which ethnicity field a disparity finding rests on, if any."""
    named = finding.settings.get("field")
    return str(named) if named else None


def pick(findings: Iterable[Finding], measure: str, *, group: str | None = None, reference: str | None = None, field: str | None = None) -> Finding | None:
    """The first finding of that measure; arguments left out match anything."""
    for finding in findings:
        if finding.measure != measure or (group is not None and finding.group != group):
            continue
        if (reference is None or finding.reference == reference) and (field is None or field_of(finding) == field):
            return finding
    return None


def of_measure(findings: Iterable[Finding], *measures: str, field: str | None = None) -> tuple[Finding, ...]:
    """Findings of these measures in their order, the first of each group, reference and field only."""
    seen: dict[tuple[str | None, ...], Finding] = {}
    for finding in findings:
        if finding.measure in measures and (field is None or field_of(finding) == field):
            seen.setdefault((finding.measure, finding.group, finding.reference, field_of(finding)), finding)
    return tuple(seen.values())
