"""Metrics held against each other: by hand, by the slow search, by property, and on what must be refused."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evenhand.audit.about import About
from evenhand.audit.mcc_range import can_have_mcc, mcc, mcc_range
from evenhand.audit.metric_consistency import findings, fit
from evenhand.audit.metric_ranges import LINEAR, everything, fitting
from evenhand.audit.printed_numbers import read_number
from evenhand.audit.whole_tables import whole_table
from evenhand.tables.errors import BadSetting, BadValue


def metrics_of(table):
    """Every metric of a table that is defined, exactly; MCC as a float."""
    found = {}
    for name, metric in LINEAR.items():
        under = sum(w * n for w, n in zip(metric.bottom, table, strict=True))
        if under:
            found[name] = Fraction(sum(w * n for w, n in zip(metric.top, table, strict=True)), under)
    value = float(mcc(np.array(table, dtype=float)))
    return found | ({"mcc": value} if math.isfinite(value) else {})


def printed(value, places, how):
    """A number printed with so many places, rounded or cut."""
    scaled = float(value) * 10**places
    digits = round(scaled) if how == "rounded" else math.trunc(scaled)
    return f"{digits / 10**places:.{places}f}"


tables = st.tuples(*[st.integers(0, 300)] * 4).filter(lambda table: sum(table) > 0)


some_metrics = st.sets(st.sampled_from([*LINEAR, "mcc"]), min_size=2, max_size=4)
ways = st.sampled_from(["rounded", "cut"])


def holds_for(table, names, places, how):
    """The metrics of a real table, printed, fit; the table's own metrics lie in what is implied; and a whole table is found."""
    true = metrics_of(table)
    names = sorted(names & set(true))
    assume(len(names) >= 2)
    fitted = fit({name: printed(true[name], places, how) for name in names}, people=sum(table) if sum(table) <= 100 else None)
    assert fitted.fits
    assert fitted.people is None or fitted.whole is not None
    for name, (low, high) in fitted.implied.items():
        if name in true:
            assert low - 1e-9 <= float(true[name]) <= high + 1e-9


@settings(max_examples=8, deadline=None, derandomize=True)
@given(table=tables, names=some_metrics, places=st.integers(1, 4), how=ways)
def test_the_metrics_of_a_real_table_are_never_said_not_to_fit(table, names, places, how):
    holds_for(table, names, places, how)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, derandomize=True)
@given(table=tables, names=some_metrics, places=st.integers(1, 4), how=ways)
def test_nor_are_those_of_many_real_tables(table, names, places, how):
    holds_for(table, names, places, how)


@settings(max_examples=30, deadline=None)
@given(values=st.dictionaries(st.sampled_from(list(LINEAR)), st.integers(0, 20).map(lambda n: f"{n / 20:.2f}"), min_size=1, max_size=4))
def test_cutting_finds_the_corners_that_trying_each_three_sides_finds(values):
    solid = everything()
    for name, text in values.items():
        solid = solid.within(LINEAR[name], read_number(text).rounded)
    slow = slow_corners(solid.sides)
    assert slow <= {corner.at for corner in solid.corners}
    for corner in solid.corners:  # what is no true corner still lies in the solid
        assert all(sum(w * x for w, x in zip(side, corner.at, strict=True)) >= 0 for side in solid.sides)


def slow_corners(sides):
    """Every corner, by trying each three sides: exact elimination of four equations."""
    found = set()
    for three in combinations(sides, 3):
        rows = [[*side, Fraction(0)] for side in three] + [[Fraction(1)] * 5]
        for i in range(4):
            pivot = next((r for r in range(i, 4) if rows[r][i] != 0), None)
            if pivot is None:
                break
            rows[i], rows[pivot] = rows[pivot], rows[i]
            rows[i] = [value / rows[i][i] for value in rows[i]]
            rows = [row if r == i else [x - row[i] * y for x, y in zip(row, rows[i], strict=True)] for r, row in enumerate(rows)]
        else:
            at = tuple(row[4] for row in rows)
            if all(sum(w * x for w, x in zip(side, at, strict=True)) >= 0 for side in sides):
                found.add(at)
    return found


