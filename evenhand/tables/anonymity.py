"""How many people share what is known of them: one who shares it with few can be recognised without a name.

Month of birth, sex, ethnic group and area, taken together, single out a good part of any population. Pseudonyms do not change that. Here it
is counted before anything else is: in how large a company everybody stands, and which column singles people out most. (Of a book of records,
by age band, audit/person_uniqueness.py does so.)

Read with care: a large company does not keep a secret that all of it share. And whoever knows more of a person than these columns needs less
of a table.

Source: Sweeney (2002), International Journal of Uncertainty, Fuzziness and Knowledge-Based Systems 10, 557-570 (k-anonymity).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

QUASI = ("birth_month", "sex", "group", "area", "band")
"""Columns of declared tables that somebody may know of a person from elsewhere."""


@dataclass(frozen=True)
class Anonymity:
    """Companies of people who are alike in some columns.

    Attributes:
        by: the columns.
        people: how many there are.
        companies: how many different companies.
        smallest: people in the smallest (the k of k-anonymity).
        alone: people who are the only one of their kind.
        few: people in companies of fewer than `fewer_than`.
        fewer_than: what counts as few.
        without: for each column, how many people would still stand in such small companies if it were left out.
    """

    by: tuple[str, ...]
    people: int
    companies: int
    smallest: int
    alone: int
    few: int
    fewer_than: int
    without: dict[str, int]


def anonymity(table: pd.DataFrame, *, by: Sequence[str] = QUASI, fewer_than: int = 10) -> Anonymity:
    """In how large a company of people like them everybody stands; those of whom a column is not known are alike in that.

    Args:
        table: one row a person.
        by: columns that somebody may know from elsewhere; those the table lacks are left aside.
        fewer_than: what counts as few.

    Example:
        >>> import pandas as pd
        >>> people = pd.DataFrame({"sex": ["male"] * 12 + ["female"], "group": ["White"] * 13})
        >>> found = anonymity(people)
        >>> found.smallest, found.alone, found.few, found.without
        (1, 1, 1, {'sex': 0, 'group': 1})
    """
    held = tuple(name for name in by if name in table)
    sizes = _sizes(table, held)
    without = {name: _few(_sizes(table, tuple(other for other in held if other != name)), fewer_than) for name in held}
    smallest = int(sizes.min()) if len(sizes) else 0
    return Anonymity(held, len(table), len(sizes), smallest, int((sizes == 1).sum()), _few(sizes, fewer_than), fewer_than, without)


def _sizes(table: pd.DataFrame, by: tuple[str, ...]) -> pd.Series:
    import pandas as pd

    return table.groupby(list(by), dropna=False, observed=True).size() if by else pd.Series([len(table)])


def _few(sizes: pd.Series, fewer_than: int) -> int:
    return int(sizes[sizes < fewer_than].sum())
