"""The site in a real Chromium: WCAG 2.2 AA by axe-core on every kind of page, the keyboard's way, and nothing asked of anybody else."""

from __future__ import annotations

import re

import pytest

from tests.house.tree import none_of

pytestmark = pytest.mark.browser

KINDS = {
    "home": "index.html", "systems": "systems/index.html", "narrowed": "systems/known/some/index.html", "users": "systems/force/index.html",
    "system": "system/crystal-ball.html", "long system": "system/odd-one.html", "more claims": "system/odd-one/claims-2.html",
    "body": "body/northshire-police.html", "bodies": "bodies/index.html", "forces": "forces/index.html", "source": "source/report.html",
    "notes": "source/report/notes-1.html", "claims of a source": "source/report/claims-1.html", "sources": "sources/index.html",
    "contradiction": "contradiction/predictive-or-not.html", "contradictions": "contradictions/index.html", "refusal": "refusal/no-weights.html",
    "refusals": "refusals/index.html", "statistic": "statistic/by-group.html", "statistics": "statistics/index.html",
    "requirement": "requirement/duty.html", "requirements": "requirements/index.html", "flow": "flow/to-the-map.html", "flows": "flows/index.html",
    "unknown": "unknown/index.html", "unknown of forces": "unknown/forces/index.html", "timeline": "timeline/index.html", "year": "timeline/2024/index.html",
    "reconstructions": "reconstructions/index.html", "reconstruction": "reconstruction/rtm.html", "studies": "studies/index.html",
    "study": "study/basildon-rtm.html", "changes": "changes/index.html", "search": "search/index.html", "letters": "names/index.html",
    "names": "names/c/index.html", "glossary": "glossary.html", "downloads": "downloads.html", "contribute": "contribute.html",
    "corrections": "corrections.html", "about": "about.html", "not found": "404.html",
}  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WAYS = {"phone, light, no scripts": (320, "light", "?plain"), "desktop, dark, scripts": (1280, "dark", "")}


@pytest.fixture(scope="module", params=WAYS)
def way(request, browser):
    """A page of one width and scheme, and what to ask for so that it comes with scripts or without."""
    width, scheme, query = WAYS[request.param]
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
    yield context.new_page(), query, width
    context.close()


