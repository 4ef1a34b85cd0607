"""The self-exciting grid model: does a recorded event make another in the same place likelier for a while?

In each place n events come at the rate  lambda_n(t) = mu_n + sum over earlier events of theta * omega * exp(-omega * (t - t_i)):
a steady background, and an echo of each event that fades at the rate omega a day and is worth theta further events.
The parameters are found by expectation and maximisation: share each event out between the background and the
earlier events of its place, then take as parameters what those shares amount to, and again.

With an exponential echo, all earlier events act through one sum that is carried from day to day:
A_k = exp(-omega * gap_k) * (A_{k-1} + events_{k-1}). So a step costs one pass over the events, not over all pairs,
and the places of many runs are carried along together. The slow twins, over all pairs, are in tests/systems/self_exciting_twins.py.

Steps, in order:  fit_model: _links -> (_echoes -> _step) until settled;  then rates, log_likelihood

Read with care: where places have few events each, a background for each place takes up the clustering, and theta comes
out too small even where events do make events. With some 6 events a place in 180 days, spread as unevenly as in Oakland, and an
echo that fades by a fifth a day, a true theta of 0.3 is found as about 0.13 and one of 0.1 as about 0.001
(tests/systems/test_self_exciting.py, "a short record hides it").

Source: Mohler, Short, Malinowski, Johnson, Tita, Bertozzi & Brantingham (2015), Journal of the American Statistical
Association 110(512), 1399-1411, doi 10.1080/01621459.2015.1077710; Lewis & Mohler (2011), A nonparametric EM algorithm for
multiscale Hawkes processes (edge correction); Lum & Isaac (2016), Significance 13(5), 14-19, and its replication files
(starting values, stopping rule, background by place, and the E-step as published).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer, EmptyTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.past_events import Past

E_STEPS, BACKGROUNDS, EDGES, STOPS = ("corrected", "published"), ("by-place", "pooled"), ("none", "lewis-mohler"), ("any", "all")
SMALL = (1e-5, 1e-5, 1e-4)
"""Changes of omega, of theta and of all backgrounds together that count as small (replication files)."""
MOST_STEPS = 2000
RUNS_AWAY = 1e6
"""A theta that no record can mean: a million further events for each."""


@dataclass(frozen=True)
class Rules:
    """How the model is fitted; each is a reading of predpol.CARD, where its choices are explained.

    Attributes:
        e_step: "corrected", or "published" with the replication files' slip of normalisation.
        background: "by-place", or "pooled": one for all places.
        edge: "none", or "lewis-mohler": allow for echoes that would come after the last day.
        stop: when "any" or when "all" of the three changes are small.
        tolerance: how small, as a multiple of `SMALL`.
        start: theta, omega and mu to begin with.
    """

    e_step: str = "corrected"
    background: str = "by-place"
    edge: str = "none"
    stop: str = "any"
    tolerance: float = 1.0
    start: tuple[float, ...] = (1.0, 1.0, 1.0)

    def __post_init__(self) -> None:
        """Refuse what no rule here understands."""
        for name, known in (("e_step", E_STEPS), ("background", BACKGROUNDS), ("edge", EDGES), ("stop", STOPS)):
            if getattr(self, name) not in known:
                raise BadSetting(f"{name}={getattr(self, name)!r} is not known. Known: {', '.join(known)}.")
        if len(self.start) != 3 or not all(np.isfinite(value) and value > 0 for value in self.start):
            raise BadSetting(f"start={self.start!r} must be three numbers above zero: theta, omega (a day) and mu (events a day).")
        if not (np.isfinite(self.tolerance) and self.tolerance > 0):
            raise BadSetting(f"tolerance={self.tolerance!r} must be a number above zero, such as 1.0.")


@dataclass(frozen=True)
class Fitted:
    """What the model has learnt, for each run.

    Attributes:
        background: mu of each place, events a day, shape (runs, cells).
        theta: further events that one event is worth, shape (runs,).
        omega: how fast an echo fades, a day; shape (runs,).
        steps: of expectation and maximisation, shape (runs,).
        settled: whether the stopping rule was met within `MOST_STEPS`, shape (runs,).
    """

    background: NDArray[np.float64]
    theta: NDArray[np.float64]
    omega: NDArray[np.float64]
    steps: NDArray[np.int64]
    settled: NDArray[np.bool_]


PUBLISHED_BUT_CORRECTED = Rules()


def fit_model(past: Past, rules: Rules = PUBLISHED_BUT_CORRECTED) -> Fitted:
    """Fit the model to the past of each run by itself.

    Events of one day in one place are taken as simultaneous: none is another's echo.

    Args:
        past: events by run, place and day.
        rules: how to fit.

    Raises:
        EmptyTable: a run without any event.
        CannotAnswer: the fit runs away, which the published E-step allows.

    Example:
        >>> from evenhand.tables.past_events import before_each_day
        >>> one_place_in_bursts = np.zeros((100, 1), dtype=int)
        >>> one_place_in_bursts[[10, 11, 12, 50, 51, 90, 91, 93]] = 1
        >>> fitted = fit_model(before_each_day(one_place_in_bursts, [100], window_days=100))
        >>> f"{fitted.theta[0]:.2f} further events for each, fading by {fitted.omega[0]:.2f} a day; background {fitted.background[0, 0]:.3f} a day"
        '0.51 further events for each, fading by 0.76 a day; background 0.039 a day'

    Read with care:
        A run without two events on different days in one place has no echo to learn from: theta is 0 then.
        The stopping rule "any" stops early where theta is on its way to 0, so a small theta may be no theta.
    """
    total = np.bincount(past.run, past.events, past.runs).astype(float)
    if not (total > 0).all():
        raise EmptyTable(
            f"{int((total == 0).sum())} of {past.runs} runs have no recorded event in the last {past.window_days} days, so there is nothing to learn from."
        )
    chain, first = _chain_of_row(past)
    of_run = past.run[first]
    theta, omega, mu = (np.full(size, value) for size, value in zip((past.runs, past.runs, len(first)), rules.start, strict=True))
    state = _State(mu, theta, omega, np.zeros(past.runs, dtype=np.int64), np.zeros(past.runs, dtype=bool))
    carried, links = past.runs, _links(past, chain)
    for _ in range(MOST_STEPS):
        state = _step(state, links, of_run, total, past, rules)
        _require_sense(state, rules)
        going = int((~state.settled).sum())
        if going == 0:
            break
        if going <= carried / 2:  # carry along only those that still move
            carried, links = going, _still_going(links, ~state.settled)
    background = np.zeros((past.runs, past.cells))
    if rules.background == "pooled":
        background[of_run] = state.mu[:, None]
    else:
        background[of_run, past.cell[first]] = state.mu
    return Fitted(background, state.theta, state.omega, state.steps, state.settled)


def rates(past: Past, fitted: Fitted, *, ahead_days: int = 0) -> NDArray[np.float64]:
    """Expected events a day in each place on the morning after the past, shape (runs, cells).

    rate = mu + theta * omega * sum of events * exp(-omega * days ago)

    Args:
        past: what the model was fitted to.
        fitted: the model.
        ahead_days: for a later morning, with no event known in between.

    Example:
        >>> from evenhand.tables.past_events import before_each_day
        >>> past = before_each_day([[2, 0], [0, 0]], [2], window_days=2)
        >>> one = Fitted(np.array([[0.5, 0.1]]), np.array([0.2]), np.array([0.1]), np.array([1]), np.array([True]))
        >>> [round(float(rate), 4) for rate in rates(past, one)[0]]
        [0.5327, 0.1]
    """
    fade = np.exp(-fitted.omega[past.run] * (past.days_ago + ahead_days))
    echo = np.bincount(past.run * past.cells + past.cell, past.events * fade, past.runs * past.cells).reshape(past.runs, past.cells)
    return fitted.background + (fitted.theta * fitted.omega)[:, None] * echo


def log_likelihood(past: Past, fitted: Fitted) -> NDArray[np.float64]:
    """How likely the past is under the model, for each run: to compare fits of one past, or for an interval; shape (runs,).

    sum over events of log(rate at the event) - sum over places of mu * window - theta * sum over events of (1 - exp(-omega * days ago))

    As in the fit, events of one day in one place are no echoes of each other, so days should be short beside an echo.

    Args:
        past: the events.
        fitted: any parameters, fitted or not; every place with events must have a background above zero.

    Example:
        >>> from evenhand.tables.past_events import before_each_day
        >>> past = before_each_day([[1], [0], [1], [0]], [4], window_days=4)
        >>> one = Fitted(np.array([[0.5]]), np.array([0.2]), np.array([0.1]), np.array([1]), np.array([True]))
        >>> f"{log_likelihood(past, one)[0]:.4f}"
        '-3.4563'
    """
    chain, first = _chain_of_row(past)
    links = _links(past, chain)
    sums, _ = _echoes(links, links.events, np.exp(-_by_row(fitted.omega, links) * links.gap_days))
    mu = fitted.background[links.run, past.cell[first][links.chain]]
    logs = links.events * np.log(mu + _by_row(fitted.theta * fitted.omega, links) * sums)
    seen = links.events * -np.expm1(-_by_row(fitted.omega, links) * links.days_ago)
    of_events, of_echoes = (np.bincount(links.run, one, past.runs) for one in (logs, seen))
    return np.asarray(of_events - past.window_days * fitted.background.sum(axis=1) - fitted.theta * of_echoes)


def _require_sense(state: _State, rules: Rules) -> None:
    """Stop a fit that runs away: with shares that are wrongly normalised nothing holds the echo down."""
    wild = ~(state.theta < RUNS_AWAY)
    if wild.any():
        raise CannotAnswer(
            f"With e_step={rules.e_step}, background={rules.background} and edge={rules.edge} the fit runs away in {int(wild.sum())} of {len(wild)} runs: "
            "each event is credited with ever more others. Choose another reading."
        )


class _State(NamedTuple):
    """Where the runs stand: mu by chain (a place of a run), the others by run, as in `Fitted`."""

    mu: NDArray[np.float64]
    theta: NDArray[np.float64]
    omega: NDArray[np.float64]
    steps: NDArray[np.int64]
    settled: NDArray[np.bool_]


class _Links(NamedTuple):
    """Days with events, laid out so that the first days of all chains stand together, then all second days, and so on.

    `starts` says where each of these begins; within them the longest chains come first, so those that go on are always
    the first few of the days before.
    """

    chain: NDArray[np.int64]
    run: NDArray[np.int64]
    events: NDArray[np.float64]
    gap_days: NDArray[np.float64]
    days_ago: NDArray[np.float64]
    starts: NDArray[np.int64]


def _chain_of_row(past: Past) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which place of which run each row belongs to, numbered; and the first row of each."""
    is_first = np.concatenate([[True], (past.run[1:] != past.run[:-1]) | (past.cell[1:] != past.cell[:-1])])
    return np.cumsum(is_first) - 1, np.flatnonzero(is_first)


