"""Whatever is wrong with a file or a declaration: one message that says what, where and how to mend it; exit code 2; nothing written."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from tests.study import made_up_city
from tests.study.conftest import files_in

Files = dict[str, Path]
Change = Callable[[Files], Any]


def street(files: Files) -> Path:
    return files["recorded_crime"] / "2024-02" / "2024-02-testshire-street.csv"


def every_street(files: Files, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    for path in files["recorded_crime"].rglob("*street.csv"):
        change(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)


def every_stop(files: Files, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    for path in files["stops"].rglob("*search.csv"):
        change(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)


def cut_mid_row(files: Files) -> None:
    path = street(files)
    text = path.read_bytes()
    path.write_bytes(text[: text.rindex(b"\n", 0, len(text) // 2) + 30])


def cut_parquet(files: Files) -> None:
    whole = pd.concat(made_up_city.street(month) for month in made_up_city.MONTHS)
    path = files["recorded_crime"].with_name("street.parquet")
    whole.to_parquet(path)
    path.write_bytes(path.read_bytes()[:-2000])
    files["recorded_crime"] = path


def emptied(files: Files) -> None:
    street(files).write_bytes(b"")


def header_only(files: Files) -> None:
    every_street(files, lambda table: table.head(0))


def not_a_table(files: Files) -> None:
    street(files).write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)


def map_cut_short(files: Files) -> None:
    files["areas"].write_text(files["areas"].read_text()[:3000])


def map_without_polygons(files: Files) -> None:
    frame = made_up_city.areas()
    frame.set_geometry(frame.geometry.to_crs("EPSG:27700").centroid.to_crs("EPSG:4326")).to_file(files["areas"], driver="GeoJSON")


def areas_twice(files: Files) -> None:
    frame = made_up_city.areas()
    gpd.GeoDataFrame(pd.concat([frame, frame.head(2)]), crs=frame.crs).to_file(files["areas"], driver="GeoJSON")


def swapped_map(files: Files) -> None:
    frame = made_up_city.areas()
    turned = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    frame.set_geometry(gpd.GeoSeries(turned, crs=frame.crs)).to_file(files["areas"], driver="GeoJSON")


def codes_of_another_place(files: Files) -> None:
    table = made_up_city.census_bulk()
    table["geography code"] = [f"E0105{number:04d}" for number in range(len(table))]
    table.to_csv(files["residents"], index=False)


def one_area_without_residents(files: Files) -> None:
    made_up_city.census_bulk().drop(index=7).to_csv(files["residents"], index=False)


def groups_that_do_not_add_up(files: Files) -> None:
    table = made_up_city.census_bulk()
    table.loc[3, "Ethnic group: White"] += 1
    table.to_csv(files["residents"], index=False)


def residents_are_words(files: Files) -> None:
    table = made_up_city.census_bulk().astype(object)
    table.loc[3, "Ethnic group: White"] = "many"
    table.to_csv(files["residents"], index=False)


FILES: dict[str, tuple[Change, list[str]]] = {
    "a street file cut in the middle of a row": (cut_mid_row, ["BadFile", "2024-02-testshire-street.csv cannot be read", "truncated"]),
    "a Parquet file cut short": (cut_parquet, ["BadFile", "street.parquet", "truncated"]),
    "a file of no bytes": (emptied, ["BadFile", "2024-02-testshire-street.csv", "0 bytes"]),
    "files with a header and no row": (header_only, ["EmptyTable", "recorded_crime", "no rows"]),
    "a picture called CSV": (not_a_table, ["2024-02-testshire-street.csv", "again"]),
    "a missing column": (lambda f: every_street(f, lambda t: t.drop(columns="Crime type")), ["MissingColumn", "Crime type", "Columns found"]),
    "a renamed column": (lambda f: every_street(f, lambda t: t.rename(columns={"Month": "When"})), ["MissingColumn", "Month", "When"]),
    "a column with names in it": (lambda f: every_street(f, lambda t: t.assign(Surname="x")), ["UnknownColumn", "Surname", "refused"]),
    "a crime type nobody knows": (
        lambda f: every_street(f, lambda t: t.replace({"Crime type": {"Drugs": "Witchcraft"}})),
        ["UnknownCategory", "Witchcraft", "Burglary"],
    ),
    "a month that is none": (lambda f: every_street(f, lambda t: t.assign(Month="2024-13")), ["BadValue", "month", "2024-13"]),
    "a longitude in words": (lambda f: every_street(f, lambda t: t.assign(Longitude="west")), ["BadValue", "Longitude", "cannot be understood"]),
    "metres where degrees belong": (
        lambda f: every_street(f, lambda t: t.assign(Longitude="431000", Latitude="281000")),
        ["BadValue", "longitude", "between -180 and 180"],
    ),
    "longitude and latitude swapped": (
        lambda f: every_street(f, lambda t: t.assign(Longitude=t["Latitude"], Latitude=t["Longitude"])),
        ["WrongCoordinates", "look swapped"],
    ),
    "crimes of another town": (
        lambda f: every_street(f, lambda t: t.assign(Longitude="0.7", Latitude="51.5")),
        ["OutsidePlace", "Testerham", "another force"],
    ),
    "crimes without any location": (lambda f: every_street(f, lambda t: t.assign(Longitude="", Latitude="")), ["EmptyTable", "has a location"]),
    "a folder without street files": (lambda f: [p.unlink() for p in f["recorded_crime"].rglob("*street.csv")], ["BadFile", "*street*", "Check the folder"]),
    "an outcome nobody knows": (lambda f: every_stop(f, lambda t: t.assign(Outcome="Told off")), ["UnknownCategory", "Told off"]),
    "a stop at a date that is none": (lambda f: every_stop(f, lambda t: t.assign(Date="yesterday")), ["BadValue", "stopped_at", "cannot be understood"]),
    "a map cut short": (map_cut_short, ["BadFile", "lsoa21.geojson", "truncated"]),
    "a map of points": (map_without_polygons, ["BadValue", "points", "polygons"]),
    "areas given twice": (areas_twice, ["RepeatedKey", "areas", "area_code"]),
    "a map with its axes swapped": (swapped_map, ["WrongCoordinates", "swapped"]),
    "residents of another place": (codes_of_another_place, ["VintageMix", "residents", "lose them without a word"]),
    "an area without residents' figures": (one_area_without_residents, ["VintageMix", "1 of the 36 areas", "E01040008"]),
    "groups that do not add up": (groups_that_do_not_add_up, ["BadTable", "do not add up", "E01040004"]),
    "residents in words": (residents_are_words, ["BadValue", "many", "no number"]),
    "a lost file": (lambda f: f["residents"].unlink(), ["BadFile", "no file", "census2021-ts021-lsoa.csv", "relative to that study's folder"]),
    "stops given as residents": (
        lambda f: f.update(residents=f["stops"] / "2024-01" / "2024-01-testshire-stop-and-search.csv"),
        ["declared as 'residents'", "stops"],
    ),
    "a path out of the folder": (lambda f: f.update(residents=Path("../../etc/passwd")), ["BadFile", "passwd"]),
    "a device for a file": (lambda f: f.update(residents=Path("/dev/null")), ["BadFile", "/dev/null"]),
}


STOPS = ("an outcome nobody knows", "a stop at a date that is none")


@pytest.mark.parametrize("mishap", FILES)
def test_a_file_that_does_not_fit_is_named(mishap: str, city: Files, evenhand: Callable, tmp_path: Path):
    change, fragments = FILES[mishap]
    files = copied(city, tmp_path / "data")
    change(files)
    needed = ("areas", "recorded_crime", "residents", *(["stops"] if mishap in STOPS else []))
    folder = made_up_city.write_study(tmp_path / "study", {name: files[name] for name in needed})
    refused(evenhand("study", "run", folder, "--out", tmp_path / "results" / "out"), fragments)
    assert "results" not in str(files_in(tmp_path)), "something was written"


def copied(city: Files, folder: Path) -> Files:
    """The city's files where they may be harmed."""
    root = city["areas"].parent
    shutil.copytree(root, folder)
    return {table: folder / path.relative_to(root) for table, path in city.items()}


