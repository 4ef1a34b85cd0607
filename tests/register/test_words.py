"""Texts that could harm or mislead a reader are refused, and messages show what cannot be seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from evenhand.register.dates import by_date, earliest, in_words, latest
from evenhand.register.words import Address, Date, Line, Quoted, Slug, visible

YEARS = st.integers(1800, 2100)


def is_accepted(kind, value) -> bool:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("text", ["Plain.", "Größe – “quoted” ‘so’ £5 < 10 > 3", "two\nlines", "a < b", "العربية", "e\u0301"])
def test_plain_text_of_any_language_is_taken(text):
    assert is_accepted(Line, text)


HARMFUL = ["<b>x", "</p>", "<!doctype", "<?php", "a\u200bb", "a\u202eb", "a\u2066b", "a\x00b", "a\x1bb", "a\ue000b", "\ufeffa", "a\u2028b"]


@pytest.mark.parametrize("text", HARMFUL, ids=ascii)
def test_text_that_could_run_or_hide_is_refused(text):
    assert not is_accepted(Line, text)


@pytest.mark.parametrize("slug", ["../x", "a/b", "a\\b", "A", "a_b", "-a", "a-", "a--b", "", "a b", "é", "a\n", "a.b", "x" * 81, "%2e%2e", "con:"])
def test_a_slug_cannot_leave_its_folder(slug):
    assert not is_accepted(Slug, slug)


@pytest.mark.parametrize("when", ["2024", "2024-05", "2024-05-17", "2024?", "2019~", "2020/2022", "2020/..", "2020/", "2024-02-29", 2024])
def test_dates_are_taken_as_exactly_as_they_are_known(when):
    assert is_accepted(Date, when)


NO_DATES = ["", "24", "2024-5", "2024-13", "2023-02-29", "2022/2020", "20245", "0999", "2024-05-17T00:00", "May 2024", "٢٠٢٤", True, None, 2024.5]


@pytest.mark.parametrize("when", NO_DATES)
def test_what_is_no_date_is_refused(when):
    assert not is_accepted(Date, when)


def test_addresses_and_quotations():
    assert is_accepted(Address, "https://example.org/a?b=c#d")
    assert is_accepted(Address, "10.1177/001112872")
    assert not is_accepted(Address, "javascript:alert(1)")
    assert is_accepted(Quoted, "a b c d e f g h i j k l")
    assert not is_accepted(Quoted, "a b c d e f g h i j k l m")


@given(st.text())
def test_what_is_shown_can_be_seen(text):
    assert visible(text).isprintable()


@given(YEARS, YEARS)
def test_a_date_begins_before_it_ends_and_dates_sort_by_time(first, second):
    one, other = sorted((first, second))
    assert earliest(f"{one}/{other}") == earliest(str(one)) <= latest(f"{one}/{other}") == latest(str(other))
    assert (by_date(str(one)) <= by_date(str(other))) is True


def test_dates_in_words():
    said = {"2024-05": "May 2024", "2024-05-07": "7 May 2024", "2019~": "about 2019", "2020/": "since 2020", "2020/2021?": "2020 to 2021 (doubtful)"}
    assert {when: in_words(when) for when in said} == said
    assert latest("2020/..") is None
