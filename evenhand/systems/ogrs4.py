"""OGRS4: how likely are proved reoffending, violence and serious violence within two years?

Three predictors with which the ministry replaced OGRS3, OVP and OGP in 2026: all (`arp`), violent (`vrp`) and serious violent (`svrp`)
reoffending, each static (sanctions, age, sex, months free of offending) or dynamic (with what an officer judged of home, work, drink, drugs
and attitudes). Logistic formulas with published coefficients; none for race, but sanctions are made by the police.

Reconstructed: the formulas and all coefficients, to the published figures. Not reconstructed: see CARD.not_rebuilt.

Steps, in order:  sanctions_of -> features -> logit -> chance -> banded

Read with care:
    It foretells being caught and sanctioned. The dynamic items are one officer's judgement of 0, 1 or 2. Serious violence is rare: the top band
    starts at 6.9 %, so that of a hundred people flagged at its edge ninety-three are not sanctioned for it within two years.

Source: Ministry of Justice, hmpps-arns-risk-actuarial-api; that it is OGRS4 is inferred from the labels of its coefficients.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.citation import Citation
from ..tables.errors import BadSetting
from ..tables.person_words import ASSESSED, SEXES
from ..tables.record_rows import ABSENT
from ..tables.scored import Scored, banded
from .card import AlsoReads, Card, Reading
from .offence_weights import categories
from .ogrs4_coefficients import ITEMS, PAST, PREDICTORS, VERSIONS, coefficients, items_of, offence_effects
from .sanctions import COLUMNS, ever_before, sanctions_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from ..tables.record_book import RecordBook

CARD = Card(
    slug="ogrs4",
    title="OGRS4 generation: all, violent and serious violent reoffending predictors (ARP, VRP, SVRP)",
    kind="person",
    operators=("national-probation-service", "hm-prison-and-probation-service"),
    learns_from="nothing: its coefficients are fixed; it reads sanctions, age, sex, months free of offending and, if dynamic, an assessment",
    columns=COLUMNS,
    flags="people in the band from which a high chance of proved reoffending is spoken of",
    horizon="two years from the assessment",
    fidelity="exact",
    sources=(
        Citation("Ministry of Justice, hmpps-arns-risk-actuarial-api (MIT licence), coefficients, transformations and test figures",
                 url="https://github.com/ministryofjustice/hmpps-arns-risk-actuarial-api"),
        Citation("Amnesty International UK (2025), Automated Racism, section 4.5.3, notes 661-662, on the scale's use"),
    ),
    readings=(
        Reading("predictor", "Which reoffending: all, violent or serious violent?", "arp", PREDICTORS, "the widest; all three are given side by side",
                "everything", mark="known"),
        Reading("version", "With or without an officer's assessment?", "static", VERSIONS, "everybody with a sanction can have it",
                "the figures of those assessed", mark="known"),
        Reading("unassessed", "With `dynamic`, what of somebody without a full assessment?", "static", ("static", "left out"),
                "assumption, after the service's own way of giving the static figure where items are lacking", "whether they have a figure"),
        Reading("follow_up", "From which day is the age taken, and are months free of offending counted?", "release", ("release", "sanction"),
                "the service's: when in the community", "those sent to prison: their age, and up to 36 months", mark="known"),
        Reading("violence", "Which sanctions are for violence?", "wide", ("wide", "narrow"),
                "the coefficient's label is the older violence predictor's, said to count weapons, public order and damage too; its guide was not re-read",
                "how many have a violent sanction, and so the violent predictors", mark="recalled"),
        Reading("unemployed", "Does being out of work count twice?", "twice", ("twice", "once"),
                "an item of 0 to 2; a revision of the service counted it once in ARP and twice in the others", "dynamic figures of those out of work",
                mark="known"),
        Reading("past_damage", "Is any earlier criminal damage the `past criminal damage offence`?", "left out", ("left out", "any"),
                "assumption: its weight, 1.01 logits, is that of damage with intent to endanger life, which records here do not tell apart",
                "dynamic SVRP of those once sanctioned for damage"),
        Reading("youngest", "From which age?", 18, (10, 18), "assumption: the assessments are of adults", "whether children have a figure", "years"),
        Reading("flag_from", "From which band is somebody acted on?", "medium", ("medium", "high", "very high"),
                "assumption: no one band decides", "how many are flagged"),
    ),
    not_rebuilt=(
        "the table from offence codes to categories: each word of the records has one, a guess where it could have two (firearms are taken as the less grave)",
        "the predictor of images and indirect contact, so the combined serious figure cannot be given for people; see serious_reoffending.py for what can",
        "the boxes an assessor ticks for past grave offences: taken from earlier sanctions",
        "ages and months to the day: a birth is known by its month",
    ),
    also_reads=(
        AlsoReads("persons", ("birth_month", "sex"), True, "age and sex"),
        AlsoReads("assessments", tuple(sorted(set(ITEMS.values()))), False, "the dynamic versions"),
    ),
    known=(
        "The ministry retired OGRS3 and OGP from its open service in June 2026 in favour of these (its repository).",
        "Bands begin at 30, 60 and 80 % for violence, and at 1, 3 and 6.9 % for serious violence (its repository).",
    ),
    next_review="2027-11",
)  # fmt: skip

BANDS = ("low", "medium", "high", "very high")
CUTS = {"arp": (50.0, 75.0, 90.0), "vrp": (30.0, 60.0, 80.0), "svrp": (1.0, 3.0, 6.9)}
"""Percentages from which the next band begins."""
CATEGORIES = tuple(offence_effects("arp", "static"))
POWERS = ("", " quadratic", " cubic", " quartic")
MOST_MONTHS = 36


def logit(
    predictor: str, version: str = "static", *, age: ArrayLike, is_female: ArrayLike, age_first: ArrayLike, age_current: ArrayLike, sanctions: ArrayLike,
    violent: ArrayLike, months_free: ArrayLike, category: ArrayLike, items: Mapping[str, ArrayLike] | None = None, unemployed: str = "twice",
) -> NDArray[np.float64]:  # fmt: skip
    """The summed terms of one predictor; their logistic is the chance within two years.

    Args:
        predictor, version: see the card.
        age: whole years at the start of follow-up.
        is_female: sex as recorded.
        age_first, age_current: whole years at the first and the current sanction.
        sanctions: all of them, the current one too, n.
        violent: those of them for violence, v.
        months_free: whole months in the community without a new offence; more than 36 count as 36, and 0 before release.
        category: of the current offence, a position in CATEGORIES.
        items: for `dynamic`: item of an assessment (a value of ITEMS) or past offence (a key of PAST) -> its value; what is left out counts as 0.
        unemployed: whether being out of work counts twice or once.

    Returns:
        Logits, of the shape that the arguments make together.

    Raises:
        BadSetting: no such predictor, version or item.

    Example:
        >>> z = logit("arp", age=30, is_female=False, age_first=21, age_current=30, sanctions=2, violent=0, months_free=36,
        ...           category=CATEGORIES.index("other offences"))
        >>> round(float(z), 12), f"{100 * float(chance(z)):.2f} %"
        (-3.109291542898, '4.27 %')

    Source: the card.
    """
    b, female = _Terms(coefficients(predictor, version)), np.asarray(is_female, dtype=bool)
    n, v, a = (np.asarray(one, dtype=float) for one in (sanctions, violent, age))
    career = np.asarray(age_current, dtype=float) - np.asarray(age_first, dtype=float)
    months = np.minimum(np.asarray(months_free, dtype=float), MOST_MONTHS)
    z = b["two year constant"] + b["female"] * female + np.array(list(offence_effects(predictor, version).values()))[np.asarray(category)]
    z = z + sum(b.by_sex(f"aai{power}", female) * a**k for k, power in enumerate(POWERS, 1))
    z = z + sum(b[f"offence free months{power}"] * months**k for k, power in enumerate(POWERS, 1))
    z = z + b["sanction occasions"] * n + b["first sanction"] * (n == 1)
    z = z + (n == 2) * (b["second sanction"] + b.by_sex("yrs between first and second sanction", female) * career)
    rate = np.log(np.maximum(n, 1) / (career + (26 if predictor == "arp" else 12)))
    if predictor == "arp":
        third = b.by_sex("three plus sanctions copas g", female) * rate + b.by_sex("three plus sanctions copas squared", female) * rate**2
    else:
        third = b.by_sex("three plus sanctions copas v", female) * rate
        z = z + (v == 0) * b.by_sex("never violent", female) + (v == 1) * b["once violent"] + v * b["violent sanctions"]
        z = z + (v >= 1) * b["violent rate"] * np.log(np.maximum(v, 1) / (career + 30))
    return np.asarray(z + (n >= 3) * third + _judged(b, predictor, version, dict(items or {}), unemployed), dtype=float)


def chance(logits: ArrayLike) -> NDArray[np.float64]:
    """The logistic of logits, between 0 and 1."""
    return np.asarray(1 / (1 + np.exp(-np.asarray(logits, dtype=float))))


def score(
    person_records: RecordBook, *, on: dt.date, predictor: str = "arp", version: str = "static", unassessed: str = "static", follow_up: str = "release",
    violence: str = "wide", unemployed: str = "twice", past_damage: str = "left out", youngest: int = 18, flag_from: str = "medium",
) -> Scored:  # fmt: skip
    """Chance of proved reoffending within two years of everybody with a sanction, as at a day.

    Args:
        person_records: the book; nothing after the day is used.
        on: the day, of the assessment too.
        predictor, version, unassessed, follow_up, violence, unemployed, past_damage, youngest, flag_from: readings of the card.

    Returns:
        Scores from 0 to 1; nan for people without a sanction or younger than `youngest`.

    Raises:
        BadSetting: an unknown choice.
    """
    _require(flag_from=(flag_from, BANDS[1:]), unassessed=(unassessed, ("static", "left out")), past_damage=(past_damage, ("left out", "any")))
    if youngest not in (10, 18):
        raise BadSetting(f"There is no reading that starts at the age of {youngest}. Known: 10, 18.")
    about, items = features(person_records, on=on, follow_up=follow_up, violence=violence, past_damage=past_damage)
    found = np.full(len(person_records), np.nan)
    known = (about["sanctions"] > 0) & (about["age"] >= youngest)
    assessed = known & _has_all(items, items_of(predictor)) & (version == "dynamic")
    plain = known & ~assessed & ((version == "static") | (unassessed == "static"))
    for kind, chosen in ((version, assessed), ("static", plain)):
        asked = {name: values[chosen] for name, values in about.items()}
        judged = {name: items[name][chosen] for name in (*items_of(predictor), *PAST)} if kind == "dynamic" and chosen.any() else None
        found[chosen] = chance(logit(predictor, kind, **asked, items=judged, unemployed=unemployed))
    band = banded(np.round(found * 100, 2), CUTS[predictor])
    return Scored(CARD.slug, on, person_records.provenance, found, band, BANDS, band >= BANDS.index(flag_from))


def features(
    person_records: RecordBook, *, on: dt.date, follow_up: str = "release", violence: str = "wide", past_damage: str = "left out"
) -> tuple[dict[str, NDArray[Any]], dict[str, NDArray[Any]]]:
    """What the formulas ask about, of everybody in the book: the arguments of `logit`, and the items of each one's last assessment.

    Returns:
        Arguments, each of shape (people,); items and past offences likewise, ABSENT where nobody judged.
    """
    if follow_up == "release or today":
        raise BadSetting("Months free of offending cannot be counted from today. Known: release, sanction.")
    book = person_records.known(on)
    found = sanctions_of(book, on=on, follow_up=follow_up, violence=violence)
    of_word = np.array([CATEGORIES.index(category) for category in categories("ogrs4")])
    about = {
        "age": found.age, "is_female": book.sex == SEXES.index("female"), "age_first": found.age_first, "age_current": found.age_current,
        "sanctions": found.count, "violent": found.violent, "months_free": found.months_free, "category": of_word[found.offence],
    }  # fmt: skip
    counted = {term: offences for term, offences in PAST.items() if past_damage == "any" or term != "past criminal damage offence"}
    past = {term: ever_before(book, found, counted[term]) if term in counted else np.zeros(len(book), dtype=bool) for term in PAST}
    return about, {**last_assessed(book), **past}


def last_assessed(book: RecordBook) -> dict[str, NDArray[np.int8]]:
    """The items of everybody's last assessment, ABSENT for those without; each of shape (people,)."""
    empty = np.full(len(book), ABSENT, dtype=np.int8)
    if book.assessed is None:
        return dict.fromkeys(ASSESSED, empty)
    order = np.argsort(book.assessed.day, kind="stable")
    last = np.full(len(book), -1)
    last[book.assessed.who[order]] = order  # of several, the latest day is written last; a person has one on a day
    values = book.assessed.items
    return {item: np.where(last >= 0, values[item][last], empty) if item in values and len(order) else empty for item in ASSESSED}


