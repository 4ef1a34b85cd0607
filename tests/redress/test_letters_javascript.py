"""The browser fills every letter as Python does, to the last byte of a Word file: in Node where there is one, and in a real browser."""

from __future__ import annotations

import base64
import datetime
import html
import json
import re
import shutil
import subprocess
from typing import Any

import pytest

from evenhand.redress.compiled_letters import letters_json, slots_json
from evenhand.redress.docx_file import as_docx
from evenhand.redress.filling import clean
from evenhand.redress.law import shipped_law
from evenhand.redress.letter_html import as_html
from evenhand.redress.letter_reading import shipped_letters
from evenhand.redress.letters import letter
from evenhand.redress.reminders import ics
from evenhand.redress.second_hop import second_hop
from evenhand.tables.errors import BadSetting
from tests.house.tree import ROOT
from tests.redress.made_up_letters import BODY, DAY, SYSTEM, addressee, register

FOLDER = ROOT / "evenhand/web/static/redress"
LETTERS = shipped_letters()
DAYS = ("2018-06-01", "2024-05-05", "2025-09-05", "2026-02-04", "2026-02-05", "2026-06-19", "2026-11-26")
TOLD = [
    {},
    {
        "name": "  Zoë \u202e<b>O'Brien</b> & \ue000Co\ue001 ", "birth_date": "1999-12-31",
        "what_happened": "One.\r\n\r\n\r\n\r\n  1. Two {{ name }}\u2028\tthree\u200b",
    },
    {"request-received": "2026-01-30", "decision_taken": "2025-12-31", "reply_due": "soon", "act": "2018-05-25"},
    {"decision-taken": "yesterday"},
]
RUN = """
const answers = cases.map((one) => {
  try {
    const made = fill(all, one.id, { slots: one.slots, asking: one.asking, answers: one.answers, day: one.day });
    return { ...made, gaps: made.gaps.map(({ slot, gap, asks }) => [slot, gap, asks]), html: html(made.marked), text: plain(made.marked) };
  } catch (wrong) { if (!(wrong instanceof BadSetting)) throw wrong; return "refused"; }
});
"""


def cases() -> list[dict[str, Any]]:
    """Every letter, on many days, with and without the register and answers."""
    held = json.loads(slots_json(register(), LETTERS, SYSTEM))
    found = []
    for letter_id, card in LETTERS.cards.items():
        for day in DAYS:
            for number, told in enumerate(TOLD):
                is_about = number % 2 == 0 and addressee(card) == BODY
                known = held["bodies"][BODY] if is_about else {"slots": {}, "asking": {}}
                found.append({"id": letter_id, "day": day, "answers": told, "slots": known["slots"], "asking": known["asking"], "is_about": is_about})
    return found


def python_says(one: dict[str, Any]) -> Any:
    about = {"system": SYSTEM, "body": BODY} if one["is_about"] else {}
    try:
        made = letter(register(), shipped_law(), one["id"], day=datetime.date.fromisoformat(one["day"]), answers=one["answers"], **about)
    except BadSetting:
        return "refused"
    return {
        "id": made.id, "marked": made.marked, "gaps": [[gap.slot, gap.gap, gap.asks] for gap in made.gaps], "cited": [held.id for held in made.cited],
        "lawDay": made.law_day.isoformat(), "verify": list(made.verify), "isChecked": made.is_checked, "html": as_html(made.marked), "text": made.text,
    }  # fmt: skip


