"""Places on days of a trial of patrols: drawn for patrol or not, and what was recorded."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="place_days",
    one_row_is="one place on one day, for one outcome",
    columns=(
        Column("place_code", "text", "the place's code"),
        Column("day", "text", "the day, as 2020-07-31"),
        Column("outcome", "text", "what is counted, such as violence; left out: one outcome, events", required=False),
        Column("is_treated", "yes/no", "drawn for a patrol that day, whether or not it took place"),
        Column("events", "whole", "events recorded there that day", low=0),
        Column("harm", "number", "harm of these events, in the unit of the weights used", required=False, low=0),
        Column("nearby_events", "whole", "events recorded that day in the ring around the place", required=False, may_be_missing=True, low=0),
        Column("is_patrolled", "yes/no", "a patrol took place that day", required=False, may_be_missing=True),
        Column("chance", "number", "chance of being drawn that day, where places were not drawn alike", required=False, low=0, high=1),
    ),
    key=("place_code", "day", "outcome"),
)
