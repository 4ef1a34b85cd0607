"""Stop and search records: events, not people; one person stopped ten times is ten rows."""

from __future__ import annotations

from .schema import Column, Table

OFFICER_DEFINED = ("Asian", "Black", "Mixed", "Other", "White")

SELF_DEFINED = {
    "Asian/Asian British - Any other Asian background": "Asian",
    "Asian/Asian British - Bangladeshi": "Asian",
    "Asian/Asian British - Chinese": "Asian",
    "Asian/Asian British - Indian": "Asian",
    "Asian/Asian British - Pakistani": "Asian",
    "Black/African/Caribbean/Black British - African": "Black",
    "Black/African/Caribbean/Black British - Any other Black/African/Caribbean background": "Black",
    "Black/African/Caribbean/Black British - Caribbean": "Black",
    "Mixed/Multiple ethnic groups - Any other Mixed/Multiple ethnic background": "Mixed",
    "Mixed/Multiple ethnic groups - White and Asian": "Mixed",
    "Mixed/Multiple ethnic groups - White and Black African": "Mixed",
    "Mixed/Multiple ethnic groups - White and Black Caribbean": "Mixed",
    "Other ethnic group - Any other ethnic group": "Other",
    "Other ethnic group - Arab": "Other",
    "Other ethnic group - Not stated": None,
    "White - Any other White background": "White",
    "White - English/Welsh/Scottish/Northern Irish/British": "White",
    "White - Gypsy or Irish Traveller": "White",
    "White - Irish": "White",
}
"""The published 18+1 self-defined categories and the group each belongs to; "Not stated" is missing, not a group."""

OUTCOMES = (
    "A no further action disposal",
    "Arrest",
    "Caution (simple or conditional)",
    "Community resolution",
    "Khat or Cannabis warning",
    "Penalty Notice for Disorder",
    "Summons / charged by post",
)
NO_FURTHER_ACTION = "A no further action disposal"
ARREST = "Arrest"
SECTION_60 = "Criminal Justice and Public Order Act 1994 (section 60)"

TABLE = Table(
    name="stops",
    one_row_is="one search of a person or a vehicle",
    columns=(
        Column("force", "text", "force that published it, as a slug", required=False, may_be_missing=True),
        Column("stopped_at", "time", "when, UTC", may_be_missing=True),
        Column("month", "month", "month by the clock in the United Kingdom", may_be_missing=True),
        Column("longitude", "number", "of the published point, WGS84", "degrees", low=-180, high=180, may_be_missing=True),
        Column("latitude", "number", "of the published point, WGS84", "degrees", low=-90, high=90, may_be_missing=True),
        Column("kind", "text", "who or what was searched", allowed=("Person search", "Person and Vehicle search", "Vehicle search"), may_be_missing=True),
        Column("is_part_of_operation", "yes/no", "part of a policing operation", required=False, may_be_missing=True),
        Column("gender", "text", "as recorded", allowed=("Female", "Male", "Other"), required=False, may_be_missing=True),
        Column("age_range", "text", "as recorded", allowed=("under 10", "10-17", "18-24", "25-34", "over 34"), required=False, may_be_missing=True),
        Column("self_defined_ethnicity", "text", "what the person said, 18+1 categories", allowed=tuple(SELF_DEFINED), may_be_missing=True),
        Column("officer_defined_ethnicity", "text", "what the officer saw, 5 categories", allowed=OFFICER_DEFINED, may_be_missing=True),
        Column("legislation", "text", "power used", required=False, may_be_missing=True),
        Column("object_of_search", "text", "what was looked for", required=False, may_be_missing=True),
        Column("outcome", "text", "what followed", allowed=OUTCOMES, may_be_missing=True),
        Column("is_outcome_linked", "yes/no", "the outcome follows from what was looked for", required=False, may_be_missing=True),
        Column("is_more_than_outer_clothing", "yes/no", "more than outer clothing was removed", required=False, may_be_missing=True),
    ),
)