def node_says(script: str, handed: Any) -> Any:
    if not shutil.which("node"):
        pytest.skip("there is no Node here; the same module is tried in a browser")
    opening = (
        f'import {{ fill, plain, html, ics, clean, dated, BadSetting }} from "{(FOLDER / "letters.js").as_uri()}";\n'
        f'import {{ docx }} from "{(FOLDER / "docx.js").as_uri()}";\nimport {{ readFileSync }} from "node:fs";\n'
        "const { all, cases } = JSON.parse(readFileSync(0, 'utf8'));\n"
    )
    ran = subprocess.run(
        ["node", "--input-type=module", "-e", f"{opening}{script}\nprocess.stdout.write(JSON.stringify(answers));"],
        input=json.dumps(handed), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    return json.loads(ran.stdout)


def test_the_browser_fills_every_letter_as_python_does():
    asked = cases()
    found = node_says(RUN, {"all": json.loads(letters_json(LETTERS, shipped_law())), "cases": asked})
    differ = [(one["id"], one["day"], mine, theirs) for one, theirs in zip(asked, found, strict=True) if (mine := python_says(one)) != theirs]
    assert differ[:1] == []
    assert sum(one != "refused" for one in found) > 800


def test_the_browser_writes_the_letters_to_recipients_as_python_does():
    held = json.loads(slots_json(register(), LETTERS, SYSTEM))
    asked = [{"id": hop["letter"], "day": DAY.isoformat(), "answers": {}, "slots": {**held["slots"], **hop["slots"]}} for hop in held["bodies"][BODY]["hops"]]
    found = node_says(RUN, {"all": json.loads(letters_json(LETTERS, shipped_law())), "cases": asked})
    mine = second_hop(register(), shipped_law(), SYSTEM, BODY, DAY)
    assert [one["marked"] for one in found] == [one.marked for one in mine]
    assert [one["gaps"][0] for one in found] == [[one.gaps[0].slot, one.gaps[0].gap, one.gaps[0].asks] for one in mine]


def test_the_browser_writes_the_same_word_file():
    marked = [letter(register(), shipped_law(), one, system=SYSTEM, day=DAY).marked for one in ("access-police", "super-complaint", "chase-foi-request")]
    script = "const answers = cases.map((one) => Buffer.from(docx(one, '[Draft & more]')).toString('base64'));"
    assert node_says(script, {"all": None, "cases": marked}) == [base64.b64encode(as_docx(one, above="[Draft & more]")).decode() for one in marked]


def test_the_browser_writes_the_same_reminders_and_cleans_alike():
    days = ["2026-08-04", "2027-02-28", "2028-12-31"]
    assert node_says("const answers = [ics(cases)];", {"all": None, "cases": days}) == [ics([datetime.date.fromisoformat(day) for day in days])]
    numbers = [*range(0x3000), *range(0xD7F0, 0xD800), *range(0xE000, 0xE010), *range(0xFE00, 0xFF10), 0xFFF9, 0x1F469, 0xE0001]
    every = [f"a{chr(number)}b" for number in numbers]
    mixed = [" \r\n x\ty \u2028\u2029\n\n\n\n z\u0085 ", "\u200cfa\u200d", "\x1c\x1d\x1e\x1fx", "\v\fx"]
    for lines in (False, True):
        script = f"const answers = cases.map((one) => clean(one, {json.dumps(lines)}));"
        assert node_says(script, {"all": None, "cases": every + mixed}) == [clean(one, lines=lines) for one in every + mixed]


@pytest.mark.browser
def test_a_real_browser_fills_letters_alike(chromium, tmp_path):
    asked = cases()[::7]
    handed = json.dumps({"all": json.loads(letters_json(LETTERS, shipped_law())), "cases": asked}).replace("<", "\\u003c")
    module = (FOLDER / "letters.js").read_text(encoding="utf-8")
    asking = f"{module}\nconst {{ all, cases }} = {handed};\n{RUN}\ndocument.querySelector('pre').textContent = JSON.stringify(answers);"
    page = tmp_path / "page.html"
    page.write_text(f'<!doctype html><meta charset="utf-8"><pre></pre><script type="module">{asking}</script>', encoding="utf-8")
    ran = subprocess.run([*chromium, "--dump-dom", page.as_uri()], capture_output=True, text=True, timeout=120, check=True)
    found = re.search(r"<pre>(.*?)</pre>", ran.stdout, flags=re.DOTALL)
    assert found
    assert found[1], "the page's script did not run"
    assert json.loads(html.unescape(found[1])) == [python_says(one) for one in asked]
