"""A table of counts by group as the disparity audit takes it: what is not told is unknown, never nought.

Steps, in order:  counts_of (what each column tells, and what follows when it is not there) -> residents_of -> months_of
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadValue, CannotAnswer, MissingColumn
from .stop_counts import COUNTED, IN_AREA, NO_LOCATION

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

WHOLE_PLACE, ONE_PUBLISHER = "whole place", "these counts"


class OwnCounts(NamedTuple):
    """Counts as of `stop_counts.count_stops` (field "group"), residents, counts by month (None without months), and the groups in order."""

    counts: pd.DataFrame
    residents: pd.DataFrame
    months: pd.DataFrame | None
    groups: tuple[str, ...]


def own_counts(table: pd.DataFrame, residents: pd.DataFrame | None = None) -> OwnCounts:
    """Lay out the table `group_counts` for `disparity.disparity`.

    Args:
        table: the declared table, checked.
        residents: the declared table, where `group_counts` has no column of residents.

    Returns:
        OwnCounts. A column that is not there, or empty in a row, makes that row's events ones of which this is not known.

    Raises:
        MissingColumn: nobody's number of residents is given.
        BadValue: residents of one group and area that differ from row to row or are missing.
        CannotAnswer: fewer than two groups.

    Example:
        >>> import pandas as pd
        >>> told = own_counts(pd.DataFrame({"group": ["Black", "White", None], "events": [60, 240, 20], "residents": [6_000, 96_000, None]}))
        >>> told.groups, told.counts[["group", "stops", "outcome_missing"]].values.tolist()
        (('Black', 'White'), [['Black', 60, 60], ['White', 240, 240], [None, 20, 20]])

    Read with care:
        Counts of others carry others' choices: what was left out, how groups were formed, whether small counts
        were rounded. Where found is known of some only, it cannot be told whether those are like the rest.
    """
    groups = tuple(sorted(table["group"].dropna().astype(str).unique()))
    if len(groups) < 2:
        raise CannotAnswer(f"Counts are of {len(groups)} group, so there is nothing to compare. Give at least two groups, the reference among them.")
    frame = table.reset_index(drop=True)
    if "area_code" not in frame.columns:
        frame = frame.assign(area_code=WHOLE_PLACE)
    return OwnCounts(_counts(frame), _residents(frame, residents), _months(frame), groups)


def _counts(frame: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    events = _numbers(frame, "events")
    nothing, outcome = _told(frame, events, "no_further_action", "outcome_known")
    arrests, of_arrests = _told(frame, events, "arrests", "outcome_known")
    found, found_known = _told(frame, events, "found", "found_known")
    section_60, power = _told(frame, events, "section_60", "power_known")
    none, found_missing = 0 * events, events - found_known
    numbers = {
        "stops": events,
        "no_further_action": nothing,
        "outcome_missing": events - outcome,
        "section_60": section_60,
        "power_missing": events - power,
        "vehicle_only": none,
        "arrest": arrests,
        "found": found,
        "found_missing": found_missing,
        "found_no_further_action": none,  # from which finds nothing followed is not told, nor for which of the rest it is missing
        "found_missing_no_further_action": np.round(np.divide(found_missing * nothing, events, out=none.copy(), where=events > 0)),
        "section_60_no_further_action": none,
        "section_60_outcome_missing": section_60,
    }
    counts = pd.DataFrame({"location": np.where(frame["area_code"].isna(), NO_LOCATION, IN_AREA)})
    for name in ("area_code", "group", *(["cluster"] if "cluster" in frame.columns else [])):
        counts[name] = _texts(frame[name])
    for name in COUNTED:
        counts[name] = np.asarray(numbers[name]).astype("int64")
    return counts.assign(arrest_missing=(events - of_arrests).astype("int64"))


def _texts(column: pd.Series) -> list[str | None]:
    """A column as plain text, None where it is missing."""
    return [None if is_missing else str(value) for value, is_missing in zip(column, column.isna(), strict=True)]


def _numbers(frame: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """A column as numbers, nan where it is missing or not there."""
    return frame[name].to_numpy(dtype=float, na_value=np.nan) if name in frame.columns else np.full(len(frame), np.nan)


def _told(frame: pd.DataFrame, events: NDArray[np.float64], name: str, known: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A count, and of how many events it is known: of none where the count is missing, of all where nothing else is said."""
    number, of = _numbers(frame, name), _numbers(frame, known)
    of = np.where(np.isnan(number), 0, np.where(np.isnan(of), events, of))
    number = np.nan_to_num(number)
    if np.any(of > events) or np.any(number > of):
        raise BadValue(f"Table 'group_counts': in a row '{name}' or '{known}' is larger than what it is a part of. Check that both count the same events.")
    return number, of


def _residents(frame: pd.DataFrame, residents: pd.DataFrame | None) -> pd.DataFrame:
    """Residents by area and group, from their own table or from the counts."""
    if residents is not None:
        if set(frame["area_code"].dropna()) == {WHOLE_PLACE}:
            return residents.groupby("group", as_index=False)["residents"].sum().assign(area_code=WHOLE_PLACE)
        return residents[["area_code", "group", "residents"]]
    if "residents" not in frame.columns:
        raise MissingColumn(
            "Table 'group_counts' has no column 'residents' and no table of residents is given, so no rate can be computed.\n"
            "Add the column, or hand over the table 'residents' for the same areas and groups."
        )
    told = frame[frame["group"].notna() & frame["area_code"].notna()]
    by_cell = told.groupby(["area_code", "group"], as_index=False)["residents"].agg(["min", "max", "size", "count"])
    wrong = by_cell[(by_cell["min"] != by_cell["max"]) | (by_cell["size"] != by_cell["count"])]
    if len(wrong):
        area, group = wrong.iloc[0]["area_code"], wrong.iloc[0]["group"]
        raise BadValue(
            f"Table 'group_counts': the residents of {group} in {area} are missing in a row, or differ from row to row.\n"
            "Give the same number in every row of a group and area: missing is never zero."
        )
    return by_cell.rename(columns={"max": "residents"})[["area_code", "group", "residents"]]


def _months(frame: pd.DataFrame) -> pd.DataFrame | None:
    """Counts by month as of `stop_counts.count_months`."""
    if "month" not in frame.columns or frame["month"].isna().all():
        return None
    taken = frame.assign(location=np.where(frame["area_code"].isna(), NO_LOCATION, IN_AREA), force=ONE_PUBLISHER, stops=frame["events"].astype("int64"))
    counted = taken.groupby(["month", "force", "location", "group"], dropna=False, as_index=False).agg({"stops": "sum"})
    for name in ("month", "group"):
        counted[name] = _texts(counted[name])
    return counted
