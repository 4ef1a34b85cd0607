"""Searches already counted: how many of each group in each area, and after how many something was found.

For figures that come as counts, from a force's own report or an answer to a request. The column that
decides most is `encounters`: without it only hit shares can be had, and no search rate, no robust
outcome test and no threshold test.
"""

from __future__ import annotations

from .schema import Column, Table

TABLE = Table(
    name="search_outcomes",
    one_row_is="the searches of one group in one area",
    columns=(
        Column("area_code", "text", "area, beat or force; leave the column out where there is only one", required=False),
        Column("group", "text", "ethnic group; missing where it was not recorded", may_be_missing=True),
        Column("searches", "whole", "searches of which it is known whether anything came of them", "searches", low=0),
        Column("hits", "whole", "those of them after which anything but no further action followed", "searches", low=0, required=False, may_be_missing=True),
        Column(
            "linked_hits", "whole", "those of them after which what was searched for was found", "searches", low=0, required=False, may_be_missing=True
        ),
        Column(
            "encounters",
            "whole",
            "stops of which these searches are a part, searched or not; or a benchmark in their stead, which must then be named",
            "stops",
            low=0,
            required=False,
            may_be_missing=True,
        ),
    ),
    key=("area_code", "group"),
)
