"""What stands beside each letter: what it is for, whom it goes to, what it may cite, what the person should know first.

A letter is two files in records/letters/en: ID.txt, its text, and ID.yml, its card. gaps.yml holds every blank a person
can be asked to fill, wording.yml the few words that all letters share.

Read with care: no lawyer has read these texts. `reviewed_by` says so, and every page that shows a letter passes it on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from ..register.words import Line, Slug, Strict, Text
from .filling import Part
from .law_parts import InForce, ProvisionId

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""A slot's name, or the second half of one: small letters, digits, underscores."""
Texts = tuple[Text, ...]
CITING = ("cite", "part", "law")
"""Kinds of slots that cite: cite.KEY is a provision in full, part.KEY its section alone, law.KEY the act alone."""


class Gap(Strict):
    """A blank that only the person can fill: an entry of gaps.yml."""

    gap: Line = Field(description="What stands in the letter meanwhile, without its brackets: your full name.")
    asks: Line | None = Field(default=None, description="The question a page puts. Left out where an event of the law asks it.")
    help: Text | None = Field(default=None, description="What to put, or that it can be left out.")
    kind: Literal["line", "lines", "date"] = Field(default="line", description="lines: several, as typed. date: a day.")
    is_personal: bool = Field(default=True, description="Whether what is put there tells something about the person.")
    event: Slug | None = Field(default=None, description="The day it is, as in records/law/events.yml; it can pick the version of the law.")

    @model_validator(mode="after")
    def _asks_something(self) -> Gap:
        if (self.asks is None) == (self.event is None):
            raise ValueError("a gap has `asks`, or an `event` whose question is asked")
        return self


class To(Strict):
    """Whom it goes to. Addresses are not here: the register or the body's own page has them."""

    name: Line | None = Field(default=None, description="Whose name it bears where it does not go to the body it is about: a regulator.")
    team: Line | None = Field(default=None, description="Who there reads such letters: Data protection team.")
    kinds: tuple[Slug, ...] = Field(default=(), description="Kinds of bodies in the register it may go to; all unless given.")
    bodies: tuple[Slug, ...] = Field(default=(), description="Bodies of other kinds it may go to as well.")


class LetterCard(Strict):
    """One letter: records/letters/en/ID.yml."""

    title: Line = Field(description="What it does, in plain words.")
    remedy: Slug | None = Field(default=None, description="What it is a step of: a file in records/law/remedies. Its dates are the letter's.")
    is_reminder: bool = Field(default=False, description="It reminds of another letter that was not answered.")
    clock: Name | None = Field(default=None, description="For a reminder: the clock of that remedy that has run out, where there is one.")
    text: Slug | None = Field(default=None, description="The letter whose text it shares; its own ID.txt unless given.")
    in_force: InForce = Field(default=InForce(), description="When it can be used, where no remedy says so.")
    about: Literal["person", "system"] = Field(description="Whether it speaks of the sender, or of a system and nobody in particular.")
    is_second_hop: bool = Field(default=False, description="It asks those whom results were passed to; written for each recipient in the register.")
    to: To = Field(default=To(), description="Whom it goes to.")
    fills: tuple[Literal["system", "body"], ...] = Field(default=(), description="What the register can fill it with.")
    cites: dict[Name, ProvisionId] = Field(default={}, description="Provisions by the name the text has for them. One not in force on the day is left out.")
    words: dict[Name, Text] = Field(default={}, description="Words of this letter in a text that several share.")
    explains: Annotated[Texts, Field(min_length=1)] = Field(description="What it is and does, in plain English.")
    adds: Texts = Field(default=(), description="What the person must add or enclose.")
    costs: Text = Field(description="What it costs.")
    police_learn: Text = Field(description="Whether the police learn anything new by it.")
    next: Text = Field(description="What happens then.")
    verify: tuple[Slug, ...] = Field(default=(), description="Open questions of this letter alone: files in records/law/questions.")
    reviewed_by: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] = Field(
        default="", description="The lawyer who checked it. Empty: nobody has, and whoever sees it is told."
    )


class LetterWording(Strict):
    """Words that all letters share: wording.yml."""

    draft: Line = Field(description="First line of every draft nobody has checked; to be taken out before sending.")
    banner: Line = Field(description="Stands above a letter on a page, where no lawyer has checked it.")
    open_questions: Line = Field(description="Introduces what a lawyer should settle.")
    explains: Line = Field(description="Heading of the explanation.")
    adds: Line = Field(description="Heading of what to add.")
    costs: Line = Field(description="Heading of the cost.")
    police_learn: Line = Field(description="Heading of what the police learn.")
    next: Line = Field(description="Heading of what happens then.")
    gaps: Line = Field(description="Heading of the blanks still open.")
    cites: Line = Field(description="Heading of the provisions it rests on.")
    reminder: Line = Field(description="Title of a reminder, which must tell a stranger nothing; {n} is its number.")
    units: dict[str, tuple[Line, Line]] = Field(description="A period in words, one and many, by the unit of the law's records; {n} is the number.")


@dataclass(frozen=True)
class Letters:
    """All letters in one language, with what they share.

    Attributes:
        cards, parts: by the letter's id; the parts are its text, read.
        gaps: every blank, by the slot it fills.
        wordings: the shared words, under "wording".
    """

    cards: dict[str, LetterCard] = field(default_factory=dict)
    parts: dict[str, tuple[Part, ...]] = field(default_factory=dict)
    gaps: dict[str, Gap] = field(default_factory=dict)
    wordings: dict[str, LetterWording] = field(default_factory=dict)

    @property
    def wording(self) -> LetterWording:
        """The shared words."""
        return self.wordings["wording"]

    def text_of(self, letter: str) -> tuple[Part, ...]:
        """A letter's text, which it may share with another."""
        return self.parts[self.cards[letter].text or letter]

    def of_remedy(self, remedy: str) -> list[str]:
        """Ids of the letters that are a step of a remedy; reminders are not among them."""
        return [letter for letter, card in self.cards.items() if card.remedy == remedy and not card.is_reminder]

    def reminders_of(self, remedy: str) -> list[str]:
        """Ids of the letters that remind of an unanswered one."""
        return [letter for letter, card in self.cards.items() if card.remedy == remedy and card.is_reminder]
