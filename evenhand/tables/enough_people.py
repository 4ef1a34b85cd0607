"""Are there enough real people, and enough of every kind, that no number about them is a number about one?

Made-up people need no such care. Of real ones a table of a handful, a group or an area with a handful, or many copies of the same
person would turn a count into a score of somebody. And a label of a group or an area must be a label: not a postcode, not a name of
a street, not something that a spreadsheet would compute.

Read with care: this refuses the plain ways to ask about one person. Somebody who writes a table for the purpose can go further round;
rounding, suppression and the ledger of what was shown (audit/release_ledger.py) stand behind it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import BadValue, LooksPersonal, TooFewPeople

if TYPE_CHECKING:
    import pandas as pd

FEWEST_PEOPLE = 100
"""Real people in a table; a guess of ours, far above the threshold of any count shown."""
FEWEST_OF_A_KIND = 10
"""Real people in a group or an area, as the threshold of counts shown."""
FEWEST_MONTHS = 12
"""Different months of birth among real people."""
MOST_ALIKE = 0.25
"""Share of real people who may have the same month of birth, sex, group and area."""
MOST_AREAS, MOST_MADE_UP_AREAS = 5_000, 30_000

_LABEL = re.compile(r"[^\W_][\w ,:;()/&'’.–+-]{0,79}")
_FINE = {
    "codes of small areas": r"[EW]0[01]\d{6}|S0[01]\d{6}|N(00|20|21)\d{6}|95[A-Z]{2}\d{6}",
    "postcodes finer than a district": r"[A-Z]{1,2}\d[A-Z\d]? ?\d([A-Z]{2})?|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]?",
    "coordinates": r".*-?\d{1,3}\.\d{3,}.*|[A-Z]{2} ?\d{3,5} ?\d{3,5}|\d{5,7}[ ,;/]+\d{5,7}|/{0,3}[a-z]+\.[a-z]+\.[a-z]+",
    "addresses": r"(FLAT |APARTMENT )?\d+[A-Z]?,? .*",
    "numbers of people or places": r"[PM]?[0-9A-F]{16,64}|\d{7,}|M\d+",
    "e-mail addresses or user names": r".*@.*",
}
"""What no area or group of real people is called."""


def require_enough(people: pd.DataFrame, *, where: str = "persons") -> None:
    """Raise unless a table of real people holds enough of them, and enough of every kind.

    Args:
        people: the declared table `persons`, or another with some of its columns.
        where: its name.

    Raises:
        TooFewPeople: so few that a number about them would be about one.
        LooksPersonal: a group or area has a name that no group or area has.
        BadValue: a label is not plain text.
    """
    if len(people) < FEWEST_PEOPLE:
        raise TooFewPeople(
            f"Table '{where}' holds fewer than {FEWEST_PEOPLE} people who are not made up. Numbers about so few would be scores of single persons, which "
            "Evenhand does not give. Hand over everybody the system scored."
        )
    for column in ("group", "officer_group", "area"):
        if column in people:
            require_labels(people[column], column=column, where=where)
            _require_each(people[column], column, where)
    _require_variety(people, where)


def require_labels(values: pd.Series, *, column: str, where: str, is_made_up: bool = False) -> None:
    """Raise unless the different values of a column are labels of groups or areas.

    Args:
        values: the column.
        column: its name, for a message.
        where: the table's name.
        is_made_up: nobody in the table exists, so that an area may be as small as one likes.

    Raises:
        BadValue: a label is not plain text, so that a page or a spreadsheet could take it for something else.
        LooksPersonal: a label of real people is a postcode, a small area's code, an address, or a number.
    """
    labels = [unicodedata.normalize("NFKC", str(one)) for one in values.dropna().unique()]
    odd = sum(_LABEL.fullmatch(one) is None for one in labels)
    if odd:
        raise BadValue(
            f"Table '{where}', column '{column}': {odd:,} of {len(labels):,} different labels are not plain text of at most 80 letters, digits and common "
            "marks that begins with a letter or a digit. They are not shown here. Give groups and areas plain names."
        )
    if len(labels) > (MOST_MADE_UP_AREAS if is_made_up else MOST_AREAS):
        raise LooksPersonal(
            f"Table '{where}', column '{column}' holds {len(labels):,} different labels. So many are no groups or districts. Join them to larger ones."
        )
    if is_made_up:
        return
    for what, form in _FINE.items():
        found = sum(re.fullmatch(form, one.strip(), re.IGNORECASE) is not None for one in labels)
        if found:
            raise LooksPersonal(
                f"Table '{where}', column '{column}': {found:,} of {len(labels):,} different labels look like {what}. They are not shown here. "
                "Say where people live and who they are no finer than a district and a group."
            )


def _require_each(values: pd.Series, column: str, where: str) -> None:
    counts = values.value_counts()
    few = int((counts < FEWEST_OF_A_KIND).sum())
    if few:
        raise TooFewPeople(
            f"Table '{where}', column '{column}': {few:,} of {len(counts):,} different labels have fewer than {FEWEST_OF_A_KIND} people. "
            "Join them to others before they come in, or leave the column empty for these people."
        )


def _require_variety(people: pd.DataFrame, where: str) -> None:
    """Many copies of one person would make every count an answer about that person."""
    kinds = [name for name in ("birth_month", "sex", "group", "area") if name in people]
    if "birth_month" not in people:
        return
    largest = int(people.groupby(kinds, dropna=False, observed=True).size().max())
    if people["birth_month"].nunique() < FEWEST_MONTHS or largest > MOST_ALIKE * len(people):
        raise TooFewPeople(
            f"Table '{where}': its people are too much alike (fewer than {FEWEST_MONTHS} months of birth, or more than {100 * MOST_ALIKE:.0f} % with the same "
            "month of birth, sex, group and area), so that a number about them could be a number about one. Hand over everybody the system scored, as they are."
        )


def require_places(home: Any, where_it_happened: pd.Series, *, where: str) -> None:
    """Raise unless the areas of records of real people are areas of people too, or have records enough.

    Args:
        home: the people's areas; None where the table has none.
        where_it_happened: the records' areas.
        where: the records' table.

    Raises:
        TooFewPeople, LooksPersonal, BadValue: as `require_enough`.
    """
    require_labels(where_it_happened, column="area", where=where)
    known = set() if home is None else set(home.dropna().unique())
    counts = where_it_happened[~where_it_happened.isin(known)].value_counts()
    few = int(np.sum(counts.to_numpy() < FEWEST_OF_A_KIND))
    if few:
        raise TooFewPeople(
            f"Table '{where}', column 'area': {few:,} areas where nobody of 'persons' lives have fewer than {FEWEST_OF_A_KIND} records. "
            "Join them to others, or leave them empty."
        )
