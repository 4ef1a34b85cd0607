"""A letter to each recipient in the register's flows, under the law that binds it."""

from __future__ import annotations

import pytest

from evenhand.redress.letter_reading import shipped_letters
from evenhand.redress.second_hop import hops, second_hop
from evenhand.tables.errors import BadSetting
from tests.redress.made_up_letters import BODY, DAY, SYSTEM, register

LETTERS = shipped_letters()


def test_every_recipient_has_its_letter_or_a_reason_for_none():
    found = {hop.to: hop.letter or hop.why_not[:22] for hop in hops(register(), LETTERS, SYSTEM, BODY)}
    assert found == {
        "benefits-department": "second-hop-other",
        "city-of-elsewhere": "It is abroad or intern",
        "local-authorities": "second-hop-other",
        "northshire-council": "second-hop-other",
        "northshire-high-school": "second-hop-other",
        "prison-service": "second-hop-police",
        "unspecified-third-parties": "The source does not sa",
        "watchers": "second-hop-other",
        "youth-offending-services": "second-hop-police",
    }


def test_those_whom_a_claim_names_or_a_platform_passes_to_are_asked_too(law):
    letters = {one.to: one.text for one in second_hop(register(), law, SYSTEM, BODY, DAY)}
    assert "  - Named as a receiver of its output. One page says so. (Northshire Police, FOI response" in letters["Northshire High School"]
    assert "  - Of Big Platform: Lists of people. (" in letters["The Watchers"]


def test_each_is_asked_under_the_law_that_binds_it(law):
    cited = {one.to: {held.id for held in one.cited} for one in second_hop(register(), law, SYSTEM, BODY, DAY)}
    assert "dpa-2018.s45-1" in cited["Prison Service"]
    assert "uk-gdpr.art15" in cited["Benefits Department"]
    assert not any("uk-gdpr" in one for one in cited["Prison Service"])
    assert "dpa-2018.s45-1" not in cited["Benefits Department"]
    assert "dpa-2018.sch2-2-2" in cited["Northshire Council"]


def test_it_says_what_was_passed_and_asks_rather_than_claims(law):
    letters = {one.to: one.text for one in second_hop(register(), law, SYSTEM, BODY, DAY)}
    text = letters["Benefits Department"]
    for words in ("Northshire Police uses or has used a system called Crystal Ball, also known as The Ball, CB or Foresight.", "may have been passed to you",
                  "For what: To look at claims.", "On what basis: A sharing agreement of 2022.", "https://example.org/foi"):  # fmt: skip
        assert words in text, words
    assert "says only that this may be done" in letters["Northshire Council"]
    assert letters["Prison Service"].count("  - Lists of people.") == 2


def test_a_kind_of_body_leaves_the_name_to_the_reader(law):
    found = [one for one in second_hop(register(), law, SYSTEM, BODY, DAY) if "Local authorities" in one.to]
    assert found[0].to == "[which of these it goes to: Local authorities]"
    assert next(gap for gap in found[0].gaps if gap.slot == "to").gap == found[0].to


def test_a_team_of_the_force_itself_is_reached_by_the_letter_to_the_force():
    assert "northshire-police-insight" not in {hop.to for hop in hops(register(), LETTERS, SYSTEM, BODY)}


def test_without_recipients_on_record_it_says_whom_to_ask(law):
    with pytest.raises(BadSetting, match="knows nobody"):
        second_hop(register(), law, "street-map", BODY, DAY)
    with pytest.raises(BadSetting, match="no system"):
        second_hop(register(), law, "nothing", BODY, DAY)


def test_every_recipient_in_the_shipped_register_is_reached_or_explained():
    from evenhand.register.reading import read_register

    shipped, _ = read_register()
    for slug, system in shipped.systems.items():
        for user in system.uses:
            for hop in hops(shipped, LETTERS, slug, user):
                assert hop.letter or hop.why_not
                assert "is written for a body of the kind" not in hop.why_not, f"{slug} to {hop.to}: {hop.why_not}"
