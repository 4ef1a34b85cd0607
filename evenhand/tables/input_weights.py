"""The weights of a system that adds up its inputs, where they are known or supposed."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="input_weights",
    one_row_is="one input's weight",
    columns=(
        Column("input", "text", "the input's name, as in the table inputs"),
        Column("weight", "number", "what one unit of the input adds to the score"),
    ),
    key=("input",),
)
