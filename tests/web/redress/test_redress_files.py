"""A file to come back with: it gives back what was told; a damaged or hostile one, or a wrong passphrase, gives one clear message and changes nothing."""

from __future__ import annotations

import json
import random

import pytest
from playwright.sync_api import expect

from tests.web.redress.person import REFUSED, quickly
from tests.web.redress_twins import node_says, random_answers, shipped

TELLS = """
import { fitted, pack, unpack, Unreadable } from "./save.js";
const data = { routes: given.routes, letters: given.letters, ...given.systems };
const tried = async (one) => {
  try { return fitted(await unpack(one.text, one.passphrase), data); }
  catch (wrong) { if (!(wrong instanceof Unreadable)) throw wrong; return wrong.code; }
};
"""
PACKED = "const answers = await Promise.all(given.cases.map((one) => pack(one.state, one.passphrase)));"
BAD = (0, 10**15, -1, "", "***", None, [], {})
NOTES = {"system": "grip", "body": "essex-police", "answers": {"nation": "england", "what": ["listed"], "act": "2026-08-31"}, "told": {"name": "Ann"},
         "letters": {"delete-police": {"why_delete": "Old."}}, "reader": {"kind": "foi", "text": "No."}}  # fmt: skip


@pytest.fixture(scope="session")
def data(served):
    held = {name: (served.folder / f"redress/{name}.json").read_text(encoding="utf-8") for name in ("letters", "systems")}
    return {**shipped(), **held}


def told(data, cases, script="const answers = await Promise.all(given.cases.map(tried));"):
    return node_says(TELLS + script, {**data, "cases": json.dumps(cases)})


def plain(notes, **more) -> str:
    return json.dumps({"kind": "evenhand-notes", "format": 1, "notes": notes, **more})


def test_a_file_gives_back_what_was_put_in_with_a_passphrase_or_without(data):
    draw = random.Random(3)
    cases = [
        {"state": {**NOTES, "answers": random_answers(draw)}, "passphrase": phrase} for phrase in ("", "four plain words here", "\u0646\u0627\u0645\u0647", "x")
    ]
    script = """
const back = async (one) => [fitted(await unpack(await pack(one.state, one.passphrase), one.passphrase), data), one.state];
const answers = await Promise.all(given.cases.map(back));
"""
    for found, state in told(data, cases, script):
        assert found == {"state": state, "dropped": 0}


def test_a_sealed_file_shows_nothing_and_is_never_twice_the_same(data):
    case = {"state": {**NOTES, "told": {"name": "Ann Example"}}, "passphrase": "four plain words here"}
    one, other = told(data, [case, case], PACKED)
    assert one != other
    for text in ("Ann", "grip", "essex", "delete", "England", "nation"):
        assert text not in one
    assert json.loads(one)["rounds"] >= 600_000


def test_wrong_passphrases_and_changed_files_are_told_apart_from_what_is_not_ours(data):
    sealed = told(data, [{"state": NOTES, "passphrase": "right"}], PACKED)[0]
    held = json.loads(sealed)
    changed = {**held, "sealed": ("B" if held["sealed"][0] != "B" else "C") + held["sealed"][1:]}
    cases = {
        "wrong": [(sealed, "wrong"), (json.dumps(changed), "right"), (json.dumps({**held, "rounds": 100_000}), "right")],
        "needs": [(sealed, "")],
        "newer": [(json.dumps({**held, "format": 2}), "right"), (plain({}, format=9), "")],
        "large": [(" " * 4_000_001, "")],
        "damaged": [("", ""), ("{", ""), ("[]", ""), ("null", ""), ('"x"', ""), (sealed[:-40], "right"),
                    ('{"kind": "other", "format": 1}', ""), (plain([]), ""),
                    (plain({}, format=0), ""), (plain({}, format="1"), ""), (plain(None), ""),
                    *[(json.dumps({**held, key: value}), "right") for key in ("rounds", "salt", "start", "sealed") for value in BAD]],
    }  # fmt: skip
    for code, some in cases.items():
        assert told(data, [{"text": text, "passphrase": phrase} for text, phrase in some]) == [code] * len(some), code


def hostile(draw, depth=0):
    """Any value: names that mean something to JavaScript, markup, huge and odd things."""
    odd = ["__proto__", "constructor", "toString", "hasOwnProperty", "<img src=x onerror=alert(1)>", "\u202e", "a" * 30_000, "unknown", "grip", "2026-02-30",
           "nation", "access-police", "name", "kind", "foi", "\x00", "../../x", "javascript:alert(1)"]  # fmt: skip
    roll = draw.random()
    if depth > 3 or roll < 0.5:
        return draw.choice([*odd, 0, -1, 1e308, None, True, False])
    if roll < 0.7:
        return [hostile(draw, depth + 1) for _ in range(draw.randrange(4))]
    return {draw.choice([*odd, *NOTES, *NOTES["answers"]]): hostile(draw, depth + 1) for _ in range(draw.randrange(5))}


