"""HART: of somebody just arrested in County Durham, will trees grown on earlier arrests say high, moderate or low?

Durham Constabulary's Harm Assessment Risk Tool: 509 trees, 34 predictors, a vote for one of three classes over the next two years. High stands
for a new serious offence, moderate for another offence, low for none. The forest was made to err on the side of caution, by showing its trees
more of those who went on to offend gravely; how many more is set here so that one kind of error is about five times as frequent as the other.

Reconstructed: classes, number of trees, predictors by their recalled names, and the draws, found by trial until the errors left out of the trees
stand five to one. Not reconstructed: see CARD.not_rebuilt.

Steps, in order:  known -> custody_events -> hart_predictors -> (fit: outcomes -> tilt -> hart_forest) -> votes -> the class with most

Read with care: "98 per cent accurate when low" leaves out those forecast low who offended, only not gravely: see `as_announced`.

Source: Oswald, Grace, Urwin & Barnes (2018), Information & Communications Technology Law 27(2), 223-250; University of Cambridge (2018); see CARD.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.citation import Citation
from ..tables.record_rows import day_number
from ..tables.scored import Scored
from .card import AlsoReads, Card, Reading
from .hart_forest import Grown, grow_to_ratio
from .hart_predictors import SERIOUS, CustodyEvents, custody_events, offences_on_record, predictors
from .person_forest import most_voted
from .person_past import drawn, on_record
from .person_settings import settled

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from ..tables.record_book import RecordBook

TREES = 509
CLASSES = ("low", "moderate", "high")
FOLLOW_DAYS = 730
"""Two years."""
LEARNT_DAYS = 5 * 365
"""Custody events of five years, 2008 to 2012, each followed for two."""
MOST = 20_000
"""Custody events learnt from at most, drawn by lot; Durham had 104,000."""
BANDS_ARE_NOT_CUTS = True  # the class with most votes; the score is the share of one of the three

CARD = Card(
    slug="hart",
    title="HART (Harm Assessment Risk Tool)",
    kind="person",
    operators=("durham-police",),
    learns_from="arrests, offences on record, intelligence, age, sex, and where the person lives",
    columns=("reported_day", "offence"),
    also_reads=(AlsoReads("persons", ("birth_month", "sex", "area"), True, "age, sex, and the outward postcode, for which the area stands"),),
    flags="those forecast high, who were to be charged and not offered rehabilitation",
    horizon="24 months",
    fidelity="close",
    sources=(
        Citation("Oswald, Grace, Urwin & Barnes (2018), Algorithmic risk assessment policing models: Lessons from the Durham HART model, Information & "
                 "Communications Technology Law 27(2), 223-250", doi="10.1080/13600834.2018.1458455", mark="recalled"),
        Citation("Urwin (2016), Algorithmic forecasting of offender dangerousness for police custody officers, thesis, University of Cambridge, appendix",
                 mark="recalled"),
        Citation("University of Cambridge (2018), Helping police make custody decisions using artificial intelligence"),
        Citation("Amnesty International UK (2025), Automated Racism, section 1.4.2, notes 77-84"),
        Citation("Police Professional, 25 January 2022, on the pilot of 2016-17"),
        Citation("Government Technology, 10 May 2017, AI system used to assess risk of reoffending",
                 url="http://governmenttechnology.co.uk/news/10052017/ai-system-used-assess-risk-reoffending"),
    ),
    readings=(
        Reading("recent_days", "Whose custody is it about?", 91, (28, 91, 365), "it was asked at each arrest; a quarter of a year gives enough people to count",
                "who has a score", unit="days"),
        Reading("history", "Which offences make up a person's past?", "reports", ("reports", "arrests", "sanctions"),
                "the force's own records of offending; whether suspicion sufficed is not public",
                "every predictor but age, sex, home, custody and intelligence"),
        Reading("outcome", "What counts as offending again?", "arrests", ("reports", "arrests", "sanctions"),
                "a new offence that led to custody again is what custody records can tell", "what is foretold"),
        Reading("postcode", "Is the home area a predictor?", True, (True, False), "it was, and was to be dropped in a refresh",
                "how far a neighbourhood decides", mark="known"),
        Reading("cost_ratio", "How many cautious errors to each dangerous one?", 5.0, (1.0, 3.0, 5.0, 10.0),
                "12.06 over 2.38 per cent in the validation, recalled; these are shares of two kinds of forecast, and counted in people the same figures "
                "give about 3", "how many are forecast high", unit="errors", mark="recalled"),
    ),
    not_rebuilt=(
        "the fitted trees and the cost values, which are not public",
        "CustodyMosaicCodeTop28: a commercial code of neighbourhoods, for which no table here stands; it is the same for everybody",
        "PriorSexRegOffenceCount: breaches of sex-offender registration, which no word of these tables stands for; it is 0 for everybody",
        "the outward postcode: the home area stands for it, as it is now and not as it was at each arrest",
        "officers' own forecasts, and what the programme Checkpoint did",
    ),
    known=(
        "It assessed more than 12,000 people from 2016 to 2021 and put 3,292 of them in the high class, who were to be charged and not offered a "
        "rehabilitative programme (Amnesty International UK 2025, section 1.4.2, note 83).",
        "Some of its data 'could be viewed as indirectly related to measures of community deprivation' (Amnesty International UK 2025, note 79).",
        "It was 'deliberately overestimating the risk' of some people (Amnesty International UK 2025, note 80).",
        "It was evaluated at just over half right (Amnesty International UK 2025, note 81); in the pilot of 2016-17 it was right on 53.8 %, officers on "
        "52.2 % (Police Professional, 25 January 2022).",
        "It used data profiles found racist and discriminatory (Amnesty International UK 2025, note 82).",
        "It learnt from 104,000 custody events over five years, each followed for two (University of Cambridge 2018).",
        "Low was said to be right 98 % of the time and high 88 % (Government Technology, 10 May 2017).",
        "Recalled, not re-read: in the validation of 2013 it was right on 62.8 %; recall of high, moderate and low 52.8, 67.3 and 60.4 %; precision 33.8, 63.8 "
        "and 78.6 %; of those forecast high 12.1 % did not offend, of those forecast low 2.4 % offended gravely (Oswald et al. 2018, table).",
        "It was given up in 2021 because of what it took to refine and refresh it under ethical and legal oversight (Amnesty International UK 2025, note 84).",
    ),
    next_review="2027-11",
)  # fmt: skip


@dataclass(frozen=True)
class Model:
    """What has been learnt from custody events whose two years were over.

    Attributes:
        grown: the forest, how its trees were shown the classes, and how it erred on what they were not shown.
        areas: order of home areas, by how often a serious offence followed; all those outside the 24 commonest share one place.
        settings: readings it was learnt with.
        until: the last day learnt from.
    """

    grown: Grown
    areas: NDArray[np.float64]
    settings: dict[str, Any]
    until: dt.date


def fit(person_records: RecordBook, *, until: dt.date, seed: int = 1, **settings: Any) -> Model:
    """Grow the forest on custody events of five years that ended two years before a day.

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
    end = day_number(until) - FOLLOW_DAYS
    events = custody_events(book, first=end - LEARNT_DAYS + 1, last=end)
    events = events[drawn(len(events), most=MOST, seed=seed)]
    came = outcomes(book, events, outcome=chosen["outcome"])
    areas = _order_of_areas(book, events, came == CLASSES.index("high"))
    known = predictors(book, events, history=chosen["history"], areas=areas if chosen["postcode"] else None)
    return Model(grow_to_ratio(known, came, classes=CLASSES, trees=TREES, ratio=chosen["cost_ratio"], seed=seed), areas, chosen, until)


