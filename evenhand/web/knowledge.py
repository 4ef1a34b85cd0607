"""What is known of a system in the five fields that every public register must hold, and what of the rest is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..register.gaps import gaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..register.claim import State
    from ..register.gaps import Gap
    from .site import Site

FIVE: dict[str, tuple[str, tuple[str, ...]]] = {
    "purpose": ("Intended purpose", ("purpose",)),
    "operation": ("How it is operated, with its standard operating procedure", ("operation", "procedure")),
    "data": ("All data types, and where they come from", ("data-input", "data-source")),
    "decisions": ("Decisions and outcomes it influences", ("decision-influenced",)),
    "reviews": ("Internal reviews and evaluations", ("review",)),
}
"""The five, as section 8.2 of Amnesty 2025 names them, with the properties that hold each."""
SHORT = {"purpose": "Purpose", "operation": "Operation", "data": "Data", "decisions": "Decisions", "reviews": "Reviews"}
LEVELS = {
    "all": "all five fields stated",
    "some": "some of the five stated",
    "none": "none of the five stated",
    "not-asked-of-it": "the five are not asked of such a thing",
}


@dataclass(frozen=True)
class Field:
    """One of the five.

    Attributes:
        key, title: which.
        parts: the properties that hold it, with their states.
        state: "known" if all parts are, "partly" if some are, else the state of the first; None where it is not asked of such a system.
    """

    key: str
    title: str
    parts: tuple[Gap, ...]
    state: State | str | None


@dataclass(frozen=True)
class Knowledge:
    """The five fields, and every other question about a system.

    Attributes:
        fields: the five.
        others: the other wanted properties of the system as a whole.
        at_users: what is known at each user, by slug of the body.
    """

    fields: tuple[Field, ...]
    others: tuple[Gap, ...]
    at_users: dict[str, tuple[Gap, ...]]

    @property
    def known(self) -> int:
        """How many of the five are known, all parts of them."""
        return sum(field.state == "known" for field in self.fields)

    @property
    def asked_for(self) -> int:
        """How many of the five are asked of such a system."""
        return sum(field.state is not None for field in self.fields)

    @property
    def level(self) -> str:
        """A key of LEVELS."""
        if not self.asked_for:
            return "not-asked-of-it"
        begun = any(field.state in ("known", "partly") for field in self.fields)
        return "all" if self.known == self.asked_for else "some" if begun else "none"

    @property
    def states(self) -> set[str]:
        """Every state that any question about the system is in."""
        return {gap.state for gap in (*self.others, *(part for field in self.fields for part in field.parts))}


def knowledge(site: Site, slug: str) -> Knowledge:
    """What is known of one system. Only the records about it are looked at, so that a large register takes no longer a system."""
    register = site.register
    answerers = {request.partition(".")[0] for request in site.links.answers.get(slug, [])}
    apart = replace(
        register,
        systems={slug: register.systems[slug]},
        bodies={body: register.bodies[body] for body in sorted(answerers)},
        refusals={one: register.refusals[one] for one in site.links.refusals.get(slug, [])},
    )
    rows = gaps(apart, system=slug)
    whole = {row.property: row for row in rows if row.body is None}
    fields = tuple(_field(key, title, [whole[name] for name in names if name in whole]) for key, (title, names) in FIVE.items())
    at_users: dict[str, list[Gap]] = {}
    for row in rows:
        if row.body is not None:
            at_users.setdefault(row.body, []).append(row)
    others = tuple(row for row in whole.values() if not row.is_minimum)
    return Knowledge(fields, others, {body: tuple(held) for body, held in at_users.items()})


def _field(key: str, title: str, parts: Sequence[Gap]) -> Field:
    states = [part.state for part in parts]
    if not states:
        return Field(key, title, (), None)
    if all(state == "known" for state in states):
        return Field(key, title, tuple(parts), "known")
    return Field(key, title, tuple(parts), "partly" if "known" in states else states[0])
