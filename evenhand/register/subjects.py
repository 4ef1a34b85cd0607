"""What claims are about: systems, and the bodies that use, make, check or receive them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from .claim import Claim
from .evidence import Evidence
from .words import SLUG, Date, Line, Slug, Strict, Text, as_many

EvidenceList = Annotated[tuple[Evidence, ...], BeforeValidator(as_many)]
Nation = Literal["england", "wales", "scotland", "northern-ireland", "uk", "abroad"]
StatusName = Literal["announced", "development", "pilot", "in-use", "paused", "stopped", "replaced", "denied", "unknown"]
ORDER: tuple[str, ...] = ("announced", "development", "pilot", "in-use")
"""A later of these cannot be followed by an earlier unless `stopped` or `paused` stands between, or `says` tells why."""

SystemKind = Literal["place", "person", "address", "network", "vulnerability", "database", "platform", "harm-metric", "surveillance", "programme"]
SYSTEM_KINDS: dict[str, str] = {
    "place": "scores or maps places",
    "person": "scores, ranks or lists people",
    "address": "scores addresses",
    "network": "maps links between people",
    "vulnerability": "scores people as possible victims or as vulnerable",
    "database": "records that other systems are fed with",
    "platform": "general software that such systems are built in",
    "harm-metric": "weights for kinds of crime",
    "surveillance": "watches, such as facial recognition",
    "programme": "a funded scheme or duty under which such systems are run",
}
BodyKind = Literal[
    "police-force", "police-unit", "police-body", "commissioner", "government", "local-authority", "violence-reduction-unit", "prosecution", "prison-probation",
    "court", "regulator", "parliament", "health-education", "company", "university", "charity", "community-group", "media", "international",
    "police-abroad", "body-abroad", "kind-of-body",
]  # fmt: skip
BODY_KINDS: dict[str, str] = {
    "police-force": "police force",
    "police-unit": "unit or programme of one or more forces",
    "police-body": "national policing body",
    "commissioner": "police and crime commissioner or mayor's office",
    "government": "government department or agency",
    "local-authority": "council",
    "violence-reduction-unit": "violence reduction unit",
    "prosecution": "prosecution service",
    "prison-probation": "prison, probation or youth justice service",
    "court": "court or tribunal",
    "regulator": "regulator, inspectorate or ombudsman",
    "parliament": "parliament, assembly or committee",
    "health-education": "health or education service",
    "company": "company",
    "university": "university or researchers",
    "charity": "charity or campaigning organisation",
    "community-group": "community organisation",
    "media": "news organisation",
    "international": "international body",
    "police-abroad": "police abroad",
    "body-abroad": "other body abroad",
    "kind-of-body": "a kind of body, where the source names no single one",
}
Key = Annotated[str, StringConstraints(pattern=SLUG, max_length=80), BeforeValidator(str)]


class Status(Strict):
    """A step in the life of a system at a body."""

    state: StatusName = Field(description="What it became.")
    on: Date | None = Field(default=None, description="From when. Left out only where no source says.")
    says: Text | None = Field(default=None, description="A sentence of detail.")
    evidence: EvidenceList = Field(min_length=1, description="Where it stands.")


class Use(Strict):
    """One body's use of a system."""

    known_as: tuple[Line, ...] = Field(default=(), description="What this body calls it.")
    unit: Line | None = Field(default=None, description="The team that runs it.")
    status: tuple[Status, ...] = Field(min_length=1, description="Steps, oldest first.")
    says: Text | None = Field(default=None, description="What they use it for, in a sentence.")


class Maker(Strict):
    """A body with a hand in a system without being its user."""

    body: Slug = Field(description="A file in records/bodies.")
    role: Literal["developer", "supplier", "funder", "evaluator", "adviser", "owner", "host", "reviewer"] = Field(description="Its part.")
    says: Text | None = Field(default=None, description="A sentence of detail.")
    evidence: EvidenceList = Field(min_length=1, description="Where it stands.")


