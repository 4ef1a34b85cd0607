"""Who belongs to which group in each unit: residents of a place, or one pseudonymous or made-up person."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="unit_groups",
    one_row_is="the people of one group in one unit",
    columns=(
        Column("unit_code", "text", "the place's code, or a pseudonym that leads back to nobody"),
        Column("group", "text", "group for the audit, such as recorded ethnicity or a band of deprivation"),
        Column("people", "number", "how many people; 1 for a person", "people", low=0),
        Column("block", "text", "units that are alike and lie together, such as a ward: resampled and left out together", required=False, may_be_missing=True),
    ),
    key=("unit_code", "group"),
)
