"""Deprivation by area: rank 1 and decile 1 are the most deprived. England only."""

from __future__ import annotations

from .schema import Column, Table

DOMAINS = ("overall", "income", "employment", "education", "health", "crime", "housing", "environment")
"""`crime` is built from recorded crime, and so is a part of `overall`: never use either to explain recorded crime."""

TABLE = Table(
    name="deprivation",
    one_row_is="one domain in one area",
    columns=(
        Column("area_code", "text", "the area's official code"),
        Column("domain", "text", "the whole index or one of its parts", allowed=DOMAINS),
        Column("rank", "whole", "1 is the most deprived area of England", low=1, required=False, may_be_missing=True),
        Column("decile", "whole", "1 is the most deprived tenth of areas of England", low=1, high=10),
        Column("score", "number", "the published score; not comparable between domains", required=False, may_be_missing=True),
    ),
    key=("area_code", "domain"),
)
