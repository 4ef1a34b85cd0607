"""The pages of person systems: their Python runs as it stands, their study lines are read, and what they say was measured comes out again."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
import yaml

from evenhand.people.made_up import make_people
from evenhand.people.parameters import read_parameters
from evenhand.study import person_page, person_trials, systems_page
from evenhand.study.declaration import read_study
from evenhand.study.person_trials import PersonTrial, person_trial
from evenhand.systems import vha
from evenhand.systems.catalogue import systems
from evenhand.tables.errors import CannotAnswer
from tests.house.tree import ROOT

FOLDER = ROOT / "docs" / "systems"
PERSON_SYSTEMS = [slug for slug, module in systems().items() if module.CARD.kind == "person"]
RULES = [slug for slug in PERSON_SYSTEMS if not hasattr(systems()[slug], "fit")]


@pytest.fixture
def small(monkeypatch):
    world = make_people(read_parameters("london"), people=8_000, years=5, seed=2)
    monkeypatch.setattr(person_trials, "made_up_world", lambda scenario: world)
    return world


@pytest.mark.parametrize("slug", ["vha", "rfsdi", "ogrs3"])
def test_the_python_on_a_page_runs_as_it_stands(slug):
    names: dict = {}
    exec("\n".join(person_page.in_python(systems()[slug])), names)
    assert len(names["scores"]) == 20_000
    assert names["listed"] == names["scores"].is_flagged.sum()


@pytest.mark.parametrize("slug", PERSON_SYSTEMS)
def test_the_study_lines_on_a_page_make_a_study(slug, tmp_path):
    lines = yaml.safe_load("\n".join(person_page.in_a_study(systems()[slug].CARD)))
    added = {"title": "t", "question": "q", "answer": [{"says": "Nothing."}]}
    (tmp_path / "study.yml").write_text(yaml.safe_dump({**lines, **added}), encoding="utf-8")
    assert read_study(tmp_path).systems[0].name == slug


def test_a_trial_says_what_a_plain_run_says(small):
    found = person_trial("vha")
    assert found.people == 8_000
    assert found.scored >= found.flagged > 0
    for whole in ("people", "recorded", "true", "flagged"):
        assert sum(one[whole] for one in found.shares.values()) == pytest.approx(1, abs=0.001)
    assert set(found.stays) == {reading.setting for reading in vha.CARD.readings}
    assert 0 <= found.no_offence <= 1


def test_a_system_that_cannot_be_run_there_gets_a_page_that_says_so(small, monkeypatch):
    def refuses(*args, **settings):
        raise CannotAnswer("Nobody is on record. Take more people.")

    monkeypatch.setattr(vha, "score", refuses)
    found = person_trial("vha")
    assert found.why_not == "Nobody is on record"
    assert "It could not be run on made-up people: Nobody is on record." in systems_page.page_of(vha, found)
    assert "has not been run on made-up people yet" in systems_page.page_of(vha, None)


def test_few_flagged_are_told_in_words_and_not_in_shares():
    page = systems_page.page_of(vha, PersonTrial(scenario="london", people=1_000, flagged=3, shares={"White": {"flagged": 1.0}}))
    assert "fewer than 10 of 1,000" in page
    assert "vha.svg" not in page


@pytest.mark.parametrize("slug", PERSON_SYSTEMS)
def test_the_picture_of_a_system_is_an_svg_with_its_words(slug):
    texts = " ".join(ET.fromstring((FOLDER / f"{slug}.svg").read_text(encoding="utf-8")).itertext())
    assert systems()[slug].CARD.title in texts
    assert "none of whom exists" in texts


@pytest.mark.slow
@pytest.mark.parametrize("slug", RULES)
def test_what_a_page_says_was_measured_comes_out_again(slug):
    kept, found = systems_page.read_trials(FOLDER)[slug], person_trial(slug, most=1)
    assert (kept.scenario, kept.on, kept.people, kept.scored, kept.flagged) == (found.scenario, found.on, found.people, found.scored, found.flagged)
    assert kept.shares == found.shares
    for setting, choices in found.stays.items():
        for choice, share in choices.items():
            assert kept.stays[setting][choice] == (share if isinstance(share, str) else pytest.approx(share, abs=0.002)), (setting, choice)
