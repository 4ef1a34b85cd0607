"""Flagged ground as polygons: an operator's own map of where to go, in whatever shapes it draws."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="flagged_areas",
    one_row_is="one polygon over one span of months",
    columns=(
        Column("place_code", "text", "the polygon's own code; numbered in order where the file has none"),
        Column("score", "number", "the system's score, or its dose: predictions, visits, hours", low=0, required=False, may_be_missing=True),
        Column("is_flagged", "yes/no", "chosen for attention; left out where every polygon is", required=False),
        Column("from", "month", "first month it applies to", required=False),
        Column("to", "month", "last month it applies to", required=False),
        Column("geometry", "geometry", "polygon, EPSG:27700", "m"),
    ),
    key=("place_code", "from"),
)
