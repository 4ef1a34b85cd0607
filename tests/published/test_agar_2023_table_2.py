"""Agar, Bradford, Caplan, Kennedy & Johnson (2023), Justice Quarterly 40(7), Table 2, as reprinted by Amnesty International UK (2025).

"Significant environmental features in the risk terrain model" of community violence in Basildon, Essex.
"""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.systems.feature_layers import bands_m
from evenhand.systems.relative_risk import Risk, highest_possible_score, risks_table

# factor, relative risk value, its logarithm to three decimals (worked out by hand), operationalisation, spatial influence in metres
TABLE_2 = [
    ("drug calls for service", 4.519, 1.508, "proximity", 300),
    ("bars", 3.640, 1.292, "proximity", 150),
    ("nightclub", 3.635, 1.291, "proximity", 150),
    ("restaurant", 3.106, 1.133, "proximity", 150),
    ("large supermarket", 2.617, 0.962, "proximity", 150),
    ("takeaway", 2.385, 0.869, "proximity", 600),
    ("high rise residences", 1.780, 0.577, "density", 600),
    ("small supermarkets", 1.696, 0.528, "density", 600),
    ("hotel", 1.641, 0.495, "proximity", 600),
    ("secondary schools", 1.565, 0.448, "proximity", 600),
    ("convenience stores", 1.476, 0.389, "proximity", 300),
]


@pytest.fixture
def risks():
    return [Risk(factor, how, float(distance), float(np.log(value)), 0.1) for factor, value, _, how, distance in TABLE_2]


def test_highest_possible_score(risks):
    """13,265. Values are printed to three decimals, which leaves their product open from 13,232 to 13,298."""
    assert highest_possible_score([risk.beta for risk in risks]) == pytest.approx(13_265, abs=0.5)


def test_coefficients_are_the_logarithms(risks):
    assert [round(risk.beta, 3) for risk in risks] == [row[2] for row in TABLE_2]


def test_our_table_holds_the_printed_columns_in_the_printed_order(risks):
    table = risks_table(risks[::-1])
    assert table["factor"].tolist() == [row[0] for row in TABLE_2]
    np.testing.assert_allclose(table["rrv"], [row[1] for row in TABLE_2])
    assert table["operationalisation"].tolist() == [row[3] for row in TABLE_2]
    assert table["distance_m"].tolist() == [row[4] for row in TABLE_2]


def test_every_printed_distance_is_one_that_blocks_of_300_m_give():
    assert {row[4] for row in TABLE_2} <= set(bands_m(block_m=300, increment="half", max_blocks=2))
    assert not {row[4] for row in TABLE_2} <= set(bands_m(block_m=300, increment="whole", max_blocks=2))


def test_no_factor_stands_twice_and_none_lowers_the_score():
    assert len({row[0] for row in TABLE_2}) == 11
    assert min(row[1] for row in TABLE_2) > 1
