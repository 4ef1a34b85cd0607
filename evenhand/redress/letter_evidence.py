"""What the register holds against a system: for a super-complaint, an equality question, a complaint about a policy.

Steps, in order:  a system and a body -> who is on it by group, what is criticised, what cannot both be so, who receives it

Read with care: allegations stay allegations. Each line says who says so; none is made stronger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..register.shown import shown
from .letter_slots import Found, claims_of, cleaned, flows_of, with_sources

if TYPE_CHECKING:
    from ..register.claim import Claim
    from ..register.evidence import Evidence
    from ..register.kinds import Contradiction, Figure, Flow, Statistic
    from ..register.register import Register

MOST = 20
AGAINST = ("criticism", "bias-found")
MEASURES = ("people-profiled", "stops", "arrests", "use-of-force", "accuracy", "records", "cost")
HOW = {
    "states": "says", "admits": "admits", "denies": "denies", "refuses": "refuses to say", "alleges": "alleges", "finds": "finds", "recommends": "recommends",
}  # fmt: skip


def evidence_slots(register: Register, system: str | None, body: str | None) -> Found:
    """Lists of evidence about a system, each line with who says so and where.

    Args:
        register: as `read_register` gives it.
        system: its slug; nothing gives nothing.
        body: only what is said of its use there, or in general.

    Example:
        >>> from evenhand.register.reading import read_register
        >>> sorted(evidence_slots(read_register()[0], "gangs-violence-matrix", None) or ["at_odds"])[0]
        'at_odds'
    """
    if system is None or system not in register.systems:
        return {}
    figures = [(one, figure) for one in register.statistics.values() if system in one.about and one.measure in MEASURES for figure in one.figures.values()]
    at_odds = [one for one in register.contradictions.values() if system in one.about and _is_theirs(register, one, system, body)]
    refused = [one for one in register.refusals.values() if system in one.about and body in (None, one.by)]
    criticism = claims_of(register, system, body, AGAINST, known=False)
    return cleaned({
        "by_group": with_sources(register, [_figure(one, figure) for one, figure in figures if figure.group][:MOST]),
        "figures": with_sources(register, [_figure(one, figure) for one, figure in figures if not figure.group][:MOST]),
        "criticism": with_sources(register, [(_said(register, claim), claim.evidence) for claim in criticism][:MOST]),
        "at_odds": [_at_odds(register, one) for one in at_odds][:MOST],
        "refused": with_sources(register, [(f"{one.title}: {one.says}", one.evidence) for one in refused][:MOST]),
        "flows": [passed(register, flow) for flow in flows_of(register, system, body, "output")][:MOST],
    })  # fmt: skip


def passed(register: Register, flow: Flow) -> str:
    """What was handed on, why, on what basis, and where that stands."""
    parts = [f"{flow.what.rstrip('.')}."]
    parts += [f"For what: {flow.purpose.rstrip('.')}."] if flow.purpose else []
    parts += [f"On what basis: {flow.basis.rstrip('.')}."] if flow.basis else []
    parts += ["The source says only that this may be done."] if flow.is_possible else []
    return with_sources(register, [(" ".join(parts), flow.evidence)])[0]


def _is_theirs(register: Register, one: Contradiction, system: str, body: str | None) -> bool:
    """Whether a body that uses the system, or the one asked about, said one side: what only others differ over is not for it to clear up."""
    ours = {body} if body else set(register.systems[system].uses)
    return any(side.said_by in ours for side in one.sides)


def _at_odds(register: Register, one: Contradiction) -> str:
    sides = [(f"{register.title(side.said_by)}: {side.says.rstrip('.')}", side.evidence) for side in one.sides]
    return f"{one.title}. {' '.join(f'{line}.' for line in with_sources(register, sides))}"


def _said(register: Register, claim: Claim) -> str:
    source = register.sources.get(claim.evidence[0].source)
    speaker = register.title(claim.said_by or (source.publisher if source else ""))
    return f"{speaker} {HOW[claim.modality]}: {(claim.says or shown(claim)).rstrip('.')}"


def _figure(one: Statistic, figure: Figure) -> tuple[str, tuple[Evidence, ...]]:
    return f"{figure.says.rstrip('.')}. Of: {one.title.rstrip('.')}. {one.caveat.rstrip('.')}", figure.evidence or one.evidence
