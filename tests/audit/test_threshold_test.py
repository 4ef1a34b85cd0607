"""The threshold test from counts to findings: what it recovers, what it refuses, and whether its intervals mean what they say."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from scipy import stats

from evenhand.audit.convergence import rhat
from evenhand.audit.infra_marginality import seen_under_a_bar
from evenhand.audit.search_hits import compared_hits
from evenhand.audit.threshold_findings import MEASURES, threshold_findings
from evenhand.audit.threshold_model import Cells, Priors, rates, search_and_hit_rate
from evenhand.audit.threshold_test import draws_of_bars, eligible, fit, threshold_test
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer
from tests.audit.made_up_searches import ABOUT, tally, the


def drawn_counts(random, *, bars, carrying, signal, stops=4_000, areas=8, spread=0.3, area=0.3):
    """Counts of areas by groups from the model itself; bars and carrying are the groups', shares."""
    odds = np.log(np.divide(carrying, np.subtract(1, carrying))) + area * random.normal(size=(areas, 1))
    level = np.log(np.divide(bars, np.subtract(1, bars))) + spread * random.normal(size=(areas, len(bars)))
    own = 1 / (1 + np.exp(-level))
    rate, share = search_and_hit_rate(own, carrying=1 / (1 + np.exp(-odds)), signal=signal)
    made = random.binomial(stops, rate)
    return np.full(made.shape, float(stops)), made.astype(float), random.binomial(made, share).astype(float), own


COUNTS = drawn_counts(np.random.default_rng(1), bars=[0.1, 0.2], carrying=[0.05, 0.05], signal=1.6)[:3]


def test_the_draws_of_a_cells_bar_follow_its_table():
    """One cell, all else held: draws against the distribution on a fine grid."""
    cells = Cells(np.array([[500.0]]), np.array([[40.0]]), np.array([[12.0]]), 1, 1)
    position = np.broadcast_to(np.array([1.5, -0.8, 0.4, 0.1, 0.0, np.log(0.4)]), (1, 1, 20_000, 6))
    drawn = draws_of_bars(cells, position, np.random.default_rng(2)).ravel()
    parts = cells.parts(position[0, :, :1])
    carrying = parts.carrying[0, 0, 0] + 0.1
    grid = np.linspace(-4, 2, 20_001)
    seen = rates(grid, carrying, 1 / (1 + np.exp(-carrying)), np.exp(parts.signal[0, 0, 0]))
    log_chance = 12 * np.log(seen.hit) + 28 * np.log(seen.miss) + 460 * np.log(seen.rest) + stats.norm.logpdf(grid, parts.bar[0, 0, 0], 0.4)
    chance = np.cumsum(np.exp(log_chance - log_chance.max()))
    assert stats.kstest(drawn, lambda x: np.interp(x, grid, chance / chance[-1])).pvalue > 0.01


def test_same_seed_same_answer_and_progress_is_told():
    told = []
    first, again = (threshold_test(*COUNTS, reference=1, warm_up=60, draws=10, seed=3, tell=lambda what, share: told.append(share)) for _ in range(2))
    assert first.bar.value.tolist() == again.bar.value.tolist()
    assert told[0] == 0
    assert max(told) <= 1


def test_chains_that_have_not_met_give_null_findings_that_say_so(monkeypatch):
    monkeypatch.setattr("evenhand.audit.threshold_findings.threshold_test", partial(threshold_test, warm_up=60))
    found = threshold_findings(tally(COUNTS[1], COUNTS[2], encounters=COUNTS[0]), ABOUT, draws=10)
    bars = [one for one in found if one.measure.startswith("search_threshold")]
    assert [one.value for one in bars] == [None] * 3
    assert all("chains have not agreed" in one.caveats[0] for one in bars)
    assert the(found, "threshold_misfit_share").value is None


