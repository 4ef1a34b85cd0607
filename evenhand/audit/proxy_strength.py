"""How well does an input stand in for ethnicity or deprivation, though it names neither?

Each input is asked alone, and all together: knowing only this about where a person lives (or about the
person), how well could one tell whether they belong to the group? The answer is an AUC, the chance that
of one member and one non-member the member has the higher value: 0.5 is no better than guessing, 1 is a
perfect stand-in (and 0 a perfect one turned round). Beside it stands the share of the variation of the
group's share between units that the input accounts for.

All inputs together are fitted by a logistic regression with a small ridge, and judged only on units left
out of the fit, whole blocks at a time, since neighbours are alike and would give the answer away.

Read with care: a strong proxy may still weigh little in the system, and a weak one much: proxy_use.py
asks that. A weak stand-in over a whole city may be a strong one within a quarter.

Steps, in order:  Units -> auc, variance_explained (each input) -> out_of_block (all together) -> redrawn by blocks

Source: Hanley & McNeil (1982), Radiology 143(1), 29-36 (AUC); Feldman, Friedler, Moeller, Scheidegger & Venkatasubramanian
(2015), Certifying and removing disparate impact, KDD (predicting the characteristic from the inputs).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, BadValue, CannotAnswer
from .area_resampling import log_limits
from .intervals import Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

FOLDS = 5
RIDGE = 1e-3
"""Weight of the ridge, per unit, on inputs brought to one scale: enough to keep the fit finite, too little to shape it."""
_MOST_STEPS = 60
_CELLS_AT_A_TIME = 4_000_000


@dataclass(frozen=True)
class Units:
    """Units with the people of a group and the others, and the blocks they belong to.

    Attributes:
        members, others: people of the group, and all other people, in each unit; shape (units,).
        block: a number for each unit; units of one block are resampled and left out together; shape (units,).
    """

    members: NDArray[np.float64]
    others: NDArray[np.float64]
    block: NDArray[np.int64]

    def require_both(self) -> None:
        """Raise unless there is somebody in the group and somebody outside it.

        Raises:
            BadValue: people that are negative or missing, or arrays of different lengths.
            CannotAnswer: nobody on one side.
        """
        if not len(self.members) == len(self.others) == len(self.block):
            many = f"{len(self.members):,}, {len(self.others):,} and {len(self.block):,}"
            raise BadValue(f"Members, others and blocks are of {many} units, so they cannot be put side by side. Give one of each a unit.")
        people = np.concatenate([self.members, self.others])
        if not np.all(np.isfinite(people)) or np.any(people < 0):
            raise BadValue("The number of people must be 0 or more and may not be missing: missing is never zero.")
        for who, sum_ in (("of the group", self.members.sum()), ("outside the group", self.others.sum())):
            if sum_ == 0:
                raise CannotAnswer(f"Nobody {who} is in these units, so nothing can stand in for belonging to it.")


def auc(values: ArrayLike, members: ArrayLike, others: ArrayLike) -> float:
    """The chance that a member's unit has a higher value than a non-member's, ties counted half.

    Args:
        values: of the input, shape (units,).
        members, others: people in each unit, shape (units,).

    Returns:
        From 0 to 1; 0.5 tells nothing.

    Raises:
        BadValue: a missing value.
        CannotAnswer: nobody on one side.

    Example:
        >>> auc([1, 2, 3], members=[0, 1, 3], others=[3, 1, 0])
        0.96875

    Read with care:
        See the head of this file.

    Source: Hanley & McNeil (1982), Radiology 143(1), 29-36.
    """
    return float(_auc_of_draws(np.asarray(values, dtype=float), np.asarray(members, dtype=float)[None], np.asarray(others, dtype=float)[None])[0])


def _auc_of_draws(values: NDArray[np.float64], members: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """The AUC of each row of weights; shape (draws,). nan where a draw has nobody on one side."""
    if not np.all(np.isfinite(values)):
        raise BadValue("An input has missing values, so units cannot be put in order by it. Leave those units out, or find their values.")
    _, place = np.unique(values, return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.concatenate([[0], np.flatnonzero(np.diff(place[order])) + 1])
    with_it = np.add.reduceat(members[:, order], starts, axis=1)
    without = np.add.reduceat(others[:, order], starts, axis=1)
    below = np.cumsum(without, axis=1) - without
    pairs = (with_it * (below + without / 2)).sum(axis=1)
    every = with_it.sum(axis=1) * without.sum(axis=1)
    return np.divide(pairs, every, out=np.full(len(pairs), np.nan), where=every > 0)


def variance_explained(values: ArrayLike, members: ArrayLike, others: ArrayLike) -> float:
    """Share of the variation of the group's share between units that a straight line in the input accounts for, people as weights.

    Args:
        values, members, others: as for `auc`.

    Returns:
        From 0 to 1; nan where the input or the group's share is the same in every unit.

    Example:
        >>> round(variance_explained([1, 2, 3, 4], members=[10, 20, 30, 40], others=[90, 80, 70, 60]), 6)
        1.0

    Read with care:
        A curved relation is missed; the AUC is not.

    Source: Draper & Smith (1998), Applied Regression Analysis, 3rd ed., ch. 1 and 9 (weighted R²).
    """
    x, with_it = np.asarray(values, dtype=float), np.asarray(members, dtype=float)
    people = with_it + np.asarray(others, dtype=float)
    there = people > 0
    x, weight, share = x[there], people[there], with_it[there] / people[there]
    x, share = x - np.average(x, weights=weight), share - np.average(share, weights=weight)
    across, up = np.sum(weight * x * x), np.sum(weight * share * share)
    return float(np.sum(weight * x * share) ** 2 / (across * up)) if across > 0 and up > 0 else float("nan")


def auc_interval(values: ArrayLike, units: Units, *, level: float = 0.95, replicates: int = 1000, seed: int = 0) -> Interval:
    """`auc` with limits from blocks drawn anew: the spread of the draws' log odds, times Student's t for that many blocks.

    Args:
        values: of the input, or the chances from `out_of_block`, shape (units,).
        units: members, others and blocks.
        level, replicates, seed: of the interval.

    Returns:
        Interval of single numbers; no limits (nan) where there is one block only.

    Example:
        >>> units = Units(np.array([1.0, 5.0, 9.0, 9.0]), np.array([9.0, 5.0, 1.0, 1.0]), np.arange(4))
        >>> value, low, high = auc_interval([1, 2, 3, 3], units, replicates=200, seed=1)
        >>> bool(low <= value <= high)
        True

    Read with care:
        Blocks are taken as independent of each other. Where no blocks are given each unit is one, and on a
        smooth map the interval is then too narrow.

    Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 8.
    """
    units.require_both()
    x = np.asarray(values, dtype=float)
    value = auc(x, units.members, units.others)
    blocks = int(units.block.max()) + 1
    if blocks < 2:
        return Interval(np.array(value), np.array(np.nan), np.array(np.nan))
    random, drawn = np.random.default_rng(seed), []
    at_once = max(1, _CELLS_AT_A_TIME // len(x))
    for start in range(0, replicates, at_once):
        times = random.multinomial(blocks, np.full(blocks, 1 / blocks), size=min(at_once, replicates - start))[:, units.block]
        drawn.append(_auc_of_draws(x, times * units.members, times * units.others))
    draws = np.concatenate(drawn)
    odds = _odds(draws[np.isfinite(draws)])
    middle = _odds(np.array([value]))
    # The odds of a draw in which everybody of one side is above have no logarithm: such a draw counts as nearly that.
    low, high = log_limits(middle, odds[:, None], level=level, areas=blocks)
    return Interval(np.array(value), low[0] / (1 + low[0]), high[0] / (1 + high[0]))


def _odds(share: NDArray[np.float64]) -> NDArray[np.float64]:
    kept = np.clip(share, 1e-6, 1 - 1e-6)
    return kept / (1 - kept)


def out_of_block(inputs: NDArray[np.float64], units: Units, *, folds: int = FOLDS, seed: int = 0) -> NDArray[np.float64]:
    """Each unit's chance of holding members, by a fit on other blocks only.

    Args:
        inputs: shape (units, inputs).
        units: members, others and blocks.
        folds: parts the blocks are dealt into.
        seed: of the dealing.

    Returns:
        Logits, shape (units,): only their order and spread mean something.

    Raises:
        CannotAnswer: fewer than two blocks, or a part without which nobody on one side is left.
        BadSetting: fewer than two folds.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> x = rng.normal(size=(60, 1))
        >>> members = rng.binomial(100, 1 / (1 + np.exp(-x[:, 0]))).astype(float)
        >>> units = Units(members, 100 - members, np.arange(60))
        >>> auc(out_of_block(x, units), units.members, units.others) > 0.6
        True

    Read with care:
        It is how well these inputs do by a straight line on the logit scale; a cleverer fit may do better, so the AUC is a floor.

    Source: Hastie, Tibshirani & Friedman (2009), The Elements of Statistical Learning, 2nd ed., 4.4 and 7.10.
    """
    units.require_both()
    if folds < 2:
        raise BadSetting(f"folds={folds!r} leaves nothing out. Give 2 or more; 5 is usual.")
    blocks = int(units.block.max()) + 1
    if blocks < 2:
        raise CannotAnswer("All units are of one block, so nothing can be left out to judge the inputs on. Give more blocks, or none.")
    dealt = np.random.default_rng(seed).permutation(blocks) % min(folds, blocks)
    part = dealt[units.block]
    logits = np.empty(len(inputs))
    for one in np.unique(part):
        rest = part != one
        if units.members[rest].sum() == 0 or units.others[rest].sum() == 0:
            raise CannotAnswer("One part of the blocks holds everybody of one side, so the others cannot be judged. Use more or other blocks.")
        centre, scale = _scale(inputs[rest])
        slopes = fitted(_scaled(inputs[rest], centre, scale), units.members[rest], units.others[rest])
        logits[~rest] = slopes[0] + _scaled(inputs[~rest], centre, scale) @ slopes[1:]
    return logits


def information_share(logits: ArrayLike, members: ArrayLike, others: ArrayLike) -> float:
    """How much of the uncertainty about who belongs to the group the chances take away.

    share = 1 - (mean surprise under the chances) / (mean surprise under the group's overall share), surprise in logarithms.

    Args:
        logits: of belonging, from `out_of_block`, shape (units,).
        members, others: people in each unit.

    Returns:
        1 takes away all, 0 nothing; below 0 the chances mislead.

    Example:
        >>> round(information_share([2.0, -2.0], members=[88.0, 12.0], others=[12.0, 88.0]), 3)
        0.471

    Read with care:
        Small even for a useful stand-in: an AUC of 0.75 may take away no more than a seventh of the uncertainty.

    Source: Cover & Thomas (2006), Elements of Information Theory, 2nd ed., 2.2 to 2.5; McFadden (1974) for the share.
    """
    at, with_it, without_it = (np.asarray(part, dtype=float) for part in (logits, members, others))
    surprise = np.sum(with_it * np.logaddexp(0, -at) + without_it * np.logaddexp(0, at))
    everyone = with_it.sum() + without_it.sum()
    share = with_it.sum() / everyone
    base = -everyone * (share * np.log(share) + (1 - share) * np.log1p(-share))
    return float(1 - surprise / base)


def fitted(inputs: NDArray[np.float64], members: NDArray[np.float64], others: NDArray[np.float64], *, ridge: float = RIDGE) -> NDArray[np.float64]:
    """Intercept and slopes of a logistic regression of belonging on the inputs, people as weights, with a small ridge on the slopes.

    Minimises the mean deviance a person over 2, plus ridge / 2 times the squared slopes, by Newton steps.

    Args:
        inputs: on one scale, shape (units, inputs).
        members, others: people in each unit.
        ridge: weight of the penalty.

    Returns:
        Shape (1 + inputs,).

    Raises:
        CannotAnswer: the steps do not settle.
    """
    people = members + others
    weight, share = people / people.sum(), np.divide(members, people, out=np.zeros_like(members), where=people > 0)
    design = np.column_stack([np.ones(len(inputs)), inputs])
    penalty = np.full(design.shape[1], ridge)
    penalty[0] = 0.0
    slopes = np.zeros(design.shape[1])
    average = float(np.clip(np.sum(weight * share), 1e-12, 1 - 1e-12))
    slopes[0] = np.log(average / (1 - average))
    for _ in range(_MOST_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ slopes, -30, 30)))
        slope = design.T @ (weight * (chance - share)) + penalty * slopes
        bend = (design.T * (weight * chance * (1 - chance))) @ design + np.diag(penalty + 1e-12)
        step = np.linalg.solve(bend, slope)
        step *= min(1.0, 5.0 / max(np.abs(step).max(), 1e-12))
        slopes -= step
        if np.abs(step).max() < 1e-10:
            return slopes
    raise CannotAnswer("The inputs could not be fitted together: the steps do not settle. Leave out inputs that repeat each other.")


def _scale(inputs: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    spread = inputs.std(axis=0)
    return inputs.mean(axis=0), np.where(spread > 0, spread, 1.0)


def _scaled(inputs: NDArray[np.float64], centre: NDArray[np.float64], scale: NDArray[np.float64]) -> NDArray[np.float64]:
    return (inputs - centre) / scale
