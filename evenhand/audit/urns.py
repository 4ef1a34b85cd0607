"""Two places, one patrol: where does it end up if it goes where incidents were recorded before?

The smallest model of the feedback loop (Ensign and others). An urn holds balls of two colours, the incidents
recorded in place A and in place B. Each day a ball is drawn and the patrol goes to its place; what it discovers
there is added to the urn, and so is what residents report in either place. Discoveries alone run away: the
busier place ends up with every patrol, however small the difference. Reports slow that down but leave it too
many. Ensign's correction keeps a discovery only as often as the other place is patrolled, which undoes it.

Thousands of urns run at once, as arrays.

Read with care: two places and one patrol are a model of a mechanism, not of a city; the fixed points say where the
share tends in the long run, which may be many years.

Steps, in order:  replacement -> limit_share (by arithmetic) ; run_urns (by simulation)

Source: Ensign, Friedler, Neville, Scheidegger & Venkatasubramanian (2018), Runaway Feedback Loops in Predictive Policing,
Proceedings of Machine Learning Research 81, 160-171 (arXiv 1706.09847).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting

if TYPE_CHECKING:
    from numpy.typing import NDArray


def replacement(rate_a: float, rate_b: float, *, discovered: float) -> tuple[float, float, float, float]:
    """Balls added on average: (to A, to B) on a day the patrol is in A, then (to A, to B) on a day it is in B.

    Args:
        rate_a, rate_b: incidents a day in each place that are there to be found.
        discovered: share of what is recorded that patrols discover, 0 to 1; the rest is reported, wherever the patrol is.

    Raises:
        BadSetting: a rate that is not above 0, or a share outside 0 to 1.

    Example:
        >>> replacement(4.0, 2.0, discovered=0.75)
        (4.0, 0.5, 1.0, 2.0)
    """
    if not (np.isfinite(rate_a) and np.isfinite(rate_b) and rate_a > 0 and rate_b > 0):
        raise BadSetting(f"The rates {rate_a!r} and {rate_b!r} must both be above 0 incidents a day.")
    if not 0 <= discovered <= 1:
        raise BadSetting(f"discovered={discovered!r} must be a share from 0 (all reported) to 1 (all discovered by patrols).")
    reported = 1 - discovered
    return rate_a, reported * rate_b, reported * rate_a, rate_b


def limit_share(rate_a: float, rate_b: float, *, discovered: float, is_corrected: bool = False) -> float:
    """The share of days the patrol tends to spend in place A.

    The root in 0 to 1 of (c + d - a - b) p² + (a - 2c - d) p + c = 0, with a, b, c, d from `replacement`: the share at which
    the urn's colours keep their proportion. With discoveries alone it is 1 or 0; with Ensign's correction, the true share.

    Args:
        rate_a, rate_b, discovered: as for `replacement`.
        is_corrected: a discovery is kept as often as the other place is patrolled.

    Returns:
        A share, 0 to 1; nan for equal rates and discoveries alone, where every share is possible and chance decides.

    Example:
        >>> [round(limit_share(3.68511, 2.816466, discovered=w), 4) for w in (1.0, 0.9, 0.5)]
        [1.0, 0.7759, 0.5989]
        >>> round(limit_share(3.68511, 2.816466, discovered=1.0, is_corrected=True), 4)
        0.5668

    Read with care:
        See the head of this file.

    Source: Ensign and others (2018), section 3; Renlund (2010), Generalized Pólya urns via stochastic approximation, arXiv 1002.3716.
    """
    a, b, c, d = replacement(rate_a, rate_b, discovered=discovered)
    if is_corrected:
        return rate_a / (rate_a + rate_b)
    if discovered == 1:
        return float("nan") if rate_a == rate_b else float(rate_a > rate_b)
    square, line, rest = c + d - a - b, a - 2 * c - d, c
    if abs(square) < 1e-12:
        return float(-rest / line)
    roots = np.roots([square, line, rest])
    inside = [float(root.real) for root in roots if abs(root.imag) < 1e-12 and -1e-12 <= root.real <= 1 + 1e-12]
    return inside[0]


def run_urns(
    rate_a: float,
    rate_b: float,
    *,
    prior: tuple[float, float] = (1, 1),
    days: int = 1000,
    replicates: int = 1000,
    discovered: float = 1.0,
    is_corrected: bool = False,
    forgotten: float = 0.0,
    seed: int = 0,
    every: int = 1,
) -> NDArray[np.float64]:
    """Run many urns side by side.

    Args:
        rate_a, rate_b, discovered, is_corrected: as for `limit_share`; incidents are Poisson.
        prior: incidents recorded in A and in B before the first day.
        days, replicates: how long, and how many urns.
        forgotten: share of balls lost each day, one by one at random; never the last of a colour.
        seed: of the random numbers.
        every: the share is kept each so many days.

    Returns:
        Share of A's colour after each of those days, shape (kept days, replicates).

    Raises:
        BadSetting: a prior below 1 of either colour, or settings out of range.

    Example:
        >>> shares = run_urns(3.0, 1.0, days=300, replicates=200, seed=1)
        >>> bool(shares[-1].mean() > shares[0].mean() > 0.5)
        True

    Read with care:
        See the head of this file.

    Source: Ensign and others (2018).
    """
    replacement(rate_a, rate_b, discovered=discovered)
    if min(prior) < 1 or days < 1 or replicates < 1 or every < 1 or not 0 <= forgotten < 1:
        raise BadSetting(
            f"prior={prior!r}, days={days!r}, replicates={replicates!r}, every={every!r}, forgotten={forgotten!r}: give a prior of at least 1 "
            "incident in each place, whole numbers from 1, and a share forgotten from 0 to below 1."
        )
    random = np.random.default_rng(seed)
    balls = np.tile(np.array(prior, dtype=float), (replicates, 1))
    rates = np.array([rate_a, rate_b])
    kept = []
    for day in range(1, days + 1):
        share = balls[:, 0] / balls.sum(axis=1)
        in_a = random.random(replicates) < share
        found = random.poisson(np.where(in_a, rate_a, rate_b) * discovered).astype(float)
        if is_corrected:
            other = np.where(in_a, 1 - share, share)
            found = random.binomial(found.astype(np.int64), other / np.maximum(share, 1 - share)).astype(float)
        balls[:, 0] += np.where(in_a, found, 0)
        balls[:, 1] += np.where(in_a, 0, found)
        if discovered < 1:
            balls += random.poisson((1 - discovered) * rates, size=(replicates, 2))
        if forgotten:
            balls -= np.minimum(random.binomial(np.floor(balls).astype(np.int64), forgotten), balls - 1)
        if day % every == 0 or day == days:
            kept.append(balls[:, 0] / balls.sum(axis=1))
    return np.array(kept)
