"""What a list rests on: sources left out and left in alone, on people worked by hand; Kendall's tau against SciPy."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from scipy.stats import kendalltau

from evenhand.audit.about import About
from evenhand.audit.person_rules import made_up_rule
from evenhand.audit.person_source_findings import MEASURES, source_findings
from evenhand.audit.person_sources import only_source, source_tallies
from evenhand.audit.rank_agreement import kendall_tau
from evenhand.tables.errors import BadSetting, CannotAnswer
from evenhand.tables.record_book import SOURCES
from evenhand.tables.record_rows import rows_of
from evenhand.tables.scored import Scored
from tests.audit.made_up_list import ON, Town, points, town_of
from tests.audit.test_person_tallies import DAY, book_of, report

ABOUT = About("people", "Nowhere", "2022", "made up")


def any_two(book, *, on: dt.date) -> Scored:
    """Listed: two records or more of whatever kind."""
    known = book.known(on)
    score = known.count(np.ones(len(known.rows), dtype=bool))
    return Scored("any two", on, book.provenance, score, (score >= 2).astype(np.int8), ("off", "on"), score >= 2)


def told(who, event="intelligence"):
    return rows_of(np.array([who]), np.array([DAY - 5]), event, "subject")


@pytest.fixture(scope="module")
def by_hand():
    """0: two suspicions. 1: one conviction, one intelligence. 2: three intelligence reports. 3: a stop only."""
    book = book_of(
        report(0, DAY - 3, outcome="no_further_action"), report(0, DAY - 4), report(1, DAY - 3, outcome="convicted"), told(1), told(2), told(2), told(2),
        told(3, "stop"),
    )  # fmt: skip
    book.group[3] = 1
    return book


def value(found, measure, source, group="Everyone"):
    return next(one.value for one in found if one.measure == measure and one.settings["source"] == source and one.group == group)


def test_who_falls_off_and_who_is_listed_on_one_source_alone(by_hand):
    tallies = source_tallies(by_hand, any_two, on=ON)
    found = source_findings(tallies, reference="Blue", about=ABOUT, rule=made_up_rule())
    fallen = {source: value(found, "source_fallen_share", source) for source in SOURCES}
    assert fallen == pytest.approx(
        {"convictions": 1 / 3, "charges": 0, "suspect": 1 / 3, "intelligence": 2 / 3, "victimisation": 0, "association": 0, "stops": 0}
    )
    alone = {source: value(found, "source_alone_share", source) for source in ("suspect", "intelligence", "convictions", "stops")}
    assert alone == pytest.approx({"suspect": 1 / 3, "intelligence": 1 / 3, "convictions": 0, "stops": 0})
    assert value(found, "source_held_share", "intelligence") == pytest.approx(2 / 3)
    assert value(found, "source_list_size_ratio", "intelligence") == pytest.approx(1 / 3)
    assert value(found, "source_list_overlap", "intelligence") == pytest.approx(1 / 3)
    assert value(found, "source_score_share", "intelligence") == pytest.approx(4 / 7)
    assert value(found, "source_order_tau", "stops") is not None


def test_a_book_of_one_source_holds_no_other(by_hand):
    for source in SOURCES:
        kept = only_source(by_hand.known(ON), source)
        assert len(kept.rows) == by_hand.known(ON).is_of(source).sum()
        assert not any(kept.is_of(other).any() for other in SOURCES if other != source)


def test_tau_from_counts_is_scipys():
    rng = np.random.default_rng(2)
    for _ in range(20):
        one = rng.integers(0, 7, 300)
        other = np.clip(one + rng.integers(-3, 4, 300), 0, 8)
        table = np.zeros((7, 9))
        np.add.at(table, (one, other), 1)
        assert float(kendall_tau(table).value) == pytest.approx(kendalltau(one, other).statistic, abs=1e-12)


def test_the_interval_of_tau_holds_as_often_as_it_says():
    rng = np.random.default_rng(7)
    cells = rng.dirichlet(np.ones(20)).reshape(4, 5)
    truth = float(kendall_tau(np.round(cells * 1e9)).value)
    drawn = rng.multinomial(400, cells.ravel(), size=600).reshape(-1, 4, 5)
    held = [found.low <= truth <= found.high for found in map(kendall_tau, drawn)]
    assert 0.92 < np.mean(held) < 0.975


def test_a_score_that_tells_nobody_apart_has_no_tau():
    assert np.isnan(kendall_tau([[3, 4]]).value)
    assert np.isnan(kendall_tau([[0, 0], [0, 0]]).value)


def test_stops_made_of_one_group_widen_the_gap_and_leaving_them_out_narrows_it():
    world = town_of(Town(people=16_000, stops=(1.2, 0.1)))
    tallies = source_tallies(world.book, points, on=ON, conduct=world.conduct)
    found = source_findings(tallies, reference="Blue", about=ABOUT)
    with_, without = (value(found, "source_flag_ratio", source, "Amber") for source in ("nothing", "stops"))
    assert with_ > 1.5 * without
    assert {one.measure for one in found} == set(MEASURES)
    assert all(one.settings["source"] for one in found)  # also of what is hidden
    violent = value(found, "source_fallen_violent_share", "stops")
    assert 0 < violent < 1


def test_a_list_that_changes_by_few_is_not_shown_beside_the_one_before():
    """Three people fall off: neither their share nor the overlap of the lists may tell of them."""

    def few_less(book, *, on):
        scored = points(book, on=on, stops=0.0, intelligence=0.0)
        if not book.is_of("stops").any():
            scored.is_flagged[np.flatnonzero(scored.is_flagged)[:3]] = False
        return scored

    world = town_of(Town())
    found = source_findings(source_tallies(world.book, few_less, on=ON, sources=("stops",)), reference="Blue", about=ABOUT)
    assert value(found, "source_fallen_share", "stops") is None
    assert value(found, "source_list_overlap", "stops") is None
    assert value(found, "source_list_size_ratio", "stops") in (1.0, pytest.approx(175 / 180, abs=1e-3))
    shown = source_findings(source_tallies(world.book, few_less, on=ON, sources=("stops",)), reference="Blue", about=ABOUT, rule=made_up_rule())
    assert value(shown, "source_list_overlap", "stops") == pytest.approx(177 / 180)


def test_a_system_that_cannot_be_run_without_a_source_says_so_and_nobody_is_taken_for_off_the_list():
    def needs_reports(book, *, on):
        if not book.is_of("suspect").any():
            raise CannotAnswer("There is nothing to learn from.")
        return points(book, on=on)

    world = town_of(Town(people=16_000, stops=(0.6, 0.2)))
    found = source_findings(source_tallies(world.book, needs_reports, on=ON, sources=("suspect", "stops")), reference="Blue", about=ABOUT)
    for measure in ("source_fallen_share", "source_flag_ratio", "source_list_overlap", "source_order_tau", "source_score_share"):
        blank = next(one for one in found if one.measure == measure and one.settings["source"] == "suspect")
        assert blank.value is None
        assert blank.n is None
        assert "cannot be run. There is nothing to learn from." in blank.caveats[0]
    assert value(found, "source_alone_share", "stops") is None
    assert value(found, "source_held_share", "stops") is not None
    assert value(found, "source_list_overlap", "stops") is not None


def test_an_unknown_source_is_refused(by_hand):
    with pytest.raises(BadSetting, match="no source 'gossip'"):
        source_tallies(by_hand, any_two, on=ON, sources=("gossip",))
