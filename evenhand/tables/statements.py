"""Published statements with the figures they rest on, all as printed, for checking one against the other."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="statements",
    one_row_is="one published statement with one figure",
    columns=(
        Column("statement", "text", "the claim, in your own words"),
        Column("kind", "text", "how the figure comes from its parts: ratio, percent, sum, …"),
        Column("parts", "text", "the figures it rests on as printed, with ; between them; empty where none are published", may_be_missing=True),
        Column("printed", "text", "its figure as printed", required=False, may_be_missing=True),
        Column("words", "text", "how it puts the figure in words, such as “almost five times”", required=False, may_be_missing=True),
        Column("where", "text", "document and section", required=False, may_be_missing=True),
        Column("note", "text", "what a reader must know", required=False, may_be_missing=True),
    ),
)
