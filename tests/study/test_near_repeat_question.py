"""Near repeats asked of one's own table of recorded crime, from a file to figures and a picture."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.knox import Bands, knox
from evenhand.places.coordinates import to_metres
from evenhand.report.knox_pictures import knox_picture, table_of_knox
from evenhand.study.asking import ask
from evenhand.tables.errors import BadSetting, BadValue, EmptyTable, EvenhandError, MissingColumn

BANDS = {"distance_m": [0, 100, 200], "days": [7, 14], "permutations": 199}


@pytest.fixture
def burglaries() -> pd.DataFrame:
    """300 anywhere on any day, 60 of which come again at the same point or 14 m off, within the week; and robberies."""
    rng = np.random.default_rng(3)
    longitude, latitude, day = rng.uniform(-0.10, -0.02, 300), rng.uniform(51.50, 51.55, 300), rng.integers(0, 360, 300)
    longitude = np.concatenate([longitude, longitude[:60] + np.where(np.arange(60) < 20, 0, 2e-4)])
    day = np.concatenate([day, day[:60] + rng.integers(1, 7, 60)])
    dates = pd.Series(pd.Timestamp("2023-01-01") + pd.to_timedelta(day, unit="D")).dt.strftime("%Y-%m-%d")
    made = pd.DataFrame({"month": dates.str[:7], "day": dates, "longitude": longitude, "latitude": np.concatenate([latitude, latitude[:60]])})
    return pd.concat([made.assign(crime_type="Burglary"), made.head(50).assign(crime_type="Robbery")], ignore_index=True)


def of(asking, measure):
    return [one for one in asking.answer.findings if one.measure == measure]


def test_what_was_planted_is_found_and_only_there(burglaries):
    asking = ask("near-repeat", {"recorded_crime": burglaries}, settings=BANDS)
    (beyond,) = of(asking, "near_repeat_bands")
    assert beyond.n == 6
    assert {one.group for one in of(asking, "near_repeat_ratio") if one.settings["adjusted_p"] <= 0.05} == {
        "same place, 0 to 7 days",
        "above 0 to 100 m, 0 to 7 days",
    }
    same = of(asking, "near_repeat_ratio")[0]
    assert same.settings["pairs"] == 20
    assert same.n == 20
    assert same.settings["events"] == 360  # no robberies
    assert any("same published point" in one for one in same.caveats)


def test_the_figures_are_those_of_the_test_itself(burglaries):
    wanted = burglaries[burglaries["crime_type"] == "Burglary"]
    plain = knox(*to_metres(wanted["longitude"], wanted["latitude"]), wanted["day"].to_numpy(dtype="datetime64[D]"),
                 bands=Bands((0, 100, 200), (7, 14)), permutations=199)  # fmt: skip
    found = of(ask("near-repeat", {"recorded_crime": burglaries}, settings=BANDS), "near_repeat_ratio")
    assert [one.settings["pairs"] for one in found] == plain.observed[:-1, :-1].ravel().tolist()
    assert [one.p_value for one in found if one.value is not None] == plain.p_value[:-1, :-1].ravel()[plain.expected[:-1, :-1].ravel() > 0].tolist()


def test_rows_that_stand_for_several_count_as_several(burglaries):
    first = burglaries[burglaries["crime_type"] == "Burglary"].head(100)
    twice = pd.concat([first, first.head(10)], ignore_index=True)
    counted = first.assign(events=[2] * 10 + [1] * 90)
    found = [of(ask("near-repeat", {"recorded_crime": table}, settings=BANDS), "near_repeat_ratio") for table in (twice, counted)]
    assert [one.value for one in found[0]] == [one.value for one in found[1]]
    assert found[0][0].settings["pairs"] == 10


def test_kinds_can_be_named_and_crimes_without_a_day_are_told_of(burglaries):
    burglaries.loc[[0, 1, 2], "day"] = None
    asking = ask("near-repeat", {"recorded_crime": burglaries}, settings={**BANDS, "crime_types": ["Burglary", "Robbery"]})
    ratio = of(asking, "near_repeat_ratio")[0]
    assert ratio.settings["events"] == 407
    assert "3 of 410 recorded crimes have no day or no place and are left out." in ratio.caveats


def test_months_alone_are_refused_and_the_message_says_why(burglaries):
    with pytest.raises(MissingColumn, match=r"(?s)may be a day or a month apart.*police\.uk publishes months only"):
        ask("near-repeat", {"recorded_crime": burglaries.drop(columns="day")}, settings=BANDS)


def test_odd_tables_and_settings_are_refused_in_words(burglaries):
    with pytest.raises(EmptyTable, match="Drugs"):
        ask("near-repeat", {"recorded_crime": burglaries}, settings={**BANDS, "outcome": "drugs"})
    with pytest.raises(EmptyTable, match="1 event"):
        ask("near-repeat", {"recorded_crime": burglaries.head(1)}, settings=BANDS)
    with pytest.raises(BadSetting, match="edges_days"):
        ask("near-repeat", {"recorded_crime": burglaries}, settings={**BANDS, "days": [14, 7]})
    with pytest.raises(BadSetting, match="no outcome"):
        ask("near-repeat", {"recorded_crime": burglaries}, settings={**BANDS, "outcome": "arson"})
    burglaries.loc[5, "day"] = "2023-02-30"
    with pytest.raises(BadValue, match="2023-02-30"):
        ask("near-repeat", {"recorded_crime": burglaries}, settings=BANDS)
    assert issubclass(BadValue, EvenhandError)


def test_other_ways_to_measure_can_be_tried_in_turn(burglaries):
    asking = ask("near-repeat", {"recorded_crime": burglaries}, settings=BANDS, vary={"metric": ["euclidean", "manhattan"]})
    assert of(asking, "near_repeat_bands")[0].settings["readings"]["n_readings"] == 2


def test_a_file_goes_through_the_terminal_to_a_page(burglaries, tmp_path, evenhand):
    file = tmp_path / "burglaries.csv"
    burglaries.to_csv(file, index=False)
    told = evenhand("audit", "near-repeat", "--recorded-crime", file, "--days", "7", "--days", "14", "--permutations", "99",
                    "--json", tmp_path / "found.json", "--html", tmp_path / "page.html")  # fmt: skip
    assert told.code == 0, told.err
    assert json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))[0]["measure"] == "near_repeat_bands"
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Pairs of events near in place and time" in page
    assert '<th scope="row">above 0 to 100 m</th>' in page


def test_the_picture_shows_every_band_and_frames_what_is_beyond_chance():
    rng = np.random.default_rng(1)
    x_m, y_m, day = rng.uniform(0, 3000, 300), rng.uniform(0, 3000, 300), rng.integers(0, 300, 300)
    found = knox(np.append(x_m, x_m[:60] + 20), np.append(y_m, y_m[:60]), np.append(day, day[:60] + 2), bands=Bands((0, 100, 200), (7, 14)), permutations=199)
    picture = knox_picture(found)
    assert picture.drawing.count("<td") == 1 + 6
    assert picture.drawing.count(" own") == 1
    assert picture.drawing.count("<td>–</td>") == 2  # no two stand at the same place
    assert picture.description.startswith("A table of 3 bands of distance by 2 of time. The highest ratio is")
    assert "1 of 4 are beyond chance" in picture.description
    table = table_of_knox(found)
    assert len(table) == 4 * 3
    assert table["pairs"].sum() == 360 * 359 // 2
