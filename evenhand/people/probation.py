"""What probation officers judge of adults under supervision: what they are like, as an officer sees it, with error and, if asked for, bias."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from ..tables.person_words import ASSESSED
from .chances import own_number, table
from .parameter_list import GROUPS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .world import World

YES_NO = frozenset(("unemployed", "live_in_relationship", "domestic_abuse", "psychiatric_treatment", "carries_weapon", *ASSESSED[ASSESSED.index("heroin") :]))
"""Items judged 0 or 1; the others 0 to 2."""
ADULT = 18
APART_DAYS = 182
"""Nobody is assessed again within half a year."""
SEVERE, OWN = 0.45, 0.65
"""How far an item goes with the propensity to offend, and with a matter of its own (guesses)."""


def assess(world: World, who: NDArray[Any], since: NDArray[Any]) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8]]:
    """Assessments of people who come under supervision.

    Args:
        world: its state is changed.
        who, since: whom, and the day they were sanctioned.

    Returns:
        Whom, when, and what was judged, shape (assessments, items).
    """
    assert world.rates is not None
    rng, how, people = world.stream("probation"), world.parameters.probation, world.people
    day = (since + 1 + rng.integers(0, 20, len(since))).astype(np.int32)
    who, first = np.unique(who, return_index=True)
    day = day[first]
    due = (world.rates.age[who] >= ADULT) & (world.state.assessed[who] + APART_DAYS < day)
    who, day = who[due].astype(np.int32), day[due]
    world.state.assessed[who] = day
    shape = world.parameters.offending.shape
    severe = np.clip((np.log(people.propensity[who]) - np.log(1 / shape)) * np.sqrt(shape + 1), -3, 3)  # about 0 and 1 among those who offend
    bias = table(how.bias, GROUPS)[people.group[who]]
    spread = np.sqrt(SEVERE**2 + OWN**2 + how.noise**2 * (SEVERE**2 + OWN**2))
    judged = np.empty((len(who), len(ASSESSED)), dtype=np.int8)
    for at, item in enumerate(ASSESSED):
        own = SEVERE * severe + OWN * own_number(who, at, world.seed)
        seen = (own + how.noise * np.hypot(SEVERE, OWN) * rng.standard_normal(len(who))) / spread + bias
        share = how.problem_share[item]
        judged[:, at] = seen > _cut(1 - share)
        if item not in YES_NO:
            judged[:, at] += seen > _cut(1 - 0.45 * share)
    return who, day, judged


def _cut(share: float) -> float:
    return float(ndtri(min(max(share, 1e-9), 1 - 1e-9)))
