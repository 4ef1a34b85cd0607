"""The register's figures held against their own parts: does what was printed follow from what was printed with it?

The register keeps each figure as printed, with the parts it rests on; the printed-figure checker of the
audits does the arithmetic. This joins the two, which may not know each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..audit.printed_numbers import read_number
from ..audit.published import FOLLOWS, Statement
from ..audit.published import check as checked_against_parts
from ..audit.published_words import read_words
from ..tables.errors import BadTable, EvenhandError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..audit.published import Checked
    from ..register.kinds import Check, Figure
    from ..register.register import Register


@dataclass(frozen=True)
class FigureChecked:
    """A figure of the register, checked.

    Attributes:
        id: STATISTIC.FIGURE.
        statistic: slug of the record that holds it.
        figure: as recorded.
        checked: the arithmetic and the verdict on it.
    """

    id: str
    statistic: str
    figure: Figure
    checked: Checked

    @property
    def follows(self) -> bool:
        """Whether the figure follows from its parts, its digits rounded or cut."""
        return self.checked.verdict in FOLLOWS


def check_figures(register: Register) -> Iterator[FigureChecked]:
    """Every figure of the register that says what it rests on, checked against that.

    Args:
        register: as `read_register` gives it.

    Yields:
        One for each figure with a `check`, in order of the records.

    Raises:
        BadTable: a record names a kind of arithmetic that is not known, or a part that is no printed number.

    Example:
        >>> from evenhand.register.reading import read_register
        >>> all(one.checked.says for one in check_figures(read_register()[0]))
        True

    Read with care:
        That a figure does not follow may be a slip of the pen, another base or another day; it is for the reader to ask.

    Source: decision 19 of this repository for the rules of the arithmetic.
    """
    for slug, statistic in register.statistics.items():
        for key, figure in statistic.figures.items():
            if figure.check is None:
                continue
            try:
                checked = checked_against_parts(_statement(figure, figure.check))
            except EvenhandError as wrong:
                raise BadTable(f"records/statistics/{slug}.yml, figure '{key}': its check cannot be done. {wrong}") from None
            yield FigureChecked(f"{slug}.{key}", slug, figure, checked)


def _statement(figure: Figure, check: Check) -> Statement:
    """What the checker takes: a figure in digits, in words, or both."""
    in_digits = _is_readable(read_number, check.printed)
    if not check.words:
        return Statement(figure.says, check.kind, check.parts, check.printed if in_digits else None, None if in_digits else check.printed)
    if _is_readable(read_words, check.words):
        return Statement(figure.says, check.kind, check.parts, check.printed if in_digits else None, check.words)
    return Statement(figure.says, check.kind, check.parts, None, f"{check.words} {check.printed}")  # "more than" beside "350,000"


def _is_readable(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except EvenhandError:
        return False
    return True
