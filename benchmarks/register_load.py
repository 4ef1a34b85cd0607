"""A register far larger than any there is: 10,000 made-up systems with 20 claims each, read, checked, built and searched.

    python -m benchmarks.register_load [--quick | --full]

Nobody else compiles such records, so what stands beside it is PyYAML alone: the same files, read by its fast loader
and by its plain one, without a check of any kind.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import numpy as np
import yaml

from evenhand.register.build import build
from evenhand.register.checks import check
from evenhand.register.gaps import gaps
from evenhand.register.problem import errors
from evenhand.register.reading import read_register
from evenhand.register.searching import search

from . import harness, tables
from .cases import Answer, Benchmark, Case
from .made_up_records import write_records

QUERIES = ("knife", "mapat", "mapat listet", "system 77", "score", "the risk of", "body 12 purpose", '"mapat listet"', "zonei")


def make(systems: int, folder: Path) -> None:
    """Write the records, and build them once for the search."""
    records = folder / f"records-{systems}"
    if not records.exists():
        write_records(records, systems)
    if not (folder / f"built-{systems}").exists():
        build(read_register(records)[0], folder / f"built-{systems}")


def load(systems: int, folder: Path) -> Path:
    """The folder of the records; reading them is the work."""
    return folder / f"records-{systems}"


def checked(records: Path) -> Answer:
    """Read everything and check it, as `evenhand register check` does."""
    register, problems = read_register(records)
    found = errors(problems + check(register))
    assert not found, found[0]
    return Answer({"claims": np.array([sum(len(system.claims) for system in register.systems.values())])})


def read_alone(records: Path) -> Answer:
    """Read everything on one core."""
    register, problems = read_register(records, workers=1)
    assert not problems, problems[0]
    return Answer({"claims": np.array([sum(len(system.claims) for system in register.systems.values())])})


def built(records: Path) -> Answer:
    """Read and build, as `evenhand register build` does."""
    out = records.parent / f"out-{records.name}"
    register, _ = read_register(records)
    done = build(register, out)
    shutil.rmtree(out)
    return Answer({"claims": np.array([done.counts["claims"]])})


def looked_at(records: Path) -> Answer:
    """Read, and list every gap of every system and use."""
    register, _ = read_register(records)
    rows = gaps(register)
    return Answer({"claims": np.array([sum(row.state == "known" for row in rows)])})


def searched(records: Path) -> Answer:
    """The slowest of several searches, each from opening the file to the last match."""
    database = records.parent / records.name.replace("records", "built") / "register.sqlite"
    took = []
    for words in QUERIES:
        began = time.perf_counter()
        search(database, words)
        took.append(time.perf_counter() - began)
    middle_ms = sorted(took)[len(took) // 2] * 1e3
    return Answer({"claims": np.array([0])}, seconds=max(took), said=f"slowest of {len(QUERIES)} searches; the middle one {middle_ms:.0f} ms")


def pyyaml(loader: str):
    """PyYAML's own reading of the same files."""

    def run(records: Path) -> Answer:
        kind = getattr(yaml, loader)
        held = [yaml.load(file.read_text(encoding="utf-8"), kind) for file in sorted((records / "systems").glob("*.yml"))]
        for folder in ("bodies", "statistics", "contradictions", "refusals", "flows", "notes"):
            for file in sorted((records / folder).glob("*.yml")):
                yaml.load(file.read_text(encoding="utf-8"), kind)
        return Answer({"claims": np.array([sum(len(system["claims"]) for system in held)])})

    return run


def agreement(size: int, folder: Path, found: dict[str, dict[str, np.ndarray]]) -> dict[str, dict[str, str]]:
    """Claims that each case saw."""
    return {name: {"claims": f"{int(values['claims'][0]):,}"} for name, values in found.items() if values["claims"][0]}


BENCHMARK = Benchmark(
    slug="register_load",
    title="A large register",
    sizes={"quick": (100,), "plain": (1_000, 10_000), "full": (1_000, 10_000)},
    warm_up=20,
    make=make,
    load=load,
    agreement=agreement,
    size_named=lambda size: f"{size:,} systems, {20 * size:,} claims",
    cases=(
        Case("read and check", checked, said="on all cores"),
        Case("read, on one core", read_alone),
        Case("read and build everything", built),
        Case("read and list the gaps", looked_at, said="the column counts known properties, general ones once a use"),
        Case("search", searched),
        Case("PyYAML, CSafeLoader, no checks", pyyaml("CSafeLoader"), said="one core"),
        Case("PyYAML, SafeLoader, no checks", pyyaml("SafeLoader"), largest=1_000, said="one core, plain Python"),
    ),
)


if __name__ == "__main__":
    options = harness.asked(doing="A large register: read, checked, built, searched.")
    tables.show(harness.measured("register_load", mode=options.mode, repeats=options.repeats, keep=options.keep))
