"""Skill over plain baselines: what each would have chosen, against loops, and that no skill is found where there is none."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.about import About
from evenhand.audit.curve_findings import capture_curves
from evenhand.audit.hit_rates import by_kind, hit_rates
from evenhand.audit.index_findings import indices, recapture
from evenhand.audit.intervals import Interval
from evenhand.audit.judging import judged
from evenhand.audit.place_case import Case
from evenhand.audit.place_forecasts import laid_out
from evenhand.audit.skill import baselines, capture_skill, drawn_weights, top_weights
from evenhand.audit.skill_findings import against_baselines
from evenhand.tables.errors import BadValue, CannotAnswer

ABOUT = About("accuracy", "Anywhere", "2024", "made up")


def town(seed: int = 1, *, skilled: bool = False, days: int = 90, places: int = 40, before: int = 60):
    """Forecasts and events of a town where some places have more; the system knows the rates only if skilled."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(0.6, 0.3, places)
    events = rng.poisson(rate, (before + days, places))
    calendar = pd.date_range("2024-01-01", periods=before + days).strftime("%Y-%m-%d")
    codes = [f"p{at:02d}" for at in range(places)]
    recorded = pd.DataFrame(events, index=calendar, columns=codes).stack().rename("events").rename_axis(["day", "place_code"]).reset_index()
    score = np.tile(rate, (days, 1)) if skilled else rng.random((days, places))
    said = pd.DataFrame(score, index=calendar[before:], columns=codes).stack().rename("score").rename_axis(["from", "place_code"]).reset_index()
    said["is_flagged"] = said.groupby("from")["score"].rank(ascending=False) <= 5
    return said.assign(to=said["from"], area_km2=1.0, street_km=2.0, residents=said["place_code"].str[1:].astype(int) + 1), recorded


def case_of(said, recorded, **settings) -> Case:
    forecasts = laid_out(said, recorded, **settings)
    return Case(forecasts, judged(forecasts.events, unit=forecasts.unit, overlap=forecasts.overlap, seed=1), ABOUT, "mine")


def by_measure(found, **which) -> dict:
    return {one.measure: one for one in found if all(getattr(one, key) == value for key, value in which.items())}


def test_ties_for_the_last_place_are_the_mean_over_every_way_to_settle_them():
    score = np.array([5, 2, 2, 2, 1])
    chosen = np.zeros(5)
    for order in permutations(range(5)):
        best = sorted(order, key=lambda place: -score[place])[:3]
        chosen[best] += 1 / 120
    np.testing.assert_allclose(top_weights(score[None, :], [3])[0], chosen, atol=1e-12)
    assert top_weights([[np.nan, 1.0]], [1]).tolist() == [[0, 1]]
    assert top_weights([[1.0, 1.0]], [0]).tolist() == [[0, 0]]
    with pytest.raises(BadValue):
        top_weights([[1.0]], [2])


def test_a_draw_by_lot_takes_places_as_often_as_their_size_says():
    """Two of three drawn without putting back: the exact chances, summed over both orders."""
    size = np.array([5.0, 3.0, 2.0])
    exact = np.zeros(3)
    for first, second in permutations(range(3), 2):
        chance = size[first] / 10 * size[second] / (10 - size[first])
        exact[[first, second]] += chance
    np.testing.assert_allclose(drawn_weights(size, [2], draws=40_000, seed=1)[0], exact, atol=0.012)
    assert drawn_weights([1.0, 0.0], [2]).tolist() == [[1, 1]]


def test_each_baseline_chooses_from_what_was_known_then():
    said, recorded = town(2)
    made = {one.name: one for one in baselines(laid_out(said, recorded, look_back=30))}
    table = recorded.pivot(index="day", columns="place_code", values="events")
    day = table.index[75]
    at = list(table.index[60:]).index(day)
    for name, window in (("count map", table.iloc[45:75]), ("last span", table.iloc[74:75]), ("same places", table.iloc[30:60])):
        np.testing.assert_allclose(made[name].weight[at], top_weights(window.sum().to_numpy()[None, :], [5])[0], atol=1e-12)
    assert (made["spread evenly"].weight == 5 / 40).all()
    assert made["random by residents"].weight[0].sum() == pytest.approx(5)


def test_a_given_baseline_stands_first():
    said, recorded = town(3)
    made = baselines(laid_out(said.assign(baseline_score=said["score"]), recorded))
    assert made[0].name == "baseline given"
    assert capture_skill(Interval(np.asarray(0.1), np.asarray(0.0), np.asarray(0.2)), 0.5, 0.5).value != 0.1


