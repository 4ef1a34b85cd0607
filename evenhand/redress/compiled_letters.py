"""The letters as JSON for the browser, which fills them there; and, for each system, what the register puts into them.

Steps, in order:  cards, read texts and the provisions they cite -> letters.json;  a system, its users and recipients -> letters/SYSTEM.json

web/static/redress/letters.js fills them to the letter as `letters.letter` does; tests/redress holds the two against each other.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from .filling import as_json
from .foi_request import asking_slots
from .letter_evidence import evidence_slots
from .letter_reading import span_of
from .letter_slots import LISTS, register_slots
from .letters import period_said, printed_slots
from .second_hop import hops, slots_of

if TYPE_CHECKING:
    from ..register.register import Register
    from .law import Law
    from .law_parts import InForce
    from .letter_cards import LetterCard, Letters

FORMAT = 1
"""Goes up when a page that reads the file must be changed."""


def letters_json(letters: Letters, law: Law) -> str:
    """All letters as the text of letters.json; the same records give the same bytes.

    Args:
        letters: as `shipped_letters` gives them.
        law: of all days; the page leaves out what did not hold on its day.

    Example:
        >>> from evenhand.redress.law import shipped_law
        >>> from evenhand.redress.letter_reading import shipped_letters
        >>> held = json.loads(letters_json(shipped_letters(), shipped_law()))
        >>> held["letters"]["access-police"]["cites"]["access"], held["provisions"]["dpa-2018.s45-1"]["part"]
        ('dpa-2018.s45-1', 'section 45(1)')
    """
    cited = sorted({one for card in letters.cards.values() for one in card.cites.values()})
    held: dict[str, Any] = {
        "language": "en",
        "wording": letters.wording.model_dump(mode="json", exclude={"units"}),
        "gaps": {slot: _gap(letters, law, slot) for slot in sorted(letters.gaps)},
        "provisions": {one: _provision(law, one) for one in cited},
        "questions": {slug: law.questions[slug].title for slug in sorted(law.questions)},
        "letters": {letter: _letter(letters, law, letter, card) for letter, card in sorted(letters.cards.items())},
    }
    version = hashlib.sha256(_text(held).encode()).hexdigest()[:16]
    return _text({"format": FORMAT, "version": version, **held}) + "\n"


def slots_json(register: Register, letters: Letters, system: str) -> str:
    """What the register puts into letters about one system, as the text of letters/SYSTEM.json.

    Args:
        register: as `read_register` gives it.
        letters: as `shipped_letters` gives them.
        system: its slug.

    Returns:
        Slots for the system alone, for each body that uses it, and for each recipient of its results there.

    Raises:
        BadSetting: there is no such system.

    Example:
        >>> from evenhand.redress.letter_reading import shipped_letters
        >>> from evenhand.register.reading import read_register
        >>> held = json.loads(slots_json(read_register()[0], shipped_letters(), "knife-crime-and-violence-model"))
        >>> held["bodies"]["essex-police"]["slots"]["body"]
        'Essex Police'
    """
    whole = _slots(register, system, None)
    return _text({"format": FORMAT, "system": system, "title": register.title(system), "slots": whole, "bodies": {
        body: _body(register, letters, system, body) for body in register.systems[system].uses if body in register.bodies
    }}) + "\n"  # fmt: skip


def _letter(letters: Letters, law: Law, letter: str, card: LetterCard) -> dict[str, Any]:
    parts, remedy = letters.text_of(letter), law.remedies.get(card.remedy or "")
    clocks = {key.replace("-", "_"): said for key, clock in (remedy.clocks if remedy else {}).items() if (said := period_said(letters, clock))}
    if remedy and card.clock and card.clock.replace("-", "_") in clocks:
        clocks["due"] = clocks[card.clock]
    words = card.model_dump(mode="json", exclude={"in_force", "text", "clock", "to"})
    return {
        **words,
        "picked_by": remedy.picked_by.replace("-", "_") if remedy else None,
        **_days(span_of(law, card)),
        "to": {"name": card.to.name, "team": card.to.team, "kinds": list(card.to.kinds), "bodies": list(card.to.bodies)},
        "nations": list(remedy.nations) if remedy else ["england", "wales", "scotland", "northern-ireland"],
        "clocks": clocks,
        "clock": card.clock,
        "gaps": printed_slots(letters, letter),
        "lists": [name for name in LISTS if name in _names(letters, letter)],
        "parts": as_json(parts),
        "rests_on_checked": all(one.is_checked for one in law.resting_on(remedy)) if remedy else True,
        "remedy_verify": list(remedy.verify) if remedy else [],
    }


def _names(letters: Letters, letter: str) -> dict[str, str]:
    from .filling import names

    return names(letters.text_of(letter))


def _gap(letters: Letters, law: Law, slot: str) -> dict[str, Any]:
    gap = letters.gaps[slot]
    event = law.events.get(gap.event or "")
    return {
        "gap": f"[{gap.gap}]", "asks": gap.asks or (event.asks if event else gap.gap), "help": gap.help or (event.help if event else None),
        "kind": gap.kind, "is_personal": gap.is_personal, "event": gap.event,
    }  # fmt: skip


def _provision(law: Law, name: str) -> dict[str, Any]:
    held = law.provisions[name]
    return {
        "cite": held.cite, "part": held.section.cite, "law": held.instrument.title, "says": held.section.says, "url": held.url, **_days(held.in_force),
        "is_checked": held.is_checked, "verify": list(held.verify),
    }  # fmt: skip


def _days(span: InForce) -> dict[str, str | None]:
    return {"from": span.start.isoformat() if span.start else None, "until": span.to.isoformat() if span.to else None}


def _body(register: Register, letters: Letters, system: str, body: str) -> dict[str, Any]:
    found = hops(register, letters, system, body)
    return {
        "title": register.title(body),
        "kind": register.bodies[body].kind,
        "nations": list(register.bodies[body].nations),
        "slots": _slots(register, system, body),
        "asking": asking_slots(register, system, body),
        "hops": [{"to": hop.to, "title": register.title(hop.to), "letter": hop.letter, "slots": slots_of(register, hop, system, body)}
                 for hop in found if hop.letter],
        "unreached": [{"to": hop.to, "title": register.title(hop.to), "why_not": hop.why_not} for hop in found if not hop.letter],
    }  # fmt: skip


def _slots(register: Register, system: str, body: str | None) -> dict[str, Any]:
    """Slots that are filled; empty ones are left out."""
    return {slot: value for slot, value in {**register_slots(register, system, body), **evidence_slots(register, system, body)}.items() if value}


def _text(held: Any) -> str:
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"))
