"""NDAS, Most Serious Violence: who of those known to the police will first be reported for grave violence with a gun or a knife in two years?

The National Data Analytics Solution, led by West Midlands Police for the Home Office, built a model of that from 2018. In 2020 it was given up:
"a coding error was found in the definition of the training dataset". What the error was is not public. Two likely ones are built in here as a
setting, so that a check for leaks has something to find.

Reconstructed: the people, the outcome, and inputs of the kinds that are known. Not reconstructed: see CARD.not_rebuilt.

Steps, in order:  known -> pasts -> (fit: days to learn from -> features_at, outcome -> regression or forest) -> features -> chance -> highest share

Read with care: with the setting `training_set` the model learns from what nobody knew on the day. It looks good on its own training set and is
worse in use; scores never use anything later than their day, whatever the setting.

Source: West Midlands Police and Crime Commissioner, ethics committee, 20 November 2019; Amnesty International UK (2025), section 1.4.2, note 86; see CARD.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.citation import Citation
from ..tables.errors import BadSetting
from ..tables.person_words import SEXES
from ..tables.record_rows import day_number
from ..tables.scored import Scored
from .card import AlsoReads, Card, Reading
from .offence_sets import DRUG_DEALING, DRUGS, SERIOUS_VIOLENT, VIOLENCE_WITH_INJURY, VIOLENT, WEAPONS
from .person_forest import Forest, grow
from .person_logistic import Logistic, fit_logistic
from .person_past import Past, drawn, on_record, years_since
from .person_settings import settled

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

FOLLOW_DAYS = 730
LEARNING_DAYS = 3
"""Days learnt from, a year apart; the last is two years before the end."""
MOST = 50_000
"""People and days learnt from at most, drawn by lot."""
TREES = 200
BANDS = ("not put forward", "put forward")

CARD = Card(
    slug="ndas",
    title="NDAS, Most Serious Violence",
    kind="person",
    operators=("west-midlands-police", "metropolitan-police", "greater-manchester-police"),
    learns_from="reports, arrests, stops, intelligence, and who was reported together with whom",
    columns=("reported_day", "incident", "offence", "weapon", "is_found"),
    also_reads=(AlsoReads("persons", ("birth_month", "sex"), True, "age and sex"),),
    flags="those with the highest chance",
    horizon="24 months (recalled)",
    fidelity="shape",
    sources=(
        Citation("West Midlands Police and Crime Commissioner, ethics committee (2019), National Data Analytics Solution: Most Serious Violence, briefing note "
                 "of 20 November 2019", url="https://docslib.org/download/9055752/national-data-analytics-solution-most-serious-violen"),
        Citation("Amnesty International UK (2025), Automated Racism, section 1.4.2, note 86"),
        Citation("PublicTechnology, 18 July 2019, West Midlands Police gets £5m to continue predictive analytics trials"),
        Citation("New Scientist (2018), UK police wants AI to stop violent crime before it happens, as reprinted by criticalunity.org"),
        Citation("Wired UK (2020), A flawed police violence prediction system", mark="recalled"),
    ),
    readings=(
        Reading("training_set", "What was the error in the definition of the training set?", "as-stated", ("as-stated", "own-offence", "later-records"),
                "not public, so none unless asked for; own-offence: the past of those who offend is counted to the offence itself; later-records: everybody's "
                "past is counted to the end of the two years", "how good the model looks on its own training set, and how much worse it is in use"),
        Reading("violence", "Which violence is grave?", "any", ("any", "with-injury", "serious"),
                "the list of offences is not public; in small populations the narrower ones leave too few people to learn from", "what is foretold"),
        Reading("known_by", "Who is known to the police?", "suspicion", ("suspicion", "any-record"), "'all individuals already known to officers'",
                "who has a score"),
        Reading("learner", "What kind of model is it?", "logistic", ("logistic", "forest"), "'a combination of AI and statistics'", "whose chance is highest"),
        Reading("share", "What share is put forward?", 0.01, (0.001, 0.01, 0.05), "not public; it never came to that", "how many are flagged",
                unit="of people"),
    ),
    not_rebuilt=(
        "the model itself, and most of its inputs: nearly 1,400 were tried, of which some 30 told much (recalled)",
        "the pooling of records of several forces",
        "what would have been offered to those put forward",
    ),
    known=(
        "The Home Office paid for it; West Midlands Police operated it with eight other forces, and it used stop-and-search data (Amnesty International UK "
        "2025, section 1.4.2, note 86).",
        "It was to look at all individuals already known to officers, by artificial intelligence and statistics together (New Scientist 2018).",
        "It analysed criminal and custody records and intelligence of people convicted of gun and knife crime (PublicTechnology, 18 July 2019).",
        "In 2020 'a coding error was found in the definition of the training dataset which has rendered the current problem statement unviable', and no point "
        "of intervention could be told 'with any degree of precision' (press of 2020, quoting NDAS).",
        "Recalled, not re-read: its accuracy was said to fall from 75 % in the West Midlands and 51 % in West Yorkshire to 14 to 19 % and 9 to 18 % (Wired UK "
        "2020).",
        "Recalled, not re-read: among what told most were offences committed with others, and offences of people in somebody's circle (New Scientist 2018).",
    ),
    next_review="2027-11",
)  # fmt: skip


@dataclass(frozen=True)
class Model:
    """What was learnt, under which settings, and the training set it was learnt from.

    Attributes:
        learnt: a regression or a forest.
        settings: readings of the card.
        features: the training set, name -> one number for each person and day, as the model was handed it.
        outcome: what it was told came about.
        until: the last day learnt from.
    """

    learnt: Logistic | Forest
    settings: dict[str, Any]
    features: dict[str, NDArray[np.float64]]
    outcome: NDArray[np.bool_]
    until: dt.date

    def chance(self, features: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """The chance the model states for each."""
        return self.learnt.probability(features) if isinstance(self.learnt, Logistic) else self.learnt.votes(features)[:, 1]


def fit(person_records: RecordBook, *, until: dt.date, seed: int = 1, **settings: Any) -> Model:
    """Learn from three days whose two years were over.

    Args:
        person_records: the book.
        until: the last day learnt from.
        seed: of the draws.
        settings: readings of the card.

    Raises:
        BadSetting: an unknown choice of a reading.
        CannotAnswer: the outcome came about for too few.
    """
    chosen = settled(CARD, settings)
    book = person_records.known(until)
    parts: list[tuple[dict[str, NDArray[np.float64]], NDArray[np.bool_]]] = []
    for back in range(LEARNING_DAYS):
        day = day_number(until) - FOLLOW_DAYS - 365 * back
        spoken_of = np.flatnonzero(may_be_scored(book, day=day, **chosen))
        kept = spoken_of[drawn(len(spoken_of), most=MOST // LEARNING_DAYS, seed=seed + back)]
        everybody = training_features(book, day=day, **chosen)
        parts.append(({name: values[kept] for name, values in everybody.items()}, outcome(book, day=day, **chosen)[kept]))
    features_ = {name: np.concatenate([features[name] for features, _ in parts]) for name in parts[0][0]}
    came = np.concatenate([label for _, label in parts])
    if chosen["learner"] == "logistic":
        return Model(fit_logistic(features_, came), chosen, features_, came, until)
    each = max(1, min(2_000, round(2 / 3 * int(came.sum()))))
    return Model(grow(features_, came, classes=("no", "yes"), trees=TREES, per_class=(each, each), seed=seed, jobs=2), chosen, features_, came, until)


def score(
    person_records: RecordBook,
    *,
    on: dt.date,
    training_set: str = "as-stated",
    violence: str = "any",
    known_by: str = "suspicion",
    learner: str = "logistic",
    share: float = 0.01,
    model: Model | None = None,
    seed: int = 1,
) -> Scored:
    """The chance stated for each person known to the police and not yet reported for such violence.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        training_set, violence, known_by, learner, share: readings of the card; but for the last, a model given has its own.
        model: from `fit`; None: fitted on the same book as at that day.
        seed: of the draws, where it is fitted.

    Returns:
        Scored: chances of those spoken of (of a forest, shares of trees); flagged is the highest share of them, of equals the lower position.

    Raises:
        BadSetting, CannotAnswer: see `fit`.
    """
    given = {"training_set": training_set, "violence": violence, "known_by": known_by, "learner": learner, "share": share}
    if not 0 <= settled(CARD, given)["share"] <= 1:
        raise BadSetting(f"NDAS, setting 'share': {share!r} is no share of people. Give a number from 0 to 1.")
    found = model or fit(person_records, until=on, seed=seed, **given)
    book = person_records.known(on)
    who = np.flatnonzero(may_be_scored(book, day=day_number(on), **found.settings))
    everybody = training_features(book, day=day_number(on), **{**found.settings, "training_set": "as-stated"})
    chance = np.full(len(book), np.nan)
    chance[who] = found.chance({name: values[who] for name, values in everybody.items()})
    flagged = np.zeros(len(book), dtype=bool)
    flagged[who[np.argsort(-chance[who], kind="stable")[: round(share * len(who))]]] = True
    return Scored("ndas", on, book.provenance, chance, np.where(np.isnan(chance), -1, flagged).astype(np.int8), BANDS, flagged)


def features(person_records: RecordBook, *, on: dt.date, **settings: Any) -> dict[str, NDArray[np.float64]]:
    """What the model is handed of each person on a day, shape (people,) each.

    With a `training_set` in error it is handed what came later too, where the book holds it: this is what an audit looks for.

    Args:
        person_records: the book; it is not cut off at the day.
        on: the day.
        settings: readings of the card.
    """
    return training_features(person_records, day=day_number(on), **settings)


def training_features(book: RecordBook, *, day: int, **settings: Any) -> dict[str, NDArray[np.float64]]:
    """Features at a day number; counted to another day where the setting `training_set` says so."""
    chosen = settled(CARD, settings)
    to = np.full(len(book), day, dtype=np.int64)
    if chosen["training_set"] == "later-records":
        to = to + FOLLOW_DAYS
    if chosen["training_set"] == "own-offence":
        to = np.where(outcome(book, day=day, **chosen), _armed(book, chosen["violence"]).first(np.arange(len(book))), to)
    return features_at(book, to, day=day)


def features_at(book: RecordBook, to: NDArray[np.int64], *, day: int) -> dict[str, NDArray[np.float64]]:
    """Age and sex on a day, and counts of what was put on record up to and including a day of each person's own."""
    who = np.arange(len(book))
    suspected = book.is_row("crime_report", role="suspect")
    stops = book.is_row("stop", role="subject")
    counted = {
        "reports": suspected,
        "violent reports": suspected & book.is_row(offence=VIOLENT),
        "reports with a weapon": suspected & book.is_row(weapon=("knife", "firearm", "other")),
        "weapons reports": suspected & book.is_row(offence=WEAPONS),
        "drugs reports": suspected & book.is_row(offence=DRUGS),
        "arrests": book.is_row("arrest", role="subject"),
        "stops": stops,
        "stops with something found": stops & (book.rows.is_found == 1),
        "intelligence": book.is_row("intelligence", role="subject"),
        "intelligence on weapons or dealing": book.is_row("intelligence", role="subject", offence=(*WEAPONS, *DRUG_DEALING)),
        "violence suffered": book.is_row("crime_report", role="victim", offence=VIOLENT),
    }
    past = {name: on_record(book, rows) for name, rows in counted.items()}
    found = {"age": book.age_on(day).astype(float), "male": (book.sex == SEXES.index("male")).astype(float)}
    found |= {name: one.total(who, to) for name, one in past.items()}
    last, lately = past["reports"].last(who, to), past["reports"].total(who, to, to - 364)
    together = (book.ties(suspected & (book.rows.reported <= day)) > 0).astype(float)
    return found | {
        "reports in the last year": lately,
        "years since the last report": np.minimum(years_since(last, on=to), 20.0),
        "people reported with": np.asarray(together.sum(axis=1)).ravel(),
        "reports of people reported with": np.asarray(together @ past["reports"].total(who, day)),
    }


