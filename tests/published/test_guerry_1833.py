"""Guerry (1833), Essai sur la statistique morale de la France: inhabitants to one accused, and departments ranked by it.

The figures and where they were read stand in guerry_1833.md. The departments are laid out here as squares in a row, each
with one crime, and as many residents as came to one accused: then crimes per resident are what the table says.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.stats import spearmanr

from evenhand.places.grid import make_grid
from evenhand.systems import crime_atlas
from evenhand.systems.flagging import flag

CELL_M = 1000.0


@pytest.fixture(scope="module")
def printed() -> pd.DataFrame:
    return pd.read_csv(Path(__file__).with_name("guerry_1833.csv"))


def atlas(inhabitants: pd.Series, names: pd.Series, **settings) -> tuple[pd.Series, object]:
    """Each department's shade, and the squares they lie on."""
    squares = [shapely.box(CELL_M * i, 0, CELL_M * (i + 1), CELL_M) for i in range(len(names))]
    grid = make_grid(gpd.GeoDataFrame({"area_code": names}, geometry=squares, crs="EPSG:27700"), cell_m=CELL_M)
    crime = pd.DataFrame({"month": "1830-12", "x_m": CELL_M * (np.arange(len(names)) + 0.5), "y_m": 500.0, "crime_type": "Violence and sexual offences"})
    residents = pd.DataFrame({"area_code": names, "residents": inhabitants})
    model = crime_atlas.fit(crime, grid, until="1830-12", residents=residents, **settings)
    return pd.Series(crime_atlas.score(model), index=names), grid


def test_the_86_departments_stand_in_the_order_printed_for_crimes_against_property(printed):
    shade, _ = atlas(printed["property"], printed["department"])
    ours = shade.rank(ascending=False).astype(int)
    assert ours.to_dict() == dict(zip(printed["department"], printed["property_rank_printed"], strict=True))


def test_crimes_against_persons_too_where_the_rank_can_be_read_save_one_slip_of_the_press(printed):
    """Two departments print the same figure. The printed list runs backwards once: 28,607 (Cotes-du-Nord) stands before 28,391."""
    read = printed["persons_rank_printed"].notna().to_numpy()
    shade, _ = atlas(printed["persons"], printed["department"])
    ours = shade.rank(ascending=False, method="max").to_numpy()[read]
    first = shade.rank(ascending=False, method="min").to_numpy()[read]
    rank = printed.loc[read, "persons_rank_printed"].to_numpy()
    wrong = set(printed.loc[read, "department"][(rank < first) | (rank > ours)])
    assert read.sum() == 62
    assert wrong == {"Cotes-du-Nord"}


def test_the_ten_darkest_departments_are_those_flagged(printed):
    shade, grid = atlas(printed["property"], printed["department"])
    flagged = set(shade.index[flag(shade.to_numpy(), grid, k=10)])
    assert flagged == set(printed.nsmallest(10, "property_rank_printed")["department"])
    assert "Seine" in flagged


def test_equal_ranges_put_nearly_all_of_france_in_one_end_of_the_scale(printed):
    """What a choice of classes does: of crimes to a resident the Seine is alone; of residents to a crime only Creuse and the Haute-Loire are pale."""
    seine_apart, _ = atlas(printed["property"], printed["department"], shades="equal-ranges", direction="crimes-per-resident")
    assert set(seine_apart.index[seine_apart > 0.6]) == {"Seine"}
    creuse_apart, _ = atlas(printed["property"], printed["department"], shades="equal-ranges", direction="residents-per-crime")
    assert set(creuse_apart.index[creuse_apart < 0.4]) == {"Creuse", "Haute-Loire"}


def test_two_readings_of_the_same_page_agree_but_for_four_figures(printed):
    read = printed.dropna(subset=["property_scanned"])
    apart = read[read["property_scanned"] != read["property"]]
    assert len(read) == 83
    assert set(apart["department"]) == {"Pas-de-Calais", "Cotes-du-Nord", "Hautes-Alpes", "Sarthe"}
    assert (apart["property_scanned"] - apart["property"]).abs().max() == 30


def test_what_the_tutorial_says_of_schooling_and_crime_follows_from_the_figures(printed):
    """docs/first-crime-map.md. More who can read and write: as many inhabitants to one accused of violence, fewer to one of theft, that is, more recorded."""
    persons = spearmanr(printed["read_and_write_pct"], printed["persons"]).statistic
    theft = spearmanr(printed["read_and_write_pct"], printed["property"]).statistic
    both = spearmanr(printed["persons"], printed["property"]).statistic
    assert (round(persons, 2), round(theft, 2), round(both, 2)) == (-0.07, -0.38, 0.23)
