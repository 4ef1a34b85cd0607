"""DASH: what risk did an officer see in a domestic incident?

Officers put the questions of the Domestic Abuse, Stalking and Honour Based Violence assessment and grade the risk: standard, medium or high.
The grade is the score here. It was not made to foretell anything, the two forces said; it is held against what followed all the same,
for DARAT was to take its place.

Reconstructed: nothing. The grades are those on record, and a force's own table is read as it is. Beside them: how wrong the grade "not high"
was, and what knowing only the base rate would have done. Not reconstructed: see CARD.not_rebuilt.

Steps, in order:  known -> domestic_incidents -> the last days -> last or worst grade -> score; negative_prediction_error and base_rate_flags beside it

Read with care: grades of made-up people are drawn by the simulation, about as well as studies found officers to do; nothing is learnt of officers here.

Source: Amnesty International UK (2025), Automated Racism, section 4.7.1, note 685; Grogger, Gupta, Ivandić & Kirchmaier (2021), Journal of
Empirical Legal Studies 18(1), 90-130.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.citation import Citation
from ..tables.person_words import DASH_LEVELS
from ..tables.record_rows import ABSENT, day_number
from ..tables.scored import Scored
from .card import Card, Reading
from .domestic_incidents import NOBODY, Incidents, domestic_incidents
from .person_settings import settled

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

CARD = Card(
    slug="dash",
    title="DASH (officers' grade of domestic abuse)",
    kind="person",
    operators=("hampshire-police", "thames-valley-police"),
    learns_from="grades that officers gave domestic incidents",
    columns=("reported_day", "incident", "is_domestic", "dash_level"),
    flags="those in an incident graded high",
    horizon="none stated",
    fidelity="shape",
    sources=(
        Citation("Amnesty International UK (2025), Automated Racism, section 4.7.1, note 685"),
        Citation("Grogger, Gupta, Ivandić & Kirchmaier (2021), Comparing Conventional and Machine-Learning Approaches to Risk Assessment in Domestic "
                 "Abuse Cases, Journal of Empirical Legal Studies 18(1), 90-130", url="https://nber.org/papers/w28293"),
        Citation("Turner, Medina & Brown (2019), Dashing hopes?, British Journal of Criminology 59(5), 1013-1034", doi="10.1093/bjc/azy074"),
        Citation("Turner, Brown & Medina-Ariza (2022), Predicting domestic abuse (fairly) and police risk assessment, Psychosocial Intervention 31(3), 145-157",
                 url="https://journals.copmadrid.org/pi/art/pi2022a11"),
        Citation("House of Lords, debate of 27 January 2021, Hansard"),
    ),
    readings=(
        Reading("about", "Whose grade is it?", "suspect", ("suspect", "victim", "both"),
                "the forces speak of it beside DARAT, which grades suspects; the assessment itself is of the risk to the victim", "who has a score"),
        Reading("recent_days", "How long does a grade stand?", 91, (28, 91, 365), "not public; a quarter of a year gives enough people to count",
                "who has a score", unit="days"),
        Reading("incidents", "Which grade holds where there were several incidents?", "last", ("last", "worst"), "a grade is given anew each time",
                "how many are high"),
        Reading("flagged_from", "From which grade on is somebody put forward?", "high", ("high", "medium"),
                "cases graded high go to a conference of agencies", "how many are flagged"),
    ),
    not_rebuilt=(
        "the questions and the officer's answers: only the grade is a record here",
        "the conference of agencies to which high grades go, and what it does",
    ),
    known=(
        "The forces said that it 'was not designed as a predictive tool, does not have a well-defined outcome that it is trying to predict, and doubts remain "
        "as to its efficacy in the field' (Amnesty International UK 2025, note 685).",
        "It identified risk correctly in less than half of cases, they said (Amnesty International UK 2025, note 685).",
        "The best DARAT model was right in 40 % more cases and could find at least three times as many high-harm outcomes, they said (Amnesty International UK "
        "2025, section 4.7.1, notes 686-687).",
        "It is less accurate than a Bayes classifier that knows only the base rate, and makes negative errors at a similar rate; models of two-year criminal "
        "histories do better (Grogger et al. 2021, abstract).",
        "In more than 16,000 pairs over 1,700 not graded high saw violence again: a negative prediction error of 11.5 %, against 7.3 to 8.7 % of models "
        "(the same study, as cited in the House of Lords on 27 January 2021).",
        "Officers' grades were little better than random, and each question at best weakly told of what followed (Turner, Medina & Brown 2019).",
        "On 350,000 incidents a regression of what police databases hold reached an AUC of .748 for partners and .763 for others; the questions added almost "
        "nothing (Turner, Brown & Medina-Ariza 2022, abstract).",
    ),
    next_review="2027-11",
)  # fmt: skip


def score(
    person_records: RecordBook,
    *,
    on: dt.date,
    about: str = "suspect",
    recent_days: int = 91,
    incidents: str = "last",
    flagged_from: str = "high",
) -> Scored:
    """The grade of each person who was in a graded domestic incident of late: 0 standard, 1 medium, 2 high.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        about, recent_days, incidents, flagged_from: readings of the card.

    Returns:
        Scored: whoever was in no such incident has no score.

    Raises:
        BadSetting: an unknown choice of a reading.
    """
    settled(CARD, {"about": about, "recent_days": recent_days, "incidents": incidents, "flagged_from": flagged_from})
    book = person_records.known(on)
    found = domestic_incidents(book)
    found = found[(found.level != ABSENT) & (found.day > day_number(on) - recent_days)]
    who, graded = _people_of(found, about)
    level = np.full(len(book), ABSENT, dtype=np.int64)
    if incidents == "last":
        latest = np.full(len(book), -1, dtype=np.int64)
        np.maximum.at(latest, who, graded.day)
        who, graded = who[latest[who] == graded.day], graded[latest[who] == graded.day]
    np.maximum.at(level, who, graded.level)  # of two on one day, the worse
    is_flagged = level >= DASH_LEVELS.index(flagged_from)
    return Scored("dash", on, book.provenance, np.where(level == ABSENT, np.nan, level), level.astype(np.int8), DASH_LEVELS, is_flagged)


def _people_of(found: Incidents, about: str) -> tuple[NDArray[np.int64], Incidents]:
    """The people a grade is about, one place for each, and the incident at that place."""
    sides = {"suspect": (found.suspect,), "victim": (found.victim,), "both": (found.suspect, found.victim)}[about]
    who = np.concatenate(sides)
    place = np.tile(np.arange(len(found)), len(sides))
    return who[who != NOBODY], found[place[who != NOBODY]]


def negative_prediction_error(is_flagged: NDArray[Any], came: NDArray[Any]) -> float:
    """Of those not flagged, the share for whom the outcome came about all the same; nan where everybody is flagged.

    A grade that knows nothing reaches the base rate: the share among those not flagged is then that of everybody. The audit room calls it the
    false omission rate and gives it an interval.

    Args:
        is_flagged, came: yes or no for each person, shape (people,).

    Example:
        >>> negative_prediction_error(np.array([True, False, False, False]), np.array([True, True, False, False])).__round__(3)
        0.333

    Read with care:
        It falls when more people are flagged, whatever the skill: compare at the same share flagged.

    Source: Grogger, Gupta, Ivandić & Kirchmaier (2021).
    """
    passed = ~np.asarray(is_flagged, dtype=bool)
    return float(np.asarray(came, dtype=float)[passed].mean()) if passed.any() else float("nan")


def base_rate_flags(came_before: NDArray[Any], people: int, *, worse: float = 1.0) -> NDArray[np.bool_]:
    """Flags of a Bayes classifier that knows the base rate and nothing else: everybody, or nobody; shape (people,).

    Nobody, as long as the outcome is so rare that flagging all would cost more than missing all.

    Args:
        came_before: whether the outcome came about, of people of an earlier time.
        people: how many to flag or not.
        worse: how many times as bad it is to miss somebody as to flag somebody wrongly.

    Example:
        >>> base_rate_flags(np.array([True, False, False, False]), 2).tolist(), base_rate_flags(np.array([True, False, False, False]), 2, worse=5).tolist()
        ([False, False], [True, True])

    Source: Grogger, Gupta, Ivandić & Kirchmaier (2021), where such a classifier is more accurate than officers' grades.
    """
    base_rate = float(np.asarray(came_before, dtype=float).mean())
    return np.full(people, worse * base_rate > 1 - base_rate)
