"""Records about people, for rebuilding systems that score them: pseudonymous or made-up only.

One row is one person's part in one recorded event, so that everybody in an incident can be found through it. There is no
column for a name, a date of birth, an address or free text, every word is from a closed list, and unknown columns are refused.
"""

from __future__ import annotations

from .person_words import DASH_LEVELS, EVENTS, HANDLING, INFORMATION_GRADES, MARKERS, OFFENCES, OUTCOMES, ROLES, SOURCE_GRADES, WEAPONS
from .schema import Column, Table

TABLE = Table(
    name="person_records",
    one_row_is="one pseudonymous or made-up person's part in one recorded event",
    columns=(
        Column("person", "text", "a pseudonym that leads back to nobody; its form is told in tables/pseudonyms.py"),
        Column("day", "day", "day of the event, or the first day of a stay"),
        Column("event", "text", "what was recorded", allowed=EVENTS),
        Column("role", "text", "the person's part in it", allowed=ROLES),
        Column("incident", "text", "the same for everybody recorded in one incident: a number or a pseudonym", required=False, may_be_missing=True),
        Column("reported_day", "day", "day it was put on record; left out: the same day", required=False, may_be_missing=True),
        Column("until", "day", "last day of a stay or a marker", required=False, may_be_missing=True),
        Column("offence", "text", "offence, or topic of intelligence", allowed=OFFENCES, required=False, may_be_missing=True),
        Column("weapon", "text", "weapon told of", allowed=WEAPONS, required=False, may_be_missing=True),
        Column("is_domestic", "yes/no", "marked as domestic abuse", required=False, may_be_missing=True),
        Column("outcome", "text", "what became of it", allowed=OUTCOMES, required=False, may_be_missing=True),
        Column("outcome_day", "day", "day the outcome was known; before it, the record has none", required=False, may_be_missing=True),
        Column("is_found", "yes/no", "what was searched for was found", required=False, may_be_missing=True),
        Column("marker", "text", "which marker, or what intelligence links to", allowed=MARKERS, required=False, may_be_missing=True),
        Column("source_grade", "text", "3x5x2, source", allowed=SOURCE_GRADES, required=False, may_be_missing=True),
        Column("information_grade", "text", "3x5x2, content", allowed=INFORMATION_GRADES, required=False, may_be_missing=True),
        Column("handling", "text", "3x5x2, handling", allowed=HANDLING, required=False, may_be_missing=True),
        Column("dash_level", "text", "officer's grade of a domestic incident", allowed=DASH_LEVELS, required=False, may_be_missing=True),
        Column("area", "text", "where it happened: an area of thousands of people, such as a district", required=False, may_be_missing=True),
    ),
    is_about_people=True,
)
