"""Every letter as it is sent, filled from the made-up register: a change of wording shows as a change of a file here.

To write them anew after a change that is meant:  EVENHAND_WRITE_SNAPSHOTS=1 pytest tests/redress/test_letter_snapshots.py
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evenhand.redress.letter_reading import shipped_letters
from evenhand.redress.second_hop import second_hop
from tests.redress.made_up_letters import BODY, DAY, SYSTEM, made, register

FOLDER = Path(__file__).parent / "letter_snapshots"
IDS = sorted(shipped_letters().cards)


def held_against(name: str, text: str) -> None:
    file = FOLDER / f"{name}.txt"
    if os.environ.get("EVENHAND_WRITE_SNAPSHOTS"):
        FOLDER.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text, "if the change is meant, write the snapshots anew as the head of this file says"


@pytest.mark.parametrize("letter_id", IDS)
def test_a_letter_is_what_it_was(letter_id):
    one = made(letter_id)
    held_against(letter_id, f"{one.draft}\n---\nlaw of {one.law_day}: {', '.join(held.id for held in one.cited)}\nopen: {', '.join(one.verify)}\n")


def test_the_letters_to_recipients_are_what_they_were(law):
    for one in second_hop(register(), law, SYSTEM, BODY, DAY):
        held_against(f"second-hop-to-{one.to.lower().replace(' ', '-').strip('[]').replace(':', '')[:60]}", one.text)


def test_no_snapshot_is_left_over():
    names = {file.stem for file in FOLDER.iterdir()}
    assert {name for name in names if not name.startswith("second-hop-to-")} == set(IDS)
