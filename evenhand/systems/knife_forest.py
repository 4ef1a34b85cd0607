"""Knife forest: will the perpetrator of a reported crime, of any kind, commit a knife crime within a year?

Thames Valley Police grew a random forest that makes a prediction each time somebody is on record as the perpetrator of a crime. Three of its inputs
are public: how often the person was a perpetrator of violent crime, how long ago of a knife crime, and whether their co-offenders were. So is how it
did: seven in a hundred events were predicted, and of those predicted one in five came true. How many knife crimes it missed is not.

    events -> what was on record at each -> a forest grown on two thirds of the people -> the votes from which on 7 % of the others' events are predicted

Not reconstructed: see CARD.not_rebuilt.

Steps, in order:  known -> events_of -> features_at -> fit (grow; cut) -> votes at each person's last event -> score

Read with care: a perpetrator is whoever is on record as a suspect, and a knife crime is one recorded against them. What the forest would reach on
other people than those it was grown on stands in Model.tried, with all it missed. On made-up people seven in a hundred predicted and one in five of
them right go together only where a few people do most of the offences, which the scenario `thames-valley` is set for; elsewhere fewer are right.

Source: Thames Valley Police Journal 7 (2022), Predicting Knife Crime: an individual and network-based approach, as reported by Amnesty International
UK (2025), section 4.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.citation import Citation
from ..tables.errors import CannotAnswer
from ..tables.person_words import SEXES
from ..tables.record_rows import OPEN, day_number
from ..tables.scored import Scored
from .card import AlsoReads, Card, Reading
from .co_offenders import co_offenders_of
from .offence_sets import VIOLENT
from .person_forest import Forest, grow
from .person_past import Past, drawn, past_of, years_since
from .person_settings import settled
from .severity_sums import one_per_incident

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

PREDICTED = 0.07
"""Share of events that were predicted."""
CLASSES = ("no knife crime", "knife crime")
YEAR_DAYS = 365
MOST_LEARNT_FROM = 50_000
SHOWN_EACH = 1_000
LEAST_IN_LEAF = 10
CHARGED = ("charged", "acquitted", "convicted", "caution")

CARD = Card(
    slug="knife-forest",
    title="Knife crime forest (Thames Valley)",
    kind="person",
    operators=("thames-valley-police",),
    learns_from="crime reports in which somebody is a suspect, of any crime, and who else is",
    columns=("reported_day", "incident", "offence", "weapon", "outcome", "outcome_day"),
    also_reads=(AlsoReads("persons", ("birth_month", "sex"), True, "age and sex, where `inputs` is wider than what is named"),),
    flags="people whose last event of the year was predicted",
    horizon="one year from the event",
    fidelity="shape",
    sources=(
        Citation("Amnesty International UK (2025), Automated Racism, section 4.6, notes 665-669"),
        Citation("Thames Valley Police Journal 7 (2022), Predicting Knife Crime: an individual and network-based approach, as reported there", mark="recalled"),
        Citation("Breiman (2001), Random Forests, Machine Learning 45, 5-32", mark="recalled"),
    ),
    readings=(
        Reading("perpetrator", "Who is the perpetrator of a reported crime?", "suspect", ("suspect", "charged"),
                "the force's word for whoever its crime data name; suspects outnumber those charged", "whose events are predicted"),
        Reading("knife", "What is a knife crime?", "any", ("any", "used"), "not said: any crime with a knife told of, or without mere possession",
                "how often the forest can be right"),
        Reading("inputs", "What is it told beside the three inputs that are named?", "wider", ("wider", "named"),
                "'includes' says that there are more; age, sex and counts of crimes are what any such data hold", "how much it can tell people apart"),
        Reading("learnt_years", "From how many years of events does it learn?", 3.0, (1.0, 3.0, 5.0), "64,700 events; over how long is not told",
                "how much it has to learn from", unit="years"),
        Reading("trees", "How many trees?", 200, (100, 200, 500), "not published", "little, beyond some number"),
        Reading("draw", "Is each tree shown as many of both kinds, or as they come?", "balanced", ("balanced", "as-they-come"),
                "knife crimes are rare, and without balance hardly any event is predicted by more than half of the trees", "whom a majority of trees predicts"),
        Reading("flagging", "From how many votes on is an event predicted?", "tuned", ("tuned", "majority"),
                "7 % of events were predicted, so from as many as give that among people it was not grown on; more than half is the usual rule",
                "how many are flagged"),
        Reading("asked", "Does a prediction stand as made at the last event, or is it made anew each day?", "at-event", ("at-event", "daily"),
                "events generate predictions", "how far a flag fades between events"),
    ),
    not_rebuilt=(
        "the whole list of inputs, the number of trees, class weights and the cut, which are not published",
        "its recall: not published either; what follows from the rest is told in Model.tried",
        "any use: none is on record",
    ),
    known=(
        "A random forest predicts if a perpetrator in any reported crime would commit a knife crime within one year (Amnesty International UK 2025, section "
        "4.6, note 665).",
        "Its data: over 54,000 unique crimes and over 26,000 unique perpetrators (Amnesty International UK 2025, section 4.6, note 666).",
        "Among its inputs: times as perpetrator of violent crime, recency of the latest knife crime, co-offenders' earlier knife crimes (Amnesty International "
        "UK 2025, section 4.6, note 667).",
        "Over 64,700 events generated a prediction, and 7 per cent were predicted to be followed by a knife crime (Amnesty International UK 2025, section 4.6, "
        "note 668).",
        "'Of all those predicted to commit a knife crime, just 1 in 5 actually do' (Amnesty International UK 2025, section 4.6, note 669).",
        "That is about 4,530 events predicted, 900 rightly and 3,600 wrongly (computed).",
    ),
    next_review="2027-11",
)  # fmt: skip


@dataclass(frozen=True)
class Tried:
    """Events of people whom the forest was not grown on: predicted or not, followed by a knife crime or not."""

    right: int
    wrong: int
    missed: int
    left_alone: int

    @property
    def predicted(self) -> float:
        """Share of events predicted."""
        return (self.right + self.wrong) / max(1, self.events)

    @property
    def precision(self) -> float:
        """Share of predicted events that were followed by a knife crime; nan where none was predicted."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else float("nan")

    @property
    def recall(self) -> float:
        """Share of events followed by a knife crime that were predicted; nan where none was followed by one."""
        return self.right / (self.right + self.missed) if self.right + self.missed else float("nan")

    @property
    def wrongly_predicted(self) -> float:
        """Share of events not followed by a knife crime that were predicted."""
        return self.wrong / max(1, self.wrong + self.left_alone)

    @property
    def events(self) -> int:
        """How many events it was tried on."""
        return self.right + self.wrong + self.missed + self.left_alone


