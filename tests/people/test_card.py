"""The card: it leaves no parameter out, presents no guess as a fact, and the page in the documentation is what the code says."""

from __future__ import annotations

import csv

import pytest

from evenhand.people.card import ARE, ARE_NOT, BASE, CAN, CANNOT, SHOWN_FIGURES, card_of, page, short_card
from evenhand.people.checks import Checked, Seen
from evenhand.people.folder import fingerprint
from evenhand.people.parameter_reading import names
from evenhand.people.parameters import read_parameters, scenario_slugs
from evenhand.people.published import ALL, figures_for
from evenhand.people.recount import lines_of
from tests.house.tree import ROOT


def test_the_page_in_the_documentation_is_what_the_code_says():
    there = (ROOT / "docs" / "made-up-people.md").read_text(encoding="utf-8")
    assert there == page(), "Write docs/made-up-people.md anew: python -m evenhand.people.card > docs/made-up-people.md"


def test_the_page_tells_of_every_scenario_and_every_parameter():
    told = page()
    assert [slug for slug in scenario_slugs() if f"`{slug}`" not in told] == []
    assert [name for name in names() if f"| `{name.split('.')[1]}` |" not in told] == []


@pytest.mark.parametrize("slug", scenario_slugs())
def test_a_card_says_what_the_people_are_and_are_not_and_what_they_can_and_cannot_show(slug):
    card = card_of(read_parameters(slug))
    assert [one for one in (*ARE, *ARE_NOT, *CAN, *CANNOT) if one not in card] == []


@pytest.mark.parametrize("slug", scenario_slugs())
def test_every_parameter_stands_on_the_card_with_its_mark_and_source(slug):
    parameters, lines = read_parameters(slug), card_of(read_parameters(slug)).splitlines()
    for name, note in parameters.notes.items():
        rows = [line for line in lines if line.startswith(f"| `{name.split('.')[1]}` |")]
        assert any(f"| {note.mark} |" in row and note.source.replace("|", "/") in row for row in rows), name


@pytest.mark.parametrize("slug", scenario_slugs())
def test_a_report_says_in_its_first_line_that_nobody_exists(slug):
    said = short_card(read_parameters(slug))
    assert said.splitlines()[0] == "These people are made up: nobody in them exists."
    assert "guessed" in said
    assert len(said.splitlines()) < 15


def test_a_changed_value_is_shown_as_a_guess_of_the_user():
    card = card_of(read_parameters(BASE).changed({"stops.per_1000": {"Black": 5.9}}))
    row = next(line for line in card.splitlines() if line.startswith("| `per_1000` |") and "Black 5.9" in line)
    assert "| guessed | changed by the user" in row


def test_a_figure_that_is_missed_is_shown_with_its_reason():
    figure = next(one for one in ALL if one.slug == "black-stops")
    card = card_of(read_parameters(BASE), [Checked(figure, Seen(0.14, 0.13, 0.15, 4000), "not met", figure.else_why)])
    row = next(line for line in card.splitlines() if line.startswith("| Black people among those stopped"))
    assert "0.18 ± 10%" in row
    assert "0.14 (0.13 to 0.15)" in row
    assert f"not met: {figure.else_why}" in row


def test_what_was_recalled_is_marked_so_beside_its_figure():
    figure = next(one for one in ALL if one.slug == "charged")
    assert "(recalled)" in card_of(read_parameters(BASE), [Checked(figure, Seen(0.06, 0.05, 0.07, 900), "met", "")])


def kept() -> list[dict[str, str]]:
    with SHOWN_FIGURES.open(encoding="utf-8", newline="") as held:
        return list(csv.DictReader(held))


def test_the_figures_shown_were_counted_with_the_parameters_of_now():
    """After a change of a parameter: python -m evenhand.people.recount, and the page anew."""
    stale = {line["scenario"] for line in kept() if line["parameters"] != fingerprint(read_parameters(line["scenario"]))[:12]}
    assert stale == set()
    assert {line["scenario"] for line in kept()} == {slug for slug in scenario_slugs() if figures_for(slug)}


def test_what_is_not_met_says_why():
    missed = [line for line in kept() if line["status"] == "not met" and line["mark"] == "known"]
    assert [line["figure"] for line in missed if line["why"] == "the parameters leave it so" and line["scenario"] not in ("ocjs-like", "equal-offending")] == []


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["england-and-wales", "london"])
def test_counting_anew_gives_the_figures_shown(slug):
    """The same seed gives the same people, so that the figures are the same to the last digit."""
    assert lines_of(slug) == [line for line in kept() if line["scenario"] == slug]
