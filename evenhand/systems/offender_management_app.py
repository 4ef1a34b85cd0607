"""Offender Management App: who of all those linked to crime is likeliest to be linked to it again, and how much harm is on their record?

Avon and Somerset Police gives everybody whom its records link to crime as an offender a score from 0 to 100 every day, and combines it with a
ranking by total harm. Linked means suspects and possible suspects too, penalties, resolutions, cautions, and arrests that came to nothing. Where
the bands begin is public; what the score is computed from, beyond how recent, how frequent and how grave, and how the two are combined, is not.

    propensity = 100 * probability of being linked again within a year, by a regression on recency, frequency, gravity and age
    score      = mean of propensity and of the harm ranking, 0 to 100; 70 or more is high, 40 or more medium

Not reconstructed: see CARD.not_rebuilt.

Steps, in order:  known -> links -> features -> fit -> propensity -> combined with harm ranking -> score

Read with care: the model learns who will be linked to crime again, which takes a record and no offence. How well it does so cannot be held
against the force's metrics: those printed for nine models do not fit one another (tests/published/test_avon_and_somerset_foi_698_25.py).

Source: Amnesty International UK (2025), section 4.3; Avon and Somerset Police, privacy notice and FOI responses as reported there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.citation import Citation
from ..tables.record_rows import day_number
from ..tables.scored import Scored, banded
from .card import AlsoReads, Card, Reading
from .offence_weights import weights
from .person_logistic import Logistic, fit_logistic
from .person_past import drawn, months_earlier, percentile, years_since
from .person_settings import settled
from .severity_sums import one_per_incident, severity_of

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

BANDS, CUTS = ("standard", "medium", "high"), (40.0, 70.0)
SETTLED = ("convicted", "caution", "community_resolution", "penalty_notice")
"""Outcomes that settle that somebody did it, or that they accepted it."""
MOST_LEARNT_FROM = 50_000

CARD = Card(
    slug="offender-management-app",
    title="Offender Management App (Avon and Somerset)",
    kind="person",
    operators=("avon-and-somerset-police",),
    learns_from="everything that links somebody to crime as an offender, possible suspects and arrests without evidence among it",
    columns=("reported_day", "incident", "offence", "outcome", "outcome_day"),
    also_reads=(AlsoReads("persons", ("birth_month",), True, "age"),),
    flags="the band high, a score of 70 or more",
    horizon="not published; a year is assumed",
    fidelity="shape",
    sources=(
        Citation("Amnesty International UK (2025), Automated Racism, section 4.3, notes 560-599"),
        Citation("Avon and Somerset Police, Freedom of Information response 698-25 (2025), nine models with their metrics"),
        Citation("Qlik, blog by a lead of the force on recency, frequency and gravity"),
        Citation("Dencik, Hintz, Redden & Warne (2018), Data Scores as Governance, Data Justice Lab", mark="recalled"),
    ),
    readings=(
        Reading("offender", "Who is linked to crime as an offender?", "any-link", ("any-link", "no-possible-suspects", "settled"),
                "the force's own definition: suspect, possible suspect, penalty, resolution, caution, arrest without evidence", "how many people are scored",
                mark="known"),
        Reading("who", "Is everybody scored, or those linked in the last six years?", "everyone", ("everyone", "six-years"),
                "'every offender in our case management system, everyday, gets given a risk score'; but of 300,000 on the app 170,000 were scored in six years",
                "how many people are scored", mark="known"),
        Reading("memory", "How far back is a record read?", "ever", ("ever", "six-years"),
                "a critic says that offences of 13 to 15 years ago tell; the force names no limit", "whether scores come down with time"),
        Reading("family", "What makes the propensity?", "logistic", ("logistic", "ranks"),
                "a regression is the plainest model that gives 0 to 100; the mean of three rankings, usual in such software, is the other",
                "how many reach 70: a probability seldom does, a ranking of three often"),
        Reading("target", "What is it to offend again?", "linked", ("linked", "settled"),
                "the score is of those linked as offenders, so to be linked again; or to be convicted or to accept an outcome",
                "what the score learns to foretell"),
        Reading("index", "What is harm?", "cchi", ("cchi", "css", "equal"), "'total harm score': the force's own ranking, of which nothing is published",
                "who is held grave"),
        Reading("combined", "How are propensity and harm ranking put together?", "mean", ("mean", "product", "propensity-alone"),
                "'combined' is all that is said; the product is the root of the two multiplied", "how many stand high who are not likely to be linked again"),
    ),
    not_rebuilt=(
        "the model, its variables and weights, and the harm score, which are not published",
        "where the force's bands are applied, to the propensity or to what is combined: here to the second, and with propensity-alone to the first",
        "call logs and whatever else other systems feed in",
        "drug education programmes, unless they are on record as a resolution",
    ),
    known=(
        "It gives those 'linked as an offender to crime' a re-offending propensity from 0 to 100, from recorded crime (Amnesty International UK 2025, section "
        "4.3.2, note 570).",
        "The score is combined with the person's total harm score, a ranking of the force's making (Amnesty International UK 2025, section 4.3.2, note 571).",
        "An offender is also a suspect, a possible suspect, who was given a fixed penalty, drugs education, a resolution or a caution, and who was arrested "
        "even if there was not enough evidence (Amnesty International UK 2025, section 4.3.2, note 572).",
        "Everybody is scored every day; 70 or more is high, 40 or more medium (Amnesty International UK 2025, section 4.3.2, note 573).",
        "Around 300,000 people are on it, and as many as 170,000 were given a score in six years (Amnesty International UK 2025, section 4.3.2, note 576).",
        "No formal evaluation was made (Amnesty International UK 2025, section 4.3.2, note 577).",
        "A man who was scored was told that he is 'standard risk', and his score was refused to him (Amnesty International UK 2025, section 4.3, notes "
        "592-593).",
        "The force published accuracy, precision, recall and a correlation for nine models, which may come from different tests; the printed correlation fits "
        "the other three figures for none of them, and is more than 0.15 too high for six (Avon and Somerset Police, FOI 698-25; computed).",
    ),
    next_review="2027-11",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Model:
    """What has been learnt: who of those linked to crime a year before a day were linked to it again by that day."""

    logistic: Logistic
    until: dt.date


def fit(
    person_records: RecordBook, *, until: dt.date, seed: int = 1, offender: str = "any-link", memory: str = "ever", target: str = "linked", index: str = "cchi"
) -> Model:
    """Learn from everybody who was linked to crime a year before a day.

    Args:
        person_records: the book.
        until: the last day learnt from.
        seed: of the draw, where there are more than MOST_LEARNT_FROM people.
        offender, memory, target, index: readings of the card.

    Raises:
        CannotAnswer: too few people, or too short a record.
        BadSetting: an unknown choice of a reading.
    """
    settled(CARD, {"target": target})
    start = months_earlier(until, 12)
    later = person_records.known(until)
    linked = links(later, offender="settled" if target == "settled" else offender)
    again = later.count(linked & (later.rows.reported > day_number(start))) > 0
    then = person_records.known(start)
    people = np.flatnonzero(then.count(links(then, offender=offender)) > 0)
    people = people[drawn(len(people), most=MOST_LEARNT_FROM, seed=seed)]
    before = features(person_records, on=start, offender=offender, memory=memory, index=index)
    return Model(fit_logistic({name: values[people] for name, values in before.items()}, again[people]), until)


def score(
    person_records: RecordBook,
    *,
    on: dt.date,
    model: Model | None = None,
    offender: str = "any-link",
    who: str = "everyone",
    memory: str = "ever",
    family: str = "logistic",
    target: str = "linked",
    index: str = "cchi",
    combined: str = "mean",
) -> Scored:
    """Propensity combined with harm ranking, 0 to 100, of everybody linked to crime.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        model: from `fit`; None: learnt from the same book on the same day. `ranks` needs none.
        offender, who, memory, family, target, index, combined: readings of the card.

    Returns:
        Scored: bands standard, medium and high; high is flagged.

    Raises:
        CannotAnswer: too little to learn from.
        BadSetting: an unknown choice of a reading.
    """
    settled(CARD, {"who": who, "family": family, "target": target, "combined": combined})
    book = person_records.known(on)
    last = book.last_day(links(book, offender=offender))
    people = np.flatnonzero(years_since(last, on=day_number(on)) <= (6 if who == "six-years" else 98))
    all_of = features(person_records, on=on, offender=offender, memory=memory, index=index)
    known = {name: values[people] for name, values in all_of.items()}
    if family == "ranks":
        propensity = (100 - percentile(known["recency"]) + percentile(known["frequency"]) + percentile(known["gravity"])) / 3
    else:
        learnt = model or fit(person_records, until=on, offender=offender, memory=memory, target=target, index=index)
        propensity = 100 * learnt.logistic.probability(known)
    harm = percentile(known["harm"])
    together = {"mean": (propensity + harm) / 2, "product": np.sqrt(propensity * harm), "propensity-alone": propensity}[combined]
    found = np.full(len(book), np.nan)
    found[people] = together
    band = banded(found, CUTS)
    return Scored("offender-management-app", on, book.provenance, found, band, BANDS, band == BANDS.index("high"))


def links(book: RecordBook, *, offender: str = "any-link") -> NDArray[np.bool_]:
    """Rows that link somebody to crime as an offender, the first of each incident; shape (rows,).

    Args:
        book: the records.
        offender: reading of the card. `settled` keeps convictions, cautions, penalties and resolutions alone.

    Raises:
        BadSetting: an unknown choice.
    """
    settled(CARD, {"offender": offender})
    roles = ("suspect", "possible_suspect") if offender == "any-link" else "suspect"
    accused = book.is_row("crime_report", role=roles) | book.is_row("arrest", role="subject")
    if offender == "settled":
        accused &= book.is_row(outcome=SETTLED)
    found = accused | book.is_row("sanction", role="subject") | book.is_row("stop", role="subject", outcome=SETTLED)
    first = -book.rows.reported + severity_of(book.rows.offence, weights("cchi")) / 1e6  # of the same day's, the gravest
    return one_per_incident(book, found, by=first)


def features(
    person_records: RecordBook, *, on: dt.date, offender: str = "any-link", memory: str = "ever", index: str = "cchi"
) -> dict[str, NDArray[np.float64]]:
    """What the model is told of each person, each of shape (people,).

    recency    log of 1 + years since the last link
    frequency  log of 1 + links
    lately     log of 1 + links in the last year
    gravity    log of 1 + the harm of the gravest link, in days
    harm       log of 1 + the harm of all links, in days
    age        years

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        offender, memory, index: readings of the card.

    Raises:
        BadSetting: an unknown choice of a reading.
    """
    settled(CARD, {"memory": memory, "index": index})
    book, day = person_records.known(on), day_number(on)
    held = links(book, offender=offender)
    if memory == "six-years":
        held &= years_since(book.rows.day, on=day) <= 6
    harm = severity_of(book.rows.offence, weights(index))
    gravest = np.zeros(len(book))
    np.maximum.at(gravest, book.rows.who[held], harm[held])
    counted = {
        "recency": years_since(book.last_day(held), on=day),
        "frequency": book.count(held),
        "lately": book.count(held & book.since(day - 364)),
        "gravity": gravest,
        "harm": book.count(held, harm),
    }
    return {**{name: np.log1p(values) for name, values in counted.items()}, "age": book.age_on(on).astype(float)}
