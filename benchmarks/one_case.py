"""Run one case in this process alone, and print what it took as JSON.

    python -m benchmarks.one_case make density 10000 FOLDER
    python -m benchmarks.one_case run density 10000 FOLDER "KDEpy, same lattice"
    python -m benchmarks.one_case agree density 10000 FOLDER

Its own process, so that the peak of memory is its own: imports, data and work together.
"""

from __future__ import annotations

import gc
import json
import resource
import statistics
import sys
import time
from importlib import import_module
from pathlib import Path

import numpy as np

from .cases import Benchmark, Case

LONG_ENOUGH_S = 1.0
MOST_REPEATS = 7


def main(do: str, slug: str, size: str, folder: str, name: str = "") -> None:
    """Make the data, run a case, or compare the answers."""
    benchmark: Benchmark = import_module(f"benchmarks.{slug}").BENCHMARK
    place = Path(folder)
    if do == "make":
        benchmark.make(int(size), place)
        told: object = {}
    elif do == "run":
        case = next(case for case in benchmark.cases if case.name == name)
        told = run(benchmark, case, int(size), place)
    else:
        told = benchmark.agreement(int(size), place, answers(benchmark, int(size), place))
    print(json.dumps(told))


def run(benchmark: Benchmark, case: Case, size: int, folder: Path) -> dict[str, object]:
    """Time one case; its answer is kept in the folder."""
    case.run(case.prepare(benchmark.load(benchmark.warm_up, folder)))
    data = case.prepare(benchmark.load(size, folder))
    gc.collect()
    walls, cpus = [], []
    while not walls or (sum(walls) < LONG_ENOUGH_S and len(walls) < MOST_REPEATS):
        wall, cpu = time.perf_counter(), time.process_time()
        answer = case.run(data)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
        if len(walls) == 1:
            peak = peak_mb()
    np.savez(answer_file(benchmark, case, size, folder), **answer.values)
    return {
        "wall_s": statistics.median(walls) if answer.seconds is None else answer.seconds,
        "cpu_s": statistics.median(cpus) if answer.seconds is None else None,
        "peak_mb": peak,
        "said": answer.said,
    }


def answers(benchmark: Benchmark, size: int, folder: Path) -> dict[str, dict[str, np.ndarray]]:
    """Every case's answer that is in the folder."""
    files = {case.name: answer_file(benchmark, case, size, folder) for case in benchmark.cases}
    return {name: dict(np.load(file)) for name, file in files.items() if file.exists()}


def answer_file(benchmark: Benchmark, case: Case, size: int, folder: Path) -> Path:
    """Where the answer of a case is kept."""
    return folder / f"answer-{benchmark.slug}-{size}-{benchmark.cases.index(case)}.npz"


def peak_mb() -> float:
    """Most memory this process has held so far, in MB (10^6 bytes)."""
    status = Path("/proc/self/status")
    if status.exists():  # rusage would start from the parent's peak
        held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(held.split()[1]) * 1024 / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


if __name__ == "__main__":
    main(*sys.argv[1:])
