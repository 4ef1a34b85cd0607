"""The tables that a place system reads beside recorded crime, brought to the study's place: metres, months, one vintage of codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..places import vintages
from ..places.coordinates import to_metres
from ..tables import engine
from ..tables.errors import VintageMix

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis
    import pandas as pd

    from .outline import Outline
    from .reading import Read

POINTS = ("features", "police_activity")


def also_tables(read: Mapping[str, Read], outline: Outline, lookup: pd.DataFrame | None, stops: ibis.Table | None) -> dict[str, pd.DataFrame]:
    """Every table a system may be handed, by name; those the study has.

    Args:
        read: the study's tables as read.
        outline: the widest outline of the study.
        lookup: between the codes of two censuses.
        stops: rows of stops; their counts stand in as police activity of the kind stop-search where no such table is given.

    Raises:
        VintageMix: counts by area whose codes are of another census, and no lookup.
    """
    found = {"residents": _long(outline.residents)}
    found |= {name: _placed(_fetched(read[name])) for name in POINTS if name in read}
    if "area_features" in read:
        found["area_features"] = _carried_features(read["area_features"], outline, lookup)
    if "deprivation" in read:
        deprivation = _carried_deprivation(read["deprivation"], read["residents"], outline, lookup)
        found |= {} if deprivation is None else {"deprivation": deprivation}
    if "police_activity" not in found and stops is not None:
        found["police_activity"] = searches(stops)
    return found


def searches(stops: ibis.Table) -> pd.DataFrame:
    """Stops with a month and a point, counted, as the table police_activity."""
    counted = engine.counts(stops, by=["month", "longitude", "latitude"]).rename(columns={"n": "events"})
    counted = counted.dropna(subset=["month", "longitude", "latitude"])
    return _placed(counted.assign(activity="stop-search").sort_values(["month", "longitude", "latitude"], ignore_index=True))


def _fetched(read: Read) -> pd.DataFrame:
    """A table's rows; those of one's own tables are here already, most others still lie in the engine."""
    import pandas as pd

    return read.rows if isinstance(read.rows, pd.DataFrame) else engine.fetched(read.rows)


def _long(residents: pd.DataFrame) -> pd.DataFrame:
    """People by area and group, a row each."""
    wide = residents.rename_axis(index="area_code").reset_index()
    return wide.melt("area_code", var_name="group", value_name="residents").sort_values(["area_code", "group"], ignore_index=True)


def _placed(rows: pd.DataFrame) -> pd.DataFrame:
    """Points with their metres."""
    if "x_m" in rows.columns and "y_m" in rows.columns:
        return rows
    x_m, y_m = to_metres(rows["longitude"], rows["latitude"])
    return rows.assign(x_m=x_m, y_m=y_m)


def _vintage_of(outline: Outline) -> str:
    return str(outline.areas["vintage"].iloc[0])


def _must_cross(read: Read, outline: Outline, lookup: pd.DataFrame | None, table: str) -> bool:
    """Whether a table's codes are of another census than the areas'."""
    vintage = _vintage_of(outline)
    if read.vintage in ("", "own", vintage) or vintage == "own":
        return False
    if lookup is None:
        raise VintageMix(
            f"The areas carry codes of '{vintage}', the table '{table}' codes of '{read.vintage}'.\nGive the lookup between the two under `tables: lookup:`."
        )
    return True


def _carried_features(read: Read, outline: Outline, lookup: pd.DataFrame | None) -> pd.DataFrame:
    """Features counted by area, of the place's own areas; an area that was split is shared out by ground."""
    import pandas as pd

    wide = _fetched(read).pivot(index="area_code", columns="feature_type", values="features").astype(float)
    codes = outline.areas["area_code"]
    if _must_cross(read, outline, lookup, "area_features"):
        assert lookup is not None
        known = wide[wide.index.isin(lookup[vintages.CODE_COLUMN[read.vintage]])]
        ground = pd.Series(outline.areas.area.to_numpy(), index=codes)
        wide = vintages.cross_counts(known, lookup, start=read.vintage, end=_vintage_of(outline), weights=ground).table
    vintages.require_codes(wide.index, codes, table="area_features", vintage=_vintage_of(outline))
    long = wide.loc[codes].rename_axis(index="area_code").reset_index().melt("area_code", var_name="feature_type", value_name="features")
    return long.sort_values(["area_code", "feature_type"], ignore_index=True)


def _carried_deprivation(read: Read, residents: Read, outline: Outline, lookup: pd.DataFrame | None) -> pd.DataFrame | None:
    """Every domain's decile (and rank, where there is one) for the place's areas; None where the index is of another country."""
    from .outline import no_index

    if no_index(read, outline.areas):
        return None
    values = [name for name in ("rank", "decile") if name in read.rows.columns]
    wide = read.rows.pivot(index="area_code", columns="domain", values=values)
    codes = outline.areas["area_code"]
    if _must_cross(read, outline, lookup, "deprivation"):
        assert lookup is not None
        known = wide[wide.index.isin(lookup[vintages.CODE_COLUMN[read.vintage]])]
        people = residents.rows.groupby("area_code")["residents"].sum() if residents.vintage == read.vintage else None
        wide = vintages.cross_values(known, lookup, start=read.vintage, end=_vintage_of(outline), people=people).table
    vintages.require_codes(wide.index, codes, table="deprivation", vintage=_vintage_of(outline))
    wide = wide.loc[codes]
    long = wide.rename_axis(index="area_code").stack("domain", future_stack=True).reset_index()
    long = long.dropna(subset=["decile"]).sort_values(["area_code", "domain"], ignore_index=True)
    return long.astype({name: np.int64 for name in values if long[name].notna().all()})