@pytest.mark.parametrize(
    ("encounters", "says"),
    [
        (None, "only searches are published"),
        (COUNTS[0][:1], "1 areas have 500 stops"),
        (np.full((8, 2), 100.0), "0 areas have 500 stops"),
        (np.full((8, 2), np.nan), "0 areas have 500 stops"),
    ],
    ids=["only searches", "one area", "few stops", "stops unknown"],
)
def test_what_it_cannot_be_run_on_is_one_null_finding_with_the_reason(encounters, says):
    areas = 8 if encounters is None else len(encounters)
    made = np.minimum(COUNTS[1][:areas], 90)
    found = threshold_findings(tally(made, np.minimum(COUNTS[2][:areas], 20), encounters=encounters), ABOUT)
    assert [(one.measure, one.value) for one in found] == [("search_threshold", None)]
    assert says in found[0].caveats[0]


def test_unknown_results_and_a_benchmark_too_small_are_reasons_as_well():
    made = tally(COUNTS[1], COUNTS[2], encounters=COUNTS[0])
    unknown = made.__class__(**(made.__dict__ | {"made": made.made * 1.2}))
    assert "no known result" in threshold_findings(unknown, ABOUT)[0].caveats[0]
    few = made.__class__(**(made.__dict__ | {"encounters": made.searches - 1}))
    assert "more searches than residents" in " ".join(threshold_findings(few, ABOUT, stands_for="residents")[0].caveats)


@pytest.mark.parametrize(
    ("tables", "says"),
    [
        ((COUNTS[1], COUNTS[0], COUNTS[2]), "more searches than stops"),
        ((COUNTS[0], COUNTS[2], COUNTS[1]), "more hits than searches"),
        ((COUNTS[0] + 0.5, COUNTS[1], COUNTS[2]), "whole numbers"),
        ((COUNTS[0][:3], COUNTS[1], COUNTS[2]), "alike in shape"),
    ],
)
def test_counts_that_cannot_be_right_are_refused(tables, says):
    with pytest.raises(BadValue, match=says):
        threshold_test(*tables, reference=1)


def test_settings_without_sense_are_refused():
    with pytest.raises(BadSetting, match="must be above 0"):
        threshold_test(*COUNTS, reference=1, prior_scale=0)


def test_which_cells_enter_and_what_share_of_stops_that_is():
    stops = np.array([[900.0, 800, 600]] * 5 + [[900, 20, 700], [100, 900, 900]])
    kept = eligible(stops, reference=0)
    assert kept.areas.tolist() == [0, 1, 2, 3, 4, 5]
    assert kept.groups.tolist() == [0, 1, 2]
    assert not kept.cells[5, 1]
    assert kept.used_share == pytest.approx((6 * 900 + 5 * 800 + 5 * 600 + 700) / stops.sum())
    with pytest.raises(CannotAnswer, match="5 are the fewest"):
        eligible(stops, reference=0, least=850)


@pytest.mark.slow
def test_planted_bars_are_found_and_every_measure_is_given():
    random = np.random.default_rng(5)
    stops, made, hits, own = drawn_counts(random, bars=[0.1, 0.2], carrying=[0.05, 0.06], signal=1.6, areas=12)
    found = threshold_findings(tally(made, hits, encounters=stops), ABOUT, draws=500)
    assert {one.measure for one in found} == set(MEASURES)
    for group, truth in (("Black", own[:, 0].mean()), ("White", own[:, 1].mean())):
        bar = the(found, "search_threshold", group)
        assert bar.low < truth < bar.high
    apart = the(found, "search_threshold_difference", "Black")
    assert apart.high < 0
    assert apart.settings["probability_that_the_bar_is_lower"] > 0.99
    assert apart.settings["rhat"] < 1.01
    assert the(found, "threshold_misfit_share").value < 0.15


