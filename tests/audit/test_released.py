"""The one door for findings about people: what is small is left blank, the rest is rounded, and the order stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.audit.disclosure import CONFIDENTIAL, already_published
from evenhand.audit.release_ledger import Ledger
from evenhand.audit.released import release
from evenhand.tables.findings import Finding


def count(group, value, **more):
    return Finding(question="list", measure="listed", group=group, value=value, unit="people", **more)


def share(group, part, n, **more):
    given_ = {"low": max(0.0, part / n - 0.05), "high": min(1.0, part / n + 0.05), "level": 0.95, **more}
    return Finding(question="list", measure="flagged_share", group=group, value=part / n, n=n, unit="share", **given_)


def values(findings):
    return [one.value for one in findings]


def test_counts_are_rounded_and_small_ones_hidden_with_what_would_give_them_away():
    found = release([count("Asian", 4), count("Black", 41), count("White", 203), count("everyone", 248)])
    assert values(found) == [None, None, 205, 250]
    assert "fewer than 10" in found[0].caveats[0]
    assert "subtraction" in found[1].caveats[0]
    assert found[2].caveats[0] == CONFIDENTIAL.says


def test_a_share_is_computed_from_its_rounded_parts_within_its_interval():
    (found,) = release([share("White", 37, 211)])
    assert found.value == pytest.approx(35 / 210)
    assert found.n == 210
    assert found.low <= found.value <= found.high


def test_a_share_with_few_on_either_side_is_hidden():
    found = release([share("a", 4, 200), share("b", 196, 200), share("c", 100, 200), share("d", 90, 200), share("e", 6, 9)])
    assert [value is None for value in values(found)] == [True, True, False, False, True]


def test_a_figure_of_unknown_people_is_hidden_and_one_about_nobody_is_not():
    ratio = Finding(question="list", measure="ratio", value=2.34567, unit="ratio")
    assert values(release([ratio])) == [None]
    assert values(release([ratio], supports=[[40, 12]])) == [2.35]
    assert values(release([ratio], supports=[[40, 9]])) == [None]
    assert values(release([ratio], supports=[[]])) == [2.34567]


def test_a_hidden_finding_keeps_no_number_anywhere():
    found = release([share("a", 4, 200, p_value=0.01, null_model="x", settings={"people": 4, "point": "past review", "is_new": True})])[0]
    assert (found.value, found.low, found.high, found.n, found.p_value) == (None,) * 5
    assert found.settings == {"point": "past review", "is_new": True}


def test_children_have_the_stricter_threshold():
    assert values(release([count("a", 15), count("b", 40)])) == [15, 40]
    assert values(release([count("a", 15, settings={"children": True}), count("b", 44, settings={"children": True})])) == [None, None]
    assert values(release([count("a", 15)], of_children=[True])) == [None]


def test_a_rule_for_public_counts_rounds_nothing():
    assert values(release([count("a", 203), count("b", 4)], rule=already_published("a newspaper"))) == [203, None]


def test_the_ledger_hides_what_differs_by_a_few_from_what_was_shown():
    ledger = Ledger()
    assert values(release([count("everyone", 600)], ledger=ledger)) == [600]
    assert values(release([count("everyone", 597, settings={"months": 12})], ledger=ledger)) == [None]
    assert values(release([share("everyone", 200, 500)], ledger=ledger)) == [200 / 500]
    assert values(release([share("everyone", 203, 500)], ledger=ledger)) == [None]


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8))
@settings(max_examples=200, deadline=None)
def test_order_and_words_stay_and_no_small_count_is_shown(people):
    before = [count(f"group {at}", number) for at, number in enumerate(people)]
    after = release(before, ledger=Ledger())
    assert [one.group for one in after] == [one.group for one in before]
    assert all(new.value is None or (old.value >= 10 and new.value % 5 == 0) for old, new in zip(before, after, strict=True))
    hidden = [old.value for old, new in zip(before, after, strict=True) if new.value is None]
    assert not hidden or len(people) == 1 or len(hidden) == len(people) or (len(hidden) > 1 and sum(hidden) >= 10)
