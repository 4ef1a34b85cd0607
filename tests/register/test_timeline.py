"""Everything with a date, oldest first, for a system, a body, or a body's use of a system."""

from __future__ import annotations

from evenhand.register.dates import by_date
from evenhand.register.timeline import timeline
from tests.register.made_up import files, register


def test_every_dated_thing_of_a_system_is_told_in_order():
    assert [(event.on, event.kind, event.record) for event in timeline(register(), system="crystal-ball")] == [
        ("2019", "status", "crystal-ball.northshire-police"),
        ("2021-03", "status", "crystal-ball.northshire-police"),
        ("2022/..", "flow", "ball-to-prisons"),
        ("2023", "contradiction", "predictive-or-not"),
        ("2023-02", "answer", "northshire-police.foi-2023"),
        ("2023-02", "refusal", "no-weights"),
        ("2024-06", "claim", "crystal-ball.people"),
        ("2024-06", "statistic", "people-by-group"),
    ]


def test_an_event_says_what_happened_and_where_it_stands():
    first = timeline(register(), system="crystal-ball")[0]
    assert first.says == "Crystal Ball at Northshire Police: pilot"
    assert (first.state, first.bodies, first.evidence[0].note) == ("pilot", ("northshire-police",), (7,))


def test_a_bodys_events_are_those_it_has_a_part_in():
    records = {event.record for event in timeline(register(), body="prison-service")}
    assert records == {"ball-to-prisons"}
    assert "report" in {event.record for event in timeline(register(), body="watchers")}


def test_claims_no_longer_held_are_left_out():
    held = files()
    held["systems/crystal-ball"]["claims"]["people"]["rank"] = "deprecated"
    assert "crystal-ball.people" not in {event.record for event in timeline(register(held))}


def test_events_are_in_order_whatever_is_asked_for():
    events = timeline(register())
    assert [by_date(event.on) for event in events] == sorted(by_date(event.on) for event in events)
