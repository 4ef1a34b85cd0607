"""What the two sets of LSOA boundaries share: reading polygons, their coordinates, and what is wrong with them.

Polygons come in degrees or in metres, and the files' own word about that is sometimes wrong. It is
held against the numbers, never guessed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadFile, BadValue, WrongCoordinates
from ..tables.health import HealthNote, HealthReport
from . import open_geography
from .card import SourceCard, Tidied
from .reading import MAPS, Files, Shape, columns_of, named, paths_of, pick

if TYPE_CHECKING:
    import geopandas as gpd

    from .fetching import Progress

PUBLISHER = "Office for National Statistics, Open Geography portal"
LICENCE = "Open Government Licence v3.0"
CARE = "Boundaries are generalised: points at the coast or a river may fall in no area, and must be counted, not dropped."
ENDINGS = (*MAPS, ".parquet", ".json")
GRID = "EPSG:27700"
GRID_BOX_M = (-100_000.0, -100_000.0, 800_000.0, 1_400_000.0)
"""Where British National Grid coordinates of Great Britain lie, with a margin."""
SLIVER_M2 = 1.0


def shape_of(year: str) -> Shape:
    """The columns of the publisher's boundary files and of known copies; the same in small letters."""
    code = f"LSOA{year}CD"
    return Shape(
        name=f"LSOA 20{year} boundaries",
        read={code: "area_code", f"LSOA{year}NM": "area_name", "LADCD_ACTIVE": "authority_code", "LAD22CD": "authority_code", "geometry": "geometry"},
        unread=(
            "FID", "OBJECTID", "ObjectId", "GlobalID", f"LSOA{year}NMW", "BNG_E", "BNG_N", "LONG", "LAT", "Shape__Area", "Shape__Length",
            "SHAPE_Leng", "SHAPE_Area", "Shape_Leng", "Shape_Length", "st_areasha", "st_lengths", "UTLACD", "CAUTHCD", "RGNCD", "id", "bbox",
        ),
        may_lack=(f"LSOA{year}NM", "LADCD_ACTIVE", "LAD22CD"),
        any_case=True,
    )  # fmt: skip


def tidied(files: Files, *, card: SourceCard, shape: Shape) -> Tidied:
    """Boundary files as the table areas, in British National Grid metres."""
    import pandas as pd

    paths = paths_of(files, endings=ENDINGS)
    where, parts = named(paths), []
    for path in paths:
        pick([shape], columns_of_map(path), where=str(path), title=card.title)
        frame = in_metres(read_map(path), where=str(path))
        renames = shape.renames(frame.columns)
        if list(renames.values()).count("authority_code") > 1:  # the lookup's code gives way to the file's own
            renames = {name: ours for name, ours in renames.items() if name.upper() != "LAD22CD"}
        parts.append(frame[list(renames)].rename(columns=renames).set_geometry("geometry"))
    areas = pd.concat(parts, ignore_index=True)
    return checked_areas(areas.assign(vintage=card.vintage), where=where, title=card.title)


def checked_areas(areas: gpd.GeoDataFrame, *, where: str, title: str) -> Tidied:
    """Areas in metres held to the declaration, their polygons mended, with what was odd about them."""
    import geopandas as gpd

    from ..tables.areas import TABLE

    rows = len(areas)
    areas, notes = mended(areas, where)
    checked = gpd.GeoDataFrame(TABLE.check(areas, where=where), geometry="geometry", crs=GRID)
    notes += [_overlap_note(checked)]
    notes.append(HealthNote("place", f"{rows:,} areas of together {checked.area.sum() / 1e6:,.1f} km².", "fine", float(rows), "areas"))
    return Tidied(checked, HealthReport("areas", f"{title}: {where}", rows, tuple(notes)))


def columns_of_map(path: Path) -> list[str]:
    """The names of a map file's columns; `geometry` stands for its polygons."""
    if path.suffix == ".json":  # GeoJSON often goes by this name
        import pyogrio

        try:
            return [*map(str, pyogrio.read_info(path)["fields"]), "geometry"]
        except Exception as wrong:  # GDAL's errors
            raise BadFile(f"{path} is no map: {wrong}\nIt must hold polygons, as GeoJSON does.") from wrong
    return columns_of(path)


def read_map(path: Path) -> gpd.GeoDataFrame:
    """Polygons from a GeoParquet, GeoJSON, GeoPackage or (zipped) shapefile.

    Raises:
        BadFile: it is truncated, no map, or has no polygons.
    """
    import geopandas as gpd

    try:
        frame = gpd.read_parquet(path) if path.suffix in (".parquet", ".geoparquet") else gpd.read_file(path)
    except Exception as wrong:  # each format's reader has errors of its own
        raise BadFile(
            f"{path} cannot be read as a map: {str(wrong).splitlines()[0] if str(wrong) else type(wrong).__name__}\n"
            "The file is truncated or holds no polygons. Fetch or export it again."
        ) from wrong
    if frame.geometry.name != "geometry":
        frame = frame.rename_geometry("geometry")
    return frame


