"""What happened when: every dated thing in the register, oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from .dates import by_date
from .shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evidence import Evidence
    from .register import Register

EventKind: TypeAlias = Literal["status", "claim", "answer", "refusal", "contradiction", "statistic", "flow", "requirement", "source"]


@dataclass(frozen=True)
class Event:
    """One dated thing.

    Attributes:
        on: when, as the record has it (2024-05, 2020/2022).
        kind: what sort of record tells it.
        says: what happened, in a line.
        record: id of the record: SYSTEM.BODY for a status, SUBJECT.KEY for a claim or an answer, else a slug.
        systems, bodies: whom it concerns.
        state: of a status or a claim; outcome of an answer; kind of a refusal.
        evidence: where it stands.
    """

    on: str
    kind: EventKind
    says: str
    record: str
    systems: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    state: str | None = None
    evidence: tuple[Evidence, ...] = ()


def timeline(register: Register, *, system: str | None = None, body: str | None = None) -> list[Event]:
    """Every event, or those that concern a system, a body, or a body's use of a system.

    Example:
        >>> from evenhand.register.reading import read_register
        >>> register, _ = read_register()
        >>> events = timeline(register, system="knife-crime-and-violence-model")
        >>> [event.on for event in events] == sorted((event.on for event in events), key=by_date)
        True
    """
    found = (*_statuses(register), *_claims(register), *_requests(register), *_sides(register), *_others(register))
    kept = [event for event in found if (system is None or system in event.systems) and (body is None or body in event.bodies)]
    return sorted(kept, key=lambda event: (by_date(event.on), event.kind, event.record, event.says))


def _statuses(register: Register) -> Iterator[Event]:
    for slug, system in register.systems.items():
        for body, use in system.uses.items():
            for step in use.status:
                if step.on:
                    says = f"{system.title} at {register.title(body)}: {step.says or step.state.replace('-', ' ')}"
                    yield Event(step.on, "status", says, f"{slug}.{body}", (slug,), (body,), step.state, step.evidence)


def _claims(register: Register) -> Iterator[Event]:
    for claim_id, slug, claim in register.claims():
        when = claim.as_of or claim.said_on
        if when is None or claim.rank == "deprecated":
            continue
        is_system = slug in register.systems
        bodies = dict.fromkeys(one for one in (None if is_system else slug, claim.at, claim.said_by) if one)
        named = register.properties.get(claim.property)
        says = f"{register.title(slug)}: {named.title if named else claim.property}: {shown(claim)}"
        yield Event(when, "claim", says, claim_id, (slug,) if is_system else (), tuple(bodies), claim.state, claim.evidence)


def _requests(register: Register) -> Iterator[Event]:
    for slug, body in register.bodies.items():
        for key, answer in body.answers.items():
            when = answer.answered_on or answer.asked_on
            if when:
                says = f"{body.title}: {answer.says or answer.outcome.replace('-', ' ')}"
                yield Event(when, "answer", says, f"{slug}.{key}", answer.about, (slug, answer.asked_by), answer.outcome, answer.evidence)
    for slug, refusal in register.refusals.items():
        when = refusal.refused_on or refusal.asked_on
        if when:
            yield Event(when, "refusal", refusal.title, slug, refusal.about, (refusal.by,), refusal.kind, refusal.evidence)


def _sides(register: Register) -> Iterator[Event]:
    for slug, contradiction in register.contradictions.items():
        systems = tuple(one for one in contradiction.about if one in register.systems)
        for side in contradiction.sides:
            if side.said_on:
                bodies = dict.fromkeys([*(one for one in contradiction.about if one in register.bodies), side.said_by])
                says = f"{contradiction.title}: {register.title(side.said_by)}: {side.says}"
                yield Event(side.said_on, "contradiction", says, slug, systems, tuple(bodies), contradiction.kind, side.evidence)


def _others(register: Register) -> Iterator[Event]:
    for slug, statistic in register.statistics.items():
        if statistic.as_of:
            systems = tuple(one for one in statistic.about if one in register.systems)
            bodies = tuple(one for one in statistic.about if one in register.bodies)
            yield Event(statistic.as_of, "statistic", statistic.title, slug, systems, bodies, None, statistic.evidence)
    for slug, flow in register.flows.items():
        if flow.period:
            ends = (flow.source, flow.to)
            systems = tuple(dict.fromkeys(end.system for end in ends if end.system))
            bodies = tuple(dict.fromkeys(end.body for end in ends if end.body))
            yield Event(flow.period, "flow", flow.title, slug, systems, bodies, flow.kind, flow.evidence)
    for slug, requirement in register.requirements.items():
        if requirement.in_force:
            bodies = tuple(dict.fromkeys((requirement.by, *requirement.to)))
            yield Event(requirement.in_force, "requirement", requirement.title, slug, (), bodies, requirement.kind, requirement.evidence)
    for slug, source in register.sources.items():
        yield Event(source.date, "source", source.title, slug, (), (source.publisher,), source.kind)
