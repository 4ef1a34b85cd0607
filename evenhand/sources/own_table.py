"""Bring your own: any file that holds a declared table, or does so once its columns are renamed.

Only maps and residents may have further columns, which are left behind: polygons and censuses
come with dozens. In tables about events or people an unknown column is refused, for it might hold a name.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadSetting, BadValue, MissingColumn
from ..tables.health import HealthNote, HealthReport, month_gaps, share_missing
from . import police_uk_rows as shared
from .card import Tidied
from .people_files import require_plain_people
from .reading import PLAIN, Files, columns_of, named, numbers, paths_of

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from ..tables.schema import Column, Table

MAY_HAVE_MORE = ("areas", "flagged_areas", "residents")
MAPPED = ("areas", "flagged_areas")
"""Tables whose rows are polygons, read from map files (own_map.py)."""
STAY_IN_ENGINE = ("recorded_crime", "stops", "score_outcomes")
"""Tables whose rows stay in the query engine until they are counted."""
MEASURED_IN_ENGINE = {"number": "float64", "whole": "int64"}
UNDERSTOOD = {
    "yes/no": "Understood are yes and no, true and false, 1 and 0, in small letters or capitals.",
    "number": "Understood are numbers with a point, such as 51.5, and nothing beside them: no unit, no sign for thousands.",
    "whole": "Understood are whole numbers, such as 1200, and nothing beside them: no unit, no sign for thousands.",
    "time": "Understood is a time in UTC, such as 2024-05-31T22:30:00+00:00.",
}
"""What a cell of each kind may say, for whoever wrote something else."""


def declared() -> dict[str, Table]:
    """Every declared table by its name.

    Example:
        >>> "recorded_crime" in declared()
        True
    """
    from .. import tables

    modules = (importlib.import_module(f"{tables.__name__}.{info.name}") for info in pkgutil.iter_modules(tables.__path__))
    return {module.TABLE.name: module.TABLE for module in modules if hasattr(module, "TABLE")}


def tidy(
    files: Files,
    *,
    table: str,
    columns: Mapping[str, str] | None = None,
    groups: Mapping[str, str] | None = None,
    vintage: str = "own",
    title: str = "own table",
    engine: Any = None,
) -> Tidied:
    """One's own files as a declared table.

    Args:
        files: CSV or Parquet; for areas and flagged areas GeoJSON, GeoParquet, GeoPackage or (zipped) shapefile.
        table: the declared table's name, such as "recorded_crime".
        columns: declared column -> its name in the file, for those that have another name there.
        groups: for residents with one column a group: group -> the column that counts it.
        vintage: for areas: "lsoa-2011" or "lsoa-2021" if their codes are those, else "own".
        title: what the table is called in reports.
        engine: an Ibis connection; default an embedded one.

    Raises:
        BadSetting: there is no such table, or `columns` names a column it does not have.
        BadFile, MissingColumn, UnknownColumn, UnknownCategory, BadValue, RepeatedKey, EmptyTable, WrongCoordinates.
    """
    known = declared()
    if table not in known:
        raise BadSetting(f"There is no table '{table}'. Choose one of {', '.join(sorted(known))}.")
    if groups and table != "residents":
        raise BadSetting(f"`groups:` is only for the table residents, not for '{table}'.")
    wanted = known[table]
    renames = _renames(wanted, dict(columns or {}))
    if table in MAPPED:
        from . import own_map

        return own_map.areas(files, renames, vintage=vintage, title=title) if table == "areas" else own_map.flagged_areas(files, renames, title=title)
    paths = paths_of(files, endings=PLAIN)
    if groups:
        return _wide_residents(paths, renames, groups, title, engine)
    return _plain(paths, wanted, renames, title, engine)


def require_columns(files: Files, *, table: str, columns: Mapping[str, str] | None = None, groups: Mapping[str, str] | None = None) -> None:
    """Raise unless the headers of one's own files hold a declared table; no row is read.

    Raises:
        BadSetting, BadFile, MissingColumn, UnknownColumn: as `tidy`.
    """
    from .lsoa_boundaries import ENDINGS, columns_of_map

    wanted, is_map = declared()[table], table in MAPPED
    renames = _renames(wanted, dict(columns or {}))
    for path in paths_of(files, endings=ENDINGS if is_map else PLAIN):
        found = columns_of_map(path) if is_map else columns_of(path)
        require_named({**renames, **dict.fromkeys((groups or {}).values(), "")}, found, str(path))
        if groups:
            require_named({next((theirs for theirs, ours in renames.items() if ours == "area_code"), "area_code"): ""}, found, str(path))
            continue
        taken = [renames.get(name, name) for name in found]
        left = [name for name in taken if table in MAY_HAVE_MORE and (name not in wanted.names or (name == "vintage" and is_map))]
        kept = [name for name in taken if name not in left]
        wanted.check_names([*_derivable(kept, wanted), *(["vintage"] if table == "areas" else [])], where=str(path), left_behind=left)


def _renames(table: Table, columns: dict[str, str]) -> dict[str, str]:
    """Name in the file -> declared name."""
    unknown = [name for name in columns if name not in table.names]
    if unknown:
        raise BadSetting(
            f"`columns:` names {', '.join(unknown)}, which the table '{table.name}' does not have. It has {', '.join(table.names)}.\n"
            "Write `declared name: its name in the file`."
        )
    twice = {name for name in columns.values() if list(columns.values()).count(name) > 1}
    if twice:
        raise BadSetting(f"`columns:` gives the file's column {', '.join(sorted(twice))} two meanings. Give each declared column its own.")
    return {theirs: ours for ours, theirs in columns.items()}


def require_named(wanted: Mapping[str, str], found: list[str], where: str) -> None:
    """Raise unless the columns that the user named are in the file.

    Raises:
        MissingColumn: with the columns found.
    """
    absent = [name for name in wanted if name not in found]
    if absent:
        raise MissingColumn(
            f"{where} has no column {', '.join(repr(name) for name in absent)}, which `columns:` or `groups:` names.\nColumns found: {', '.join(found)}."
        )


def _plain(paths: list[Path], table: Table, renames: dict[str, str], title: str, engine: Any) -> Tidied:
    from ..tables.engine import fetched

    where = named(paths)
    raw = _renamed(paths, table, renames, engine)
    cleaned = _cleaned(raw, table)
    table.check_names([name for name in cleaned.columns if not name.startswith("unreadable ")], where=where)
    notes, rows = _notes(cleaned, table, where, partial(_not_understood, raw, table))
    if table.name in STAY_IN_ENGINE:
        checked: Any = table.check_rows(cleaned.select(*[name for name in table.names if name in cleaned.columns]), where=where)
    else:
        checked = table.check(fetched(cleaned.drop(*[name for name in cleaned.columns if name.startswith("unreadable ")])), where=where)
    return Tidied(checked, HealthReport(table.name, f"{title}: {where}", rows, (*shared.cut_notes(paths), *notes)))


def _renamed(paths: list[Path], table: Table, renames: dict[str, str], engine: Any) -> ibis.Table:
    """The files' rows under our names; each header is looked at alone, so that no column comes out empty."""
    from ..tables.engine import read_files

    for path in paths:
        columns = columns_of(path)
        require_named(renames, columns, str(path))
        taken = [renames.get(name, name) for name in columns]
        left = [name for name in taken if table.name in MAY_HAVE_MORE and name not in table.names]
        if table.is_about_people:
            require_plain_people(path, columns, [name for name in columns if renames.get(name, name) not in table.names], table)
        table.check_names(_derivable([name for name in taken if name not in left], table), where=str(path), left_behind=left)
    rows = read_files(paths, engine=engine)
    keep = [name for name in rows.columns if table.name not in MAY_HAVE_MORE or renames.get(name, name) in table.names]
    return rows.select(**{renames.get(name, name): rows[name] for name in keep})


