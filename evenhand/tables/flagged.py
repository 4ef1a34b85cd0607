"""Flagged places: what a place system puts on the map, ours or an operator's own export."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="flagged",
    one_row_is="one cell or area over one span of months",
    columns=(
        Column("place_code", "text", "the cell's or area's code"),
        Column("score", "number", "the system's score; only its order is comparable between systems", may_be_missing=True),
        Column("is_flagged", "yes/no", "chosen for attention"),
        Column("from", "month", "first month it applies to"),
        Column("to", "month", "last month it applies to"),
    ),
    key=("place_code", "from"),
)
