"""From a declaration to tables that fit each other: one place, one vintage, one span of months."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..places.coordinates import to_metres
from ..places.locate import area_of
from ..tables import engine
from ..tables.errors import BadStudy, EmptyTable, OutsidePlace
from ..tables.health import HealthNote, HealthReport, months_between
from .also_read import also_tables
from .outline import Outline, crossed_health, no_index, outline_of, selected, with_neighbours
from .reading import Read, read_table

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    import ibis
    import pandas as pd

    from ..report.contents import SourceUsed
    from .declaration import OfPlace


@dataclass(frozen=True)
class Inputs:
    """All a study works on.

    Attributes:
        outline: the place.
        wider: the place with its neighbours; None where none are declared.
        crime: recorded crimes of the learn and test months within the widest outline: month, crime_type, x_m, y_m,
            events, and is_in_place.
        stops: rows of the stops table, in the engine; None where there are none.
        stop_points: area of each published stop point of the place: longitude, latitude, area_code.
        health: one report per table.
        sources: the files, for the report.
        labels: the publisher's own label of each group; empty where it has none.
        no_index: why nothing is said about deprivation although an index was given; "" where that is not so.
        also: tables that a system may read beside recorded crime, by name.
    """

    outline: Outline
    wider: Outline | None
    crime: pd.DataFrame
    stops: ibis.Table | None
    stop_points: pd.DataFrame | None
    health: dict[str, HealthReport]
    sources: tuple[SourceUsed, ...]
    labels: dict[str, str]
    no_index: str = ""
    also: dict[str, pd.DataFrame] = field(default_factory=dict)

    def crimes(self, span: tuple[str, str], *, wider: bool = False) -> pd.DataFrame:
        """Recorded crimes of a span of months, in the place or in the wider outline."""
        months = self.crime["month"].between(*span)
        return self.crime[months if wider else months & self.crime["is_in_place"]].drop(columns="is_in_place").reset_index(drop=True)


def read_inputs(study: OfPlace, tell: Callable[[str], None]) -> Inputs:
    """Read, check and fit together all the tables a study declares.

    Args:
        study: the declaration.
        tell: is told what is being done.

    Raises:
        EvenhandError: a file, table, place or vintage that does not fit, in words.
    """
    read = {}
    for name, declared in study.tables.given().items():
        tell(f"reading {name.replace('_', ' ')}")
        read[name] = read_table(name, declared, study.folder, months=_months(name, study))
    lookup = read["lookup"].rows if "lookup" in read else None
    everywhere = read["areas"].rows.sort_values("area_code", ignore_index=True)
    tell("fitting areas, residents and deprivation together")
    here = selected(everywhere, study)
    outline = outline_of(here, read, lookup)
    wider = outline_of(with_neighbours(everywhere, here, study.place), read, lookup) if study.place.wider else None
    tell("counting recorded crime by month, kind and point")
    crime, crime_health = _crime(study, read["recorded_crime"], outline, wider)
    health = {name: one.health for name, one in read.items()} | {"recorded_crime": crime_health}
    stops = stop_points = None
    if "stops" in read:
        tell("placing stops")
        stops = _in_span(read["stops"].rows, study.periods.stops)
        stop_points, health["stops"] = placed_stop_points(stops, here, read["stops"].health)
    health = crossed_health(health, read, here)
    lacking = no_index(read["deprivation"], here) if "deprivation" in read else ""
    also = also_tables(read, wider or outline, lookup, stops)
    used = tuple(one.used for one in read.values())
    return Inputs(outline, wider, crime, stops, stop_points, health, used, _labels(read["residents"].rows), lacking, also)


def require_groups(study: OfPlace, inputs: Inputs) -> None:
    """Raise unless the groups that the study speaks of are among the residents.

    Raises:
        BadStudy: with the groups there are.
    """
    groups = [str(group) for group in inputs.outline.residents.columns]
    for key in ("group", "reference"):
        if getattr(study, key) not in groups:
            raise BadStudy(f"`{key}: {getattr(study, key)}` is not a group of the residents. Groups there: {', '.join(groups)}.")


def _months(name: str, study: OfPlace) -> tuple[str, str] | None:
    """The months to look for in a table of events."""
    if name == "recorded_crime":
        return study.periods.learn[0], study.periods.test[1]
    return study.periods.stops if name == "stops" else None


def _labels(residents: pd.DataFrame) -> dict[str, str]:
    """What the publisher calls each group."""
    if "source_group" not in residents.columns:
        return {}
    named = residents.dropna(subset=["source_group"]).drop_duplicates("group")
    return dict(zip(named["group"].astype(str), named["source_group"].astype(str), strict=True))


def _crime(study: OfPlace, read: Read, outline: Outline, wider: Outline | None) -> tuple[pd.DataFrame, HealthReport]:
    """Recorded crimes of the months asked for, one row per month, kind and point, within the widest outline."""
    first, last = study.periods.learn[0], study.periods.test[1]
    months = [*months_between(*study.periods.learn), *months_between(*study.periods.test)]
    counted = _counted(read.rows, (first, last))
    counted = counted[counted["month"].isin(months)].copy()
    _require_months(study, read, set(counted["month"]))
    counted["x_m"], counted["y_m"] = to_metres(counted["longitude"], counted["latitude"])
    counted["is_in_place"] = area_of(counted["x_m"], counted["y_m"], outline.areas) >= 0
    inside = counted["is_in_place"] if wider is None else area_of(counted["x_m"], counted["y_m"], wider.areas) >= 0
    here = counted[counted["is_in_place"]].groupby("month")["events"].sum()
    if counted["x_m"].isna().all():
        raise EmptyTable("None of the recorded crimes of these months has a location, so none can be placed. Fetch the files again.")
    if here.reindex(months_between(*study.periods.learn)).fillna(0).sum() == 0:
        raise OutsidePlace(
            f"No recorded crime of the learn months ({' to '.join(study.periods.learn)}) lies in {study.place.name}, though the files hold "
            f"{int(counted['events'].sum()):,} of the study's months. Are the crimes of another force, or the areas of another place?"
        )
    kept = counted[inside].reset_index(drop=True)
    return kept, read.health.with_notes(*_crime_notes(counted, here, months, study.place.name))


def _counted(rows: ibis.Table, span: tuple[str, str]) -> pd.DataFrame:
    """Recorded crimes by month, kind and point; a table of the user's own may hold several in a row."""
    by = ["month", "crime_type", "longitude", "latitude"]
    if "events" not in rows.columns:
        return engine.counts(_in_span(rows, span), by=by).rename(columns={"n": "events"})
    counted = engine.counts(_in_span(rows, span), by=by, sums={"events": rows["events"].sum()}).drop(columns="n")
    return counted[counted["events"] > 0].astype({"events": "int64"})


