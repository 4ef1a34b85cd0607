"""The words that records about people may hold: kinds of event, roles, offences, outcomes, markers, grades.

Each list is closed, so that nothing personal can hide in a value, and ordered: a word's place in its list is its code in
record_book.py. A word is added at the end of its list, with what it means in docs/glossary.md where the everyday word would not do.
"""

from __future__ import annotations

PROVENANCES = ("made-up", "pseudonymised")
"""Where people come from: out of a simulation, or real and with their names taken away."""

SEXES = ("female", "male")

EVENTS = (
    "crime_report",   # a crime as recorded; people stand in it as suspects, victims, witnesses
    "arrest",
    "sanction",       # a conviction, caution, reprimand or warning: one row per sanction occasion, of its main offence
    "intelligence",   # a report graded for source and content
    "stop",           # a stop and search
    "prison",         # from day to until
    "supervision",    # probation, parole or licence, from day to until
    "marker",         # a warning signal or local flag put on a record, from day to until (none: still there)
    "missing",        # reported missing
    "drug_test",      # positive, after arrest
    "school_move",    # changed primary school
    "youth_care",     # under supervision of youth care, from day to until
)  # fmt: skip
ROLES = ("suspect", "possible_suspect", "victim", "witness", "subject", "associate")
"""`subject`: whom an arrest, sanction, stop, intelligence report or marker is about; `associate`: named in it beside the subject."""

OFFENCES = (
    "homicide", "attempted_murder", "gbh_with_intent", "assault_with_injury", "common_assault", "threats_to_kill", "harassment_stalking", "kidnap",
    "rape", "sexual_assault", "sexual_child", "robbery", "burglary_domestic", "aggravated_burglary", "burglary_other", "theft_person", "shoplifting",
    "vehicle_taking", "theft_from_vehicle", "other_theft", "handling", "fraud", "welfare_fraud", "criminal_damage", "arson", "drugs_possession",
    "drugs_supply", "drugs_import_production", "weapons_possession", "firearms", "public_order", "soliciting", "drink_driving", "other_motoring",
    "drunkenness", "absconding_bail", "other",
)  # fmt: skip
"""Offences, told apart as far as any rebuilt system needs; intelligence reports have them as their topic."""

WEAPONS = ("none", "knife", "firearm", "other")
OUTCOMES = (
    "no_further_action", "undetected", "community_resolution", "penalty_notice", "caution", "charged", "acquitted", "convicted",
    "discharge", "fine", "community_order", "custody",
)  # fmt: skip
"""Of reports, arrests and stops, up to `convicted`; of sanctions, `caution` and what follows `convicted`. A stop that leads to an arrest is `charged`
only if it came to that; the arrest is a row of its own with the same incident."""

MARKERS = (
    "gang", "drugs", "violent", "weapons", "firearms", "mental_health", "self_harm", "suicidal", "domestic_abuse", "missing_person", "offender_management",
)  # fmt: skip
"""Warning signals and local flags; on an intelligence report, what it links its subject to."""

SOURCE_GRADES = ("1", "2", "3")
"""3x5x2, source: reliable, untested, not reliable."""
INFORMATION_GRADES = ("A", "B", "C", "D", "E")
"""3x5x2, content: known directly, known indirectly but corroborated, known indirectly, not known, suspected to be false."""
HANDLING = ("P", "C")
"""3x5x2, handling: lawful sharing permitted, permitted with conditions."""

DASH_LEVELS = ("standard", "medium", "high")
"""An officer's grade of a domestic incident."""

ASSESSED = (
    "accommodation", "unemployed", "live_in_relationship", "relationship_quality", "domestic_abuse", "activities", "drug_motivation", "chronic_drinking",
    "binge_drinking", "impulsivity", "pro_criminal_attitude", "temper", "recognises_impact", "psychiatric_treatment", "thinking", "heroin", "other_opiate",
    "crack_cocaine", "powder_cocaine", "prescription_drugs", "benzodiazepines", "cannabis", "steroids", "other_drugs", "methadone", "carries_weapon",
)  # fmt: skip
"""What a probation officer judges, 0 to 2 (drugs and yes/no items 0 or 1)."""
