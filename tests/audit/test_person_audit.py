"""All that one list is asked, in one call: complete, in words, the same each time, and giving nobody away."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import numpy as np
import pytest

from evenhand.audit import (
    person_baselines,
    person_children,
    person_errors,
    person_harm,
    person_matching,
    person_shares,
)
from evenhand.audit.about import About
from evenhand.audit.person_audit import audit_list
from evenhand.audit.person_marks import Windows
from evenhand.audit.person_rules import made_up_rule
from evenhand.tables.errors import BadSetting
from evenhand.tables.findings import as_json
from tests.audit.made_up_list import ON, Town, points, town_of

ABOUT = About("people", "Nowhere", "2022", "made up", caveats=("A caveat of the asker's.",))
FILES = (person_shares, person_errors, person_matching, person_harm, person_baselines, person_children)


@pytest.fixture(scope="module")
def world():
    return town_of(Town(people=20_000, recorded=(0.6, 0.3), stops=(0.5, 0.1), named_wrongly=0.05))


@pytest.fixture(scope="module")
def found(world):
    return audit_list(world.book, points(world.book, on=ON), reference="Blue", about=ABOUT, conduct=world.conduct, replicates=100)


def real(book):
    return replace(book, provenance="pseudonymised", _known={})


def test_every_measure_of_every_file_is_told_and_every_finding_is_in_words(found):
    from evenhand.report.measures import measures

    told = {one.measure for one in found}
    assert {measure for file in FILES for measure in file.MEASURES} <= told
    assert told <= set(measures())
    for one in found:
        assert one.question == "people"
        assert one.method, one.measure
        assert "A caveat of the asker's." in one.caveats
        assert one.settings["system"] == "points"
        if one.value is None:
            assert one.caveats[0].startswith("Not "), one.caveats[0]
        else:
            assert one.n is not None, one.measure
            has_none = "no interval" in one.method
            assert has_none or (one.low is not None and one.low <= one.value + 1e-9) or one.measure == "number_needed_to_flag", one.measure
    assert all(np.isfinite(row["value"]) for row in json.loads(as_json(found)) if row["value"] is not None)


def test_the_same_people_and_seed_give_the_same_findings(world, found):
    again = audit_list(world.book, points(world.book, on=ON), reference="Blue", about=ABOUT, conduct=world.conduct, replicates=100)
    assert as_json(again) == as_json(found)


def test_every_count_told_of_is_rounded_and_none_is_small(found):
    for one in found:
        if one.n is not None:
            assert one.n >= 10, one.measure
            assert one.n % 5 == 0, one.measure


def test_real_people_are_audited_by_the_record_alone(world):
    book = real(world.book)
    scored = replace(points(world.book, on=ON), provenance="pseudonymised")
    found = audit_list(book, scored, reference="Blue", about=ABOUT, replicates=100)
    assert "true" not in {one.settings.get("truth") for one in found}
    assert all(one.settings.get("matched_on") != "conduct" for one in found)
    assert all(any("only what was recorded" in caveat for caveat in one.caveats) for one in found)
    with pytest.raises(BadSetting, match="these people are real"):
        audit_list(book, scored, reference="Blue", about=ABOUT, rule=made_up_rule())
    with pytest.raises(BadSetting, match="made-up people alone"):
        audit_list(book, scored, reference="Blue", about=ABOUT, conduct=world.conduct)


def test_without_a_follow_up_the_rest_is_still_told(world):
    found = audit_list(world.book, points(world.book, on=ON), reference="Blue", about=ABOUT, windows=Windows(follow_days=None), replicates=50)
    told = {one.measure for one in found}
    assert "list_rate_ratio" in told
    assert not told & set(person_baselines.MEASURES)


def test_one_person_more_on_a_list_is_not_told_of(world):
    """The attack of a neighbour: the same audit with somebody added. What is printed of counts hardly ever moves, and never by one."""
    scored = points(world.book, on=ON)
    more = replace(scored, is_flagged=scored.is_flagged.copy())
    more.is_flagged[np.flatnonzero(~scored.is_flagged)[7]] = True
    one, other = (audit_list(world.book, each, reference="Blue", about=ABOUT, conduct=world.conduct, replicates=50) for each in (scored, more))
    moved = [(a.n, b.n) for a, b in zip(one, other, strict=True) if a.n is not None and b.n is not None and a.n != b.n]
    assert all(abs(a - b) % 5 == 0 for a, b in moved)


def test_two_hundred_thousand_people_are_audited_in_seconds():
    world = town_of(Town(people=200_000, recorded=(0.6, 0.3), stops=(0.3, 0.1), offences_a_year=0.2))
    scored = points(world.book, on=ON)
    started = time.perf_counter()
    audit_list(world.book, scored, reference="Blue", about=ABOUT, conduct=world.conduct, replicates=200)
    assert time.perf_counter() - started < 6  # a fifth of a million people; a million took 2.2 s on two cores
