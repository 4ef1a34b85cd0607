"""Chicago's list: the published curve, the eight inputs on people worked out by hand, and that every choice matters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.systems import strategic_subject_list as ssl
from evenhand.tables.errors import BadSetting
from tests.systems.records_by_hand import ON, book, crime, drawn_book, row

RAW = {"scale": "raw"}


def arrest(ago=30, offence="shoplifting", **more):
    return row("arrest", ago, offence=offence, **more)


def of(*people, born="1970-01", **choices):
    return ssl.features(book(*people, born=born), on=ON, **choices)


def test_the_published_counts_are_monotone():
    scores, counts = zip(*ssl.PUBLISHED, strict=True)
    assert list(scores) == sorted(scores)
    assert list(counts) == sorted(counts, reverse=True)
    assert round(100 * counts[scores.index(250)] / ssl.EVERYBODY, 2) == 72.09


def test_as_many_as_were_published_reach_each_published_score():
    """398,684 different sums, in no order: the counts of the city's file come out to the person."""
    found = ssl.on_curve(np.random.default_rng(1).permutation(ssl.EVERYBODY))
    assert {score: int((found >= score).sum()) for score, _ in ssl.PUBLISHED if score < 500} == dict(ssl.PUBLISHED[:-1])
    assert found.min() == 1
    assert found.max() < 500


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_a_higher_sum_never_has_a_lower_score_and_equals_are_equal(sums):
    total = np.array(sums)
    found = ssl.on_curve(total)
    order = np.argsort(total, kind="stable")
    assert (np.diff(found[order]) >= 0).all()
    assert len(set(found)) <= len(set(sums))
    assert ((found >= 1) & (found <= 500)).all()


@given(st.integers(1, 300), st.integers(0, 5))
def test_no_more_reach_a_published_score_than_the_published_share(people, ties):
    found = ssl.on_curve(np.arange(people) // (ties + 1))
    for score, count in ssl.PUBLISHED[:-1]:
        assert (found >= score).sum() <= people * count / ssl.EVERYBODY + 1e-9


def test_nobody_and_one_are_no_trouble():
    assert len(ssl.on_curve(np.array([]))) == 0
    assert ssl.on_curve(np.array([3.0])).tolist() == [1]
    with pytest.raises(BadSetting, match="finite"):
        ssl.on_curve(np.array([np.nan]))


def test_only_those_arrested_in_four_years_are_scored():
    found = ssl.score(book([arrest(1460)], [arrest(1461)], [crime(10)], []), on=ON)
    assert found.is_scored.tolist() == [True, False, False, False]
    assert found.band.tolist() == [0, -1, -1, -1]


def test_the_eight_inputs():
    hurt = [crime(10, "assault_with_injury", role="victim"), crime(20, "attempted_murder", role="victim", weapon="firearm"), crime(10, "assault_with_injury")]
    person = [*hurt, arrest(30, "drugs_supply"), arrest(40, "firearms"), arrest(1000, "robbery"), row("marker", 900, marker="gang")]
    found = {name: values[0] for name, values in of(person, born="2003-06").items()}
    assert found == {
        "is_arrested": True, "times_shot": 1, "times_assaulted": 1, "youth": 21, "arrest_trend": 1, "is_gang": 1,
        "narcotics_arrests": 1, "weapons_arrests": 1, "violent_arrests": 1}  # fmt: skip


def test_age_is_that_at_the_latest_arrest():
    assert of([arrest(700), arrest(10)], [arrest(700)], born="2003-06")["youth"].tolist() == [20, 22]  # 20 in June 2023, 18 in July 2021
    assert of([arrest(10)], [], born="1970-01")["youth"].tolist() == [0, 0]


def test_the_sum_is_that_of_the_weights():
    people = [[arrest(10)], [arrest(10), crime(20, "gbh_with_intent", role="victim", weapon="firearm")], [arrest(1000)]]
    found = ssl.score(book(*people, born="1970-01"), on=ON, **RAW)
    assert found.score.tolist() == [2, 22, 0]  # one arrest more than before; being shot; one less is not below nothing


def test_flagged_is_who_reaches_the_cut_off():
    people = [[arrest(10)] * at for at in range(1, 301)]
    found = {cut: ssl.score(book(*people), on=ON, cut=cut).is_flagged.sum() for cut in (250, 400, 450)}
    assert found == {250: int(300 * 287_404 / 398_684), 400: int(300 * 3_721 / 398_684), 450: 0}


@pytest.mark.parametrize("reading", ssl.CARD.readings, ids=lambda reading: reading.setting)
def test_every_choice_of_every_reading_changes_something(reading):
    books = [drawn_book(seed, people=400, rows=6_000, events=("arrest", "crime_report", "marker"), days=4_000) for seed in range(3)]

    def outcomes(choice):
        found = [ssl.score(one, on=ON, **{reading.setting: choice}) for one in books]
        return tuple(np.concatenate([np.concatenate([np.nan_to_num(one.score, nan=-1).round(6), one.is_flagged]) for one in found]))

    assert len({outcomes(choice) for choice in reading.choices}) == len(reading.choices)


def test_the_inputs_are_marked_as_remembered():
    assert any("eight inputs" in source.text and source.mark == "recalled" for source in ssl.CARD.sources)
    assert len(ssl.INPUTS) == 8


def test_stray_choices_are_refused():
    with pytest.raises(BadSetting, match="there is no weights 'gut'"):
        ssl.score(book([]), on=ON, weights="gut")
