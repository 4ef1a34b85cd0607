"""Attacks by subtraction: two tables that each hide every small number must not give one away together."""

from __future__ import annotations

import json
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.audit.disclosure import CONFIDENTIAL, MIDPOINT_6, OPENSAFELY, Rule, protect
from evenhand.audit.release_ledger import Ledger, _bounds
from evenhand.tables.errors import BadFile, BadSetting

ATTRIBUTES = {"group": ("Asian", "Black", "White"), "sex": ("female", "male"), "age": ("child", "adult")}


def is_shown(found):
    return ~np.isnan(found.counts)


def test_two_releases_that_differ_by_three_people_are_not_both_shown():
    ledger = Ledger()
    assert is_shown(ledger.release("listed", [600], [{}])).all()
    assert not is_shown(ledger.release("listed", [597], [{"group": ("Asian", "Black", "White")}])).any()
    assert ledger.check("listed", [597], [{"group": ("Asian", "Black", "White")}]).verdict == "fail"


def test_the_part_shown_first_hides_the_whole():
    ledger = Ledger()
    ledger.release("listed", [597], [{"sex": "male"}])
    assert not is_shown(ledger.release("listed", [600], [{}])).any()


def test_the_same_people_a_month_later_and_three_more_are_hidden():
    ledger = Ledger()
    ledger.release("listed", [600], [{}], data="june")
    assert not is_shown(ledger.release("listed", [603], [{}], data="july")).any()
    assert is_shown(ledger.release("listed", [640], [{}], data="august")).all()


def test_the_same_count_may_be_shown_again():
    ledger = Ledger()
    for _ in range(3):
        assert is_shown(ledger.release("listed", [600, 210], [{}, {"group": "White"}])).all()


def test_a_part_as_large_as_its_whole_says_that_there_is_nobody_else():
    ledger = Ledger()
    ledger.release("listed", [600], [{}])
    assert not is_shown(ledger.release("listed", [600], [{"sex": "male"}])).any()


def test_the_rest_of_a_whole_shown_in_three_tables_is_hidden():
    ledger = Ledger()
    ledger.release("listed", [600], [{}])
    ledger.release("listed", [300], [{"group": "White"}])
    ledger.release("listed", [200], [{"group": "Black"}])
    assert not is_shown(ledger.release("listed", [96], [{"group": "Asian"}])).any(), "4 people of other groups would follow"
    assert is_shown(ledger.release("listed", [60], [{"group": "Asian"}])).all()


def test_another_quantity_is_no_part():
    ledger = Ledger()
    ledger.release("listed", [600], [{}])
    assert is_shown(ledger.release("stopped", [597], [{}])).all()


def test_joined_groups_of_a_coarser_table_do_not_open_a_finer_one():
    ledger = Ledger()
    finer = ledger.release("listed", [300, 200, 6, 40], [{"group": name} for name in ("White", "Black", "Roma", "Arab")], totals=(0,))
    assert is_shown(finer).tolist() == [True, True, False, False]
    ledger.release("listed", [546], [{}])
    assert not is_shown(ledger.release("listed", [540], [{"group": ("White", "Black", "Arab")}])).any()


def test_what_is_written_holds_only_what_was_shown(tmp_path):
    ledger = Ledger()
    ledger.release("listed", [603, 4, 57], [{"group": name} for name in ("White", "Roma", "Arab")], totals=(0,))
    text = ledger.save(tmp_path / "shown.json").read_text(encoding="utf-8")
    assert "603" not in text
    assert [one["shown"] for one in json.loads(text)["shown"]["listed"]] == [605.0]


def test_a_later_run_heeds_an_earlier_ones_file(tmp_path):
    path = tmp_path / "shown.json"
    first = Ledger.read(path)
    assert is_shown(first.release("listed", [600], [{}], data="a")).all()
    first.save(path)
    later = Ledger.read(path)
    assert not is_shown(later.release("listed", [592], [{}], data="b")).any()
    assert not is_shown(later.release("listed", [595], [{"sex": "male"}], data="a")).any()
    assert is_shown(later.release("listed", [601], [{}], data="b")).all(), "a reader sees the same number, and learns nothing"
    assert is_shown(later.release("listed", [300], [{"sex": "male"}], data="a")).all()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1, "rule": {}, "shown": {}}', "PK\x03", '{"rule": 3}'])
def test_a_file_that_is_no_ledger_is_told_of(tmp_path, text):
    (tmp_path / "shown.json").write_text(text)
    with pytest.raises(BadFile, match="not a ledger"):
        Ledger.read(tmp_path / "shown.json")


def test_counts_need_their_populations():
    with pytest.raises(BadSetting):
        Ledger().release("listed", [1, 2], [{}])


@pytest.mark.parametrize("rule", [CONFIDENTIAL, OPENSAFELY, MIDPOINT_6, Rule(threshold=3, rounding=1, hides_zeros=False)])
def test_a_count_lay_within_the_bounds_that_its_shown_number_gives(rule):
    for count in range(rule.threshold, 200):
        shown = protect([count], rule=rule).counts[0]
        low, high = _bounds(float(shown), rule)
        assert low <= count <= high


