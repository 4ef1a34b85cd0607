"""Concentration of dose against everybody compared with everybody, published formulas and figures worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.audit.about import About
from evenhand.audit.concentration import (
    dissimilarity,
    gini,
    ginis_of,
    isolation,
    lorenz,
    noise_floor,
    resampled_ginis,
    thrown_lorenz,
)
from evenhand.audit.concentration_findings import concentration_findings
from evenhand.audit.dose import Dosed, composition
from evenhand.tables.errors import BadValue, CannotAnswer

ABOUT = About("exposure", "Anywhere", "2024", "made up")
RANDOM = np.random.default_rng(11)
PEOPLE = RANDOM.integers(1, 40, 30).astype(float)
DOSE = RANDOM.poisson(3, 30).astype(float)
GROUPS = RANDOM.integers(0, 50, (30, 3)).astype(float)
GIVEN = composition(GROUPS) * DOSE[:, None]


def gini_of_everybody(dose, people) -> float:
    """Half the mean difference between any two people, over the mean: the definition of Gini (1914)."""
    each = np.repeat(dose / people, people.astype(int))
    return float(np.abs(each[:, None] - each[None, :]).mean() / (2 * each.mean()))


def test_the_gini_is_half_the_mean_difference_between_any_two_people():
    assert gini(DOSE, PEOPLE) == pytest.approx(gini_of_everybody(DOSE, PEOPLE))


def test_the_gini_is_twice_the_area_between_the_lorenz_curve_and_equality():
    curve = lorenz(DOSE, PEOPLE)
    assert 1 - 2 * np.trapezoid(curve.dose_share, curve.people_share) == pytest.approx(gini(DOSE, PEOPLE))
    assert (np.diff(curve.dose_share) >= 0).all()
    assert curve.dose_share[-1] == curve.people_share[-1] == pytest.approx(1)


def test_known_ginis():
    assert gini([3, 3, 3], [10, 10, 10]) == pytest.approx(0)
    assert gini([0, 0, 0, 1], [10, 10, 10, 10]) == pytest.approx(0.75)
    assert gini([1, 2, 3, 4], [1, 1, 1, 1]) == pytest.approx(0.25)  # (n + 1 - 2 * (4 + 3*2 + 2*3 + 4) / 10) / n


def test_places_where_nobody_lives_are_left_out():
    assert gini([5, *DOSE], [0, *PEOPLE]) == gini(DOSE, PEOPLE)


def test_splitting_a_place_in_two_alike_changes_nothing():
    halves = np.repeat(DOSE / 2, 2), np.repeat(PEOPLE / 2, 2)
    assert gini(*halves) == pytest.approx(gini(DOSE, PEOPLE))


def test_the_floor_is_the_mean_gini_of_units_thrown_one_by_one():
    thrown = np.random.default_rng(3)
    slow = []
    for _ in range(400):
        where = thrown.choice(30, size=int(DOSE.sum()), p=PEOPLE / PEOPLE.sum())
        slow.append(gini(np.bincount(where, minlength=30), PEOPLE))
    fast = noise_floor(DOSE, PEOPLE, replicates=2000, seed=1)
    standard_error = np.sqrt(np.var(slow) / 400 + np.var(fast) / 2000)
    assert abs(np.mean(slow) - fast.mean()) < 4 * standard_error
    assert np.std(slow) == pytest.approx(fast.std(), rel=0.15)


def test_the_floor_falls_as_the_dose_grows():
    floors = [noise_floor(DOSE * times, PEOPLE, replicates=200, seed=1).mean() for times in (1, 10, 100)]
    assert floors[0] > floors[1] > floors[2]
    assert floors[2] < 0.05


def test_the_curve_of_chance_has_the_area_of_the_floor():
    shares = np.linspace(0, 1, 501)
    curve = thrown_lorenz(DOSE, PEOPLE, shares=shares, replicates=300, seed=5)
    assert 1 - 2 * np.trapezoid(curve, shares) == pytest.approx(noise_floor(DOSE, PEOPLE, replicates=300, seed=5).mean(), abs=0.01)


def test_drawn_areas_give_the_gini_of_those_areas():
    from evenhand.audit.area_weights import area_weights

    weights = np.vstack(list(area_weights(30, replicates=50, seed=2))).astype(int)
    draws = resampled_ginis(DOSE, PEOPLE, replicates=50, seed=2)
    for draw in (0, 20, 49):
        which = np.repeat(np.arange(30), weights[draw])
        assert draws[draw] == pytest.approx(gini(DOSE[which], PEOPLE[which]))


def test_many_ginis_at_once_are_each_alone():
    doses = RANDOM.poisson(2, (30, 5)).astype(float)
    np.testing.assert_allclose(ginis_of(doses, PEOPLE), [gini(doses[:, i], PEOPLE) for i in range(5)])


def test_segregation_indices_are_the_published_formulas_in_loops():
    """Massey & Denton (1988): D of two groups, xPx and xPy, on the table of dose by place and group."""
    totals = GIVEN.sum(axis=0)
    apart = sum(abs(GIVEN[i, 0] / totals[0] - GIVEN[i, 2] / totals[2]) for i in range(30)) / 2
    alone = sum(GIVEN[i, 0] / totals[0] * GIVEN[i, 0] / GIVEN[i].sum() for i in range(30) if GIVEN[i].sum())
    with_other = sum(GIVEN[i, 0] / totals[0] * GIVEN[i, 2] / GIVEN[i].sum() for i in range(30) if GIVEN[i].sum())
    assert dissimilarity(GIVEN, group=0, reference=2) == pytest.approx(apart)
    assert isolation(GIVEN, group=0) == pytest.approx(alone)
    assert isolation(GIVEN, group=0, other=2) == pytest.approx(with_other)
    assert sum(isolation(GIVEN, group=0, other=g) for g in range(3)) == pytest.approx(1)


def test_segregation_indices_worked_by_hand():
    """Two groups of 100 in three places: (50, 0), (30, 40), (20, 60).

    D = (|.5 - 0| + |.3 - .4| + |.2 - .6|) / 2 = .5
    xPx = .5 * 1 + .3 * 30/70 + .2 * 20/80 = .678571; xPy = .3 * 40/70 + .2 * 60/80 = .321429
    """
    given = [[50, 0], [30, 40], [20, 60]]
    assert dissimilarity(given, group=0, reference=1) == pytest.approx(0.5)
    assert isolation(given, group=0) == pytest.approx(0.678571, abs=1e-6)
    assert isolation(given, group=0, other=1) == pytest.approx(0.321429, abs=1e-6)


def areas(**changed) -> Dosed:
    usual = {"groups": ("Asian", "Black", "White"), "people": GROUPS, "dose": DOSE, "residents": GROUPS, "area": np.arange(30), "replicates": 400}
    return Dosed(**{**usual, **changed})


def test_findings_set_the_gini_beside_chance_and_give_what_lies_above():
    found = {(f.measure, f.group): f for f in concentration_findings(areas(), about=ABOUT, reference="White")}
    whole, floor, above = (found[f"dose_gini{end}", None] for end in ("", "_by_chance", "_above_chance"))
    assert whole.value == pytest.approx(gini(DOSE, GROUPS.sum(axis=1)))
    assert above.value == pytest.approx(whole.value - floor.value)
    assert above.low == pytest.approx(whole.low - floor.value)
    assert floor.low < floor.value < floor.high
    assert 0 < whole.p_value <= 1
    assert whole.null_model.startswith("as many units of dose thrown")
    assert found["dose_dissimilarity", "Black"].value == pytest.approx(dissimilarity(GIVEN, group=1, reference=2))
    assert found["dose_isolation", "White"].value == pytest.approx(isolation(GIVEN, group=2))
    assert found["dose_interaction", "Black"].value == pytest.approx(isolation(GIVEN, group=1, other=2))
    assert ("dose_dissimilarity", "White") not in found


def p_value(dose, seed=1) -> float:
    return concentration_findings(areas(dose=dose, replicates=200, seed=seed), about=ABOUT, reference="White")[0].p_value


def test_a_dose_thrown_at_random_is_seldom_called_uneven_and_a_heaped_one_is():
    chance = GROUPS.sum(axis=1) / GROUPS.sum()
    thrown = [p_value(np.random.default_rng(seed).multinomial(90, chance).astype(float)) for seed in range(40)]
    assert 0.35 < np.mean(thrown) < 0.65
    assert p_value(90.0 * (np.arange(30) == 4)) == pytest.approx(1 / 201)


def found_uneven(people, times, towns=600) -> float:
    """How often the test of concentration has p below 5 % when a third of the areas draw so many times as much a head as the rest."""
    weight = people * np.where(np.arange(len(people)) < len(people) // 3, times, 1.0)
    below = 0
    for seed in range(towns):
        dose = np.random.default_rng(seed).multinomial(60, weight / weight.sum()).astype(float)
        throws = noise_floor(dose, people, replicates=199, seed=seed + 10_000)
        below += (1 + (throws >= gini(dose, people) - 1e-12).sum()) / 200 <= 0.05
    return below / towns


@pytest.mark.slow
def test_the_test_of_concentration_has_its_size_and_its_power():
    """Sixty units over 100 areas. At random 4 of 100 are called uneven; four times as much in a third of the areas is seen 59 of 100 times."""
    people = np.random.default_rng(1).integers(500, 3000, 100).astype(float)
    assert 0.03 <= found_uneven(people, 1.0) <= 0.07
    assert 0.52 <= found_uneven(people, 4.0) <= 0.66
    assert found_uneven(people, 16.0) > 0.8


def test_a_dose_not_in_whole_units_has_no_floor_and_says_why():
    found = concentration_findings(areas(dose=DOSE + 0.5), about=ABOUT, reference="White")
    assert found[0].value is not None
    assert (found[1].value, found[2].value) == (None, None)
    assert "not counted in whole units" in found[1].caveats[0]


def test_with_redraws_the_interval_is_their_percentiles():
    redrawn = np.random.default_rng(1).poisson(DOSE[:, None], (30, 200)).astype(float)
    found = concentration_findings(areas(redrawn=redrawn), about=ABOUT, reference="White")[0]
    low, high = np.quantile(ginis_of(redrawn, GROUPS.sum(axis=1)), [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx((low, high))


def test_what_cannot_be_ranked_is_refused():
    with pytest.raises(CannotAnswer, match="Only one place has residents"):
        gini([3, 1], [10, 0])
    with pytest.raises(BadValue, match="whole numbers"):
        noise_floor([0.5, 1], [10, 10])
    with pytest.raises(BadValue, match="at least zero"):
        lorenz([-1, 1], [10, 10])
