from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString, Point, Polygon, box

from evenhand.sources import lsoa_2011_boundaries, lsoa_2021_boundaries
from evenhand.sources.lsoa_2021_boundaries import fetch, tidy
from evenhand.tables.errors import BadFile, BadValue, MissingColumn, RepeatedKey, UnknownColumn, WrongCoordinates
from tests.sources.publisher import Publisher

EAST, NORTH = 588_000.0, 186_000.0
SQUARES = [box(EAST + 1_000 * i, NORTH, EAST + 1_000 * (i + 1), NORTH + 1_000) for i in range(3)]


def areas(polygons=SQUARES, **columns) -> gpd.GeoDataFrame:
    codes = [f"E0101583{i}" for i in range(len(polygons))]
    names = {
        "FID": range(len(polygons)),
        "LSOA21CD": codes,
        "LSOA21NM": codes,
        "GlobalID": "x",
        "LADCD_ACTIVE": "E06000033",
        "UTLACD": "",
        "CAUTHCD": "",
        "RGNCD": "",
    }
    return gpd.GeoDataFrame(names | columns, geometry=list(polygons), crs="EPSG:27700")


def kept(frame: gpd.GeoDataFrame, folder: Path, name: str = "areas.geojson") -> Path:
    path = folder / name
    if name.endswith("parquet"):
        frame.to_parquet(path)
    else:
        frame.to_file(path)
    return path


def says(tidied) -> str:
    return "\n".join(f"{note.level}: {note.says}" for note in tidied.health.notes)


@pytest.mark.parametrize("degrees", [True, False])
@pytest.mark.parametrize("name", ["areas.geoparquet", "areas.geojson", "areas.gpkg", "areas.shp", "areas.shp.zip"])
def test_every_kind_of_map_file_becomes_areas_in_metres(tmp_path: Path, name: str, degrees: bool):
    frame = areas().rename(columns={"LADCD_ACTIVE": "LAD22CD"})
    tidied = tidy(kept(frame.to_crs(4326) if degrees else frame, tmp_path, name))
    assert tidied.rows.crs.to_epsg() == 27700
    assert tidied.rows.columns.tolist() == ["area_code", "area_name", "authority_code", "vintage", "geometry"]
    assert set(tidied.rows.vintage) == {"lsoa-2021"}
    assert tidied.rows.area.tolist() == pytest.approx([1e6] * 3, rel=1e-4)
    assert "3 areas of together 3.0 km²" in says(tidied)


def test_the_authority_and_the_name_may_be_absent_and_small_letters_are_known(tmp_path: Path):
    frame = areas()[["LSOA21CD", "geometry"]].rename(columns={"LSOA21CD": "lsoa21cd"})
    assert tidy(kept(frame, tmp_path)).rows.columns.tolist() == ["area_code", "vintage", "geometry"]


def test_polygons_may_go_by_another_name_in_geoparquet(tmp_path: Path):
    assert len(tidy(kept(areas().rename_geometry("geom"), tmp_path, "areas.geoparquet")).rows) == 3


def test_the_two_vintages_are_not_taken_for_each_other(tmp_path: Path):
    with pytest.raises(MissingColumn, match="LSOA11CD"):
        lsoa_2011_boundaries.tidy(kept(areas(), tmp_path))
    older = areas().rename(columns={"LSOA21CD": "LSOA11CD", "LSOA21NM": "LSOA11NM"}).assign(LSOA11NMW="", BNG_E=1, BNG_N=1, LONG=1.0, LAT=1.0)
    assert set(lsoa_2011_boundaries.tidy(kept(older, tmp_path, "older.geojson")).rows.vintage) == {"lsoa-2011"}


def test_coordinates_that_are_not_stated_are_refused(tmp_path: Path):
    with pytest.raises(WrongCoordinates, match="does not say which coordinates"):
        tidy(kept(areas().set_crs(None, allow_override=True), tmp_path, "areas.geoparquet"))


def test_metres_that_are_called_degrees_and_the_reverse_are_refused(tmp_path: Path):
    with pytest.raises(WrongCoordinates, match="says its coordinates are degrees"):
        tidy(kept(areas().set_crs(4326, allow_override=True), tmp_path, "areas.geoparquet"))
    with pytest.raises(WrongCoordinates, match="says its coordinates are metres"):
        tidy(kept(areas().to_crs(4326).set_crs(27700, allow_override=True), tmp_path, "areas.geoparquet"))


