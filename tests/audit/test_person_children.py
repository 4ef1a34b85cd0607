"""Children on a list: counted apart, under twice the threshold, and never to be told by subtraction."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.audit.about import About
from evenhand.audit.person_children import MEASURES, children_findings
from evenhand.audit.person_rules import made_up_rule
from evenhand.audit.person_tallies import tally_people
from tests.audit.made_up_list import ON, Town, points, town_of

ABOUT = About("people", "Nowhere", "2022", "made up")


@pytest.fixture(scope="module")
def world():
    return town_of(Town(people=20_000, recorded=(0.6, 0.3)))


def found_for(world, flagged, rule=None):
    scored = points(world.book, on=ON)
    scored.is_flagged[:] = flagged
    return children_findings(tally_people(world.book, scored, conduct=world.conduct), reference="Blue", about=ABOUT, rule=rule)


def one(found, measure, group="Everyone", **settings):
    return next(x for x in found if x.measure == measure and x.group == group and settings.items() <= x.settings.items())


def test_childrens_shares_are_plain_counts(world):
    scored = points(world.book, on=ON, most=0.05)
    found = found_for(world, scored.is_flagged, made_up_rule())
    child = world.book.age_on("2022-12-31") < 18
    listed = child[scored.is_flagged].mean()
    assert one(found, "child_list_share").value == pytest.approx(listed)
    assert one(found, "child_compared_share", "Children", denominator="everybody").value == pytest.approx(child.mean())
    assert one(found, "child_list_over_share", "Children", denominator="everybody").value == pytest.approx(listed / child.mean())
    amber = (world.book.group == 0)[scored.is_flagged & child].mean()
    assert one(found, "child_group_share", "Amber").value == pytest.approx(amber)
    assert {finding.measure for finding in found} == set(MEASURES)


@pytest.mark.parametrize(("children", "is_shown"), [(19, False), (20, True)])
def test_children_are_hidden_below_twice_the_threshold(world, children, is_shown):
    age = world.book.age_on("2022-12-31")
    young, old = np.flatnonzero(age < 18), np.flatnonzero(age >= 18)
    share = one(found_for(world, np.isin(np.arange(len(age)), [*young[:children], *old[:500]])), "child_list_share")
    assert (share.value is not None) is is_shown
    if not is_shown:
        assert "fewer than 20 people" in share.caveats[0]
        assert share.n is None


def test_no_group_of_children_follows_from_the_other_and_the_sum(world):
    age, group = world.book.age_on("2022-12-31"), world.book.group
    old = np.flatnonzero(age >= 18)[:600]
    chosen = np.concatenate([np.flatnonzero((age < 18) & (group == 0))[:12], np.flatnonzero((age < 18) & (group == 1))[:300], old])
    found = found_for(world, np.isin(np.arange(len(age)), chosen))
    assert one(found, "child_list_share", "Amber").value is None
    assert one(found, "child_list_share", "Blue").value is None
    assert one(found, "child_group_share", "Blue").value is None


def test_listing_children_for_being_children_is_found(world):
    """Every child listed by lot, and as many adults of the most recorded: like conduct, unlike treatment."""
    age = world.book.age_on("2022-12-31")
    lot = np.random.default_rng(1).random(len(age))
    found = found_for(world, np.where(age < 18, lot < 0.2, lot < 0.02))
    gap = one(found, "child_matched_difference", "Children", matched_on="conduct")
    assert gap.reference == "Adults"
    assert gap.low < 0.18 < gap.high
    even = one(found_for(world, lot < 0.05), "child_matched_difference", "Children", matched_on="conduct")
    assert even.low < 0 < even.high
