"""Hot spots against loops over cells and crimes, and against the libraries that draw the same surfaces."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from evenhand.places.bandwidths import bandwidth_by_rule
from evenhand.places.gi_star import gi_star
from evenhand.systems import count_map, hot_spot_methods, hot_spots, kernel_surfaces
from evenhand.systems.flagging import flag
from evenhand.systems.harm_weights import weights_for
from evenhand.tables.errors import BadSetting, CannotAnswer, EmptyTable, MissingTable, VintageMix
from tests.places.gi_star_by_hand import gi_star_by_hand, weights_by_loop
from tests.places.kernels_by_hand import BY_HAND, density_by_loop
from tests.systems.conftest import also_made_up

KINDS = ("Violence and sexual offences", "Robbery", "Drugs")
UNTIL = "2024-02"
RESIDENTS = also_made_up()["residents"]


def fitted(crime, grid, **settings):
    return hot_spots.fit(crime, grid, until=UNTIL, **{"residents": RESIDENTS, **settings})


def one_each(crime, kinds=KINDS) -> pd.DataFrame:
    """A row for each crime that may be learnt from."""
    used = crime[crime["crime_type"].isin(kinds) & (crime["month"] <= UNTIL) & crime["x_m"].notna()]
    return used.loc[used.index.repeat(used["events"])]


def points_of(crime, kinds=KINDS) -> np.ndarray:
    return one_each(crime, kinds)[["x_m", "y_m"]].to_numpy()


def inside(points, grid) -> np.ndarray:
    return points[grid.cell_of(*points.T) >= 0]


def at(points, **columns) -> pd.DataFrame:
    """Robberies at points, as the table."""
    x, y = np.asarray(points, dtype=float).T
    return pd.DataFrame({"month": "2024-01", "x_m": x, "y_m": y, "crime_type": "Robbery", "events": 1, **columns})


@pytest.mark.parametrize("kernel", BY_HAND)
@pytest.mark.parametrize("weights", ["equal", "css-mean"])
def test_the_density_is_a_double_loop_over_cells_and_crimes(kernel, weights, crime, grid):
    rows, harm = one_each(crime), weights_for(weights, KINDS)
    slow = density_by_loop(grid.centres_m, rows[["x_m", "y_m"]].to_numpy(), rows["crime_type"].map(harm), kernel, 250.0)
    fast = fitted(crime, grid, kernel=kernel, weights=weights, bandwidth="fixed", bandwidth_m=250.0)
    np.testing.assert_allclose(fast.values, slow, rtol=1e-9, atol=1e-9 * slow.max())
    assert fast.metres == 250


@pytest.mark.parametrize("rule", ["arcgis", "nrd", "nrd-easting"])
def test_the_bandwidth_is_the_rules_for_the_crimes_in_the_place(rule, crime, grid):
    """Those outside reach in, but do not widen the bandwidth; nor does harm."""
    points = inside(points_of(crime), grid)
    expected = bandwidth_by_rule(rule, points, np.ones(len(points)))
    model = fitted(crime, grid, bandwidth=rule, weights="css-mean")
    assert model.metres == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(model.values, fitted(crime, grid, bandwidth="fixed", bandwidth_m=expected, weights="css-mean").values, rtol=1e-9)


@pytest.mark.parametrize(("kernel", "tolerance"), [("epanechnikov", 1e-9), ("gaussian", 1e-3)])
def test_densities_are_those_of_scikit_learn(kernel, tolerance, crime, grid):
    """Of the surface's peak. The Gaussian is cut at four bandwidths here and goes on for ever there: 0.03 % of each."""
    from sklearn.neighbors import KernelDensity

    points = points_of(crime)
    theirs = len(points) * np.exp(KernelDensity(kernel=kernel, bandwidth=300.0, rtol=1e-12).fit(points).score_samples(grid.centres_m))
    ours = fitted(crime, grid, kernel=kernel, bandwidth="fixed").values
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance * theirs.max())


