"""Scenarios: they can all be read, every value says where it comes from, and margins are the census's."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from evenhand.people.card import BASE
from evenhand.people.parameter_list import GROUPS
from evenhand.people.parameter_reading import names
from evenhand.people.parameters import read_parameters, scenario_slugs
from evenhand.people.starter import starter
from evenhand.tables.errors import BadFile

PLACES = {
    "london": "London", "west-midlands": "West Midlands", "essex": "Essex", "thames-valley": "Thames Valley",
    "avon-and-somerset": "Avon and Somerset", "durham": "Durham",
}  # fmt: skip


def margins(place: str, table: str) -> dict[tuple[str, str], int]:
    """(area, category) -> people, of the table that ships."""
    with (files("evenhand.people") / "census_2021_margins.csv").open(encoding="utf-8") as held:
        return {(row["area"], row["category"]): int(row["people"]) for row in csv.DictReader(held) if (row["place"], row["table"]) == (place, table)}


def test_the_scenarios_that_were_promised_ship():
    assert {BASE, "equal-offending", "ocjs-like", "all-alike", *PLACES} <= set(scenario_slugs())


@pytest.mark.parametrize("slug", scenario_slugs())
def test_every_parameter_of_every_scenario_says_where_it_comes_from(slug):
    parameters = read_parameters(slug)
    assert set(parameters.notes) == set(names())
    assert [name for name, note in parameters.notes.items() if not note.source.strip() or not note.says.strip()] == []
    assert [name for name, note in parameters.notes.items() if note.mark == "known" and ("guess" in note.source or "recall" in note.source)] == []


@pytest.mark.parametrize("slug", scenario_slugs())
def test_every_scenario_says_in_a_sentence_what_it_is(slug):
    parameters = read_parameters(slug)
    assert parameters.says.endswith(".")
    assert len(parameters.says) > 40


@pytest.mark.parametrize(("slug", "place"), PLACES.items())
def test_districts_ages_and_sexes_are_those_of_the_census_and_the_mid_year_estimates(slug, place):
    people, shares = read_parameters(slug).population, margins(place, "group")
    assert {(area, group): number for area, held in people.areas.items() for group, number in held.items()} == shares
    assert {("", band): number for band, number in people.ages.items()} == margins(place, "age")
    sexes = margins(place, "sex")
    assert people.male_share == pytest.approx(sexes["", "male"] / sum(sexes.values()), abs=0.0006)


def test_the_margins_of_england_and_wales_add_up_to_the_census():
    """ONS, Census 2021: 59,597,542 usual residents; figures by area are perturbed by a few."""
    groups, districts = margins("England and Wales", "group"), read_parameters(BASE).population.areas
    assert sum(groups.values()) == pytest.approx(59_597_542, abs=500)
    for group in GROUPS:
        whole = sum(number for (_, of), number in groups.items() if of == group)
        assert sum(held[group] for held in districts.values()) == pytest.approx(whole, abs=5)


def test_all_alike_has_no_difference_between_groups_in_any_parameter_that_knows_groups():
    parameters = read_parameters("all-alike")
    different = []
    for name in names():
        section, short = name.split(".")
        value = getattr(getattr(parameters.values, section), short)
        if isinstance(value, dict) and set(value) == set(GROUPS) and name != "population.seen_as" and len(set(value.values())) > 1:
            different.append(name)
    assert different == []
    assert parameters.population.mixing == 1
    assert parameters.stops.by_area_and_group == {}


def test_equal_offending_differs_from_the_base_in_who_there_is_and_not_in_how_people_are_policed():
    equal, base = read_parameters("equal-offending"), read_parameters(BASE)
    assert set(equal.offending.by_group.values()) == {1.0}
    assert set(equal.population.age_tilt.values()) == {0.0}
    for section in ("stops", "naming", "justice", "intelligence"):
        assert getattr(equal, section) == getattr(base, section)


def test_what_people_told_of_themselves_is_shown_as_recalled():
    told = read_parameters("ocjs-like")
    assert told.notes["offending.by_group"].mark == "recalled"
    assert told.offending.by_group == {"White": 1.0, "Black": 0.67, "Asian": 0.5, "Mixed": 0.93, "Other": 0.55}


def test_a_file_to_start_from_can_be_read_as_it_is_and_with_every_line_taken_in(tmp_path):
    text = starter()
    untouched, taken_in = tmp_path / "mine.yml", tmp_path / "all.yml"
    untouched.write_text(text, encoding="utf-8")
    lines = text.splitlines()
    start = lines.index(f"base: {BASE}") + 1
    taken_in.write_text("\n".join([*lines[:start], *(line.removeprefix("# ") for line in lines[start:])]), encoding="utf-8")
    assert read_parameters(untouched).overrides == ()
    assert read_parameters(untouched).values == read_parameters(taken_in).values == read_parameters(BASE).values
    assert len(read_parameters(taken_in).overrides) == len(names())


def test_every_mistake_of_a_file_is_told_in_one_message(tmp_path):
    mine = tmp_path / "mine.yml"
    mine.write_text(
        'title: "x"\nbase: england-and-wales\nstops:\n  per_1000:\n    value: {White: 5}\n    source: "x"\n    mark: sure\n    says: "x"\n'
        "  per_thousand:\n    value: 3\n    source: x\n    mark: known\n",
        encoding="utf-8",
    )
    with pytest.raises(BadFile, match=r"(?s)3 mistakes.*mark.*per_thousand.*lacks Black"):
        read_parameters(mine)
