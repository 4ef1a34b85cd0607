"""Top600: who in Amsterdam has been arrested for a crime of high impact, and convicted often enough, to be put on the list?

Reconstructed: the rule as the public prosecutor prints it, and the brothers and sisters who were looked at with the listed until 2025.
Not reconstructed: see CARD.not_rebuilt.

Steps, in order:  known -> arrested in the window, for high impact -> convicted often enough -> listed -> younger ones at home

Read with care: the score is how many of the two conditions are met, no estimate of anything. Offences are those of this library,
which stand for Dutch ones; a household stands for a family.

Source: Openbaar Ministerie, Top 600 aanpak; NL Times, 12 February 2019; see CARD.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.citation import Citation
from ..tables.record_rows import code, day_number
from ..tables.scored import Scored
from .card import AlsoReads, Card, Reading
from .households import lives_with_older
from .offence_sets import HIGH_IMPACT
from .person_settings import settled

if TYPE_CHECKING:
    import datetime as dt

    from ..tables.record_book import RecordBook

ADDED_IN_2019 = ("drugs_supply", "drugs_import_production", "kidnap", "threats_to_kill")
"""Drugs, and excessive violence that goes with dealing in them."""
BANDS = ("not listed", "at home with one listed", "listed")
BANDS_ARE_NOT_CUTS = True  # younger people at home with a listed person are flagged whatever they score

CARD = Card(
    slug="top600",
    title="Top600",
    kind="person",
    operators=("city-of-amsterdam",),
    learns_from="arrests and convictions, age, and who lives with whom",
    columns=("reported_day", "offence", "outcome", "outcome_day"),
    also_reads=(AlsoReads("persons", ("birth_month", "household"), True, "age, and who lives with the listed"),),
    flags="everybody who meets both conditions, and minors who live with an older person on the list",
    horizon="none stated: it looks back, and says nothing of what is to come",
    fidelity="close",
    sources=(
        Citation("Openbaar Ministerie, Top 600 aanpak", url="https://www.om.nl/organisatie/arrondissementsparket-amsterdam/top-600"),
        Citation("NL Times, 12 February 2019, on the Top600"),
        Citation("City of Amsterdam, register of algorithms, Top400/600", url="https://algoritmeregister.amsterdam.nl/top-400-600/"),
        Citation("GGD Amsterdam, Top 600, 22 May 2020", url="https://www.ggd.amsterdam.nl/vangnet/top-600/"),
        Citation("DutchNews, June 2012, A quarter of Amsterdam's Top 600 young crooks are in jail"),
        Citation("NH Nieuws, February 2025, Broertjes en zusjes niet langer onder vergrootglas in aanpak Top 600"),
        Citation("Amnesty International UK (2025), Automated Racism, box after section 1.4.2, notes 102-105"),
    ),
    readings=(
        Reading("arrests", "How many arrests for high impact are needed?", 1, (1, 5),
                "the prosecutor says 'arrested for'; a newspaper of 2012 says at least five times in five years, without saying for what",
                "how many meet the first condition", unit="arrests", mark="known"),
        Reading("arrest_years", "Over how many years are arrests counted?", 5, (3, 5, 10), "the prosecutor's five",
                "how long a person stays on the list", unit="years", mark="known"),
        Reading("convictions", "How many convictions are needed from 21 on?", 3, (2, 3, 5), "the prosecutor's three", "how many meet the second condition",
                unit="convictions", mark="known"),
        Reading("young_convictions", "How many below 21?", 2, (1, 2, 3), "the prosecutor's two", "how many of the young meet the second condition",
                unit="convictions", mark="known"),
        Reading("young_years", "Over how many years are the convictions of those under 21 counted?", 5, (2, 5, 100),
                "'the past years', says the prosecutor; five as for arrests", "how many of the young meet the second condition", unit="years"),
        Reading("offences", "Which offences are of high impact?", "2019", ("2011", "2019"),
                "robbery, burglary of homes, grave violence and killing; widened in 2019 to drugs and excessive violence, it is not said which",
                "what an arrest must be for"),
        Reading("assaults", "Do assaults with injury count as high impact?", False, (False, True),
                "the health service and the city name grave violence alone; the prosecutor 'assaults' as well", "what an arrest must be for"),
        Reading("siblings", "Are minors at home with a listed person flagged too?", "until-2025", ("until-2025", "always", "never"),
                "brothers and sisters were part of the approach until it was let go for 2026", "who is flagged without any record", mark="known"),
    ),
    not_rebuilt=(
        "the exact criteria of each year, which stand in papers of the city that were not at hand: a gap",
        "putting forward by partners, and the judgement of the meeting that decides",
        "taking off the list, other than by no longer meeting the conditions",
        "who is a brother, a sister or a child of whom: a shared home and a later birth stand for it",
    ),
    known=(
        "Listed are people arrested in five years for a crime of high impact and convicted at least three times; under 21, twice in the past years "
        "(Openbaar Ministerie, Top 600 aanpak).",
        "In January 2019 it held 469 people, two of them women, and was widened to drugs and excessive violence (NL Times, 12 February 2019).",
        "In 2012 all 600 were said to have been arrested at least five times in five years, and a quarter were in prison (DutchNews, June 2012).",
        "A study for the ministry found in 2023 that listed people offended again slightly more often than others like them (NL Times, 2025, on WODC 2023).",
        "From 2026 younger brothers and sisters are no longer part of it (NH Nieuws, February 2025).",
        "Prosecutors said that they would ask for the longest detention before trial that they can (Amnesty International UK 2025, note 104).",
        "Dutch-Moroccan and Dutch-Surinamese juvenile suspects are over-represented (Amnesty International UK 2025, note 105; no figures).",
    ),
    next_review="2027-11",
)  # fmt: skip


def score(
    person_records: RecordBook,
    *,
    on: dt.date,
    arrests: int = 1,
    arrest_years: int = 5,
    convictions: int = 3,
    young_convictions: int = 2,
    young_years: int = 5,
    offences: str = "2019",
    assaults: bool = False,
    siblings: str = "until-2025",
) -> Scored:
    """How many of the two conditions each person meets, and who is listed.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        arrests, arrest_years, convictions, young_convictions, young_years, offences, assaults, siblings: readings of the card.

    Returns:
        Scored: everybody has a score of 0, 1 or 2; bands as in BANDS.

    Raises:
        BadSetting: an unknown choice of a reading.
    """
    given = {"arrests": arrests, "arrest_years": arrest_years, "convictions": convictions, "young_convictions": young_convictions, "young_years": young_years}
    settled(CARD, {**given, "offences": offences, "assaults": assaults, "siblings": siblings})
    book = person_records.known(on)
    age = book.age_on(on)
    arrested = book.is_row("arrest", role="subject", offence=high_impact(offences, assaults=assaults)) & book.since(_years_before(on, arrest_years))
    convicted = book.is_row("sanction", role="subject") & (book.rows.outcome != code("outcome", "caution"))
    lately = book.count(convicted & book.since(_years_before(on, young_years)))
    has_arrests = book.count(arrested) >= arrests
    has_convictions = np.where(age < 21, lately >= young_convictions, book.count(convicted) >= convictions)
    listed = has_arrests & has_convictions
    looks_at_siblings = siblings == "always" or (siblings == "until-2025" and on.year <= 2025)
    drawn_in = (age < 18) & ~listed & lives_with_older(book, listed, book.born) & looks_at_siblings
    met = has_arrests.astype(float) + has_convictions
    return Scored("top600", on, book.provenance, met, np.where(listed, 2, drawn_in).astype(np.int8), BANDS, listed | drawn_in)


def high_impact(offences: str, *, assaults: bool) -> tuple[str, ...]:
    """The offences of high impact, by two readings of the card.

    Example:
        >>> "drugs_supply" in high_impact("2011", assaults=False), "drugs_supply" in high_impact("2019", assaults=False)
        (False, True)
    """
    return HIGH_IMPACT + (ADDED_IN_2019 if offences == "2019" else ()) + (("assault_with_injury",) if assaults else ())


def _years_before(on: dt.date, years: int) -> int:
    """The day number from which on a record is at most so many years old."""
    return day_number(on) - round(365.25 * years)
