"""A list of people that somebody keeps and acts on, as its keeper could hand it over for a check of how it is kept: pseudonyms only.

One row is one entry. There is no column for a name, a nickname, a gang or a reason in words; what an entry rests on is told by numbers of
records of each kind, and who is on it by a role. A column that is left out is "not told", which a check of governance says in turn.
"""

from __future__ import annotations

from .schema import Column, Table

EVIDENCE = ("convictions", "charges", "suspect_reports", "intelligence", "victim_reports", "associations", "stops")
"""Columns that say how many records of each kind an entry rests on."""
ROLES = ("convicted", "suspect", "associate", "victim", "witness")
"""What a person is on the list as."""
BASES = ("fact", "opinion", "both")
"""What an entry rests on: what happened, what somebody thinks, or both without being told apart."""
SHARING = ("law", "agreement", "consent", "safeguarding", "none")
"""On what an entry is passed to others."""
_KINDS = {
    "convictions": "convictions", "charges": "charges without a conviction", "suspect_reports": "reports that name the person as a suspect, without a charge",
    "intelligence": "intelligence reports", "victim_reports": "reports with the person as a victim or witness", "associations": "records of being with others",
    "stops": "stops and searches",
}  # fmt: skip

TABLE = Table(
    name="governed_list",
    one_row_is="one pseudonymous or made-up person's entry on a list",
    columns=(
        Column("person", "text", "a pseudonym that leads back to nobody; its form is told in tables/pseudonyms.py"),
        Column("added", "day", "day the entry was made"),
        Column("removed", "day", "day it was taken off; empty: still on the list", required=False, may_be_missing=True),
        Column("last_used", "day", "last day it was acted on or passed on", required=False, may_be_missing=True),
        Column("role", "text", "what the person is on the list as", allowed=ROLES, required=False, may_be_missing=True),
        Column("basis", "text", "whether it rests on facts, on opinion, or on both without telling which is which", allowed=BASES, required=False,
               may_be_missing=True),
        Column("band", "text", "the list's own band", required=False, may_be_missing=True),
        Column("harm_score", "number", "the list's own score of harm done, not of risk run", low=0, required=False, may_be_missing=True),
        *(Column(name, "whole", f"how many {says} it rests on", "records", low=0, required=False, may_be_missing=True) for name, says in _KINDS.items()),
        Column("independent_sources", "whole", "how many sources that do not rest on each other", "sources", low=0, required=False, may_be_missing=True),
        Column("last_reviewed", "day", "day of the last review; empty: never", required=False, may_be_missing=True),
        Column("review_due", "day", "day a review was or is due", required=False, may_be_missing=True),
        Column("retention_until", "day", "last day it may be kept", required=False, may_be_missing=True),
        Column("is_shared", "yes/no", "passed to somebody outside the body that keeps the list", required=False, may_be_missing=True),
        Column("sharing_basis", "text", "on what it is passed on", allowed=SHARING, required=False, may_be_missing=True),
        Column("birth_month", "month", "month of birth; a day would be refused", required=False, may_be_missing=True),
        Column("is_child", "yes/no", "under 18 on the day asked about; where there is no month of birth", required=False, may_be_missing=True),
        Column("sex", "text", "as recorded", allowed=("female", "male"), required=False, may_be_missing=True),
        Column("group", "text", "ethnic group as recorded", required=False, may_be_missing=True),
    ),
    key=("person", "added"),
    is_about_people=True,
)  # fmt: skip
