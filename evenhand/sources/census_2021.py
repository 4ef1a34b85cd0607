"""Residents by ethnic group and LSOA, Census 2021 (table TS021), in five broad groups.

Three shapes: the long table of five groups; the bulk file of 19 groups and five sums; the filtered
download with one row a group. The 19 are added up to the five, and the sums are checked.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadTable, BadValue, UnknownCategory
from ..tables.health import HealthNote, HealthReport
from .card import SourceCard, Tidied
from .reading import Files, Shape, numbers, read_small

if TYPE_CHECKING:
    import pandas as pd

    from .fetching import Progress

CARD = SourceCard(
    slug="census-2021-ethnicity",
    title="Census 2021: ethnic group by LSOA (TS021)",
    publisher="Office for National Statistics",
    licence="Open Government Licence v3.0",
    attribution="Source: Office for National Statistics licensed under the Open Government Licence v3.0.",
    table="residents",
    vintage="lsoa-2021",
    url="https://www.nomisweb.co.uk/sources/census_2021_bulk",
    care="People usually living there on 21 March 2021, during lockdown: not people on the street. Small counts are slightly altered by the publisher.",
)

GROUPS = {
    "Asian, Asian British or Asian Welsh": "Asian",
    "Black, Black British, Black Welsh, Caribbean or African": "Black",
    "Mixed or Multiple ethnic groups": "Mixed",
    "Other ethnic group": "Other",
    "White": "White",
}
"""The publisher's five broad groups and ours."""

PARTS = {
    "Asian, Asian British or Asian Welsh": ("Bangladeshi", "Chinese", "Indian", "Pakistani", "Other Asian"),
    "Black, Black British, Black Welsh, Caribbean or African": ("African", "Caribbean", "Other Black"),
    "Mixed or Multiple ethnic groups": ("White and Asian", "White and Black African", "White and Black Caribbean", "Other Mixed or Multiple ethnic groups"),
    "Other ethnic group": ("Arab", "Any other ethnic group"),
    "White": ("English, Welsh, Scottish, Northern Irish or British", "Irish", "Gypsy or Irish Traveller", "Roma", "Other White"),
}
"""The 19 groups within the five; wording found in stored copies of the publisher's files."""

LONG = Shape(
    name="long table of five groups",
    read={"lsoa21_code": "area_code", "ethnic_group": "source_group", "n": "residents", "total_residents": "total"},
    unread=("prop",),  # n / total_residents again
    may_lack=("total_residents",),
)
_TOTAL = "Ethnic group: Total: All usual residents"
BULK = Shape(
    # Column names found in stored code that reads census2021-ts021-lsoa.csv.
    name="bulk file census2021-ts021-lsoa.csv",
    read={"geography code": "area_code", _TOTAL: "total", **{f"Ethnic group: {label}": label for label in GROUPS}},
    unread=("date", "geography", *(f"Ethnic group: {label}: {part}" for label, parts in PARTS.items() for part in parts)),
)


def _filtered(layer: str, kinds: int) -> Shape:
    # The names of the LSOA and Observation columns, and those of 20 categories, were found in stored code; those of 6 are recalled.
    return Shape(
        name=f"filtered download of {kinds} categories",
        read={f"{layer} Code": "area_code", f"Ethnic group ({kinds} categories)": "source_group", "Observation": "residents"},
        unread=(layer, f"Ethnic group ({kinds} categories) Code"),
    )


FILTERED = tuple(_filtered(layer, kinds) for layer in ("Lower layer Super Output Areas", "Lower Layer Super Output Areas") for kinds in (20, 6))
SHAPES = (LONG, BULK, *FILTERED)
DOES_NOT_APPLY = "Does not apply"
BASE = "https://www.nomisweb.co.uk"
"""With /output/census/2021/census2021-ts021.zip: found in stored copies of several projects."""


def matches(columns: list[str]) -> bool:
    """Whether a file with these columns is of this source.

    Example:
        >>> matches(["lsoa21_code", "ethnic_group", "n", "prop"])
        True
    """
    return any(shape.fits(columns) for shape in SHAPES)


def tidy(files: Files, *, engine: Any = None) -> Tidied:
    """Files of one of the three shapes as the table residents, five groups an area.

    Raises:
        BadFile, MissingColumn, UnknownColumn, UnknownCategory, BadValue, RepeatedKey, EmptyTable.
    """
    from ..tables.residents import TABLE

    frame, where, shape = read_small(files, SHAPES, title=CARD.title, engine=engine)
    rows, totals = _from_bulk(frame, where) if shape is BULK else _from_long(frame, where)
    _require_lsoas(rows["area_code"], where)
    checked = TABLE.check(rows, where=where)
    report = HealthReport("residents", f"{CARD.title}: {where}", len(frame))
    return Tidied(checked, report.with_notes(*_notes(checked, totals, where)))


def _from_bulk(frame: pd.DataFrame, where: str) -> tuple[pd.DataFrame, pd.Series]:
    totals = numbers(frame["total"], column=_TOTAL, where=where).set_axis(frame["area_code"])
    long = frame.melt(id_vars="area_code", value_vars=list(GROUPS), var_name="source_group", value_name="residents")
    return _from_long(long, where)[0], totals


