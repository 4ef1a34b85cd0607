"""`evenhand redress routes` and `check-refusal`: what they print, what they ask, and what they say of input that means nothing or no good."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.cli.redress import redress
from evenhand.tables.errors import EvenhandError

LETTERS = Path(__file__).parent / "letters"
TODAY = ["--today", "2026-11-26"]


def run(*words, typed=None):
    return CliRunner().invoke(redress, [str(word) for word in words], input=typed)


def told(*words, typed=None):
    """What a command prints, on one line; it must have ended well."""
    found = run(*words, typed=typed)
    assert found.exit_code == 0, found.exception or found.output
    return " ".join(found.output.split())


def test_the_plan_is_printed_with_clocks_first():
    said = told("routes", *TODAY, "--set", "nation=england", "--set", "what=searched,listed", "--set", "act=2026-08-31")
    assert said.index("Monday 30 November 2026") < said.index("Your steps") < said.index("Get the record of a stop and search")
    assert "not legal advice" in said
    assert "Letters: search-record" in said


def test_the_plan_as_json_holds_all_of_it():
    found = json.loads(run("routes", *TODAY, "--json", "--set", "nation=wales", "--set", "what=listed", "--set", "what=shared").output)
    assert found["nations"] == ["wales"]
    assert {"steps", "running", "path", "gates", "free", "solicitor", "missing", "unreviewed"} <= set(found)
    assert any(step["remedy"] == "dp-access-gdpr" for step in found["steps"])


def test_answers_from_a_file_and_by_hand_add_up(tmp_path):
    file = tmp_path / "answers.yml"
    file.write_text("nation: scotland\nby-whom: [police]\nact: 2026-06-01\nwants: unknown\n", encoding="utf-8")
    assert "Judicial review" not in told("routes", *TODAY, "--answers", file)
    assert "Judicial review in Scotland" in told("routes", *TODAY, "--answers", file, "--set", "what=listed")


def test_it_asks_and_takes_enter_for_not_knowing_and_asks_again_where_an_answer_does_not_fit():
    said = told("routes", *TODAY, "--ask", typed="1\n9\n3\n2\n2\n2\n1\n1\n1,2\n" + "\n" * 40)
    assert "Are you asking for yourself?" in said
    assert "is no answer to 'under-18'" in said
    assert "Get the record of a stop and search" in said
    assert "Find out first if there is a case" not in said


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--set", "nation"], "QUESTION=ANSWER"), (["--set", "nation=france"], "Choose from"), (["--set", "act=soon"], "day in full"),
        (["--today", "26.11.2026"], "--today"), (["--answers", "nowhere.yml"], "nowhere.yml"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_one_message(words, says):
    found = run("routes", *words)
    assert isinstance(found.exception, EvenhandError)
    assert says in str(found.exception)


NO_ANSWERS = ["", "- a\n- b\n", "nation: [england\n", "{}: {}\n", "nation: &a [*a]\n", "\x00", "a: !!python/object:os.system x\n", "nation: {a: b}\n"]


@pytest.mark.parametrize("text", NO_ANSWERS)
def test_a_file_of_answers_that_is_none_does_no_harm(tmp_path, text):
    file = tmp_path / "answers.yml"
    file.write_text(text, encoding="utf-8")
    found = run("routes", "--answers", file)
    assert isinstance(found.exception, EvenhandError), text


def test_a_refusal_is_read_and_answered(tmp_path):
    out = tmp_path / "answer.txt"
    letter = LETTERS / "template-wording.hit.txt"
    said = told("check-refusal", letter, "--kind", "access-p3", "--asked", "2026-06-30", "--received", "2026-09-01", "--nation", "england", "--reply", out)
    assert "The letter names Obstructing an inquiry. What must be shown: Necessary and proportionate" in said
    assert "It came too late" in said
    assert "form letter" in said
    assert "the right to go to court" in said
    assert "not legal advice" in said
    answer = out.read_text(encoding="utf-8")
    assert "due by Monday 3 August 2026" in answer
    assert "not yet checked by a lawyer" in answer
    assert "{" not in answer
    assert ". section" not in answer


def test_the_register_is_held_against_the_letter(tmp_path):
    out = tmp_path / "answer.txt"
    words = ["check-refusal", LETTERS / "not-held-published.hit.txt", "--kind", "foi", "--system", "grip", "--body", "essex-police"]
    said = told(*words, "--reply", out)
    assert "Published: Essex Police, Grip" in said
    assert "Essex Police" in out.read_text(encoding="utf-8")
    found = json.loads(run(*words, "--json").output)
    assert next(one for one in found if one["rule"] == "not-held-published")["facts"]


def test_nothing_is_said_to_be_public_where_the_register_was_not_asked():
    found = json.loads(run("check-refusal", LETTERS / "everything-refused.hit.txt", "--kind", "access-p3", "--json").output)
    assert not any("public already" in point["says"] for one in found for point in one["counter_points"])


def test_a_letter_can_be_piped_in():
    assert "Lacking" in told("check-refusal", "-", "--kind", "foi", typed="Your request is refused.")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"%PDF-1.7", "plain text file"), (b"PK\x03\x04", "plain text file"), (b"", "empty"), (b" \n\t", "empty"), (b"a " * 150_000, "letters"),
        (b"\x81\x8d\xff", "no plain text"),
    ],
)  # fmt: skip
def test_a_letter_that_cannot_be_read_is_told(tmp_path, data, says):
    file = tmp_path / "letter.txt"
    file.write_bytes(data)
    found = run("check-refusal", file, "--kind", "foi")
    assert isinstance(found.exception, EvenhandError)
    assert says in str(found.exception)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=2_000), kind=st.sampled_from(["access-p3", "change-p3", "access-gdpr", "foi", "foisa"]))
def test_any_letter_is_read_without_a_fault(tmp_path, text, kind):
    file = tmp_path / "letter.txt"
    file.write_text(text, encoding="utf-8", errors="replace", newline="")
    found = run("check-refusal", file, "--kind", kind)
    assert found.exit_code == 0 or isinstance(found.exception, EvenhandError), found.exception
    assert "\x1b" not in found.output
    assert "\u202e" not in found.output
