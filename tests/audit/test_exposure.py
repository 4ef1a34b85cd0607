"""Exposure against loops over cells and people, with ground measured by clipping."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from evenhand.audit.about import About
from evenhand.audit.exposure import (
    Exposed,
    adjusted_exposure_ratio,
    exposed_people,
    exposed_share_bounds,
    exposed_shares,
    exposure_ratio,
    flagged_share_of_areas,
    over_representation,
)
from evenhand.audit.exposure_findings import exposure
from evenhand.places.grid import make_grid
from evenhand.tables.errors import BadSetting, CannotAnswer

AREAS = [shapely.box(0, 0, 430, 370), shapely.Polygon([(430, 0), (900, 0), (430, 700)]), shapely.box(0, 370, 430, 700) - shapely.box(100, 420, 260, 600)]
GROUPS = ["Black", "Mixed", "White"]
PEOPLE = pd.DataFrame([[40, 5, 155], [10, 0, 190], [0, 12, 30]], index=["A", "B", "C"], columns=GROUPS)
ABOUT = About("exposure", "Anywhere", "2024-01", "made up")


@pytest.fixture(scope="module")
def grid():
    return make_grid(gpd.GeoDataFrame({"area_code": ["A", "B", "C"]}, geometry=AREAS, crs="EPSG:27700"), cell_m=100)


@pytest.fixture(scope="module")
def maps(grid):
    return np.random.default_rng(4).random((len(grid), 5)) < 0.3


def shares_by_clipping(grid, is_flagged) -> list[float]:
    """The slow twin: each area clipped by each flagged square."""
    found = []
    for polygon in AREAS:
        flagged_m2 = 0.0
        for (x, y), flagged in zip(grid.centres_m, is_flagged, strict=True):
            if flagged:
                flagged_m2 += polygon.intersection(shapely.box(x - 50, y - 50, x + 50, y + 50)).area
        found.append(flagged_m2 / polygon.area)
    return found


def exposed_by_loop(flagged_share, group) -> float:
    return sum(PEOPLE.iloc[area][group] * flagged_share[area] for area in range(len(PEOPLE)))


def test_the_flagged_share_of_an_area_is_that_of_clipping(grid, maps):
    together = flagged_share_of_areas(grid, maps)
    for i in range(maps.shape[1]):
        np.testing.assert_allclose(flagged_share_of_areas(grid, maps[:, i]), shares_by_clipping(grid, maps[:, i]), rtol=1e-9)
        np.testing.assert_allclose(together[:, i], shares_by_clipping(grid, maps[:, i]), rtol=1e-9)


def test_exposed_people_shares_and_ratios_are_those_of_a_loop(grid, maps):
    flagged = flagged_share_of_areas(grid, maps)
    for i in range(maps.shape[1]):
        share = shares_by_clipping(grid, maps[:, i])
        there = {group: exposed_by_loop(share, group) for group in GROUPS}
        part = {group: there[group] / PEOPLE[group].sum() for group in GROUPS}
        np.testing.assert_allclose(exposed_people(PEOPLE, flagged[:, i]), list(there.values()), rtol=1e-9)
        np.testing.assert_allclose(exposed_shares(PEOPLE, flagged)[:, i], list(part.values()), rtol=1e-9)
        np.testing.assert_allclose(exposure_ratio(PEOPLE, flagged, reference=2)[:, i], [part[group] / part["White"] for group in GROUPS], rtol=1e-9)
        everybody = PEOPLE.to_numpy().sum()
        over = [(there[group] / sum(there.values())) / (PEOPLE[group].sum() / everybody) for group in GROUPS]
        np.testing.assert_allclose(over_representation(PEOPLE, flagged)[:, i], over, rtol=1e-9)
        np.testing.assert_allclose(over_representation(PEOPLE, flagged[:, i]), over, rtol=1e-9)


def test_flagging_everything_makes_all_alike(grid):
    everything = flagged_share_of_areas(grid, np.ones(len(grid), dtype=bool))
    np.testing.assert_allclose(exposed_shares(PEOPLE, everything), 1, rtol=1e-9)
    np.testing.assert_allclose(exposure_ratio(PEOPLE, everything, reference=0), 1, rtol=1e-9)
    np.testing.assert_allclose(over_representation(PEOPLE, everything), 1, rtol=1e-9)


def test_nobody_exposed_gives_no_ratio_and_no_people_no_share():
    assert np.isnan(exposure_ratio(PEOPLE, [0.0, 0.0, 0.5], reference=0)).all(), "no Black resident lives in C"
    assert np.isnan(exposed_shares([[0, 5]], [0.5])[0])


def arrangements(area: list[int], there: int):
    """Every way to choose who of an area's people lives on its flagged ground: people of each group there."""
    homes = [group for group, number in enumerate(area) for _ in range(number)]
    for chosen in itertools.combinations(homes, there):
        yield tuple(chosen.count(group) for group in range(len(area)))


