"""Area models against statsmodels and scikit-learn called by hand, and on what is odd about a place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.places.density import exact_density
from evenhand.systems import socio_economic
from evenhand.systems.socio_economic import on_cells
from evenhand.tables.errors import BadSetting, CannotAnswer, EmptyTable, MissingTable, VintageMix
from tests.systems.area_town import MONTHS, UNTIL, crimes_from, crimes_of, deprivation_of, people_of, town_of, wide

SIDE = 7


@pytest.fixture(scope="module")
def town():
    """49 areas; crimes go with residents, with one group's share and with deprivation; two years."""
    rng = np.random.default_rng(3)
    grid = town_of(SIDE)
    people, index = people_of(grid, rng), deprivation_of(grid, rng)
    counts = wide(people, grid)
    decile = index[index["domain"] == "income"].set_index("area_code")["decile"].loc[list(grid.area_codes)].to_numpy()
    rate = np.exp(-6.5 + 2.0 * counts[:, 1] / counts.sum(axis=1) + 0.1 * (11 - decile))
    return grid, crimes_of(grid, counts.sum(axis=1) * rate, rng), people, index


def learnt(town, **settings):
    grid, crime, people, index = town
    return socio_economic.fit(crime, grid, **{"until": UNTIL, "residents": people, "deprivation": index, **settings})


def by_hand(town, *, bandwidth_m=500.0):
    """Crimes of areas and months, the same smoothed, deciles turned round, shares of two groups, residents: all counted anew."""
    grid, crime, people, index = town
    area_of_cell = grid.covered_m2.toarray().argmax(axis=1)
    crimes, smoothed = np.zeros((2, SIDE**2, len(MONTHS)))
    for number, month in enumerate(MONTHS):
        rows = crime[crime["month"] == month]
        np.add.at(crimes[:, number], area_of_cell[grid.cell_of(rows["x_m"], rows["y_m"])], rows["events"])
        density = exact_density(grid.centres_m, rows[["x_m", "y_m"]].to_numpy(), rows["events"], bandwidth_m=bandwidth_m)
        smoothed[:, number] = grid.covered_m2.toarray().T @ density
    deciles = [
        11.0 - index[index["domain"] == domain].set_index("area_code")["decile"].loc[list(grid.area_codes)].to_numpy()
        for domain in ("income", "employment", "education")
    ]
    counts = wide(people, grid)
    return crimes, smoothed, np.column_stack([*deciles, counts[:, :2] / counts.sum(axis=1, keepdims=True)]), counts.sum(axis=1)


@pytest.mark.parametrize("intensity", ["covariate", "none"])
def test_the_regression_is_statsmodels_on_inputs_built_by_hand(intensity, town):
    """Explained: the last 12 months, by the 12 before. Then the last 12 go in, and a twelfth of what comes out is a month's."""
    sm = pytest.importorskip("statsmodels.api")
    crimes, smoothed, census, people = by_hand(town)
    sources = [crimes, smoothed] if intensity == "covariate" else [crimes]


    def inputs(months):
        earlier = [one[:, months].sum(axis=1) for one in sources]
        return np.column_stack([*(np.log((one + 0.5) / (one.sum() * people / people.sum() + 0.5)) for one in earlier), census])

    then, now = inputs(slice(0, 12)), inputs(slice(12, 24))
    middle, spread = then.mean(axis=0), then.std(axis=0)
    peer = sm.GLM(crimes[:, 12:].sum(axis=1), sm.add_constant((then - middle) / spread), family=sm.families.Poisson(), offset=np.log(people)).fit(tol=1e-14)
    model = learnt(town, ridge=0.0, intensity=intensity)
    np.testing.assert_allclose(model.learnt.regression.coefficients, peer.params, rtol=1e-7, atol=1e-9)
    expected = people * np.exp(peer.params[0] + (now - middle) / spread @ peer.params[1:]) / 12
    np.testing.assert_allclose(model.learnt.expected, expected, rtol=1e-7)
    cells = np.repeat(np.repeat((expected / 16).reshape(SIDE, SIDE), 4, axis=0), 4, axis=1).ravel()
    np.testing.assert_allclose(socio_economic.score(model), cells, rtol=1e-7)