@dataclass(frozen=True, eq=False, repr=False)
class Model:
    """A grown forest, the share of votes from which on it predicts, and how it did on other people."""

    forest: Forest
    cut: float
    tried: Tried
    until: dt.date


def fit(
    person_records: RecordBook,
    *,
    until: dt.date,
    seed: int = 1,
    jobs: int = 1,
    perpetrator: str = "suspect",
    knife: str = "any",
    inputs: str = "wider",
    learnt_years: float = 3.0,
    trees: int = 200,
    draw: str = "balanced",
    flagging: str = "tuned",
) -> Model:
    """Grow the forest on events whose year was over by a day.

    Args:
        person_records: the book.
        until: the last day learnt from.
        seed: of who is grown on and who is tried on, and of the trees.
        jobs: threads; the result is the same for any number.
        perpetrator, knife, inputs, learnt_years, trees, draw, flagging: readings of the card.

    Raises:
        CannotAnswer: no events, or none followed by a knife crime.
        BadSetting: an unknown choice of a reading.
    """
    settled(CARD, {"learnt_years": learnt_years, "trees": trees, "draw": draw, "flagging": flagging})
    book, last = person_records.known(until), day_number(until) - YEAR_DAYS
    who, day = events_of(book, perpetrator=perpetrator)
    learnt = np.flatnonzero((day <= last) & (day > last - learnt_years * YEAR_DAYS))
    if not len(learnt):
        raise CannotAnswer(
            f"No event of a perpetrator in the {learnt_years:g} years before {until} less one is on record. "
            "Choose another reading, or take more people or a longer time."
        )
    learnt = learnt[drawn(len(learnt), most=MOST_LEARNT_FROM, seed=seed)]
    who, day = who[learnt], day[learnt]
    knives = knife_crimes(book, perpetrator=perpetrator, knife=knife)
    followed = _past(book, knives, perpetrator).total(who, day + YEAR_DAYS, day + 1) > 0
    told = features_at(book, who, day, perpetrator=perpetrator, knife=knife, inputs=inputs)
    grown_on = np.random.default_rng(seed).random(len(book))[who] < 2 / 3  # by person, so that nobody is on both sides
    many = np.bincount(followed[grown_on], minlength=2)
    shown = (SHOWN_EACH, SHOWN_EACH) if draw == "balanced" else tuple(int(2 * SHOWN_EACH * one / max(1, many.sum())) or 1 for one in many)
    forest = grow({name: values[grown_on] for name, values in told.items()}, followed[grown_on], classes=CLASSES, trees=int(trees), per_class=shown,
                  least_in_leaf=LEAST_IN_LEAF, seed=seed, jobs=jobs)  # fmt: skip
    votes = forest.votes({name: values[~grown_on] for name, values in told.items()}, jobs=jobs)[:, 1]
    cut = _cut(votes) if flagging == "tuned" else np.nextafter(0.5, 1)
    predicted, came = votes >= cut, followed[~grown_on]
    tried = Tried(int((predicted & came).sum()), int((predicted & ~came).sum()), int((~predicted & came).sum()), int((~predicted & ~came).sum()))
    return Model(forest, float(cut), tried, until)


