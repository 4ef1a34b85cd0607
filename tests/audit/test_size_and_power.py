"""How often each test of two maps is wrong, and how often it finds what is there: on a rectangle, Southend and Bristol.

Independent smooth maps, nothing between them but chance: a test at the nominal 5 % should reject 5 % of
them. Those that the audits use are held to 3 to 7 % on average over smoothness; those that others use stand beside.
"""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scipy.ndimage import gaussian_filter
from scipy.sparse import csr_array
from scipy.stats import binom, pearsonr, rankdata

from evenhand.audit.distance_classes import distance_classes
from evenhand.audit.effective_sample_size import correlation
from evenhand.audit.map_shift import Shifting
from evenhand.audit.moran_randomisation import moran_p_value, patterns_of
from evenhand.audit.neighbours import both_ways, nearest
from evenhand.audit.torus_shift import torus_correlation
from evenhand.places.grid import Grid, make_grid
from tests.audit.smooth_fields import DATA

NOMINAL = 0.05
SMOOTHNESS_M = (300, 600, 900, 1200)
BRISTOL = DATA.parents[1] / "bristol-harm-spots" / "data" / "lsoa11_bristol.geoparquet"


class Place:
    """Areas, or the cells of a rectangle, ready for maps and tests."""

    def __init__(self, areas: gpd.GeoDataFrame, cell_m: float, *, by_cell: bool = False) -> None:
        self.grid: Grid = make_grid(areas, cell_m=cell_m)
        ground = self.grid.covered_m2.T.tocsr()
        self.averaging = None if by_cell else csr_array(ground.multiply(1 / np.asarray(ground.sum(axis=1)).reshape(-1, 1)))
        points = shapely.point_on_surface(areas.geometry.to_numpy())
        self.middles = self.grid.centres_m if by_cell else np.column_stack([shapely.get_x(points), shapely.get_y(points)])
        self.classes = distance_classes(self.middles, cell_m=cell_m, by_pair=False) if by_cell else distance_classes(self.middles)
        self.near = nearest(self.middles)
        self.shifting = Shifting(self.grid, None if by_cell else self.middles)

    def field(self, smoothness_m: float, rng: np.random.Generator) -> np.ndarray:
        """White noise smoothed over a canvas larger than the place, averaged over each area; mean 0, standard deviation 1."""
        wide = smoothness_m / self.grid.cell_m
        pad = int(4 * wide) + 2
        noise = rng.normal(size=(self.grid.rows + 2 * pad, self.grid.columns + 2 * pad))
        smooth = gaussian_filter(noise, wide, mode="wrap")[pad:-pad, pad:-pad].ravel()[self.grid.slots]
        value = smooth if self.averaging is None else self.averaging @ smooth
        return (value - value.mean()) / value.std()

    def slope(self, rng: np.random.Generator) -> np.ndarray:
        """A slope in some direction, as strong as the map it is added to."""
        angle = rng.uniform(0, 2 * np.pi)
        along = self.middles @ [np.cos(angle), np.sin(angle)]
        return (along - along.mean()) / along.std()


@cache
def place(name: str) -> Place:
    """One of the three places."""
    if name == "rectangle":
        box = gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 6_000, 4_500)], crs="EPSG:27700")
        return Place(box, 150, by_cell=True)
    if name == "Southend":
        areas = gpd.read_parquet(DATA / "lsoa21_southend_castle-point_rochford.geoparquet").to_crs(27700)
        areas = areas[areas["LADCD_ACTIVE"] == "E06000033"].rename(columns={"LSOA21CD": "area_code"}).reset_index(drop=True)
    else:
        areas = gpd.read_parquet(BRISTOL).to_crs(27700).rename(columns={"LSOA11CD": "area_code"}).reset_index(drop=True)
    return Place(areas, 150)


@cache
def patterns(name: str):
    """All patterns of a place's neighbourhoods."""
    return patterns_of(both_ways(place(name).near))


def pearson(name, one, other):
    return correlation(one, other, place(name).classes, kind="pearson").p_value


def spearman(name, one, other):
    return correlation(one, other, place(name).classes).p_value


def shift(name, one, other):
    return place(name).shifting.test(one, other).p_value


def torus(name, one, other):
    grid = place(name).grid
    return torus_correlation(grid.raster(one), grid.raster(other)).p_value


def moran(name, one, other):
    return moran_p_value(one, other, patterns(name), replicates=199)


def strangers(_, one, other):
    """The usual test, which a shuffle of labels comes to as well."""
    return pearsonr(one, other).pvalue


def shuffled_moran(name, one, other, shuffles=99):
    """Bivariate Moran with one map's values shuffled over the places, as esda tests it."""
    near = place(name).near
    lag = near @ other
    rng = np.random.default_rng(int(1e6 * abs(one[0])))
    made = np.array([rng.permutation(one) @ lag for _ in range(shuffles)])
    return (1 + np.sum(np.abs(made - made.mean()) >= abs(one @ lag - made.mean()))) / (shuffles + 1)


def rejected(test, name, each, *, smoothness=SMOOTHNESS_M, shared=0.0, sloping=False, made=lambda value, rng: value) -> float:
    """Share of pairs of maps that a test rejects at the 5 % level; no p-value is no rejection."""
    there, p_values = place(name), []
    for m in smoothness:
        for seed in range(each):
            rng = np.random.default_rng([seed, int(m)])
            one, own = there.field(m, rng), there.field(m, rng)
            other = shared * one + np.sqrt(1 - shared**2) * own
            maps = [value + there.slope(rng) if sloping else value for value in (one, other)]
            p_values.append(test(name, *(made(value, rng) for value in maps)))
    return float(np.mean([p is not None and p <= NOMINAL for p in p_values]))


