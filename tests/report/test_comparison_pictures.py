"""Pictures of systems beside each other: what they say in words, their tables, and marks that mean what they should."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.report.comparison_pictures import SmallMap, capture_pictures, matrix, small_maps, spread, with_readings
from evenhand.tables.findings import Finding


def ratio(system: str, value: float, readings=None) -> Finding:
    told = {"system": system} | ({"readings": readings} if readings else {})
    about = {"question": "comparison", "measure": "exposure_ratio_over_months", "group": "Black", "reference": "White", "unit": "ratio"}
    return Finding(**about, value=value, low=value / 2, high=value * 2, level=0.95, n=10, settings=told)


def test_a_matrix_is_symmetric_frames_the_diagonal_and_says_its_ends():
    picture = matrix({("a", "b"): 0.2, ("a", "c"): 0.8, ("b", "c"): 0.5, ("a", "a"): 0.9}, ["a", "b", "c"], slug="s", title="T", how_to_read="")
    table = picture.table.set_index("system")
    assert table.loc["b", "a"] == table.loc["a", "b"] == 0.2
    assert str(picture.drawing).count(' own"') == 1
    assert "–" in str(picture.drawing)
    assert "from 20.0" in picture.description
    assert "80.0" in picture.description


def test_a_band_runs_over_readings_only_where_some_were_tried():
    found = [ratio("a", 2.0, {"low": 1.5, "high": 3.0, "n_readings": 4}), ratio("b", 1.0, {"low": 1.0, "high": 1.0, "n_readings": 1}), ratio("c", 1.2)]
    picture = with_readings(found, slug="s", title="T", axis="ratio", label=lambda one: one.settings["system"], parity=1.0)
    assert picture is not None
    assert str(picture.drawing).count('class="band"') == 1
    assert with_readings([], slug="s", title="T", axis="x", label=str, parity=1.0) is None


def test_curves_come_five_at_a_time_each_beside_counting():
    cuts = np.linspace(0, 0.2, 5)
    pictures = capture_pictures(cuts, {"count map": cuts, **{f"system {i}": cuts * i for i in range(7)}}, baseline="count map")
    assert [list(one.table.columns)[1] for one in pictures] == ["count map", "count map"]
    assert [len(one.table.columns) for one in pictures] == [7, 4]


def test_a_spread_marks_the_lowest_and_highest_reading():
    rows = [("a", 2.0, [1.0, 2.0, 4.0, float("nan")]), ("b", 1.0, [1.0])]
    picture = spread(rows, unit="ratio", parity=1.0, slug="s", title="T", axis="x", table=pd.DataFrame())
    assert "a: 1.00 to 4.00; b: 1.00." in picture.description


@pytest.fixture
def areas():
    import geopandas as gpd
    import shapely

    squares = [shapely.box(x, 0, x + 1000, 1000) for x in (0, 1000, 2000)]
    return gpd.GeoDataFrame({"area_code": list("ABC"), "area_name": list("ABC")}, geometry=squares, crs="EPSG:27700")


def test_small_maps_draw_each_systems_ground_over_one_shading(areas):
    cells = areas.iloc[:1]
    drawn = [SmallMap("one", cells, "exposure ratio 2.00"), SmallMap("none", cells.iloc[:0], "exposure ratio not given")]
    picture = small_maps(areas, pd.Series([0.1, 0.2, 0.3]), drawn, slug="m", title="T", what="share", table=pd.DataFrame({"system": ["one", "none"]}))
    page = str(picture.drawing)
    assert page.count("<svg class=\"map") == 2
    assert page.count('class="panel"') == 2
    assert "exposure ratio 2.00" in picture.description