@pytest.fixture
def page(browser, served):
    """A page at a desktop's width."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_page_passes_axe_and_fits_its_window(way, served, kind):
    from axe_playwright_python.sync_playwright import Axe

    opened, query, width = way
    opened.goto(f"{served[0]}/{KINDS[kind]}{query}")
    assert opened.evaluate("document.documentElement.scrollWidth") <= width, "the page is wider than its window"
    found = Axe().run(opened, options={"runOnly": RULES}).response["violations"]
    none_of([f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]], f"{KINDS[kind]} does not pass axe.")


def test_axe_knows_the_rules_of_wcag_2_2(page, served):
    from axe_playwright_python.sync_playwright import Axe

    page.goto(f"{served[0]}/index.html")
    passed = Axe().run(page, options={"runOnly": ["wcag22aa"]}).response
    assert any(one["id"] == "target-size" for part in ("passes", "inapplicable", "incomplete", "violations") for one in passed[part])


def test_without_scripts_the_browser_itself_shows_every_word(browser, served):
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(f"{served[0]}/system/crystal-ball.html")
    assert opened.get_by_text("To find those who may do harm.").is_visible()
    opened.goto(f"{served[0]}/search/index.html")
    assert opened.locator("noscript p").is_visible()
    context.close()


def test_nothing_is_asked_of_another_host(browser, served):
    address, _ = served
    context = browser.new_context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    opened, said = context.new_page(), []
    opened.on("console", lambda message: said.append(message.text))
    for path in (*KINDS.values(), "search/index.html?q=ball"):
        opened.goto(f"{address}/{path}")
    opened.get_by_role("listitem").first.wait_for()
    none_of([url for url in asked if not url.startswith(address)], "Requests that leave the site.")
    none_of(said, "What the browser complained of.")
    assert context.cookies() == []
    assert opened.evaluate("localStorage.length + sessionStorage.length") == 0
    context.close()


def test_the_skip_link_comes_first_and_skips(page, served):
    page.goto(f"{served[0]}/systems/index.html")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.inner_text() == "Skip to the content"
    assert focused.bounding_box()["x"] >= 0, "it is not seen when it has the focus"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_every_stop_of_the_keyboard_is_seen(page, served):
    page.goto(f"{served[0]}/system/crystal-ball.html")
    for _ in range(60):
        page.keyboard.press("Tab")
        style = page.evaluate("(() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, parseFloat(s.outlineWidth)] })()")
        assert style[0] != "none", page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
        assert style[1] >= 2


def test_the_list_is_narrowed_by_keyboard_alone(page, served):
    page.goto(f"{served[0]}/systems/index.html")
    page.locator("summary", has_text="What is known").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="something was refused").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/systems/known/withheld/index.html")
    assert page.locator("main .rows > li").count() == 1
    assert page.get_by_role("link", name="something was refused").get_attribute("aria-current") == "true"


def test_search_works_by_keyboard_and_says_what_it_found(page, served):
    page.goto(f"{served[0]}/index.html")
    page.get_by_label("Search systems, forces, figures").fill("foresight")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/index.html?q=foresight")
    page.get_by_role("status").filter(has_text="found for").wait_for()
    first = page.locator("#results li").first
    assert first.get_by_role("link").inner_text() == "Crystal Ball"
    first.get_by_role("link").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/system/crystal-ball.html")


def test_search_can_be_held_to_one_kind_and_says_when_there_is_nothing(page, served):
    page.goto(f"{served[0]}/search/index.html?q=predictive")
    page.get_by_role("status").filter(has_text="found for").wait_for()
    page.get_by_label("Contradiction", exact=True).check()
    page.get_by_role("status").filter(has_text="1 page found").wait_for()
    assert set(page.locator("#results .facts").all_inner_texts()) == {"Contradiction"}
    page.get_by_label("Words to look for").fill("zzzyqx")
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="Nothing found for “zzzyqx”.").wait_for()


def test_hostile_text_in_a_result_or_a_search_stays_text(page, served):
    page.goto(f"{served[0]}/search/index.html?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%20prisons")
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    page.get_by_role("status").filter(has_text=re.compile("found for")).wait_for()
    page.goto(f"{served[0]}/search/index.html?q=prisons")
    page.get_by_role("status").filter(has_text="found for").wait_for()
    assert page.locator("#results script, #results img, #status img").count() == 0


def test_read_from_a_disk_search_says_why_it_cannot(browser, made_up_site):
    opened = browser.new_page()
    opened.goto((made_up_site / "search/index.html").as_uri())
    assert "browsers let no page read an index from the disk" in opened.get_by_role("status").inner_text()
    opened.get_by_role("link", name="every name from A to Z").click()
    assert opened.get_by_role("heading", level=1).inner_text() == "Names, A to Z"
    assert opened.evaluate("getComputedStyle(document.querySelector('.foot')).borderTopStyle") == "solid", "no style is read from the disk"
    opened.close()


def test_on_paper_links_of_sources_stand_as_text_and_no_ways_around_the_site(page, served):
    page.goto(f"{served[0]}/system/crystal-ball.html")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.get_by_text("https://example.org/foi").is_visible()
    assert not page.get_by_role("navigation", name="Main").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_colours_forced_by_the_reader_keep_every_label(page, served):
    page.goto(f"{served[0]}/system/odd-one.html")
    page.emulate_media(forced_colors="active")
    assert page.locator(".state", has_text="Refused").first.is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.state')).borderTopStyle") in ("solid", "dashed")