@pytest.mark.parametrize(
    "given_", [{"accuracy": "0.9"}, {"precision": "0.9"}, {"accuracy": "0.9", "precision": "0.5"}, {"precision": "0.9", "recall": "0.8"},
               {"base_rate": "0.05"}, {"specificity": "0.99", "npv": "0.7"}, {"accuracy": "0.85", "precision": "0.62", "recall": "0.71"}],
)  # fmt: skip
def test_mccs_bounds_hold_all_tables_and_are_reached(given_):
    solid = fitting({name: read_number(text).rounded for name, text in given_.items()})
    low, high = mcc_range(solid)
    corners = np.array([[float(share) for share in corner.at] for corner in solid.corners])
    sampled = mcc(np.random.default_rng(1).dirichlet(np.full(len(corners), 0.15), 100_000) @ corners)
    assert low <= np.nanmin(sampled)
    assert high >= np.nanmax(sampled)
    assert np.nanmin(sampled) - low < 0.002
    assert high - np.nanmax(sampled) < 0.002
    assert can_have_mcc(solid, high - 0.01, 1)
    assert not can_have_mcc(solid, min(high + 1e-4, 1.1), 2)


def test_a_case_worked_by_hand():
    """90 of 100 positives found, 30 wrongly flagged among 900 others: n 1,000."""
    fitted = fit({"precision": "0.75", "recall": "0.90", "base_rate": "0.10"})
    assert fitted.fits
    low, high = fitted.implied["accuracy"]
    assert low <= 0.96 <= high
    exact = fit({"precision": "75 ± 0 %", "recall": "90 ± 0 %", "base_rate": "10 ± 0 %"}, people=1000)
    assert exact.whole == (90, 30, 10, 870)
    assert exact.implied["accuracy"] == pytest.approx((0.96, 0.96))
    assert exact.implied["mcc"][0] == pytest.approx((0.09 * 0.87 - 0.03 * 0.01) / math.sqrt(0.12 * 0.1 * 0.9 * 0.88), abs=1e-4)


@pytest.mark.parametrize(
    ("given_", "fits"),
    [
        ({"precision": "0.50", "recall": "0.50", "f1": "0.50"}, True),
        ({"precision": "0.50", "recall": "0.50", "f1": "0.60"}, False),
        ({"accuracy": "0.99", "base_rate": "0.30", "recall": "0.50"}, False),  # 15 % missed already
        ({"accuracy": "0.85", "base_rate": "0.30", "recall": "0.50"}, True),
        ({"precision": "0.20", "base_rate": "0.20", "mcc": "0.30"}, False),  # no better than the base rate: MCC 0
        ({"precision": "0.20", "base_rate": "0.20", "mcc": "0.00"}, True),
        ({"accuracy": "1.00 ± 0", "precision": "0.50", "recall": "0.50"}, False),  # nobody to flag, so no precision to print
        ({"specificity": "0.90", "recall": "0.90", "accuracy": "0.80"}, False),  # accuracy lies between the two
        ({"accuracy": "99.2 %", "base_rate": "1 %", "recall": "34 %"}, True),
        ({"mcc": "-0.5", "precision": "0.9", "base_rate": "0.1"}, False),
    ],
)
def test_verdicts_worked_by_hand(given_, fits):
    assert fit(given_).fits is fits


