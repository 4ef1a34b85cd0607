"""Top400: which young people in Amsterdam show signs, none of which is an offence, that put them on the list?

Reconstructed: the three criteria that are public, the people that the program ProKid+ added for having been a victim or witness or
for what the police had to do with those at home, and younger brothers and sisters. Not reconstructed: see CARD.not_rebuilt.

Steps, in order:  known -> aged 12 to 23, not convicted of high impact -> criteria met -> listed -> ProKid+ fills up -> younger ones at home

Read with care: the score is how many criteria are met, no estimate of anything. A household stands for a family.

Source: Public Interest Litigation Project, Top400; city of Amsterdam, register of algorithms; see CARD.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..tables.citation import Citation
from ..tables.record_rows import code
from ..tables.scored import Scored
from .card import AlsoReads, Card, Reading
from .households import lives_with_older, of_the_others
from .person_settings import settled
from .top600 import high_impact

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

AGES = (12, 23)
"""From, to and including: the city's register."""
SCHOOLS = 3
"""Changes of primary school."""
PROKID_PLACES = 125
"""How many people ProKid+ added."""
CITY = 821_752
"""People of Amsterdam on 1 January 2015 (recalled), for ProKid+ in proportion."""
BANDS = ("not listed", "at home with one listed", "added by ProKid+", "listed")
BANDS_ARE_NOT_CUTS = True  # ProKid+ and a shared home flag people whatever criteria they meet

CARD = Card(
    slug="top400",
    title="Top400",
    kind="person",
    operators=("city-of-amsterdam",),
    learns_from="changes of primary school, supervision by youth care, suspicion, arrest, being a victim or witness, and police contacts of those at home",
    columns=("reported_day", "offence", "outcome", "outcome_day"),
    also_reads=(AlsoReads("persons", ("birth_month", "household"), True, "age, and who lives with whom"),),
    flags="those who meet enough criteria, those ProKid+ adds, and younger people at home with either",
    horizon="none stated: meant to keep people from crimes of high impact",
    fidelity="close",
    sources=(
        Citation("Public Interest Litigation Project, Top400", url="https://pilp.nu/en/dossier/top400/"),
        Citation("City of Amsterdam, register of algorithms, Top400/600", url="https://algoritmeregister.amsterdam.nl/top-400-600/"),
        Citation("Controle Alt Delete, Top400-aanpak is discriminerend", url="https://controlealtdelete.nl/articles/top400-aanpak-is-discriminerend"),
        Citation("Amnesty International UK (2025), Automated Racism, box after section 1.4.2, notes 102-105"),
        Citation("Population of Amsterdam, 1 January 2015", mark="recalled"),
    ),
    readings=(
        Reading("needed", "How many of the criteria are needed?", 2, (1, 2, 3),
                "they are printed in a row with 'and', 'or' and 'among others', so that one, two or all three may be meant", "how many are listed"),
        Reading("suspected", "Does being a suspect suffice, or must there be an arrest?", "either", ("either", "arrest"),
                "'suspected of a crime or arrested once as a suspect'", "how many meet the third criterion", mark="known"),
        Reading("supervision", "Does supervision by youth care that has ended count?", "ever", ("ever", "now"), "'being or having been under supervision'",
                "how many meet the second criterion", mark="known"),
        Reading("prokid", "Whom does ProKid+ add?", "in-proportion", ("in-proportion", "printed", "none"),
                "125 people in 2016, and none after; here as many for the people in the book as 125 were for the city", "who is flagged without any criterion"),
        Reading("at_home", "What is a police contact of somebody at home worth beside having been a victim or witness?", 1.0, (0.5, 1.0, 2.0),
                "the points of ProKid+ are not public", "whom ProKid+ adds", unit="victim or witness reports"),
        Reading("siblings", "Are younger people at home with a listed person flagged too?", True, (True, False),
                "'also includes younger siblings, even if they do not meet the criteria'", "who is flagged without any criterion", mark="known"),
    ),
    not_rebuilt=(
        "criteria that are not public: the list of three is given with 'among others'",
        "absence from school, which the health service names and no table here has",
        "the points and colours of ProKid+: reports are counted, each worth the same but for the reading at_home",
        "the judgement of those who decided",
        "who is a brother or sister of whom: a shared home, a later birth and an age below 18 stand for it",
    ),
    known=(
        "Since 2015 it lists people of 12 to 23 who have not been convicted of a crime of high impact (city of Amsterdam, register of algorithms; Public "
        "Interest Litigation Project).",
        "Having committed an offence is expressly no criterion (Public Interest Litigation Project).",
        "Criteria are, among others: three changes of primary school; being or having been under supervision; having been suspected, or arrested once (Public "
        "Interest Litigation Project).",
        "The program ProKid+ added 125 people, for having been a victim or witness and for police contacts of those at home (Public Interest Litigation "
        "Project).",
        "ProKid+ was used for the first group in 2016 and then no more, in part because the city did not wish to explain to parents why their child had been "
        "picked (Controle Alt Delete).",
        "Being on the list was called stigmatising and invasive (Amnesty International UK 2025, note 103).",
    ),
    next_review="2027-11",
)  # fmt: skip


