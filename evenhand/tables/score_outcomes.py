"""Scores of people beside what was recorded later: pseudonymous people, or cells of people already counted.

There is no column for a name, a date of birth or an address, and unknown columns are refused. Rows are
counted in one scan; no row, and no pseudonym, is carried any further.
"""

from __future__ import annotations

from .schema import Column, Table

ATTRIBUTES = ("sex", "age_band")
"""Further attributes that groups are crossed with."""

TABLE = Table(
    name="score_outcomes",
    one_row_is="one pseudonymous or made-up person, or a cell of as many people as `people` says",
    columns=(
        Column("person", "text", "a pseudonym that leads back to nobody; only counted, never carried", required=False, may_be_missing=True),
        Column("people", "whole", "how many people the row stands for; one where the column is absent", "people", low=0, required=False),
        Column("group", "text", "group for the audit, such as recorded ethnicity", may_be_missing=True),
        Column("sex", "text", "as recorded", required=False, may_be_missing=True),
        Column("age_band", "text", "a band of ages, never a date of birth", required=False, may_be_missing=True),
        Column("stratum", "text", "what people may rightly be compared within, such as a band of convictions", required=False, may_be_missing=True),
        Column("score", "number", "the system's score; higher is riskier", required=False, may_be_missing=True),
        Column("band", "text", "the system's band", required=False, may_be_missing=True),
        Column("is_flagged", "yes/no", "chosen for attention", required=False),
        Column("outcome", "yes/no", "what the score predicts was recorded later; missing where nobody knows", required=False, may_be_missing=True),
        Column("area_code", "text", "area, so that people of one area are not taken as independent", required=False, may_be_missing=True),
        Column("decision_maker", "text", "a pseudonym of whoever decided; only to count by", required=False, may_be_missing=True),
        Column("is_intervened", "yes/no", "acted upon so that the outcome could not be seen", required=False, may_be_missing=True),
    ),
    is_about_people=True,
)
