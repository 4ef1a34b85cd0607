"""What a person may do: who, on what basis, of whom, with which clocks, and what then: records/law/remedies/SLUG.yml."""

from __future__ import annotations

import datetime
from typing import Literal, get_args

from pydantic import Field, model_validator

from ..register.words import Line, Slug, Strict, Text
from .law_parts import Checked, Dated, Nation, Nations, ProvisionId
from .provisions import Key

Regime = Literal[
    "dpa-2018-part-3", "uk-gdpr", "data-protection", "search-records", "foia", "foisa", "police-complaints", "equality", "human-rights",
    "judicial-review", "any",
]  # fmt: skip
Unit = Literal[
    "months", "months_starting_with", "days", "days_starting_with", "days_starting_day_after", "working_days", "working_days_starting_with"
]
Role = Literal[
    "controller", "regulator", "tribunal", "court", "ombudsman", "police-complaints-body", "public-authority", "designated-body", "adviser", "police"
]  # fmt: skip


class Period(Strict):
    """How long: exactly one of these, and days on top of months where the rule says so."""

    months: int | None = Field(default=None, ge=1, le=240, description="To the same date so many months on; the event's own day is not counted.")
    months_starting_with: int | None = Field(default=None, ge=1, le=240, description="The event's day is the first: ends the day before that date.")
    days: int | None = Field(default=None, ge=1, le=1_000, description="So many days after the event.")
    days_starting_with: int | None = Field(default=None, ge=1, le=1_000, description="So many days, the event's day being the first.")
    days_starting_day_after: int | None = Field(default=None, ge=1, le=1_000, description="So many days, the day after the event being the first.")
    working_days: int | None = Field(default=None, ge=1, le=1_000, description="So many working days after the event, by the clock's calendar.")
    working_days_starting_with: int | None = Field(
        default=None, ge=1, le=1_000, description="So many working days, the event's day being the first, or the next working day where it is none."
    )
    then_days: int = Field(default=0, ge=0, le=1_000, description="So many days more, where a period is to be added to a period.")

    @model_validator(mode="after")
    def _is_one(self) -> Period:
        if len([1 for unit in get_args(Unit) if getattr(self, unit) is not None]) != 1:
            raise ValueError(f"a period is exactly one of {', '.join(get_args(Unit))}")
        return self

    @property
    def unit(self) -> Unit:
        """What it is counted in."""
        return next(unit for unit in get_args(Unit) if getattr(self, unit) is not None)

    @property
    def n(self) -> int:
        """How many of its unit."""
        return int(getattr(self, self.unit))


class Extension(Dated):
    """How they may take longer, if they say so in time."""

    more: int = Field(ge=1, le=240, description="How many more of the clock's unit.")
    when: Text = Field(description="In which cases.")
    notice: Text = Field(description="What they must tell the person, and by when.")
    basis: tuple[ProvisionId, ...] = Field(min_length=1, description="Where it stands.")


class Pause(Dated):
    """When their clock stands still."""

    when: Text = Field(description="In which cases, and from which day to which; both are left out of the count.")
    basis: tuple[ProvisionId, ...] = Field(min_length=1, description="Where it stands.")


class Clock(Dated):
    """A period within which they must answer, or the person must act."""

    title: Line = Field(description="What the date is: their answer; your claim to the court.")
    whose: Literal["theirs", "yours"] = Field(description="Who must act.")
    period: Period | None = Field(default=None, description="How long. Left out where the law names no period.")
    standard: Line | None = Field(default=None, description="What the law says instead of, or besides, a period: without undue delay.")
    starts: tuple[Slug, ...] = Field(min_length=1, description="Events, as in events.yml. The first is needed; the latest of those that happened counts.")
    calendars: tuple[Slug, ...] = Field(default=(), description="Whose working days; several where it is not certain which.")
    roll: bool = Field(default=False, description="A last day that is no working day moves to the next. Never so for the person's own clocks.")
    readings: tuple[Slug, ...] = Field(default=(), description="Ways of counting, where they differ: files in records/law/readings.")
    extension: Extension | None = Field(default=None, description="How they may take longer.")
    pauses: tuple[Pause, ...] = Field(default=(), description="When the clock stands still.")
    label: Literal["hard", "discretionary", "guide"] | None = Field(
        default=None, description="For the person's clocks. hard: too late is too late; discretionary: a court may allow more; guide: advice, no bar."
    )
    must_arrive: bool = Field(default=False, description="It must have arrived by then; sending is not enough.")
    margin_days: int = Field(default=0, ge=0, le=120, description="For the person's clocks: so many days earlier is the day to aim for.")
    nations: tuple[Nation, ...] = Field(default=(), description="Where it applies; all of the remedy's unless given.")
    basis: tuple[ProvisionId, ...] = Field(min_length=1, description="Where it stands.")
    says: Text | None = Field(default=None, description="What a reader should know about it.")
    verify: tuple[Slug, ...] = Field(default=(), description="Open questions about this clock alone.")

    @model_validator(mode="after")
    def _is_whole(self) -> Clock:
        if self.period is None and self.standard is None:
            raise ValueError("a clock has a `period`, or a `standard` that says what the law says instead")
        if self.whose == "yours" and (self.label is None or self.roll or self.extension or self.pauses):
            raise ValueError("a clock of the person's has a `label`, and never rolls, stretches or stands still: only the earliest day is safe")
        if self.whose == "theirs" and (self.label or self.margin_days):
            raise ValueError("`label` and `margin_days` are for the person's own clocks")
        if (self.roll or (self.period and self.period.unit.startswith("working_days"))) and not self.calendars:
            raise ValueError("counting or rolling by working days needs `calendars`")
        return self