@pytest.mark.filterwarnings("ignore")  # the peer warns of its own affairs
@pytest.mark.parametrize("rule", ["arcgis", "nrd"])
def test_the_quartic_density_is_kdepys(rule, crime, grid):
    """Its exact sum over a tree, to 1e-5 of the peak, for it searches a root for the kernel's reach. Its bandwidth is the kernel's standard deviation."""
    kdepy = pytest.importorskip("KDEpy")
    model, points = fitted(crime, grid, bandwidth=rule), points_of(crime)
    tree = kdepy.TreeKDE(kernel="biweight", bw=1 / math.sqrt(7)).fit(points / model.metres)
    theirs = len(points) / model.metres**2 * tree.evaluate(grid.centres_m / model.metres)
    np.testing.assert_allclose(model.values, theirs, rtol=0, atol=1e-5 * theirs.max())


@pytest.mark.parametrize("weights", ["equal", "css-median"])
def test_gi_star_tests_counts_or_the_weighted_sum(weights, crime, grid):
    """The weighted sum, not the counts: a leading package left the weights out (sfhotspot, issue 86)."""
    rows, harm = one_each(crime), weights_for(weights, KINDS)
    values = np.zeros(len(grid))
    for x, y, kind in rows[["x_m", "y_m", "crime_type"]].itertuples(index=False):
        cell = int(grid.cell_of([x], [y])[0])
        values[cell] += harm[kind] if cell >= 0 else 0
    slow = gi_star_by_hand(values, weights_by_loop(grid, (1, 1)))
    model = fitted(crime, grid, method="gi-star", weights=weights)
    np.testing.assert_allclose(model.values, slow, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(model.scores, np.maximum(slow, 0), rtol=1e-9, atol=1e-12)


def test_the_weighted_and_the_plain_gi_star_differ(crime, grid):
    plain, weighted = (fitted(crime, grid, method="gi-star", weights=weights).values for weights in ("equal", "css-mean"))
    assert np.corrcoef(plain, weighted)[0, 1] < 0.95


def test_counts_are_the_count_maps(crime, grid):
    np.testing.assert_array_equal(fitted(crime, grid, method="counts").scores, count_map.score(count_map.fit(crime, grid, until=UNTIL)))


def test_the_ratio_to_all_crime_is_one_surface_over_the_other(crime, grid):
    every = sorted(crime["crime_type"].unique())
    model = fitted(crime, grid, method="dual-kde", denominator="all-crime", floor_share=1e-9, bandwidth="fixed", bandwidth_m=400.0)
    above, below = (density_by_loop(grid.centres_m, one, np.ones(len(one)), "quartic", 400.0) for one in (points_of(crime), points_of(crime, every)))
    known = below > 0
    np.testing.assert_allclose(model.values[known], above[known] / below[known], rtol=1e-9)
    assert (model.values[known] <= 1).all()


def test_the_ratio_to_residents_is_crimes_over_people_spread_alike(crime, grid):
    people = kernel_surfaces.people_in_cells(RESIDENTS, grid)
    assert people.sum() == pytest.approx(RESIDENTS["residents"].sum())
    model = fitted(crime, grid, method="dual-kde", bandwidth="fixed", bandwidth_m=400.0, floor_share=0.1)
    above = density_by_loop(grid.centres_m, points_of(crime), np.ones(len(points_of(crime))), "quartic", 400.0)
    below = density_by_loop(grid.centres_m, grid.centres_m, people, "quartic", 400.0)
    np.testing.assert_allclose(model.values, above / np.maximum(below, 0.1 * below.mean()), rtol=1e-9)


def test_where_residents_are_few_the_ratio_rises_and_the_density_does_not(crime, grid):
    emptied = RESIDENTS.assign(residents=np.where(RESIDENTS["area_code"] == "E", 1, 500))
    middle = grid.covered_m2[:, [grid.area_codes.index("E")]].toarray().ravel() > 0
    ratios, density = (fitted(crime, grid, method=method, residents=emptied, bandwidth="fixed").scores for method in ("dual-kde", "kde"))
    assert ratios[middle].mean() / ratios[~middle].mean() > 2 * density[middle].mean() / density[~middle].mean()


EMPTY_MIDDLE = RESIDENTS.assign(residents=np.where(RESIDENTS["area_code"] == "E", 0, 500))
UNDER = {
    "kernel": {"method": "kde"}, "bandwidth": {"method": "kde"}, "bandwidth_m": {"method": "kde", "bandwidth": "fixed"}, "weights": {"method": "kde"},
    "denominator": {"method": "dual-kde"}, "floor_share": {"method": "dual-kde", "residents": EMPTY_MIDDLE}, "neighbourhood": {"method": "gi-star"},
    "band_m": {"method": "gi-star", "neighbourhood": "distance-band"}, "significance": {"method": "gi-star"}, "outcome": {}, "method": {},
}  # fmt: skip
"""The other settings under which each reading acts."""


@pytest.mark.parametrize("setting", UNDER)
def test_every_reading_changes_the_map_where_it_acts(setting, grid):
    """On a made-up town with a crowded quarter, so that every method has something to say."""
    rng = np.random.default_rng(4)
    spots = np.concatenate([rng.uniform([10_000, 20_000], [11_700, 21_400], (900, 2)), rng.normal([10_700, 20_900], 90, (250, 2))])
    town = at(spots, crime_type=rng.choice([*KINDS, "Possession of weapons", "Burglary"], len(spots)))
    reading = next(one for one in hot_spots.CARD.readings if one.setting == setting)
    maps = [fitted(town, grid, **{**UNDER[setting], setting: choice}).scores.round(12).tolist() for choice in reading.choices]
    assert all(maps.count(one) == 1 for one in maps)
    assert set(hot_spots.CARD.defaults) == {*UNDER, "cell_m"}


def test_significance_takes_cells_away_and_never_changes_their_order(grid):
    rng = np.random.default_rng(4)
    town = at(np.concatenate([rng.uniform([10_000, 20_000], [11_700, 21_400], (300, 2)), rng.normal([10_700, 20_900], 120, (150, 2))]))
    every, p05, fdr = (fitted(town, grid, method="gi-star", significance=rule).scores for rule in ("none", "p05", "fdr"))
    assert (every > 0).sum() > (p05 > 0).sum() > (fdr > 0).sum() > 0
    for kept in (p05, fdr):
        np.testing.assert_array_equal(kept[kept > 0], every[kept > 0])
        assert every[kept == 0].max() <= kept[kept > 0].min()


def test_the_reach_chosen_by_morans_peak_is_used_and_told(crime, grid):
    model = fitted(crime, grid, method="gi-star", neighbourhood="moran-peak")
    assert model.metres % 150 == 0
    assert model.metres > 0
    np.testing.assert_array_equal(model.values, fitted(crime, grid, method="gi-star", neighbourhood="distance-band", band_m=model.metres).values)


def test_points_are_taken_in_parts_where_memory_asks_for_it(crime, grid, monkeypatch):
    whole = fitted(crime, grid).values
    monkeypatch.setattr(kernel_surfaces, "MOST_PAIRS", 100)
    np.testing.assert_allclose(fitted(crime, grid).values, whole, rtol=1e-12)


ONE_POINT = [[10_450.0, 20_650.0]]


@pytest.mark.parametrize("rows", [at(ONE_POINT), at(ONE_POINT * 30), at(ONE_POINT, events=30)], ids=["one event", "at one point", "duplicates in a row"])
def test_crimes_without_spread_get_no_bandwidth_from_a_rule_and_a_map_from_the_rest(rows, grid):
    for rule in ("arcgis", "nrd", "nrd-easting"):
        with pytest.raises(CannotAnswer, match=r"gives 0 m.*Choose another reading"):
            fitted(rows, grid, bandwidth=rule)
    for settings in ({"bandwidth": "fixed"}, {"method": "gi-star"}, {"method": "counts"}, {"method": "dual-kde", "bandwidth": "fixed"}):
        found = fitted(rows, grid, **settings).scores
        assert found[grid.cell_of(*np.transpose(ONE_POINT))[0]] == found.max() > 0, settings


def test_all_in_one_cell_gives_a_narrow_bandwidth_and_may_reach_no_middle(grid):
    corner = np.random.default_rng(1).uniform([10_502, 20_552], [10_508, 20_558], (50, 2))
    with pytest.raises(CannotAnswer, match="reaches the middle of a cell.*Choose another reading"):
        fitted(at(corner), grid)
    assert fitted(at(corner), grid, method="gi-star").scores.argmax() in np.flatnonzero(fitted(at(corner), grid, method="gi-star").scores > 0)


def test_the_same_number_in_every_cell_stands_out_nowhere(grid):
    everywhere = at(grid.centres_m)
    with pytest.raises(CannotAnswer, match="All cells hold the same.*Choose another reading"):
        fitted(everywhere, grid, method="gi-star")
    assert (fitted(everywhere, grid, method="counts").scores == 1).all()


def test_crimes_of_another_place_and_none_at_all_are_refused(grid):
    with pytest.raises(EmptyTable, match="another place"):
        fitted(at([[500_000.0, 200_000.0]]), grid)
    with pytest.raises(EmptyTable, match="nothing to learn from"):
        fitted(at(ONE_POINT, month="2025-01"), grid)


def test_no_significant_cell_is_said_so(grid):
    """A chequerboard: every neighbourhood holds about the same."""
    row, column = np.divmod(grid.slots, grid.columns)
    board = at(grid.centres_m[(row + column) % 2 == 0])
    with pytest.raises(CannotAnswer, match=r"No cell stands out.*Choose another reading"):
        fitted(board, grid, method="gi-star", significance="fdr")


def test_residents_that_are_not_there_are_asked_for(crime, grid):
    with pytest.raises(MissingTable, match="choose another reading: denominator='all-crime'"):
        fitted(crime, grid, method="dual-kde", residents=None)
    with pytest.raises(VintageMix, match="residents"):
        fitted(crime, grid, method="dual-kde", residents=RESIDENTS[RESIDENTS["area_code"] != "A"])
    with pytest.raises(CannotAnswer, match="zero everywhere.*Choose another reading"):
        fitted(crime, grid, method="dual-kde", residents=RESIDENTS.assign(residents=0))


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"method": "ellipse"}, "no method 'ellipse'.*gi-star"),
        ({"bandwidth": "scott"}, "no bandwidth 'scott'.*arcgis"),
        ({"neighbourhood": "bishop"}, "no neighbourhood 'bishop'"),
        ({"significance": "p01"}, "no significance 'p01'"),
        ({"denominator": "workday"}, "no denominator 'workday'"),
        ({"floor_share": 0.0}, "share of the mean above 0"),
        ({"kernel": "biweight"}, "no kernel 'biweight'"),
        ({"bandwidth": "fixed", "bandwidth_m": -5.0}, "metres above zero"),
        ({"method": "gi-star", "neighbourhood": "distance-band", "band_m": -5.0}, "metres from 0"),
        ({"weights": "mine"}, "no set of harm weights 'mine'"),
    ],
)
def test_unknown_choices_are_refused_by_name(settings, says, crime, grid):
    with pytest.raises(BadSetting, match=says):
        fitted(crime, grid, **settings)


def test_methods_on_the_card_are_those_there_are():
    choices = {one.setting: one.choices for one in hot_spots.CARD.readings}
    for setting, known in hot_spot_methods.KNOWN.items():
        assert set(choices[setting]) == set(known)
    assert {name: getattr(hot_spot_methods.Rules(), name) for name in hot_spot_methods.Rules.__dataclass_fields__}.items() <= hot_spots.CARD.defaults.items()


def test_each_method_finds_a_planted_crowd(grid):
    rng = np.random.default_rng(4)
    crowd = grid.centres_m[100]
    town = at(np.concatenate([rng.uniform([10_000, 20_000], [11_700, 21_400], (300, 2)), rng.normal(crowd, 60, (120, 2))]))
    flat = RESIDENTS.assign(residents=100)
    for method in hot_spot_methods.METHODS:
        flagged = flag(fitted(town, grid, method=method, residents=flat, bandwidth="fixed").scores, grid, k=3)
        assert flagged[100], method
    assert gi_star(fitted(town, grid, method="counts").values, grid).z[100] > 5
