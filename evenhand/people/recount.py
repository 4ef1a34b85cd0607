"""Count what every scenario shows of the published figures, and keep it for the card.

    python -m evenhand.people.recount [SCENARIO …]

Done anew whenever a parameter or the simulation changes; the file it writes is read by card.py.

Steps, in order:  lines_of (a scenario made and checked) -> kept
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from ..tables.whole import write_file
from .card import SHOWN_FIGURES
from .checks import published_rates
from .folder import fingerprint
from .parameters import read_parameters, scenario_slugs
from .published import figures_for

if TYPE_CHECKING:
    from collections.abc import Sequence

PEOPLE, YEARS, SEED = 200_000, 10, 1
COLUMNS = ("scenario", "parameters", "figure", "says", "unit", "published", "within", "seen", "low", "high", "n", "status", "why", "source", "mark")


def lines_of(scenario: str, *, people: int = PEOPLE, years: float = YEARS, seed: int = SEED) -> list[dict[str, str]]:
    """What a scenario shows, a line a published figure.

    Args:
        scenario: its slug.
        people, years, seed: what is made.

    Returns:
        The lines of the file; `parameters` is the beginning of a hash of the values they were counted with.
    """
    from .made_up import make_people

    parameters = read_parameters(scenario)
    made = make_people(parameters, people=people, years=years, seed=seed)
    lines = []
    for one in published_rates(made, place=scenario):
        figure, seen = one.figure, one.seen
        lines.append({
            "scenario": scenario, "parameters": fingerprint(parameters)[:12], "figure": figure.slug, "says": figure.says, "unit": figure.unit,
            "published": f"{figure.value:.6g}", "within": f"{figure.within:g}",
            "seen": f"{seen.value:.4g}", "low": f"{seen.low:.4g}", "high": f"{seen.high:.4g}", "n": str(seen.n),
            "status": one.status, "why": one.why, "source": figure.source.text, "mark": figure.source.mark,
        })  # fmt: skip
    return lines


def kept(lines: Sequence[dict[str, str]]) -> str:
    """The lines as the text of the file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def main(chosen: Sequence[str]) -> None:
    """Count the chosen scenarios anew, and leave the lines of the others."""
    import sys

    slugs = chosen or [slug for slug in scenario_slugs() if figures_for(slug)]
    there: list[dict[str, str]] = []
    if SHOWN_FIGURES.exists():
        with SHOWN_FIGURES.open(encoding="utf-8", newline="") as held:
            there = [line for line in csv.DictReader(held) if line["scenario"] not in slugs]
    for slug in slugs:
        sys.stderr.write(f"{slug} …\n")
        there += lines_of(slug)
    write_file(kept(sorted(there, key=lambda line: line["scenario"])), SHOWN_FIGURES)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
