"""Zero harm and evidence of those listed: on people worked by hand, and with nothing given away."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.audit.about import About
from evenhand.audit.person_harm import MEASURES, harm_findings
from evenhand.audit.person_rules import made_up_rule
from evenhand.audit.person_tallies import tally_people
from tests.audit.made_up_list import ON, Town, points, town_of
from tests.audit.test_person_tallies import DAY, book_of, conduct_of, list_of, report

ABOUT = About("people", "Nowhere", "2022", "made up")


def value(found, measure, group="Everyone", truth=None):
    return next(one.value for one in found if one.measure == measure and one.group == group and truth in (None, one.settings.get("truth")))


def test_shares_of_four_listed_people_worked_by_hand():
    """0: suspected of a robbery that 1 did. 1: nothing on record. 2: convicted of shoplifting. 3: in nothing but as a victim."""
    book = book_of(
        report(0, DAY - 10, offence="robbery", outcome="no_further_action"),
        report(2, DAY - 100, offence="shoplifting", outcome="convicted"),
        report(3, DAY - 50, "victim", offence="robbery"),
        report(3, DAY + 365, "witness"),
    )
    book.group[3] = 1
    tallies = tally_people(book, list_of([1, 1, 1, 1]), conduct=conduct_of((1, DAY - 10, "robbery"), (2, DAY - 100, "shoplifting")))
    found = harm_findings(tallies, reference="Blue", about=ABOUT, rule=made_up_rule())
    assert value(found, "zero_harm_share", truth="recorded") == 0.75
    assert value(found, "zero_harm_share", truth="true") == 0.75
    assert value(found, "recorded_not_done_share") == 1.0
    assert value(found, "done_not_recorded_share") == pytest.approx(1 / 3)
    assert value(found, "listed_without_conviction_share") == 0.75
    assert value(found, "listed_without_charge_share") == 0.75
    assert value(found, "listed_never_accused_share") == 0.5
    assert value(found, "listed_never_accused_share", "Amber") == 0.5


def test_every_measure_is_said_of_everybody_first_and_shares_of_real_people_need_ten_on_each_side():
    world = town_of(Town(recorded=(0.6, 0.3), stops=(0.5, 0.1), named_wrongly=0.05))
    tallies = tally_people(world.book, points(world.book, on=ON), conduct=world.conduct)
    found = harm_findings(tallies, reference="Blue", about=ABOUT)
    assert {one.measure for one in found} == set(MEASURES)
    assert [one.group for one in found[:7]] == ["Everyone"] * 7
    for one in found:
        if one.value is None:
            assert one.caveats[0].startswith("Not shown")
        else:
            assert one.n * one.value >= 10 - 1e-9
            assert one.n * (1 - one.value) >= 10 - 1e-9


def test_the_window_moves_the_share():
    from evenhand.audit.person_marks import Windows

    world = town_of(Town())
    shares = []
    for days in (180, 730, 1825):
        tallies = tally_people(world.book, points(world.book, on=ON, most=0.05), conduct=world.conduct, windows=Windows(past_days=days))
        found = harm_findings(tallies, reference="Blue", about=ABOUT, rule=made_up_rule())
        shares.append(value(found, "zero_harm_share", truth="recorded"))
    assert shares[0] > shares[1] > shares[2]
    assert np.isfinite(shares).all()
