"""Made-up people as the declared tables, for whoever wants them as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables import assessments as assessments_table
from ..tables import person_records as records_table
from ..tables import persons as persons_table
from ..tables.person_words import SEXES
from ..tables.record_rows import ABSENT, OPEN, WORDS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook


def tables_of(book: RecordBook) -> dict[str, pd.DataFrame]:
    """The tables of a book of made-up people, which `read_book` reads again.

    Args:
        book: of made-up people.

    Returns:
        `persons`, `person_records` and, where there are any, `assessments`; ids are M1, M2 and so on.
    """
    import pandas as pd

    ids = pd.Series([f"M{at + 1}" for at in range(len(book))])
    persons = pd.DataFrame({
        "person": ids,
        "birth_month": book.born.astype("datetime64[M]").astype(str),
        "sex": np.array(SEXES, dtype=object)[book.sex],
        "group": _named(book.groups, book.group),
        "officer_group": _named(book.groups, book.officer_group),
        "area": _named(book.areas, book.area),
        "household": pd.Series(book.household).astype(str),
    })  # fmt: skip
    found = {"persons": persons_table.TABLE.check(persons), "person_records": records_table.TABLE.check(_records(book, ids))}
    if book.assessed is not None:
        items = {item: pd.array(_only(values != ABSENT, values.astype(object)), dtype="Int64") for item, values in book.assessed.items.items()}
        frame = pd.DataFrame({"person": ids.to_numpy()[book.assessed.who], "day": _days(book.assessed.day), **items})
        found["assessments"] = assessments_table.TABLE.check(frame)
    return found


def _records(book: RecordBook, ids: pd.Series) -> pd.DataFrame:
    import pandas as pd

    rows = book.rows
    return pd.DataFrame({
        "person": ids.to_numpy()[rows.who],
        "day": _days(rows.day),
        "incident": _only(rows.incident != ABSENT, rows.incident.astype(str).astype(object)),
        "reported_day": _days(rows.reported),
        "until": _only(rows.until != OPEN, _days(np.where(rows.until == OPEN, 0, rows.until))),
        "outcome_day": _only(rows.outcome != ABSENT, _days(rows.outcome_day)),
        **{column: _named(words, getattr(rows, column)) for column, words in WORDS.items()},
        "is_domestic": _yes_no(rows.is_domestic),
        "is_found": _yes_no(rows.is_found),
        "area": _named(book.areas, rows.area),
    })  # fmt: skip


def _named(names: tuple[str, ...], codes: NDArray[Any]) -> NDArray[Any]:
    return np.array([*names, None], dtype=object)[codes]


def _days(numbers: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(numbers).astype("datetime64[D]").astype(str).astype(object)


def _only(there: NDArray[np.bool_], values: NDArray[Any]) -> NDArray[Any]:
    """Values, missing where they are not there."""
    values[~there] = None
    return values


def _yes_no(codes: NDArray[Any]) -> Any:
    import pandas as pd

    return pd.array(np.array([False, True, None], dtype=object)[codes], dtype="boolean")
