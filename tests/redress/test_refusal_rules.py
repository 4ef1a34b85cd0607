"""The rules that read refusals: each finds the letter it is for and leaves the sound one alone; none can be made slow or read in two ways."""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from evenhand.redress.law import shipped_law
from evenhand.redress.patterns import compiled, tidied, wrong_with
from evenhand.redress.refusal_reading import compiled_refusal_rules, every_pattern, read_refusal_rules, refusal_rules_json, shipped_refusal_rules, sought_by
from evenhand.redress.refusals import check_refusal, grounds_cited
from evenhand.register.reading import read_register
from tests.redress.sound_letters import SOUND

LETTERS = Path(__file__).parent / "letters"
TODAY = datetime.date(2026, 11, 26)


@pytest.fixture(scope="module")
def register():
    return read_register()[0]


def read_letter(name):
    """A letter's text, and the settings in the lines at its head."""
    head, _, text = (LETTERS / name).read_text(encoding="utf-8").partition("\n\n")
    settings = dict(line.split(": ") for line in head.splitlines())
    days = {key: datetime.date.fromisoformat(settings[key]) for key in ("asked", "received") if key in settings}
    return text, {**settings, **days}


def found_in(name, register):
    text, settings = read_letter(name)
    return [one.rule for one in check_refusal(text, law=shipped_law(), register=register if "system" in settings else None, today=TODAY, **settings)]


def test_the_rules_fit_together():
    assert read_refusal_rules()[1] == []


@pytest.mark.parametrize("rule", list(shipped_refusal_rules().rules))
def test_each_rule_finds_its_letter(rule, register):
    assert rule in found_in(f"{rule}.hit.txt", register)


@pytest.mark.parametrize("rule", list(shipped_refusal_rules().rules))
def test_each_rule_leaves_the_sound_letter_alone(rule, register):
    assert rule not in found_in(f"{rule}.clean.txt", register)


def test_every_letter_belongs_to_a_rule():
    rules = shipped_refusal_rules().rules
    assert {file.name for file in LETTERS.iterdir()} == {f"{rule}.{kind}.txt" for rule in rules for kind in ("hit", "clean")}


def test_every_kind_of_letter_has_rules_and_every_named_ground_of_part_3_is_looked_for():
    rules = shipped_refusal_rules().rules.values()
    assert {kind for rule in rules for kind in rule.kinds} == {"access-p3", "change-p3", "access-gdpr", "foi", "foisa"}
    grounds = {slug for slug, ground in shipped_law().grounds.items() if ground.regime == "dpa-2018-part-3"}
    cited = {one for rule in rules for one in rule.grounds}
    assert grounds - cited <= {"p3-s45-4-c", "p3-s45-4-d", "p3-s45-4-e"}, "section 45(4)(c) to (e) share the points of (a) and (b)"


@pytest.mark.parametrize("file", ["hit", "clean"])
def test_a_letter_reads_alike_however_it_was_scanned(file, register):
    """OCR: words broken over lines, hard spaces, curly quotes, capitals, full-width digits."""
    for rule in shipped_refusal_rules().rules:
        text, settings = read_letter(f"{rule}.{file}.txt")
        given = {"law": shipped_law(), "register": register if "system" in settings else None, "today": TODAY, **settings}
        plain = [one.rule for one in check_refusal(text, **given)]
        worse = text.replace(" the ", "\u00a0\u200bthe\r\n ").replace("'", "\u2019").replace("information", "infor-\nmation").replace("Section", "SECTION")
        assert [one.rule for one in check_refusal(worse, **given)] == plain, rule


def test_the_template_of_the_case_study_is_seen_through():
    """Amnesty International UK (2025), section 4.3 case study: the grounds as the force cited them, in other words around them."""
    letter = """We have applied a restriction to your client's right to any personal data in respect of any score attributed to him, in accordance with
    Section 45 (4) (a) - to avoid obstructing an official or legal inquiry. Telling of police tactics, procedures and operations is likely to obstruct."""
    found = [one.rule for one in check_refusal(letter, kind="access-p3", law=shipped_law(), received=datetime.date(2024, 3, 1))]
    assert {"template-wording", "notice-items-missing", "no-review-date", "everything-refused"} <= set(found)
    assert "p3-limb-missing" not in found
    assert [slug for slug, _ in grounds_cited(letter, kind="access-p3", law=shipped_law(), day=TODAY)] == ["p3-s45-4-a"]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(a+)+b", "without an end"), (".*", "nothing"), ("a.*b", "without an end"), ("(?P<x>a)", "alike"), (r"\sab", "alike"), (r"(a)\1", "refers back"),
        ("(?<=a)b", "alike"), ("Ab", "capital"), ("\u00e9a", "ASCII"), ("a{0,2000}b", "ways"), ("(ab", "no pattern"), ("a?", "nothing"), (r"\Aab", "capital"),
    ],
)  # fmt: skip
def test_a_pattern_that_could_harm_is_refused(pattern, said):
    assert said in wrong_with(pattern)


