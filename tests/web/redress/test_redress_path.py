"""A person's whole way, as a new user goes it: on a narrow phone, by keyboard alone, from the system's page to the clock for court."""

from __future__ import annotations

import io

import docx
import pytest

from evenhand.redress.law import shipped_law
from evenhand.redress.reasons import in_full
from evenhand.redress.routes import plan
from tests.web.redress.conftest import TODAY
from tests.web.redress.person import ANSWERS, REFUSED, answer_all, press, quickly, tab_to

pytestmark = pytest.mark.browser
REFUSAL = "Access is restricted under Section 45 (4) of the Data Protection Act 2018, as disclosure would show our tactics."


def is_wide(page):
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_asked_then_refused_then_on_to_the_council_the_complaint_the_check_and_the_court(new_page):
    page = new_page("start.html#system=offender-management-app")
    assert "Offender Management App" in page.locator(".note").first.inner_text()
    assert "#" not in page.url
    press(page, "Start")
    answer_all(page, ANSWERS)
    assert page.locator("h1").inner_text() == "Your steps"
    assert not is_wide(page)
    press(page, "Ask the police what they hold about you")
    tab_to(page, "blank-name")
    page.keyboard.type("Ann Example")
    letter = page.locator(".paper").inner_text()
    assert "Ann Example" in letter
    assert "Offender Management App" in letter
    assert "Qlik Sense Offender Management App" in letter, "its other names are named, so that a search cannot miss it"
    assert "Avon and Somerset Police" in letter
    assert "section 45(1) of the Data Protection Act 2018" in letter
    assert not is_wide(page)


def test_what_comes_after_a_refusal(new_page):
    page = new_page("start.html#system=offender-management-app")
    press(page, "Start")
    answer_all(page, REFUSED)
    says = page.locator("#app").inner_text()
    made = plan(shipped_law(), REFUSED, TODAY)
    for clock in made.running:
        assert clock.says in says
    court = next(clock for clock in made.running if clock.remedy == "jr-ew")
    assert f"you have until {in_full(court.due, shipped_law().wording)}" in says
    titles = page.locator("li.step h3").all_inner_texts()
    assert titles == [step.title for step in made.steps]

    press(page, "Bristol City Council: Ask a council, department or school what it got about you from the police")
    letter = page.locator(".paper").inner_text()
    assert "Bristol City Council" in letter
    assert "Avon and Somerset Police" in letter
    assert "UK GDPR" in letter
    page.go_back()
    assert page.locator("h1").inner_text() == "Your steps", "the browser's own Back button comes back"

    press(page, "Complain to the body that uses your data")
    assert "164A" in page.locator(".paper").inner_text()
    page.go_back()
    press(page, "Ask the regulator to check a police refusal")
    checked = page.locator(".paper").inner_text()
    assert "section 51" in checked
    assert "10 September 2026" in checked, "a day told once is not asked for again"


def test_a_refusal_is_read_and_answered(new_page):
    page = new_page("start.html#system=offender-management-app")
    press(page, "Read an answer that said no")
    page.get_by_role("radio", name="An answer of the police to a request for what they hold about you").focus()
    page.keyboard.press("Space")
    tab_to(page, "their-letter")
    page.keyboard.type(REFUSAL)
    press(page, "Check the letter")
    assert page.evaluate("document.activeElement.id") == "found-title"
    assert "It names section 45(4) but not which part of it" in page.locator(".faults").inner_text()
    draft = page.locator("#draft").input_value()
    assert draft.startswith("[Draft, not yet checked by a lawyer.")
    assert "Your letter" in draft
    assert not is_wide(page)


def test_letters_and_reminders_are_handed_over_as_files_that_tell_nothing_by_their_names(new_page):
    page = new_page("start.html#system=offender-management-app", width=1200)
    quickly(page, REFUSED)
    with page.expect_download() as waited:
        page.get_by_role("button", name="Save reminders for your calendar").click()
    assert waited.value.suggested_filename == "dates.ics"
    calendar = waited.value.path().read_text()
    assert "SUMMARY:Reminder: letter 1" in calendar
    assert not any(word in calendar.lower() for word in ("police", "court", "avon", "review", "evenhand", "data"))
    page.get_by_role("button", name="Have police data about you deleted").click()
    page.fill("#blank-name", "Ann Ó Example")
    page.fill("#blank-why_delete", "It is old.\nIt was never right: <b>&amp;</b>")
    with page.expect_download() as waited:
        page.get_by_role("button", name="Save as a Word file").click()
    assert waited.value.suggested_filename == "letter.docx"
    written = "\n".join(one.text for one in docx.Document(io.BytesIO(waited.value.path().read_bytes())).paragraphs)
    with page.expect_download() as waited:
        page.get_by_role("button", name="Save as text").click()
    plain = waited.value.path().read_text(encoding="utf-8")
    for text in (written, plain):
        assert "Ann Ó Example" in text
        assert "never right: <b>&amp;</b>" in text
        assert text.startswith("[Draft, not yet checked by a lawyer.")


def test_on_paper_a_letter_is_alone(new_page):
    page = new_page("start.html", width=1200)
    page.get_by_role("button", name="Choose a letter").click()
    page.get_by_role("button", name="Ask the police what they hold about you").click()
    page.emulate_media(media="print")
    assert page.locator(".paper").is_visible()
    for other in (".beside", ".tools", ".exit-box", ".top", ".foot", ".after", ".paper .draft", "h1"):
        assert not page.locator(other).first.is_visible(), other


def test_a_question_without_an_answer_says_so_and_keeps_what_was_typed(new_page):
    page = new_page()
    press(page, "Start")
    press(page, "Continue")
    assert page.evaluate("document.activeElement.className") == "summary"
    assert page.title().startswith("Are you asking for yourself?")
    page.get_by_role("link", name="Choose an answer").press("Enter")
    assert page.evaluate("document.activeElement.id") == "helper-myself"
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert page.locator(".summary").count() == 0


def test_answers_can_be_changed_and_what_hangs_on_them_goes(new_page):
    page = new_page(width=1200)
    quickly(page, REFUSED)
    page.go_back()
    page.get_by_role("button", name="Change: What have you done so far?").click()
    page.uncheck("#done-asked-data")
    page.check("#done-nothing")
    page.get_by_role("button", name="Continue").click()
    assert "10 September 2026" not in page.locator("#app").inner_text()
    page.get_by_role("button", name="Show my steps").click()
    assert "Ask the police what they hold about you" in page.locator("li.step h3").all_inner_texts()
