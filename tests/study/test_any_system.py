"""A study of places takes any place system: fitted ones, and those that go from day to day on records with months only."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.study.placing import handed, place, readings_of
from evenhand.study.redraws import MOST_FITS, redraws_of
from evenhand.systems import count_map, predpol
from evenhand.systems.drawn_days import CAVEAT, with_drawn_days
from tests.systems.conftest import made_up_crime

SETTINGS = {"k": 20}


@pytest.fixture
def crime():
    return made_up_crime(5).dropna(subset=["x_m"]).reset_index(drop=True)


@pytest.fixture
def grid():
    import geopandas as gpd
    import shapely

    from evenhand.places.grid import make_grid

    return make_grid(gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(10_000, 20_000, 12_400, 22_100)], crs="EPSG:27700"), cell_m=150)


def test_days_are_drawn_where_a_system_needs_them_and_kept_where_they_are(crime, grid):
    by_day = place(handed(predpol, {}), crime, grid, until="2024-03", settings=SETTINGS)
    assert by_day.crimes is crime
    drawn = place(handed(predpol, {}), crime.drop(columns="day"), grid, until="2024-03", settings=SETTINGS)
    assert len(drawn.crimes) == crime["events"].sum()
    other = place(handed(predpol, {}), crime.drop(columns="day"), grid, until="2024-03", settings={**SETTINGS, "days_seed": 2})
    assert (drawn.crimes["day"].to_numpy() != other.crimes["day"].to_numpy()).any()


def test_drawn_days_lie_in_their_month_spread_evenly_and_do_not_hang_on_later_months(crime):
    drawn = with_drawn_days(crime.drop(columns="day"), seed=3)
    assert (drawn["day"].str[:7] == drawn["month"]).all()
    without = with_drawn_days(crime[crime["month"] < "2024-03"].drop(columns="day"), seed=3)
    np.testing.assert_array_equal(drawn.loc[drawn["month"] < "2024-03", "day"].to_numpy(), without["day"].to_numpy())
    many = with_drawn_days(crime.head(1).assign(events=31_000, month="2024-01").drop(columns="day"), seed=1)
    per_day = many["day"].value_counts()
    assert len(per_day) == 31
    assert ((per_day - 1000).abs() < 5 * np.sqrt(1000)).all()


def test_a_fitted_system_is_redrawn_by_fitting_again(crime, grid):
    system = handed(predpol, {})
    run = place(system, crime, grid, until="2024-03", settings=SETTINGS)
    assert run.contributions is None
    found = redraws_of(system, run, until="2024-03", settings=SETTINGS, replicates=12, seed=7)
    assert found.is_flagged.shape == (len(grid), 12)
    assert found.most == 12 <= MOST_FITS
    assert "12 redraws" in found.caveats[0]
    again = redraws_of(system, run, until="2024-03", settings=SETTINGS, replicates=12, seed=7)
    np.testing.assert_array_equal(found.is_flagged, again.is_flagged)


def test_redraws_of_a_sum_equal_redraws_by_fitting_in_distribution(crime, grid):
    """The fitted way, forced on the count map, flags each cell about as often as the quick way."""
    system = handed(count_map, {})
    run = place(system, crime, grid, until="2024-03", settings=SETTINGS)
    quick = redraws_of(system, run, until="2024-03", settings=SETTINGS, replicates=2000, seed=1).is_flagged.mean(axis=1)
    from dataclasses import replace

    slow = redraws_of(system, replace(run, contributions=None), until="2024-03", settings=SETTINGS, replicates=100, seed=2)
    gap = np.abs(slow.is_flagged.mean(axis=1) - quick)
    assert gap.max() < 4.5 * np.sqrt(0.25 / 100)
    assert gap.mean() < 0.02


def test_readings_that_concern_a_list_made_anew_each_day_are_not_swept():
    assert "ties" in predpol.CARD.defaults
    assert "ties" not in readings_of(handed(predpol, {}))
    assert "window_days" in readings_of(handed(predpol, {}))


def test_a_study_on_drawn_days_says_so_in_every_finding_of_the_system(tmp_path):
    import shutil

    import evenhand as eh
    from evenhand.study.shipped import shipped_studies

    shutil.copytree(shipped_studies()["made-up-town"], tmp_path / "study")
    file = tmp_path / "study" / "study.yml"
    text = file.read_text(encoding="utf-8").replace("name: harm-spots", "name: predpol") + "\nreadings: {window_days: [90, 180]}\nreplicates: 100\n"
    file.write_text(text, encoding="utf-8")
    found = eh.run_study(tmp_path / "study").findings
    of_system = found[found["question"].isin(["exposure", "accuracy", "stability"])]
    assert of_system["caveats"].map(lambda said: CAVEAT in said).all()
    assert found.loc[(found["measure"] == "exposure_ratio") & (found["group"] == "Black"), "value"].iloc[0] == pytest.approx(3, rel=0.1)