def test_swapped_latitude_and_longitude_are_refused(tmp_path: Path):
    swapped = areas().to_crs(4326).geometry.map(lambda polygon: Polygon([(y, x) for x, y in polygon.exterior.coords]))
    with pytest.raises(WrongCoordinates, match="may be swapped"):
        tidy(kept(areas().set_geometry(gpd.GeoSeries(swapped, crs=4326)), tmp_path, "areas.geoparquet"))


def test_a_polygon_that_crosses_itself_is_mended_and_told(tmp_path: Path):
    bow_tie = Polygon([(EAST, NORTH), (EAST + 1_000, NORTH + 1_000), (EAST + 1_000, NORTH), (EAST, NORTH + 1_000)])
    tidied = tidy(kept(areas([bow_tie, *SQUARES[1:]]), tmp_path))
    assert tidied.rows.is_valid.all()
    assert tidied.rows.area.iloc[0] == pytest.approx(5e5)
    assert "1 of 3 polygons crossed themselves and were mended (first: E01015830)" in says(tidied)


def test_overlaps_are_told_with_their_share(tmp_path: Path):
    wide = box(EAST, NORTH, EAST + 1_500, NORTH + 1_000)
    assert "warn: 1 pairs of areas overlap, together 14 % of the surface; the largest, E01015830 and E01015831, by 500,000 m²" in says(
        tidy(kept(areas([wide, *SQUARES[1:]]), tmp_path))
    )
    assert "No two areas overlap" in says(tidy(kept(areas(), tmp_path, "other.geojson")))


@pytest.mark.parametrize("shape", [None, Polygon(), Point(EAST, NORTH), LineString([(EAST, NORTH), (EAST + 1, NORTH)])])
def test_what_has_no_surface_is_refused(tmp_path: Path, shape):
    with pytest.raises(BadValue, match="no polygon|without any surface"):
        tidy(kept(areas([shape, *SQUARES[1:]]), tmp_path, "areas.geoparquet"))


def test_repeated_codes_and_unknown_columns_are_refused(tmp_path: Path):
    with pytest.raises(RepeatedKey, match="E01015830"):
        tidy(kept(areas(LSOA21CD="E01015830"), tmp_path))
    with pytest.raises(UnknownColumn, match="'owner'"):
        tidy(kept(areas(owner="x"), tmp_path, "owned.geojson"))


def test_truncated_files_and_tables_without_polygons_are_refused(tmp_path: Path):
    for name in ("areas.geojson", "areas.geoparquet"):
        path = kept(areas(), tmp_path, name)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        with pytest.raises(BadFile, match=name):
            tidy(path)
    pd.DataFrame({"LSOA21CD": ["E01015830"], "geometry": ["POINT (0 0)"]}).to_parquet(tmp_path / "plain.parquet")
    with pytest.raises(BadFile, match="plain.parquet"):
        tidy(tmp_path / "plain.parquet")


def test_fetch_finds_an_authoritys_areas_and_asks_for_them_in_pieces(publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("evenhand.sources.open_geography.CODES_AT_ONCE", 2)
    codes, asked_for = [f"E0101583{i}" for i in range(3)], []

    def lookup(asked: dict[str, str]) -> dict:
        rows = [{"LSOA11CD": code, "LSOA21CD": code, "CHGIND": "U", "LAD22CD": "E06000033", "LAD22NM": "Southend-on-Sea"} for code in codes]
        return {"count": 3} if "returnCountOnly" in asked else {"features": [{"attributes": row} for row in rows]}

    def boundaries(asked: dict[str, str]) -> dict:
        asked_for.append(asked)
        wanted = [i for i, code in enumerate(codes) if code in asked["where"]]
        if "returnCountOnly" in asked:
            return {"count": len(wanted)}
        return {
            "features": [
                {"type": "Feature", "properties": {"LSOA21CD": codes[i], "LSOA21NM": codes[i]}, "geometry": SQUARES[i].__geo_interface__} for i in wanted
            ]
        }

    publisher.answers["/LSOA11_LSOA21_LAD22_EW_LU_v5/FeatureServer/0/query"] = lookup
    publisher.answers[f"/{lsoa_2021_boundaries.LAYER}/FeatureServer/0/query"] = boundaries
    (path,) = fetch(folder=tmp_path, authorities=["E06000033"], base=publisher.base)
    tidied = tidy(path)
    assert tidied.rows.area.tolist() == pytest.approx([1e6] * 3)
    assert set(tidied.rows.authority_code) == {"E06000033"}
    assert len(asked_for) == 4
    assert {asked["outSR"] for asked in asked_for if "outSR" in asked} == {"27700"}
