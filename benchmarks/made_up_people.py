"""A million made-up people through ten years: what they do, what is recorded of it, and what is asked of them.

    python -m benchmarks.made_up_people [--quick | --full]

No peer makes such people up. The simulation of Buil-Gil and others draws whom crime is done to and not by whom, so there is nothing
to put beside it but smaller sizes, and the writing of the declared tables.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from evenhand.people.folder import write_people
from evenhand.people.made_up import make_people
from evenhand.people.parameters import read_parameters
from evenhand.people.survey import survey_of

from . import harness, tables
from .cases import Answer, Benchmark, Case

SCENARIO = "england-and-wales"
YEARS = 10


def make(people: int, folder: Path) -> None:
    """Nothing is made beforehand."""


def load(people: int, folder: Path) -> tuple[int, Path]:
    """How many, and where tables may be written."""
    return people, folder


def lived(given: tuple[int, Path], *, years: float = YEARS, scenario: str = SCENARIO) -> Answer:
    """Make them and let them live."""
    made = make_people(read_parameters(scenario), people=given[0], years=years)
    return Answer({"counts": np.array([len(made.book.rows), len(made.conduct)])})


def surveyed(given: tuple[int, Path]) -> Answer:
    """The same, and ask a fiftieth of them."""
    made = make_people(read_parameters(SCENARIO), people=given[0], years=YEARS)
    asked = survey_of(made, people=given[0] // 50)
    return Answer({"counts": np.array([len(made.book.rows), len(made.conduct)]), "asked": np.array([asked["interview"].nunique()])})


def written(given: tuple[int, Path]) -> Answer:
    """The same, and write every table as Parquet, as `evenhand people make` does."""
    people, folder = given
    made = make_people(read_parameters(SCENARIO), people=people, years=YEARS)
    counts = np.array([len(made.book.rows), len(made.conduct)])
    shutil.rmtree(write_people(made, folder / f"people-{people}", how={"people": people}))
    return Answer({"counts": counts})


def agreement(size: int, folder: Path, found: dict[str, dict[str, np.ndarray]]) -> dict[str, dict[str, str]]:
    """Rows on record and true offences that each case made."""
    return {name: {"rows on record": f"{values['counts'][0]:,}", "true offences": f"{values['counts'][1]:,}"} for name, values in found.items()}


BENCHMARK = Benchmark(
    slug="made_up_people",
    title="Made-up people",
    sizes={"quick": (10_000,), "plain": (10_000, 100_000, 1_000_000), "full": (10_000, 100_000, 1_000_000)},
    warm_up=1_000,
    make=make,
    load=load,
    agreement=agreement,
    size_named=lambda size: f"{size:,} people, {YEARS} years",
    cases=(
        Case("make people", lived),
        Case("make people, London", lambda given: lived(given, scenario="london"), largest=100_000, said="32 districts instead of 11"),
        Case("make people, five years", lambda given: lived(given, years=5), largest=100_000),
        Case("make and ask a fiftieth", surveyed, largest=100_000),
        Case("make and write all tables", written, said="as `evenhand people make`"),
    ),
)


if __name__ == "__main__":
    options = harness.asked(doing="Made-up people: their lives, their records, their answers.")
    tables.show(harness.measured("made_up_people", mode=options.mode, repeats=options.repeats, keep=options.keep))
