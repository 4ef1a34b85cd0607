"""PredPol's predictions in 39 places of the United States: block groups with prediction counts and residents, released by The Markup.

A file of block groups for each department (GeoJSON), a list of departments with their dates, and the
tables The Markup published of who lives in the block groups most and least predicted. Block groups and
their residents become the tables `flagged` and `residents`, so that the audit `exposure` can be asked
of a system that was in use; nothing here can be laid on a British map.

Counts are of prediction boxes that touch a block group over all the days of the reports; a box across
two counts in both. The Markup's own tables leave out days before or after a department confirmed its
use, so for the departments where that matters they cannot be computed again from these files.

Steps, in order:  fetch -> (files) -> block_groups: columns known? -> tidy (flagged), residents -> health
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadFile, BadSetting, BadValue
from ..tables.health import HealthNote, HealthReport
from .card import SourceCard, Tidied
from .reading import MAPS, PLAIN, Files, Shape, named, numbers, paths_of, pick, read_small

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from .fetching import Progress

CARD = SourceCard(
    slug="markup-predpol",
    title="PredPol predictions by census block group (The Markup and Gizmodo 2021)",
    publisher="The Markup",
    licence="BSD 3-Clause",
    attribution="Copyright (c) 2021, The Markup. Source: the-markup/investigation-prediction-bias, for Prediction: Bias.",
    table="flagged",
    vintage="",
    url="https://github.com/the-markup/investigation-prediction-bias",
    care=(
        "Predictions sent to a department, not patrols made. Residents are survey estimates (American Community Survey, 2018 five-year) with margins of error; "
        "block groups without any prediction are missing from some files."
    ),
)

GROUPS = {"white_alone": "White", "black_alone": "Black", "latino_alone": "Latino", "asian_alone": "Asian"}
OTHER = "Other"
"""All residents less the four groups; White, Black and Asian are those of one race who are not Latino."""
BLOCK_GROUPS = Shape(
    name="block groups of a department",
    read={"id": "place_code", "client": "department", "count": "predictions", "total_estimate": "total", **{name: name for name in GROUPS}},
    unread=("total_estimate_household", "eligible_for_frl", "ineligible_for_frl", "geometry"),
)
DEPARTMENTS = Shape(
    name="departments",
    read={
        "client": "department", "Client Name": "name", "first_prediction_date": "first_prediction", "final_prediction_date": "final_prediction",
        "Confirmed Start Date ": "confirmed_start", "Confirmed End Date": "confirmed_end", "Usable": "is_usable", "Active": "is_active",
    },
    unread=("UCR Department", "EPSG"),
)  # fmt: skip
PERCENTILES = Shape(
    name="groups by prediction percentile",
    read={"department": "department", "demo": "group", "prank_filter": "percentile", "values": "share"},
    unread=("client_name", "pop_est", "demo_num"),
)
SHAPES = (BLOCK_GROUPS,)
WHOLE_RELEASE = ("2018-02", "2021-01")
"""First and last month of the reports that The Markup found."""

COPY = "the-markup/investigation-prediction-bias/e1fa49fd014a97ee52eec40dcb5811926476a305"
TABLES = (
    "in/departments.csv",
    "out/prediction_count.csv",
    "out/dataframes/race_demo_comp_percentile.csv",
    "out/dataframes/race_demo_comp_all.csv",
    "out/dataframes/race_at_prank_gt_total.csv",
    "LICENSE",
)
SLUGS = (
    "alexandriapd", "birminghampd", "boonecounty", "clovisca", "cpd", "cpso", "decaturga", "elgin", "elmonte", "farmersbranch", "forsythso", "frederick",
    "fresnopd", "ftmyerspd", "gloucestertwppd", "gvpd", "haverhill", "homewood", "indianapolis", "jacksonvilletx", "jeffcomacc", "la", "livermore", "merced",
    "modesto", "nilespolice", "ocalapdcom", "ocfl", "ocoeepd", "piscataway", "plainfieldpdnj", "portagemipd", "salisbury", "southjordan", "tacoma",
    "templeterracepd", "tracypd", "turlockpolice", "westspringfieldpolice",
)  # fmt: skip
"""The departments that have a file of block groups; indianapolis is in none of the published tables."""
BASE = "https://raw.githubusercontent.com"
ENDINGS = (".json", ".json.gz", *MAPS, *PLAIN)


def matches(columns: list[str]) -> bool:
    """Whether a file with these columns is of this source.

    Example:
        >>> matches([*BLOCK_GROUPS.read, "geometry"]), matches(["id", "count"])
        (True, False)
    """
    return BLOCK_GROUPS.fits(columns)


def block_groups(files: Files, *, engine: Any = None) -> tuple[pd.DataFrame, str]:
    """Block groups as they stand: department, predictions, all residents and the four groups; and what the files are called.

    Args:
        files: GeoJSON as published, packed or not, or the same without its polygons as CSV or Parquet.
        engine: an Ibis connection, for CSV and Parquet.

    Raises:
        BadFile, MissingColumn, UnknownColumn, BadValue.
    """
    import pandas as pd

    paths = paths_of(files, endings=ENDINGS)
    frames = [_of_geojson(path) if path.name.endswith((".json", ".json.gz", ".geojson")) else _of_table(path, engine) for path in paths]
    frame = pd.concat(frames, ignore_index=True)
    where = named(paths)
    for column in ("predictions", "total", *GROUPS):
        frame[column] = _whole(frame[column], column, where)
    over = frame["total"] < frame[list(GROUPS)].sum(axis=1)
    if over.any():
        raise BadValue(f"{where}: in {int(over.sum()):,} block groups the groups are more than all residents (first: {frame['place_code'][over].iloc[0]}).")
    return frame, where


def tidy(files: Files, *, department: pd.DataFrame | None = None, engine: Any = None) -> Tidied:
    """Block groups as the table flagged: the score is the number of predictions, and every block group with one is flagged.

    Args:
        files: as for `block_groups`; of one department, for one block group may lie in two.
        department: from `departments`, to give the months of this department's predictions; left out: those of the whole release.
        engine: an Ibis connection; default an embedded one.

    Raises:
        BadFile, MissingColumn, UnknownColumn, BadValue, RepeatedKey, EmptyTable.
    """
    import pandas as pd

    from ..tables.flagged import TABLE

    frame, where = block_groups(files, engine=engine)
    slug = str(frame["department"].mode().iloc[0])
    first, last = WHOLE_RELEASE if department is None else _months_of(department, slug)
    rows = pd.DataFrame(
        {"place_code": frame["place_code"], "score": frame["predictions"], "is_flagged": frame["predictions"] > 0, "from": first, "to": last}
    )
    checked = TABLE.check(rows.sort_values("place_code", kind="stable").reset_index(drop=True), where=where)
    return Tidied(checked, HealthReport("flagged", f"{CARD.title}: {where}", len(frame), tuple(_notes(frame, slug, department is None))))


def residents(files: Files, *, engine: Any = None) -> Tidied:
    """The same block groups as the table residents: the four groups, and all others together.

    Args:
        files, engine: as for `tidy`.

    Raises:
        BadFile, MissingColumn, UnknownColumn, BadValue, RepeatedKey, EmptyTable.
    """
    import pandas as pd

    from ..tables.residents import TABLE

    frame, where = block_groups(files, engine=engine)
    rest = frame["total"] - frame[list(GROUPS)].sum(axis=1)
    parts = [
        pd.DataFrame({"area_code": frame["place_code"], "group": group, "source_group": column, "residents": count})
        for column, group, count in (*((name, group, frame[name]) for name, group in GROUPS.items()), ("the rest of total_estimate", OTHER, rest))
    ]
    rows = pd.concat(parts, ignore_index=True).sort_values(["area_code", "group"], kind="stable").reset_index(drop=True)
    checked = TABLE.check(rows, where=where)
    says = f"{len(frame):,} block groups, {int(frame['total'].sum()):,} residents; survey estimates with margins of error that are not in the files."
    note = HealthNote("totals", says, "warn", float(frame["total"].sum()), "people")
    return Tidied(checked, HealthReport("residents", f"{CARD.title}: {where}", len(frame), (note,)))


def departments(files: Files, *, engine: Any = None) -> pd.DataFrame:
    """The departments with the dates of their predictions and of their use, index department.

    Raises:
        BadFile, MissingColumn, UnknownColumn.
    """
    return read_small(files, [DEPARTMENTS], title=CARD.title, engine=engine)[0].set_index("department")


def published_percentiles(files: Files, *, engine: Any = None) -> pd.DataFrame:
    """The Markup's table of groups by tenth of prediction count: index department and percentile, one column a group, shares.

    Raises:
        BadFile, MissingColumn, UnknownColumn.
    """
    frame, _, _ = read_small(files, [PERCENTILES], title=CARD.title, engine=engine)
    frame["group"] = frame["group"].replace("African American", "Black")
    return frame.pivot(index=["department", "percentile"], columns="group", values="share").astype(float)


def fetch(*, folder: Path | str, only: Sequence[str] = SLUGS, progress: Progress | None = None, base: str = BASE) -> list[Path]:
    """Fetch the block groups of some departments and the published tables.

    Args:
        folder: where they shall lie.
        only: departments, by the names of `SLUGS`; left out: all.
        progress: told of the bytes so far and the total.
        base: the repository's address.

    Raises:
        BadSetting: there is no such department.
        FetchFailed: see fetching.py.
    """
    from .fetching import fetch_file

    unknown = [slug for slug in only if slug not in SLUGS]
    if unknown:
        raise BadSetting(f"There is no department '{unknown[0]}' in this release. Known: {', '.join(SLUGS)}.")
    names = [*(f"datasheets/geojson/{slug}-geojson-with-data.json" for slug in only), *TABLES]
    return [fetch_file(f"{base}/{COPY}/{name}", Path(folder) / Path(name).name, progress=progress) for name in names]


def _of_geojson(path: Path) -> pd.DataFrame:
    """The properties of a GeoJSON file's features; polygons in degrees of another continent are left behind."""
    import pandas as pd

    try:
        raw = gzip.decompress(path.read_bytes()) if path.name.endswith(".gz") else path.read_bytes()
        rows = [feature["properties"] for feature in json.loads(raw)["features"]]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as wrong:
        raise BadFile(f"{path} is no GeoJSON of block groups: {type(wrong).__name__}. The file is truncated or another one; fetch it again.") from None
    frame = pd.DataFrame(rows)
    return _picked(frame, path)


