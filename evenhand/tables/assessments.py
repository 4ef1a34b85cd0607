"""What probation officers judged of pseudonymous or made-up people: items of a structured assessment, 0 to 2 each."""

from __future__ import annotations

from .person_words import ASSESSED
from .schema import Column, Table

TABLE = Table(
    name="assessments",
    one_row_is="one assessment of one pseudonymous or made-up person",
    columns=(
        Column("person", "text", "a pseudonym that leads back to nobody; its form is told in tables/pseudonyms.py"),
        Column("day", "day", "day of the assessment"),
        *(
            Column(item, "whole", f"{item.replace('_', ' ')}: 0 no problem, 1 some, 2 significant", low=0, high=2, required=False, may_be_missing=True)
            for item in ASSESSED
        ),
    ),
    key=("person", "day"),
    is_about_people=True,
)
