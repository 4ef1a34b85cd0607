"""Features of the built environment: points such as bars and bus stops, for systems that learn from them."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="features",
    one_row_is="one point of interest",
    columns=(
        Column("feature_type", "text", "what it is: pub, bus stop, …"),
        Column("longitude", "number", "WGS84", "degrees", low=-180, high=180),
        Column("latitude", "number", "WGS84", "degrees", low=-90, high=90),
        Column("x_m", "number", "easting, British National Grid", "m", required=False, may_be_missing=True),
        Column("y_m", "number", "northing, British National Grid", "m", required=False, may_be_missing=True),
    ),
)
