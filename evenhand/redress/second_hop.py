"""Letters to everyone a system's results were passed to: each recipient in the register's flows, under the law that binds it.

Steps, in order:  flows out of a system at a body -> recipients, once each -> the letter for that kind of body -> filled with what was passed

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
from .letter_slots import flows_of, require

if TYPE_CHECKING:
    from ..register.kinds import Flow
    from ..register.register import Register
    from .law import Law
    from .letter_cards import Letters
    from .letter_slots import Found
    from .letters import Answers, Letter

ABROAD = ("police-abroad", "body-abroad", "international")


@dataclass(frozen=True)
class Hop:
    """One recipient: the letter it gets, or why none.

    Attributes:
        to: slug of the body or, where a system is named without a body, of the system.
        letter: id of the letter; nothing where none can be written.
        flows: what was passed to it.
        why_not: why no letter can be written.
    """

    to: str
    letter: str | None
    flows: tuple[Flow, ...]
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
    found: dict[str, list[Flow]] = {}
    for flow in flows_of(register, system, body, "output"):
        to = flow.to.body or flow.to.system or ""
        if to != body and not _is_within(register, to, body):
            found.setdefault(to, []).append(flow)
    return [_hop(register, letters, to, tuple(flows)) for to, flows in sorted(found.items())]


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
        "handed": [clean(passed(register, flow)) for flow in hop.flows],
        "not_user": "",
    }


def _hop(register: Register, letters: Letters, to: str, flows: tuple[Flow, ...]) -> Hop:
    body = register.bodies.get(to)
    if body is None:
        return Hop(to, None, flows, f"It goes into {register.title(to)}, and the source does not say who runs that. Ask the body that runs it.")
    if body.kind in ABROAD or "abroad" in body.nations:
        return Hop(to, None, flows, "It is abroad or international; the law of the United Kingdom does not reach it.")
    cards = [(letter, card) for letter, card in letters.cards.items() if card.is_second_hop]
    fits = [letter for letter, card in cards if to in card.to.bodies] or [letter for letter, card in cards if body.kind in card.to.kinds]
    if body.kind == "kind-of-body" and not fits:
        return Hop(to, None, flows, "The source does not say who this is. The access letter to the force asks for every recipient by name.")
    if not fits:
        return Hop(to, None, flows, f"No letter is written for a body of the kind {body.kind} yet.")
    return Hop(to, fits[0], flows)


def _is_within(register: Register, to: str, body: str) -> bool:
    """Whether a recipient is a team of the body itself, which the letter to the body reaches."""
    seen: set[str] = set()
    while to in register.bodies and to not in seen:
        seen.add(to)
        to = register.bodies[to].part_of or ""
        if to == body:
            return True
    return False
