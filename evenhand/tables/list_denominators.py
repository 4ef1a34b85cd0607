"""Numbers of people by group that a list is set beside: residents, people recorded for what the list is said to be about, and others."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="list_denominators",
    one_row_is="one group in one denominator",
    columns=(
        Column("denominator", "text", "what is counted, such as residents aged 10 to 24, or people charged with serious violence"),
        Column("group", "text", "group, named as on the list"),
        Column("people", "number", "people of the group", "people", low=0),
    ),
    key=("denominator", "group"),
)
