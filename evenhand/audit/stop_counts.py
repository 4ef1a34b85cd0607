"""From stop and search records to counts, in one scan of the engine.

One row of the counts is one area, one officer-defined group and one self-defined group; its columns
are numbers of stops. All that the disparity audit computes comes from these, so that no row about
a person needs to leave the place where it lies.

Steps, in order:  placed -> grouped -> one scan -> counts
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables import engine, stops
from ..tables.errors import BadSetting, EmptyTable, MissingColumn, RepeatedKey, UnknownCategory

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis
    import pandas as pd

FIELDS = ("officer_defined_ethnicity", "self_defined_ethnicity")
"""What the officer saw, and what the person said. They disagree, and each is missing for other people."""

IN_AREA, OUTSIDE, NO_LOCATION = "in an area", "outside", "no location"

NOTHING = "Table 'stops' has no rows, so nothing can be counted. Check the period and the place that were selected."
COUNTED = {
    "stops": "stops",
    "no_further_action": "stops that ended with no further action",
    "outcome_missing": "stops with no outcome recorded",
    "section_60": "stops under section 60, which needs no suspicion of the person",
    "power_missing": "stops with no power recorded",
    "vehicle_only": "searches of a vehicle alone, which have nobody's ethnicity to record",
    "arrest": "stops that ended in an arrest",
    "found": "stops whose outcome is marked as linked to what was looked for",
    "found_missing": "stops that do not say whether the outcome was linked",
    "found_no_further_action": "stops marked as linked although no further action followed",
    "found_missing_no_further_action": "stops that do not say so and ended with no further action",
    "section_60_no_further_action": "stops under section 60 that ended with no further action",
    "section_60_outcome_missing": "stops under section 60 with no outcome recorded",
}
"""The columns of the counts that hold numbers of stops, and what each one holds."""


def count_stops(rows: ibis.Table, *, areas_of_points: pd.DataFrame | None = None, fields: Sequence[str] = FIELDS) -> pd.DataFrame:
    """Count stops by area and group, with what followed and under which power.

    Args:
        rows: the table `stops`, in the engine. It may already hold `area_code`.
        areas_of_points: longitude, latitude, area_code: one row a published point that lies in the
            place. Where given, it decides the area, and a stop at any other point is "outside".
        fields: the ethnicity fields to count by.

    Returns:
        `location` ("in an area", "outside", "no location"), `area_code` (missing unless in an area), the fields
        (one of the five groups, or missing: nobody is dropped), and the columns of `COUNTED`; one row per
        combination that occurs.

    Raises:
        MissingColumn: a field is not in the table, or there is no way to tell the areas' points.
        UnknownCategory: an ethnicity that belongs to no group.
        RepeatedKey: a point in two areas, which would count its stops twice.
        EmptyTable: no stops.

    Example:
        >>> import pandas as pd
        >>> rows = engine.rows_of(pd.DataFrame({
        ...     "area_code": ["A1", "A1", "A2"], "self_defined_ethnicity": ["White - Irish", "Other ethnic group - Not stated", "White - Irish"],
        ...     "outcome": ["Arrest", "A no further action disposal", None]}))
        >>> count_stops(rows, fields=["self_defined_ethnicity"])[["area_code", "self_defined_ethnicity", "stops", "no_further_action"]].values.tolist()
        [['A1', 'White', 1, 0], ['A1', None, 1, 1], ['A2', 'White', 1, 0]]

    Read with care:
        Published points are moved to the nearest point of a fixed list, so that a stop near a
        boundary may be counted in the neighbouring area.
    """
    unknown = [field for field in fields if field not in FIELDS]
    if unknown or not fields:
        raise BadSetting(f"fields={list(fields)!r}: the ethnicity fields are {', '.join(FIELDS)}.")
    _require_fields(rows, fields)
    named = grouped(placed(rows, areas_of_points), fields)
    counts = engine.fetched(_summed(named, ["area_code", *fields]).order_by(["area_code", *fields]))
    if counts.empty:
        raise EmptyTable(NOTHING)
    return _tidied(counts, list(fields))


def count_months(rows: ibis.Table, *, areas_of_points: pd.DataFrame | None = None, fields: Sequence[str] = FIELDS) -> pd.DataFrame:
    """Count stops by month and group, in the place and outside it, in a scan of its own.

    Areas are not told apart: month, area and group together would make counts as long as the rows.

    Args:
        rows: the table `stops`, in the engine.
        areas_of_points: as `count_stops`.
        fields: the ethnicity fields to count by.

    Returns:
        `month` and `force` (missing where they are), `location` ("in an area", "outside", "no location"), the fields, and `stops`.

    Raises:
        MissingColumn: there is no month or no such field; see also `count_stops`.
        UnknownCategory, RepeatedKey, EmptyTable: as `count_stops`.

    Example:
        >>> import pandas as pd
        >>> rows = engine.rows_of(pd.DataFrame({"month": ["2024-01", "2024-01", "2024-02"], "officer_defined_ethnicity": ["White"] * 3}))
        >>> count_months(rows, fields=["officer_defined_ethnicity"])[["month", "stops"]].values.tolist()
        [['2024-01', 2], ['2024-02', 1]]
    """
    import ibis

    _require_fields(rows, ("month", *fields))
    if "force" not in rows.columns:
        rows = rows.mutate(force=ibis.null("string"))
    named = grouped(placed(rows, areas_of_points), fields)
    where = ibis.cases((named.area_code == OUTSIDE, OUTSIDE), (named.area_code.isnull(), NO_LOCATION), else_=IN_AREA)
    counts = engine.counts(named.mutate(location=where), by=["month", "force", "location", *fields]).rename(columns={"n": "stops"})
    if counts.empty:
        raise EmptyTable(NOTHING)
    counts["force"] = counts["force"].fillna("force not named")
    _require_groups(counts, fields)
    return counts


def _require_fields(rows: ibis.Table, wanted: Sequence[str]) -> None:
    absent = [field for field in wanted if field not in rows.columns]
    if absent:
        raise MissingColumn(f"Table 'stops' has no column {absent[0]!r}, so stops cannot be counted by it.\nColumns found: {', '.join(rows.columns)}.")


def grouped(rows: ibis.Table, fields: Sequence[str]) -> ibis.Table:
    """The rows with each published category replaced by its group: missing for "Not stated" and for empty.

    A category that belongs to no group is kept as it is, so that it is noticed and refused afterwards.
    """
    import ibis
    import pandas as pd

    if "self_defined_ethnicity" not in fields:
        return rows
    # A join with the list of categories is far quicker than asking nineteen questions of each row.
    known = engine.rows_of(pd.DataFrame({"category": list(stops.SELF_DEFINED), "its_group": list(stops.SELF_DEFINED.values())}))
    joined = rows.left_join(known, rows.self_defined_ethnicity == known.category)
    strange = ibis.ifelse(joined.category.isnull(), joined.self_defined_ethnicity, ibis.null("string"))
    return joined.mutate(self_defined_ethnicity=ibis.coalesce(joined.its_group, strange))


def placed(rows: ibis.Table, areas_of_points: pd.DataFrame | None) -> ibis.Table:
    """The rows with `area_code`: a code, "outside" the place, or missing for a stop of no location."""
    import ibis

    if areas_of_points is None:
        if "area_code" not in rows.columns:
            rows = rows.mutate(area_code=ibis.null("string"))
        return rows.mutate(area_code=rows.area_code.cast("string"))
    lacking = [name for name in ("longitude", "latitude") if name not in rows.columns]
    if lacking:
        raise MissingColumn(f"Table 'stops' has no column {lacking[0]!r}, so stops cannot be placed in areas.\nColumns found: {', '.join(rows.columns)}.")
    points = areas_of_points.loc[areas_of_points["area_code"].notna(), ["longitude", "latitude", "area_code"]].drop_duplicates()
    twice = points[points.duplicated(["longitude", "latitude"])]
    if len(twice):
        where = f"{twice.iloc[0].longitude}, {twice.iloc[0].latitude}"
        raise RepeatedKey(f"{len(twice):,} points lie in more than one area (for example {where}), so their stops would count twice. Give each point one area.")
    known = engine.rows_of(points.rename(columns={"area_code": "area_of_point", "longitude": "point_longitude", "latitude": "point_latitude"}))
    if "area_code" in rows.columns:
        rows = rows.drop("area_code")
    joined = rows.left_join(known, [rows.longitude == known.point_longitude, rows.latitude == known.point_latitude])
    has_point = joined.longitude.notnull() & joined.latitude.notnull()
    elsewhere = ibis.ifelse(has_point, ibis.literal(OUTSIDE), ibis.null("string"))
    return joined.mutate(area_code=ibis.coalesce(joined.area_of_point.cast("string"), elsewhere))


def _summed(rows: ibis.Table, by: list[str]) -> ibis.Table:
    """The numbers of stops, added up in the engine; a column the table lacks is all missing."""
    import ibis

    lacking = {name: ibis.null("string") for name in ("outcome", "legislation", "kind") if name not in rows.columns}
    rows = rows.mutate(**lacking)
    nothing_followed, no_outcome = rows.outcome == stops.NO_FURTHER_ACTION, rows.outcome.isnull()
    without_suspicion = rows.legislation == stops.SECTION_60
    sums = {
        "stops": rows.count(),
        "no_further_action": rows.count(where=nothing_followed),
        "outcome_missing": rows.count(where=no_outcome),
        "section_60": rows.count(where=without_suspicion),
        "power_missing": rows.count(where=rows.legislation.isnull()),
        "vehicle_only": rows.count(where=rows.kind == "Vehicle search"),
        "arrest": rows.count(where=rows.outcome == stops.ARREST),
        "section_60_no_further_action": rows.count(where=without_suspicion & nothing_followed),
        "section_60_outcome_missing": rows.count(where=without_suspicion & no_outcome),
    }
    if "is_outcome_linked" in rows.columns:
        linked, unsaid = rows.is_outcome_linked, rows.is_outcome_linked.isnull()
        sums |= {
            "found": rows.count(where=linked),
            "found_missing": rows.count(where=unsaid),
            "found_no_further_action": rows.count(where=linked & nothing_followed),
            "found_missing_no_further_action": rows.count(where=unsaid & nothing_followed),
        }
    return rows.group_by(by).agg(**sums)


def _tidied(counts: pd.DataFrame, fields: list[str]) -> pd.DataFrame:
    """Whole numbers, missing as missing, in a stated order; an ethnicity of no group is refused."""
    _require_groups(counts, fields)
    outside, nowhere = counts["area_code"] == OUTSIDE, counts["area_code"].isna()
    counts.insert(0, "location", np.select([outside, nowhere], [OUTSIDE, NO_LOCATION], IN_AREA))
    counts.loc[outside, "area_code"] = None
    if "found" not in counts.columns:  # the table has no such column, so none of its rows says anything
        nothing = counts["stops"] * 0
        counts = counts.assign(
            found=nothing, found_missing=counts["stops"], found_no_further_action=nothing, found_missing_no_further_action=counts["no_further_action"]
        )
    return counts[["location", "area_code", *fields, *COUNTED]]


def _require_groups(counts: pd.DataFrame, fields: Sequence[str]) -> None:
    """Raise for an ethnicity that belongs to no group."""
    for field in fields:
        strange = sorted(set(counts[field].dropna().unique()) - set(stops.OFFICER_DEFINED))
        if strange:
            raise UnknownCategory(
                f"Table 'stops', column '{field}' holds values that belong to no group: {', '.join(map(repr, strange[:3]))}.\n"
                f"Known groups: {', '.join(stops.OFFICER_DEFINED)}. Use the publisher's categories, or rename yours to them."
            )