@pytest.mark.parametrize("kind", list(SOUND))
def test_a_sound_letter_is_left_alone_by_every_rule(kind):
    days = {"asked": datetime.date(2026, 6, 30), "received": datetime.date(2026, 7, 20)}
    assert [one.rule for one in check_refusal(SOUND[kind], kind=kind, law=shipped_law(), **days)] == []


def test_nobody_is_called_late_on_a_guess():
    text, settings = read_letter("late.hit.txt")
    del settings["received"]
    assert "late" not in [one.rule for one in check_refusal(text, law=shipped_law(), today=TODAY, **settings)]


HOSTILE = [
    "a" * 200_000, "s" * 200_000, "(" * 200_000, "s45(4)" * 33_000, "section " * 25_000, "public interest " * 12_500, "-\n" * 100_000, "a-\n" * 66_000,
    " " * 199_999 + "x", "would prejudice " * 12_500, "neither confirm" + " a" * 99_000, "\u0130" * 200_000, "\ufdfa" * 11_000, "\x00\u202e" * 100_000,
    "s1(1)" * 40_000, "complain " * 22_000, "1 " * 100_000, "s30 and " * 25_000, "because " * 25_000, "<script>" * 25_000, "{{x}}{% for %}" * 14_000,
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_letter_that_means_no_good_is_read_to_its_end(number):
    for kind in ("access-p3", "foi"):
        for one in check_refusal(HOSTILE[number], kind=kind, law=shipped_law(), today=TODAY):
            assert one.excerpt is None or len(one.excerpt) < 2_000


def test_tidying_is_settled_after_one_pass_on_the_letters():
    rules = shipped_refusal_rules()
    for file in LETTERS.iterdir():
        once = tidied(file.read_text(encoding="utf-8"), rules.tidy)
        assert tidied(once, rules.tidy) == once, file.name


def test_the_compiled_rules_hold_nothing_that_the_page_lacks():
    held = json.loads(refusal_rules_json())
    assert held == json.loads(json.dumps(compiled_refusal_rules(shipped_refusal_rules())))
    names = {f"@{name}" for name in held["phrases"]}
    assert {one for rule in shipped_refusal_rules().rules.values() for one in sought_by(rule) if one.startswith("@")} == names
    assert refusal_rules_json() == refusal_rules_json()


@pytest.mark.skipif(shutil.which("node") is None, reason="no JavaScript here")
def test_javascript_reads_every_letter_as_python_does():
    """The same tidying and the same places for every pattern on every letter."""
    rules = shipped_refusal_rules()
    texts = {file.name: file.read_text(encoding="utf-8") for file in sorted(LETTERS.iterdir())}
    patterns = list(every_pattern(rules))
    program = """
      const {tidy, patterns, texts} = JSON.parse(require("fs").readFileSync(0, "utf8"));
      const read = text => tidy.reduce((held, [one, by]) => held.replace(new RegExp(one, "gu"), by), text.normalize("NFKC").toLowerCase());
      const out = {};
      for (const [name, text] of Object.entries(texts)) {
        const held = read(text);
        out[name] = [held, patterns.map(one => held.search(new RegExp(one, "u")))];
      }
      process.stdout.write(JSON.stringify(out));"""
    asked = json.dumps({"tidy": rules.tidy, "patterns": patterns, "texts": texts})
    told = json.loads(subprocess.run(["node", "-e", program], input=asked, capture_output=True, text=True, check=True).stdout)
    for name, text in texts.items():
        held = tidied(text, rules.tidy)
        places = [match.start() if (match := compiled(one).search(held)) else -1 for one in patterns]
        assert told[name] == [held, places], name
