"""A list over time: stays, removals and ghosts on people worked by hand; the curve against statsmodels."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from numpy.testing import assert_allclose

from evenhand.audit.about import About
from evenhand.audit.person_history import history_of, marked, middle_stay, stay_curve
from evenhand.audit.person_history_findings import MEASURES, history_findings
from evenhand.audit.person_rules import made_up_rule
from evenhand.tables.errors import BadSetting, CannotAnswer
from evenhand.tables.record_rows import day_number, joined
from evenhand.tables.scored import Scored
from tests.audit.made_up_list import Town, a_marker, points, town_of
from tests.audit.test_person_tallies import book_of

ABOUT = About("people", "Nowhere", "2020 to 2023", "made up")
BANDS = ("green", "red")


def lists_of(*flags, bands=None):
    """One list a year of four people; the first two are red where nothing else is said."""
    band = np.array(bands or [1, 1, 0, 0], dtype=np.int8)
    return [Scored("by hand", dt.date(2018 + at, 1, 1), "made-up", np.zeros(4), band, BANDS, np.array(list(one)) == "x") for at, one in enumerate(flags)]


@pytest.fixture
def book():
    found = book_of()
    found.group[3] = 1
    return found


def test_stays_removals_and_returns_are_counted_release_by_release(book):
    """0: on from the first list, never off. 1: on for two, off, on again to the end. 2: on once, in the middle. 3: on for the last two."""
    history = history_of(book, lists_of("x---", "xx--", "xxx-", "x--x", "xx-x"))
    assert history.listed.sum(axis=1).tolist() == [1, 2, 3, 2, 3]
    assert history.kept.sum() == 1 + 2 + 1 + 2
    assert history.gone.sum() == 2
    assert dict(zip(history.bands, history.gone.sum(axis=1), strict=True)) == {"green": 1, "red": 1}
    assert history.ended.sum(axis=0).tolist() == [1, 1, 0, 0, 0]  # 2 after one release, 1 after two
    assert history.unfinished.sum(axis=0).tolist() == [1, 1, 0, 0, 0]  # 1's second stay, 3's; 0's began nobody knows when


def test_a_ghost_is_watched_after_removal_and_nobody_else(book):
    watched = [np.array([True, True, False, True])] * 3
    history = history_of(book, lists_of("xx--", "x---", "x---"), watched=watched)
    assert history.ghosts.sum() == 2  # 1 at two releases; 3 was never listed
    assert history.watched.sum() == 4
    found = history_findings(history, reference="Blue", about=ABOUT, rule=made_up_rule())
    ghost = next(one for one in found if one.measure == "ghost_share" and one.group == "Everyone")
    assert ghost.value == 0.5


def test_markers_nobody_took_off_are_a_ghost_list():
    world = town_of(Town(people=2_000))
    lists = [points(world.book, on=dt.date(2020 + at, 6, 30)) for at in range(3)]
    from dataclasses import replace

    first = np.flatnonzero(lists[0].is_flagged)
    book = replace(world.book, rows=joined([world.book.rows, a_marker(first, day_number("2020-07-01"))]), _known={})
    watched = marked(book, lists, "gang")
    assert [int(one.sum()) for one in watched] == [0, len(first), len(first)]
    history = history_of(book, lists, watched=watched)
    gone = [int((lists[0].is_flagged & ~one.is_flagged).sum()) for one in lists[1:]]
    assert history.ghosts.sum() == sum(gone) > 0


def test_the_curve_and_its_middle_are_those_of_statsmodels():
    from statsmodels.duration.survfunc import SurvfuncRight

    rng = np.random.default_rng(3)
    length, is_ended = rng.geometric(0.25, 400).clip(max=8), rng.random(400) < 0.7
    counts = [np.bincount(length[side] - 1, minlength=8) for side in (is_ended, ~is_ended)]
    curve, theirs = stay_curve(*counts), SurvfuncRight(length, is_ended.astype(int))
    at = theirs.surv_times.astype(int) - 1
    assert_allclose(curve.value[at], theirs.surv_prob, rtol=1e-12)
    low, high = theirs.quantile_ci(0.5, method="cloglog")
    middle = middle_stay(curve)
    assert float(middle.value) == theirs.quantile(0.5)
    assert (float(middle.low), float(middle.high)) == (low, high)


def test_every_measure_is_told_and_labels_stay_where_numbers_are_hidden():
    world = town_of(Town(people=3_000))
    lists = [points(world.book, on=dt.date(2019 + at // 2, 6 * (at % 2) + 1, 1)) for at in range(8)]
    watched = [np.logical_or.reduce([one.is_flagged for one in lists[: at + 1]]) for at in range(8)]
    found = history_findings(history_of(world.book, lists, watched=watched), reference="Blue", about=ABOUT)
    assert {one.measure for one in found} == set(MEASURES)
    assert all("band" in one.settings for one in found if one.measure == "list_removed_share")
    for one in found:
        assert one.method
        assert one.value is not None or one.caveats[0].startswith("Not")


def test_what_cannot_be_a_history_is_refused(book):
    with pytest.raises(CannotAnswer, match="from one list"):
        history_of(book, lists_of("x---"))
    with pytest.raises(BadSetting, match="not in order"):
        history_of(book, lists_of("x---", "xx--")[::-1])
    with pytest.raises(BadSetting, match="for each of the 2 lists"):
        history_of(book, lists_of("x---", "xx--"), watched=[np.zeros(4, dtype=bool)])
    world = town_of(Town(people=100))
    with pytest.raises(BadSetting, match="same people"):
        history_of(world.book, lists_of("x---", "xx--"))
