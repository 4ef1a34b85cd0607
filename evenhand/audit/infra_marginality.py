"""Why a lower share of hits need not mean a lower bar: one bar for everybody, and still different shares.

Suppose that an officer sees, for each person stopped, the chance of a find, and searches whenever it is
above a bar. The share of searches that are hits is then the mean chance of those above the bar, not the
chance at the bar. Two groups under the very same bar differ in that mean whenever their chances are
spread differently. This is called infra-marginality. It works both ways: it can make an equal bar look
unequal, and an unequal one equal.

Read with care:
    The functions here say what would be seen if the chances were spread as a beta distribution. They
    demonstrate; they do not estimate anybody's bar. `threshold_test` does, at the price of assumptions.

Source: Ayres (2002), Justice Research and Policy 4(1-2), 131-142, and Simoiu, Corbett-Davies & Goel (2017), Annals
of Applied Statistics 11(3), 1193-1216, whose beta model these formulas are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class Seen(NamedTuple):
    """Shares that the records would show: of stops that are searches, and of searches that are hits."""

    search_rate: NDArray[np.float64]
    hit_share: NDArray[np.float64]


def seen_under_a_bar(bar: ArrayLike, *, mean: ArrayLike, concentration: ArrayLike) -> Seen:
    """What the records show where chances of a find are beta distributed and everyone above a bar is searched.

    search rate = P(chance > bar);  hit share = E[chance | chance > bar]
                = mean * P(B > bar) / P(A > bar),  A ~ Beta(a, b), B ~ Beta(a + 1, b), a = mean * concentration, b = concentration - a

    Args:
        bar: lowest chance of a find at which a search is made, between 0 and 1.
        mean: mean chance over everybody stopped, between 0 and 1.
        concentration: above 0; the smaller, the more people are either nearly certain or nearly out of the question.

    Returns:
        Seen, of the arguments' shape.

    Raises:
        BadSetting: a value outside its range.

    Example:
        One bar of 10 per cent for both groups. In the first, chances are spread widely: there are many whose
        chance is high. In the second they are close together. On average both carry equally often, and the
        hits differ nearly by a factor of two.

        >>> search_rate, hit_share = seen_under_a_bar(0.10, mean=[0.05, 0.05], concentration=[4, 40])
        >>> [f"{rate:.1%}" for rate in search_rate], [f"{share:.1%}" for share in hit_share]
        (['16.1%', '8.8%'], ['23.3%', '12.7%'])

        And two different bars, 10 per cent and 15 per cent, under which the hits are alike:

        >>> [f"{share:.1%}" for share in seen_under_a_bar([0.10, 0.15], mean=[0.06, 0.08], concentration=[7, 20]).hit_share]
        ['19.6%', '19.9%']

    Read with care:
        See the head of this file.

    Source: Simoiu, Corbett-Davies & Goel (2017), Annals of Applied Statistics 11(3), 1193-1216, section 4.
    """
    from scipy.special import betainc

    level, middle, tight = np.broadcast_arrays(*(np.asarray(one, dtype=float) for one in (bar, mean, concentration)))
    if np.any((level <= 0) | (level >= 1)) or np.any((middle <= 0) | (middle >= 1)) or np.any(tight <= 0):
        raise BadSetting("A bar and a mean lie between 0 and 1, and a concentration above 0. Give shares, not per cent.")
    one, other = middle * tight, (1 - middle) * tight
    searched = betainc(other, one, 1 - level)  # the upper tail, without cancellation
    return Seen(searched, middle * betainc(other, one + 1, 1 - level) / searched)
