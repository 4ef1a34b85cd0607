"""Ties and what those tied did agree with going through the rows one by one."""

from __future__ import annotations

from itertools import product

import numpy as np

from evenhand.systems.co_offenders import co_offenders_of
from evenhand.systems.person_past import past_of
from tests.systems.hand_book import book_of, by_lot


def slowly(book, chosen):
    """(who, other) -> first day, by trying all pairs of rows."""
    found = {}
    at = [n for n in np.flatnonzero(chosen) if book.rows.incident[n] >= 0]
    for one, other in product(at, at):
        if book.rows.incident[one] == book.rows.incident[other] and book.rows.who[one] != book.rows.who[other]:
            pair = int(book.rows.who[one]), int(book.rows.who[other])
            found[pair] = min(found.get(pair, 10**9), int(max(book.rows.reported[one], book.rows.reported[other])))
    return found


def test_ties_are_those_of_going_through_all_pairs_of_rows():
    book = by_lot(60, rows=3)
    chosen = book.is_row("crime_report", role="suspect")
    ties = co_offenders_of(book, chosen)
    assert {(int(a), int(b)): int(day) for a, b, day in zip(ties.who, ties.other, ties.day, strict=True)} == slowly(book, chosen)
    assert len(ties.who) > 20


def test_they_are_those_of_the_books_own_ties():
    book = by_lot(2000)
    chosen = book.is_row("crime_report", role="suspect")
    ties = co_offenders_of(book, chosen)
    np.testing.assert_array_equal(np.bincount(ties.who, minlength=len(book)), np.diff(book.ties(chosen).indptr))


def test_deeds_are_seen_from_the_day_on_which_both_tie_and_deed_are_known():
    rows = [(who, "2020-01-10", "crime_report", "suspect", {"incident": "1"}) for who in (0, 1, 2)]
    book = book_of(*rows, (3, "2020-01-10", "crime_report", "suspect", {"incident": "2"}))
    day = int(book.rows.reported[0])
    ties = co_offenders_of(book, np.ones(4, dtype=bool))
    seen = past_of(*ties.deeds(np.array([1, 1, 3]), np.array([day - 100, day + 5, day])))
    people = np.arange(4)
    assert seen.total(people, day - 1).tolist() == [0, 0, 0, 0]
    assert seen.total(people, day).tolist() == [1, 0, 1, 0]
    assert seen.total(people, day + 5).tolist() == [2, 0, 2, 0]


def test_a_crowd_ties_nobody_and_neither_does_a_row_without_an_incident():
    crowd = [(who, "2020-01-10", "crime_report", "suspect", {"incident": "1"}) for who in range(31)]
    book = book_of(*crowd, *[(who, "2020-01-10", "crime_report", "suspect", {}) for who in (0, 1)])
    ties = co_offenders_of(book, np.ones(len(book.rows), dtype=bool))
    assert len(ties.who) == 0
    assert [len(one) for one in ties.deeds(np.array([0]), np.array([5]))] == [0, 0]
