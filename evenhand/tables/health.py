"""A health report: what is odd about a table before anything is concluded from it.

Every loader returns one. An audit reads it: a warning is carried into the finding's caveats; a
refusal stops that audit, with the reason in the report, and the rest goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .errors import CannotAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

Level = Literal["fine", "note", "warn", "refuse"]


@dataclass(frozen=True)
class HealthNote:
    """One thing looked at.

    Attributes:
        check: what was looked at: "missing", "duplicates", "months", "categories", "vintage", "join", "place", "times".
        says: the observation as a sentence with its figures; no verdict beyond them.
        level: "fine", "note" (worth knowing), "warn" (weakens what is concluded), "refuse" (stops `blocks`).
        value: the figure itself, in `unit`; absent where there is none.
        blocks: what is refused, for level "refuse": an audit's name, or its name and a field ("disparity:officer_defined_ethnicity").
    """

    check: str
    says: str
    level: Level = "note"
    value: float | None = None
    unit: str = ""
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True)
class HealthReport:
    """All that was looked at in one table from one source.

    Attributes:
        table: the declared table's name.
        source: title of the source, or the file's name.
        rows: rows read, before any selection.
        notes: in the order looked at.
    """

    table: str
    source: str
    rows: int
    notes: tuple[HealthNote, ...] = ()

    def with_notes(self, *more: HealthNote) -> HealthReport:
        """The same report with more notes at its end."""
        return HealthReport(self.table, self.source, self.rows, (*self.notes, *more))

    @property
    def warnings(self) -> tuple[str, ...]:
        """The sentences a finding must carry as caveats."""
        return tuple(note.says for note in self.notes if note.level in ("warn", "refuse"))

    def refuse_if_blocked(self, audit: str) -> None:
        """Raise CannotAnswer, with the reasons, when this table cannot carry that audit.

        Example:
            >>> note = HealthNote("missing", "73 % of stops have no officer-defined ethnicity.", "refuse", blocks=("disparity",))
            >>> HealthReport("stops", "West Midlands", 37_994, (note,)).refuse_if_blocked("exposure")
        """
        reasons = [note.says for note in self.notes if note.level == "refuse" and audit in note.blocks]
        if reasons:
            raise CannotAnswer(f"The table '{self.table}' ({self.source}) cannot answer this: {' '.join(reasons)}")


def share_missing(
    missing: int, rows: int, what: str, *, warn_above: float = 0.05, refuse_above: float | None = None, blocks: tuple[str, ...] = ()
) -> HealthNote:
    """A note on how much of a column is empty.

    Example:
        >>> share_missing(2_589, 39_403, "officer-defined ethnicity").says
        '2,589 of 39,403 rows (6.6 %) have no officer-defined ethnicity.'
    """
    share = missing / rows if rows else 0.0
    level: Level = "fine" if missing == 0 else "note"
    if share > warn_above:
        level = "warn"
    if refuse_above is not None and share > refuse_above:
        level = "refuse"
    shown = "0" if missing == 0 else "under 0.1" if share < 0.001 else f"{100 * share:.1f}"
    return HealthNote("missing", f"{missing:,} of {rows:,} rows ({shown} %) have no {what}.", level, share, "share", blocks if level == "refuse" else ())


def month_gaps(months: dict[str, int], *, first: str, last: str) -> list[HealthNote]:
    """Notes on months that are absent, or implausibly low beside the others.

    A month is implausibly low below half the median of the months present (police.uk months of one
    force seldom vary by a third); it is warned of, never filled in.

    Args:
        months: rows by month, "2024-01" -> 4,658.
        first, last: the months asked for, inclusive.

    Example:
        >>> [note.says for note in month_gaps({"2019-06": 5_416, "2019-08": 4_846}, first="2019-06", last="2019-08")]
        ['1 of 3 months is absent: 2019-07. An absent month is unknown, not zero.']
    """
    wanted = months_between(first, last)
    absent = [month for month in wanted if not months.get(month)]
    notes = []
    if absent:
        verb = "is" if len(absent) == 1 else "are"
        notes.append(
            HealthNote(
                "months",
                f"{len(absent)} of {len(wanted)} months {verb} absent: {', '.join(absent)}. An absent month is unknown, not zero.",
                "warn",
                float(len(absent)),
                "months",
            )
        )
    usual = usual_level(months, first=first, last=last)
    if usual is not None:
        low = [f"{month} ({months[month]:,})" for month in wanted if months.get(month) and months[month] < usual / 2]
        if low:
            notes.append(
                HealthNote(
                    "months", f"Implausibly few rows, under half the median of {usual:,.0f} a month: {', '.join(low)}.", "warn", float(len(low)), "months"
                )
            )
    if not notes:
        notes.append(HealthNote("months", f"All {len(wanted)} months from {first} to {last} are there.", "fine", float(len(wanted)), "months"))
    return notes


def usual_level(months: Mapping[str, int], *, first: str, last: str) -> float | None:
    """The median of the months present, beside which a month is implausibly low; None where fewer than three are there.

    Example:
        >>> usual_level({"2019-01": 10, "2019-02": 12, "2019-03": 2}, first="2019-01", last="2019-03")
        10
    """
    import statistics

    present = [months[month] for month in months_between(first, last) if months.get(month)]
    return statistics.median(present) if len(present) >= 3 else None


def months_between(first: str, last: str) -> list[str]:
    """Months from first to last, inclusive, as text.

    Example:
        >>> months_between("2019-11", "2020-02")
        ['2019-11', '2019-12', '2020-01', '2020-02']
    """
    start, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    return [f"{index // 12:04d}-{index % 12 + 1:02d}" for index in range(start, end + 1)]