def score(
    person_records: RecordBook,
    *,
    on: dt.date,
    needed: int = 2,
    suspected: str = "either",
    supervision: str = "ever",
    prokid: str = "in-proportion",
    at_home: float = 1.0,
    siblings: bool = True,
) -> Scored:
    """How many criteria each young person meets, and who is listed, added or drawn in.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        needed, suspected, supervision, prokid, at_home, siblings: readings of the card.

    Returns:
        Scored: 0 to 3 for everybody of 12 to 23 and for those drawn in; nobody else has a score. Bands as in BANDS.

    Raises:
        BadSetting: an unknown choice of a reading.
    """
    given = {"needed": needed, "suspected": suspected, "supervision": supervision, "prokid": prokid, "at_home": at_home, "siblings": siblings}
    settled(CARD, given)
    book = person_records.known(on)
    age = book.age_on(on)
    convicted = book.is_row("sanction", role="subject", offence=high_impact("2019", assaults=False)) & (book.rows.outcome != code("outcome", "caution"))
    may_be_listed = (age >= AGES[0]) & (age <= AGES[1]) & (book.count(convicted) == 0)
    met = sum(one.astype(float) for one in criteria(book, on=on, suspected=suspected, supervision=supervision).values())
    listed = may_be_listed & (met >= needed)
    added = _most_points(prokid_points(book, at_home=at_home), among=may_be_listed & ~listed, places=_places(prokid, len(book)))
    drawn_in = (age < 18) & ~listed & ~added & lives_with_older(book, listed | added, book.born) & siblings
    band = np.select([listed, added, drawn_in], [3, 2, 1], 0)
    spoken_of = ((age >= AGES[0]) & (age <= AGES[1])) | drawn_in
    return Scored(
        "top400", on, book.provenance, np.where(spoken_of, met, np.nan), np.where(spoken_of, band, -1).astype(np.int8), BANDS, listed | added | drawn_in
    )


def criteria(book: RecordBook, *, on: dt.date, suspected: str = "either", supervision: str = "ever") -> dict[str, NDArray[np.bool_]]:
    """Who meets each criterion, whatever their age; each of shape (people,)."""
    settled(CARD, {"suspected": suspected, "supervision": supervision})
    arrested = book.is_row("arrest", role="subject")
    accused = arrested | book.is_row("crime_report", role="suspect") if suspected == "either" else arrested
    return {
        "three changes of primary school": book.count(book.is_row("school_move")) >= SCHOOLS,
        "youth care": book.count(book.is_row("youth_care")) > 0 if supervision == "ever" else book.is_within("youth_care", on),
        "suspected or arrested": book.count(accused) > 0,
    }


def prokid_points(book: RecordBook, *, at_home: float = 1.0) -> NDArray[np.float64]:
    """Reports in which a person was a victim or witness, and police contacts of those at home; shape (people,).

    A contact is being a suspect in a report, or being arrested.
    """
    seen = book.count(book.is_row("crime_report", role=("victim", "witness")))
    contacts = book.count(book.is_row("crime_report", role="suspect") | book.is_row("arrest", role="subject"))
    return np.asarray(seen + at_home * of_the_others(book, contacts))


def _places(prokid: str, people: int) -> int:
    return {"in-proportion": math.ceil(PROKID_PLACES * people / CITY), "printed": PROKID_PLACES, "none": 0}[prokid]


def _most_points(points: NDArray[np.float64], *, among: NDArray[np.bool_], places: int) -> NDArray[np.bool_]:
    """Those with most points, none with no points; of equals, the lower position first."""
    may = np.flatnonzero(among & (points > 0))
    chosen = np.zeros(len(points), dtype=bool)
    chosen[may[np.argsort(-points[may], kind="stable")[:places]]] = True
    return chosen