def test_the_forest_is_scikit_learns_on_inputs_built_by_hand(town):
    """To the last digit: the same rows in the same order, the same seed."""
    ensemble = pytest.importorskip("sklearn.ensemble")
    crimes, smoothed, census, people = by_hand(town)

    def inputs(month):
        backs = [source[:, max(0, month - back) : month].mean(axis=1) for source in (crimes, smoothed) for back in (1, 3, 12)]
        return np.column_stack([people, *backs, census])

    rows = np.vstack([inputs(month) for month in range(12, 24)])
    forest = ensemble.RandomForestRegressor(n_estimators=30, min_samples_leaf=5, max_features=1 / 3, random_state=2)
    forest.fit(rows, np.concatenate([crimes[:, month] for month in range(12, 24)]))
    model = learnt(town, variant="predvol", trees=30, seed=2)
    np.testing.assert_allclose(model.learnt.expected, forest.predict(inputs(24)), rtol=1e-9)
    np.testing.assert_allclose(model.learnt.importances, forest.feature_importances_, rtol=1e-9)
    assert model.learnt.names == (
        "base", *(f"earlier crimes {where}, last {back}" for where in ("here", "here and near") for back in (1, 3, 12)),
        "deprivation: income", "deprivation: employment", "deprivation: education", "share of residents: Asian", "share of residents: Black",
    )  # fmt: skip
    assert (learnt(town, variant="predvol", trees=30, seed=3).cells != model.cells).any()


@pytest.mark.parametrize("variant", ["paved", "predvol"])
def test_an_area_held_out_is_judged_by_a_model_that_has_not_seen_it(variant, town):
    """Five parts, dealt out in turn. By hand for one of them: the areas of that part are judged as by a table that never held their
    crimes in the months explained; here they are given ten times as many there, and nothing moves but the others."""
    grid, crime, people, index = town
    settings = {"variant": variant, "own_area": "held-out", "trees": 20, "inputs": "residents-and-deprivation"}
    area = grid.covered_m2.toarray().argmax(axis=1)[grid.cell_of(crime["x_m"], crime["y_m"])]
    more = crime.assign(events=np.where((area % 5 == 2) & (crime["month"] >= MONTHS[12]), 10 * crime["events"], crime["events"]))
    first, second = (
        socio_economic.fit(one, grid, until=UNTIL, residents=people, deprivation=index, **settings).learnt.expected for one in (crime, more)
    )
    apart = np.arange(49) % 5 == 2
    np.testing.assert_allclose(second[apart], first[apart], rtol=1e-9)
    assert second[~apart].sum() > 1.5 * first[~apart].sum()
    seen = socio_economic.fit(more, grid, until=UNTIL, residents=people, deprivation=index, **{**settings, "own_area": "learnt-from"}).learnt.expected
    assert seen[apart].sum() > 2 * second[apart].sum()


@pytest.mark.parametrize("variant", ["paved", "predvol"])
def test_a_table_with_one_month_has_no_earlier_crimes_to_learn_from(variant, town):
    model = learnt(town, until=MONTHS[0], variant=variant)
    assert "earlier crimes" not in model.learnt.families
    with pytest.raises(CannotAnswer, match="one month of records.*Choose another reading"):
        learnt(town, until=MONTHS[0], variant=variant, inputs="crime-only")


def test_residents_only_is_a_map_of_who_lives_there():
    """Areas with the same residents get the same score, whatever was recorded in them."""
    rng = np.random.default_rng(8)
    grid = town_of(4)
    people = people_of(grid, rng)
    kind = np.arange(16) % 3  # the census knows three kinds of area
    people["residents"] = wide(people, grid)[kind].ravel().astype(int)
    crime = crimes_of(grid, rng.uniform(1, 9, 16), rng)
    expected = socio_economic.fit(crime, grid, until=UNTIL, residents=people, inputs="residents-only").learnt.expected
    for one in range(3):
        np.testing.assert_allclose(expected[kind == one], expected[one], rtol=1e-12)
    with_crime = socio_economic.fit(crime, grid, until=UNTIL, residents=people, inputs="crime-and-residents").learnt.expected
    assert len(np.unique(with_crime.round(9))) == 16


