"""People of like record and of like conduct: against statsmodels, and against what was set in the made-up town."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from evenhand.audit.about import About
from evenhand.audit.conditional_parity import common_difference
from evenhand.audit.person_matching import gap_of_flags, matched_means, matching_findings, standardised_difference
from evenhand.audit.person_rules import made_up_rule
from evenhand.audit.person_tallies import tally_people
from tests.audit.made_up_list import ON, Town, points, town_of

ABOUT = About("people", "Nowhere", "2022", "made up")
FLAGGED, PEOPLE = np.array([[30.0, 40.0], [40.0, 60.0], [5.0, 0.0]]), np.array([[100.0, 200.0], [50.0, 100.0], [9.0, 0.0]])


def found_in(town, **settings):
    world = town_of(town)
    tallies = tally_people(world.book, points(world.book, on=ON), conduct=world.conduct)
    return matching_findings(tallies, reference="Blue", about=ABOUT, replicates=200, **settings)


def one(found, measure, matched_on=None):
    return next(finding for finding in found if finding.measure == measure and matched_on in (None, finding.settings.get("matched_on")))


def test_the_gathered_ratio_is_that_of_statsmodels():
    from statsmodels.stats.contingency_tables import StratifiedTable

    found = found_in(Town(people=8_000, recorded=(0.6, 0.3)), rule=made_up_rule())
    world = town_of(Town(people=8_000, recorded=(0.6, 0.3)))
    people = tally_people(world.book, points(world.book, on=ON), conduct=world.conduct).people
    table = people.by("conduct", "group", "is_flagged")
    table = table[(table.sum(axis=2) > 0).all(axis=1)]
    theirs = StratifiedTable(np.moveaxis(table[:, :, ::-1], 0, -1))
    a, n, c, m = table[:, 0, 1], table[:, 0].sum(axis=1), table[:, 1, 1], table[:, 1].sum(axis=1)
    ratio = (a * m / (n + m)).sum() / (c * n / (n + m)).sum()
    assert one(found, "matched_flag_ratio", "conduct").value == pytest.approx(ratio)
    assert np.sign(np.log(ratio)) == np.sign(theirs.logodds_pooled)


def test_the_gap_of_many_draws_at_once_is_that_of_one_table():
    alone = common_difference(FLAGGED[:2, 0], PEOPLE[:2, 0], FLAGGED[:2, 1], PEOPLE[:2, 1]).value
    assert_allclose(gap_of_flags(FLAGGED, PEOPLE, reference=1), [alone, 0.0])
    assert_allclose(gap_of_flags(np.stack([FLAGGED] * 3), np.stack([PEOPLE] * 3), reference=1)[:, 0], alone)


def test_standardising_weights_strata_by_everybody_and_leaves_out_those_of_one_group():
    found = standardised_difference(FLAGGED, PEOPLE, group=0, reference=1)
    assert float(found.value) == pytest.approx((0.1 * 300 + 0.2 * 150) / 450)
    assert np.isnan(standardised_difference(FLAGGED[2:], PEOPLE[2:], group=0, reference=1).value)


def test_mean_scores_in_one_stratum_are_compared_as_welch_does():
    from scipy.stats import ttest_ind

    rng = np.random.default_rng(1)
    ours, theirs = rng.normal(0.5, 0.1, 4_000), rng.normal(0.4, 0.2, 3_000)
    sums = [[[len(one), one.sum(), one @ one] for one in (ours, theirs)]]
    found = matched_means(sums, group=0, reference=1)
    peer = ttest_ind(ours, theirs, equal_var=False).confidence_interval()
    assert_allclose([found.low, found.high], [peer.low, peer.high], rtol=1e-3)


def test_the_interval_of_the_standardised_gap_holds_as_often_as_it_says():
    rng = np.random.default_rng(5)
    people, chance = np.array([[400, 900], [150, 300], [60, 80]]), np.array([[0.05, 0.05], [0.2, 0.1], [0.5, 0.4]])
    weight = people.sum(axis=1) / people.sum()
    truth = float(weight @ (chance[:, 0] - chance[:, 1]))
    held = [
        found.low <= truth <= found.high for found in (standardised_difference(rng.binomial(people, chance), people, group=0, reference=1) for _ in range(600))
    ]
    assert 0.93 < np.mean(held) < 0.98


def test_where_one_group_is_recorded_more_the_gap_hides_behind_the_record():
    found = found_in(Town(people=16_000, recorded=(0.6, 0.3)))
    hidden = one(found, "conduct_less_record_gap")
    assert hidden.low > 0
    by_record, by_conduct = (one(found, "matched_flag_difference", side) for side in ("record", "conduct"))
    assert by_conduct.low > by_record.high
    assert hidden.value == pytest.approx(by_conduct.value - by_record.value, abs=0.002)
    assert one(found, "matched_score_difference", "conduct").low > one(found, "matched_score_difference", "record").high


def test_with_no_difference_in_recording_no_gap_is_found_either_way():
    found = found_in(Town(people=16_000, seed=4))
    for measure in ("matched_flag_difference", "standardised_flag_difference", "matched_score_difference"):
        for side in ("record", "conduct"):
            finding = one(found, measure, side)
            assert finding.low < 0 < finding.high, (measure, side)
    assert one(found, "conduct_less_record_gap").low < 0 < one(found, "conduct_less_record_gap").high


def test_ones_own_strata_may_be_given():
    world = town_of(Town(people=2_000, recorded=(0.6, 0.3)))
    strata = (np.digitize(world.rate, [0.1, 0.5, 1.0]), ("rarely", "seldom", "at times", "often"))
    tallies = tally_people(world.book, points(world.book, on=ON), conduct=world.conduct, conduct_stratum=strata)
    assert tallies.people.side("conduct") == strata[1]
    found = matching_findings(tallies, reference="Blue", about=ABOUT, rule=made_up_rule(), replicates=50)
    assert one(found, "matched_flag_difference", "conduct").settings["strata"] == 4


def test_without_a_truth_only_the_record_is_matched_on():
    world = town_of(Town(people=2_000))
    found = matching_findings(tally_people(world.book, points(world.book, on=ON)), reference="Blue", about=ABOUT, replicates=50)
    assert {finding.settings["matched_on"] for finding in found} == {"nothing", "record"}
