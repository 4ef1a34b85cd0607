"""LASER points: the sum on people worked out by hand, the first of each division, and what watching does to a score."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.systems import laser_points
from evenhand.tables.errors import BadSetting
from tests.systems.records_by_hand import ON, book, crime, drawn_book, intelligence, prison, row


def stop(ago=30):
    return row("stop", ago)


def arrest(ago, offence="robbery", **more):
    return row("arrest", ago, offence=offence, **more)


def held(*people, area=None):
    return book(*people, area=area or ["N1"] * len(people))


def points(*people, **choices) -> list[float]:
    return np.nan_to_num(laser_points.score(held(*people), on=ON, **choices).score).tolist()


GANG, SUPERVISED, HANDGUN = row("marker", 900, marker="gang"), row("supervision", 100), arrest(2000, "firearms")


def test_each_kind_of_point_and_their_sum():
    everything = [GANG, SUPERVISED, HANDGUN, arrest(1000, "gbh_with_intent"), stop(10), stop(20), stop(30)]
    assert points([GANG], [SUPERVISED], [HANDGUN], [arrest(1000, "gbh_with_intent")], [stop(), stop()], everything) == [5, 5, 5, 5, 2, 23]


@pytest.mark.parametrize("setting", ["gang_points", "supervision_points", "handgun_points", "violence_points"])
def test_each_kind_of_point_can_be_left_away(setting):
    everything = [GANG, SUPERVISED, HANDGUN, arrest(1000, "gbh_with_intent")]
    assert points(everything, **{setting: 0}) == [15]


def test_markers_and_supervision_count_while_they_last():
    assert points([row("marker", 900, marker="gang", until_ago=1)], [row("supervision", 900, until_ago=1)], [row("supervision", 900, until_ago=-5)]) == [
        0,
        0,
        5,
    ]


def test_a_handgun_is_an_arrest_with_a_firearm_told_of():
    assert points([arrest(900, "robbery", weapon="firearm")], [arrest(900, "drugs_supply", weapon="firearm")], [crime(900, "firearms")]) == [10, 5, 0]


def test_violence_counts_once_or_for_each_arrest_in_two_years():
    person = [arrest(10), arrest(20), arrest(731)]
    convicted = [row("sanction", 2000, offence="robbery", outcome="custody")]
    assert points(person, convicted) == [5, 5]
    assert points(person, convicted, violence="per-arrest") == [10, 0]


def test_contacts_count_for_two_years_and_what_a_contact_is_is_a_choice():
    assert points([stop(730)], [stop(731)]) == [1, 0]
    person = [stop(), arrest(10, "shoplifting"), crime(10, "shoplifting"), intelligence(10, "drugs_supply")]
    assert [points(person, contacts=what)[0] for what in ("stops", "stops-and-arrests", "all-but-prison")] == [1, 2, 4]


def test_a_gang_member_may_be_who_intelligence_links_to_one():
    assert [points([intelligence(900, None, marker="gang")], gang=who)[0] for who in ("marker", "marker-or-intelligence")] == [0, 5]


def test_the_twelve_with_most_points_in_each_division_get_a_bulletin_and_equals_by_position():
    people = [[stop(10)] * 2 for _ in range(13)] + [[stop(10)]] + [[]]
    found = laser_points.score(held(*people, area=["N1"] * 13 + ["N2", "N2"]), on=ON)
    assert found.is_flagged.tolist() == [True] * 12 + [False, True, False]
    assert found.band.tolist() == [1] * 12 + [0, 1, -1]
    assert laser_points.score(held(*people), on=ON, per_division=20).is_flagged.sum() == 14


def test_somebody_in_prison_or_without_a_division_gets_no_bulletin():
    inside = [stop(10), prison(5)]
    assert laser_points.score(held(inside, [stop(10)], area=["N1", None]), on=ON).is_flagged.tolist() == [False, False]
    assert laser_points.score(held(inside), on=ON, in_custody="kept").is_flagged.tolist() == [True]


@given(seed=st.integers(0, 40), times=st.integers(1, 5))
def test_every_stop_lifts_whoever_is_stopped_and_nobody_else(seed, times):
    """The closed loop: conduct is the same, watching is not."""
    before = drawn_book(seed)
    from evenhand.tables.record_rows import day_number, rows_of

    more = before.with_rows(rows_of(np.zeros(times, dtype=int), np.full(times, day_number(ON) - 1), "stop", "subject"))
    gained = np.nan_to_num(laser_points.score(more, on=ON).score) - np.nan_to_num(laser_points.score(before, on=ON).score)
    assert gained[0] == times
    assert not gained[1:].any()


def test_without_contact_points_being_stopped_changes_nothing():
    person = [GANG]
    assert points(person, [*person, *[stop()] * 50], contact_points=0) == [5, 5]


@pytest.mark.parametrize("reading", laser_points.CARD.readings, ids=lambda reading: reading.setting)
def test_every_choice_of_every_reading_changes_something(reading):
    books = [drawn_book(seed, people=60, rows=900) for seed in range(6)]

    def outcomes(choice):
        found = [laser_points.score(one, on=ON, **{reading.setting: choice}) for one in books]
        return tuple(np.concatenate([np.concatenate([np.nan_to_num(one.score), one.is_flagged]) for one in found]))

    assert len({outcomes(choice) for choice in reading.choices}) == len(reading.choices)


def test_every_number_that_is_remembered_is_marked_so():
    marks = {reading.setting: reading.mark for reading in laser_points.CARD.readings}
    assert {setting for setting, mark in marks.items() if mark == "recalled"} == {
        "gang_points", "supervision_points", "handgun_points", "violence_points", "contact_points", "violence", "contact_months", "per_division"}  # fmt: skip


def test_stray_choices_are_refused():
    with pytest.raises(BadSetting, match="there is no contacts 'glances'"):
        laser_points.score(held([]), on=ON, contacts="glances")
