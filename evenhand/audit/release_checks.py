"""May this table of people leave? A verdict with its reason and its remedy: pass, review (a person must look), or fail.

The checks are those an output checker makes at a secure data service: counts that are too low, zeros and full rows that tell something
of everybody in a group, a total that opens a hidden cell, one person who makes up most of a sum, a model with hardly more people than
parameters. What fails here is hidden by `disclosure.protect`; what must be reviewed cannot be settled by a rule.

Read with care: a pass says that these checks found nothing in this table. What it gives away beside another table is for release_ledger.py,
and what somebody knows already is for nobody's rule.

Source: the checks and defaults of the ACRO output checker 1.0.2 (threshold 10, 10 degrees of freedom, dominance n = 2 and k = 0.90, p-ratio
0.10), and the taxonomy of the SACRO project; Hundepool et al. (2012), Statistical Disclosure Control, ch. 4 (dominance and p % rules).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..tables.errors import BadValue
from .disclosure import CONFIDENTIAL, REVEALING, Rule, protect
from .intervals import whole_counts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Verdict = Literal["pass", "review", "fail"]
WORST: tuple[Verdict, ...] = ("pass", "review", "fail")
FULL = 1.0
"""Share of a row in one cell at which everybody of the row is known to be of that kind."""


@dataclass(frozen=True)
class Limits:
    """What a magnitude and a model must keep.

    Attributes:
        threshold: people behind a sum.
        freedom: people beyond parameters behind a model.
        dominance_n, dominance_k: so many people may not make up such a share of a sum, or more.
        p_ratio: what the third and all further people give must be at least this share of what the largest gives.
    """

    threshold: int = 10
    freedom: int = 10
    dominance_n: int = 2
    dominance_k: float = 0.90
    p_ratio: float = 0.10


ACRO = Limits()
"""The defaults of the ACRO output checker."""


@dataclass(frozen=True)
class Check:
    """One check of a table.

    Attributes:
        name: "low count", "class disclosure", "differencing", "dominance", "p-ratio", "degrees of freedom".
        verdict: what it comes to.
        reason: why, in a sentence; it names no cell's number.
        remedy: what would mend it; "" where there is nothing to mend.
        cells: how many cells it speaks of.
    """

    name: str
    verdict: Verdict
    reason: str
    remedy: str = ""
    cells: int = 0


@dataclass(frozen=True)
class Checked:
    """All checks of a table, and the worst of their verdicts."""

    checks: tuple[Check, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of all."""
        return max((check.verdict for check in self.checks), key=WORST.index, default="pass")

    @property
    def says(self) -> str:
        """The verdict, and why and how to mend it where it is no pass."""
        told = [f"{check.name}: {check.reason} {check.remedy}".strip() for check in self.checks if check.verdict != "pass"]
        return f"{self.verdict}. {' '.join(told)}".strip() if told else f"{self.verdict}."


def check_counts(counts: ArrayLike, *, rule: Rule = CONFIDENTIAL, totals: tuple[int, ...] = ()) -> Checked:
    """Whether a table of counts of people may leave as it stands.

    Args:
        counts: whole numbers of people, of one or two dimensions; nan where a count is hidden already.
        rule: how strict to be.
        totals: axes along which sums are shown beside the counts.

    Returns:
        Checked: low count, class disclosure, differencing.

    Raises:
        BadValue: a count that is negative or fractional.

    Example:
        >>> check_counts([40, 3, 120]).says
        'fail. low count: 1 of 3 counts are below 10. Hide them, or join them to others.'
        >>> check_counts([40, 60, 120]).verdict
        'pass'

    Read with care:
        That the counts are of people, and of different people, is taken as given: ten records of one person are one person.

    Source: see the head of this file.
    """
    table = np.atleast_1d(np.asarray(counts, dtype=float))
    is_hidden = np.isnan(table)
    people = whole_counts(np.where(is_hidden, 0.0, table), "people")
    small = ~is_hidden & (people < rule.threshold) & (rule.hides_zeros | (people > 0))
    low = Check(
        "low count", *_verdict(int(small.sum()), "fail"), _said(f"{int(small.sum()):,} of {table.size:,} counts are below {rule.threshold}.", small),
        "Hide them, or join them to others." if small.any() else "", int(small.sum()),
    )  # fmt: skip
    return Checked((low, _class_disclosure(people, is_hidden, rule), _differencing(people, is_hidden, rule, totals)))


