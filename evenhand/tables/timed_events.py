"""Events with the window in which each happened, such as a theft between leaving a bicycle and missing it. No place and no person."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="timed_events",
    one_row_is="one event, or `events` of them with the same window",
    columns=(
        Column("from_at", "time", "the earliest it can have happened, UTC", may_be_missing=True),
        Column("to_at", "time", "the latest it can have happened, UTC; where the column is absent every time is exact", required=False, may_be_missing=True),
        Column("event_type", "text", "what it was, such as theft of a bicycle", required=False, may_be_missing=True),
        Column("events", "whole", "how many the row stands for; 1 when the column is absent", "events", low=1, required=False),
    ),
)