def score(
    person_records: RecordBook,
    *,
    on: dt.date,
    recent_days: int = 91,
    history: str = "reports",
    outcome: str = "arrests",
    postcode: bool = True,
    cost_ratio: float = 5.0,
    model: Model | None = None,
    seed: int = 1,
) -> Scored:
    """Share of trees that vote high for each person arrested of late, and the class with most votes.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        recent_days, history, outcome, postcode, cost_ratio: readings of the card; but for the first, a model given has its own.
        model: from `fit`; None: fitted on the same book as at that day.
        seed: of the draws, where it is fitted.

    Returns:
        Scored: of each person's last custody event, by what was on record before it. Whoever was not arrested has no score.

    Raises:
        BadSetting, CannotAnswer: see `fit`.
    """
    given = {"recent_days": recent_days, "history": history, "outcome": outcome, "postcode": postcode, "cost_ratio": cost_ratio}
    settled(CARD, given)
    found = model or fit(person_records, until=on, seed=seed, **given)
    book = person_records.known(on)
    events = custody_events(book, first=day_number(on) - recent_days + 1, last=day_number(on)).last_of_each()
    votes = found.grown.forest.votes(predictors(book, events, history=found.settings["history"], areas=found.areas if found.settings["postcode"] else None))
    share, band = np.full(len(book), np.nan), np.full(len(book), -1, dtype=np.int8)
    share[events.who], band[events.who] = votes[:, CLASSES.index("high")], most_voted(votes)
    return Scored("hart", on, book.provenance, share, band, CLASSES, band == CLASSES.index("high"))


