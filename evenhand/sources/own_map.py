"""One's own maps: the areas that residents are counted for, and the polygons that a system flags.

A file of polygons has columns by the dozen; those the table does not know are left behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..tables.errors import BadSetting, BadValue, MissingColumn, UnknownCategory
from ..tables.health import HealthNote, HealthReport, share_missing
from .card import Tidied
from .lsoa_boundaries import ENDINGS, GRID, checked_areas, columns_of_map, in_metres, mended, read_map
from .own_table import require_named
from .police_uk_rows import NO, YES
from .reading import Files, named, numbers, paths_of

if TYPE_CHECKING:
    import pandas as pd

    from ..tables.schema import Table

YES_OR_NO = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)


def areas(files: Files, renames: dict[str, str], *, vintage: str, title: str) -> Tidied:
    """Areas from map files, in British National Grid metres.

    Args:
        files: GeoJSON, GeoParquet, GeoPackage or (zipped) shapefile.
        renames: name in the file -> declared name.
        vintage: the set of codes they carry.
        title: what the table is called in reports.

    Raises:
        BadSetting, BadFile, MissingColumn, BadValue, RepeatedKey, EmptyTable, WrongCoordinates.
    """
    from ..tables.areas import TABLE, VINTAGES

    if vintage not in VINTAGES:
        raise BadSetting(f"vintage={vintage!r} is not known. Choose one of {', '.join(VINTAGES)}.")
    read, where = _read(files, renames, TABLE, ("vintage",))
    return checked_areas(read.assign(vintage=vintage), where=where, title=title)


def flagged_areas(files: Files, renames: dict[str, str], *, title: str) -> Tidied:
    """Flagged polygons from map files, in British National Grid metres; numbered where the file gives them no code.

    Args:
        files, renames, title: as for `areas`.

    Raises:
        BadFile, MissingColumn, UnknownCategory, BadValue, RepeatedKey, EmptyTable, WrongCoordinates.
    """
    import geopandas as gpd

    from ..tables.flagged_areas import TABLE

    read, where = _read(files, renames, TABLE, ("place_code",))
    if "place_code" not in read.columns:
        read = read.assign(place_code=[str(number) for number in range(1, len(read) + 1)])
    if ("from" in read.columns) != ("to" in read.columns):
        raise MissingColumn(f"{where} has one of the columns 'from' and 'to' and not the other. Give both, or neither if all polygons apply throughout.")
    if "score" in read.columns:
        read["score"] = numbers(read["score"], column="score", where=where)
    if "is_flagged" in read.columns:
        read["is_flagged"] = _yes_or_no(read["is_flagged"], where)
    polygons, notes = mended(read, where, code="place_code", noun="polygons")
    checked = gpd.GeoDataFrame(TABLE.check(polygons, where=where), geometry="geometry", crs=GRID)
    if "score" in checked.columns:
        notes.append(share_missing(int(checked["score"].isna().sum()), len(checked), "score"))
    notes.append(HealthNote("place", f"{len(checked):,} polygons of together {checked.area.sum() / 1e6:,.2f} km².", "fine", float(len(checked)), "polygons"))
    return Tidied(checked, HealthReport("flagged_areas", f"{title}: {where}", len(checked), tuple(notes)))


def _read(files: Files, renames: dict[str, str], table: Table, made_here: tuple[str, ...]) -> tuple[Any, str]:
    """The polygons of all files under our names, and what the files are called."""
    import pandas as pd

    paths = paths_of(files, endings=ENDINGS)
    parts = []
    for path in paths:
        require_named(renames, columns_of_map(path), str(path))
        frame = in_metres(read_map(path), where=str(path)).rename(columns=renames)
        keep = [name for name in frame.columns if name in table.names and name != "vintage"]
        left = [name for name in frame.columns if name not in keep]
        table.check_names([*keep, *(name for name in made_here if name not in keep)], where=str(path), left_behind=left)
        parts.append(_with_text(frame[keep]))
    return pd.concat(parts, ignore_index=True), named(paths)


def _with_text(frame: Any) -> Any:
    """Codes are text even where a file holds whole numbers."""
    texts = ("area_code", "area_name", "authority_code", "place_code", "from", "to")
    return frame.assign(**{name: frame[name].astype("string").str.removesuffix(".0") for name in texts if name in frame.columns})


def _yes_or_no(values: pd.Series, where: str) -> pd.Series:
    """Yes or no, however a map program writes it."""
    text = values.astype("string").str.strip().str.lower()
    known = text.map(YES_OR_NO)
    unknown = text[known.isna() & text.notna()]
    if len(unknown):
        raise UnknownCategory(f"{where}: column 'is_flagged' holds {unknown.iloc[0]!r}, which is neither yes nor no. Write true or false.")
    if text.isna().any():
        raise BadValue(f"{where}: column 'is_flagged' is empty in {int(text.isna().sum()):,} rows. Missing is not no: fill it in.")
    return known.astype("boolean")
