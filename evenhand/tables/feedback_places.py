"""How a world of places is set for the feedback simulation: true events and how many of them somebody reports."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="feedback_places",
    one_row_is="one place",
    columns=(
        Column("place_code", "text", "the place's code"),
        Column("events_per_day", "number", "true events a day, as supposed", "events a day", low=0),
        Column("report_share", "number", "share of them that somebody reports, as supposed", "share", low=0, high=1),
        Column("prior_records", "number", "what was recorded there before the first day", "records", low=0, required=False),
    ),
    key=("place_code",),
)
