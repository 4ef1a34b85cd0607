"""A town whose truth is known: what was planted is found, exactly; where nothing was planted, nothing is.

Tolerance: 1e-9. Every planted figure is exact, for whole areas are square and whole cells lie within them.
"""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

import evenhand as eh
from evenhand.sources.made_up_town import GROUPS, write
from evenhand.tables.errors import BadSetting
from tests.study.oracle import STUDIES

SHIPPED = STUDIES / "made-up-town"
FIELDS = ("officer_defined_ethnicity", "self_defined_ethnicity")
TOWNS = {"as it ships": (1, 3.0, 4.0), "nothing planted": (2, 1.0, 1.0), "nothing planted, another draw": (3, 1.0, 1.0), "the other way round": (4, 0.5, 0.5)}


@pytest.fixture(scope="module", params=TOWNS)
def town(request, tmp_path_factory):
    """What was planted, and the findings of a study over it."""
    folder = tmp_path_factory.mktemp("town") / "made-up-town"
    declared = yaml.safe_load((SHIPPED / "study.yml").read_text(encoding="utf-8")) | {"replicates": 200, "readings": {}}
    seed, exposure_ratio, stop_rate_ratio = TOWNS[request.param]
    planted = write(folder / "data", seed=seed, exposure_ratio=exposure_ratio, stop_rate_ratio=stop_rate_ratio)
    (folder / "study.yml").write_text(yaml.safe_dump(declared), encoding="utf-8")
    return planted, eh.run_study(folder)


def rows(result, measure, field=None) -> pd.DataFrame:
    found = result.findings[result.findings["measure"] == measure]
    return found[[field in (None, settings.get("field")) for settings in found["settings"]]].set_index("group")


def test_the_spots_are_those_planted(town):
    planted, result = town
    cells = result.contents.cells
    assert set(cells.loc[cells["is_flagged"], "cell_code"]) == set(planted.spots)


def test_the_exposure_ratio_is_the_one_planted(town):
    planted, result = town
    expected = {group: planted.exposure_ratio if group == "Black" else 1.0 for group in GROUPS if group != "White"}
    assert rows(result, "exposure_ratio")["value"].to_dict() == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("field", FIELDS)
def test_the_stop_rate_ratio_is_the_one_planted(town, field):
    planted, result = town
    found = rows(result, "stop_rate_ratio", field)
    expected = {group: planted.stop_rate_ratio if group == "Black" else 1.0 for group in GROUPS if group != "White"}
    assert found["value"].to_dict() == pytest.approx(expected, rel=1e-9)
    assert (found["low"] <= found["value"]).all()
    assert (found["value"] <= found["high"]).all()


def test_the_share_of_later_violence_in_the_spots_is_the_one_planted(town):
    planted, result = town
    assert rows(result, "crime_captured_share").loc["harm-spots", "value"] == pytest.approx(planted.captured_share, rel=1e-9)


def test_only_what_was_planted_is_called_more_than_chance(town):
    """At 5 %: by the spatial test, and by whether the interval of the stop rate ratio leaves out 1."""
    planted, result = town
    p_values = rows(result, "exposure_ratio")["p_value"]
    assert set(p_values[p_values <= 0.05].index) == ({"Black"} if planted.exposure_ratio != 1 else set())
    for field in FIELDS:
        ratio = rows(result, "stop_rate_ratio", field)
        apart = ratio[(ratio["low"] > 1) | (ratio["high"] < 1)]
        assert set(apart.index) == ({"Black"} if planted.stop_rate_ratio != 1 else set())


def test_one_in_ten_stops_has_no_self_defined_ethnicity(town):
    _, result = town
    found = result.findings[result.findings["measure"] == "missing_ethnicity_share"]
    shares = dict(zip([settings["field"] for settings in found["settings"]], found["value"], strict=True))
    assert shares == pytest.approx({"officer_defined_ethnicity": 0.0, "self_defined_ethnicity": 0.1}, abs=0.001)


def test_the_shipped_files_are_what_the_program_writes(tmp_path):
    """Coordinates aside, whose last digits depend on the projection library."""
    planted = write(tmp_path)
    assert (planted.exposure_ratio, planted.stop_rate_ratio) == (3.0, 4.0)
    for name in ("areas.geojson", "residents.csv", "deprivation.csv", "deprivation-parts.csv", "area-features.csv"):
        assert (tmp_path / name).read_bytes() == (SHIPPED / "data" / name).read_bytes(), name
    for name in ("street.csv", "stop-and-search.csv", "features.csv", "police-activity.csv"):
        written, shipped = (pd.read_csv(folder / name) for folder in (tmp_path, SHIPPED / "data"))
        pd.testing.assert_frame_equal(written, shipped, atol=1e-4)


def test_the_same_seed_writes_the_same_bytes_and_another_does_not(tmp_path):
    for folder, seed in (("one", 5), ("again", 5), ("other", 6)):
        write(tmp_path / folder, seed=seed)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()
    assert (tmp_path / "one" / "street.csv").read_bytes() != (tmp_path / "other" / "street.csv").read_bytes()


IMPOSSIBLE = [{"exposure_ratio": 5.0}, {"exposure_ratio": 1.23}, {"exposure_ratio": -1}, {"stop_rate_ratio": 0.2}, {"stop_rate_ratio": 1.25}]


@pytest.mark.parametrize("ratios", IMPOSSIBLE, ids=str)
def test_a_ratio_that_whole_people_cannot_make_is_refused(ratios, tmp_path):
    with pytest.raises(BadSetting, match="cannot be planted"):
        write(tmp_path / "town", **ratios)
    assert not (tmp_path / "town").exists()


def test_every_page_about_the_town_says_that_it_is_made_up(town):
    _, result = town
    assert "made up" in result.findings["place"].iloc[0]
    assert "Nothing in this study says anything about a real place" in result.report
