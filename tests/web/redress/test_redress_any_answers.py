"""Whatever a person answers, and whichever system they choose, the steps and every letter among them can be shown."""

from __future__ import annotations

import json
import random
import re

import pytest
from playwright.sync_api import expect

from tests.web.redress_twins import random_answers

pytestmark = pytest.mark.browser


def some_notes(served, draw) -> dict:
    held = json.loads((served.folder / "redress/systems.json").read_text(encoding="utf-8"))
    system = draw.choice([*held["systems"], None])
    bodies = [*held["systems"][system]["bodies"]] if system and draw.random() < 0.7 else [*held["bodies"]]
    body = draw.choice([one for one in bodies if one in held["bodies"]] or [None])
    return {"system": system, "body": body, "answers": random_answers(draw), "told": {"name": "Ann"}, "letters": {}, "reader": {}}


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 8))])
def test_steps_and_letters_for_any_answers(new_page, served, tmp_path, seed):
    file = tmp_path / "notes.json"
    file.write_text(json.dumps({"kind": "evenhand-notes", "format": 1, "notes": some_notes(served, random.Random(seed))}), encoding="utf-8")
    page = new_page(width=390)
    page.get_by_role("button", name="Open a file you saved").click()
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Open it").click()
    page.get_by_role("button", name="Go on where you were").click()
    for _ in range(60):
        if page.locator("h1").inner_text() == "Check your answers":
            break
        unknown = page.get_by_label(re.compile("^I don't know"))
        if unknown.count() and not page.locator("form input:checked").count():
            unknown.last.check()
        page.get_by_role("button", name="Continue").click()
        assert page.locator(".summary").count() == 0, page.locator("h1").inner_text()
    page.get_by_role("button", name="Show my steps").click()
    expect(page.locator("h1")).to_have_text("Your steps")
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    letters = page.locator("li.step .letter-links button")
    for number in range(letters.count()):
        title = letters.nth(number).inner_text()
        letters.nth(number).click()
        assert page.locator(".paper").inner_text().strip(), title
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), title
        page.go_back()
        expect(page.locator("h1")).to_have_text("Your steps")