def _from_long(frame: pd.DataFrame, where: str) -> tuple[pd.DataFrame, pd.Series | None]:
    totals = None
    if "total" in frame.columns:
        totals = numbers(frame["total"], column="total_residents", where=where).groupby(frame["area_code"]).first()
    tidy = frame[["area_code"]].assign(
        label=frame["source_group"].astype("string").str.strip().fillna(""),
        residents=numbers(frame["residents"], column="residents", where=where),
    )
    if tidy["residents"].isna().any():
        raise BadValue(f"{where}: {int(tidy['residents'].isna().sum()):,} counts are missing. An absent count is unknown, not zero: fetch the file again.")
    tidy = _that_apply(tidy, where)
    _require_known(tidy["label"], where)
    tidy["source_group"] = tidy["label"].str.split(": ", n=1).str[0]
    tidy["group"] = tidy["source_group"].map(GROUPS)
    if (tidy["label"] != tidy["source_group"]).any():
        tidy = _added_up(tidy, where)
    ordered = tidy[["area_code", "group", "source_group", "residents"]].sort_values(["area_code", "group"], kind="stable")
    return ordered.reset_index(drop=True), totals


def _that_apply(tidy: pd.DataFrame, where: str) -> pd.DataFrame:
    """Without "Does not apply", an empty class that the publisher's downloads carry along."""
    applies = tidy["label"] != DOES_NOT_APPLY
    if tidy.loc[~applies, "residents"].sum():
        raise BadValue(f"{where}: '{DOES_NOT_APPLY}' holds people, which TS021 never does. Fetch the file again.")
    return tidy[applies].copy()


def _added_up(tidy: pd.DataFrame, where: str) -> pd.DataFrame:
    """The 19 groups added up to the five, once all parts of each are there."""
    _require_once(tidy, where)
    by = ["area_code", "group", "source_group"]
    parts = tidy.groupby(by)["label"].size()
    short = parts[parts != [len(PARTS[label]) for *_, label in parts.index]]
    if len(short):
        raise BadTable(
            f"{where}: in {len(short):,} cases an area lacks parts of a group (for example {', '.join(short.index[0][:2])}), so the sum would be too low.\n"
            "Fetch the table with all 19 groups."
        )
    return tidy.groupby(by)["residents"].sum().reset_index()


def _require_known(labels: pd.Series, where: str) -> None:
    known = {*GROUPS, *(f"{label}: {part}" for label, parts in PARTS.items() for part in parts)}
    unknown = sorted(set(labels.dropna()) - known)
    if unknown:
        shown = ", ".join(f"'{label}'" for label in unknown[:3])
        raise UnknownCategory(
            f"{where}: ethnic groups that TS021 does not have: {shown}.\n"
            f"Known: {', '.join(GROUPS)}, and their 19 parts. If it is another table, bring it as your own with `groups:`."
        )


def _require_once(frame: pd.DataFrame, where: str) -> None:
    from ..tables.errors import RepeatedKey

    again = frame[frame.duplicated(["area_code", "label"])]
    if len(again):
        raise RepeatedKey(
            f"{where}: {len(again):,} rows repeat the same area and group (for example "
            f"{', '.join(again.iloc[0][['area_code', 'label']])}). Remove the repeats, or fetch the file again."
        )


def _require_lsoas(codes: pd.Series, where: str) -> None:
    wrong = codes[~codes.astype("string").str.fullmatch(r"[EW]01\d{6}").fillna(False)]
    if len(wrong):
        raise BadValue(
            f"{where}: {wrong.nunique():,} area codes are not of LSOAs in England and Wales, such as {str(wrong.iloc[0])!r}.\n"
            "The publisher's zip holds one file for each kind of area: take the one that ends in -lsoa.csv."
        )


def _notes(rows: pd.DataFrame, totals: pd.Series | None, where: str) -> list[HealthNote]:
    sums = rows.groupby("area_code")["residents"].sum()
    areas = len(sums)
    notes = [HealthNote("vintage", f"{areas:,} areas with 2021 LSOA codes.", "fine", float(areas), "areas")]
    if totals is None:
        notes.append(HealthNote("totals", "The file has no totals to hold the groups against.", "note"))
    else:
        off = sums[(sums - totals.reindex(sums.index)) != 0]
        if len(off):
            raise BadTable(
                f"{where}: in {len(off):,} of {areas:,} areas the groups do not add up to the published total "
                f"(for example {off.index[0]}). Rows are missing or altered: fetch the file again."
            )
        notes.append(HealthNote("totals", f"In each of {areas:,} areas the groups add up to the published total.", "fine", 0.0, "areas"))
    per_area = rows.groupby("area_code")["group"].nunique()
    short = int((per_area < len(GROUPS)).sum())
    if short:
        notes.append(
            HealthNote(
                "missing", f"{short:,} of {areas:,} areas lack one of the five groups; what is not there is unknown, not zero.", "warn", short / areas, "share"
            )
        )
    empty = int((sums == 0).sum())
    if empty:
        notes.append(HealthNote("missing", f"{empty:,} areas have no residents at all.", "note", float(empty), "areas"))
    return notes


def fetch(*, folder: Path | str, progress: Progress | None = None, base: str = BASE) -> list[Path]:
    """Fetch the publisher's bulk zip and take the LSOA file out of it.

    Raises:
        FetchFailed: see fetching.py; or the zip holds no LSOA file.
    """
    from ..tables.errors import FetchFailed
    from .archives import fetch_members

    url = f"{base}/output/census/2021/census2021-ts021.zip"
    paths = fetch_members(url, Path(folder), names={"census2021-ts021-lsoa.csv"}, progress=progress)
    if not paths:
        raise FetchFailed(f"{url} holds no file census2021-ts021-lsoa.csv. The publisher has changed it: fetch the table by hand from {CARD.url}.")
    return paths
