"""Harm weights: how much one recorded crime of a category counts for. Every set is a reading, not a fact."""

from __future__ import annotations

from .recorded_crime import CRIME_TYPES
from .schema import Column, Table

TABLE = Table(
    name="harm_weights",
    one_row_is="one category's weight under one reading",
    columns=(
        Column("reading", "text", "name of the set of weights"),
        Column("crime_type", "text", "police.uk category", allowed=CRIME_TYPES),
        Column("weight", "number", "harm of one recorded crime; only ratios within a reading mean anything", low=0),
        Column("unit", "text", "unit of the weight in its source"),
        Column("offences", "whole", "number of offences the weight summarises", low=0, required=False, may_be_missing=True),
        Column("mark", "text", "how well it is known", allowed=("known", "recalled", "guessed")),
        Column("source", "text", "where it comes from"),
    ),
    key=("reading", "crime_type"),
)
