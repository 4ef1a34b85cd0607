"""How easily a person in a table could be told from the others: how few share the same age band, sex, group and district.

Whoever knows that much of somebody, and that they are in the table, finds them among as many as share it. This is looked at before a
table is counted, and told in counts that are themselves held to the rule on small numbers.

Steps, in order:  book -> cells of (age band, sex, group, district) -> people in cells of few, of some, of many -> protected

Read with care: few alike is not the only way to be found. A rare offence or a date can do it too, and no count of cells shows that.

Source: Sweeney (2002), k-anonymity, International Journal of Uncertainty, Fuzziness and Knowledge-Based Systems 10(5); Hundepool et al.
(2012), Statistical Disclosure Control, ch. 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .disclosure import CONFIDENTIAL, SHOWN, Rule, protect

if TYPE_CHECKING:
    import datetime as dt

    from ..tables.record_book import RecordBook

AGE_BANDS = ("under 10", "10-17", "18-24", "25-34", "35-49", "50-64", "65 and over")
_FROM_AGE = (10, 18, 25, 35, 50, 65)
SIZES = ("alone or fewer than the threshold", "threshold to ten times the threshold", "more")


@dataclass(frozen=True)
class Uniqueness:
    """How many people are in cells of which size.

    Attributes:
        told_by: what makes a cell.
        threshold: people in a cell below which it counts as one of few.
        people: people in cells of each of SIZES; nan where not shown.
        is_enough: whether no cell is smaller than the threshold.
        of_made_up: whether nobody in it exists, so that nothing needs to be hidden.
    """

    told_by: tuple[str, ...]
    threshold: int
    people: tuple[float, ...]
    is_enough: bool
    of_made_up: bool

    def lines(self) -> list[str]:
        """The report, a sentence a line."""
        said = [f"People are told apart by {', '.join(self.told_by)}."]
        for size, number in zip(SIZES, self.people, strict=True):
            said.append(f"In cells of {size}: {'not shown' if np.isnan(number) else f'{number:,.0f} people'}.")
        said.append(
            f"No cell holds fewer than {self.threshold} people."
            if self.is_enough
            else f"Some cells hold fewer than {self.threshold} people. Put age bands, groups or districts together before counts by them are shown."
        )
        return said


def uniqueness(book: RecordBook, *, on: dt.date, rule: Rule = CONFIDENTIAL) -> Uniqueness:
    """How many people share their age band, sex, group and district with few others.

    Args:
        book: the people.
        on: the day ages are taken on.
        rule: how small counts are shown; of made-up people nothing is hidden.

    Returns:
        Uniqueness.

    Example:
        >>> import datetime as dt
        >>> import pandas as pd
        >>> from evenhand.tables.record_reading import read_book
        >>> people = pd.DataFrame({"person": [f"M{n}" for n in range(1, 26)], "birth_month": "1990-04", "sex": ["male"] * 24 + ["female"], "group": "White"})
        >>> rows = pd.DataFrame({"person": ["M2"], "day": ["2020-01-31"], "event": ["stop"], "role": ["subject"]})
        >>> found = uniqueness(read_book(people, rows, provenance="made-up"), on=dt.date(2024, 1, 1))
        >>> found.people, found.is_enough
        ((1.0, 24.0, 0.0), False)

    Read with care:
        A table with many alike may still hold somebody whom one recorded event gives away.

    Source: Sweeney (2002), see the head of this file.
    """
    band = np.searchsorted(_FROM_AGE, book.age_on(on), side="right")
    cells = np.stack([band, book.sex, book.group, book.area]).astype(np.int64)
    _, cell, size = np.unique(cells, axis=1, return_inverse=True, return_counts=True)
    of_each = size[cell.ravel()]
    which = np.searchsorted([rule.threshold, 10 * rule.threshold], of_each, side="right")
    people = np.bincount(which, minlength=len(SIZES))
    shown = people.astype(float)
    if not book.is_made_up:
        protected = protect(people, rule=rule, totals=(0,))
        shown = np.where(protected.why == SHOWN, protected.counts, np.nan)
    return Uniqueness(("age band", "sex", "group", "district"), rule.threshold, tuple(shown.tolist()), bool((size >= rule.threshold).all()), book.is_made_up)
