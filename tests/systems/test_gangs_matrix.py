"""The Gangs Violence Matrix: the threshold on people worked out by hand, the two sides, the colours, and that every choice matters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.systems import gangs_matrix
from evenhand.tables.errors import BadSetting
from tests.systems.records_by_hand import ON, book, crime, drawn_book, intelligence, row


def gang(ago=100, **more):
    """A report that links its subject to a gang."""
    return intelligence(ago, None, marker="gang", **more)


TWO = [gang(100), gang(200)]
"""Enough to be put on it, and worth no points."""


def scored(*people, **choices):
    return gangs_matrix.score(book(*people), on=ON, **choices)


def listed(*people, **choices) -> list[bool]:
    return scored(*people, **choices).is_flagged.tolist()


def points(*people, **choices) -> list[float]:
    return scored(*people, **choices).score.round(6).tolist()


def test_two_pieces_of_gang_intelligence_are_enough_and_no_offence_is_needed():
    assert listed(TWO, [gang()], [crime(10, "homicide"), crime(20, "homicide")]) == [True, False, False]


def test_reports_of_one_incident_are_one_piece():
    assert listed([gang(incident=1), gang(incident=1)], [gang(incident=1), gang(incident=2)]) == [False, True]


def test_more_than_one_source_may_be_read_as_sources_that_cannot_be_the_same():
    apart = [gang(source_grade="1"), gang(source_grade="2")]
    assert listed(TWO, apart, sources="two-grades") == [False, True]


def test_reliable_is_read_in_three_ways():
    untested, discredited, false = ([gang(source_grade="2")] * 2, [gang(source_grade="3")] * 2, [gang(information_grade="E")] * 2)
    assert {how: listed(TWO, untested, discredited, false, reliable=how) for how in ("any", "not-discredited", "reliable")} == {
        "any": [True, True, True, True], "not-discredited": [True, True, False, False], "reliable": [True, False, False, False]}  # fmt: skip


def test_gang_intelligence_may_age_out_or_never_does():
    old = [gang(3000), gang(2000)]
    assert [listed(old, [gang(400), gang(1000)], gang_window=window) for window in ("unlimited", "36-months", "12-months")] == [
        [True, True], [False, True], [False, False]]  # fmt: skip


def test_being_named_beside_somebody_counts_only_where_read_so():
    beside = [gang(role="associate"), gang(50, role="associate")]
    assert [listed(beside, named_as=who)[0] for who in ("subject", "subject-and-associate")] == [False, True]


def test_a_stop_with_a_listed_person_is_a_piece_of_intelligence_where_read_so_and_goes_once_round():
    friend = [gang(), row("stop", 10, incident=5)]
    friend_of_friend = [gang(), row("stop", 10, incident=6)]
    people = ([*TWO, row("stop", 10, incident=5)], [*friend, row("stop", 9, incident=6)], friend_of_friend)
    assert listed(*people) == [True, False, False]
    assert listed(*people, together="counts") == [True, True, False]


def test_a_gang_marker_is_a_piece_of_intelligence_where_read_so():
    marked = [gang(), row("marker", 500, marker="gang")]
    lapsed = [gang(), row("marker", 500, marker="gang", until_ago=400)]
    assert listed(marked, lapsed, marker="counts") == [True, False]
    assert listed(marked, marker="left-out") == [False]


def test_harm_falls_with_age_and_is_nothing_outside_the_window():
    assert points(*([*TWO, crime(ago, outcome="convicted")] for ago in (10, 365, 730, 1094, 1095, 1096)))[:4] == [
        5,
        round(10 / 3, 6),
        round(5 / 3, 6),
        round(5 / 3, 6),
    ]
    assert points([*TWO, crime(1095, outcome="convicted")], [*TWO, crime(1096, outcome="convicted")]) == [0, 0]
    assert points([*TWO, crime(1095, outcome="convicted")], [*TWO, crime(1096, outcome="convicted")], fade="none") == [5, 0]
    assert points([*TWO, crime(700, outcome="convicted")], window_months=12, fade="none") == [0]


def test_those_convicted_may_score_zero_and_stay_on_it():
    found = scored([*TWO, crime(2000, "homicide", outcome="convicted"), row("prison", 1900)], [*TWO, crime(10)])
    assert found.is_flagged.tolist() == [True, True]
    assert (found.score[0], found.band[0]) == (0, 0)


def test_suspicion_charge_and_conviction_count_by_their_part():
    people = [[*TWO, crime(10, outcome=outcome)] for outcome in ("convicted", "caution", "charged", "acquitted", "no_further_action", None)]
    assert points(*people) == [5, 5, 3.75, 2.5, 2.5, 2.5]
    assert points(*people, parts="equal") == [5] * 6
    assert points(*people, parts="convictions") == [5, 5, 0, 0, 0, 0]


def test_intelligence_on_access_to_weapons_adds_harm_by_its_grade():
    people = [[*TWO, intelligence(10, "firearms")], [*TWO, intelligence(10, None, weapon="knife", source_grade="2", information_grade="D")],
              [*TWO, intelligence(10, "drugs_supply")]]  # fmt: skip
    assert points(*people) == [10, 1, 0]
    assert points(*people, grading="half") == [5, 2.5, 0]


def test_victims_are_scored_on_the_same_list_and_one_reading_makes_them_red():
    victim, offender = [*TWO, crime(10, role="victim", offence="gbh_with_intent")], [*TWO, crime(10, outcome="charged")]
    of = gangs_matrix.features(book(victim, offender), on=ON)
    assert (of["harm"].tolist(), of["risk"].tolist()) == ([0, 3.75], [10, 0])
    assert {side: points(victim, offender, side=side) for side in ("higher", "sum", "harm")} == {"higher": [10, 3.75], "sum": [10, 3.75], "harm": [0, 3.75]}
    assert points([*victim, crime(10, outcome="charged")], side="sum") == [13.75]


def test_points_may_be_days_of_an_index():
    assert points([*TWO, crime(10, outcome="convicted")], points="cchi") == [3.65]
    assert points([*TWO, crime(10, "shoplifting", outcome="convicted")], points="cchi") == [0]


def test_colours_hold_the_shares_that_are_remembered():
    found = scored(*([*TWO, crime(10 + at, fade)] for at, fade in enumerate(["robbery"] * 100)), fade="none")
    assert np.bincount(found.band, minlength=3).tolist() == [100, 0, 0]  # all equal: nobody is above anybody
    people = [[*TWO, *(crime(10, incident=100 * at + more) for more in range(at))] for at in range(100)]
    assert np.bincount(scored(*people).band, minlength=3).tolist() == [64, 31, 5]


def test_colours_may_begin_at_invented_points():
    people = [[*TWO, *(crime(10, outcome="convicted", incident=10 * at + more) for more in range(at))] for at in range(4)]
    found = scored(*people, bands="cut-offs")
    assert (found.score.tolist(), found.band.tolist()) == ([0, 5, 10, 15], [0, 1, 1, 2])


@given(seed=st.integers(0, 50))
def test_a_zero_is_green_and_a_redder_colour_has_no_fewer_points(seed):
    found = gangs_matrix.score(drawn_book(seed, events=("intelligence", "crime_report"), markers=("gang", "drugs")), on=ON, named_as="subject-and-associate")
    on_it = found.is_flagged
    assert (found.band[on_it & (found.score == 0)] == 0).all()
    order = np.argsort(found.score[on_it], kind="stable")
    assert (np.diff(found.band[on_it][order]) >= 0).all()


@pytest.mark.parametrize("reading", gangs_matrix.CARD.readings, ids=lambda reading: reading.setting)
def test_every_choice_of_every_reading_changes_something(reading):
    kinds = {
        "events": ("intelligence", "crime_report", "stop", "marker"),
        "offences": ("robbery", "homicide", "firearms", "common_assault"),
        "markers": ("gang", "drugs"),
    }
    books = [drawn_book(seed, people=150, rows=3_000, **kinds) for seed in range(5)]

    def outcomes(choice):
        found = [gangs_matrix.score(one, on=ON, **{reading.setting: choice}) for one in books]
        return tuple(np.concatenate([np.concatenate([np.nan_to_num(one.score, nan=-1).round(6), one.band]) for one in found]))

    assert len({outcomes(choice) for choice in reading.choices}) == len(reading.choices)


def test_stray_choices_are_refused():
    with pytest.raises(BadSetting, match="there is no side 'both'. Known: higher, sum, harm"):
        scored([], side="both")
    with pytest.raises(BadSetting, match="not a number of 0 or more"):
        scored([], window_months=-1)
    with pytest.raises(BadSetting, match="not a number of 0 or more"):
        scored([], window_months="long")
