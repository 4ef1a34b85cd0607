"""The modules that the pages load say in a real browser what Python says; Node is asked many more questions in test_redress_twins."""

from __future__ import annotations

import datetime
import json
import random

import pytest

from evenhand.redress.law import shipped_law
from evenhand.redress.letter_reading import shipped_letters
from evenhand.redress.letters import letter
from evenhand.redress.refusals import check_refusal
from evenhand.redress.routes import plan
from tests.web.redress.conftest import TODAY
from tests.web.redress_twins import random_answers, random_day
from tests.web.test_redress_twins import REFUSALS, same_but_engine_words

pytestmark = pytest.mark.browser
LOADED = """async (cases) => {
  const read = async (name) => (await fetch(`${name}.json`)).json();
  const [law, routes, letters, refusals] = await Promise.all(["law", "routes", "letters", "refusals"].map(read));
  const at = (name) => new URL(`${name}.js`, location.href).href;
  %s
}"""


def ask(new_page, script, cases):
    return new_page("index.html").evaluate(LOADED % script, cases)


def test_plans(new_page):
    draw = random.Random(11)
    cases = [{"answers": random_answers(draw), "today": random_day(draw)} for _ in range(40)]
    script = """const { plan } = await import(at("routes")); const { lettersByRemedy } = await import(at("letter_page"));
  return cases.map((one) => plan(law, routes, one.answers, one.today, lettersByRemedy(letters)));"""
    for case, theirs in zip(cases, ask(new_page, script, cases), strict=True):
        mine = json.loads(json.dumps(plan(shipped_law(), case["answers"], datetime.date.fromisoformat(case["today"])).as_json()))
        for step in (*theirs["steps"], *mine["steps"]):
            step["letters"].sort()  # the file has them by their names
        assert same_but_engine_words(theirs) == same_but_engine_words(mine), case


def test_letters(new_page):
    ids = [id_ for id_, card in shipped_letters().cards.items() if not card.is_second_hop]
    script = """const { fill, plain } = await import(at("letters"));
  return cases.map((id) => plain(fill(letters, id, { answers: { name: "Ann <b>" }, day: "2026-11-26" }).marked));"""
    from evenhand.register.register import Register

    told = ask(new_page, script, ids)
    assert told == [letter(Register(), shipped_law(), id_, day=TODAY, answers={"name": "Ann <b>"}).text for id_ in ids]


def test_refusals(new_page):
    texts = [file.read_text(encoding="utf-8").partition("\n\n")[2] for file in sorted(REFUSALS.glob("*.hit.txt"))]
    script = """const { checkRefusal } = await import(at("refusals"));
  return cases.map((text) => ["access-p3", "foi"].map((kind) => checkRefusal(refusals, law, text, { kind, today: "2026-11-26" })));"""
    told = ask(new_page, script, texts)
    for text, theirs in zip(texts, told, strict=True):
        mine = [[one.as_json() for one in check_refusal(text, kind=kind, law=shipped_law(), today=TODAY)] for kind in ("access-p3", "foi")]
        assert theirs == json.loads(json.dumps(mine))
