"""Letters as HTML, as Word files and as reminders: whole, readable by others' programs, and with nothing in them that should not be."""

from __future__ import annotations

import datetime
import io
import zipfile
from html.parser import HTMLParser

import docx
import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.redress.docx_file import as_docx
from evenhand.redress.filling import GAP, GAP_END, clean
from evenhand.redress.letter_html import as_html
from evenhand.redress.letter_reading import shipped_letters
from evenhand.redress.letters import letter
from evenhand.redress.reminders import ics
from tests.redress import made_up_letters
from tests.redress.made_up_letters import BODY, DAY, SYSTEM, made
from tests.register import made_up as made_up_register

IDS = sorted(shipped_letters().cards)
TAGS = {"div", "p", "h2", "h3", "ul", "li", "br", "span"}
HOSTILE = "{{ cite.access }}{% endif %}\"'><img src=x onerror=alert(1)> & javascript:alert(1) ]]> {% for one in public %}"


class Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, tuple(attrs)))


def tags(text: str) -> set:
    reader = Tags()
    reader.feed(text)
    return set(reader.found)


def lines_of(data: bytes) -> list[str]:
    return [line for paragraph in docx.Document(io.BytesIO(data)).paragraphs for line in paragraph.text.split("\n")]


@pytest.mark.parametrize("letter_id", IDS)
def test_every_letter_is_the_same_as_text_as_html_and_in_word(letter_id):
    one = made(letter_id)
    wanted = [" ".join(line.split()) for line in one.draft.splitlines() if line.strip()]
    assert [" ".join(line.split()).replace("• ", "- ", 1) for line in lines_of(one.docx())] == wanted
    assert {tag for tag, _ in tags(one.html)} <= TAGS
    assert one.html.count('class="gap"') == one.marked.count(GAP)


def test_a_word_file_says_nothing_of_its_maker():
    data = made("access-police").docx()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels", "word/styles.xml"]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"venhand" not in b"".join(archive.read(name) for name in archive.namelist())
    held = docx.Document(io.BytesIO(data))
    assert [paragraph.style.name for paragraph in held.paragraphs if paragraph.style.name.startswith("Heading")][:2] == ["Heading 1", "Heading 2"]
    assert any(run.font.highlight_color for paragraph in held.paragraphs for run in paragraph.runs)
    assert data == made("access-police").docx()


def test_a_page_loads_nothing_and_does_not_print_what_is_beside_the_letter():
    page = made("access-police").page()
    assert not {tag for tag, _ in tags(page)} & {"script", "link", "img", "iframe", "object", "form", "a", "base"}
    assert "default-src 'none'" in page
    assert "@media print { aside, .banner, h1 { display: none; }" in page


def test_hostile_answers_stay_words(law):
    answers = {slot: HOSTILE for slot, gap in shipped_letters().gaps.items() if gap.kind != "date"}
    for letter_id in IDS:
        one = made(letter_id, answers=answers)
        plain = made(letter_id)
        assert tags(one.html) <= tags(plain.html) | {("br", ())}, letter_id
        assert not tags(one.page()) & {("img", (("src", "x"), ("onerror", "alert(1)")))}
        assert {held.id for held in one.cited} == {held.id for held in plain.cited}
        assert clean(HOSTILE) in "\n".join(lines_of(one.docx()))


def test_hostile_records_stay_words(law):
    bad = "{{ name }} {% if x %} & \"q\" 'a' ]]> {% endfor %} # 1. - x < 5 > 3"
    held = made_up_letters.files()
    held["systems/crystal-ball"] |= {"title": bad, "aliases": [bad, "# Subject"]}
    held["systems/crystal-ball"]["claims"]["purpose"]["value"] = bad
    held["bodies/northshire-police"]["title"] = f"  1. {bad}"
    register = made_up_register.register(held)
    for letter_id in IDS:
        if made_up_letters.addressee(shipped_letters().cards[letter_id]) != BODY:
            continue
        one = letter(register, law, letter_id, system=SYSTEM, body=BODY, day=DAY)
        assert {tag for tag, _ in tags(one.html)} <= TAGS
        assert one.html.count("<h2>") == made(letter_id).html.count("<h2>")
        assert not tags(one.html) - tags(made(letter_id).html)
        assert one.gaps == letter(made_up_letters.register(), law, letter_id, system=SYSTEM, body=BODY, day=DAY).gaps
        lines_of(one.docx())


@given(st.text(max_size=300))
def test_any_words_make_a_sound_word_file_and_harmless_html(words):
    marked = f"{clean(words, lines=True)}\n{GAP}[gap]{GAP_END}\n"
    docx.Document(io.BytesIO(as_docx(marked)))
    assert {tag for tag, _ in tags(as_html(marked))} <= TAGS


def test_a_reminder_tells_a_stranger_nothing():
    text = ics([datetime.date(2026, 8, 4), datetime.date(2026, 12, 1)])
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert [(str(event["SUMMARY"]), event["DTSTART"].dt) for event in events] == [
        ("Reminder: letter 1", datetime.date(2026, 8, 4)), ("Reminder: letter 2", datetime.date(2026, 12, 1))
    ]  # fmt: skip
    assert {key for event in events for key in event} == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS", "TRANSP"}
    assert not any(word in text.lower() for word in ("police", "evenhand", "complaint", "access", "http"))


@given(st.lists(st.tuples(st.dates(datetime.date(1990, 1, 1), datetime.date(2150, 12, 30)), st.integers(1, 9999)), max_size=5), st.text(max_size=120))
def test_any_reminder_is_read_back_as_it_was_written(days, title):
    text = ics(days, title=title)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert [event["DTSTART"].dt for event in events] == [day for day, _ in days]
    assert all(event["DTEND"].dt - event["DTSTART"].dt == datetime.timedelta(days=1) for event in events)