def _require_months(study: OfPlace, read: Read, there: set[str]) -> None:
    """Raise where a span of the study has no recorded crime at all, wherever it may lie."""
    for name, span in (("learn", study.periods.learn), ("test", study.periods.test)):
        if there.isdisjoint(months_between(*span)):
            months = [month for month in engine.counts(read.rows, by=["month"])["month"] if isinstance(month, str)]
            raise EmptyTable(
                f"The files hold no recorded crime of the {name} months, {span[0]} to {span[1]}. They run from {min(months)} to {max(months)}.\n"
                f"Check `periods.{name}` and the files under `tables.recorded_crime`."
            )


def _crime_notes(counted: pd.DataFrame, here: pd.Series, months: list[str], place: str) -> list[HealthNote]:
    everything, unplaced = int(counted["events"].sum()), int(counted.loc[counted["x_m"].isna(), "events"].sum())
    notes = [
        HealthNote(
            "place",
            (
                f"{int(here.sum()):,} of {everything:,} recorded crimes of the months used "
                f"lie in {place}; {unplaced:,} have no location and can be placed nowhere."
            ),
            "note",
            float(here.sum()),
            "crimes",
        )
    ]
    absent = [month for month in months if month not in here.index]
    if absent:
        notes.append(
            HealthNote("months", f"No recorded crime in {place} in {', '.join(absent)}: the month is unknown, not quiet.", "warn", float(len(absent)), "months")
        )
    return notes


def placed_stop_points(stops: ibis.Table, areas: gpd.GeoDataFrame, health: HealthReport) -> tuple[pd.DataFrame, HealthReport]:
    """Which area each published stop point lies in, and how many stops that leaves out."""
    points = engine.counts(stops, by=["longitude", "latitude"])
    x_m, y_m = to_metres(points["longitude"], points["latitude"])
    at = area_of(x_m, y_m, areas)
    total, lacking, inside = int(points["n"].sum()), int(points.loc[np.isnan(x_m), "n"].sum()), int(points.loc[at >= 0, "n"].sum())
    note = HealthNote(
        "place",
        f"{inside:,} of {total:,} stops lie in the place; {lacking:,} have no location, so an unknown part of them took place here too.",
        "warn" if lacking > 0.1 * total else "note",
        float(inside),
        "stops",
    )
    placed = points.loc[at >= 0, ["longitude", "latitude"]].assign(area_code=areas["area_code"].to_numpy()[at[at >= 0]])
    return placed, health.with_notes(note)


def _in_span(rows: ibis.Table, span: tuple[str, str] | None) -> ibis.Table:
    return rows if span is None else rows.filter(rows["month"].between(*span))
