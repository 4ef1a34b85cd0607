"""Harm weights of single offences, as somebody who has an index's own sheet may hand them over."""

from __future__ import annotations

from .person_words import OFFENCES
from .schema import Column, Table

TABLE = Table(
    name="offence_weights",
    one_row_is="one offence's weight in one index",
    columns=(
        Column("offence", "text", "the word that records use", allowed=OFFENCES),
        Column("index", "text", "the harm index", allowed=("cchi", "css")),
        Column("weight", "number", "weight of one offence; only ratios within an index mean anything", low=0),
        Column("unit", "text", "unit of the weight"),
        Column("source", "text", "where it comes from"),
    ),
    key=("offence", "index"),
)
