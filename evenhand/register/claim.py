"""The unit of truth: who says what about which subject, as of when, on what evidence."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictBool, StrictFloat, StrictInt, model_validator

from .evidence import Evidence
from .words import Address, ClaimId, Date, Line, Slug, Strict, Text, as_many

State = Literal["known", "withheld", "denied", "not-held", "not-asked", "unknown"]
STATES: dict[str, str] = {
    "known": "stated, with evidence",
    "withheld": "asked for, and refused",
    "denied": "the body says it is not so",
    "not-held": "asked for, and the body says it holds nothing",
    "not-asked": "nobody is known to have asked",
    "unknown": "the evidence does not say",
}
Modality = Literal["states", "admits", "denies", "refuses", "alleges", "finds", "recommends"]
Value = Annotated[StrictBool | StrictInt | StrictFloat | Text | Annotated[tuple[Line, ...], Field(min_length=1)], Field(union_mode="left_to_right")]


class Claim(Strict):
    """A subject, a property and a value, with who says so and where."""

    property: Slug = Field(description="What is said of the subject: one of records/properties.yml.")
    state: State = Field(default="known", description="known, withheld, denied, not-held, not-asked or unknown. Never left blank.")
    value: Value | None = Field(
        default=None,
        description="The fact, in our own words; a bare number where it is one (1413, not '1,413 people'); a list where there are several. Needed when known.",
    )
    high: float | int | None = Field(default=None, description="The upper end, where a range is given; `value` is then the lower.")
    unit: Line | None = Field(default=None, description="What a number counts: people, records, £, days, %, months.")
    printed: Line | None = Field(default=None, description="The figure exactly as printed, such as 'approximately 65-70,000 records'.")
    says: Text | None = Field(default=None, description="A sentence that says it in plain words. Needed where the state is not 'known'.")
    at: Slug | None = Field(default=None, description="The body whose use of the system this is about, where several use it.")
    as_of: Date | None = Field(default=None, description="When it was so. Needed for numbers, unless `undated`.")
    undated: bool = Field(default=False, description="The source gives a number with no date.")
    said_by: Slug | None = Field(default=None, description="The body that says so. Left out: the publisher of the source.")
    said_on: Date | None = Field(default=None, description="When they said it, where the note does not tell.")
    modality: Modality = Field(
        default="states", description="How it is said. 'alleges' for what is disputed or said of another; 'finds' for the result of an analysis."
    )
    evidence: Annotated[tuple[Evidence, ...], BeforeValidator(as_many)] = Field(
        min_length=1, description="Where it stands: one place, or several."
    )
    caveat: Text | None = Field(default=None, description="What a reader must know before using it.")
    rank: Literal["preferred", "normal", "deprecated"] = Field(default="normal", description="'deprecated': kept for the history, no longer held to be so.")
    supersedes: ClaimId | None = Field(default=None, description="The earlier claim that this one takes the place of.")

    @model_validator(mode="after")
    def _says_something(self) -> Claim:
        if self.state == "known" and self.value is None:
            raise ValueError("a claim that is known needs a `value`; if it is not known, say so in `state`")
        if self.state != "known" and self.value is None and self.says is None:
            raise ValueError(f"a claim that is {self.state} needs `says`: a sentence on who was asked and what they answered")
        is_number = isinstance(self.value, int | float) and not isinstance(self.value, bool)
        if is_number and (self.unit is None or (self.as_of is None and not self.undated)):
            raise ValueError("a number needs a `unit` and `as_of`; where the source gives no date, `undated: true`")
        if self.high is not None and not (is_number and self.high >= self.value):  # type: ignore[operator]
            raise ValueError("`high` needs a number in `value` that is no larger")
        return self


class Property(Strict):
    """Something that can be said of a subject: one entry of records/properties.yml."""

    title: Line = Field(description="As a heading.")
    asks: Line = Field(description="The plain question it answers.")
    of: tuple[Literal["system", "body"], ...] = Field(default=("system",), description="Of which subjects it can be said.")
    help: Text = Field(description="What to write, for a contributor; what to ask for, for a requester.")
    is_minimum: bool = Field(default=False, description="One of the five fields that a public register must hold, by section 8.2 of Amnesty 2025.")
    is_wanted: bool = Field(default=True, description="Its absence is listed as a gap.")
    kinds: tuple[Line, ...] = Field(default=(), description="Kinds of system of which it is wanted; left out, of all that score or list something.")
    send: Line | None = Field(default=None, description="What a request for it asks to be sent.")
    atrs: tuple[Line, ...] = Field(default=(), description="Fields of the Algorithmic Transparency Recording Standard that ask the same.")
    dutch: tuple[Line, ...] = Field(default=(), description="Fields of the Dutch Publicatiestandaard 1.0 that ask the same.")
    eurocities: tuple[Line, ...] = Field(default=(), description="Attributes of the Eurocities standard 0.3.1 that ask the same.")
    source: Address | Line = Field(description="Who asks for it.")
