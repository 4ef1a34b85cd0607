"""Other numbers of people that stops may be set beside: by day, by age, by who is out; each a claim about who could be stopped."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="denominators",
    one_row_is="one group in one area, under one denominator",
    columns=(
        Column("name", "text", "what is counted, such as 'workday population'"),
        Column("area_code", "text", "the area's official code, as among the residents; or one code for the whole place"),
        Column("group", "text", "group, as among the residents"),
        Column("residents", "number", "people counted", "people", low=0),
    ),
    key=("name", "area_code", "group"),
)