def test_whatever_a_file_holds_only_what_fits_is_kept(data):
    draw = random.Random(4)
    cases = [{"text": plain({key: hostile(draw) for key in NOTES}), "passphrase": ""} for _ in range(3_000)]
    cases.append(
        {
            "text": '{"kind":"evenhand-notes","format":1,"notes":{"__proto__":{"polluted":1},"answers":{"__proto__":{"x":1},"constructor":"x"}}}',
            "passphrase": "",
        }
    )
    after = "const answers = [await Promise.all(given.cases.map(tried)), {}.polluted ?? null, Object.keys(Object.prototype)];"
    found, polluted, own = told(data, cases, after)
    assert polluted is None
    assert own == []
    questions, gaps = json.loads(data["routes"])["questions"], json.loads(data["letters"])["gaps"]
    for one in found:
        state = one["state"]
        assert set(state) == set(NOTES)
        assert set(state["answers"]) <= set(questions)
        assert all(
            isinstance(value, str) and len(value) <= 20_000 and slot in gaps
            for slots in (state["told"], *state["letters"].values())
            for slot, value in slots.items()
        )


@pytest.mark.browser
def test_a_person_comes_back_with_the_file(new_page, tmp_path):
    page = new_page("start.html#system=offender-management-app", width=1200)
    quickly(page, REFUSED)
    page.get_by_role("button", name="Have police data about you deleted").click()
    page.fill("#blank-name", "Ann Example")
    page.fill("#blank-why_delete", "It is old.")
    page.get_by_role("button", name="Save a file to come back").click()
    page.fill("#passphrase", "four plain words")
    page.fill("#again", "four plain words here")
    page.get_by_role("button", name="Save the file").click()
    assert "The two are not the same." in page.locator(".summary").inner_text()
    for box in ("#passphrase", "#again"):
        page.fill(box, "four plain words")
    with page.expect_download() as waited:
        page.get_by_role("button", name="Save the file").click()
    assert waited.value.suggested_filename == "notes.json"
    kept = tmp_path / "notes.json"
    waited.value.save_as(kept)

    page = new_page(width=1200)
    page.get_by_role("button", name="Choose a letter").click()
    page.get_by_role("button", name="Have police data about you deleted").click()
    page.fill("#blank-name", "Somebody Else")
    page.get_by_role("button", name="Start of this page").click()
    page.get_by_role("button", name="Open a file you saved").click()
    for phrase, says in (("", "This file has a passphrase."), ("wrong", "The passphrase does not fit")):
        page.set_input_files("#file", kept)
        page.fill("#passphrase", phrase)
        page.get_by_role("button", name="Open it").click()
        expect(page.locator(".summary")).to_contain_text(says)
    page.fill("#passphrase", "four plain words")
    page.get_by_role("button", name="Open it").click()
    page.wait_for_selector(".go")
    page.get_by_role("button", name="Go on where you were").click()
    page.get_by_role("button", name="Show my steps").click()
    page.get_by_role("button", name="Have police data about you deleted").click()
    assert page.locator("#blank-name").input_value() == "Ann Example"
    assert "It is old." in page.locator(".paper").inner_text()


@pytest.mark.browser
def test_a_broken_file_loses_nothing(new_page, tmp_path):
    page = new_page(width=1200)
    page.get_by_role("button", name="Choose a letter").click()
    page.get_by_role("button", name="Have police data about you deleted").click()
    page.fill("#blank-name", "Somebody Else")
    page.get_by_role("button", name="Start of this page").click()
    page.get_by_role("button", name="Open a file you saved").click()
    for number, content in enumerate([b"", b"\xff\xfe\x00", b"{", b"<svg onload=alert(1)>", b'{"kind":"evenhand-notes","format":1,"notes":[]}']):
        file = tmp_path / f"{number}.json"
        file.write_bytes(content)
        page.set_input_files("#file", file)
        page.get_by_role("button", name="Open it").click()
        page.wait_for_selector(".summary")
        assert "Nothing here was changed" in page.locator(".summary").inner_text()
    page.go_back()
    page.get_by_role("button", name="Choose a letter").click()
    page.get_by_role("button", name="Have police data about you deleted").click()
    assert page.locator("#blank-name").input_value() == "Somebody Else"
