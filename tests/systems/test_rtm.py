"""Risk terrain modelling as a whole: what goes in, what comes out, bad input, and what its inputs do to the map."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from evenhand.places.grid import make_grid
from evenhand.systems import rtm
from evenhand.systems.count_models import patterns_of
from evenhand.systems.feature_homes import people_homes
from evenhand.systems.flagging import flag
from evenhand.systems.relative_risk import highest_possible_score, map_classes, priority_of
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer, EmptyTable, MissingTable

UNTIL = "2024-02"


@pytest.fixture(scope="module")
def grid():
    area = gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 4500, 4500)], crs="EPSG:27700")
    return make_grid(area, cell_m=150)


def features_at(**kinds):
    """A table of features from points by kind."""
    return pd.concat([pd.DataFrame({"feature_type": kind, "x_m": np.array(at)[:, 0], "y_m": np.array(at)[:, 1]}) for kind, at in kinds.items()])


def crimes_from(grid, events, *, crime_type="Robbery", month="2024-01"):
    """Recorded crimes at cells' centres."""
    at = np.flatnonzero(events)
    return pd.DataFrame({"month": month, "x_m": grid.centres_m[at, 0], "y_m": grid.centres_m[at, 1], "crime_type": crime_type, "events": events[at]})


@pytest.fixture(scope="module")
def features():
    rng = np.random.default_rng(3)
    return features_at(bar=rng.uniform(0, 4500, (25, 2)), school=rng.uniform(0, 4500, (20, 2)), bench=rng.uniform(0, 4500, (60, 2)))


@pytest.fixture(scope="module")
def crime(grid, features):
    """Bars within 150 m make crime four times as frequent."""
    bars = features[features["feature_type"] == "bar"][["x_m", "y_m"]].to_numpy()
    near = np.linalg.norm(grid.centres_m[:, None] - bars, axis=2).min(axis=1) <= 150
    return crimes_from(grid, np.random.default_rng(5).poisson(0.4 * np.where(near, 4, 1)))


@pytest.fixture(scope="module")
def model(crime, grid, features):
    return rtm.fit(crime, grid, until=UNTIL, features=features)


def test_the_planted_feature_is_found_with_its_distance_and_about_its_size(model):
    (bar,) = [risk for risk in model.risks if risk.factor == "bar"]
    assert (bar.operationalisation, bar.distance_m) == ("proximity", 150)
    assert np.log(4) - 4 * bar.standard_error < bar.beta < np.log(4) + 4 * bar.standard_error


def test_the_score_is_the_product_of_values_and_one_where_there_are_none(model):
    marks = model.layers.columns[:, list(model.chosen.columns)]
    values = np.array([risk.rrv for risk in model.risks])
    np.testing.assert_allclose(rtm.score(model), np.prod(np.where(marks, values, 1), axis=1), rtol=1e-12)
    assert rtm.score(model).min() == 1
    assert rtm.score(model).max() <= highest_possible_score([risk.beta for risk in model.risks]) * (1 + 1e-12)


def test_expected_counts_add_up_to_the_crimes_learnt_from_under_poisson(crime, grid, features):
    found = rtm.fit(crime, grid, until=UNTIL, features=features, family="poisson")
    assert found.expected.sum() == pytest.approx(crime["events"].sum(), rel=1e-6)
    assert found.counts.sum() == crime["events"].sum()


def test_the_lower_bic_wins(crime, grid, features, model):
    assert model.chosen.selected.fitted.bic == min(model.chosen.bic.values())
    for family, bic in model.chosen.bic.items():
        alone = rtm.fit(crime, grid, until=UNTIL, features=features, family=family)
        assert alone.chosen.selected.fitted.bic == pytest.approx(bic, abs=1e-8)
    clumped = crime.assign(events=np.where(np.arange(len(crime)) % 7 == 0, 9, crime["events"]))
    assert rtm.fit(clumped, grid, until=UNTIL, features=features).chosen.selected.fitted.family == "nb1"


