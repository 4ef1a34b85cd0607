"""Letters: what they cite, whom they fit, what they are filled with, and that nothing personal is ever needed."""

from __future__ import annotations

import contextlib
import datetime
import re

import pytest

from evenhand.redress.filling import filled
from evenhand.redress.law import shipped_law
from evenhand.redress.letter_reading import read_letters, shipped_letters, span_of
from evenhand.redress.letter_slots import register_slots
from evenhand.redress.letters import law_slots, letter
from evenhand.tables.errors import BadSetting
from tests.redress.made_up_letters import BODY, DAY, SYSTEM, addressee, made, register

LETTERS = shipped_letters()
IDS = sorted(LETTERS.cards)
DAYS = [
    datetime.date.fromisoformat(day)
    for day in ("2018-05-25", "2020-02-01", "2023-12-31", "2024-01-01", "2025-09-04", "2025-09-05", "2026-02-04", "2026-02-05", "2026-06-18", "2026-06-19",
                "2026-09-30", "2026-11-26", "2031-01-01")
]  # fmt: skip
NO_LETTER = {  # a court, a tribunal, a telephone or a form: no letter of ours would do
    "chase", "dp-comp-169", "dp-comp-gdpr", "dp-court-167", "dp-offence-173", "dp-tribunal-166", "eq-county", "eq-eass", "foi-ftt", "foi-ut", "foisa-court",
    "hra", "jr-ew", "jr-ni", "jr-s",
}  # fmt: skip


def writable(letter_id: str, day: datetime.date):
    """The letter of a day, or nothing where it is not for that day."""
    span = span_of(shipped_law(), LETTERS.cards[letter_id])
    if span.start and day < span.start:
        with pytest.raises(BadSetting, match="did not apply|is not for"):
            made(letter_id, day=day)
        return None
    return made(letter_id, day=day)


def test_every_letter_that_ships_is_sound():
    assert [str(one) for one in read_letters()[1]] == []


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_letter_cites_only_what_was_in_force_on_its_day(day):
    offenders = []
    for letter_id in IDS:
        one = writable(letter_id, day)
        if one is None:
            continue
        allowed = {held.cite for held in shipped_law().on(one.law_day).provisions.values()}
        offenders += [f"{letter_id}: {held.id}" for held in one.cited if not held.in_force.holds(one.law_day)]
        for held in shipped_law().provisions.values():
            if not held.in_force.holds(one.law_day) and held.cite not in allowed and held.cite in one.text:
                offenders.append(f"{letter_id}: names {held.cite}")
    assert offenders == []


def test_every_letter_can_be_written_today_and_cites_something():
    assert [letter_id for letter_id in IDS if not made(letter_id).cited and not LETTERS.cards[letter_id].is_reminder] == []


def test_every_remedy_has_a_letter_or_a_reason_for_none():
    without = {slug for slug in shipped_law().remedies if not LETTERS.of_remedy(slug)}
    assert without == NO_LETTER


def test_every_letter_rests_on_the_basis_of_its_remedy():
    offenders = []
    for letter_id, card in LETTERS.cards.items():
        if card.remedy and not card.is_reminder and not set(card.cites.values()) & set(shipped_law().remedies[card.remedy].basis):
            offenders.append(letter_id)
    assert offenders == []


def test_every_provision_a_letter_must_speak_to_is_cited():
    offenders = []
    for letter_id, card in LETTERS.cards.items():
        if card.remedy and not card.is_reminder and not card.is_second_hop and letter_id != "access-other":
            wanted = {one for item in shipped_law().remedies[card.remedy].must_contain.values() if not item.is_optional for one in item.basis}
            offenders += [f"{letter_id}: {one}" for one in sorted(wanted - set(card.cites.values()))]
    assert offenders == []


def test_a_section_is_never_named_alone_where_the_act_before_it_was_another():
    offenders = []
    for letter_id, card in LETTERS.cards.items():
        used: list[str] = []
        one = made(letter_id)
        slots = {**register_slots(register(), SYSTEM, addressee(card)), **law_slots(shipped_law(), LETTERS, card, one.law_day)}
        filled(LETTERS.text_of(letter_id), slots, str, used=used)
        last = None
        for family, _, key in (name.partition(".") for name in used):
            act = card.cites.get(key, "").split(".")[0]
            if key and family in ("cite", "law"):
                last = act
            elif key and family == "part" and act != last:
                offenders.append(f"{letter_id}: {card.cites[key]} after {last}")
    allowed = {"second-hop-other", "access-other"}  # their last line goes back to the first act named, by its articles
    assert [one for one in offenders if one.split(":")[0] not in allowed] == []


def test_every_silence_has_its_reminder():
    waiting = {slug for slug, remedy in shipped_law().remedies.items() if "chase" in remedy.if_silent}
    assert {slug for slug in waiting if not LETTERS.reminders_of(slug)} == set()


def test_the_crime_of_hiding_data_is_named_in_reminders_only():
    offenders = [letter_id for letter_id, card in LETTERS.cards.items() if "dpa-2018.s173" in card.cites.values() and not card.is_reminder]
    assert offenders == []
    assert made("chase-access-police").text.count("offence") == 1


