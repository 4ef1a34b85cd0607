"""From people to counts: who is counted as what, on people worked by hand, and what is refused."""

from __future__ import annotations

import datetime as dt
import pickle
from dataclasses import replace

import numpy as np
import pytest

from evenhand.audit.about import About
from evenhand.audit.person_counts import NO_YES, tallied
from evenhand.audit.person_marks import Windows, accused, evidence_of, history_strata, score_levels
from evenhand.audit.person_rules import for_children, made_up_rule, rule_for
from evenhand.audit.person_tallies import frame_of_people, tally_people
from evenhand.tables.conduct import Conduct
from evenhand.tables.errors import BadSetting, CannotAnswer
from evenhand.tables.record_book import RecordBook
from evenhand.tables.record_rows import code, day_number, joined, rows_of
from evenhand.tables.scored import Scored
from tests.audit.made_up_list import ON, Town, points, town_of

DAY = day_number("2022-12-31")
ABOUT = About("people", "Nowhere", "2022", "made up")


def book_of(*rows, people=4, provenance="made-up"):
    group = np.array([0, 0, 1, -1], dtype=np.int8)[:people]
    born = np.full(people, (1990 - 1970) * 12, dtype=np.int32)
    born[0] = (2010 - 1970) * 12
    area = np.zeros(people, dtype=np.int16)
    return RecordBook(provenance, born, np.zeros(people, np.int8), group, group, ("Amber", "Blue", "Grey"), area, ("town",), np.full(people, -1), joined(rows))


def list_of(flagged, provenance="made-up"):
    flags = np.array(flagged, dtype=bool)
    return Scored("by hand", dt.date(2022, 12, 31), provenance, flags.astype(float), flags.astype(np.int8), ("off", "on"), flags)


def report(who, day, role="suspect", **others):
    return rows_of(np.array([who]), np.array([day]), "crime_report", role, **others)


def conduct_of(*acts, people=4):
    who, day, offence = (np.array(one) for one in zip(*acts, strict=True))
    no = np.zeros(len(who), dtype=bool)
    offence = np.array([code("offence", one) for one in offence], dtype=np.int8)
    return Conduct(people, who.astype(np.int32), day.astype(np.int32), offence, np.full(len(who), -1), np.full(len(who), -1), no, no, no)


def test_each_person_is_counted_once_as_what_the_records_and_the_truth_say():
    """Person 0, a child: robbery on record, done by person 1; person 1 did it and robs again later unseen; person 2 shoplifts later, seen."""
    book = book_of(
        report(0, DAY - 10, offence="robbery", outcome="charged"),
        report(2, DAY + 30, offence="shoplifting"),
        report(3, DAY - 900, "victim", offence="robbery"),
        report(3, DAY + 360, "witness", offence="robbery"),
    )
    conduct = conduct_of((1, DAY - 10, "robbery"), (1, DAY + 20, "robbery"), (2, DAY + 30, "shoplifting"))
    people = tally_people(book, list_of([1, 0, 0, 0]), conduct=conduct).people
    assert people.total == 4
    assert people.side("group") == ("Amber", "Blue")  # nobody is Grey
    assert people.by("group").tolist() == [2, 1]
    assert people.by("is_violent", "was_violent").tolist() == [[2, 1], [1, 0]]
    assert people.by("later_recorded", "later_true").tolist() == [[2, 1], [0, 1]]
    assert people.by("age", "is_flagged").tolist() == [[0, 1], [3, 0]]
    assert people.where(is_flagged="yes").by("evidence").tolist() == [0, 1, 0, 0]


def test_one_offence_reported_arrested_for_and_sanctioned_counts_once():
    book = book_of(
        report(0, DAY - 9, offence="robbery", outcome="convicted"),
        rows_of(np.array([0]), np.array([DAY - 8]), "arrest", "subject", offence="robbery", outcome="charged"),
        rows_of(np.array([0]), np.array([DAY - 1]), "sanction", "subject", offence="robbery", outcome="custody"),
    )
    assert accused(book, "suspected").tolist() == [1, 0, 0, 0]
    assert evidence_of(book).tolist() == [0, 3, 3, 3]


@pytest.mark.parametrize(("recorded_as", "counted"), [("suspected", 3), ("charged", 2), ("convicted", 1)])
def test_how_firmly_an_offence_must_be_recorded_is_a_setting(recorded_as, counted):
    outcomes = ("no_further_action", "charged", "convicted")
    book = book_of(*(report(0, DAY - at, offence="robbery", outcome=outcome) for at, outcome in enumerate(outcomes)))
    assert accused(book, recorded_as)[0] == counted


def test_an_outcome_not_known_on_the_day_of_the_list_is_not_used():
    book = book_of(report(0, DAY - 5, offence="robbery", outcome="convicted", outcome_day=DAY + 5), report(1, DAY + 365, offence="robbery"))
    people = tally_people(book, list_of([1, 0, 0, 0])).people
    assert people.where(is_flagged="yes").by("evidence").tolist() == [0, 0, 1, 0]


