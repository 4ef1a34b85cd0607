"""A replay beside published scores."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evenhand.audit.about import About
from evenhand.audit.replay_published import published_findings
from evenhand.tables.errors import BadValue
from tests.audit.test_replay_findings import ABOUT, MODEL


def test_the_same_scores_agree_in_full():
    rates, lists = published_findings(MODEL, MODEL.scores + 1e-14, system="it", about=ABOUT)
    assert (rates.value, lists.value) == (1, 1)
    assert (rates.n, lists.n) == (MODEL.scores.size, len(MODEL.days))


def test_each_score_and_list_that_differs_is_counted():
    other = MODEL.scores.copy()
    other[4] += 1e-6
    other[7, np.flatnonzero(~MODEL.is_listed[7])[0]] += 1000
    rates, lists = published_findings(MODEL, other, system="it", about=About("replay", "a", "b", "c"))
    assert rates.value == pytest.approx(1 - 13 / MODEL.scores.size)
    assert lists.value == pytest.approx(1 - 1 / len(MODEL.days))
    assert "the furthest is 1e+03 away" in rates.method


def test_scores_of_other_days_are_refused():
    with pytest.raises(BadValue, match="not for the days and places"):
        published_findings(MODEL, MODEL.scores[:-1], system="it", about=ABOUT)
    with pytest.raises(BadValue, match="missing"):
        published_findings(replace(MODEL), np.where(MODEL.is_listed, np.nan, MODEL.scores), system="it", about=ABOUT)
