"""Is exposure more than recorded history explains? A system beside what its own rule would flag knowing nothing but the past.

"Exposure is unequal" and "exposure is more unequal than recorded crime explains" are two claims. For
the second, the system's flags are set beside those of a plainer way of choosing:

    by rule      as many cells, where most crime was recorded (or any rule you hand over)
    among alike  as many cells of each kind, drawn by lot among cells alike in history, or in residents

Each gives the ratio to be expected, and a range: for the rule, from redraws of the records; among alike, from the lots.

The p-value does not come from those draws. Flags lie in clusters, and a lot drawn cell by cell takes
neighbours for strangers: so used, it is wrong 10 to 78 % of the time at the nominal 5 %; redrawn records
are wrong 10 to 90 % of the time, since a second draw of few records is vaguer than the first. Instead, what the
system flags and the rule would not, less what the rule would flag and the system does not, is moved
bodily over the map of the group's odds (map_shift.py).

Read with care: on Southend's outline, with a system that knows other records of the same risk, weighs
harms, or smooths (tests/audit/test_process_null.py), the p-value beside the rule is below 5 % in 0 to 10 %
of towns where the system takes no notice of who lives there. Among alike it holds as well, 0 to 10 %, when the
system goes by the history given; a system that knows more of the same risk than that history (more
months, the squares around) also seems to go beyond it. Recorded history is itself made by patrols: explained is not excused.

Steps, in order:  a way of choosing -> expected flags, and draws -> ratios -> what is left over, moved over the residents

Source: Dvořák & Mrkvička (2024), Journal of Computational and Graphical Statistics, doi 10.1080/10618600.2024.2357626
(residuals shifted, so that a nuisance covariate is allowed for); Efron & Tibshirani (1993), An Introduction to the
Bootstrap, chapter 13 (redraws).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, BadValue, CannotAnswer
from .intervals import tail_share, whole_counts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from .map_shift import Shifting

Select = Callable[[np.ndarray, np.random.Generator], np.ndarray]
"""A way of choosing: from recorded crimes by cell, and a random generator for ties, to flagged cells."""
CLASSES = 10
LOTS_FOR_TIES = 25
"""Times the rule is asked anew on the records as they are, since lots may decide between ties."""


@dataclass(frozen=True)
class Choice:
    """What another way of choosing would flag.

    Attributes:
        expected: chance of each cell to be flagged, shape (cells,).
        drawn: residents of flagged cells by group in each draw, shape (groups, draws).
        comparable: share of the system's flagged cells that had any other like them; 1 for a rule.
    """

    expected: NDArray[np.float64]
    drawn: NDArray[np.float64]
    comparable: float = 1.0


class Beyond(NamedTuple):
    """An exposure ratio beside the one to be expected.

    Attributes:
        observed: the system's exposure ratio.
        expected, low, high: the ratio the other way of choosing gives, and its range; high None when without bound.
        beyond: observed / expected; 1 when the system adds nothing.
        p_value: two-sided; None when the two choose alike, or the place is too small for shifts.
    """

    observed: float
    expected: float
    low: float | None
    high: float | None
    beyond: float
    p_value: float | None


def busiest(k: int) -> Select:
    """The rule of a count map: the k cells with most recorded crime; lots decide between ties, cells without any are never flagged.

    Example:
        >>> busiest(2)(np.array([5, 0, 9, 1]), np.random.default_rng(1)).tolist()
        [True, False, True, False]
    """

    def select(history: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        order = np.argsort(-(history + 0.5 * rng.random(len(history))))
        flagged = np.zeros(len(history), dtype=bool)
        flagged[order[:k]] = True
        return flagged & (history > 0)

    return select


def chosen_by_rule(select: Select, history: ArrayLike, people: ArrayLike, *, draws: int = 999, seed: int = 1) -> Choice:
    """What a rule flags on the records as they are, and who lives there in redraws of the records.

    Args:
        select: the rule; `busiest(k)` for a count map.
        history: recorded crimes of the past by cell, whole numbers, shape (cells,).
        people: residents by cell and group, shape (cells, groups).
        draws: redraws of the records: as many crimes, each where one was recorded.
        seed: of the random generator.

    Raises:
        BadValue: counts that are no counts, or a rule that gives another number of cells.
        CannotAnswer: no recorded crime.

    Example:
        >>> people = np.array([[1, 9], [9, 1], [5, 5], [5, 5]])
        >>> choice = chosen_by_rule(busiest(1), [30, 10, 0, 0], people, draws=200)
        >>> choice.expected.tolist(), float(choice.drawn[1].mean().round(1))
        ([1.0, 0.0, 0.0, 0.0], 9.0)

    Read with care:
        The range shows how much hangs on few records; it is no test.

    Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13 (redraws).
    """
    counts, who = whole_counts(history, "recorded crimes by cell"), _people(people, np.shape(history))
    if counts.sum() == 0:
        raise CannotAnswer("There is no recorded crime in the history, so no rule can go by it.")
    rng = np.random.default_rng(seed)
    expected = np.mean([_flags(select(counts, rng), counts) for _ in range(LOTS_FOR_TIES)], axis=0)
    some = np.flatnonzero(counts)
    chance, total, redrawn = counts[some] / counts.sum(), int(counts.sum()), np.zeros(len(counts))
    drawn = np.empty((who.shape[1], draws))
    for i in range(draws):
        redrawn[some] = rng.multinomial(total, chance)
        drawn[:, i] = who[_flags(select(redrawn, rng), counts)].sum(axis=0)
    return Choice(expected, drawn)


def chosen_among_alike(
    is_flagged: ArrayLike, alike_in: ArrayLike, people: ArrayLike, *, classes: int = CLASSES, draws: int = 999, seed: int = 1
) -> Choice:
    """As many flagged cells of each kind as the system has, drawn by lot among the cells of that kind.

    Args:
        is_flagged: the system's, shape (cells,).
        alike_in: what makes cells alike, such as recorded crimes of the past or residents, by cell; shape (cells,).
        people: residents by cell and group, shape (cells, groups).
        classes: kinds of cells: as many equal parts of those above zero, and one for those at zero.
        draws: lots drawn.
        seed: of the random generator.

    Returns:
        Choice; `comparable` tells whether there was anybody to compare with: a system that flags all of the top kind has none.

    Raises:
        BadValue: a missing or negative number, or numbers that do not fit the cells.
        BadSetting: fewer than one class.
        CannotAnswer: no cell is flagged.

    Example:
        >>> people = np.array([[1, 9], [9, 1], [5, 5], [5, 5]])
        >>> choice = chosen_among_alike([1, 0, 0, 0], [7, 7, 1, 1], people, classes=2, draws=50)
        >>> choice.expected.tolist(), choice.comparable
        ([0.5, 0.5, 0.0, 0.0], 1.0)

    Read with care:
        Cells of one kind still differ: within the top kind the flagged ones have the most history. More
        classes match closer and compare fewer.

    Source: as the head of this file; drawing lots within strata is the usual permutation test with blocks.
    """
    flagged = np.asarray(is_flagged).astype(bool)
    who = _people(people, flagged.shape)
    if not flagged.any():
        raise CannotAnswer("No cell is flagged, so there is nothing to set beside another way of choosing.")
    kind = kinds_of(alike_in, classes=classes)
    if kind.shape != flagged.shape:
        raise BadValue(f"There are {flagged.size:,} cells and {kind.size:,} numbers to match them by. Hand over one for each cell.")
    cells, chosen = np.bincount(kind), np.bincount(kind, flagged)
    share = np.divide(chosen, cells, out=np.zeros(len(cells)), where=cells > 0)
    rng = np.random.default_rng(seed)
    drawn = np.zeros((who.shape[1], draws))
    for one in np.flatnonzero(chosen):
        members, k = np.flatnonzero(kind == one), int(chosen[one])
        for i in range(draws):
            drawn[:, i] += who[rng.choice(members, k, replace=False)].sum(axis=0)
    return Choice(share[kind], drawn, float(chosen[(chosen < cells)].sum() / chosen.sum()))


def kinds_of(values: ArrayLike, *, classes: int = CLASSES) -> NDArray[np.int64]:
    """Cells by kind: 0 where the value is zero, else 1 to `classes`, as many cells in each as ties allow.

    Example:
        >>> kinds_of([0, 3, 0, 8, 5, 5], classes=2).tolist()
        [0, 1, 0, 2, 2, 2]
    """
    from scipy.stats import rankdata

    value = np.asarray(values, dtype=float)
    if value.ndim != 1 or not np.isfinite(value).all() or (value < 0).any():
        raise BadValue("What cells are matched by must be a number of at least 0 for each cell, none missing. Missing is not zero.")
    if classes < 1:
        raise BadSetting(f"{classes} classes cannot be made; give 1 or more.")
    kind = np.zeros(len(value), dtype=np.int64)
    above = value > 0
    if above.any():
        place = (rankdata(value[above]) - 0.5) / above.sum()
        kind[above] = 1 + np.minimum((place * classes).astype(np.int64), classes - 1)
    return kind


def beyond(
    choice: Choice, is_flagged: ArrayLike, people: ArrayLike, *, group: int, reference: int, shifting: Shifting | None = None, level: float = 0.95
) -> Beyond:
    """A system's exposure ratio beside the one another way of choosing gives.

    ratio = (residents in flagged cells / residents) of the group / the same of the reference; beyond = observed / expected

    Args:
        choice: the other way of choosing.
        is_flagged: the system's, shape (cells,).
        people: residents by cell and group, shape (cells, groups).
        group, reference: columns of `people`.
        shifting: the place, for the p-value; None gives none.
        level: share of the draws that the range holds.

    Returns:
        Beyond. The range is that of the draws about their middle, moved to the expected ratio: redraws of few records are drawn
        towards 1, which is no news about the rule.

    Raises:
        CannotAnswer: nobody of the group or of the reference is exposed, under the system or as expected.

    Example:
        >>> people = np.array([[1, 9], [9, 1], [5, 5], [5, 5]])
        >>> choice = chosen_by_rule(busiest(1), [30, 10, 0, 0], people, draws=200)
        >>> found = beyond(choice, [0, 1, 0, 0], people, group=0, reference=1)
        >>> f"{found.observed:.0f}, expected {found.expected:.2f}: {found.beyond:.0f} times"
        '9, expected 0.11: 81 times'

    Read with care:
        Above 1 says that the system points at the group more than the other way of choosing does, not why.

    Source: as the head of this file.
    """
    who, flagged = np.asarray(people, dtype=float), np.asarray(is_flagged).astype(float)
    observed, expected = _log_ratio(who.T @ flagged, who, group, reference), _log_ratio(who.T @ choice.expected, who, group, reference)
    if not (np.isfinite(observed) and np.isfinite(expected)):
        raise CannotAnswer("Nobody of the group, or of the reference, lives where cells are flagged or would be, so no ratio can be compared.")
    tail = tail_share(level)
    low, middle, high = np.quantile(_log_ratio(choice.drawn, who, group, reference), [tail, 0.5, 1 - tail], method="inverted_cdf")
    ends = [float(np.exp(expected + end - middle)) if np.isfinite(end - middle) else None for end in (low, high)]
    left_over = flagged - choice.expected
    p_value = None
    if shifting is not None and np.ptp(left_over) > 0:
        p_value = shifting.test(left_over, log_odds(who[:, group], who[:, reference])).p_value
    return Beyond(float(np.exp(observed)), float(np.exp(expected)), ends[0], ends[1], float(np.exp(observed - expected)), p_value)


def _log_ratio(exposed: NDArray[np.float64], people: NDArray[np.float64], group: int, reference: int) -> NDArray[np.float64]:
    """Log exposure ratio from residents in flagged cells by group, shape (groups,) or (groups, draws); inf where it has no bound."""
    total = people.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.log(exposed[group] / total[group]) - np.log(exposed[reference] / total[reference])
    return np.asarray(np.nan_to_num(found, nan=0.0, posinf=np.inf, neginf=-np.inf) if np.ndim(found) else found)


def log_odds(group: NDArray[np.float64], reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log odds of the group among both in each cell, one average person added, so that a cell where nobody lives says nothing.

    Counts of people would be at the mercy of a few crowded cells, and ranks see no difference among the cells at the top.

    Args:
        group, reference: residents of each by cell, shape (cells,).
    """
    one = group.sum() / (group.sum() + reference.sum())
    return np.asarray(np.log(group + one) - np.log(reference + 1 - one))


def _flags(chosen: np.ndarray, counts: NDArray[np.float64]) -> NDArray[np.bool_]:
    flagged = np.asarray(chosen)
    if flagged.shape != counts.shape:
        raise BadValue(f"The rule gave {flagged.size:,} flags for {counts.size:,} cells. It must give one for each, in the same order.")
    return flagged.astype(bool)


def _people(people: ArrayLike, cells: tuple[int, ...]) -> NDArray[np.float64]:
    who = np.asarray(people, dtype=float)
    if who.ndim != 2 or who.shape[:1] != cells:
        raise BadValue(f"Residents must be a table of {cells[0] if cells else 0:,} cells by groups; found the shape {who.shape}.")
    if not np.isfinite(who).all() or (who < 0).any():
        raise BadValue("The number of residents must be 0 or more in every cell and may not be missing: missing is never zero.")
    return who