def score(
    person_records: RecordBook,
    *,
    on: dt.date,
    model: Model | None = None,
    perpetrator: str = "suspect",
    knife: str = "any",
    inputs: str = "wider",
    learnt_years: float = 3.0,
    trees: int = 200,
    draw: str = "balanced",
    flagging: str = "tuned",
    asked: str = "at-event",
) -> Scored:
    """Share of trees that predict a knife crime, for everybody with an event in the last year.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        model: from `fit`; None: grown on the same book on the same day.
        perpetrator, knife, inputs, learnt_years, trees, draw, flagging, asked: readings of the card.

    Returns:
        Scored: two bands, of which the second, predicted, is flagged.

    Raises:
        CannotAnswer: too little to learn from.
        BadSetting: an unknown choice of a reading.
    """
    settled(CARD, {"asked": asked, "inputs": inputs, "knife": knife})
    grown = model or fit(
        person_records, until=on, perpetrator=perpetrator, knife=knife, inputs=inputs, learnt_years=learnt_years, trees=trees, draw=draw, flagging=flagging
    )
    book, day = person_records.known(on), day_number(on)
    last = np.full(len(book), -OPEN, dtype=np.int64)
    np.maximum.at(last, *events_of(book, perpetrator=perpetrator))
    people = np.flatnonzero(last > day - YEAR_DAYS)
    at = last[people] if asked == "at-event" else np.full(len(people), day)
    votes = grown.forest.votes(features_at(book, people, at, perpetrator=perpetrator, knife=knife, inputs=inputs))[:, 1]
    found, band = np.full(len(book), np.nan), np.full(len(book), -1, dtype=np.int8)
    found[people], band[people] = votes, votes >= grown.cut
    return Scored("knife-forest", on, book.provenance, found, band, ("not predicted", "predicted"), band == 1)


