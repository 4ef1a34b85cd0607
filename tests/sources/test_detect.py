import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from evenhand.sources.detect import SOURCES, recognise
from evenhand.tables.errors import BadFile
from tests.sources.publisher import api_record, stop_line, stops_csv, street_csv, street_line


def header(path: Path, columns: list[str]) -> Path:
    pd.DataFrame({name: ["a"] for name in columns}).to_csv(path, index=False)
    return path


def test_every_source_is_found_without_a_list_and_can_do_its_four_things():
    assert set(SOURCES) >= {"police-uk-street", "police-uk-stops", "census-2021-ethnicity", "imd-2019", "imd-2025"}
    assert set(SOURCES) >= {"lsoa-2011-boundaries", "lsoa-2021-boundaries", "lsoa-2011-2021-lookup"}
    assert not [slug for slug, source in SOURCES.items() if not all(hasattr(source, name) for name in ("CARD", "SHAPES", "matches", "tidy", "fetch"))]


@pytest.mark.parametrize("slug", list(SOURCES))
def test_every_shape_of_every_source_is_recognised_as_that_source_alone(slug: str):
    for shape in SOURCES[slug].SHAPES:
        columns = [*shape.read, *shape.unread]
        assert [other for other, source in SOURCES.items() if source.matches(columns)] == [slug], shape.name


def test_files_are_recognised_by_their_columns(tmp_path: Path):
    (tmp_path / "a.csv").write_text(street_csv(street_line()))
    (tmp_path / "b.csv").write_text(stops_csv(stop_line()))
    (tmp_path / "c.json").write_text(json.dumps([api_record()]))
    gpd.GeoDataFrame({"LSOA21CD": ["E01000001"]}, geometry=[box(0, 51, 1, 52)], crs=4326).to_file(tmp_path / "d.geojson")
    (tmp_path / "e.json").write_text((tmp_path / "d.geojson").read_text())
    told = {name: recognise(tmp_path / name).CARD.slug for name in ("a.csv", "b.csv", "c.json", "d.geojson", "e.json")}
    assert told == {
        "a.csv": "police-uk-street",
        "b.csv": "police-uk-stops",
        "c.json": "police-uk-stops",
        "d.geojson": "lsoa-2021-boundaries",
        "e.json": "lsoa-2021-boundaries",
    }


def test_a_file_of_no_known_shape_is_told_the_closest_and_what_it_lacks(tmp_path: Path):
    path = header(tmp_path / "a.csv", ["Month", "Longitude", "Latitude", "LSOA", "Crime type"])
    with pytest.raises(BadFile, match=r"police-uk-street \(monthly street file\): without 'LSOA code'(.|\n)*Columns found: Month") as told:
        recognise(path)
    assert str(told.value).splitlines()[1].startswith("  police-uk-street")


def test_files_of_several_sources_are_told_apart(tmp_path: Path):
    (tmp_path / "a.csv").write_text(street_csv(street_line()))
    (tmp_path / "b.csv").write_text(stops_csv(stop_line()))
    with pytest.raises(BadFile, match="of 2 sources"):
        recognise(tmp_path)


def test_broken_files_are_told_as_broken(tmp_path: Path):
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and no more")
    (tmp_path / "b.json").write_text("[{")
    (tmp_path / "c.csv").write_text("a,a\n1,2\n")
    for name, told in (("a.parquet", "cannot be read"), ("b.json", "cannot be read as JSON"), ("c.csv", "more than one column called 'a'")):
        with pytest.raises(BadFile, match=told):
            recognise(tmp_path / name)