def _of_table(path: Path, engine: Any) -> pd.DataFrame:
    frame, _, _ = read_small(path, [BLOCK_GROUPS], title=CARD.title, engine=engine)
    return frame.astype({"place_code": "string", "department": "string"})


def _picked(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    shape = pick([BLOCK_GROUPS], list(map(str, frame.columns)), where=str(path), title=CARD.title)
    renames = shape.renames(frame.columns)
    return frame[list(renames)].rename(columns=renames).astype({"place_code": "string", "department": "string"})


def _whole(values: pd.Series, column: str, where: str) -> pd.Series:
    made = numbers(values, column=column, where=where)
    if made.isna().any() or (made < 0).any() or (made % 1 != 0).any():
        raise BadValue(f"{where}: column '{column}' must hold whole numbers of at least zero, and some are missing or are not. Fetch the file again.")
    return made.astype("int64")


def _months_of(department: pd.DataFrame, slug: str) -> tuple[str, str]:
    if slug not in department.index:
        raise BadSetting(f"The department '{slug}' is not in the list of departments. Known: {', '.join(map(str, department.index))}.")
    one = department.loc[slug]
    return str(one["first_prediction"])[:7], str(one["final_prediction"])[:7]


def _notes(frame: pd.DataFrame, slug: str, is_whole_span: bool) -> list[HealthNote]:
    total, none = int(frame["predictions"].sum()), int((frame["predictions"] == 0).sum())
    empty = frame["total"] == 0
    notes = [
        HealthNote("totals", f"{total:,} predictions in {len(frame):,} block groups; {none:,} have none.", "fine", float(total), "predictions"),
        HealthNote("place", f"{int(empty.sum()):,} block groups have no residents.", "note" if empty.any() else "fine", float(empty.sum()), "block groups"),
    ]
    others = frame["department"][frame["department"] != slug]
    if len(others):
        says = f"{len(others):,} block groups carry the name of another department ({', '.join(sorted(set(others)))}); they are counted as they stand."
        notes.append(HealthNote("categories", says, "warn", float(len(others)), "block groups"))
    if is_whole_span:
        says = f"No list of departments was given, so the months are those of the whole release, {' to '.join(WHOLE_RELEASE)}."
        notes.append(HealthNote("months", says, "note"))
    return notes
