"""Claims as a page says them: who says so, how, as of when; and on which page of its subject each stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..register.flat import publisher_of
from ..register.shown import value_shown
from .addresses import address, part_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..register.claim import Claim
    from ..register.register import Register
    from ..register.subjects import Body, System
    from .site import Site

LEADS = {
    "states": ("", "said"), "admits": ("", "admitted"), "denies": ("Denial by", ""), "refuses": ("Refusal by", ""), "alleges": ("", "alleges"),
    "finds": ("", "finds"), "recommends": ("", "recommends"),
}  # fmt: skip
"""What stands before and after the speaker's name, so that a sentence of a denial is not read as the thing denied."""
STATE_LABELS = {
    "known": ("Known", "●"), "withheld": ("Refused", "✕"), "denied": ("Denied", "≠"), "not-held": ("Says it holds none", "∅"),
    "not-asked": ("Not known: nobody is on record as having asked", "?"), "unknown": ("Not known", "?"),
}  # fmt: skip
"""Each state in words, with a sign, so that it is never told by colour alone."""
FIRST_CLAIMS, MORE_CLAIMS = 30, 50
"""Claims beyond the minimum fields on a subject's own page, and on each further one."""


@dataclass(frozen=True)
class Said:
    """A claim, ready to be shown.

    Attributes:
        id, key: of the claim; `key` is its anchor on the page.
        claim: as recorded.
        before, speaker, speaker_page, after: who says so, and how.
        text: the value in words; `items` holds it where it is a list.
        property_title: what it is about.
        at_title: whose use of the system it is about.
        contradictions: records that put it beside another statement.
    """

    id: str
    key: str
    claim: Claim
    before: str
    speaker: str
    speaker_page: str | None
    after: str
    text: str
    items: tuple[str, ...]
    property_title: str
    at_title: str | None
    contradictions: tuple[str, ...]


def said(site: Site, claim_id: str, claim: Claim) -> Said:
    """A claim with its speaker: who is named, else the publisher of the document it stands in."""
    register = site.register
    publisher = publisher_of(register, claim)
    speaker = claim.said_by or publisher
    before, after = LEADS[claim.modality]
    if claim.state != "known" and claim.modality in ("states", "admits"):
        after = ""  # the sentence tells what was answered
    elif claim.modality == "states" and speaker == publisher:
        after = "reports"
    is_list = isinstance(claim.value, tuple)
    items = claim.value if isinstance(claim.value, tuple) else ()
    about = register.properties.get(claim.property)
    return Said(
        claim_id, claim_id.partition(".")[2], claim, before, register.title(speaker) if speaker else "Somebody unnamed",
        site.link(speaker) if speaker else None, after, _text(claim) if not is_list else claim.says or "", items,
        about.title if about else claim.property, register.title(claim.at) if claim.at else None,
        tuple(site.links.contradictions_of_claim.get(claim_id, ())),
    )  # fmt: skip


def _text(claim: Claim) -> str:
    """The value, and what is said of it where that is not the same."""
    value = value_shown(claim.value, claim.high, claim.unit)
    if not value or not claim.says or value.lower() in claim.says.lower():
        return claim.says or value
    return f"{value}. {claim.says}" if value[-1] not in ".!?" else f"{value} {claim.says}"


def by_property(register: Register, subject: System | Body, slug: str) -> list[tuple[str, Claim]]:
    """A subject's claims with their ids, in the order of properties.yml; those no longer held come last of each."""
    order = {name: place for place, name in enumerate(register.properties)}
    held = [(f"{slug}.{key}", claim) for key, claim in subject.claims.items()]
    return sorted(held, key=lambda one: (order.get(one[1].property, len(order)), one[1].rank == "deprecated"))


def laid_out(register: Register, slug: str) -> list[Sequence[tuple[str, Claim]]]:
    """The claims beyond the minimum fields in the parts they are shown in: on the subject's own page first."""
    subject = register.systems.get(slug) or register.bodies[slug]
    minimum = {name for name, one in register.properties.items() if one.is_minimum} if slug in register.systems else set()
    others = [one for one in by_property(register, subject, slug) if one[1].property not in minimum]
    return list(in_parts(others, FIRST_CLAIMS, MORE_CLAIMS))


def claim_address(site: Site, claim_id: str) -> str | None:
    """Where a claim stands; None where there is no such claim."""
    slug, _, key = claim_id.partition(".")
    kind = "systems" if slug in site.register.systems else "bodies"
    subject = getattr(site.register, kind).get(slug)
    if subject is None or key not in subject.claims:
        return None
    parts = laid_out(site.register, slug) if len(subject.claims) > FIRST_CLAIMS else []
    for number, part in enumerate(parts[1:], start=2):
        if any(other == claim_id for other, _ in part):
            return f"{part_address(kind, slug, 'claims', number)}#claim-{key}"
    return f"{address(kind, slug)}#claim-{key}"


def in_parts(things: Sequence[Any], first: int, others: int) -> Iterator[Sequence[Any]]:
    """A first part, and further ones; the first is there even when it is empty.

    Example:
        >>> list(in_parts([1, 2, 3, 4, 5], 2, 2))
        [[1, 2], [3, 4], [5]]
    """
    yield things[:first]
    for start in range(first, len(things), others):
        yield things[start : start + others]
