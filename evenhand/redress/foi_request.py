"""A Freedom of Information request for exactly what the register lacks about a system at a body.

Steps, in order:  gaps at that body -> questions, the minimum fields first -> what is public already -> the letter

The letter is records/letters/en/foi-request, which the Scottish one shares; this says what to ask, and of whom it can be asked.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from ..register.gaps import gaps
from ..tables.errors import BadSetting
from .letter_slots import cleaned, public_facts, require

if TYPE_CHECKING:
    from ..register.gaps import Gap
    from ..register.register import Register
    from .letter_slots import Found

ABROAD = ("police-abroad", "body-abroad", "international")
PRIVATE = ("company", "charity", "community-group", "media", "kind-of-body")


def foi_request(register: Register, system: str, body: str, *, most: int = 15, today: datetime.date | None = None) -> str:
    """The text of a request to a body for what the register lacks about a system.

    Args:
        register: as `read_register` gives it.
        system: slug of the system.
        body: slug of the public body to ask.
        most: at most so many questions; the fields that every public register must hold come first.
        today: date of the letter.

    Returns:
        The letter, with what only its sender knows in [square brackets].

    Raises:
        BadSetting: no such system or body, a body that these acts do not reach, or nothing is lacking.

    Example:
        >>> from evenhand.register.reading import read_register
        >>> letter = foi_request(read_register()[0], "knife-crime-and-violence-model", "essex-police")
        >>> letter.splitlines()[0]
        'Essex Police'

    Read with care:
        A draft: no lawyer has read it. Which bodies the acts reach is taken from the body's kind in the register.

    Source: Freedom of Information Act 2000, sections 8, 10, 12, 16 and 17; Freedom of Information (Scotland) Act 2002, sections 8, 10, 12, 15 and 16.
    """
    from .law import shipped_law
    from .letters import letter

    require(register, system, body)
    _require_reached(register, body)
    asked = asking_slots(register, system, body, most=most)
    if not asked["wanted"]:
        raise BadSetting(f"The register lacks nothing that it looks for about {register.title(system)} at {register.title(body)}, so there is nothing to ask.")
    letter_id = "foi-request-scotland" if register.bodies[body].nations == ("scotland",) else "foi-request"
    return letter(register, shipped_law(), letter_id, system=system, body=body, day=today or datetime.date.today(), more=asked).text


def asking_slots(register: Register, system: str, body: str, *, most: int = 15) -> Found:
    """What to ask a body about a system, what is public already, and what was refused before."""
    lacking = _lacking(register, system, body)[:most]
    return cleaned({
        "wanted": [_question(register, gap) for gap in lacking],
        "public": public_facts(register, system, body, first=()),
        "refused": _refused(register, lacking),
    })  # fmt: skip


def _lacking(register: Register, system: str, body: str) -> list[Gap]:
    """What is not known of the system at that body; of a body not known to use it, nothing is known."""
    if body in register.systems[system].uses:
        return [gap for gap in gaps(register, system=system, body=body) if gap.is_gap]
    return [gap for gap in gaps(register, system=system) if gap.body is None]


def _question(register: Register, gap: Gap) -> str:
    asked = register.properties[gap.property]
    return " ".join(filter(None, (f"{gap.title}: {gap.asks}", asked.send)))


def _require_reached(register: Register, body: str) -> None:
    asked = register.bodies[body]
    if asked.kind in ABROAD or "abroad" in asked.nations:
        raise BadSetting(f"{asked.title} is abroad or international, and the Freedom of Information Acts of the United Kingdom do not reach it.")
    if asked.kind in PRIVATE:
        raise BadSetting(f"{asked.title} is no single public body, so no request can be sent to it under these acts. Ask a body that uses the system.")


def _refused(register: Register, lacking: list[Gap]) -> list[str]:
    """What was asked before and refused, so that it is asked with open eyes."""
    records = dict.fromkeys(asked.record for gap in lacking for asked in gap.asked if asked.kind == "refusal")
    return [f"{refusal.title}: {refusal.says}" for slug in records if (refusal := register.refusals.get(slug)) is not None]
