"""Records about people, for rebuilding systems that score them: pseudonymous or made-up only.

There is no column for a name, a date of birth or an address, and unknown columns are refused.
"""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="person_records",
    one_row_is="one recorded event about one pseudonymous or made-up person",
    columns=(
        Column("person", "text", "a pseudonym that leads back to nobody"),
        Column("month", "month", "month of the event"),
        Column("event", "text", "what was recorded"),
        Column("group", "text", "group for the audit", required=False, may_be_missing=True),
    ),
)
