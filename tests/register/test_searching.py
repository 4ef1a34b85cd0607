"""A reader's words are looked for as words: the closest first, with the words around, and nothing typed is taken for a command."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.register.build import build
from evenhand.register.searching import as_query, open_index, search
from evenhand.tables.errors import BadFile
from tests.register.made_up import register


@pytest.fixture(scope="module")
def index():
    connection = open_index(register())
    yield connection
    connection.close()


def found(index, words, **options):
    return [(hit.kind, hit.id) for hit in search(index, words, **options)]


def test_a_system_comes_before_what_is_said_of_it(index):
    assert found(index, "crystal ball")[0] == ("systems", "crystal-ball")
    assert ("claims", "crystal-ball.purpose") in found(index, "crystal ball")


@pytest.mark.parametrize("words", ["Foresight", "foresight", "FORES", "cb", "the ball", '"The Ball"', "Crystal B", "ranks harm", "ranking people"])
def test_other_names_beginnings_and_other_forms_are_found(index, words):
    assert ("systems", "crystal-ball") in found(index, words)


def test_each_kind_of_record_is_found_by_its_words(index):
    looked_for = {"statistics": "by group", "contradictions": "predictive or not", "refusals": "weights refused", "flows": "lists to prisons",
                  "requirements": "publish", "answers": "named one tool", "sources": "a report", "bodies": "Northshire", "claims": "1,413"}  # fmt: skip
    assert {kind: found(index, words, kinds=[kind])[0][0] for kind, words in looked_for.items()} == {kind: kind for kind in looked_for}


def test_the_words_around_a_match_are_shown(index):
    (hit, *_) = search(index, "ranks", kinds=["systems"])
    assert "«Ranks» people by expected harm." in hit.snippet


def test_a_match_tells_which_page_to_open(index):
    assert {hit.subject for hit in search(index, "predictive")} == {"crystal-ball"}


def test_kinds_and_number_can_be_limited(index):
    assert {kind for kind, _ in found(index, "crystal", kinds=["claims", "flows"])} == {"claims", "flows"}
    assert len(found(index, "crystal", limit=2)) == 2
    assert found(index, "crystal", limit=0) == []


def test_the_file_and_the_index_in_memory_find_the_same(index, tmp_path):
    build(register(), tmp_path / "out")
    for words in ("crystal", "harm", "northshire police"):
        assert search(tmp_path / "out/register.sqlite", words) == search(index, words)


def test_a_file_is_only_read(tmp_path):
    build(register(), tmp_path / "out")
    before = (tmp_path / "out/register.sqlite").read_bytes()
    search(tmp_path / "out/register.sqlite", "crystal")
    assert (tmp_path / "out/register.sqlite").read_bytes() == before


def test_what_is_no_register_is_a_message(tmp_path):
    (tmp_path / "text.sqlite").write_text("no database " * 100)
    sqlite3.connect(tmp_path / "empty.sqlite").close()
    for name in ("none.sqlite", "text.sqlite", "empty.sqlite"):
        with pytest.raises(BadFile, match="cannot be searched"):
            search(tmp_path / name, "crystal")
    assert not (tmp_path / "none.sqlite").exists()


@pytest.mark.parametrize("words", ["", "  ", '"', '""', "***", "(-)", "\0", "'", ";", "--"])
def test_nothing_to_look_for_finds_nothing(index, words):
    assert as_query(words) is None
    assert search(index, words) == []


COMMANDS = ['crystal" OR "1"="1', "title:crystal", "NEAR(crystal ball, 2)", "crystal NOT ball", "'; DROP TABLE search; --", "crystal*ball^2", "{title}: x"]


@pytest.mark.parametrize("words", COMMANDS)
def test_commands_are_words(index, words):
    search(index, words)
    assert found(index, "crystal")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.text('"*^:(){}-+ANDORTNEarcystlb ', max_size=40))
def test_anything_can_be_typed(index, words):
    hits = search(index, words, limit=5)
    assert len(hits) <= 5
    assert [hit.rank for hit in hits] == sorted(hit.rank for hit in hits)
