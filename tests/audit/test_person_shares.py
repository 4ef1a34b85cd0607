"""Flag ratios: against published figures, by exact counts, and with nothing given away."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from evenhand.audit.about import About
from evenhand.audit.person_rules import made_up_rule
from evenhand.audit.person_shares import MEASURES, share_findings, share_over_share
from evenhand.audit.person_tallies import tally_people
from tests.audit.made_up_list import ON, Town, points, town_of

ABOUT = About("people", "Nowhere", "2022", "made up")


@pytest.fixture(scope="module")
def tallies():
    world = town_of(Town(recorded=(0.6, 0.3), stops=(0.5, 0.1)))
    return tally_people(world.book, points(world.book, on=ON), conduct=world.conduct)


def by(found, measure, group, denominator=None):
    return next(one for one in found if one.measure == measure and one.group == group and denominator in (None, one.settings.get("denominator")))


def test_amnesty_2018_four_fifths_of_the_matrix_against_a_quarter_of_those_responsible():
    """Amnesty International (2018), Trapped in the Matrix: 3,806 listed in October 2017, 78 % Black, against 27 % of those held responsible."""
    value, low, high = share_over_share([2969, 837], [27, 73])
    assert value[0] == pytest.approx(78 / 27, abs=0.01)
    assert low[0] < value[0] < high[0]


def test_every_number_is_the_plain_quotient_of_counts(tallies):
    found = share_findings(tallies, reference="Blue", about=ABOUT, rule=made_up_rule(), replicates=50)
    listed = tallies.people.where(is_flagged="yes").by("group")
    for name, heads in (
        ("everybody", tallies.people.by("group")),
        ("people on record for recent violence", tallies.people.where(is_violent="yes").by("group")),
        ("recent true violence", tallies.offences["true"]),
    ):
        rates = listed / heads
        assert by(found, "list_rate_ratio", "Amber", name).value == pytest.approx(rates[0] / rates[1])
        assert by(found, "list_share_over_share", "Amber", name).value == pytest.approx(listed[0] / listed.sum() / (heads[0] / heads.sum()))
    assert by(found, "list_group_share", "Amber").value == pytest.approx(listed[0] / listed.sum())


def test_a_list_that_follows_the_record_is_far_nearer_to_it_than_to_what_was_done(tallies):
    """Amber did no more than Blue, and twice as much of it is on record."""
    found = share_findings(tallies, reference="Blue", about=ABOUT, replicates=50)
    by_record, by_truth = (by(found, "list_rate_ratio", "Amber", f"people {words} recent violence").value for words in ("on record for", "who truly did"))
    assert by_truth > 1.4 * by_record > 1.4


def test_without_a_truth_nothing_is_said_of_it():
    world = town_of(Town())
    found = share_findings(tally_people(world.book, points(world.book, on=ON)), reference="Blue", about=ABOUT, replicates=50)
    assert {one.settings.get("truth") for one in found} == {None, "recorded"}


def test_findings_carry_what_a_reader_needs_and_are_in_words(tallies):
    from evenhand.report.measures import measures

    for one in share_findings(tallies, reference="Blue", about=ABOUT, replicates=50):
        assert one.measure in MEASURES
        assert one.measure in measures()
        assert one.value is not None
        assert one.n
        assert one.low <= one.value <= one.high
        assert any("made up" in caveat for caveat in one.caveats)
        assert any("rounded to the nearest 5" in caveat for caveat in one.caveats)


def test_small_groups_are_hidden_and_cannot_be_told_from_the_rest():
    """Nine of Amber on the list: their number is hidden, and the other group's with it, for the sum is shown."""
    world = town_of(Town(people=900))
    scored = points(world.book, on=ON)
    amber, blue = (np.flatnonzero(world.book.group == at) for at in (0, 1))
    scored.is_flagged[:] = np.isin(np.arange(900), [*amber[:9], *blue[:200]])
    found = share_findings(tally_people(world.book, scored), reference="Blue", about=ABOUT, replicates=50)
    for one in found:
        if one.measure in ("list_group_share", "list_rate_ratio", "list_share_over_share"):
            assert one.value is None
            assert one.n is None
            assert one.caveats[0].startswith("Not shown")
    shown = share_findings(tally_people(world.book, scored), reference="Blue", about=ABOUT, rule=made_up_rule(), replicates=50)
    assert by(shown, "list_group_share", "Amber").value == pytest.approx(9 / 209)
    assert any("Nobody counted here exists" in caveat for caveat in shown[0].caveats)


def test_nobody_of_the_reference_listed_gives_a_reason_and_no_ratio(tallies):
    world = town_of(Town(people=900))
    scored = points(world.book, on=ON)
    scored.is_flagged[:] = world.book.group == 0
    found = share_findings(tally_people(world.book, scored), reference="Blue", about=ABOUT, rule=made_up_rule(), replicates=50)
    ratio = by(found, "list_rate_ratio", "Amber")
    assert ratio.value is None
    assert "nobody of the reference group is listed" in ratio.caveats[0]


def test_intervals_over_areas_are_no_narrower_than_those_over_people(tallies):
    wide = by(share_findings(tallies, reference="Blue", about=ABOUT, rule=made_up_rule(), replicates=200), "list_rate_ratio", "Amber", "everybody")
    from evenhand.audit.intervals import ratio_exact

    listed, people = tallies.people.where(is_flagged="yes").by("group"), tallies.people.by("group")
    plain = ratio_exact(listed, people, listed[1], people[1])
    assert_allclose(wide.value, plain.value[0])
    assert wide.low <= plain.low[0]
    assert wide.high >= plain.high[0]
