"""Counts of places by month, with the month in which patrols began there, if they did."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="place_months",
    one_row_is="one place in one month",
    columns=(
        Column("place_code", "text", "the place's code"),
        Column("month", "month", "the month, as 2020-07"),
        Column("patrols_from", "month", "month in which patrols began there; missing where they never did", may_be_missing=True),
        Column("events", "whole", "events recorded there that month", low=0),
    ),
    key=("place_code", "month"),
)