def may_be_scored(book: RecordBook, *, day: int, **settings: Any) -> NDArray[np.bool_]:
    """Who is known to the police by a day and not yet reported for grave violence with a gun or knife; shape (people,)."""
    chosen, who = settled(CARD, settings), np.arange(len(book))
    accused = book.is_row(("crime_report", "arrest", "stop", "intelligence"), role=("suspect", "subject"))
    known = on_record(book, accused if chosen["known_by"] == "suspicion" else np.ones(len(book.rows), dtype=bool)).first(who) <= day
    return np.asarray(known & (_armed(book, chosen["violence"]).first(who) > day))


def outcome(book: RecordBook, *, day: int, **settings: Any) -> NDArray[np.bool_]:
    """Who was first reported for it in the two years after a day; shape (people,)."""
    first = _armed(book, settled(CARD, settings)["violence"]).first(np.arange(len(book)))
    return np.asarray((first > day) & (first <= day + FOLLOW_DAYS))


def _armed(book: RecordBook, violence: str) -> Past:
    """Reports of violence with a gun or a knife."""
    offences = {"any": VIOLENT, "with-injury": (*VIOLENCE_WITH_INJURY, *SERIOUS_VIOLENT), "serious": SERIOUS_VIOLENT}[violence]
    return on_record(book, book.is_row("crime_report", role="suspect", offence=offences, weapon=("knife", "firearm")))