@st.composite
def tables_asked(draw):
    """Counts of atoms, and one-, two- and three-way tables and joined groups asked for in some order."""
    atoms = {one: draw(st.integers(0, 40)) for one in product(*ATTRIBUTES.values())}
    asked = draw(st.lists(st.sampled_from([names for size in range(4) for names in combinations(ATTRIBUTES, size)]), min_size=1, max_size=6))
    joined = draw(st.booleans())
    return atoms, asked, joined


def counted(atoms, who):
    names = list(ATTRIBUTES)
    return sum(count for one, count in atoms.items() if all(one[names.index(name)] in values for name, values in who.items()))


@given(tables_asked())
@settings(max_examples=300, deadline=None)
def test_no_two_shown_counts_differ_by_a_few_people(given_):
    atoms, asked, joined = given_
    ledger, shown = Ledger(), []
    for names in asked:
        populations = [dict(zip(names, ((value,) for value in values), strict=True)) for values in product(*(ATTRIBUTES[name] for name in names))]
        if joined and "group" in names:
            populations += [{**one, "group": ("Asian", "Black")} for one in populations if one["group"] == ("Asian",)]
        counts = [counted(atoms, who) for who in populations]
        found = ledger.release("listed", counts, populations)
        shown += [(who, count) for who, count, kept in zip(populations, counts, is_shown(found), strict=True) if kept]
    for (who, count), (other, held) in combinations(shown, 2):
        part, whole = sorted(((who, count), (other, held)), key=lambda one: one[1])
        if all(name in part[0] and set(part[0][name]) <= set(values) for name, values in whole[0].items()) and part[0] != whole[0]:
            assert whole[1] - part[1] >= CONFIDENTIAL.threshold


@given(tables_asked())
@settings(max_examples=100, deadline=None)
def test_no_small_remainder_of_a_whole_follows_from_its_shown_parts(given_):
    atoms, asked, _ = given_
    ledger, shown = Ledger(), {}
    for names in asked:
        populations = [dict(zip(names, values, strict=True)) for values in product(*(ATTRIBUTES[name] for name in names))]
        counts = [counted(atoms, {name: (value,) for name, value in who.items()}) for who in populations]
        found = ledger.release("listed", counts, populations)
        shown |= {frozenset(who.items()): count for who, count, kept in zip(populations, counts, is_shown(found), strict=True) if kept}
    for whole, count in shown.items():
        for name in set(ATTRIBUTES) - {name for name, _ in whole}:
            parts = [shown[whole | {(name, value)}] for value in ATTRIBUTES[name] if whole | {(name, value)} in shown]
            assert not parts or not 0 < count - sum(parts) < CONFIDENTIAL.threshold


@given(tables_asked())
@settings(max_examples=60, deadline=None)
def test_no_small_count_is_a_sum_and_difference_of_any_number_of_shown_ones(given_):
    """The attacker solves all shown counts as equations, taking the values named to be all there are."""
    atoms, asked, _ = given_
    ledger, rows, right = Ledger(), [], []
    people, finest = np.array(list(atoms.values()), dtype=float), list(atoms)

    def row(who):
        return np.array([all(one[list(ATTRIBUTES).index(name)] == value for name, value in who.items()) for one in finest], dtype=float)

    kinds = [dict(zip(names, values, strict=True)) for size in range(4) for names in combinations(ATTRIBUTES, size)
             for values in product(*(ATTRIBUTES[name] for name in names))]  # fmt: skip
    for names in asked:
        populations = [dict(zip(names, values, strict=True)) for values in product(*(ATTRIBUTES[name] for name in names))]
        counts = [row(who) @ people for who in populations]
        found = ledger.release("listed", counts, populations)
        rows += [row(who) for who, kept in zip(populations, is_shown(found), strict=True) if kept]
        right += [count for count, kept in zip(counts, is_shown(found), strict=True) if kept]
    if rows:
        wanted = np.array([row(who) for who in kinds])
        weights, *_ = np.linalg.lstsq(np.array(rows).T, wanted.T, rcond=None)
        is_solved = np.abs(np.array(rows).T @ weights - wanted.T).max(axis=0) < 1e-6
        solved = (np.array(right) @ weights)[is_solved]
        assert not ((solved > 0.5) & (solved < CONFIDENTIAL.threshold - 0.5)).any()


def test_a_count_that_a_total_and_two_tables_give_away_is_hidden_although_its_own_group_was_never_shown():
    """31 in all, 10 adults, two groups of 10 children each: the third group has one child, by subtraction."""
    ledger = Ledger()
    ledger.release("listed", [31], [{}])
    groups = [{"group": group, "age": age} for group in ("Asian", "Black", "White") for age in ("child", "adult")]
    ledger.release("listed", [10, 0, 10, 1, 1, 9], groups)
    found = ledger.release("listed", [21, 10], [{"age": "child"}, {"age": "adult"}])
    assert np.isnan(found.counts).all()
