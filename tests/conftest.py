"""Which tests run, and the browser they run in."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the slow tests as well")
    parser.addoption("--no-browser", action="store_true", help="leave out the tests that open a page in Chromium")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = {"slow": not config.getoption("--slow"), "browser": config.getoption("--no-browser")}
    why = {"slow": "slow; run with --slow", "browser": "left out by --no-browser"}
    for item in items:
        for marker in left_out:
            if left_out[marker] and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=why[marker]))


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and not item.config.getoption("--no-browser") and not find_chromium():
        pytest.fail("There is no Chromium here, so this page was not opened. Install one, name it in EVENHAND_CHROMIUM, or pass --no-browser.", pytrace=False)


def find_chromium() -> str | None:
    """Path of a Chromium or Chrome on this machine."""
    return next(filter(None, map(shutil.which, (os.environ.get("EVENHAND_CHROMIUM", ""), *BROWSERS))), None)


@pytest.fixture
def chromium(tmp_path) -> list[str]:
    """The command that starts a Chromium of its own, which asks nothing of any network; add what it should do."""
    quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-gpu", "--disable-quic"]
    as_root = ["--no-sandbox"] if sys.platform == "linux" and os.geteuid() == 0 else []
    return [find_chromium() or "chromium", "--headless", *as_root, *quiet, "--hide-scrollbars", f"--user-data-dir={tmp_path / 'chromium'}"]