def _links(past: Past, chain: NDArray[np.int64]) -> _Links:
    """Lay out all rows."""
    first = np.flatnonzero(np.diff(chain, prepend=-1))
    length = np.diff(np.append(first, len(chain)))
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(-length, kind="stable")] = np.arange(len(first))
    link = np.arange(len(chain)) - first[chain]
    starts = np.concatenate([[0], np.cumsum(np.bincount(link))])
    rows = np.empty(len(chain), dtype=np.int64)
    rows[starts[link] + rank[chain]] = np.arange(len(chain))  # the longest come first, so the chains that reach a link have the first ranks: no sort
    ago = past.days_ago.astype(float)
    gap = np.where(link[rows] > 0, ago[rows - 1] - ago[rows], 0.0)
    return _Links(chain[rows], past.run[rows], past.events[rows], gap, ago[rows], starts)


def _still_going(links: _Links, going: NDArray[np.bool_]) -> _Links:
    """The same without the runs that have settled."""
    kept = going[links.run]
    before = np.concatenate([[0], np.cumsum(kept)])[links.starts]
    starts = np.append(before[:-1][np.diff(before) > 0], before[-1])
    return _Links(links.chain[kept], links.run[kept], links.events[kept], links.gap_days[kept], links.days_ago[kept], starts)


