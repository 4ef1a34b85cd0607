"""Every page and every state of the questions passes the machine-checkable rules of WCAG 2.2 AA, small and large, light and dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.web.redress.person import REFUSED, quickly

pytestmark = pytest.mark.browser
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
LOOKS = [{"width": 320, "color_scheme": "light"}, {"width": 1200, "color_scheme": "dark"}]
PLAIN = (
    "index",
    "start",
    "guide",
    "clocks",
    "letter/index",
    "letter/access-police",
    "letter/chase-foi-request",
    "step/dp-access-p3",
    "step/jr-ew",
    "step/chase",
)


def faults(page) -> list[str]:
    """What axe finds, and whether the page must be scrolled sideways."""
    found = Axe().run(page, options=RULES).response["violations"]
    told = [f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes']][:3]}" for one in found]
    return told + ["it is wider than the window"] * page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


@pytest.mark.parametrize("look", LOOKS, ids=["narrow and light", "wide and dark"])
def test_plain_pages(new_page, look):
    page = new_page("index.html", **look)
    base = page.url.rsplit("/", 1)[0]
    for path in PLAIN:
        page.goto(f"{base}/{path}.html")
        if path == "start":
            page.wait_for_selector("html.started")
        assert faults(page) == [], path


@pytest.mark.slow
def test_every_plain_page(new_page, served):
    page = new_page("index.html")
    paths = sorted(path.relative_to(served.folder / "redress").as_posix() for path in (served.folder / "redress").rglob("*.html"))
    found = {}
    for path in paths:
        page.goto(f"{served.address}/{path}")
        found[path] = faults(page)
    assert len(paths) > 100
    assert {path: told for path, told in found.items() if told} == {}


@pytest.mark.parametrize("look", LOOKS, ids=["narrow and light", "wide and dark"])
def test_every_state_of_the_questions(new_page, look):
    page = new_page("start.html#system=offender-management-app", **look)
    assert faults(page) == []
    page.get_by_role("button", name="Start", exact=True).click()
    assert faults(page) == [], "a choice"
    page.get_by_role("button", name="Continue").click()
    assert faults(page) == [], "a choice with an error"
    page.go_back()
    quickly(page, REFUSED)
    assert faults(page) == [], "the steps"
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    assert faults(page) == [], "the steps, all opened"
    page.go_back()
    assert faults(page) == [], "the answers"
    questions = {"On which day did it happen?": "a day", "Which body did it": "the body", "Which system do you think": "the system", "What happened?": "many"}
    for question, seen in questions.items():
        page.get_by_role("button", name=f"Change: {question}").click()
        assert faults(page) == [], seen
        page.go_back()


@pytest.mark.parametrize("look", LOOKS, ids=["narrow and light", "wide and dark"])
def test_letters_the_checker_and_files(new_page, look):
    page = new_page(**look)
    page.get_by_role("button", name="Choose a letter").click()
    assert faults(page) == [], "the list of letters"
    page.get_by_role("button", name="Challenge a decision by others").click()
    assert faults(page) == [], "a letter"
    page.get_by_role("button", name="Start of this page").click()
    page.get_by_role("button", name="Read an answer that said no").click()
    assert faults(page) == [], "the checker"
    page.get_by_role("button", name="Check the letter").click()
    assert faults(page) == [], "the checker with an error"
    page.fill("#their-letter", "We have decided to withhold it under section 45(4) and section 31. We neither confirm nor deny it.")
    page.check("#kind-access-p3")
    page.get_by_role("button", name="Check the letter").click()
    assert page.locator(".faults > li").count() > 2
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    assert faults(page) == [], "what the checker found"
    page.get_by_role("button", name="Save a file to come back").click()
    page.fill("#passphrase", "one")
    page.get_by_role("button", name="Save the file").click()
    assert faults(page) == [], "saving, with an error"
    page.go_back()
    page.get_by_role("button", name="Start of this page").click()
    page.get_by_role("button", name="Open a file you saved").click()
    page.get_by_role("button", name="Open it").click()
    assert faults(page) == [], "opening, with an error"


def test_it_holds_at_twice_the_size_and_in_forced_colours(new_page):
    page = new_page(width=640, forced_colors="active")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    quickly(page, REFUSED)
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert page.locator("li.step").first.is_visible()


def test_what_has_the_focus_is_never_behind_the_way_out(new_page):
    page = new_page(width=320, height=480)
    quickly(page, REFUSED)
    page.get_by_role("button", name="Have police data about you deleted").click()
    hidden = """() => {
      const one = document.activeElement.getBoundingClientRect();
      const out = document.querySelector(".exit").getBoundingClientRect();
      if (document.activeElement.matches(".exit")) return false;
      return one.top >= out.top - 1 && one.bottom <= out.bottom + 1 && one.left >= out.left - 1 && one.height > 0;
    }"""
    for key in ["Tab"] * 25 + ["Shift+Tab"] * 25:
        page.keyboard.press(key)
        assert not page.evaluate(hidden), page.evaluate("document.activeElement.outerHTML.slice(0, 120)")


@pytest.mark.parametrize("path", ["start.html", "letter/access-police.html", "guide.html", "clocks.html"])
def test_it_can_run_from_right_to_left(new_page, path):
    page = new_page(path)
    page.evaluate("document.querySelector('.redress').dir = 'rtl'")
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    if page.locator(".paper").count():
        assert page.locator(".letter").evaluate("one => getComputedStyle(one).direction") == "ltr", "a letter stays English, from left to right"
