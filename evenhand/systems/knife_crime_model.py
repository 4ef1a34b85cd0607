"""Knife Crime and Violence Model: who, of people on the police's sheet, is thought to have three chances in ten of a knife or violent offence?

Essex Police gives each person on a rolling sheet of four years a score between 0 and 1, and those above 0.3 are visited. What goes in is public:
age, gender, a drug warning marker, how many people one is recorded with, having been a suspect, having been a victim, and the district of the last
offence. What the model is, and what each input weighs, is not; a probability from seven inputs is what a logistic regression gives, so one is
fitted here, and its intercept moved until as many are above 0.3 as were on 17 June 2024: 166 of 1,025.

Not reconstructed: see CARD.not_rebuilt.

Steps, in order:  known -> on_sheet -> features -> fit (a year back, then the intercept) -> probability -> above 0.3

Read with care: it learns who will next be recorded as a suspect. Moving the intercept keeps the order of people and gives up the meaning of 0.3:
`fitted` shows how many would be above it by the regression's own word.

Source: Essex Police, Fearless Futures Data Dictionary and data protection impact assessment of 2 April 2021, as reported by Amnesty International
UK (2025), section 4.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.citation import Citation
from ..tables.person_words import SEXES
from ..tables.record_rows import ABSENT, day_number
from ..tables.scored import Scored
from .card import AlsoReads, Card, Reading
from .offence_sets import DRUGS, VIOLENCE_WITH_INJURY, VIOLENT, WEAPONS
from .person_logistic import Logistic, fit_logistic, shift_for_share
from .person_past import drawn, months_earlier
from .person_settings import settled
from .severity_sums import in_window

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

THRESHOLD = 0.3
OVER, SCORED = 166, 1_025
"""People above the threshold, and scored, up to 17 June 2024."""
SHEET_MONTHS = 48
MUCH_RECORDED = 13
"""65,000 records of 5,000 people are thirteen each."""
PROVED = {"suspect": (), "charged": ("charged", "acquitted", "convicted", "caution"), "convicted": ("convicted", "caution")}
"""Of a report, what must have become of it for it to count; nothing for a suspect."""
PREDICTORS = ("age", "gender", "drug marker", "associates", "suspect", "victimisation", "district")
MOST_LEARNT_FROM = 50_000

CARD = Card(
    slug="knife-crime-model",
    title="Knife Crime and Violence Model (Essex)",
    kind="person",
    operators=("essex-police",),
    learns_from="four years of crime reports in which somebody is a suspect or a victim, markers, and with whom they are recorded",
    columns=("reported_day", "until", "incident", "offence", "weapon", "outcome", "outcome_day", "marker", "area"),
    also_reads=(AlsoReads("persons", ("birth_month", "sex"), True, "age and gender"),),
    flags="people with a score above 0.3",
    horizon="12 months",
    fidelity="shape",
    sources=(
        Citation("Amnesty International UK (2025), Automated Racism, section 4.2, notes 522-559"),
        Citation("Essex Police, Fearless Futures Data Dictionary (undated), FOI 20226, as reported there", mark="recalled"),
        Citation("Essex Police (2 April 2021), Data Protection Impact Assessment, stage 1, as reported there", mark="recalled"),
    ),
    readings=(
        Reading("sheet", "Who is on the sheet?", "named-offences", ("named-offences", "any-suspect", "much-recorded"),
                "5,000 people with 65,000 to 70,000 records in four years; how they come to be there is not said, so suspects of what the inputs name; or any "
                "suspect; or those with 13 records or more", "who can be scored at all"),
        Reading("prior", "What must have come of a report for it to count?", "suspect", ("suspect", "charged", "convicted"),
                "'prior suspects for' is the force's word; the others show what rests on suspicion", "whose past counts", mark="known"),
        Reading("outcome", "What is a new offence?", "suspect", ("suspect", "charged", "convicted"),
                "'new knife or violent offences in the next 12 months' leaves open what makes it one", "what the model learns to foretell"),
        Reading("violence", "What is violent?", "violent", ("violent", "with-injury"), "no list is published", "what the model learns to foretell"),
        Reading("counted", "Do earlier reports count by their number, or once?", "number", ("number", "ever"), "not said",
                "how far being reported on often raises it"),
        Reading("mental_health", "Does a mental health marker go into the score?", "shown", ("shown", "scored"),
                "such markers are in the system, but not among the seven inputs of the dictionary", "whether people pay for their health"),
        Reading("left_out", "Which input is left out, to see what rests on it?", "none", ("none", *PREDICTORS), "all seven are published as inputs",
                "who is above 0.3 for whom they know, where they live or what was done to them", mark="known"),
        Reading("intercept", "Is the intercept moved until the published share is above 0.3?", "tuned", ("tuned", "fitted"),
                "166 of 1,025 were above, and no base rate is published", "how many are above 0.3"),
    ),
    not_rebuilt=(
        "the model's kind and its coefficients, which are not published: it is fitted to the records at hand",
        "the diagram in the impact assessment, which we could not read",
        "what other organisations added, and which these were",
        "who of the 5,000 on the sheet was scored: here all who are on it",
        "the assessment by hand of those below 0.3",
    ),
    known=(
        "It is meant to foretell new knife or violent offences in the next 12 months (Amnesty International UK 2025, section 4.2.2, note 532).",
        "Four years of data make a sheet of about 65,000 to 70,000 records of 5,000 people (Amnesty International UK 2025, section 4.2.2, note 535).",
        "Inputs: age, gender, drug warning marker, number of criminal associates or co-accused, prior suspect for violence with injury, possession of weapons "
        "and drugs, prior victimisation for violence with injury, district of the last offence (Amnesty International UK 2025, section 4.2.2, note 536).",
        "Mental health markers are in the system too; their weight is not known (Amnesty International UK 2025, section 4.2.2, note 537).",
        "Those above 0.3 are held 'most susceptible' and are targeted; those below are said to be assessed by hand (Amnesty International UK 2025, section "
        "4.2.2, notes 542-543).",
        "Up to 17 June 2024, 1,025 people were scored and 166 met the criteria; their ethnicity was not held (Amnesty International UK 2025, section 4.2.3, "
        "notes 557-558). That is 16.2 per cent (computed).",
        "Scores went to probation, youth offending, integrated offender management, the prosecution, prisons and the Department for Work and Pensions (Amnesty "
        "International UK 2025, section 4.2.3, notes 551-555).",
    ),
    next_review="2027-11",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Model:
    """The regression as it is used, and as it was fitted.

    Attributes:
        logistic: with the intercept that is used.
        shift: by how much that lies above the fitted one; 0 where it is not tuned.
        until: the last day learnt from.
    """

    logistic: Logistic
    shift: float
    until: dt.date


def fit(
    person_records: RecordBook,
    *,
    until: dt.date,
    seed: int = 1,
    sheet: str = "named-offences",
    prior: str = "suspect",
    outcome: str = "suspect",
    violence: str = "violent",
    counted: str = "number",
    mental_health: str = "shown",
    left_out: str = "none",
    intercept: str = "tuned",
) -> Model:
    """Learn from who of those on the sheet a year before a day had a new offence by that day.

    Args:
        person_records: the book.
        until: the last day learnt from.
        seed: of the draw, where more than MOST_LEARNT_FROM are on the sheet.
        sheet, prior, outcome, violence, counted, mental_health, left_out, intercept: readings of the card.

    Raises:
        CannotAnswer: too few people or new offences, or too short a record.
        BadSetting: an unknown choice of a reading.
    """
    settled(CARD, {"outcome": outcome, "intercept": intercept})
    inputs: dict[str, Any] = {"prior": prior, "counted": counted, "mental_health": mental_health, "left_out": left_out}
    start = months_earlier(until, 12)
    now_known = person_records.known(until)
    now_there, now = on_sheet(person_records, on=until, sheet=sheet), features(person_records, on=until, **inputs)
    new = new_offences(now_known, outcome=outcome, violence=violence) & (now_known.rows.day > day_number(start))
    happened = now_known.count(new) > 0
    people = np.flatnonzero(on_sheet(person_records, on=start, sheet=sheet))
    people = people[drawn(len(people), most=MOST_LEARNT_FROM, seed=seed)]
    before = features(person_records, on=start, **inputs)
    found = fit_logistic({name: values[people] for name, values in before.items()}, happened[people])
    shift = shift_for_share(found.log_odds(now)[now_there], above=THRESHOLD, share=OVER / SCORED) if intercept == "tuned" else 0.0
    return Model(found.shifted(shift), shift, until)


def score(
    person_records: RecordBook,
    *,
    on: dt.date,
    model: Model | None = None,
    sheet: str = "named-offences",
    prior: str = "suspect",
    outcome: str = "suspect",
    violence: str = "violent",
    counted: str = "number",
    mental_health: str = "shown",
    left_out: str = "none",
    intercept: str = "tuned",
) -> Scored:
    """A score from 0 to 1 for everybody on the sheet.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        model: from `fit`; None: learnt from the same book on the same day.
        sheet, prior, outcome, violence, counted, mental_health, left_out, intercept: readings of the card.

    Returns:
        Scored: two bands, up to 0.3 and above, of which the second is flagged.

    Raises:
        CannotAnswer: too little to learn from.
        BadSetting: an unknown choice of a reading.
    """
    settled(CARD, {"outcome": outcome, "violence": violence, "intercept": intercept})
    inputs: dict[str, Any] = {"prior": prior, "counted": counted, "mental_health": mental_health, "left_out": left_out}
    learnt = model or fit(person_records, until=on, sheet=sheet, outcome=outcome, violence=violence, intercept=intercept, **inputs)
    book = person_records.known(on)
    found = np.where(on_sheet(book, on=on, sheet=sheet), learnt.logistic.probability(features(book, on=on, **inputs)), np.nan)
    is_over = found > THRESHOLD
    return Scored("knife-crime-model", on, book.provenance, found, np.where(np.isnan(found), -1, is_over).astype(np.int8), ("up to 0.3", "above 0.3"), is_over)


def on_sheet(person_records: RecordBook, *, on: dt.date, sheet: str = "named-offences") -> NDArray[np.bool_]:
    """Who is on the sheet of the last four years, shape (people,).

    Raises:
        BadSetting: an unknown choice.
    """
    settled(CARD, {"sheet": sheet})
    book = person_records.known(on)
    recent = in_window(book.rows.day, day_number(on), SHEET_MONTHS)
    if sheet == "much-recorded":
        return np.asarray(book.count(recent) >= MUCH_RECORDED)
    named = {"offence": (*VIOLENCE_WITH_INJURY, *WEAPONS, *DRUGS)} if sheet == "named-offences" else {}
    return np.asarray(book.count(recent & book.is_row("crime_report", role="suspect", **named)) > 0)


def new_offences(book: RecordBook, *, outcome: str = "suspect", violence: str = "violent") -> NDArray[np.bool_]:
    """Rows of knife or violent offences held against somebody, shape (rows,): violent ones, and any in which a knife is told of.

    Raises:
        BadSetting: an unknown choice.
    """
    settled(CARD, {"outcome": outcome, "violence": violence})
    which = book.is_row(offence=VIOLENT if violence == "violent" else VIOLENCE_WITH_INJURY) | book.is_row(weapon="knife")
    return book.is_row("crime_report", role="suspect") & which & _proved(book, outcome)


def features(
    person_records: RecordBook, *, on: dt.date, prior: str = "suspect", counted: str = "number", mental_health: str = "shown", left_out: str = "none"
) -> dict[str, NDArray[np.float64]]:
    """The inputs of the data dictionary, each of shape (people,), over the last four years.

    The district is that of the last offence one was a suspect of, an input for each district, 1 or 0; associates are people recorded as suspects of the
    same crime.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        prior, counted, mental_health, left_out: readings of the card.

    Raises:
        BadSetting: an unknown choice of a reading.
    """
    settled(CARD, {"prior": prior, "counted": counted, "mental_health": mental_health, "left_out": left_out})
    book = person_records.known(on)
    recent = in_window(book.rows.day, day_number(on), SHEET_MONTHS)
    suspect = recent & book.is_row("crime_report", role="suspect")

    def times(chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        found = book.count(chosen)
        return found if counted == "number" else np.minimum(found, 1)

    named = {"violence with injury": VIOLENCE_WITH_INJURY, "weapons": WEAPONS, "drugs": DRUGS}
    injured = recent & book.is_row("crime_report", role="victim", offence=VIOLENCE_WITH_INJURY)
    made = {
        "age": {"age": book.age_on(on).astype(float)},
        "gender": {"is male": (book.sex == SEXES.index("male")).astype(float)},
        "drug marker": {"drug marker": book.is_within("marker", on, marker="drugs").astype(float)},
        "associates": {"associates": np.diff(book.ties(suspect).indptr).astype(float)},
        "suspect": {f"suspect, {name}": times(suspect & book.is_row(offence=which) & _proved(book, prior)) for name, which in named.items()},
        "victimisation": {"victim, violence with injury": times(injured)},
        "district": _districts(book, suspect),
    }
    if mental_health == "scored":
        made["mental health"] = {"mental health marker": book.is_within("marker", on, marker="mental_health").astype(float)}
    return {name: values for predictor, inputs in made.items() if predictor != left_out for name, values in inputs.items()}


def _proved(book: RecordBook, how: str) -> NDArray[np.bool_]:
    return book.is_row(outcome=PROVED[how]) if PROVED[how] else np.ones(len(book.rows), dtype=bool)


def _districts(book: RecordBook, chosen: NDArray[np.bool_]) -> dict[str, NDArray[np.float64]]:
    """Whether the last chosen row of each person was in each district; of several on one day, the last by the district's name."""
    at = np.flatnonzero(chosen & (book.rows.area != ABSENT))
    at = at[np.lexsort((book.rows.area[at], book.rows.day[at]))]
    last = np.full(len(book), ABSENT)
    last[book.rows.who[at]] = book.rows.area[at]  # rising days: the last written stands
    return {f"district: {name}": (last == place).astype(float) for place, name in enumerate(book.areas)}
