"""What people are asked, and which steps their answers lead to: records/redress, as data.

Steps, in order:  records/redress -> read (route_reading) -> checked against itself and the law (route_checks) -> Routes -> plan

A condition is a list of cases; it holds if any case holds, and a case holds if every question in it was answered with one of the answers
named. Nothing here knows a remedy, a period or a nation's law.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from ..register.words import Line, Slug, Strict, Text
from .law_parts import ProvisionId
from .provisions import Key

UNKNOWN = "unknown"
Case = dict[Key, Annotated[tuple[Key, ...], Field(min_length=1)]]
When = tuple[Case, ...]
Help = Literal["yourself", "caseworker", "solicitor"]


class Answer(Strict):
    """One of the answers to choose from."""

    says: Line = Field(description="The answer, as the person would say it.")
    help: Line | None = Field(default=None, description="A few words more.")


class Question(Strict):
    """One question, a page of its own."""

    asks: Line = Field(description="The question, in plain words; 20 at most.")
    help: Text | None = Field(default=None, description="How to answer it.")
    kind: Literal["one", "many", "day"] = Field(description="One answer, any number of answers, or a day.")
    answers: dict[Key, Answer] = Field(default={}, description="The answers to choose from, `unknown` always among them; none for a day.")
    event: Slug | None = Field(default=None, description="For a day: which event of records/law/events.yml it is.")
    thread: Slug | None = Field(default=None, description="For a day: of which request or complaint; left out for what happened before any of them.")
    shown_if: When = Field(default=(), description="When it is asked; always, if left out.")
    if_unknown: Text | None = Field(default=None, description="What to tell someone who does not know.")

    @model_validator(mode="after")
    def _is_whole(self) -> Question:
        if self.kind == "day" and (self.event is None or self.answers):
            raise ValueError("a day has an `event` and no `answers`")
        if self.kind != "day" and (self.event or self.thread or UNKNOWN not in self.answers or len(self.answers) < 2):
            raise ValueError("a choice has two `answers` or more, `unknown` among them, and neither `event` nor `thread`")
        return self


class Group(Strict):
    """Questions that belong together."""

    key: Key = Field(description="A short name.")
    title: Line = Field(description="What they are about.")
    questions: tuple[Key, ...] = Field(min_length=1, description="In the order in which they are asked.")


class Gate(Strict):
    """Advice that comes before any letter. It never blocks."""

    when: When = Field(min_length=1, description="For which answers.")
    title: Line = Field(description="The advice, in a line.")
    says: tuple[Text, ...] = Field(min_length=1, description="The advice.")
    help: Literal["caseworker", "solicitor"] | None = Field(default=None, description="With whom every step is then better taken.")


class RouteNote(Strict):
    """Something said with the plan."""

    when: When = Field(min_length=1, description="For which answers.")
    says: Text = Field(description="What is said.")


class StepRule(Strict):
    """When a step is offered, why, and where it stands."""

    remedies: tuple[Slug, ...] = Field(min_length=1, description="Every one of these is offered that exists in the nation and on the day.")
    when: When = Field(min_length=1, description="For which answers.")
    unless: When = Field(default=(), description="For which answers not, even so.")
    stage: int = Field(ge=2, le=10, description="Where on the standard path, as in settings.yml.")
    why: Text = Field(description="Why it is offered, to the person.")
    thread: Slug | None = Field(default=None, description="Which request or complaint it carries on; its days are then used.")
    uk_wide: When = Field(default=(), description="For which answers it holds in every nation, because the body is one of the whole United Kingdom.")
    hides: tuple[Key, ...] = Field(default=(), description="Clocks of the remedy that do not matter here.")
    first: tuple[Slug, ...] = Field(default=(), description="Remedies that must stand in front of this one.")
    first_why: Text | None = Field(default=None, description="Why they must.")
    first_basis: tuple[ProvisionId, ...] = Field(default=(), description="Where that stands.")
    open: tuple[Text, ...] = Field(default=(), description="What nobody has checked about it.")


class StageText(Strict):
    """A stage of the standard path."""

    title: Line = Field(description="What it is called.")
    says: Text = Field(description="What it is for.")


class Always(Strict):
    """Clocks that are drawn whatever the route."""

    remedies: tuple[Slug, ...] = Field(min_length=1, description="Whose clocks.")
    says: Text = Field(description="Why.")


class ClockOf(Strict):
    """A clock of a remedy."""

    remedy: Slug
    clock: Key


class Settings(Strict):
    """records/redress/settings.yml."""

    format: int = Field(ge=1, description="Goes up when a page that reads the file must be changed.")
    stages: dict[int, StageText] = Field(description="The standard path, from 1.")
    always: Always = Field(description="Clocks drawn from the event, whatever the route.")
    stand_ins: dict[Slug, tuple[Slug, ...]] = Field(description="Events whose earliest known day stands in for one that is not known.")
    worked_out: dict[Slug, tuple[ClockOf, ...]] = Field(description="Events that follow from a clock.")
    threads: dict[Slug, Line] = Field(description="Requests and complaints, each with days of its own.")
    soon_days: int = Field(ge=1, le=366, description="A clock with so many days left, or fewer, comes in front.")
    free_fee: Line = Field(description="What a remedy says under `fee` if it costs nothing.")
    solicitor_labels: tuple[Literal["hard", "discretionary", "guide"], ...] = Field(description="Clocks that need a solicitor once they are near.")


Wording = dict[str, str | dict[str, str | dict[str, str]]]


@dataclass
class Routes:
    """Everything in records/redress that the route finder needs, each by its key, in the files' order.

    Attributes:
        groups: the order of the questions.
        questions: each by its name.
        gates: advice before any letter.
        notes: said with the plan.
        steps: which steps for which answers.
        settings: the standard path and the rest.
        wording: sentences with {slots}.
    """

    groups: tuple[Group, ...] = ()
    questions: dict[str, Question] = field(default_factory=dict)
    gates: dict[str, Gate] = field(default_factory=dict)
    notes: dict[str, RouteNote] = field(default_factory=dict)
    steps: dict[str, StepRule] = field(default_factory=dict)
    settings: Settings = None  # type: ignore[assignment]  # read before anything is made of it
    wording: Wording = field(default_factory=dict)

    def word(self, *keys: str) -> str:
        """A sentence of wording.yml by its keys."""
        found: Any = self.wording
        for key in keys:
            found = found[key]
        return str(found)

    def in_order(self) -> list[str]:
        """Names of the questions, in the order in which they are asked."""
        return [name for group in self.groups for name in group.questions]