def events_of(book: RecordBook, *, perpetrator: str = "suspect") -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Who was the perpetrator of a reported crime, and on which day that was on record; in order of person and day, one for each incident.

    Raises:
        BadSetting: an unknown choice.
    """
    on = _on_record(book, perpetrator)
    chosen = one_per_incident(book, _perpetrators(book, perpetrator), by=-on)
    who, day = book.rows.who[chosen].astype(np.int64), on[chosen].astype(np.int64)
    order = np.lexsort((day, who))
    return who[order], day[order]


def knife_crimes(book: RecordBook, *, perpetrator: str = "suspect", knife: str = "any") -> NDArray[np.bool_]:
    """Rows of knife crimes held against somebody, shape (rows,)."""
    settled(CARD, {"knife": knife})
    with_knife = _perpetrators(book, perpetrator) & book.is_row(weapon="knife")
    return with_knife & ~book.is_row(offence="weapons_possession") if knife == "used" else with_knife


def features_at(
    book: RecordBook, who: NDArray[Any], day: NDArray[Any], *, perpetrator: str = "suspect", knife: str = "any", inputs: str = "wider"
) -> dict[str, NDArray[np.float64]]:
    """What the forest is told of people, each as it stood on record at the end of a day, the event of that day among it; each of shape (asked,).

    Args:
        book: as known on a day no earlier than any of those asked about.
        who, day: positions of people, and day numbers.
        perpetrator, knife, inputs: readings of the card.

    Raises:
        BadSetting: an unknown choice.
    """
    settled(CARD, {"inputs": inputs})
    crimes, knives = _perpetrators(book, perpetrator), knife_crimes(book, perpetrator=perpetrator, knife=knife)
    with_knife, on = _past(book, knives, perpetrator), _on_record(book, perpetrator)
    together = co_offenders_of(book, crimes, on)
    told = {
        "violent crimes": _past(book, one_per_incident(book, crimes & book.is_row(offence=VIOLENT), by=-on), perpetrator).total(who, day),
        "years since knife crime": years_since(with_knife.last(who, day), on=day),
        "co-offenders": past_of(together.who, together.day).total(who, day),
        "co-offenders' knife crimes": past_of(*together.deeds(book.rows.who[knives], on[knives])).total(who, day),
    }
    if inputs == "named":
        return told
    every = _past(book, one_per_incident(book, crimes, by=-on), perpetrator)
    age = np.floor_divide(np.asarray(day, dtype="datetime64[D]").astype("datetime64[M]").astype(np.int64) - book.born[who], 12)
    return {
        **told,
        "crimes": every.total(who, day),
        "crimes in the last year": every.total(who, day, np.asarray(day) - YEAR_DAYS + 1),
        "knife crimes": with_knife.total(who, day),
        "age": age.astype(float),
        "is male": (book.sex[who] == SEXES.index("male")).astype(float),
    }


def features(
    person_records: RecordBook, *, on: dt.date, perpetrator: str = "suspect", knife: str = "any", inputs: str = "wider"
) -> dict[str, NDArray[np.float64]]:
    """What the forest would be told of everybody on a day, each of shape (people,); arguments as for `features_at`."""
    book = person_records.known(on)
    return features_at(book, np.arange(len(book)), np.full(len(book), day_number(on)), perpetrator=perpetrator, knife=knife, inputs=inputs)


def _perpetrators(book: RecordBook, perpetrator: str) -> NDArray[np.bool_]:
    settled(CARD, {"perpetrator": perpetrator})
    suspects = book.is_row("crime_report", role="suspect")
    return suspects & book.is_row(outcome=CHARGED) if perpetrator == "charged" else suspects


def _on_record(book: RecordBook, perpetrator: str) -> NDArray[np.int32]:
    """The day from which each row can tell: when it was reported, or when somebody was charged."""
    return np.maximum(book.rows.reported, book.rows.outcome_day) if perpetrator == "charged" else book.rows.reported


def _past(book: RecordBook, chosen: NDArray[np.bool_], perpetrator: str) -> Past:
    return past_of(book.rows.who[chosen], _on_record(book, perpetrator)[chosen])


def _cut(votes: NDArray[np.float64]) -> float:
    """The share of votes from which on as near to PREDICTED of events are predicted as votes that are alike allow."""
    if not len(votes):
        return 1.0
    levels, counts = np.unique(votes, return_counts=True)
    over = np.cumsum(counts[::-1])[::-1] / len(votes)
    return float(levels[np.abs(over - PREDICTED).argmin()])
