"""What was measured, as tables in Markdown, with the machine and the versions."""

from __future__ import annotations

import datetime
import math
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    *("numpy", "scipy", "pandas", "pyarrow", "duckdb", "ibis-framework", "geopandas", "shapely"),
    *("scikit-learn", "KDEpy", "tobler", "exactextract", "fairlearn", "aequitas", "esda", "glum", "statsmodels", "pointpats"),
)


def told(measured: dict) -> str:
    """Tables of one benchmark, a size each, with the conditions and notes."""
    plan, rows = measured["plan"], measured["rows"]
    parts = [conditions(measured)]
    for size in dict.fromkeys(row["size"] for row in rows):
        parts.append(f"**{size}**\n\n" + table([row for row in rows if row["size"] == size]))
    notes = [f"- {name}: {said}" for name, said in plan["notes"].items() if said and any(row["case"] == name for row in rows)]
    notes += [f"- {row['case']}, {row['size']}: {row['said']}" for row in rows if row["said"]]
    notes += [f"- {name}: not installed, left out ({', '.join(lacks)})" for name, lacks in plan["lacking"].items()]
    return "\n\n".join([*parts, *(["\n".join(notes)] if notes else [])])


def table(rows: list[dict]) -> str:
    """One table; `~` marks what was extrapolated."""
    further = list(dict.fromkeys(column for row in rows for column in row["agreed"]))
    lines = [["case", "wall s", "× Evenhand", "CPU s", "peak MB", *further, "runs"]]
    for row in rows:
        about = "~" if row["cpu_s"] is None and row["runs"] else ""
        figures = [about + number(row["wall_s"]), about + number(row["ratio"]), number(row["cpu_s"]), f"{row['peak_mb']:,.0f}"]
        lines.append([row["case"], *figures, *(row["agreed"].get(column, "") for column in further), str(row["runs"])])
    rule = ["---", *("---:" for _ in lines[0][1:])]
    return "\n".join("| " + " | ".join(line) + " |" for line in [lines[0], rule, *lines[1:]])


def number(value: float | None) -> str:
    """Three figures that matter, or a dash."""
    if value is None or math.isnan(value):
        return "–"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(value)))}f}" if value > 0 else "0"


def conditions(measured: dict) -> str:
    """Date, machine, versions and how busy the machine was."""
    before, after = ("/".join(f"{one:.1f}" for one in load) for load in measured["load"])
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Measured {datetime.date.today().isoformat()} on {processor()}, {os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()}, "
        f"Python {platform.python_version()}; load average (1/5/15 min) {before} at the start, {after} at the end, other jobs included. "
        f"Versions: {', '.join(versions())}."
    )


def processor() -> str:
    """What the machine calls its processor."""
    about = Path("/proc/cpuinfo")
    named = [line.partition(":")[2].strip() for line in about.read_text().splitlines() if line.startswith("model name")] if about.exists() else []
    return named[0] if named else platform.processor() or platform.machine()


def versions() -> list[str]:
    """Versions of what is compared, where installed."""
    found = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} not installed")
    return found


def show(measured: dict) -> None:
    """Print a benchmark's tables."""
    print(f"## {measured['plan']['title']}\n\n{told(measured)}\n", file=sys.stdout)
