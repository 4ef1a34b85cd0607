"""The pages' own words are plain: a reading age of 11 to 12, short sentences, no words of offices; and ready to be translated."""

from __future__ import annotations

import re
from html import unescape
from importlib.resources import files

import pytest

from evenhand.web import redress_words
from evenhand.web.redress_words import direction, english, languages, merged, messages, read_catalogue, template, translated, words_in
from tests.redress.reading_grade import grade
from tests.redress.test_plain_words import BANNED, MOST_WORDS, NAMES, sentences
from tests.web.redress_twins import node_says

ORDINARY = re.compile(r"\b(?:passphrase|calendar|browser|guide|immigration|adviser|history|device)\b", re.IGNORECASE)
"""Words for things on a screen, and for people, that the lint of syllables counts as hard."""


def own_texts():
    """The words of the scripts by their key, and of the plain pages by template."""
    for page, held in english().items():
        for key, value in held.items():
            yield f"{page}.{key}", " ".join([value] if isinstance(value, str) else value)
    folder = files("evenhand.web").joinpath("templates/redress")
    for name in ("index", "start", "guide", "letters", "clocks"):
        bare = re.sub(r"\{[{%#].*?[}%#]\}", "", folder.joinpath(f"{name}.html.j2").read_text(encoding="utf-8"))
        yield name, unescape(re.sub(r"\s+", " ", re.sub(r"<(?:h[1-6]|li|p|dt|dd)[^>]*>|</(?:h[1-6]|li|p|dt|dd)>", ". ", bare)))


TOLD = {where: re.sub(r"<[^>]+>|\{[a-z_]+\}", "thing", text).strip() for where, text in own_texts()}


@pytest.mark.parametrize("where", TOLD)
def test_sentences_are_short(where):
    assert [one for one in sentences(TOLD[where]) if len(one.split()) > MOST_WORDS] == []


@pytest.mark.parametrize("where", [where for where, text in TOLD.items() if len(text.split()) >= 12])
def test_each_text_can_be_read_at_eleven_or_twelve(where):
    assert grade(ORDINARY.sub("thing", NAMES.sub("thing", TOLD[where]))) <= 7.0, TOLD[where]


def test_all_of_it_together_can_be_read_at_eleven():
    assert grade(" ".join(f"{text.rstrip('.')}." for text in TOLD.values())) <= 6.0


def test_no_word_of_offices():
    assert [(where, found.group()) for where, text in TOLD.items() if (found := BANNED.search(text))] == []


def test_every_word_is_used_and_every_word_used_is_there():
    folder = files("evenhand.web").joinpath("static/redress")
    scripts = "".join(one.read_text(encoding="utf-8") for one in folder.iterdir() if one.name.endswith(".js"))
    pages = "".join(one.read_text(encoding="utf-8") for one in files("evenhand.web").joinpath("templates/redress").iterdir())
    ways = (r't\("([a-z]+\.[a-z_]+)"', r'\? "([a-z]+\.[a-z_]+)" : "', r'" : "([a-z]+\.[a-z_]+)"')
    used = {key for way in ways for key in re.findall(way, scripts) if key.split(".")[0] in english()}
    known = {f"{page}.{key}" for page, held in english().items() for key in held}
    assert sorted(used - known) == []
    spelled = used | {f"question.{part}" for part in ("day", "month", "year")} | {f"open.{code}" for code in ("damaged", "wrong", "needs", "newer", "large")}
    spelled |= {"reader.asked", "reader.received"} | {key for key in known if f"words.{key}" in pages or key.startswith("letters.")} | {"start.title"}
    assert sorted(known - spelled) == []


def test_catalogues_hold_the_texts_of_today():
    locale = files("evenhand.web").joinpath("locale")
    assert locale.joinpath("redress.pot").read_text(encoding="utf-8") == template(), "write it anew: python -m evenhand.web.redress_words"
    assert "cy" in languages()
    for language in languages():
        assert locale.joinpath(f"{language}/LC_MESSAGES/redress.po").read_text(encoding="utf-8") == merged(language), language


def test_a_language_that_nobody_has_translated_is_not_shown_as_if_it_were():
    found, head = read_catalogue("cy")
    assert found == {}
    assert head["X-Published"] == "no"
    assert words_in("cy") == (english(), words_in("en")[1])


def test_what_is_translated_replaces_its_english_and_nothing_else(monkeypatch):
    every = {(where, says): f"⟦{says}⟧" for where, says in messages().items()}
    monkeypatch.setattr(redress_words, "read_catalogue", lambda language: (every, {}))
    words, routes = words_in("cy")
    assert words["page"]["back"] == "⟦Back⟧"
    assert routes["questions"]["nation"]["asks"] == "⟦In which part of the UK did it happen?⟧"
    assert routes["questions"]["nation"]["kind"] == "one"
    assert routes["stages"]["3"]["title"] == "⟦Ask⟧"
    assert [step["id"] for step in routes["steps"]] == [step["id"] for step in words_in("en")[1]["steps"]]
    changed = {("page.page.back", "Another English"): "Yn ôl"}
    assert translated({"back": "Back"}, "page.page", changed) == {"back": "Back"}, "where the English changed, its translation no longer counts"


def test_scripts_that_run_the_other_way_are_known():
    assert [direction(one) for one in ("en", "cy", "ar", "ur")] == ["ltr", "ltr", "rtl", "rtl"]


def test_words_with_slots_are_filled_as_text_alone():
    script = """
import { wordsOf } from "./dom.js";
const t = wordsOf({ a: { b: "{x} and {y}", c: ["one"] } });
const answers = [t("a.b", { x: "{y}", y: "<b>" }), t("a.c"), (() => { try { return t("a.d"); } catch (wrong) { return wrong.message; } })()];
"""
    assert node_says(script, {"none": "0"}) == ["{y} and <b>", ["one"], "no words for a.d"]
