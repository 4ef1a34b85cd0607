"""From the declared tables of people to a book of records, through every check; nothing is put together before all have passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import assessments as assessments_table
from . import person_records as records_table
from . import persons as persons_table
from . import scores as scores_table
from .enough_people import require_enough, require_labels, require_places
from .errors import BadTable, BadValue
from .person_words import ASSESSED, SEXES
from .pseudonyms import require_households, require_incidents, require_pseudonyms
from .record_book import Assessed, RecordBook
from .record_rows import ABSENT, OPEN, WORDS, Rows
from .scored import Scored

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray

MOST_NAMES = 100
"""Different groups, or bands, that a table may have."""


def read_book(persons: pd.DataFrame, person_records: pd.DataFrame, assessments: pd.DataFrame | None = None, *, provenance: str) -> RecordBook:
    """A book of records from tables.

    Args:
        persons, person_records, assessments: the declared tables.
        provenance: "made-up" or "pseudonymised"; decides what form ids must have, and what may leave.

    Raises:
        BadTable, BadSetting: a table is not as declared, an id is no pseudonym, or a row is of nobody in `persons`.
        LooksPersonal: a column or a value might tell who somebody is.
        TooFewPeople: of real people there are fewer than a hundred, or fewer than ten of a group or an area.

    Example:
        >>> import pandas as pd
        >>> people = pd.DataFrame({"person": ["M1", "M2"], "birth_month": ["1990-04", "2001-12"], "sex": ["male", "female"], "group": ["White", None]})
        >>> rows = pd.DataFrame({"person": ["M2"], "day": ["2020-01-31"], "event": ["stop"], "role": ["subject"]})
        >>> read_book(people, rows, provenance="made-up")
        <records of 2 made-up people, 1 rows>
    """
    return _put_together(persons, person_records, assessments, provenance)[0]


def read_scored_book(
    persons: pd.DataFrame, person_records: pd.DataFrame, scores: pd.DataFrame, *, on: dt.date, provenance: str, system: str = "the list"
) -> tuple[RecordBook, Scored]:
    """A book of records and the list that somebody's system made of its people, both in the same order; no id is kept.

    Args:
        persons, person_records, scores: the declared tables; whoever is not in `scores` is one the system does not speak of.
        on: day of the list.
        provenance: "made-up" or "pseudonymised"; decides what form ids must have, and what may leave.
        system: what the list is called.

    Returns:
        The book, and the list. Bands go from the lowest mean score to the highest.

    Raises:
        BadTable, BadSetting, LooksPersonal, TooFewPeople: as `read_book`; also for a score of nobody in `persons`, or one that is no finite number.

    Example:
        >>> import datetime as dt
        >>> import pandas as pd
        >>> people = pd.DataFrame({"person": ["M1", "M2"], "birth_month": ["1990-04", "2001-12"], "sex": ["male", "female"], "group": ["White", None]})
        >>> rows = pd.DataFrame({"person": ["M2"], "day": ["2020-01-31"], "event": ["stop"], "role": ["subject"]})
        >>> scores = pd.DataFrame({"person": ["M2"], "score": [7.5], "is_flagged": [True]})
        >>> read_scored_book(people, rows, scores, on=dt.date(2020, 6, 30), provenance="made-up")
        (<records of 2 made-up people, 1 rows>, <the list on 2020-06-30: scores of made-up people>)
    """
    if "person" in scores:
        require_pseudonyms(scores["person"], provenance=provenance, where="scores")
    checked = scores_table.TABLE.check(scores)
    if "band" in checked:
        require_labels(checked["band"], column="band", where="scores", is_made_up=provenance == "made-up")
    if not np.isfinite(checked["score"].to_numpy(dtype=float)).all():
        raise BadValue("Table 'scores': a score is no finite number. Leave out the rows of people whom the system gave none.")
    book, position = _put_together(persons, person_records, None, provenance)
    return book, _scored(checked, _positions(checked["person"], position, "scores"), book, on, system)


def _scored(table: pd.DataFrame, who: NDArray[np.int32], book: RecordBook, on: dt.date, system: str) -> Scored:
    score, band, flagged = np.full(len(book), np.nan), np.full(len(book), ABSENT, dtype=np.int8), np.zeros(len(book), dtype=bool)
    score[who], flagged[who] = table["score"].to_numpy(dtype=float), table["is_flagged"].to_numpy(dtype=bool)
    names: tuple[str, ...] = ()
    if "band" in table:
        mean = table.groupby("band")["score"].mean().reset_index().sort_values(["score", "band"])
        names = tuple(map(str, mean["band"]))
        if len(names) > MOST_NAMES:
            raise BadValue(f"Table 'scores', column 'band' holds {len(names):,} different bands. Bands are few; is it another column?")
        band[who] = _codes(table["band"], names)
    return Scored(system, on, book.provenance, score, band, names, flagged)


def _put_together(persons: pd.DataFrame, person_records: pd.DataFrame, assessments: pd.DataFrame | None, provenance: str) -> tuple[RecordBook, dict[str, int]]:
    """The book, and where in it everybody is: for joining what else is told of them, and not to be kept."""
    for table, ids in (("persons", persons), ("person_records", person_records), ("assessments", assessments)):
        if ids is not None and "person" in ids:
            require_pseudonyms(ids["person"], provenance=provenance, where=table)
    people = persons_table.TABLE.check(persons)
    records = records_table.TABLE.check(person_records)
    _require_rails(people, records, provenance)
    if provenance != "made-up":
        people = people.iloc[np.random.default_rng().permutation(len(people))]  # an order that is nowhere kept
    position = {person: at for at, person in enumerate(people["person"])}
    groups, group, officer = _shared(people, "group", "officer_group")
    areas, area, where = _named(people.get("area"), records.get("area"), len(people), len(records))
    book = RecordBook(
        provenance,
        born=_months(people["birth_month"]),
        sex=_codes(people["sex"], SEXES),
        group=group,
        officer_group=officer,
        groups=groups,
        area=area,
        areas=areas,
        household=_numbers(people.get("household"), len(people)),
        rows=_rows(records, _positions(records["person"], position, "person_records"), where),
        assessed=None if assessments is None else _assessed(assessments_table.TABLE.check(assessments), position),
    )
    return book, position


def _require_rails(people: pd.DataFrame, records: pd.DataFrame, provenance: str) -> None:
    """What the declared types cannot say: ids that are no numbers of real life, labels that are labels, and enough people of every kind."""
    if "household" in people:
        require_households(people["household"], provenance=provenance, where="persons")
    if "incident" in records:
        require_incidents(records["incident"], provenance=provenance, where="person_records")
    if provenance != "made-up":
        require_enough(people)
        if "area" in records:
            require_places(people.get("area"), records["area"], where="person_records")
        return
    for column in ("group", "officer_group", "area"):
        if column in people:
            require_labels(people[column], column=column, where="persons", is_made_up=True)
    if "area" in records:
        require_labels(records["area"], column="area", where="person_records", is_made_up=True)


def _positions(ids: pd.Series, position: dict[str, int], where: str) -> NDArray[np.int32]:
    found = ids.map(position)
    lost = int(found.isna().sum())
    if lost:
        raise BadTable(f"Table '{where}': {lost:,} of {len(ids):,} rows are of persons who are not in table 'persons'. Add them, or leave their rows out.")
    return np.asarray(found, dtype=np.int32)


def _rows(records: pd.DataFrame, who: NDArray[np.int32], where: NDArray[np.int16]) -> Rows:
    day = _days(records["day"])
    reported = _days(records.get("reported_day"), otherwise=day)
    until = _days(records.get("until"), otherwise=np.full(len(day), OPEN, dtype=np.int32))
    if (reported < day).any() or (until < day).any():
        raise BadValue("Table 'person_records': a row was reported, or ended, before its day. Mend 'reported_day' or 'until'.")
    return Rows(
        who=who, day=day, reported=reported, until=until, incident=_numbers(records.get("incident"), len(day)), area=where,
        outcome_day=np.maximum(_days(records.get("outcome_day"), otherwise=reported), reported),
        is_domestic=_yes_no(records.get("is_domestic"), len(day)), is_found=_yes_no(records.get("is_found"), len(day)),
        **{column: _codes(records[column], words) if column in records else np.full(len(day), ABSENT, dtype=np.int8) for column, words in WORDS.items()},
    )  # fmt: skip


def _assessed(table: pd.DataFrame, position: dict[str, int]) -> Assessed:
    items = {item: table[item].fillna(ABSENT).to_numpy(dtype=np.int8) for item in ASSESSED if item in table}
    return Assessed(_positions(table["person"], position, "assessments"), _days(table["day"]), items)


def _codes(column: pd.Series, words: tuple[str, ...]) -> NDArray[np.int8]:
    import pandas as pd

    return np.asarray(pd.Categorical(column, categories=list(words)).codes, dtype=np.int8)


def _shared(people: pd.DataFrame, first: str, second: str) -> tuple[tuple[str, ...], NDArray[np.int8], NDArray[np.int8]]:
    both = [people[name] for name in (first, second) if name in people]
    names = tuple(sorted({str(value) for column in both for value in column.dropna().unique()}))
    if len(names) > MOST_NAMES:
        raise BadValue(f"Table 'persons', column '{first}' holds {len(names):,} different groups. Groups are few; is it another column?")
    absent = np.full(len(people), ABSENT, dtype=np.int8)
    return names, _codes(people[first], names), _codes(people[second], names) if second in people else absent


def _named(home: Any, where: Any, people: int, rows: int) -> tuple[tuple[str, ...], NDArray[np.int16], NDArray[np.int16]]:
    import pandas as pd

    names = tuple(sorted({str(value) for column in (home, where) if column is not None for value in column.dropna().unique()}))

    def places(column: Any, n: int) -> NDArray[np.int16]:
        return np.full(n, ABSENT, dtype=np.int16) if column is None else np.asarray(pd.Categorical(column, categories=list(names)).codes, dtype=np.int16)

    return names, places(home, people), places(where, rows)


def _numbers(column: Any, n: int) -> NDArray[np.int64]:
    import pandas as pd

    return np.full(n, ABSENT, dtype=np.int64) if column is None else pd.factorize(column)[0].astype(np.int64)


def _yes_no(column: Any, n: int) -> NDArray[np.int8]:
    return np.full(n, ABSENT, dtype=np.int8) if column is None else column.astype("Int8").fillna(ABSENT).to_numpy(dtype=np.int8)


def _months(column: pd.Series) -> NDArray[np.int32]:
    return column.to_numpy(dtype="datetime64[M]").astype(np.int32)


def _days(column: Any, otherwise: NDArray[np.int32] | None = None) -> NDArray[np.int32]:
    import pandas as pd

    if column is None:
        assert otherwise is not None
        return otherwise
    days = pd.to_datetime(column, format="%Y-%m-%d").to_numpy(dtype="datetime64[D]")
    absent = np.isnat(days)
    number = np.where(absent, 0, days.astype(np.int64)).astype(np.int32)
    return number if otherwise is None else np.where(absent, otherwise, number).astype(np.int32)
