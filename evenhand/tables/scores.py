"""Scores of pseudonymous or made-up people. They are counted into bands; no list of people leaves the tool."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="scores",
    one_row_is="one pseudonymous or made-up person on one date",
    columns=(
        Column("person", "text", "a pseudonym that leads back to nobody"),
        Column("score", "number", "the system's score"),
        Column("band", "text", "the system's band", required=False, may_be_missing=True),
        Column("is_flagged", "yes/no", "chosen for attention"),
    ),
    key=("person",),
    is_about_people=True,
)
