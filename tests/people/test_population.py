"""Who there is: margins hold, homes are like homes, and no group's circle is unlike another's."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from evenhand.people.chances import by_weight, drawn, own_number, stream, times
from evenhand.people.parameter_list import GROUPS
from evenhand.people.parameters import read_parameters
from evenhand.people.population import make_population
from evenhand.tables.record_rows import day_number

PEOPLE = 40_000


@cache
def people(scenario="england-and-wales", n=PEOPLE):
    return make_population(read_parameters(scenario), n, seed=1)


@cache
def ages(scenario="england-and-wales"):
    return people(scenario).age(day_number(read_parameters(scenario).population.last_day))


def test_groups_districts_ages_and_sexes_have_their_margins():
    how, all_of_them = read_parameters("england-and-wales").population, people()
    there = np.array([[groups[group] for group in GROUPS] for groups in how.areas.values()])
    found = np.zeros(there.shape)
    np.add.at(found, (all_of_them.area, all_of_them.group), 1 / PEOPLE)
    assert np.abs(found - there / there.sum()).max() < 0.01
    under_ten = how.ages["0-9"] / sum(how.ages.values())
    assert (ages() < 10).mean() == pytest.approx(under_ten, abs=0.01)
    assert ages().min() == 0
    assert all_of_them.sex.mean() == pytest.approx(how.male_share, abs=0.01)


def test_even_mixing_gives_every_district_the_same_mix():
    all_of_them = make_population(read_parameters("england-and-wales").changed({"mixing": 1.0}), PEOPLE, seed=1)
    white = np.bincount(all_of_them.area, all_of_them.group == 0) / np.bincount(all_of_them.area)
    assert white.max() - white.min() < 0.05


def test_children_live_with_grown_ups_and_brothers_and_sisters():
    all_of_them, age = people(), ages()
    child = np.flatnonzero(age < 16)
    oldest = np.zeros(all_of_them.household.max() + 1)
    np.maximum.at(oldest, all_of_them.household, age)
    assert (oldest[all_of_them.household[child]] >= 18).mean() > 0.97
    siblings = np.bincount(all_of_them.household[child])[all_of_them.household[child]]
    assert 0.4 < (siblings > 1).mean() < 0.9
    assert np.bincount(all_of_them.household).max() <= 8
    parents = oldest[all_of_them.household[child]] - age[child]
    assert 20 < np.median(parents) < 45


def test_partners_have_each_other_and_nobody_is_their_own():
    partner = people().partner
    at = np.flatnonzero(partner >= 0)
    assert (partner[partner[at]] == at).all()
    assert (partner[at] != at).all()
    assert (ages()[at] >= 16).all()
    assert (people().sex[partner[at]] != people().sex[at]).all()


def test_circles_are_of_the_district_the_sex_and_the_age_and_mostly_of_the_group():
    all_of_them, age = people(), ages()
    who = np.arange(PEOPLE)
    mate = all_of_them.circles.near(who, np.full(PEOPLE, 3))
    assert (all_of_them.area[mate] == all_of_them.area).all()
    assert (all_of_them.sex[mate] == all_of_them.sex).all()
    assert np.abs(age[mate] - age).max() <= 15
    black = all_of_them.group == 1
    assert (all_of_them.group[mate][black] == 1).mean() > 2 * black.mean()
    other = all_of_them.circles.near(who, np.full(PEOPLE, 3), other_sex=True)
    apart = other != who
    assert (all_of_them.sex[other][apart] != all_of_them.sex[apart]).all()


def test_no_group_sits_beside_people_who_offend_more_than_others_sit_beside():
    """A row in which the most active of a large group sat next to a small one once gave the small one a fifth more victims."""
    gaps = []
    for seed in range(6):
        all_of_them = make_population(read_parameters("all-alike"), PEOPLE, seed=seed)
        for steps in (1, 5, 20):
            mate = all_of_them.circles.near(np.arange(PEOPLE), np.full(PEOPLE, steps))
            beside = all_of_them.propensity[mate]
            gaps.append(beside[all_of_them.group == 1].mean() / beside[all_of_them.group == 0].mean() - 1)
    assert abs(np.mean(gaps)) < 4 * np.std(gaps) / np.sqrt(6)
    assert abs(np.mean(gaps)) < 0.08


def test_gangs_are_of_young_men_who_sit_together():
    circles, all_of_them = people("london").circles, people("london")
    assert len(circles.members)
    assert (all_of_them.sex[circles.members] == 1).all()
    assert not circles.is_near_gang[circles.members].any()
    size = np.bincount(circles.gang[circles.members])
    assert size[size > 0].min() >= 3
    for gang in range(circles.gang.max() + 1):
        members = np.flatnonzero(circles.gang == gang)
        assert len(set(circles.table[members])) == 1


def test_a_group_without_members_is_no_obstacle():
    nobody_else = {area: {group: 1.0 if group == "White" else 0.0 for group in GROUPS} for area in read_parameters("durham").population.areas}
    assert (make_population(read_parameters("durham").changed({"population.areas": nobody_else}), 300, seed=1).group == 0).all()


def test_chances_are_multiplied_and_never_exceed_one():
    assert times(0.2, 0.0) == 0
    assert times(1.0, 3.0) == 1
    assert times(np.array([0.001, 0.5]), 2.0) == pytest.approx([0.001999, 0.75])


def test_draws_go_by_weight():
    rng = stream(1, "people")
    assert set(by_weight(rng, np.cumsum([0.0, 1.0, 0.0, 3.0]), 1000)) == {1, 3}
    assert set(drawn(rng, np.array([[0.0, 1.0], [1.0, 0.0]] * 50))[::2]) == {1}
    assert np.bincount(drawn(rng, np.array([1.0, 3.0]), 10_000))[1] == pytest.approx(7500, abs=200)


def test_a_persons_own_number_stays_and_is_normal():
    who = np.arange(20_000)
    first = own_number(who, 3, seed=1)
    assert (own_number(who[::2], 3, seed=1) == first[::2]).all()
    assert abs(first.mean()) < 0.03
    assert abs(first.std() - 1) < 0.03
    assert abs(np.corrcoef(first, own_number(who, 4, seed=1))[0, 1]) < 0.03
