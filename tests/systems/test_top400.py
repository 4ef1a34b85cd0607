"""Top400: the printed criteria on young people worked out by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from evenhand.systems import top400
from evenhand.tables.errors import BadSetting
from tests.systems.short_records import arrested, book_of, convicted, reported

ON = dt.date(2018, 6, 30)
MOVES = ("2009-08-01", "2011-08-01", "2013-08-01")


def moved(person, *days):
    return [{"person": person, "day": day, "event": "school_move"} for day in days]


def in_care(person, day, until=None):
    return [{"person": person, "day": day, "event": "youth_care", "until": until}]


FIVE = {f"M{number}": {"birth_month": "2003-05"} for number in range(1, 5)} | {"M5": {"birth_month": "1990-05"}}
ROWS = [
    *moved("M1", *MOVES), *in_care("M1", "2014-01-01", "2015-01-01"), *reported("M1", "2018-01-01"),   # all three
    *moved("M2", *MOVES), *in_care("M2", "2014-01-01", "2015-01-01"),                                  # two, no suspicion of any crime
    *moved("M3", *MOVES[:2]), *arrested("M3", "2018-01-01", offence="shoplifting"),                    # one: two moves are not three
    *moved("M4", *MOVES), *arrested("M4", "2018-01-01"), *convicted("M4", "2018-05-01", offence="robbery"),  # two, but convicted of robbery
    *moved("M5", *MOVES), *in_care("M5", "2014-01-01"), *arrested("M5", "2018-01-01"),                 # all three, but 28
]  # fmt: skip


def scored(rows=ROWS, people=FIVE, **settings):
    return top400.score(book_of(people, rows), on=ON, **{"prokid": "none", **settings})


def test_two_criteria_list_a_young_person_who_need_not_have_been_suspected_of_anything():
    found = scored()
    np.testing.assert_array_equal(found.score, [3, 2, 1, 2, np.nan])
    assert found.is_flagged.tolist() == [True, True, False, False, False]
    assert found.band.tolist() == [3, 3, 0, 0, -1]


@pytest.mark.parametrize(("needed", "expected"), [(1, [True, True, True]), (2, [True, True, False]), (3, [True, False, False])])
def test_how_many_criteria_are_needed_is_a_choice(needed, expected):
    assert scored(needed=needed).is_flagged.tolist()[:3] == expected


def test_an_arrest_may_be_required_and_care_may_have_to_be_going_on():
    assert scored(suspected="arrest").score.tolist()[:3] == [2, 2, 1]
    assert scored(supervision="now").score.tolist()[:3] == [2, 1, 1]
    assert scored([*in_care("M1", "2018-06-01")], supervision="now").score[0] == 1


@pytest.mark.parametrize(("born", "is_spoken_of"), [("2006-07", False), ("2006-06", True), ("1994-07", True), ("1994-06", False)])
def test_the_ages_are_12_to_23(born, is_spoken_of):
    """On 30 June 2018 somebody born in June 2006 is 12, and in July 1994 still 23."""
    assert scored([*moved("M1", *MOVES)], {"M1": {"birth_month": born}}).is_scored.tolist() == [is_spoken_of]


HOME, OTHER = "H1", "H2"
FAMILY = {
    "M1": {"birth_month": "1980-01", "household": HOME},   # suspected twice
    "M2": {"birth_month": "2003-05", "household": HOME},   # no record at all
    "M3": {"birth_month": "2003-05", "household": OTHER},  # three times a victim
    "M4": {"birth_month": "2005-05", "household": OTHER},  # no record at all, younger
}  # fmt: skip
AT_HOME = [*reported("M1", "2017-01-01", "2017-02-01"), *reported("M3", "2017-01-01", "2017-03-01", "2017-05-01", role="victim")]


def test_prokid_adds_people_for_being_victims_and_for_those_they_live_with():
    found = scored(AT_HOME, FAMILY, prokid="printed", siblings=False)
    assert found.is_flagged.tolist() == [False, True, True, False]
    assert top400.prokid_points(book_of(FAMILY, AT_HOME)).tolist() == [0, 2, 3, 0]


def test_prokid_in_proportion_adds_the_one_with_most_points():
    """125 of 821,752 is one of the first 6,574 people; of equals the lower position."""
    assert scored(AT_HOME, FAMILY, prokid="in-proportion", siblings=False).is_flagged.tolist() == [False, False, True, False]
    assert scored(AT_HOME, FAMILY, prokid="in-proportion", siblings=False, at_home=2.0).is_flagged.tolist() == [False, True, False, False]
    level = [*AT_HOME, *reported("M1", "2017-04-01")]
    assert scored(level, FAMILY, prokid="in-proportion", siblings=False).is_flagged.tolist() == [False, True, False, False]


def test_younger_people_at_home_are_drawn_in_without_meeting_anything():
    found = scored(AT_HOME, FAMILY, prokid="in-proportion")
    assert [found.bands[band] if band >= 0 else "" for band in found.band] == ["", "not listed", "added by ProKid+", "at home with one listed"]
    assert found.score[3] == 0


def test_a_child_below_twelve_may_be_drawn_in():
    people = FAMILY | {"M4": {"birth_month": "2010-05", "household": OTHER}}
    found = scored(AT_HOME, people, prokid="in-proportion")
    assert found.is_flagged[3]
    assert found.score[3] == 0
    assert np.isnan(scored(AT_HOME, people, prokid="in-proportion", siblings=False).score[3])


def test_nothing_later_than_the_day_counts():
    later = [*ROWS, *reported("M2", "2018-07-01"), *in_care("M3", "2018-07-01")]
    np.testing.assert_array_equal(scored(later).score, scored().score)


def test_unknown_choices_are_refused():
    for setting in ("suspected", "supervision", "prokid"):
        with pytest.raises(BadSetting, match=f"no {setting}"):
            scored(**{setting: "as you like"})
