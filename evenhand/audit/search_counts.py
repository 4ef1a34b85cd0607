"""From stop and search records to counts of what came of them, in one scan of the engine.

One row of the counts is one area, group, power and purpose; its columns are numbers of searches by
what followed. All outcome tests but the veil of darkness are computed from these.

Read with care: an outcome is not a find. An arrest may follow from the quarrel over the search, and
something may be found on which nothing further is done. "Linked" says that the outcome followed from
what was looked for; forces fill it in differently: some never, some always with "no", one marks nearly
every search that came to nothing as linked. Hence a linked find here needs both: that something
followed, and that it was linked.

Steps, in order:  placed, grouped (stop_counts) -> power and purpose in words -> months that fill the link in -> one scan -> counts
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables import engine, stops
from ..tables.errors import BadSetting, EmptyTable, MissingColumn, UnknownCategory
from .stop_counts import FIELDS, IN_AREA, NO_LOCATION, OUTSIDE, grouped, placed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis
    import pandas as pd

NEEDS_SUSPICION, WITHOUT_SUSPICION, NO_POWER = "needs suspicion", "section 60", "power not recorded"
POSSESSION, SUPPLY, DRUGS = "drugs, possession", "drugs, supply", "drugs, not said whether possession or supply"
WEAPONS, STOLEN, ELSE, NO_PURPOSE = "weapons", "stolen goods or tools for theft", "something else", "purpose not recorded"
PURPOSES = (POSSESSION, SUPPLY, DRUGS, WEAPONS, STOLEN, ELSE, NO_PURPOSE)

COUNTED = {
    "searches": "searches",
    "nothing": "searches that ended with no further action",
    "something": "searches after which anything else followed",
    "linked": "searches after which something followed that was linked to what was looked for",
    "unlinked": "searches after which something followed that was not linked",
    "unsaid": "searches after which something followed, with no word on whether it was linked",
    "nothing_in_linked_months": "searches that ended with no further action",
    "nothing_linked": "searches that ended with no further action and are marked as linked all the same",
    "nothing_unlinked": "searches that ended with no further action and are marked as not linked",
}
"""The columns of the counts that hold numbers of searches, and what each one holds; from `linked` on, in months that fill the link in."""

MOSTLY = 0.5
"""A force's month fills the link in where more than this share of its outcomes have a word on it. In other months every search is unknown:
to keep the searches that came to nothing and drop the outcomes would make finds rare."""


def count_searches(rows: ibis.Table, *, areas_of_points: pd.DataFrame | None = None, fields: Sequence[str] = FIELDS) -> pd.DataFrame:
    """Count searches by area, group, power and purpose, with what followed.

    Args:
        rows: the table `stops`, in the engine. It may already hold `area_code`; where it does not and holds
            several forces, each force is an area.
        areas_of_points: longitude, latitude, area_code of the published points in the place; see `stop_counts.count_stops`.
        fields: the ethnicity fields to count by.

    Returns:
        `location`, `area_code`, the fields (one of the five groups, or missing), `power`, `purpose`, and the columns of
        `COUNTED`; one row per combination that occurs. Outcome unknown: in `searches`, in neither `nothing` nor `something`.

    Raises:
        MissingColumn: a field or the outcome is not in the table.
        UnknownCategory, RepeatedKey, EmptyTable: as `stop_counts.count_stops`.

    Example:
        >>> import pandas as pd
        >>> rows = engine.rows_of(pd.DataFrame({
        ...     "area_code": ["A1"] * 3, "officer_defined_ethnicity": ["White"] * 3, "object_of_search": ["Controlled drugs"] * 3,
        ...     "outcome": ["Arrest", "A no further action disposal", None], "is_outcome_linked": [True, True, None]}))
        >>> one = count_searches(rows, fields=["officer_defined_ethnicity"]).iloc[0]
        >>> one.purpose, int(one.searches), int(one.linked), int(one.nothing)
        ('drugs, not said whether possession or supply', 3, 1, 1)

    Read with care:
        See the head of this file.
    """
    unknown = [field for field in fields if field not in FIELDS]
    if unknown or not fields:
        raise BadSetting(f"fields={list(fields)!r}: the ethnicity fields are {', '.join(FIELDS)}.")
    absent = [name for name in (*fields, "outcome") if name not in rows.columns]
    if absent:
        raise MissingColumn(f"Table 'stops' has no column {absent[0]!r}, so searches cannot be counted by it.\nColumns found: {', '.join(rows.columns)}.")
    by = ["area_code", *fields, "power", "purpose"]
    named = _with_months(_in_words(grouped(_in_areas(rows, areas_of_points), fields)))
    counts = engine.fetched(_summed(named, by).order_by(by))
    if counts.empty:
        raise EmptyTable("Table 'stops' has no rows, so nothing can be counted. Check the period and the place that were selected.")
    return _tidied(counts, list(fields))


def _in_areas(rows: ibis.Table, areas_of_points: pd.DataFrame | None) -> ibis.Table:
    """Rows with `area_code`; without areas, the force that published a row stands for its area."""
    if areas_of_points is None and "area_code" not in rows.columns and "force" in rows.columns:
        rows = rows.mutate(area_code=rows.force)
    return placed(rows, areas_of_points)


def _in_words(rows: ibis.Table) -> ibis.Table:
    """The power and the purpose of each search, in a few words."""
    import ibis

    lacking = {name: ibis.null("string") for name in ("legislation", "object_of_search") if name not in rows.columns}
    lacking |= {"is_outcome_linked": ibis.null("boolean")} if "is_outcome_linked" not in rows.columns else {}
    rows = rows.mutate(**lacking)
    power, sought = rows.legislation, rows.object_of_search.lower()
    is_drugs = sought.contains("drug") | sought.contains("psychoactive")
    purpose = ibis.cases(
        (sought.isnull(), NO_PURPOSE),
        (is_drugs & sought.contains("supply"), SUPPLY),
        (is_drugs & sought.contains("possession"), POSSESSION),
        (is_drugs, DRUGS),
        (_any_of(sought, "weapon", "firearm", "crossbow", "threaten or harm"), WEAPONS),
        (_any_of(sought, "stolen", "theft"), STOLEN),
        else_=ELSE,
    )
    return rows.mutate(power=ibis.cases((power.isnull(), NO_POWER), (power == stops.SECTION_60, WITHOUT_SUSPICION), else_=NEEDS_SUSPICION), purpose=purpose)


def _with_months(rows: ibis.Table) -> ibis.Table:
    """The rows, each with whether its force filled the link in, that month."""
    import ibis

    rows = rows.mutate(**{name: ibis.null("string") for name in ("force", "month") if name not in rows.columns})
    followed = rows.outcome.notnull() & (rows.outcome != stops.NO_FURTHER_ACTION)
    told = (followed & rows.is_outcome_linked.notnull()).cast("int64")
    rows = rows.mutate(followed=followed.cast("int64"), told=told)
    return rows.group_by(["force", "month"]).mutate(fills_link=rows.told.sum() > MOSTLY * rows.followed.sum())


def _any_of(text: Any, *words: str) -> Any:
    found = text.contains(words[0])
    for word in words[1:]:
        found = found | text.contains(word)
    return found


def _summed(rows: ibis.Table, by: list[str]) -> ibis.Table:
    nothing = rows.outcome == stops.NO_FURTHER_ACTION
    something = rows.outcome.notnull() & ~nothing
    linked, said = rows.is_outcome_linked, rows.fills_link
    return rows.group_by(by).agg(
        searches=rows.count(),
        nothing=rows.count(where=nothing),
        something=rows.count(where=something),
        linked=rows.count(where=said & something & linked),
        unlinked=rows.count(where=said & something & ~linked),
        unsaid=rows.count(where=said & something & linked.isnull()),
        nothing_in_linked_months=rows.count(where=said & nothing),
        nothing_linked=rows.count(where=said & nothing & linked),
        nothing_unlinked=rows.count(where=said & nothing & ~linked),
    )


def _tidied(counts: pd.DataFrame, fields: list[str]) -> pd.DataFrame:
    """Where each row lies, and a refusal of ethnicities that belong to no group."""
    import pandas as pd

    for field in fields:
        strange = sorted(set(pd.unique(counts[field].dropna())) - set(stops.OFFICER_DEFINED))
        if strange:
            raise UnknownCategory(
                f"Table 'stops', column '{field}' holds values that belong to no group: {', '.join(map(repr, strange[:3]))}.\n"
                f"Known groups: {', '.join(stops.OFFICER_DEFINED)}. Use the publisher's categories, or rename yours to them."
            )
    outside, nowhere = counts["area_code"] == OUTSIDE, counts["area_code"].isna()
    counts.insert(0, "location", np.select([outside, nowhere], [OUTSIDE, NO_LOCATION], IN_AREA))
    counts.loc[outside, "area_code"] = None
    return counts