def refused(told: Any, fragments: list[str]) -> None:
    """One message with all of this in it, no traceback, exit code 2."""
    assert told.code == 2, told
    assert "Traceback" not in told.err
    missing = [fragment for fragment in fragments if fragment not in told.err]
    assert not missing, f"the message lacks {missing}:\n{told.err}"


def place(**changes: Any) -> dict[str, Any]:
    return {"place": {"name": "Testerham", "authority": made_up_city.TESTERHAM, **changes}}


def periods(**changes: Any) -> dict[str, Any]:
    return {"periods": {"learn": ["2024-01", "2024-03"], "test": ["2024-04", "2024-04"], **changes}}


def settings(**changes: Any) -> dict[str, Any]:
    return {"system": {"name": "harm-spots", "settings": changes}}


KEYS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a misspelt key": ({"titel": "x"}, ["BadStudy", "`titel`", "Did you mean `title`"]),
    "a misspelt key of the place": (place(autority="x"), ["`place.autority`", "Did you mean `authority`"]),
    "a misspelt period": (periods(lern=["2024-01", "2024-02"]), ["`periods.lern`", "Did you mean `learn`"]),
    "a misspelt key of the system": ({"system": {"nam": "harm-spots"}}, ["`system.nam`", "Did you mean `name`"]),
    "a misspelt key of a claim": ({"published_claims": [{"statment": "x", "by": "y", "says": "z"}]}, ["`published_claims.0.statment`", "statement"]),
    "a misspelt audit": ({"audits": ["expsoure"]}, ["`audits.0`", "exposure"]),
    "notes on no audit": ({"notes": {"exposre": ["x"]}}, ["notes.exposre", "exposure"]),
    "no audit": ({"audits": []}, ["`audits` must not be empty"]),
    "a title that is a number": ({"title": 2024}, ["`title` must be text"]),
    "a seed that is yes": ({"seed": True}, ["`seed` must be a whole number"]),
    "a seed in words": ({"seed": "lucky"}, ["`seed` must be a whole number"]),
    "a seed below zero": ({"seed": -1}, ["`seed`", "greater than or equal to 0"]),
    "a seed beyond all bounds": ({"seed": 10**30}, ["`seed`", "less than"]),
    "redraws beyond all bounds": ({"replicates": 10**9}, ["`replicates`", "less than or equal to 20000"]),
    "months that end before they begin": (periods(learn=["2024-03", "2024-01"]), ["periods.learn runs backwards"]),
    "a test on what was learnt": (periods(test=["2024-03", "2024-04"]), ["must not be tested on what it has learnt"]),
    "a month that is no month": (periods(learn=["2024-1", "2024-03"]), ["`periods.learn.0`", "'2024-1' is not a month", "2024-01"]),
    "a day for a month": (periods(test=["2024-04-01", "2024-04-30"]), ["`periods.test.0`", "is not a month"]),
    "months before the files begin": (periods(learn=["2019-01", "2019-03"]), ["EmptyTable", "learn months", "from 2024-01 to 2024-04"]),
    "test months after the files end": (periods(test=["2025-04", "2025-05"]), ["EmptyTable", "test months", "from 2024-01 to 2024-04"]),
    "an authority that is nobody's": (place(authority="E06000999"), ["OutsidePlace", "E06000999", "E06000991 Testerham", "E06000992 Otherton"]),
    "one misspelt authority of two": (place(authority=[made_up_city.TESTERHAM, "E0600099Z"]), ["OutsidePlace", "`place.authority`", "E0600099Z"]),
    "neighbours that are nobody's": (place(wider="E06000999"), ["OutsidePlace", "`place.wider`", "E06000999"]),
    "names that begin otherwise": ({"place": {"name": "T", "names_starting": "Testham"}}, ["OutsidePlace", "Testham", "Testerham 001A"]),
    "a group that is not among the residents": ({"group": "Martian"}, ["BadStudy", "`group: Martian`", "Asian, Black, Mixed, Other, White"]),
    "a group beside itself": ({"group": "White"}, ["`group` and `reference` are both 'White'"]),
    "a system nobody has rebuilt": ({"system": {"name": "oracle"}}, ["BadSetting", "oracle", "harm-spots"]),
    "a baseline nobody has": ({"baseline": "dice"}, ["BadSetting", "dice", "count-map"]),
    "a setting nobody knows": (settings(bandwith_m=100), ["bandwith_m", "bandwidth_m"]),
    "a negative cell": (settings(cell_m=-150), ["`system.settings.cell_m: -150`", "above zero"]),
    "a cell in words": (settings(cell_m="small"), ["`system.settings.cell_m: 'small'`", "a number"]),
    "cells of a millimetre": (settings(cell_m=0.001), ["BadSetting", "Use larger cells"]),
    "more squares than there are": (settings(k=10_000), ["BadSetting", "10000 cannot be flagged", "smaller `k`"]),
    "half a square": (settings(k=2.5), ["`system.settings.k: 2.5`", "whole number"]),
    "a kernel nobody knows": (settings(kernel="cosine"), ["cosine", "quartic"]),
    "a reading of no setting": ({"readings": {"colour": ["red"]}}, ["`readings.colour`", "cell_m"]),
    "readings without a choice": ({"readings": {"cell_m": []}}, ["`readings.cell_m` must not be empty"]),
    "a reading that the system does not take": ({"readings": {"kernel": ["quartic", "cubic"]}}, ["`readings.kernel: 'cubic'`", "quartic"]),
    "a reading larger than the place": ({"readings": {"cell_m": [150, 5000]}}, ["BadSetting", "5000 m", "readings"]),
    "the name of the folder as a key": ({"slug": "x"}, ["`slug` is not a key here", "name of its folder"]),
}


