"""Integrated Offender Management model: who, not yet of high harm, is likely to become so?

West Midlands Police's model of harm to come, beside its score of harm so far (rfsdi.py). Its sources are public, and so is what it foretells: that
somebody who has not reached the threshold of high harm reaches it. That it reads victims and people reported missing is public too, and that
suspects were left out at first and then let in. Which model it is, what its variables are beyond "over the last eight years", what they weigh and
how far ahead it looks is not. So a regression and boosted trees both stand here.

    told     what the named sources hold of each person in the last eight years
    learnt   of those below the threshold some months ago, who has crossed it since, by the score of harm and the cut of that time

Not reconstructed: see CARD.not_rebuilt.

Steps, in order:  known -> rfsdi.nominals and harm -> features -> fit (cohorts of the past) -> probability -> bands at the published shares

Read with care: to become of high harm is to have more harm put on record. Where police look more, more people become so, and the model learns that.

Source: West Midlands Police, Ethics Committee briefing note (3 April 2019); Data Analytics Lab (2022), as reported by Amnesty International UK (2025),
section 4.5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.citation import Citation
from ..tables.errors import BadSetting, CannotAnswer
from ..tables.person_words import SEXES
from ..tables.record_rows import day_number
from ..tables.scored import Scored, banded
from . import rfsdi
from .card import AlsoReads, Card, Reading
from .offence_sets import ACQUISITIVE, VIOLENT
from .person_logistic import LEAST, Logistic, fit_logistic
from .person_past import drawn, months_earlier, years_since
from .person_settings import settled
from .severity_sums import in_window

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

BANDS = rfsdi.BANDS
YEARS = 8.0
"""Over how many years variables are computed."""
COHORTS = 3
"""Periods of the past learnt from, one before the other."""
CHECKS = 4
"""Times in a period at which it is looked up who has crossed the threshold."""
MOST_LEARNT_FROM = 50_000
ROUNDS, LEAST_IN_LEAF = 60, 40
SOURCES = ("intelligence", "custody", "prison", "organised crime", "stops", "drugs", "victims", "missing", "networks")

CARD = Card(
    slug="iom",
    title="Integrated Offender Management model (West Midlands)",
    kind="person",
    operators=("west-midlands-police",),
    learns_from="crimes, arrests, prison, intelligence, stops, drug tests, gang markers, networks, and having been a victim or missing",
    columns=("reported_day", "until", "incident", "offence", "outcome", "outcome_day", "marker"),
    also_reads=(AlsoReads("persons", ("birth_month", "sex"), True, "age and sex, unless `age_and_sex` leaves them out"),),
    flags="the bands high and super high of the prediction",
    horizon="12 months assumed",
    fidelity="shape",
    sources=(
        Citation("Amnesty International UK (2025), Automated Racism, section 4.5, notes 630-664"),
        Citation("West Midlands Police (3 April 2019), Ethics Committee briefing note on the IOM model, as reported there", mark="recalled"),
        Citation("Babuta (2022), Independent Report on the West Midlands Police RFSDi Harm Score and Integrated Offender Management Model, as reported there",
                 mark="recalled"),
    ),
    readings=(
        Reading("family", "What kind of model is it?", "logistic", ("logistic", "boosted"),
                "'a statistical model' that gives a probability, called machine learning elsewhere; boosted trees are the other usual choice",
                "who is flagged"),
        Reading("months", "How far ahead does it look?", 12.0, (12.0, 24.0), "not published", "whom it learns from, and whom it flags", unit="months"),
        Reading("becomes", "Which band is high harm?", "high", ("high", "super-high"),
                "'high harm' is what the note calls the threshold, and high the third of four bands", "how rare what it foretells is"),
        Reading("suspects", "Are people scored, and crimes counted, on suspicion alone?", "counted", ("counted", "left-out"),
                "left out at first for ethical concerns, added by February 2023", "who is scored at all", mark="known"),
        Reading("already_high", "Are people scored who have reached the threshold?", "left-out", ("left-out", "scored"),
                "'who has not yet reached that threshold'; but 357,561 people are said to be given a harm score and a prediction", "who can be flagged",
                mark="known"),
        Reading("left_out", "Which source is left out, to see what rests on it?", "none", ("none", *SOURCES), "all are published as sources",
                "who is flagged for what was noted of them, or done to them", mark="known"),
        Reading("age_and_sex", "Is it told age and sex?", True, (True, False), "not among the named data; the dashboard sorts by age", "who is flagged"),
    ),
    not_rebuilt=(
        "the model, its variables, weights and cut-offs, which are not published",
        "organised crime group data, for which a gang marker stands; the tasking system Corvus and the log of events, which no table here has",
        "use of alcohol, which no table here has",
        "where the bands are cut: the report gives one count for each band and not whether it is of the harm score or of the prediction, so both are cut there",
    ),
    known=(
        "It estimates 'the probability of a defendant becoming high harm, who has not yet reached that threshold' (Amnesty International UK 2025, section 4.5, "
        "note 630).",
        "Sources: crimes, intelligence, custody, prison notifications, tasking, organised crime groups, events, stop and search, drug intervention (Amnesty "
        "International UK 2025, section 4.5.1, note 637).",
        "Data go back 20 years and variables are computed over eight (Amnesty International UK 2025, section 4.5.1, note 638).",
        "It reads that somebody was a victim or missing (Amnesty International UK 2025, section 4.5.1, note 639), and is mentioned in intelligence (note 642).",
        "Suspect data were left out at first for ethical concerns, then added (Amnesty International UK 2025, section 4.5.1, notes 643-646).",
        "July 2023: 357,561 people; low 297,297, high/medium 39,065, high 6,981, super high 470 (Amnesty International UK 2025, section 4.5.1, notes 647-648).",
        "Biases 'may have arisen from a self-fulfilling prophecy process', the force says (Amnesty International UK 2025, section 4.5.2, note 652).",
        "Black people were 2.4 times as likely to be in the high harm group as north European people (Amnesty International UK 2025, section 4.5.2, note 653).",
        "People in prison were scored high, people held to be of high risk were missed (Amnesty International UK 2025, section 4.5.2, notes 654-657).",
        "It goes into meetings with probation and can influence licence conditions (Amnesty International UK 2025, section 4.5.3, notes 663-664).",
    ),
    next_review="2027-11",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Boosted:
    """Boosted trees and the features they were told of."""

    names: tuple[str, ...]
    learner: Any

    def probability(self, told: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """Probability of each person, shape (people,); on one thread, since sums made by several differ in their last digits."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):
            return np.asarray(self.learner.predict_proba(np.stack([told[name] for name in self.names], axis=1))[:, 1])


