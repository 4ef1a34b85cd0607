"""A Freedom of Information request for exactly what the register lacks about a system at a body.

Steps, in order:  gaps at that body -> questions, the minimum fields first -> what is public already -> the letter's text

The text is a file, records/letters/en/foi-register-gaps.txt; this fills its gaps and says nothing of its own.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..register.dates import in_words
from ..register.gaps import gaps
from ..register.reading import shipped_records
from ..register.shown import short, shown
from ..tables.errors import BadSetting

if TYPE_CHECKING:
    from ..register.claim import Claim
    from ..register.gaps import Gap
    from ..register.register import Register

LETTER = "letters/en/foi-register-gaps.txt"
ABROAD = ("police-abroad", "body-abroad", "international")
PRIVATE = ("company", "charity", "community-group", "media", "kind-of-body")


@dataclass(frozen=True)
class InformationLaw:
    """The act a request is made under."""

    act: str
    help_section: str
    clock_section: str


UK = InformationLaw("the Freedom of Information Act 2000", "section 16 of the Act", "section 10(1) of the Act")
SCOTLAND = InformationLaw("the Freedom of Information (Scotland) Act 2002", "section 15 of the Act", "section 10(1) of the Act")


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
    law = _law(register, system, body)
    used = register.systems[system].uses.get(body)
    lacking = _lacking(register, system, body)[:most]
    if not lacking:
        raise BadSetting(f"The register lacks nothing that it looks for about {register.title(system)} at {register.title(body)}, so there is nothing to ask.")
    names = [name for name in dict.fromkeys([*(used.known_as if used else ()), *register.systems[system].aliases]) if name != register.title(system)]
    return _filled(
        body=register.title(body), title=register.title(system), names=", ".join(names), unit=used.unit if used else None, is_user=used is not None,
        today=in_full(today or datetime.date.today()), act=law.act, help_section=law.help_section, clock_section=law.clock_section,
        public=_public(register, system, body), wanted=[_question(register, gap) for gap in lacking], refused=_refused(register, lacking),
    )  # fmt: skip


def in_full(day: datetime.date) -> str:
    """A date as a letter has it: 3 March 2026."""
    return f"{day.day} {day:%B %Y}"


def _lacking(register: Register, system: str, body: str) -> list[Gap]:
    """What is not known of the system at that body; of a body not known to use it, nothing is known."""
    if body in register.systems[system].uses:
        return [gap for gap in gaps(register, system=system, body=body) if gap.is_gap]
    return [gap for gap in gaps(register, system=system) if gap.body is None]


def _question(register: Register, gap: Gap) -> str:
    asked = register.properties[gap.property]
    return " ".join(filter(None, (f"{gap.title}: {gap.asks}", asked.send)))


def _law(register: Register, system: str, body: str) -> InformationLaw:
    if system not in register.systems:
        raise BadSetting(f"The register holds no system '{system}'. `evenhand register list` shows them.")
    asked = register.bodies.get(body)
    if asked is None:
        raise BadSetting(f"The register holds no body '{body}'. `evenhand register search` finds it by its words.")
    if asked.kind in ABROAD or "abroad" in asked.nations:
        raise BadSetting(f"{asked.title} is abroad or international, and the Freedom of Information Acts of the United Kingdom do not reach it.")
    if asked.kind in PRIVATE:
        raise BadSetting(f"{asked.title} is no single public body, so no request can be sent to it under these acts. Ask a body that uses the system.")
    return SCOTLAND if asked.nations == ("scotland",) else UK


def _public(register: Register, system: str, body: str) -> list[str]:
    """What is known of it in general or at this body, each with where it stands."""
    claims = [claim for claim in register.systems[system].claims.values() if claim.state == "known" and claim.at in (None, body) and claim.rank != "deprecated"]
    order = list(register.properties)
    claims.sort(key=lambda claim: order.index(claim.property) if claim.property in order else len(order))
    return [_one_public(register, claim) for claim in claims if claim.modality in ("states", "admits")][:12]


def _one_public(register: Register, claim: Claim) -> str:
    asked = register.properties.get(claim.property)
    text = shown(claim).rstrip(".")
    cited = register.cited(claim.evidence[0])
    where = ", ".join(filter(None, (cited[0][1].by, cited[0][1].title, cited[0][1].date and in_words(cited[0][1].date)))) if cited else ""
    return f"{asked.title if asked else claim.property}: {text} ({f'{where}, cited in ' if where else ''}{short(register, claim.evidence[0])})"


def _refused(register: Register, lacking: list[Gap]) -> list[str]:
    """What was asked before and refused, so that it is asked with open eyes."""
    records = dict.fromkeys(asked.record for gap in lacking for asked in gap.asked if asked.kind == "refusal")
    return [f"{refusal.title}: {refusal.says}" for slug in records if (refusal := register.refusals.get(slug)) is not None]


def _filled(**slots: object) -> str:
    """The letter's text with its slots filled; a template may only read them."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    text = (shipped_records() / LETTER).read_text(encoding="utf-8")
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True).from_string(text).render(**slots)
