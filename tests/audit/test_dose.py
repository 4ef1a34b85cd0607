"""Dose by group against loops over places and people."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from evenhand.audit.about import About
from evenhand.audit.dose import Dosed, dose_over_representation, dose_per_head_ratio, dose_shares, gathered, mean_dose
from evenhand.audit.dose_findings import dose_findings
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer

ABOUT = About("exposure", "Anywhere", "2024", "made up")
RANDOM = np.random.default_rng(5)
PEOPLE = RANDOM.integers(0, 60, (40, 3)).astype(float)
PEOPLE[7] = 0
DOSE = RANDOM.integers(0, 5, 40).astype(float)
DOSE[7] = 3
RESIDENTS = PEOPLE.sum(axis=0)


def dosed(**changed) -> Dosed:
    usual = {"groups": ("Asian", "Black", "White"), "people": PEOPLE, "dose": DOSE, "residents": PEOPLE, "area": np.arange(40), "unit": "predictions"}
    return Dosed(**{**usual, **changed})


def of(findings, measure, group=None):
    return next(f for f in findings if f.measure == measure and (group is None or f.group == group))


def test_the_share_of_the_dose_is_that_of_a_loop_over_units_of_dose():
    given = [0.0, 0.0, 0.0]
    for place in range(40):
        everyone = sum(PEOPLE[place])
        for group in range(3):
            if everyone:
                given[group] += DOSE[place] * PEOPLE[place][group] / everyone
    share = [one / sum(given) for one in given]
    np.testing.assert_allclose(dose_shares(DOSE, PEOPLE), share, rtol=1e-12)
    parts = RESIDENTS / RESIDENTS.sum()
    np.testing.assert_allclose(dose_over_representation(DOSE, PEOPLE, RESIDENTS), share / parts, rtol=1e-12)
    heads = [one / people for one, people in zip(given, RESIDENTS, strict=True)]
    np.testing.assert_allclose(dose_per_head_ratio(DOSE, PEOPLE, RESIDENTS, reference=2), np.array(heads) / heads[2], rtol=1e-12)


def test_the_mean_dose_is_that_of_everybody_one_by_one():
    for group in range(3):
        met = [DOSE[place] for place in range(40) for _ in range(int(PEOPLE[place][group]))]
        assert mean_dose(DOSE, PEOPLE, RESIDENTS)[group] == pytest.approx(np.mean(met))


def test_many_draws_at_once_are_each_draw_alone_dense_or_sparse():
    draws = np.column_stack([DOSE, DOSE[::-1], np.zeros(40)])
    together = dose_shares(draws, PEOPLE)
    np.testing.assert_allclose(together[:, 0], dose_shares(DOSE, PEOPLE))
    np.testing.assert_allclose(together[:, 1], dose_shares(DOSE[::-1], PEOPLE))
    assert np.isnan(together[:, 2]).all()
    np.testing.assert_array_equal(dose_shares(csr_array(draws), PEOPLE), together)


def test_where_all_places_are_alike_every_ratio_is_one():
    people = np.tile([20.0, 30.0, 50.0], (12, 1))
    dose = np.arange(12.0)
    np.testing.assert_allclose(dose_shares(dose, people), [0.2, 0.3, 0.5])
    np.testing.assert_allclose(dose_over_representation(dose, people, people.sum(axis=0)), 1)
    np.testing.assert_allclose(dose_per_head_ratio(dose, people, people.sum(axis=0), reference=0), 1)


def test_findings_tell_value_interval_denominator_and_the_dose_that_falls_on_nobody():
    found = dose_findings(dosed(), about=ABOUT, reference="White")
    ratio = of(found, "dose_per_head_ratio", "Black")
    assert ratio.value == pytest.approx(dose_per_head_ratio(DOSE, PEOPLE, RESIDENTS, reference=2)[1])
    assert ratio.low < ratio.value < ratio.high
    assert (ratio.n, ratio.reference, ratio.level) == (RESIDENTS[1], "White", 0.95)
    assert of(found, "mean_dose", "Black").unit == "predictions"
    nobody = of(found, "dose_without_residents_share")
    assert (nobody.value, nobody.low, nobody.n) == (pytest.approx(3 / DOSE.sum()), None, DOSE.sum())
    assert not [f for f in found if f.measure.endswith("_ratio") and f.group == "White"]


def test_for_places_flagged_or_not_the_mean_dose_is_left_to_the_exposed_share():
    found = dose_findings(dosed(dose=(DOSE > 2).astype(float)), about=ABOUT, reference="White")
    assert not [f for f in found if f.measure.startswith("mean_dose")]


def test_with_redraws_the_interval_is_their_percentiles():
    redrawn = np.random.default_rng(1).poisson(DOSE[:, None], (40, 200)).astype(float)
    found = of(dose_findings(dosed(redrawn=csr_array(redrawn)), about=ABOUT, reference="White"), "dose_share", "Black")
    each = [dose_shares(redrawn[:, i], PEOPLE)[1] for i in range(200)]
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(each, [0.025, 0.975])), abs=0.002)
    assert "redraws" in found.method


def test_gathering_by_area_loses_no_dose():
    area = np.arange(40) // 8
    by_area = gathered(dosed(area=area, residents=PEOPLE.reshape(5, 8, 3).sum(axis=1)))
    np.testing.assert_allclose(by_area.dose, DOSE.reshape(5, 8).sum(axis=1))
    assert by_area.people.shape == (5, 3)


def test_a_group_without_residents_is_null_with_the_reason():
    people = PEOPLE.copy()
    people[:, 0] = 0
    found = of(dose_findings(dosed(people=people, residents=people), about=ABOUT, reference="White"), "dose_over_representation", "Asian")
    assert (found.value, found.low, found.high) == (None, None, None)
    assert "no residents" in found.caveats[1]


def test_so_few_dosed_areas_that_a_draw_may_miss_them_leaves_no_interval():
    dose = np.zeros(40)
    dose[3] = 1
    found = of(dose_findings(dosed(dose=dose), about=ABOUT, reference="White"), "dose_share", "Black")
    assert found.value is not None
    assert (found.low, found.high) == (None, None)
    assert any("No interval" in caveat for caveat in found.caveats)


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"dose": np.where(DOSE == 3, -1.0, DOSE)}, BadValue, "at least zero"),
        ({"dose": np.where(DOSE == 3, np.nan, DOSE)}, BadValue, "Missing is not zero"),
        ({"dose": DOSE[:-1]}, BadValue, "39 doses"),
        ({"people": PEOPLE[:, :2]}, BadValue, "do not fit"),
        ({"people": np.where(PEOPLE > 50, np.nan, PEOPLE)}, BadValue, "Residents"),
        ({"dose": np.zeros(40)}, CannotAnswer, "No place has any dose"),
        ({"dose": np.eye(40)[7]}, CannotAnswer, "nobody lives"),
    ],
)
def test_tables_that_cannot_be_right_are_refused(changed, error, says):
    with pytest.raises(error, match=says):
        dosed(**changed)


def test_an_unknown_reference_is_refused():
    with pytest.raises(BadSetting, match="Known: Asian, Black, White"):
        dose_findings(dosed(), about=ABOUT, reference="Other")
