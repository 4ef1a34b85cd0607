"""What may not stand in the tree: package hosts, one machine's paths, and a dependence on files nobody else has."""

from __future__ import annotations

import re

from tests.house.tree import name, none_of, texts

# Spelled in pieces, so that this file does not hold what it forbids.
HOSTS = ["py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js", "deb.deb" + "ian.org", "security.deb" + "ian.org", "conda.ana" + "conda"]
PATHS = ["/wo" + "rk/", "/tm" + "p/", "/ro" + "ot/", "/ho" + "me/", "bash_" + "jobs", "../sha" + "red", "C:\\Us" + "ers"]


def holding(what: list[str] | re.Pattern[str]) -> list[str]:
    """Lines of the tree that hold one of these, case aside, or fit this pattern."""
    found = what if isinstance(what, re.Pattern) else re.compile("|".join(map(re.escape, what)), re.IGNORECASE)
    return [
        f"{name(path)}:{number}: {line.strip()[:100]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if found.search(line)
    ]


def test_no_package_host_is_named():
    none_of(holding(HOSTS), "Package hosts: a mirror must serve as well.")


def test_no_path_of_one_machine_is_named():
    none_of(holding(PATHS), "Paths that exist on one machine only.")


def test_no_half_finished_mark_is_left():
    marks = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX"]) + r")\b")
    none_of(holding(marks), "Marks of unfinished work: finish it, or open an issue.")


def test_nothing_claims_more_than_the_evidence():
    claims = ["de" + "biased", "un" + "biased by", "fair " + "system", "bias-" + "free", "proves " + "that"]
    prose = [line for line in holding(claims) if not line.startswith(("CONTRIBUTING.md", "LICENSE", "tests/"))]
    none_of(prose, "Words stronger than any evidence here: say which measure, which people, which months.")
