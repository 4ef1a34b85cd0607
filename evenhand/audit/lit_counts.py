"""From stop records to what the veil of darkness reads: each stop's day and minute by the clock, its sunset and dusk, its group.

Stops of the same minute, place and group are counted together in the engine. Places are rounded to half a
degree before they leave it: darkness does not need to know the street. A stop of no location is put in the
middle of the others, for within a force dusk differs by minutes only, and the twilight around it is left out.

Where a minute says nothing (tables/stop_times.py), a stop lies somewhere in its hour: from the hour to the next, or, where whole
hours are written, half an hour earlier too, for they may have been rounded. It is given the middle of that stretch and
its half; the veil then uses it only on days on which all of the stretch is light, or all of it dark.

Steps, in order:  minutes_of_rows (or minutes_of_table) -> usable_times -> lit_stops
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables import engine
from ..tables.errors import CannotAnswer, EmptyTable, MissingColumn
from ..tables.stop_times import CLOCK, dates_among, only_hours, said_of_dates
from .stop_counts import FIELDS, NO_LOCATION, OUTSIDE, grouped, placed
from .stop_tallies import MOST_MISSING, WORDS
from .twilight import DEGREES_APART, by_the_clock, evenings
from .veil_of_darkness import Lit

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis
    import pandas as pd
    from numpy.typing import NDArray

COLUMNS = ("stopped_at", "longitude", "latitude", "area_code", "is_vehicle", "force")
MOST_MIDNIGHTS = 0.10
"""Share of stops at exactly midnight above which times are dates only."""
FEWEST_AFTER_NOON = 0.02
"""Share of stops between 13:00 and midnight below which the clock has lost its afternoons."""
ENOUGH_FOR_TIMES = 200
"""Stops a force needs for its way of writing times to be judged by itself."""
HALF_AN_HOUR = 30.0


def minutes_of_rows(rows: ibis.Table, *, areas_of_points: pd.DataFrame | None = None, fields: Sequence[str] = FIELDS) -> pd.DataFrame:
    """Stops by minute, rough place, area and group, counted in the engine.

    Args:
        rows: the table `stops`.
        areas_of_points: of the published points in the place; see `stop_counts.count_stops`. Stops elsewhere are left out,
            and where it is given, so are those of no location. Where it is not, each force is an area.
        fields: ethnicity fields to count by.

    Returns:
        The columns of `COLUMNS`, the fields, and `stops`.

    Raises:
        MissingColumn: there is no time.
        EmptyTable: no stop is left.

    Example:
        >>> import pandas as pd
        >>> rows = engine.rows_of(pd.DataFrame({
        ...     "stopped_at": pd.to_datetime(["2020-06-01 20:00:30"] * 2), "longitude": [-0.1, -0.2], "latitude": [51.5, 51.6],
        ...     "kind": ["Vehicle search", "Person and Vehicle search"], "officer_defined_ethnicity": ["White", "White"]}))
        >>> minutes_of_rows(rows, fields=["officer_defined_ethnicity"])[["longitude", "is_vehicle", "stops"]].values.tolist()
        [[0.0, True, 2]]
    """
    import ibis

    if "stopped_at" not in rows.columns:
        raise MissingColumn(f"Table 'stops' has no column 'stopped_at', so it cannot be said whether it was dark.\nColumns found: {', '.join(rows.columns)}.")
    lacking = {name: ibis.null("float64") for name in ("longitude", "latitude") if name not in rows.columns}
    lacking |= {name: ibis.null("string") for name in ("kind", "force") if name not in rows.columns}
    if areas_of_points is None and "area_code" not in rows.columns:
        lacking |= {"area_code": rows.force if "force" in rows.columns else ibis.null("string")}
    here = placed(rows.mutate(**lacking), areas_of_points)
    here = here.filter(here.area_code.isnull() | (here.area_code != OUTSIDE))
    if areas_of_points is not None:
        here = here.filter(here.area_code.notnull())
    here = grouped(here, fields)
    here = here.mutate(
        stopped_at=here.stopped_at.truncate("m"),
        longitude=(here.longitude / DEGREES_APART).round() * DEGREES_APART,
        latitude=(here.latitude / DEGREES_APART).round() * DEGREES_APART,
        is_vehicle=here.kind.isin(["Vehicle search", "Person and Vehicle search"]),
    )
    by = [*COLUMNS, *fields]
    counts = engine.fetched(here.group_by(by).agg(stops=here.count()).order_by(by))
    if counts.empty:
        raise EmptyTable("No stop lies in the place. Check place and period.")
    return counts


def minutes_of_table(table: pd.DataFrame) -> pd.DataFrame:
    """The declared table `lit_stops` in the same shape, one row a stop; its field is called `group`.

    Example:
        >>> import pandas as pd
        >>> table = pd.DataFrame({"stopped_at": pd.to_datetime(["2020-06-01 20:00"]), "group": ["White"], "longitude": [0.1], "latitude": [51.5]})
        >>> minutes_of_table(table)[["longitude", "group", "stops"]].values.tolist()
        [[0.0, 'White', 1]]
    """
    rough = {name: (table[name].astype("Float64") / DEGREES_APART).round() * DEGREES_APART for name in ("longitude", "latitude")}
    made = table.assign(**rough, stops=1)
    return made.assign(**{name: None for name in ("area_code", "is_vehicle", "force") if name not in made.columns})


def usable_times(minutes: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The stops that have a time of the day one can go by, and what must be said of the others.

    Forces write times in their own ways: as dates alone, with minutes that say nothing, or by a clock of twelve hours that does
    not say which half of the day it was (City of London Police, 2019 to 2020). Each force (each area, where no force is named) with
    enough stops is looked at by itself.

    Returns:
        The rows kept, with `is_only_hour`: the minute says nothing and the hour can be gone by.

    Raises:
        CannotAnswer: no stop is left, with the reason.

    Example:
        >>> import pandas as pd
        >>> kept, said = usable_times(pd.DataFrame({
        ...     "stopped_at": pd.to_datetime(["2020-06-01 20:07", "2020-06-01 21:31", "2020-06-02 19:55", None]), "area_code": "A", "stops": [3, 3, 3, 1]}))
        >>> len(kept), said
        (3, ('10 % of the stops have no time and are left out.',))
    """
    stops = minutes["stops"].to_numpy(dtype=float)
    timed = minutes["stopped_at"].notna().to_numpy()
    untimed = 1 - stops[timed].sum() / stops.sum()
    if untimed > MOST_MISSING:
        raise CannotAnswer(f"{100 * untimed:.0f} % of the stops have no time, so nothing is said of darkness.")
    there = minutes[timed]
    said = [f"{100 * untimed:.0f} % of the stops have no time and are left out."] if untimed >= 0.005 else []
    day, clock = by_the_clock(there["stopped_at"])
    force = _forces(there)
    there = there.assign(is_only_hour=only_hours(month=day.astype("datetime64[M]").astype(str), minute=clock % 60, stops=there["stops"], force=force))
    large = there.groupby(force)["stops"].sum() >= ENOUGH_FOR_TIMES
    unit = force.where(force.map(large), "")
    wrong = {name: reason for name, part in there.groupby(unit) if (reason := _wrong(part))}
    kept = there[~unit.isin(list(wrong))]
    if kept.empty:
        raise CannotAnswer(f"{next(iter(wrong.values()))}, so nothing is said of darkness.")
    said += [f"Left out{f' ({name})' if name else ''}: {reason}." for name, reason in wrong.items()]
    sharp = kept["stops"].to_numpy(dtype=float) * (by_the_clock(kept["stopped_at"])[1] % 60 == 0)
    told = {"exact": sharp, "stops": kept["stops"], "force": force[kept.index]}
    dates = dates_among(_seconds(kept["stopped_at"]), **told)
    said += said_of_dates(dates, **told)
    return kept[~dates], (*said, *_said_of_hours(kept[~dates]))