def _derivable(columns: list[str], table: Table) -> list[str]:
    """The columns once those are added that follow from others: the month of a stop from its time, a polygon's number from its place."""
    if table.name == "flagged_areas" and "place_code" not in columns:
        return [*columns, "place_code"]
    return [*columns, "month"] if table.name == "stops" and "stopped_at" in columns and "month" not in columns else columns


def _cleaned(rows: ibis.Table, table: Table) -> ibis.Table:
    """Cells in declared types, and beside them which could not be understood."""
    cells: dict[str, Any] = {}
    for name in rows.columns:
        cells |= _cell(rows, table.column(name))
    if table.name == "stops" and "month" not in cells and "stopped_at" in cells:
        cells["month"] = shared.moment_and_month(shared.text(rows, "stopped_at", strip=True))[1]
    return rows.select(**cells)


def _cell(rows: ibis.Table, column: Column) -> dict[str, Any]:
    text = shared.text(rows, column.name, strip=True)
    if column.kind in MEASURED_IN_ENGINE:
        value = text.try_cast(MEASURED_IN_ENGINE[column.kind])
    elif column.kind == "yes/no":
        value = shared.yes_no(text)
    elif column.kind == "time":
        value = shared.moment_and_month(text)[0]
    else:
        return {column.name: text}
    return {column.name: value, f"unreadable {column.name}": (text.notnull() & value.isnull()).cast("int64")}