def test_every_figure_is_that_of_a_loop():
    said, recorded = town(4, skilled=True)
    found = hit_rates(case_of(said, recorded)) + indices(case_of(said, recorded))
    flagged = set(zip(said.loc[said["is_flagged"], "from"], said.loc[said["is_flagged"], "place_code"], strict=True))
    tested = recorded[recorded["day"].isin(set(said["from"]))]
    inside = sum(row.events for row in tested.itertuples() if (row.day, row.place_code) in flagged)
    hit = {(row.day, row.place_code) for row in tested.itertuples() if row.events > 0} & flagged
    best = sum(sorted(day["events"], reverse=True)[place] for _, day in tested.groupby("day") for place in range(5))
    share = inside / tested["events"].sum()
    expected = {
        "crime_captured_share": share,
        "predictions_followed_share": len(hit) / len(flagged),
        "flagged_places_with_any_share": len({place for _, place in hit}) / len({place for _, place in flagged}),
        "pai": share / (5 / 40),
        "pai_by_places": share / (5 / 40),
        "pai_by_street": share / (5 / 40),
        "pai_by_residents": share / (sum(int(place[1:]) + 1 for _, place in flagged) / (90 * 820)),
        "pei_star": inside / best,
        "pei": inside / best,
        "best_possible_captured_share": best / tested["events"].sum(),
        "ser": inside / 450,
        "area_share": 5 / 40,
        "ppai": share / np.sqrt(5 / 40),
    }
    got = by_measure(found)
    assert {name: got[name].value for name in expected} == pytest.approx(expected)
    assert all(one.low <= one.value <= one.high for one in found if one.low is not None)


def test_no_skill_is_found_where_a_system_draws_lots_and_some_where_it_knows():
    for skilled, sign in ((False, -1), (True, 1)):
        found = against_baselines(case_of(*town(5, skilled=skilled)))
        over = by_measure(found, reference="last span" if skilled else "count map")
        assert np.sign(over["capture_skill"].value) == sign
        gap = over["crime_captured_difference"]
        assert gap.p_value < 0.05
        assert gap.low * gap.high > 0
    even = by_measure(against_baselines(case_of(*town(5))), reference="spread evenly")["crime_captured_difference"]
    assert even.low < 0 < even.high


def test_skill_and_difference_point_the_same_way():
    for one in against_baselines(case_of(*town(6))):
        if one.measure == "capture_skill" and one.value is not None:
            gap = by_measure(against_baselines(case_of(*town(6))), reference=one.reference)["crime_captured_difference"]
            assert np.sign(one.value) == np.sign(gap.value)
            assert (one.low > 0) == (gap.low > 0)
            assert one.high <= 1


def test_the_curve_stands_beside_its_baselines_and_ends_at_the_whole():
    found, curves = capture_curves(case_of(*town(7, skilled=True)))
    last = curves.table.iloc[-1]
    assert (last[["system", "count map", "best possible", "random by residents"]] > 1 - 1e-9).all()
    areas = {one.group: one.value for one in found if one.measure == "capture_area"}
    assert areas["best possible"] > areas["mine"] > areas["random by residents"]
    plain = np.trapezoid(curves.table["system"], curves.table["share"])
    assert areas["mine"] == pytest.approx(plain, abs=1e-9)
    assert areas["random by residents"] == pytest.approx(np.trapezoid(curves.table["random by residents"], curves.table["share"]), abs=0.02)


def test_kinds_found_by_police_stand_apart():
    said, recorded = town(8)
    drugs = recorded.assign(kind="Drugs")
    rest = recorded.assign(kind="Burglary", events=recorded["events"] * (recorded["place_code"] == "p00"))
    found = by_kind(case_of(said, pd.concat([drugs, rest])))
    groups = {(one.measure, one.group): one for one in found}
    police = groups[("crime_captured_share_by_source", "mostly found by police")]
    assert police.value == groups[("crime_captured_share_of_kind", "Drugs")].value
    assert len(found) == 4
    assert by_kind(case_of(said, recorded)) == []


def test_nothing_before_means_no_baseline_and_no_answer_on_skill():
    said, recorded = town(9)
    later = recorded[recorded["day"] >= said["from"].min()]
    one_day = said[said["from"] == said["from"].min()]
    case = case_of(one_day, later)
    with pytest.raises(CannotAnswer, match="A hit rate without a baseline says nothing"):
        against_baselines(case)
    assert recapture(case) == []
    first_out = against_baselines(case_of(said, later))
    assert any("have no records before them" in caveat for caveat in first_out[0].caveats)


def test_a_list_of_flagged_places_alone_gives_shares_but_no_curve_and_no_index_of_ground():
    said, recorded = town(10)
    case = case_of(said[said["is_flagged"]].drop(columns="area_km2"), recorded)
    assert by_measure(hit_rates(case))["crime_captured_share"].value > 0
    assert by_measure(indices(case))["pai"].value is None
    assert "ground of every place is needed" in by_measure(indices(case))["pai"].caveats[0]
    with pytest.raises(CannotAnswer, match="names only flagged places"):
        capture_curves(case)


@pytest.mark.slow
def test_the_skill_of_a_system_that_draws_lots_is_found_to_be_nothing_as_often_as_it_should():
    """300 towns, a ranking by lot beside no choice at all: the 95 % interval of the difference holds 0, and the test rejects, as stated."""
    held = rejected = 0
    for seed in range(300):
        gap = by_measure(against_baselines(case_of(*town(seed, days=140, places=20))), reference="spread evenly")["crime_captured_difference"]
        held += gap.low <= 0 <= gap.high
        rejected += gap.p_value <= 0.05
    assert 0.915 <= held / 300 <= 0.985
    assert rejected / 300 <= 0.085
