"""Nothing about the person leaves the page: no request, no storage, no address, no history; and a way out that empties it."""

from __future__ import annotations

import json

import pytest

from tests.web.redress.person import REFUSED, quickly

pytestmark = pytest.mark.browser
STORED = """async () => ({
  local: localStorage.length, session: sessionStorage.length, cookies: document.cookie, databases: (await indexedDB.databases()).length,
  caches: (await caches.keys()).length, workers: (await navigator.serviceWorker.getRegistrations()).length, address: location.href, state: history.state,
  name: window.name,
})"""


def test_filling_letters_asks_for_nothing_and_stores_nothing(new_page, served):
    page = new_page("start.html#system=offender-management-app", width=1200)
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("websocket", lambda socket: requests.append(socket.url))
    before = len(served.asked)
    quickly(page, REFUSED)
    for title in ("Have police data about you deleted", "Complain to the body that uses your data"):
        page.get_by_role("button", name=title, exact=True).click()
        for box in page.locator("form.blanks input, form.blanks textarea").all():
            box.fill("12")
        page.go_back()
    page.get_by_role("button", name="Start of this page").click()
    page.get_by_role("button", name="Read an answer that said no").click()
    page.fill("#their-letter", "Refused under section 45(4). https://example.org/track <img src='https://example.org/x.gif'>")
    page.check("#kind-access-p3")
    page.get_by_role("button", name="Check the letter").click()
    with page.expect_download():
        page.get_by_role("button", name="Save as a Word file").click()
    page.get_by_role("button", name="Save a file to come back").click()
    page.fill("#passphrase", "four plain words here")
    page.fill("#again", "four plain words here")
    with page.expect_download():
        page.get_by_role("button", name="Save the file").click()
    assert [one for one in requests if not one.startswith("blob:")] == []
    assert [path for path in served.asked[before:] if path != "/icon.svg"] == []  # the browser's own mark for its tab may come late
    stored = page.evaluate(STORED)
    assert set(stored["state"]) == {"at"}
    assert stored == {"local": 0, "session": 0, "cookies": "", "databases": 0, "caches": 0, "workers": 0, "address": f"{served.address}/start.html",
                      "state": stored["state"], "name": ""}  # fmt: skip
    assert page.context.storage_state() == {"cookies": [], "origins": []}


def test_once_loaded_the_page_cannot_reach_anything(new_page):
    page = new_page(width=1200)
    tried = page.evaluate("""async () => {
      const ways = {
        fetch: () => fetch("words.json"), beacon: async () => { if (!navigator.sendBeacon("words.json", "x")) throw new Error("stopped"); },
        image: () => new Promise((done, stop) => { const one = new Image(); one.onload = done; one.onerror = stop; one.src = "../icon.svg"; }),
        script: () => new Promise((done, stop) => { const one = document.createElement("script"); one.onload = done; one.onerror = stop;
          one.src = "leave.js"; document.head.append(one); }),
      };
      const found = {};
      for (const [name, way] of Object.entries(ways)) { try { await way(); found[name] = "reached"; } catch { found[name] = "stopped"; } }
      return found;
    }""")
    tried.pop("beacon")  # Chromium takes the order and drops it later; the server would have seen it
    assert set(tried.values()) == {"stopped"}


def test_a_beacon_never_arrives(new_page, served):
    page = new_page(width=1200)
    page.evaluate("navigator.sendBeacon('words.json?told=1', 'x')")
    page.wait_for_timeout(300)
    assert not any("told" in path for path in served.asked)


def test_all_is_loaded_from_here_and_nothing_else(new_page, served, browser):
    context = browser.new_context()
    page = context.new_page()
    requests = []
    page.on("request", lambda request: requests.append((request.url, request.headers.get("referer"))))
    page.goto(f"{served.address}/start.html")
    page.wait_for_selector("html.started")
    assert all(url.startswith(served.address.removesuffix("/redress")) and not referer for url, referer in requests)
    assert {url.rsplit("/", 1)[1] for url, _ in requests} >= {"law.json", "routes.json", "letters.json", "refusals.json", "systems.json", "words.json"}
    context.close()


def test_every_page_has_a_strict_policy_and_sends_no_referrer(served):
    for file in sorted(served.folder.glob("redress/**/*.html")):
        text = file.read_text(encoding="utf-8")
        assert "default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'" in text, file.name
        assert '<meta name="referrer" content="no-referrer">' in text
        assert "<style" not in text
        assert " style=" not in text


@pytest.fixture
def weather(browser):
    """A page that stands in for the neutral one, so that no test leaves this machine."""

    def stand_in(page):
        gone = []

        def answer(route):
            gone.append(route.request.headers)
            route.fulfill(body="<title>Weather</title>Dry.", content_type="text/html")

        page.context.route("https://www.bbc.co.uk/**", answer)
        return gone

    return stand_in


@pytest.mark.parametrize("way", ["button", "key"])
def test_the_way_out_empties_the_page_and_goes(new_page, weather, way):
    page = new_page(width=1200)
    gone = weather(page)
    page.get_by_role("button", name="Choose a letter").click()
    page.get_by_role("button", name="Ask the police what they hold about you").click()
    page.fill("#blank-name", "Ann Example")
    if way == "button":
        page.get_by_role("link", name="Exit this page").click()
    else:
        for _ in range(2):
            page.keyboard.press("Shift")
        assert page.locator(".exit-said").inner_text() == "Shift pressed twice. One more to exit."
        page.keyboard.press("Shift")
    page.wait_for_url("https://www.bbc.co.uk/weather")
    assert "referer" not in gone[0]
    page.go_back()
    page.wait_for_load_state()
    assert "Ann Example" not in page.content()


def test_typing_capital_letters_is_no_way_out(new_page, weather):
    page = new_page(width=1200)
    gone = weather(page)
    page.get_by_role("button", name="Choose a letter").click()
    page.get_by_role("button", name="Ask the police what they hold about you").click()
    page.locator("#blank-name").focus()
    for letter in "ANN":
        page.keyboard.press(f"Shift+{letter}")
    assert gone == []
    assert page.locator("#blank-name").input_value() == "ANN"


def test_the_way_out_needs_no_script_and_does_not_claim_to_erase(new_page, weather):
    page = new_page("letter/access-police.html", java_script_enabled=False)
    gone = weather(page)
    assert "does not erase your history" in page.locator(".exit-help").inner_html()
    page.get_by_role("link", name="Exit this page").click()
    page.wait_for_url("https://www.bbc.co.uk/weather")
    assert "referer" not in gone[0]


def test_nothing_of_the_register_that_ships_tells_of_a_person(served):
    held = json.loads((served.folder / "redress/systems.json").read_text(encoding="utf-8"))
    assert set(held) == {"systems", "bodies", "body_kinds", "kinds", "reply", "strings"}
