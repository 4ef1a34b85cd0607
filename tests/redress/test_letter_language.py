"""The letters' own small language: the same as Jinja2 on every letter, and no value can ever become a tag."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from evenhand.redress.filling import BELOW, GAP, GAP_END, HEAD, NotALetter, clean, filled, names, parsed, plain
from evenhand.redress.letter_reading import read_letters, shipped_letters
from evenhand.register.reading import shipped_records

LETTERS = shipped_letters()
FOLDER = shipped_records() / "letters" / "en"
JINJA = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True)
NASTY = [
    "{{ name }}", "{% for x in y %}", "{{ 7 * 7 }}", "{%", "}}", "<script>alert(1)</script>", "\ue000x\ue001", "\u202egnol", "# x", "  1. x", "  - x",
    "[gap]", "a\nb", "'\"&",
]  # fmt: skip
WORDS = st.one_of(st.sampled_from(NASTY), st.text(max_size=20))


class Unknown(str):
    """A gap: printed, but not known."""

    def __bool__(self) -> bool:
        return False


def by_jinja(text: str, slots: dict) -> str:
    """The same template as Jinja2 fills it, given the same words and gaps."""
    nested: dict = {}
    for name, value in slots.items():
        family, _, key = name.partition(".")
        if key:
            nested.setdefault(family, {})[key] = value
        else:
            nested[name] = value
    return re.sub(r"\n{3,}", "\n\n", JINJA.from_string(re.sub(r"^##? ", "", text, flags=re.MULTILINE)).render(nested)).strip("\n") + "\n"


@pytest.mark.parametrize("text", sorted(LETTERS.parts))
@pytest.mark.parametrize("is_known", [True, False])
def test_every_text_is_filled_as_jinja_fills_it(text, is_known):
    used = names(LETTERS.parts[text])
    slots = {name: ["one {{ two }}", "three"] if how == "list" else f"<{name}>" for name, how in used.items()} if is_known else {}
    theirs = slots or {name: [] if how == "list" else Unknown(f"[{name}]") for name, how in used.items()}
    mine = plain(filled(LETTERS.parts[text], slots, lambda slot: f"[{slot}]"))
    assert mine == by_jinja((FOLDER / f"{text}.txt").read_text(encoding="utf-8"), theirs)


def test_a_tag_alone_on_a_line_leaves_no_line():
    assert plain(filled(parsed("a\n{% if x %}\nb\n{% endif %}\nc\n"), {"x": "1"}, str)) == "a\nb\nc\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{{ a | safe }}", "nothing done to it"),
        ("{{ a.b.c }}", "nothing done to it"),
        ("{{ ''.__class__ }}", "nothing done to it"),
        ("{% set a = 1 %}", "not in the language"),
        ("{% include 'x' %}", "not in the language"),
        ("{% if a == 1 %}x{% endif %}", "not in the language"),
        ("{% if a %}x{% else %}y{% endif %}", "not in the language"),
        ("{% if a %}x", "endif is missing"),
        ("{% for a in b %}x{% endif %}", "closes nothing"),
        ("x{% endfor %}y", "closes nothing"),
        ("{{ a", "not closed"),
        ("one\nx {% if a %}\ny{% endif %} z\n", "line 2"),
        ("{% if a %}\n{% endif %}\nb\nc {{ d! }}\n", "line 4"),
    ],
)
def test_what_is_not_in_the_language_is_refused(text, says):
    with pytest.raises(NotALetter, match=re.escape(says)):
        parsed(text)


@given(st.text(alphabet="{}%# \nabifendorl.", max_size=80))
def test_any_text_is_read_or_refused(text):
    try:
        parts = parsed(text)
    except NotALetter:
        return
    slots = {name: ["v"] if how == "list" else "v" for name, how in names(parts).items()}
    with contextlib.suppress(NotALetter):  # the one thing left to refuse: a list that is printed
        filled(parts, slots, lambda slot: "")


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first draw of any letter builds a table of them all
@given(st.dictionaries(st.sampled_from(["name", "what_happened", "system", "body"]), WORDS))
def test_no_answer_can_make_or_close_a_gap_a_heading_or_a_tag(answers):
    parts = parsed("# S\n{{ name }}{{ system }}\n\n{{ what_happened }} {{ body }}\n")
    slots = {slot: clean(value, lines=slot == "what_happened") for slot, value in answers.items()}
    marked = filled(parts, slots, lambda slot: f"[{slot}]")
    empty = [slot for slot in ("name", "system", "what_happened", "body") if not slots.get(slot)]
    assert (marked.count(GAP), marked.count(GAP_END), marked.count(HEAD), marked.count(BELOW)) == (len(empty), len(empty), 1, 0)


@given(st.text(max_size=200), st.booleans())
def test_cleaning_leaves_nothing_hidden_and_cleaning_twice_changes_nothing(text, lines):
    once = clean(text, lines=lines)
    assert clean(once, lines=lines) == once
    assert not set(once) & {"\ue000", "\u202e", "\u200b", "\x00", "\r", "\t"}
    assert lines or "\n" not in once


def test_a_broken_letter_is_a_message_with_its_file(tmp_path):
    for name in ("gaps.yml", "wording.yml"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    card = (FOLDER / "authority.yml").read_text(encoding="utf-8")
    (tmp_path / "authority.yml").write_text(card, encoding="utf-8")
    (tmp_path / "authority.txt").write_text("Dear {{ nobody }}, see section 45 and {{ part.unknown }}.\n", encoding="utf-8")
    (tmp_path / "stray.txt").write_text("Dear you.\n", encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"")
    said = "\n".join(map(str, read_letters(tmp_path)[1]))
    assert "picture.png" in said
    (tmp_path / "picture.png").unlink()
    said = "\n".join(map(str, read_letters(tmp_path)[1]))
    for words in ("stray.txt", "Nobody fills the slot `nobody`", "('section 4')", "`cites` has no unknown"):
        assert words in said, words
    (tmp_path / "authority.yml").write_text(card.replace("costs:", "cost:"), encoding="utf-8")
    assert any("`cost`" in str(one) for one in read_letters(tmp_path)[1])


def test_a_provision_that_does_not_hold_on_every_day_must_stand_in_an_if(tmp_path):
    for file in FOLDER.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    text = (FOLDER / "access-police.txt").read_text(encoding="utf-8")
    (tmp_path / "access-police.txt").write_text(f"{text}\nSee {{{{ cite.longer }}}}.\n", encoding="utf-8")
    assert any("dpa-2018.s54-3a whatever the day" in str(one) for one in read_letters(tmp_path)[1])
