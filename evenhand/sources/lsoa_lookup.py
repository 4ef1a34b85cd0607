"""The lookup between 2011 and 2021 LSOAs: the only bridge between the two sets of codes.

The exact-fit lookup is meant, with its change indicator and a row for every pair that shares ground.
The publisher's "best fit" one gives each 2011 area a single 2021 area and leaves a thousand of those
out; it has no change indicator, so it is refused here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tables.errors import MissingColumn
from ..tables.health import HealthNote, HealthReport
from . import open_geography
from .card import SourceCard, Tidied
from .reading import PLAIN, Files, Shape, columns_of, paths_of, read_small

if TYPE_CHECKING:
    import pandas as pd

    from .fetching import Progress

CARD = SourceCard(
    slug="lsoa-2011-2021-lookup",
    title="LSOA 2011 to LSOA 2021 exact-fit lookup",
    publisher="Office for National Statistics",
    licence="Open Government Licence v3.0",
    attribution=open_geography.ATTRIBUTION,
    table="lookup",
    vintage="",
    url="https://geoportal.statistics.gov.uk/items/cbfe64cc03d74af982c1afec639bafd1",
    care="Areas that were merged or redrawn have no weights here: people must be shared out by another table.",
)

COPY = Shape(
    name="copy with long names",
    read={
        "lsoa11_code": "lsoa11_code",
        "lsoa21_code": "lsoa21_code",
        "change_code": "change",
        "ltla22_code": "authority_code",
        "ltla22_name": "authority_name",
    },
    unread=("lsoa11_name", "lsoa21_name"),
    may_lack=("ltla22_code", "ltla22_name"),
)
_CODES = {"LSOA11CD": "lsoa11_code", "LSOA21CD": "lsoa21_code", "LAD22CD": "authority_code", "LAD22NM": "authority_name"}
_NAMES = ("LSOA11NM", "LSOA21NM", "LAD22NMW", "LSOA11NMW", "LSOA21NMW", "FID", "ObjectId", "OBJECTID", "GlobalID")
PUBLISHED = tuple(
    # LSOA11CD … CHGIND … LAD22NMW found in the portal's own entry; F_LSOA11CD in stored code that reads the
    # first issue; CHNGIND is recalled from the lookups of other areas.
    Shape(
        name="ONS exact-fit lookup",
        read={first: "lsoa11_code", change: "change", **{name: ours for name, ours in _CODES.items() if ours != "lsoa11_code"}},
        unread=_NAMES,
        may_lack=("LAD22CD", "LAD22NM"),
        any_case=True,
    )
    for first in ("LSOA11CD", "F_LSOA11CD")
    for change in ("CHGIND", "CHNGIND")
)
SHAPES = (*PUBLISHED, COPY)


def matches(columns: list[str]) -> bool:
    """Whether a file with these columns is of this source.

    Example:
        >>> matches(["LSOA11CD", "LSOA11NM", "CHGIND", "LSOA21CD", "LSOA21NM", "LAD22CD", "LAD22NM"])
        True
    """
    return any(shape.fits(columns) for shape in SHAPES)


def tidy(files: Files, *, engine: Any = None) -> Tidied:
    """The publisher's lookup, or a known copy, as the table lookup.

    Raises:
        BadFile, MissingColumn, UnknownColumn, UnknownCategory, BadValue, RepeatedKey, EmptyTable.
    """
    from ..tables.lookup import TABLE

    for path in paths_of(files, endings=PLAIN):
        _refuse_best_fit(path)
    frame, where, _ = read_small(files, SHAPES, title=CARD.title, engine=engine)
    checked = TABLE.check(frame, where=where)
    report = HealthReport("lookup", f"{CARD.title}: {where}", len(frame))
    return Tidied(checked, report.with_notes(*_notes(checked)))


def _refuse_best_fit(path: Path) -> None:
    columns = {column.upper() for column in columns_of(path)}
    if {"LSOA11CD", "LSOA21CD"} <= columns and not {"CHGIND", "CHNGIND"} & columns:
        raise MissingColumn(
            f"{path} has 2011 and 2021 codes but no change indicator (CHGIND): it is the publisher's best-fit lookup, "
            f"which leaves out a thousand areas of 2021, so people there would be lost.\nTake the exact-fit lookup: {CARD.url}"
        )


def _notes(rows: pd.DataFrame) -> list[HealthNote]:
    kinds = rows["change"].value_counts()
    words = {"U": "unchanged", "S": "split", "M": "merged", "X": "irregular"}
    shown = ", ".join(f"{int(kinds[kind]):,} {word}" for kind, word in words.items() if kind in kinds)
    redrawn = int(kinds.get("M", 0) + kinds.get("X", 0))
    notes = [
        HealthNote(
            "vintage",
            f"{rows['lsoa11_code'].nunique():,} areas of 2011 and {rows['lsoa21_code'].nunique():,} of 2021 in {len(rows):,} pairs: {shown}.",
            "fine",
            float(len(rows)),
            "pairs",
        )
    ]
    if redrawn:
        notes.append(
            HealthNote(
                "vintage",
                f"{redrawn:,} pairs are of merged or irregular areas: what is counted by one vintage there can only be estimated by the other.",
                "note",
                float(redrawn),
                "pairs",
            )
        )
    return notes


def fetch(*, folder: Path | str, authorities: Sequence[str] | None = None, progress: Progress | None = None, base: str = open_geography.BASE) -> list[Path]:
    """Fetch the lookup, for some local authorities (codes of 2022) or for England and Wales.

    Raises:
        FetchFailed: see fetching.py.
    """
    from .fetching import mendable, remember, write_whole

    rows = open_geography.lookup_rows(base, authorities)
    path = Path(folder) / "lsoa_2011_2021_lookup.csv"
    text = io.StringIO()
    fields = ["LSOA11CD", "LSOA11NM", "CHGIND", "LSOA21CD", "LSOA21NM", "LAD22CD", "LAD22NM"]
    writer = csv.DictWriter(text, fields, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    with mendable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.getvalue())
        remember(path, f"{base}/{open_geography.LOOKUP_LAYER}/FeatureServer/0/query")
    if progress:
        progress(len(rows), len(rows))
    return [path]
