"""The ratio over months: against statsmodels, the health report's own rule, and worlds with a known trend."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.audit.ratio_trend import ABSENT, LOW, ratio_change_per_year, usable_months
from evenhand.tables.errors import BadValue
from evenhand.tables.health import month_gaps

approx = pytest.approx


def made_up_months(seed=0, months=24, *, change=1.2, scatter=0.0):
    random = np.random.default_rng(seed)
    time, busy = np.arange(months), np.exp(random.normal(0, 0.3, months))
    factor = random.gamma(1 / scatter, scatter, (2, months)) if scatter else np.ones((2, months))
    return random.poisson(12 * busy * change ** (time / 12) * factor[0]), random.poisson(40 * busy * factor[1]), time


def test_the_change_is_a_binomial_regression_with_the_scatter_of_its_residuals():
    import statsmodels.api as sm
    from scipy.stats import t

    events, base, time = made_up_months(scatter=0.1)
    change, scatter = ratio_change_per_year(events, base, time, people=1_000, reference_people=10_000)
    design = np.column_stack([np.ones(24), time / 12])
    theirs = sm.GLM(np.column_stack([events, base]), design, family=sm.families.Binomial(), offset=np.full(24, np.log(0.1))).fit(tol=1e-12)
    assert np.log(change.value) == approx(theirs.params[1], rel=1e-6)
    assert scatter == approx(theirs.pearson_chi2 / 22, rel=1e-6)
    assert np.log(change.high / change.value) / t.ppf(0.975, 22) == approx(theirs.bse[1] * np.sqrt(scatter), rel=1e-6)


def test_a_planted_change_is_found_and_what_moves_both_groups_drops_out():
    events, base, time = 100 * 2 ** np.arange(3).repeat(12) // 1, np.full(36, 800), np.arange(36)
    lockdown = np.where((time > 14) & (time < 20), 3, 1)
    assert ratio_change_per_year(events // lockdown, base // lockdown, time, people=1, reference_people=1).per_year.value == approx(2, rel=0.15)
    steady = ratio_change_per_year(np.full(36, 90) // lockdown, base // lockdown, time, people=1, reference_people=1)
    assert steady.per_year.value == approx(1, abs=0.01)
    assert steady.scatter < 1
    assert steady.per_year.low < 0.97


def test_residents_move_the_level_and_not_the_change():
    events, base, time = made_up_months()
    few, many = (ratio_change_per_year(events, base, time, people=people, reference_people=7_000).per_year.value for people in (100, 100_000))
    assert few == approx(many, rel=1e-9)


def test_a_month_left_out_leaves_the_times_of_the_others():
    events, base, time = made_up_months()
    kept = np.delete(np.arange(24), [5, 6, 7])
    gap = ratio_change_per_year(events[kept], base[kept], time[kept], people=1, reference_people=10).per_year
    assert gap.low < 1.2 < gap.high


@pytest.mark.parametrize(
    ("events", "base"),
    [([3] * 11, [9] * 11), ([0] * 24, [9] * 24), ([3] * 24, [0] * 24), ([0] * 12 + [4] * 12, [7] * 12 + [0] * 12), ([3] * 11 + [0] * 13, [9] * 11 + [0] * 13)],
)
def test_what_tells_no_change_gives_none(events, base):
    change = ratio_change_per_year(events, base, range(len(events)), people=1, reference_people=10)
    assert np.isnan(np.stack(change.per_year)).all()


def test_lists_that_do_not_fit_and_groups_of_nobody_are_refused():
    with pytest.raises(BadValue, match="one length"):
        ratio_change_per_year([3] * 12, [9] * 12, range(11), people=1, reference_people=10)
    with pytest.raises(BadValue, match="whole numbers"):
        ratio_change_per_year([0.5] * 12, [9] * 12, range(12), people=1, reference_people=10)
    with pytest.raises(BadValue, match="without residents"):
        ratio_change_per_year([3] * 12, [9] * 12, range(12), people=0, reference_people=10)
    with pytest.raises(BadValue, match="no month missing"):
        ratio_change_per_year([3] * 12, [9] * 12, [*range(11), np.nan], people=1, reference_people=10)


@pytest.mark.parametrize(
    "records",
    [
        {"2019-06": 5_416, "2019-08": 4_846},
        {"2019-06": 5_416, "2019-07": 0, "2019-08": 4_846, "2019-09": 2_000, "2019-10": 4_900},
        {"2019-06": 100, "2019-07": 30},
        {f"2019-{month:02d}": 400 + month for month in range(6, 11)},
    ],
)
def test_months_are_left_out_by_the_rule_the_health_report_warns_by(records):
    first, last = min(records), max(records)
    why = usable_months(records, first=first, last=last)
    said = " ".join(note.says for note in month_gaps(records, first=first, last=last) if note.level == "warn")
    for month, reason in why.items():
        assert bool(reason) == (month in said), month
        assert reason in ("", ABSENT, LOW)


@pytest.mark.slow
@pytest.mark.parametrize(("months", "scatter"), [(12, 0.0), (24, 0.0), (24, 0.1), (36, 0.1)])
def test_the_change_covers_as_often_as_it_says(months, scatter):
    """2,000 worlds; nominal 95 %, allowed 93 to 97.5 %: with 12 months of chance alone the wider of two limits is a little wide."""
    hits = 0
    for seed in range(2_000):
        change = ratio_change_per_year(*made_up_months(seed, months, scatter=scatter), people=1_000, reference_people=10_000).per_year
        hits += bool(change.low <= 1.2 <= change.high)
    assert 0.93 <= hits / 2_000 <= 0.975