def test_the_table_for_a_report(model, crime, grid, features):
    table = rtm.factor_table(model)
    assert table.columns.tolist() == ["factor", "operationalisation", "distance_m", "rrv", "rrv_low", "rrv_high", "beta", "standard_error"]
    assert (table["rrv_low"] < table["rrv"]).all()
    assert (table["rrv"] < table["rrv_high"]).all()
    np.testing.assert_allclose(np.log(table["rrv"]), table["beta"])
    assert table["rrv"].is_monotonic_decreasing
    often = rtm.selection_frequency(model, grid, redraws=4, block_side_m=600)
    joined = rtm.factor_table(model, often)
    assert len(joined) == len(table)
    assert joined.loc[joined["factor"] == "bar", "factor_share"].item() == 1
    assert joined["redraws"].eq(4).all()
    pd.testing.assert_frame_equal(often, rtm.selection_frequency(model, grid, redraws=4, block_side_m=600))
    assert (often["mark_share"] <= often["factor_share"]).all()
    free = rtm.fit(crime, grid, until=UNTIL, features=features, one_per_factor=False)
    assert rtm.selection_frequency(free, grid, redraws=4, block_side_m=600)["factor_share"].max() == 1
    with pytest.raises(BadSetting, match="redraws=0"):
        rtm.selection_frequency(model, grid, redraws=0)
    with pytest.raises(BadSetting, match="block_side_m"):
        rtm.selection_frequency(model, grid, block_side_m=0)


def test_with_one_block_every_redraw_is_the_place_itself(model, grid):
    often = rtm.selection_frequency(model, grid, redraws=2, block_side_m=1e6)
    assert len(often) == len(model.risks)
    assert often["mark_share"].eq(1).all()


def test_what_is_put_forward(crime, grid, features, model):
    scores = rtm.score(model)
    high = scores >= scores.mean() + 2 * scores.std()
    np.testing.assert_array_equal(rtm.priority_places(model), high)
    np.testing.assert_array_equal(map_classes(scores) == 2, high)
    wider = rtm.fit(crime, grid, until=UNTIL, features=features, priority="mean-1sd")
    assert rtm.priority_places(wider).sum() >= high.sum()
    np.testing.assert_array_equal(priority_of(np.arange(100.0), "top-5-percent"), np.arange(100) >= 95)
    assert flag(scores, grid, k=20).sum() == 20
    with pytest.raises(BadSetting, match="priority='all'"):
        rtm.fit(crime, grid, until=UNTIL, features=features, priority="all")


def test_a_protective_factor_may_only_lower_the_score(grid, features):
    schools = features[features["feature_type"] == "school"][["x_m", "y_m"]].to_numpy()
    near = np.linalg.norm(grid.centres_m[:, None] - schools, axis=2).min(axis=1) <= 300
    quieter = crimes_from(grid, np.random.default_rng(6).poisson(np.where(near, 0.5, 1.5)))
    with pytest.raises(CannotAnswer, match="no map"):
        rtm.score(rtm.fit(quieter, grid, until=UNTIL, features=features[features["feature_type"] == "school"], operationalisation="proximity"))
    found = rtm.fit(quieter, grid, until=UNTIL, features=features, protective=("school",))
    (school,) = [risk for risk in found.risks if risk.factor == "school"]
    assert school.rrv < 1
    assert rtm.score(found).min() == 1
    free = rtm.fit(quieter, grid, until=UNTIL, features=features, signs="free")
    assert any(risk.factor == "school" and risk.rrv < 1 for risk in free.risks)
    with pytest.raises(CannotAnswer, match="no factor 'church'.*Choose another reading"):
        rtm.fit(quieter, grid, until=UNTIL, features=features, protective=("church",))


# Recorded crime among the factors


def test_police_data_as_a_factor_marks_the_map_by_where_police_worked_before(grid, features):
    """Violence and drug offences both follow patrols here, and no feature matters: with drugs among the factors the map follows patrols."""
    rng = np.random.default_rng(8)
    patrolled = np.isin(np.arange(len(grid)), rng.choice(len(grid), 60, replace=False))
    both = pd.concat(
        [
            crimes_from(grid, rng.poisson(np.where(patrolled, 2.0, 0.3))),
            crimes_from(grid, rng.poisson(np.where(patrolled, 3.0, 0.0)), crime_type="Drugs"),
        ]
    )
    found = rtm.fit(both, grid, until=UNTIL, features=features, crime_factors=("Drugs",))
    (drugs,) = [risk for risk in found.risks if risk.factor.startswith("Drugs")]
    assert drugs.rrv > 1.5
    scores = rtm.score(found)
    assert scores[patrolled].mean() > 1.3 * scores[~patrolled].mean()
    without = rtm.fit(both, grid, until=UNTIL, features=features)
    assert not any(risk.factor.startswith("Drugs") for risk in without.risks)


