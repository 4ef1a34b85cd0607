"""People, for rebuilding systems that score them: pseudonymous or made-up only, one row each, without name, birthday or address.

Unknown columns are refused; a birth is a month, a home is an area, and a household is a pseudonym too.
"""

from __future__ import annotations

from .person_words import SEXES
from .schema import Column, Table

TABLE = Table(
    name="persons",
    one_row_is="one pseudonymous or made-up person",
    columns=(
        Column("person", "text", "a pseudonym that leads back to nobody; its form is told in tables/pseudonyms.py"),
        Column("birth_month", "month", "month of birth; a day would be refused"),
        Column("sex", "text", "as recorded", allowed=SEXES),
        Column("group", "text", "ethnic group as the person defines it", may_be_missing=True),
        Column("officer_group", "text", "ethnic group as an officer saw it", required=False, may_be_missing=True),
        Column("area", "text", "where the person lives: an area of thousands of people, such as a district", required=False, may_be_missing=True),
        Column("household", "text", "a pseudonym of the household", required=False, may_be_missing=True),
    ),
    key=("person",),
    is_about_people=True,
)
