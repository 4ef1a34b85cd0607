"""Violence Harm Assessment: whom do enough reports of violence and intelligence name, with a violent crime in the last year?

The rule of the Metropolitan Police's list, as its impact assessment words it: on the list is who is in at least four reports, two of
them crime reports, or in three crime reports that weigh 2,500 or more; and who is the named suspect of a violent crime of the last
twelve months, unless in custody. The score adds up what the reports weigh: crimes less by a third after every twelve months,
intelligence in proportion to its strength. No conviction is asked for.

Reconstructed: the printed rule, with each of its open ends as a setting. Not reconstructed: the force's weights, its grading of
intelligence, and what CARD.not_rebuilt says.

Steps, in order:  known -> reports that count -> what each weighs -> features -> two ways in, one condition -> score

Read with care: a score adds up what was written of somebody, by whomever; it is no estimate of what they did or will do. Half the
settings are guesses, and the list is several times as long under some as under others.

Source: Metropolitan Police Service (2024), Data Protection Impact Assessment of the Violence Harm Assessment, as quoted in Amnesty
International UK (2025), Automated Racism, section 4.1, notes 481-490.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.citation import Citation
from ..tables.record_rows import ABSENT, code, codes, day_number
from ..tables.scored import Scored
from .card import Card, Reading
from .offence_sets import SEXUAL, VIOLENCE_WITH_INJURY, VIOLENT, WEAPONS
from .offence_weights import weights
from .person_settings import settled
from .severity_sums import fading, highest, in_window, one_per_incident, severity_of, trust_of
from .stays import days_inside

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

YEAR_DAYS = 365
THRESHOLD = 2500.0
"""Harm of three crime reports that opens the second way in (note 481)."""
ROLES = {
    "named-suspect": ("suspect",), "suspects": ("suspect", "possible_suspect"), "anyone": ("suspect", "possible_suspect", "victim", "witness"),
}  # fmt: skip
VIOLENCE = {"violent": VIOLENT, "with-injury": (*VIOLENCE_WITH_INJURY, "robbery"), "and-sexual": (*VIOLENT, *SEXUAL)}
WINDOWS = {"unlimited": None, "24-months": 24.0, "12-months": 12.0}
INTELLIGENCE_MONTHS = 6.0
NETWORK_MONTHS = 12.0

CARD = Card(
    slug="vha",
    title="Violence Harm Assessment",
    kind="person",
    operators=("metropolitan-police",),
    learns_from="crime reports of violence and weapons that name a person, intelligence on robbery, knives and firearms, and custody; nothing is fitted",
    columns=("reported_day", "until", "incident", "offence", "weapon", "outcome", "outcome_day", "marker", "source_grade", "information_grade"),
    flags="everybody who meets the criteria for inclusion",
    horizon="none is stated; it looks back twelve months, and further for what a report weighs",
    fidelity="close",
    sources=(
        Citation("Metropolitan Police Service (2024), Violence Harm Assessment, Data Protection Impact Assessment, 31 January 2024; as quoted in the next, not "
                 "read itself"),
        Citation("Amnesty International UK (2025), Automated Racism, section 4.1, notes 477-515"),
        Citation("Metropolitan Police Service, Violence Harm Assessment figures, 13 May and 11 August 2024, in the same, notes 508-510"),
        Citation("Cambridge Crime Harm Index and ONS Crime Severity Score, as far as public: see offence_weights.py"),
    ),
    readings=(
        Reading("decay", "Does a third of what is left go after every twelve months, or a third of the first score?", "geometric", ("geometric", "linear"),
                "'reducing by a third after every 12 month period' fits both; under the second, nothing is left after three years", "what old reports weigh"),
        Reading("route_b", "Must three crime reports weigh 2,500 together, or each?", "sum", ("sum", "each"),
                "'the harm score of those reports' is one score of several reports", "whether the second way in is wide or all but shut"),
        Reading("index", "How are the two indices made into one hybrid?", "mean", ("mean", "cchi", "css", "max"),
                "'a hybrid scoring system'; note 481 names the Cambridge index alone for the threshold", "what each report weighs"),
        Reading("gap", "Where only the figures of an offence's subgroup are public, which stands in?", "median", ("median", "mean", "lowest", "highest"),
                "it is not moved by the rarest offences; the sheets themselves are not at hand", "what most violence weighs"),
        Reading("clock", "Do the twelve months of a report run from the offence or from the report?", "offence", ("offence", "report"),
                "condition two speaks of when the crime took place", "what reports made late weigh, and which are in the window"),
        Reading("custody", "Does custody stop the twelve months, make the condition fall away, or make only its time limit fall away?", "stop",
                ("stop", "waive", "waive-time"), "'unless the individual has been in custody'; to stop the clock is the narrowest",
                "who stays on the list after or during prison"),
        Reading("grading", "What share of its weight does intelligence have, by its 3x5x2 grade?", "table", ("table", "half", "full"),
                "'a proportion of the score based on the strength of intelligence'; the table, in severity_sums.py, is a guess",
                "how much intelligence adds to the score"),
        Reading("window", "How old may crime reports be that count among the four?", "unlimited", ("unlimited", "24-months", "12-months"),
                "no limit is printed", "how many are listed by the first way in"),
        Reading("roles", "In what part must a crime report name a person to count?", "suspects", tuple(ROLES),
                "'included in' and 'feature in' could take in victims and witnesses; condition two alone says 'named suspect'", "whether victims are drawn in"),
        Reading("violence", "Which offences are violent crimes?", "violent", tuple(VIOLENCE), "no list is printed; the shared set, with robbery",
                "which reports count, and which meet condition two"),
        Reading("crimes", "Do only reports of violence and weapons count?", "violence-and-weapons", ("violence-and-weapons", "any"),
                "the force says that it scores people 'for violence and weapons offences'", "whether theft helps to list somebody"),
        Reading("separate", "Are several reports of one incident one report?", "incidents", ("incidents", "rows"),
                "'separate reports (crime incident or intelligence log)'; the gravest stands for the incident", "how fast reports add up"),
        Reading("topics", "Intelligence on what counts?", "listed", ("listed", "violence-and-weapons", "any"),
                "robbery, knives and firearms are named", "how many reports of intelligence count"),
        Reading("intelligence_of", "Does intelligence count for those it names beside its subject?", "subject", ("subject", "subject-and-associate"),
                "the narrowest", "whether being named beside somebody helps to list a person"),
        Reading("gang_intelligence", "Does intelligence of a link to a network or gang count as a report?", "noted", ("noted", "counts"),
                "it is described as a field of its own", "whether a link alone helps to list a person"),
        Reading("cleared", "Do reports still count after no further action or an acquittal?", "counts", ("counts", "dropped"),
                "the criteria speak of suspects and name no outcome", "whether people who were cleared stay on the list"),
        Reading("unknown_offence", "Does a crime report without a known offence count?", "left-out", ("left-out", "counted"),
                "it cannot be seen to be violence; counted, it weighs what `other` does and is not violent", "who is listed where offences are badly recorded"),
    ),
    not_rebuilt=(
        "the Police National Computer, the Police National Database and the other systems it draws on: here, one book of records",
        "the offence-level weights of either index, where only a subgroup's are public",
        "arrest and police custody: custody is read off stays in prison",
        "the name of the network or gang",
        "the judgement of analysts, reviews, and taking people off",
        "what is done with a person on the list",
    ),
    known=(
        "1,413 people met the criteria in May 2024: 942 Black (66.6 %), 329 White (23.2 %), 91 Asian (6.4 %), 51 Other; 405 were under 18 (28.6 %) and 612 "
        "were 18 to 24 (43.3 %) (Amnesty International UK 2025, section 4.1.2, notes 508 and 509).",
        "1,307 met them in August 2024: 870 Black (66.5 %), 299 White (22.8 %), 75 Asian (5.7 %), 56 Arab or North African; seven are in no group printed "
        "(Amnesty International UK 2025, section 4.1.2, note 510).",
        "Crime reports are scored by sentencing level, falling by a third after every twelve months, and intelligence by its strength (Amnesty International "
        "UK 2025, section 4.1, note 488).",
        "Nobody needs to have been convicted (Amnesty International UK 2025, section 4.1, note 482).",
        "The force names as issues the adultification of children, counting suspects rather than convictions, and reports from areas policed more (Amnesty "
        "International UK 2025, section 4.1.2, notes 513 to 515).",
        "Of disproportion it says that the list reflects police data on who offends (Amnesty International UK 2025, section 4.1.2, note 511).",
    ),
    next_review="2027-11",
)  # fmt: skip


def score(
    person_records: RecordBook, *, on: dt.date, decay: str = "geometric", route_b: str = "sum", index: str = "mean", gap: str = "median",
    clock: str = "offence", custody: str = "stop", grading: str = "table", window: str = "unlimited", roles: str = "suspects",
    violence: str = "violent", crimes: str = "violence-and-weapons", separate: str = "incidents", topics: str = "listed",
    intelligence_of: str = "subject", gang_intelligence: str = "noted", cleared: str = "counts", unknown_offence: str = "left-out",
    weights_file: Path | None = None,
) -> Scored:  # fmt: skip
    """Who is on the list, and the harm score of each.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        weights_file: a file of your own in place of the shipped weights; see offence_weights.weights.
        decay, route_b, index, gap, clock, custody, grading, window, roles, violence, crimes, separate, topics, intelligence_of,
            gang_intelligence, cleared, unknown_offence: readings of the card.

    Returns:
        Scored: those on the list have the sum of what their reports weigh, in days of custody; nobody else has a score.

    Raises:
        BadSetting: an unknown choice of a reading.
    """
    of = features(
        person_records, on=on, weights_file=weights_file, decay=decay, route_b=route_b, index=index, gap=gap, clock=clock, custody=custody,
        grading=grading, window=window, roles=roles, violence=violence, crimes=crimes, separate=separate, topics=topics,
        intelligence_of=intelligence_of, gang_intelligence=gang_intelligence, cleared=cleared, unknown_offence=unknown_offence,
    )  # fmt: skip

    has_four = (of["crime_reports"] >= 2) & (of["crime_reports"] + of["intelligence_reports"] >= 4)
    has_harm = of["least_of_three" if route_b == "each" else "harm_of_three"] >= THRESHOLD - 1e-9

    lately = of["days_since_violence"] <= YEAR_DAYS  # days in custody are not among them
    if custody == "stop":
        is_current = lately
    elif custody == "waive":
        is_current = lately | (of["custody_days_in_year"] > 0)
    else:
        is_current = lately | ((of["custody_days_in_year"] > 0) & np.isfinite(of["days_since_violence"]))

    listed = (has_four | has_harm) & is_current
    harm = np.where(listed, of["harm_of_crimes"] + of["harm_of_intelligence"], np.nan)
    return Scored("vha", on, person_records.provenance, harm, np.where(listed, 0, -1).astype(np.int8), ("listed",), listed)


def features(person_records: RecordBook, *, on: dt.date, weights_file: Path | None = None, **settings: Any) -> dict[str, NDArray[Any]]:
    """What the rule asks of each person, listed or not; each of shape (people,).

    Args:
        person_records, on, weights_file: as of `score`.
        settings: readings of the card; those left out take its defaults.

    Returns:
        crime_reports (those young enough to count among the four), intelligence_reports, untested_reports (intelligence from an untested
        source, of content not known), harm_of_crimes, harm_of_intelligence, harm_of_three and least_of_three (of the three crime reports that
        weigh most; 0 with fewer than three), days_since_violence (without days in custody where that stops the clock; inf for no violent
        crime), custody_days_in_year, has_network_link.

    Raises:
        BadSetting: an unknown setting or choice.
    """
    chosen = settled(CARD, settings)
    book, now = person_records.known(on), day_number(on)
    rows = book.rows
    weight = weights(chosen["index"], gap=chosen["gap"], file=weights_file)
    crime = _crime_reports(book, chosen)
    dated = rows.day if chosen["clock"] == "offence" else rows.reported
    crime_harm = severity_of(rows.offence, weight, unknown=weight[code("offence", "other")]) * fading(now - dated, chosen["decay"])
    intelligence = _intelligence(book, now, chosen)
    trust = trust_of(rows.source_grade, rows.information_grade, chosen["grading"])
    intelligence_harm = severity_of(_topic(book), weight, unknown=weight[code("offence", "other")]) * trust
    if chosen["separate"] == "incidents":
        crime = one_per_incident(book, crime, by=crime_harm)
        intelligence = one_per_incident(book, intelligence, by=intelligence_harm)
    three = highest(book, crime, crime_harm, most=3)
    has_three = book.count(crime) >= 3
    untested = book.is_row(source_grade="2", information_grade="D")
    linked = book.is_row("intelligence", role="subject", marker="gang") & in_window(rows.day, now, NETWORK_MONTHS)
    return {
        "crime_reports": book.count(crime & in_window(dated, now, WINDOWS[chosen["window"]])),
        "intelligence_reports": book.count(intelligence),
        "untested_reports": book.count(intelligence & untested),
        "harm_of_crimes": book.count(crime, crime_harm),
        "harm_of_intelligence": book.count(intelligence, intelligence_harm),
        "harm_of_three": np.where(has_three, three.sum(axis=1), 0.0),
        "least_of_three": np.where(has_three, three[:, 2], 0.0),
        "days_since_violence": _days_since_violence(book, now, chosen),
        "custody_days_in_year": days_inside(book, "prison", after=now - YEAR_DAYS - 1, on=now),
        "has_network_link": book.count(linked) > 0,
    }


def _still_counts(book: RecordBook, chosen: dict[str, Any]) -> NDArray[np.bool_]:
    """Rows whose outcome does not take them out."""
    if chosen["cleared"] == "counts":
        return np.ones(len(book.rows), dtype=bool)
    return ~np.isin(book.rows.outcome, codes("outcome", ("no_further_action", "acquitted")))


def _crime_reports(book: RecordBook, chosen: dict[str, Any]) -> NDArray[np.bool_]:
    """Crime reports that count: of the right offences, naming the person in the right part; one row for each offence."""
    named = book.is_row("crime_report", role=ROLES[chosen["roles"]]) & _still_counts(book, chosen)
    is_unknown = book.rows.offence == ABSENT
    of_offence = ~is_unknown if chosen["crimes"] == "any" else book.is_row(offence=(*VIOLENCE[chosen["violence"]], *WEAPONS))
    return named & (of_offence | (is_unknown & (chosen["unknown_offence"] == "counted")))


def _intelligence(book: RecordBook, now: int, chosen: dict[str, Any]) -> NDArray[np.bool_]:
    """Intelligence that counts: on its topics in six months, and, if so read, on links to a gang in twelve."""
    roles = ("subject",) if chosen["intelligence_of"] == "subject" else ("subject", "associate")
    named = book.is_row("intelligence", role=roles)
    topic = _topic(book)
    listed = ("robbery", *WEAPONS)
    wanted = listed if chosen["topics"] == "listed" else (*listed, *VIOLENCE[chosen["violence"]])
    on_topic = np.isin(topic, codes("offence", wanted)) | book.is_row(weapon=("knife", "firearm")) | (chosen["topics"] == "any")
    counts = on_topic & in_window(book.rows.day, now, INTELLIGENCE_MONTHS)
    if chosen["gang_intelligence"] == "counts":
        counts |= book.is_row(marker="gang") & in_window(book.rows.day, now, NETWORK_MONTHS)
    return named & counts


def _topic(book: RecordBook) -> NDArray[np.int8]:
    """The offence that intelligence is on; where only a weapon is told, having it."""
    rows = book.rows
    by_weapon = np.where(rows.weapon == code("weapon", "knife"), code("offence", "weapons_possession"), ABSENT)
    by_weapon = np.where(rows.weapon == code("weapon", "firearm"), code("offence", "firearms"), by_weapon)
    return np.where(rows.offence == ABSENT, by_weapon, rows.offence).astype(np.int8)


def _days_since_violence(book: RecordBook, now: int, chosen: dict[str, Any]) -> NDArray[np.float64]:
    """Days since the last violent crime took place in which each is the named suspect; the last is also the nearest when custody stops the clock."""
    violent = book.is_row("crime_report", role="suspect", offence=VIOLENCE[chosen["violence"]]) & _still_counts(book, chosen)
    last = book.last_day(violent)
    ever = book.count(violent) > 0
    away = days_inside(book, "prison", after=np.where(ever, last, now), on=now) if chosen["custody"] == "stop" else 0
    return np.where(ever, (now - last - away).astype(float), np.inf)
