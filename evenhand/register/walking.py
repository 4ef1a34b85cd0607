"""Every place in a record that names something else: other records, and evidence. For each, the path of the key in its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from .kinds import Contradiction, Flow, Refusal, Requirement, Source, Statistic
from .subjects import Body, System

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evidence import Evidence
    from .register import Register

Path: TypeAlias = "tuple[str | int, ...]"
KINDS = ("systems", "bodies", "sources", "statistics", "contradictions", "refusals", "flows", "requirements")


def records(register: Register) -> Iterator[tuple[str, str, Any]]:
    """Every record but the notes, with its folder and slug."""
    for kind in KINDS:
        for slug, record in getattr(register, kind).items():
            yield kind, slug, record


def evidence_in(record: Any) -> Iterator[tuple[Path, Evidence]]:
    """All evidence of a record."""
    for number, evidence in enumerate(getattr(record, "evidence", ())):
        yield ("evidence", number), evidence
    for place, part in _parts(record):
        for number, evidence in enumerate(part.evidence):
            yield (*place, "evidence", number), evidence


def _parts(record: Any) -> Iterator[tuple[Path, Any]]:
    """Parts of a record that carry evidence of their own."""
    if isinstance(record, System):
        for body, use in record.uses.items():
            yield from ((("uses", body, "status", number), status) for number, status in enumerate(use.status))
        yield from ((("makers", number), maker) for number, maker in enumerate(record.makers))
        yield from ((("related", number), relation) for number, relation in enumerate(record.related))
    if isinstance(record, System | Body):
        yield from ((("claims", key), claim) for key, claim in record.claims.items())
    if isinstance(record, Body):
        yield from ((("answers", key), answer) for key, answer in record.answers.items())
    elif isinstance(record, Statistic):
        yield from ((("figures", key), figure) for key, figure in record.figures.items())
    elif isinstance(record, Contradiction):
        yield from ((("sides", number), side) for number, side in enumerate(record.sides))


def mentions(record: Any) -> Iterator[tuple[Path, str, str]]:
    """All slugs that a record names: where, of what ("body", "system", "subject", "property", "claim", "requirement"), and the slug."""
    if isinstance(record, System):
        yield from ((("uses", body), "body", body) for body in record.uses)
        yield from ((("makers", number, "body"), "body", maker.body) for number, maker in enumerate(record.makers))
        yield from ((("related", number, "to"), "system", relation.to) for number, relation in enumerate(record.related))
        yield from _of_claims(record)
    elif isinstance(record, Body):
        if record.part_of:
            yield ("part_of",), "body", record.part_of
        yield from _of_claims(record)
        for key, answer in record.answers.items():
            yield ("answers", key, "asked_by"), "body", answer.asked_by
            yield from ((("answers", key, "about", number), "system", slug) for number, slug in enumerate(answer.about))
    elif isinstance(record, Source):
        yield ("publisher",), "body", record.publisher
    else:
        yield from _of_others(record)


def _of_claims(subject: System | Body) -> Iterator[tuple[Path, str, str]]:
    for key, claim in subject.claims.items():
        yield ("claims", key, "property"), "property", claim.property
        if claim.said_by:
            yield ("claims", key, "said_by"), "body", claim.said_by
        if claim.at:
            yield ("claims", key, "at"), "body", claim.at
        if claim.supersedes:
            yield ("claims", key, "supersedes"), "claim", claim.supersedes


def _of_others(record: Any) -> Iterator[tuple[Path, str, str]]:
    """Statistics, contradictions, refusals, flows, requirements."""
    if isinstance(record, Statistic | Contradiction):
        yield from ((("about", number), "subject", slug) for number, slug in enumerate(record.about))
    elif isinstance(record, Refusal):
        yield from ((("about", number), "system", slug) for number, slug in enumerate(record.about))
    elif isinstance(record, Flow):
        for end, there in (("from", record.source), ("to", record.to)):
            yield from (((end, of), of, slug) for of, slug in (("system", there.system), ("body", there.body)) if slug)
    elif isinstance(record, Requirement):
        yield from ((("to", number), "body", slug) for number, slug in enumerate(record.to))
        yield from ((("properties", number), "property", slug) for number, slug in enumerate(record.properties))
        if record.part_of:
            yield ("part_of",), "requirement", record.part_of
    if isinstance(record, Contradiction):
        for number, side in enumerate(record.sides):
            yield ("sides", number, "said_by"), "body", side.said_by
            if side.claim:
                yield ("sides", number, "claim"), "claim", side.claim
    yield from (((key,), "body", slug) for key in ("by", "asked_by", "said_by") if (slug := getattr(record, key, None)))
