"""The file of a case: whatever happens, the last good one is there; whatever is wrong is one message."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.redress import case_file
from evenhand.redress.case_changes import with_note
from evenhand.redress.case_file import backup_of, change, create, load, undo
from evenhand.tables.errors import BadFile, BadSetting, CannotWrite
from tests.house.tree import ROOT
from tests.redress.case_samples import DAY, WORDS, quick, sample

NEVER_FOLLOWED = "links are not followed"


@pytest.fixture(autouse=True)
def cheap_seals(monkeypatch):
    quick(monkeypatch)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "17.age"
    create(path, sample(), WORDS)
    return path


def noted(file, text, passphrase=WORDS):
    return change(file, passphrase, lambda held: with_note(held, text, today=DAY))


def notes(file, passphrase=WORDS):
    return [one.text for one in load(file, passphrase).notes]


def test_a_case_comes_back_as_it_was(file):
    assert load(file, WORDS) == sample()
    after = noted(file, "رسالة · 🧑‍⚖️ · \x1b[31m · \x00 · line\r\nline")
    assert load(file, WORDS) == after


def test_only_its_owner_can_read_it_and_what_lies_beside_it(file):
    file.chmod(0o644)
    noted(file, "one")
    assert {stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()} == {0o600}
    assert sorted(path.name for path in file.parent.iterdir()) == [".17.age.lock", "17.age", "17.age.bak"]


def test_nothing_of_a_case_stands_in_its_file_in_the_open(file):
    noted(file, "a very particular note")
    for path in file.parent.iterdir():
        assert b"particular" not in path.read_bytes()
        assert b"england" not in path.read_bytes()


def test_its_size_tells_little(file):
    before = file.stat().st_size
    noted(file, "x" * 3_000)
    assert file.stat().st_size == before


def test_a_huge_note_is_kept_and_one_too_long_is_refused(file):
    noted(file, "é" * 1_000_000)
    assert len(notes(file)[0]) == 1_000_000
    with pytest.raises(BadSetting, match=r"notes\.1\.text: .* at most 1000000 characters.*Nothing was changed"):
        noted(file, "x" * 1_000_001)
    assert len(notes(file)) == 1


def test_a_case_that_outgrows_its_file_is_refused_and_the_old_one_stays(file, monkeypatch):
    monkeypatch.setattr(case_file, "MOST_BYTES", 60_000)
    with pytest.raises(BadSetting, match="are the most"):
        noted(file, "x" * 40_000)
    assert notes(file) == []


def test_another_passphrase_changes_nothing(file):
    before = file.read_bytes()
    for passphrase in (WORDS.upper(), "x", WORDS + "."):
        with pytest.raises(BadFile, match="does not open"):
            load(file, passphrase)
        with pytest.raises(BadFile, match="does not open"):
            noted(file, "one", passphrase)
    assert file.read_bytes() == before
    assert not backup_of(file).exists()


def test_undo_takes_a_change_back_and_brings_it_again(file):
    noted(file, "one")
    noted(file, "two")
    assert undo(file, WORDS)[0].last.what == "added a note"
    assert notes(file) == ["one"]
    undo(file, WORDS)
    assert notes(file) == ["one", "two"]


def test_there_is_nothing_to_undo_in_a_new_case(file):
    with pytest.raises(BadFile, match="nothing to undo"):
        undo(file, WORDS)


def test_a_new_passphrase_closes_the_backup_to_the_old_one(file):
    noted(file, "one")
    change(file, WORDS, lambda held: held, new_passphrase="another five words than before")
    for path in (file, backup_of(file)):
        with pytest.raises(BadFile, match="does not open"):
            load(path, WORDS)
        assert notes(path, "another five words than before") == ["one"]
    with pytest.raises(BadFile, match="hold the same"):
        undo(file, "another five words than before")


def test_a_damaged_file_is_put_aside_by_undo_and_its_backup_takes_its_place(file):
    noted(file, "one")
    noted(file, "two")
    damaged = file.read_bytes()[:-9]
    file.write_bytes(damaged)
    with pytest.raises(BadFile, match=r"is damaged.*17\.age\.bak holds the version before"):
        noted(file, "three")
    case, aside = undo(file, WORDS)
    assert [one.text for one in case.notes] == notes(file) == ["one"]
    assert aside.read_bytes() == damaged
    file.write_bytes(b"")
    assert undo(file, WORDS)[1] != aside


def test_a_lost_file_comes_back_from_its_backup(file):
    noted(file, "one")
    file.unlink()
    assert undo(file, WORDS)[0].notes == ()
    assert load(file, WORDS) == sample()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_is_one_message_and_never_reaches_the_backup(tmp_path, data):
    file = tmp_path / f"{uuid.uuid4()}.age"
    create(file, sample(), WORDS)
    noted(file, "one")
    good, whole = backup_of(file).read_bytes(), bytearray(file.read_bytes())
    at = data.draw(st.integers(1, len(whole) - 1))
    damaged = data.draw(st.sampled_from([whole[:at], whole[at:], whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :], whole + b"\0", whole[:at] * 2]))
    file.write_bytes(damaged)
    with pytest.raises(BadFile, match=r"is damaged|does not open|no case file|more memory|not one that a passphrase opens"):
        noted(file, "two")
    assert file.read_bytes() == damaged
    assert backup_of(file).read_bytes() == good


STOPPED = """
import datetime, os, sys
from pathlib import Path
from evenhand.redress import case_file, case_sealing
from evenhand.redress.case_changes import with_note
case_sealing.WORK = 3
steps, real = int(sys.argv[2]), {}
def stopping(name):
    real[name] = getattr(os, name)
    def call(*given, **more):
        global steps
        steps -= 1
        if steps == 0:
            os._exit(9)
        return real[name](*given, **more)
    return call
