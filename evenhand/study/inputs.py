"""From a declaration to tables that fit each other: one place, one vintage, one span of months."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..places import vintages
from ..places.coordinates import to_metres
from ..places.locate import area_of
from ..tables import engine
from ..tables.errors import BadStudy, EmptyTable, OutsidePlace, VintageMix
from ..tables.health import HealthNote, HealthReport, months_between
from .reading import Read, read_table

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    import ibis
    import pandas as pd
    from numpy.typing import NDArray

    from ..report.contents import SourceUsed
    from .declaration import Study


@dataclass(frozen=True)
class Outline:
    """A place as one study outline: its areas, who lives in them, how deprived they are.

    Attributes:
        areas: the declared table, EPSG:27700, in order of area code.
        residents: index area_code in the order of `areas`, one column per group.
        decile: overall deprivation decile of each area; None where there is no index.
    """

    areas: gpd.GeoDataFrame
    residents: pd.DataFrame
    decile: NDArray[np.int64] | None

    def only(self, kept: NDArray[np.bool_]) -> Outline:
        """The same with some areas only."""
        return Outline(self.areas[kept].reset_index(drop=True), self.residents[kept], None if self.decile is None else self.decile[kept])


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
    """

    outline: Outline
    wider: Outline | None
    crime: pd.DataFrame
    stops: ibis.Table | None
    stop_points: pd.DataFrame | None
    health: dict[str, HealthReport]
    sources: tuple[SourceUsed, ...]

    def crimes(self, span: tuple[str, str], *, wider: bool = False) -> pd.DataFrame:
        """Recorded crimes of a span of months, in the place or in the wider outline."""
        months = self.crime["month"].between(*span)
        return self.crime[months if wider else months & self.crime["is_in_place"]].drop(columns="is_in_place").reset_index(drop=True)


def read_inputs(study: Study, tell: Callable[[str], None]) -> Inputs:
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
        read[name] = read_table(name, declared, study)
    lookup = read["lookup"].rows if "lookup" in read else None
    everywhere = read["areas"].rows.sort_values("area_code", ignore_index=True)
    tell("fitting areas, residents and deprivation together")
    here = _selected(everywhere, study)
    outline = _outline(here, read, lookup)
    wider = None
    if study.place.wider:
        around = everywhere[everywhere["authority_code"].isin(_listed(study.place.wider)) | everywhere["area_code"].isin(here["area_code"])]
        wider = _outline(around.reset_index(drop=True), read, lookup)
    tell("counting recorded crime by month, kind and point")
    crime, crime_health = _crime(study, read["recorded_crime"], outline, wider)
    health = {name: one.health for name, one in read.items()} | {"recorded_crime": crime_health}
    stops = stop_points = None
    if "stops" in read:
        tell("placing stops")
        stops = _in_span(read["stops"].rows, study.periods.stops)
        stop_points, health["stops"] = _stop_points(stops, here, read["stops"].health)
    health = _crossed_health(health, read, here)
    return Inputs(outline, wider, crime, stops, stop_points, health, tuple(one.used for one in read.values()))


def _selected(areas: gpd.GeoDataFrame, study: Study) -> gpd.GeoDataFrame:
    """The areas that make up the place."""
    place = study.place
    chosen = areas
    if place.authority is not None:
        if "authority_code" not in areas.columns or areas["authority_code"].isna().all():
            raise BadStudy(
                "`place.authority` is given, but the areas do not say which authority they lie "
                "in.\nUse `place.names_starting`, or give a file that holds only the place's areas."
            )
        chosen = areas[areas["authority_code"].isin(_listed(place.authority))]
    if place.names_starting is not None:
        if "area_name" not in areas.columns:
            raise BadStudy("`place.names_starting` is given, but the areas have no names. Use `place.authority`, or a file that holds only the place's areas.")
        chosen = chosen[chosen["area_name"].str.startswith(place.names_starting, na=False)]
    if len(chosen) == 0:
        known = ", ".join(sorted(areas["authority_code"].dropna().unique())[:6]) if "authority_code" in areas.columns else ""
        raise OutsidePlace(
            f"No area is left for '{place.name}': `place.authority` or `place.names_starting` "
            f"match nothing.{f' Authorities in the file begin with {known}.' if known else ''}"
        )
    return chosen.reset_index(drop=True)


def _outline(areas: gpd.GeoDataFrame, read: dict[str, Read], lookup: pd.DataFrame | None) -> Outline:
    vintage = str(areas["vintage"].iloc[0])
    residents = _carried(read["residents"], "residents", areas, vintage, lookup)
    decile = None
    if "deprivation" in read:
        people = read["residents"].rows.groupby("area_code")["residents"].sum() if read["residents"].vintage == read["deprivation"].vintage else None
        ranks = _carried(read["deprivation"], "deprivation", areas, vintage, lookup, people=people)
        decile = ranks["decile"].to_numpy(dtype=np.int64)
    return Outline(areas, residents, decile)