class _Terms(dict[str, float]):
    """Coefficients in which a term that a predictor does not have is 0."""

    def __missing__(self, term: str) -> float:
        return 0.0

    def by_sex(self, term: str, is_female: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.where(is_female, self[f"{term} female"], self[f"{term} male"])


def _judged(b: _Terms, predictor: str, version: str, items: dict[str, ArrayLike], unemployed: str) -> Any:
    """The terms of an assessment; items are 0 to 2, drugs and yes/no items 0 or 1, and being out of work counts twice."""
    _require(unemployed=(unemployed, ("twice", "once")))
    if version == "static":
        return 0.0
    unknown = [name for name in items if name not in (*ITEMS.values(), *PAST)]
    if unknown:
        raise BadSetting(f"The predictors ask for no item '{unknown[0]}'. Known: {', '.join((*ITEMS.values(), *PAST))}.")
    values = {name: np.asarray(value, dtype=float) for name, value in items.items()}
    if "unemployed" in values:
        values["unemployed"] = np.sign(values["unemployed"]) * (2 if unemployed == "twice" else 1)
    together = values.get("live_in_relationship", np.float64(0)) * values.get("relationship_quality", np.float64(0))
    terms = {**{term: values.get(item, 0.0) for term, item in ITEMS.items()}, **{term: values.get(term, 0.0) for term in PAST}}
    return sum(b[term] * value for term, value in terms.items()) + b["quality of live in relationship"] * together


def _has_all(items: dict[str, NDArray[Any]], names: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.all([items[name] != ABSENT for name in names], axis=0)


def _require(**settings: tuple[str, tuple[str, ...]]) -> None:
    for name, (given, known) in settings.items():
        if given not in known:
            raise BadSetting(f"There is no '{given}' of {name}. Known: {', '.join(known)}.")
