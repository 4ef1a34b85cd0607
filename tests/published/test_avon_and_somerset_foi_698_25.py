"""Avon and Somerset Police, FOI 698-25 (request of 3 June 2025): metrics of nine models, held against each other.

Accuracy, precision and recall fix the confusion table up to its size, and so the base rate and MCC. The
implied base rate, MCC and do-nothing accuracy below were worked out by hand from those three. The printed
MCC of none of the nine fits the other three figures to the digits printed; six are too high by more than
0.15, the other three lie within 0.006. Test sets or formulas may differ: the figures do not say.
"""

from __future__ import annotations

import pytest

from evenhand.audit.about import About
from evenhand.audit.metric_consistency import findings, fit

# model, accuracy, precision, recall, MCC as printed; then base rate, MCC and majority-class accuracy implied
ROWS = [
    ("child victim VAP", "0.9912", "0.9539", "0.9431", "0.9496", 0.0857, 0.944, 0.914),
    ("child offender VAP", "0.9705", "0.7255", "0.3756", "0.7199", 0.0385, 0.509, 0.962),
    ("adult victim VAP", "0.9995", "0.9927", "0.9987", "0.9923", 0.0532, 0.995, 0.947),
    ("adult offender VAP", "0.9992", "0.9847", "0.9958", "0.9841", 0.0386, 0.990, 0.961),
    ("victim", "0.9944", "0.9036", "0.6282", "0.9026", 0.0128, 0.751, 0.987),
    ("offender", "0.9925", "0.7550", "0.3391", "0.7116", 0.0098, 0.503, 0.990),
    ("non-crime level 1", "0.9188", "0.7611", "0.2516", "0.7531", 0.0981, 0.408, 0.902),
    ("non-crime level 2", "0.6426", "0.7080", "0.1406", "0.6835", 0.3896, 0.189, 0.610),
    ("non-crime level 3", "0.5945", "0.5660", "0.8944", "0.7302", 0.5123, 0.221, 0.512),
]


def four(row):
    return dict(zip(("accuracy", "precision", "recall", "mcc"), row[1:5], strict=True))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_implied_base_rate_and_mcc_are_those_worked_out(row):
    """MCC to 0.002, as worked out to three places. Where a model is right 0.9995 of the time, four digits leave its base rate open by a tenth."""
    fitted = fit({name: text for name, text in four(row).items() if name != "mcc"})
    assert fitted.fits
    assert fitted.implied["base_rate"][0] - 5e-5 <= row[5] <= fitted.implied["base_rate"][1] + 5e-5
    assert fitted.at_their_word["mcc"] == pytest.approx(row[6], abs=2e-3)
    low, high = fitted.implied["mcc"]
    assert low <= fitted.at_their_word["mcc"] <= high
    assert high - low < 0.002  # four digits of three metrics pin MCC down


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_no_printed_mcc_fits_the_other_three_and_leaving_it_out_mends_it(row):
    fitted = fit(four(row))
    assert not fitted.fits
    assert "mcc" in fitted.odd_ones


def test_six_printed_mccs_are_far_too_high_and_three_nearly_right():
    gaps = []
    for row in ROWS:
        low, high = fit(four(row)).implied["mcc"]
        gaps.append(max(float(row[4]) - high, low - float(row[4])))
    assert sum(gap > 0.15 for gap in gaps) == 6
    assert sum(gap < 0.006 for gap in gaps) == 3


def test_the_offender_model_is_told_beside_doing_nothing():
    row = ROWS[5]
    found = {(one.measure, one.group): one for one in findings(fit(four(row)), about=About("metric-consistency", "A", "2025", "FOI 698-25"), model=row[0])}
    assert found["metrics_fit_together", "offender"].value == 0
    assert "Ask whether they come from one test set" in found["metrics_fit_together", "offender"].caveats[0]
    nothing = found["majority_class_accuracy", "offender"]
    assert nothing.value == pytest.approx(row[7], abs=5e-4)
    assert "Published accuracy: 0.9925" in nothing.caveats[0]
