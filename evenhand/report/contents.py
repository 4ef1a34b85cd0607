"""What a report is made of: everything computed, nothing yet drawn.

The conductor fills this; `page`, `terminal` and `files` each show it in their own way.
No clock time stands in it, so that the same study gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from ..systems.card import Card
    from ..tables.findings import Finding
    from ..tables.health import HealthReport


@dataclass(frozen=True)
class SourceUsed:
    """One input file, with what its publisher asks to be said."""

    table: str
    title: str
    publisher: str
    licence: str
    attribution: str
    care: str
    files: tuple[str, ...]
    sha256: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class ClaimChecked:
    """A published statement beside what this study computes.

    Attributes:
        statement: the claim in our words, or a dozen of theirs.
        by: who said it, where.
        printed: the figure as printed, with its unit; None for a claim in words.
        finding: our nearest finding, if there is one.
        says: how far the two can be compared, in a sentence or two.
    """

    statement: str
    by: str
    printed: float | None
    unit: str
    finding: Finding | None
    says: str


@dataclass(frozen=True)
class Refusal:
    """An audit that the data cannot carry, and why."""

    audit: str
    reason: str


@dataclass(frozen=True)
class Contents:
    """All that a report shows.

    Attributes:
        slug, title, question: of the study; the question is one plain sentence.
        place: name of the place; `periods`: {"learn": ("2024-01", "2024-02"), "test": ("2024-03", "2024-03")}.
        group, reference: the group the first map and the answer speak of ("Black"), and whom it is compared with ("White").
        groups: all groups, in the order charts show them.
        findings: every finding, main ones first.
        areas: one row per area, EPSG:27700: area_code, area_name, residents, `share_<group>` for each group (0 to 1),
            decile (overall deprivation; missing where unknown), geometry.
        cells: one row per grid cell inside the place, EPSG:27700: cell_code, score, is_flagged, baseline_score, is_baseline_flagged,
            learn_events, learn_harm, test_events, residents, `residents_<group>`, geometry (the square).
        readings: one row per reading swept: setting, choice, is_default, and for each headline measure its value
            (exposure_ratio, crime_captured_share, spots_shared: share, 0 to 1, of the default's flagged ground that it flags too).
        health: one report per table.
        refused: audits the data could not carry.
        card, baseline_card: of the two systems; `settings`: what they ran with.
        claims: published statements checked.
        sources: input files.
        prose: the study's README, Markdown.
        limits: what this cannot show, one sentence each.
        notes: sentences the report must show beside the figures they concern: {"disparity": ("Stops are from 2019-20; …",)}.
        manifest: seed, versions, hashes of inputs, settings.
    """

    slug: str
    title: str
    question: str
    place: str
    periods: dict[str, tuple[str, str]]
    group: str
    reference: str
    groups: tuple[str, ...]
    findings: tuple[Finding, ...]
    areas: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame
    readings: pd.DataFrame
    health: tuple[HealthReport, ...]
    refused: tuple[Refusal, ...]
    card: Card
    baseline_card: Card
    settings: dict[str, Any]
    claims: tuple[ClaimChecked, ...]
    sources: tuple[SourceUsed, ...]
    prose: str = ""
    limits: tuple[str, ...] = ()
    notes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        """What the two systems are called, by slug."""
        return {self.card.slug: self.card.title, self.baseline_card.slug: self.baseline_card.title}