@pytest.mark.parametrize("spread", ["even", "by-intensity"])
def test_what_is_expected_of_areas_is_all_there_on_their_cells(spread, town, grid):
    """On a town of whole cells and on a grid that areas cut through."""
    here = town[0]
    for one in (here, grid):
        expected = np.random.default_rng(1).uniform(0, 9, len(one.area_codes))
        density = np.where(np.arange(len(one)) % 5 == 0, 1.0, 0.0)
        density[: len(one) // 3] = 0.0  # some areas without any
        assert on_cells(expected, one, spread=spread, density=density).sum() == pytest.approx(expected.sum(), rel=1e-12)


def test_an_areas_figure_falls_on_its_cells_as_the_reading_says():
    """By hand: two areas of 2 x 2 cells; all of the first one's past crime was in its first cell; the second has none."""
    from evenhand.places.grid import make_grid

    geopandas, shapely = pytest.importorskip("geopandas"), pytest.importorskip("shapely")
    two = geopandas.GeoDataFrame({"area_code": ["A", "B"]}, geometry=[shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2)], crs="EPSG:27700")
    grid = make_grid(two, cell_m=1)
    expected, density = np.array([8.0, 4.0]), np.array([3.0, 0, 0, 0, 0, 0, 0, 0])
    assert on_cells(expected, grid, spread="even", density=density).tolist() == [2, 2, 1, 1, 2, 2, 1, 1]
    assert on_cells(expected, grid, spread="by-intensity", density=density).tolist() == [8, 0, 1, 1, 0, 0, 1, 1]
    assert on_cells(expected, grid, spread="by-intensity", density=None).tolist() == [2, 2, 1, 1, 2, 2, 1, 1]
    assert on_cells(expected, grid, spread="area-score", density=None).tolist() == [8, 8, 4, 4, 8, 8, 4, 4]


def test_an_area_with_no_residents_is_left_out_and_expects_nothing(town):
    grid, crime, people, index = town
    empty = people.assign(residents=people["residents"].where(people["area_code"] != "A010", 0))
    for variant in ("paved", "predvol"):
        model = socio_economic.fit(crime, grid, until=UNTIL, residents=empty, deprivation=index, variant=variant)
        assert model.learnt.expected[10] == 0
        assert (np.delete(model.learnt.expected, 10) > 0).all()
    assert socio_economic.fit(crime, grid, until=UNTIL, residents=empty, deprivation=index, base="ground").learnt.expected[10] > 0
    with pytest.raises(CannotAnswer, match="Nobody lives in any area"):
        socio_economic.fit(crime, grid, until=UNTIL, residents=people.assign(residents=0), deprivation=index)


def test_residents_lacking_an_area_or_of_another_vintage_are_refused(town):
    grid, crime, people, index = town
    with pytest.raises(VintageMix, match="'residents' has no rows for 1 of the 49 areas.*A010"):
        socio_economic.fit(crime, grid, until=UNTIL, residents=people[people["area_code"] != "A010"], deprivation=index)
    with pytest.raises(VintageMix, match="'residents' has no rows for 49"):
        socio_economic.fit(crime, grid, until=UNTIL, residents=people.assign(area_code="E01" + people["area_code"]), deprivation=index)
    with pytest.raises(MissingTable, match="residents"):
        socio_economic.fit(crime, grid, until=UNTIL, deprivation=index)


def test_inputs_made_up_of_others_or_constant_are_left_out_and_named(town):
    """A domain that copies another, one that is the same everywhere, and a group that nobody belongs to."""
    grid, crime, people, index = town
    income = index[index["domain"] == "income"]
    copied = pd.concat([income, income.assign(domain="employment"), income.assign(domain="education", decile=4)])
    nobody = people[people["group"] == "White"].assign(group="Other", residents=0)
    model = socio_economic.fit(crime, grid, until=UNTIL, residents=pd.concat([people, nobody]), deprivation=copied, ridge=0.0)
    assert model.learnt.left_out == ("deprivation: employment", "deprivation: education", "share of residents: Other")
    assert model.reference == "White"
    without = socio_economic.fit(crime, grid, until=UNTIL, residents=people, deprivation=copied, domains="income", ridge=0.0)
    np.testing.assert_allclose(model.cells, without.cells, rtol=1e-9)


def test_which_group_is_left_out_does_not_move_the_map_without_a_pull(town):
    """The shares add up to one, so each choice of the one left out says the same in other words."""
    grid, crime, people, _ = town
    swapped = people.assign(group=people["group"].map({"White": "Asian", "Asian": "White", "Black": "Black"}))
    maps = [socio_economic.fit(crime, grid, until=UNTIL, residents=one, ridge=0.0) for one in (people, swapped)]
    assert [one.reference for one in maps] == ["White", "Asian"]
    np.testing.assert_allclose(maps[0].cells, maps[1].cells, rtol=1e-9)
    other = people.assign(residents=np.where(people["group"] == "White", 1, people["residents"]))
    assert socio_economic.fit(crime, grid, until=UNTIL, residents=other, ridge=0.0).reference != "White"


