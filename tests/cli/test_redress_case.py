"""`evenhand redress case`: a caseworker's whole path, and what is said when something is wrong. No passphrase is ever an argument."""

from __future__ import annotations

import getpass
import io
import json
import stat
import warnings
from datetime import date

import click
import icalendar
import pytest

from evenhand.redress.case_file import change
from tests.redress.case_samples import WORDS, quick
from tests.study.conftest import evenhand  # noqa: F401  # a fixture

NEW = ("new", "17.age", "--nation", "england", "--body", "avon-and-somerset-police", "--system", "offender-management-app", "--today", "2026-06-30",
       "--set", "wants=know,correct", "--set", "what=listed", "--set", "by-whom=police", "--set", "helper=someone")  # fmt: skip


@pytest.fixture
def case(evenhand, monkeypatch):  # noqa: F811
    quick(monkeypatch)
    monkeypatch.setenv("EVENHAND_CASE_PASSPHRASE", WORDS)

    def run(*words):
        told = evenhand("redress", "case", *words)
        assert WORDS not in told.out + told.err
        return told

    return run


@pytest.fixture
def begun(case):
    assert case(*NEW).code == 0
    return case


def typed(monkeypatch, *lines):
    """What is typed at a terminal that hides it."""
    waiting = list(lines)
    monkeypatch.delenv("EVENHAND_CASE_PASSPHRASE")
    monkeypatch.setattr(getpass, "getpass", lambda prompt: waiting.pop(0))
    return waiting


def flat(told):
    return " ".join(told.out.split())


def test_a_whole_case_from_the_first_question_to_the_complaint(begun, tmp_path):
    assert "1. Ask the police what they hold about you dp-access-p3" in flat(begun("plan", "17.age", "--today", "2026-06-30"))

    told = begun("letter", "17.age", "access-police", "--answer", "name=A. Person", "--out", "letter.docx", "--format", "docx", "--today", "2026-06-30")
    assert "It is not sealed" in told.out
    assert "[your full name]" not in told.err
    assert "[your date of birth]" in told.err
    assert stat.S_IMODE((tmp_path / "letter.docx").stat().st_mode) == 0o600

    told = flat(begun("add-event", "17.age", "data-request-received", "2026-06-30", "--today", "2026-07-01"))
    for part in ("Thursday 30 July 2026 (in 29 days)", "Hope for it by Thursday 30 July 2026.", "the end of Monday 3 August 2026", "Not yet checked by a law"):
        assert part in told

    assert flat(begun("due", "17.age", "--within", "10", "--today", "2026-07-10")) == "Nothing is due within 10 days."
    assert "late by one way of counting, not yet by the other" in begun("due", "17.age", "--today", "2026-08-01").out
    assert "they are late by 2 days" in begun("due", "17.age", "--today", "2026-08-05").out

    assert begun("note", "17.age", "Refused by telephone; نامه follows.", "--today", "2026-08-05").code == 0
    assert begun("answer", "17.age", "answer-data=refused", "--today", "2026-08-05").code == 0
    begun("add-event", "17.age", "data-reply-received", "2026-08-05", "--today", "2026-08-05")
    plan = flat(begun("plan", "17.age", "--today", "2026-08-05"))
    assert "dp-complain-ctrl" in plan
    assert begun("letter", "17.age", "complain-controller", "--today", "2026-08-05").code == 0
    assert begun("done", "17.age", "dp-complain-ctrl", "--on", "2026-08-06", "--today", "2026-08-06").code == 0
    assert "[done]" in begun("plan", "17.age", "--today", "2026-08-06").out

    told = flat(begun("show", "17.age", "--today", "2026-08-06"))
    for part in ("17 opened Tuesday 30 June 2026", "answer-data: refused", "Wednesday 5 August 2026: data-reply-received",
                 "2. Wednesday 5 August 2026: complain-controller", "Thursday 6 August 2026: dp-complain-ctrl", "نامه follows."):  # fmt: skip
        assert part in told
    assert "A. Person" in begun("show", "17.age", "--letter", "1").out
    assert "no text of a letter 9" in begun("show", "17.age", "--letter", "9").err


def test_a_letter_may_be_kept_by_its_hash_alone_and_asked_for_blank_by_blank(begun, monkeypatch):
    answers = iter(["A. Person", *[""] * 40])
    monkeypatch.setattr(click, "prompt", lambda *_, **__: next(answers))
    told = begun("letter", "17.age", "access-police", "--ask", "--no-keep")
    assert "A. Person" in told.out
    assert "its text was not kept" in flat(begun("show", "17.age"))
    assert "no text of a letter 1" in begun("show", "17.age", "--letter", "1").err


