"""Labels by association: chains worked out by hand, the fixed point, a slow twin, and what was told to Parliament."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.audit.published import Statement, check
from evenhand.systems import xcalibre
from evenhand.tables.errors import BadSetting
from tests.systems.records_by_hand import ON, book, crime, drawn_book, intelligence, row
from tests.systems.xcalibre_twin import steps

MARKED = row("marker", 400, marker="gang")


def stop(incident, ago=30, **more):
    return row("stop", ago, incident=incident, **more)


def told(ago=30):
    return intelligence(ago, "drugs_possession", source_grade="2", information_grade="D")


def step(*people, **choices) -> list[int]:
    return xcalibre.cascade(book(*people), on=ON, **choices).step.tolist()


CHAIN = (
    [MARKED, stop(1), stop(2)],
    [told(), stop(1), stop(2), stop(3), stop(4)],
    [told(), stop(3), stop(4), stop(5), stop(6)],
    [stop(5), stop(6)],
)
"""Each was stopped twice with the one before; the last is the subject of no intelligence."""


def test_the_label_passes_from_one_to_the_next():
    assert step(*CHAIN) == [0, 1, 2, -1]
    found = xcalibre.score(book(*CHAIN), on=ON)
    np.testing.assert_allclose(found.score, [1, 1 / 2, 1 / 3, np.nan])
    assert [found.bands[at] if at >= 0 else "" for at in found.band] == ["labelled first", "by association", "by association", ""]
    assert found.is_flagged.tolist() == [True, True, True, False]


def test_the_cascade_tells_its_sizes():
    assert xcalibre.cascade(book(*CHAIN), on=ON).sizes == (1, 2, 3, 3)
    assert xcalibre.cascade(book(*CHAIN), on=ON, intelligence=0).sizes == (1, 2, 3, 4, 4)
    assert xcalibre.cascade(book([told()], [stop(1)]), on=ON).sizes == (0, 0)


def test_the_label_may_pass_once_only():
    assert step(*CHAIN, rounds="once") == [0, 1, -1, -1]


def test_a_single_contact_is_enough_only_where_read_so():
    people = ([MARKED, stop(1)], [told(), stop(1)])
    assert [step(*people, contacts=contacts) for contacts in (1, 2)] == [[0, 1], [0, -1]]


def test_one_friend_twice_is_two_occasions_and_one_person():
    twice = ([MARKED, stop(1), stop(2)], [told(), stop(1), stop(2)])
    two_friends = ([MARKED, stop(1)], [MARKED, stop(1)], [told(), stop(1)])
    assert [step(*twice, counted=how)[1] for how in ("occasions", "people")] == [1, -1]
    assert [step(*two_friends, counted=how)[2] for how in ("occasions", "people")] == [-1, 1]


def test_contacts_and_intelligence_grow_old():
    people = ([MARKED, stop(1, 500), stop(2, 500)], [told(500), stop(1, 500), stop(2, 500)])
    assert [step(*people, months=months)[1] for months in (12, 24)] == [-1, 1]


def test_the_reports_counted_are_a_choice():
    suspect = ([MARKED, stop(1), stop(2)], [crime(10), stop(1), stop(2)])
    assert [step(*suspect, subject_of=what)[1] for what in ("intelligence", "report-or-intelligence")] == [-1, 1]
    once = ([MARKED, stop(1), stop(2)], [told(), stop(1), stop(2)])
    assert [step(*once, intelligence=least)[1] for least in (1, 2)] == [1, -1]


def test_where_people_are_seen_together_is_a_choice():
    together = ([MARKED, crime(10, incident=1), crime(20, incident=2)], [told(), crime(10, incident=1), crime(20, incident=2)])
    assert [step(*together, seen=where)[1] for where in ("stops", "stops-and-intelligence", "police-contact")] == [-1, -1, 1]
    named = ([MARKED, intelligence(9, incident=1), intelligence(9, incident=2)],
             [told(), intelligence(9, role="associate", incident=1), intelligence(9, role="associate", incident=2)])  # fmt: skip
    assert [step(*named, seen=where)[1] for where in ("stops", "stops-and-intelligence")] == [-1, 1]


def test_victims_are_labelled_by_those_who_attacked_them_where_read_so():
    people = ([MARKED, crime(10, incident=1), crime(20, incident=2)], [told(), crime(10, role="victim", incident=1), crime(20, role="victim", incident=2)])
    assert [step(*people, seen="police-contact", parts=parts)[1] for parts in ("accused", "anyone")] == [-1, 1]


def test_a_label_starts_with_a_marker_or_with_reliable_intelligence_of_a_link():
    linked = [intelligence(30, None, marker="gang", information_grade="B")]
    people = ([MARKED], [row("marker", 400, marker="gang", until_ago=10)], linked, [intelligence(30, None, marker="gang", source_grade="2")])
    assert {seeds: step(*people, seeds=seeds) for seeds in ("either", "marker", "intelligence")} == {
        "either": [0, -1, 0, -1], "marker": [0, -1, -1, -1], "intelligence": [-1, -1, 0, -1]}  # fmt: skip


def test_a_crowd_of_more_than_30_is_nobodys_company():
    crowd = [[told(), stop(1), stop(2)] for _ in range(31)]
    assert set(step(crowd[0] + [MARKED], *crowd[1:30])) == {0, 1}
    assert set(step(crowd[0] + [MARKED], *crowd[1:31])) == {0, -1}


def met_often(seed):
    """A drawn book in which people meet often, so that labels pass on for several rounds."""
    events = ("stop", "stop", "intelligence", "crime_report", "arrest", "marker")
    return drawn_book(seed, people=120, rows=2_000, days=900, events=events)


@pytest.mark.parametrize("seed", range(40))
def test_the_fast_cascade_is_the_slow_one(seed):
    drawn = met_often(seed)
    chooser = random.Random(seed)
    choices = {one.setting: chooser.choice(one.choices) for one in xcalibre.CARD.readings} if seed else {}
    assert xcalibre.cascade(drawn, on=ON, **choices).step.tolist() == steps(drawn, ON, **choices)


@given(seed=st.integers(0, 40), contacts=st.integers(1, 3), months=st.sampled_from([12, 24, 60]))
@settings(max_examples=30, deadline=None)
def test_fewer_contacts_and_longer_memory_never_shrink_the_labelled(seed, contacts, months):
    drawn = met_often(seed)
    labelled = xcalibre.cascade(drawn, on=ON, contacts=contacts, months=months).step >= 0
    wider = xcalibre.cascade(drawn, on=ON, contacts=max(contacts - 1, 1), months=months * 2).step >= 0
    assert not (labelled & ~wider).any()


@given(seed=st.integers(0, 40))
@settings(max_examples=20, deadline=None)
def test_at_the_fixed_point_nobody_is_left_whom_the_rule_would_label(seed):
    drawn = met_often(seed)
    found = xcalibre.cascade(drawn, on=ON)
    assert found.sizes[-1] == found.sizes[-2] == (found.step >= 0).sum()
    assert list(found.sizes) == sorted(found.sizes)
    assert [int(((found.step >= 0) & (found.step <= rounds)).sum()) for rounds in range(len(found.sizes))] == list(found.sizes)


@pytest.mark.parametrize("reading", xcalibre.CARD.readings, ids=lambda reading: reading.setting)
def test_every_choice_of_every_reading_changes_something(reading):
    books = [met_often(seed) for seed in range(6)]
    outcomes = {choice: tuple(tuple(xcalibre.cascade(one, on=ON, **{reading.setting: choice}).step) for one in books) for choice in reading.choices}
    assert len(set(outcomes.values())) == len(reading.choices)


def test_886_of_2_7_million_is_0_03_per_cent_and_not_30():
    """What Greater Manchester Police told Parliament and then took back; Amnesty International UK (2025), notes 607 and 608."""
    assert round(100 * 886 / 2.7e6, 4) == 0.0328
    parts = ("886", "2.7m")
    assert check(Statement("corrected", "percent", parts, printed="0.03 per cent")).verdict == "follows"
    assert check(Statement("told", "percent", parts, printed="30 per cent")).verdict == "overstates"


def test_stray_choices_are_refused():
    with pytest.raises(BadSetting, match="there is no seen 'anywhere'"):
        xcalibre.score(book([]), on=ON, seen="anywhere")


def test_a_cascade_does_not_print_people():
    assert repr(xcalibre.cascade(book(*CHAIN), on=ON)) == "<a cascade of 3 rounds>"