def features(person_records: RecordBook, *, on: dt.date, recent_days: int = 91, history: str = "reports") -> dict[str, NDArray[np.float64]]:
    """The 34 predictors at each person's last custody event of late; nan for whoever was not arrested; areas as they are numbered.

    Args:
        person_records: the book.
        on: the day up to whose end records are used.
        recent_days, history: readings of the card.
    """
    book = person_records.known(on)
    events = custody_events(book, first=day_number(on) - recent_days + 1, last=day_number(on)).last_of_each()
    found = {}
    for name, values in predictors(book, events, history=history, areas=np.arange(len(book.areas) + 1, dtype=float)).items():
        found[name] = np.full(len(book), np.nan)
        found[name][events.who] = values
    return found


def outcomes(book: RecordBook, events: CustodyEvents, *, outcome: str = "arrests") -> NDArray[np.int8]:
    """What came on record in the two years after each event, the day itself left out: position in CLASSES, shape (events,).

    Raises:
        BadSetting: an unknown choice of the reading.
    """
    anything = offences_on_record(book, outcome)
    grave = anything & book.is_row(offence=SERIOUS)
    after = {"since": events.day + 1, "until": events.day + FOLLOW_DAYS}
    came = on_record(book, anything).total(events.who, **after) > 0
    return np.where(on_record(book, grave).total(events.who, **after) > 0, 2, came).astype(np.int8)


def recalled_table() -> NDArray[np.float64]:
    """Shares of all people by forecast (row) and what came (column), low to high, as the recalled figures of 2013 imply; shape (3, 3).

    From precision, recall and the two shares of grave error; see CARD.known. They add up to within half a per cent, as rounded figures do.
    Every figure is recalled, so this is for teaching and not a test of anything.
    """
    precision, recall = np.array([0.786, 0.638, 0.338]), np.array([0.604, 0.673, 0.528])
    of_forecast = recall / precision  # people forecast for each to whom it came
    shares = np.linalg.lstsq(np.array([[1, 1, 1], of_forecast, recall]), np.array([1, 1, 0.628]), rcond=None)[0]
    table = np.diag(recall * shares)
    table[0, 2], table[2, 0] = 0.0238 * of_forecast[0] * shares[0], 0.1206 * of_forecast[2] * shares[2]
    table[0, 1] = of_forecast[0] * shares[0] - table[0, 0] - table[0, 2]
    table[2, 1] = of_forecast[2] * shares[2] - table[2, 0] - table[2, 2]
    table[1, 0], table[1, 2] = shares[0] - table[:, 0].sum(), shares[2] - table[:, 2].sum()
    return table / table.sum()


def as_announced(table: NDArray[Any]) -> dict[str, float]:
    """The shares that were announced as accuracy, beside the shares of forecasts that came true.

    "98 % accurate when low" counts as right everybody forecast low who did not go on to a serious offence, those who offended
    otherwise among them; "88 % accurate when high" counts everybody forecast high who offended at all.

    Args:
        table: people, or shares of them, by forecast (row) and what came (column), low to high.

    Example:
        >>> {name: f"{share:.0%}" for name, share in as_announced(recalled_table()).items()}
        {'low, announced': '98%', 'low, came true': '79%', 'high, announced': '88%', 'high, came true': '34%'}
    """
    low, high = table[0], table[-1]
    return {
        "low, announced": float(1 - low[-1] / low.sum()), "low, came true": float(low[0] / low.sum()),
        "high, announced": float(1 - high[0] / high.sum()), "high, came true": float(high[-1] / high.sum()),
    }  # fmt: skip


def _order_of_areas(book: RecordBook, events: CustodyEvents, grave: NDArray[np.bool_]) -> NDArray[np.float64]:
    """A place for each area and, last, for none: the 24 commonest by how often a serious offence followed, all others together.

    So a cut of the order parts areas into two sets, as forests that know of categories part them.
    """
    home = book.area[events.who].astype(np.int64)
    home = np.where(home < 0, len(book.areas), home)
    people = np.bincount(home, minlength=len(book.areas) + 1)
    rate = np.bincount(home, grave, minlength=len(people)) / np.maximum(people, 1)
    common = np.argsort(-people, kind="stable")[:24]
    place = np.full(len(people), -1.0)
    place[common] = np.argsort(np.argsort(rate[common], kind="stable"), kind="stable")
    return place
