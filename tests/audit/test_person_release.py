"""Figures of one list beside each other: none of them gives away what another hides."""

from __future__ import annotations

import pytest

from evenhand.audit.person_release import RESTS_ON, release_list
from evenhand.audit.person_rules import made_up_rule
from evenhand.report.measures import measures
from evenhand.tables.findings import Finding


def share(measure, group, value, n, **settings):
    return Finding(question="a", measure=measure, group=group, value=value, n=n, unit="share", settings=settings)


LISTED = [share("list_group_share", group, count / 400, 400) for group, count in (("Asian", 5), ("Black", 115), ("White", 280))]


def ratio(measure, group, **settings):
    return Finding(question="a", measure=measure, group=group, reference="White", value=1.5, n=400, unit="ratio", settings=settings)


@pytest.mark.parametrize("measure", ["list_rate_ratio", "matched_flag_ratio", "group_selection_rate_ratio"])
def test_a_ratio_of_a_hidden_number_is_hidden(measure):
    rates = [share("group_selection_rate", group, count / 1000, 1000) for group, count in (("Asian", 5), ("Black", 115), ("White", 280))]
    shown = release_list([*LISTED, *rates, ratio(measure, "Asian")])
    assert shown[0].value is None
    assert shown[-1].value is None
    assert shown[-1].n is None


def test_two_tables_of_the_same_people_hide_the_same_of_them():
    # Shares of the list, and of a group: the second table alone would show what follows from the first.
    rates = [share("group_selection_rate", group, 0.3, 1000) for group in ("Asian", "Black", "White")]
    shown = release_list([*LISTED, *rates])
    hidden = [{one.group for one in shown if one.measure == measure and one.value is None} for measure in ("list_group_share", "group_selection_rate")]
    assert hidden[0] == hidden[1] != set()


def test_a_share_of_a_groups_listed_people_does_not_tell_how_many_they_are():
    shown = release_list([*LISTED, share("zero_harm_share", "Asian", 0.5, 100)])
    assert shown[-1].n is None


def test_people_on_record_are_a_part_of_everybody():
    def of(denominator, people):
        return [share("denominator_group_share", group, 0.5, people, denominator=denominator) for group in ("Black", "White")]

    shown = release_list([*of("everybody", 1000), *of("people on record for recent violence", 990)])
    assert [one.value is None for one in shown] == [False, False, True, True], "five people of each group have no such record"
    far = release_list([*of("everybody", 1000), *of("people on record for recent violence", 500)])
    assert all(one.value == 0.5 and "population" not in one.settings for one in far)


def test_a_difference_of_shares_is_no_share_of_people():
    gap = Finding(question="a", measure="matched_flag_difference", group="Black", reference="White", value=-0.004, n=400, unit="share")
    assert release_list([gap])[0].value == -0.004


def test_children_have_twice_the_threshold():
    young = share("child_list_share", "Everyone", 15 / 400, 400)
    assert release_list([young])[0].value is None
    assert release_list([share("listed_never_accused_share", "Everyone", 15 / 400, 400)])[0].value is not None


def test_of_made_up_people_everything_may_be_shown():
    assert [one.value for one in release_list(LISTED, rule=made_up_rule())] == [one.value for one in LISTED]


def test_the_list_of_what_rests_on_what_names_measures_there_are():
    named = {*RESTS_ON, *(base for bases in RESTS_ON.values() for base in bases)}
    assert not named - set(measures())
