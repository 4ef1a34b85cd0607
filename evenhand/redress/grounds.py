"""What a refusal may rest on, what must be shown for it, and what can be said back: records/law/grounds/SLUG.yml."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..register.words import Line, Slug, Strict, Text
from .law_parts import Checked, Dated, Nations, ProvisionId
from .provisions import Key

GroundKind = Literal["restriction", "exemption", "procedural", "neither-confirm-nor-deny", "not-held", "argument"]


class CounterPoint(Dated):
    """Something to say back."""

    says: Text = Field(description="The point, in words that can stand in a letter.")
    basis: tuple[ProvisionId, ...] = Field(default=(), description="What it rests on.")
    from_register: Literal["public-facts", "names", "confirmed-elsewhere", "other-forces", "spending", "contradictions"] | None = Field(
        default=None, description="What in the register strengthens it."
    )


class Ground(Checked):
    """A ground of refusal."""

    title: Line = Field(description="What it is called.")
    regime: Literal["dpa-2018-part-3", "uk-gdpr", "foia", "foisa"] = Field(description="Under which body of law.")
    nations: Nations = Field(description="Where it exists.")
    kind: GroundKind = Field(description="What it is.")
    basis: tuple[ProvisionId, ...] = Field(description="Where it stands; empty for an argument that no law contains.")
    cited_as: tuple[Line, ...] = Field(min_length=1, description="How letters name it, in small letters: section 45(4)(b), s31, law enforcement.")
    limbs: tuple[Line, ...] = Field(default=(), description="The parts of which one must be named: (1)(a), (1)(b).")
    absolute: Literal["yes", "no", "mostly", "does-not-apply"] = Field(default="does-not-apply", description="no: a public interest test is owed.")
    test: Literal["prejudice", "class", "does-not-apply"] = Field(
        default="does-not-apply", description="prejudice: harm must be shown; class: belonging to it is enough."
    )
    needs: Text = Field(description="What must be shown before it may be used.")
    counter_points: dict[Key, CounterPoint] = Field(min_length=1, description="What to say back.")
    not_with: tuple[Slug, ...] = Field(default=(), description="Grounds that cannot be claimed for the same information.")
    scottish: tuple[Slug, ...] = Field(default=(), description="The Scottish ground that answers to it.")
    better: Slug | None = Field(default=None, description="A remedy that gets what was asked in another way.")
    precedents: tuple[ProvisionId, ...] = Field(default=(), description="Cases and reviews to point to.")


class PublicInterest(Strict):
    """A factor for disclosure: an entry of records/law/public-interest.yml."""

    says: Text = Field(description="The factor, in words for a letter.")
    from_register: Line | None = Field(default=None, description="Where the register shows it.")
