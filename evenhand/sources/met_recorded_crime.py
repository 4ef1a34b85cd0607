"""Recorded crime by LSOA and month, Metropolitan Police, from the London Datastore: counts, no points.

The file has a row for each LSOA and kind of crime that was recorded there at all, and a column for each
month. A kind that is not in an area's rows was recorded there in none of the months, and is tidied into zeros;
an LSOA with no row at all stays out of the table, since nothing says that it is of this force.

Steps, in order:  columns known? -> months -> long -> zeros for kinds an area has no row of -> health
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadTable, BadValue, MissingColumn
from ..tables.health import HealthNote, HealthReport, month_gaps
from .card import SourceCard, Tidied
from .police_uk_rows import level_notes
from .reading import PLAIN, Files, Shape, columns_of, named, numbers, paths_of, pick

if TYPE_CHECKING:
    import pandas as pd

    from .fetching import Progress

CARD = SourceCard(
    slug="met-recorded-crime",
    title="Recorded crime by LSOA and month, Metropolitan Police",
    publisher="Metropolitan Police Service, London Datastore",
    licence="Open Government Licence",
    attribution="Contains public sector information licensed under the Open Government Licence. Source: Metropolitan Police Service, London Datastore.",
    table="area_crime",
    vintage="lsoa-2021",
    url="https://data.london.gov.uk/dataset/mps-recorded-crime-geographic-breakdown-exy3m",
    care=(
        "What police recorded, not what happened. Sexual offences and fraud are left out of the file, and so is the City of London. "
        "Categories are the force's own, not those of data.police.uk."
    ),
)

READ = ("area_code", "area_name", "authority", "crime_class", "crime_type")
MONTH = re.compile(r"^(19|20)\d\d(0[1-9]|1[0-2])$")
PUBLISHED = Shape("LSOA level, as published", dict(zip(("LSOA Code", "LSOA Name", "Borough", "Major Category", "Minor Category"), READ, strict=True)))
COPIED = Shape("LSOA level, in a copy", dict(zip(("lsoa_code", "lsoa_name", "borough", "major_category", "minor_category"), READ, strict=True)))
SHAPES = (PUBLISHED, COPIED)
"""The published names were found in stored code that reads the file."""
BASE = "https://data.london.gov.uk"
# Found in stored copies of several projects. The number stays while the file under it is renewed each month.
ADDRESS = "/download/exy3m/221142dd-f7b2-4209-921e-4de833a82285/MPS%20LSOA%20Level%20Crime%20%28most%20recent%2024%20months%29.csv"


def matches(columns: list[str]) -> bool:
    """Whether a file with these columns is of this source.

    Example:
        >>> matches(["lsoa_code", "lsoa_name", "borough", "major_category", "minor_category", "202402", "202403"])
        True
    """
    return any(shape.fits(columns) for shape in SHAPES)


def tidy(files: Files, *, engine: Any = None) -> Tidied:
    """The publisher's file, or a known copy, as the table area_crime.

    Args:
        files: one file or several, of different areas.
        engine: an Ibis connection; default an embedded one.

    Raises:
        BadFile, MissingColumn, UnknownColumn, BadValue, BadTable, RepeatedKey, EmptyTable.
    """
    import pandas as pd

    from ..tables.area_crime import TABLE

    paths = paths_of(files, endings=PLAIN)
    where = named(paths)
    wide = [_wide(path, engine) for path in paths]
    months = list(dict.fromkeys(name for frame in wide for name in frame.columns if MONTH.match(name)))
    if any(list(frame.columns) != list(wide[0].columns) for frame in wide):
        raise BadTable(f"{where} hold different months, so their rows are not of one table. Read files of the same months together.")
    rows = pd.concat(wide, ignore_index=True)
    checked = TABLE.check(_with_zeros(_long(rows, months, where)), where=where)
    return Tidied(checked, HealthReport("area_crime", f"{CARD.title}: {where}", len(rows), tuple(_notes(checked, months))))


def _wide(path: Path, engine: Any) -> pd.DataFrame:
    """One file's rows under our names, month columns as they are."""
    from ..tables.engine import fetched, read_files

    columns = columns_of(path)
    months = [name for name in columns if MONTH.match(name)]
    shape = pick(SHAPES, [name for name in columns if name not in months], where=str(path), title=CARD.title)
    if not months:
        raise MissingColumn(f"{path} has no column for a month, such as '202402'.\nColumns found: {', '.join(columns)}.\nFetch the publisher's file again.")
    return fetched(read_files([path], engine=engine)).rename(columns=shape.renames(columns))[[*READ, *months]]


def _long(rows: pd.DataFrame, months: list[str], where: str) -> pd.DataFrame:
    counts = {month: numbers(rows[month], column=month, where=where) for month in months}
    empty = sum(int(values.isna().sum()) for values in counts.values())
    if empty:
        raise BadValue(f"{where}: {empty:,} counts are missing. An absent count is unknown, not zero: fetch the file again.")
    named_rows = rows[["area_code", "crime_type", "crime_class"]].astype("string")
    long = named_rows.assign(**counts).melt(["area_code", "crime_type", "crime_class"], var_name="month", value_name="events")
    return long.assign(month=long["month"].str.slice(0, 4) + "-" + long["month"].str.slice(4))


def _with_zeros(long: pd.DataFrame) -> pd.DataFrame:
    """A row for every area, month and kind: what an area has no row of was recorded there in none of the months."""
    import pandas as pd

    classes = long.drop_duplicates("crime_type").set_index("crime_type")["crime_class"]
    every = pd.MultiIndex.from_product(
        [sorted(long["area_code"].unique()), sorted(long["month"].unique()), sorted(classes.index)], names=["area_code", "month", "crime_type"]
    )
    # A repeat in the file would be lost in the index: it is left for the table's own check to refuse.
    if long.duplicated(["area_code", "month", "crime_type"]).any():
        return long
    filled = long.set_index(["area_code", "month", "crime_type"])["events"].reindex(every, fill_value=0).reset_index()
    return filled.assign(crime_class=filled["crime_type"].map(classes))


def _notes(rows: pd.DataFrame, months: list[str]) -> list[HealthNote]:
    by_month = {str(month): int(n) for month, n in rows.groupby("month")["events"].sum().items()}
    areas, total = rows["area_code"].nunique(), int(rows["events"].sum())
    said = sorted({f"{month[:4]}-{month[4:]}" for month in months})
    return [
        HealthNote("totals", f"{total:,} recorded crimes of {rows['crime_type'].nunique()} kinds in {areas:,} areas.", "fine", float(total), "crimes"),
        *month_gaps(by_month, first=said[0], last=said[-1]),
        *level_notes(by_month),
        HealthNote("categories", "The publisher leaves sexual offences and fraud out of this file.", "note", None, "crimes"),
    ]


def fetch(*, folder: Path | str, progress: Progress | None = None, base: str = BASE) -> list[Path]:
    """Fetch the publisher's file of the most recent 24 months; it is renewed monthly, so the months move.

    Raises:
        FetchFailed: see fetching.py.
    """
    from .fetching import fetch_file

    return [fetch_file(base + ADDRESS, Path(folder) / "mps-lsoa-level-crime.csv", progress=progress)]
