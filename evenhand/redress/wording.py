"""Sentences that pages, letters and the terminal share, kept in records/law/wording.yml so that they can be translated."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ..register.words import Line, Strict, Text
from .law_parts import Checked, ProvisionId
from .provisions import Key

Names = Annotated[tuple[Line, ...], Field(min_length=1)]


class CountingRule(Checked):
    """A way of counting a period, where authorities differ: records/law/readings/SLUG.yml."""

    title: Line = Field(description="The reading, in one line.")
    says: Text = Field(description="Who counts so, and how.")
    shift: int = Field(ge=0, le=1, description="Days after the event from which a period is counted: 0, or 1 where it begins on the next day.")
    basis: tuple[ProvisionId, ...] = Field(min_length=1, description="Where it stands.")


class Wording(Strict):
    """records/law/wording.yml. Words in {braces} are filled in."""

    unreviewed: Line = Field(description="Stands beside everything that no lawyer has checked.")
    open_question: Line = Field(description="Introduces the open questions something rests on.")
    may_change: Text = Field(description="Stands beside a date that later holidays could move.")
    no_period: Text = Field(description="Stands where the law names no period.")
    theirs: Text = Field(description="Introduces the two dates of a clock of theirs.")
    theirs_same: Text = Field(description="The same where the two dates are one.")
    yours: Text = Field(description="Introduces the date of a clock of the person's.")
    labels: dict[Key, Text] = Field(description="What hard, discretionary and guide mean.")
    reasons: dict[Key, Text] = Field(description="A sentence for each reason an answer can give.")
    units: dict[str, Line] = Field(description="What a period is called: {n} months.")
    weekdays: Names = Field(description="From Monday.")
    months: Names = Field(description="From January.")
    nations: dict[Key, Line] = Field(description="What the nations are called.")
