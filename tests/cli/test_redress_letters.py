"""`evenhand redress letters`, `letter`, `second-hop`, `reminders`: what is printed, what is written, what is a message."""

from __future__ import annotations

import io

import docx
import icalendar
import pytest
from click.testing import CliRunner

from evenhand.cli import evenhand
from evenhand.tables.errors import BadFile, BadSetting, CannotWrite
from tests.redress.made_up_letters import BODY, SYSTEM, files
from tests.register.made_up import write


def run(*words):
    return CliRunner().invoke(evenhand, ["redress", *map(str, words)])


@pytest.fixture
def records(tmp_path):
    return write(tmp_path / "records", files())


def test_letters_are_listed_by_remedy_and_for_programs():
    said = run("letters", "--remedy", "dp-access-p3")
    assert said.exit_code == 0
    assert "access-police" in said.output
    assert "chase-access-police" in said.output
    assert "not yet checked by a lawyer" in said.output
    assert '"remedy": "dp-check-ic"' in run("letters", "--json").output
    assert isinstance(run("letters", "--remedy", "nothing").exception, BadSetting)


def test_a_letter_is_printed_and_what_to_know_stands_beside_it(records):
    said = run("letter", "access-police", "--system", SYSTEM, "--body", BODY, "--date", "2026-11-26", "--answer", "name=Ann Onymous", "--records", records)
    assert said.exit_code == 0
    assert said.stdout.startswith("[Draft, not yet checked by a lawyer.")
    assert "Ann Onymous\n" in said.stdout
    assert "What it costs" not in said.stdout
    assert "What it costs\n  Nothing." in said.stderr


def test_answers_come_from_a_file_too(records, tmp_path):
    file = tmp_path / "answers.yml"
    file.write_text("name: Ann Onymous\nbirth_date: 1999-12-31\n", encoding="utf-8")
    said = run("letter", "access-police", "--answers", file, "--records", records)
    assert "Date of birth: 31 December 1999" in said.stdout
    file.write_text("- name", encoding="utf-8")
    assert isinstance(run("letter", "access-police", "--answers", file).exception, BadFile)


def test_the_blanks_of_a_letter_are_listed(records):
    said = run("letter", "access-police", "--gaps", "--records", records).output
    assert said.startswith("name ")
    assert "What is your full name?" in said


@pytest.mark.parametrize("format_", ["text", "html", "docx"])
def test_a_letter_is_written_to_a_file_once(records, tmp_path, format_):
    out = tmp_path / f"one.{format_}"
    words = ("letter", "delete-police", "--system", SYSTEM, "--format", format_, "--out", out, "--records", records)
    assert "not yet checked by a lawyer" in run(*words).output
    data = out.read_bytes()
    text = docx.Document(io.BytesIO(data)).element.xml if format_ == "docx" else data.decode()
    assert "Crystal Ball" in text
    assert isinstance(run(*words).exception, CannotWrite)
    assert out.read_bytes() == data


def test_recipients_get_a_letter_each(records, tmp_path):
    said = run("second-hop", SYSTEM, BODY, "--out", tmp_path / "letters", "--format", "text", "--records", records)
    assert said.exit_code == 0
    assert [file.name for file in sorted((tmp_path / "letters").iterdir())] == [
        "letter-1-benefits-department.txt", "letter-2-local-authorities.txt", "letter-3-northshire-council.txt",
        "letter-4-northshire-high-school.txt", "letter-5-prison-service.txt", "letter-6-watchers.txt", "letter-7-youth-offending-services.txt",
    ]  # fmt: skip
    assert "No letter: City of Elsewhere." in said.output
    assert isinstance(run("second-hop", SYSTEM, BODY, "--out", tmp_path / "letters", "--format", "text", "--records", records).exception, CannotWrite)


def test_reminders_are_a_calendar_file(tmp_path):
    out = tmp_path / "dates.ics"
    assert run("reminders", "--on", "2026-08-04=3", "--on", "2026-12-01", "--out", out).exit_code == 0
    events = icalendar.Calendar.from_ical(out.read_bytes()).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == ["Reminder: letter 3", "Reminder: letter 2"]
    assert run("reminders", "--on", "2026-08-04").stdout.startswith("BEGIN:VCALENDAR")


@pytest.mark.parametrize(
    "words",
    [
        ("letter", "nothing"), ("letter", "access-police", "--date", "tomorrow"), ("letter", "access-police", "--answer", "name"),
        ("letter", "access-police", "--format", "docx"), ("reminders", "--on", "2026-02-30"), ("reminders", "--on", "2026-02-03=x"),
        ("second-hop", "nothing", "nowhere", "--out", "here"),
    ],
)  # fmt: skip
def test_what_can_be_mended_is_a_message(words):
    assert isinstance(run(*words).exception, BadSetting)
