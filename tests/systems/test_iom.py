"""The West Midlands model: what it is told worked by hand, what it learns held against planted effects, and bands at the published shares."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from evenhand.systems import rfsdi
from evenhand.systems.iom import BANDS, CARD, SOURCES, features, fit, score
from evenhand.tables.errors import BadSetting, CannotAnswer
from evenhand.tables.record_rows import code, day_number, joined, rows_of
from tests.systems.hand_book import book_of, by_lot

ON = dt.date(2022, 12, 31)
YEAR_AGO = dt.date(2021, 12, 31)


def crime(who, day, offence="robbery", **other):
    return (who, day, "crime_report", "suspect", {"offence": offence, **other})


def test_what_it_is_told_worked_by_hand():
    found = features(
        book_of(
            crime(0, "2022-12-31", incident="1", outcome="charged"), crime(1, "2022-12-31", incident="1"), crime(0, "2021-01-01", "shoplifting"),
            crime(0, "2014-12-01"),  # more than eight years ago
            (0, "2022-01-01", "intelligence", "subject", {}), (0, "2022-01-01", "intelligence", "associate", {}), (0, "2020-01-01", "arrest", "subject", {}),
            (0, "2020-01-01", "prison", "subject", {"until": "2020-05-01"}), (1, "2022-10-01", "prison", "subject", {"until": "2023-05-01"}),
            (0, "2012-01-01", "marker", "subject", {"marker": "gang"}), (0, "2022-01-01", "stop", "subject", {}), (0, "2022-01-01", "drug_test", "subject", {}),
            (0, "2022-01-01", "crime_report", "victim", {"offence": "robbery"}), (0, "2022-01-01", "missing", "subject", {}),
        ),
        on=ON,
    )  # fmt: skip
    plain = ("in prison", "gang marker", "age", "is male")
    counts = {name: float(values[0] if name in plain else np.expm1(values[0])) for name, values in found.items() if name != "harm"}
    assert counts == pytest.approx({
        "crimes": 2, "crimes beyond suspicion": 1, "violent crimes": 1, "acquisitive crimes": 2, "years since crime": 0, "intelligence reports": 2,
        "arrests": 1, "stays in prison": 1, "in prison": 0, "gang marker": 1, "stops": 1, "drug tests": 1, "victim": 1, "missing": 1, "co-offenders": 1,
        "co-offenders of high harm": 0, "age": 32, "is male": 1,
    })  # fmt: skip
    assert found["in prison"].tolist() == [0, 1]


def test_co_offenders_of_high_harm_are_counted():
    grave = [crime(0, "2022-12-31", "homicide")]
    others = [crime(n, "2022-01-01", "shoplifting") for n in range(1, 60)]
    together = [crime(0, "2022-02-01", incident="7"), crime(5, "2022-02-01", "handling", incident="7")]
    found = features(book_of(*grave, *others, *together), on=ON)["co-offenders of high harm"]
    assert np.flatnonzero(found).tolist() == [5]


@pytest.mark.parametrize("source", SOURCES)
def test_each_named_source_can_be_left_out(source):
    book = by_lot(300)
    every, kept = features(book, on=ON), features(book, on=ON, left_out=source)
    assert set(kept) < set(every)
    assert len(every) - len(kept) == (2 if source in ("prison", "networks") else 1)


def test_somebody_of_high_harm_is_no_longer_spoken_of_and_neither_is_somebody_without_a_crime():
    book = by_lot(8000)
    harm = rfsdi.score(book, on=ON)
    found = score(book, on=ON)
    np.testing.assert_array_equal(found.is_scored, harm.is_scored & (harm.band < BANDS.index("high")))
    np.testing.assert_array_equal(score(book, on=ON, already_high="scored").is_scored, harm.is_scored)


def test_its_bands_hold_the_published_shares_too():
    """Amnesty International UK (2025), note 648; whether the counts are of this score or of the harm score is not printed."""
    found = score(by_lot(20_000), on=ON)
    shares = np.bincount(found.band[found.is_scored], minlength=4) / found.is_scored.sum()
    assert shares == pytest.approx(np.array(rfsdi.COUNTS) / 343_813, abs=1e-3)
    assert (found.is_flagged == (found.band >= BANDS.index("high"))).all()


def with_harm_for(who):
    """A book in which those whom `who` picks from the records of two years ago, and of one, come to grave harm within the year; nobody else does."""
    book = by_lot(4000, rows=2.0, last="2020-12-31")
    rows = [book.rows]
    for year in ("2020-12-31", "2021-12-31"):
        chosen = np.flatnonzero(who(book))
        chosen = chosen[chosen % 2 == (0 if year < "2021" else 1)]
        rows.append(rows_of(chosen, np.full(len(chosen), day_number(year) + 60), "crime_report", "suspect", offence="homicide"))
    return replace(book, rows=joined(rows), _known={})


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("stops", lambda book: book.count(book.is_row("stop")) >= 2),
        ("victim", lambda book: book.count(book.is_row("crime_report", role="victim")) >= 3),
        ("missing", lambda book: book.count(book.is_row("missing")) > 0),
    ],
)
@pytest.mark.parametrize("family", ["logistic", "boosted"])
def test_a_planted_effect_is_found(name, who, family):
    """Of people on record, those with the sign planted come to harm, and the model learns that it foretells."""
    book = with_harm_for(who)
    learnt = fit(book, until=ON, family=family)
    told = features(book, on=YEAR_AGO)
    some = rfsdi.nominals(book.known(YEAR_AGO))
    probability = np.zeros(len(book))
    probability[some] = learnt.learner.probability({key: values[some] for key, values in told.items()})
    has = told[name] > np.log(2.5 if name == "victim" else 1.5)
    assert probability[some & has].mean() > 2 * probability[some & ~has].mean()


def test_the_two_families_agree_on_whom_they_hold_likely():
    from scipy.stats import spearmanr

    book = by_lot(8000)
    one, other = (score(book, on=ON, family=family).score for family in ("logistic", "boosted"))
    scored = ~np.isnan(one)
    assert spearmanr(one[scored], other[scored]).statistic > 0.5


def test_who_crossed_is_told_by_the_cut_of_the_day_the_period_began():
    """Of 400 small offenders, 20 come to grave harm within the year before: 20 crossings, or 60 in three periods if they do so in each."""
    small = [crime(n, f"2019-0{1 + n % 9}-{1 + n % 28:02d}", "criminal_damage") for n in range(400)]
    grave = [crime(n, "2022-06-01", "homicide") for n in range(20)]
    learnt = fit(book_of(*small, *grave), until=ON)
    assert (learnt.positives, learnt.n) == (20, 3 * 400 - 3 * round(400 * sum(rfsdi.COUNTS[2:]) / 343_813))


def test_nothing_later_is_learnt_from_or_scored():
    book = by_lot(4000, last="2024-12-31")
    later = book.rows.reported > day_number(ON)
    rows = book.rows[~later | (book.rows.who % 2 == 0)]
    rows = replace(rows, outcome=np.where(rows.outcome_day > day_number(ON), code("outcome", "convicted"), rows.outcome).astype(np.int8))
    other = replace(book, rows=rows, _known={})
    for settings in ({}, {"suspects": "left-out"}, {"family": "boosted"}):
        np.testing.assert_array_equal(score(other, on=ON, **settings).score, score(book, on=ON, **settings).score)


@pytest.mark.parametrize("reading", CARD.readings, ids=lambda one: one.setting)
def test_every_reading_changes_something(reading):
    book = by_lot(6000)
    usual = score(book, on=ON).score
    for other in reading.choices:
        if other != reading.default and other != "super-high":  # one in 730: too rare to learn here
            assert not np.array_equal(score(book, on=ON, **{reading.setting: other}).score, usual, equal_nan=True), other


def test_the_rarer_band_is_learnt_where_there_are_enough_people():
    book = by_lot(12_000, rows=6.0)
    assert fit(book, until=ON, becomes="super-high").positives < fit(book, until=ON).positives


def test_stray_choices_and_books_that_are_too_short_are_refused():
    for reading in CARD.readings:
        if isinstance(reading.default, str):
            with pytest.raises(BadSetting, match="witchcraft"):
                score(by_lot(300), on=ON, **{reading.setting: "witchcraft"})
    with pytest.raises(CannotAnswer, match="longer time"):
        score(by_lot(300, first="2022-06-01"), on=ON)
    with pytest.raises(BadSetting, match="above zero"):
        fit(by_lot(300), until=ON, months=0)
