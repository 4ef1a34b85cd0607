"""RFSDi: people worked by hand, every reading, and the published shares of its bands."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from evenhand.systems import rfsdi
from evenhand.systems.rfsdi import BANDS, CARD, COUNTS, PEOPLE, cuts_of, harm_of, nominals, score
from evenhand.tables.errors import BadSetting
from tests.systems.hand_book import book_of, by_lot

ON = dt.date(2023, 7, 1)
YEAR_AGO, TWO_YEARS_AGO, NINE_YEARS_AGO = "2022-07-01", "2021-07-01", "2014-06-01"


def robbery(who, day, role="suspect", **other):
    return (who, day, "crime_report", role, {"offence": "robbery", **other})


def harms(*rows, people=0, **settings):
    return harm_of(book_of(*rows, people=people).known(ON), on=ON, **settings).round(3).tolist()


def test_a_crime_counts_its_days_and_half_of_them_after_two_years():
    assert harms(robbery(0, "2023-07-01"), robbery(1, TWO_YEARS_AGO), robbery(2, NINE_YEARS_AGO)) == [365, pytest.approx(365 / 2), 0]


def test_crimes_add_up_and_fade_each_on_its_own_or_by_the_latest():
    rows = robbery(0, "2023-07-01"), robbery(0, TWO_YEARS_AGO)
    assert harms(*rows) == [547.5]
    assert harms(*rows, together="product") == [730]


def test_drugs_and_intelligence_lift_and_ten_mentions_are_the_most():
    test, told = (0, YEAR_AGO, "drug_test", "subject", {}), [(1, YEAR_AGO, "intelligence", role, {}) for role in ("subject", "associate")]
    rows = robbery(0, "2023-07-01"), robbery(1, "2023-07-01"), test, *told
    assert harms(*rows) == [547.5, pytest.approx(365 * 1.2)]
    assert harms(*rows, *[told[0]] * 30) == [547.5, 730]
    assert harms(*rows, drugs_lift=0.0, intelligence_lift=0.0) == [365, 365]


def test_drugs_are_any_sign_of_them_or_a_test_alone():
    marked = (0, YEAR_AGO, "marker", "subject", {"marker": "drugs"})
    assert harms(robbery(0, "2023-07-01"), marked) == [547.5]
    assert harms(robbery(0, "2023-07-01"), marked, drugs="tests") == [365]


def test_two_offences_of_one_incident_count_once_and_the_graver():
    shoplifting = (0, "2023-07-01", "crime_report", "suspect", {"offence": "shoplifting", "incident": "7"})
    assert harms(shoplifting, robbery(0, "2023-07-01", incident="7")) == [365]


def test_a_suspect_is_scored_or_not_as_the_force_has_had_it_both_ways():
    rows = robbery(0, YEAR_AGO, outcome="no_further_action"), robbery(1, YEAR_AGO, outcome="charged"), robbery(2, YEAR_AGO, role="victim")
    assert score(book_of(*rows), on=ON).is_scored.tolist() == [True, True, False]
    assert score(book_of(*rows), on=ON, suspects="left-out").is_scored.tolist() == [False, True, False]


def test_an_outcome_that_came_later_does_not_yet_prove_anything():
    rows = (robbery(0, YEAR_AGO, outcome="charged", outcome_day="2023-07-02"),)
    assert not score(book_of(*rows), on=ON, suspects="left-out").is_scored.any()


def test_somebody_with_old_crimes_alone_is_scored_nothing_and_stands_low():
    found = score(book_of(robbery(0, NINE_YEARS_AGO), *[robbery(n, YEAR_AGO) for n in range(1, 50)]), on=ON)
    assert (found.score[0], found.band[0]) == (0, 0)
    assert score(book_of(robbery(0, NINE_YEARS_AGO)), on=ON, years=20.0).score[0] > 0


def test_prison_changes_nothing_unless_it_is_told_to():
    inside = (0, YEAR_AGO, "prison", "subject", {"until": "2024-01-01"})
    book = book_of(robbery(0, YEAR_AGO), inside)
    assert score(book, on=ON).is_scored[0]
    assert not score(book, on=ON, in_prison="left-out").is_scored[0]
    assert score(book, on=dt.date(2024, 1, 2), in_prison="left-out").is_scored[0]


def test_west_midlands_bands_hold_the_published_shares():
    """Amnesty International UK (2025), note 648. One person in 343,813 is 0.0003 %; people of equal harm stay together, hence 0.0005."""
    found = score(by_lot(30_000), on=dt.date(2022, 12, 31))
    shares = np.bincount(found.band[found.is_scored], minlength=4) / found.is_scored.sum()
    assert shares == pytest.approx(np.array(COUNTS) / 343_813, abs=5e-4)
    assert shares.round(3).tolist() == [0.865, 0.114, 0.02, 0.001]
    assert (found.is_flagged == (found.band >= BANDS.index("high"))).all()


def test_the_bands_lack_13748_of_the_people_and_the_low_one_may_hold_them():
    assert PEOPLE - sum(COUNTS) == 13_748
    harm = np.arange(1.0, 100_001)
    assert cuts_of(harm, missing_people="low") > cuts_of(harm)
    assert (harm >= cuts_of(harm, missing_people="low")[0]).mean() == pytest.approx(sum(COUNTS[1:]) / PEOPLE, abs=1e-5)


def test_people_of_equal_harm_stay_in_one_band():
    harm = np.repeat([1.0, 2.0], [900, 100])
    assert cuts_of(harm)[0] in (1.0, 2.0)
    assert len({int(band) for band in np.searchsorted(cuts_of(harm), harm[harm == 2], side="right")}) == 1


@pytest.mark.parametrize("reading", CARD.readings, ids=lambda one: one.setting)
def test_every_reading_changes_something(reading):
    book = by_lot(4000, first="1995-01-01")
    usual = score(book, on=dt.date(2022, 12, 31))
    other = next(choice for choice in reading.choices if choice != reading.default)
    found = score(book, on=dt.date(2022, 12, 31), **{reading.setting: other})
    assert not np.array_equal(found.score, usual.score, equal_nan=True) or (found.band != usual.band).any()


def test_without_anybody_on_record_nobody_is_scored():
    found = score(book_of((0, YEAR_AGO, "stop", "subject", {})), on=ON)
    assert not found.is_scored.any()
    assert not nominals(book_of((0, YEAR_AGO, "stop", "subject", {}))).any()


def test_no_time_to_fade_in_and_stray_choices_are_refused():
    with pytest.raises(BadSetting, match="above zero"):
        score(by_lot(50), on=ON, half_life_months=0)
    for setting in ("together", "suspects", "gap", "drugs", "in_prison", "missing_people"):
        with pytest.raises(BadSetting, match="witchcraft"):
            score(by_lot(50), on=ON, **{setting: "witchcraft"})


def test_its_weights_are_those_of_the_index():
    assert rfsdi.weights("cchi")[[11]].tolist() == [365]
