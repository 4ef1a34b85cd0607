"""Named sets of offences that several systems share, each with why it holds what it holds.

Systems are told of in words such as "violence" and "high-impact crime", seldom with a list of offences. A set stands here once, so that
two systems mean the same by a word; WHY says where it comes from and whether the list is known or a guess of ours.
"""

from __future__ import annotations

from ..tables.citation import Citation

HOMICIDE = ("homicide", "attempted_murder")
VIOLENCE_WITH_INJURY = ("homicide", "attempted_murder", "gbh_with_intent", "assault_with_injury")
SERIOUS_VIOLENT = ("homicide", "attempted_murder", "gbh_with_intent", "kidnap", "robbery", "aggravated_burglary", "firearms")
"""Homicide and its attempt, the gravest harm, abduction, robbery and burglary with violence, and firearms."""
VIOLENT = (
    "homicide", "attempted_murder", "gbh_with_intent", "assault_with_injury", "common_assault", "threats_to_kill", "harassment_stalking", "kidnap",
    "robbery", "aggravated_burglary",
)  # fmt: skip
VIOLENT_TYPE = (*VIOLENT, "weapons_possession", "firearms", "public_order", "criminal_damage", "arson")
"""The wide sense of the violence predictor: what is violent, or in the way of being so."""
RAPE = ("rape",)
SEXUAL = ("rape", "sexual_assault", "sexual_child")
SEXUAL_CHILD = ("sexual_child",)
SERIOUS = (*SERIOUS_VIOLENT, "rape", "sexual_child", "arson")
BURGLARY = ("burglary_domestic", "aggravated_burglary", "burglary_other")
ACQUISITIVE = ("robbery", *BURGLARY, "theft_person", "shoplifting", "vehicle_taking", "theft_from_vehicle", "other_theft", "handling")
PROPERTY = (*BURGLARY, "theft_person", "shoplifting", "vehicle_taking", "theft_from_vehicle", "other_theft", "handling", "fraud", "welfare_fraud",
            "criminal_damage", "arson")  # fmt: skip
DRUGS = ("drugs_possession", "drugs_supply", "drugs_import_production")
DRUG_DEALING = ("drugs_supply", "drugs_import_production")
WEAPONS = ("weapons_possession", "firearms")
HIGH_IMPACT = ("homicide", "attempted_murder", "gbh_with_intent", "robbery", "burglary_domestic", "aggravated_burglary", "firearms")
KNIFE_OR_VIOLENT = (*VIOLENT, "weapons_possession")
BREACH = ("absconding_bail",)

_LIST = "assumption: no operator that uses the word publishes its list of offences"
WHY: dict[str, Citation] = {
    "HOMICIDE": Citation("Home Office counting rules: homicide; attempted murder is added since its weight is of the same order", mark="guessed"),
    "VIOLENCE_WITH_INJURY": Citation("Home Office counting rules, subgroups homicide and violence with injury (which holds attempted murder)"),
    "SERIOUS_VIOLENT": Citation("The past offences that the serious violent predictor of OGRS4 asks about, without damage, arson and weapons", mark="guessed"),
    "VIOLENT": Citation("Home Office counting rules, violence against the person, with robbery and aggravated burglary as the scales have it", mark="guessed"),
    "VIOLENT_TYPE": Citation("Howard & Dixon (2012): violence, weapons, public order and damage, as the violence predictor counts them", mark="recalled"),
    "RAPE": Citation("Home Office counting rules, subgroup rape"),
    "SEXUAL": Citation("Home Office counting rules, rape and other sexual offences"),
    "SEXUAL_CHILD": Citation("The category `sexual, child` of OGRS3"),
    "SERIOUS": Citation(f"Serious violence, rape, offences against children and arson: {_LIST}", mark="guessed"),
    "BURGLARY": Citation("Home Office counting rules, burglary of homes and of other buildings"),
    "ACQUISITIVE": Citation(f"Robbery, burglary, thefts and handling; fraud left out: {_LIST}", mark="guessed"),
    "PROPERTY": Citation(f"Burglary, thefts, handling, fraud, damage and arson; robbery left out as violence: {_LIST}", mark="guessed"),
    "DRUGS": Citation("Home Office counting rules, drug offences"),
    "DRUG_DEALING": Citation("Home Office counting rules, trafficking of drugs"),
    "WEAPONS": Citation("Home Office counting rules, possession of weapons; firearms are in that subgroup"),
    "HIGH_IMPACT": Citation(f"Amsterdam's high-impact crime: robbery, burglary of homes, murder and grave assault: {_LIST}", mark="guessed"),
    "KNIFE_OR_VIOLENT": Citation(f"Violence, and possession of a weapon, whose kind stands in the row's `weapon`: {_LIST}", mark="guessed"),
    "BREACH": Citation("The category absconding and bail of OGRS3"),
}
