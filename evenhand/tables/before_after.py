"""Counts of places before and after patrols began, by what each place is for the comparison."""

from __future__ import annotations

from .schema import Column, Table

ROLES = ("treated", "control", "displacement", "displacement-control")
TABLE = Table(
    name="before_after",
    one_row_is="one place",
    columns=(
        Column("place_code", "text", "the place's code"),
        Column("role", "text", "treated, control, or the ring round either, where crime might move to", allowed=ROLES),
        Column("before", "whole", "events before patrols began", low=0),
        Column("after", "whole", "events after", low=0),
        Column("area_km2", "number", "ground of the place", unit="km2", required=False, low=0),
    ),
    key=("place_code",),
)