def _said_of_hours(kept: pd.DataFrame) -> tuple[str, ...]:
    """A word on stops whose minute says nothing."""
    share = kept.loc[kept["is_only_hour"], "stops"].sum() / kept["stops"].sum() if len(kept) else 0
    if share < 0.005:
        return ()
    return (
        f"Of {100 * share:.0f} % of the stops only the hour is known: all or most stops of a month are timed at one and the same minute, which then says "
        "nothing. They count only on days on which their whole hour was light, or all of it dark.",
    )


def _forces(rows: pd.DataFrame) -> pd.Series:
    """Who wrote the time: the force, else the area, else ""."""
    force = rows["force"].astype(object) if "force" in rows.columns else rows["area_code"].astype(object)
    force = force.where(force.notna(), rows["area_code"].astype(object))
    return force.where(force.notna(), "").astype(str)


def _seconds(moments: pd.Series) -> NDArray[np.int64]:
    """Seconds since 1970, of the minute."""
    days, minutes = by_the_clock(moments, clock="UTC")
    return days.astype("datetime64[s]").astype(np.int64) + (minutes // 1).astype(np.int64) * 60


def _wrong(part: pd.DataFrame) -> str:
    """What is wrong with these stops' times; "" where nothing is."""
    stops = part["stops"].to_numpy(dtype=float)
    total = stops.sum()
    utc, clock = (by_the_clock(part["stopped_at"], clock=named)[1] for named in ("UTC", CLOCK))
    midnight = max(stops[of % 1440 == 0].sum() for of in (utc, clock)) / total
    if midnight > MOST_MIDNIGHTS:
        return f"{100 * midnight:.0f} % of the stops are timed at exactly midnight: these are dates, not times"
    if total >= ENOUGH_FOR_TIMES and stops[utc >= 13 * 60].sum() < FEWEST_AFTER_NOON * total:
        return f"Next to none of {total:,.0f} stops is timed between 13:00 and midnight: hours seem to be given up to twelve, without the half of the day"
    return ""


def lit_stops(minutes: pd.DataFrame, *, field: str, group: str, reference: str, vehicles_only: bool = False) -> Lit:
    """The stops of two groups with their sunset and dusk.

    Args:
        minutes: from `usable_times`; or from `minutes_of_rows` or `minutes_of_table`, whose minutes are then all gone by.
        field: the column that holds the group.
        group, reference: the two compared.
        vehicles_only: only stops of vehicles.

    Raises:
        CannotAnswer: the field is mostly missing, no stop has a place, or none is of a vehicle.

    Example:
        >>> import pandas as pd
        >>> minutes = pd.DataFrame({"stopped_at": pd.to_datetime(["2020-06-01 20:00"]), "longitude": [0.0], "latitude": [51.5],
        ...                         "area_code": [None], "is_vehicle": [True], "group": ["White"], "stops": [2]})
        >>> lit = lit_stops(minutes, field="group", group="Black", reference="White")
        >>> lit.minute.tolist(), bool(lit.minute[0] < lit.sunset[0])
        ([1260.0], True)
    """
    timed = minutes[minutes["stopped_at"].notna()]
    if vehicles_only:
        timed = timed[timed["is_vehicle"].astype("boolean").fillna(False).to_numpy(dtype=bool)]
        if timed.empty:
            raise CannotAnswer("No stop is known to be of a vehicle.")
    stops, known = timed["stops"].to_numpy(dtype=float), timed[field].notna().to_numpy()
    missing = 1 - stops[known].sum() / stops.sum()
    words = WORDS.get(field, field)
    if missing > MOST_MISSING:
        raise CannotAnswer(f"{100 * missing:.0f} % of the stops have no {words}, more than half, so who was stopped in the dark is not known.")
    pair = timed[timed[field].isin([group, reference])]
    if pair.empty:
        raise CannotAnswer(f"No stop is of {group} or {reference} by {words}.")
    weights = pair["stops"].to_numpy(dtype=float)
    east, north = (_filled(pair[name].to_numpy(dtype=float, na_value=np.nan), weights) for name in ("longitude", "latitude"))
    place = np.unique(np.column_stack([east, north]), axis=0, return_inverse=True)[1].ravel().astype(np.intp)
    day, minute = by_the_clock(pair["stopped_at"])
    sun = evenings(day, longitude=east, latitude=north)
    area = pair["area_code"].astype(object).where(pair["area_code"].notna(), NO_LOCATION).to_numpy(dtype=object)
    middle, either_side = _stretch(minute, pair["is_only_hour"].to_numpy(dtype=bool) if "is_only_hour" in pair.columns else np.zeros(len(pair), dtype=bool))
    return Lit(day, middle, sun.sunset, sun.dusk, (pair[field] == group).to_numpy(dtype=bool), area, weights, place, either_side)


def _stretch(minute: NDArray[np.float64], is_only_hour: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The middle of the stretch of time in which each stop lies, and the minutes on either side of it.

    Example:
        >>> middle, either_side = _stretch(np.array([1027.0, 1029.0, 1020.0]), np.array([False, True, True]))  # 17:07, 17:09 for 17 h, 17:00 for about 17 h
        >>> middle.tolist(), either_side.tolist()
        ([1027.0, 1050.0, 1035.0], [0.0, 30.0, 45.0])
    """
    whole, may_be_rounded = minute // 60 * 60, minute % 60 == 0
    first = whole - np.where(may_be_rounded, HALF_AN_HOUR, 0.0)
    last = whole + 2 * HALF_AN_HOUR
    return np.where(is_only_hour, (first + last) / 2, minute), np.where(is_only_hour, (last - first) / 2, 0.0)


def _filled(degrees: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees, with the mean of those known (rounded like them) where there are none."""
    known = np.isfinite(degrees)
    if not known.any():
        raise CannotAnswer("No stop has a place, and without one it cannot be said when it was dark. A force's middle, given for all of them, will do.")
    middle = np.round(np.average(degrees[known], weights=weights[known]) / DEGREES_APART) * DEGREES_APART
    return np.where(known, degrees, middle)
