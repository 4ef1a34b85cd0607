"""Which disclosure rule holds for counts of people on a list: the strict one, a stricter one for children, and one for people who do not exist.

The strict rule is what holds unless somebody asks for another, and it holds for made-up people too: a report then looks as one about
real people would. Only of made-up people may counts be shown in full, and then it is said so.

Source: Hundepool et al. (2012), Statistical Disclosure Control, ch. 4-5; the doubled threshold for children is our own choice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting
from .disclosure import CONFIDENTIAL, SHOWN, SMALL, Rule, protect, rounded

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

STRICTER_FOR_CHILDREN = 2
"""A cell of children is shown from this many times the threshold on: they live in few schools and few streets, and ten of one group are soon known by name."""
MADE_UP = "The people are made up, and so is what they truly did: this shows what the rule does to such people, not what any force's list holds."
NOT_MADE_UP = "What these people truly did is known to nobody; only what was recorded of them is counted."


@dataclass(frozen=True)
class MadeUpRule(Rule):
    """Nothing is hidden or rounded, for nobody counted exists."""

    threshold: int = 1
    rounding: int = 1
    hides_zeros: bool = False
    hides_revealed: bool = False

    @property
    def says(self) -> str:
        """What a reader must know of the numbers shown."""
        return "Nobody counted here exists, so no count is rounded or left out."


def made_up_rule() -> Rule:
    """The rule under which counts of made-up people are shown in full.

    Example:
        >>> made_up_rule().says
        'Nobody counted here exists, so no count is rounded or left out.'
    """
    return MadeUpRule()


def rule_for(provenance: str, rule: Rule | None = None) -> Rule:
    """The rule that holds: the strict one unless another is given, and never the made-up one for people who exist.

    Args:
        provenance: of the people, "made-up" or "pseudonymised".
        rule: the rule asked for.

    Raises:
        BadSetting: the rule for made-up people is asked for real ones.

    Example:
        >>> rule_for("made-up").threshold, rule_for("made-up", made_up_rule()).threshold
        (10, 1)
    """
    if rule is None:
        return CONFIDENTIAL
    if isinstance(rule, MadeUpRule) and provenance != "made-up":
        raise BadSetting("made_up_rule() shows every count, and these people are real. Leave the rule out: the strict one then holds.")
    return rule


def for_children(rule: Rule) -> Rule:
    """The rule for counts of children: the threshold doubled, unless the children do not exist.

    Example:
        >>> for_children(CONFIDENTIAL).threshold
        20
    """
    return rule if isinstance(rule, MadeUpRule) else replace(rule, threshold=STRICTER_FOR_CHILDREN * rule.threshold)


def care_of(provenance: str, rule: Rule) -> tuple[str, ...]:
    """What every finding about these people says of them and of the rule it is shown under."""
    return (MADE_UP if provenance == "made-up" else NOT_MADE_UP, rule.says)


class Shown(NamedTuple):
    """Counts by group as they may be shown (0 where hidden), why each is hidden, and their sum as it may be shown (0 where hidden)."""

    counts: NDArray[np.float64]
    why: NDArray[np.int8]
    total: float


def shown_by_group(counts: ArrayLike, rule: Rule) -> Shown:
    """Counts by group beside their sum, as they may be shown.

    Example:
        >>> shown_by_group([4, 12, 83, 61], CONFIDENTIAL)
        Shown(counts=array([ 0.,  0., 85., 60.]), why=array([1, 2, 0, 0], dtype=int8), total=160.0)
    """
    found, total = protect(counts, rule=rule, totals=(0,)), float(np.sum(counts))
    if total < rule.threshold:
        return Shown(np.zeros(len(found.why)), np.where(found.why == SHOWN, SMALL, found.why).astype(np.int8), 0.0)
    return Shown(np.nan_to_num(found.counts), found.why, float(rounded(total, rule=rule)))