@dataclass(frozen=True, eq=False, repr=False)
class Model:
    """What has been learnt, and from how many: one person counts once for each cohort they were in."""

    learner: Logistic | Boosted
    n: int
    positives: int
    until: dt.date


def fit(
    person_records: RecordBook,
    *,
    until: dt.date,
    seed: int = 1,
    family: str = "logistic",
    months: float = 12.0,
    becomes: str = "high",
    suspects: str = "counted",
    left_out: str = "none",
    age_and_sex: bool = True,
) -> Model:
    """Learn who of those below the threshold has crossed it, from up to COHORTS periods before a day.

    Args:
        person_records: the book.
        until: the last day learnt from.
        seed: of the draw of people, where there are many.
        family, months, becomes, suspects, left_out, age_and_sex: readings of the card.

    Raises:
        CannotAnswer: too few people or crossings, or too short a record.
        BadSetting: an unknown choice of a reading.
    """
    settled(CARD, {"family": family, "months": months, "becomes": becomes})
    if months <= 0:
        raise BadSetting("months is how far ahead the model looks, so it is above zero.")
    told, crossed = [], []
    for number in range(1, COHORTS + 1):
        start = months_earlier(until, number * months)
        then = person_records.known(start)
        harm, people = rfsdi.harm_of(then, on=start, suspects=suspects), rfsdi.nominals(then, suspects=suspects)
        cut = _threshold(harm[people], becomes)
        below = np.flatnonzero(people & (harm < cut))
        below = below[drawn(len(below), most=MOST_LEARNT_FROM // COHORTS, seed=seed + number)]
        if not len(below):
            continue
        before = features(person_records, on=start, suspects=suspects, becomes=becomes, left_out=left_out, age_and_sex=age_and_sex)
        told.append({name: values[below] for name, values in before.items()})
        crossed.append(_crossed(person_records, below, start=start, months=months, cut=cut, suspects=suspects))
    if not told:
        raise CannotAnswer(
            f"Nobody was on record {months:g} months before {until}, so nothing can be learnt of who became of high harm. Choose another reading, or take more "
            "people or a longer time."
        )
    every, outcome = {name: np.concatenate([one[name] for one in told]) for name in told[0]}, np.concatenate(crossed)
    learner = fit_logistic(every, outcome) if family == "logistic" else _boosted(every, outcome, seed=seed)
    return Model(learner, len(outcome), int(outcome.sum()), until)


def score(
    person_records: RecordBook,
    *,
    on: dt.date,
    model: Model | None = None,
    family: str = "logistic",
    months: float = 12.0,
    becomes: str = "high",
    suspects: str = "counted",
    already_high: str = "left-out",
    left_out: str = "none",
    age_and_sex: bool = True,
) -> Scored:
    """The probability of becoming of high harm, for everybody with a crime on record who has not.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        model: from `fit`; None: learnt from the same book on the same day.
        family, months, becomes, suspects, already_high, left_out, age_and_sex: readings of the card.

    Returns:
        Scored: bands as in BANDS, cut where they hold the published shares of those scored; the upper two are flagged.

    Raises:
        CannotAnswer: too little to learn from.
        BadSetting: an unknown choice of a reading.
    """
    settled(CARD, {"family": family, "already_high": already_high})
    book = person_records.known(on)
    spoken_of = rfsdi.nominals(book, suspects=suspects)
    if already_high == "left-out":
        harm = rfsdi.harm_of(book, on=on, suspects=suspects)
        spoken_of &= harm < _threshold(harm[spoken_of], becomes)
    told = features(book, on=on, suspects=suspects, becomes=becomes, left_out=left_out, age_and_sex=age_and_sex)
    learnt = model or fit(
        person_records, until=on, family=family, months=months, becomes=becomes, suspects=suspects, left_out=left_out, age_and_sex=age_and_sex
    )
    found = np.full(len(book), np.nan)
    found[spoken_of] = learnt.learner.probability({name: values[spoken_of] for name, values in told.items()})
    band = banded(found, rfsdi.cuts_of(found[spoken_of]))
    return Scored("iom", on, book.provenance, found, band, BANDS, band >= BANDS.index("high"))


def features(
    person_records: RecordBook, *, on: dt.date, suspects: str = "counted", becomes: str = "high", left_out: str = "none", age_and_sex: bool = True
) -> dict[str, NDArray[np.float64]]:
    """What the named sources hold of each person in the last eight years, each of shape (people,); counts as log of 1 + count.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        suspects, becomes, left_out, age_and_sex: readings of the card.

    Raises:
        BadSetting: an unknown choice of a reading.
    """
    settled(CARD, {"left_out": left_out, "age_and_sex": age_and_sex, "becomes": becomes})
    book, day = person_records.known(on), day_number(on)
    recent = in_window(book.rows.day, day, YEARS * 12)
    held, proved = (rfsdi.crimes(book, suspects=how) & recent for how in (suspects, "left-out"))
    harm = rfsdi.harm_of(book, on=on, suspects=suspects)
    ties = book.ties(held)
    is_high = (harm >= _threshold(harm[rfsdi.nominals(book, suspects=suspects)], becomes)).astype(float)

    def times(event: str, **words: str | tuple[str, ...]) -> NDArray[np.float64]:
        return np.log1p(book.count(recent & book.is_row(event, **words)))

    told = {
        "crimes": {
            "crimes": np.log1p(book.count(held)),
            "crimes beyond suspicion": np.log1p(book.count(proved)),
            "violent crimes": np.log1p(book.count(held & book.is_row(offence=VIOLENT))),
            "acquisitive crimes": np.log1p(book.count(held & book.is_row(offence=ACQUISITIVE))),
            "harm": np.log1p(harm),
            "years since crime": np.log1p(years_since(book.last_day(held), on=day)),
        },
        "intelligence": {"intelligence reports": times("intelligence", role=("subject", "associate"))},
        "custody": {"arrests": times("arrest")},
        "prison": {"stays in prison": times("prison"), "in prison": book.is_within("prison", on).astype(float)},
        "organised crime": {"gang marker": book.is_within("marker", on, marker="gang").astype(float)},
        "stops": {"stops": times("stop")},
        "drugs": {"drug tests": times("drug_test")},
        "victims": {"victim": times("crime_report", role="victim")},
        "missing": {"missing": times("missing")},
        "networks": {"co-offenders": np.log1p(np.diff(ties.indptr)), "co-offenders of high harm": np.log1p((ties > 0).astype(float) @ is_high)},
    }
    if age_and_sex:
        told["person"] = {"age": book.age_on(on).astype(float), "is male": (book.sex == SEXES.index("male")).astype(float)}
    return {name: values for source, inputs in told.items() if source != left_out for name, values in inputs.items()}


def _threshold(harm: NDArray[np.float64], becomes: str) -> float:
    """The harm from which on people are in the band, or above."""
    return rfsdi.cuts_of(harm)[1 if becomes == "high" else 2]


def _crossed(person_records: RecordBook, people: NDArray[np.int64], *, start: dt.date, months: float, cut: float, suspects: str) -> NDArray[np.bool_]:
    """Who of some people had reached the cut at one of CHECKS times after the start; shape (people,)."""
    rows = person_records.rows
    theirs = replace(person_records, rows=rows[np.isin(rows.who, people)], _known={})
    crossed = np.zeros(len(people), dtype=bool)
    for check in range(1, CHECKS + 1):
        day = months_earlier(start, -months * check / CHECKS)
        crossed |= rfsdi.harm_of(theirs.known(day), on=day, suspects=suspects)[people] >= cut
    return crossed


def _boosted(told: dict[str, NDArray[np.float64]], outcome: NDArray[np.bool_], *, seed: int) -> Boosted:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    if outcome.sum() < LEAST:
        raise CannotAnswer(f"{int(outcome.sum()):,} of {len(outcome):,} people became of high harm; trees take at least {LEAST}. Choose another reading.")
    learner: Any = HistGradientBoostingClassifier(max_iter=ROUNDS, min_samples_leaf=LEAST_IN_LEAF, early_stopping=False, random_state=seed)
    with threadpool_limits(1):
        learner.fit(np.stack(list(told.values()), axis=1), outcome)
    return Boosted(tuple(told), learner)