for name in ("replace", "fsync", "unlink", "link"):
    setattr(os, name, stopping(name))
case_file.change(Path(sys.argv[1]), sys.argv[3], lambda held: with_note(held, "new", today=datetime.date(2026, 7, 1)))
"""


@pytest.mark.parametrize("step", range(1, 12))
def test_stopped_at_any_point_the_file_is_the_old_one_or_the_new_one(file, step):
    """The process is killed at each call that touches the disk, one after another; no clean-up runs."""
    noted(file, "old")
    ran = subprocess.run([sys.executable, "-c", STOPPED, file, str(step), WORDS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == (9 if step < 11 else 0), ran.stderr
    assert notes(file) in (["old"], ["old", "new"])
    assert notes(backup_of(file)) in ([], ["old"])
    noted(file, "after")  # and the next change goes through
    assert notes(file)[-1] == "after"
    assert not [path for path in file.parent.iterdir() if path.name.endswith(".part")]


@pytest.mark.parametrize("call", ["fsync", "replace", "open"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES])
def test_a_disk_that_takes_no_more_loses_nothing(file, monkeypatch, call, number):
    noted(file, "old")
    real = getattr(os, call)

    def failing(*given, **more):
        if call != "open" or given[1] & os.O_CREAT and str(given[0]).endswith(".part"):
            raise OSError(number, os.strerror(number))
        return real(*given, **more)

    monkeypatch.setattr(os, call, failing)
    with pytest.raises(CannotWrite, match=r"cannot be written: .*Nothing was changed"):
        noted(file, "new")
    monkeypatch.undo()
    assert notes(file) == ["old"]
    assert not [path for path in file.parent.iterdir() if path.name.endswith(".part")]


def test_too_little_memory_is_a_message(file, monkeypatch):
    def none_left(*_):
        raise MemoryError

    monkeypatch.setattr(case_file, "opened", none_left)
    with pytest.raises(BadFile, match="not enough free memory"):
        load(file, WORDS)
    monkeypatch.undo()
    monkeypatch.setattr(case_file, "seal", none_left)
    with pytest.raises(CannotWrite, match="not enough free memory"):
        noted(file, "one")


def test_two_writers_wait_for_each_other_and_both_are_kept(file):
    writers = [threading.Thread(target=lambda n=n: [noted(file, f"{n}.{m}") for m in range(5)]) for n in range(4)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert sorted(notes(file)) == sorted(f"{n}.{m}" for n in range(4) for m in range(5))


def test_a_change_that_does_not_end_is_waited_for_and_then_told_of(file, monkeypatch):
    monkeypatch.setattr(case_file, "WAIT_S", 0.1)

    def slow(held):
        with pytest.raises(CannotWrite, match="Another program is changing"):
            noted(file, "inner")
        assert notes(file) == []  # reading never waits
        return with_note(held, "outer", today=DAY)

    change(file, WORDS, slow)
    assert notes(file) == ["outer"]


def test_links_are_not_followed(file, tmp_path):
    link = tmp_path / "link.age"
    link.symlink_to(file)
    before = file.read_bytes()
    for attempt in (lambda: load(link, WORDS), lambda: noted(link, "one"), lambda: undo(link, WORDS), lambda: create(link, sample(), WORDS)):
        with pytest.raises(BadFile, match=NEVER_FOLLOWED):
            attempt()
    assert file.read_bytes() == before
    for name in ("17.age.bak", ".17.age.part", ".17.age.bak.part"):
        other = tmp_path / f"other {name}"
        other.write_text("mine")
        (tmp_path / name).unlink(missing_ok=True)
        (tmp_path / name).symlink_to(other)
        noted(file, name)
        assert other.read_text() == "mine"
    assert not backup_of(file).is_symlink()


def test_a_backup_that_is_a_link_is_not_put_back(file, tmp_path):
    create(tmp_path / "other.age", sample(label="other"), WORDS)
    backup_of(file).symlink_to(tmp_path / "other.age")
    with pytest.raises(BadFile, match=NEVER_FOLLOWED):
        undo(file, WORDS)
    assert load(file, WORDS).label == "17"


def test_what_is_no_plain_file_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, says in ((tmp_path / "pipe", "no file with a case"), (tmp_path, "no file with a case"), (tmp_path / "none", "There is no file")):
        with pytest.raises(BadFile, match=says):
            load(path, WORDS)
    with pytest.raises((BadFile, CannotWrite)):
        noted(tmp_path, "one")
    with pytest.raises(CannotWrite, match="There is no folder"):
        create(tmp_path / "none" / "17.age", sample(), WORDS)


def test_a_file_larger_than_any_case_is_not_read(file, monkeypatch):
    monkeypatch.setattr(case_file, "MOST_BYTES", 100)
    with pytest.raises(BadFile, match="larger, with"):
        load(file, WORDS)


def test_a_new_case_replaces_nothing(file):
    before = file.read_bytes()
    with pytest.raises(BadSetting, match="already there"):
        create(file, sample(), WORDS)
    assert file.read_bytes() == before


def test_a_file_that_appears_while_a_case_is_made_is_left_alone(tmp_path, monkeypatch):
    path = tmp_path / "17.age"
    real = os.link

    def late(fresh, there):
        path.write_text("somebody else's")
        real(fresh, there)

    monkeypatch.setattr(os, "link", late)
    with pytest.raises(BadSetting, match="already there"):
        create(path, sample(), WORDS)
    assert path.read_text() == "somebody else's"


def test_where_there_are_no_hard_links_a_case_is_made_all_the_same(tmp_path, monkeypatch):
    def cannot(*_):
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", cannot)
    create(tmp_path / "17.age", sample(), WORDS)
    assert load(tmp_path / "17.age", WORDS) == sample()


NO_TEXT = b"\xff\xfe.age".decode(errors="surrogateescape")


@pytest.mark.parametrize("name", ["a case.age", "-17.age", "é\u202eق.age", "line\nbreak", "\x1b[31m.age", "{path}", "%s", NO_TEXT, "~"])
def test_odd_names_are_names(tmp_path, name):
    path = tmp_path / name
    create(path, sample(), WORDS)
    noted(path, "one")
    undo(path, WORDS)
    with pytest.raises(BadFile) as told:
        load(path, "x")
    str(told.value).encode()
    assert "\x1b" not in str(told.value)


@pytest.mark.parametrize("name", ["a\0b", "x" * 300])
def test_names_that_no_file_can_have_are_a_message(tmp_path, name):
    with pytest.raises(CannotWrite, match=r"name|written"):
        create(tmp_path / name, sample(), WORDS)
    with pytest.raises(BadFile):
        load(tmp_path / name, WORDS)
