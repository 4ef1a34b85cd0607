"""Which tests run, and the browser they run in."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

from tests.oracles import HOW_TO_GET, oracle_files

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
        for oracle in item.iter_markers("oracle"):
            item.user_properties.append(("oracle", oracle.args[0]))
            if oracle_files(oracle.args[0]) is None:
                item.add_marker(pytest.mark.skip(reason=f"the files of '{oracle.args[0]}' are not here: {HOW_TO_GET[oracle.args[0]]}"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and not item.config.getoption("--no-browser") and not find_chromium():
        pytest.fail("There is no Chromium here, so this page was not opened. Install one, name it in EVENHAND_CHROMIUM, or pass --no-browser.", pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say which oracles with files of their own ran: a comparison that was not made must not look like one that held."""
    outcomes: dict[str, dict[str, int]] = {}
    for outcome in ("passed", "failed", "skipped"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, value in getattr(report, "user_properties", []):
                if name == "oracle" and (report.when == "call" or outcome == "skipped"):
                    counted = outcomes.setdefault(value, {})
                    counted[outcome] = counted.get(outcome, 0) + 1
    if not outcomes:
        return
    terminalreporter.section("oracles with files of their own")
    for name, counted in sorted(outcomes.items()):
        found = oracle_files(name)
        where = "files found" if found else f"files not here, so NOT compared; {HOW_TO_GET[name]}, then EVENHAND_ORACLES=FOLDER"
        terminalreporter.write_line(f"{name}: {', '.join(f'{n} {outcome}' for outcome, n in counted.items())} ({where})")


def find_chromium() -> str | None:
    """Path of a Chromium or Chrome on this machine."""
    return next(filter(None, map(shutil.which, (os.environ.get("EVENHAND_CHROMIUM", ""), *BROWSERS))), None)


@pytest.fixture
def chromium(tmp_path) -> list[str]:
    """The command that starts a Chromium of its own, which asks nothing of any network; add what it should do."""
    quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-gpu", "--disable-quic"]
    as_root = ["--no-sandbox"] if sys.platform == "linux" and os.geteuid() == 0 else []
    return [find_chromium() or "chromium", "--headless", *as_root, *quiet, "--hide-scrollbars", f"--user-data-dir={tmp_path / 'chromium'}"]