@pytest.mark.parametrize("towns", [([[4, 2], [1, 5]], [0.5, 0.5]), ([[3, 3, 2], [0, 1, 3]], [0.25, 0.75]), ([[5, 1], [2, 2], [0, 3]], [1 / 3, 1.0, 0.0])])
def test_bounds_are_the_most_extreme_arrangements(towns):
    """Every arrangement of homes within each area is tried out."""
    people, flagged = towns
    low, high = exposed_share_bounds(people, flagged)
    each = [set(arrangements(area, round(sum(area) * share))) for area, share in zip(people, flagged, strict=True)]
    every = np.array([np.sum(one, axis=0) for one in itertools.product(*each)]) / np.sum(people, axis=0)
    np.testing.assert_allclose(low, every.min(axis=0), atol=1e-12)
    np.testing.assert_allclose(high, every.max(axis=0), atol=1e-12)
    even = exposed_shares(people, flagged)
    assert (low - 1e-12 <= even).all()
    assert (even <= high + 1e-12).all()


def test_the_ratios_bounds_hold_every_arrangement_and_are_reached_by_two_groups():
    people, flagged = [[6, 3], [2, 7]], [1 / 3, 2 / 3]
    table = pd.DataFrame(people, index=["A", "B"], columns=["Black", "White"])
    found = exposure(Exposed(table, np.array(flagged), np.array(flagged)[:, None]), about=ABOUT, reference="White")
    bounds = next(f for f in found if f.measure == "exposure_ratio_bounds")
    ratios = []
    for one in itertools.product(*(set(arrangements(area, round(9 * share))) for area, share in zip(people, flagged, strict=True))):
        black, white = np.sum(one, axis=0) / [8, 10]
        ratios.append(black / white if white else np.inf)
    assert (bounds.low, bounds.high) == (pytest.approx(min(ratios)), pytest.approx(max(ratios)))
    assert bounds.level is None


def test_mantel_haenszel_is_the_table_worked_by_hand():
    """Two strata. Exposed / people: 8 of 40 and 5 of 50 in the first, 3 of 60 and 4 of 150 in the second.

    above = 8 * 50 / 90 + 3 * 150 / 210 = 4.44444 + 2.14286 = 6.58730
    below = 5 * 40 / 90 + 4 * 60 / 210 = 2.22222 + 1.14286 = 3.36508
    """
    people = [[40, 0], [0, 50], [60, 0], [0, 150]]  # one group an area, so that shares are exposures
    flagged = [8 / 40, 5 / 50, 3 / 60, 4 / 150]
    found = adjusted_exposure_ratio(people, flagged, [1, 1, 2, 2], reference=1)
    assert found.tolist() == pytest.approx([6.5873016 / 3.3650794, 1.0])
    assert exposure_ratio(people, flagged, reference=1)[0] == pytest.approx((11 / 100) / (9 / 200))


def test_mantel_haenszel_is_a_loop_over_strata(grid, maps):
    flagged, stratum = flagged_share_of_areas(grid, maps), [3, 7, 3]
    for i in range(maps.shape[1]):
        for g, group in enumerate(GROUPS):
            above = below = 0.0
            for one in set(stratum):
                members = [a for a in range(3) if stratum[a] == one]
                n1, n0 = (sum(PEOPLE.iloc[a][name] for a in members) for name in (group, "White"))
                a1, a0 = (sum(PEOPLE.iloc[a][name] * flagged[a, i] for a in members) for name in (group, "White"))
                above, below = above + a1 * n0 / (n1 + n0), below + a0 * n1 / (n1 + n0)
            assert adjusted_exposure_ratio(PEOPLE, flagged, stratum, reference=2)[g, i] == pytest.approx(above / below, rel=1e-9)
            assert adjusted_exposure_ratio(PEOPLE, flagged[:, i], stratum, reference=2)[g] == pytest.approx(above / below, rel=1e-9)


