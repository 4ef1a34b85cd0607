"""What stands beside each letter can be read at eleven or twelve, promises nothing, and answers what people fear."""

from __future__ import annotations

import re

import pytest

from evenhand.redress.letter_reading import shipped_letters
from tests.redress.reading_grade import grade

LETTERS = shipped_letters()
IDS = sorted(LETTERS.cards)
GRADE = 7.0
"""American school year in which a text can be read: 6 and 7 are the ages of eleven to thirteen."""
MOST_WORDS = 20
AVOID = (
    "leverage", "utilise", "data subject", "controller", "pursuant", "aforementioned", "hereby", "guarantee", "will be deleted", "will be removed", "prejudice",
)  # fmt: skip
NO_PROMISE = "promise that it will be deleted"


def beside(card) -> str:
    return " ".join([*card.explains, *card.adds, card.costs, card.police_learn, card.next])


def sentences(text: str) -> list[str]:
    return [one for one in re.split(r"(?<=[.?!:])\s+", text) if one]


@pytest.mark.parametrize("letter_id", IDS)
def test_the_explanation_can_be_read_at_eleven_or_twelve(letter_id):
    assert grade(beside(LETTERS.cards[letter_id])) <= GRADE


def test_no_sentence_is_long():
    every = [(letter_id, one) for letter_id, card in LETTERS.cards.items() for one in sentences(beside(card))]
    assert [f"{letter_id}: {one}" for letter_id, one in every if len(one.split()) > MOST_WORDS] == []


def test_the_questions_are_short_and_plain():
    asked = {slot: gap.asks for slot, gap in LETTERS.gaps.items() if gap.asks}
    assert [one for one in asked.values() if len(one.split()) > 14 or grade(one) > 9] == []


def test_no_word_is_used_that_few_know_or_that_promises_too_much():
    said = {letter_id: beside(card).lower().replace(NO_PROMISE, "") for letter_id, card in LETTERS.cards.items()}
    assert [f"{letter_id}: {word}" for letter_id, text in said.items() for word in AVOID if word in text] == []


def test_every_letter_says_what_it_costs_and_what_the_police_learn():
    assert {card.costs for card in LETTERS.cards.values()} == {"Nothing."}
    assert [letter_id for letter_id, card in LETTERS.cards.items() if not card.police_learn or not card.next] == []


def test_who_writes_to_the_police_about_themselves_is_told_to_see_a_solicitor_where_a_case_is_open():
    first = ("access-police", "correct-police", "delete-police", "restrict-police", "automated-police", "automated-police-old", "police-complaint",
             "police-complaint-policy", "police-complaint-scotland", "ombudsman-complaint", "equality-questions")  # fmt: skip
    assert [letter_id for letter_id in first if "solicitor" not in beside(LETTERS.cards[letter_id])] == []
