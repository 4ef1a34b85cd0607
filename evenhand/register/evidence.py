"""Where a fact stands: which document, where in it, which note; and whether we saw that ourselves."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from .words import Address, Date, Line, Quoted, Slug, Strict, as_many

NoteNumber = Annotated[int, Field(strict=True, ge=1, le=100_000)]
Notes = Annotated[tuple[NoteNumber, ...], BeforeValidator(as_many)]


class Evidence(Strict):
    """One place where a fact stands."""

    source: Slug = Field(description="The document we read: a file in records/sources.")
    section: Line | None = Field(default=None, description="Number or title of the section, as the document has it: '4.2.1', 'Executive summary'.")
    note: Notes = Field(default=(), description="Number of the endnote, or several, that stands at the fact. The note says who is cited, when and where.")
    page: Line | None = Field(
        default=None, description="Page, as printed. Left out where the section's first page, which the source's file holds, is all we know."
    )
    words: Quoted | None = Field(default=None, description="Their own words, a dozen at most, where the words themselves are the fact.")
    status: Literal["seen", "cited"] | None = Field(
        default=None,
        description=(
            "'seen': we read it in the document that says so. 'cited': the document we read cites another for it, which we have not read. "
            "Left out: 'cited' where a note is given, else 'seen'."
        ),
    )

    @property
    def is_seen(self) -> bool:
        """Whether we read it where it is said, rather than in a document that cites it."""
        return (self.status or ("cited" if self.note else "seen")) == "seen"


class Cited(Strict):
    """One document that a note cites."""

    by: Line | None = Field(default=None, description="Author or publisher, as printed.")
    title: Line | None = Field(default=None, description="Title, or what it is: 'FOI response', 'Interview'.")
    date: Date | None = Field(default=None, description="When it was published, answered or held.")
    where: Line | None = Field(default=None, description="Journal, volume, reference number: whatever else is needed to find it.")
    page: Line | None = Field(default=None, description="Page or paragraph cited.")
    link: Address | None = Field(default=None, description="The address as printed. It may have died since.")


class Note(Strict):
    """One endnote of a source: what it cites, and whom."""

    cites: tuple[Cited, ...] = Field(default=(), description="Documents it cites, in order; 'Ibid' written out.")
    kind: Literal["foi", "document", "interview", "law", "news", "research", "statistics", "web", "own", "list"] = Field(
        description=(
            "foi: answer to a Freedom of Information request. document: an official paper. own: the report's own words or working. "
            "list: a list of bodies, held by the records that use it."
        ),
    )
    says: Line | None = Field(default=None, description="What the note itself adds, in our own words.")


class NoteFile(Strict):
    """Some of a source's endnotes: records/notes/*.yml."""

    source: Slug = Field(description="The document whose notes these are.")
    notes: dict[NoteNumber, Note] = Field(description="Notes by number.")
