"""Run the benchmarks and write their tables into docs/benchmarks.md, between its markers.

    python -m benchmarks.run_all [--quick | --full] [--only density]

The prose around the markers is written by hand: read it again after a run, for it says what the tables show.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from . import harness, tables

PAGE = harness.ROOT / "docs" / "benchmarks.md"
ALL = ("density", "apportion", "disparity", "feedback", "fairness", "spatial", "gi_star", "self_exciting", "rtm", "grid_forecast", "near_repeat",
       "register_load", "made_up_people", "person_scoring")  # fmt: skip


def main() -> None:
    """Run what was asked for; each table is written as soon as it is there."""
    only = argparse.ArgumentParser(add_help=False)
    only.add_argument("--only", choices=ALL)
    chosen, rest = only.parse_known_args()
    options = harness.asked(rest, doing="All benchmarks, written into docs/benchmarks.md (--only NAME for one).")
    for slug in [chosen.only] if chosen.only else ALL:
        measured = harness.measured(slug, mode=options.mode, repeats=options.repeats, keep=options.keep)
        tables.show(measured)
        write(PAGE, slug, tables.told(measured))


def write(page: Path, slug: str, made: str) -> None:
    """Put the tables between the markers of the page."""
    text = page.read_text(encoding="utf-8")
    begin, end = f"<!-- {slug}: made by benchmarks/run_all.py -->", f"<!-- {slug}: end -->"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(text):
        sys.exit(f"{page} has no place for '{slug}': add the lines\n{begin}\n{end}")
    page.write_text(pattern.sub(lambda _: f"{begin}\n\n{made}\n\n{end}", text), encoding="utf-8")


if __name__ == "__main__":
    main()
