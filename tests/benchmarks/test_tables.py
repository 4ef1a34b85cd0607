"""How measurements become tables in docs/benchmarks.md."""

from __future__ import annotations

import pytest

from benchmarks import harness, run_all, tables


def row(case: str, **other) -> dict:
    return {
        "size": "10 points",
        "case": case,
        "wall_s": 0.5,
        "cpu_s": 0.4,
        "ratio": 1.0,
        "peak_mb": 99.6,
        "runs": 3,
        "said": "",
        "agreed": {"error": "1 %"},
        **other,
    }


def test_a_table_has_a_line_a_case_and_marks_what_was_extrapolated():
    text = tables.table([row("ours"), row("peer", wall_s=1234.5, ratio=2469.0, cpu_s=None, runs=1)])
    assert text.splitlines()[2] == "| ours | 0.500 | 1.00 | 0.400 | 100 | 1 % | 3 |"
    assert text.splitlines()[3] == "| peer | ~1,234 | ~2,469 | – | 100 | 1 % | 1 |"


@pytest.mark.parametrize(("value", "written"), [(None, "–"), (float("nan"), "–"), (0.0, "0"), (0.00123, "0.00123"), (12.34, "12.3"), (4321.0, "4,321")])
def test_numbers_keep_three_figures(value, written):
    assert tables.number(value) == written


def test_a_row_is_the_median_of_its_runs_and_a_failure_says_why():
    runs = [{"failed": "", "wall_s": wall, "cpu_s": wall, "peak_mb": 10 * wall, "said": ""} for wall in (1.0, 3.0, 2.0)]
    assert harness.row_of("ours", runs, {})["wall_s"] == 2.0
    assert harness.row_of("peer", [{"failed": "failed: out of memory"}], {})["said"] == "failed: out of memory"


def test_only_the_part_between_the_markers_is_written(tmp_path):
    page = tmp_path / "benchmarks.md"
    page.write_text("before\n<!-- density: made by benchmarks/run_all.py -->\nold\n<!-- density: end -->\nafter\n")
    run_all.write(page, "density", "new \\1")
    assert page.read_text() == "before\n<!-- density: made by benchmarks/run_all.py -->\n\nnew \\1\n\n<!-- density: end -->\nafter\n"


def test_a_page_without_the_markers_stops_the_run(tmp_path):
    page = tmp_path / "benchmarks.md"
    page.write_text("nothing\n")
    with pytest.raises(SystemExit, match="no place for 'density'"):
        run_all.write(page, "density", "new")
