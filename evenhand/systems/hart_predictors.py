"""The 34 predictors of HART, by their recalled names, at the custody events they were asked for.

A custody event is one person's arrest on one day, for one offence or several. What is "prior" was on record before that day.

Source: Urwin (2016), thesis, University of Cambridge, appendix (recalled; the names add up to the published 34).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import BadSetting
from ..tables.person_words import SEXES
from .offence_sets import DRUG_DEALING, DRUGS, HOMICIDE, PROPERTY, SEXUAL, VIOLENT, WEAPONS
from .person_past import LONG_AGO_YEARS, on_record, years_since

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

SERIOUS = (*HOMICIDE, "gbh_with_intent", "robbery", *SEXUAL, "firearms")
"""Serious offences (recalled): murder and its attempt, grievous harm, robbery, sexual offences, firearms."""
KINDS: dict[str, tuple[str, ...]] = {
    "Any": (), "Serious": SERIOUS, "Violence": VIOLENT, "Sexual": SEXUAL, "Weapon": WEAPONS, "Drug": DRUGS, "Property": PROPERTY,
}  # fmt: skip
COUNTED: dict[str, tuple[str, ...]] = {"Murder": HOMICIDE, "Firearm": ("firearms",), "DrugDist": DRUG_DEALING}
"""Kinds of which only the count is a predictor."""


@dataclass(frozen=True, repr=False)
class CustodyEvents:
    """Custody events, in order of person and day.

    Attributes:
        who: position of the person.
        day: day number it was put on record.
    """

    who: NDArray[np.int64]
    day: NDArray[np.int64]

    def __len__(self) -> int:
        """How many."""
        return len(self.who)

    def __getitem__(self, chosen: Any) -> CustodyEvents:
        """Those of a mask or of positions."""
        return CustodyEvents(self.who[chosen], self.day[chosen])

    def last_of_each(self) -> CustodyEvents:
        """The last event of each person."""
        return self[np.append(self.who[1:] != self.who[:-1], True)] if len(self) else self


def custody_events(book: RecordBook, *, first: int, last: int) -> CustodyEvents:
    """Arrests put on record from one day number to another, both included, one for each person and day."""
    rows = book.rows[book.is_row("arrest", role="subject") & (book.rows.reported >= first) & (book.rows.reported <= last)]
    who, day = np.unique(np.stack([rows.who, rows.reported]).astype(np.int64), axis=1)
    return CustodyEvents(who, day)


def offences_on_record(book: RecordBook, by: str) -> NDArray[np.bool_]:
    """Which rows tell of an offence, by one choice of the readings `history` and `outcome`; shape (rows,).

    Raises:
        BadSetting: there is no such choice.
    """
    known = {"reports": ("crime_report", "suspect"), "arrests": ("arrest", "subject"), "sanctions": ("sanction", "subject")}
    if by not in known:
        raise BadSetting(f"Offences cannot be counted by '{by}'. Known: {', '.join(known)}.")
    event, role = known[by]
    return book.is_row(event, role=role)


def predictors(book: RecordBook, events: CustodyEvents, *, history: str, areas: NDArray[np.float64] | None) -> dict[str, NDArray[np.float64]]:
    """Name -> one number for each event; 99 years stand for never.

    Args:
        book: known up to the last event.
        events: at which to ask.
        history: what an offence on record is: reports, arrests or sanctions.
        areas: the place of each area, and of none at the end; None: the home is left out of account.

    Raises:
        BadSetting: an unknown choice of history.
    """
    who, before = events.who, events.day - 1
    of_history = offences_on_record(book, history)
    arrests, intelligence = book.is_row("arrest", role="subject"), book.is_row("intelligence", role="subject")

    def today(chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        return on_record(book, arrests & chosen).total(who, events.day, events.day)

    found = {
        "CustodyAge": _age(book, who, events.day),
        "Gender": (book.sex[who] == SEXES.index("male")).astype(float),
        "InstantAnyOffenceCount": today(np.ones(len(book.rows), dtype=bool)),
        "InstantViolenceOffenceBinary": (today(book.is_row(offence=VIOLENT)) > 0).astype(float),
        "InstantPropertyOffenceBinary": (today(book.is_row(offence=PROPERTY)) > 0).astype(float),
        "CustodyPostcodeOutwardTop24": np.zeros(len(events)) if areas is None else areas[book.area[who]],  # no area is -1: the last place
        "CustodyMosaicCodeTop28": np.zeros(len(events)),
    }
    for kind, offences in KINDS.items():
        past = on_record(book, of_history & book.is_row(offence=offences) if offences else of_history)
        if kind != "Serious":
            first = past.first(who)
            found[f"First{kind}OffenceAge"] = np.where(first <= events.day, _age(book, who, np.minimum(first, events.day)), LONG_AGO_YEARS)
        found[f"Prior{kind}OffenceCount"] = past.total(who, before)
        found[f"Prior{kind}OffenceLatestYears"] = years_since(past.last(who, before), on=events.day)
    for kind, offences in COUNTED.items():
        found[f"Prior{kind}OffenceCount"] = on_record(book, of_history & book.is_row(offence=offences)).total(who, before)
    custody = on_record(book, arrests)
    return found | {
        "PriorSexRegOffenceCount": np.zeros(len(events)),
        "PriorCustodyCount": custody.total(who, before),
        "PriorCustodyLatestYears": years_since(custody.last(who, before), on=events.day),
        "PriorIntelCount": on_record(book, intelligence).total(who, before),
    }


def _age(book: RecordBook, who: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.float64]:
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray((month - book.born[who]) // 12, dtype=float)