def _verdict(cells: int, otherwise: Verdict) -> tuple[Verdict]:
    return (otherwise if cells else "pass",)


def _said(reason: str, cells: NDArray[np.bool_]) -> str:
    return reason if cells.any() else "Nothing found."


def _class_disclosure(people: NDArray[np.float64], is_hidden: NDArray[np.bool_], rule: Rule) -> Check:
    """Zeros and full rows: they tell something of everybody in a group, however many these are."""
    zeros = ~is_hidden & (people == 0)
    full = np.zeros(0, dtype=bool)
    if people.ndim == 2 and people.shape[1] > 1:
        whole = people.sum(axis=1)
        full = (people.max(axis=1) >= FULL * whole) & (whole > 0) & ~is_hidden.any(axis=1)
    found = int(zeros.sum() + full.sum())
    if not found:
        return Check("class disclosure", "pass", "Nothing found.")
    reason = f"{int(zeros.sum()):,} counts are nought and {int(full.sum()):,} rows stand in one column whole, which tells something of everybody in them."
    if rule.hides_zeros:
        return Check("class disclosure", "fail", reason, "Hide the noughts, or join the column to another.", found)
    return Check("class disclosure", "review", reason, "Judge whether what is told of all of them may be known.", found)


def _differencing(people: NDArray[np.float64], is_hidden: NDArray[np.bool_], rule: Rule, totals: tuple[int, ...]) -> Check:
    """Hidden cells that a total beside them gives away."""
    if not totals or not is_hidden.any():
        return Check("differencing", "pass", "Nothing found." if totals else "No totals are shown.")
    # A hidden count is not known here, so one hidden cell in a line is open, and two or more must be judged where their sum is known.
    opened = sum(int(((is_hidden.sum(axis=axis)) == 1).sum()) for axis in totals)
    if opened:
        reason = f"{opened:,} lines have one hidden count and a total, so that it follows by subtraction."
        return Check("differencing", "fail", reason, "Hide another count of the line, or the total.", opened)
    return Check("differencing", "pass", "Nothing found.")


def check_hiding(counts: ArrayLike, shown: ArrayLike, *, rule: Rule = CONFIDENTIAL, totals: tuple[int, ...] = ()) -> Checked:
    """Whether a table with some counts hidden hides enough, by the counts behind it.

    Args:
        counts: the counts themselves.
        shown: which of them are shown; same shape.
        rule: how strict to be.
        totals: axes along which sums are shown beside the counts.

    Returns:
        Checked, with one check: "differencing".

    Example:
        >>> check_hiding([4, 40, 200], [False, True, True], totals=(0,)).verdict
        'fail'
        >>> check_hiding([4, 40, 200], [False, False, True], totals=(0,)).verdict
        'pass'
    """
    is_shown = np.asarray(shown, dtype=bool)
    wanted = protect(counts, rule=rule, totals=totals, hidden=~is_shown)
    missing = int((np.isnan(wanted.counts) & is_shown).sum())
    if not missing:
        return Checked((Check("differencing", "pass", "Nothing found."),))
    revealing = int(((wanted.why == REVEALING) & is_shown).sum())
    reason = f"{missing:,} counts are shown that are too low, or that give a hidden one away beside a total ({revealing:,})."
    return Checked((Check("differencing", "fail", reason, "Hide them too; disclosure.protect says which.", missing),))


