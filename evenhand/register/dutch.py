"""A use of a system as the Dutch Publicatiestandaard 1.0 for algorithms asks for it: its 32 fields, by the names of its public schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .dates import earliest, latest
from .exporting import EMPTY, use_of

if TYPE_CHECKING:
    from .exporting import UseOf
    from .register import Register

VERSION = "1.0.0"
FIELDS = (
    "name", "description_short", "organization", "theme", "status", "start_date", "end_date", "contact", "link", "publication_category", "source_link",
    "purpose_and_impact", "considerations", "human_intervention", "risk_management", "legal_basis", "legal_basis_link", "legal_basis_title",
    "processing_register_link", "impact_assessments", "impact_assessments_link", "impact_assessments_explanation",
    "data", "data_source_link", "data_source_title", "technical_operation", "supplier", "source_code_link",
    "language", "schema", "source_id", "search_terms",
)  # fmt: skip
INTERNAL = {
    "category": "theme", "begin_date": "start_date", "contact_email": "contact", "website": "link", "url": "source_link", "goal": "purpose_and_impact",
    "proportionality": "considerations", "risks": "risk_management", "lawful_basis": "legal_basis", "process_index_url": "processing_register_link",
    "impacttoetsen": "impact_assessments", "source_data": "data", "methods_and_models": "technical_operation", "provider": "supplier",
    "publiccode": "source_code_link", "lang": "language", "standard_version": "schema", "tags": "search_terms",
}  # fmt: skip
"""Names that the Dutch register's own software uses for the same fields; an import understands both."""
STATUSES = {
    "announced": "In ontwikkeling", "development": "In ontwikkeling", "pilot": "In ontwikkeling", "in-use": "In gebruik", "paused": "Buiten gebruik",
    "stopped": "Buiten gebruik", "replaced": "Buiten gebruik",
}  # fmt: skip
"""The standard's status for each of ours; it has none for what is denied or unknown. A pilot is not yet in use there."""
LONGEST_SHORT = 350


def dutch(register: Register, system: str, body: str) -> dict[str, Any]:
    """The record: 32 fields, all there; what nobody says is visibly empty, as the Dutch register shows it.

    Raises:
        BadSetting: there is no such system, or the body does not use it.

    Example:
        >>> from evenhand.register.reading import read_register
        >>> register, _ = read_register()
        >>> record = dutch(register, "knife-crime-and-violence-model", "essex-police")
        >>> len(record), record["status"], record["language"]
        (32, 'In gebruik', 'eng')
    """
    use = use_of(register, system, body, standard="dutch")
    own = _own(use)
    return {name: own.get(name) or (use.text(name) if name not in own else EMPTY) for name in FIELDS}


def _own(use: UseOf) -> dict[str, str]:
    """Fields that the record itself answers, without a claim."""
    state, since = use.last()
    is_out = state in ("stopped", "replaced")
    summary = use.system.summary
    return {
        "name": use.system.title[:100],
        "description_short": summary if len(summary) <= LONGEST_SHORT else summary[: LONGEST_SHORT - 1].rstrip() + "…",
        "organization": use.register.title(use.body),
        "theme": "Openbare orde en veiligheid",
        "status": STATUSES.get(state, ""),
        "start_date": _month(next((step.on for step in use.use.status if step.state == "in-use" and step.on), None)),
        "end_date": _month(since) if is_out else "",
        "supplier": ", ".join(title for title, _ in use.makers()) or "\n".join(use.lines("supplier")),
        "language": "eng",
        "schema": VERSION,
        "source_id": f"{use.slug}.{use.body}",
        "search_terms": ", ".join(dict.fromkeys([*use.system.aliases, *use.use.known_as])),
        "publication_category": "",
    }


def _month(when: str | None) -> str:
    """A date as the standard has it, year and month; empty where the month is not known."""
    if when is None or (last := latest(when)) is None:
        return ""
    first = earliest(when)
    return f"{first:%Y-%m}" if (first.year, first.month) == (last.year, last.month) else ""
