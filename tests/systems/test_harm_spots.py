"""Harm spots against a double loop over cells and crimes, kernels and weights written out anew."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from evenhand.systems import harm_spots
from evenhand.systems.harm_weights import SHIPPED, weights_for
from evenhand.tables.errors import BadSetting
from tests.places.kernels_by_hand import BY_HAND

KINDS = {
    "violence-robbery-drugs": ("Violence and sexual offences", "Robbery", "Drugs"),
    "violence-robbery": ("Violence and sexual offences", "Robbery"),
    "violence-robbery-drugs-weapons": ("Violence and sexual offences", "Robbery", "Drugs", "Possession of weapons"),
}


def weights_by_hand(reading: str) -> dict[str, float]:
    with Path(SHIPPED).open(encoding="utf-8", newline="") as file:
        return {row["crime_type"]: float(row["weight"]) for row in csv.DictReader(file) if row["reading"] == reading}


def scores_by_loop(crime, grid, *, until, outcome="violence-robbery-drugs", weights="css-median", transform="raw", kernel="quartic", bandwidth_m=150.0):
    """The slow twin: for each cell, go through all crimes and add weight times kernel."""
    harm = weights_by_hand(weights)
    found = np.zeros(len(grid))
    for one in crime.itertuples():
        if one.crime_type not in KINDS[outcome] or one.month > until or math.isnan(one.x_m):
            continue
        each = math.sqrt(harm[one.crime_type]) if transform == "sqrt" else harm[one.crime_type]
        for i, (x, y) in enumerate(grid.centres_m):
            u = math.sqrt((x - one.x_m) ** 2 + (y - one.y_m) ** 2) / bandwidth_m
            found[i] += one.events * each * BY_HAND[kernel](u) / bandwidth_m**2
    return found


READINGS = [
    {}, {"weights": "css-mean"}, {"weights": "cchi-quoted"}, {"weights": "equal"}, {"transform": "sqrt"},
    {"outcome": "violence-robbery"}, {"outcome": "violence-robbery-drugs-weapons"}, {"bandwidth_m": 300.0}, {"bandwidth_m": 75.0},
    {"kernel": "epanechnikov"}, {"kernel": "triangular"}, {"kernel": "uniform"}, {"kernel": "gaussian"},
    {"kernel": "gaussian", "weights": "cchi-quoted", "transform": "sqrt", "bandwidth_m": 550.0, "outcome": "violence-robbery-drugs-weapons"},
]  # fmt: skip


@pytest.mark.parametrize("settings", READINGS, ids=lambda settings: " ".join(map(str, settings.values())) or "defaults")
def test_scores_are_a_double_loop_of_kernel_times_weight(settings, crime, grid):
    """To 1e-9 of the highest: the same sum in another order."""
    slow = scores_by_loop(crime, grid, until="2024-02", **settings)
    fast = harm_spots.score(harm_spots.fit(crime, grid, until="2024-02", **settings))
    np.testing.assert_allclose(fast, slow, rtol=1e-9, atol=1e-9 * slow.max())


def test_one_crime_at_a_cells_centre_gives_the_kernels_height(crime, grid):
    x, y = grid.centres_m[40]
    one = crime.head(1).assign(x_m=x, y_m=y, crime_type="Robbery", month="2024-01", events=2)
    found = harm_spots.score(harm_spots.fit(one, grid, until="2024-01"))
    assert found[40] == pytest.approx(2 * 746 * 3 / math.pi / 150**2)
    assert (found > 0).sum() == 1, "the next centre is a bandwidth away, where the quartic kernel is zero"


def test_a_crime_outside_the_place_still_reaches_in(crime, grid):
    x, y = grid.centres_m[0]
    one = crime.head(1).assign(x_m=x - 100, y_m=y, crime_type="Robbery", month="2024-01", events=1)
    assert grid.cell_of(one["x_m"], one["y_m"])[0] == -1
    assert harm_spots.score(harm_spots.fit(one, grid, until="2024-01"))[0] > 0


def test_weights_are_those_of_the_file_and_a_lack_is_never_zero():
    for reading in ("css-median", "css-mean", "cchi-quoted", "equal"):
        assert weights_for(reading, KINDS["violence-robbery-drugs"]).to_dict() == {k: weights_by_hand(reading)[k] for k in KINDS["violence-robbery-drugs"]}
    with pytest.raises(BadSetting, match="say nothing of Anti-social behaviour"):
        weights_for("css-median", ("Robbery", "Anti-social behaviour"))


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"weights": "made-up"}, "no set of harm weights 'made-up'"),
        ({"transform": "log"}, "no transform 'log'"),
        ({"kernel": "biweight"}, "no kernel 'biweight'"),
        ({"bandwidth_m": 0.0}, "metres above zero"),
        ({"outcome": "all"}, "no outcome 'all'"),
    ],
)
def test_a_setting_that_is_none_is_refused_by_name(settings, says, crime, grid):
    with pytest.raises(BadSetting, match=says):
        harm_spots.fit(crime, grid, until="2024-02", **settings)
