"""The redress pages, written once, served on this machine alone, and a browser that reaches nothing else."""

from __future__ import annotations

import datetime
import functools
import http.server
import threading
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import pytest

from evenhand.register.reading import read_register
from evenhand.web.redress_pages import write_redress
from evenhand.web.site import Site

TODAY = datetime.date(2026, 11, 26)


@dataclass
class Served:
    """Where the pages are.

    Attributes:
        folder: on the disk.
        address: of the redress part.
        asked: every path that was asked for, in order.
    """

    folder: Path
    address: str = ""
    asked: list[str] = field(default_factory=list)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    served: Served

    def do_GET(self):
        self.served.asked.append(self.path)
        super().do_GET()

    def do_POST(self):
        self.served.asked.append(self.path)
        self.send_error(405)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def register():
    return read_register()[0]


@pytest.fixture(scope="session")
def served(tmp_path_factory, register):
    folder = tmp_path_factory.mktemp("site")
    site = Site(register, folder)
    write_redress(site, today=TODAY)
    for name in ("site.css", "icon.svg"):
        site.put(name, files("evenhand.web").joinpath(f"static/site/{name}").read_bytes())
    found = Served(folder)
    handler = type("Handler", (_Quiet,), {"served": found})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.address = f"http://127.0.0.1:{server.server_port}/redress"
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def new_page(browser, served):
    """Opens a page as a new person would; keyword arguments are those of a browser context. Errors of the page's own scripts fail the test."""
    contexts, wrong = [], []

    def opened(path="start.html", *, width=320, height=720, is_started=None, **more):
        context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.clock.set_fixed_time(datetime.datetime(2026, 11, 26, 12))
        page.goto(f"{served.address}/{path}")
        if is_started if is_started is not None else path.startswith("start.html") and more.get("java_script_enabled", True):
            page.wait_for_selector("html.started")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
