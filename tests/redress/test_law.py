"""The records of the law: whole, fitting together, and refused with a line where they do not."""

from __future__ import annotations

import datetime
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.redress.compiled import compiled, law_json
from evenhand.redress.law_reading import read_law, read_law_texts
from evenhand.register.reading import shipped_records
from evenhand.tables.errors import BadSetting

FOLDER = shipped_records() / "law"
TEXTS = {file.relative_to(FOLDER).as_posix(): file.read_bytes() for file in FOLDER.rglob("*.yml")}


def problems(name: str, old: str, new: str) -> list[str]:
    """What is said once one passage of a file is changed."""
    text = TEXTS[name].decode()
    assert old in text, f"{name} does not hold {old!r}"
    return [str(one) for one in read_law_texts({**TEXTS, name: text.replace(old, new, 1).encode()})[1]]


def test_the_law_that_ships_has_no_problem():
    law, found = read_law()
    assert found == []
    assert (len(law.remedies) >= 50, len(law.grounds) >= 40) == (True, True)


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("remedies/foi-request.yml", "if_refused: [foi-review]", "if_refused: [foi-reviw]", "foi-request.yml:41: There is no remedy `foi-reviw`. The nearest"),
        ("remedies/foi-request.yml", "foia-2000.s8", "foia-2000.s88", "There is no provision `foia-2000.s88`"),
        ("remedies/foi-request.yml", "foi-s31", "foi-s32", "There is no ground `foi-s32`"),
        ("remedies/foi-request.yml", "calendars: [foia-uk]", "calendars: [foia-us]", "There is no calendar `foia-us`"),
        ("remedies/foi-request.yml", "nca-and-foi", "nca-and-fo", "There is no open question `nca-and-fo`"),
        ("remedies/foi-review.yml", "if_refused: [foi-ic]", "if_refused: [foisa-sic]", "exists in none of the nations"),
        ("remedies/foi-ftt.yml", "if_refused: [foi-ut]", "if_refused: []", "law/remedies/foi-ut.yml:1: No first step leads to it"),
        ("remedies/dp-complain-ctrl.yml", "from: 2026-06-19", "from: 2026-06-18", "`dpa-2018.s164a` begins on 2026-06-19, and is cited from 2026-06-18"),
        ("remedies/dp-adm-p3-old.yml", ", to: 2026-02-04", "", "ended on 2026-02-04, and is cited without an end"),
        ("remedies/dp-access-p3.yml", "in_force: {from: 2026-02-05}", "in_force: {from: 2025-02-05}", "begins on 2026-02-05, and is cited from 2025-02-05"),
        ("remedies/hra.yml", "label: discretionary", "label: maybe", "`clocks.claim.label`: must be"),
        ("remedies/hra.yml", "    label: discretionary\n", "", "a clock of the person's has a `label`"),
        ("remedies/hra.yml", "period: {months_starting_with: 12}", "period: {months: 12, days: 1}", "a period is exactly one of"),
        ("remedies/hra.yml", "read_on: 2026-11-22", "read_on: 2026-11", "must be a day in full"),
        ("remedies/hra.yml", "read_on: 2026-11-22", "read_on: 2026-02-30", "there is no day 2026-02-30"),
        ("remedies/hra.yml", "ends:", "end:", "`evenhand redress schema` lists the keys"),
        ("grounds/foi-s31.yml", "not_with: [foi-s30]", "not_with: []", "does not name this one in turn"),
        ("provisions/si-2020-2.yml", "in_force: {from: 2020-02-01}", "in_force: {from: 2020-02-01, to: 2019-01-01}", "before it begins"),
        ("provisions/dpa-2018.yml", "in_force: {to: 2025-09-04}", "in_force: {to: 2017-09-04}", "`s44-4-d` is in force on days on which the whole is not"),
        ("wording.yml", "{n} days at weekends", "{m} days at weekends", "Nothing fills {m} there"),
        ("wording.yml", "  rolled:", "  rolls:", "`rolled` lacks its sentence"),
        ("holidays/united-kingdom.yml", "2018-01-01: {", "2017-01-02: {", "lies outside the days the list speaks of"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(name, old, new, says):
    assert any(says in one for one in problems(name, old, new)), problems(name, old, new)


def test_all_mistakes_are_told_at_once():
    broken = {**TEXTS, "remedies/hra.yml": b"title: A\nextra: 1", "events.yml": b"[", "grounds/a.yml": b"&a {}"}
    files = {str(one).split(":")[0] for one in read_law_texts(broken)[1]}
    assert files == {"law/remedies/hra.yml", "law/events.yml", "law/grounds/a.yml"}


def test_a_file_that_is_not_read_is_told(tmp_path):
    (tmp_path / "remedies").mkdir()
    (tmp_path / "remedies" / "My remedy.yml").write_text("title: A")
    (tmp_path / "remedys").mkdir()
    (tmp_path / "remedies" / "a.yml").symlink_to("/etc/hostname")
    told = [str(one) for one in read_law(tmp_path)[1]]
    for part in ("My remedy.yml", "law/remedys", "link out of the folder", "events.yml:1: It is missing"):
        assert any(part in one for one in told), part


@pytest.mark.parametrize(
    "bad", [b"", b"\xff", b"[]", b"1", b"a: &x 1\nb: *x", b"title: !!python/object:os.system x", b"title: " + b"[" * 40, b"title: A\n" * 3]
)
def test_a_damaged_file_never_crashes(bad):
    for name in ("remedies/hra.yml", "events.yml", "wording.yml", "holidays/united-kingdom.yml", "provisions/dpa-2018.yml"):
        told = read_law_texts({**TEXTS, name: bad})[1]
        assert [one for one in told if one.file == f"law/{name}"], name


@given(st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_file_changed_at_random_is_read_or_told_of_but_never_crashes(data):
    name = data.draw(st.sampled_from(sorted(TEXTS)))
    lines = TEXTS[name].decode().split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        spans = ["in_force: {from: 2025-01-01, to: 2024-01-01}", "in_force: {to: 1999-01-01}", "    in_force: {from: 2199-01-01}"]
        words = st.sampled_from(["", "a: 1", "- x", "days: {}", "\t", "  [", "\u202e", "null", *spans])
        lines[at : at + data.draw(st.integers(0, 2))] = [data.draw(words | st.text(max_size=20))]
    told = read_law_texts({**TEXTS, name: "\n".join(lines).encode("utf-8", "replace")})[1]
    assert all(str(one).startswith("law/") for one in told)


def test_the_day_of_the_event_picks_the_law(law):
    before, after = (law.on(datetime.date(2026, 2, day)) for day in (4, 5))
    assert [name in before.remedies for name in ("dp-adm-p3-old", "dp-adm-p3")] == [True, False]
    assert [name in after.remedies for name in ("dp-adm-p3-old", "dp-adm-p3")] == [False, True]
    assert [name in held.provisions for held in (before, after) for name in ("dpa-2018.s49", "dpa-2018.s50a")] == [True, False, False, True]
    assert "automated" not in before.remedies["dp-access-p3"].must_contain
    old, new = (law.on(datetime.date(2025, 9, day)).grounds for day in (4, 5))
    assert [name in held for held in (old, new) for name in ("p3-s45-4-d", "p3-national-security")] == [True, False, False, True]


def test_on_every_day_each_remedy_cites_only_what_is_in_force(law):
    turns = {day for one in law.provisions.values() for day in (one.in_force.start, one.in_force.to) if day}
    for turn in sorted(turns):
        for day in (turn - datetime.timedelta(days=1), turn, turn + datetime.timedelta(days=1)):
            held = law.on(day)
            for slug, remedy in held.remedies.items():
                parts = [*remedy.clocks.values(), *remedy.must_contain.values()]
                cited = [*remedy.basis, *remedy.reply_must_include, *(one for part in parts for one in part.basis)]
                assert [one for one in cited if one not in held.provisions] == [], (slug, day)


def test_a_remedy_that_did_not_apply_names_what_did(law):
    with pytest.raises(BadSetting, match="look at dp-adm-p3-old"):
        law.remedy("dp-adm-p3", datetime.date(2026, 1, 1))


def test_nothing_is_called_checked_that_no_lawyer_has_read(law):
    assert [slug for slug, remedy in law.remedies.items() if remedy.is_checked] == []
    assert not any(one.is_checked for one in law.provisions.values())


def test_the_compiled_law_is_the_same_every_time_and_names_its_version(law):
    assert law_json(law) == law_json(read_law()[0])
    held = json.loads(law_json(law))
    assert (held["format"], len(held["version"]), held["remedies"]["foi-request"]["is_checked"]) == (1, 16, False)
    assert held == compiled(law)


def test_every_clock_of_the_persons_is_marked_and_every_remedy_ends(law):
    for slug, remedy in law.remedies.items():
        assert remedy.ends, slug
        assert all(clock.label for clock in remedy.clocks.values() if clock.whose == "yours"), slug