@pytest.mark.parametrize("mistake", KEYS)
def test_a_declaration_that_cannot_be_followed_says_where(mistake: str, city: Files, evenhand: Callable, tmp_path: Path):
    changes, fragments = KEYS[mistake]
    folder = made_up_city.write_study(tmp_path / "study", {name: city[name] for name in ("areas", "recorded_crime", "residents")}, **changes)
    refused(evenhand("study", "run", folder, "--out", tmp_path / "results" / "out"), fragments)
    assert files_in(tmp_path) == ["study/study.yml"]


TEXTS: dict[str, tuple[bytes, list[str]]] = {
    "nothing": (b"", ["holds no keys"]),
    "a list": (b"- a\n- b\n", ["holds no keys"]),
    "a tab": (b"title:\tx\n\tplace: y\n", ["is not YAML", "line"]),
    "an open bracket": (b"title: [x\nplace: y\n", ["is not YAML", "line 2"]),
    "Latin-1": ("title: Café\n".encode("latin-1"), ["not UTF-8", "Save it again"]),
    "UTF-16": ("title: x\n".encode("utf-16"), ["not UTF-8"]),
    "a key given twice": (b"title: x\nplace: {name: A}\ntitle: y\n", ["`title` stands in line 1 already", "line 3"]),
    "aliases that swell": (
        b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(b"%c: &%c [%s]\n" % (c, c, b", ".join([b"*%c" % (c - 1)] * 9)) for c in range(98, 108)),
        ["too many values"],
    ),
    "a list that holds itself": (b"a: &a [*a]\n", ["too many values"]),
    "brackets without end": (b"a: " + b"[" * 3_000, ["nested too deeply"]),
    "a tag that runs code": (b"title: !!python/object/apply:os.system [echo]\n", ["is not YAML", "could not determine a constructor"]),
    "megabytes": (b"# " + b"x" * 2_000_000, ["MB long"]),
    "a date that is none": (b"title: 2024-13-45\n", ["cannot be read"]),
    "noughts": (b"title: \x00\x00\n", ["is not YAML"]),
}


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_that_is_no_declaration_is_refused(text: str, evenhand: Callable, tmp_path: Path):
    written, fragments = TEXTS[text]
    (tmp_path / "study.yml").write_bytes(written)
    refused(evenhand("study", "run", tmp_path, "--out", tmp_path / "out"), ["study.yml", *fragments])
    assert files_in(tmp_path) == ["study.yml"]


def test_a_readme_that_is_not_text_is_named_before_anything_is_read(city: Files, evenhand: Callable, tmp_path: Path):
    folder = made_up_city.write_study(tmp_path / "study", city)
    (folder / "README.md").write_bytes(b"\xff\xfe\x00")
    refused(evenhand("study", "run", folder, "--out", tmp_path / "out"), ["README.md", "UTF-8"])


@pytest.mark.parametrize("name", ["nowhere", "no\0where", "x" * 5000, "~nobody-of-this-name/x"])
def test_a_study_that_is_not_there_is_named(name: str, evenhand: Callable):
    refused(evenhand("study", "run", name), ["There is no study"])


def made_up_study(folder: Path, old: str, new: str) -> Path:
    """The made-up town's study with one line changed."""
    from evenhand.study.shipped import shipped_studies

    shutil.copytree(shipped_studies()["made-up-town"], folder)
    file = folder / "study.yml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return folder


def test_a_fitted_system_is_no_baseline(evenhand: Callable, tmp_path: Path):
    study = made_up_study(tmp_path / "study", "baseline: count-map", "baseline: predpol")
    refused(evenhand("study", "check", study), ["predpol", "plain baseline", "count-map"])
