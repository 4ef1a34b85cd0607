"""Areas: the polygons that residents and deprivation are published for, in British National Grid metres."""

from __future__ import annotations

from .schema import Column, Table

VINTAGES = ("lsoa-2011", "lsoa-2021", "own")
"""Which set of codes an area belongs to. Codes of two sets are joined only through the lookup."""

TABLE = Table(
    name="areas",
    one_row_is="one area",
    columns=(
        Column("area_code", "text", "the area's official code"),
        Column("area_name", "text", "its name; re-used between vintages, never join on it", required=False, may_be_missing=True),
        Column("authority_code", "text", "code of the local authority it lies in", required=False, may_be_missing=True),
        Column("vintage", "text", "the set of codes", allowed=VINTAGES),
        Column("geometry", "geometry", "polygon, EPSG:27700", "m"),
    ),
    key=("area_code",),
)
