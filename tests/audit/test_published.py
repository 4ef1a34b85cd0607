"""Published figures against their own parts: by hand, by property, and on what must be refused."""

from __future__ import annotations

import math
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.audit.about import About
from evenhand.audit.printed_numbers import Range, read_number
from evenhand.audit.published import KINDS, Statement, check, findings
from evenhand.audit.published_words import RULES, read_words
from evenhand.tables.errors import BadSetting, BadValue

ABOUT = About("published", "place", "period", "source")


def verdict(kind, parts, printed=None, words=None):
    return check(Statement("a statement", kind, parts, printed, words)).verdict


@pytest.mark.parametrize(
    ("text", "rounded", "cut"),
    [
        ("10.3", (10.25, 10.35), (10.3, 10.4)),
        ("10.30", (10.295, 10.305), (10.30, 10.31)),
        ("3,292", (3292, 3292), (3292, 3292)),
        ("45 per cent", (44.5, 45.5), (45, 46)),
        ("45%", (44.5, 45.5), (45, 46)),
        ("2.7m", (2_650_000, 2_750_000), (2_700_000, 2_800_000)),
        ("£1.16 million", (1_155_000, 1_165_000), (1_160_000, 1_170_000)),
        ("over 12,000", (12_000, math.inf), (12_000, math.inf)),
        (">12,000", (12_000, math.inf), (12_000, math.inf)),
        ("up to 170,000", (0, 170_000), (0, 170_000)),
        ("about 12,000", (11_500, 12_500), (12_000, 13_000)),
        ("~120", (115, 125), (120, 130)),
        ("200 ± 5", (195, 205), (195, 205)),
        ("-31 %", (-31.5, -30.5), (-32, -31)),
        ("−0.5", (-0.55, -0.45), (-0.6, -0.5)),
        ("0", (0, 0), (0, 0)),
    ],
)
def test_a_printed_number_stands_for_what_it_may_have_been(text, rounded, cut):
    number = read_number(text)
    assert (float(number.rounded.low), float(number.rounded.high)) == pytest.approx(rounded)
    assert (float(number.cut.low), float(number.cut.high)) == pytest.approx(cut)


@pytest.mark.parametrize("text", ["", "ten", "1.2.3", "1,23", "12 apples", "10.3 to 10.5", "nan", "1e6", "--3", "3 ±"])
def test_what_is_no_printed_number_is_refused_with_examples(text):
    with pytest.raises(BadValue, match="is no printed number"):
        read_number(text)


decimals = st.fractions(min_value=-50, max_value=50, max_denominator=40)
ranges = st.tuples(decimals, decimals).map(lambda ends: Range(min(ends), max(ends)))


@settings(max_examples=100, deadline=None)
@given(one=ranges, two=ranges, at=st.fractions(0, 1, max_denominator=20), by=st.fractions(0, 1, max_denominator=20))
def test_range_arithmetic_holds_every_result_of_its_members(one, two, at, by):
    a, b = one.low + at * (one.high - one.low), two.low + by * (two.high - two.low)
    for held, result in ((one + two, a + b), (one - two, a - b), (one * two, a * b)):
        assert Range.only(result).lies_in(held)
    if b != 0:
        assert Range.only(a / b).lies_in(one / two)


def test_open_ends_stay_open():
    over = read_number("over 100").rounded
    share = Range.only(Fraction(50)) / over
    assert (share.low, share.high, share.has_high) == (0, Fraction(1, 2), False)
    assert not Range.only(Fraction(1, 2)).meets(share)


@pytest.mark.parametrize(
    ("kind", "parts", "printed", "words", "expected"),
    [
        ("ratio", ("9", "2"), "4.5", None, "follows"),
        ("ratio", ("9", "2"), "4.6", None, "overstates"),
        ("ratio", ("9", "2"), "4.3", None, "understates"),
        ("ratio", ("8", "4"), None, "twice", "follows"),
        ("ratio", ("8", "4"), None, "more than twice", "overstates"),
        ("ratio", ("8", "4"), None, "at least twice", "follows"),
        ("ratio", ("11", "2"), None, "almost five times", "understates"),
        ("ratio", ("97", "20"), None, "almost five times", "follows"),
        ("ratio", ("5", "1"), None, "almost five times", "understates"),
        ("percent", ("21", "100"), None, "one in five", "follows"),
        ("percent", ("23", "100"), None, "1 in 5", "understates"),
        ("percent", ("2", "3"), "66.6", None, "follows if truncated"),
        ("percent", ("2", "3"), "66.5", None, "understates"),
        ("percent", ("1", "8"), "12", None, "follows"),
        ("percent", ("1", "8"), "13", None, "follows"),
        ("percent-change", ("69", "100"), "-31", None, "follows"),
        ("percent-change", ("69", "100"), None, "31 per cent reduction", "follows"),
        ("percent-change", ("80", "100"), "-31", None, "overstates"),
        ("percent-change", ("60", "100"), "-31", None, "understates"),
        ("percent-change", ("131", "100"), "-31", None, "contradicts"),
        ("percent-change", ("60", "100"), None, "a third fewer", "understates"),
        ("difference", ("12.4", "10.1"), "2.3", None, "follows"),
        ("sum", ("1,000", "234"), "1,234", None, "follows"),
        ("sum", ("1,000", "234"), "1,235", None, "contradicts"),
        ("sum", ("1.2m", "0.3m"), "1.6m", None, "follows"),
        ("all-parts", ("30", "60", "100"), None, None, "contradicts"),
        ("some-parts", ("30", "60", "100"), None, None, "cannot be derived"),
        ("some-parts", ("50", "60", "100"), None, None, "contradicts"),
        ("product", ("20", "150", "150"), "450,000", None, "follows"),
        ("part-of", ("45 %", "200"), "90", None, "follows"),
        ("ratio", ("5", "0"), "2", None, "cannot be derived"),
        ("percent", (), "17", None, "cannot be derived"),
        ("ratio", ("1", "3"), None, None, "computed"),
    ],
)
def test_verdicts_worked_by_hand(kind, parts, printed, words, expected):
    assert verdict(kind, parts, printed, words) == expected


