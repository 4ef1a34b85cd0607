"""Randomisation inference: against every possible draw, by size, power and coverage, and on what must be refused."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from evenhand.audit.carry_over import lag_effects, protected, ratio_from_shown, shown_ratio, yesterdays
from evenhand.audit.lots import lots
from evenhand.audit.patrol_power import power_curve, smallest_detectable
from evenhand.audit.randomisation import _chances, difference_effect, largest_share, means, one_sided_p, ratio_effect
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer
from tests.audit.made_up_trial import trial


def every_draw(days, places, wins):
    """All ways of drawing `wins` of `places` on each of `days`; shape (draws, days * places)."""
    one_day = [np.isin(np.arange(places), won) for won in combinations(range(places), wins)]
    return np.array([np.concatenate(days_) for days_ in product(one_day, repeat=days)])


def test_the_exact_chances_are_those_of_every_possible_draw():
    place, day = np.tile(np.arange(4), 3), np.repeat(np.arange(3), 4)
    events = np.array([2, 0, 1, 0, 0, 3, 0, 0, 1, 1, 0, 0])
    drawn = lots(place, day, np.tile([True, False, True, False], 3))
    totals = every_draw(3, 4, 2) @ events
    assert_allclose(_chances(events.astype(float), drawn), np.bincount(totals, minlength=9) / len(totals), atol=1e-12)


def test_chances_of_blocks_within_places_and_of_stated_chances_are_counted_out_too():
    place, day = np.repeat(np.arange(2), 4), np.tile(np.arange(4), 2)
    treated = np.array([1, 0, 1, 0, 0, 1, 1, 0], dtype=bool)
    events = np.array([1, 0, 2, 0, 0, 0, 1, 1])
    within = lots(place, day, treated, design="within-place", block_days=2)
    assert_allclose(_chances(events.astype(float), within), np.bincount([a + b + c for a in (0, 1) for b in (0, 2) for c in (1, 1)], minlength=6) / 8)
    stated = lots(place, day, treated, design="probabilities", chance=np.full(8, 0.25))
    total = np.array([1.0])
    for n in events[events > 0]:
        total = np.convolve(total, np.array([0.75, *[0] * (n - 1), 0.25]))
    assert_allclose(_chances(events.astype(float), stated), total)


@pytest.mark.parametrize("design", ["daily", "within-place", "probabilities"])
def test_redraws_keep_to_the_lots(design):
    place, day, treated, _ = trial(1, places=6, daily=2, days=10)
    drawn = lots(place, day, treated, design=design, block_days=5, chance=np.where(place < 3, 0.2, 0.6) if design == "probabilities" else None)
    draws = np.concatenate(list(drawn.draws(seed=1, replicates=3000)))
    assert draws.shape == (3000, 60)
    assert_allclose(draws.mean(axis=0), drawn.chance, atol=0.05)
    if design != "probabilities":
        for number in np.unique(drawn.lot):
            assert (draws[:, drawn.lot == number].sum(axis=1) == treated[drawn.lot == number].sum()).all()
    again = np.concatenate(list(drawn.draws(seed=1, replicates=3000)))
    assert (draws == again).all()


def test_days_with_places_missing_draw_from_those_there():
    place, day = np.array([0, 1, 2, 0, 1]), np.array([0, 0, 0, 1, 1])
    drawn = lots(place, day, [True, False, False, False, True])
    assert_allclose(drawn.chance, [1 / 3, 1 / 3, 1 / 3, 1 / 2, 1 / 2])
    draws = next(drawn.draws(seed=1, replicates=500))
    assert (draws[:, :3].sum(axis=1) == 1).all()
    assert (draws[:, 3:].sum(axis=1) == 1).all()


def test_the_p_value_is_about_that_of_every_possible_draw():
    place, day = np.tile(np.arange(4), 4), np.repeat(np.arange(4), 4)
    rng = np.random.default_rng(3)
    treated = rng.permuted(np.tile([True, True, False, False], (4, 1)), axis=1).ravel()
    outcome = rng.gamma(2, 1, 16) * np.where(treated, 0.5, 1)
    draws = every_draw(4, 4, 2)

    def studentised(z):
        gap = (z @ outcome - (~z) @ outcome) / 8
        variance = [((side @ outcome**2) / 8 - (side @ outcome / 8) ** 2) / 8 for side in (z, ~z)]
        return gap / np.sqrt(variance[0] + variance[1])

    came, every = studentised(treated[None, :]), studentised(draws)
    like = (np.abs(every - came) < 1e-9).mean() / 2  # draws like the one that came out count half
    exact = 2 * min((every > came + 1e-9).mean() + like, (every < came - 1e-9).mean() + like)
    assert ratio_effect(outcome, lots(place, day, treated), seed=1, replicates=9999).p_value == pytest.approx(exact, abs=0.01)


def test_means_weigh_place_days_by_one_over_their_chance():
    drawn = lots([0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2], [1, 0, 0, 1, 1, 0], design="within-place")
    found = means([3, 1, 2, 4, 6, 5], drawn)
    assert found.treated == pytest.approx((3 * 3 + (4 + 6) * 1.5) / 6)
    assert found.control == pytest.approx(((1 + 2) * 1.5 + 5 * 3) / 6)
    assert (found.treated_days, found.control_days, found.treated_total, found.control_total) == (3, 3, 13, 8)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), effect=st.sampled_from([0.2, 0.6, 1.0, 1.5]), rate=st.sampled_from([0.03, 0.2, 2.0]))
def test_the_value_lies_in_its_interval_and_p_agrees_with_it(seed, effect, rate):
    place, day, treated, events = trial(seed, places=8, daily=3, days=30, rate=rate, effect=effect)
    found = ratio_effect(events, lots(place, day, treated), seed=1, replicates=499)
    if np.isfinite([found.value, found.low, found.high]).all():
        assert found.low <= found.value <= found.high
        if found.p_value < 0.045:
            assert not found.low < 1 < found.high


def test_twice_the_harm_is_the_same_ratio_and_twice_the_difference():
    place, day, treated, events = trial(5, rate=0.2)
    harm = events * np.random.default_rng(1).gamma(1, 50, len(events))
    drawn = lots(place, day, treated)
    assert_allclose(ratio_effect(harm, drawn, seed=1), ratio_effect(2 * harm, drawn, seed=1), rtol=1e-6)
    assert_allclose(np.array(difference_effect(2 * harm, drawn, seed=1))[:3], 2 * np.array(difference_effect(harm, drawn, seed=1))[:3], rtol=1e-3)


def test_no_events_on_patrol_days_bound_the_ratio_above_and_none_on_others_below():
    place, day, treated, events = trial(2, rate=0.06)
    drawn = lots(place, day, treated)
    none_there = ratio_effect(np.where(treated, 0, events), drawn, seed=1)
    assert (none_there.value, none_there.low) == (0, 0)
    assert 0 < none_there.high < 0.2
    none_here = ratio_effect(np.where(treated, events, 0), drawn, seed=1)
    assert np.isnan([none_here.value, none_here.high]).all()
    assert none_here.low > 5
    assert np.isnan(ratio_effect(np.where(treated, 0.0, events * 0.5), drawn, seed=1).high)  # harm: no count to bound it by
    assert np.isnan(ratio_effect(np.zeros(len(events)), drawn, seed=1)).all()


def test_one_sided_p_values_meet_the_interval():
    place, day, treated, events = trial(4, rate=0.1, effect=0.6)
    drawn = lots(place, day, treated)
    found = ratio_effect(events, drawn, seed=1)
    assert one_sided_p(events, drawn, found.low, at_least=True, seed=1) == pytest.approx(0.025, abs=0.01)
    assert one_sided_p(events, drawn, found.high, at_least=False, seed=1) == pytest.approx(0.025, abs=0.01)


def test_the_largest_share_says_when_a_sum_rests_on_one_event():
    assert largest_share([0, 90, 5, 5]) == 0.9
    assert np.isnan(largest_share([0, 0]))


@pytest.mark.parametrize(
    ("given_", "error", "message"),
    [
        ({"design": "alternate"}, BadSetting, "design='alternate' is not known"),
        ({"design": "probabilities"}, BadSetting, "needs each place-day's chance"),
        ({"design": "probabilities", "chance": [0.5, 0.5, 0.5, 1.2]}, BadSetting, "between 0 and 1"),
        ({"design": "probabilities", "chance": [0.0, 0.5, 0.5, 0.5]}, BadSetting, "with chance 0 was patrolled"),
        ({"design": "within-place", "block_days": 1}, BadSetting, "leaves nothing to chance"),
    ],
)
def test_lots_that_cannot_be_are_refused(given_, error, message):
    with pytest.raises(error, match=message):
        lots([0, 1, 0, 1], [0, 0, 1, 1], [True, False, False, True], **given_)


def test_a_draw_with_one_outcome_is_refused():
    with pytest.raises(CannotAnswer, match="on every day all places or none"):
        lots([0, 1, 0, 1], [0, 0, 1, 1], [True, True, False, False])
    with pytest.raises(CannotAnswer, match="every place was patrolled on all days"):
        lots([0, 1, 0, 1], [0, 0, 1, 1], [True, False, True, False], design="within-place")


@pytest.mark.parametrize("wrong", [np.nan, -1])
def test_outcomes_that_cannot_be_are_refused(wrong):
    place, day, treated, events = trial(2)
    with pytest.raises(BadValue, match="negative or missing"):
        ratio_effect(np.where(np.arange(len(events)) == 7, wrong, events.astype(float)), lots(place, day, treated), seed=1)


def test_power_is_the_size_without_an_effect_and_grows_with_one():
    place, day, treated, _ = trial(1)
    curve = power_curve(lots(place, day, treated), 0.038, reductions=[0, 0.31, 0.735], runs=600, seed=1)
    assert curve[0].power == pytest.approx(0.04, abs=0.025)
    assert curve[1].power == pytest.approx(0.22, abs=0.06)  # a third fewer would be missed four times in five
    assert curve[1].exaggeration > 1.4
    assert curve[2].power > 0.9
    assert curve[0].events == pytest.approx(0.038 * 1800, rel=0.05)
    assert smallest_detectable(curve[:2]) is None


@pytest.mark.parametrize(
    ("given_", "message"), [({"rate": 0.0}, "no rate"), ({"dispersion": -1}, "dispersion"), ({"alpha": 5}, "alpha"), ({"runs": 10}, "too few")]
)
def test_power_of_what_cannot_be_is_refused(given_, message):
    place, day, treated, _ = trial(1, days=5)
    with pytest.raises(BadSetting, match=message):
        power_curve(lots(place, day, treated), **{"rate": 0.1, "reductions": [0.5], "seed": 1, **given_})


def test_yesterdays_are_found_across_gaps_as_absent():
    assert yesterdays([0, 0, 0], [0, 1, 3], days=2).tolist() == [[0, 1, 2], [-1, 0, -1], [-1, -1, 1]]


def test_what_is_shown_and_what_is_true_turn_round():
    for ratio in (0.2, 0.5, 0.9, 1.0):
        shown = shown_ratio(ratio, chance=0.4, days=3)
        assert ratio <= shown <= 1
        assert ratio_from_shown(shown, chance=0.4, days=3) == pytest.approx(ratio)
    assert np.isnan(ratio_from_shown(2.0, chance=0.4, days=3))  # no protection could show a rise


def test_protected_chances_are_those_of_redraws():
    place, day, treated, _ = trial(6, places=8, daily=3, days=12)
    for design, block in (("daily", None), ("within-place", 6)):
        own = protected(place, day, lots(place, day, treated, design=design, block_days=block), days=2)
        draws = np.concatenate(list(own.draws(seed=9, replicates=4000)))
        there = own.is_open
        assert_allclose(draws.mean(axis=0)[there], own.chance[there], atol=0.045)
        assert (own.chance[day < 2] == 1).all()


def test_no_days_before_cannot_tell_what_carries_over():
    place, day, treated, events = trial(6, days=3)
    with pytest.raises(CannotAnswer, match="days before in the table"):
        protected(place, day, lots(place, day, treated), days=5)
    with pytest.raises(BadSetting, match="no number of days"):
        lag_effects(events, place, day, treated, days=0)


def test_protection_that_lasts_makes_the_plain_ratio_too_mild_and_the_protected_one_finds_it():
    """A patrol halves events on its day and the three after: the plain comparison shows 0.82, as the formula has it."""
    plain, seen = [], []
    for seed in range(12):
        place, day, treated, events = trial(seed, days=120, rate=1.0, effect=0.5, protects=3)
        drawn = lots(place, day, treated)
        late = day >= 3
        plain.append(events[late & treated].mean() / events[late & ~treated].mean())
        arms = means(events, protected(place, day, drawn, days=3))
        seen.append(arms.treated / arms.control)
    assert np.mean(plain) == pytest.approx(shown_ratio(0.5, chance=0.4, days=3), abs=0.02)
    assert np.mean(seen) == pytest.approx(0.5, abs=0.02)


def effects(runs, **given_):
    """The ratio found in so many made-up trials."""
    for seed in range(runs):
        place, day, treated, events = trial(1000 + seed, **given_)
        yield ratio_effect(events, lots(place, day, treated), seed=1, replicates=299)


@pytest.mark.slow
@pytest.mark.parametrize(
    "given_", [{"rate": 0.076, "vary_places": 1.0, "vary_days": 0.3}, {"rate": 1.0, "vary_places": 0.5, "vary_days": 0.3, "spread": 0.5}], ids=str
)
def test_the_randomisation_test_finds_something_in_one_of_twenty_trials_without_effect(given_):
    """Size at 5 %, with as many events as in Southend's trial (68) and with many; 500 trials each, standard error 1 %."""
    rejected = np.mean([found.p_value <= 0.05 for found in effects(500, days=45, **given_)])
    assert 0.03 <= rejected <= 0.07, rejected


