"""Food premises of a council's food-hygiene register, as points: pubs, takeaways, restaurants, shops, schools' kitchens, hotels.

Only what a place is and where it lies is read. Names, addresses and ratings stay in the file, and kinds that are
often somebody's home (home caterers, mobile caterers, growers) are left out whole.

Steps, in order:  columns known? -> kinds known? -> kinds kept -> degrees from metres -> health
"""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadValue, EmptyTable, UnknownCategory
from ..tables.health import HealthNote, HealthReport
from .card import SourceCard, Tidied
from .reading import Files, Shape, numbers, read_small

if TYPE_CHECKING:
    import pandas as pd

    from .fetching import Progress

CARD = SourceCard(
    slug="fhrs-premises",
    title="Food premises by kind and point (food-hygiene register, Bristol)",
    publisher="Bristol City Council and the Food Standards Agency",
    licence="Open Government Licence v3.0",
    attribution="Contains public sector information licensed under the Open Government Licence v3.0. Source: Food Standards Agency; Bristol City Council.",
    table="features",
    vintage="",
    url="https://ratings.food.gov.uk/",
    care=(
        "Everything that serves food, schools and works canteens too, as registered on the day of the file: premises of other years are not in it. "
        "One kind holds pubs, bars and nightclubs, and one restaurants, cafés and canteens."
    ),
)

KINDS = {
    "Restaurant/Cafe/Canteen": "restaurant, café or canteen",
    "Takeaway/sandwich shop": "takeaway or sandwich shop",
    "Pub/bar/nightclub": "pub, bar or nightclub",
    "Retailers - supermarkets/hypermarkets": "supermarket",
    "Retailers - other": "other food shop",
    "School/college/university": "school, college or university",
    "Hotel/bed & breakfast/guest house": "hotel or guest house",
}
"""The register's kinds that are kept, in words."""
LEFT_OUT = (
    "Distributors/Transporters", "Farmers/growers", "Hospitals/Childcare/Caring Premises", "Importers/Exporters", "Manufacturers/packers", "Mobile caterer",
    "Other catering premises",
)  # fmt: skip
"""Kinds that are not kept: many are homes, or no place where people gather."""
_READ = {"X": "x_m", "Y": "y_m", "BUSINESS_TYPE": "kind"}
_UNREAD = ("OBJECTID", "BUSINESS_NAME", "ADDRESS", "RATING", "RATING_STATUS", "NEW_RATING_PENDING", "RATING_DATE", "POSTCODE", "RATING_GRAPHIC_URL")
SHAPE = Shape("the council's file, or a cut of it", _READ, unread=_UNREAD)
SHAPES = (SHAPE,)
BASE = "https://raw.githubusercontent.com"
ADDRESS = "/maheshyonjan/Bristol-Crime-Analysis/a1bae4bf632e07fbb607f6c9aa7d08fe4dd646af/raw_data/Food_Hygiene_Ratings.csv"
"""A copy of the council's file of late 2025."""


def matches(columns: list[str]) -> bool:
    """Whether a file with these columns is of this source.

    Example:
        >>> matches(["X", "Y", "BUSINESS_TYPE"]), matches(["X", "Y"])
        (True, False)
    """
    return SHAPE.fits(columns)


def tidy(files: Files, *, engine: Any = None) -> Tidied:
    """The council's file, or a cut of it, as the table features.

    Raises:
        BadFile, MissingColumn, UnknownColumn, UnknownCategory, BadValue, EmptyTable.
    """
    from ..tables.features import TABLE

    frame, where, _ = read_small(files, SHAPES, title=CARD.title, engine=engine)
    kept, left = _kept(frame, where)
    rows = _with_degrees(kept, where)
    checked = TABLE.check(rows, where=where)
    return Tidied(checked, HealthReport("features", f"{CARD.title}: {where}", len(frame), tuple(_notes(checked, left))))


def _kept(frame: pd.DataFrame, where: str) -> tuple[pd.DataFrame, int]:
    """The premises of the kinds kept, and how many are left out."""
    kind = frame["kind"].astype("string").str.strip().fillna("")
    unknown = sorted(set(kind) - set(KINDS) - set(LEFT_OUT))
    if unknown:
        raise UnknownCategory(f"{where}: the register has no kind of premises {unknown[0]!r}.\nKnown: {', '.join([*KINDS, *LEFT_OUT])}.")
    is_kept = kind.isin(list(KINDS))
    if not is_kept.any():
        raise EmptyTable(f"{where} holds no premises of the kinds kept: {', '.join(KINDS)}.")
    return frame[is_kept].assign(feature_type=kind[is_kept].map(KINDS)).reset_index(drop=True), int((~is_kept).sum())


def _with_degrees(kept: pd.DataFrame, where: str) -> pd.DataFrame:
    """Points in metres, as the file has them, and in degrees."""
    from pyproj import Transformer

    metres = {ours: numbers(kept[ours], column=theirs, where=where).astype(float) for theirs, ours in _READ.items() if ours != "kind"}
    missing = int((metres["x_m"].isna() | metres["y_m"].isna()).sum())
    if missing:
        raise BadValue(f"{where}: {missing:,} premises have no point, so where they lie is unknown. Fetch the file again, or leave them out.")
    if not (metres["x_m"].between(0, 700_000) & metres["y_m"].between(0, 1_300_000)).all():
        raise BadValue(f"{where}: some points are not in British National Grid metres, which the council's file has. Fetch the file again.")
    longitude, latitude = Transformer.from_crs(27700, 4326, always_xy=True).transform(metres["x_m"].to_numpy(), metres["y_m"].to_numpy())
    return kept[["feature_type"]].assign(longitude=longitude.round(6), latitude=latitude.round(6), **metres)


def _notes(rows: pd.DataFrame, left: int) -> list[HealthNote]:
    kinds = rows["feature_type"].value_counts()
    shown = ", ".join(f"{kind} ({n:,})" for kind, n in kinds.items())
    notes = [HealthNote("totals", f"{len(rows):,} premises: {shown}.", "fine", float(len(rows)), "premises")]
    if left:
        says = f"{left:,} premises of other kinds, many of them homes, are left out."
        notes.append(HealthNote("categories", says, "note", float(left), "premises"))
    return notes


def fetch(*, folder: Path | str, progress: Progress | None = None, base: str = BASE) -> list[Path]:
    """Fetch a copy of Bristol's register, and keep of it only kinds and points of the premises that `tidy` reads.

    Args:
        folder: where the cut file shall lie.
        progress: told of the bytes so far and the total.
        base: the address, or that of a copy.

    Raises:
        FetchFailed: see fetching.py.
        BadFile, MissingColumn, UnknownColumn, UnknownCategory: the file is not what it was.
    """
    from .fetching import already, fetch_file, mendable, remember, write_whole

    path, url = Path(folder) / "fhrs_bristol.csv", base + ADDRESS
    with mendable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not already(path, url):
            with TemporaryDirectory() as elsewhere:
                frame, where, _ = read_small(fetch_file(url, Path(elsewhere) / "register.csv", progress=progress), SHAPES, title=CARD.title)
            kept, _ = _kept(frame, where)
            text = io.StringIO()
            kept[["x_m", "y_m", "kind"]].set_axis(list(_READ), axis=1).to_csv(text, index=False, lineterminator="\n")
            write_whole(path, text.getvalue())
            remember(path, url)
    return [path]
