"""The other records: sources, statistics, contradictions, refusals, flows, requirements."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from .subjects import EvidenceList, Key
from .words import Address, ClaimId, Date, Line, Quoted, Slug, Strict, Text, as_many

Slugs = Annotated[tuple[Slug, ...], BeforeValidator(as_many)]


class Source(Strict):
    """A document we read: records/sources/SLUG.yml."""

    title: Line = Field(description="Title as printed.")
    publisher: Slug = Field(description="The body that published it.")
    authors: tuple[Line, ...] = Field(default=(), description="Named authors of public documents.")
    date: Date = Field(description="When it was published.")
    kind: Literal["report", "news", "foi-response", "impact-assessment", "procedure", "guidance", "research", "law", "statistics", "web", "record"] = Field(
        description="What it is."
    )
    reference: Line | None = Field(default=None, description="Index or reference number.")
    link: Address | None = Field(default=None, description="Where it stands.")
    cite_as: Line = Field(description="Short form for citations: 'Amnesty 2025'.")
    pages: dict[str, int] = Field(default={}, description="First page of each section, by its number or title.")
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = Field(default=None, description="Hash of the copy we read.")
    says: Text | None = Field(default=None, description="What it is and how far to lean on it.")
    read_on: Date = Field(description="When we read it.")


class Refusal(Strict):
    """Something asked for and not given: records/refusals/SLUG.yml."""

    title: Line = Field(description="Who refused what, in a line.")
    by: Slug = Field(description="The body that refused.")
    about: Slugs = Field(default=(), description="Systems it concerned.")
    kind: Literal["exemption", "none-held", "no-reply", "commercial", "cost", "interview", "access-request", "not-sent", "unspecified"] = Field(
        description=(
            "exemption: a legal exemption was quoted or described. none-held: said to hold nothing. not-sent: agreed and not done. "
            "unspecified: no ground was given or is known."
        ),
    )
    wanted: Text = Field(description="What was asked for.")
    asked_by: Slug | None = Field(default=None, description="Who asked; a private person is not named.")
    exemptions: tuple[Line, ...] = Field(default=(), description="Provisions quoted, such as 'Data Protection Act 2018, section 45(4)(a)'.")
    words: Quoted | None = Field(default=None, description="Their own words, a dozen at most.")
    says: Text = Field(description="What happened, in our own words.")
    asked_on: Date | None = Field(default=None, description="When it was asked.")
    refused_on: Date | None = Field(default=None, description="When it was refused.")
    outcome: Text | None = Field(default=None, description="What came of it since.")
    evidence: EvidenceList = Field(min_length=1, description="Where it stands.")


class End(Strict):
    """One end of a flow: a system, a body, or a system at a body."""

    system: Slug | None = Field(default=None, description="A file in records/systems.")
    body: Slug | None = Field(default=None, description="A file in records/bodies.")

    @model_validator(mode="after")
    def _is_somewhere(self) -> End:
        if self.system is None and self.body is None:
            raise ValueError("an end of a flow names a `system`, a `body`, or both")
        return self


class Flow(Strict):
    """Who hands what to whom: records/flows/SLUG.yml."""

    title: Line = Field(description="What goes where, in a line.")
    kind: Literal["output", "input"] = Field(description="output: scores, lists or maps handed on. input: data a system is fed with.")
    source: End = Field(alias="from", description="Where it comes from.")
    to: End = Field(description="Where it goes.")
    what: Text = Field(description="What is handed over.")
    purpose: Text | None = Field(default=None, description="What the receiver does with it, where that is said.")
    basis: Text | None = Field(default=None, description="Agreement or law it rests on, where that is said.")
    frequency: Line | None = Field(default=None, description="How often, where that is said.")
    is_possible: bool = Field(default=False, description="The source says only that it may be, can be or is planned to be shared.")
    period: Date | None = Field(default=None, description="When it was so.")
    said_by: Slug | None = Field(default=None, description="The body that says so. Left out: the publisher of the source.")
    evidence: EvidenceList = Field(min_length=1, description="Where it stands.")


class Side(Strict):
    """One side of a contradiction."""

    said_by: Slug = Field(description="Who said it.")
    said_on: Date | None = Field(default=None, description="When.")
    says: Text = Field(description="What they said, in our own words.")
    claim: ClaimId | None = Field(default=None, description="The claim that holds it: SUBJECT.KEY.")
    evidence: EvidenceList = Field(min_length=1, description="Where it stands.")


class Contradiction(Strict):
    """Two or more statements that cannot all be right: records/contradictions/SLUG.yml."""

    title: Line = Field(description="What is at odds, in a line.")
    kind: Literal["same-body-over-time", "body-against-body", "denial-against-document", "numbers-differ", "count-against-list", "words-for-a-thing"] = Field(
        description="What sort. 'words-for-a-thing': 'a risk score, but not predictive'.",
    )
    about: Slugs = Field(min_length=1, description="Systems and bodies it concerns.")
    sides: tuple[Side, ...] = Field(min_length=2, description="The statements, each with who and where.")
    summary: Text = Field(description="What cannot both be so, in our own words, without taking sides.")
    status: Literal["open", "explained", "corrected"] = Field(default="open", description="Whether it has been cleared up.")
    explanation: Text | None = Field(default=None, description="What cleared it up, or what may: marked as ours where it is.")
    reply: Text = Field(default="Not yet asked for a reply by us.", description="What the body answered when asked.")


class Check(Strict):
    """The arithmetic a published figure rests on, for the printed-figure checker."""

    kind: Line = Field(
        description=(
            "How it is computed: percent, ratio, sum, difference, percent-change, per-1000, product, part-of, whole-from-part, "
            "all-parts, some-parts (`evenhand audit published --help`)."
        )
    )
    parts: tuple[Line, ...] = Field(min_length=1, description="The parts, exactly as printed.")
    printed: Line = Field(description="The figure as printed.")
    words: Line | Literal[""] = Field(default="", description="Words around it that the checker reads: 'almost', 'more than'.")


class Figure(Strict):
    """One figure of a statistic."""

    value: float | int = Field(description="The number.")
    high: float | int | None = Field(default=None, description="The upper end, where a range is printed.")
    unit: Line = Field(description="What it counts: people, %, £, times, per 1,000.")
    printed: Line = Field(description="Exactly as printed: '329 (23.2 per cent)' gives two figures, '329' and '23.2 per cent'.")
    group: Line | None = Field(default=None, description="The group it is about, in the source's own label.")
    says: Line = Field(description="What it says, in a line that can stand alone.")
    check: Check | None = Field(default=None, description="How it follows from other printed figures, where it does.")
    evidence: EvidenceList = Field(default=(), description="Where it stands, if elsewhere than the whole.")


class Statistic(Strict):
    """Figures that were published together: records/statistics/SLUG.yml."""

    title: Line = Field(description="What they count, where and when.")
    about: Slugs = Field(min_length=1, description="Systems and bodies they are about.")
    measure: Literal[
        "people-profiled", "cost", "patrols", "stops", "arrests", "use-of-force", "accuracy", "crime", "users", "records", "population", "areas", "forces",
        "other",
    ] = Field(description="What sort of figure.")
    said_by: Slug | None = Field(default=None, description="Whose figures they are. Left out: the publisher of the source.")
    as_of: Date | None = Field(default=None, description="The date or period they hold for.")
    undated: bool = Field(default=False, description="The source gives no date.")
    denominator: Line | None = Field(default=None, description="What shares and rates are of.")
    figures: dict[Key, Figure] = Field(min_length=1, description="The figures, by a short key.")
    caveat: Text = Field(description="What a reader must know before using them.")
    evidence: EvidenceList = Field(min_length=1, description="Where they stand.")

    @model_validator(mode="after")
    def _has_a_date(self) -> Statistic:
        if self.as_of is None and not self.undated:
            raise ValueError("figures need `as_of`; where the source gives no date, `undated: true`")
        return self


class Requirement(Strict):
    """Something that ought to be or must be so, and how one can tell: records/requirements/SLUG.yml."""

    title: Line = Field(description="What is asked, in a line.")
    kind: Literal["recommendation", "legal-duty", "standard", "commitment"] = Field(description="What sort.")
    by: Slug = Field(description="Who recommends it, or who made the law.")
    to: Slugs = Field(min_length=1, description="To whom it is put.")
    law: Line | None = Field(default=None, description="Act and section, for a duty.")
    in_force: Date | None = Field(default=None, description="From when, for a duty; '2018-05-25/2026-02-04' where it has ended.")
    says: Text = Field(description="What it asks, in our own words.")
    check: Text = Field(description="How anyone can tell whether it is met: what to look for, and where.")
    properties: Slugs = Field(default=(), description="Properties of systems or bodies that show whether it is met.")
    part_of: Slug | None = Field(default=None, description="The requirement this belongs under.")
    is_verified: bool = Field(default=True, description="False where a lawyer must still check it; the mark is shown.")
    evidence: EvidenceList = Field(min_length=1, description="Where it stands.")
