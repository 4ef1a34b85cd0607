"""What a system is fed: one value of one input for one place or one pseudonymous or made-up person."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="inputs",
    one_row_is="one input of one unit",
    columns=(
        Column("unit_code", "text", "the place's code, or a pseudonym that leads back to nobody"),
        Column("input", "text", "the input's name, such as stops or burglaries"),
        Column("family", "text", "what kind of data it is, such as stop-search, intelligence, suspects or drug-calls", required=False, may_be_missing=True),
        Column("value", "number", "its value as the system takes it"),
    ),
    key=("unit_code", "input"),
)
