"""Offences: what each is called, how the prediction scales group it, and what two harm indices are known to say of it."""

from __future__ import annotations

from .person_words import OFFENCES
from .schema import Column, Table

MARKS = ("known", "recalled", "guessed")
IS_OF = ("offence", "subgroup", "nobody")
INDICES = ("cchi", "css")

TABLE = Table(
    name="offences",
    one_row_is="one offence",
    columns=(
        Column("offence", "text", "the word that records use", allowed=OFFENCES),
        Column("title", "text", "what it is called on a page"),
        Column("subgroup", "text", "Home Office subgroup of recorded crime, or `none told`"),
        Column("ogrs3", "text", "its category in OGRS3"),
        Column("ogrs4", "text", "its category in OGRS4"),
        *(
            column
            for index in INDICES
            for column in (
                Column(f"{index}_days", "number", "weight of one offence", unit="days in prison", low=0),
                Column(f"{index}_is_of", "text", "whose figure it is: the offence's, that of a subgroup it is in, or nobody's", allowed=IS_OF),
                Column(f"{index}_mean_days", "number", "mean of the subgroup", unit="days in prison", low=0, may_be_missing=True),
                Column(f"{index}_lowest_days", "number", "lowest of the subgroup", unit="days in prison", low=0, may_be_missing=True),
                Column(f"{index}_highest_days", "number", "highest of the subgroup", unit="days in prison", low=0, may_be_missing=True),
                Column(f"{index}_mark", "text", "how well it is known", allowed=MARKS),
                Column(f"{index}_source", "text", "where it comes from, a word of systems/offence_weights.py"),
            )
        ),
    ),
    key=("offence",),
)
