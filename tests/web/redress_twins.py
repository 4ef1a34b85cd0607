"""Asks Node and a browser the same questions as Python: the modules of evenhand/web/static/redress, on the data that the site ships."""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
from typing import Any

import pytest

from evenhand.redress.compiled import law_json
from evenhand.redress.law import shipped_law
from evenhand.redress.refusal_reading import refusal_rules_json
from evenhand.redress.route_reading import routes_json, shipped_routes
from tests.house.tree import ROOT

MODULES = ROOT / "evenhand/web/static/redress"
FIRST, LAST = datetime.date(2018, 1, 1), datetime.date(2027, 6, 30)


def node_says(script: str, handed: dict[str, str]) -> Any:
    """What a script, with its data as `given`, puts into `answers`; left out where there is no Node, since the browser runs the same modules."""
    if not shutil.which("node"):
        pytest.skip("there is no Node here; the same modules are tried in a browser")
    reading = 'import { readFileSync } from "node:fs";\nconst given = JSON.parse(readFileSync(0, "utf8"));\n'
    whole = f"{script.replace('./', f'{MODULES.as_uri()}/')}\nprocess.stdout.write(JSON.stringify(answers));"
    data = "{" + ",".join(f'"{key}":{text}' for key, text in handed.items()) + "}"
    ran = subprocess.run(["node", "--input-type=module", "-e", reading + whole], input=data, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return json.loads(ran.stdout)


def shipped() -> dict[str, str]:
    """The data of the pages, each as JSON text."""
    return {"law": law_json(shipped_law()), "routes": routes_json(), "refusals": refusal_rules_json()}


def random_day(draw: Any, low: datetime.date = FIRST, high: datetime.date = LAST) -> str:
    return (low + datetime.timedelta(days=draw.randrange((high - low).days + 1))).isoformat()


def random_answers(draw: Any) -> dict[str, Any]:
    """Some answers to some questions, days near one another."""
    found: dict[str, Any] = {}
    start = datetime.date.fromisoformat(random_day(draw))
    for name, one in shipped_routes().questions.items():
        if draw.random() < 0.25:
            continue
        if one.kind == "day":
            found[name] = "unknown" if draw.random() < 0.2 else random_day(draw, start, start + datetime.timedelta(days=200))
        elif one.kind == "one":
            found[name] = draw.choice(list(one.answers))
        else:
            found[name] = draw.sample(list(one.answers), draw.randrange(1, min(4, len(one.answers)) + 1))
    return found
