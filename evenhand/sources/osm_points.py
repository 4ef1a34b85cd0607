"""OpenStreetMap points of interest, in the layer that Geofabrik cuts: one row a point, its class in `fclass`.

Names are left unread: what counts is what a place is and where. Two shapes: the layer itself (a shapefile of
points), and a table with longitude and latitude.

Steps, in order:  columns known? -> coordinates -> one row a point, its class in plain words -> health
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadFile, BadValue
from ..tables.health import HealthNote, HealthReport
from .card import SourceCard, Tidied
from .reading import MAPS, PLAIN, Files, Shape, columns_of, named, numbers, paths_of, pick

if TYPE_CHECKING:
    import pandas as pd

    from .fetching import Progress

CARD = SourceCard(
    slug="osm-points",
    title="OpenStreetMap points of interest",
    publisher="OpenStreetMap contributors; layer cut by Geofabrik",
    licence="Open Database Licence 1.0",
    attribution="© OpenStreetMap contributors, available under the Open Database Licence (openstreetmap.org/copyright).",
    table="features",
    vintage="",
    url="https://download.geofabrik.de/",
    care=(
        "Volunteers map some places fully and others hardly, and what closes may stay for years. Points only: what is drawn as an outline (large "
        "supermarkets, schools) is missing here. Share-alike: tables made from it carry its licence on."
    ),
)

_UNREAD = ("osm_id", "code", "name")
TABLE_SHAPE = Shape("table of points", {"fclass": "feature_type", "longitude": "longitude", "latitude": "latitude"}, unread=_UNREAD)
LAYER_SHAPE = Shape("layer of points", {"fclass": "feature_type", "geometry": "geometry"}, unread=_UNREAD)
SHAPES = (TABLE_SHAPE, LAYER_SHAPE)
INCOMPLETE = "Volunteers mapped these points, some places fully and others hardly; what is drawn as an outline is not among them."
LAYER = "gis_osm_pois_free_1"
# Both found in stored documentation of tools that fetch the file; the layer's name in code that reads it.
BASE = "https://download.geofabrik.de"
ADDRESS = "/europe/united-kingdom/england/{region}-latest-free.shp.zip"
PARTS = ("shp", "shx", "dbf", "prj", "cpg")


def matches(columns: list[str]) -> bool:
    """Whether a file with these columns is of this source.

    Example:
        >>> matches(["osm_id", "code", "fclass", "name", "longitude", "latitude"])
        True
    """
    return any(shape.fits(columns) for shape in SHAPES)


def tidy(files: Files, *, engine: Any = None) -> Tidied:
    """Points of interest as the table features.

    Args:
        files: the layer of points, or tables with longitude and latitude; one or several, of different places.
        engine: an Ibis connection, for tables.

    Raises:
        BadFile, MissingColumn, UnknownColumn, BadValue, EmptyTable.
    """
    import pandas as pd

    from ..tables.features import TABLE

    paths = paths_of(files, endings=(*PLAIN, *MAPS))
    where = named(paths)
    rows = pd.concat([_of_file(path, engine) for path in paths], ignore_index=True)
    kinds = rows["feature_type"].astype("string").str.strip()
    if (kinds.fillna("") == "").any():
        raise BadValue(f"{where}: {int((kinds.fillna('') == '').sum()):,} points have no class, so what they are is unknown. Fetch the file again.")
    rows = with_metres(rows.assign(feature_type=kinds.str.replace("_", " ")))
    checked = TABLE.check(rows, where=where)
    return Tidied(checked, HealthReport("features", f"{CARD.title}: {where}", len(rows), tuple(_notes(checked))))


def _of_file(path: Path, engine: Any) -> pd.DataFrame:
    from ..tables.engine import fetched, read_files

    columns = columns_of(path)
    shape = pick(SHAPES, columns, where=str(path), title=CARD.title)
    if shape is TABLE_SHAPE:
        frame = fetched(read_files([path], engine=engine)).rename(columns=shape.renames(columns))
        return frame[["feature_type"]].assign(**{name: numbers(frame[name], column=name, where=str(path)) for name in ("longitude", "latitude")})
    return _of_layer(path)


def _of_layer(path: Path) -> pd.DataFrame:
    import pandas as pd

    from .lsoa_boundaries import read_map

    layer = read_map(path)
    if layer.crs is None or (layer.geometry.geom_type != "Point").any():
        raise BadFile(f"{path} is not a layer of points with a coordinate system. Take the layer {LAYER} of the publisher's zip.")
    points = layer.to_crs(4326).geometry
    return pd.DataFrame({"feature_type": layer["fclass"].to_numpy(), "longitude": points.x.to_numpy(), "latitude": points.y.to_numpy()})


def with_metres(rows: pd.DataFrame) -> pd.DataFrame:
    """Points with their easting and northing in British National Grid metres, to a tenth of a metre.

    Args:
        rows: feature_type, longitude, latitude.
    """
    from pyproj import Transformer

    x_m, y_m = Transformer.from_crs(4326, 27700, always_xy=True).transform(rows["longitude"].to_numpy(dtype=float), rows["latitude"].to_numpy(dtype=float))
    return rows.assign(x_m=x_m.round(1), y_m=y_m.round(1))


def _notes(rows: pd.DataFrame) -> list[HealthNote]:
    kinds = rows["feature_type"].value_counts()
    shown = ", ".join(f"{kind} ({n:,})" for kind, n in kinds.head(5).items())
    repeated = int(rows.duplicated(["feature_type", "longitude", "latitude"]).sum())
    notes = [
        HealthNote("totals", f"{len(rows):,} points of {len(kinds)} kinds; most: {shown}.", "fine", float(len(rows)), "points"),
        HealthNote("completeness", INCOMPLETE, "warn"),
    ]
    if repeated:
        notes.append(HealthNote("duplicates", f"{repeated:,} points repeat another of the same kind. They are kept.", "note", float(repeated), "points"))
    return notes


def fetch(*, folder: Path | str, progress: Progress | None = None, base: str = BASE, region: str = "greater-london") -> list[Path]:
    """Fetch the layer of points of an English region as it is today, and unpack it.

    Args:
        folder: where the shapefile's parts shall lie.
        progress: told of the bytes so far and the total.
        base: the publisher's address, or that of a copy.
        region: as the publisher names it, such as "greater-london", "essex" or "bristol".

    Raises:
        FetchFailed: see fetching.py; or the zip holds no such layer.
    """
    from ..tables.errors import FetchFailed
    from .archives import fetch_members

    url = base + ADDRESS.format(region=region)
    paths = fetch_members(url, Path(folder), names={f"{LAYER}.{part}" for part in PARTS}, progress=progress)
    layer = [path for path in paths if path.suffix == ".shp"]
    if not layer:
        raise FetchFailed(f"{url} holds no layer {LAYER}. The publisher has changed it: fetch it by hand from {CARD.url}.")
    return layer
