"""Counting sanctions, ages and months in the community, on people worked by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from evenhand.systems.sanctions import FOLLOW_UP, ever_before, sanctions_of, whole_months
from evenhand.tables.errors import BadSetting
from evenhand.tables.person_words import OFFENCES
from evenhand.tables.record_rows import day_number
from tests.systems.people_by_hand import book_of, person, prison, sanction

ON = dt.date(2024, 6, 30)
BOOK = book_of(
    person("1990-01", "male", sanction("2010-05-01", "robbery"), sanction("2020-05-01", "shoplifting")),
    person("1990-01", "male", sanction("2020-05-01", "fraud"), prison("2019-11-01", "2020-03-01"), prison("2020-05-01", "2021-05-15")),
    person("1990-01", "male", sanction("2020-05-01", "fraud"), prison("2020-05-01")),
    person("1990-01", "male", sanction("2020-05-01", "other_theft"), sanction("2020-05-01", "rape")),
    person("1990-01", "male", sanction("2020-05-01", None)),
    person("1990-01", "male", {"day": "2020-05-01", "event": "arrest", "role": "subject", "offence": "robbery", "outcome": "convicted"}),
    person("1990-01", "male", sanction("2020-05-01", "fraud", reported_day="2024-07-02")),
)  # fmt: skip


def known(on=ON, **settings):
    return sanctions_of(BOOK.known(on), on=on, **settings)


def test_a_sanction_is_a_row_of_that_event_and_nothing_else():
    assert known().count.tolist() == [2, 1, 1, 2, 1, 0, 0]
    assert known(dt.date(2024, 7, 2)).count.tolist() == [2, 1, 1, 2, 1, 0, 1]


def test_the_current_offence_is_the_last_and_of_several_on_one_day_the_first_of_the_list():
    assert [OFFENCES[one] for one in known().offence[:5]] == ["shoplifting", "fraud", "fraud", "rape", "other"]


def test_follow_up_starts_at_release_and_not_at_one_before_the_sanction():
    starts = {way: known(follow_up=way).starts for way in FOLLOW_UP}
    day = day_number
    assert starts["sanction"][:3].tolist() == [day("2020-05-01")] * 3
    assert starts["release"][:3].tolist() == [day("2020-05-01"), day("2021-05-15"), day_number(ON)]
    assert starts["release or today"][:3].tolist() == [day_number(ON)] * 3


def test_months_free_are_counted_from_release_and_are_none_in_prison():
    assert known().months_free[:3].tolist() == [49, 37, 0]
    assert known().is_in_community[:3].tolist() == [True, True, False]


def test_a_release_still_to_come_is_not_known_yet():
    on = dt.date(2021, 1, 1)
    assert not known(on).is_in_community[1]
    assert known(on).months_free[1] == 0


def test_violence_in_the_narrow_sense_is_less():
    book = book_of(person("1990-01", "male", sanction("2020-01-01", "public_order"), sanction("2021-01-01", "common_assault")))
    assert sanctions_of(book, on=ON).violent[0] == 2
    assert sanctions_of(book, on=ON, violence="narrow").violent[0] == 1


def test_earlier_offences_are_those_before_the_day_of_the_current_sanction():
    assert np.flatnonzero(ever_before(BOOK, known(), ("robbery",))).tolist() == [0]
    assert not ever_before(BOOK, known(), ("shoplifting", "rape", "other_theft")).any()


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [("2024-01-15", "2024-01-15", 0), ("2024-01-15", "2024-02-14", 0), ("2024-01-15", "2024-02-15", 1), ("2023-12-31", "2024-12-30", 11),
     ("2020-02-29", "2021-02-28", 11), ("2021-12-12", "2024-12-12", 36)],
)  # fmt: skip
def test_whole_months_are_those_of_the_calendar(first, last, months):
    assert whole_months(np.array([day_number(first)]), day_number(last)).tolist() == [months]


@pytest.mark.parametrize("settings", [{"follow_up": "never"}, {"violence": "some"}])
def test_a_stray_choice_is_refused(settings):
    with pytest.raises(BadSetting, match="Known"):
        known(**settings)
