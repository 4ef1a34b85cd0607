"""A use of a system as the UK's Algorithmic Transparency Recording Standard asks for it, by attribute name.

Names are those of the data standard of 2021 in its machine-readable form, with `previous_process`, which the template has
asked for since; the numbers of its sections have changed from version to version. The record is not the body's own and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .exporting import EMPTY, use_of

if TYPE_CHECKING:
    from .exporting import UseOf
    from .register import Register

VERSION = "attribute names of the 2021 data standard, and previous_process of the version 3 template"
ATTRIBUTES = (
    "name", "description", "website", "contact_email", "organisation", "team", "senior_responsible_owner", "external_supplier",
    "external_supplier_identifier", "external_supplier_role", "data_access_terms", "scope", "benefit", "previous_process", "alternatives_considered",
    "model_type", "frequency_usage", "phase", "maintenance", "system_architecture", "process_integration", "provided_information", "human_decisions",
    "required_training", "appeals_and_review", "source_data_name", "source_data_description", "source_data_url", "data_collection",
    "data_sharing_agreements", "data_access_and_storage", "impact_assessment_name", "impact_assessment_description", "impact_assessment_date",
    "impact_assessment_link", "risk_name", "risk_description", "risk_mitigation",
)  # fmt: skip
MANY = frozenset(
    ("external_supplier", "external_supplier_identifier", "external_supplier_role", "data_access_terms", "source_data_name", "source_data_description",
     "source_data_url", "data_sharing_agreements", "data_access_and_storage", "impact_assessment_name", "impact_assessment_description",
     "impact_assessment_date", "impact_assessment_link", "risk_name", "risk_description", "risk_mitigation")
)  # fmt: skip
"""Attributes that may be given several times: lists."""
PHASES = {
    "announced": "pre-deployment", "development": "pre-deployment", "pilot": "beta-pilot", "in-use": "production", "paused": "production",
    "stopped": "retired", "replaced": "retired",
}  # fmt: skip
"""The standard's phase for each status. It has none for what is denied or unknown, and none for a pause."""


def atrs(register: Register, system: str, body: str) -> dict[str, Any]:
    """The record, every attribute there; what nobody says is visibly empty.

    Raises:
        BadSetting: there is no such system, or the body does not use it.

    Example:
        >>> from evenhand.register.reading import read_register
        >>> register, _ = read_register()
        >>> record = atrs(register, "knife-crime-and-violence-model", "essex-police")
        >>> record["name"], record["phase"], record["contact_email"]
        ('Knife Crime and Violence Model', 'production', 'not known to this register')
    """
    use = use_of(register, system, body, standard="atrs")
    own = _own(use)
    record: dict[str, Any] = {
        "atrs_version": VERSION,
        "published_by": "Evenhand register; not a record of the organisation itself",
        "register_id": f"{system}.{body}",
    }
    for name in ATTRIBUTES:
        said = own.get(name) or use.lines(name)
        if name in MANY:
            record[name] = said or [EMPTY]
        else:
            record[name] = "\n".join(said) or EMPTY
    return record


def _own(use: UseOf) -> dict[str, list[str]]:
    """Attributes that the record itself answers, without a claim."""
    state, since = use.last()
    phase = PHASES.get(state)
    makers = use.makers()
    return {
        "name": [use.system.title],
        "description": [use.system.summary, *use.lines("description")],
        "organisation": [use.register.title(use.body)],
        "team": [use.use.unit] if use.use.unit else [],
        "external_supplier": [title for title, _ in makers] or use.lines("external_supplier"),
        "external_supplier_role": [role for _, role in makers],
        "phase": [phase] if phase else [],
        "scope": [use.use.says] if use.use.says else [],
        "maintenance": [f"{state.replace('-', ' ')} since {since}"] if since and state in ("paused", "stopped", "replaced") else [],
    }
