"""Letters to everyone a system's results were passed to: each recipient in the register's flows, under the law that binds it.

Steps, in order:  flows out of a system at a body, or out of what it is built on there, and receivers that a claim names -> recipients,
once each -> the letter for that kind of body -> filled with what was passed

Police, prosecutors, prisons, probation and youth justice teams answer under Part 3 of the Data Protection Act 2018; councils,
departments, schools and others under the UK GDPR. Which kind of body goes with which letter stands in the letters' cards.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..tables.errors import BadSetting
from .filling import clean
from .letter_evidence import passed
from .letter_slots import flows_of, named_recipients, require, with_sources

if TYPE_CHECKING:
    from ..register.register import Register
    from .law import Law
    from .letter_cards import Letters
    from .letter_slots import Found
    from .letters import Answers, Letter

ABROAD = ("police-abroad", "body-abroad", "international")
BELONGS = ("built-on", "part-of", "version-of")
"""What is passed out of the system that this one stands in these relations to may hold its results."""
NAMED = "Named as a receiver of its output."


@dataclass(frozen=True)
class Hop:
    """One recipient: the letter it gets, or why none.

    Attributes:
        to: slug of the body or, where a system is named without a body, of the system.
        letter: id of the letter; nothing where none can be written.
        handed: what was passed to it, and where that stands, a line each.
        why_not: why no letter can be written.
    """

    to: str
    letter: str | None
    handed: tuple[str, ...]
    why_not: str = ""


def hops(register: Register, letters: Letters, system: str, body: str) -> list[Hop]:
    """Every recipient of a system's results at a body, in the order of its slug.

    Args:
        register: as `read_register` gives it.
        letters: as `shipped_letters` gives them.
        system: slug of the system.
        body: slug of the body that uses it.

    Raises:
        BadSetting: there is no such system or body.

    Example:
        >>> from evenhand.redress.letter_reading import shipped_letters
        >>> from evenhand.register.reading import read_register
        >>> [hop.to for hop in hops(read_register()[0], shipped_letters(), "predpol", "los-angeles-police-department")]
        []
    """
    require(register, system, body)
    found: dict[str, list[str]] = {}
    for name in (system, *(one.to for one in register.systems[system].related if one.how in BELONGS and one.to in register.systems)):
        for flow in flows_of(register, name, body, "output"):
            line = passed(register, flow)
            found.setdefault(flow.to.body or flow.to.system or "", []).append(line if name == system else f"Of {register.title(name)}: {line}")
    for to, claim in named_recipients(register, system, body).items():
        if to not in found:
            found[to] = with_sources(register, [(" ".join(filter(None, (NAMED, claim.caveat))), claim.evidence)])
    return [_hop(register, letters, to, tuple(map(clean, lines))) for to, lines in sorted(found.items()) if to != body and not _is_within(register, to, body)]


def second_hop(
    register: Register, law: Law, system: str, body: str, day: datetime.date, *, answers: Answers | None = None, letters: Letters | None = None,
) -> list[Letter]:  # fmt: skip
    """A letter to each recipient of a system's results; `hops` tells of those that none can be written to.

    Args:
        register: as `read_register` gives it.
        law: as `shipped_law` gives it.
        system: slug of the system.
        body: slug of the body that uses it.
        day: the letters' date.
        answers: by slot, as in gaps.yml; the same for all.
        letters: the letters that ship unless given.

    Raises:
        BadSetting: no such system or body, or no recipient is on record.

    Read with care:
        That a flow is on record does not say that this person's data went that way. The letters ask; they do not claim.
    """
    from .letter_reading import shipped_letters
    from .letters import letter

    letters = letters or shipped_letters()
    found = hops(register, letters, system, body)
    if not found:
        raise BadSetting(
            f"The register knows nobody to whom {register.title(body)} passed results of {register.title(system)}. "
            "Ask the body itself who received them: the letter 'access-police' does."
        )
    return [
        letter(register, law, hop.letter, system=system, body=None, day=day, answers=answers, letters=letters, more=slots_of(register, hop, system, body))
        for hop in found
        if hop.letter
    ]


def slots_of(register: Register, hop: Hop, system: str, body: str) -> Found:
    """What a letter to a recipient knows beyond the system: from whom it had what, and by what name that body calls it."""
    from .letter_slots import register_slots

    at_sender = register_slots(register, system, body)
    names = {slot: at_sender[slot] for slot in ("names", "own_name", "unit", "inputs", "public")}
    is_single = register.bodies[hop.to].kind != "kind-of-body"
    title = clean(register.title(hop.to))
    return {
        **names,
        "to" if is_single else "[to": title if is_single else f"which of these it goes to: {title}",
        "sender": clean(register.title(body)),
        "handed": list(hop.handed),
        "not_user": "",
    }


def _hop(register: Register, letters: Letters, to: str, handed: tuple[str, ...]) -> Hop:
    body = register.bodies.get(to)
    if body is None:
        return Hop(to, None, handed, f"It goes into {register.title(to)}, and the source does not say who runs that. Ask the body that runs it.")
    if body.kind in ABROAD or "abroad" in body.nations:
        return Hop(to, None, handed, "It is abroad or international; the law of the United Kingdom does not reach it.")
    cards = [(letter, card) for letter, card in letters.cards.items() if card.is_second_hop]
    fits = [letter for letter, card in cards if to in card.to.bodies] or [letter for letter, card in cards if body.kind in card.to.kinds]
    if body.kind == "kind-of-body" and not fits:
        return Hop(to, None, handed, "The source does not say who this is. The access letter to the force asks for every recipient by name.")
    if not fits:
        return Hop(to, None, handed, f"No letter is written for a body of the kind {body.kind} yet.")
    return Hop(to, fits[0], handed)


def _is_within(register: Register, to: str, body: str) -> bool:
    """Whether a recipient is a team of the body itself, which the letter to the body reaches."""
    seen: set[str] = set()
    while to in register.bodies and to not in seen:
        seen.add(to)
        to = register.bodies[to].part_of or ""
        if to == body:
            return True
    return False
