"""Run the cases of a benchmark, each in a process of its own, turn and turn about, and gather what they took.

This process imports nothing large: on Linux a child starts with its parent's peak of memory.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LONG_S = 20.0
"""A case that takes longer than this is run once."""


@dataclass(frozen=True)
class Plan:
    """What of a benchmark is to be run: names of cases by size."""

    slug: str
    title: str
    beside: dict[str, str]
    names: dict[int, list[str]]
    size_names: dict[int, str]
    warm_up: int
    notes: dict[str, str]
    lacking: dict[str, list[str]]


def asked(arguments: list[str] | None = None, *, doing: str) -> argparse.Namespace:
    """The options that all benchmarks share."""
    parser = argparse.ArgumentParser(description=doing)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--quick", dest="mode", action="store_const", const="quick", help="the smallest size, once")
    how.add_argument("--full", dest="mode", action="store_const", const="full", help="every size and the slow peers too")
    parser.add_argument("--repeats", type=int, help="times each case is run (default 3, or 1 with --quick)")
    parser.add_argument("--keep", type=Path, help="folder for the made-up data, kept between runs (default: a new one, removed afterwards)")
    options = parser.parse_args(arguments)
    options.mode = options.mode or "plain"
    options.repeats = options.repeats or (1 if options.mode == "quick" else 3)
    return options


def measured(slug: str, *, mode: str, repeats: int, keep: Path | None = None) -> dict:
    """Run a benchmark; gives its plan and one row a size and case, ready for `tables`."""
    plan = planned(slug, mode)
    load = os.getloadavg()
    with tempfile.TemporaryDirectory() as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        child("make", slug, plan.warm_up, folder)
        rows = [row for size in plan.names for row in of_size(plan, size, folder, repeats)]
    return {"plan": vars(plan), "rows": rows, "load": [load, os.getloadavg()], "mode": mode}


def of_size(plan: Plan, size: int, folder: Path, repeats: int) -> list[dict]:
    """All cases at one size, turn and turn about."""
    progress(f"{plan.title}: making {plan.size_names[size]} …")
    child("make", plan.slug, size, folder)
    took: dict[str, list[dict]] = {name: [] for name in plan.names[size]}
    for turn in range(repeats):
        for name, runs in took.items():
            if turn and (not runs or runs[0]["wall_s"] > LONG_S or runs[0]["failed"]):
                continue
            progress(f"{plan.title}: {plan.size_names[size]}, turn {turn + 1}: {name} …")
            runs.append(child("run", plan.slug, size, folder, name))
    agreed = child("agree", plan.slug, size, folder)
    rows = [row_of(name, runs, agreed.get(name, {})) for name, runs in took.items()]
    seconds = {row["case"]: row["wall_s"] for row in rows}
    return [{"size": plan.size_names[size], **row, "ratio": row["wall_s"] / seconds[plan.beside[row["case"]]]} for row in rows]


def row_of(name: str, runs: list[dict], agreed: dict[str, str]) -> dict:
    """Medians of one case's runs."""
    failed = next((run["failed"] for run in runs if run["failed"]), "")
    if failed:
        return {
            "case": name,
            "wall_s": float("nan"),
            "cpu_s": None,
            "peak_mb": float("nan"),
            "runs": 0,
            "said": failed,
            "agreed": {},
        }
    middle = {key: statistics.median(run[key] for run in runs) for key in ("wall_s", "peak_mb")}
    cpu = [run["cpu_s"] for run in runs if run["cpu_s"] is not None]
    return {"case": name, **middle, "cpu_s": statistics.median(cpu) if cpu else None, "runs": len(runs), "said": runs[0]["said"], "agreed": agreed}


def planned(slug: str, mode: str) -> Plan:
    """What there is to run, asked of a child so that the peers are not imported here."""
    asks = (
        f"import json; from benchmarks.{slug} import BENCHMARK as b; sizes = b.sizes[{mode!r}]; full = {mode == 'full'}\n"
        "print(json.dumps(dict(slug=b.slug, title=b.title, beside={c.name: c.beside or b.cases[0].name for c in b.cases}, warm_up=b.warm_up,"
        " names={s: [c.name for c in b.cases if not c.lacking and c.does(s, full=full)] for s in sizes},"
        " size_names={s: b.size_named(s) for s in sizes}, notes={c.name: c.said for c in b.cases}, lacking={c.name: c.lacking for c in b.cases if c.lacking})))"
    )
    told = json.loads(subprocess.run([sys.executable, "-c", asks], cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    for key in ("names", "size_names"):
        told[key] = {int(size): value for size, value in told[key].items()}
    return Plan(**told)


def child(do: str, slug: str, size: int, folder: Path, name: str = "") -> dict:
    """What a process of its own tells of one piece of work."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.one_case", do, slug, str(size), str(folder), *([name] if name else [])]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if ended.returncode == 0:
        return {"failed": "", **json.loads(ended.stdout.strip().splitlines()[-1])}
    if do != "run":
        raise SystemExit(f"{' '.join(command)} failed:\n{ended.stderr}")
    why = ended.stderr.strip().splitlines()[-1] if ended.stderr.strip() else f"ended with {ended.returncode}"
    progress(ended.stderr)
    return {"failed": f"failed: {why[:150]}"}


def progress(text: str) -> None:
    """Say on the error stream what is going on."""
    print(text, file=sys.stderr, flush=True)
