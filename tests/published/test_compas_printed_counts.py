"""ProPublica's printed COMPAS tables, held against themselves: needs no file, so it runs everywhere.

Larson, Mattu, Kirchner & Angwin (2016), "How we analyzed the COMPAS recidivism algorithm", and the notebook beside it. Counts and coefficients as
printed there; that they follow from the publisher's rows is shown in test_propublica_compas.py, where somebody has them.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from evenhand.audit.group_rates import rate_ratios, share_of
from evenhand.audit.trade_offs import chouldechova

approx = pytest.approx

# TN, FP, FN, TP and what is printed of each: FPR, FNR, PPV, NPV, base rate (to 4 places).
LOW_AGAINST_THE_REST = {
    "all": ((2681, 1282, 1216, 2035), (0.3235, 0.3740, 0.6135, 0.6880, 0.4507)),
    "Black": ((990, 805, 532, 1369), (0.4485, 0.2799, 0.6297, 0.6505, 0.5143)),
    "White": ((1139, 349, 461, 505), (0.2345, 0.4772, 0.5913, 0.7119, 0.3936)),
    "Hispanic": ((318, 87, 129, 103), (0.2148, 0.5560, 0.5421, 0.7114, 0.3642)),
}
OTHERS = {
    "high only, White": ((1407, 81, 771, 195), (0.0544, 0.7981)),
    "high only, Black": ((1511, 284, 1160, 741), (0.1582, 0.6102)),
    "violent, all": ((3029, 939, 360, 415), (0.2366, 0.4645, 0.3065)),
    "violent, Black": ((1202, 593, 176, 295), (0.3304, 0.3737)),
    "violent, White": ((1260, 232, 131, 78), (0.1555, 0.6268)),
}
RATES = ("false_positive_rate", "false_negative_rate", "positive_predictive_value", "negative_predictive_value", "base_rate")
EVERY = {**LOW_AGAINST_THE_REST, **OTHERS}


def cells(four):
    """One table as the audits take it: true and false positives, false and true negatives, and nobody unknown."""
    tn, fp, fn, tp = four
    return np.array([tp, fp, fn, tn, 0, 0], dtype=float)


@pytest.mark.parametrize("table", EVERY)
def test_printed_rates_follow_from_printed_counts(table):
    four, printed = EVERY[table]
    found = [float(share_of(cells(four), rate)) for rate in RATES[: len(printed)]]
    assert found == approx(printed, abs=6e-5)


@pytest.mark.parametrize("table", EVERY)
def test_the_false_positive_rate_is_what_the_other_three_leave_no_choice_about(table):
    counts = cells(EVERY[table][0])
    implied = chouldechova(*(share_of(counts, rate) for rate in ("base_rate", "positive_predictive_value", "false_negative_rate")))
    assert float(implied) == approx(float(share_of(counts, "false_positive_rate")), rel=1e-12)


@pytest.mark.parametrize("table", LOW_AGAINST_THE_REST)
def test_the_printed_four_place_rates_fit_together_too(table):
    """Three rates cut to four places move what they imply by up to 0.00015, hence 0.0002."""
    fpr, fnr, ppv, _, base = LOW_AGAINST_THE_REST[table][1]
    assert float(chouldechova(base, ppv, fnr)) == approx(fpr, abs=2e-4)


def test_people_add_up():
    totals = {table: sum(four) for table, (four, _) in EVERY.items()}
    assert [totals[table] for table in ("all", "Black", "White", "Hispanic")] == [7214, 3696, 2454, 637]
    assert totals["high only, White"] == totals["White"]
    assert totals["high only, Black"] == totals["Black"]
    assert totals["violent, all"] == 4743
    both = [LOW_AGAINST_THE_REST[table][0] for table in ("Black", "White")]
    high = [OTHERS[f"high only, {table}"][0] for table in ("Black", "White")]
    for usual, stricter in zip(both, high, strict=True):
        assert usual[0] + usual[1] == stricter[0] + stricter[1], "the same people without the outcome, wherever the cut"


def test_ratios_of_black_to_white():
    pair = np.stack([cells(LOW_AGAINST_THE_REST[table][0]) for table in ("Black", "White")])
    wrongly_flagged = rate_ratios(pair, "false_positive_rate", reference=1).value[0]
    assert wrongly_flagged == approx(1.9121, abs=6e-5)
    assert approx(1.9126, abs=6e-5) == 44.85 / 23.45  # of the printed percentages, which were rounded first
    passed_over = 1 / rate_ratios(pair, "false_negative_rate", reference=1).value[0]
    assert passed_over == approx(47.72 / 27.99, abs=1e-3)
    assert approx(1.7049, abs=6e-5) == 47.72 / 27.99


def test_the_filtered_set_adds_up_every_way_it_is_printed():
    by_race, by_age, by_band = (3175, 2103, 509, 343, 31, 11), (3532, 1293, 1347), (3421, 1607, 1144)
    assert sum(by_race) == sum(by_age) == sum(by_band) == 6172
    assert approx(45.512, abs=6e-4) == 100 * 2809 / 6172
    assert sum((365, 346, 298, 337, 323, 318, 343, 301, 317, 227)) == 3175
    assert sum((605, 321, 238, 243, 200, 160, 113, 96, 77, 50)) == 2103


def risk_ratio(intercept, coefficient):
    """A coefficient of the notebook's regression as it turns it into "times as likely", at the intercept's chance."""
    c = math.exp(intercept) / (1 + math.exp(intercept))
    return math.exp(coefficient) / (1 - c + c * math.exp(coefficient))


@pytest.mark.parametrize(
    ("intercept", "coefficient", "times"),
    [(-1.52554, 0.47721, 1.4528), (-1.52554, 0.22127, 1.1948), (-1.52554, 1.30839, 2.4961), (-2.24274, 0.65893, 1.7739), (-2.24274, 3.14591, 7.414)],
    ids=["African-American", "female", "under 25", "violent, African-American", "violent, under 25"],
)
def test_coefficients_turned_into_times_as_likely(intercept, coefficient, times):
    assert risk_ratio(intercept, coefficient) == approx(times, abs=6e-4)
