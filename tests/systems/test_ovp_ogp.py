"""OVP and OGP against the published points and bands, slow twins, and people worked by hand."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from evenhand.systems import ogrs3
from evenhand.systems.ovp_ogp import CARD, CUTS, ITEMS, chance, features, general_points, score, violence_points
from evenhand.tables.errors import BadSetting, MissingTable
from evenhand.tables.person_words import ASSESSED
from tests.systems.people_by_hand import book_of, person, prison, sanction

approx = pytest.approx
NOTHING = dict.fromkeys(ITEMS["ovp"], 0)
WOMAN_OF_60 = {"sanctions": 1, "violent": 0, "age": 60, "is_female": True, **NOTHING}


@pytest.mark.parametrize(
    ("changed", "points"),
    [({}, 0), ({"sanctions": 2}, 5), ({"is_female": False}, 5), ({"unemployed": 1}, 4), ({"accommodation": 2}, 4), ({"accommodation": 1}, 0),
     ({"recognises_impact": 1}, 4), ({"psychiatric_treatment": 1}, 4), ({"temper": 2}, 6), ({"pro_criminal_attitude": 1}, 3),
     ({"chronic_drinking": 1}, 3), ({"chronic_drinking": 1, "binge_drinking": 1}, 5), ({"chronic_drinking": 2, "binge_drinking": 1}, 8),
     ({"chronic_drinking": 2, "binge_drinking": 2}, 10)],
)  # fmt: skip
def test_what_each_item_of_the_violence_predictor_is_worth(changed, points):
    assert int(violence_points(**{**WOMAN_OF_60, **changed})) == points


@pytest.mark.parametrize(("violent", "points"), [(0, 0), (1, 4), (2, 7), (3, 9), (4, 11), (5, 12), (6, 13), (10, 17), (17, 24), (18, 25), (19, 25), (60, 25)])
def test_points_for_violent_sanctions(violent, points):
    about = {**WOMAN_OF_60, "violent": violent, "sanctions": violent}
    assert int(violence_points(**about)) == points + 5 * (violent > 1)


@pytest.mark.parametrize(("others", "points"), [(1, 0), (2, 0), (3, 2), (4, 2), (5, 3), (10, 3), (11, 4), (20, 4), (21, 5), (99, 5)])
def test_points_for_sanctions_that_are_not_violent(others, points):
    assert int(violence_points(**{**WOMAN_OF_60, "sanctions": others})) == points + 5 * (others > 1)


@pytest.mark.parametrize(
    ("ages", "points"),
    [((18, 19), 20), ((20, 21), 17), ((22, 23), 14), ((24, 25), 12), ((26, 30), 10), ((31, 35), 8), ((36, 40), 6), ((41, 45), 4), ((46, 50), 2), ((51, 90), 0)],
)
def test_points_for_age(ages, points):
    assert violence_points(**{**WOMAN_OF_60, "age": np.array(ages)}).tolist() == [points, points]


def test_the_most_points_are_98_and_the_service_gives_five_to_everybody():
    worst = {**dict.fromkeys(ITEMS["ovp"], 2), "sanctions": 60, "violent": 30, "age": 18, "is_female": False}
    assert int(violence_points(**worst)) == 98
    assert int(violence_points(**WOMAN_OF_60, any_sanction="total")) == 5
    assert int(violence_points(**worst, any_sanction="total")) == 98


def test_nobody_under_18_has_points():
    with pytest.raises(BadSetting, match="under 18"):
        violence_points(**{**WOMAN_OF_60, "age": 17})


@pytest.mark.parametrize(
    ("changed", "points"),
    [({}, 0), ({"ogrs3_percent": 52}, 31), ({"ogrs3_percent": 99}, 59), ({"accommodation": 2}, 5), ({"unemployed": 1}, 5), ({"activities": 1}, 3),
     ({"activities": 2}, 5), ({"pro_criminal_attitude": 2}, 5), ({"drugs": 1}, 4), ({"drugs": 2}, 8), ({"drugs": 3}, 11), ({"drugs": 4}, 15),
     ({"thinking": 1}, 1), ({"thinking": 2}, 2), ({"thinking": 3}, 3), ({"thinking": 4}, 3), ({"thinking": 5}, 4), ({"thinking": 6}, 5)],
)  # fmt: skip
def test_what_each_item_of_the_general_predictor_is_worth(changed, points):
    """Halves go up: three problems of thinking are 2.5, and count 3."""
    nothing = {"ogrs3_percent": 0, "accommodation": 0, "unemployed": 0, "activities": 0, "drugs": 0, "thinking": 0, "pro_criminal_attitude": 0}
    assert int(general_points(**{**nothing, **changed})) == points


@pytest.mark.parametrize(
    ("predictor", "years", "slope", "shift"), [("ovp", 1, 0.0722, 4.5215), ("ovp", 2, 0.0722, 3.8773), ("ogp", 1, 0.0616, 3.6832), ("ogp", 2, 0.0616, 3.0795)]
)
def test_the_chance_is_the_logistic_of_the_points(predictor, years, slope, shift):
    points = np.arange(99)
    expected = [1 / (1 + math.exp(-(slope * one - shift))) for one in points]
    np.testing.assert_allclose(chance(points, predictor=predictor, years=years), expected, rtol=1e-12)


def slow_violence(n, v, age, is_female, impact, home, work, chronic, binge, treated, temper, attitude):
    """10.2, one person at a time."""
    points = 5 if n > 1 else 0
    points += {0: 0, 1: 4, 2: 7, 3: 9}.get(v, min(11 + (v - 4), 25))
    points += next(worth for most, worth in ((2, 0), (4, 2), (10, 3), (20, 4), (10**9, 5)) if n - v <= most)
    ages = ((19, 20), (21, 17), (23, 14), (25, 12), (30, 10), (35, 8), (40, 6), (45, 4), (50, 2), (200, 0))
    points += next(worth for most, worth in ages if age <= most)
    points += 0 if is_female else 5
    points += (4 if impact else 0) + (4 if home == 2 else 0) + (4 if work else 0) + (4 if treated else 0)
    return points + math.ceil(2.5 * (chronic + binge)) + 3 * temper + 3 * attitude


judged = some.integers(0, 2)
people = some.tuples(some.integers(1, 60), some.integers(0, 60), some.integers(18, 90), some.booleans(), *([judged] * 8))


@given(some.lists(people, min_size=1, max_size=30))
def test_all_at_once_is_the_same_as_one_at_a_time_and_more_of_a_problem_is_never_fewer_points(several):
    several = [(n, min(v, n), *rest) for n, v, *rest in several]
    columns = [np.array(one) for one in zip(*several, strict=True)]
    about = dict(zip(("sanctions", "violent", "age", "is_female", *ITEMS["ovp"]), columns, strict=True))
    found = violence_points(**about)
    assert found.tolist() == [slow_violence(*one) for one in several]
    assert ((chance(found, predictor="ovp") > 0) & (chance(found, predictor="ovp") < 1)).all()
    for item in ITEMS["ovp"]:
        assert (violence_points(**{**about, item: np.minimum(about[item] + 1, 2)}) >= found).all(), item
    assert (violence_points(**{**about, "sanctions": about["sanctions"] + 1}) >= found).all()
    assert (violence_points(**{**about, "age": about["age"] + 1}) <= found).all()


ON = dt.date(2024, 12, 31)
CLEAR = {**dict.fromkeys(ASSESSED, 0), "day": "2024-06-01"}
BOOK = book_of(
    person("2000-01", "male", sanction("2024-01-01", "common_assault"), **{**CLEAR, "temper": 2, "thinking": 1}),
    person("1985-01", "female", sanction("2010-01-01", "public_order"), sanction("2019-01-01", "other_theft"), prison("2019-01-01", "2022-02-01"),
           **{**CLEAR, "cannabis": 1, "drug_motivation": 1, "unemployed": 1}),
    person("1985-01", "female", sanction("2010-01-01", "public_order")),
    person("1985-01", "female", **CLEAR),
    person("2008-01", "male", sanction("2024-01-01", "robbery"), **CLEAR),
    person("1985-01", "male", sanction("2010-01-01", "public_order"), temper=1, day="2024-06-01"),
)  # fmt: skip


def test_scores_of_people_worked_by_hand():
    found = score(BOOK, on=ON)
    assert np.flatnonzero(found.is_scored).tolist() == [0, 1]
    assert found.score[0] == approx(float(chance(4 + 12 + 5 + 6, predictor="ovp")))  # one violent sanction, 24, a man, temper
    assert found.score[1] == approx(float(chance(5 + 4 + 6 + 4, predictor="ovp")))  # a previous sanction, a violent one, 37 when freed, out of work
    general = score(BOOK, on=ON, predictor="ogp")
    percent = ogrs3.percentage(ogrs3.score(BOOK, on=ON).score)
    points = [math.floor(0.6 * percent[0] + 0.5) + 3, math.floor(0.6 * percent[1] + 0.5) + 8 + 5]  # thinking 3; a drug and no motivation 2, so 7.5; work 5
    assert general.score[:2] == approx(chance(points, predictor="ogp"))


def test_only_the_last_assessment_counts_and_none_that_came_later():
    about = [(day, temper) for day, temper in (("2024-06-01", 2), ("2023-01-01", 1), ("2025-01-02", 0))]
    book = book_of(*(person("1985-01", "male", sanction("2010-01-01"), **{**CLEAR, "day": day, "temper": temper}) for day, temper in about))
    everything = book.assessed
    same = type(everything)(np.zeros_like(everything.who), everything.day, everything.items)
    book = type(book)(**{**{name: getattr(book, name) for name in book.__dataclass_fields__ if name != "_known"}, "assessed": same})
    assert features(book, on=ON)["temper"][0] == 2
    assert features(book, on=dt.date(2023, 5, 1))["temper"][0] == 1
    assert features(book, on=dt.date(2025, 5, 1))["temper"][0] == 0
    assert not features(book, on=dt.date(2022, 5, 1))["judged temper"][0]


def test_without_assessments_it_says_what_it_needs():
    with pytest.raises(MissingTable, match="assessments"):
        score(book_of(person("1985-01", "male", sanction("2010-01-01"))), on=ON)


@pytest.mark.parametrize(
    ("setting", "predictor"),
    [({"predictor": "ogp"}, "ovp"), ({"any_sanction": "total"}, "ovp"), ({"violence": "narrow"}, "ovp"), ({"thinking": "once"}, "ogp"),
     ({"drug_use": "any"}, "ogp"), ({"follow_up": "sanction"}, "ogp"), ({"years": 1}, "ovp")],
)  # fmt: skip
def test_each_reading_moves_somebody(setting, predictor):
    usual, other = (score(BOOK, on=ON, **{"predictor": predictor, **more}).score for more in ({}, setting))
    assert not np.allclose(usual, other, rtol=1e-9, equal_nan=True)


@pytest.mark.parametrize("predictor", ["ovp", "ogp"])
def test_bands_begin_at_whole_percentages(predictor):
    worst = {**dict.fromkeys(ASSESSED, 2), "day": "2024-06-01"}
    many = [person("2003-06", "male", *(sanction(f"2024-01-{day:02d}", "common_assault") for day in range(1, n + 1)), **worst) for n in range(1, 25)]
    few = [person("1950-06", "female", *(sanction(f"2024-01-{day:02d}", "fraud") for day in range(1, n + 1)), **CLEAR) for n in range(1, 25)]
    middling = [person("1990-06", "male", sanction("2024-01-01", "fraud"), **{**CLEAR, "temper": t, "binge_drinking": b, "unemployed": 1, "activities": t,
                "heroin": 1, "drug_motivation": b, "thinking": t}) for t in range(3) for b in range(3)]  # fmt: skip
    found = score(book_of(*many, *few, *middling), on=ON, predictor=predictor)
    whole = ogrs3.percentage(found.score)
    assert found.band.tolist() == [sum(one >= cut for cut in CUTS[predictor]) for one in whole]
    assert len(set(found.band.tolist())) >= 3
    assert (found.is_flagged == (found.band >= 1)).all()


@pytest.mark.parametrize("setting", [reading.setting for reading in CARD.readings])
@pytest.mark.parametrize("predictor", ["ovp", "ogp"])
def test_a_stray_choice_is_refused(setting, predictor):
    with pytest.raises(BadSetting, match="Known"):
        score(BOOK, on=ON, **{"predictor": predictor, setting: 3 if setting == "years" else "no such choice"})