@pytest.mark.parametrize("letter_id", IDS)
def test_nothing_is_needed_to_write_a_letter_and_every_blank_can_be_filled(letter_id):
    blank = letter(register(), shipped_law(), letter_id, day=DAY)
    day = "2026-01-05" if "old" in letter_id else "2026-07-05"  # in force then
    whole = made(letter_id, answers={gap.slot: day if LETTERS.gaps[gap.slot].kind == "date" else f"My {gap.slot}" for gap in blank.gaps})
    assert [gap.slot for gap in whole.gaps] == []
    assert re.findall(r"\[(?!sign here)[^]]*\]", whole.text) == []
    assert {gap.gap for gap in blank.gaps} == set(re.findall(r"\[(?!sign here)[^]]*\]", blank.text))


@pytest.mark.parametrize("letter_id", IDS)
def test_no_letter_has_a_seam(letter_id):
    for one in (made(letter_id), letter(register(), shipped_law(), letter_id, day=DAY)):
        assert not re.search(r"[{}%]|\n\n\n|\(\)|,,|\.\.(?!\.)| ,| \.|: *\n\n(?=Please answer|Yours)", one.text.replace("…", "")), one.text
        assert "None" not in one.text
        assert one.text.endswith("\n")


def test_the_version_of_the_law_goes_by_the_day_of_the_event():
    before = made("access-police", answers={"request-received": "2026-02-04"})
    since = made("access-police", answers={"request-received": "2026-02-05"})
    assert ("dpa-2018.s50a" in {one.id for one in before.cited}, "dpa-2018.s50a" in {one.id for one in since.cited}) == (False, True)
    assert ("two months" in before.text, "54(3A)" in before.text, "54(3A)" in since.text) == (False, False, True)


def test_an_old_decision_is_challenged_by_the_old_rules():
    old = made("automated-police-old")
    assert (old.law_day, {one.id for one in old.cited}) == (datetime.date(2026, 2, 4), {"dpa-2018.s49", "dpa-2018.s50"})
    with pytest.raises(BadSetting, match="dp-adm-p3"):
        made("automated-police-old", answers={"decision_taken": "2026-02-05"})
    with pytest.raises(BadSetting, match="dp-adm-p3-old"):
        made("automated-police", answers={"decision_taken": "2026-02-04"})


def test_an_access_letter_is_filled_from_the_register():
    text = made("access-police").text
    for words in ("Crystal Ball", "The Ball, CB or Foresight", "your Insight team", "3.1. age", "3.2. arrests", "Prison Service", "Benefits Department",
                  "https://example.org/foi, cited in Report 2025, section 1.1, from page 10, note 7", "1,413 people"):  # fmt: skip
        assert words in text, words


def test_each_thing_is_asked_by_itself():
    numbers = re.findall(r"^  ([0-9.]+)\. ", made("access-police").text, flags=re.MULTILINE)
    assert numbers[:5] == ["1", "2", "3", "3.1", "3.2"]
    assert len(numbers) == len(set(numbers)) > 12


def test_what_is_unknown_of_a_system_is_asked_by_the_request_for_information():
    text = made("foi-request").text
    assert "Northshire Police\nFreedom of Information team" in text
    assert "Cost: What did it cost, and who paid?" in text
    assert "Weights refused: It refused." in text


def test_an_allegation_stays_one():
    text = made("super-complaint", body=None).text
    assert "The Watchers alleges: It lists people who did nothing" in text
    assert "Northshire Police: It is not (" in text


def test_a_letter_says_that_nobody_checked_it_and_only_outside_what_is_sent():
    one = made("access-police")
    assert not one.is_checked
    assert "not yet checked by a lawyer" in one.draft.splitlines()[0]
    assert "lawyer" not in one.text
    assert one.banner in one.page()
    assert one.banner not in one.html


@pytest.mark.parametrize(
    ("letter_id", "more", "says"),
    [
        ("acces-police", {}, "Did you mean access-police"),
        ("access-police", {"system": "cristal-ball"}, "crystal-ball"),
        ("access-police", {"body": "nowhere"}, "no body 'nowhere'"),
        ("access-police", {"body": "northshire-council"}, "another rule applies there"),
        ("access-other", {"body": BODY}, "another rule applies there"),
        ("police-complaint", {"body": "scotshire-police"}, "scotland"),
        ("access-police", {"answers": {"nmae": "A"}}, "Did you mean name"),
        ("access-police", {"answers": {"request_received": "2027-01-01"}}, "after the date of the letter"),
        ("access-police", {"answers": {"request_received": "last week"}}, "give a day such as"),
        ("access-police", {"answers": {"incidents": "x" * 20_001}}, "20,001 characters"),
        ("complain-controller", {"day": datetime.date(2026, 6, 18)}, "did not apply"),
    ],
)
def test_what_cannot_be_written_is_a_message(letter_id, more, says):
    with pytest.raises(BadSetting, match=re.escape(says)):
        letter(register(), shipped_law(), letter_id, **{"system": SYSTEM, "body": BODY, "day": DAY, **more})


def test_every_letter_about_every_shipped_system_can_be_written():
    from evenhand.register.reading import read_register

    shipped, _ = read_register()
    for slug, system in shipped.systems.items():
        for user in [None, *list(system.uses)[:1]]:
            for letter_id in ("access-police", "super-complaint", "foi-request"):
                with contextlib.suppress(BadSetting):  # users abroad, or of a kind that another letter is for
                    assert letter(shipped, shipped_law(), letter_id, system=slug, body=user, day=DAY).text
