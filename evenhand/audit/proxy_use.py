"""What does an input do to who is flagged? Leave it out, and see who would be flagged instead.

A strong stand-in for a group that the system hardly uses changes nothing; a weak one that it leans on may
change much. So the system is run without each input, and without each family of inputs (stop-search
records, intelligence, suspects, calls about drugs), and the flagged units are compared: how many change,
and how much oftener members of the group are among the flagged. The gap is also shared out among the
families by their Shapley values: the average of what a family adds, over every order of adding them.

Read with care: leaving an input out of a finished system is not the same as a system trained without it;
what remains might take its place. And an input that is itself shaped by policing carries the past in
either way.

Steps, in order:  flagged_copies (of each draw) -> without (ratio and overlap) -> shapley

Source: Kamiran & Calders (2012), Knowledge and Information Systems 33, 1-33 (removing attributes); Shapley (1953), A value
for n-person games; Štrumbelj & Kononenko (2014), Knowledge and Information Systems 41, 647-665 (values by sampled orders).
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer
from .area_resampling import log_limits
from .intervals import tail_share

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from .proxy_strength import Units

MOST_EXACT = 10
"""Families up to which every subset is run; beyond, orders are drawn."""
ORDERS = 200
_CELLS_AT_A_TIME = 4_000_000


class Without(NamedTuple):
    """What leaving something out does.

    Attributes:
        ratio: how many times as likely members are to be in a flagged unit as others, without it; value, low, high.
        change: that ratio over the full system's; value, low, high.
        changed_share: share of flagged units that are no longer flagged; value, low, high.
    """

    ratio: tuple[float, float, float]
    change: tuple[float, float, float]
    changed_share: tuple[float, float, float]


def flagged_copies(scores: NDArray[np.float64], times: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """How many copies of each unit are flagged when the k highest scores are; ties go to the unit that comes first.

    Args:
        scores: shape (units,).
        times: how often each unit is drawn, shape (draws, units); ones for the units as they are.
        k: flagged copies.

    Returns:
        Shape (draws, units).

    Example:
        >>> flagged_copies(np.array([1.0, 3.0, 2.0]), np.array([[1, 1, 1], [0, 2, 1]]), 2).tolist()
        [[0.0, 1.0, 1.0], [0.0, 2.0, 0.0]]
    """
    order = np.argsort(-scores, kind="stable")
    there = times[:, order].astype(float)
    before = np.cumsum(there, axis=1) - there
    copies = np.empty_like(there)
    copies[:, order] = np.clip(k - before, 0, there)
    return copies


def flag_ratio(copies: NDArray[np.float64], times: NDArray[np.float64], units: Units) -> NDArray[np.float64]:
    """How many times as likely members are to be in a flagged unit as others, draw by draw; nan where no other is.

    Example:
        >>> from evenhand.audit.proxy_strength import Units
        >>> units = Units(np.array([30.0, 10.0]), np.array([100.0, 300.0]), np.arange(2))
        >>> flag_ratio(np.array([[1.0, 0.0]]), np.ones((1, 2)), units).tolist()
        [3.0]

    Read with care:
        See the head of this file.
    """
    share = _flagged_share(copies, times, units.members)
    base = _flagged_share(copies, times, units.others)
    return np.divide(share, base, out=np.full(len(share), np.nan), where=base > 0)


def _flagged_share(copies: NDArray[np.float64], times: NDArray[np.float64], people: NDArray[np.float64]) -> NDArray[np.float64]:
    every = times @ people
    return np.divide(copies @ people, every, out=np.full(len(copies), np.nan), where=every > 0)


def without(
    full: NDArray[np.float64], left: NDArray[np.float64], units: Units, *, k: int, level: float = 0.95, replicates: int = 1000, seed: int = 0
) -> Without:
    """The flagged units of the full system beside those of the system with something left out.

    Args:
        full, left: scores with everything and without it, shape (units,).
        units: members, others and blocks.
        k: units flagged.
        level, replicates, seed: of the intervals: blocks are drawn anew and as many units flagged again.

    Returns:
        Each quantity's value, low and high; low and high nan with a single block, high infinite where in some draw nobody else is flagged.

    Raises:
        CannotAnswer: nobody outside the group is in a flagged unit, so no ratio can be given.
        BadSetting: k is none of the units, or all of them.

    Example:
        >>> from evenhand.audit.proxy_strength import Units
        >>> units = Units(np.array([30.0, 10.0, 10.0]), np.array([100.0, 100.0, 300.0]), np.arange(3))
        >>> found = without(np.array([3.0, 2.0, 1.0]), np.array([1.0, 2.0, 3.0]), units, k=1, replicates=100)
        >>> [round(part[0], 2) for part in found]
        [0.33, 0.11, 1.0]

    Read with care:
        See the head of this file.
    """
    units.require_both()
    _require_k(k, len(full))
    blocks = int(units.block.max()) + 1
    once = np.ones((1, len(full)))
    value = _measured(full, left, once, units, k)[0]
    if not np.isfinite(value[0]) or not np.isfinite(value[1]):
        raise CannotAnswer("Nobody outside the group is in a flagged unit, with everything or without it, so their chances cannot be compared.")
    if blocks < 2:
        return Without(*((float(one), math.nan, math.nan) for one in value))
    random, drawn = np.random.default_rng(seed), []
    at_once = max(1, _CELLS_AT_A_TIME // len(full))
    for start in range(0, replicates, at_once):
        times = random.multinomial(blocks, np.full(blocks, 1 / blocks), size=min(at_once, replicates - start))[:, units.block]
        drawn.append(_measured(full, left, times.astype(float), units, k))
    draws = np.concatenate(drawn)
    ends = np.column_stack([_limits(value, draws, level=level, blocks=blocks, column=column) for column in range(3)])
    return Without(*((float(v), float(low), float(high)) for v, low, high in zip(value, *ends, strict=True)))


def _limits(value: NDArray[np.float64], draws: NDArray[np.float64], *, level: float, blocks: int, column: int) -> tuple[float, float]:
    """For the two ratios the spread of the draws' logarithms; for the share, and where a draw has no logarithm, the draws' own quantiles."""
    mine = draws[:, column]
    if column < 2 and np.all(np.isfinite(mine) & (mine > 0)):
        low, high = log_limits(value[[column]], mine[:, None], level=level, areas=blocks)
        return float(low[0]), float(high[0])
    tail = tail_share(level)
    low, high = np.quantile(np.where(np.isfinite(mine), mine, np.inf), [tail, 1 - tail], method="inverted_cdf")
    return float(low), float(high)


def _measured(full: NDArray[np.float64], left: NDArray[np.float64], times: NDArray[np.float64], units: Units, k: int) -> NDArray[np.float64]:
    """Ratio without it, that over the full ratio, and share of flagged units that change; shape (draws, 3)."""
    with_it, without_it = flagged_copies(full, times, k), flagged_copies(left, times, k)
    ratio, base = flag_ratio(without_it, times, units), flag_ratio(with_it, times, units)
    change = np.divide(ratio, base, out=np.full(len(ratio), np.nan), where=base > 0)
    kept = np.minimum(with_it, without_it).sum(axis=1) / np.maximum(with_it.sum(axis=1), 1)
    return np.column_stack([ratio, change, 1 - kept])


def shapley(
    score: Callable[[frozenset[str]], NDArray[np.float64]], families: Sequence[str], units: Units, *, k: int, orders: int = ORDERS, seed: int = 0
) -> dict[str, float]:
    """What each family of inputs adds to the gap in the share of people who are in a flagged unit.

    gap of a set of families = share of members in a flagged unit less the share of others, the system run on these
    families alone (0 for none: with nothing to go by both have the same chance). A family's value is the
    average of what it adds, over every order in which families could be added; the values sum to the full gap.

    Args:
        score: from the families used to scores, shape (units,).
        families: their names.
        units: members, others and blocks.
        k: units flagged.
        orders, seed: drawn where there are more than ten families.

    Returns:
        Family -> share (of people, as a difference; may be negative).

    Raises:
        BadSetting: no family, or k is none of the units or all.

    Example:
        >>> from evenhand.audit.proxy_strength import Units
        >>> units = Units(np.array([9.0, 1.0]), np.array([1.0, 9.0]), np.arange(2))
        >>> stops, burglaries = np.array([2.0, 0.0]), np.array([0.0, 1.0])
        >>> found = shapley(lambda used: stops * ("stops" in used) + burglaries * ("burglaries" in used), ["stops", "burglaries"], units, k=1)
        >>> {name: round(value, 3) for name, value in found.items()}
        {'stops': 1.2, 'burglaries': -0.4}

    Read with care:
        A division of a gap, not of blame: families that go together share what they do together.

    Source: Shapley (1953), A value for n-person games, Contributions to the Theory of Games II, 307-317.
    """
    units.require_both()
    if not families:
        raise BadSetting("There is no family of inputs to share the gap out among.")
    known: dict[frozenset[str], float] = {frozenset(): 0.0}

    def gap(used: frozenset[str]) -> float:
        if used not in known:
            scores = score(used)
            _require_k(k, len(scores))
            once = np.ones((1, len(scores)))
            copies = flagged_copies(scores, once, k)
            known[used] = float(_flagged_share(copies, once, units.members)[0] - _flagged_share(copies, once, units.others)[0])
        return known[used]

    added = dict.fromkeys(families, 0.0)
    if len(families) <= MOST_EXACT:
        for name in families:
            rest = [other for other in families if other != name]
            for size in range(len(rest) + 1):
                weight = math.factorial(size) * math.factorial(len(rest) - size) / math.factorial(len(families))
                for others in itertools.combinations(rest, size):
                    added[name] += weight * (gap(frozenset({*others, name})) - gap(frozenset(others)))
        return added
    random = np.random.default_rng(seed)
    for _ in range(orders):
        used: frozenset[str] = frozenset()
        for index in random.permutation(len(families)):
            more = used | {families[int(index)]}
            added[families[int(index)]] += (gap(more) - gap(used)) / orders
            used = more
    return added


def _require_k(k: int, units: int) -> None:
    if not 1 <= k < units:
        raise BadSetting(f"k={k!r} units cannot be flagged of {units:,}. Give a whole number from 1 to {units - 1:,}.")
