"""Systems beside each other on a place small enough to work out by hand, and on many made-up ones where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from evenhand.audit.about import About
from evenhand.audit.comparison import Common, Ranked, measured, require_apart
from evenhand.audit.comparison_findings import agreement, captures, exposures, overlaps, own_flags
from evenhand.tables.errors import BadSetting, BadValue

ABOUT = About("comparison", "Anywhere", "2024", "made up")
GROUPS = ("Black", "White")


def ranked(name: str, scores, own_flags=None) -> Ranked:
    """A system whose cells are the pieces, the points' places and the areas all at once."""
    table = np.atleast_2d(np.asarray(scores, dtype=float))
    cells = table.shape[1]
    return Ranked(name, table, np.ones(cells), np.arange(cells), np.arange(cells), csr_array(np.eye(cells)), own_flags)


def common(events, people) -> Common:
    table, residents = np.atleast_2d(np.asarray(events, dtype=float)), np.asarray(people, dtype=float)
    months = tuple(f"2024-{month + 1:02d}" for month in range(len(table)))
    return Common(months, table, np.ones(table.shape[1]), residents, residents, GROUPS)


def values(found, measure):
    return {(one.settings.get("system") or one.group, one.reference): one for one in found if one.measure == measure}


@pytest.fixture
def town():
    """Four cells; the mean system flags cell 0, the plain one cell 3, in both months."""
    shared = common([[6, 1, 1, 2], [4, 2, 2, 2]], [[30, 10], [10, 30], [5, 40], [5, 20]])
    maps = [ranked("plain", [[0, 1, 2, 3]] * 2), ranked("mine", [[3, 2, 1, 0], [3, 2, 1, 0]])]
    return shared, maps, [measured(one, shared, share=0.25) for one in maps]


def test_shares_and_their_difference_by_hand(town):
    shared, _, found = town
    told = captures(found, shared, baseline="plain", share=0.25, about=ABOUT)
    assert values(told, "captured_on_equal_ground")["mine", None].value == pytest.approx(10 / 20)
    assert values(told, "captured_on_equal_ground")["plain", None].value == pytest.approx(4 / 20)
    gap = values(told, "captured_on_equal_ground_difference")["mine", "plain"]
    assert gap.value == pytest.approx(6 / 20)
    assert gap.low < gap.value < gap.high
    assert (gap.n, gap.settings["comparisons"]) == (20, 1)
    ahead = values(told, "months_ahead_of_baseline")["mine", "plain"]
    assert (ahead.value, ahead.n) == (1.0, 2)


def test_exposure_by_hand(town):
    shared, _, found = town
    told = exposures(found, shared, baseline="plain", reference="White", share=0.25, about=ABOUT, replicates=200, seed=1)
    ratio = values(told, "exposure_ratio_over_months")
    assert ratio["mine", "White"].value == pytest.approx((30 / 50) / (10 / 100))
    assert ratio["plain", "White"].value == pytest.approx((5 / 50) / (20 / 100))
    assert values(told, "exposure_ratio_over_months_beside_baseline")["mine", "White"].value == pytest.approx(6 / 0.5)
    assert all("areas" in " ".join(one.caveats) or one.low is None for one in told)


def test_overlap_agreement_and_those_flagged_by_any(town):
    shared, _, found = town
    assert values(overlaps(found, shared, share=0.25, about=ABOUT), "ground_shared")["plain", "mine"].value == 0
    assert values(overlaps(found, shared, share=0.25, about=ABOUT), "ground_shared_with_month_before")["mine", None].value == 1
    told = agreement(found, shared, share=0.25, about=ABOUT)
    assert values(told, "ground_any_share")[None, None].value == 0.5
    assert values(told, "ground_agreed_share")[None, None].value == 0
    assert values(told, "residents_any_share")["Black", None].value == pytest.approx(35 / 50)


