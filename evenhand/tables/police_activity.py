"""Police activity: what officers did or noted, and where. Some systems learn from it, so what they flag comes back as their input."""

from __future__ import annotations

from .schema import Column, Table

ACTIVITIES = ("arrest", "call", "intelligence", "stop-search")

TABLE = Table(
    name="police_activity",
    one_row_is="one arrest, call, intelligence report or search, or `events` of them at one point in one month",
    columns=(
        Column("month", "month", "month of the record"),
        Column("longitude", "number", "of the point, WGS84", "degrees", low=-180, high=180, required=False, may_be_missing=True),
        Column("latitude", "number", "of the point, WGS84", "degrees", low=-90, high=90, required=False, may_be_missing=True),
        Column("x_m", "number", "easting, British National Grid", "m", required=False, may_be_missing=True),
        Column("y_m", "number", "northing, British National Grid", "m", required=False, may_be_missing=True),
        Column("activity", "text", "what it was", allowed=ACTIVITIES),
        Column("events", "whole", "how many the row stands for; 1 when the column is absent", "records", low=0, required=False),
    ),
)
