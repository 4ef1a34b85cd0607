"""What the pages say is what Python says, word for word: routes, letters and refusals, on answers drawn at random."""

from __future__ import annotations

import datetime
import json
import random

from evenhand.redress.law import shipped_law
from evenhand.redress.letter_reading import shipped_letters
from evenhand.redress.routes import plan
from tests.web.redress_twins import node_says, random_answers, random_day, shipped

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
