"""YAML is read strictly: what records need, with the line of each key, and one clear message for everything else."""

from __future__ import annotations

import os
import pickle

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from evenhand.register import lined_yaml
from evenhand.register.lined_yaml import LinedLater, Unreadable, read, read_bytes, read_text

NAMES = st.text("abcdefghij-_ éß中", min_size=1, max_size=12).filter(lambda name: name.strip() == name and name not in ("-", "--", "---") and ": " not in name)
PLAIN = st.recursive(
    st.booleans() | st.integers(-(10**14), 10**14) | st.none() | st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=40),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(NAMES, below, max_size=4),
    max_leaves=20,
)


def test_a_record_is_read_with_the_line_of_each_key():
    lined = read_text("title: A map\nuses:\n  a-force:\n    - state: pilot\n    - state: in-use\n")
    assert lined.value == {"title": "A map", "uses": {"a-force": [{"state": "pilot"}, {"state": "in-use"}]}}
    assert [lined.line(path) for path in (("title",), ("uses", "a-force", 1, "state"), ("uses", "a-force", 7), ("nothing",))] == [1, 5, 3, 1]


def test_plain_words_stay_what_they_look_like():
    held = read_text("a: 2024-05\nb: no\nc: 0012\nd: 1_000\ne: 12\nf: 1.5\ng: 1e3\nh: '7'\ni:\nj: true\nk: 12:30\nl: 0x1F\nm: .nan\nn: .inf").value
    assert held == {
        "a": "2024-05", "b": "no", "c": "0012", "d": "1_000", "e": 12, "f": 1.5, "g": 1000.0, "h": "7", "i": None, "j": True, "k": "12:30", "l": "0x1F",
        "m": ".nan", "n": ".inf",
    }  # fmt: skip


def test_a_section_keeps_its_last_nought():
    number = read_text("section: 4.10").value["section"]
    assert (float(number), str(number), str(pickle.loads(pickle.dumps(number)))) == (4.1, "4.10", "4.10")


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b, *b]"
HOSTILE = {
    "an alias": (BOMB, "anchor or an alias", 1),
    "a merge": ("a: {b: 1}\nc:\n  <<: *a", "anchor or an alias", 3),
    "a tag that makes an object": ("a: !!python/object/apply:os.system [ls]", "the tag", 1),
    "a tag of our own": ("a: !x 1", "the tag", 1),
    "a key given twice": ("a: 1\nb: 2\na: 3", "`a` stands here twice", 3),
    "a number and the same in quotes as keys": ("1: a\n'1': b", "`1` stands here twice", 2),
    "a list as a key": ("? [a, b]\n: 1", "a key is a word", 1),
    "a second document": ("a: 1\n---\nb: 2", "a second document", 2),
    "nothing": ("", "It is empty", 1),
    "only a comment": ("# nothing\n", "It is empty", 1),
    "a tab for a space": ("a:\n\tb: 1", "not YAML", 2),
    "an open quote": ('a: "x', "not YAML", 1),
    "a colon in a value": ("a: b: c", "not YAML", 1),
    "a null byte": ("a: x\0y", "not YAML", 1),
    "deep brackets": ("a: " + "[" * 5_000, "nested more than 12 deep", 1),
    "deep mappings": ("\n".join(" " * n + "a:" for n in range(500)), "nested more than 12 deep", 13),
    "a number without end": ("a: " + "9" * 5_000, "larger than any figure", 1),
    "a number beyond all": ("a: 1e999", "larger than any figure", 1),
    "a directive": ("%YAML 9.9\n---\na: 1", "not YAML", 1),
}


@pytest.mark.parametrize(("text", "says", "line"), HOSTILE.values(), ids=HOSTILE)
def test_what_no_record_needs_is_one_message_at_its_line(text, says, line):
    with pytest.raises(Unreadable) as raised:
        read_text(text)
    assert says in raised.value.says
    assert raised.value.line == line


@pytest.mark.parametrize(("data", "says"), [(b"\xff\xfea\0:\0", "not UTF-8"), (bytes(range(256)), "not UTF-8"), ("a: \x80".encode("latin-1"), "not UTF-8")])
def test_bytes_that_are_no_text_are_a_message(data, says):
    with pytest.raises(Unreadable, match=says):
        read_bytes(data)


def test_a_byte_order_mark_is_no_matter():
    assert read_bytes(b"\xef\xbb\xbfa: 1").value == {"a": 1}


def test_files_that_are_too_long_are_not_opened(tmp_path):
    with (tmp_path / "long.yml").open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(Unreadable, match=r"50\.0 MB long"):
        read(tmp_path / "long.yml")
    (tmp_path / "line.yml").write_bytes(b"a: " + b"x" * 10_000_000)
    with pytest.raises(Unreadable, match=r"10\.0 MB long"):
        read(tmp_path / "line.yml")


def test_folders_pipes_and_what_is_not_there_are_messages(tmp_path):
    (tmp_path / "folder.yml").mkdir()
    os.mkfifo(tmp_path / "pipe.yml")
    for name, says in (("folder.yml", "It is a folder"), ("pipe.yml", "no plain file"), ("none.yml", "No such file"), ("a\0b.yml", "cannot be read")):
        with pytest.raises(Unreadable, match=says):
            read(tmp_path / name)


def test_lines_asked_for_later_are_those_asked_for_at_once(tmp_path):
    text = b"a: 1\nb:\n  c: 2\n"
    (tmp_path / "x.yml").write_bytes(text)
    for later in (LinedLater(text), LinedLater(tmp_path / "x.yml")):
        assert later.line(("b", "c")) == read_bytes(text).line(("b", "c")) == 3
    assert LinedLater(tmp_path / "gone.yml").line(("b",)) == 1


@given(PLAIN)
def test_what_a_careful_writer_writes_is_read_as_pyyaml_reads_it(value):
    text = yaml.safe_dump({"a": value}, allow_unicode=True)
    assert read_text(text).value == yaml.safe_load(text)


def refused(data: bytes | str) -> Unreadable | None:
    """Why it is no record; None if it is one."""
    try:
        _ = read_bytes(data) if isinstance(data, bytes) else read_text(data)
    except Unreadable as wrong:
        return wrong
    return None


@given(st.text(max_size=300) | st.text("ab:-[]{}&*!#|>'\"%@`,? \n\t019.", max_size=200))
def test_any_text_is_read_or_refused_and_nothing_else(text):
    wrong = refused(text)
    if wrong:
        assert wrong.says.endswith(".")
        assert 1 <= wrong.line <= len(text.splitlines()) + 2
    else:
        assert read_text(text, lined=False).value == read_text(text).value


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_and_nothing_else(data):
    wrong = refused(data)
    assert wrong is None or wrong.says


@pytest.mark.parametrize("text", [text for text, _, _ in HOSTILE.values()], ids=HOSTILE)
def test_without_the_fast_library_the_same_is_refused(text, monkeypatch):
    monkeypatch.setattr(lined_yaml, "_PARSER", yaml.BaseLoader)
    with pytest.raises(Unreadable):
        read_text(text)
