"""Offender Management App: who counts as an offender, worked by hand; what is learnt, on people drawn by lot with a planted effect."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from evenhand.systems.offender_management_app import CARD, Model, features, fit, links, score
from evenhand.systems.person_logistic import Logistic
from evenhand.systems.severity_sums import MONTH_DAYS
from evenhand.tables.errors import BadSetting, CannotAnswer
from evenhand.tables.record_rows import day_number
from tests.systems.hand_book import book_of, by_lot

ON = dt.date(2022, 12, 31)


def known(*rows, **about):
    return book_of(*rows, **about).known(ON)


def test_suspects_possible_suspects_and_arrests_that_came_to_nothing_are_offenders_here():
    """Amnesty International UK (2025), note 572."""
    book = known(
        (0, "2020-01-01", "crime_report", "possible_suspect", {"offence": "robbery"}),
        (1, "2020-01-01", "crime_report", "suspect", {"offence": "robbery", "outcome": "undetected"}),
        (2, "2020-01-01", "arrest", "subject", {"offence": "robbery", "outcome": "no_further_action"}),
        (3, "2020-01-01", "crime_report", "suspect", {"offence": "shoplifting", "outcome": "community_resolution"}),
        (4, "2020-01-01", "stop", "subject", {"offence": "drugs_possession", "outcome": "community_resolution"}),
        (5, "2020-01-01", "sanction", "subject", {"offence": "shoplifting", "outcome": "caution"}),
        (6, "2020-01-01", "crime_report", "victim", {"offence": "robbery"}),
        (7, "2020-01-01", "crime_report", "witness", {"offence": "robbery"}),
        (8, "2020-01-01", "stop", "subject", {"outcome": "no_further_action"}),
        (9, "2020-01-01", "intelligence", "subject", {"offence": "robbery"}),
    )
    assert (book.count(links(book)) > 0).tolist() == [True] * 6 + [False] * 4
    assert (book.count(links(book, offender="no-possible-suspects")) > 0).tolist() == [False] + [True] * 5 + [False] * 4
    assert (book.count(links(book, offender="settled")) > 0).tolist() == [False] * 3 + [True] * 3 + [False] * 4


def test_report_arrest_and_sanction_of_one_incident_are_one_link():
    same = [("2020-01-01", "crime_report", "suspect"), ("2020-01-02", "arrest", "subject"), ("2020-06-01", "sanction", "subject")]
    book = known(*[(0, day, event, role, {"offence": "robbery", "incident": "5"}) for day, event, role in same])
    assert book.count(links(book)).tolist() == [1]
    assert book.last_day(links(book)).tolist() == [day_number("2020-01-01")]


def test_features_worked_by_hand():
    rows = [(0, day, "crime_report", "suspect", {"offence": what}) for day, what in [("2010-12-31", "homicide"), ("2022-12-31", "shoplifting")]]
    found = {name: float(np.expm1(values[0])) for name, values in features(book_of(*rows), on=ON).items() if name != "age"}
    assert found == pytest.approx({"recency": 0, "frequency": 2, "lately": 1, "gravity": 5475, "harm": 5476})
    lately = features(book_of(*rows), on=ON, memory="six-years")
    assert np.expm1(lately["harm"]).tolist() == pytest.approx([1])
    assert features(book_of(*rows, birth_month=["2000-01"]), on=ON)["age"].tolist() == [22]


def test_seventy_is_high_and_forty_medium():
    """With a model that gives one in two to all, and the ranking as the other half."""
    flat = Model(Logistic(("age",), 0.0, np.zeros(1), np.zeros(1), np.ones(1), 0, 0), ON)
    grave = ["shoplifting", "criminal_damage", "robbery", "rape", "homicide", "homicide"]
    book = book_of(*[(n, "2022-01-01", "crime_report", "suspect", {"offence": what}) for n, what in enumerate(grave)])
    found = score(book, on=ON, model=flat)
    assert found.score.tolist() == [25, 35, 45, 55, 70, 70]
    assert [found.bands[band] for band in found.band] == ["standard", "standard", "medium", "medium", "high", "high"]
    assert found.is_flagged.tolist() == [False] * 4 + [True] * 2
    assert score(book, on=ON, model=flat, combined="propensity-alone").score.tolist() == [50] * 6
    assert score(book, on=ON, model=flat, combined="product").score.round(3).tolist() == np.sqrt([0, 1000, 2000, 3000, 4500, 4500]).round(3).tolist()


def test_whoever_is_linked_more_is_given_a_higher_propensity():
    """In the drawn book some are linked more than others all their lives: that is planted, and nothing else is."""
    book = by_lot(20_000)
    found = score(book, on=ON, combined="propensity-alone")
    again = book.known(ON)
    many = again.count(links(again))
    assert np.nanmean(found.score[many >= 8]) > 2 * np.nanmean(found.score[many == 1])


def test_the_mean_propensity_is_the_share_that_was_linked_again():
    book = by_lot(20_000)
    start = dt.date(2021, 12, 31)
    assert (ON - start).days == round(12 * MONTH_DAYS)
    learnt, then = fit(book, until=ON), book.known(start)
    people = then.count(links(then)) > 0
    expected = learnt.logistic.probability(features(book, on=start))[people].mean()
    now = book.known(ON)
    again = now.count(links(now) & (now.rows.reported > day_number(start))) > 0
    assert expected == pytest.approx(again[people].mean(), abs=1e-6)


def test_nothing_later_is_learnt_from_or_scored():
    book = by_lot(5000, last="2024-12-31")
    altered = replace(book, rows=book.rows[(book.rows.reported <= day_number(ON)) | (book.rows.who % 2 == 0)], _known={})
    np.testing.assert_array_equal(score(altered, on=ON).score, score(book, on=ON).score)


def test_the_last_year_decides_what_is_learnt_and_not_who_is_told_of():
    """Features stand a year before the last day: later rows change outcomes only."""
    book = by_lot(5000)
    start = dt.date(2021, 12, 31)
    later = book.rows.reported > day_number(start)
    cut = replace(book, rows=book.rows[~later | (book.rows.who % 3 > 0)], _known={})
    one, other = fit(book, until=ON).logistic, fit(cut, until=ON).logistic
    np.testing.assert_array_equal(one.mean, other.mean)
    assert one.positives > other.positives


@pytest.mark.parametrize("reading", CARD.readings, ids=lambda one: one.setting)
def test_every_reading_changes_something(reading):
    book = by_lot(4000)
    usual = score(book, on=ON).score
    for other in reading.choices:
        if other != reading.default:
            assert not np.array_equal(score(book, on=ON, **{reading.setting: other}).score, usual, equal_nan=True), other


def test_a_stray_choice_is_refused_and_so_is_a_book_without_a_past():
    with pytest.raises(BadSetting, match="witchcraft"):
        score(by_lot(300), on=ON, family="witchcraft")
    with pytest.raises(CannotAnswer, match="longer time"):
        score(by_lot(300, first="2022-06-01"), on=ON)
    assert score(by_lot(300, first="2022-06-01"), on=ON, family="ranks").is_scored.any()