def test_later_police_data_is_no_factor(crime, grid, features):
    drugs = crimes_from(grid, np.random.default_rng(9).poisson(0.1, len(grid)), crime_type="Drugs")
    later = crimes_from(grid, np.random.default_rng(10).poisson(5, len(grid)), crime_type="Drugs", month="2024-03")
    settings = {"until": UNTIL, "features": features, "crime_factors": ("Drugs",)}
    before = rtm.fit(pd.concat([crime, drugs]), grid, **settings)
    after = rtm.fit(pd.concat([crime, drugs, later]), grid, **settings)
    np.testing.assert_array_equal(before.layers.columns, after.layers.columns)
    np.testing.assert_array_equal(rtm.score(before), rtm.score(after))


def test_a_kind_of_crime_cannot_explain_itself_and_an_unknown_one_is_refused(crime, grid, features):
    with pytest.raises(CannotAnswer, match="explain itself. Choose another reading"):
        rtm.fit(crime, grid, until=UNTIL, features=features, crime_factors=("Robbery",))
    with pytest.raises(BadSetting, match="no kind of recorded crime 'Jaywalking'"):
        rtm.fit(crime, grid, until=UNTIL, features=features, crime_factors=("Jaywalking",))


def test_a_kind_of_crime_never_recorded_is_left_out_and_said_so(crime, grid, features):
    found = rtm.fit(crime, grid, until=UNTIL, features=features, crime_factors=["Drugs"])
    assert found.layers.left_out["Drugs (recorded crime)"] == "no point of it is known"


# People's homes


def test_homes_of_people_are_refused_by_the_name_of_their_kind(crime, grid, features):
    homes = pd.concat([features, features_at(**{"home addresses of known offenders": [[100, 100]]})])
    with pytest.raises(BadValue, match="'home addresses of known offenders' are persons or their homes, and are refused"):
        rtm.fit(crime, grid, until=UNTIL, features=homes)
    counted = pd.DataFrame({"area_code": ["A"], "feature_type": ["suspects"], "features": [4]})
    with pytest.raises(BadValue, match="'suspects'"):
        rtm.fit(crime, grid, until=UNTIL, features=features, area_features=counted)


@pytest.mark.parametrize("kind", ["offenders' homes", "Offender_address", "known offenders", "gang members", "HOME ADDRESS", "homes of suspects", "victims"])
def test_kinds_that_speak_of_persons(kind):
    assert people_homes([kind]) == [kind]


@pytest.mark.parametrize(
    "kind",
    [
        "bar",
        "care home",
        "children's home",
        "people's park",
        "high-rise residential units",
        "school",
        "hotel",
        "social club",
        "bus stop",
        "home improvement shop",
    ],
)
def test_kinds_that_do_not(kind):
    assert people_homes([kind]) == []


def test_what_home_addresses_of_known_offenders_do_to_a_map_on_made_up_homes(grid, features):
    """Made up throughout. Crime is even over the town, but recorded twice as often in the western third, where police look; who is known to
    police lives there too. With their homes among the factors that third fills the map; without them no factor stands for it.
    """
    rng = np.random.default_rng(12)
    west = grid.centres_m[:, 0] < 1500
    recorded = crimes_from(grid, rng.poisson(np.where(west, 1.2, 0.6)))
    homes = features_at(**{"made-up homes of known offenders": rng.uniform([0, 0], [1500, 4500], (60, 2))})
    with_homes = rtm.fit(recorded, grid, until=UNTIL, features=pd.concat([features, homes]), made_up=True)
    (of_homes,) = [risk for risk in with_homes.risks if "homes" in risk.factor]
    assert of_homes.rrv > 1.5
    top = flag(rtm.score(with_homes), grid, k=60)
    assert west[top].mean() > 0.9
    ablated = rtm.fit(recorded, grid, until=UNTIL, features=features)
    assert all(risk.beta < of_homes.beta for risk in ablated.risks)
    lifts = [found.relative_risk[west].mean() / found.relative_risk[~west].mean() for found in (with_homes, ablated)]
    assert lifts[0] > 1.4
    assert lifts[1] < 1.15


# Bad input


def test_no_factor_from_anywhere_is_asked_for(crime, grid):
    with pytest.raises(MissingTable, match="'features' .*'area_features'"):
        rtm.fit(crime, grid, until=UNTIL)


def test_a_table_without_rows_is_refused(crime, grid, features):
    with pytest.raises(EmptyTable, match="'features' has no rows"):
        rtm.fit(crime, grid, until=UNTIL, features=features.iloc[:0])


def test_no_crime_and_no_crime_in_the_place_are_refused(crime, grid, features):
    with pytest.raises(EmptyTable, match="nothing to learn from"):
        rtm.fit(crime, grid, until="2023-12", features=features)
    with pytest.raises(EmptyTable, match="lies in the place"):
        rtm.fit(crime.assign(x_m=-900.0), grid, until=UNTIL, features=features)


