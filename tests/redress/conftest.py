"""What the tests of redress share: the law that ships, its golden dates, and a way to run the JavaScript on the same questions."""

from __future__ import annotations

import datetime
import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from evenhand.redress.compiled import law_json
from evenhand.redress.deadlines import deadline
from evenhand.redress.law import shipped_law
from evenhand.tables.errors import BadSetting
from tests.house.tree import ROOT

MODULE = ROOT / "evenhand/web/static/redress/deadlines.js"
GOLDEN = json.loads((Path(__file__).parent / "golden_deadlines.json").read_text(encoding="utf-8"))
ASK_ALL = """
const answers = cases.map((one) => {
  const more = { nation: one.nation, pauses: one.pauses ?? [], extension_notice: one.extension_notice ?? null };
  try { return deadline(law, one.remedy, one.clock, one.events, more); } catch (wrong) { if (!(wrong instanceof BadSetting)) throw wrong; return "refused"; }
});
"""


@pytest.fixture(scope="session")
def law():
    return shipped_law()


def python_says(law, one: dict[str, Any]) -> Any:
    """Python's answer to a case, as plain values."""
    day = datetime.date.fromisoformat
    try:
        return deadline(
            law, one["remedy"], one["clock"], {event: day(text) for event, text in one["events"].items()}, nation=one["nation"],
            pauses=[(day(first), day(last)) for first, last in one.get("pauses", [])],
            extension_notice=day(one["extension_notice"]) if one.get("extension_notice") else None,
        ).as_json()  # fmt: skip
    except BadSetting:
        return "refused"


def node_says(law, cases: list[dict[str, Any]], after: str = ASK_ALL) -> Any:
    """Node's answers; the test is left out where there is no Node, since the browser runs the same module."""
    if not shutil.which("node"):
        pytest.skip("there is no Node here; the same module is tried in a browser")
    opening = f'import * as all from "{MODULE.as_uri()}"; import {{ readFileSync }} from "node:fs";\n'
    reading = "const { law, cases } = JSON.parse(readFileSync(0, 'utf8')); const { deadline, changed, said, inFull, BadSetting } = all;\n"
    script = opening + reading + after + "\nprocess.stdout.write(JSON.stringify(answers));"
    handed = f'{{"law":{law_json(law)},"cases":{json.dumps(cases)}}}'
    ran = subprocess.run(["node", "--input-type=module", "-e", script], input=handed, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return json.loads(ran.stdout)


def browser_says(law, cases: list[dict[str, Any]], chromium: list[str], folder: Path) -> Any:
    """A real browser's answers, from a page that holds the module as it is."""
    data = json.dumps({"law": json.loads(law_json(law)), "cases": cases}).replace("<", "\\u003c")
    asking = f"\nconst {{ law, cases }} = {data};\n{ASK_ALL}\ndocument.querySelector('pre').textContent = JSON.stringify(answers);"
    script = MODULE.read_text(encoding="utf-8") + asking
    page = folder / "page.html"
    page.write_text(f'<!doctype html><meta charset="utf-8"><pre></pre><script type="module">{script}</script>', encoding="utf-8")
    ran = subprocess.run([*chromium, "--dump-dom", page.as_uri()], capture_output=True, text=True, timeout=120, check=True)
    found = re.search(r"<pre>(.*?)</pre>", ran.stdout, flags=re.DOTALL)
    assert found, "the page wrote nothing"
    assert found[1], "the page's script did not run"
    return json.loads(html.unescape(found[1]))
