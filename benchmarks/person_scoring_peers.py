"""Three rules written out with pandas, as anybody would, and a forest asked through scikit-learn: peers of person_scoring.py.

Each starts from two frames: persons, a row each; and records, words as categories and days as timestamps. They give a score and a flag for everybody.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evenhand.systems.offence_sets import DRUGS, VIOLENT
from evenhand.systems.offence_weights import weights
from evenhand.systems.person_forest import Forest
from evenhand.systems.rfsdi import COUNTS
from evenhand.systems.top600 import high_impact
from evenhand.tables.person_words import OFFENCES
from evenhand.tables.record_book import RecordBook
from evenhand.tables.record_rows import ABSENT, OPEN, WORDS

READ = ("event", "role", "offence", "weapon", "outcome", "marker")


@dataclass(frozen=True)
class Frames:
    """The book as frames.

    Attributes:
        persons: born (months since 1970), area, household; a row a person.
        records: one row each, as the declared table.
        on: the day of the list.
    """

    persons: pd.DataFrame
    records: pd.DataFrame
    on: pd.Timestamp


def frames_of(book: RecordBook, on: dt.date) -> Frames:
    """The whole book as frames; not timed."""
    rows = book.rows
    persons = pd.DataFrame({"born": book.born, "area": book.area, "household": book.household})
    for column in ("area", "household"):
        persons[column] = persons[column].where(persons[column] != ABSENT)
    records = pd.DataFrame({"person": rows.who, **{name: pd.Categorical.from_codes(getattr(rows, name), WORDS[name]) for name in READ}})
    records["incident"] = pd.Series(rows.incident).where(rows.incident != ABSENT).astype("Int64")
    for name, days in (("day", rows.day), ("reported_day", rows.reported), ("outcome_day", rows.outcome_day), ("until", rows.until)):
        records[name] = np.where(days == OPEN, np.datetime64("NaT"), days.astype("datetime64[D]")).astype("datetime64[s]")
    return Frames(persons, records, pd.Timestamp(on))


def top600(given: Frames) -> tuple[pd.Series, pd.Series]:
    """Conditions met, and who is flagged, by the default readings of the Top600."""
    rows, persons, on = known(given), given.persons, given.on
    age = age_on(given)
    five_years_ago = on - pd.Timedelta(days=round(365.25 * 5))
    arrested = rows[(rows["event"] == "arrest") & (rows["role"] == "subject") & rows["offence"].isin(high_impact("2019", assaults=False))]
    convicted = rows[(rows["event"] == "sanction") & (rows["role"] == "subject") & (rows["outcome"] != "caution")]
    has_arrest = count(arrested[arrested["day"] >= five_years_ago], persons) >= 1
    lately = count(convicted[convicted["day"] >= five_years_ago], persons)
    has_convictions = (lately >= 2).where(age < 21, count(convicted, persons) >= 3)
    listed = has_arrest & has_convictions
    eldest = persons[listed].groupby("household")["born"].min()
    drawn_in = (age < 18) & ~listed & (persons["household"].map(eldest) < persons["born"])
    return has_arrest.astype(float) + has_convictions, listed | drawn_in


def laser_points(given: Frames) -> tuple[pd.Series, pd.Series]:
    """Points, and the first twelve of each division, by the default readings of the LASER points."""
    rows, persons, on = known(given), given.persons, given.on
    goes_on = rows[rows["until"].isna() | (rows["until"] >= on)]
    about = rows[rows["role"] == "subject"]
    arrests = about[about["event"] == "arrest"]
    violent = about[about["event"].isin(("arrest", "sanction")) & about["offence"].isin(VIOLENT)]
    handgun = arrests[(arrests["offence"] == "firearms") | (arrests["weapon"] == "firearm")]
    stops = rows[(rows["event"] == "stop") & rows["role"].isin(("subject", "suspect", "possible_suspect")) & (rows["day"] >= on - pd.Timedelta(days=730))]
    in_gang = goes_on[(goes_on["event"] == "marker") & (goes_on["marker"] == "gang")]
    supervised, inside = (goes_on[goes_on["event"] == event] for event in ("supervision", "prison"))
    points = sum(5.0 * (count(chosen, persons) > 0) for chosen in (in_gang, supervised, handgun, violent)) + count(stops, persons)
    may_be = (points > 0) & persons["area"].notna() & (count(inside, persons) == 0)
    ranked = pd.DataFrame({"area": persons["area"], "points": points})[may_be].sort_values("points", ascending=False, kind="stable")
    first = ranked.groupby("area").head(12).index
    return points.where(points > 0), pd.Series(persons.index.isin(first))


def rfsdi(given: Frames) -> tuple[pd.Series, pd.Series]:
    """Harm, and who stands in the two upper bands, by the default readings of RFSDi."""
    rows, persons, on = known(given), given.persons, given.on
    rows["severity"] = rows["offence"].map(dict(zip(OFFENCES, weights("cchi"), strict=True))).astype(float).fillna(0.0)
    rows["days_ago"] = (on - rows["day"]).dt.days
    crimes = rows[(rows["event"] == "crime_report") & (rows["role"] == "suspect")]
    alone = crimes[crimes["incident"].isna()]
    gravest_first = crimes[crimes["incident"].notna()].sort_values(["severity", "day", "reported_day"], ascending=False, kind="stable")
    crimes = pd.concat([alone, gravest_first.drop_duplicates(["person", "incident"])])
    recent = rows[rows["days_ago"].between(0, 8 * 365)]
    held = crimes[crimes["days_ago"].between(0, 8 * 365)]
    harm = (held["severity"] * 0.5 ** (held["days_ago"] / 730)).groupby(held["person"]).sum().reindex(persons.index, fill_value=0.0)
    drug_crime = (recent["event"] == "crime_report") & (recent["role"] == "suspect") & recent["offence"].isin(DRUGS)
    drugs = recent[(recent["event"] == "drug_test") | ((recent["event"] == "marker") & (recent["marker"] == "drugs")) | drug_crime]
    reports = recent[(recent["event"] == "intelligence") & recent["role"].isin(("subject", "associate"))]
    harm *= (1 + 0.5 * (count(drugs, persons) > 0)) * (1 + 0.1 * count(reports, persons).clip(upper=10))
    harm = harm.where(count(crimes, persons) > 0)
    falling = harm[harm > 0].sort_values(ascending=False)
    many = min(len(falling), round(sum(COUNTS[2:]) / sum(COUNTS) * harm.notna().sum()))
    return harm, harm >= falling.iloc[many - 1]


def known(given: Frames) -> pd.DataFrame:
    """The records as they stood at the end of the day."""
    rows = given.records[given.records["reported_day"] <= given.on].copy()
    rows.loc[rows["outcome_day"] > given.on, "outcome"] = None
    rows.loc[rows["until"] > given.on, "until"] = pd.NaT
    return rows


def count(rows: pd.DataFrame, persons: pd.DataFrame) -> pd.Series:
    """How many rows each person has."""
    return rows.groupby("person").size().reindex(persons.index, fill_value=0)


def age_on(given: Frames) -> pd.Series:
    """Age in years, by month of birth."""
    return (12 * (given.on.year - 1970) + given.on.month - 1 - given.persons["born"]) // 12


def tree_by_tree(forest: Forest, values: np.ndarray) -> np.ndarray:
    """Votes by scikit-learn's `predict_proba`, a tree at a time: each tree votes for its likeliest class."""
    votes = np.zeros((len(values), len(forest.classes)))
    at = np.arange(len(values))
    for tree in forest.trees:
        votes[at, tree.classes_[tree.predict_proba(values).argmax(axis=1)]] += 1
    return votes / len(forest.trees)


def as_scikit_learn(forest: Forest) -> Any:
    """The same trees as scikit-learn's own forest, whose `predict_proba` is the mean of the trees' shares and no vote."""
    from sklearn.ensemble import RandomForestClassifier

    whole = RandomForestClassifier(n_estimators=len(forest.trees))
    whole.estimators_, whole.n_outputs_, whole.n_features_in_ = list(forest.trees), 1, len(forest.names)
    whole.classes_, whole.n_classes_ = np.arange(len(forest.classes)), len(forest.classes)
    return whole
