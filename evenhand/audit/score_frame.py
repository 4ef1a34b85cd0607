"""What all findings on scores are made from, and how one of them is said or left blank.

Numbers of people go through `disclosure` here and nowhere else: a share is computed from counts that may
be shown, so that a finding gives away no more than they do. Figures that hundreds of counts go into
(ranking, calibration) are computed from all of them and printed to three places, where enough people
stand on each side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .disclosure import SHOWN, SMALL, Rule, reason, rounded, share_parts
from .group_rates import RATES, parts_of
from .limits import numbers_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from ..tables.findings import Finding
    from .about import About
    from .intervals import Interval
    from .score_counts import ScoreCounts

FEW_PEOPLE = 50
"""People below which a number is said to rest on few."""
EVERYONE = "Everyone"
NOBODY = "Not given: nobody to divide by."


@dataclass(frozen=True)
class ScoreFrame:
    """What all findings on scores are made from.

    Attributes:
        about: place, period, source and caveats.
        counts: people counted.
        groups: in alphabetical order.
        reference: position of the group compared with.
        cells: people of each group, shape (groups, 6); see `group_rates.cells_of`.
        areas: the same by area, shape (areas, groups, 6); None where people are taken as independent.
        draws: whole areas drawn again, shape (replicates, groups, 6); None as above.
        rule: how counts of people are shown.
        replicates, seed: of draws.
    """

    about: About
    counts: ScoreCounts
    groups: tuple[str, ...]
    reference: int
    cells: NDArray[np.float64]
    areas: NDArray[np.float64] | None
    draws: NDArray[np.float64] | None
    rule: Rule
    replicates: int = 1000
    seed: int = 0

    @property
    def reference_name(self) -> str:
        """The group compared with."""
        return self.groups[self.reference]

    @property
    def others(self) -> list[int]:
        """Positions of all groups but the reference."""
        return [at for at in range(len(self.groups)) if at != self.reference]

    def count(self, people: float | None) -> float | None:
        """A number of people as it may be shown; None below the threshold."""
        if people is None or not np.isfinite(people) or people < self.rule.threshold:
            return None
        return float(rounded([people], rule=self.rule)[0])

    def figure(self, number: float) -> float | None:
        """A figure that many counts went into, to three places unless the counts are public."""
        if not np.isfinite(number):
            return None
        return float(number) if self.rule.rounding == 1 else round(float(number), 3)


@dataclass(frozen=True)
class Shares:
    """Parts and wholes of one rate as they may be shown.

    Attributes:
        rate: one of `group_rates.RATES`.
        part, whole: people, shape (rows,); 0 where hidden.
        why: why a row is hidden (`disclosure.SHOWN`, SMALL or REVEALING).
    """

    rate: str
    part: NDArray[np.float64]
    whole: NDArray[np.float64]
    why: NDArray[np.int8]

    @property
    def is_shown(self) -> NDArray[np.bool_]:
        """Rows that may be shown."""
        return np.asarray(self.why == SHOWN)

    @property
    def cells(self) -> NDArray[np.float64]:
        """Cells that have these parts and wholes and nothing else, shape (rows, 6), for the functions that take cells."""
        made = np.zeros((len(self.part), 6))
        made[:, RATES[self.rate].part[0]] = self.part
        made[:, RATES[self.rate].rest[0]] = self.whole - self.part
        return made


def shares_shown(rate: str, cells: ArrayLike, rule: Rule, *, shows_total: bool = True) -> Shares:
    """A rate's parts and wholes as they may be shown.

    Example:
        >>> from evenhand.audit.disclosure import CONFIDENTIAL
        >>> shown = shares_shown("false_positive_rate", [[1, 42, 0, 61, 0, 0], [0, 4, 0, 61, 0, 0]], CONFIDENTIAL, shows_total=False)
        >>> shown.part.tolist(), shown.whole.tolist(), shown.is_shown.tolist()
        ([40.0, 0.0], [100.0, 0.0], [True, False])
    """
    part, rest = share_parts(*parts_of(cells, rate), rule=rule, shows_total=shows_total)
    some, others = np.nan_to_num(part.counts), np.nan_to_num(rest.counts)
    return Shares(rate, some, some + others, part.why)


def within_groups(frame: ScoreFrame, rate: str, cells: NDArray[np.float64], of_group: Sequence[int]) -> Shares:
    """A rate's parts and wholes in finer cells of the groups, as they may be shown beside the groups' own.

    A group's own rate is shown elsewhere and is the total of its cells; where it is hidden, so are all of them.

    Args:
        frame: the frame.
        rate: one of `group_rates.RATES`.
        cells: people of each finer cell, shape (cells, 6).
        of_group: position of the group each belongs to.

    Returns:
        Shares, shape (cells,).
    """
    whole = shares_shown(rate, frame.cells, frame.rule)
    belongs = np.asarray(of_group)
    part, all_, why = np.zeros(len(cells)), np.zeros(len(cells)), np.zeros(len(cells), dtype=np.int8)
    for group in np.unique(belongs):
        rows = np.flatnonzero(belongs == group)
        shown = shares_shown(rate, cells[rows], frame.rule)
        is_open = whole.why[group] == SHOWN
        part[rows], all_[rows] = shown.part * is_open, shown.whole * is_open
        why[rows] = np.where(is_open | (shown.why != SHOWN), shown.why, whole.why[group])
    return Shares(rate, part, all_, why)


def four_cells(frame: ScoreFrame) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """Right and wrong flags of each group as they may be shown (0 where hidden), and why a group's are hidden.

    A group's are shown only where its error rates and its predictive values all are: any of them gives the others away.

    Args:
        frame: the frame.

    Returns:
        Cells, shape (groups, 6), those of unknown outcome left 0; and the reason by group.
    """
    why = np.zeros(len(frame.groups), dtype=np.int8)
    shown = np.zeros((len(frame.groups), 6))
    for rate in ("positive_predictive_value", "negative_predictive_value", "false_positive_rate", "false_negative_rate"):
        one = shares_shown(rate, frame.cells, frame.rule)
        why = np.where(why == SHOWN, one.why, why)
        if rate.startswith("false"):
            shown[:, RATES[rate].part[0]], shown[:, RATES[rate].rest[0]] = one.part, one.whole - one.part
    return np.where((why == SHOWN)[:, None], shown, 0.0), why


def said(
    frame: ScoreFrame,
    measure: str,
    numbers: Interval | dict[str, Any],
    at: int = 0,
    *,
    n: float | None,
    why: int = SHOWN,
    caveats: Sequence[str] = (),
    **rest: Any,
) -> Finding:
    """One finding, left blank with its reason where it may not be shown or there is nothing to show.

    Args:
        frame: the frame.
        measure: its name.
        numbers: an interval, of which position `at` is taken, or value, low and high by name.
        at: position.
        n: the denominator, already as it may be shown.
        why: why it is hidden, if it is.
        caveats: of this finding.
        rest: the finding's other fields.

    Returns:
        The finding.
    """
    found = numbers if isinstance(numbers, dict) else numbers_at(numbers, at)
    if why != SHOWN:
        found, n, caveats = {"value": None}, None, (reason(int(why), rule=frame.rule),)
        rest = {**rest, "p_value": None, "null_model": None, "settings": {}}
    elif found["value"] is None:
        found, caveats = {"value": None}, caveats or (NOBODY,)
    return frame.about.finding(measure, found.pop("value"), **found, n=n, caveats=tuple(caveats), **rest)


def on_few(people: Sequence[float], names: Sequence[str]) -> tuple[str, ...]:
    """A warning for each side of a number that rests on few people.

    Example:
        >>> on_few([31, 400], ["Asian", "White"])
        ('Rests on few: 31 people (Asian). Under 50 a number is a hint, no more.',)
    """
    few = [f"{int(number)} people ({name})" for number, name in zip(people, names, strict=True) if 0 < number < FEW_PEOPLE]
    return (f"Rests on few: {' and '.join(few)}. Under {FEW_PEOPLE} a number is a hint, no more.",) if few else ()


def enough(frame: ScoreFrame, *sides: float) -> int:
    """SHOWN where at least the threshold of people stand on each side of a figure, else SMALL."""
    return SHOWN if all(side >= frame.rule.threshold for side in sides) else SMALL
