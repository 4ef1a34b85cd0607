"""The Near Repeat Calculator 1.3 (J. H. Ratcliffe, Temple University) on Chicago's recorded arsons of 2016: its stored output of 23 September 2019.

Settings as printed: three bands of 200 m, three of one day, 99 dealings, distances along the two axes. It labels its bands "1 to 200
meters" and "0 to 1 days"; what it counts, as W. Steenbeek found by trials and as these points show, is under 200 m and the same day.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.knox import Bands, Knox, knox

AS_COUNTED = Bands((1e-6, 200, 400, 600), (1, 2, 3), closed="lower", metric="manhattan")
OBSERVED = [[0, 2, 0, 8], [9, 1, 1, 45], [4, 0, 0, 140], [6, 0, 0, 234], [393, 710, 770, 133658]]
RATIOS = [[0, 28.286, 0, 0.814], [74.25, 3.667, 3.96, 0.813], [11.647, 0, 0, 0.986], [7.714, 0, 0, 0.989], [0.957, 0.999, 1.002, 1]]
P_VALUES = [[1, 0.01, 1, 1], [0.01, 0.27, 0.23, 1], [0.01, 1, 1, 0.96], [0.01, 1, 1, 0.96], [1, 0.84, 0.3, 0.01]]
"""Distance by time: same location, three bands, farther; three bands, longer ago."""

DEALT = {
    (1, 0): (9, {0: 87, 1: 12}, 0.121212121212121, 0.01),
    (0, 1): (2, {0: 92, 1: 7}, 0.0707070707070707, 0.01),
    (2, 0): (4, {0: 70, 1: 24, 2: 5}, 0.343434343434343, 0.01),
    (1, 1): (1, {0: 73, 1: 25, 2: 1}, 0.272727272727273, 0.27),
    (1, 2): (1, {0: 77, 1: 19, 2: 3}, 0.252525252525253, 0.23),
    (0, 0): (0, {0: 98, 1: 1}, 0.0101010101010101, 1.0),
}
"""Some bands of the stored output: pairs observed, how many of the 99 dealings had how many pairs, their mean, p."""


@pytest.fixture(scope="module")
def arson() -> pd.DataFrame:
    return pd.read_csv(Path(__file__).with_name("chicago_arson_2016.csv"), parse_dates=["day"])


@pytest.fixture(scope="module")
def found(arson) -> Knox:
    return knox(arson["x_m"], arson["y_m"], arson["day"].to_numpy(), bands=AS_COUNTED, permutations=999)


def test_all_522_arsons_give_the_calculators_own_pairs(found):
    assert found.events == 522
    np.testing.assert_array_equal(found.observed, OBSERVED)


def test_its_labels_say_other_bands_than_it_counts(arson):
    """By its labels (up to and including 200 m, a day) the pairs are others than it prints, so the labels cannot be what it counts."""
    labelled = Bands((0, 200, 400, 600), (1, 2, 3), closed="upper", metric="manhattan")
    by_label = knox(arson["x_m"], arson["y_m"], arson["day"].to_numpy(), bands=labelled, permutations=1)
    assert (by_label.observed[:, 0] != np.array(OBSERVED)[:, 0]).any()
    assert by_label.observed[0, :2].tolist() == [2, 0]  # its two repeats at "2 to 2 days" came within a day


@pytest.mark.parametrize("cell", DEALT)
def test_ratio_and_p_follow_from_the_calculators_own_dealings(cell):
    """Its 99 tables, of which one band each is stored; the ratio printed to three decimals."""
    pairs, tables, mean, p_value = DEALT[cell]
    dealt = np.repeat(list(tables), list(tables.values()))
    assert len(dealt) == 99
    assert dealt.mean() == pytest.approx(mean, abs=1e-12)
    kept = Knox(AS_COUNTED, 522, np.array([[pairs]]), dealt[:, None, None])
    assert kept.p_value[0, 0] == pytest.approx(p_value, abs=1e-12)
    assert kept.ratio[0, 0] == pytest.approx(RATIOS[cell[0]][cell[1]], abs=5e-4)


def test_the_printed_ratios_are_ours_within_what_99_dealings_leave_open(found):
    """Of each band the printed mean lies within four standard errors of 99 dealings from the exact mean."""
    observed, printed = np.array(OBSERVED, dtype=float), np.array(RATIOS)
    told = (printed > 0) & (observed > 0)
    mean_printed = observed[told] / printed[told]
    error = found.dealt.std(axis=0)[told] / np.sqrt(99)
    rounding = observed[told] * 5e-4 / printed[told] ** 2
    assert (np.abs(mean_printed - found.expected[told]) <= 4 * error + rounding).all()


def test_p_values_are_ours_within_what_99_dealings_leave_open(found):
    ours, printed = found.p_value, np.array(P_VALUES)
    error = np.sqrt(np.maximum(ours * (1 - ours), 0.01 * 0.99) / 99)
    assert (np.abs(ours - printed) <= 4 * error + 0.01).all()


def test_74_times_is_53_times_when_nothing_is_left_to_chance(found):
    """The expected pairs need no dealing: 56 pairs under 200 m x 412 of the same day / 135,981 pairs."""
    assert found.expected[1, 0] == pytest.approx(56 * 412 / 135_981)
    assert found.exact_ratio[1, 0] == pytest.approx(53.0, abs=0.1)
