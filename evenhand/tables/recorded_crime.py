"""Recorded crime: what police recorded, not what happened. On police.uk points are moved and months have no days.

A table that does have days carries them in `day`, beside `month`; systems that learn from day to day need it.
"""

from __future__ import annotations

from .schema import Column, Table

CRIME_TYPES = (
    "Anti-social behaviour",
    "Bicycle theft",
    "Burglary",
    "Criminal damage and arson",
    "Drugs",
    "Other crime",
    "Other theft",
    "Possession of weapons",
    "Public order",
    "Robbery",
    "Shoplifting",
    "Theft from the person",
    "Vehicle crime",
    "Violence and sexual offences",
)
"""The 14 categories police.uk has used since September 2013; older files have others, and are refused."""

TABLE = Table(
    name="recorded_crime",
    one_row_is="one recorded crime or incident, or `events` of them at one point in one month",
    columns=(
        Column("crime_id", "text", "the publisher's identifier; empty for anti-social behaviour", required=False, may_be_missing=True),
        Column("month", "month", "month of the record"),
        Column("day", "day", "day of the record, where it is known: police.uk does not publish it", required=False, may_be_missing=True),
        Column("longitude", "number", "of the published point, WGS84", "degrees", low=-180, high=180, may_be_missing=True),
        Column("latitude", "number", "of the published point, WGS84", "degrees", low=-90, high=90, may_be_missing=True),
        Column("x_m", "number", "easting, British National Grid", "m", required=False, may_be_missing=True),
        Column("y_m", "number", "northing, British National Grid", "m", required=False, may_be_missing=True),
        Column("location_name", "text", "label of the published point", required=False, may_be_missing=True),
        Column("lsoa_code", "text", "area code as published; of the vintage current when published", required=False, may_be_missing=True),
        Column("lsoa_name", "text", "area name as published; re-used between vintages, never join on it", required=False, may_be_missing=True),
        Column("crime_type", "text", "category as published", allowed=CRIME_TYPES),
        Column("last_outcome", "text", "outcome as at download, not final", required=False, may_be_missing=True),
        Column("events", "whole", "how many recorded crimes the row stands for; 1 when the column is absent", "crimes", low=0, required=False),
    ),
)