def test_many_cases_are_due_in_one_list_nearest_first(begun):
    begun("add-event", "17.age", "data-request-received", "2026-06-30", "--today", "2026-07-01")
    begun("new", "18.age", "--label", "the other", "--nation", "scotland", "--today", "2026-06-30")
    begun("add-event", "18.age", "request-received", "2026-06-15", "--remedy", "foisa-request", "--today", "2026-07-01")
    rows = json.loads(begun("due", "17.age", "18.age", "--today", "2026-07-01", "--json").out)
    assert [(row["case"], row["step"]) for row in rows] == [("the other", "foisa-request"), ("17", "dp-access-p3@data")]
    assert rows[1]["due_strict"] == "2026-07-30"


def test_a_date_that_moved_is_told_of_when_looked_at_and_when_changed(begun, tmp_path):
    begun("add-event", "17.age", "data-request-received", "2026-06-30", "--today", "2026-07-01")

    def by_an_older_calendar(held):
        return held.model_copy(update={"deadlines": tuple(one.model_copy(update={"overdue_certain": date(2026, 7, 30)}) for one in held.deadlines)})

    change(tmp_path / "17.age", WORDS, by_an_older_calendar)
    says = "dp-access-p3@data, reply: was Thursday 30 July 2026, is now Monday 3 August 2026."
    for words in (["due", "17.age"], ["show", "17.age"], ["note", "17.age", "one"]):
        assert says in flat(begun(*words, "--today", "2026-07-01"))
    assert says not in flat(begun("due", "17.age", "--today", "2026-07-01"))


def test_an_event_says_only_what_it_starts_or_moves(begun):
    begun("add-event", "17.age", "request-received", "2026-06-30", "--remedy", "dp-access-p3", "--today", "2026-07-01")
    told = flat(begun("add-event", "17.age", "identity-received", "2026-07-03", "--remedy", "dp-access-p3", "--today", "2026-07-03"))
    assert "What it starts or moves: Monday 3 August 2026" in told
    told = flat(begun("add-event", "17.age", "decision-taken", "2026-07-01", "--remedy", "dp-adm-p3", "--today", "2026-07-03"))
    assert told == "Noted. It starts no clock."


def test_a_file_that_does_not_open_hides_no_other(begun, tmp_path):
    begun("add-event", "17.age", "data-request-received", "2026-06-30", "--today", "2026-07-01")
    (tmp_path / "bad.age").write_bytes((tmp_path / "17.age").read_bytes()[:-5])
    (tmp_path / "text.age").write_text("notes")
    told = begun("due", "bad.age", "17.age", "none.age", "text.age", "--today", "2026-07-01")
    assert told.code == 2
    assert "Thursday 30 July 2026" in told.out
    for part in ("bad.age is damaged", "There is no file none.age", "text.age is no case file"):
        assert part in told.err
    assert "Traceback" not in told.err


def test_a_calendar_tells_a_stranger_nothing(begun, tmp_path):
    begun("add-event", "17.age", "data-request-received", "2026-06-30", "--today", "2026-07-01")
    assert begun("export", "17.age", "--ics", "--out", "r.ics", "--today", "2026-07-01").code == 0
    text = (tmp_path / "r.ics").read_text()
    [event] = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert (str(event["SUMMARY"]), event["DTSTART"].dt.isoformat()) == ("Reminder: letter 1", "2026-08-03")
    assert not [word for word in ("police", "avon", "17.age", "access", "evenhand") if word in text.lower()]


def test_all_of_a_case_can_be_taken_out_and_is_then_not_sealed(begun, tmp_path):
    told = begun("export", "17.age", "--json", "--out", "17.json")
    assert "It is not sealed" in told.out
    assert json.loads((tmp_path / "17.json").read_text())["body"] == "avon-and-somerset-police"
    assert stat.S_IMODE((tmp_path / "17.json").stat().st_mode) == 0o600
    assert "left alone" in begun("export", "17.age", "--json", "--out", "17.json").err
    assert "Say which" in begun("export", "17.age").err


def test_undo_says_what_is_there_now(begun, tmp_path):
    begun("note", "17.age", "one")
    assert "opened the case, on 2026-06-30" in begun("undo", "17.age").out
    assert "added a note" in begun("undo", "17.age").out
    begun("note", "17.age", "two")
    (tmp_path / "17.age").write_bytes(b"damaged")
    assert "put aside as 17.age.damaged-1" in begun("undo", "17.age").out
    assert begun("show", "17.age").code == 0


