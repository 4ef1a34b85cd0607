"""Proxies: strength against scikit-learn and brute force, use against a system run again, and a planted stand-in found."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from evenhand.audit.about import About
from evenhand.audit.proxy import Fed, System, additive, strength_findings, use_findings
from evenhand.audit.proxy_strength import Units, auc, auc_interval, fitted, information_share, out_of_block, variance_explained
from evenhand.audit.proxy_use import flagged_copies, shapley, without
from evenhand.study.asking import ask
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer, OutsidePlace

ABOUT = About("proxy", "Nowhere", "2024", "made up")


def town(seed: int = 1, units: int = 200, strength: float = 1.0) -> Fed:
    """A made-up town: stops stand in for the group as strongly as set, burglaries not at all."""
    rng = np.random.default_rng(seed)
    lean = rng.normal(size=units)
    share = 1 / (1 + np.exp(1.5 - strength * lean))
    people = rng.integers(80, 400, units)
    members = rng.binomial(people, share).astype(float)
    inputs = {"stops": lean + 0.3 * rng.normal(size=units), "burglaries": rng.normal(size=units), "calls": 0.5 * lean + rng.normal(size=units)}
    families = {"stop-search": ("stops",), "crime": ("burglaries",), "calls": ("calls",)}
    return Fed(inputs, families, Units(members, people - members, np.arange(units)), "Black", "White")


def test_the_auc_is_scikit_learns_on_the_same_people_one_by_one():
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(3)
    values, members, others = rng.integers(0, 6, 40), rng.integers(0, 9, 40), rng.integers(0, 9, 40)
    each = np.concatenate([np.repeat(values, members), np.repeat(values, others)])
    belongs = np.repeat([1, 0], [members.sum(), others.sum()])
    assert auc(values, members, others) == pytest.approx(roc_auc_score(belongs, each), abs=1e-12)


def test_variation_explained_is_the_weighted_r2_of_statsmodels():
    import statsmodels.api as sm

    fed = town()
    people = fed.units.members + fed.units.others
    theirs = sm.WLS(fed.units.members / people, sm.add_constant(fed.inputs["calls"]), weights=people).fit().rsquared
    assert variance_explained(fed.inputs["calls"], fed.units.members, fed.units.others) == pytest.approx(theirs, abs=1e-10)


def test_the_joint_fit_is_scikit_learns_ridge_logistic_regression():
    from sklearn.linear_model import LogisticRegression

    fed = town(units=80)
    ridge, people = 0.01, fed.units.members + fed.units.others
    x, belongs = np.vstack([fed.matrix, fed.matrix]), np.repeat([1, 0], len(fed.matrix))
    weights = np.concatenate([fed.units.members, fed.units.others])
    theirs = LogisticRegression(C=1 / (ridge * people.sum()), tol=1e-10, max_iter=5000).fit(x, belongs, sample_weight=weights)
    ours = fitted(fed.matrix, fed.units.members, fed.units.others, ridge=ridge)
    assert_allclose(ours, [theirs.intercept_[0], *theirs.coef_[0]], rtol=1e-4, atol=1e-5)


def test_information_taken_away_is_a_thing_of_zero_for_the_overall_share():
    members, others = np.array([10.0, 30.0]), np.array([50.0, 10.0])
    overall = math.log(40 / 60)
    assert information_share([overall, overall], members, others) == pytest.approx(0, abs=1e-12)


def test_a_planted_stand_in_is_found_and_none_where_none_is_planted():
    found = {(one.measure, one.settings.get("input")): one for one in strength_findings(town(), ABOUT, replicates=300)}
    assert found["proxy_auc", "stops"].low > 0.6
    nothing = found["proxy_auc", "burglaries"]
    assert nothing.low < 0.5 < nothing.high
    assert found["proxy_joint_auc", None].value > 0.6
    none_planted = [one for one in strength_findings(town(strength=0.0), ABOUT, replicates=300) if one.measure in ("proxy_auc", "proxy_joint_auc")]
    assert all(one.low < 0.53 and one.high > 0.47 for one in none_planted)


def test_leaving_an_input_out_is_running_the_system_again_without_it():
    fed, weights = town(), {"stops": 2.0, "burglaries": 1.0, "calls": 0.5}
    system = additive(fed, weights, k=20)
    for left in ("stops", "burglaries"):
        scores = sum(weights[name] * values for name, values in fed.inputs.items() if name != left)
        flagged = np.zeros(200, dtype=bool)
        flagged[np.argsort(-scores, kind="stable")[:20]] = True
        slow = (fed.units.members[flagged].sum() / fed.units.members.sum()) / (fed.units.others[flagged].sum() / fed.units.others.sum())
        found = [one for one in use_findings(fed, system, ABOUT, replicates=100) if one.measure == "flag_ratio_without" and one.settings["left_out"] == left]
        assert found[0].value == pytest.approx(slow, rel=1e-12)
        assert found[0].low <= found[0].value <= found[0].high


def test_stops_that_stand_in_for_the_group_lower_the_gap_when_left_out():
    fed = town()
    found = {
        (one.measure, one.settings.get("left_out")): one
        for one in use_findings(fed, additive(fed, {"stops": 2.0, "burglaries": 1.0, "calls": 0.0}, k=20), ABOUT, replicates=300)
    }
    assert found["flag_ratio", None].value > 1.5
    assert found["flag_ratio_change_without", "stop-search"].high < 1
    unused = found["flag_ratio_change_without", "calls"]
    assert (unused.value, unused.low, unused.high) == (1, 1, 1), "what weighs nothing changes nothing"
    assert found["flagged_changed_share_without", "calls"].value == 0


def test_shapley_values_are_the_averages_over_every_order_and_sum_to_the_gap():
    fed, weights = town(units=50), {"stops": 1.0, "burglaries": 2.0, "calls": 1.5}
    names = list(weights)

    def score(used):
        return sum((weights[name] * fed.inputs[name] for name in used), np.zeros(50))

    def gap(used):
        if not used:
            return 0.0
        flagged = flagged_copies(score(used), np.ones((1, 50)), 10)[0]
        return flagged @ fed.units.members / fed.units.members.sum() - flagged @ fed.units.others / fed.units.others.sum()

    slow = dict.fromkeys(names, 0.0)
    for order in itertools.permutations(names):
        for place, name in enumerate(order):
            slow[name] += (gap(order[: place + 1]) - gap(order[:place])) / 6
    found = shapley(score, names, fed.units, k=10)
    assert found == pytest.approx(slow, abs=1e-12)
    assert sum(found.values()) == pytest.approx(gap(names), abs=1e-12)


def test_many_families_are_drawn_in_orders_and_still_sum_to_the_gap():
    rng = np.random.default_rng(5)
    units = Units(rng.random(40), rng.random(40), np.arange(40))
    inputs = {f"input {n}": rng.normal(size=40) for n in range(12)}
    found = shapley(lambda used: sum((inputs[name] for name in sorted(used)), np.zeros(40)), list(inputs), units, k=8, orders=30, seed=2)
    copies = flagged_copies(sum(inputs[name] for name in sorted(inputs)), np.ones((1, 40)), 8)[0]
    gap = copies @ units.members / units.members.sum() - copies @ units.others / units.others.sum()
    assert sum(found.values()) == pytest.approx(gap, abs=1e-9)


def one_of(**more):
    return {"members": np.array([5.0, 9.0]), "others": np.array([9.0, 5.0]), "block": np.arange(2), **more}


@pytest.mark.parametrize(
    ("units", "error", "says"),
    [
        (one_of(members=np.array([0.0, 0.0])), CannotAnswer, "Nobody of the group"),
        (one_of(others=np.array([0.0, 0.0])), CannotAnswer, "Nobody outside the group"),
        (one_of(members=np.array([5.0, np.nan])), BadValue, "missing is never zero"),
        (one_of(others=np.array([5.0, -1.0])), BadValue, "0 or more"),
        (one_of(block=np.arange(3)), BadValue, "side by side"),
    ],
)
def test_people_that_cannot_be_compared_are_refused(units, error, says):
    with pytest.raises(error, match=says):
        auc_interval([1.0, 2.0], Units(**units))


def test_a_missing_value_of_an_input_is_refused_and_a_constant_one_is_null_with_its_reason():
    with pytest.raises(BadValue, match="missing values"):
        auc([1.0, np.nan], [1, 2], [2, 1])
    fed = Fed({"same": np.ones(3)}, {"same": ("same",)}, Units(np.array([9.0, 9, 9]), np.array([9.0, 9, 1]), np.arange(3)), "Black", "White")
    found = next(one for one in strength_findings(fed, ABOUT, replicates=50) if one.measure == "proxy_auc")
    assert found.value is None
    assert "the same in every unit" in found.caveats[0]


def test_one_block_gives_a_value_without_limits_and_no_joint_figure():
    fed = town(units=30)
    alone = Fed(fed.inputs, fed.families, Units(fed.units.members, fed.units.others, np.zeros(30, dtype=np.int64)), "Black", "White")
    found = {(one.measure, one.settings.get("input")): one for one in strength_findings(alone, ABOUT, replicates=50)}
    assert found["proxy_auc", "stops"].low is None
    assert found["proxy_joint_auc", None].value is None


def test_few_people_are_not_pointed_at():
    fed = Fed({"stops": np.array([1.0, 2.0])}, {}, Units(np.array([4.0, 5.0]), np.array([90.0, 80.0]), np.arange(2)), "Black", "White")
    with pytest.raises(CannotAnswer, match="Fewer than 10 people"):
        strength_findings(fed, ABOUT)


@pytest.mark.parametrize("k", [0, 200, 300])
def test_flagging_none_or_all_is_a_setting_to_mend(k):
    fed = town()
    with pytest.raises(BadSetting, match="cannot be flagged"):
        use_findings(fed, System(fed.inputs["stops"], {}, k), ABOUT)


def frames(fed: Fed) -> dict[str, pd.DataFrame]:
    codes = [f"U{n:03d}" for n in range(len(fed.units.members))]
    family = {"stops": "stop-search"}
    inputs = pd.concat([pd.DataFrame({"unit_code": codes, "input": name, "family": family.get(name), "value": v}) for name, v in fed.inputs.items()])
    people = pd.concat(
        [pd.DataFrame({"unit_code": codes, "group": group, "people": p}) for group, p in (("Black", fed.units.members), ("White", fed.units.others))]
    )
    return {"inputs": inputs, "unit_groups": people}


def test_asked_of_ones_own_tables_by_weights_and_by_scores_left_out_it_is_the_same():
    fed = town(units=60)
    weights = pd.DataFrame({"input": list(fed.inputs), "weight": [2.0, 1.0, 0.5]})
    by_weight = ask("proxy", {**frames(fed), "input_weights": weights}, settings={"k": 10}, replicates=50).answer.findings
    full = 2 * fed.inputs["stops"] + fed.inputs["burglaries"] + 0.5 * fed.inputs["calls"]
    codes = [f"U{n:03d}" for n in range(60)]
    parts = {"": full, "stops": full - 2 * fed.inputs["stops"]}
    ablated = pd.concat([pd.DataFrame({"unit_code": codes, "left_out": name or None, "score": scores}) for name, scores in parts.items()])
    by_score = ask("proxy", {**frames(fed), "ablated_scores": ablated}, settings={"k": 10}, replicates=50).answer.findings
    ratio = {one.settings.get("left_out"): one.value for one in by_weight if one.measure == "flag_ratio_without"}
    again = {one.settings.get("left_out"): one.value for one in by_score if one.measure == "flag_ratio_without"}
    assert again["stops"] == pytest.approx(ratio["stops"])


def test_without_the_system_its_use_is_refused_and_the_strength_still_told():
    answer = ask("proxy", frames(town(units=40)), replicates=50).answer
    assert answer.refused[0].audit == "what each input does to who is flagged"
    assert {one.measure for one in answer.findings} == {"proxy_auc", "proxy_joint_auc", "proxy_joint_information", "proxy_variance_explained"}


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (lambda t: {**t, "unit_groups": t["unit_groups"].iloc[:-1]}, None, None),
        (lambda t: {**t, "inputs": t["inputs"][t["inputs"].unit_code != "U001"]}, OutsidePlace, "only one of the tables"),
        (lambda t: {**t, "inputs": t["inputs"].iloc[1:]}, BadValue, "no value for some units"),
        (lambda t: {**t, "inputs": t["inputs"].assign(unit_code=[f"X{n}" for n in range(len(t["inputs"]))])}, OutsidePlace, "share no unit"),
    ],
)
def test_tables_that_do_not_fit_are_told_apart(change, error, says):
    tables = change(frames(town(units=20)))
    if error is None:
        assert ask("proxy", tables, replicates=20).answer.findings
        return
    with pytest.raises(error, match=says):
        ask("proxy", tables, replicates=20)


def test_a_group_nobody_has_and_a_k_nobody_gave_are_named():
    fed = town(units=20)
    with pytest.raises(BadSetting, match="no group 'Blue'"):
        ask("proxy", frames(fed), settings={"group": "Blue"})
    weights = pd.DataFrame({"input": list(fed.inputs), "weight": 1.0})
    with pytest.raises(BadSetting, match="needs `k`"):
        ask("proxy", {**frames(fed), "input_weights": weights})


@pytest.mark.slow
def test_the_interval_of_the_auc_covers_what_it_should_when_blocks_are_drawn():
    """Blocks of four like units from a world whose AUC is known by drawing very many: 93 to 97 % at the nominal 95 %."""

    def world(rng, blocks):
        lean = np.repeat(rng.normal(size=blocks), 4) + 0.5 * rng.normal(size=4 * blocks)
        people = rng.integers(50, 150, 4 * blocks)
        members = rng.binomial(people, 1 / (1 + np.exp(1 - lean)))
        return lean + rng.normal(size=4 * blocks), Units(members.astype(float), (people - members).astype(float), np.repeat(np.arange(blocks), 4))

    rng = np.random.default_rng(11)
    values, everyone = world(rng, 60_000)
    truth = auc(values, everyone.members, everyone.others)
    covered = []
    for _ in range(600):
        values, units = world(rng, 80)
        found = auc_interval(values, units, replicates=300, seed=1)
        covered.append(found.low <= truth <= found.high)
    assert 0.925 <= np.mean(covered) <= 0.975, np.mean(covered)


@pytest.mark.slow
def test_the_interval_of_the_ratio_without_an_input_covers_what_it_should():
    def world(rng, units):
        lean = rng.normal(size=units)
        people = rng.integers(80, 200, units)
        members = rng.binomial(people, 1 / (1 + np.exp(1 - 0.8 * lean)))
        full, left = lean + rng.normal(size=units), rng.normal(size=units) + 0.3 * lean
        return full, left, Units(members.astype(float), (people - members).astype(float), np.arange(units))

    rng = np.random.default_rng(12)
    full, left, everyone = world(rng, 200_000)
    flagged = flagged_copies(left, np.ones((1, 200_000)), 20_000)[0]
    truth = (flagged @ everyone.members / everyone.members.sum()) / (flagged @ everyone.others / everyone.others.sum())
    covered = []
    for _ in range(500):
        full, left, units = world(rng, 300)
        _, low, high = without(full, left, units, k=30, replicates=300, seed=1).ratio
        covered.append(low <= truth <= high)
    assert 0.92 <= np.mean(covered) <= 0.98, np.mean(covered)


def test_blocks_left_out_keep_neighbours_from_giving_the_answer_away():
    """An input that only names the block tells the group within the fit, and nothing about blocks left out."""
    rng = np.random.default_rng(2)
    block = np.repeat(np.arange(20), 10)
    share = np.repeat(rng.uniform(0.1, 0.9, 20), 10)
    members = rng.binomial(200, share).astype(float)
    names = (block[:, None] == np.arange(20)).astype(float)
    units = Units(members, 200 - members, block)
    within = Units(members, 200 - members, np.arange(200))
    assert auc(out_of_block(names, within), members, 200 - members) > 0.65
    assert abs(auc(out_of_block(names, units), members, 200 - members) - 0.5) < 0.15
