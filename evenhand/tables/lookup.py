"""The lookup between two vintages of area codes: the only bridge over which counts may cross."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="lookup",
    one_row_is="one pair of areas that share ground",
    columns=(
        Column("lsoa11_code", "text", "2011 code"),
        Column("lsoa21_code", "text", "2021 code"),
        Column("change", "text", "U unchanged, S split, M merged, X irregular", allowed=("U", "S", "M", "X")),
        Column("authority_code", "text", "local authority, 2022", required=False, may_be_missing=True),
        Column("authority_name", "text", "its name", required=False, may_be_missing=True),
    ),
    key=("lsoa11_code", "lsoa21_code"),
)