def test_a_note_may_be_piped_so_that_the_terminal_keeps_nothing(begun, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("from a pipe\n\x1b]0;title\x07second line\n"))
    assert begun("note", "17.age").code == 0
    told = begun("show", "17.age").out
    assert "from a pipe" in told
    assert "\x1b" not in told
    assert "\x07" not in told
    monkeypatch.setattr("sys.stdin", io.StringIO(" \n"))
    assert "The note is empty" in begun("note", "17.age", "-").err


def test_a_passphrase_is_asked_for_hidden_and_twice_when_new(case, monkeypatch):
    left = typed(monkeypatch, "short", "short", "short")
    told = case(*NEW)
    assert (told.code, left) == (0, ["short"])
    assert "This passphrase is weak: it has fewer than 16 characters" in told.err
    assert "There is no way in without it" in told.err
    assert case("show", "17.age").code == 0


def test_two_that_differ_make_no_case(case, monkeypatch, tmp_path):
    typed(monkeypatch, WORDS, WORDS + "!")
    assert "are not the same" in case(*NEW).err
    assert not (tmp_path / "17.age").exists()


def test_a_changed_passphrase_opens_and_the_old_one_does_not(begun, monkeypatch):
    monkeypatch.setenv("EVENHAND_CASE_NEW_PASSPHRASE", "five others that nobody knows")
    assert "can no longer be undone" in begun("passphrase", "17.age").out
    assert "does not open 17.age" in begun("show", "17.age").err
    monkeypatch.setenv("EVENHAND_CASE_PASSPHRASE", "five others that nobody knows")
    assert begun("show", "17.age").code == 0


def test_without_a_terminal_it_is_not_asked_in_the_open(begun, monkeypatch):
    monkeypatch.delenv("EVENHAND_CASE_PASSPHRASE")

    def cannot_hide(prompt):
        warnings.warn("can not control echo", getpass.GetPassWarning, stacklevel=2)
        return "typed in the open"

    monkeypatch.setattr(getpass, "getpass", cannot_hide)
    told = begun("show", "17.age")
    assert (told.code, "no terminal here" in told.err) == (2, True)


def test_a_case_is_begun_only_where_nothing_is_and_about_what_is_known(begun, tmp_path):
    before = (tmp_path / "17.age").read_bytes()
    assert "already there" in begun(*NEW).err
    assert (tmp_path / "17.age").read_bytes() == before
    assert "Did you mean" in begun("new", "18.age", "--body", "avon-somerset-police").err
    assert "Did you mean" in begun("new", "18.age", "--system", "offender-managment-app").err
    assert not (tmp_path / "18.age").exists()


@pytest.mark.parametrize("name", ["\x1b[31m.age", "  .age", "a\u202eb", "x" * 240, "a\nb.age"])
def test_a_case_with_an_odd_name_is_labelled_by_it_as_far_as_it_can_be(case, name):
    assert case("new", name).code == 0
    told = case("show", name)
    assert told.code == 0
    assert not {"\x1b", "\u202e"} & set(told.out)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["show", "none.age"], "There is no file none.age"),
        (["show", "."], "no file with a case"),
        (["undo", "17.age"], "no file 17.age.bak"),
        (["add-event", "17.age", "act", "30 June 2026"], "must be a day in full"),
        (["add-event", "17.age", "act", "2026-06-30", "--pause", "2026-07-01"], "Add --remedy"),
        (["add-event", "17.age", "request-received", "2026-06-30", "--remedy", "dp-access-p3", "--pause", "2026-07-05/2026-07-01"], "ends before it begins"),
        (["add-event", "17.age", "data-reply-received", "2026-06-30"], "case answer FILE answer-data=ANSWER"),
        (["answer", "17.age", "wants"], "has no answer"),
        (["answer", "17.age", "wants=gold"], "no answer to 'wants'"),
        (["done", "17.age", "no-such-step"], "There is no step"),
        (["letter", "17.age", "no-such-letter"], "There is no letter"),
        (["letter", "17.age", "access-police", "--format", "docx"], "Name a file with --out"),
        (["letter", "17.age", "access-police", "--out", "17.age"], "left alone"),
        (["due", "17.age", "--today", "soon"], "must be a day in full"),
        (["note", "17.age", "x" * 1_000_001], "at most 1000000 characters"),
    ],
)
def test_what_is_wrong_is_one_message_and_changes_nothing(begun, tmp_path, words, says):
    before = (tmp_path / "17.age").read_bytes()
    told = begun(*words)
    assert told.code == 2
    assert says in told.err
    assert "Traceback" not in told.err
    assert (tmp_path / "17.age").read_bytes() == before


def test_no_command_takes_a_passphrase_as_an_argument():
    from evenhand.cli.redress_case import redress_case

    offered = [name for command in redress_case.commands.values() for one in command.params for name in (one.name, *one.opts)]
    assert not [name for name in offered if "pass" in name or "password" in name]
