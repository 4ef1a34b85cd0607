"""Stops with their time, so that those in the dark can be set beside those in daylight at the same hour.

There is no column for a person, an officer or a vehicle; times to the minute are enough.
"""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="lit_stops",
    one_row_is="one stop, of a person or a vehicle",
    columns=(
        Column("stopped_at", "time", "when, UTC", may_be_missing=True),
        Column("group", "text", "ethnic group as recorded", may_be_missing=True),
        Column("longitude", "number", "of the place, WGS84; a force's middle will do", "degrees", low=-180, high=180, may_be_missing=True),
        Column("latitude", "number", "of the place, WGS84", "degrees", low=-90, high=90, may_be_missing=True),
        Column("area_code", "text", "area, beat or road, where places differ in who passes", required=False, may_be_missing=True),
        Column("is_vehicle", "yes/no", "a vehicle was stopped", required=False, may_be_missing=True),
    ),
)
