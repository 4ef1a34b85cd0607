"""What the register says of one body's use of a system, as text for the fields of other standards; emptiness is shown, never blank."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..tables.errors import BadSetting
from .shown import short, shown

if TYPE_CHECKING:
    from .claim import Claim
    from .register import Register
    from .subjects import System, Use

EMPTY = "not known to this register"
SUPPLIERS = ("supplier", "developer", "owner")


@dataclass(frozen=True)
class UseOf:
    """A system at a body, with what is said of it there.

    Attributes:
        register: the whole.
        slug, body: of the system and its user.
        system, use: their records.
        by_field: claims by field of the other standard.
    """

    register: Register
    slug: str
    body: str
    system: System
    use: Use
    by_field: dict[str, list[Claim]]

    def text(self, field: str) -> str:
        """Everything that is said for a field, with who says so and where; or that nothing is known."""
        return "\n".join(self.lines(field)) or EMPTY

    def lines(self, field: str) -> list[str]:
        """One line a claim: "Who: what (where)"."""
        return [self.line(claim) for claim in self.by_field.get(field, [])]

    def line(self, claim: Claim) -> str:
        """A claim in a line."""
        source = self.register.sources.get(claim.evidence[0].source)
        said_by = claim.said_by or (source.publisher if source else None)
        where = "; ".join(short(self.register, one) for one in claim.evidence)
        when = f", {claim.as_of}" if claim.as_of else ""
        return f"{self.register.title(said_by) if said_by else 'Unnamed'}: {shown(claim)} ({where}{when})"

    def makers(self, roles: tuple[str, ...] = SUPPLIERS) -> list[tuple[str, str]]:
        """Bodies with such a part in the system, with the part."""
        return [(self.register.title(one.body), one.role) for one in self.system.makers if one.role in roles]

    def last(self) -> tuple[str, str | None]:
        """What the use has become, and since when."""
        step = self.use.status[-1]
        return step.state, step.on


def use_of(register: Register, system: str, body: str, *, standard: str) -> UseOf:
    """A body's use of a system, its claims sorted by the fields of a standard.

    Args:
        register: the register.
        system, body: slugs.
        standard: "atrs" or "dutch": which crosswalk of properties.yml.

    Raises:
        BadSetting: there is no such system, or the body does not use it.
    """
    held = register.systems.get(system)
    if held is None:
        raise BadSetting(f"There is no system {system!r} in the register.")
    if body not in held.uses:
        users = ", ".join(held.uses) or "nobody"
        raise BadSetting(f"{body!r} is not among those who use {system}: {users}.")
    by_field: dict[str, list[Claim]] = defaultdict(list)
    for claim in held.claims.values():
        known = register.properties.get(claim.property)
        if known and claim.at in (None, body) and claim.rank != "deprecated":
            for field in getattr(known, standard):
                by_field[field].append(claim)
    return UseOf(register, system, body, held, held.uses[body], dict(by_field))
