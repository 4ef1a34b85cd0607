"""A place as one outline: which areas make it up, who lives in them, how deprived they are; one vintage of codes throughout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..places import vintages
from ..tables.errors import BadStudy, EmptyTable, OutsidePlace, VintageMix
from ..tables.health import HealthNote, HealthReport

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from .declaration import OfPlace, PlaceDeclared
    from .reading import Read

MOST_SHOWN = 12
"""Authorities named in a message."""


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


def selected(areas: gpd.GeoDataFrame, study: OfPlace) -> gpd.GeoDataFrame:
    """The areas that make up the place.

    Raises:
        BadStudy: the areas do not say what they are asked by.
        OutsidePlace: an authority, or the beginning of a name, is nobody's.
    """
    place = study.place
    chosen = areas
    if place.authority is not None:
        chosen = of_authorities(areas, listed(place.authority), key="place.authority")
    if place.names_starting is not None:
        if "area_name" not in areas.columns:
            raise BadStudy("`place.names_starting` is given, but the areas have no names. Use `place.authority`, or a file that holds only the place's areas.")
        chosen = chosen[chosen["area_name"].str.startswith(place.names_starting, na=False)]
    if len(chosen) == 0:
        raise OutsidePlace(f"No area of '{place.name}' is left: none has a name that begins with {place.names_starting!r}.{_names_there(areas)}")
    return chosen.reset_index(drop=True)


def with_neighbours(areas: gpd.GeoDataFrame, here: gpd.GeoDataFrame, place: PlaceDeclared) -> gpd.GeoDataFrame:
    """The place's areas and those of the authorities next to it."""
    around = of_authorities(areas, listed(place.wider or []), key="place.wider")
    return areas[areas["area_code"].isin(around["area_code"]) | areas["area_code"].isin(here["area_code"])].reset_index(drop=True)


def of_authorities(areas: gpd.GeoDataFrame, wanted: list[str], *, key: str) -> gpd.GeoDataFrame:
    """The areas of some authorities; every one of them must have some, so that a misspelt code loses no part of a place."""
    known = authorities_of(areas)
    if not known:
        raise BadStudy(
            f"`{key}` is given, but the areas do not say which authority they lie in.\n"
            "Use `place.names_starting`, or give a file that holds only the place's areas."
        )
    unknown = [code for code in wanted if code not in known]
    if unknown:
        shown = "; ".join(f"{code} {name}".strip() for code, name in list(known.items())[:MOST_SHOWN])
        more = f"; and {len(known) - MOST_SHOWN} more" if len(known) > MOST_SHOWN else ""
        raise OutsidePlace(f"`{key}`: no area lies in {', '.join(unknown)}.\nAuthorities in the file: {shown}{more}.")
    return areas[areas["authority_code"].isin(wanted)]


def authorities_of(areas: gpd.GeoDataFrame) -> dict[str, str]:
    """The authorities that areas lie in, by code, with the name that their areas share ("" where they share none).

    LSOAs are named after their authority and numbered on: "Basildon 001A".
    """
    if "authority_code" not in areas.columns:
        return {}
    known = areas.dropna(subset=["authority_code"])
    if "area_name" not in areas.columns:
        return dict.fromkeys(sorted(known["authority_code"].unique()), "")
    begun = known["area_name"].astype("string").str.extract(r"^(.*) \d{3}[A-Z]$")[0]
    return {str(code): str(names.iloc[0]) if names.notna().all() and names.nunique() == 1 else "" for code, names in begun.groupby(known["authority_code"])}


def _names_there(areas: gpd.GeoDataFrame) -> str:
    names = areas["area_name"].dropna().tolist() if "area_name" in areas.columns else []
    return f" Names in the file are such as {names[0]!r} and {names[-1]!r}." if names else ""


def outline_of(areas: gpd.GeoDataFrame, read: dict[str, Read], lookup: pd.DataFrame | None) -> Outline:
    """The areas with their residents and, where there is an index for them, their deprivation.

    Raises:
        VintageMix: a table's codes are of another census and there is no lookup, or a table lacks areas.
    """
    vintage = str(areas["vintage"].iloc[0])
    residents = _carried(read["residents"], "residents", areas, vintage, lookup)
    decile = None
    if "deprivation" in read and not no_index(read["deprivation"], areas):
        people = read["residents"].rows.groupby("area_code")["residents"].sum() if read["residents"].vintage == read["deprivation"].vintage else None
        ranks = _carried(read["deprivation"], "deprivation", areas, vintage, lookup, people=people)
        decile = ranks["decile"].to_numpy(dtype=np.int64)
    return Outline(areas, residents, decile)