@pytest.mark.slow
def test_intervals_cover_where_the_truth_is_drawn_from_the_priors():
    """Simulation-based calibration: 40 data sets drawn from the priors and kept if search rates and hits are such as police record.

    Keeping by the data does not touch the calibration, which holds given any data.
    """
    random, priors, groups, areas, stops = np.random.default_rng(1), Priors(), 2, 6, 1_000
    carrying, signal, bars, truth = _from_priors(random, 1_600, groups, areas, priors)
    seen = rates(bars, carrying, 1 / (1 + np.exp(-carrying)), np.exp(signal))
    made = random.binomial(stops, np.clip(seen.hit + seen.miss, 0, 1))
    hits = random.binomial(made, np.clip(seen.hit / (seen.hit + seen.miss), 0, 1))
    per_group = (made.reshape(-1, areas, groups).sum(axis=1), hits.reshape(-1, areas, groups).sum(axis=1))
    rate, share = per_group[0] / (areas * stops), per_group[1] / np.maximum(per_group[0], 1)
    kept = np.flatnonzero(((rate > 0.01) & (rate < 0.3) & (share > 0.05) & (share < 0.6)).all(axis=1))[:40]
    cells = Cells(np.full((len(kept), groups * areas), float(stops)), made[kept].astype(float), hits[kept].astype(float), groups, areas)
    drawn = cells.parts(fit(cells, priors, chains=2, warm_up=300, draws=200, seed=1).positions).bar
    met = np.array([max(rhat(drawn[:, one, :, group]) for group in range(groups)) < 1.1 for one in range(len(kept))])
    assert met.mean() > 0.85
    ranks = []
    for of, true in ((drawn[..., 0], truth[kept, 0]), (drawn[..., 1] - drawn[..., 0], truth[kept, 1] - truth[kept, 0])):
        ranks.append((of.transpose(1, 0, 2).reshape(len(kept), -1) < true[:, None]).mean(axis=1)[met])
    covered = [float(((one > 0.025) & (one < 0.975)).mean()) for one in ranks]
    assert all(0.87 <= one <= 1 for one in covered), covered
    assert all(stats.kstest(one, "uniform").pvalue > 0.01 for one in ranks)


@pytest.mark.slow
def test_where_hits_alone_would_accuse_it_does_not():
    """One bar of 10 per cent for both groups, chances spread differently: hits differ every time, bars in about one interval of twenty."""
    random, fits, areas, stops = np.random.default_rng(6), 24, 8, 3_000
    level = np.log(0.1 / 0.9) + 0.25 * random.normal(size=(fits, areas, 2))
    rate, share = seen_under_a_bar(1 / (1 + np.exp(-level)), mean=[0.05, 0.05], concentration=[6, 20])
    made = random.binomial(stops, rate)
    hits = random.binomial(made, share)
    accused = [compared_hits(h, m, reference=0).ratio.counts.high[1] < 1 for h, m in zip(hits, made, strict=True)]
    assert np.mean(accused) > 0.95
    cells = Cells(np.full((fits, areas * 2), float(stops)), made.reshape(fits, -1).astype(float), hits.reshape(fits, -1).astype(float), 2, areas)
    drawn = cells.parts(fit(cells, Priors(), chains=2, warm_up=300, draws=200, seed=7).positions).bar
    apart = (drawn[..., 1] - drawn[..., 0]).transpose(1, 0, 2).reshape(fits, -1)
    low, high = np.quantile(apart, [0.025, 0.975], axis=1)
    assert ((low > 0) | (high < 0)).mean() <= 0.2


def _from_priors(random, draws, groups, areas, priors):
    """Parameters of every cell and of every group, drawn from the priors."""
    variance = [priors.freedom * size**2 / random.chisquare(priors.freedom, (draws, 1)) for size in (priors.area_carrying, priors.area_signal)]
    effects = [np.sqrt(one) * random.normal(size=(draws, areas)) for one in variance]
    of_groups = [middle + spread * random.normal(size=(draws, groups)) for middle, spread in (priors.carrying, priors.signal, priors.bar)]
    spread = priors.bar_spread * priors.bar_spread_factor ** random.normal(size=(draws, 1))
    carrying, signal = ((of[:, None, :] + effect[:, :, None]).reshape(draws, -1) for of, effect in zip(of_groups[:2], effects, strict=True))
    return carrying, signal, np.tile(of_groups[2], (1, areas)) + spread * random.normal(size=(draws, groups * areas)), of_groups[2]
