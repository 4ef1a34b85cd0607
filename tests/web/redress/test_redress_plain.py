"""Without scripts nothing is lost: a guide, every step, every letter to print, every clock in words."""

from __future__ import annotations

import re
from html import unescape

import pytest

from evenhand.redress.law import shipped_law
from evenhand.redress.letter_reading import shipped_letters
from evenhand.redress.route_reading import shipped_routes
from tests.web.page_checks import doubled_ids, invalid, loads_from_elsewhere


def text_of(served, path) -> str:
    return unescape((served.folder / "redress" / path).read_text(encoding="utf-8"))


def test_the_pages_are_valid_and_light(served):
    assert invalid(served.folder) == []
    assert doubled_ids(served.folder) == []
    assert loads_from_elsewhere(served.folder) == []
    assert [path.name for path in served.folder.rglob("*.html") if path.stat().st_size > 100_000] == []


def test_every_link_within_leads_somewhere(served):
    dead = []
    for page in (served.folder / "redress").rglob("*.html"):
        for link in re.findall(r'href="((?!https?:|#)[^"]*)"', page.read_text(encoding="utf-8")):
            target = (page.parent / link.partition("#")[0]).resolve()
            if (served.folder / "redress").resolve() in target.parents and not target.is_file():
                dead.append(f"{page.name} -> {link}")
    assert dead == []


def test_the_guide_leads_to_every_remedy_that_a_route_offers(served):
    guide = text_of(served, "guide.html")
    offered = {slug for rule in shipped_routes().steps.values() for slug in rule.remedies}
    assert [slug for slug in sorted(offered) if f"step/{slug}.html" not in guide] == []
    assert [stage.title for stage in shipped_routes().settings.stages.values() if stage.title not in guide] == []
    assert [gate.title for gate in shipped_routes().gates.values() if gate.title not in guide] == []


def test_every_remedy_has_a_page_that_says_whether_a_lawyer_read_it(served):
    for slug, remedy in shipped_law().remedies.items():
        page = text_of(served, f"step/{slug}.html")
        assert ("not yet checked by a lawyer" in page) == (not remedy.is_checked), slug
        assert remedy.fee in page, slug


def test_every_letter_can_be_printed_with_blanks(served):
    for letter, card in shipped_letters().cards.items():
        page = text_of(served, f"letter/{letter}.html")
        assert "[the date]" in page, letter
        assert page.count('<span class="gap">') > 3, letter
        assert (shipped_letters().wording.banner in page) == (not card.reviewed_by), letter
        assert "November 2026" not in page[page.index('<div class="paper') :], "no day of writing stands in it"


def test_every_clock_stands_in_the_table(served):
    page = text_of(served, "clocks.html")
    for slug in {slug for rule in shipped_routes().steps.values() for slug in rule.remedies}:
        for clock in shipped_law().remedies[slug].clocks.values():
            assert clock.title in page, (slug, clock.title)
    assert "6 months from the day it happened, with that day as the first" in page


@pytest.mark.browser
def test_a_person_without_scripts_finds_the_letter_and_prints_it(new_page):
    page = new_page("index.html", java_script_enabled=False)
    page.get_by_role("link", name="Find your next step").click()
    assert page.get_by_text("The questions need scripts.").is_visible()
    page.get_by_role("link", name="Letters to print").click()
    page.get_by_role("link", name="Ask the police what they hold about you").click()
    paper = page.locator(".paper")
    assert "[your full name]" in paper.inner_text()
    page.emulate_media(media="print")
    assert paper.is_visible()
    assert not page.locator(".beside").is_visible()
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.browser
def test_where_the_data_does_not_come_the_page_says_what_to_use_instead(browser, served):
    context = browser.new_context()
    page = context.new_page()
    page.route("**/law.json", lambda route: route.abort())
    page.goto(f"{served.address}/start.html")
    page.wait_for_selector("[role=alert]")
    assert "Use the written guide" in page.locator("[role=alert]").inner_text()
    assert page.get_by_role("link", name="The whole way, in writing").is_visible()
    context.close()
