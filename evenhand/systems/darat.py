"""DARAT: after a domestic incident, what do trees grown on earlier incidents say will follow?

The Domestic Abuse Risk Assessment Tool that Hampshire and Thames Valley police developed and put on hold in February 2024, before any live use:
a random forest with three classes. High stands for domestic offending of a grave kind in the time looked ahead, medium for other domestic
offending, standard for none. One model is of the suspect; another of suspect and victim together.

Reconstructed: the classes, both models, and the features as the forces list them. Not reconstructed: see CARD.not_rebuilt.

Steps, in order:  known -> domestic_incidents -> features_at -> (fit: outcomes -> person_forest.grow) -> votes -> the class with most

Read with care: "domestic offending" is what was reported with the person as a suspect. Abuse that nobody reports does not follow in any record.

Source: Central Digital and Data Office (2022), Hampshire and Thames Valley Police: DARAT, as cited in Amnesty International UK (2025), section 4.7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.citation import Citation
from ..tables.record_rows import ABSENT, codes, day_number
from ..tables.scored import Scored
from .card import Card, Reading
from .domestic_incidents import NOBODY, Incidents, domestic_incidents
from .offence_sets import BREACH, DRUGS, HOMICIDE, SEXUAL, VIOLENCE_WITH_INJURY, VIOLENT, WEAPONS
from .offence_weights import weights
from .person_forest import Forest, grow, most_voted
from .person_past import drawn, on_record, past_of
from .person_settings import settled

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

CLASSES = ("standard", "medium", "high")
TREES = 500
"""Ours; the forces do not say."""
MOST = 20_000
"""Incidents learnt from at most, drawn by lot."""
SHOWN = 4_500
"""People each tree is shown at most."""
HARM_DAYS = 730
GRAVEST = (*HOMICIDE, "gbh_with_intent", "threats_to_kill", "kidnap", *SEXUAL)
BANDS_ARE_NOT_CUTS = True  # the class with most votes; the score is the share of one of the three

CARD = Card(
    slug="darat",
    title="DARAT (Domestic Abuse Risk Assessment Tool)",
    kind="person",
    operators=("hampshire-police", "thames-valley-police"),
    learns_from="domestic incidents with their suspects, victims and grades, and what else is on record of both",
    columns=("reported_day", "incident", "offence", "is_domestic", "dash_level"),
    flags="those forecast high",
    horizon="a defined window, whose length is not printed; 12 months here",
    fidelity="shape",
    sources=(
        Citation("Central Digital and Data Office (2022), Hampshire and Thames Valley Police: DARAT, 14 October 2022",
                 url="https://www.gov.uk/government/publications/hampshire-and-thames-valley-police-darat/hampshire-and-thames-valley-police-darat",
                 mark="recalled"),
        Citation("Amnesty International UK (2025), Automated Racism, section 4.7, notes 670-693"),
    ),
    readings=(
        Reading("model_of", "Which of the two models?", "suspect", ("suspect", "dyad"), "the model of suspects is named first",
                "whose records count, and who has a score", mark="known"),
        Reading("months", "How far ahead does it look?", 12, (6, 12, 24), "the length of the window is not printed", "how many offend in it", unit="months"),
        Reading("grave", "Which offences make the high class?", "gravest", ("gravest", "with-injury"),
                "'a serious risk of, or cause of, serious physical or mental harm, or death'; the list is not printed", "how many are forecast high"),
        Reading("incident_level", "By what are earlier incidents high or medium?", "grade", ("grade", "offence"),
                "the forces list 'high and medium, and then high risk incidents': graded so by an officer, or by the offence as the classes are",
                "four of the features of each person"),
        Reading("harm", "By which index is harm summed?", "cchi", ("cchi", "css", "equal"), "'crime harm' is what the Cambridge index calls it",
                "two of the features of each person"),
        Reading("draws", "How many of each class is a tree shown?", "equal", ("equal", "as-they-are"), "not public; shown as they are, trees seldom say high",
                "how many are forecast high"),
        Reading("recent_days", "Whose incident is it about?", 91, (28, 91, 365), "it was to run at each incident; a quarter of a year gives enough to count",
                "who has a score", unit="days"),
    ),
    not_rebuilt=(
        "the fitted trees, and how many there are",
        "breaches of orders: no word of these tables stands for them, and absconding from bail does",
        "where an index has only a figure for a group of offences, its median stands in: see offence_weights",
        "the automated notification, and the decision of the supervisory officer",
    ),
    known=(
        "It was never in live use and was put on hold in February 2024 (Amnesty International UK 2025, section 4.7, note 670).",
        "A random forest with three classes: standard is no domestic offending in the forecasting period, medium is domestic offending not of a type "
        "that would place it in high, high is certain offences with a serious risk or cause of serious harm (Amnesty International UK 2025, notes 673-675).",
        "One model foretells suspects' reoffending, another both victims' and suspects' part in a future occurrence (Amnesty International UK 2025, note 676).",
        "Its features: occurrences relating to the suspect; earlier domestic incidents and violent offences as victim and suspect; the sum of crime harm in "
        "two years as both; the suspect's drugs, weapons and harassment offences and breaches of orders (Amnesty International UK 2025, note 677).",
        "The forces made no assessment of its accuracy, nor of data protection or equality (Amnesty International UK 2025, section 4.7.1, notes 684, 688).",
        "They said that its best model was right in 40 % more cases than DASH and could find at least three times as many high-harm outcomes, as an indication "
        "and no guarantee (Amnesty International UK 2025, section 4.7.1, notes 686-687).",
        "It cost an estimated £200,874 (Amnesty International UK 2025, section 4.7.1, note 691).",
    ),
    next_review="2027-11",
)  # fmt: skip


@dataclass(frozen=True)
class Model:
    """A forest grown on incidents whose window was over, with the settings it was grown under."""

    forest: Forest
    settings: dict[str, Any]
    until: dt.date


def fit(person_records: RecordBook, *, until: dt.date, seed: int = 1, **settings: Any) -> Model:
    """Grow the forest on domestic incidents old enough for their window to be over.

    Args:
        person_records: the book.
        until: the last day learnt from.
        seed: of the draws.
        settings: readings of the card.

    Raises:
        BadSetting: an unknown choice of a reading.
        CannotAnswer: one of the three classes is empty.
    """
    chosen = settled(CARD, settings)
    book = person_records.known(until)
    incidents = domestic_incidents(book)
    incidents = incidents[incidents.day <= day_number(until) - _window(chosen)]
    incidents = incidents[drawn(len(incidents), most=MOST, seed=seed)]
    came = outcomes(book, incidents, **chosen)
    people = np.bincount(came, minlength=len(CLASSES))
    each = max(1, min(SHOWN // 3, round(2 / 3 * int(people.min()))))
    per_class = (each,) * 3 if chosen["draws"] == "equal" else tuple(max(1, int(SHOWN * one // max(SHOWN, people.sum()))) for one in people)
    return Model(grow(features_at(book, incidents, **chosen), came, classes=CLASSES, trees=TREES, per_class=per_class, seed=seed, jobs=2), chosen, until)


def score(
    person_records: RecordBook,
    *,
    on: dt.date,
    model_of: str = "suspect",
    months: int = 12,
    grave: str = "gravest",
    incident_level: str = "grade",
    harm: str = "cchi",
    draws: str = "equal",
    recent_days: int = 91,
    model: Model | None = None,
    seed: int = 1,
) -> Scored:
    """Share of trees that vote high for each person in a domestic incident of late, and the class with most votes.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        model_of, months, grave, incident_level, harm, draws, recent_days: readings of the card; but for the last, a model given has its own.
        model: from `fit`; None: fitted on the same book as at that day.
        seed: of the draws, where it is fitted.

    Returns:
        Scored: of each person's last incident, by what was on record before it. Whoever was in none has no score.

    Raises:
        BadSetting, CannotAnswer: see `fit`.
    """
    given = {"model_of": model_of, "months": months, "grave": grave, "incident_level": incident_level, "harm": harm, "draws": draws, "recent_days": recent_days}
    found = model or fit(person_records, until=on, seed=seed, **given)
    book = person_records.known(on)
    who, incidents = _last_of_each(book, day_number(on) - recent_days, found.settings["model_of"])
    votes = found.forest.votes(features_at(book, incidents, **found.settings))
    share, band = np.full(len(book), np.nan), np.full(len(book), -1, dtype=np.int8)
    share[who], band[who] = votes[:, CLASSES.index("high")], most_voted(votes)
    return Scored("darat", on, book.provenance, share, band, CLASSES, band == CLASSES.index("high"))


def features(person_records: RecordBook, *, on: dt.date, **settings: Any) -> dict[str, NDArray[np.float64]]:
    """The features of each person's last incident of late; nan for whoever was in none; shape (people,) each.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        settings: readings of the card.
    """
    chosen = settled(CARD, settings)
    book = person_records.known(on)
    who, incidents = _last_of_each(book, day_number(on) - chosen["recent_days"], chosen["model_of"])
    found = {}
    for name, values in features_at(book, incidents, **chosen).items():
        found[name] = np.full(len(book), np.nan)
        found[name][who] = values
    return found


def features_at(book: RecordBook, incidents: Incidents, **settings: Any) -> dict[str, NDArray[np.float64]]:
    """What was on record before each incident: of the suspect, and in the dyad model of the victim too (0 where none is known)."""
    chosen = settled(CARD, settings)
    sides = {"suspect": incidents.suspect} | ({"victim": incidents.victim} if chosen["model_of"] == "dyad" else {})
    before = incidents.day - 1
    rows = book.rows
    harm = np.where(rows.offence == ABSENT, 0.0, weights(chosen["harm"])[rows.offence])
    earlier = domestic_incidents(book)
    level = earlier.level if chosen["incident_level"] == "grade" else _levels_by_offence(book, earlier, chosen["grave"])
    found: dict[str, NDArray[np.float64]] = {}
    for side, who in sides.items():
        for role, stood in (("suspect", earlier.suspect), ("victim", earlier.victim)):
            reports = book.is_row("crime_report", role=role)
            for named, least in (("medium or high", 1), ("high", 2)):
                graded = (level >= least) & (stood != NOBODY)
                found[f"{side}: domestic incidents as {role}, {named}"] = past_of(stood[graded], earlier.day[graded]).total(who, before)
            found[f"{side}: violent offences as {role}"] = on_record(book, reports & book.is_row(offence=VIOLENT)).total(who, before)
            found[f"{side}: harm in two years as {role}"] = on_record(book, reports, harm).total(who, before, before - HARM_DAYS + 1)
        suspected = book.is_row("crime_report", role="suspect")
        found[f"{side}: occurrences"] = on_record(book, suspected).total(who, before)
        for named, offences in (("drugs", DRUGS), ("weapons", WEAPONS), ("harassment", ("harassment_stalking",)), ("breaches", BREACH)):
            found[f"{side}: {named} offences"] = on_record(book, suspected & book.is_row(offence=offences)).total(who, before)
    return found


def outcomes(book: RecordBook, incidents: Incidents, **settings: Any) -> NDArray[np.int8]:
    """What domestic report came on record in the window after each incident: position in CLASSES, shape (incidents,).

    Of the suspect as a suspect; in the dyad model, of either of the two as a suspect or a victim.
    """
    chosen = settled(CARD, settings)
    is_dyad = chosen["model_of"] == "dyad"
    again = book.is_row("crime_report", role=("suspect", "victim") if is_dyad else "suspect") & (book.rows.is_domestic == 1)
    grave = again & np.isin(book.rows.offence, codes("offence", _grave(chosen["grave"])))
    found = np.zeros(len(incidents), dtype=np.int8)
    for who in (incidents.suspect, incidents.victim) if is_dyad else (incidents.suspect,):
        for place, rows in ((1, again), (2, grave)):
            came = on_record(book, rows).total(who, incidents.day + _window(chosen), incidents.day + 1) > 0
            found = np.maximum(found, np.where(came, place, 0)).astype(np.int8)
    return found


def _last_of_each(book: RecordBook, after: int, model_of: str) -> tuple[NDArray[np.int64], Incidents]:
    """Who was in an incident put on record after a day, and each one's last; of two on one day, the one whose suspect stands later in the book."""
    incidents = domestic_incidents(book)
    incidents = incidents[incidents.day > after]
    who = np.concatenate([incidents.suspect, incidents.victim]) if model_of == "dyad" else incidents.suspect
    place = np.tile(np.arange(len(incidents)), 2 if model_of == "dyad" else 1)
    who, place = who[who != NOBODY], place[who != NOBODY]
    order = np.lexsort((place, incidents.day[place], who))
    who, place = who[order], place[order]
    last = np.append(who[1:] != who[:-1], True) if len(who) else np.zeros(0, dtype=bool)
    return who[last], incidents[place[last]]


def _levels_by_offence(book: RecordBook, earlier: Incidents, grave: str) -> NDArray[np.int64]:
    """2 where the suspect stands in a grave domestic report of that day, else 1."""
    rows = book.is_row("crime_report", role="suspect", offence=_grave(grave)) & (book.rows.is_domestic == 1)
    return np.where(on_record(book, rows).total(earlier.suspect, earlier.day, earlier.day) > 0, 2, 1)


def _grave(reading: str) -> tuple[str, ...]:
    return GRAVEST if reading == "gravest" else (*GRAVEST, *VIOLENCE_WITH_INJURY)


def _window(chosen: dict[str, Any]) -> int:
    return round(chosen["months"] * 365 / 12)