def check_magnitudes(values: ArrayLike, cells: ArrayLike, *, limits: Limits = ACRO) -> Checked:
    """Whether sums or means of something about people may leave: enough people, and none who makes up most of it.

    Args:
        values: what each person gives to the sum, such as a harm score; not negative, shape (people,).
        cells: the cell each person is in, as whole numbers from 0; shape (people,).
        limits: how strict to be.

    Returns:
        Checked: low count, class disclosure (everybody of a cell gives the same), dominance, p-ratio.

    Raises:
        BadValue: a value that is negative or missing.

    Example:
        >>> check_magnitudes([1.0] * 12 + [100.0], [0] * 13).says
        'fail. dominance: 1 of 1 cells owe 90 % of their sum or more to 2 people. Join the cell to another, or leave the sum out.'

    Read with care:
        Values must be a person's whole part. Scores clipped to a range seldom dominate; sums of harm weights, where one homicide outweighs a
        hundred thefts, often do.

    Source: Hundepool et al. (2012), Statistical Disclosure Control, ch. 4; defaults of ACRO.
    """
    given, at = np.asarray(values, dtype=float), np.asarray(cells, dtype=np.int64)
    if not np.isfinite(given).all() or (given < 0).any():
        raise BadValue("What each person gives to a sum must be known and not below 0. Leave out those of whom it is not known, and say how many they are.")
    order = np.lexsort((-given, at))
    given, at = given[order], at[order]
    number = int(at.max()) + 1 if at.size else 0
    people = np.bincount(at, minlength=number)
    rank = np.arange(len(at)) - np.concatenate([[0], np.cumsum(people)[:-1]])[at] if number else np.zeros(0)
    whole = np.bincount(at, given, minlength=number)
    largest = np.bincount(at, given * (rank == 0), minlength=number)
    first = np.bincount(at, given * (rank < limits.dominance_n), minlength=number)
    rest = whole - np.bincount(at, given * (rank < 2), minlength=number)
    there = people > 0
    few = there & (people < limits.threshold)
    dominant = there & (whole > 0) & (first >= limits.dominance_k * whole)
    open_ = there & (largest > 0) & (rest < limits.p_ratio * largest)
    highest, lowest = np.zeros(number), np.full(number, np.inf)
    np.maximum.at(highest, at, given)
    np.minimum.at(lowest, at, given)
    alike = (people > 1) & (highest == lowest)
    join = "Join the cell to another, or leave the sum out."
    says = (
        ("low count", few, f"have fewer than {limits.threshold} people."),
        ("class disclosure", alike, "have people who all give the same, so that the sum tells what each gives."),
        ("dominance", dominant, f"owe {100 * limits.dominance_k:.0f} % of their sum or more to {limits.dominance_n} people."),
        ("p-ratio", open_, f"could be undone by their second largest person to within {100 * limits.p_ratio:.0f} %."),
    )
    return Checked(tuple(_magnitude(name, found, int(there.sum()), tail, join) for name, found, tail in says))


def _magnitude(name: str, found: NDArray[np.bool_], cells: int, tail: str, remedy: str) -> Check:
    count = int(found.sum())
    if not count:
        return Check(name, "pass", "Nothing found.")
    verdict: Verdict = "review" if name == "class disclosure" else "fail"
    return Check(name, verdict, f"{count:,} of {cells:,} cells {tail}", remedy, count)


def check_model(people: int, parameters: int, *, limits: Limits = ACRO) -> Checked:
    """Whether the coefficients of a model may leave: enough people beyond its parameters.

    Args:
        people: whom it was fitted to.
        parameters: how many numbers were fitted.
        limits: how strict to be.

    Returns:
        Checked, with one check: "degrees of freedom".

    Example:
        >>> check_model(14, 6).verdict, check_model(4_000, 6).verdict
        ('fail', 'pass')

    Read with care:
        A tree or a forest fits a number for each leaf, and a leaf of one person is that person; here only the count of both is looked at.

    Source: defaults of ACRO.
    """
    freedom = people - parameters
    if freedom >= limits.freedom:
        return Checked((Check("degrees of freedom", "pass", "Nothing found."),))
    reason = f"The model has fewer than {limits.freedom} people beyond its parameters, so that its numbers may give single people away."
    return Checked((Check("degrees of freedom", "fail", reason, "Fit a simpler model, or more people.", 1),))
