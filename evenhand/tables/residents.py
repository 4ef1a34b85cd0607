"""Residents by area and group: people usually living there on census day, not people on the street."""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="residents",
    one_row_is="one group in one area",
    columns=(
        Column("area_code", "text", "the area's official code"),
        Column("group", "text", "group used in the audits"),
        Column("source_group", "text", "the publisher's own label of that group", required=False),
        Column("residents", "whole", "usual residents", "people", low=0),
    ),
    key=("area_code", "group"),
)
