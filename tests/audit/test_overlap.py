"""Overlap of lists: against published values, by simulation, and over time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.about import About
from evenhand.audit.list_changes import list_changes, lists_over_time
from evenhand.audit.overlap import chance_overlap, jaccard, kept_beyond_chance, list_hash, rank_biased_overlap
from evenhand.tables.errors import BadSetting, BadValue, CannotAnswer, MissingColumn

ABOUT = About("stability", "Anywhere", "2024", "made up")


def slow_rbo(one, other, p, depth=4000) -> float:
    """Webber, Moffat & Zobel's definition written out, the tail supposed to agree as the lists do at their ends (their section 4.4)."""
    short, long = sorted((list(one), list(other)), key=len)
    s, length = len(short), len(long)
    shared = [len(set(short[:d]) & set(long[:d])) for d in range(length + 1)]
    total = 0.0
    for d in range(1, depth):
        if d <= s:
            agree = shared[d] / d
        elif d <= length:
            agree = (shared[d] + shared[s] * (d - s) / s) / d
        else:
            agree = (shared[length] - shared[s]) / length + shared[s] / s
        total += (1 - p) * p ** (d - 1) * agree
    return total


@pytest.mark.parametrize(("one", "other", "expected"), [("12345", "23415", 0.828), ("abcdefg", "bacdefg", 0.900), ("abcdefg", "abcdefg", 1.000)])
def test_rank_biased_overlap_of_published_examples(one, other, expected):
    """The first from b4ny4n/rankmeasures' page, the others from dlukes/rbo, p 0.9, all printed to three places."""
    assert round(rank_biased_overlap(one, other, p=0.9), 3) == expected


@pytest.mark.parametrize("p", [0.5, 0.9, 0.97])
def test_rank_biased_overlap_is_its_definition_written_out(p):
    rng = np.random.default_rng(1)
    for _ in range(30):
        one, other = (rng.permutation(40)[: rng.integers(1, 25)].tolist() for _ in range(2))
        assert rank_biased_overlap(one, other, p=p) == pytest.approx(slow_rbo(one, other, p), abs=1e-9)
        assert rank_biased_overlap(one, other, p=p) == rank_biased_overlap(other, one, p=p)


def test_lists_that_share_nothing_or_are_empty():
    assert rank_biased_overlap("abc", "xyz") == 0
    assert (rank_biased_overlap("", ""), rank_biased_overlap("", "ab")) == (1, 0)
    assert np.isnan(jaccard([False], [False]))
    with pytest.raises(BadValue, match="twice"):
        rank_biased_overlap("aab", "abc")
    with pytest.raises(BadSetting):
        rank_biased_overlap("a", "b", p=1)


def test_chance_overlap_is_what_lists_drawn_by_lot_share():
    rng = np.random.default_rng(2)
    drawn = []
    for _ in range(4000):
        one, other = (set(rng.choice(60, many, replace=False).tolist()) for many in (12, 20))
        drawn.append(len(one & other) / len(one | other))
    assert chance_overlap(12, 20, 60) == pytest.approx(np.mean(drawn), abs=4 * np.std(drawn) / np.sqrt(4000))
    assert chance_overlap(5, 5, 5) == 1
    assert np.isnan(kept_beyond_chance(1.0, 1.0))
    with pytest.raises(BadValue):
        chance_overlap(7, 2, 5)


def test_a_code_tells_lists_apart_and_not_their_order_unless_asked():
    assert list_hash("abc") != list_hash("abd")
    assert list_hash("abc", in_order=True) != list_hash("acb", in_order=True)


def three_lists(**more) -> pd.DataFrame:
    lists = {"2024-01": "ab", "2024-02": "ac", "2024-03": "ac"}
    rows = [(month, place, place in flagged, 4 - at) for month, flagged in lists.items() for at, place in enumerate("abcd")]
    frame = pd.DataFrame(rows, columns=["from", "place_code", "is_flagged", "score"])
    return frame.assign(to=frame["from"], **more)


def by_measure(found) -> dict:
    return {one.measure: one for one in found}


def test_changes_of_three_lists_worked_by_hand():
    """ab, ac, ac of four places: overlaps 1/3 and 1; one new place of four; a alone is always there."""
    found = by_measure(list_changes(lists_over_time(three_lists()), about=ABOUT, system="mine"))
    assert found["list_jaccard"].value == pytest.approx(2 / 3)
    assert found["list_jaccard"].low is None
    assert found["list_jaccard_first_last"].value == pytest.approx(1 / 3)
    assert found["list_new_share"].value == 0.25
    assert found["list_kept_beyond_chance"].value == pytest.approx(0.5)
    assert (found["places_always_flagged"].value, found["places_ever_flagged_share"].value) == (1, 0.75)
    assert found["lists_distinct"].value == 2
    assert found["list_rank_overlap"].value == pytest.approx((rank_biased_overlap("ab", "ac") + 1) / 2)
    assert found["list_jaccard_by_chance"].value == pytest.approx(float(chance_overlap(2, 2, 4)))


def test_a_table_of_flagged_places_alone_says_that_chance_is_reckoned_on_those():
    lists = lists_over_time(three_lists()[lambda frame: frame["is_flagged"]])
    found = by_measure(list_changes(lists, about=ABOUT, system="mine"))
    assert any("flagged places only" in caveat for caveat in found["list_kept_beyond_chance"].caveats)


def test_the_same_lists_give_the_same_code_whatever_the_order_of_rows():
    codes = [
        by_measure(list_changes(lists_over_time(frame), about=ABOUT, system="mine"))["lists_distinct"].settings["code_of_all_lists"]
        for frame in (three_lists(), three_lists().sample(frac=1, random_state=3))
    ]
    assert codes[0] == codes[1]


def test_one_list_or_an_empty_one_cannot_be_compared():
    one = three_lists()[lambda frame: frame["from"] == "2024-01"]
    empty = three_lists()
    empty.loc[empty["from"] == "2024-02", "is_flagged"] = False
    for frame, said in ((one, "only one list"), (empty, "Nothing is flagged for 2024-02")):
        with pytest.raises(CannotAnswer, match=said):
            list_changes(lists_over_time(frame), about=ABOUT, system="mine")
    with pytest.raises(MissingColumn):
        lists_over_time(one.drop(columns="is_flagged"))


def test_lists_drawn_by_lot_are_kept_no_more_than_chance():
    """The negative control: 200 lists of 15 of 80 places drawn by lot."""
    rng = np.random.default_rng(4)
    days = pd.date_range("2024-01-01", periods=200).strftime("%Y-%m-%d")
    rows = [(day, str(place), place in chosen) for day in days for chosen in [set(rng.choice(80, 15, replace=False).tolist())] for place in range(80)]
    frame = pd.DataFrame(rows, columns=["from", "place_code", "is_flagged"])
    found = by_measure(list_changes(lists_over_time(frame.assign(to=frame["from"])), about=ABOUT, system="lot"))
    assert found["list_kept_beyond_chance"].low < 0 < found["list_kept_beyond_chance"].high
    assert found["list_jaccard"].low < found["list_jaccard_by_chance"].value < found["list_jaccard"].high