class Relation(Strict):
    """How one system stands to another."""

    to: Slug = Field(description="The other system.")
    how: Literal[
        "replaces", "part-of", "built-on", "uses-data-of", "uses-weights-of", "modelled-on", "version-of", "compared-with", "funded-under", "uses-method-of"
    ] = Field(description="This system … the other.")
    evidence: EvidenceList = Field(min_length=1, description="Where it stands.")


class System(Strict):
    """A system, product, database or harm metric: records/systems/SLUG.yml."""

    title: Line = Field(description="The everyday name.")
    aliases: tuple[Line, ...] = Field(default=(), description="Every other name, spelling and abbreviation a source uses.")
    kind: SystemKind = Field(description="What it scores, or what it is.")
    also: tuple[SystemKind, ...] = Field(default=(), description="Other kinds it is too.")
    summary: Text = Field(description="What it is, in one or two plain sentences of our own, no stronger than the evidence.")
    nations: tuple[Nation, ...] = Field(min_length=1, description="Where it is or was used.")
    reconstruction: tuple[Slug, ...] = Field(default=(), description="Slugs of our reconstructions (`evenhand systems list`) that stand for it.")
    uses: dict[Key, Use] = Field(default={}, description="Who uses or used it, by slug of the body.")
    makers: tuple[Maker, ...] = Field(default=(), description="Who developed, sold, paid for, reviewed or advised on it.")
    related: tuple[Relation, ...] = Field(default=(), description="How it stands to other systems.")
    claims: dict[Key, Claim] = Field(default={}, description="What is said of it, by a short key that never changes.")
    evidence: EvidenceList = Field(min_length=1, description="Where it is named.")


class Answer(Strict):
    """How a body answered a request for information."""

    asked_by: Slug = Field(description="Who asked.")
    asks: Text = Field(description="What was asked for, in a line.")
    about: tuple[Slug, ...] = Field(default=(), description="Systems it concerned.")
    asked_on: Date | None = Field(default=None, description="When it was asked.")
    answered_on: Date | None = Field(default=None, description="When it was answered.")
    outcome: Literal["disclosed", "partly", "none-held", "refused", "no-reply", "declined", "commented"] = Field(
        description="none-held: says it holds nothing or uses no such system. declined: an interview turned down. commented: sent a reply to findings.",
    )
    is_contradicted: bool = Field(default=False, description="Other sources say otherwise; a record in records/contradictions tells which.")
    says: Text | None = Field(default=None, description="What they answered, in our own words.")
    evidence: EvidenceList = Field(min_length=1, description="Where it stands.")


class Body(Strict):
    """A force, public body, company or group: records/bodies/SLUG.yml."""

    title: Line = Field(description="The name it uses.")
    aliases: tuple[Line, ...] = Field(default=(), description="Other names, spellings and abbreviations.")
    kind: BodyKind = Field(description="What it is.")
    nations: tuple[Nation, ...] = Field(min_length=1, description="Where it acts.")
    part_of: Slug | None = Field(default=None, description="The body it belongs to.")
    is_territorial: bool = Field(default=False, description="One of the 45 territorial police forces of the United Kingdom.")
    area_code: Annotated[str, StringConstraints(pattern=r"^[ESWN][0-9]{8}$")] | None = Field(default=None, description="ONS code of the area, for the map.")
    summary: Text | None = Field(default=None, description="What it is and its part in this, in a sentence.")
    claims: dict[Key, Claim] = Field(default={}, description="What is said of it.")
    answers: dict[Key, Answer] = Field(default={}, description="How it answered requests.")
    evidence: EvidenceList = Field(min_length=1, description="Where it is named.")

    @model_validator(mode="after")
    def _is_on_the_map(self) -> Body:
        if self.is_territorial and (self.kind != "police-force" or self.area_code is None):
            raise ValueError("a territorial force is of the kind police-force and has an `area_code`")
        return self
