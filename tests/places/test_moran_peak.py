"""Moran's I over windows of a raster, against esda, and the first peak over growing distances."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from evenhand.places.moran_peak import first_peak_m, moran_z
from evenhand.places.raster_windows import QUEEN, disc
from evenhand.tables.errors import BadSetting, CannotAnswer
from tests.places.gi_star_by_hand import weights_by_loop
from tests.places.test_gi_star import GRIDS, counts, lattice


@pytest.mark.filterwarnings("ignore")  # libpysal warns of islands
@pytest.mark.parametrize("place", GRIDS)
@pytest.mark.parametrize("radius_m", [100, 250])
def test_the_standard_score_is_esdas(place, radius_m):
    from esda.moran import Moran
    from libpysal.weights import W

    grid, window = GRIDS[place], disc(radius_m, cell_m=100)
    values = counts(grid)
    matrix = weights_by_loop(grid, window.half_widths) - np.eye(len(grid))
    theirs = Moran(values, W({i: np.flatnonzero(row).tolist() for i, row in enumerate(matrix)}), transformation="B", permutations=0)
    assert moran_z(values, grid, window=window) == pytest.approx(theirs.z_rand, rel=1e-9)


def test_the_peak_is_the_first_of_the_scores():
    grid = lattice(40, 40, holes=False)
    bumps = np.zeros((40, 40))
    bumps[6::14, 6::14] = 1
    values = gaussian_filter(bumps, 2).ravel()
    distances = [100.0 * step for step in range(1, 13)]
    scores = [moran_z(values, grid, window=disc(distance, cell_m=100)) for distance in distances]
    first = next(i for i in range(1, 11) if scores[i - 1] < scores[i] > scores[i + 1])
    assert 0 < first < 10
    assert first_peak_m(values, grid, distances_m=distances) == distances[first]


def test_no_peak_is_said_so():
    grid = lattice(10, 10, holes=False)
    with pytest.raises(CannotAnswer, match="no peak between 100 and 300 m.*Choose another reading"):
        first_peak_m(np.arange(100.0) + 1, grid, distances_m=[100.0, 200.0, 300.0])


@pytest.mark.parametrize("distances", [[], [100.0, 200.0], [100.0, 100.0, 200.0]])
def test_distances_that_make_no_row_are_refused(distances):
    with pytest.raises(BadSetting, match="three distances"):
        first_peak_m(counts(GRIDS["whole"]), GRIDS["whole"], distances_m=distances)


def test_maps_that_cannot_be_judged_are_refused():
    grid = GRIDS["whole"]
    with pytest.raises(CannotAnswer, match="Choose another reading"):
        moran_z(np.ones(len(grid)), grid, window=QUEEN)
    with pytest.raises(CannotAnswer, match="the same for any map"):
        moran_z(counts(grid), grid, window=disc(5000, cell_m=100))
