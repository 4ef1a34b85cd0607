"""Scores of areas or cells: what a place system says of each, with the recorded crime it may have gone by."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="area_scores",
    one_row_is="one area",
    columns=(
        Column("area_code", "text", "the area's code, as in the table of areas"),
        Column("score", "number", "the system's score; higher is flagged first", required=False, may_be_missing=True),
        Column("is_flagged", "yes/no", "chosen for attention", required=False, may_be_missing=True),
        Column("history", "whole", "recorded crimes of the months before, in the area", "crimes", low=0, required=False, may_be_missing=True),
    ),
    key=("area_code",),
)