def test_a_ratio_that_is_all_deprivation_is_one_once_adjusted():
    people = [[90, 10], [10, 90]]
    assert exposure_ratio(people, [0.5, 0.1], reference=1)[0] > 3
    assert adjusted_exposure_ratio(people, [0.5, 0.1], [1, 2], reference=1)[0] == pytest.approx(1)


@pytest.fixture(scope="module")
def found(grid, maps):
    exposed = Exposed(PEOPLE, flagged_share_of_areas(grid, maps[:, 0]), flagged_share_of_areas(grid, maps), np.array([2, 8, 2]))
    return exposure(exposed, about=ABOUT, reference="White", p_values={"Black": (0.04, "a null")})


def test_findings_carry_value_interval_and_p_value(found, grid, maps):
    ratio = next(f for f in found if f.measure == "exposure_ratio" and f.group == "Black")
    by_hand = []
    for i in range(maps.shape[1]):
        share = shares_by_clipping(grid, maps[:, i])
        by_hand.append((exposed_by_loop(share, "Black") / 50) / (exposed_by_loop(share, "White") / 375))
    assert ratio.value == pytest.approx(by_hand[0], rel=1e-9)
    assert (ratio.low, ratio.high) == (pytest.approx(np.quantile(by_hand, 0.025), rel=1e-9), pytest.approx(np.quantile(by_hand, 0.975), rel=1e-9))
    assert (ratio.p_value, ratio.null_model, ratio.level, ratio.n) == (0.04, "a null", 0.95, 50)


def test_findings_by_decile_are_null_where_there_is_no_such_area(found):
    by_decile = {f.group: f for f in found if f.measure == "deprivation_exposed_share"}
    assert list(by_decile) == [f"decile {d}" for d in range(1, 11)]
    assert {group for group, f in by_decile.items() if f.value is not None} == {"decile 2", "decile 8"}
    assert by_decile["decile 5"].caveats[0] == "No area of this decile in this place."
    assert by_decile["decile 2"].n == PEOPLE.loc[["A", "C"]].to_numpy().sum()


def test_few_exposed_people_are_told_of(found):
    caveats = {(f.measure, f.group): f.caveats for f in found}
    assert any("too few" in text for text in caveats["exposure_ratio", "Mixed"])


def test_a_reference_nobody_of_whom_is_exposed_has_no_answer():
    exposed = Exposed(PEOPLE, np.array([0.0, 0.0, 0.0]), np.zeros((3, 4)))
    with pytest.raises(CannotAnswer, match="nobody's exposure can be compared"):
        exposure(exposed, about=ABOUT, reference="White")
    with pytest.raises(BadSetting, match="no group 'Martian'"):
        exposure(exposed, about=ABOUT, reference="Martian")


@pytest.mark.parametrize(("deciles", "is_given"), [([1, 1, 1, 5, 5, 5], True), ([1, 2, 3, 4, 5, 6], False)])
def test_the_adjusted_ratio_is_given_only_where_areas_of_like_deprivation_can_be_compared(deciles, is_given):
    people = pd.DataFrame({"Black": [10.0, 20, 30, 5, 5, 5], "White": [90.0, 80, 70, 95, 95, 95]}, index=[f"A{n}" for n in range(6)])
    flagged = np.array([0.1, 0.2, 0.3, 0.1, 0.0, 0.0])
    exposed = Exposed(people, flagged, np.repeat(flagged[:, None], 3, axis=1), np.array(deciles))
    found = exposure(exposed, about=About("exposure", "Anywhere", "2024-01", "made up"), reference="White")
    (adjusted,) = [finding for finding in found if finding.measure == "deprivation_adjusted_exposure_ratio"]
    assert (adjusted.value is not None) == is_given
    assert adjusted.caveats[0].startswith("Adjusting" if is_given else "Not given")
