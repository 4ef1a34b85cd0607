"""What ought to be known of a system and is not: for each property, what is known, who was asked, and what came of it.

A property's state at a subject is the best that its claims say: known, else denied, not held, withheld,
unknown, not asked (in that order; claims no longer held to be so are left out). Where no claim says
anything, it is told from whether anyone asked:

    unknown      a request about the system is on record, answered or refused, and says nothing of this
    not-asked    no request about the system is on record

A request is one on record if it names the system in `about`; for a body's own use it must also be that body's.
So "not asked" means that this register knows of no request, not that none was made.
"""

from __future__ import annotations

import builtins
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .claim import Claim, Property, State
    from .evidence import Evidence
    from .register import Register
    from .subjects import System

BEST_FIRST: tuple[State, ...] = ("known", "denied", "not-held", "withheld", "unknown", "not-asked")
ANSWERS = ("known", "denied")
SCORING = ("place", "person", "address", "network", "vulnerability")
"""Kinds of system that score or list something, and so ought to answer every question unless a property names others."""


@dataclass(frozen=True)
class Asked:
    """A request on record.

    Attributes:
        by, of: slugs of who asked and who was asked; `by` is None for a private person.
        on: when it was asked, or answered where only that is known.
        outcome: an answer's outcome or a refusal's kind.
        record: id of the answer (BODY.KEY), or slug of the refusal.
        kind: which of the two.
    """

    by: str | None
    of: str
    on: str | None
    outcome: str
    record: str
    kind: Literal["answer", "refusal"]


@dataclass(frozen=True)
class Gap:
    """What is known of one property of a system, of a body's use of it, or of a body.

    Attributes:
        system, body: the system as a whole (no body), a body's use of it (both), or a force itself (no system).
        property, title, asks: the property, its heading, and the question it answers.
        is_minimum: one of the five fields that a public register must hold by section 8.2 of Amnesty 2025.
        state: see the head of this file.
        is_general: what is said is said of the system in general, not of this body's use.
        claims: ids of the claims that say so.
        asked: requests on record that touch it.
        evidence: of the claims.
    """

    system: str | None
    body: str | None
    property: str
    title: str
    asks: str
    is_minimum: bool
    state: State
    is_general: bool = False
    claims: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    @builtins.property  # the field of that name hides it here
    def is_gap(self) -> bool:
        """Whether the question is still open; a denial answers it."""
        return self.state not in ANSWERS


def gaps(register: Register, *, system: str | None = None, body: str | None = None) -> list[Gap]:
    """Every wanted property of every system, of every use of it, and of every police force, with its state.

    Args:
        register: the register.
        system: slug of the one system to look at.
        body: slug of the one body to look at: its uses, and itself.

    Returns:
        One row a property: known ones, too (`is_gap` tells). The minimum first, then the order of properties.yml.

    Example:
        >>> from evenhand.register.reading import read_register
        >>> register, _ = read_register()
        >>> rows = gaps(register, system="knife-crime-and-violence-model", body="essex-police")
        >>> rows[0].property, rows[0].is_minimum
        ('purpose', True)
    """
    asked = _requests(register)
    wanted = {of: _wanted(register, of) for of in ("system", "body")}
    rows: list[Gap] = []
    for slug, held in register.systems.items():
        if system in (None, slug) and (body is None or body in held.uses):
            rows += _of_system(slug, held, wanted["system"], asked.get(slug, []), body)
    for slug, one in register.bodies.items():
        if system is None and slug == body or body is None and system is None and one.kind == "police-force":
            rows += _of_body(slug, one.claims, wanted["body"])
    return rows


def count_states(rows: Iterable[Gap]) -> dict[State, int]:
    """How many rows are in each state, every state named."""
    counted = Counter(row.state for row in rows)
    return {state: counted[state] for state in BEST_FIRST}


def _wanted(register: Register, of: str) -> list[tuple[str, Property]]:
    held = [(slug, one) for slug, one in register.properties.items() if one.is_wanted and of in one.of]
    return sorted(held, key=lambda entry: not entry[1].is_minimum)


def _requests(register: Register) -> dict[str, list[Asked]]:
    """Requests on record, by system."""
    found = defaultdict[str, list[Asked]](list)
    for slug, body in register.bodies.items():
        for key, answer in body.answers.items():
            one = Asked(answer.asked_by, slug, answer.asked_on or answer.answered_on, answer.outcome, f"{slug}.{key}", "answer")
            for system in answer.about:
                found[system].append(one)
    for slug, refusal in register.refusals.items():
        one = Asked(refusal.asked_by, refusal.by, refusal.asked_on or refusal.refused_on, refusal.kind, slug, "refusal")
        for system in refusal.about:
            found[system].append(one)
    return found


def _of_system(slug: str, system: System, wanted: list[tuple[str, Property]], asked: list[Asked], body: str | None) -> Iterator[Gap]:
    claims: dict[str, list[tuple[str, Claim]]] = defaultdict(list)
    for key, claim in system.claims.items():
        if claim.rank != "deprecated":
            claims[claim.property].append((f"{slug}.{key}", claim))
    users = [user for user in system.uses if body in (None, user)]
    only = next(iter(system.uses)) if len(system.uses) == 1 else None
    for user in [*([None] if body is None else []), *users]:
        requests = tuple(one for one in asked if user in (None, one.of))
        for name, about in wanted:
            held = claims.get(name, [])
            if not held and not _is_apt(about, system):
                continue
            own = [entry for entry in held if entry[1].at == user] if user else held
            general = [entry for entry in held if entry[1].at is None]
            if user and not own and general:
                yield _row(slug, user, name, about, general, requests, is_general=user != only)
            else:
                yield _row(slug, user, name, about, own, requests)


def _is_apt(about: Property, system: System) -> bool:
    """Whether a property makes sense of a system: nobody is told that a street is scored, and a database has no threshold."""
    return bool({system.kind, *system.also}.intersection(about.kinds or SCORING))


def _of_body(slug: str, claims: dict[str, Claim], wanted: list[tuple[str, Property]]) -> Iterator[Gap]:
    held = [(f"{slug}.{key}", claim) for key, claim in claims.items() if claim.rank != "deprecated"]
    for name, about in wanted:
        yield _row(None, slug, name, about, [entry for entry in held if entry[1].property == name], ())


def _row(
    system: str | None, body: str | None, name: str, about: Property, held: list[tuple[str, Claim]], asked: tuple[Asked, ...], *, is_general: bool = False
) -> Gap:
    said = {claim.state for _, claim in held}
    state: State = next((state for state in BEST_FIRST if state in said), "unknown" if asked else "not-asked")
    evidence = tuple(one for _, claim in held for one in claim.evidence)
    return Gap(system, body, name, about.title, about.asks, about.is_minimum, state, is_general, tuple(claim_id for claim_id, _ in held), asked, evidence)
