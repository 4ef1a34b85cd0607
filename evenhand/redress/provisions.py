"""Acts, regulations, codes and cases, section by section, in our own words: records/law/provisions/SLUG.yml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from ..register.words import Address, Line, Strict, Text
from .law_parts import Checked, Confidence, Day, InForce, Nations, ProvisionId

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
InstrumentKind = Literal["act", "regulations", "rules", "retained-eu-law", "code", "guidance", "case"]


class Section(Strict):
    """A section, article, rule or paragraph. What it leaves out it has from its instrument."""

    cite: Line = Field(description="As a letter cites it, without the instrument's name: section 45(1).")
    says: Text = Field(description="What it says, in our own words.")
    url: Address | None = Field(default=None, description="Where it can be read.")
    in_force: InForce = Field(default=InForce(), description="When it applies; a letter about an event outside this must not cite it.")
    replaced_by: tuple[ProvisionId, ...] = Field(default=(), description="What took its place, where it has ended.")
    changed_by: tuple[ProvisionId, ...] = Field(default=(), description="What put it in, took it out or amended it.")
    confidence: Confidence | None = Field(default=None, description="Where it differs from the instrument's.")
    verify: tuple[Key, ...] = Field(default=(), description="Open questions, as in records/law/questions.")
    read_on: Day | None = Field(default=None, description="Where it differs from the instrument's.")
    reviewed_by: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] = Field(default="", description="The lawyer who checked it.")


class Instrument(Checked):
    """An act or other text that a remedy rests on."""

    title: Line = Field(description="Its full name, as a letter cites it.")
    short: Line = Field(description="A short name for lists.")
    kind: InstrumentKind = Field(description="What it is.")
    nations: Nations = Field(description="Where it is law.")
    url: Address = Field(description="Where it can be read.")
    sections: dict[Key, Section] = Field(min_length=1, description="Its sections by a key that never changes: s45-4-a.")

    @model_validator(mode="after")
    def _holds_its_sections(self) -> Instrument:
        start, to = self.in_force.start, self.in_force.to
        for key, section in self.sections.items():
            own = section.in_force
            if any(first and last and last < first for first, last in ((start, own.to), (start, own.start), (own.start, to), (own.to, to))):
                raise ValueError(f"`{key}` is in force on days on which the whole is not")
        return self


@dataclass(frozen=True)
class Provision:
    """A section together with its instrument, as everything else names it.

    Attributes:
        id: such as dpa-2018.s45-1.
        instrument: what it is a part of.
        section: the part itself.
    """

    id: str
    instrument: Instrument
    section: Section

    @property
    def cite(self) -> str:
        """How a letter cites it: section 45(1) of the Data Protection Act 2018."""
        title = self.instrument.title
        if self.instrument.kind == "case":
            return title
        joint = ", " if self.instrument.kind in ("code", "guidance") else " of the "
        return f"{self.section.cite}{joint}{title}"

    @property
    def confidence(self) -> Confidence:
        """How sure its wording is."""
        return self.section.confidence or self.instrument.confidence

    @property
    def in_force(self) -> InForce:
        """When it applies: the section's days, or the instrument's where it gives none."""
        own, whole = self.section.in_force, self.instrument.in_force
        return InForce.model_construct(start=own.start or whole.start, to=own.to or whole.to)

    @property
    def verify(self) -> tuple[str, ...]:
        """Open questions it rests on."""
        return tuple(dict.fromkeys([*self.section.verify, *self.instrument.verify]))

    @property
    def is_checked(self) -> bool:
        """Whether a lawyer has checked it, and nothing is left open."""
        return bool(self.section.reviewed_by or self.instrument.reviewed_by) and not self.verify

    @property
    def url(self) -> str:
        """Where it can be read."""
        return self.section.url or self.instrument.url
