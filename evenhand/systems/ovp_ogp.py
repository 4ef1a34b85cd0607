"""OVP and OGP: how many points for violence, and for other reoffending, does an officer's assessment come to?

The violence predictor (OVP) and the general predictor (OGP) of the assessment that prison and probation used before OGRS4. Points for past
sanctions, age and sex, and for what an officer judged: home, work, drink, drugs, temper, attitudes. The sum goes through a logistic.

Reconstructed: all points, weights and bands, as published. Not reconstructed: two of three items on thinking, and the item on drug use, which
records here do not have (readings of the card).

Steps, in order:  sanctions_of, last_assessed -> features -> violence_points or general_points -> chance -> banded

Read with care:
    The items are one officer's judgement of 0, 1 or 2; who is judged how is not in the formula, and is what an audit of it must look at.
    A point is worth 0.07 logits: being out of work and without a home costs 8, more than the first two violent sanctions.

Source: Howard & Dixon (2012); Ministry of Justice, hmpps-arns-risk-actuarial-api.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.citation import Citation
from ..tables.errors import BadSetting, MissingTable
from ..tables.person_words import SEXES
from ..tables.record_rows import ABSENT
from ..tables.scored import Scored, banded
from . import ogrs3
from .card import AlsoReads, Card, Reading
from .ogrs4 import last_assessed
from .sanctions import COLUMNS, sanctions_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ..tables.record_book import RecordBook

HARD_DRUGS = ("heroin", "other_opiate", "crack_cocaine", "powder_cocaine", "methadone")
OTHER_DRUGS = ("prescription_drugs", "benzodiazepines", "cannabis", "steroids", "other_drugs")
ITEMS = {
    "ovp": ("recognises_impact", "accommodation", "unemployed", "chronic_drinking", "binge_drinking", "psychiatric_treatment", "temper",
            "pro_criminal_attitude"),
    "ogp": ("accommodation", "unemployed", "activities", "drug_motivation", "thinking", "pro_criminal_attitude", *HARD_DRUGS, *OTHER_DRUGS),
}  # fmt: skip
"""Items of an assessment that each asks for."""

CARD = Card(
    slug="ovp-ogp",
    title="OASys violence predictor (OVP) and general predictor (OGP)",
    kind="person",
    operators=("national-probation-service", "hm-prison-service"),
    learns_from="nothing: its points are fixed; it reads sanctions, age, sex and an officer's assessment",
    columns=COLUMNS,
    flags="people in the band from which a high chance of proved reoffending is spoken of",
    horizon="one and two years from the assessment",
    fidelity="exact",
    sources=(
        Citation("Howard & Dixon (2012), The construction and validation of the OASys Violence Predictor, Criminal Justice and Behavior 39(3); the size of "
                 "its samples: 15,918 built on, 49,346 held against"),
        Citation("Ministry of Justice, hmpps-arns-risk-actuarial-api (MIT licence), OVP and OGP of its earlier revisions, with test figures",
                 url="https://github.com/ministryofjustice/hmpps-arns-risk-actuarial-api"),
    ),
    readings=(
        Reading("predictor", "Violence or other reoffending?", "ovp", ("ovp", "ogp"), "the two stand side by side", "everything", mark="known"),
        Reading("any_sanction", "Who gets the five points for a previous sanction?", "previous", ("previous", "total"),
                "the published item; the service asks whether the total is over 0, so that everybody scored got the five", "those on their first sanction: OVP",
                mark="known"),
        Reading("violence", "Which sanctions are for violence?", "wide", ("wide", "narrow"),
                "weapons, public order and damage count too, as is recalled of the guide", "points for violent and for other sanctions: OVP", mark="recalled"),
        Reading("thinking", "One item on thinking for three?", "three times", ("three times", "once"),
                "assumption: problem solving, awareness of consequences and understanding others are one item here", "OGP by up to three points"),
        Reading("drug_use", "How much is the item on present drug use?", "by drug", ("by drug", "any"),
                "assumption: 2 for opiates and cocaine, 1 for others; with `any`, 2 for every drug", "OGP of those who use other drugs alone: four points"),
        Reading("follow_up", "From which day is the age taken?", "release", ("release", "sanction"), "the service's: when in the community",
                "the age points of those who were in prison", mark="known"),
        Reading("years", "Over one year or two?", 2, (1, 2), "bands are cut on two years", "every figure, and no band", "years", mark="known"),
        Reading("flag_from", "From which band is somebody acted on?", "medium", ("medium", "high", "very high"),
                "assumption: no one band decides", "how many are flagged"),
    ),
    not_rebuilt=("the full assessment of thirteen sections, of which these items are a few", "no fixed abode is taken as accommodation judged 2"),
    also_reads=(
        AlsoReads("persons", ("birth_month", "sex"), True, "age and sex"),
        AlsoReads("assessments", tuple(sorted({*ITEMS["ovp"], *ITEMS["ogp"]})), True, "what an officer judged; whoever was not assessed has no score"),
    ),
    known=("The ministry's service gave everybody the five points for a previous sanction, whether they had one or not (its repository, earlier).",),
    next_review="2027-11",
)  # fmt: skip

BANDS = ("low", "medium", "high", "very high")
CUTS = {"ovp": (30.0, 60.0, 80.0), "ogp": (34.0, 67.0, 85.0)}
"""Whole percentages over two years from which the next band begins."""
SLOPE = {"ovp": 0.0722, "ogp": 0.0616}
SHIFT = {("ovp", 1): 4.5215, ("ovp", 2): 3.8773, ("ogp", 1): 3.6832, ("ogp", 2): 3.0795}
VIOLENT = np.array([0, 4, 7, 9, *range(11, 26)])
"""Points for 0, 1, … 18 violent sanctions; more count as 18."""
OTHER_FROM, OTHER = (3, 5, 11, 21), np.array([0, 2, 3, 4, 5])
AGE_FROM, AGE = (20, 22, 24, 26, 31, 36, 41, 46, 51), np.array([20, 17, 14, 12, 10, 8, 6, 4, 2, 0])
YOUNGEST = 18


def violence_points(
    *, sanctions: ArrayLike, violent: ArrayLike, age: ArrayLike, is_female: ArrayLike, recognises_impact: ArrayLike, accommodation: ArrayLike,
    unemployed: ArrayLike, chronic_drinking: ArrayLike, binge_drinking: ArrayLike, psychiatric_treatment: ArrayLike, temper: ArrayLike,
    pro_criminal_attitude: ArrayLike, any_sanction: str = "previous",
) -> NDArray[np.int64]:  # fmt: skip
    """OVP's points, 0 to 98.

    Args:
        sanctions, violent: all of them and those for violence, the current one too.
        age: whole years at the start of follow-up, 18 or more.
        is_female: sex as recorded.
        recognises_impact, psychiatric_treatment, unemployed: 0 no problem, else one.
        accommodation: 2 for no fixed abode.
        chronic_drinking, binge_drinking, temper, pro_criminal_attitude: 0, 1 or 2.
        any_sanction: `previous`, or `total`: everybody gets the five points.

    Raises:
        BadSetting: an unknown choice, or somebody is under 18.

    Example:
        >>> nothing = dict.fromkeys(ITEMS["ovp"], 0)
        >>> int(violence_points(sanctions=1, violent=1, age=18, is_female=False, **nothing))
        29
    """
    if any_sanction not in ("previous", "total"):
        raise BadSetting(f"There is no reading '{any_sanction}' of a previous sanction. Known: previous, total.")
    n, v, years = (np.asarray(one, dtype=np.int64) for one in (sanctions, violent, age))
    if (years < YOUNGEST).any():
        raise BadSetting(f"OVP has no points for people under {YOUNGEST}. Leave them out.")
    static = 5 * (n - (any_sanction == "previous") > 0) + VIOLENT[np.minimum(v, 18)] + OTHER[np.searchsorted(OTHER_FROM, n - v, side="right")]
    static = static + AGE[np.searchsorted(AGE_FROM, years, side="right")] + 5 * ~np.asarray(is_female, dtype=bool)
    yes = sum(4 * (np.asarray(one) > 0) for one in (recognises_impact, unemployed, psychiatric_treatment)) + 4 * (np.asarray(accommodation) == 2)
    alcohol = np.ceil(2.5 * (np.asarray(chronic_drinking) + np.asarray(binge_drinking)))
    return np.asarray(static + yes + alcohol + 3 * np.asarray(temper) + 3 * np.asarray(pro_criminal_attitude), dtype=np.int64)


def general_points(
    *, ogrs3_percent: ArrayLike, accommodation: ArrayLike, unemployed: ArrayLike, activities: ArrayLike, drugs: ArrayLike, thinking: ArrayLike,
    pro_criminal_attitude: ArrayLike,
) -> NDArray[np.int64]:  # fmt: skip
    """OGP's points: six tenths of OGRS3's two-year percentage, and what an officer judged.

    Args:
        ogrs3_percent: whole percentage.
        accommodation: 2 for no fixed abode.
        unemployed: 0 no problem, else one.
        activities, pro_criminal_attitude: 0, 1 or 2, worth 0, 3 and 5.
        drugs: present use and motivation, 0 to 2 each, so 0 to 4.
        thinking: three items of 0 to 2, so 0 to 6.

    Example:
        >>> int(general_points(ogrs3_percent=52, accommodation=2, unemployed=1, activities=1, drugs=2, thinking=3, pro_criminal_attitude=0))
        55
    """
    worth = np.array([0, 3, 5])
    half_up = [
        np.floor(np.asarray(each, dtype=float) + 0.5) for each in (0.6 * np.asarray(ogrs3_percent), 3.75 * np.asarray(drugs), np.asarray(thinking) * 5 / 6)
    ]
    fives = 5 * (np.asarray(accommodation) == 2) + 5 * (np.asarray(unemployed) > 0)
    return np.asarray(half_up[0] + half_up[1] + half_up[2] + fives + worth[np.asarray(activities)] + worth[np.asarray(pro_criminal_attitude)], dtype=np.int64)


def chance(points: ArrayLike, *, predictor: str, years: int = 2) -> NDArray[np.float64]:
    """The chance of proved reoffending from points: the logistic of slope times points less a shift.

    Raises:
        BadSetting: no such predictor or number of years.

    Example:
        >>> chance([0, 50, 100], predictor="ovp").round(3).tolist()
        [0.02, 0.434, 0.966]
    """
    if (predictor, years) not in SHIFT:
        raise BadSetting(f"There is no shift for '{predictor}' over {years} years. Known: ovp and ogp, over 1 or 2.")
    return np.asarray(1 / (1 + np.exp(SHIFT[predictor, years] - SLOPE[predictor] * np.asarray(points, dtype=float))))


def score(
    person_records: RecordBook, *, on: dt.date, predictor: str = "ovp", any_sanction: str = "previous", violence: str = "wide",
    thinking: str = "three times", drug_use: str = "by drug", follow_up: str = "release", years: int = 2, flag_from: str = "medium",
) -> Scored:  # fmt: skip
    """Chance of proved violence, or other reoffending, of every adult with a sanction and an assessment, as at a day.

    Args:
        person_records: the book, with assessments; nothing after the day is used.
        on: the day.
        predictor, any_sanction, violence, thinking, drug_use, follow_up, years, flag_from: readings of the card.

    Returns:
        Scores from 0 to 1; nan for people without a sanction, under 18, or not judged on every item asked for.

    Raises:
        BadSetting: an unknown choice.
        MissingTable: the book has no assessments.
    """
    if flag_from not in BANDS[1:]:
        raise BadSetting(f"There is no band '{flag_from}' to flag from. Known: {', '.join(BANDS[1:])}.")
    about = features(person_records, on=on, violence=violence, thinking=thinking, drug_use=drug_use, follow_up=follow_up)
    chance(0, predictor=predictor, years=years)  # refuses what it does not know
    known = (about["sanctions"] > 0) & (about["age"] >= YOUNGEST) & np.all([about[f"judged {item}"] for item in ITEMS[predictor]], axis=0)
    asked = {name: values[known] for name, values in about.items()}
    if predictor == "ovp":
        names = ("sanctions", "violent", "age", "is_female", *ITEMS["ovp"])
        points = violence_points(**{name: asked[name] for name in names}, any_sanction=any_sanction)
    else:
        _require(any_sanction=(any_sanction, ("previous", "total")))
        names = ("ogrs3_percent", "accommodation", "unemployed", "activities", "drugs", "thinking", "pro_criminal_attitude")
        points = general_points(**{name: asked[name] for name in names})
    found, band = np.full(len(person_records), np.nan), np.full(len(person_records), -1, dtype=np.int8)
    found[known] = chance(points, predictor=predictor, years=years)
    band[known] = banded(ogrs3.percentage(chance(points, predictor=predictor)), CUTS[predictor])
    return Scored(CARD.slug, on, person_records.provenance, found, band, BANDS, band >= BANDS.index(flag_from))


def features(
    person_records: RecordBook, *, on: dt.date, violence: str = "wide", thinking: str = "three times", drug_use: str = "by drug", follow_up: str = "release"
) -> dict[str, NDArray[Any]]:
    """What the two predictors ask about, of everybody in the book.

    Returns:
        The arguments of `violence_points` and `general_points`, and for each item whether anybody judged it (`judged temper`); each of shape (people,).
        Items that nobody judged are 0 there.
    """
    _require(thinking=(thinking, ("three times", "once")), drug_use=(drug_use, ("by drug", "any")), follow_up=(follow_up, ("release", "sanction")))
    book = person_records.known(on)
    if book.assessed is None:
        raise MissingTable("OVP and OGP need the table 'assessments', which this book was read without. Hand it to read_book.")
    found = sanctions_of(book, on=on, follow_up=follow_up, violence=violence)
    judged = last_assessed(book)
    items = {name: np.where(values == ABSENT, 0, values).astype(np.int64) for name, values in judged.items()}
    hard, other = (np.any([items[drug] > 0 for drug in drugs], axis=0) for drugs in (HARD_DRUGS, OTHER_DRUGS))
    use = np.where(hard, 2, np.where(other, 2 if drug_use == "any" else 1, 0))
    asked = ogrs3.features(book, on=on, follow_up=follow_up)
    asked.pop("sanctions")
    asked["age"] = np.maximum(asked["age"], ogrs3.AGE_FROM[0])
    return {
        **items,
        **{f"judged {name}": values != ABSENT for name, values in judged.items()},
        "sanctions": found.count,
        "violent": found.violent,
        "age": found.age,
        "is_female": book.sex == SEXES.index("female"),
        "drugs": use + items["drug_motivation"],
        "thinking": items["thinking"] * (3 if thinking == "three times" else 1),
        "ogrs3_percent": ogrs3.percentage(ogrs3.probability(ogrs3.summed_terms(**asked, girls="negative", arithmetic="published"))),
    }


def _require(**settings: tuple[str, tuple[str, ...]]) -> None:
    for name, (given, known) in settings.items():
        if given not in known:
            raise BadSetting(f"There is no '{given}' of {name}. Known: {', '.join(known)}.")
