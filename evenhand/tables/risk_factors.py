"""Risk factors as an operator prints them: which feature, how it marks the ground, and its relative risk value."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="risk_factors",
    one_row_is="one factor of a risk terrain model as printed",
    columns=(
        Column("factor", "text", "the feature, as printed"),
        Column("operationalisation", "text", "how it marks the ground: near it, or dense about", allowed=("proximity", "density"), required=False),
        Column("distance_m", "number", "up to which distance", "m", low=0, required=False, may_be_missing=True),
        Column("relative_risk_value", "number", "as printed", low=0),
        Column("stands_for_it", "text", "the feature of one's own tables that comes nearest; empty where there is none", required=False, may_be_missing=True),
    ),
    key=("factor",),
)
"""A printed table, to be set beside factors chosen anew."""
