"""OGRS3: how likely is someone to be sanctioned again, from age, sex, and the number and dates of past sanctions?

The Offender Group Reconviction Scale of prison and probation, in its third version. A logistic formula with no more in it than sex, age,
the current offence, how many sanctions came before, and over how many years. It has no word for race; but the number of sanctions and the
age at the first are made by the police, and the first recorded sanction is a cliff: a man of 20 goes from 22 % to 49 % on a second one.

Reconstructed: the formula and its constants, all of it, to the published figures. Not reconstructed: how offence codes are grouped, beyond
the words that records have here.

Steps, in order:  sanctions_of -> features -> summed_terms -> probability -> banded

Read with care:
    It foretells proved reoffending: being caught, charged and sanctioned. Where one group is caught more for the same conduct, its figures
    are higher and come true more often. Implementations disagree on the sign for girls under 16 (`girls`): 1.57 logits at the age of 11.

Source: Howard, Francis, Soothill & Humphreys (2009), OGRS 3, Research Summary 7/09, Ministry of Justice, as implemented in public (see CARD).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.citation import Citation
from ..tables.errors import BadSetting
from ..tables.person_words import SEXES
from ..tables.scored import Scored, banded
from .card import AlsoReads, Card, Reading
from .offence_weights import categories
from .sanctions import COLUMNS, FOLLOW_UP, sanctions_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ..tables.record_book import RecordBook

CARD = Card(
    slug="ogrs3",
    title="Offender Group Reconviction Scale 3 (OGRS3)",
    kind="person",
    operators=("national-probation-service", "hm-prison-and-probation-service"),
    learns_from="nothing: its constants are fixed; it reads sanctions, age and sex",
    columns=COLUMNS,
    flags="people in the band from which a high chance of proved reoffending is spoken of",
    horizon="one and two years from the start of follow-up in the community",
    fidelity="exact",
    sources=(
        Citation("Howard, Francis, Soothill & Humphreys (2009), OGRS 3: the revised Offender Group Reconviction Scale, Ministry of Justice, as implemented in "
                 "R from it and from the German manual (Breiling et al. 2022), and in two further independent programs"),
        Citation("Ministry of Justice, hmpps-arns-risk-actuarial-api (MIT licence), OGRS3 of its earlier revisions, with test figures",
                 url="https://github.com/ministryofjustice/hmpps-arns-risk-actuarial-api"),
        Citation("Amnesty International UK (2025), Automated Racism, section 4.5.3, notes 661-662"),
    ),
    readings=(
        Reading("girls", "Is the term for girls under 16 negative or positive?", "negative", ("negative", "positive"),
                "three independent implementations have it negative; the ministry's own service had it positive, with a test that said so; the paper of 2009 "
                "was not re-read", "the figure of girls aged 10 to 15: at 11 by 1.57 logits", mark="recalled"),
        Reading("arithmetic", "The published constants, or the service's rounded ones?", "published", ("published", "service"),
                "the paper's; the service rounds constants to 4 or 5 places, gives whole percentages from 1 to 99, and has 0.0328, ten times the published "
                "figure, for sexual offences not against children", "whole percentages; sexual offences by 0.03 logits; little else", mark="known"),
        Reading("previous", "Which sanctions count as previous?", "before", ("before", "total"),
                "the service takes one off the total, so that the current one is not counted; a user who enters the total gets the other reading",
                "everybody by one sanction, most of all those on their first", mark="known"),
        Reading("follow_up", "From which day is the age taken?", "release", FOLLOW_UP,
                "the paper's: when the person is in the community; the service takes today where that is over two years ago, a third reading its own",
                "the age band of those who were in prison or whose sanction is long past", mark="known"),
        Reading("years", "Over one year or two?", 2, (1, 2), "bands are cut on two years", "every figure, and no band", "years", mark="known"),
        Reading("flag_from", "From which band is somebody acted on?", "medium", ("medium", "high", "very high"),
                "assumption: no one band decides; the score goes into reports, allocation and other tools", "how many are flagged"),
    ),
    not_rebuilt=(
        "the table from some 2,500 offence codes to 20 categories: here each word that records use has one category, a guess where it could have two",
        "ages to the day: a birth is known by its month here, so an age may run up to a month ahead",
    ),
    also_reads=(AlsoReads("persons", ("birth_month", "sex"), True, "age and sex"),),
    known=(
        "The Prison and Probation Service uses it to foretell reoffending (Amnesty International UK 2025, section 4.5.3, notes 661-662).",
        "The ministry retired it from its open service in June 2026 in favour of three later predictors; see ogrs4 (its repository).",
        "Girls under 16: the service had 0.785, 0.61385 and 0.66952 where three other implementations have them negative (their sources).",
        "Sexual offences not against children: the service's table of codes has 0.0328, others 0.003276327; which one the paper has is not known here.",
    ),
    next_review="2027-11",
)  # fmt: skip

EFFECTS = {
    "violence": 0.0, "robbery": -0.634795912, "public order": 0.181917975, "sexual, not child": 0.003276327, "sexual, child": -0.653434071,
    "soliciting / prostitution": 0.760608858, "burglary, domestic": -0.12394352, "burglary, other": 0.240604429, "theft, non-motor": 0.661244321,
    "handling stolen goods": 0.351866973, "fraud and forgery": 0.159910192, "absconding / bail": 0.733378677, "taking and driving away": 0.380059431,
    "theft from vehicle": 0.427225615, "other motoring": 0.262228428, "drink driving": -0.121439408, "criminal damage": 0.204960477,
    "drug import/export/production": -0.795556373, "drug possession/supply": 0.077165871, "other": -0.060667525,
}  # fmt: skip
"""Category of the current offence -> its term."""
CATEGORIES = tuple(EFFECTS)
AGE_FROM = (10, 12, 14, 16, 18, 21, 25, 30, 35, 40, 50)
MALE = (0.0, 0.083922902, 0.075775765, -0.061594199, -0.625103618, -1.051515067, -1.166679288, -1.325976554, -1.368045933, -1.499690953, -2.025261458)
FEMALE = (-0.785038489, -0.613852078, -0.669521331, -0.959179629, -0.897480934, -1.028488454, -1.052777806, -1.129127959, -1.42187494, -1.524652221,
          -2.44983716)  # fmt: skip
YEARS = {1: 1.402562384, 2: 2.121705678}
COPAS = 1.251124464
FIRST, REPEAT = 0.126142106, 0.463062792
BANDS = ("low", "medium", "high", "very high")
CUTS = (50.0, 75.0, 90.0)
"""Whole percentages over two years from which the next band begins."""


def score(
    person_records: RecordBook, *, on: dt.date, girls: str = "negative", arithmetic: str = "published", previous: str = "before",
    follow_up: str = "release", years: int = 2, flag_from: str = "medium",
) -> Scored:  # fmt: skip
    """Chance of proved reoffending of everybody with a sanction, as at a day.

    Args:
        person_records: the book; nothing after the day is used.
        on: the day.
        girls, arithmetic, previous, follow_up, years, flag_from: readings of the card.

    Returns:
        Scores from 0 to 1; nan for people without a sanction and children under 10. Bands go by the two-year figure whatever `years` is.

    Raises:
        BadSetting: an unknown choice.
    """
    if flag_from not in BANDS[1:]:
        raise BadSetting(f"There is no band '{flag_from}' to flag from. Known: {', '.join(BANDS[1:])}.")
    found = features(person_records, on=on, follow_up=follow_up, previous=previous)
    is_scored = (found.pop("sanctions") > 0) & (found["age"] >= AGE_FROM[0])
    asked = {name: values[is_scored] for name, values in found.items()}
    terms = summed_terms(**asked, girls=girls, arithmetic=arithmetic)
    chance = np.full(len(person_records), np.nan)
    chance[is_scored] = probability(terms, years=years, arithmetic=arithmetic)
    band = np.full(len(person_records), -1, dtype=np.int8)
    band[is_scored] = banded(percentage(probability(terms, years=2, arithmetic=arithmetic)), CUTS)
    return Scored(CARD.slug, on, person_records.provenance, chance, band, BANDS, band >= BANDS.index(flag_from))


def features(person_records: RecordBook, *, on: dt.date, follow_up: str = "release", previous: str = "before") -> dict[str, NDArray[Any]]:
    """What the formula asks about, of everybody in the book.

    Returns:
        sanctions (the current one too), and the arguments of `summed_terms`; each of shape (people,).
    """
    if previous not in ("before", "total"):
        raise BadSetting(f"There is no reading '{previous}' of previous sanctions. Known: before, total.")
    book = person_records.known(on)
    found = sanctions_of(book, on=on, follow_up=follow_up)
    of_word = np.array([CATEGORIES.index(category) for category in categories("ogrs3")])
    return {
        "sanctions": found.count,
        "age": found.age,
        "is_female": book.sex == SEXES.index("female"),
        "age_first": found.age_first,
        "age_current": found.age_current,
        "previous": np.maximum(found.count - (previous == "before"), 0),
        "category": of_word[found.offence],
    }


def summed_terms(
    *, age: ArrayLike, is_female: ArrayLike, age_first: ArrayLike, age_current: ArrayLike, previous: ArrayLike, category: ArrayLike,
    girls: str = "negative", arithmetic: str = "published",
) -> NDArray[np.float64]:  # fmt: skip
    """The terms of the formula but for the constant of the year: 1.2511 ln((1 + p) / (10 + a_c - a_1)) + history + age and sex + offence.

    Args:
        age: whole years at the start of follow-up, 10 or more.
        is_female: sex as recorded.
        age_first, age_current: whole years at the first and at the current sanction.
        previous: sanctions before the current one, p.
        category: of the current offence, a position in CATEGORIES.
        girls: sign of the terms for girls under 16, negative or positive.
        arithmetic: published, or the service's rounded constants.

    Returns:
        Logits, of the shape that the arguments make together.

    Raises:
        BadSetting: an unknown choice.

    Example:
        >>> z = summed_terms(age=20, is_female=False, age_first=20, age_current=20, previous=[0, 1], category=0)
        >>> probability(z, years=2).round(4).tolist()
        [0.2213, 0.4865]

    Source: the card.
    """
    if girls not in ("negative", "positive"):
        raise BadSetting(f"There is no sign '{girls}' for girls under 16. Known: negative, positive.")
    rounds = _rounds(arithmetic)
    band = np.searchsorted(AGE_FROM, np.asarray(age), side="right") - 1
    female = np.array(FEMALE)
    female[:3] *= 1 if girls == "negative" else -1
    by_age = np.where(is_female, _to_places(female, rounds)[band], _to_places(np.array(MALE), rounds)[band])
    p = np.asarray(previous)
    copas = np.log((1 + p) / (10 + np.asarray(age_current) - np.asarray(age_first)))
    effects = np.array(list(EFFECTS.values()))
    if rounds:
        copas, effects = np.round(copas, 5), np.round(effects, 4)
        effects[CATEGORIES.index("sexual, not child")] = 0.0328  # as its table of codes has it
    slope, first, repeat = (np.round(one, 5) if rounds else one for one in (COPAS, FIRST, REPEAT))
    return np.asarray(slope * copas + np.where(p == 0, first, repeat) + by_age + effects[np.asarray(category)], dtype=float)


def probability(terms: ArrayLike, *, years: int = 2, arithmetic: str = "published") -> NDArray[np.float64]:
    """The chance of proved reoffending within one or two years, from the summed terms.

    Returns:
        Between 0 and 1; with the service's arithmetic whole percentages from 0.01 to 0.99.

    Example:
        >>> probability([-2.776835807, 0.0], years=1).round(5).tolist()
        [0.20193, 0.80259]
    """
    if years not in YEARS:
        raise BadSetting(f"The formula has no constant for {years} years. Known: 1, 2.")
    rounds = _rounds(arithmetic)
    constant = {1: 1.40256, 2: 2.1217}[years] if rounds else YEARS[years]
    chance = 1 / (1 + np.exp(-(constant + np.asarray(terms, dtype=float))))
    return np.asarray(np.clip(percentage(np.round(chance, 5)), 1, 99) / 100 if rounds else chance)


def percentage(chance: ArrayLike) -> NDArray[np.float64]:
    """Whole percentages, halves up; what bands are cut on.

    Example:
        >>> percentage([0.4949, 0.495]).tolist()
        [49.0, 50.0]
    """
    return np.asarray(np.floor(np.round(np.asarray(chance) * 100, 9) + 0.5))


def sensitivity(previous: ArrayLike) -> NDArray[np.float64]:
    """By how many logits one further sanction moves the score, as a slope: 1.2511 / (1 + p); what differential detection buys.

    Exact for a change so small that no such change exists; from the first sanction to the second the whole step is 1.20 logits, of which 0.34 is the
    term for having a record at all.

    Example:
        >>> sensitivity([0, 1, 4]).round(3).tolist()
        [1.251, 0.626, 0.25]
    """
    return np.asarray(COPAS / (1 + np.asarray(previous, dtype=float)))


def _rounds(arithmetic: str) -> bool:
    if arithmetic not in ("published", "service"):
        raise BadSetting(f"There is no arithmetic '{arithmetic}'. Known: published, service.")
    return arithmetic == "service"


def _to_places(terms: NDArray[np.float64], rounds: bool) -> NDArray[np.float64]:
    """The service gives the terms of those aged 12 to 15 to 5 places, and of all others to 4."""
    return np.concatenate([np.round(terms[:1], 4), np.round(terms[1:3], 5), np.round(terms[3:], 4)]) if rounds else terms
