"""The page in a real Chromium: nothing overflows on a phone, nothing is requested."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from evenhand.report.page import render

FRAME = """<!DOCTYPE html><body><iframe id="f" src="report.html" style="width:{width}px;height:900px;border:0"></iframe><pre id="out"></pre>
<script>document.getElementById("f").onload = function () {{
  var inside = this.contentWindow, page = inside.document;
  page.querySelectorAll("details").forEach(function (one) {{ one.open = true; }});
  var shut = Array.from(page.querySelectorAll("a[href], summary, .scroll")).filter(function (one) {{ return one.tabIndex < 0; }});
  document.getElementById("out").textContent = JSON.stringify({{
    room: page.documentElement.clientWidth, needed: page.documentElement.scrollWidth,
    requested: inside.performance.getEntriesByType("resource").map(function (one) {{ return one.name; }}),
    pictures: page.querySelectorAll("figure.picture svg").length, out_of_reach: shut.length
  }});
}};</script></body>"""


@pytest.fixture
def served(contents):
    """A small server of the page, and the paths that were asked for."""
    asked: list[str] = []

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            width = re.fullmatch(r"/frame-(\d+)\.html", self.path)
            body = FRAME.format(width=width.group(1)) if width else render(contents) if self.path == "/report.html" else None
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def seen(chromium, address, width):
    """What the browser measured."""
    command = [*chromium, "--virtual-time-budget=8000", "--window-size=1400,1000", "--dump-dom", f"{address}/frame-{width}.html"]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    return json.loads(re.search(r'<pre id="out">(\{.*?\})</pre>', dom).group(1).replace("&amp;", "&"))


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_overflows_and_nothing_is_requested(served, chromium, width):
    address, asked = served
    found = seen(chromium, address, width)
    assert found["room"] == width
    assert found["needed"] <= width
    assert found["requested"] == []
    assert found["pictures"] > 10
    assert found["out_of_reach"] == 0
    assert set(asked) - {"/favicon.ico"} == {f"/frame-{width}.html", "/report.html"}
