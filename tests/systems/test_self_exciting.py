"""The self-exciting grid model against loops, against tables of all pairs, and against cities whose parameters are known."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import chi2

from evenhand.systems import self_exciting
from evenhand.systems.self_exciting import Fitted, Rules, fit_model, log_likelihood, rates
from evenhand.tables.errors import BadSetting, CannotAnswer, EmptyTable
from evenhand.tables.past_events import before_each_day, gathered
from tests.systems.self_exciting_twins import fit_by_loops, log_likelihood_by_loops, one_step_over_pairs, rate_by_loops

ALL_RULES = [
    Rules(e_step, background, edge, stop, 1.0, (0.4, 0.3, 0.05))
    for e_step, background, edge, stop in itertools.product(
        self_exciting.E_STEPS, self_exciting.BACKGROUNDS, self_exciting.EDGES, self_exciting.STOPS
    )
]


def bursty_counts(seed: int, days: int = 60, cells: int = 7) -> np.ndarray:
    """Events in bursts of some days, several on many days, and a place without any."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(0.08, (days, cells))
    for start, cell in zip(rng.integers(0, days - 6, 8), rng.integers(0, cells, 8), strict=True):
        counts[start : start + 6, cell] += rng.poisson(0.8, 6)
    counts[:, -1] = 0
    return counts


@pytest.mark.parametrize("rules", ALL_RULES, ids=lambda rules: "-".join([rules.e_step, rules.background, rules.edge, rules.stop]))
def test_the_fit_is_that_of_loops_over_single_events(rules):
    past = before_each_day(bursty_counts(1), [40, 50, 60], window_days=40)
    fitted = fit_model(past, rules)
    found = rates(past, fitted)
    for run in range(past.runs):
        mu, theta, omega, steps = fit_by_loops(past, run, rules)
        assert fitted.steps[run] == steps
        np.testing.assert_allclose([fitted.theta[run], fitted.omega[run]], [theta, omega], rtol=1e-9, atol=1e-15)
        np.testing.assert_allclose(fitted.background[run, list(mu)], list(mu.values()), rtol=1e-9)
        with_events = list(mu)
        np.testing.assert_allclose(found[run, with_events], rate_by_loops(past, run, mu, theta, omega)[with_events], rtol=1e-9)


@pytest.mark.parametrize("e_step", self_exciting.E_STEPS)
def test_one_step_is_that_of_a_table_of_all_pairs(e_step, monkeypatch):
    monkeypatch.setattr(self_exciting, "MOST_STEPS", 1)
    past = before_each_day(bursty_counts(2, days=300, cells=20), [300], window_days=300)
    rules = Rules(e_step, start=(0.5, 0.2, 0.1))
    fitted = fit_model(past, rules)
    np.testing.assert_allclose([fitted.theta[0], fitted.omega[0]], one_step_over_pairs(past, rules), rtol=1e-12)


def test_the_published_slip_changes_the_fit():
    past = before_each_day(bursty_counts(1), [60], window_days=60)
    start = (0.4, 0.3, 0.05)
    one, other = (fit_model(past, Rules(e_step, start=start)).theta[0] for e_step in self_exciting.E_STEPS)
    assert abs(one - other) > 1e-4


def test_many_runs_at_once_are_each_as_if_alone():
    counts, days = bursty_counts(3), np.arange(30, 61)
    together = fit_model(before_each_day(counts, days, window_days=30))
    for run, day in enumerate(days):
        alone = fit_model(before_each_day(counts, [day], window_days=30))
        assert together.steps[run] == alone.steps[0]
        np.testing.assert_allclose(together.background[run], alone.background[0], rtol=1e-12)
        np.testing.assert_allclose([together.theta[run], together.omega[run]], [alone.theta[0], alone.omega[0]], rtol=1e-12)


def test_events_of_one_day_are_no_echoes_of_each_other():
    past = before_each_day([[5, 0], [0, 0], [0, 3]], [3], window_days=3)
    fitted = fit_model(past)
    assert fitted.theta[0] == 0
    np.testing.assert_allclose(rates(past, fitted), [[5 / 3, 1.0]])


def test_a_pooled_background_is_the_same_in_places_without_events():
    past = before_each_day(bursty_counts(1), [60], window_days=60)
    background = fit_model(past, Rules(background="pooled")).background[0]
    np.testing.assert_allclose(background, background[0])
    assert background[-1] > 0


def test_a_fit_that_does_not_settle_says_so(monkeypatch):
    monkeypatch.setattr(self_exciting, "MOST_STEPS", 3)
    fitted = fit_model(before_each_day(bursty_counts(1), [60], window_days=60))
    assert (fitted.settled.tolist(), fitted.steps.tolist()) == ([False], [3])


@pytest.mark.parametrize(
    "wrong", [{"e_step": "mended"}, {"background": "none"}, {"edge": "both"}, {"stop": "never"}, {"start": (1, 0, 1)}, {"start": (1, 1)}, {"tolerance": 0}]
)
def test_unknown_rules_are_refused(wrong):
    with pytest.raises(BadSetting, match=next(iter(wrong))):
        Rules(**wrong)


def test_a_past_without_events_is_refused():
    with pytest.raises(EmptyTable, match="1 of 2 runs"):
        fit_model(gathered([0], [0], [1], [2], runs=2, cells=1, window_days=9))


