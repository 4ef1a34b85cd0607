"""The register in memory: every record by its slug, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .claim import Property
from .evidence import Cited, Note, NoteFile
from .kinds import Contradiction, Flow, Refusal, Requirement, Source, Statistic
from .subjects import Body, System

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .claim import Claim
    from .evidence import Evidence
    from .lined_yaml import LinedLater
    from .words import Strict

FOLDERS: dict[str, type[Strict]] = {
    "systems": System, "bodies": Body, "sources": Source, "notes": NoteFile, "statistics": Statistic,
    "contradictions": Contradiction, "refusals": Refusal, "flows": Flow, "requirements": Requirement,
}  # fmt: skip
"""Where the records of each kind stand, below records/."""


@dataclass
class Register:
    """All records. Keys are slugs, in alphabetical order, so that what is built from them has one order."""

    properties: dict[str, Property] = field(default_factory=dict)
    systems: dict[str, System] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    notes: dict[str, dict[int, Note]] = field(default_factory=dict)
    statistics: dict[str, Statistic] = field(default_factory=dict)
    contradictions: dict[str, Contradiction] = field(default_factory=dict)
    refusals: dict[str, Refusal] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    requirements: dict[str, Requirement] = field(default_factory=dict)
    note_files: dict[str, NoteFile] = field(default_factory=dict)
    files: dict[tuple[str, str], tuple[Path, LinedLater]] = field(default_factory=dict)
    """Of each record, by folder and slug: its file and where its keys stand in it."""

    def claims(self) -> Iterator[tuple[str, str, Claim]]:
        """Every claim with its id (SUBJECT.KEY) and its subject's slug."""
        for subjects in (self.systems, self.bodies):
            for slug, subject in subjects.items():
                for key, claim in subject.claims.items():
                    yield f"{slug}.{key}", slug, claim

    def title(self, slug: str) -> str:
        """The title of a system or body; the slug itself where there is none."""
        found = self.systems.get(slug) or self.bodies.get(slug)
        return found.title if found else slug

    def cited(self, evidence: Evidence) -> list[tuple[int, Cited]]:
        """What the notes of a piece of evidence cite."""
        notes = self.notes.get(evidence.source, {})
        return [(number, cited) for number in evidence.note if number in notes for cited in notes[number].cites]
