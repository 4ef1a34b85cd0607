"""docs/systems says what the cards say: a page, a picture and a trial of its choices for every system, and no others."""

from __future__ import annotations

import pytest

from evenhand.study.placing import handed, readings_of
from evenhand.study.system_trials import said
from evenhand.study.systems_page import MEASURED, index_of, page_of, read_trials
from evenhand.systems.catalogue import systems
from tests.house.tree import ROOT, none_of

FOLDER = ROOT / "docs" / "systems"
ANEW = "Write them anew: python -m evenhand.study.systems_page docs/systems --cards"
MEASURE = "Run them: python -m evenhand.study.systems_page docs/systems SLUG"


@pytest.fixture(scope="module")
def trials():
    return read_trials(FOLDER)


def test_every_page_of_a_system_is_what_its_card_says(trials):
    pages = {slug: FOLDER / f"{slug}.md" for slug in systems()}
    none_of([slug for slug, page in pages.items() if not page.is_file()], f"Systems without a page. {ANEW}")
    stale = [slug for slug, page in pages.items() if page.read_text(encoding="utf-8") != page_of(systems()[slug], trials.get(slug))]
    none_of(stale, f"Pages that say another thing than the card. {ANEW}")


def test_the_index_of_systems_is_what_the_cards_say(trials):
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == index_of(trials), ANEW


def test_every_choice_on_a_card_was_tried_and_no_other(trials):
    offenders = []
    for slug, module in systems().items():
        if slug not in trials:
            offenders.append(f"{slug}: not run")
        elif not trials[slug].why_not:
            units = {reading.setting: (reading.unit, reading.default) for reading in module.CARD.readings}
            of_card = {reading.setting: list(reading.choices) for reading in module.CARD.readings}
            choices_of = of_card if module.CARD.kind == "person" else readings_of(handed(module, {}))
            wanted = {
                setting: sorted(said(choice, units[setting][0]) for choice in choices if choice != units[setting][1])
                for setting, choices in choices_of.items()
            }
            tried = {setting: sorted(choices) for setting, choices in trials[slug].stays.items() if not setting.startswith("without ")}
            offenders += [f"{slug}: {setting}" for setting in {*wanted, *tried} if wanted.get(setting) != tried.get(setting)]
    none_of(sorted(offenders), f"Readings whose choices were not tried as they stand. {MEASURE}")


def test_every_system_that_could_be_run_has_a_picture(trials):
    none_of([slug for slug in trials if not trials[slug].why_not and not (FOLDER / f"{slug}.svg").is_file()], f"Systems without a picture. {MEASURE}")


def test_nothing_else_lies_there():
    known = {"README.md", MEASURED, *(f"{slug}{ending}" for slug in systems() for ending in (".md", ".svg"))}
    none_of(sorted(path.name for path in FOLDER.iterdir() if path.name not in known), "Files of systems that are not there.")
