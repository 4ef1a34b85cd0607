"""Bandwidth rules against numbers worked by hand, and against their definitions written out."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest

from evenhand.places.bandwidths import RULES, arcgis_m, bandwidth_by_rule, nrd_m
from evenhand.tables.errors import BadSetting, CannotAnswer

ONE_TO_TEN = np.arange(1.0, 11)


def arcgis_by_hand(points) -> float:
    """Esri's steps in their order, one event at a time."""
    n = len(points)
    centre = (sum(x for x, _ in points) / n, sum(y for _, y in points) / n)
    distances = [math.dist(point, centre) for point in points]
    standard = math.sqrt(sum((x - centre[0]) ** 2 for x, _ in points) / n + sum((y - centre[1]) ** 2 for _, y in points) / n)
    return 0.9 * min(standard, math.sqrt(1 / math.log(2)) * statistics.median(distances)) * n**-0.2


def nrd_by_hand(values) -> float:
    """R's bandwidth.nrd in its own words: quartiles by linear interpolation between ordered values, sd with n - 1."""
    n, ordered = len(values), sorted(values)

    def quartile(share: float) -> float:
        at = share * (n - 1)
        low = int(at)
        return ordered[low] + (at - low) * (ordered[min(low + 1, n - 1)] - ordered[low])

    return 4 * 1.06 * min(statistics.stdev(values), (quartile(0.75) - quartile(0.25)) / 1.34) * n ** (-1 / 5)


def test_nrd_of_one_to_ten_is_the_hand_worked_number():
    """Quartiles 3.25 and 7.75, so 4.5 / 1.34 = 3.35821 against sd 3.02765: the sd. 4.24 x 3.02765 x 10^-0.2 (0.630957) = 8.0997."""
    assert nrd_m(ONE_TO_TEN, np.ones(10)) == pytest.approx(8.0997, abs=5e-5)


def test_nrd_takes_the_quartiles_where_they_are_narrower():
    """0, 100, ..., 400: IQR / 1.34 = 149.2537 against sd 158.1139; 4.24 x 149.2537 x 5^-0.2 (0.724780) = 458.67."""
    assert nrd_m([0, 100, 200, 300, 400], np.ones(5)) == pytest.approx(458.67, abs=0.005)


def test_arcgis_of_a_rectangle_is_the_hand_worked_number():
    """Corners of 6 by 8: all 5 from the centre, so SD = 5 against 1.2011 x 5: 0.9 x 5 x 4^-0.2 (0.757858) = 3.41036."""
    assert arcgis_m([[0, 0], [6, 8], [6, 0], [0, 8]], np.ones(4)) == pytest.approx(3.41036, abs=5e-6)


def test_arcgis_takes_the_median_distance_where_it_is_narrower():
    """Four at distance 1, one at each side far off at 20: SD is large, the median distance 1, and 0.9 x 1.20112 x 6^-0.2 (0.698827) = 0.755437."""
    points = [[1, 0], [-1, 0], [0, 1], [0, -1], [20, 0], [-20, 0]]
    assert arcgis_m(points, np.ones(6)) == pytest.approx(0.755437, abs=5e-6)


@pytest.mark.parametrize("seed", range(5))
def test_rules_are_their_definitions_and_count_events_that_share_a_point(seed):
    rng = np.random.default_rng(seed)
    points, events = rng.normal([500_000, 180_000], [900, 400], (60, 2)), rng.integers(0, 5, 60)
    each = np.repeat(points, events, axis=0)
    assert arcgis_m(points, events) == pytest.approx(arcgis_by_hand(each.tolist()), rel=1e-9)
    east, north = (nrd_by_hand(axis.tolist()) for axis in each.T)
    assert bandwidth_by_rule("nrd", points, events) == pytest.approx((east + north) / 2, rel=1e-9)
    assert bandwidth_by_rule("nrd-easting", points, events) == pytest.approx(east, rel=1e-9)


def test_rules_are_in_the_unit_of_the_points():
    points = np.random.default_rng(1).normal(0, 1, (50, 2))
    for rule in RULES:
        assert bandwidth_by_rule(rule, points * 1000, np.ones(50)) == pytest.approx(1000 * bandwidth_by_rule(rule, points, np.ones(50)))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("points", [[[5.0, 5.0]] * 9, [[5.0, 5.0]]], ids=["all at one point", "one event"])
def test_points_without_spread_give_no_bandwidth(rule, points):
    with pytest.raises(CannotAnswer, match=r"gives 0 m.*Choose another reading"):
        bandwidth_by_rule(rule, np.array(points), np.ones(len(points)))


def test_half_of_all_events_at_one_point_gives_nrd_no_width_though_others_lie_apart():
    points = np.array([[0.0, 0.0], [900, 900], [-900, -900]])
    with pytest.raises(CannotAnswer, match="Choose another reading"):
        bandwidth_by_rule("nrd", points, [10, 1, 1])


def test_an_unknown_rule_and_counts_that_are_none_are_refused():
    with pytest.raises(BadSetting, match="no bandwidth rule 'scott'"):
        bandwidth_by_rule("scott", np.zeros((2, 2)), [1, 1])
    for events in ([], [0, 0], [1.5, 1], [-1, 3]):
        with pytest.raises(BadSetting, match="whole numbers of events"):
            arcgis_m(np.zeros((len(events), 2)), events)
