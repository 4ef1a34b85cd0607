"""A claim's value, and a piece of evidence, as a reader sees them in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .claim import Claim
    from .evidence import Cited, Evidence
    from .register import Register

STATE_FIRST = {"withheld": "withheld", "denied": "denied", "not-held": "not held", "not-asked": "not asked", "unknown": "unknown"}


def shown(claim: Claim) -> str:
    """What a claim says: its value with unit, or its state and what was answered.

    Example:
        >>> from evenhand.register.claim import Claim
        >>> evidence = {"source": "amnesty-2025"}
        >>> shown(Claim.model_validate(dict(property="cost", value=10_000, high=12_500, unit="£", as_of="2021", evidence=evidence)))
        '£10,000 to 12,500'
        >>> shown(Claim.model_validate(dict(property="review", state="not-held", says="It holds none.", evidence=evidence)))
        'not held: It holds none.'
    """
    value = value_shown(claim.value, claim.high, claim.unit)
    if claim.state == "known":
        return value
    return f"{STATE_FIRST[claim.state]}: {claim.says or value}"


def value_shown(value: Any, high: float | None = None, unit: str | None = None) -> str:
    """A value with its unit."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        number = _number(value) + (f" to {_number(high)}" if high is not None else "")
        if unit == "£":
            return f"£{number}"
        return f"{number} %" if unit == "%" else f"{number} {unit}" if unit else number
    if isinstance(value, tuple | list):
        return "; ".join(value)
    return value or ""


def _number(value: float) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    text = f"{value:,.10f}".rstrip("0").rstrip(".") if abs(value) >= 1e-6 else repr(value)
    return "0" if text in ("", "-0") else text


def resolved(register: Register, evidence: Evidence) -> dict[str, Any]:
    """Evidence with all that its source's file and notes tell, and in short as a reader cites it.

    Example:
        >>> from evenhand.register.evidence import Evidence
        >>> from evenhand.register.reading import read_register
        >>> register, _ = read_register()
        >>> resolved(register, Evidence(source="amnesty-2025", section="4.2.1", note=526))["short"]
        'Amnesty 2025, section 4.2.1, from page 82, note 526'
    """
    source = register.sources.get(evidence.source)
    first = source.pages.get(evidence.section) if source and evidence.section is not None else None
    page = evidence.page or (str(first) if first is not None else None)
    return {
        "source": evidence.source,
        "cite_as": source.cite_as if source else evidence.source,
        "title": source.title if source else None,
        "section": evidence.section,
        "page": page,
        "is_page_of_section": evidence.page is None and page is not None,
        "notes": [_note(register, evidence.source, number) for number in evidence.note],
        "words": evidence.words,
        "status": "seen" if evidence.is_seen else "cited",
        "short": short(register, evidence),
    }


def evidence_of(register: Register, record: Any) -> list[dict[str, Any]]:
    """All evidence of a record or a part of one, resolved."""
    return [resolved(register, evidence) for evidence in record.evidence]


def short(register: Register, evidence: Evidence) -> str:
    """Evidence in a line: "Amnesty 2025, section 4.2.1, from page 82, note 526"."""
    source = register.sources.get(evidence.source)
    parts = [source.cite_as if source else evidence.source]
    first = source.pages.get(evidence.section) if source and evidence.section is not None else None
    if evidence.section:
        parts.append(f"section {evidence.section}" if evidence.section[0].isdigit() else evidence.section)
    if evidence.page or first:
        parts.append(f"page {evidence.page}" if evidence.page else f"from page {first}")
    if evidence.note:
        parts.append(f"note{'s' if len(evidence.note) > 1 else ''} {', '.join(map(str, evidence.note))}")
    return ", ".join(parts)


def _note(register: Register, source: str, number: int) -> dict[str, Any]:
    note = register.notes.get(source, {}).get(number)
    return {
        "number": number,
        "kind": note.kind if note else None,
        "says": note.says if note else None,
        "cites": [cited_shown(cited) for cited in note.cites] if note else [],
    }


def cited_shown(cited: Cited) -> dict[str, str | None]:
    """One cited document, every field there, as printed."""
    return {"by": cited.by, "title": cited.title, "date": cited.date, "where": cited.where, "page": cited.page, "link": cited.link}
