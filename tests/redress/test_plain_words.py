"""What people are asked and told in the route finder is plain: a reading age of 11 to 12, short sentences, no banned words."""

from __future__ import annotations

import re

import pytest

from evenhand.redress.refusal_reading import shipped_refusal_rules
from evenhand.redress.route_reading import shipped_routes
from tests.redress.reading_grade import grade

ROUTES = shipped_routes()
MOST_WORDS = 20
MOST_GRADE = 7.0
"""Flesch and Kincaid's US school grade: 6 is a reading age of 11 to 12. A single text may reach 7 for a name that cannot be put otherwise."""
BANNED = re.compile(r"\b(?:leverag\w*|utilis\w*|data subjects?|commenc\w*|pursuant|herein\w*|facilitat\w*|in respect of|prior to|regarding)\b", re.IGNORECASE)
THINGS = (
    "Freedom of Information", "Scottish Information Commissioner", "Information Commissioner", "Equality Act 2010", "Equality Commission", "Northern Ireland",
    "British Transport Police", "Police Ombudsman", "immigration", "information", "regulator", "solicitor", "discrimination", "department", "system",
    "tribunal", "charity", "Commissioner", "probation", "government", "authority",
)  # fmt: skip
NAMES = re.compile(rf"\b(?:{'|'.join(THINGS)})\b")
"""Words that stand for a thing and cannot be put otherwise; each counts as one plain word."""


def told():
    """Every text of the route finder by where it stands."""
    for name, one in ROUTES.questions.items():
        yield f"question {name}", " ".join(filter(None, [one.asks, one.help, one.if_unknown]))
        for key, answer in one.answers.items():
            yield f"answer {name} {key}", " ".join(filter(None, [f"{answer.says.rstrip('.')}.", answer.help]))
    for name, gate in ROUTES.gates.items():
        yield f"gate {name}", " ".join([f"{gate.title}.", *gate.says])
    for name, note in ROUTES.notes.items():
        yield f"note {name}", note.says
    for name, rule in ROUTES.steps.items():
        yield f"step {name}", " ".join(filter(None, [rule.why, rule.first_why, *rule.open]))
    for number, stage in ROUTES.settings.stages.items():
        yield f"stage {number}", f"{stage.title}. {stage.says}"
    yield "always", ROUTES.settings.always.says


TOLD = dict(told())


def sentences(text):
    return [one for one in re.split(r"(?<=[.!?:])\s+", text) if one]


@pytest.mark.parametrize("where", TOLD)
def test_sentences_are_short(where):
    assert [one for one in sentences(TOLD[where]) if len(one.split()) > MOST_WORDS] == []


@pytest.mark.parametrize("where", [where for where in TOLD if len(TOLD[where].split()) >= 12])
def test_each_text_can_be_read_at_eleven_or_twelve(where):
    assert grade(NAMES.sub("thing", TOLD[where])) <= MOST_GRADE, TOLD[where]


def test_all_of_it_together_can_be_read_at_eleven_without_leaving_names_out():
    assert grade(" ".join(f"{text.rstrip('.')}." for text in TOLD.values())) <= 6.0


def test_no_word_of_offices():
    assert [(where, found.group()) for where, text in TOLD.items() if (found := BANNED.search(text))] == []


@pytest.mark.parametrize("rule", list(shipped_refusal_rules().rules))
def test_what_a_rule_explains_is_short(rule):
    held = shipped_refusal_rules().rules[rule]
    text = " ".join([held.explanation, held.lacking])
    assert [one for one in sentences(text) if len(one.split()) > 25] == []
    assert not BANNED.search(text)
    assert grade(NAMES.sub("thing", text)) <= 9.0, text
