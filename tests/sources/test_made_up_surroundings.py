"""What is planted in the surroundings of the made-up town is there, to the last record."""

from __future__ import annotations

import pandas as pd
import pytest

from evenhand.places.coordinates import to_metres
from evenhand.sources.made_up_surroundings import ARRESTS, CALLS, REPORTS
from evenhand.sources.made_up_town import COLD_CRIMES, HOT, MONTHS, OTHER_CRIMES, write

NAMES = ("deprivation-parts.csv", "deprivation.csv", "street.csv", "features.csv", "area-features.csv", "police-activity.csv", "stop-and-search.csv")


@pytest.fixture(scope="module", params=[1, 2, 3])
def town(request, tmp_path_factory):
    """What was planted, and the files."""
    folder = tmp_path_factory.mktemp("town")
    planted = write(folder, seed=request.param)
    return planted, {name: pd.read_csv(folder / name) for name in NAMES}


def cells(table, longitude="longitude", latitude="latitude") -> pd.Series:
    """The square of 150 m that each row's point lies in, by its code."""
    x_m, y_m = to_metres(table[longitude], table[latitude])
    return pd.Series([f"E{150 * (x // 150):.0f}N{150 * (y // 150):.0f}/150" for x, y in zip(x_m, y_m, strict=True)], index=table.index)


def test_a_pub_stands_in_every_hot_square_and_five_elsewhere(town):
    planted, files = town
    pubs = cells(files["features.csv"][files["features.csv"]["feature_type"] == "pub"])
    assert pubs[pubs.isin(planted.spots)].value_counts().to_dict() == dict.fromkeys(planted.spots, 1)
    assert (~pubs.isin(planted.spots)).sum() == 5


def test_features_counted_by_area_are_all_of_them(town):
    _, files = town
    by_area = files["area-features.csv"].groupby("feature_type")["features"].sum()
    assert by_area.to_dict() == files["features.csv"]["feature_type"].value_counts().to_dict()
    assert len(files["area-features.csv"]) == 3 * files["area-features.csv"]["area_code"].nunique()


def test_calls_and_arrests_follow_the_violence_and_reports_do_not(town):
    planted, files = town
    noted = files["police-activity.csv"].assign(cell=cells(files["police-activity.csv"]))
    for kind, where, each in (("call", planted.spots, CALLS), ("arrest", planted.spots, ARRESTS), ("intelligence", planted.watched, REPORTS)):
        rows = noted[(noted["activity"] == kind) & noted["cell"].isin(where)]
        assert rows.groupby(["month", "cell"])["events"].sum().eq(each).all()
        assert len(rows) == len(where) * len(MONTHS)
        other = planted.watched if kind != "intelligence" else planted.spots
        assert not noted.loc[noted["activity"] == kind, "cell"].isin(other).any()


def test_no_crime_of_any_kind_is_recorded_in_a_watched_square(town):
    planted, files = town
    street = files["street.csv"]
    assert len(street) == len(MONTHS) * (HOT * 6 + COLD_CRIMES + OTHER_CRIMES)
    assert not cells(street, "Longitude", "Latitude").isin(planted.watched).any()
    assert len(set(planted.watched)) == 10
    assert not set(planted.watched) & set(planted.spots)


def test_searches_are_the_stops_of_the_town(town):
    _, files = town
    placed = files["stop-and-search.csv"].dropna(subset=["Latitude"])
    noted = files["police-activity.csv"]
    assert noted.loc[noted["activity"] == "stop-search", "events"].sum() == len(placed)
    assert not noted.duplicated(["month", "activity", "longitude", "latitude"]).any()


def test_parts_of_the_index_rank_every_area_once_in_tenths_of_ten(town):
    _, files = town
    parts, whole = files["deprivation-parts.csv"], files["deprivation.csv"]
    for _, part in parts.groupby("domain"):
        assert sorted(part["rank"]) == list(range(1, 101))
        assert part["decile"].value_counts().to_dict() == dict.fromkeys(range(1, 11), 10)
    income = parts[parts["domain"] == "income"].set_index("area_code")["rank"]
    assert income.to_dict() == whole.set_index("area_code")["rank"].to_dict()
    assert set(parts["domain"]) == {"income", "employment", "education", "health", "housing", "environment"}
