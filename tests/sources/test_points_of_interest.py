"""Features of the built environment: OpenStreetMap points and counts by area, and the food-hygiene register; no name or address gets in."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from evenhand.sources import fhrs_premises, osm_area_counts, osm_points
from evenhand.sources.detect import recognise
from evenhand.tables.errors import BadFile, BadValue, EmptyTable, FetchFailed, MissingColumn, RepeatedKey, UnknownCategory, UnknownColumn
from tests.sources.publisher import Publisher


def counts(**more) -> pd.DataFrame:
    table = {"geo_code": ["E01000001", "E01000002"], "geo_label": ["a", "b"]}
    table |= {name: [at, 0] for at, name in enumerate(osm_area_counts.KINDS)}
    sums = {"nightlife_total": [3, 0], "shops_total": [9, 0], "train_bin": [1, 0], "bus_bin": [1, 0]}
    return pd.DataFrame({**table, **sums, **more})


def points(**more) -> pd.DataFrame:
    rows = [(1, 2301, "fast_food", "A Person's Chips", -0.1003, 51.4946), (2, 2304, "pub", None, -0.0843, 51.5048)]
    return pd.DataFrame(rows, columns=["osm_id", "code", "fclass", "name", "longitude", "latitude"]).assign(**more)


def register(**more) -> pd.DataFrame:
    rows = [("358893.28", "174875.01", "Restaurant/Cafe/Canteen"), ("357520.34", "173053.13", "Pub/bar/nightclub"), ("360793.3", "169639.3", "Mobile caterer")]
    table = pd.DataFrame(rows, columns=["X", "Y", "BUSINESS_TYPE"])
    hidden = dict.fromkeys(fhrs_premises.SHAPE.unread, "A. Person")
    return table.assign(**{**hidden, **more})


def kept(frame: pd.DataFrame, path: Path) -> Path:
    (frame.to_parquet if path.suffix == ".parquet" else frame.to_csv)(path, index=False)
    return path


def test_each_file_is_recognised_by_its_columns(tmp_path):
    files = {"osm-area-counts": counts(), "osm-points": points(), "fhrs-premises": register()}
    for slug, frame in files.items():
        assert recognise(kept(frame, tmp_path / f"{slug}.csv")).CARD.slug == slug


def test_counts_become_a_row_for_each_kind_and_area_and_zero_stays_zero(tmp_path):
    rows = osm_area_counts.tidy(kept(counts(), tmp_path / "osm.csv")).rows
    assert len(rows) == 2 * len(osm_area_counts.KINDS)
    assert rows.set_index(["area_code", "feature_type"]).loc[("E01000001", "nightclub"), "features"] == 1
    assert rows.loc[rows["area_code"] == "E01000002", "features"].eq(0).all()
    assert not set(rows["feature_type"]) & {"nightlife total", "shops total"}, "sums would count the same feature twice"


@pytest.mark.parametrize(
    ("spoil", "wrong"),
    [
        (lambda frame: frame.assign(owner="x"), UnknownColumn),
        (lambda frame: frame.drop(columns="pubs"), MissingColumn),
        (lambda frame: frame.assign(pubs=[1, None]), BadValue),
        (lambda frame: frame.assign(pubs=["some", "1"]), BadValue),
        (lambda frame: frame.assign(pubs=[-1, 1]), BadValue),
        (lambda frame: pd.concat([frame, frame]), RepeatedKey),
    ],
)
def test_counts_that_are_none_are_refused(tmp_path, spoil, wrong):
    with pytest.raises(wrong):
        osm_area_counts.tidy(kept(spoil(counts()), tmp_path / "osm.csv"))


@pytest.mark.parametrize("name", ["points.csv", "points.parquet", "points.geojson", "points.gpkg"])
def test_points_keep_their_class_and_place_and_lose_their_name(tmp_path, name):
    path = tmp_path / name
    if path.suffix in (".csv", ".parquet"):
        kept(points(), path)
    else:
        table = points()
        geometry = gpd.points_from_xy(table["longitude"], table["latitude"])
        gpd.GeoDataFrame(table.drop(columns=["longitude", "latitude"]), geometry=geometry, crs=4326).to_file(path)
    rows = osm_points.tidy(path).rows
    assert list(rows.columns) == ["feature_type", "longitude", "latitude", "x_m", "y_m"]
    assert rows["feature_type"].tolist() == ["fast food", "pub"]
    assert rows["longitude"].tolist() == pytest.approx([-0.1003, -0.0843])
    # Elephant and Castle lies near TQ 319 790.
    assert (rows["x_m"].iloc[0], rows["y_m"].iloc[0]) == pytest.approx((531_900, 179_000), abs=200)


def test_points_without_a_class_and_layers_of_outlines_are_refused(tmp_path):
    with pytest.raises(BadValue, match="1 points have no class"):
        osm_points.tidy(kept(points(fclass=["pub", None]), tmp_path / "points.csv"))
    outlines = gpd.GeoDataFrame(points().drop(columns=["longitude", "latitude"]), geometry=gpd.points_from_xy([0, 1], [51, 52]).buffer(0.1), crs=4326)
    outlines.to_file(tmp_path / "outlines.geojson")
    with pytest.raises(BadFile, match="not a layer of points"):
        osm_points.tidy(tmp_path / "outlines.geojson")


def test_fetching_takes_the_layer_of_points_out_of_the_publishers_zip(publisher: Publisher, tmp_path):
    table = points()
    layer = gpd.GeoDataFrame(table.drop(columns=["longitude", "latitude"]), geometry=gpd.points_from_xy(table["longitude"], table["latitude"]), crs=4326)
    layer.to_file(tmp_path / f"{osm_points.LAYER}.shp")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(tmp_path.glob(f"{osm_points.LAYER}.*")):
            archive.write(path, path.name)
        archive.writestr("gis_osm_roads_free_1.shp", b"not wanted")
    publisher.files[osm_points.ADDRESS.format(region="bristol")] = packed.getvalue()
    publisher.files[osm_points.ADDRESS.format(region="essex")] = b"PK\x05\x06" + bytes(18)
    (path,) = osm_points.fetch(folder=tmp_path / "osm", base=publisher.base, region="bristol")
    assert osm_points.tidy(path).health.rows == 2
    assert not (tmp_path / "osm" / "gis_osm_roads_free_1.shp").exists()
    with pytest.raises(FetchFailed, match="holds no layer"):
        osm_points.fetch(folder=tmp_path / "none", base=publisher.base, region="essex")


def test_premises_keep_their_kind_and_point_and_nothing_of_who_runs_them(tmp_path):
    tidied = fhrs_premises.tidy(kept(register(), tmp_path / "register.csv"))
    assert list(tidied.rows.columns) == ["feature_type", "longitude", "latitude", "x_m", "y_m"]
    assert tidied.rows["feature_type"].tolist() == ["restaurant, café or canteen", "pub, bar or nightclub"]
    # Bristol's centre lies near 51.45 north, 2.59 west.
    assert tidied.rows[["longitude", "latitude"]].iloc[0].tolist() == pytest.approx([-2.593, 51.471], abs=0.002)
    assert any("1 premises of other kinds, many of them homes" in note.says for note in tidied.health.notes)


@pytest.mark.parametrize(
    ("spoil", "wrong"),
    [
        (lambda frame: frame.assign(OWNER="x"), UnknownColumn),
        (lambda frame: frame.drop(columns="Y"), MissingColumn),
        (lambda frame: frame.assign(BUSINESS_TYPE="Speakeasy"), UnknownCategory),
        (lambda frame: frame.assign(BUSINESS_TYPE="Mobile caterer"), EmptyTable),
        (lambda frame: frame.assign(X=None), BadValue),
        (lambda frame: frame.assign(X="-2.59"), BadValue),
    ],
)
def test_registers_that_cannot_be_read_are_refused(tmp_path, spoil, wrong):
    with pytest.raises(wrong):
        fhrs_premises.tidy(kept(spoil(register()), tmp_path / "register.csv"))


def test_fetching_the_register_keeps_no_name_and_no_home(publisher: Publisher, tmp_path):
    publisher.files[fhrs_premises.ADDRESS] = register().to_csv(index=False).encode()
    (path,) = fhrs_premises.fetch(folder=tmp_path / "fhrs", base=publisher.base)
    text = path.read_text(encoding="utf-8")
    assert "A. Person" not in text
    assert "caterer" not in text
    assert [one.name for one in path.parent.iterdir() if one.suffix == ".csv"] == [path.name]
    assert len(fhrs_premises.tidy(path).rows) == 2


def test_fetching_the_counts_gets_the_authors_file(publisher: Publisher, tmp_path):
    publisher.files[osm_area_counts.ADDRESS] = counts().to_csv(index=False).encode()
    (path,) = osm_area_counts.fetch(folder=tmp_path, base=publisher.base)
    assert osm_area_counts.tidy(path).health.rows == 2
