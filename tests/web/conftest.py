"""The made-up site, written once; a server of it that notes what is asked for; and the machine's Chromium, driven by Playwright."""

from __future__ import annotations

import functools
import os
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from evenhand.web.publish import publish
from tests.conftest import find_chromium
from tests.web.made_up_site import CHANGES, DAY, made_up


@pytest.fixture(scope="session")
def made_up_site(tmp_path_factory):
    """The folder of the made-up site."""
    folder = tmp_path_factory.mktemp("site") / "site"
    publish(made_up(), folder, revision="c" * 40, changes=CHANGES, today=DAY)
    return folder


class Pages(SimpleHTTPRequestHandler):
    """Serves the site, and notes every path; `?plain` gives a page as a browser without scripts shows it."""

    asked: list[str]

    def do_GET(self):
        self.asked.append(self.path)
        path, _, query = self.path.partition("?")
        if query != "plain":
            super().do_GET()
            return
        with open(self.translate_path(path), encoding="utf-8") as page:
            text = page.read().replace("<noscript>", "<div>").replace("</noscript>", "</div>").replace("<script", "<template><script")
        body = text.replace("</script>", "</script></template>").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def served(made_up_site):
    """The address of the site, and the list of paths asked for."""
    asked: list[str] = []
    handler = functools.partial(type("Noting", (Pages,), {"asked": asked}), directory=str(made_up_site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser():
    """The machine's Chromium."""
    from playwright.sync_api import sync_playwright

    as_root = ["--no-sandbox"] if sys.platform == "linux" and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find_chromium(), args=as_root)
        yield started
        started.close()
