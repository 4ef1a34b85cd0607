"""The main findings at a terminal, each with its interval; fits 60 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .measures import FIELDS, field_of, measure_of, of_measure, pick, told_apart
from .numbers import denominator_of, interval_of, level_of, p_of, value_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console
    from rich.table import Table

    from ..tables.findings import Finding
    from .document import Document

MAIN = (
    "exposure_ratio",
    "deprivation_exposure_ratio",
    "deprivation_adjusted_exposure_ratio",
    "crime_captured_share",
    "crime_captured_difference",
    "spots_resting_on_one_event",
    "stop_rate_ratio",
)
OF_MAIN_GROUP = ("deprivation_adjusted_exposure_ratio", "stop_rate_ratio")
"""Shown for the group of the first exposure ratio only, which is the one the study asks about."""
WIDE = 100


def show(findings: Sequence[Finding], report_path: Path | str, console: Console) -> None:
    """Print the main findings and where the report lies."""
    asked = pick(findings, "exposure_ratio")
    main = [f for measure in MAIN for f in of_measure(findings, measure) if measure not in OF_MAIN_GROUP or asked is None or f.group == asked.group]
    console.print(table_of(main, wide=console.width >= WIDE))
    if any((finding.settings.get("readings") or {}).get("survives") is False for finding in main):
        console.print("[bold]![/bold] depends on a guess: the conclusion changes with something that is not public.", highlight=False)
    _say_where(len(findings) - len(main), report_path, console)


def show_document(document: Document, report_path: Path | str, console: Console) -> None:
    """Print a document's answer and its main figures, and where the report lies."""
    for sentence in document.answer:
        if sentence.topic in ("guess", "lead"):
            console.print(sentence.text, markup=False, highlight=False)
    main = [key.finding for key in document.key_figures]
    console.print(table_of(main, wide=console.width >= WIDE))
    _say_where(len(document.findings) - len(main), report_path, console)


def _say_where(left: int, report_path: Path | str, console: Console) -> None:
    if left > 0:
        console.print(f"{left:,} more findings stand in the report and in findings.json.", highlight=False)
    console.print("Report: ", end="")
    console.print(str(report_path), markup=False, highlight=False, soft_wrap=True)


MOST_AT_A_TERMINAL = 60


def show_all(findings: Sequence[Finding], console: Console) -> None:
    """Print every finding, or the first of many, and what hangs on them: the caveats, each once."""
    kinds = list(dict.fromkeys(finding.measure for finding in findings))
    shown = sorted(findings, key=lambda finding: kinds.index(finding.measure))[:MOST_AT_A_TERMINAL]
    console.print(table_of(shown, wide=console.width >= WIDE))
    if len(findings) > len(shown):
        console.print(f"{len(findings) - len(shown):,} more: --json, --csv or --html gives all.", highlight=False)
    caveats = dict.fromkeys(text for finding in shown for text in finding.caveats)
    if caveats:
        console.print("\n[bold]Before you quote a figure[/bold]", highlight=False)
        for text in caveats:
            console.print(f"- {text}", markup=False, highlight=False)
    sources = dict.fromkeys(finding.source for finding in shown if finding.source)
    console.print(f"\nSource: {'; '.join(sources)}", markup=False, highlight=False)


def table_of(findings: Sequence[Finding], *, wide: bool) -> Table:
    """A table with the interval beside the value, or below it on a narrow terminal."""
    from rich.box import SIMPLE
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=SIMPLE, pad_edge=False, show_edge=False, expand=False)
    table.add_column("Finding", overflow="fold", ratio=None)
    table.add_column("Value", justify="right", overflow="fold")
    if wide:
        table.add_column("Interval", overflow="fold")
        table.add_column("Test", no_wrap=True)
        table.add_column("Denominator", overflow="fold")
    last = ""
    for finding, apart in zip(findings, told_apart(findings), strict=True):
        title = measure_of(finding).title
        name = f"  {whom(finding)}" + (f" ({apart})" if apart else "")
        if title != last:
            table.add_row(f"[bold]{escape(title)}[/bold]")
            last = title
        interval = f"{interval_of(finding)} ({level_of(finding)})" if finding.level is not None else interval_of(finding)
        guess = " [bold]![/bold]" if (finding.settings.get("readings") or {}).get("survives") is False else ""
        if wide:
            table.add_row(
                escape(name) + guess, value_of(finding), interval, p_of(finding.p_value) if finding.p_value is not None else "", escape(denominator_of(finding))
            )
        else:
            table.add_row(escape(name) + guess, f"{value_of(finding)}\n[dim]{interval}[/dim]")
    return table


def whom(finding: Finding) -> str:
    """Group, reference and ethnicity field in as few words as will do."""
    text = finding.group or "all"
    if finding.reference:
        text += f" beside {finding.reference}"
    field = field_of(finding)
    return f"{text}, {FIELDS.get(field, field).removeprefix('ethnicity ')}" if field else text
