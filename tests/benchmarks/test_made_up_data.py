"""The benchmarks' made-up data are what they say, and the same every time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from benchmarks import density
from benchmarks.made_up_areas import made_up_areas, made_up_counts
from benchmarks.made_up_stops import made_up_residents, write_stops
from evenhand.tables.stops import SELF_DEFINED


def test_made_up_areas_fill_their_square_without_gap_or_overlap():
    areas = made_up_areas(300, side_m=5_000)
    assert len(areas) == 300
    assert areas.is_valid.all()
    assert abs(areas.area.sum() / 5_000**2 - 1) < 1e-12
    assert shapely.coverage_is_valid(areas.geometry.to_numpy())


def test_made_up_areas_have_about_as_many_corners_as_published_ones():
    corners = shapely.get_num_coordinates(made_up_areas(300, side_m=5_000).geometry.to_numpy())
    assert 95 < corners.mean() < 115


def test_made_up_data_are_the_same_every_time(tmp_path):
    one, other = (made_up_areas(50, side_m=1_000) for _ in range(2))
    assert one.geometry.to_wkb().equals(other.geometry.to_wkb())
    assert made_up_counts(one).equals(made_up_counts(other))
    assert np.array_equal(density.city(100), density.city(100))
    for name in ("one", "other"):
        write_stops(tmp_path / name, 500)
    assert pd.read_parquet(tmp_path / "one").equals(pd.read_parquet(tmp_path / "other"))


def test_made_up_stops_use_the_published_categories(tmp_path):
    write_stops(tmp_path / "stops", 5_000)
    stops = pd.read_parquet(tmp_path / "stops")
    assert set(stops["self_defined_ethnicity"].unique()) == set(SELF_DEFINED)
    assert set(stops["area_code"]) <= set(made_up_residents()["area_code"])