def in_metres(frame: gpd.GeoDataFrame, *, where: str) -> gpd.GeoDataFrame:
    """The same polygons in British National Grid metres, once their numbers fit what the file says of them.

    Raises:
        WrongCoordinates: the file says nothing, or says degrees where the numbers are metres, or the reverse,
            or they lie outside Great Britain.
    """
    if frame.crs is None:
        raise WrongCoordinates(
            f"{where} does not say which coordinates it uses, so its polygons could lie anywhere.\n"
            "Export it again with its coordinate system (EPSG:27700 or EPSG:4326)."
        )
    if frame.empty:
        return frame.to_crs(GRID)
    west, south, east, north = frame.total_bounds
    look_like_degrees = max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90
    if frame.crs.is_geographic and not look_like_degrees:
        raise WrongCoordinates(
            f"{where} says its coordinates are degrees ({frame.crs.name}), but they "
            f"run to {east:,.0f}, {north:,.0f}, which are metres.\n"
            "Export it again as EPSG:27700."
        )
    if not frame.crs.is_geographic and look_like_degrees:
        raise WrongCoordinates(
            f"{where} says its coordinates are metres ({frame.crs.name}), but they lie between {west:.3f}, "
            f"{south:.3f} and {east:.3f}, {north:.3f}, which are degrees.\nExport it again as EPSG:4326."
        )
    moved = frame.to_crs(GRID)
    west, south, east, north = moved.total_bounds
    low_x, low_y, high_x, high_y = GRID_BOX_M
    if not (low_x <= west and low_y <= south and east <= high_x and north <= high_y):
        raise WrongCoordinates(
            f"{where}: the polygons lie outside Great Britain ({west:,.0f}, {south:,.0f} to {east:,.0f}, {north:,.0f} m).\n"
            "Latitude and longitude may be swapped, or the stated coordinate system is wrong."
        )
    return moved


def mended(polygons: gpd.GeoDataFrame, where: str, *, code: str = "area_code", noun: str = "areas") -> tuple[gpd.GeoDataFrame, list[HealthNote]]:
    """Polygons that do not cross themselves, and how many had to be mended.

    Args:
        polygons: in metres.
        where: the file, for messages.
        code: the column that names each.
        noun: what they are called.

    Raises:
        BadValue: some have no polygon, or no surface.
    """
    import shapely

    empty = polygons[polygons.geometry.isna() | polygons.geometry.is_empty]
    if len(empty):
        raise BadValue(
            f"{where}: {len(empty):,} {noun} have no polygon (first: {empty[code].iloc[0]}). "
            "Without one nobody there can be placed: mend the file or fetch it again."
        )
    broken = ~polygons.geometry.is_valid
    if broken.any():
        polygons = polygons.copy()
        polygons.loc[broken, "geometry"] = [_polygons_of(shapely.make_valid(polygon)) for polygon in polygons.geometry[broken]]
    flat = polygons[~polygons.geometry.geom_type.isin(["Polygon", "MultiPolygon"]) | (polygons.area <= 0)]
    if len(flat):
        raise BadValue(f"{where}: {len(flat):,} {noun} are points, lines or without any surface (first: {flat[code].iloc[0]}). They must be polygons.")
    if not broken.any():
        return polygons, [HealthNote("place", "All polygons are well formed.", "fine", 0.0, noun)]
    says = f"{int(broken.sum()):,} of {len(polygons):,} polygons crossed themselves and were mended (first: {polygons[code][broken].iloc[0]})."
    return polygons, [HealthNote("place", says, "note", float(broken.sum()), noun)]


def _polygons_of(shape: Any) -> Any:
    """The surfaces of a mended shape; stray lines and points that mending leaves over have none."""
    import shapely

    parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shape


def _overlap_note(areas: gpd.GeoDataFrame) -> HealthNote:
    import shapely

    polygons = areas.geometry.to_numpy()
    one, other = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    once = one < other
    one, other = one[once], other[once]
    shared_m2 = shapely.area(shapely.intersection(polygons[one], polygons[other]))
    real = shared_m2 > SLIVER_M2
    if not real.any():
        return HealthNote("place", "No two areas overlap.", "fine", 0.0, "share")
    share = float(shared_m2[real].sum() / shapely.area(polygons).sum())
    worst = int(shared_m2.argmax())
    codes = areas["area_code"].to_numpy()
    says = (
        f"{int(real.sum()):,} pairs of areas overlap, together {100 * share:.2g} % of the surface; "
        f"the largest, {codes[one[worst]]} and {codes[other[worst]]}, by {shared_m2[worst]:,.0f} m². What lies there is counted in both."
    )
    return HealthNote("place", says, "warn" if share > 0.001 else "note", share, "share")


def fetched(year: str, layer: str, *, folder: Path | str, authorities: Sequence[str], progress: Progress | None, base: str) -> list[Path]:
    """Fetch the boundaries of all LSOAs of some local authorities, in metres, as one GeoJSON file.

    The layers do not say which authority an area lies in, so its areas are first looked up; that
    code is kept with each polygon as LAD22CD.
    """
    from .fetching import save_json

    code = f"LSOA{year}CD"
    authority = {row[code]: row["LAD22CD"] for row in open_geography.lookup_rows(base, authorities)}
    codes, found = sorted(authority), []
    for start in range(0, len(codes), open_geography.CODES_AT_ONCE):
        some = codes[start : start + open_geography.CODES_AT_ONCE]
        found += open_geography.features(base, layer, where=open_geography.one_of(code, some), fields=(code, f"LSOA{year}NM"), polygons=True)
        if progress:
            progress(len(found), len(codes))
    for feature in found:
        feature["properties"]["LAD22CD"] = authority[feature["properties"][code]]
    collection = {"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}, "features": found}
    path = Path(folder) / f"lsoa_20{year}_{'_'.join(sorted(authorities))[:80]}.geojson"
    return [save_json(json.loads(json.dumps(collection)), path, url=f"{base}/{layer}/FeatureServer/0/query")]