counts = st.integers(1, 5_000)


@settings(max_examples=100, deadline=None)
@given(top=counts, bottom=counts, places=st.integers(0, 2), rounding=st.sampled_from([ROUND_HALF_UP, ROUND_DOWN]))
def test_a_figure_rounded_or_cut_from_its_own_parts_is_never_accused(top, bottom, places, rounding):
    exact = Decimal(top) * 100 / Decimal(bottom)
    printed = str(exact.quantize(Decimal(1).scaleb(-places), rounding=rounding))
    assert verdict("percent", (f"{top:,}", f"{bottom:,}"), printed) in ("follows", "follows if truncated")


@settings(max_examples=100, deadline=None)
@given(a=st.integers(1, 9_999), b=st.integers(1, 9_999))
def test_rounding_the_parts_as_well_never_makes_an_accusation(a, b):
    """Two rates known to two decimals, printed with one, and their true ratio printed with two."""
    one, two = Decimal(a) / 100, Decimal(b) / 100
    parts = [str(value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)) for value in (one, two)]
    printed = str((one / two).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))
    assert verdict("ratio", tuple(parts), printed) in ("follows", "follows if truncated", "cannot be derived")


def test_figure_and_words_are_both_held_and_the_weightier_verdict_is_told():
    assert verdict("ratio", ("10.3", "2.3"), "4.5", "almost five times") == "overstates"
    assert verdict("ratio", ("10.3", "2.3"), "4.9", "more than four times") == "overstates"


def test_the_tolerance_moves_what_almost_reaches():
    almost_five = Statement("x", "ratio", ("10.3", "2.3"), words="almost five times")
    assert check(almost_five, tolerance=Fraction(1, 5)).verdict == "follows"
    assert check(almost_five, tolerance=Fraction(1, 10)).verdict == "cannot be derived"


def test_every_rule_for_words_can_be_said():
    for rule, words in RULES.items():
        for word in words:
            read = read_words(f"{word} five times")
            assert (read.rule, read.number, read.unit) == (rule, 5, "times")


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (Statement("x", "odds", ("1", "2")), "is not known. Choose one of ratio"),
        (Statement("x", "ratio", ("1", "2", "3")), "takes 2 parts; 3 given"),
        (Statement("x", "ratio", ("1",)), "takes 2 parts; 1 given"),
        (Statement("x", "all-parts", ("1",)), "takes 2 or more parts"),
        (Statement("x", "percent", ("1", "2"), words="twice"), "speak of times, but the kind 'percent'"),
        (Statement("x", "ratio", ("1", "2"), words="over 80 per cent"), "speak of per cent, but the kind 'ratio'"),
        (Statement("x", "ratio", ("1", "2"), words="a great deal more"), "No number is found"),
    ],
)
def test_what_cannot_be_checked_as_asked_is_refused(statement, message):
    with pytest.raises(BadSetting, match=message):
        check(statement)


def test_findings_lead_with_the_verdict_and_count_what_follows():
    checked = [
        check(Statement("almost five times", "ratio", ("10.3", "2.3"), words="almost five times", where="Report, 3.1.2")),
        check(Statement("942 of 1,413", "percent", ("942", "1,413"), printed="66.6")),
        check(Statement("HART", "percent", ("3,292", "over 12,000"))),
        check(Statement("17 per cent", "percent", (), printed="17")),
    ]
    found = findings(checked, about=ABOUT)
    assert [one.measure for one in found] == ["published_figure"] * 4 + ["statements_that_follow"]
    assert found[0].caveats[0].startswith("Overstates. The parts allow 4.")
    assert (found[0].source, found[0].level, found[0].n) == ("Report, 3.1.2", None, 2)
    assert (round(found[2].low, 2), round(found[2].high, 2)) == (0, 27.43)
    assert found[3].value is None
    assert found[3].caveats[0].startswith("Cannot be derived.")
    assert (found[-1].value, found[-1].n) == (1, 3)


def test_every_kind_says_its_arithmetic():
    for kind in KINDS.values():
        assert kind.says
        assert kind.least <= kind.most