def _echoes(links: _Links, weights: NDArray[np.float64], fade: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """At each row, the sum over earlier rows of its chain of weight * exp(-omega * days between), and of the same times the days between."""
    sums, lags = np.zeros(len(weights)), np.zeros(len(weights))
    for before, here, end in zip(links.starts[:-2], links.starts[1:-1], links.starts[2:], strict=True):
        going_on, these = slice(before, before + end - here), slice(here, end)
        np.add(sums[going_on], weights[going_on], out=sums[these])
        sums[these] *= fade[these]
        np.multiply(lags[going_on], fade[these], out=lags[these])
        lags[these] += links.gap_days[these] * sums[these]
    return sums, lags


def _step(state: _State, links: _Links, of_run: NDArray[np.int64], total: NDArray[np.float64], past: Past, rules: Rules) -> _State:
    """One step of expectation and maximisation for the runs that have not settled."""
    going, runs = ~state.settled, past.runs
    mu, strength = state.mu[links.chain], _by_row(state.theta * state.omega, links)
    fade = links.gap_days * -_by_row(state.omega, links)
    np.exp(fade, out=fade)  # in place, here and below: with a million rows, fresh memory costs as much as the sums
    sums, lags = _echoes(links, links.events, fade)
    per_event = strength * sums
    per_event += mu
    np.divide(links.events, per_event, out=per_event)
    echoed = per_event * strength
    if rules.e_step == "published":
        sums, lags = _echoes(links, _published_weights(links, per_event), fade)
        echoed = links.events * strength
    sums *= echoed
    lags *= echoed
    echoes, waited = (np.bincount(links.run, one, runs) for one in (sums, lags))
    parents, cut = _edge(state, links, total) if rules.edge == "lewis-mohler" else (total, np.zeros(runs))
    theta = np.divide(echoes, parents, out=np.zeros(runs), where=parents > 0)
    omega = np.divide(echoes, waited + cut, out=state.omega.copy(), where=(waited + cut > 0) & (echoes > 0))
    per_event *= mu
    background = np.bincount(links.chain, per_event, len(of_run)) / past.window_days
    if rules.background == "pooled":  # every place there is shares evenly, those without events too
        background = (np.bincount(of_run, background, runs) / past.cells)[of_run]
    moved = np.bincount(of_run, np.abs(background - state.mu), runs)
    changes = (np.abs(omega - state.omega), np.abs(theta - state.theta), moved)
    small = np.array([change <= rules.tolerance * limit for change, limit in zip(changes, SMALL, strict=True)])
    return _State(
        np.where(going[of_run], background, state.mu),
        np.where(going, theta, state.theta),
        np.where(going, omega, state.omega),
        state.steps + going,
        state.settled | (small.any(axis=0) if rules.stop == "any" else small.all(axis=0)),
    )


def _by_row(values: NDArray[np.float64], links: _Links) -> NDArray[np.float64]:
    """Each row's value of its run; one value for all where there is one run."""
    return values if len(values) == 1 else values[links.run]


def _published_weights(links: _Links, per_event: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each day's events as parents, each divided by the intensity at the event that follows it in its place.

    In the replication files the table of shares (a row a later event, a column an earlier one) is divided by a plain
    vector of the rows' sums, and so column by column: event j's echoes are all divided by the intensity at event j + 1.
    Of a day's events all but the last are followed on the same day. What the last of all is divided by never counts.
    """
    one_over = per_event / links.events
    weights = (links.events - 1) * one_over
    for before, here, end in zip(links.starts[:-2], links.starts[1:-1], links.starts[2:], strict=True):
        weights[before : before + end - here] += one_over[here:end]
    return np.asarray(weights)


def _edge(state: _State, links: _Links, total: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Events counted by the share of their echo that falls within the window, and what the cut-off adds to the waiting."""
    beyond = links.events * np.exp(-state.omega[links.run] * links.days_ago)
    runs = len(total)
    return total - np.bincount(links.run, beyond, runs), state.theta * np.bincount(links.run, links.days_ago * beyond, runs)
