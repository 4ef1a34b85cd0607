"""HART's forest: grown so that cautious errors are so many times as common as dangerous ones.

A dangerous error is to forecast low for somebody who goes on to a serious offence; a cautious one is to forecast high for somebody who does not
offend. Trees are shown each class in a share that is tilted from low to high by one number, and that number is found by trial on small forests, each
time by the people its trees were not shown.

Source: Berk, Sherman, Barnes, Kurtz & Ahlman (2009), Journal of the Royal Statistical Society A 172, 191-211 (recalled), for draws as costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .person_forest import Forest, grow, most_voted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

SHOWN = 4_500
"""People each tree is shown at most, with repeats."""
OF_A_CLASS = 2 / 3
"""And of each class no more than this part of it, so that about half of the trees are left to judge each person."""
TRIAL_TREES = 100
TRIALS = 7
WIDEST = 4.0
"""Natural logarithm of the most the odds of being shown are tilted by, from low to high."""
JOBS = 2


@dataclass(frozen=True, eq=False)
class Grown:
    """A forest and how it errs on people its trees were not shown.

    Attributes:
        forest: the trees.
        per_class: how many of each class every tree was shown.
        table: people by forecast (row) and what came (column), low to high, out of bag.
    """

    forest: Forest
    per_class: tuple[int, ...]
    table: NDArray[np.int64]

    @property
    def cautious_share(self) -> float:
        """Of those forecast high, the share who did not offend."""
        return float(self.table[-1, 0] / max(1, self.table[-1].sum()))

    @property
    def dangerous_share(self) -> float:
        """Of those forecast low, the share who offended gravely."""
        return float(self.table[0, -1] / max(1, self.table[0].sum()))

    @property
    def ratio(self) -> float:
        """Cautious errors to each dangerous one, in people; infinite where there is no dangerous one."""
        return float(self.table[-1, 0] / self.table[0, -1]) if self.table[0, -1] else float("inf")


def shown_to_trees(outcome: NDArray[Any], *, classes: int, tilt: float, shown: int = SHOWN) -> tuple[int, ...]:
    """How many of each class every tree is shown: in proportion to how common it is, times a factor that rises from low to high.

    Args:
        outcome: position of the class of each person.
        classes: how many there are.
        tilt: 0 shows them as they are; 1 shows the highest e times as often beside the lowest.
        shown: how many in all, at most.

    Example:
        >>> outcome = np.repeat([0, 1, 2], [400, 480, 120])
        >>> shown_to_trees(outcome, classes=3, tilt=0, shown=100), shown_to_trees(outcome, classes=3, tilt=2)
        ((40, 48, 12), (36, 118, 80))
    """
    people = np.bincount(outcome, minlength=classes)
    weighed = people * np.exp(tilt * (np.arange(classes) / (classes - 1) - 0.5))
    share = weighed / max(float(weighed.sum()), 1e-9)
    room = np.divide(OF_A_CLASS * people, share, out=np.zeros(classes), where=share > 0).min()
    return tuple(max(1, round(float(part))) for part in min(shown, room) * share)


def grow_to_ratio(features: Mapping[str, NDArray[Any]], outcome: NDArray[Any], *, classes: tuple[str, ...], trees: int, ratio: float, seed: int) -> Grown:
    """Grow a forest whose cautious errors are `ratio` times as common as its dangerous ones, as nearly as seven trials find.

    Args:
        features, outcome, classes: see person_forest.grow; classes lowest first.
        trees: of the forest in the end.
        ratio: wanted, among those that trees were not shown.
        seed: of the draws.

    Raises:
        CannotAnswer: a class that nobody is in.
    """

    def grown(tilt: float, many: int) -> Grown:
        per_class = shown_to_trees(outcome, classes=len(classes), tilt=tilt)
        forest = grow(features, outcome, classes=classes, trees=many, per_class=per_class, seed=seed, jobs=JOBS)
        asked = np.isfinite(forest.left_out[:, 0])
        table = np.zeros((len(classes), len(classes)), dtype=np.int64)
        np.add.at(table, (most_voted(forest.left_out[asked]), np.asarray(outcome)[asked]), 1)
        return Grown(forest, per_class, table)

    low, high = -WIDEST, WIDEST
    for _ in range(TRIALS):
        middle = (low + high) / 2
        low, high = (middle, high) if grown(middle, TRIAL_TREES).ratio < ratio else (low, middle)
    return grown((low + high) / 2, trees)
