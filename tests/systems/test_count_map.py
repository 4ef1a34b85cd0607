"""The count map against a loop over crimes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evenhand.systems import count_map
from tests.systems.test_harm_spots import KINDS


def counts_by_loop(crime, grid, until, outcome) -> np.ndarray:
    """The slow twin: for each crime, look for the square it lies in."""
    found = np.zeros(len(grid))
    corners = grid.centres_m - grid.cell_m / 2
    for one in crime.itertuples():
        if one.crime_type in KINDS[outcome] and one.month <= until and not math.isnan(one.x_m):
            for i, (west, south) in enumerate(corners):
                if west <= one.x_m < west + grid.cell_m and south <= one.y_m < south + grid.cell_m:
                    found[i] += one.events
    return found


@pytest.mark.parametrize("outcome", KINDS)
@pytest.mark.parametrize("until", ["2024-01", "2024-03"])
def test_counts_are_those_of_a_loop(until, outcome, crime, grid):
    found = count_map.score(count_map.fit(crime, grid, until=until, outcome=outcome))
    np.testing.assert_array_equal(found, counts_by_loop(crime, grid, until, outcome))


def test_crimes_outside_the_place_are_not_counted(crime, grid):
    outside = crime.assign(x_m=0.0, y_m=0.0)
    assert count_map.score(count_map.fit(outside, grid, until="2024-03")).sum() == 0
