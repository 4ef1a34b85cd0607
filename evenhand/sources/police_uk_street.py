"""Street-level recorded crime and anti-social behaviour, as police.uk publishes it month by month.

Steps, in order:  fetch -> (files) -> tidy: columns known? -> cells cleaned -> table checked -> health
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadSetting, FetchFailed
from ..tables.health import HealthNote, HealthReport, share_missing
from . import police_uk_rows as shared
from .card import SourceCard, Tidied
from .reading import PLAIN, Files, Shape, columns_of, named, paths_of, pick

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from .fetching import Progress

CARD = SourceCard(
    slug="police-uk-street",
    title="Street-level recorded crime",
    publisher=shared.PUBLISHER,
    licence=shared.LICENCE,
    attribution=shared.ATTRIBUTION,
    table="recorded_crime",
    vintage="",  # 2011 codes in files to 2021, 2021 codes in files from 2024: see vintage_of
    url="https://data.police.uk/data/",
    care="What police recorded, not what happened. Points are moved to the nearest published map point, so a point is not an address; months have no days.",
)

COLUMNS = Shape(
    name="monthly street file",
    read={
        "Crime ID": "crime_id",
        "Month": "month",
        "Reported by": "reported_by",
        "Longitude": "longitude",
        "Latitude": "latitude",
        "Location": "location_name",
        "LSOA code": "lsoa_code",
        "LSOA name": "lsoa_name",
        "Crime type": "crime_type",
        "Last outcome category": "last_outcome",
    },
    unread=("Falls within", "Context"),  # the reporting force again, and a column that is always empty
    may_lack=("Crime ID", "Reported by", "Location", "LSOA name", "Last outcome category"),
)
SHAPES = (COLUMNS,)
NUMBERS = ("longitude", "latitude")
LAST_CODE_OF_2011 = {"E": "E01033768", "W": "W01001958"}
"""Highest LSOA codes of 2011; the 2021 census numbered on from there (found in the ONS exact-fit lookup)."""


def matches(columns: list[str]) -> bool:
    """Whether a file with these columns is of this source.

    Example:
        >>> matches(["Month", "Longitude", "Latitude", "LSOA code", "Crime type", "Context"])
        True
    """
    return COLUMNS.fits(columns)


def tidy(files: Files, *, engine: Any = None, months: shared.Span | None = None) -> Tidied:
    """Monthly files as the table recorded_crime; the rows stay in the engine.

    Args:
        files: one file, many, a pattern, or a folder in the layout `YYYY-MM/YYYY-MM-<force>-street.csv`.
        engine: an Ibis connection; default an embedded one.
        months: first and last month wanted, so that absent months are told of at the edges too.

    Raises:
        BadFile, MissingColumn, UnknownColumn, UnknownCategory, BadValue, EmptyTable.
    """
    from ..tables.recorded_crime import TABLE

    paths = paths_of(files, endings=PLAIN, within="*street*")
    where = named(paths)
    cleaned = _cleaned(_read(paths, engine))
    summary = _summary(cleaned)
    shared.refuse_unreadable(summary, where=where)
    checked = TABLE.check_rows(cleaned.select(*[name for name in TABLE.names if name in cleaned.columns]), where=where)
    report = HealthReport("recorded_crime", f"{CARD.title}: {where}", int(summary["rows"]))
    return Tidied(checked, report.with_notes(*shared.cut_notes(paths), *_notes(summary), *_level_notes(cleaned, months), _vintage_note(summary)))


def _read(paths: list[Path], engine: Any) -> ibis.Table:
    from ..tables.engine import read_files

    # Each header is looked at alone: matched by name, a column absent from one file would come out empty.
    for path in paths:
        pick([COLUMNS], columns_of(path), where=str(path), title=CARD.title)
    return read_files(paths, engine=engine)


def _cleaned(rows: ibis.Table) -> ibis.Table:
    import ibis

    renames = COLUMNS.renames(rows.columns)
    cells = {ours: shared.number(rows, theirs) if ours in NUMBERS else shared.text(rows, theirs) for theirs, ours in renames.items()}
    cells.setdefault("reported_by", ibis.null("string"))
    cells |= {
        f"unreadable {name}": (shared.text(rows, name).notnull() & cells[ours].isnull()).cast("int64") for name, ours in renames.items() if ours in NUMBERS
    }
    return rows.select(**cells, row=shared.fingerprint(rows, list(rows.columns)))


def _summary(cleaned: ibis.Table) -> pd.Series:
    from ..tables.engine import fetched

    sums: dict[str, Any] = {
        "rows": cleaned.count(),
        "distinct": cleaned.row.nunique(),
        "unnamed": cleaned.count(),
        "distinct unnamed": cleaned.row.nunique(),
        "no point": (cleaned.longitude.isnull() | cleaned.latitude.isnull()).sum(),
        "no area": cleaned.lsoa_code.isnull().sum(),
        "beyond 2011": _beyond_2011(cleaned.lsoa_code).sum(),
    }
    if "crime_id" in cleaned.columns:
        unnamed = cleaned.crime_id.isnull()
        sums |= {"unnamed": unnamed.sum(), "distinct unnamed": cleaned.row.nunique(where=unnamed)}
        sums |= {"ids": cleaned.crime_id.count(), "distinct ids": cleaned.crime_id.nunique()}
    sums |= {name: cleaned[name].sum() for name in cleaned.columns if name.startswith("unreadable ")}
    return shared.as_numbers(fetched(cleaned.aggregate(**sums)), list(sums)).iloc[0]


def _notes(summary: pd.Series) -> list[HealthNote]:
    rows = int(summary["rows"])
    notes = [
        share_missing(int(summary["no point"]), rows, "location"),
        share_missing(int(summary["no area"]), rows, "LSOA code"),
        *_repeats(summary),
    ]
    again = int(summary.get("ids", 0) - summary.get("distinct ids", 0))
    if again:
        says = f"{again:,} of {int(summary['ids']):,} crime identifiers occur before in the same files: one crime may count twice. All rows are kept."
        notes.append(HealthNote("duplicates", says, "warn" if again > 0.01 * rows else "note", float(again), "rows"))
    return notes


def _repeats(summary: pd.Series) -> list[HealthNote]:
    """Whole rows that occur before, with and without an identifier: without one, alike rows are to be expected."""
    alike = int(summary["unnamed"] - summary["distinct unnamed"])
    named_rows = int(summary["rows"] - summary["unnamed"])
    notes = [shared.repeats(named_rows, int(summary["distinct"] - summary["distinct unnamed"]))] if named_rows else []
    if alike:
        says = (
            f"{alike:,} of {int(summary['unnamed']):,} rows without an identifier are alike in every column: with "
            "months for dates and moved points that is to be expected, and copies cannot be told apart."
        )
        notes.append(HealthNote("duplicates", says, "note", float(alike), "rows"))
    return notes


def _level_notes(cleaned: ibis.Table, months: shared.Span | None) -> list[HealthNote]:
    from ..tables.engine import counts
    from ..tables.recorded_crime import CRIME_TYPES

    levels = counts(cleaned, by=["reported_by", "month", "crime_type"])
    notes = shared.month_notes(shared.no_row_lost(levels, "reported_by"), months)
    unused = [kind for kind in CRIME_TYPES if kind not in set(levels["crime_type"])]
    if unused:
        return [
            *notes,
            HealthNote(
                "categories", f"{len(unused)} of {len(CRIME_TYPES)} crime types never occur: {', '.join(unused)}.", "note", float(len(unused)), "categories"
            ),
        ]
    return [*notes, HealthNote("categories", f"All {len(CRIME_TYPES)} crime types occur.", "fine", 0.0, "categories")]


def _beyond_2011(codes: Any) -> Any:
    english = codes.startswith("E01") & (codes > LAST_CODE_OF_2011["E"])
    return (english | (codes.startswith("W01") & (codes > LAST_CODE_OF_2011["W"]))).fill_null(False)


def vintage_of(codes: list[str]) -> str:
    """The vintage that area codes prove, or "" when they prove none.

    A code numbered after the last of 2011 can only be of 2021. The reverse proves nothing: most
    codes are the same in both.

    Example:
        >>> vintage_of(["E01015830", "E01035586"]), vintage_of(["E01015830"])
        ('lsoa-2021', '')
    """
    beyond = (code > LAST_CODE_OF_2011[code[0]] for code in codes if code[:3] in ("E01", "W01"))
    return "lsoa-2021" if any(beyond) else ""


def _vintage_note(summary: pd.Series) -> HealthNote:
    beyond = int(summary["beyond 2011"])
    if beyond:
        return HealthNote(
            "vintage", f"{beyond:,} rows carry LSOA codes that exist only since 2021, so the codes are of the 2021 vintage.", "fine", float(beyond), "rows"
        )
    return HealthNote(
        "vintage",
        "No LSOA code here exists only since 2021: the codes are of 2011 (files to 2021 carry "
        "those), or of 2021 in a place that did not change. Join them only after a check.",
        "note", 0.0, "rows",
    )  # fmt: skip


def fetch(*, force: str, months: shared.Span, folder: Path | str, progress: Progress | None = None, base: str = shared.BASE) -> list[Path]:
    """Fetch one force's street files for a span of months out of the public archive.

    Args:
        force: the publisher's name for it, such as "essex" or "avon-and-somerset".
        months: first and last month, such as ("2024-01", "2024-03").
        folder: where they shall lie, as `YYYY-MM/YYYY-MM-<force>-street.csv`.
        progress: told of the bytes so far and the total.
        base: the publisher's address, or that of a copy.

    Returns:
        The files; a month the publisher does not hold is not among them, and `tidy(…, months=…)` says so.

    Raises:
        FetchFailed: see fetching.py; or the archive holds nothing of that force.
    """
    return fetch_kind("street", force=force, months=months, folder=folder, progress=progress, base=base)


def fetch_kind(kind: str, *, force: str, months: shared.Span, folder: Path | str, progress: Progress | None, base: str) -> list[Path]:
    """Fetch one kind of file ("street" or "stop-and-search") out of the public archive; see `fetch`."""
    from ..tables.health import months_between
    from .archives import fetch_members

    _ordered(months)
    paths: list[Path] = []
    for name, span in shared.archives_for(*months):
        names = {f"{month}-{force}-{kind}.csv" for month in months_between(*span)}
        paths += fetch_members(f"{base}/data/archive/{name}.zip", Path(folder), names=names, progress=progress)
    if not paths:
        raise FetchFailed(
            f"The archives of {base} hold no {kind} file of '{force}' from {months[0]} to {months[1]}.\n"
            "Check the force's name as the publisher writes it (such as avon-and-somerset) and the months."
        )
    return sorted(paths)


def _ordered(months: shared.Span) -> shared.Span:
    import re

    first, last = months
    if not all(re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month) for month in months) or first > last:
        raise BadSetting(f"months={months!r} is no span of months. Write the first and the last, such as ('2024-01', '2024-03').")
    return months
