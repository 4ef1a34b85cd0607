"""Draws from a posterior of some dozens of dimensions: Hamiltonian Monte Carlo, several chains and data sets at once.

A chain is pushed in a random direction and then follows the slope of the log density, step by step,
like a ball without friction; where it ends is taken or not by the usual rule, so that what small errors the
steps make cost draws and not correctness. Before any draw is kept, a warm-up learns two things: the
shape of the posterior (its covariance, pooled over chains, so that steps are even in all directions),
and the step that is accepted as often as wanted. Lengths of the way are drawn anew each time, so that
no chain keeps returning to where it was.

Before that, each chain climbs from its start to where the density is high; a long march there would teach the
warm-up the shape of the march.

All chains of all data sets move in the same array operations; nothing here knows what is being fitted.

Read with care:
    Draws are of use once chains agree: see `convergence`. A posterior with two separate hills may be missed by all chains alike.

Steps, in order:  climb (from where each chain starts) -> warm-up (step, then shape, in growing windows) -> draws

Source: Neal (2011), MCMC using Hamiltonian dynamics, in Handbook of Markov Chain Monte Carlo, ch. 5; Hoffman & Gelman
(2014), Journal of Machine Learning Research 15, 1593-1623, section 3.2 (the step, by dual averaging). Our own implementation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    LogDensity = Callable[[NDArray[np.float64]], tuple[NDArray[np.float64], NDArray[np.float64]]]

WINDOWS = (0.15, 0.35, 0.6, 0.85)
"""Shares of the warm-up after which the shape is learnt anew; the last part only settles the step."""
MOST_STEPS = 100
FIRST_STEPS = 10
MOST_TURNS = 300
STEP_OF_CURVATURE = 1e-4
LEAST_CURVATURE = 0.1
"""A direction flatter than this, or curved the other way, is taken for one of this curvature: priors are about as wide."""
DIVERGED = 1000.0
"""An error of the energy beyond this says that the steps have left the density, not followed it."""


class Draws(NamedTuple):
    """Draws kept.

    Attributes:
        positions: shape (draws, fits, chains, parameters).
        accepted: mean chance of acceptance, shape (fits,).
        diverged: ways that left the density, shape (fits,).
    """

    positions: NDArray[np.float64]
    accepted: NDArray[np.float64]
    diverged: NDArray[np.int64]


class _Step:
    """The step of each fit, found by dual averaging: it settles where moves are accepted as often as wanted."""

    def __init__(self, first: float, fits: int, target: float) -> None:
        self.target = target
        self.anchor, self.error, self.settled = np.full(fits, np.log(10 * first)), np.zeros(fits), np.zeros(fits)
        self.now, self.count = np.full(fits, first), 0

    def learn(self, accepted: NDArray[np.float64]) -> None:
        self.count += 1
        share = 1 / (self.count + 10)
        self.error = (1 - share) * self.error + share * (self.target - accepted)
        log_step = self.anchor - np.sqrt(self.count) / 0.05 * self.error
        weight = self.count**-0.75
        self.settled = weight * log_step + (1 - weight) * self.settled
        self.now = np.exp(np.clip(log_step, -12, 3))


def sample(
    log_density: LogDensity,
    start: NDArray[np.float64],
    *,
    warm_up: int = 600,
    draws: int = 750,
    seed: int = 0,
    length: float = 4.0,
    target: float = 0.85,
    tell: Callable[[str, float], None] | None = None,
) -> Draws:
    """Draw from a density known by its logarithm and slope.

    Args:
        log_density: from positions, shape (fits, chains, parameters), to log density, (fits, chains), and slope, shape of the positions.
        start: where each chain starts, same shape; chains should start apart.
        warm_up, draws: per chain; only the latter are kept.
        seed: of the NumPy generator.
        length: the longest way, in units of the posterior's own spread.
        target: wanted chance of acceptance.
        tell: is told how much is done.

    Returns:
        Draws.

    Raises:
        BadSetting: too few iterations to learn from, or a start where the density cannot be computed.

    Example:
        >>> def normal(x): return -0.5 * (x**2).sum(axis=-1), -x
        >>> kept = sample(normal, np.full((1, 4, 2), 0.5), warm_up=200, draws=500, seed=1).positions
        >>> bool(abs(kept.mean()) < 0.05), bool(abs(kept.std() - 1) < 0.05)
        (True, True)

    Read with care:
        See the head of this file.

    Source: Neal (2011), Handbook of Markov Chain Monte Carlo, ch. 5.
    """
    if warm_up < 60 or draws < 4:
        raise BadSetting(f"warm_up={warm_up} and draws={draws} are too few to learn the posterior's shape. 600 and 750 are usual.")
    rng = np.random.default_rng(seed)
    fits, _, parameters = start.shape
    high = climbed(log_density, start)
    now = _State(high, *log_density(high))
    shape, step = _curved(log_density, now), _Step(0.1, fits, target)
    ends, window = [int(share * warm_up) for share in WINDOWS], []
    kept = np.empty((draws, *start.shape))
    chance, diverged = np.zeros(fits), np.zeros(fits, dtype=np.int64)
    for turn in range(warm_up + draws):
        warm = turn < warm_up
        size = step.now if warm else np.exp(step.settled)
        most = FIRST_STEPS if turn < ends[0] else int(np.clip(np.ceil(length / np.median(size)), 1, MOST_STEPS))
        now, accepted, left = _moved(log_density, now, shape, size, int(rng.integers(1, most + 1)), rng)
        if warm:
            step.learn(accepted.mean(axis=1))
            window.append(now.position)
            if turn + 1 in ends:
                shape, step, window = _shape(np.stack(window)), _Step(0.3, fits, target), []
        else:
            kept[turn - warm_up] = now.position
            chance, diverged = chance + accepted.mean(axis=1) / draws, diverged + left.sum(axis=1)
        if tell is not None and turn % 50 == 0:
            tell("drawing from the posterior", turn / (warm_up + draws))
    return Draws(kept, chance, diverged)


def climbed(log_density: LogDensity, start: NDArray[np.float64], *, turns: int = MOST_TURNS) -> NDArray[np.float64]:
    """Each chain moved uphill from its start, by a quasi-Newton method that takes all of them as one problem.

    Args:
        log_density, start: as `sample`.
        turns: at most.

    Returns:
        Shape of `start`; a chain that could not climb stays where it is.

    Raises:
        BadSetting: the density cannot be computed at a start.

    Example:
        >>> def normal(x): return -0.5 * ((x - 3) ** 2).sum(axis=-1), 3 - x
        >>> climbed(normal, np.zeros((1, 2, 1))).round(3).ravel().tolist()
        [3.0, 3.0]

    Source: Byrd, Lu, Nocedal & Zhu (1995), SIAM Journal on Scientific Computing 16(5), 1190-1208 (L-BFGS-B, as in scipy).
    """
    from scipy.optimize import minimize

    first, _ = log_density(start)
    if not np.isfinite(first).all():
        raise BadSetting("A chain starts where the density cannot be computed. Start nearer to the middle of the priors.")

    def downhill(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        density, slope = log_density(flat.reshape(start.shape))
        return -float(np.where(np.isfinite(density), density, -1e12).sum()), -slope.ravel()

    end = minimize(downhill, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": turns, "maxcor": 30}).x.reshape(start.shape)
    better = log_density(end)[0] >= first
    return np.where(better[..., None], end, start)


class _State(NamedTuple):
    position: NDArray[np.float64]
    density: NDArray[np.float64]
    slope: NDArray[np.float64]


def _moved(
    log_density: LogDensity, now: _State, shape: NDArray[np.float64], size: NDArray[np.float64], steps: int, rng: np.random.Generator
) -> tuple[_State, NDArray[np.float64], NDArray[np.bool_]]:
    """One push and its way: the state after it, the chance of acceptance, and whether the way left the density."""
    turned, each = shape.swapaxes(1, 2), size[:, None, None]
    push = rng.standard_normal(now.position.shape)
    position, slope = now.position, now.slope
    speed = push + 0.5 * each * (slope @ shape)  # in the posterior's own units: position = shape @ units
    density = now.density
    for step in range(steps):
        position = position + each * (speed @ turned)
        density, slope = log_density(position)
        speed = speed + (1.0 if step < steps - 1 else 0.5) * each * (slope @ shape)
    with np.errstate(invalid="ignore", over="ignore"):
        gain = (density - 0.5 * (speed**2).sum(axis=-1)) - (now.density - 0.5 * (push**2).sum(axis=-1))
    gain = np.where(np.isfinite(gain), gain, -np.inf)
    chance = np.exp(np.minimum(gain, 0.0))
    taken = rng.random(chance.shape) < chance
    after = _State(
        np.where(taken[..., None], position, now.position), np.where(taken, density, now.density), np.where(taken[..., None], slope, now.slope)
    )
    return after, chance, gain < -DIVERGED


def _curved(log_density: LogDensity, now: _State) -> NDArray[np.float64]:
    """A root of each fit's covariance as the curvature at its highest chain has it: the shape to begin with."""
    fits, _, parameters = now.position.shape
    top = np.take_along_axis(now.position, now.density.argmax(axis=1)[:, None, None], axis=1)
    bent = np.empty((fits, parameters, parameters))
    for at in range(parameters):
        move = STEP_OF_CURVATURE * np.eye(parameters)[at]
        bent[:, at] = (log_density(top - move)[1] - log_density(top + move)[1])[:, 0] / (2 * STEP_OF_CURVATURE)
    width, axes = np.linalg.eigh((bent + bent.swapaxes(1, 2)) / 2)
    return axes / np.sqrt(np.maximum(width, LEAST_CURVATURE))[:, None, :]


def _shape(window: NDArray[np.float64]) -> NDArray[np.float64]:
    """A root of each fit's covariance, pooled over chains and drawn towards its diagonal where there is little to learn from."""
    turns, fits, chains, parameters = window.shape
    drawn = window.transpose(1, 0, 2, 3).reshape(fits, turns * chains, parameters)
    away = drawn - drawn.mean(axis=1, keepdims=True)
    covariance = away.swapaxes(1, 2) @ away / (turns * chains - 1)
    diagonal = np.einsum("fii->fi", covariance)[:, :, None] * np.eye(parameters)
    trust = turns * chains / (turns * chains + 5 * parameters)
    return np.linalg.cholesky(trust * covariance + (1 - trust) * diagonal + 1e-10 * np.eye(parameters))
