"""The pages of systems: their Python runs as it stands, their study lines are read, and what they say was measured comes out again."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest
import yaml

from evenhand.study import system_trials, systems_page
from evenhand.study.declaration import read_study
from evenhand.study.shipped import find_study
from evenhand.study.system_trials import Trial, made_up_town, said, trial
from evenhand.study.system_usage import in_a_study, in_python
from evenhand.systems import count_map, crime_atlas
from evenhand.systems.catalogue import systems
from evenhand.systems.drawn_days import CAVEAT
from evenhand.tables.errors import MissingTable
from tests.house.tree import ROOT

FOLDER = ROOT / "docs" / "systems"
PLACE_SYSTEMS = [slug for slug, module in systems().items() if module.CARD.kind == "place"]


@pytest.mark.parametrize("slug", PLACE_SYSTEMS)
def test_the_python_on_a_systems_page_runs_as_it_stands(slug):
    lines = in_python(systems()[slug])
    names: dict = {}
    exec("\n".join(lines), names)
    assert len(names["scores"]) == len(names["grid"])
    assert 1 <= names["is_flagged"].sum() <= len(names["grid"])


@pytest.mark.parametrize("slug", PLACE_SYSTEMS)
def test_the_study_lines_on_a_systems_page_make_a_study(slug, tmp_path):
    declared = yaml.safe_load((find_study("made-up-town") / "study.yml").read_text(encoding="utf-8"))
    added = yaml.safe_load("\n".join(in_a_study(systems()[slug].CARD)))
    assert all(declared["tables"][name] == table for name, table in (added.pop("tables", None) or {}).items())
    (tmp_path / "study.yml").write_text(yaml.safe_dump({**declared, **added}), encoding="utf-8")
    study = read_study(tmp_path)
    assert study.system.name == slug
    card = systems()[slug].CARD
    for name, value in study.system.settings.items():
        reading = next(one for one in card.readings if one.setting == name)
        assert value in reading.choices
        assert value != reading.default


def test_a_trial_says_what_a_plain_run_says():
    found, maps = trial("crime-atlas")
    assert (found.squares, found.flagged, found.cell_m) == (1176, 58, 150.0)
    town = made_up_town()
    grid = system_trials.grid_for(town.areas, {})
    scores = {}
    for base in crime_atlas.BASES:
        model = crime_atlas.fit(town.recorded_crime, grid, until=town.until, residents=town.tables["residents"], base=base)
        order = np.argsort(-np.round(crime_atlas.score(model), 12), kind="stable")
        scores[base] = set(order[:58].tolist())
    for base in ("ground", "none"):
        assert found.stays["base"][base] == pytest.approx(len(scores["residents"] & scores[base]) / 58, abs=0.001)
    assert len(maps.squares) == len(maps.counted) == 58


def test_the_count_map_finds_what_was_planted_and_no_watched_square():
    found, _ = trial("count-map")
    assert (found.with_count_map, found.of_planted, found.of_watched) == (1.0, 1.0, 0.0)


def test_a_system_that_cannot_be_run_there_gets_a_page_that_says_so(monkeypatch):
    def refuses(*args, **settings):
        raise MissingTable("It needs the table 'homes'. Hand it over.\nMore.")

    monkeypatch.setattr(count_map, "contributions", refuses)
    found, maps = trial("count-map")
    assert maps is None
    page = systems_page.page_of(count_map, found)
    assert "It could not be run on the made-up town: It needs the table 'homes'." in page
    assert "svg" not in page
    assert "violence-robbery-drugs" in page
    assert "has not been run on the made-up town yet" in systems_page.page_of(count_map, None)


def test_a_choice_that_cannot_be_run_is_told_with_its_reason():
    found = Trial(stays={"outcome": {"violence-robbery": "No crime is left", "violence-robbery-drugs-weapons": 0.5}})
    page = systems_page.page_of(count_map, found)
    assert "| violence-robbery | cannot be run there: No crime is left |" in page
    assert "| violence-robbery-drugs-weapons | 50 % |" in page
    assert "Most is moved by `outcome` (down to 50 %)." in page


def test_a_page_says_where_days_were_drawn_by_lot():
    assert "Days were drawn by lot" in (FOLDER / "predpol.md").read_text(encoding="utf-8")
    assert "months and no days" in CAVEAT


def test_choices_are_said_alike_on_every_page():
    assert [said(one) for one in (0.5, 20, (0.3, 0.1), ("a", "b"), False, None)] == ["0.5", "20", "0.3, 0.1", "a, b", "no", "none"]


@pytest.mark.parametrize("slug", PLACE_SYSTEMS)
def test_the_picture_of_a_system_is_an_svg_with_its_words(slug):
    file = FOLDER / f"{slug}.svg"
    if not file.is_file():
        assert systems_page.read_trials(FOLDER)[slug].why_not
        return
    root = ET.fromstring(file.read_text(encoding="utf-8"))
    texts = " ".join(root.itertext())
    assert "both (" in texts
    assert systems()[slug].CARD.title in texts


@pytest.mark.slow
@pytest.mark.parametrize("slug", PLACE_SYSTEMS)
def test_what_a_page_says_was_measured_comes_out_again(slug):
    """The defaults and one other choice of each reading. Within a square or two: sums may differ in their last digits, and so decide a tie."""
    kept, (found, maps) = systems_page.read_trials(FOLDER)[slug], trial(slug, most=1)
    assert (kept.why_not, kept.flagged, kept.squares, kept.days_drawn) == (found.why_not, found.flagged, found.squares, found.days_drawn)
    assert (maps is None) == bool(kept.why_not)
    for name in ("with_count_map", "of_planted", "of_watched"):
        assert getattr(kept, name) == pytest.approx(getattr(found, name), abs=0.05)
    assert set(found.stays) == set(kept.stays)
    for setting, choices in found.stays.items():
        for choice, share in choices.items():
            there = kept.stays[setting][choice]
            assert there == (share if isinstance(share, str) else pytest.approx(share, abs=0.05)), (setting, choice)