def _carried(one: Read, table: str, areas: gpd.GeoDataFrame, vintage: str, lookup: pd.DataFrame | None, people: pd.Series | None = None) -> pd.DataFrame:
    """A table by area brought to the vintage of the areas, in their order; no area is lost."""
    wide = _wide(one.rows, table)
    if one.vintage not in ("", "own", vintage) and vintage != "own":
        if lookup is None:
            raise VintageMix(
                f"The areas carry codes of '{vintage}', the table '{table}' codes of '{one.vintage}'. They share most codes, so "
                "a blind join would lose the rest without a word.\nGive the lookup between the two under `tables: lookup:`."
            )
        wide = _crossed(wide, table, lookup, one.vintage, vintage, areas, people).table
    vintages.require_codes(wide.index, areas["area_code"], table=table, vintage=vintage)
    return wide.loc[areas["area_code"]]


def _crossed(wide: pd.DataFrame, table: str, lookup: pd.DataFrame, start: str, end: str, areas: gpd.GeoDataFrame, people: pd.Series | None) -> vintages.Crossed:
    known = wide[wide.index.isin(lookup[vintages.CODE_COLUMN[start]])]
    if table == "residents":
        import pandas as pd

        ground = pd.Series(areas.area.to_numpy(), index=areas["area_code"])
        return vintages.cross_counts(known, lookup, start=start, end=end, weights=ground)
    return vintages.cross_values(known, lookup, start=start, end=end, people=people)


def _wide(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    if table == "residents":
        wide = rows.pivot(index="area_code", columns="group", values="residents")
        if wide.isna().to_numpy().any():
            lacking = wide.index[wide.isna().any(axis=1)]
            raise EmptyTable(
                f"Table 'residents' has no row for some group in {len(lacking):,} areas (first: "
                f"{lacking[0]}). Missing is not zero: give every group a row, 0 where nobody lives there."
            )
        return wide.astype(float)
    return rows[rows["domain"] == "overall"].set_index("area_code")[["decile"]]


def _crime(study: Study, read: Read, outline: Outline, wider: Outline | None) -> tuple[pd.DataFrame, HealthReport]:
    """Recorded crimes of the months asked for, one row per month, kind and point, within the widest outline."""
    first, last = study.periods.learn[0], study.periods.test[1]
    months = [*months_between(*study.periods.learn), *months_between(*study.periods.test)]
    counted = engine.counts(_in_span(read.rows, (first, last)), by=["month", "crime_type", "longitude", "latitude"]).rename(columns={"n": "events"})
    counted = counted[counted["month"].isin(months)]
    if counted.empty:
        raise EmptyTable(f"No recorded crime lies in the months of this study ({first} to {last}). Check `periods` and the files under `recorded_crime`.")
    counted["x_m"], counted["y_m"] = to_metres(counted["longitude"], counted["latitude"])
    counted["is_in_place"] = area_of(counted["x_m"], counted["y_m"], outline.areas) >= 0
    inside = counted["is_in_place"] if wider is None else area_of(counted["x_m"], counted["y_m"], wider.areas) >= 0
    here = counted[counted["is_in_place"]].groupby("month")["events"].sum()
    for name, span in (("learn", study.periods.learn), ("test", study.periods.test)):
        if here.reindex(months_between(*span)).fillna(0).sum() == 0:
            raise OutsidePlace(
                f"No recorded crime of the {name} months ({span[0]} to {span[1]}) lies in "
                f"{study.place.name}. Are the crimes of another force, or the areas of another place?"
            )
    kept = counted[inside].reset_index(drop=True)
    return kept, read.health.with_notes(*_crime_notes(counted, here, months, study.place.name))


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


def _stop_points(stops: ibis.Table, areas: gpd.GeoDataFrame, health: HealthReport) -> tuple[pd.DataFrame, HealthReport]:
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


def _crossed_health(health: dict[str, HealthReport], read: dict[str, Read], areas: gpd.GeoDataFrame) -> dict[str, HealthReport]:
    """A note on every table whose codes had to be carried to the areas' vintage."""
    vintage = str(areas["vintage"].iloc[0])
    for name in ("residents", "deprivation"):
        if name in read and read[name].vintage not in ("", "own", vintage):
            says = f"Codes of '{read[name].vintage}' were carried to '{vintage}' through the lookup; every area of the place found its rows."
            health = {**health, name: health[name].with_notes(HealthNote("vintage", says, "note"))}
    return health


def _in_span(rows: ibis.Table, span: tuple[str, str] | None) -> ibis.Table:
    return rows if span is None else rows.filter(rows["month"].between(*span))


def _listed(one_or_more: str | list[str]) -> list[str]:
    return [one_or_more] if isinstance(one_or_more, str) else one_or_more
