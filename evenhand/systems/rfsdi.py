"""RFSDi: how much harm is on record of somebody, by how recent, how frequent and how severe it is, with drugs and intelligence?

West Midlands Police's score of harm so far, which goes with its model of harm to come (iom.py). Five ingredients are public: recency, frequency,
severity by the Cambridge Crime Harm Index, drugs, and intelligence. So is how many people stood in each of four bands in July 2023. How the five
are put together is not, so what stands here is a guess with the right ingredients, cut where the bands hold the published shares.

    harm = sum over crimes of severity * fading  *  (1 + drugs_lift if drugs)  *  (1 + intelligence_lift * reports, at most 10 of them)

Not reconstructed: see CARD.not_rebuilt.

Steps, in order:  known -> crimes -> nominals -> harm -> cuts -> score

Read with care: harm is in days of a sentencing guideline, of what is on record. A crime of which somebody is suspected, and no more, counts like
one of which they were convicted, unless `suspects` says otherwise.

Source: West Midlands Police Data Analytics Lab (2022), as reported by Amnesty International UK (2025), section 4.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.citation import Citation
from ..tables.errors import BadSetting
from ..tables.record_rows import day_number
from ..tables.scored import Scored, banded
from .card import AlsoReads, Card, Reading
from .offence_sets import DRUGS
from .offence_weights import weights
from .person_settings import settled
from .severity_sums import fading, in_window, one_per_incident, severity_of

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

BANDS = ("low", "high/medium", "high", "super high")
COUNTS = (297_297, 39_065, 6_981, 470)
"""People in each band, July 2023."""
PEOPLE = 357_561
"""People scored, July 2023: 13,748 more than the bands hold."""
MOST_REPORTS = 10
PROVED = ("charged", "acquitted", "convicted", "caution", "community_resolution", "penalty_notice")
"""Outcomes beyond suspicion; what was charged stays, whatever the court said."""

CARD = Card(
    slug="rfsdi",
    title="RFSDi harm score (West Midlands)",
    kind="person",
    operators=("west-midlands-police",),
    learns_from="crimes somebody is suspected or accused of, drugs, and mentions in intelligence reports; nothing is learnt, the bands are cut to shares",
    columns=("reported_day", "until", "incident", "offence", "outcome", "outcome_day", "marker"),
    also_reads=(AlsoReads("persons", (), True, "how many people there are; neither age nor sex"),),
    flags="the bands high and super high",
    horizon="none: harm so far",
    fidelity="shape",
    sources=(
        Citation("Amnesty International UK (2025), Automated Racism, section 4.5, notes 630-664"),
        Citation("West Midlands Police Data Analytics Lab (2022), Internal Evaluation of the RFSDi Harm Score and the Integrated Offender Management Model, as "
                 "reported there", mark="recalled"),
        Citation("Babuta (2022), Independent Report on the West Midlands Police RFSDi Harm Score and Integrated Offender Management Model, as reported there",
                 mark="recalled"),
    ),
    readings=(
        Reading("together", "Does each crime fade on its own, or do all fade by the latest?", "sum", ("sum", "product"),
                "a sum of faded severities holds recency, frequency and severity at once; a product of latest, how many and how severe does too",
                "whether one new small offence brings old grave ones back"),
        Reading("half_life_months", "How long until a crime counts half?", 24.0, (12.0, 24.0, 48.0), "nothing is published; eight years are read",
                "how much of the list is about the last year", unit="months"),
        Reading("years", "How far back are crimes read?", 8.0, (8.0, 20.0),
                "variables are computed over eight years of a dataset that goes back twenty; said of both scores together", "whom old records reach",
                unit="years", mark="known"),
        Reading("suspects", "Do crimes count of which somebody is only suspected?", "counted", ("counted", "left-out"),
                "left out at first for ethical concerns, added by February 2023, so counted when the bands were", "who is scored at all", mark="known"),
        Reading("gap", "What stands in where only the harm of a whole class of offences is public?", "median", ("median", "mean", "lowest", "highest"),
                "the index's sheet by offence may not be shipped", "the harm of most violence"),
        Reading("drugs", "What counts as drugs misuse?", "any", ("any", "tests"),
                "'information about drugs misuse': tests after arrest, markers and drug offences", "whose harm is lifted"),
        Reading("drugs_lift", "By how much do drugs lift harm?", 0.5, (0.0, 0.5, 1.0), "nothing is published", "how high people with a drug record stand",
                unit="of harm"),
        Reading("intelligence_lift", "By how much does each mention in intelligence lift harm?", 0.1, (0.0, 0.1, 0.3),
                "nothing is published; ten mentions at most", "how far the score follows what police chose to note", unit="of harm"),
        Reading("in_prison", "Are people scored while they are in prison?", "scored", ("scored", "left-out"),
                "the evaluation names people in prison with high scores", "who stands in the upper bands", mark="known"),
        Reading("missing_people", "Where do the 13,748 people stand whom the four bands do not hold?", "nowhere", ("nowhere", "low"),
                "357,561 people are scored and the bands hold 343,813; the report does not say why", "the shares at which bands are cut, a little",
                mark="known"),
    ),
    not_rebuilt=(
        "the formula, the weights and the cut-offs, which are not published: the bands are cut where they hold the published shares of those scored",
        "the index's value for each offence: the figure of its class stands in for most violence",
        "organised crime groups and the log of events, which no table here has",
        "corrections by hand",
    ),
    known=(
        "It scores recency, frequency, severity by the Cambridge Crime Harm Index, information about drugs misuse and the intelligence footprint (Amnesty "
        "International UK 2025, section 4.5, note 633).",
        "July 2023: 357,561 people; low 297,297, high/medium 39,065, high 6,981, super high 470 (Amnesty International UK 2025, section 4.5.1, notes 647-648).",
        "The four bands hold 343,813 people, 86.47, 11.36, 2.03 and 0.137 per cent of them; 13,748 are in none (computed from the same figures).",
        "Of those ranked super high, 212 were connected to acquisitive crime (Amnesty International UK 2025, section 4.5.1, note 650).",
        "Suspect data were left out at first for ethical concerns, then added (Amnesty International UK 2025, section 4.5.1, notes 643-646).",
        "By the force's own analysis of 2019 Black people were 2.4 times as likely to be in the high harm group as north European people "
        "(Amnesty International UK 2025, section 4.5.2, note 653).",
        "People in prison were scored high, people held to be of high risk were missed, and the list was unmanageably long (Amnesty International UK "
        "2025, section 4.5.2, notes 654-657).",
        "No constable or sergeant reported confidence in it (Amnesty International UK 2025, section 4.5.2, note 658).",
    ),
    next_review="2027-11",
)  # fmt: skip


def score(
    person_records: RecordBook,
    *,
    on: dt.date,
    together: str = "sum",
    half_life_months: float = 24.0,
    years: float = 8.0,
    suspects: str = "counted",
    gap: str = "median",
    drugs: str = "any",
    drugs_lift: float = 0.5,
    intelligence_lift: float = 0.1,
    in_prison: str = "scored",
    missing_people: str = "nowhere",
) -> Scored:
    """Harm on record of everybody with a crime on record, in days, and its band.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        together, half_life_months, years, suspects, gap, drugs, drugs_lift, intelligence_lift, in_prison, missing_people: readings of the card.

    Returns:
        Scored: harm in days; those without a crime on record have none. Bands as in BANDS; the upper two are flagged.

    Raises:
        BadSetting: an unknown choice of a reading.
    """
    settled(CARD, {"in_prison": in_prison, "missing_people": missing_people})
    book = person_records.known(on)
    spoken_of = nominals(book, suspects=suspects)
    if in_prison == "left-out":
        spoken_of &= ~book.is_within("prison", on)
    harm = harm_of(
        book, on=on, together=together, half_life_months=half_life_months, years=years, suspects=suspects, gap=gap, drugs=drugs, drugs_lift=drugs_lift,
        intelligence_lift=intelligence_lift,
    )  # fmt: skip
    found = np.where(spoken_of, harm, np.nan)
    band = banded(found, cuts_of(harm[spoken_of], missing_people=missing_people))
    return Scored("rfsdi", on, book.provenance, found, band, BANDS, band >= BANDS.index("high"))


def crimes(book: RecordBook, *, suspects: str = "counted") -> NDArray[np.bool_]:
    """Rows of crimes held against somebody, the gravest of each incident; `left-out` keeps only what went beyond suspicion; shape (rows,)."""
    settled(CARD, {"suspects": suspects})
    accused = book.is_row("crime_report", role="suspect")
    if suspects == "left-out":
        accused &= book.is_row(outcome=PROVED)
    return one_per_incident(book, accused, by=severity_of(book.rows.offence, weights("cchi")))


def nominals(book: RecordBook, *, suspects: str = "counted") -> NDArray[np.bool_]:
    """Who is scored: everybody with a crime on record, however long ago; shape (people,)."""
    return book.count(crimes(book, suspects=suspects)) > 0


def harm_of(book: RecordBook, *, on: dt.date, **settings: Any) -> NDArray[np.float64]:
    """Harm on record, in days, shape (people,); 0 for those with none in the years read.

    Args:
        book: as known on the day.
        on: the day.
        settings: readings of the card, all but in_prison and missing_people.

    Raises:
        BadSetting: an unknown choice of a reading, or no time at all to fade in.
    """
    chosen = settled(CARD, settings)
    if not chosen["half_life_months"]:
        raise BadSetting("half_life_months is the time until a crime counts half, so it is above zero.")
    rows, day = book.rows, day_number(on)
    recent = in_window(rows.day, day, chosen["years"] * 12)
    held = crimes(book, suspects=chosen["suspects"]) & recent
    severity = severity_of(rows.offence, weights("cchi", gap=chosen["gap"]))
    since = day - (rows.day if chosen["together"] == "sum" else book.last_day(held)[rows.who])
    harm = book.count(held, severity * fading(since, "smooth", step_months=chosen["half_life_months"], part=0.5))
    lift = (1 + chosen["drugs_lift"] * _misuses(book, recent, chosen["drugs"])) * (1 + chosen["intelligence_lift"] * _reports(book, recent))
    return np.asarray(harm * lift)


def cuts_of(harm: NDArray[np.float64], *, missing_people: str = "nowhere") -> tuple[float, ...]:
    """The harm from which on each band above low begins, so that the bands hold the published shares; people of equal harm stay together.

    Args:
        harm: of those who are scored.
        missing_people: reading of the card.

    Example:
        >>> cuts_of(np.arange(1000.0))
        (865.0, 978.0, 999.0)
    """
    people = PEOPLE if missing_people == "low" else sum(COUNTS)
    falling = np.sort(harm[harm > 0])[::-1]  # nobody without harm is above low
    cuts = []
    for at in (1, 2, 3):
        many = min(len(falling), round(sum(COUNTS[at:]) / people * len(harm)))
        cuts.append(float(falling[many - 1]) if many else np.inf)
    return tuple(cuts)


def _misuses(book: RecordBook, recent: NDArray[np.bool_], drugs: str) -> NDArray[np.bool_]:
    rows = book.is_row("drug_test")
    if drugs == "any":
        rows |= book.is_row("marker", marker="drugs") | book.is_row("crime_report", role="suspect", offence=DRUGS)
    return book.count(rows & recent) > 0


def _reports(book: RecordBook, recent: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Intelligence reports that mention each person, MOST_REPORTS at most."""
    return np.minimum(book.count(book.is_row("intelligence", role=("subject", "associate")) & recent), MOST_REPORTS)
