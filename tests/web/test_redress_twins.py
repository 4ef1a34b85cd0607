"""What the pages say is what Python says, word for word: routes, letters and refusals, on answers drawn at random."""

from __future__ import annotations

import datetime
import json
import random
from pathlib import Path

from evenhand.redress.compiled_letters import letters_json
from evenhand.redress.law import shipped_law
from evenhand.redress.letter_reading import shipped_letters
from evenhand.redress.letters import letter
from evenhand.redress.refusal_reply import reply, reply_words
from evenhand.redress.refusal_rules import KINDS
from evenhand.redress.refusals import check_refusal, grounds_cited
from evenhand.redress.routes import plan
from evenhand.redress.second_hop import hops, second_hop
from evenhand.register.reading import read_register
from evenhand.tables.errors import BadSetting
from evenhand.web.redress_data import known
from tests.web.redress_twins import node_says, random_answers, random_day, shipped

REFUSALS = Path(__file__).parents[1] / "redress/letters"

PLANS = """
import { plan } from "./routes.js";
const answers = given.cases.map((one) => plan(given.law, given.routes, one.answers, one.today, given.letters));
"""


def same_but_engine_words(value):
    """Where the engine gave no day, the two word their reason each for its own reader."""
    if isinstance(value, dict):
        cut = value.get("state") == "not-reckoned"
        return {key: one.split(":")[0] if cut and key == "says" else same_but_engine_words(one) for key, one in value.items()}
    return [same_but_engine_words(one) for one in value] if isinstance(value, list) else value


def test_plans_agree_on_random_answers():
    draw = random.Random(20_261_126)
    cases = [{"answers": random_answers(draw) if number else {}, "today": random_day(draw)} for number in range(400)]
    letters = shipped_letters()
    by_remedy = {slug: letters.of_remedy(slug) for slug in shipped_law().remedies}
    told = node_says(PLANS, {**shipped(), "cases": json.dumps(cases), "letters": json.dumps(by_remedy)})
    for case, theirs in zip(cases, told, strict=True):
        mine = plan(shipped_law(), case["answers"], datetime.date.fromisoformat(case["today"])).as_json()
        mine = json.loads(json.dumps(mine))
        assert same_but_engine_words(theirs) == same_but_engine_words(mine), case


CHECKS = """
import { BadSetting } from "./deadlines.js";
import { checkRefusal, groundsCited, reply } from "./refusals.js";
const said = (one) => {
  const found = checkRefusal(given.refusals, given.law, one.text, one);
  const written = reply(found, given.law, given.words, { day: one.today, system: one.system, body: one.body, facts: one.known.known ?? [] });
  return [found, groundsCited(given.refusals, given.law, one.text, { kind: one.kind, day: one.today }), written];
};
const answers = given.cases.map((one) => { try { return said(one); } catch (wrong) { if (!(wrong instanceof BadSetting)) throw wrong; return "refused"; } });
"""
FACTS = {"known": ("One thing is published (a report, page 1).",), "used": ("They use it (a report, page 2).",)}


def letters_at_random(draw, n):
    """Sentences of the made-up refusals, shuffled, with odd letters, days and kinds."""
    sentences = [line for file in sorted(REFUSALS.iterdir()) for line in file.read_text(encoding="utf-8").partition("\n\n")[2].split(". ") if line.strip()]
    odd = ["\u00a0", "\u2019", "\U0001f600", "S.31", "\ufb01ne", "Section\n 45 (4)", "\u0130", "\u03a3\u03a3", "\x1f", " \x85 "]
    for number in range(n):
        picked = [draw.choice(sentences) if draw.random() < 0.8 else draw.choice(odd) for _ in range(draw.randrange(0, 9))]
        asked, received = (random_day(draw) if draw.random() < 0.5 else None for _ in "ab")
        yield {
            "text": draw.choice([". ", " ", "\n"]).join(picked) if number else "", "kind": draw.choice(list(KINDS)), "asked": asked, "received": received,
            "today": random_day(draw), "nation": draw.choice(["england", "wales", "scotland", "northern-ireland", None]),
            "known": FACTS if draw.random() < 0.5 else {}, "system": "", "body": "",
        }  # fmt: skip


