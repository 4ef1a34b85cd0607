"""Recorded crime counted by area and month: what forces publish that publish no points, or other kinds of crime than those with points."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="area_crime",
    one_row_is="recorded crimes of one kind in one area and one month",
    columns=(
        Column("area_code", "text", "the area's official code"),
        Column("month", "month", "month of the records"),
        Column("crime_type", "text", "kind of crime as published; publishers differ in theirs"),
        Column("crime_class", "text", "the wider class it belongs to, as published", required=False, may_be_missing=True),
        Column("events", "whole", "how many were recorded; 0 where there were none", "crimes", low=0),
    ),
    key=("area_code", "month", "crime_type"),
)