def _not_understood(raw: ibis.Table, table: Table, name: str) -> tuple[str, str]:
    """Some values of a column that were not understood, and what would be."""
    from ..tables.engine import fetched

    if table.is_about_people:
        return ", which are not shown here", UNDERSTOOD[table.column(name).kind]
    text = shared.text(raw, name, strip=True)
    strange = raw.filter(text.notnull() & _cell(raw, table.column(name))[name].isnull()).select(value=shared.text(raw, name, strip=True))
    values = fetched(strange.distinct().order_by("value").limit(3))["value"]
    return f", such as {', '.join(repr(str(value)[:40]) for value in values)}", UNDERSTOOD[table.column(name).kind]


def _notes(cleaned: ibis.Table, table: Table, where: str, tell: shared.Tell) -> tuple[list[HealthNote], int]:
    from ..tables.engine import counts, fetched
    from .stop_health import stop_notes

    if table.name == "stops":
        rows, notes = stop_notes(cleaned, where=where, tell=tell)
        return notes, rows
    data = [name for name in cleaned.columns if not name.startswith("unreadable ")]
    sums: dict[str, Any] = {"rows": cleaned.count(), "distinct": shared.fingerprint(cleaned, data).nunique()}
    sums |= {name: cleaned[name].isnull().sum() for name in data if table.column(name).may_be_missing}
    sums |= {name: cleaned[name].sum() for name in cleaned.columns if name.startswith("unreadable ")}
    seen = shared.as_numbers(fetched(cleaned.aggregate(**sums)), list(sums)).iloc[0]
    shared.refuse_unreadable(seen, where=where, tell=tell)
    rows = int(seen["rows"])
    notes = [share_missing(int(seen[name]), rows, name) for name in data if table.column(name).may_be_missing]
    notes.append(shared.repeats(rows, int(seen["distinct"])))
    if "month" in data and rows:
        by_month = counts(cleaned, by=["month"]).dropna()
        months = {str(month): int(n) for month, n in zip(by_month["month"], by_month["n"], strict=True)}
        notes += _month_notes(months)
    return notes, rows


def _month_notes(months: dict[str, int]) -> list[HealthNote]:
    import re

    if not months or not all(re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month) for month in months):
        return []  # the table's own check tells of a month that is none
    return [*month_gaps(months, first=min(months), last=max(months)), *shared.level_notes(months)]


def _wide_residents(paths: list[Path], renames: dict[str, str], groups: Mapping[str, str], title: str, engine: Any) -> Tidied:
    """One column a group becomes one row a group."""
    import pandas as pd

    from ..tables.engine import fetched, read_files
    from ..tables.residents import TABLE

    where = named(paths)
    code = next((theirs for theirs, ours in renames.items() if ours == "area_code"), "area_code")
    for path in paths:
        require_named({code: "", **dict.fromkeys(groups.values(), "")}, columns_of(path), str(path))
    frame = fetched(read_files(paths, engine=engine).select(code, *groups.values()))
    parts = [
        pd.DataFrame({"area_code": frame[code], "group": group, "source_group": column, "residents": _whole(frame[column], column, where)})
        for group, column in groups.items()
    ]
    checked = TABLE.check(pd.concat(parts, ignore_index=True).sort_values(["area_code", "group"], kind="stable").reset_index(drop=True), where=where)
    says = f"{len(frame):,} areas, {len(groups)} groups, {int(checked['residents'].sum()):,} residents."
    return Tidied(
        checked, HealthReport("residents", f"{title}: {where}", len(frame), (HealthNote("totals", says, "fine", float(checked["residents"].sum()), "people"),))
    )


def _whole(values: pd.Series, column: str, where: str) -> pd.Series:
    made = numbers(values, column=column, where=where)
    empty = int(made.isna().sum())
    if empty:
        raise BadValue(f"{where}: column '{column}' is empty in {empty:,} rows. An absent count is unknown, not zero: fill it in, or leave the area out.")
    if (made % 1 != 0).any():
        raise BadValue(f"{where}: column '{column}' holds parts of people, such as {made[made % 1 != 0].iloc[0]}. It must count residents, not shares.")
    return made
