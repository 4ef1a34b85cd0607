"""Scores of one system with one input or one family of inputs left out, as whoever runs the system can export them."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="ablated_scores",
    one_row_is="the score of one unit with one thing left out",
    columns=(
        Column("unit_code", "text", "the place's code, or a pseudonym that leads back to nobody"),
        Column("left_out", "text", "the input or family left out; empty for the system as it is", may_be_missing=True),
        Column("score", "number", "the system's score; higher is flagged first"),
    ),
)
