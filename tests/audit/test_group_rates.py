"""Rates by group: against fairlearn and aequitas on the same rows, against statsmodels, and by exact coverage."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from evenhand.audit.group_rates import (
    RATES,
    cells_by_area,
    cells_of,
    drawn_cells,
    group_rates,
    rate_differences,
    rate_ratios,
    require_positions,
    share_of,
    wider_with_areas,
)
from evenhand.audit.intervals import Interval
from evenhand.audit.share_comparisons import odds_exact, same_share_p, share_ratio, weighted_sum
from evenhand.audit.trade_offs import chouldechova, error_balance, error_balance_ratios, implied_false_positive_rate
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer
from tests.audit.made_up_scores import counted, made_up_people

BLACK, WHITE = [1369, 805, 532, 990, 0, 0], [505, 349, 461, 1139, 0, 0]
GROUPS = ("Amber", "Blue", "Green")


@pytest.fixture(scope="module")
def people():
    return made_up_people(3_000)


@pytest.fixture(scope="module")
def cells(people):
    return cells_of(counted(people).cells, GROUPS)


def test_cells_are_the_confusion_tables_of_the_rows(people, cells):
    for group, found in zip(GROUPS, cells, strict=True):
        rows = people[people["group"] == group]
        by_hand = [(rows["is_flagged"] == flag) & (rows["outcome"] == outcome) for flag, outcome in ((1, 1), (1, 0), (0, 1), (0, 0))]
        assert found.tolist() == [*(one.sum() for one in by_hand), 0, 0]


@pytest.mark.filterwarnings("ignore")
def test_rates_are_fairlearns(people, cells):
    from fairlearn import metrics

    names = {"selection_rate": metrics.selection_rate, "true_positive_rate": metrics.true_positive_rate}
    names |= {"false_positive_rate": metrics.false_positive_rate, "false_negative_rate": metrics.false_negative_rate}
    names |= {"true_negative_rate": metrics.true_negative_rate}
    frame = metrics.MetricFrame(metrics=names, y_true=people["outcome"], y_pred=people["is_flagged"], sensitive_features=people["group"])
    for name in names:
        assert_allclose(share_of(cells, name), frame.by_group[name].loc[list(GROUPS)].to_numpy(dtype=float), rtol=1e-12)


@pytest.mark.filterwarnings("ignore")
def test_rates_and_ratios_are_aequitas(people, cells):
    from aequitas.bias import Bias
    from aequitas.group import Group

    rows = people.assign(score=people["is_flagged"].astype(int), label_value=people["outcome"].astype(int))[["group", "score", "label_value"]]
    table, _ = Group().get_crosstabs(rows, attr_cols=["group"])
    theirs = Bias().get_disparity_predefined_groups(table, original_df=rows, ref_groups_dict={"group": "Blue"}, alpha=0.05)
    theirs = theirs.set_index("attribute_value").loc[list(GROUPS)]
    named = {"fpr": "false_positive_rate", "fnr": "false_negative_rate", "tpr": "true_positive_rate", "tnr": "true_negative_rate"}
    named |= {"precision": "positive_predictive_value", "npv": "negative_predictive_value", "fdr": "false_discovery_rate", "for": "false_omission_rate"}
    for short, name in {**named, "pprev": "selection_rate"}.items():
        assert_allclose(share_of(cells, name), theirs[short].to_numpy(dtype=float), rtol=1e-9)
        assert_allclose(rate_ratios(cells, name, reference=1).value, theirs[f"{short}_disparity"].to_numpy(dtype=float), rtol=1e-9)


def test_a_rate_and_its_complement_add_up_and_mirror_each_others_limits(cells):
    for name, rate in RATES.items():
        if rate.says_the_same_as:
            one, other = group_rates(cells, name), group_rates(cells, rate.says_the_same_as)
            assert_allclose(one.value + other.value, 1)
            assert_allclose(one.low, 1 - other.high)


def test_differences_are_newcombes_and_the_reference_has_none():
    found = rate_differences([BLACK, WHITE], "false_positive_rate", reference=1)
    assert found.value[0] == pytest.approx(805 / 1795 - 349 / 1488)
    assert np.isnan(found.low[1])


def test_a_rate_over_nobody_is_no_rate():
    nobody = [[0, 0, 3, 7, 0, 0], WHITE]
    assert np.isnan(np.stack(group_rates(nobody, "positive_predictive_value"))[:, 0]).all()
    assert np.isnan(rate_ratios(nobody, "positive_predictive_value", reference=0).value[1])


@pytest.mark.parametrize(("n", "m", "p", "q"), [(40, 60, 0.3, 0.2), (15, 200, 0.5, 0.45), (100, 100, 0.05, 0.1), (30, 30, 0.8, 0.6)])
def test_a_ratio_of_shares_covers_as_often_as_it_says(n, m, p, q):
    """Exact coverage, summed over every pair of counts that can occur."""
    a, c = np.meshgrid(np.arange(n + 1), np.arange(1, m + 1), indexing="ij")
    found = share_ratio(a, n, c, m)
    chance = stats.binom.pmf(a, n, p) * stats.binom.pmf(c, m, q)
    covered = chance[(found.low <= p / q) & (p / q <= found.high)].sum() / chance.sum()
    assert 0.93 <= covered <= 0.975


def test_a_ratio_turned_round_is_its_inverse():
    one, other = share_ratio(30, 100, 20, 80), share_ratio(20, 80, 30, 100)
    assert_allclose([one.value, one.low, one.high], [1 / other.value, 1 / other.high, 1 / other.low], rtol=1e-10)


def test_large_ratios_are_near_the_large_count_formula_of_statsmodels():
    from statsmodels.stats.proportion import confint_proportions_2indep

    theirs = confint_proportions_2indep(805, 1795, 349, 1488, compare="ratio", method="log")
    found = share_ratio(805, 1795, 349, 1488)
    assert_allclose([found.low, found.high], theirs, rtol=5e-3)


def test_nobody_in_a_part_gives_a_ratio_of_nought_with_an_upper_limit_and_a_reference_of_nought_none():
    found = share_ratio(0, 50, 10, 50)
    assert (found.value, found.low) == (0, 0)
    assert 0 < found.high < 1
    assert np.isnan(share_ratio(10, 50, 0, 50).value)


def test_fishers_test_is_scipys_and_large_tables_get_the_corrected_chi_squared():
    for a, n, c, m in ((9, 10, 3, 10), (0, 12, 4, 40), (31, 60, 20, 60)):
        tails = [stats.fisher_exact([[a, n - a], [c, m - c]], alternative=way).pvalue for way in ("less", "greater")]
        assert same_share_p(a, n, c, m) == pytest.approx(min(1, 2 * min(tails)), rel=1e-8)
    table = [[805, 990], [349, 1139]]
    assert same_share_p(805, 1795, 349, 1488) == pytest.approx(stats.chi2_contingency(table, correction=True).pvalue, rel=1e-8)
    assert np.isnan(same_share_p(0, 0, 3, 10))


def test_fishers_test_calls_no_more_often_than_it_says():
    """Exact size: at most 5 % for equal shares, and nearly 5 % once counts are large."""
    a, c = np.meshgrid(np.arange(41), np.arange(31), indexing="ij")
    p_values = same_share_p(a, 40, c, 30)
    for share in (0.1, 0.3, 0.5):
        assert (stats.binom.pmf(a, 40, share) * stats.binom.pmf(c, 30, share))[p_values <= 0.05].sum() <= 0.05


def test_a_weighted_sum_of_one_share_less_another_is_newcombes():
    from evenhand.audit.intervals import share_difference, share_wilson

    shares = share_wilson([56, 48], [70, 80])
    assert_allclose(np.stack(weighted_sum(shares, [1, -1])), np.stack(share_difference(56, 70, 48, 80)))


def test_chouldechovas_identity_holds_for_every_group(cells):
    implied = chouldechova(*(share_of(cells, name) for name in ("base_rate", "positive_predictive_value", "false_negative_rate")))
    assert_allclose(implied, share_of(cells, "false_positive_rate"), rtol=1e-12)


def test_the_rate_implied_for_a_group_is_the_identity_with_the_references_rates():
    found = implied_false_positive_rate([BLACK, WHITE], reference=1)
    ppv, fnr = share_of([BLACK, WHITE], "positive_predictive_value")[1], share_of([BLACK, WHITE], "false_negative_rate")[1]
    assert found.value[0] == pytest.approx(float(chouldechova(1901 / 3696, ppv, fnr)))
    assert found.value[1] == pytest.approx(349 / 1488)
    assert found.low[0] < found.value[0] < found.high[0]
    assert np.isnan(found.low[1])


def test_the_balance_of_errors_is_a_ratio_of_counts():
    found = error_balance([BLACK, WHITE])
    assert_allclose(found.value, [532 / 805, 461 / 349])
    ratio = error_balance_ratios([BLACK, WHITE], reference=1)
    assert ratio.value[0] == pytest.approx(532 / 805 / (461 / 349))
    assert np.isnan(error_balance([[5, 0, 3, 7, 0, 0]]).value[0])
    assert np.isnan(error_balance_ratios([[5, 0, 3, 7, 0, 0], WHITE], reference=1).value[0])


def test_odds_have_no_upper_end_where_the_rest_is_nobody():
    found = odds_exact([5], [0])
    assert np.isnan(found.value[0])
    assert np.isnan(found.high[0])
    assert found.low[0] > 0


def test_areas_drawn_again_widen_what_they_should(people):
    rows = people.assign(area_code=people["group"].map({"Amber": "x", "Blue": "y", "Green": "z"}) + (people.index % 12).astype(str))
    areas = cells_by_area(counted(rows).by_area, GROUPS)
    assert areas.sum() == len(rows)
    draws = drawn_cells(areas, replicates=200, seed=1)
    assert draws.shape == (200, 3, 6)
    plain = group_rates(areas.sum(axis=0), "selection_rate")
    wide = wider_with_areas(plain, share_of(draws, "selection_rate"), areas=len(areas), within=(0, 1))
    assert (wide.low <= plain.low).all()
    assert (wide.high >= plain.high).all()
    none = wider_with_areas(plain, np.full((5, 3), np.nan), areas=12)
    assert_allclose(none.low, plain.low)


def test_wide_limits_stay_within_what_a_share_can_be():
    wide = wider_with_areas(Interval(np.array([0.9]), np.array([0.8]), np.array([0.95])), np.array([[0.2], [0.9], [0.99]]), areas=12, within=(0, 1))
    assert wide.high[0] == 1


def test_a_reference_that_is_not_there_and_a_single_group_are_refused():
    with pytest.raises(BadSetting, match="Groups found: Amber, Blue"):
        require_positions(("Amber", "Blue"), "White")
    with pytest.raises(CannotAnswer, match="All people are of one group"):
        require_positions(("Amber",), "Amber")
    with pytest.raises(BadValue, match="whole numbers"):
        group_rates([[1.5, 0, 0, 0, 0, 0]], "accuracy")
