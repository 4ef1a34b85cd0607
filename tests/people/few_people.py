"""A handful of made-up people with a hand-written past, for counts that can be checked on paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evenhand.tables.conduct import Conduct
from evenhand.tables.record_book import RecordBook
from evenhand.tables.record_rows import Rows, codes, joined, rows_of

GROUPS = ("Asian", "Black", "Mixed", "Other", "White")
LAST = 20_000
FIRST = LAST - 3652


@dataclass(frozen=True)
class Lived:
    """What checks and the survey read of made-up people."""

    book: RecordBook
    conduct: Conduct
    first: int = FIRST
    last: int = LAST


def book(
    people: int, *, groups: list[str] | None = None, born: list[int] | None = None, sexes: list[int] | None = None, rows: Rows | None = None
) -> RecordBook:
    """People of one district, aged thirty unless `born` (months since 1970-01) says otherwise, White men unless told."""
    group = np.array([GROUPS.index(one) for one in groups or ["White"] * people], dtype=np.int8)
    month = np.array(born or [int((np.datetime64(LAST, "D").astype("datetime64[M]")).astype(int)) - 360] * people, dtype=np.int32)
    return RecordBook(
        "made-up", born=month, sex=np.array(sexes or [1] * people, dtype=np.int8), group=group, officer_group=group, groups=GROUPS,
        area=np.zeros(people, dtype=np.int16), areas=("Northtown",), household=np.full(people, -1, dtype=np.int64), rows=rows or joined([]),
    )  # fmt: skip


def did(people: int, *offences: tuple[int, int, str, int, int, bool, bool]) -> Conduct:
    """Offences as (who, days before the last day, offence, victim, incident, told to the police, recorded)."""
    who, ago, what, victim, incident, told, recorded = zip(*offences, strict=True) if offences else ((),) * 7
    return Conduct(
        people, np.array(who, np.int32), LAST - np.array(ago, np.int32), codes("offence", what), np.array(victim, np.int32), np.array(incident, np.int64),
        np.array(told, bool), np.array(recorded, bool), np.zeros(len(who), bool),
    )  # fmt: skip


def stops(who: list[int], *, days_ago: int = 10, outcome: str = "no_further_action", is_found: int = 0) -> Rows:
    """A stop of each of these people, all on one day."""
    day = np.full(len(who), LAST - days_ago)
    return rows_of(np.array(who), day, "stop", "subject", outcome=outcome, is_found=is_found)
