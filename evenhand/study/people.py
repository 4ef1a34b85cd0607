"""Studies of made-up people, as they are declared: worlds, systems that score their people, and what is asked of the lists.

Running one is people_run.py's work, so that reading a declaration makes nobody up.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from .declaration import Choices, Claim, Declared, Words, _Strict
from .saying import Figure, Key, PartDeclared, Said

Ask = Literal["flags", "errors", "sources", "matched", "harm", "over-time", "baselines", "children", "readings", "leak"]
ASKS: tuple[Ask, ...] = ("flags", "errors", "sources", "matched", "harm", "baselines", "children", "readings")
FEWEST = 1_000
Multiplier = Annotated[float, Field(ge=0, le=1000)]


class World(_Strict):
    """A population and how it is policed."""

    label: Words = Field(description="What it is called in findings, such as 'made-up London'.")
    scenario: Words = Field(default="england-and-wales", description="A scenario that ships (`evenhand people list`), or a parameter file beside the study.")
    change: dict[str, Any] = Field(default_factory=dict, description="Parameters that differ from the scenario's, by their names in it.")
    people: int = Field(default=100_000, ge=FEWEST, le=2_000_000, strict=True, description="How many people.")
    years: float = Field(default=10, ge=3, le=30, description="Years of records.")
    further_seeds: int = Field(default=0, ge=0, le=50, strict=True, description="Further worlds from other seeds, for how far chance moves the figures.")


class SystemScored(_Strict):
    """One of the systems."""

    name: Words = Field(description="Slug of a system that scores people; `evenhand systems list` shows them.")
    label: str = Field(default="", description="What it is called here; left out: its title. Needed where one system stands twice.")
    settings: dict[str, Any] = Field(default_factory=dict, description="Readings of its card that differ from the default.")
    readings: dict[str, Choices] | None = Field(default=None, description="Settings to vary, each with its choices; left out: all readings of its card.")
    worlds: list[str] | None = Field(default=None, description="Only in these worlds; left out: in all.")
    among: Literal["everyone", "scored"] = Field(default="everyone", description="Whom it is judged among: everyone, or scored: those it speaks of.")


class Feedback(_Strict):
    """The listed are watched, cycle by cycle."""

    system: Words = Field(description="Label or slug of one of the systems.")
    world: Words = Field(description="Name of one of the worlds.")
    people: int = Field(default=20_000, ge=FEWEST, le=500_000, strict=True, description="How many people.")
    cycles: int = Field(default=10, ge=2, le=60, strict=True, description="How often the list is made again.")
    days: int = Field(default=182, ge=28, le=731, strict=True, description="Days between two lists.")
    stops: Multiplier = Field(default=3.0, description="How many times as often the listed are stopped.")
    intelligence: Multiplier = Field(default=3.0, description="How many times as often intelligence on them is put in.")
    detection: Multiplier = Field(default=1.5, description="How many times as likely they are to be named for what they do.")
    keep_years: list[float | None] = Field(default=[None, 3.0], min_length=1, description="Years after which records are dropped; null: never.")
    repeats: int = Field(default=5, ge=2, le=100, strict=True, description="How many worlds are run side by side.")


class ListClaim(Claim):
    """A published statement to set beside our figures, which are of several lists in several worlds."""

    place: str | None = Field(default=None, description="World of the finding, by its label; left out: the first that has one.")
    where: dict[str, Any] = Field(default_factory=dict, description="Settings the finding must have, such as `system: VHA` or `truth: recorded`.")


class Study(Declared):
    """A declared study of made-up people."""

    kind: Literal["people"] = Field(default="people", description="What is studied: places, questions, replay, comparison or people.")
    worlds: dict[str, World] = Field(min_length=1, description="The worlds by name; the first is the one the answer speaks of.")
    systems: list[SystemScored] = Field(min_length=1, description="The systems.")
    group: Words = Field(default="Black", description="The group the answer speaks of.")
    reference: Words = Field(default="White", description="The group compared with.")
    follow_up_days: int = Field(default=365, ge=28, le=1461, strict=True, description="Days after scoring in which outcomes are counted.")
    outcome: list[str] = Field(default_factory=list, description="Offences that count as an outcome; left out: any.")
    asks: list[Ask] = Field(default_factory=lambda: list(ASKS), min_length=1, description="What is asked of every list.")
    lists: int = Field(default=8, ge=2, le=60, strict=True, description="How many lists are made, half a year apart, for `over-time`.")
    feedback: list[Feedback] = Field(default=[], description="What happens where the listed are watched.")
    answer: list[Said] = Field(min_length=1, description="The sentences of the answer.")
    key_figures: list[Key] = Field(default=[], max_length=8, description="The few large numbers.")
    parts: list[PartDeclared] = Field(default=[], description="The sections; left out: one for each thing asked.")
    swept: Figure | None = Field(default=None, description="The figure whose readings are drawn.")
    standing: list[str] = Field(default=[], description="What holds for every number here, beyond what holds for all made-up people.")
    names: dict[str, str] = Field(default_factory=dict, description="What a slug is called in tables.")
    published_claims: list[ListClaim] = Field(default=[], description="Published statements to set beside the figures.")  # type: ignore[assignment]  # narrower

    @property
    def place(self) -> str:
        """Where: the first world, by its label."""
        return next(iter(self.worlds.values())).label

    @model_validator(mode="after")
    def _fits(self) -> Study:
        if self.group == self.reference:
            raise ValueError(f"`group` and `reference` are both {self.group!r}; a group is compared with another one")
        labels = [one.label or one.name for one in self.systems]
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice:
            raise ValueError(f"`systems` has {twice[0]!r} twice; give each a `label` of its own")
        unknown = [name for one in self.systems for name in one.worlds or () if name not in self.worlds]
        unknown += [one.world for one in self.feedback if one.world not in self.worlds]
        if unknown:
            raise ValueError(f"there is no world {unknown[0]!r}; declared: {', '.join(self.worlds)}")
        strangers = [one.system for one in self.feedback if one.system not in (*labels, *(system.name for system in self.systems))]
        if strangers:
            raise ValueError(f"`feedback` watches {strangers[0]!r}, which is none of the systems: {', '.join(labels)}")
        return self
