"""Gaps are computed, never written: what is known, what was refused, and what nobody is known to have asked."""

from __future__ import annotations

from evenhand.register.gaps import count_states, gaps
from tests.register.made_up import AT, files, register

BALL = "systems/crystal-ball"


def rows(held=None, **which):
    return {(row.body, row.property): row for row in gaps(register(held), **which)}


def test_the_five_minimum_fields_come_first():
    found = [row for row in gaps(register(), system="crystal-ball") if row.body is None]
    minimum = [row.property for row in found if row.is_minimum]
    assert [row.property for row in found][: len(minimum)] == minimum == [
        "purpose", "operation", "procedure", "data-input", "data-source", "decision-influenced", "review",
    ]  # fmt: skip


def test_what_a_claim_says_is_known_and_carries_its_evidence():
    row = rows(system="crystal-ball")[None, "purpose"]
    assert (row.state, row.is_gap, row.claims, row.evidence[0].note) == ("known", False, ("crystal-ball.purpose",), (7,))


def test_nothing_said_after_a_request_is_unknown_and_without_one_not_asked():
    assert rows(system="crystal-ball")[None, "review"].state == "unknown"
    assert rows(system="street-map")[None, "review"].state == "not-asked"


def test_who_was_asked_is_told_with_the_outcome():
    asked = rows(system="crystal-ball")["northshire-police", "review"].asked
    assert [(one.by, one.of, one.outcome, one.record, one.kind) for one in asked] == [
        ("watchers", "northshire-police", "partly", "northshire-police.foi-2023", "answer"),
        ("watchers", "northshire-police", "exemption", "no-weights", "refusal"),
    ]


def test_a_request_to_one_body_says_nothing_of_another():
    held = files()
    held["bodies/southshire-police"] = held["bodies/northshire-police"] | {"title": "Southshire Police", "aliases": [], "answers": {}}
    held[BALL]["uses"]["southshire-police"] = held[BALL]["uses"]["northshire-police"]
    found = rows(held, system="crystal-ball")
    assert found["northshire-police", "review"].state == "unknown"
    assert found["southshire-police", "review"].state == "not-asked"
    assert found["southshire-police", "numbers-profiled"].state == "not-asked", "a number of one user is not another's"
    assert found["northshire-police", "numbers-profiled"].state == "known"
    assert (found["southshire-police", "purpose"].state, found["southshire-police", "purpose"].is_general) == ("known", True)


def test_what_is_said_of_a_system_with_one_user_is_said_of_that_use():
    assert rows(system="crystal-ball")["northshire-police", "purpose"].is_general is False


def test_the_best_of_several_claims_counts_and_old_ones_do_not():
    held = files()
    withheld = {"property": "review", "state": "withheld", "says": "It would not say.", "said_by": "northshire-police", "evidence": AT}
    held[BALL]["claims"] |= {"a": withheld, "b": withheld | {"state": "not-held", "says": "It holds none."}}
    assert rows(held, system="crystal-ball")[None, "review"].state == "not-held"
    assert rows(held, system="crystal-ball")[None, "review"].is_gap
    held[BALL]["claims"]["b"]["rank"] = "deprecated"
    assert rows(held, system="crystal-ball")[None, "review"].state == "withheld"


def test_a_denial_answers_the_question():
    held = files()
    held["bodies/northshire-police"]["claims"]["uses"] |= {"state": "denied", "says": "It uses none.", "value": None}
    row = rows(held, body="northshire-police")["northshire-police", "uses-individual-tools"]
    assert (row.system, row.state, row.is_gap) == (None, "denied", False)


def test_a_body_is_looked_at_with_all_it_uses():
    found = gaps(register(), body="northshire-police")
    assert {row.system for row in found} == {"crystal-ball", None}
    assert {row.body for row in found} == {"northshire-police"}


def test_every_state_is_counted():
    counted = count_states(gaps(register()))
    assert list(counted) == ["known", "denied", "not-held", "withheld", "unknown", "not-asked"]
    assert sum(counted.values()) == len(gaps(register()))


def test_properties_that_are_not_wanted_are_no_gaps():
    assert (None, "end") not in rows(system="crystal-ball")
