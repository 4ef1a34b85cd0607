"""A list and the records of its people, read together: joined by ids that are then dropped, and refused where a score or a band is none."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from evenhand.tables.errors import BadValue, RepeatedKey
from evenhand.tables.record_reading import read_scored_book
from tests.tables.pseudonymous_people import persons_of, records_of

PEOPLE = persons_of(200)
ROWS = records_of(PEOPLE)
SCORES = pd.DataFrame({"person": PEOPLE["person"], "score": np.arange(200.0), "band": ["b", "a"] * 100, "is_flagged": [False] * 150 + [True] * 50})


def read(scores):
    return read_scored_book(PEOPLE, ROWS, scores, on=dt.date(2022, 6, 30), provenance="pseudonymised")


def test_people_without_a_score_are_not_spoken_of():
    book, scored = read(SCORES.iloc[20:])
    assert len(book) == len(scored) == 200
    assert int(np.isnan(scored.score).sum()) == int((scored.band == -1).sum()) == 20
    assert int(scored.is_flagged.sum()) == 50


def test_bands_go_by_their_scores_and_not_by_their_names():
    _, scored = read(SCORES.assign(band=np.where(SCORES["score"] < 100, "z", "a")))
    assert scored.bands == ("z", "a")


def test_the_same_people_stand_at_the_same_place_in_both_and_elsewhere_each_time():
    born = PEOPLE["birth_month"].to_numpy(dtype="datetime64[M]").astype(int)
    first, second = (read(SCORES) for _ in range(2))
    for book, scored in (first, second):
        assert np.array_equal(book.born, born[scored.score.astype(int)])
    assert not np.array_equal(first[1].score, second[1].score)


@pytest.mark.parametrize("wrong", [{"score": np.inf}, {"band": "=HYPERLINK(1)"}, {"band": [f"band {at}" for at in range(200)]}])
def test_what_is_no_score_and_no_band_is_refused(wrong):
    with pytest.raises(BadValue):
        read(SCORES.assign(**wrong))


def test_a_person_has_one_score():
    with pytest.raises(RepeatedKey) as told:
        read(pd.concat([SCORES, SCORES.iloc[:1]]))
    assert SCORES["person"][0] not in str(told.value)
