"""Studies that compare systems, as they are declared: many place systems on one place, month by month, beside plain counting.

Running one is compare_run.py's work, so that reading a declaration loads no maps.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from .declaration import Choices, OfPlace, Words, _Strict

Share = Annotated[float, Field(gt=0, le=0.5)]


class SystemCompared(_Strict):
    """One of the systems."""

    name: Words = Field(description="Slug of a system; `evenhand systems list` shows them.")
    label: str = Field(default="", description="What it is called here; left out: its slug in words. Needed where one system stands twice.")
    settings: dict[str, Any] = Field(default_factory=dict, description="Readings of its card that differ from the default.")
    readings: dict[str, Choices] | None = Field(default=None, description="Settings to vary, each with its choices; left out: all readings of its card.")


class Study(OfPlace):
    """A declared comparison of systems; the months of `learn` are the window before the first month judged, and move on with it."""

    kind: Literal["comparison"] = Field(default="comparison", description="What is studied: places, questions, replay, comparison or people.")
    outcome: str = Field(default="violence-robbery-drugs", description="The kinds of crime that all systems are asked to foresee.")
    systems: list[SystemCompared] = Field(min_length=1, description="The systems compared; the baseline stands before them by itself.")
    ground_share: Share = Field(default=0.01, description="The share of ground that every system is given.")
    ground_shares: list[Share] = Field(default=[0.005, 0.02, 0.05], description="Further shares of ground at which what is held of later crime is told.")
    readings_months: int = Field(default=2, ge=1, le=24, description="How many of the months, evenly spread, every reading is tried on.")
    notes: list[str] = Field(default=[], description="Sentences that stand beside every figure.")

    @property
    def all_systems(self) -> list[SystemCompared]:
        """The baseline first, then the systems."""
        return [SystemCompared(name=self.baseline, readings={}), *(one for one in self.systems if one.name != self.baseline or one.label or one.settings)]