def test_windows_are_of_so_many_days_to_the_day():
    for back, violent in ((729, 1), (730, 0)):
        book = book_of(report(0, DAY - back, offence="robbery"), report(1, DAY + 365))
        assert tally_people(book, list_of([1, 0, 0, 0])).people.by("is_violent")[1] == violent
    for ahead, later in ((1, 1), (365, 1), (366, 0)):
        book = book_of(report(0, DAY + ahead, offence="robbery"), report(3, DAY + 365, "witness"))
        assert tally_people(book, list_of([1, 0, 0, 0])).people.by("later_recorded")[1] == later


def test_without_a_follow_up_or_a_conduct_nothing_is_said_of_them():
    tallies = tally_people(book_of(report(0, DAY)), list_of([1, 0, 0, 0]), windows=Windows(follow_days=None))
    assert tallies.truths == ()
    assert not tallies.has_truth


def test_only_those_the_system_speaks_of_may_be_counted():
    scored = list_of([1, 0, 0, 0])
    scored.score[2:] = np.nan
    book = book_of(report(0, DAY + 365))
    assert tally_people(book, scored, among="scored").people.total == 2


def test_counts_are_refused_where_they_would_mislead():
    book, scored = book_of(report(0, DAY)), list_of([1, 0, 0, 0])
    with pytest.raises(BadSetting, match="Records end 365 days before"):
        tally_people(book, scored)
    with pytest.raises(BadSetting, match="same people"):
        tally_people(book, list_of([1, 0]))
    real = replace(book, provenance="pseudonymised")
    with pytest.raises(BadSetting, match="Nobody knows what real people"):
        tally_people(real, list_of([1, 0, 0, 0], "pseudonymised"), conduct=conduct_of((0, DAY, "robbery")), windows=Windows(follow_days=None))
    with pytest.raises(BadSetting, match="recorded_as='rumoured'"):
        Windows(recorded_as="rumoured")
    with pytest.raises(BadSetting, match="1 day or more"):
        Windows(past_days=0)
    with pytest.raises(BadSetting, match="not counted by 'height'"):
        tallied({"group": ([0], ("A",))}).by("height")


def test_fine_counts_of_real_people_are_not_pickled_and_none_is_printed():
    real = tally_people(book_of(report(0, DAY), provenance="pseudonymised"), list_of([1, 0, 0, 0], "pseudonymised"), windows=Windows(follow_days=None))
    with pytest.raises(BadSetting, match="not pickled"):
        pickle.dumps(real)
    assert repr(real) == "<counts of pseudonymised people on 2022-12-31>"
    made_up = tally_people(book_of(report(0, DAY)), list_of([1, 0, 0, 0]), windows=Windows(follow_days=None))
    assert pickle.loads(pickle.dumps(made_up)).people.total == 4


def test_the_rule_for_made_up_people_is_refused_for_real_ones_and_the_strict_one_holds_otherwise():
    with pytest.raises(BadSetting, match="these people are real"):
        rule_for("pseudonymised", made_up_rule())
    assert rule_for("made-up").threshold == rule_for("pseudonymised").threshold == 10
    assert for_children(rule_for("pseudonymised")).threshold == 20
    assert for_children(made_up_rule()).threshold == 1


def test_a_reference_that_is_no_group_is_refused_and_so_is_a_single_group():
    world = town_of(Town(people=300))
    tallies = tally_people(world.book, points(world.book, on=ON))
    with pytest.raises(BadSetting, match="'Green' is not in the table"):
        frame_of_people(tallies, reference="Green", about=ABOUT)
    only = replace(world.book, group=np.zeros(300, dtype=np.int8))
    with pytest.raises(CannotAnswer, match="one group"):
        frame_of_people(tally_people(only, points(only, on=ON)), reference="Amber", about=ABOUT)


def test_sides_counted_together_add_up_to_sides_counted_alone():
    rng = np.random.default_rng(3)
    columns = {name: (rng.integers(-1, size, 5_000), tuple(f"{name}{at}" for at in range(size))) for name, size in (("a", 3), ("b", 5), ("c", 2))}
    table = tallied(columns)
    slow = np.zeros((3, 5))
    for a, b in zip(columns["a"][0], columns["b"][0], strict=True):
        if a >= 0 and b >= 0:
            slow[a, b] += 1
    np.testing.assert_array_equal(table.by("a", "b"), slow)
    np.testing.assert_array_equal(table.by("b", "a"), slow.T)
    many = {f"{name}{at}": column for at in range(6) for name, column in columns.items()}  # too many combinations to count in place
    np.testing.assert_array_equal(tallied(many).by("a0", "b5"), slow)
    assert table.where(c="c1").total == (columns["c"][0] == 1).sum()


def test_strata_and_levels_keep_every_person():
    at, names = history_strata(np.arange(40), np.arange(40) % 4)
    assert names[at[0]].startswith("0 offences")
    assert names[at[39]].startswith("20 or more offences, 2 or more")
    score = np.random.default_rng(1).gamma(0.5, size=20_000).round(9)
    score[:3] = np.nan
    levels, step = score_levels(score)
    assert len(levels) <= 1000
    assert (step[:3] == -1).all()
    known = score[3:]
    order = np.argsort(known)
    assert (np.diff(step[3:][order]) >= 0).all()
    assert np.bincount(step[3:])[1:].max() <= 25
    assert NO_YES == ("no", "yes")
