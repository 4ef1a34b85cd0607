"""Rules that read a refusal: what each looks for, what is lacking, and what to say back. Data in records/redress/refusals and phrases.yml.

A rule finds something if all of this holds: any of `any` is in the letter, all of `all`, none of `none`; one of its `items` is missing;
the letter came after `late`; the register knows what `register` asks for. Where a rule leaves one out, it does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from ..register.words import Line, Slug, Strict, Text
from .grounds import CounterPoint
from .law_parts import Checked, ProvisionId
from .provisions import Key
from .route_rules import ClockOf

Kind = Literal["access-p3", "change-p3", "access-gdpr", "foi", "foisa"]
KINDS: dict[Kind, str] = {
    "access-p3": "an answer of the police to a request for what they hold about you",
    "change-p3": "an answer of the police to a request to correct, delete or restrict it",
    "access-gdpr": "an answer of a council, school, department or other body about your data",
    "foi": "an answer to a Freedom of Information request",
    "foisa": "an answer to a Freedom of Information request in Scotland",
}
"""What a letter answers."""
REGIMES: dict[Kind, str] = {"access-p3": "dpa-2018-part-3", "change-p3": "dpa-2018-part-3", "access-gdpr": "uk-gdpr", "foi": "foia", "foisa": "foisa"}
Pattern = Annotated[str, StringConstraints(min_length=2, max_length=400)]
Sought = Annotated[str, StringConstraints(min_length=2, max_length=400)]
"""A pattern, or @ and the name of a set of phrases."""


class Phrase(Strict):
    """A set of patterns that several rules look for."""

    says: Text = Field(description="What a letter says that holds one of them.")
    patterns: tuple[Pattern, ...] = Field(min_length=1, description="Any of these.")
    hits: tuple[Text, ...] = Field(min_length=1, description="Sentences that one of them finds.")
    misses: tuple[Text, ...] = Field(min_length=1, description="Sentences that none of them finds.")


class PhraseFile(Strict):
    """records/redress/phrases.yml."""

    tidy: tuple[tuple[Pattern, Annotated[str, StringConstraints(max_length=40)]], ...] = Field(description="What a letter is tidied by, in order.")
    phrases: dict[Key, Phrase] = Field(description="Sets of phrases by name.")


class LooksFor(Strict):
    """What must and must not stand in a letter."""

    any: tuple[Sought, ...] = Field(default=(), description="One of these must.")
    all: tuple[Sought, ...] = Field(default=(), description="All of these must.")
    none: tuple[Sought, ...] = Field(default=(), description="None of these may.")


class Item(Strict):
    """Something that the letter owed."""

    lacks: Line = Field(description="What it is.")
    any: tuple[Sought, ...] = Field(min_length=1, description="One of these shows that it is there.")
    provision: ProvisionId | None = Field(default=None, description="Where it is owed.")


class LateBy(ClockOf):
    """A clock that had run out when the letter came."""

    reading: Literal["certain", "strict"] = Field(default="certain", description="By every way of counting, or by the earliest only.")


class RefusalRule(Checked):
    """One thing that a refusal can lack."""

    title: Line = Field(description="The fault, in a line.")
    kinds: tuple[Kind, ...] = Field(min_length=1, description="Which answers it is looked for in.")
    order: int = Field(ge=1, le=99, description="Where it stands in the list; the plainest faults first.")
    picked_by: Literal["received", "asked"] = Field(default="received", description="Whose day picks the law: that of the answer, or of the request.")
    looks_for: LooksFor = Field(default=LooksFor(), description="What must and must not stand in the letter.")
    items: dict[Key, Item] = Field(default={}, description="What the letter owed; it is found if one is missing.")
    late: dict[Kind, LateBy] = Field(default={}, description="Found only if the letter came after this.")
    register_: Literal["known", "used"] | None = Field(
        default=None, alias="register", description="Found only if the register knows: something published of the system; that the body uses it."
    )
    lacking: Line = Field(description="What is lacking, for a list.")
    provisions: dict[Kind, tuple[ProvisionId, ...]] = Field(default={}, description="Where that stands, for each kind of answer.")
    explanation: Text = Field(description="What is wrong, to the person.")
    counter_points: dict[Key, CounterPoint] = Field(default={}, description="What to say back, besides that of `grounds`.")
    grounds: tuple[Slug, ...] = Field(default=(), description="Grounds of records/law whose own counter-points belong here.")
    draft: Text = Field(
        description="A paragraph for the answer. {basis}, {basis_first} at a sentence's start, {items}, {received}, {asked}, {due}, {facts} are filled in."
    )
    open: tuple[Text, ...] = Field(default=(), description="What nobody has checked about it, besides `verify`.")

    @model_validator(mode="after")
    def _looks_for_something(self) -> RefusalRule:
        if not (self.looks_for.any or self.looks_for.all or self.items or self.late):
            raise ValueError("a rule looks for something: `any`, `all`, `items` or `late`")
        for name, held in (("late", self.late), ("provisions", self.provisions)):
            if set(held) - set(self.kinds):
                raise ValueError(f"`{name}` names a kind that is not among `kinds`")
        return self


@dataclass
class RefusalRules:
    """Every rule by its id, in the order in which they are shown, and the phrases they share."""

    phrases: dict[str, Phrase] = field(default_factory=dict)
    tidy: tuple[tuple[str, str], ...] = ()
    rules: dict[str, RefusalRule] = field(default_factory=dict)

    def patterns(self, sought: str) -> tuple[str, ...]:
        """The patterns that a name with @ stands for, or the pattern itself."""
        return self.phrases[sought[1:]].patterns if sought.startswith("@") else (sought,)