def flagged(value, rng):
    """The highest tenth."""
    return (value >= np.quantile(value, 0.9)).astype(float)


def counted(value, rng):
    """Recorded crimes: few, skewed."""
    return rng.poisson(2 * np.exp(value)).astype(float)


def holds(share: float, of: int) -> bool:
    """Beyond these limits chance would lead a rate of 3 to 7 % once in a thousand times."""
    return binom.ppf(0.0005, of, 0.03) / of <= share <= binom.ppf(0.9995, of, 0.07) / of


@pytest.mark.parametrize("name", ["Southend", "Bristol"])
def test_unrelated_smooth_maps_of_areas_are_rejected_as_often_as_stated(name):
    each = 40
    assert holds(rejected(spearman, name, each), each * len(SMOOTHNESS_M))


def test_the_usual_tests_reject_unrelated_smooth_maps_far_too_often():
    assert rejected(strangers, "Southend", 15) > 0.25
    assert rejected(shuffled_moran, "Southend", 15) > 0.25


def test_a_strong_association_is_found_most_of_the_time():
    assert rejected(spearman, "Bristol", 20, smoothness=(300, 600), shared=0.7) > 0.8


@pytest.mark.slow
@pytest.mark.parametrize(("name", "each"), [("rectangle", 160), ("Southend", 200), ("Bristol", 120)])
@pytest.mark.parametrize("test", [spearman, pearson])
def test_effective_places_reject_3_to_7_percent_of_unrelated_maps(test, name, each):
    """Values, counts and flags, over all smoothnesses together."""
    shares = [rejected(test, name, each // 2 if made is not None else each, **({"made": made} if made else {})) for made in (None, counted, flagged)]
    assert 0.03 <= np.mean(shares) <= 0.07, shares


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rectangle", "Bristol"])
def test_effective_places_hold_for_maps_that_slope_and_the_others_do_not(name):
    """Measured: 2 to 8 % beside 20 to 60 %."""
    assert rejected(pearson, name, 40, sloping=True) <= 0.09
    assert rejected(shift, name, 40, sloping=True) > 0.08
    if name == "Bristol":
        assert rejected(moran, name, 40, sloping=True) > 0.15


@pytest.mark.slow
@pytest.mark.parametrize(("name", "each"), [("rectangle", 100), ("Southend", 150), ("Bristol", 100)])
def test_shifts_over_any_outline_reject_2_to_10_percent_of_unrelated_maps(name, each):
    """Measured: 4 % on the rectangle, 9 % on Southend's 108 areas, 6 % on Bristol's. The audits do not use it for areas."""
    assert 0.02 <= rejected(shift, name, each) <= 0.115


@pytest.mark.slow
def test_a_torus_rejects_the_more_the_smoother_the_maps_of_a_rectangle_that_does_not_repeat():
    """Why the audits never join the edges of a real place. Measured: 4 % at 300 m, 25 % at 1500 m, on 6 by 4.5 km."""
    rough, smooth = (rejected(torus, "rectangle", 200, smoothness=(m,)) for m in (300, 1500))
    assert rough <= 0.075
    assert smooth >= 0.15


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Southend", "Bristol"])
def test_moran_randomisation_holds_for_rough_maps_and_not_for_very_smooth_ones(name):
    assert rejected(moran, name, 150, smoothness=(150, 300)) <= 0.10
    assert rejected(moran, name, 150, smoothness=(1200, 1500)) >= 0.07


@pytest.mark.slow
def test_power_falls_with_smoothness_and_rises_with_the_strength_of_association():
    """Measured on Bristol's areas, Spearman: 0.3 is found in about 85 % at 300 m and 15 % at 1200 m; 0.6 in all and in 80 %."""
    weak = [rejected(spearman, "Bristol", 60, smoothness=(m,), shared=0.3) for m in (300, 1200)]
    strong = [rejected(spearman, "Bristol", 60, smoothness=(m,), shared=0.6) for m in (300, 1200)]
    assert weak[0] > 0.6 > weak[1]
    assert strong[0] > 0.95
    assert strong[1] > 0.5


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Southend", "Bristol"])
def test_limits_hold_the_true_correlation_93_to_99_percent_of_the_time(name):
    """Limits rest on the scatter of unrelated maps, so that they are a little wide for strong correlations."""
    there, held = place(name), []
    for shared in (0.0, 0.4):
        for m in SMOOTHNESS_M[:3]:
            for seed in range(100):
                rng = np.random.default_rng([seed, int(m), 3])
                one, own = there.field(m, rng), there.field(m, rng)
                found = correlation(one, shared * one + np.sqrt(1 - shared**2) * own, there.classes, kind="pearson")
                held.append(found.low <= shared <= found.high)
    assert 0.93 <= np.mean(held) <= 0.99


def test_ranks_in_these_tests_are_those_of_spearman():
    one, other = (place("Southend").field(300, np.random.default_rng(seed)) for seed in (1, 2))
    assert spearman("Southend", one, other) == pytest.approx(pearson("Southend", rankdata(one), rankdata(other)))