def no_index(deprivation: Read, areas: gpd.GeoDataFrame) -> str:
    """Why an index of deprivation says nothing of these areas; "" where it may."""
    welsh = areas["area_code"].str.match(r"W\d{8}$")
    if not welsh.any() or deprivation.rows["area_code"].str.match(r"W\d{8}$").any():
        return ""
    part = "the areas" if welsh.all() else f"{int(welsh.sum()):,} of the {len(areas):,} areas"
    return (
        f"The table 'deprivation' ({deprivation.used.title}) is of England, and {part} of this place lie in Wales, so nothing is said about deprivation. "
        "The Welsh index ranks areas among those of Wales: bring it as a table of your own."
    )


def _carried(one: Read, table: str, areas: gpd.GeoDataFrame, vintage: str, lookup: pd.DataFrame | None, people: pd.Series | None = None) -> pd.DataFrame:
    """A table by area brought to the vintage of the areas, in their order; no area is lost."""
    codes = areas["area_code"]
    if one.vintage in ("", "own", vintage) or vintage == "own":
        vintages.require_codes(one.rows["area_code"], codes, table=table, vintage=vintage)
        return _wide(one.rows[one.rows["area_code"].isin(codes)], table, one.rows).loc[codes]
    if lookup is None:
        raise VintageMix(
            f"The areas carry codes of '{vintage}', the table '{table}' codes of '{one.vintage}'. "
            "They share most codes, so a blind join would lose the rest without a word.\nGive the lookup between the two under `tables: lookup:`."
        )
    wide = _crossed(_wide(one.rows, table, one.rows), table, lookup, one.vintage, vintage, areas, people).table
    vintages.require_codes(wide.index, codes, table=table, vintage=vintage)
    return wide.loc[codes]


def _crossed(wide: pd.DataFrame, table: str, lookup: pd.DataFrame, start: str, end: str, areas: gpd.GeoDataFrame, people: pd.Series | None) -> vintages.Crossed:
    known = wide[wide.index.isin(lookup[vintages.CODE_COLUMN[start]])]
    if table == "residents":
        import pandas as pd

        ground = pd.Series(areas.area.to_numpy(), index=areas["area_code"])
        return vintages.cross_counts(known, lookup, start=start, end=end, weights=ground)
    return vintages.cross_values(known, lookup, start=start, end=end, people=people)


def _wide(rows: pd.DataFrame, table: str, whole: pd.DataFrame) -> pd.DataFrame:
    """One row an area; residents get a column for every group of the whole table."""
    if table == "residents":
        wide = rows.pivot(index="area_code", columns="group", values="residents").reindex(columns=sorted(whole["group"].unique()))
        if wide.isna().to_numpy().any():
            lacking = wide.index[wide.isna().any(axis=1)]
            raise EmptyTable(
                f"Table 'residents' has no row for some group in {len(lacking):,} areas (first: {lacking[0]}). "
                "Missing is not zero: give every group a row, 0 where nobody lives there."
            )
        return wide.astype(float)
    return rows[rows["domain"] == "overall"].set_index("area_code")[["decile"]]


def crossed_health(health: dict[str, HealthReport], read: dict[str, Read], areas: gpd.GeoDataFrame) -> dict[str, HealthReport]:
    """A note on every table whose codes had to be carried to the areas' vintage."""
    vintage = str(areas["vintage"].iloc[0])
    for name in ("residents", "deprivation"):
        if name in read and read[name].vintage not in ("", "own", vintage):
            says = f"Codes of '{read[name].vintage}' were carried to '{vintage}' through the lookup; every area of the place found its rows."
            health = {**health, name: health[name].with_notes(HealthNote("vintage", says, "note"))}
    return health


def listed(one_or_more: str | list[str]) -> list[str]:
    """One or several, as a list."""
    return [one_or_more] if isinstance(one_or_more, str) else one_or_more
