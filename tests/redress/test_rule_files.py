"""Broken rules are told of, each at its line, and never run: names that resolve to nothing, questions nobody reaches, patterns that could harm."""

from __future__ import annotations

import random
import shutil

import pytest

from evenhand.redress.refusal_reading import read_refusal_rules
from evenhand.redress.route_reading import read_routes
from evenhand.register.reading import shipped_records

HOME = shipped_records() / "redress"
FILES = sorted(file.relative_to(HOME).as_posix() for file in HOME.rglob("*.yml"))


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(HOME, tmp_path / "redress")
    return tmp_path / "redress"


def said(folder):
    return "\n".join(str(one) for one in (*read_routes(folder)[1], *read_refusal_rules(folder)[1]))


ROUTES = [
    ("steps/courts.yml", "remedies: [hra]", "remedies: [hrb]", "There is no remedy `hrb`"),
    ("steps/courts.yml", "remedies: [hra]", "remedies: [jr-ew]", "No step offers the remedy `hra`"),
    ("steps/courts.yml", "when: [{unfair: [unfair, unknown]}]", "when: [{unfair: [sometimes]}]", "`sometimes` is no answer to `unfair`"),
    ("steps/courts.yml", "first_basis: [strain-2023.held]", "first_basis: [strain-2023.won]", "There is no provision"),
    ("steps/find-out.yml", "thread: data", "thread: dates", "There is no thread"),
    ("steps/refused.yml", "hides: [ask]", "hides: [asks]", "has a clock `asks`"),
    ("gates.yml", "{investigation: [open]}", "{inquiry: [open]}", "There is no question `inquiry`"),
    ("questions.yml", "[nation, by-whom]", "[nation]", "so nobody is asked"),
    ("questions.yml", "[nation, by-whom]", "[nation, by-whom, nation]", "is asked twice"),
    ("questions/when.yml", "event: search", "event: seach", "There is no event `seach`"),
    ("questions/when.yml", "shown_if: [{what: [searched]}]", "shown_if: [{wants: [know]}]", "is asked later"),
    ("questions/what-happened.yml", "shown_if: [{what: [listed, decision]}]", "shown_if: [{machine: [machine]}]", "No answers lead to this question"),
    ("questions/what-happened.yml", '    unknown: {says: "I don\'t know. I want to find out"}\n', "", "`unknown` among them"),
    ("notes.yml", "when: [{going-on: [still]}]", "when: [{unfair: [other]}]", "Nothing depends on the answer"),
    ("wording.yml", "{aim}. {left}", "{aim}. {lefts}", "Nothing fills {lefts}"),
    ("wording.yml", 'free: "It costs nothing."\n', "", "`free` lacks its sentence"),
    ("settings.yml", "hra, jr-ew, jr-s", "hra, jr-uk, jr-s", "There is no remedy `jr-uk`"),
    ("refusals/late.yml", "dpa-2018.s54]", "dpa-2018.s99]", "There is no provision"),
    ("refusals/repealed-49-50.yml", "from: 2026-02-05", "from: 2020-02-05", "applies only from 2026-02-05"),
    ("refusals/excessive.yml", "[p3-unfounded]", "[p3-founded]", "There is no ground"),
    ("refusals/excessive.yml", "{basis}", "{base}", "Nothing fills {base}"),
    ("refusals/no-reasons.yml", '"@reasons-given"', '"@reason-given"', "There is no set of phrases"),
    ("refusals/late.yml", "kinds: [access-p3, ", "kinds: [", "names a kind that is not among"),
    ("refusals/vexatious.yml", "vexatious\\b", "vex(a+)+b", "without an end"),
    ("phrases.yml", 'misses: ["We hold the information."]', 'misses: ["No information held."]', "is found"),
]


@pytest.mark.parametrize(("file", "old", "new", "says"), ROUTES, ids=[f"{one[0]}: {one[3]}" for one in ROUTES])
def test_a_rule_that_does_not_fit_is_told(folder, file, old, new, says):
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    assert says in said(folder)


@pytest.mark.parametrize("file", FILES)
def test_a_damaged_file_is_told_and_does_no_harm(folder, file):
    drawn = random.Random(file)
    data = (folder / file).read_bytes()
    for number in range(3):
        place, kind = drawn.randrange(len(data)), number % 3
        damaged = data[:place] if kind == 0 else data[:place] + bytes([drawn.randrange(256)]) + data[place + 1 :] if kind == 1 else data[place:] + data[:place]
        (folder / file).write_bytes(damaged)
        (read_routes if not file.startswith(("refusals", "phrases")) else read_refusal_rules)(folder)


def test_what_is_no_rule_is_told(folder):
    (folder / "refusals" / "My Rule.yml").write_text("a: b", encoding="utf-8")
    (folder / "steps" / "linked.yml").symlink_to(HOME.parent / "properties.yml")
    (folder / "settings.yml").unlink()
    told = said(folder)
    assert "small letters" in told
    assert "link out of the folder" in told
    assert "settings.yml:1: It is missing." in told


def test_no_folder_is_told(tmp_path):
    assert "no such folder" in said(tmp_path / "nowhere")