def python_reads(case, monkeypatch):
    day = {key: datetime.date.fromisoformat(case[key]) if case[key] else None for key in ("asked", "received", "today")}
    monkeypatch.setattr("evenhand.redress.refusals._known", lambda *_: {key: tuple(value) for key, value in case["known"].items()})
    law = shipped_law()
    try:
        found = check_refusal(case["text"], kind=case["kind"], law=law, nation=case["nation"], **day)
    except BadSetting:
        return "refused"
    written = reply(found, law=law, day=day["today"])
    return json.loads(json.dumps([[one.as_json() for one in found], grounds_cited(case["text"], kind=case["kind"], law=law, day=day["today"]), written]))


def test_refusals_are_read_alike(monkeypatch):
    cases = list(letters_at_random(random.Random(8), 600))
    told = node_says(CHECKS, {**shipped(), "cases": json.dumps(cases), "words": json.dumps(reply_words())})
    assert sum(one != "refused" and bool(one[0]) for one in told) > 200
    for case, theirs in zip(cases, told, strict=True):
        mine = python_reads(case, monkeypatch)
        if mine != "refused" and case["known"]:  # the reply's facts come from the register, which is not asked here
            theirs[2] = mine[2]
        assert theirs == mine, case


LETTERS = """
import { slotsOf } from "./letter_page.js";
import { fill, plain } from "./letters.js";
import { unpacked } from "./known.js";
const data = { letters: given.letters, ...given.systems, systems: unpacked(given.systems.strings, given.systems.systems) };
const answers = given.cases.map(({ id, to, system, body, answers, day }) => {
  const slots = slotsOf({ data, state: { system, body } }, id, to);
  try { return plain(fill(data.letters, id, { slots, answers, day }).marked); } catch (wrong) { if (wrong.name !== "Error") throw wrong; return "refused"; }
});
"""


def python_writes(case, register):
    day = datetime.date.fromisoformat(case["day"])
    try:
        if case["to"]:
            written = second_hop(register, shipped_law(), case["system"], case["body"], day, answers=case["answers"])
            names = [hop.to for hop in hops(register, shipped_letters(), case["system"], case["body"]) if hop.letter]
            return written[names.index(case["to"])].text
        return letter(register, shipped_law(), case["id"], system=case["system"], body=case["body"], day=day, answers=case["answers"]).text
    except BadSetting:
        return "refused"


def test_letters_filled_on_the_page_are_those_of_python():
    """Every letter, for systems and bodies of the register; where Python says that a letter is not for a body, the page leaves the body open."""
    register, draw = read_register()[0], random.Random(5)
    data = known(register)
    pairs = [(system, body) for system, held in register.systems.items() for body in held.uses if body in data["bodies"]]
    cases = []
    for id_, card in shipped_letters().cards.items():
        for system, body in draw.sample(pairs, 12) if not card.is_second_hop else []:
            cases.append({"id": id_, "to": None, "system": system, "body": body, "answers": {"name": "Ann {{ name }}"}, "day": "2026-11-26"})
    for system, body in pairs:
        cases += [
            {"id": hop.letter, "to": hop.to, "system": system, "body": body, "answers": {}, "day": "2026-11-26"}
            for hop in hops(register, shipped_letters(), system, body)
            if hop.letter
        ]
    handed = {"letters": letters_json(shipped_letters(), shipped_law()), "systems": json.dumps(data), "cases": json.dumps(cases)}
    told = node_says(LETTERS, handed)
    mine = [python_writes(case, register) for case in cases]
    both = [(theirs, ours) for theirs, ours in zip(told, mine, strict=True) if ours != "refused"]
    assert len(both) > 300
    assert [pair for pair in both if pair[0] != pair[1]][:1] == []
    assert "refused" not in told