def simulated(seed: int, *, cities: int, cells: int, window: int, mu: float | np.ndarray, theta: float, omega: float):
    """Cities of the model itself; mu of every place, or of each. On a clock fine enough, two events seldom share a tick."""
    rng = np.random.default_rng(seed)
    places = [(run, cell) for run in range(cities) for cell in range(cells)]
    numbers = rng.poisson(np.tile(np.broadcast_to(mu, cells), cities) * window)
    events = [(run, cell, t) for (run, cell), n in zip(places, numbers, strict=True) for t in rng.uniform(0, window, n)]
    youngest = events
    while youngest:
        children = [(r, c, t + rng.exponential(1 / omega)) for (r, c, t), n in zip(youngest, rng.poisson(theta, len(youngest)), strict=True) for _ in range(n)]
        youngest = [child for child in children if child[2] < window]
        events += youngest
    run, cell, when = (np.array(column) for column in zip(*events, strict=True))
    return gathered(run, cell, window - np.floor(when).astype(int), np.ones(len(run)), runs=cities, cells=cells, window_days=window)


def test_the_likelihood_is_that_of_loops():
    past = before_each_day(bursty_counts(1), [40, 50, 60], window_days=40)
    fitted = fit_model(past, Rules(edge="lewis-mohler", start=(0.4, 0.3, 0.05)))
    slow = [log_likelihood_by_loops(past, run, fitted.background[run], fitted.theta[run], fitted.omega[run]) for run in range(3)]
    np.testing.assert_allclose(log_likelihood(past, fitted), slow, rtol=1e-12)


def test_no_step_makes_the_past_less_likely(monkeypatch):
    """With echoes after the last day allowed for, expectation and maximisation climb the exact likelihood."""
    past = before_each_day(bursty_counts(1), [60], window_days=60)
    reached = []
    for steps in (1, 2, 3, 5, 10, 30, 100):
        monkeypatch.setattr(self_exciting, "MOST_STEPS", steps)
        reached.append(log_likelihood(past, fit_model(past, Rules(edge="lewis-mohler", stop="all", tolerance=1e-6, start=(0.4, 0.3, 0.05))))[0])
    assert (np.diff(reached) > -1e-12).all()
    assert reached[-1] > reached[0] + 1


def test_the_true_parameters_lie_within_their_likelihood_region_as_often_as_they_should():
    """100 cities of some 600 events; the region of 95 % by the likelihood ratio with three parameters holds the truth in 89 to 99 of them."""
    cities, theta, omega, mu = 100, 0.4, 0.02, 0.002
    past = simulated(4, cities=cities, cells=5, window=40_000, mu=mu, theta=theta, omega=omega)
    fitted = fit_model(past, Rules(background="pooled", edge="lewis-mohler", stop="all", tolerance=0.01, start=(0.5, 0.02, 0.001)))
    assert fitted.settled.all()
    truth = Fitted(np.full((cities, 5), mu), np.full(cities, theta), np.full(cities, omega), fitted.steps, fitted.settled)
    ratio = 2 * (log_likelihood(past, fitted) - log_likelihood(past, truth))
    assert (ratio > -1e-6).all()
    assert 89 <= (ratio < chi2.ppf(0.95, 3)).sum() <= 99


@pytest.mark.slow
def test_simulated_parameters_come_back():
    """40 cities of 4,000 background events each; theta 0.4, omega 0.005 a tick. The mean estimate lies within 3.3 standard errors."""
    cities, theta, omega, mu = 40, 0.4, 0.005, 0.002
    past = simulated(1, cities=cities, cells=10, window=200_000, mu=mu, theta=theta, omega=omega)
    fitted = fit_model(past, Rules(background="pooled", edge="lewis-mohler", stop="all", tolerance=1e-3, start=(0.5, 0.005, 0.001)))
    assert fitted.settled.all()
    in_a_tick = 1 - np.exp(-omega / 2)  # echoes in their parent's own tick are not seen
    for estimate, truth in ((fitted.theta, theta * (1 - in_a_tick)), (fitted.omega, omega), (fitted.background[:, 0], mu)):
        error = estimate.std(ddof=1) / np.sqrt(cities)
        assert abs(estimate.mean() - truth) < 3.3 * error, (truth, estimate.mean(), error)


@pytest.mark.slow
@pytest.mark.parametrize(("theta", "found_less_than"), [(0.1, 0.01), (0.3, 0.2), (0.6, 0.5)])
def test_a_short_record_hides_it(theta, found_less_than):
    """As in Oakland: 210 places with a record, some 5 events each in 180 days, two fifths of them in a tenth of the places."""
    events = np.random.default_rng(1).gamma(0.7, 5.9 / 0.7, 210)
    past = simulated(1, cities=60, cells=210, window=180, mu=events / 180 * (1 - theta), theta=theta, omega=0.2)
    assert fit_model(past).theta.mean() < found_less_than


@pytest.mark.slow
def test_one_background_for_all_finds_it_where_all_are_alike():
    past = simulated(1, cities=60, cells=150, window=180, mu=6 / 180 * 0.7, theta=0.3, omega=0.2)
    assert fit_model(past).theta.mean() < 0.2
    pooled = fit_model(past, Rules(background="pooled", edge="lewis-mohler")).theta
    assert abs(pooled.mean() - 0.3) < 0.05


@pytest.mark.slow
def test_no_echo_is_found_where_there_is_none():
    past = simulated(2, cities=60, cells=150, window=180, mu=6 / 180, theta=0.0, omega=0.2)
    assert fit_model(past).theta.max() < 0.01


def test_a_fit_that_runs_away_is_refused():
    """With the published slip an event's shares need not add up to one, and with one background for all nothing holds the echo down."""
    counts = bursty_counts(1)
    counts[:, 0] = 3
    with pytest.raises(CannotAnswer, match="runs away"):
        fit_model(before_each_day(counts, [60], window_days=60), Rules("published", "pooled", stop="all"))