def one_crime(grid, month=MONTHS[-1]):
    x, y = grid.centres_m[5]
    return pd.DataFrame({"month": [MONTHS[0], month], "x_m": x, "y_m": y, "crime_type": ["Drugs", "Burglary"], "events": 1})


def test_one_crime_gives_a_map_with_a_pull_and_a_reason_without(town):
    grid, _, people, index = town
    score = socio_economic.score(socio_economic.fit(one_crime(grid), grid, until=UNTIL, residents=people, deprivation=index))
    assert np.isfinite(score).all()
    assert score.sum() == pytest.approx(1 / 12), "one crime in the twelve months explained"
    with pytest.raises(CannotAnswer, match="grows without end.*Choose another reading"):
        socio_economic.fit(one_crime(grid), grid, until=UNTIL, residents=people, deprivation=index, ridge=0.0)


@pytest.mark.parametrize("variant", ["paved", "predvol"])
def test_crimes_only_before_the_months_explained_are_a_reason(variant, town):
    grid, _, people, index = town
    old = pd.concat([one_crime(grid, MONTHS[2]), one_crime(grid).assign(crime_type="Drugs")])
    with pytest.raises(CannotAnswer, match="no events in the months to be explained.*Choose another reading of `target_months`"):
        socio_economic.fit(old, grid, until=UNTIL, residents=people, deprivation=index, variant=variant)


@pytest.mark.parametrize("variant", ["paved", "predvol"])
def test_all_crimes_in_one_cell_make_its_area_the_first(variant, town):
    grid, _, people, index = town
    counts = np.zeros((49, 24), dtype=int)
    counts[24] = 5
    crime = crimes_from(grid, counts, np.random.default_rng(1))
    crime["x_m"], crime["y_m"] = crime["x_m"].iloc[0], crime["y_m"].iloc[0]
    model = socio_economic.fit(crime, grid, until=UNTIL, residents=people, deprivation=index, variant=variant, inputs="crime-only")
    assert model.learnt.expected.argmax() == 24
    assert np.isfinite(model.cells).all()


def test_one_area_alone_shares_out_its_own_count():
    grid = town_of(1)
    rng = np.random.default_rng(2)
    people = people_of(grid, rng)
    crime = crimes_of(grid, np.array([6.0]), rng)
    model = socio_economic.fit(crime, grid, until=UNTIL, residents=people)
    last = crime[crime["month"] >= MONTHS[12]]["events"].sum()
    assert model.cells.sum() == pytest.approx(last / 12)
    assert len(model.learnt.left_out) == 4, "one area tells nothing apart: no input is kept"
    with pytest.raises(CannotAnswer, match="There is one area.*Choose another reading of `own_area`"):
        socio_economic.fit(crime, grid, until=UNTIL, residents=people, own_area="held-out")


def test_no_events_are_refused(town):
    grid, crime, people, _ = town
    with pytest.raises(EmptyTable, match="nothing to learn from"):
        socio_economic.fit(crime.assign(crime_type="Drugs"), grid, until=UNTIL, residents=people)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"variant": "oracle"}, "no variant 'oracle'"),
        ({"inputs": "names"}, "no inputs 'names'"),
        ({"domains": "crime"}, "no domains 'crime'"),
        ({"domains": "overall"}, "no domains 'overall'"),
        ({"base": "cars"}, "no base 'cars'"),
        ({"intensity": "high"}, "no intensity 'high'"),
        ({"spread": "thin"}, "no spread 'thin'"),
        ({"own_area": "seen"}, "no own_area 'seen'"),
        ({"placing": "by-eye"}, "no placing 'by-eye'"),
        ({"ridge": -1.0}, "ridge=-1.0"),
        ({"target_months": 0}, "target_months=0"),
        ({"history_months": 0}, "history_months=0"),
        ({"trees": 0}, "trees=0"),
        ({"least_in_leaf": 0}, "least_in_leaf=0"),
        ({"intensity_bandwidth_m": 0.0}, "metres above zero"),
    ],
)
def test_a_setting_that_is_none_is_refused_by_name(settings, says, town):
    with pytest.raises(BadSetting, match=says):
        learnt(town, **settings)
