"""What the keeper of a list has written down about it: assessments, rules, agreements. A row each; what has no row was not told."""

from __future__ import annotations

from .schema import Column, Table

FACTS = {
    "entry_rules": "written rules say who comes on the list, the same everywhere it is used",
    "removal_rules": "written rules say when somebody comes off, and they are told apart from new entries",
    "retention_schedule": "a schedule says how long entries are kept",
    "review_schedule": "a schedule says how often entries are looked at again",
    "data_protection_impact_assessment": "an assessment of what the list does to people's data and rights was made before its use",
    "equality_impact_assessment": "an assessment of what the list does to people by protected characteristic was made",
    "sensitive_processing_policy": "a policy document covers what is sensitive, such as ethnic origin",
    "sharing_agreements": "a written agreement stands with everybody who receives entries",
    "sharing_cut_down": "what is passed on is cut down to what each recipient needs",
    "copies_recalled": "recipients are told when an entry is corrected or taken off, and no copies of their own are kept",
    "access_logged": "who looks at an entry is logged, and the log is looked at",
    "children_safeguards": "children on the list have safeguards of their own",
    "public_information": "the public can read how the list works and how to ask whether one is on it",
    "oversight": "somebody outside the body looks at the list regularly",
}
"""Fact -> what is meant by it."""

TABLE = Table(
    name="list_facts",
    one_row_is="one thing the keeper of a list has, or has not",
    columns=(
        Column("fact", "text", "which", allowed=tuple(FACTS)),
        Column("is_there", "yes/no", "whether it is there; empty: not told", may_be_missing=True),
        Column("day", "day", "day it was made or last brought up to date", required=False, may_be_missing=True),
    ),
    key=("fact",),
)
