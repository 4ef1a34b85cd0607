"""The coefficients of the OGRS4 generation, digit by digit as the ministry published them, and what each term is of.

Source: Ministry of Justice, hmpps-arns-risk-actuarial-api, MIT licence, copyright Crown; ogrs4_coefficients.csv.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

from ..tables.errors import BadSetting

SHIPPED = Path(__file__).with_suffix(".csv")
PREDICTORS = ("arp", "vrp", "svrp")
VERSIONS = ("static", "dynamic")

ITEMS = {
    "accommodation suitability": "accommodation", "unemployed": "unemployed", "live in relationship": "live_in_relationship",
    "relationship quality": "relationship_quality", "domestic abuse": "domestic_abuse", "activities encourage offending": "activities",
    "motivation to tackle drug misuse": "drug_motivation", "chronic drinking": "chronic_drinking", "binge drinking": "binge_drinking",
    "impulsivity": "impulsivity", "pro criminal attitude": "pro_criminal_attitude", "heroin": "heroin", "other opiate": "other_opiate",
    "crack cocaine": "crack_cocaine", "powder cocaine": "powder_cocaine", "prescription drug misuse": "prescription_drugs",
    "benzodiazepines": "benzodiazepines", "cannabis": "cannabis", "steroids": "steroids", "other drugs": "other_drugs", "temper": "temper",
    "methadone": "methadone", "carry or use weapon": "carries_weapon",
}  # fmt: skip
"""Term of a dynamic version -> item of an assessment, a word of person_words.ASSESSED."""

PAST = {
    "past homicide offence": ("homicide", "attempted_murder"), "past gbh offence": ("gbh_with_intent",), "past kidnapping offence": ("kidnap",),
    "past firearms offence": ("firearms",), "past robbery offence": ("robbery",), "past aggravated burglary offence": ("aggravated_burglary",),
    "past weapon offence": ("weapons_possession",), "past criminal damage offence": ("criminal_damage",), "past arson offence": ("arson",),
}  # fmt: skip
"""Term of the dynamic serious violent predictor -> offences of earlier sanctions that stand for it; the assessor ticks a box instead."""


@lru_cache
def coefficients(predictor: str, version: str) -> dict[str, float]:
    """Term -> coefficient, of the terms that are no offence category.

    Args:
        predictor: arp (all reoffending), vrp (violent) or svrp (serious violent).
        version: static, or dynamic with items of an assessment.

    Raises:
        BadSetting: there is no such predictor or version.

    Example:
        >>> coefficients("arp", "static")["first sanction"]
        -3.94357049933093
    """
    return _column("term", predictor, version)


@lru_cache
def offence_effects(predictor: str, version: str) -> dict[str, float]:
    """Category of the current offence -> coefficient; some are printed as a sum of two, and are added up here."""
    return _column("offence", predictor, version)


@lru_cache
def items_of(predictor: str) -> tuple[str, ...]:
    """Items of an assessment that the dynamic version of a predictor asks for.

    Example:
        >>> items_of("svrp")
        ('accommodation', 'unemployed', 'chronic_drinking', 'pro_criminal_attitude', 'temper', 'carries_weapon')
    """
    terms = coefficients(predictor, "dynamic")
    return tuple(item for term, item in ITEMS.items() if term in terms)


def _column(kind: str, predictor: str, version: str) -> dict[str, float]:
    if predictor not in PREDICTORS:
        raise BadSetting(f"There is no predictor '{predictor}'. Known: {', '.join(PREDICTORS)}.")
    if version not in VERSIONS:
        raise BadSetting(f"There is no version '{version}'. Known: {', '.join(VERSIONS)}.")
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == kind]
    printed = {row["term"]: row[f"{predictor}_{version}"] for row in rows}
    return {term: sum(float(part) for part in value.split("+")) for term, value in printed.items() if value}
