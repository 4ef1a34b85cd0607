"""OpenStreetMap features counted by LSOA of 2011, England and Wales, about 2020: for places whose points are not at hand.

The counts were made by the authors of a study of crime during the pandemic and lie beside its code. Sums that the
file carries along are left unread; every other column becomes a kind of feature.

Steps, in order:  columns known? -> counts are counts? -> one row a kind and area -> health
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadValue
from ..tables.health import HealthNote, HealthReport
from .card import SourceCard, Tidied
from .reading import Files, Shape, numbers, read_small

if TYPE_CHECKING:
    import pandas as pd

    from .fetching import Progress

CARD = SourceCard(
    slug="osm-area-counts",
    title="OpenStreetMap features by LSOA 2011, about 2020",
    publisher="OpenStreetMap contributors; counted by S. Langton and others, langtonhugh/covid_spatial",
    licence="Open Database Licence 1.0",
    attribution="© OpenStreetMap contributors, available under the Open Database Licence (openstreetmap.org/copyright).",
    table="area_features",
    vintage="lsoa-2011",
    url="https://github.com/langtonhugh/covid_spatial",
    care=(
        "Volunteers map some places fully and others hardly: the file has 18,524 pubs for England and Wales, well under their true number. "
        "Counts by area say nothing of where in it a feature stands; the day they were taken is not stated. "
        "Share-alike: tables made from it carry its licence on."
    ),
)

KINDS = {
    "pubs": "pub",
    "nightclubs": "nightclub",
    "restaurants": "restaurant",
    "supermarks_shops": "supermarket",
    "conveniences": "convenience store",
    "clothes_shops": "clothes shop",
    "shoe_shops": "shoe shop",
    "deps_shops": "department store",
    "trains": "railway station",
    "bus": "bus stop",
    "bikes": "bicycle parking",
    "car_spaces": "car parking space",
    "car_parkings": "car park",
    "moto_parkings": "motorcycle parking",
}
"""The file's columns, in words. That `conveniences` are shops follows from the authors' code, which adds them to the shops."""
SHAPE = Shape(
    name="counts by LSOA 2011",
    read={"geo_code": "area_code", **{name: name for name in KINDS}},
    unread=("geo_label", "nightlife_total", "shops_total", "train_bin", "bus_bin"),  # a name, sums, and whether there is any
)
SHAPES = (SHAPE,)
AREAS = 34_753
"""LSOAs of 2011 in England and Wales; the file has fewer."""
INCOMPLETE = "Volunteers mapped these features, some places fully and others hardly; how much is missing here is not known."
BASE = "https://raw.githubusercontent.com"
ADDRESS = "/langtonhugh/covid_spatial/a95fe0ea924690b6aab86a9b9ed24e626446eb27/data/osm_full.csv"


def matches(columns: list[str]) -> bool:
    """Whether a file with these columns is of this source.

    Example:
        >>> matches(["geo_code", "geo_label", *KINDS]), matches(["geo_code", "pubs"])
        (True, False)
    """
    return SHAPE.fits(columns)


def tidy(files: Files, *, engine: Any = None) -> Tidied:
    """The authors' file, or a cut of it, as the table area_features.

    Raises:
        BadFile, MissingColumn, UnknownColumn, BadValue, RepeatedKey, EmptyTable.
    """
    from ..tables.area_features import TABLE

    frame, where, _ = read_small(files, SHAPES, title=CARD.title, engine=engine)
    counts = frame[["area_code"]].assign(**{name: numbers(frame[name], column=name, where=where) for name in KINDS})
    empty = int(counts[list(KINDS)].isna().to_numpy().sum())
    if empty:
        raise BadValue(f"{where}: {empty:,} counts are missing. An absent count is unknown, not zero: fetch the file again.")
    long = counts.melt("area_code", var_name="column", value_name="features")
    rows = long.assign(feature_type=long["column"].map(KINDS))[["area_code", "feature_type", "features"]]
    checked = TABLE.check(rows.sort_values(["area_code", "feature_type"], kind="stable").reset_index(drop=True), where=where)
    return Tidied(checked, HealthReport("area_features", f"{CARD.title}: {where}", len(frame), tuple(_notes(checked))))


def _notes(rows: pd.DataFrame) -> list[HealthNote]:
    areas, total = rows["area_code"].nunique(), rows.groupby("feature_type")["features"].sum()
    none = [str(kind) for kind in total.index if total[kind] == 0]
    notes = [HealthNote("totals", f"{int(total.sum()):,} features of {len(total)} kinds in {areas:,} areas.", "fine", float(total.sum()), "features")]
    if areas > AREAS / 2:
        says = f"{areas:,} of {AREAS:,} areas of England and Wales have a row; of the others nothing is known, which is not none."
        notes.append(HealthNote("join", says, "note" if areas < AREAS else "fine", areas / AREAS, "share"))
    if none:
        notes.append(HealthNote("categories", f"None of these is in any of the areas: {', '.join(none)}.", "note", float(len(none)), "kinds"))
    notes.append(HealthNote("completeness", INCOMPLETE, "warn"))
    return notes


def fetch(*, folder: Path | str, progress: Progress | None = None, base: str = BASE) -> list[Path]:
    """Fetch the authors' file.

    Raises:
        FetchFailed: see fetching.py.
    """
    from .fetching import fetch_file

    return [fetch_file(base + ADDRESS, Path(folder) / "osm_full.csv", progress=progress)]
