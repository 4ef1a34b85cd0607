"""A feed of what changed in the register, for those who follow it: Atom (RFC 4287)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from .dates import earliest
from .history import Change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .register import Register

MOST_ENTRIES = 200
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "evenhand:register")
"""Ids of a feed must stay the same wherever it is published, so they are not addresses."""
SINGULAR = {
    "systems": "System", "bodies": "Body", "sources": "Source", "notes": "Notes", "statistics": "Statistic", "contradictions": "Contradiction",
    "refusals": "Refusal", "flows": "Flow", "requirements": "Requirement",
}  # fmt: skip


def feed(register: Register, changes: Sequence[Change] = ()) -> str:
    """The feed, newest first.

    Args:
        register: for the titles.
        changes: from `history.changes`; where there are none, each source and the day it was read stand for them.

    Example:
        >>> from evenhand.register.register import Register
        >>> "<entry>" in feed(Register(), [Change("f294e5f", "2026-11-26T02:41:47+00:00", "Begin", "added", "systems", "grip")])
        True
    """
    held = list(changes) or _readings(register)
    held = sorted(held, key=lambda change: change.on, reverse=True)[:MOST_ENTRIES]
    updated = held[0].on if held else "1970-01-01T00:00:00Z"
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        "<title>Evenhand register: changes</title>",
        f"<id>{NAMESPACE.urn}</id>",
        f"<updated>{updated}</updated>",
        "<author><name>Evenhand register contributors</name></author>",
        "<rights>CC BY 4.0</rights>",
        *(_entry(register, change) for change in held),
        "</feed>",
    ]
    return "\n".join(lines) + "\n"


def _entry(register: Register, change: Change) -> str:
    name = f"{change.revision}/{change.kind}/{change.slug}"
    title = f"{SINGULAR.get(change.kind, change.kind)} {change.change}: {_title(register, change)}"
    return (
        f"<entry><title>{escape(title)}</title><id>{uuid.uuid5(NAMESPACE, name).urn}</id><updated>{change.on}</updated>"
        f"<category term={quoteattr(change.kind)}/><summary>{escape(change.says)}</summary></entry>"
    )


def _title(register: Register, change: Change) -> str:
    held = getattr(register, change.kind, {}).get(change.slug) if change.kind != "notes" else None
    return held.title if held else change.slug


def _readings(register: Register) -> list[Change]:
    """Each source as a change on the day it was read."""
    return [
        Change("", f"{earliest(source.read_on).isoformat()}T00:00:00Z", f"{source.title} was read.", "added", "sources", slug)
        for slug, source in register.sources.items()
    ]