def test_parts_of_crimes_are_refused(crime, grid, features):
    with pytest.raises(BadValue, match="not whole numbers"):
        rtm.fit(crime.assign(events=0.5), grid, until=UNTIL, features=features)


@pytest.mark.parametrize("many", [1, 40])
def test_one_crime_or_all_at_one_point_or_in_one_cell_is_no_ground_for_a_model(crime, grid, features, many):
    one = crime.iloc[:1].assign(events=many)
    with pytest.raises(CannotAnswer, match="lies in one cell"):
        rtm.fit(one, grid, until=UNTIL, features=features)
    same_cell = pd.concat([one, one.assign(x_m=one["x_m"] + 40)])
    with pytest.raises(CannotAnswer, match="lies in one cell"):
        rtm.fit(same_cell, grid, until=UNTIL, features=features)


def test_two_crimes_give_a_model_without_factors_and_no_map(crime, grid, features):
    few = crime.iloc[[0, -1]].assign(events=1)
    found = rtm.fit(few, grid, until=UNTIL, features=features)
    assert found.risks == ()
    np.testing.assert_allclose(found.expected, 2 / len(grid))
    assert rtm.factor_table(found).empty
    with pytest.raises(CannotAnswer, match="gives no map.*Choose another reading"):
        rtm.score(found)


def test_features_outside_count_as_far_as_they_reach_unless_left_out(crime, grid, features):
    beside = pd.concat([features, features_at(kiosk=[[-100.0, 2000.0]])])
    counted = rtm.fit(crime, grid, until=UNTIL, features=beside)
    at = counted.layers.names.index("kiosk")
    near = counted.layers.columns[:, counted.layers.factor == at].any(axis=1)
    assert grid.centres_m[near, 0].max() < 600
    left_out = rtm.fit(crime, grid, until=UNTIL, features=beside, edge="left-out")
    assert left_out.layers.left_out["kiosk"] == "no point of it is known"
    far = rtm.fit(crime, grid, until=UNTIL, features=pd.concat([features, features_at(kiosk=[[-9e5, 2000.0]])]))
    assert far.layers.left_out["kiosk"] == "no cell is within reach of it"
    with pytest.raises(BadSetting, match="edge='half'"):
        rtm.fit(crime, grid, until=UNTIL, features=features, edge="half")


def test_a_factor_whose_points_are_unknown_is_left_out_and_all_unknown_is_refused(crime, grid, features):
    lost = pd.concat([features, features_at(kiosk=[[np.nan, np.nan]])])
    assert rtm.fit(crime, grid, until=UNTIL, features=lost).layers.left_out["kiosk"] == "no point of it is known"
    with pytest.raises(CannotAnswer, match="bar: no point of it is known.*Choose another reading"):
        rtm.fit(crime, grid, until=UNTIL, features=features.assign(x_m=np.nan))


def test_collinear_factors_are_kept_once_and_the_map_is_the_same(crime, grid, features, model):
    bars = features[features["feature_type"] == "bar"]
    twice = rtm.fit(crime, grid, until=UNTIL, features=pd.concat([features, bars.assign(feature_type="bar again")]))
    assert twice.layers.left_out["bar again, proximity 150 m"] == "marks the same cells as 'bar, proximity 150 m'"
    np.testing.assert_allclose(rtm.score(twice), rtm.score(model), rtol=1e-9)
    nearly = bars.assign(feature_type="bar nearly", x_m=bars["x_m"] + 1.0)
    close = rtm.fit(crime, grid, until=UNTIL, features=pd.concat([features, nearly]))
    assert len([risk for risk in close.risks if risk.factor.startswith("bar")]) == 1


def test_unknown_ways_of_choosing_are_refused(crime, grid, features):
    for settings, said in (({"family": "nb2"}, "family='nb2'"), ({"folds": 1}, "folds=1"), ({"signs": "both"}, "signs='both'")):
        with pytest.raises(BadSetting, match=said):
            rtm.fit(crime, grid, until=UNTIL, features=features, **settings)


def test_the_model_keeps_what_an_audit_may_ask_for(model):
    """How many columns were tried and thought useful, and under which penalty; the fit can be made again from them."""
    assert 0 < len(model.chosen.useful) < model.layers.columns.shape[1]
    assert model.chosen.penalty > 0
    assert set(model.chosen.columns) <= set(model.chosen.useful)
    table = patterns_of(model.layers.columns[:, list(model.chosen.columns)], model.counts)
    assert table.cells.sum() == len(model.counts)
