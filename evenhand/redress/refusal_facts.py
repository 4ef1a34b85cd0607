"""What the register knows that a refusal sits badly with: published facts of a system at a body, and that the body uses or receives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .letter_slots import cleaned, flows_of, public_facts, where

if TYPE_CHECKING:
    from ..register.register import Register

USED = ("pilot", "in-use", "paused", "stopped", "replaced")
"""Steps in the life of a system that mean that a body has or had it."""
MOST = 5


def facts_known(register: Register, system: str, body: str | None) -> tuple[str, ...]:
    """Published facts that show that a body holds something about a system; none where nothing ties the body to it.

    Args:
        register: as `read_register` gives it.
        system: its slug.
        body: slug of the body that says that it holds nothing.

    Example:
        >>> from evenhand.register.reading import read_register
        >>> bool(facts_known(read_register()[0], "grip", "essex-police")), facts_known(read_register()[0], "grip", "dyfed-powys-police")
        (True, ())

    Read with care:
        That something is published of a system does not show that every paper asked for is held.
    """
    tied = facts_of_use(register, system, body)
    return tuple(dict.fromkeys([*tied, *public_facts(register, system, body, most=MOST)]))[:MOST] if tied else ()


def facts_of_use(register: Register, system: str, body: str | None) -> tuple[str, ...]:
    """That a body uses or used a system, or was handed its results, each with where it stands.

    Example:
        >>> from evenhand.register.reading import read_register
        >>> "Essex Police" in facts_of_use(read_register()[0], "grip", "essex-police")[0]
        True
    """
    if body is None:
        return ()
    title, held, used = register.title(system), register.title(body), register.systems[system].uses.get(body)
    lines = [
        f"{held}, {title}: {step.state.replace('-', ' ')}{f' in {step.on}' if step.on else ''} ({where(register, step.evidence)})."
        for step in (used.status if used else ())
        if step.state in USED
    ]
    lines += [
        f"{title} to {held}: {flow.what.rstrip('.')} ({where(register, flow.evidence)})."
        for flow in flows_of(register, system, None, "output")
        if flow.to.body == body and not flow.is_possible
    ]
    lines += [
        f"{held}, {title}: {claim.says.rstrip('.') if claim.says else claim.property} ({where(register, claim.evidence)})."
        for claim in register.systems[system].claims.values()
        if claim.at == body and claim.state == "known" and claim.rank != "deprecated" and claim.modality in ("states", "admits")
    ]
    return tuple(str(one) for one in cleaned({"facts": lines})["facts"])