def test_own_flags_are_told_with_their_ground(town):
    shared, _, _ = town
    flags = np.array([[True, True, False, False], [True, False, False, True]])
    told = own_flags([ranked("mine", [[3, 2, 1, 0]] * 2, flags), ranked("none", [[1, 1, 1, 1]] * 2)], shared, about=ABOUT)
    assert values(told, "captured_by_own_flags")["mine", None].value == pytest.approx((7 + 6) / 20)
    assert values(told, "own_ground_share")["mine", None].value == pytest.approx(0.5)
    assert values(told, "predictions_followed_own_share")["mine", None].value == 1
    assert {one.group for one in told} == {"mine"}


def made_up(rng, *, better: float):
    """A city of 400 cells, crime known to its rates; the plain map is noisy, the other less so by a part."""
    rates = rng.gamma(0.5, 2, 400)
    events = rng.poisson(rates, (6, 400))
    noise = rng.normal(0, 3, 400)
    residents = rng.integers(20, 200, (400, 2))
    one, other = rates + noise * (1 - better), rates + rng.normal(0, 3, 400)
    return common(events, residents), [ranked("plain", [other] * 6), ranked("mine", [one] * 6)]


def test_equal_systems_are_seldom_told_apart_and_a_better_one_mostly_is():
    verdicts = {0.0: [], 0.9: []}
    for better, said in verdicts.items():
        for seed in range(60):
            shared, maps = made_up(np.random.default_rng(seed), better=better)
            told = captures([measured(one, shared, share=0.1) for one in maps], shared, baseline="plain", share=0.1, about=ABOUT)
            said.append(values(told, "captured_on_equal_ground_difference")["mine", "plain"].settings["told_apart"])
    assert sum(said == "more" for said in verdicts[0.9]) >= 50
    assert all(said != "less" for said in verdicts[0.9])
    assert sum(said != "not told apart" for said in verdicts[0.0]) <= 6


def test_the_interval_of_a_difference_covers_what_more_months_show():
    """The same maps judged on very many months: the truth that a year's interval should hold."""
    inside = 0
    for seed in range(150):
        rng = np.random.default_rng(1000 + seed)
        rates = rng.gamma(0.5, 2, 400)
        maps = [ranked("plain", [rates + rng.normal(0, 1, 400)] * 6), ranked("mine", [rates + rng.normal(0, 1, 400)] * 6)]
        people = np.ones((400, 2))
        truth = common([rates] * 6, people)
        seen = common(rng.poisson(rates, (6, 400)), people)
        true, shown = (
            captures([measured(one, world, share=0.1) for one in maps], world, baseline="plain", share=0.1, about=ABOUT) for world in (truth, seen)
        )
        true, shown = (values(told, "captured_on_equal_ground_difference") for told in (true, shown))
        inside += shown["mine", "plain"].low <= true["mine", "plain"].value <= shown["mine", "plain"].high
    assert inside >= 0.93 * 150  # whole points are drawn anew, which covers other places too, so more than 95 % may be held


def test_the_stricter_limits_hold_for_all_comparisons_at_once():
    shared, maps = made_up(np.random.default_rng(1), better=0.5)
    more = [ranked(f"mine {i}", one.scores) for i, one in enumerate([maps[1]] * 9)]
    told = captures([measured(one, shared, share=0.1) for one in [maps[0], *more]], shared, baseline="plain", share=0.1, about=ABOUT)
    gap = values(told, "captured_on_equal_ground_difference")["mine 0", "plain"]
    assert gap.settings["comparisons"] == 9
    assert gap.settings["low_for_all"] < gap.low < gap.high < gap.settings["high_for_all"]


def test_bad_input_is_refused_in_words(town):
    shared, maps, _ = town
    with pytest.raises(BadSetting, match="Two systems are called 'mine'"):
        require_apart(["mine", "plain", "mine"])
    with pytest.raises(BadValue, match="do not fit"):
        measured(ranked("odd", [[1, 2, 3]] * 2), shared, share=0.1)
    with pytest.raises(BadValue, match="missing is never zero"):
        measured(ranked("gap", [[1, 2, 3, np.nan]] * 2), shared, share=0.1)
    with pytest.raises(BadSetting, match="no group 'Blue'"):
        shared.position("Blue")
