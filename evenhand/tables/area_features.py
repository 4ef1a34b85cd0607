"""Features of the built environment counted by area, where their points are not at hand."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="area_features",
    one_row_is="one kind of feature in one area",
    columns=(
        Column("area_code", "text", "area of the census"),
        Column("feature_type", "text", "what it is: pub, bus stop, …"),
        Column("features", "whole", "how many there are; 0 where there are none", "features", low=0),
    ),
    key=("area_code", "feature_type"),
)
