"""Item 3's audits put to somebody's own list of people: at the terminal and in Python, with nothing in the outputs that leads to a person."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
from functools import cache

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.about import About
from evenhand.audit.person_audit import audit_list
from evenhand.audit.person_marks import Windows
from evenhand.people.book_tables import tables_of
from evenhand.people.made_up import make_people
from evenhand.people.parameters import read_parameters
from evenhand.study.asking import ask
from evenhand.tables.errors import BadSetting, BadTable, BadValue, TooFewPeople
from evenhand.tables.record_reading import read_scored_book

KEY = b"kept elsewhere"


def pseudonym(made_up):
    return "P" + hmac.new(KEY, str(made_up).encode(), hashlib.sha256).hexdigest()[:24]


@cache
def _tables():
    world = make_people(read_parameters("london"), people=6000, years=6, seed=3)
    day = dt.date(1970, 1, 1) + dt.timedelta(days=int(world.last) - 366)
    made = tables_of(world.book)
    ids = {one: pseudonym(one) for one in made["persons"]["person"]}
    persons = made["persons"].assign(person=made["persons"]["person"].map(ids)).drop(columns=["household", "area", "officer_group"])
    few = persons["group"].map(persons["group"].value_counts()) < 10
    persons.loc[few, "group"] = None
    records = made["person_records"].assign(person=made["person_records"]["person"].map(ids)).drop(columns="area")
    many = records[records["day"] <= str(day)]["person"].value_counts()
    count = persons["person"].map(many).fillna(0).to_numpy(dtype=float)
    score = count + np.random.default_rng(1).random(len(persons))
    top = score >= np.sort(score)[-600]
    scores = pd.DataFrame({"person": persons["person"], "score": score, "band": np.where(top, "high", "low"), "is_flagged": top}).iloc[::-1]
    return {"persons": persons, "person_records": records, "scores": scores}, str(day)


def tables():
    return dict(_tables()[0])


def asked(given=None, **settings):
    return ask("listed-people", given or tables(), settings={"on": _tables()[1], "reference": "White", **settings}, replicates=50)


def test_a_list_of_real_people_is_asked_about_and_drawn():
    answer = asked().answer
    measures = {one.measure for one in answer.findings if one.value is not None}
    assert {"list_rate_ratio", "list_group_share", "group_false_positive_rate", "matched_flag_ratio", "zero_harm_share", "choice_accuracy"} <= measures
    assert "list-ratios" in [picture.slug for picture in answer.pictures]
    assert not answer.refused
    assert not any(one.settings.get("truth") == "true" for one in answer.findings), "what people truly did is known to nobody"


def test_the_figures_are_those_of_the_audit_itself():
    given, day = tables(), dt.date.fromisoformat(_tables()[1])
    book, scored = read_scored_book(given["persons"], given["person_records"], given["scores"], on=day, provenance="pseudonymised")
    own = audit_list(book, scored, reference="White", about=About("listed-people", "", "", ""), windows=Windows(), replicates=50, seed=1)
    shown = asked().answer.findings
    assert [(one.measure, one.group) for one in own] == [(one.measure, one.group) for one in shown]
    plain = {"age alone", "prior records alone"}  # who of equals is chosen goes by an order that is nowhere kept
    both = [(a, b) for a, b in zip(own, shown, strict=True) if b.value is not None and not {b.group, b.reference} & plain]
    assert len(both) > 50
    for audited, told in both:
        assert told.value == pytest.approx(audited.value, rel=0.06, abs=0.03), told.measure
    exact = [(a.value, b.value) for a, b in both if a.unit == "ratio"]
    assert [told for _, told in exact] == pytest.approx([audited for audited, _ in exact], rel=0.006)


def test_list_and_records_stay_together_whatever_the_order_of_the_files():
    given, day = tables(), dt.date.fromisoformat(_tables()[1])
    for shuffled in (1, 2):
        scores = given["scores"].sample(frac=1.0, random_state=shuffled)
        book, scored = read_scored_book(given["persons"], given["person_records"], scores, on=day, provenance="pseudonymised")
        rows = np.bincount(book.rows.who[book.rows.day <= (day - dt.date(1970, 1, 1)).days], minlength=len(book))
        assert np.array_equal(np.floor(scored.score), rows)
        assert scored.bands == ("low", "high")
        assert not [name for name, value in vars(scored).items() if isinstance(value, np.ndarray) and value.dtype == object], "no id is kept"


def test_nothing_that_is_small_follows_from_what_is_shown():
    shown = asked().answer.findings
    hidden = {one.group for one in shown if one.measure in ("list_group_share", "group_selection_rate") and one.value is None}
    for one in shown:
        if one.measure in ("list_rate_ratio", "group_selection_rate_ratio", "matched_flag_ratio", "zero_harm_share") and one.value is not None:
            assert not hidden & {one.group, one.reference}, one.measure
        assert one.value is None or one.n is None or one.n >= 10


def test_without_records_of_later_nothing_is_said_of_errors():
    given = tables()
    given["person_records"] = given["person_records"][given["person_records"]["reported_day"] <= _tables()[1]].drop(columns="outcome_day")
    answer = asked(given).answer
    assert "records end" in answer.refused[0].reason
    assert not any(one.measure == "group_false_positive_rate" for one in answer.findings)
    assert any(one.measure == "list_rate_ratio" and one.value for one in answer.findings)
    with pytest.raises(BadSetting, match="follow-up"):
        asked(given, follow_days=365)


def test_made_up_ids_are_no_pseudonyms():
    given = tables()
    given["scores"] = given["scores"].assign(person=[f"M{at}" for at in range(len(given["scores"]))])
    with pytest.raises(BadValue, match="'scores'"):
        asked(given)


def test_a_score_of_nobody_in_persons_is_refused():
    given = tables()
    stranger = given["scores"].iloc[:1].assign(person=pseudonym("a stranger"))
    given["scores"] = pd.concat([given["scores"], stranger])
    with pytest.raises(BadTable, match="not in table 'persons'") as told:
        asked(given)
    assert pseudonym("a stranger") not in str(told.value)


def test_fewer_than_a_hundred_people_are_refused():
    given = tables()
    kept = set(given["persons"]["person"][:99])
    with pytest.raises(TooFewPeople):
        asked({name: table[table["person"].isin(kept)] for name, table in given.items()})


@pytest.mark.parametrize("wrong", [{"on": "yesterday"}, {"on": "1890-01-01"}, {"reference": "Martian"}, {"follow_days": -1}])
def test_settings_that_do_not_fit_are_told_of(wrong):
    with pytest.raises(BadSetting):
        asked(**wrong)


def files_of(given, folder):
    for name, table in given.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return ["--persons", folder / "persons.csv", "--person-records", folder / "person_records.csv", "--scores", folder / "scores.csv"]


def test_the_command_line_writes_counts_and_nobody(evenhand, tmp_path):
    files = files_of(tables(), tmp_path)
    out = [tmp_path / name for name in ("a.json", "a.csv", "a.html")]
    ran = evenhand("audit", "listed-people", *files, "--on", _tables()[1], "--reference", "White", "--json", out[0], "--csv", out[1], "--html", out[2])
    assert ran.code == 0, ran.err
    written = ran.out + ran.err + "".join(one.read_text(encoding="utf-8") for one in out)
    assert not re.search(r"P[0-9a-f]{16}", written)
    assert not any(one in written for one in tables()["persons"]["person"])
    assert len(pd.read_csv(out[1])) < 400, "rows are figures, not people"


def test_a_small_list_ends_the_command_with_one_message(evenhand, tmp_path):
    kept = set(tables()["persons"]["person"][:50])
    files = files_of({name: table[table["person"].isin(kept)] for name, table in tables().items()}, tmp_path)
    ran = evenhand("audit", "listed-people", *files, "--on", _tables()[1], "--reference", "White")
    assert ran.code == 2
    assert "fewer than 100 people" in ran.err
    assert "Traceback" not in ran.err
