"""Counts of stops by group, for those who have no rows: from a publication, an answer to a request, or another's database."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="group_counts",
    one_row_is="one group, in one area, month and cluster where there are such columns",
    columns=(
        Column("group", "text", "group of people; empty where it was not recorded", may_be_missing=True),
        Column("area_code", "text", "the area's official code; empty for events of no known area", required=False, may_be_missing=True),
        Column("month", "month", "month of the events", required=False, may_be_missing=True),
        Column("cluster", "text", "what the events belong together by, such as an operation or a unit", required=False, may_be_missing=True),
        Column("events", "whole", "stops, or whatever is compared", "events", low=0),
        Column("residents", "number", "people of the group in the area; the same in all rows of that group and area", "people", low=0, required=False,
               may_be_missing=True),
        Column("no_further_action", "whole", "events after which nothing followed", "events", low=0, required=False, may_be_missing=True),
        Column("arrests", "whole", "events that ended in an arrest", "events", low=0, required=False, may_be_missing=True),
        Column("outcome_known", "whole", "events whose outcome is recorded; left out: all of them", "events", low=0, required=False, may_be_missing=True),
        Column("found", "whole", "events that found what was looked for", "events", low=0, required=False, may_be_missing=True),
        Column("found_known", "whole", "events that say whether it was found; left out: all of them", "events", low=0, required=False, may_be_missing=True),
        Column("section_60", "whole", "events under section 60", "events", low=0, required=False, may_be_missing=True),
        Column("power_known", "whole", "events whose power is recorded; left out: all of them", "events", low=0, required=False, may_be_missing=True),
    ),
    key=("group", "area_code", "month", "cluster"),
)  # fmt: skip
