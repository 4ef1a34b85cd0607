"""What every part of the law's records has: when it applies, how sure it is, who has checked it.

Nothing here knows a period, a court or a form of words: those are data in records/law.
"""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from ..register.words import Line, Slug, Strict, Text

FIRST_YEAR, LAST_YEAR = 1600, 2199
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)


def exact_day(value: Any) -> Any:
    """A day written out in full, 2026-02-05, and nothing that only looks like one.

    Raises:
        ValueError: it is no such day.
    """
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    if not isinstance(value, str) or not _DAY.match(value):
        raise ValueError("must be a day in full, such as 2026-02-05")
    try:
        day = datetime.date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"there is no day {value}") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"{value} is in the year {day.year}, and years run from {FIRST_YEAR} to {LAST_YEAR} here")
    return day


Day = Annotated[datetime.date, BeforeValidator(exact_day)]
"""A day in full."""
Nation = Literal["england", "wales", "scotland", "northern-ireland"]
NATIONS: tuple[Nation, ...] = ("england", "wales", "scotland", "northern-ireland")
Confidence = Literal["high", "medium", "low"]
CONFIDENCE: tuple[Confidence, ...] = ("low", "medium", "high")
ProvisionId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*$", max_length=170)]
"""An instrument's slug, a dot, and the key of one of its sections: dpa-2018.s45-1."""
Nations = Annotated[tuple[Nation, ...], Field(min_length=1)]
Some = TypeVar("Some")


class InForce(Strict):
    """From which day something applies, and to which."""

    start: Day | None = Field(default=None, alias="from", description="First day it applies; left out where that lies before anything a reader could ask of.")
    to: Day | None = Field(default=None, description="Last day it applies; left out while it still does.")

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> InForce:
        if self.start and self.to and self.to < self.start:
            raise ValueError(f"it ends on {self.to}, before it begins on {self.start}")
        return self

    def holds(self, day: datetime.date) -> bool:
        """Whether it applies on a day; both ends count."""
        return (self.start is None or self.start <= day) and (self.to is None or day <= self.to)


class Dated(Strict):
    """A part of the law that may have begun or ended."""

    in_force: InForce = Field(default=InForce(), description="When it applies. Left out: always, as long as what it stands in.")


class Checked(Dated):
    """A part of the law that someone has read and a lawyer should have."""

    confidence: Confidence = Field(description="high: the law's or the regulator's text was read; medium: a reliable account of it; low: general knowledge.")
    verify: tuple[Slug, ...] = Field(default=(), description="Open questions it rests on: files in records/law/questions. A reader is told.")
    read_on: Day = Field(description="When the text behind it was last read.")
    reviewed_by: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] = Field(
        default="", description="The lawyer who checked it. Empty: nobody has, and every page that rests on it says so."
    )

    @property
    def is_checked(self) -> bool:
        """Whether a lawyer has checked it and nothing is left open."""
        return bool(self.reviewed_by) and not self.verify


class Question(Strict):
    """Something about the law that a lawyer must settle: records/law/questions/SLUG.yml."""

    title: Line = Field(description="The question, in one line.")
    says: Text = Field(description="What is doubtful, what we do meanwhile, and why that is the careful choice.")
    settled_on: Day | None = Field(default=None, description="When it was settled; then nothing may name it under `verify` any more.")


class Event(Strict):
    """A day a clock can start on: an entry of records/law/events.yml."""

    title: Line = Field(description="The day, as an answer sheet names it: the day they received your request.")
    asks: Line = Field(description="The question a page puts to the reader.")
    help: Text | None = Field(default=None, description="How to find that day, or what to put if it is not known.")


def in_force_on(parts: dict[str, Some], day: datetime.date) -> dict[str, Some]:
    """Those parts of a mapping that apply on a day.

    Example:
        >>> parts = {"old": Dated(in_force=InForce(to="2026-02-04")), "new": Dated(in_force=InForce(**{"from": "2026-02-05"}))}
        >>> list(in_force_on(parts, datetime.date(2026, 2, 5)))
        ['new']
    """
    return {key: part for key, part in parts.items() if part.in_force.holds(day)}  # type: ignore[attr-defined]
