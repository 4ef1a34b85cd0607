"""ProPublica's COMPAS tables, from the publisher's files, which may not be shipped: run where somebody has them.

Larson, Mattu, Kirchner & Angwin (2016), "How we analyzed the COMPAS recidivism algorithm", and the notebook beside it
(propublica/compas-analysis, commit bafff5d). All, African-American and Caucasian counts stand in its printed tables; the
others, and the peers' figures, were computed from the same rows.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from evenhand.audit.about import About
from evenhand.audit.disclosure import already_published
from evenhand.audit.fairness import fairness
from evenhand.audit.group_rates import cells_of, parts_of, rate_ratios, share_of
from evenhand.audit.largest_gaps import largest_difference, smallest_ratio
from evenhand.audit.logistic import logistic
from evenhand.audit.ranking import auc, histogram
from evenhand.audit.score_counts import count_scores
from evenhand.audit.trade_offs import chouldechova
from evenhand.sources import compas
from evenhand.tables.engine import rows_of
from tests.oracles import needed

pytestmark = pytest.mark.oracle("compas")
approx = pytest.approx

GENERAL, VIOLENT = "compas-scores-two-years.parquet", "compas-scores-two-years-violent.parquet"
GROUPS = ("African-American", "Asian", "Caucasian", "Hispanic", "Native American", "Other")
BLACK, WHITE, HISPANIC = 0, 2, 3


@cache
def counts(file=GENERAL, **settings):
    return count_scores(rows_of(compas.tidy(needed("compas") / file, **settings).rows))


@cache
def cells(file=GENERAL, **settings):
    return cells_of(counts(file, **settings).cells, GROUPS)


# Group; TN, FP, FN, TP; FPR, FNR in per cent, PPV, NPV, base and selection rates, as printed or computed to so many places.
TWO_YEARS = [
    ("All", (2681, 1282, 1216, 2035), (32.35, 37.40, 0.6135, 0.6880, 0.4507, 0.4598)),
    ("African-American", (990, 805, 532, 1369), (44.85, 27.99, 0.6297, 0.6505, 0.5143, 0.5882)),
    ("Caucasian", (1139, 349, 461, 505), (23.45, 47.72, 0.5913, 0.7119, 0.3936, 0.3480)),
    ("Hispanic", (318, 87, 129, 103), (21.48, 55.60, 0.5421, 0.7114, 0.3642, 0.2983)),
]


@pytest.mark.parametrize(("group", "four", "rates"), TWO_YEARS)
def test_two_year_table_medium_and_high_against_low(group, four, rates):
    found = cells().sum(axis=0) if group == "All" else cells()[GROUPS.index(group)]
    assert found[[3, 1, 2, 0]].tolist() == list(four)
    names = ("false_positive_rate", "false_negative_rate", "positive_predictive_value", "negative_predictive_value", "base_rate", "selection_rate")
    shares = [float(share_of(found, name)) * (100 if place < 2 else 1) for place, name in enumerate(names)]
    assert shares[:2] == approx(rates[:2], abs=0.006)
    assert shares[2:] == approx(rates[2:], abs=6e-5)


def test_angwin_2016_prediction_fails_differently_for_black_defendants():
    """Angwin et al. (2016), ProPublica: 23.5 and 44.9 % wrongly flagged, 47.7 and 28.0 % wrongly passed over; the article rounds twice, hence 0.1."""
    wrongly, passed = 100 * share_of(cells(), "false_positive_rate"), 100 * share_of(cells(), "false_negative_rate")
    assert (wrongly[WHITE], wrongly[BLACK]) == approx((23.5, 44.9), abs=0.1)
    assert (passed[WHITE], passed[BLACK]) == approx((47.7, 28.0), abs=0.1)


def test_high_alone():
    found = cells(flag="high")
    assert found[WHITE][[3, 1, 2, 0]].tolist() == [1407, 81, 771, 195]
    assert found[BLACK][[3, 1, 2, 0]].tolist() == [1511, 284, 1160, 741]
    assert 100 * share_of(found, "false_positive_rate")[[WHITE, BLACK]] == approx((5.44, 15.82), abs=0.006)
    assert 100 * share_of(found, "false_negative_rate")[[WHITE, BLACK]] == approx((79.81, 61.02), abs=0.006)


def test_the_violent_two_year_file_has_4743_people_and_not_the_articles_6454():
    found = cells(VIOLENT)
    assert found.sum() == 4743
    assert found.sum(axis=0)[[3, 1, 2, 0]].tolist() == [3029, 939, 360, 415]
    assert 100 * float(share_of(found.sum(axis=0), "false_positive_rate")) == approx(23.66, abs=0.006)
    assert 100 * float(share_of(found.sum(axis=0), "false_negative_rate")) == approx(46.45, abs=0.006)
    assert found[BLACK][[3, 1, 2, 0]].tolist() == [1202, 593, 176, 295]
    assert found[WHITE][[3, 1, 2, 0]].tolist() == [1260, 232, 131, 78]


def test_the_filtered_set():
    kept = counts(published_filter=True).cells
    assert kept["people"].sum() == 6172
    assert kept.groupby("group")["people"].sum().loc[list(GROUPS)].tolist() == [3175, 31, 2103, 509, 11, 343]
    assert kept.loc[kept["outcome"], "people"].sum() == 2809
    rows = compas.tidy(needed("compas") / GENERAL, published_filter=True).rows
    assert rows.groupby("band")["people"].sum().to_dict() == {"High": 1144, "Low": 3421, "Medium": 1607}


def test_deciles_mean_much_the_same_for_both():
    """Decile: people and share with the outcome, Black and White."""
    printed = {1: (398, 0.2286, 681, 0.2085), 5: (365, 0.4822, 241, 0.4606), 8: (359, 0.6825, 114, 0.7193), 10: (286, 0.7937, 64, 0.7031)}
    seen = histogram(counts().cells, GROUPS)
    people = seen.positives + seen.negatives
    for decile, figures in printed.items():
        at = seen.scores.tolist().index(decile)
        found = [number for group in (BLACK, WHITE) for number in (people[group, at], seen.positives[group, at] / people[group, at])]
        assert found == approx(figures, abs=6e-5)


def test_deciles_of_the_filtered_set():
    seen = histogram(counts(published_filter=True).cells, GROUPS)
    people = seen.positives + seen.negatives
    assert people[BLACK].tolist() == [365, 346, 298, 337, 323, 318, 343, 301, 317, 227]
    assert people[WHITE].tolist() == [605, 321, 238, 243, 200, 160, 113, 96, 77, 50]


def test_areas_under_the_curve():
    seen = histogram(counts().cells, GROUPS)
    found = [auc(seen.positives[at], seen.negatives[at]).value for at in (BLACK, WHITE, HISPANIC)]
    assert auc(seen.positives.sum(axis=0), seen.negatives.sum(axis=0)).value == approx(0.7022, abs=6e-5)
    assert found == approx((0.6918, 0.6931, 0.6379), abs=6e-5)


def test_fairlearn_and_aequitas_on_the_same_rows():
    """fairlearn 0.15.0 (all groups, then two) and aequitas 1.1.0 (reference Caucasian), run once on these rows; to the places noted."""
    odds = [np.stack([parts_of(cells(), rate)[0] for rate in ("true_positive_rate", "false_positive_rate")])]
    odds.append(odds[0] + np.stack([parts_of(cells(), rate)[1] for rate in ("true_positive_rate", "false_positive_rate")]))
    two = [one[:, [BLACK, WHITE]] for one in odds]
    every = largest_difference(*odds)
    assert every.value == approx(0.5767, abs=6e-5)
    assert {GROUPS[every.most], GROUPS[every.least]} == {"Native American", "Other"}
    assert largest_difference(*two).value == approx(0.2139, abs=6e-5)
    assert smallest_ratio(*two).value == approx(0.5230, abs=6e-5)
    part, rest = parts_of(cells(), "selection_rate")
    assert smallest_ratio(part, part + rest).value == approx(0.3143, abs=6e-5)
    assert smallest_ratio(part[[BLACK, WHITE]], (part + rest)[[BLACK, WHITE]]).value == approx(0.5916, abs=6e-5)
    named = {"false_positive_rate": 1.9121, "false_negative_rate": 0.5864, "positive_predictive_value": 1.0649, "selection_rate": 1.6902}
    for rate, printed in named.items():
        assert rate_ratios(cells(), rate, reference=WHITE).value[BLACK] == approx(printed, abs=6e-5)


def test_chouldechovas_identity_holds_in_every_group():
    rates = (share_of(cells(), name) for name in ("base_rate", "positive_predictive_value", "false_negative_rate"))
    assert_allclose(chouldechova(*rates), share_of(cells(), "false_positive_rate"), rtol=1e-12)


TERMS = ("intercept", "Female", "Greater than 45", "Less than 25", "African-American", "Asian", "Hispanic", "Native American", "Other", "priors", "M", "recid")
REGRESSIONS = {
    # coefficient and standard error as the notebook prints them
    GENERAL: (
        6172,
        [(-1.52554, 0.07851), (0.22127, 0.07951), (-1.35563, 0.09908), (1.30839, 0.07593), (0.47721, 0.06935), (-0.25441, 0.47821), (-0.42839, 0.12813)]
        + [(1.39421, 0.76612), (-0.82635, 0.16208), (0.26895, 0.01110), (-0.31124, 0.06655), (0.68586, 0.06402)],
        {"aic": 6192.4, "deviance": 6168.4, "null_deviance": 8483.3},
    ),
    VIOLENT: (
        4020,
        [(-2.24274, 0.11326), (-0.72890, 0.12666), (-1.74208, 0.18415), (3.14591, 0.11541), (0.65893, 0.10815), (-0.98521, 0.70537), (-0.06416, 0.19133)]
        + [(0.44793, 1.03546), (-0.20543, 0.22464), (0.13764, 0.01161), (-0.16367, 0.09807), (0.93448, 0.11527)],
        {"aic": 3022.8},
    ),
}


@pytest.mark.parametrize("file", REGRESSIONS)
def test_the_notebooks_logistic_regressions(file):
    """A score above Low on sex, age band, race, priors, charge and outcome. Printed to five places; Native American, 11 people, to a hair less."""
    prefix = "v_" if file == VIOLENT else ""
    rows = pd.read_parquet(needed("compas") / file, columns=[*compas.KEPT])
    rows = rows[rows["days_b_screening_arrest"].between(-30, 30) & (rows["is_recid"] != -1) & (rows["c_charge_degree"] != "O")]
    rows = rows[rows[f"{prefix}score_text"] != "N/A"]
    people, printed, fits = REGRESSIONS[file]
    assert len(rows) == people
    columns = [rows["sex"] == "Female", *(rows["age_cat"] == name for name in TERMS[2:4]), *(rows["race"] == name for name in TERMS[4:9])]
    columns = np.column_stack([np.ones(len(rows)), *columns, rows["priors_count"], rows["c_charge_degree"] == "M", rows["two_year_recid"]]).astype(float)
    above = (rows[f"{prefix}score_text"] != "Low").to_numpy()
    fit = logistic(columns, above, ~above)
    assert_allclose(fit.coefficients, [coefficient for coefficient, _ in printed], atol=2e-5)
    assert_allclose(fit.errors, [error for _, error in printed], atol=2e-5)
    for name, value in fits.items():
        assert getattr(fit, name) == approx(value, abs=0.06)


def test_the_whole_audit_of_the_published_file():
    """What a reader gets: the gap in who is wrongly flagged, the near equality of what a flag means, and how far recording could turn either."""
    about = About("fairness", "Broward County", "2013 to 2014", "ProPublica")
    found = fairness(counts(), reference="Caucasian", about=about, rule=already_published("ProPublica"), replicates=400)
    told = {(finding.measure, finding.group): finding for finding in found}
    black = "African-American"
    assert told["group_false_positive_rate_difference", black].value == approx(0.2139, abs=6e-5)
    assert told["group_positive_predictive_value_difference", black].p_value > 0.05
    assert told["implied_false_positive_rate", black].value == approx(0.3826, abs=1e-4)
    assert told["group_positive_predictive_value_recording_tipping_ratio", black].value == approx(1.0649, abs=1e-4)
    assert told["group_false_positive_rate_recording_tipping_ratio", black].value == approx(0.706, abs=1e-3)
    assert told["group_selection_rate", "Native American"].value is None
    assert "fewer than 10 people" in told["group_selection_rate", "Native American"].caveats[0]