class Who(Strict):
    """Who may use it."""

    person: bool = Field(default=True, description="The person it is about.")
    agent: bool = Field(default=True, description="Someone with the person's written authority.")
    representative_body: bool = Field(default=False, description="A not-for-profit body active in data rights, with authority, under the Act itself.")
    anyone: bool = Field(default=False, description="Anybody, about anything.")
    designated_body: bool = Field(default=False, description="Only bodies on an official list.")
    says: Text | None = Field(default=None, description="What else there is to know, about children and others.")


class AddressedTo(Strict):
    """To whom it goes; the address comes from the register, never from here."""

    role: Role = Field(description="In what part it is addressed.")
    kinds: tuple[Slug, ...] = Field(default=(), description="Kinds of bodies in the register it may go to.")
    channel: Line = Field(description="Which of a body's addresses: data-protection, foi, complaints, court.")
    says: Text | None = Field(default=None, description="Who it is, in a sentence.")


class Item(Dated):
    """Something the letter or form must or should contain."""

    says: Text = Field(description="What, in words for the person.")
    basis: tuple[ProvisionId, ...] = Field(default=(), description="Where that stands, or what it answers to.")
    from_register: Literal["title", "aliases", "unit", "recipients", "sources", "vendor"] | None = Field(
        default=None, description="What the register fills it with."
    )
    is_optional: bool = Field(default=False, description="Helps, but is not needed.")


class Remedy(Checked):
    """One thing a person may do."""

    title: Line = Field(description="What it does, in plain words.")
    summary: Text = Field(description="What it is for and what it can bring, in a sentence or two; never more than it can.")
    regime: Regime = Field(description="Under which body of law.")
    nations: Nations = Field(description="Where it exists.")
    is_first_step: bool = Field(default=False, description="It can be taken first. All others are reached from one of these.")
    picked_by: Slug = Field(description="The event whose day says which version of the law applies.")
    who: Who = Field(description="Who may use it.")
    basis: tuple[ProvisionId, ...] = Field(default=(), description="What gives the right.")
    addressed_to: AddressedTo = Field(description="To whom it goes.")
    fee: Text = Field(description="What it costs.")
    solicitor: Literal["no", "advised", "needed"] = Field(default="no", description="Whether it should be done with a lawyer.")
    must_contain: dict[Key, Item] = Field(default={}, description="What to say in it.")
    clocks: dict[Key, Clock] = Field(default={}, description="Theirs and yours.")
    restrictions: tuple[Slug, ...] = Field(default=(), description="Grounds of refusal usually cited: files in records/law/grounds.")
    reply_must_include: tuple[ProvisionId, ...] = Field(default=(), description="What their answer must contain.")
    if_refused: tuple[Slug, ...] = Field(default=(), description="Next steps, best first.")
    if_silent: tuple[Slug, ...] = Field(default=(), description="Next steps where no answer comes.")
    alongside: tuple[Slug, ...] = Field(default=(), description="What can run at the same time, and should be looked at now.")
    then: tuple[Slug, ...] = Field(default=(), description="What a full answer opens the way to.")
    replaced_by: tuple[Slug, ...] = Field(default=(), description="What took its place, where it has ended.")
    ends: Text = Field(description="Where this way ends if nothing more is done.")
    notes: tuple[Text, ...] = Field(default=(), description="What else the person should know.")

    def on(self, day: datetime.date) -> Remedy:
        """The remedy with only those parts that apply on a day."""
        clocks = {key: _clock_on(clock, day) for key, clock in self.clocks.items() if clock.in_force.holds(day)}
        items = {key: item for key, item in self.must_contain.items() if item.in_force.holds(day)}
        return self.model_copy(update={"clocks": clocks, "must_contain": items})

    def next_steps(self) -> tuple[str, ...]:
        """Every remedy that this one leads to."""
        return tuple(dict.fromkeys([*self.if_refused, *self.if_silent, *self.alongside, *self.then, *self.replaced_by]))


def _clock_on(clock: Clock, day: datetime.date) -> Clock:
    extension = clock.extension if clock.extension and clock.extension.in_force.holds(day) else None
    return clock.model_copy(update={"extension": extension, "pauses": tuple(pause for pause in clock.pauses if pause.in_force.holds(day))})
