"""Stop and search records, in the three shapes in which police.uk's records are found.

Steps, in order:  fetch -> (files) -> tidy: each file's shape -> cells cleaned -> table checked -> health

(a) the monthly CSV; (b) the API's JSON, as it came or flattened into dotted names; (c) the monthly
CSV with a first column `Force`. Rows stay in the engine; files of several shapes become one table.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..tables.errors import BadSetting, EmptyTable, FetchFailed
from ..tables.health import HealthReport
from . import police_uk_rows as shared
from .card import SourceCard, Tidied
from .reading import PLAIN, Files, Shape, columns_of, flattened, named, paths_of, pick, read_json

if TYPE_CHECKING:
    import ibis

    from .fetching import Progress

CARD = SourceCard(
    slug="police-uk-stops",
    title="Stop and search records",
    publisher=shared.PUBLISHER,
    licence=shared.LICENCE,
    attribution=shared.ATTRIBUTION,
    table="stops",
    vintage="",
    url="https://data.police.uk/data/",
    care="Searches are events, not people: one person stopped ten times is ten rows. What was not recorded is unknown, not 'none'. There is no area code.",
)

MONTHLY = Shape(
    name="monthly CSV",
    read={
        "Type": "kind",
        "Date": "stopped_at",
        "Part of a policing operation": "is_part_of_operation",
        "Latitude": "latitude",
        "Longitude": "longitude",
        "Gender": "gender",
        "Age range": "age_range",
        "Self-defined ethnicity": "self_defined_ethnicity",
        "Officer-defined ethnicity": "officer_defined_ethnicity",
        "Legislation": "legislation",
        "Object of search": "object_of_search",
        "Outcome": "outcome",
        "Outcome linked to object of search": "is_outcome_linked",
        "Removal of more than just outer clothing": "is_more_than_outer_clothing",
        "Force": "force",
    },
    unread=("Policing operation",),  # a name, almost always empty
    may_lack=("Force",),
)

API = Shape(
    name="API records with dotted names",
    read={
        "type": "kind",
        "datetime": "stopped_at",
        "operation": "is_part_of_operation",
        "location.latitude": "latitude",
        "location.longitude": "longitude",
        "gender": "gender",
        "age_range": "age_range",
        "self_defined_ethnicity": "self_defined_ethnicity",
        "officer_defined_ethnicity": "officer_defined_ethnicity",
        "legislation": "legislation",
        "object_of_search": "object_of_search",
        "outcome": "outcome",
        "outcome_linked_to_object_of_search": "is_outcome_linked",
        "removal_of_more_than_outer_clothing": "is_more_than_outer_clothing",
    },
    unread=(
        # the outcome again, the point's label, and who was there (the type says so)
        "outcome_object", "outcome_object.id", "outcome_object.name", "involved_person", "operation_name",
        "location", "location.street", "location.street.id", "location.street.name",
        # added by projects that kept copies: the file's month, and how the place was asked for
        "file_month", "index", "la", "county", "region", "country", "coord_set",
    ),
    may_lack=("location.latitude", "location.longitude", "is_part_of_operation"),
)  # fmt: skip

SHAPES = (MONTHLY, API)
NUMBERS = ("longitude", "latitude")
YES_NO = ("is_part_of_operation", "is_outcome_linked", "is_more_than_outer_clothing")
_FILE_NAME = re.compile(r"^\d{4}-\d{2}-(?P<force>.+)-stop-and-search\.")


def matches(columns: list[str]) -> bool:
    """Whether a file with these columns is of this source.

    Example:
        >>> matches(["Month", "Crime type"])
        False
    """
    return any(shape.fits(columns) for shape in SHAPES)


def tidy(files: Files, *, engine: Any = None, force: str | None = None, months: shared.Span | None = None) -> Tidied:
    """Files of any of the three shapes as the table stops; the rows stay in the engine.

    Args:
        files: one file, many, a pattern, or a folder in the layout `YYYY-MM/YYYY-MM-<force>-stop-and-search.csv`.
        engine: an Ibis connection; default an embedded one.
        force: whose rows: picks them where the files name forces, and names them where they do not.
        months: first and last month wanted, so that absent months are told of at the edges too.

    Raises:
        BadFile, MissingColumn, UnknownColumn, UnknownCategory, BadValue, EmptyTable.
    """
    from ..tables.engine import connect
    from ..tables.stops import TABLE
    from .stop_health import stop_notes

    engine = engine if engine is not None else connect()
    paths = paths_of(files, endings=(*PLAIN, ".json"), within="*stop*")
    where = named(paths)
    cleaned = _of_force(_cleaned_together(paths, engine), force, where)
    rows, notes = stop_notes(cleaned, months=months, where=where)
    checked = TABLE.check_rows(cleaned.select(*[name for name in TABLE.names if name in cleaned.columns]), where=where)
    report = HealthReport("stops", f"{CARD.title}: {where}" + (f", {force}" if force else ""), rows)
    return Tidied(checked, report.with_notes(*shared.cut_notes(paths), *notes))


def _cleaned_together(paths: list[Path], engine: Any) -> ibis.Table:
    """All files as one table: those of one header and one force are read together, then put under each other."""
    groups: dict[tuple[Any, ...], list[Path]] = {}
    for path in paths:
        columns = columns_of(path)
        shape = pick(SHAPES, columns, where=str(path), title=CARD.title)
        named_so = _FILE_NAME.match(path.name)
        groups.setdefault((shape.name, named_so["force"] if named_so else None, path.suffix, tuple(columns)), []).append(path)
    parts = [_cleaned(_rows(group, engine), force) for (_, force, *_), group in groups.items()]
    return parts[0] if len(parts) == 1 else parts[0].union(*parts[1:], distinct=False)


def _rows(paths: list[Path], engine: Any) -> ibis.Table:
    from ..tables.engine import read_files, rows_of

    if paths[0].suffix != ".json":
        return read_files(paths, engine=engine)
    import pandas as pd

    records = [flattened(record) for path in paths for record in read_json(path)]
    if not records:
        raise EmptyTable(f"{named(paths)} holds no record, so nothing can be computed from it.")
    names = list(dict.fromkeys(name for record in records for name in record))
    texts = {name: pd.array([_as_text(record.get(name)) for record in records], dtype="string") for name in names}
    return rows_of(pd.DataFrame(texts))


def _as_text(value: Any) -> str | None:
    return None if value is None or value in ({}, []) else str(value)


def _cleaned(rows: ibis.Table, force: str | None) -> ibis.Table:
    """Our columns, and beside them: `row` (a fingerprint) and how many cells could not be understood."""
    import ibis

    shape = next(shape for shape in SHAPES if shape.fits(rows.columns))
    theirs = {ours: name for name, ours in shape.renames(rows.columns).items()}
    texts = {ours: shared.text(rows, name) for ours, name in theirs.items()}
    cells: dict[str, Any] = {ours: texts.get(ours, ibis.null("string")) for ours in ("kind", "gender", "age_range", "legislation", "object_of_search")}
    for ours in ("self_defined_ethnicity", "officer_defined_ethnicity"):
        cells[ours] = texts.get(ours, ibis.null("string"))
    # The API gives `false` where there is no outcome: that is unknown, not "nothing followed".
    cells["outcome"] = ibis.cases((texts["outcome"].lower() == "false", ibis.null("string")), else_=texts["outcome"])
    cells["stopped_at"], cells["month"] = shared.moment_and_month(texts["stopped_at"])
    for ours in NUMBERS:
        cells[ours] = shared.number(rows, theirs[ours]) if ours in theirs else ibis.null("float64")
    for ours in YES_NO:
        cells[ours] = shared.yes_no(texts[ours]) if ours in texts else ibis.null("boolean")
    cells["force"] = texts.get("force", ibis.literal(force, type="string"))
    doubtful = {
        f"unreadable {ours}": (texts[ours].notnull() & cells[ours].isnull()).cast("int64") for ours in (*NUMBERS, *YES_NO, "stopped_at") if ours in texts
    }
    doubtful |= {f"unreadable {ours}": ibis.literal(0, type="int64") for ours in (*NUMBERS, *YES_NO) if ours not in texts}
    ordered = dict(sorted({**cells, **doubtful}.items()))
    return rows.select(**ordered, row=shared.fingerprint(rows, list(rows.columns)))


def _of_force(cleaned: ibis.Table, force: str | None, where: str) -> ibis.Table:
    import ibis

    if force is None:
        return cleaned
    from ..tables.engine import counts

    there = counts(cleaned, by=["force"])["force"].dropna().tolist()
    if not there:
        return cleaned.mutate(force=ibis.literal(force))
    if force not in there:
        raise EmptyTable(f"{where} has no rows of the force '{force}'.\nForces there: {', '.join(there)}.")
    return cleaned.filter(cleaned.force == force)


def fetch(
    *,
    force: str,
    months: shared.Span,
    folder: Path | str,
    progress: Progress | None = None,
    base: str = shared.BASE,
    via: Literal["archive", "api"] = "archive",
) -> list[Path]:
    """Fetch one force's stop and search records for a span of months.

    Args:
        force: the publisher's name for it, such as "essex".
        months: first and last month, such as ("2024-01", "2024-03").
        folder: where they shall lie, as `YYYY-MM/YYYY-MM-<force>-stop-and-search.csv` (or `.json`).
        progress: told of the bytes (months, via the API) so far and the total.
        base: the publisher's address, or that of a copy.
        via: "archive" (the public files) or "api" (one question a month; has months the archive may not yet have).

    Returns:
        The files; a month the publisher does not hold is not among them, and `tidy(…, months=…)` says so.

    Raises:
        FetchFailed: see fetching.py; or there is nothing of that force.
    """
    from .police_uk_street import fetch_kind

    if via == "archive":
        return fetch_kind("stop-and-search", force=force, months=months, folder=folder, progress=progress, base=base)
    if via == "api":
        return _from_api(force, months, Path(folder), progress, base)
    raise BadSetting(f"via={via!r} is not known. Choose 'archive' or 'api'.")


def _from_api(force: str, months: shared.Span, folder: Path, progress: Progress | None, base: str) -> list[Path]:
    from ..tables.health import months_between
    from .fetching import save_json

    wanted, paths = months_between(*months), []
    for done, month in enumerate(wanted, start=1):
        records = _asked_month(force, month, base)
        if records:
            path = folder / month / f"{month}-{force}-stop-and-search.json"
            paths.append(save_json(records, path, url=f"{base}/api/stops-force?force={force}&date={month}"))
        if progress:
            progress(done, len(wanted))
    if not paths:
        raise FetchFailed(
            f"{base} holds no stops of '{force}' from {months[0]} to {months[1]}.\n"
            "Check the force's name as the publisher writes it (such as avon-and-somerset) and the months."
        )
    return paths


def _asked_month(force: str, month: str, base: str) -> list[dict[str, Any]]:
    """One month's records. Both addresses were found in stored copies of many projects."""
    from .fetching import fetch_json

    asked = {"force": force, "date": month}
    records: list[dict[str, Any]] = fetch_json(f"{base}/api/stops-force", asked)
    # Accounts differ on whether the first answer includes records without a place. Records have no
    # identifier, so asking twice could count them twice: the second is added only when the first has none.
    if all(record.get("location") for record in records):
        records = records + fetch_json(f"{base}/api/stops-no-location", asked)
    return records