@pytest.mark.slow
@pytest.mark.parametrize(
    "given_",
    [
        {"rate": 0.076, "effect": 0.5, "vary_places": 1.0, "vary_days": 0.3},
        {"rate": 0.3, "effect": 0.7, "vary_places": 1.0, "vary_days": 0.3, "spread": 0.5},
        {"rate": 1.0, "effect": 0.8, "vary_places": 0.5, "vary_days": 0.3, "spread": 0.5},
    ],
    ids=str,
)
def test_the_intervals_cover_as_often_as_they_say(given_):
    """95 % intervals of the ratio; 400 trials each, standard error 1.1 %."""
    covered = np.mean([found.low <= given_["effect"] <= (found.high if np.isfinite(found.high) else np.inf) for found in effects(400, days=45, **given_)])
    assert 0.93 <= covered <= 0.975, covered


@pytest.mark.slow
def test_intervals_of_differences_and_of_harm_cover_too():
    """The difference in events per place-day, and without any effect the ratio of a harm that few events make up; 300 trials each."""
    covered = {"difference": 0, "harm": 0}
    for seed in range(300):
        place, day, treated, events = trial(2000 + seed, days=45, rate=0.2, effect=0.6)
        found = difference_effect(events, lots(place, day, treated), seed=1, replicates=299)
        covered["difference"] += found.low <= 0.2 * (0.6 - 1) <= found.high
        place, day, treated, events = trial(2000 + seed, days=45, rate=0.076)
        harm = events * np.random.default_rng(seed).lognormal(3, 1.5, len(events))
        found = ratio_effect(harm, lots(place, day, treated), seed=1, replicates=299)
        covered["harm"] += found.low <= 1 <= (found.high if np.isfinite(found.high) else np.inf)
    for name, n in covered.items():
        assert 0.93 <= n / 300 <= 0.975, (name, n / 300)
