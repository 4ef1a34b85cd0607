"""Top600: the prosecutor's conditions on people worked out by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from evenhand.systems import top600
from evenhand.tables.errors import BadSetting
from tests.systems.short_records import arrested, book_of, convicted

ON = dt.date(2020, 6, 30)
THREE = ("2012-01-01", "2014-01-01", "2016-01-01")
TWO = ("2017-01-01", "2018-01-01")
SEVEN = {
    "M1": {},                                                    # arrested for robbery, three times convicted
    "M2": {},                                                    # the same, but the arrest is five years and a day old
    "M3": {},                                                    # arrested for robbery, twice convicted
    "M4": {"birth_month": "2001-07"},                            # the same, and 18
    "M5": {"birth_month": "1999-06"},                            # the same, and 21 since this month
    "M6": {},                                                    # arrested for shoplifting, three times convicted
    "M7": {},                                                    # arrested for robbery, two convictions and a caution
}  # fmt: skip
ROWS = [
    *arrested("M1", "2019-05-01"), *convicted("M1", *THREE),
    *arrested("M2", "2015-06-29"), *convicted("M2", *THREE),
    *arrested("M3", "2019-05-01"), *convicted("M3", *TWO),
    *arrested("M4", "2019-05-01"), *convicted("M4", *TWO),
    *arrested("M5", "2019-05-01"), *convicted("M5", *TWO),
    *arrested("M6", "2019-05-01", offence="shoplifting"), *convicted("M6", *THREE),
    *arrested("M7", "2019-05-01"), *convicted("M7", *TWO), *convicted("M7", "2019-01-01", outcome="caution"),
]  # fmt: skip


def listed(rows=ROWS, people=SEVEN, on=ON, **settings) -> list[bool]:
    found = top600.score(book_of(people, rows), on=on, **settings)
    return (found.band == 2).tolist()


def test_three_convictions_and_one_arrest_for_high_impact_in_five_years_list_a_person():
    found = top600.score(book_of(SEVEN, ROWS), on=ON)
    assert found.score.tolist() == [2, 1, 1, 2, 1, 1, 1]
    assert found.is_flagged.tolist() == [True, False, False, True, False, False, False]


def test_the_window_of_arrests_is_a_choice():
    assert listed(arrest_years=10)[1]
    assert not listed([*arrested("M1", "2015-07-01"), *convicted("M1", *THREE)], {"M1": {}}, arrest_years=3)[0]


def test_so_are_the_counts():
    assert listed(convictions=2) == [True, False, True, True, True, False, True]
    assert not any(listed(arrests=5))
    assert listed([*arrested("M1", *(f"2019-0{month}-01" for month in range(1, 6))), *convicted("M1", *THREE)], {"M1": {}}, arrests=5) == [True]
    assert listed(young_convictions=3)[3] is False


def test_old_convictions_of_the_young_may_be_left_out():
    rows = [*arrested("M4", "2019-05-01"), *convicted("M4", "2014-01-01", "2018-01-01")]
    assert listed(rows, {"M4": SEVEN["M4"]}) == [False]
    assert listed(rows, {"M4": SEVEN["M4"]}, young_years=100) == [True]


@pytest.mark.parametrize(
    ("offence", "settings", "expected"),
    [
        ("drugs_supply", {}, True), ("drugs_supply", {"offences": "2011"}, False),
        ("assault_with_injury", {}, False), ("assault_with_injury", {"assaults": True}, True),
    ],
)  # fmt: skip
def test_what_counts_as_high_impact_is_a_choice(offence, settings, expected):
    rows = [*arrested("M1", "2019-05-01", offence=offence), *convicted("M1", *THREE)]
    assert listed(rows, {"M1": {}}, **settings) == [expected]


def test_minors_at_home_with_an_older_listed_person_are_flagged_until_2025():
    home = "H1"
    people = {
        "M1": {"household": home},
        "M2": {"household": home, "birth_month": "2008-05"},
        "M3": {"household": home, "birth_month": "2001-05"},
        "M4": {"household": "H2", "birth_month": "2008-05"},
    }
    book = book_of(people, [*arrested("M1", "2019-05-01", "2024-05-01"), *convicted("M1", *THREE)])
    found = top600.score(book, on=ON)
    assert found.is_flagged.tolist() == [True, True, False, False]
    assert [found.bands[band] for band in found.band] == ["listed", "at home with one listed", "not listed", "not listed"]
    assert top600.score(book, on=ON, siblings="never").is_flagged.tolist() == [True, False, False, False]
    after = dt.date(2026, 1, 1)
    assert top600.score(book, on=after).is_flagged.tolist() == [True, False, False, False]
    assert top600.score(book, on=after, siblings="always").is_flagged.tolist() == [True, True, False, False]


def test_nothing_later_than_the_day_counts():
    later = [*ROWS, *convicted("M3", "2020-07-01"), *arrested("M2", "2020-07-01")]
    np.testing.assert_array_equal(top600.score(book_of(SEVEN, later), on=ON).score, top600.score(book_of(SEVEN, ROWS), on=ON).score)


def test_unknown_choices_are_refused():
    with pytest.raises(BadSetting, match="Known: 2011, 2019"):
        listed(offences="2015")
    with pytest.raises(BadSetting, match="Known: until-2025, always, never"):
        listed(siblings="sometimes")