def test_printed_mcc_narrows_the_base_rate_to_where_tables_are():
    fitted = fit({"precision": "0.62", "recall": "0.70", "mcc": "0.45"})
    low, high = fitted.implied["base_rate"]
    steps = np.linspace(0.001, 0.999, 2_000)
    there = []
    for precision, recall in product(np.linspace(0.615, 0.63, 7), np.linspace(0.695, 0.71, 7)):
        right = recall * steps
        wrong = right / precision - right
        held = mcc(np.column_stack([right, wrong, steps - right, 1 - steps - wrong]))
        there.append(steps[(1 - steps - wrong > 0) & (held >= 0.445) & (held <= 0.46)])
    reached = np.concatenate(there)
    assert low <= reached.min() < low + 0.003
    assert high - 0.003 < reached.max() <= high


def test_forty_people_cannot_be_right_in_ninety_one_point_three_of_a_hundred():
    shares, whole = fit({"accuracy": "91.3 %", "base_rate": "50 %"}), fit({"accuracy": "91.3 %", "base_rate": "50 %"}, people=40)
    assert shares.fits
    assert whole.fits
    assert whole.whole is None
    verdict = findings(whole, about=About("metric-consistency", "p", "t", "s"))[0]
    assert verdict.value == 0
    assert "no table of 40 whole people" in verdict.caveats[0]


@pytest.mark.parametrize("people", [7, 24])
def test_whole_tables_are_found_exactly_where_trying_all_finds_one(people):
    every = [t for t in product(range(people + 1), repeat=4) if sum(t) == people] if people < 10 else None
    for accuracy, precision, correlation in product(("0.71", "0.86", "0.9"), ("0.5", "0.75"), (None, "0.3", "0.65")):
        ranges = {"accuracy": read_number(accuracy).rounded, "precision": read_number(precision).rounded}
        wanted = None if correlation is None else read_number(correlation).rounded
        found = whole_table(ranges, people, mcc=wanted)
        if found is not None:
            assert fits(found, ranges, wanted)
        elif every is not None:
            assert not any(fits(table, ranges, wanted) for table in every)


def fits(table, ranges, wanted):
    true = metrics_of(table)
    if wanted is not None and not ("mcc" in true and float(wanted.low) - 1e-12 <= true["mcc"] <= float(wanted.high) + 1e-12):
        return False
    return all(name in true and allowed.low <= true[name] <= allowed.high for name, allowed in ranges.items())


def test_too_many_people_to_try_are_said_so():
    fitted = fit({"accuracy": "0.9", "npv": "0.9"}, people=10**7)
    assert fitted.fits
    assert not fitted.is_decided
    assert "Whole people were not tried" in findings(fitted, about=About("metric-consistency", "p", "t", "s"))[0].caveats[0]


@pytest.mark.parametrize(
    ("given_", "error", "message"),
    [
        ({"accuracy": "0.9"}, BadSetting, "One metric alone"),
        ({"accuracy": "0.9", "kappa": "0.3"}, BadSetting, "'kappa' is no metric known here"),
        ({"accuracy": "99.2", "recall": "0.3"}, BadSetting, "lies outside 0 to 1. Write a share such as 0.991"),
        ({"accuracy": "-0.1", "recall": "0.3"}, BadSetting, "lies outside 0 to 1"),
        ({"accuracy": "high", "recall": "0.3"}, BadValue, "is no printed number"),
    ],
)
def test_what_cannot_be_held_against_each_other_is_refused(given_, error, message):
    with pytest.raises(error, match=message):
        fit(given_)


def test_no_people_is_refused():
    with pytest.raises(BadSetting, match="no number of people tested"):
        fit({"accuracy": "0.9", "recall": "0.3"}, people=0)


def test_findings_carry_bounds_without_a_level_and_the_printed_figures():
    found = findings(fit({"accuracy": "0.90", "precision": "0.60"}), about=About("metric-consistency", "p", "t", "s"), model="model A")
    assert found[0].value == 1
    for one in found:
        assert one.n == 2
        assert one.level is None
        assert one.settings["printed"] == {"accuracy": "0.90", "precision": "0.60"}
    base = next(one for one in found if one.group == "base rate")
    assert base.value is None
    assert base.low < base.high
