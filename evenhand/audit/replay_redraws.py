"""How far chance alone could move what lists hold: places drawn anew, and every day's list made again among them.

Events at one place are not independent of each other, and a place that is listed mostly stays listed. So whole places are drawn,
each with all its days. Were a listed place not among them, another would take its position: the lists are therefore made again from the
same scores, not kept. In simulated cities this interval covers as it should, while with the lists kept it is half as wide again for a share
and four times as wide for a difference, and weeks drawn instead of places give one that is far too narrow.

Steps, in order:  redrawn_captured; then limits from the spread of the draws (replay_findings.py)

Read with care: the interval says how the share would vary over places such as these, had others of them been there. Scores are taken as they
are: where one place's events move another's score, that is not drawn anew.

Source: Davison & Hinkley (1997), Bootstrap Methods and their Application, ch. 3.8; coverage is simulated in tests/audit/test_replay_redraws.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, BadValue, CannotAnswer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .replay import Replayed

AT_ONCE = 2_000_000
"""Numbers held at a time: 16 MB."""


def redrawn_captured(replays: Sequence[Replayed], *, replicates: int = 1000, seed: int = 0) -> NDArray[np.float64]:
    """Share of events captured in each draw of the places, the same draws for every system.

    In a draw a place may come not at all, once, or several times; each time it is a place of its own, that can be listed and
    has all the events. Places are listed by score, as many as a list has positions.

    Args:
        replays: of the same days and places.
        replicates: how many draws.
        seed: of the random generator; the same seed gives the same draws.

    Returns:
        Shape (replicates, systems); nan for a draw without events.

    Raises:
        BadSetting: fewer than 2 replicates, or no replay.
        BadValue: replays of different days or places.
        CannotAnswer: nothing was recorded on the days replayed.

    Example:
        >>> from evenhand.audit.replay import each_alone, replay
        >>> record = np.random.default_rng(1).poisson([2, 1, 0.2, 0.2], (60, 4))
        >>> found = replay(record, each_alone(lambda counts: counts.sum(axis=0)), window_days=7, k=1)
        >>> redrawn_captured([found], replicates=3, seed=2).round(2).tolist()
        [[0.46], [0.46], [0.65]]

    Read with care:
        See the head of this file.
    """
    if replicates < 2 or not replays:
        raise BadSetting("Redraws need a replay and at least 2 replicates.")
    first = replays[0]
    if any(one.happened.shape != first.happened.shape or (one.days != first.days).any() for one in replays):
        raise BadValue("The replays are not of the same days and places, so the same draws cannot be put to them.")
    if first.happened.sum() == 0:
        raise CannotAnswer("Nothing was recorded on the days replayed, so nothing can be said about what the lists held.")
    random, places = np.random.default_rng(seed), first.happened.shape[1]
    orders = [_orders(one) for one in replays]
    shares = np.empty((replicates, len(replays)))
    at_once = max(1, AT_ONCE // places)
    for start in range(0, replicates, at_once):
        draws = min(at_once, replicates - start)
        times = np.array([np.bincount(random.integers(0, places, places), minlength=places) for _ in range(draws)])
        events = times @ first.happened.sum(axis=0)
        for number, one in enumerate(replays):
            hits = sum(_hits(times, order, happened, one.k) for order, happened in zip(orders[number], one.happened, strict=True))
            shares[start : start + draws, number] = np.divide(hits, events, out=np.full(draws, np.nan), where=events > 0)
    return shares


def _orders(one: Replayed) -> list[NDArray[np.int64]]:
    """Each day's places in the order in which they would be listed, those without a score left out."""
    turned = one.scores[:, ::-1] if one.ties == "highest" else one.scores
    order = np.argsort(-turned, axis=1, kind="stable")
    order = one.scores.shape[1] - 1 - order if one.ties == "highest" else order
    return [row[: int(number)] for row, number in zip(order, (one.scores > 0).sum(axis=1), strict=True)]


def _hits(times: NDArray[np.int64], order: NDArray[np.int64], happened: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """Events of one day in the first k places of each draw, a place counting as often as it was drawn."""
    drawn = times[:, order]
    listed = np.clip(k - (np.cumsum(drawn, axis=1) - drawn), 0, drawn)
    return np.asarray(listed @ happened[order])
