"""The spatial test: equal to its slow twin, honest on unrelated smooth maps where shuffling is not, and able to find what is there."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from evenhand.audit.spatial_null import LEAST_PLACE, LEAST_SPOTS, exposure_p_values, shifts
from tests.audit.smooth_fields import SMOOTHNESS_M, permutation_p_value, planted, southend, unrelated

NOMINAL = 0.05


def ratios_by_hand(grid, flagged, people, others):
    """The slow twin: move the flagged cells one shift at a time and add up who lives under them."""
    where = {divmod(int(slot), grid.columns): i for i, slot in enumerate(grid.slots)}
    spots = [place for place, i in where.items() if flagged[i]]
    found = {}
    for down in range(-grid.rows + 1, grid.rows):
        for across in range(-grid.columns + 1, grid.columns):
            under = [where[r + down, c + across] for r, c in spots if (r + down, c + across) in where]
            place = [where[r + down, c + across] for r, c in where if (r + down, c + across) in where]
            if len(place) < LEAST_PLACE * len(where) or len(under) < LEAST_SPOTS * len(spots):
                continue
            one, other = (sum(who[i] for i in under) / sum(who[i] for i in place) if place else np.nan for who in (people, others))
            if one > 0 and other > 0:
                found[down, across] = (np.log(one / other), len(under))
    return found


def p_value_by_hand(found, spots):
    """The slow twin of the rank: scaled for the cells left by the power that the shifts themselves show."""
    ratios, left = (np.array(column) for column in zip(*found.values(), strict=True))
    middle = sum(ratios) / len(ratios)
    away = [abs(one - middle) for one in ratios]
    slope = np.polyfit(np.log(left), np.log(np.array(away) + 1e-12), 1)[0] if len(set(left)) > 1 else 0.0
    power = min(max(-slope, 0.0), 0.5)
    real = abs(found[0, 0][0] - middle) * spots**power
    return sum(one * cells**power >= real * (1 - 1e-9) for one, cells in zip(away, left, strict=True)) / len(away)


@pytest.fixture(scope="module")
def odd_town():
    """A small place with a bite out of it and a hole, three areas, and people who differ from cell to cell."""
    import geopandas as gpd
    import shapely

    from evenhand.places.grid import make_grid

    outline = shapely.box(0, 0, 2400, 2100) - shapely.box(1800, 1500, 2500, 2200) - shapely.box(400, 400, 700, 700)
    grid = make_grid(gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[outline], crs="EPSG:27700"), cell_m=100)
    rng = np.random.default_rng(3)
    flagged = np.zeros(len(grid), dtype=bool)
    flagged[rng.choice(len(grid), 12, replace=False)] = True
    return grid, flagged, rng.gamma(2, 10, len(grid)), rng.gamma(2, 30, len(grid))


def test_ratios_by_fft_equal_a_loop_over_shifts(odd_town):
    """To 1e-9: the FFT adds the same products in another order."""
    grid, flagged, people, others = odd_town
    fast, slow = shifts(grid, flagged, people, others), ratios_by_hand(grid, flagged, people, others)
    assert fast.observed == pytest.approx(slow[0, 0][0], rel=1e-9)
    assert len(fast.moved) == len(slow) > 100
    np.testing.assert_allclose(np.sort(fast.moved), np.sort([ratio for ratio, _ in slow.values()]), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(np.sort(fast.left), np.sort([left for _, left in slow.values()]), atol=1e-6)
    assert fast.p_value == pytest.approx(p_value_by_hand(slow, flagged.sum()), abs=1e-12)


def test_the_p_value_does_not_hang_on_which_group_is_called_the_reference(odd_town):
    grid, flagged, people, others = odd_town
    assert shifts(grid, flagged, people, others).p_value == shifts(grid, flagged, others, people).p_value


def test_groups_without_residents_have_no_p_value(odd_town):
    grid, flagged, people, others = odd_town
    found = exposure_p_values(grid, flagged, np.column_stack([people, np.zeros(len(grid)), others]), ["some", "nobody", "rest"], reference="rest")
    assert list(found) == ["some"]


def test_a_place_too_small_for_enough_shifts_gives_no_p_value(odd_town):
    import geopandas as gpd
    import shapely

    from evenhand.places.grid import make_grid

    grid = make_grid(gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 500, 500)], crs="EPSG:27700"), cell_m=100)
    flagged = np.arange(len(grid)) == 12
    assert shifts(grid, flagged, np.arange(1.0, 26), np.ones(25)).p_value is None


def rejections(towns, test) -> int:
    """How many are rejected; a town that allows no test, its spots all in one corner, is not."""
    p_values = [test(*one) for one in towns]
    return sum(p is not None and p <= NOMINAL for p in p_values)


def of_shifts(grid, flagged, people, others):
    return shifts(grid, flagged, people, others).p_value


def of_shuffling(grid, flagged, people, others):
    return permutation_p_value(flagged, people, others, np.random.default_rng(int(flagged @ np.arange(len(flagged)))))


def test_unrelated_smooth_maps_are_rejected_as_often_as_stated():
    """300 pairs of unrelated maps; beyond these limits chance would lead a rate of 3 to 7 % once in a thousand times."""
    each = 60
    wrongly = rejections((unrelated(seed, m) for m in SMOOTHNESS_M for seed in range(each)), of_shifts)
    of = each * len(SMOOTHNESS_M)
    assert binom.ppf(0.0005, of, 0.03) <= wrongly <= binom.ppf(0.9995, of, 0.07), f"{wrongly} of {of}"


@pytest.mark.slow
def test_unrelated_smooth_maps_are_rejected_3_to_7_percent_of_the_time():
    each = 500
    wrongly = {m: rejections((unrelated(seed, m) for seed in range(1000, 1000 + each)), of_shifts) / each for m in SMOOTHNESS_M}
    assert 0.03 <= np.mean(list(wrongly.values())) <= 0.07, wrongly


@pytest.mark.slow
def test_so_are_maps_of_which_one_is_smoother_than_the_other():
    each, pairs = 400, [(900, 300), (300, 900), (600, 300), (300, 600)]
    wrongly = {pair: rejections((unrelated(seed, *pair) for seed in range(each)), of_shifts) / each for pair in pairs}
    assert 0.03 <= np.mean(list(wrongly.values())) <= 0.07, wrongly


def test_shuffling_cells_rejects_unrelated_smooth_maps_far_too_often():
    """Why the usual test is not used: it takes neighbours for strangers."""
    each = 30
    wrongly = rejections((unrelated(seed, m) for m in SMOOTHNESS_M for seed in range(each)), of_shuffling)
    assert wrongly / (each * len(SMOOTHNESS_M)) > 0.20


def test_a_strong_association_is_found_most_of_the_time():
    each = 20
    found = rejections((planted(seed, m) for m in SMOOTHNESS_M[:3] for seed in range(each)), of_shifts)
    assert found / (each * 3) > 0.7


def test_the_place_is_the_real_one():
    grid, residents = southend()
    assert residents.sum() == pytest.approx(180_677, rel=1e-9)
    assert grid.area_km2.sum() == pytest.approx(41.66, abs=0.01)
