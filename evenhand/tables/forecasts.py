"""What a place system said beforehand: a score, an expected count or a probability for each place and span, and what it flagged."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="forecasts",
    one_row_is="one cell or area over one span of days or months",
    columns=(
        Column("place_code", "text", "the cell's or area's code, as in the table of events"),
        Column("from", "text", "first day (2024-01-31) or month (2024-01) it applies to"),
        Column("to", "text", "last day or month it applies to, inclusive"),
        Column("is_flagged", "yes/no", "chosen for attention; left out where only the ranking is known", required=False),
        Column("score", "number", "the system's score; only its order is used", required=False, may_be_missing=True),
        Column("expected", "number", "events the system expects there in that span", "events", low=0, required=False, may_be_missing=True),
        Column("probability", "number", "probability the system gives to any event there in that span", low=0, high=1, required=False, may_be_missing=True),
        Column("baseline_score", "number", "score of a plain baseline for the same place and span", required=False, may_be_missing=True),
        Column("area_km2", "number", "ground of the place", "km2", low=0, required=False, may_be_missing=True),
        Column("street_km", "number", "length of street in the place", "km", low=0, required=False, may_be_missing=True),
        Column("residents", "number", "people living in the place", "people", low=0, required=False, may_be_missing=True),
    ),
    key=("place_code", "from", "to"),
)
