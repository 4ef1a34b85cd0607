"""A document: an answer, parts with pictures and figures, and what they rest on, whatever was asked.

Studies of places have a page of their own (`contents.py`, `page.py`). Everything else is a document:
studies of scores and of replays, an audit of one's own tables, the evidence for an equality impact assessment.
No clock time stands in it, so that the same input gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import geopandas as gpd

    from ..systems.card import Card
    from ..tables.findings import Finding
    from ..tables.health import HealthReport
    from .contents import ClaimChecked, Refusal, SourceUsed
    from .picture import Picture
    from .shown import Shown
    from .words import KeyFigure, Sentence


@dataclass(frozen=True)
class Part:
    """One section between the answer and what it rests on.

    Attributes:
        slug, title: of the section.
        text: Markdown above the pictures; empty for none.
        pictures: with their tables.
        findings: every figure of the section, shown in a table that opens; those of the pictures need not be among them.
        tables: further tables, shown open.
        refused: what the data could not answer here.
        shows_figures: the table of findings stands open rather than folded.
    """

    slug: str
    title: str
    text: str = ""
    pictures: tuple[Picture, ...] = ()
    findings: tuple[Finding, ...] = ()
    tables: tuple[Shown, ...] = ()
    refused: tuple[Refusal, ...] = ()
    shows_figures: bool = False


@dataclass(frozen=True)
class Document:
    """All that a document shows.

    Attributes:
        slug, title, question: the question is one plain sentence.
        facts: short facts under the title: (("Place", "Oakland"), …).
        answer: sentences; those of topic "guess" and "lead" stand first, the others under the heading that is their topic.
        key_figures: the few large numbers; may be empty.
        standing: what holds for every number here, whatever it is.
        parts: the sections.
        findings: every finding, main ones first; what findings.json holds.
        health: one report per table.
        refused: what the data could not carry.
        cards: (what it is here, card) of each system.
        claims: published statements checked.
        sources: input files.
        prose: of the method section, Markdown.
        limits: what this cannot show, one sentence each.
        names: slug -> what it is called, in tables.
        settings: what it ran with.
        manifest: seed, versions, hashes of inputs, settings.
        run_again: the command that makes it again; empty for none.
        layers: name -> cells or areas with figures, written to maps/<name>.geojson.
        kind: what it is, for the line under which it is cited: "study", "audit", "evidence".
    """

    slug: str
    title: str
    question: str
    facts: tuple[tuple[str, str], ...]
    answer: tuple[Sentence, ...]
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]
    key_figures: tuple[KeyFigure, ...] = ()
    standing: tuple[str, ...] = ()
    health: tuple[HealthReport, ...] = ()
    refused: tuple[Refusal, ...] = ()
    cards: tuple[tuple[str, Card], ...] = ()
    claims: tuple[ClaimChecked, ...] = ()
    sources: tuple[SourceUsed, ...] = ()
    prose: str = ""
    limits: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)
    run_again: str = ""
    layers: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    kind: str = "study"

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Every picture, in the order shown."""
        return tuple(picture for part in self.parts for picture in part.pictures)
