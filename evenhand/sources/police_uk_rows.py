"""What the two police.uk row tables share: cleaning that stays in the engine, and levels by month.

No row is dropped here and none is pulled out: cells are cleaned by expressions, and health is
computed from counts.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadValue
from ..tables.health import HealthNote, Level, month_gaps, months_between

if TYPE_CHECKING:
    import ibis
    import pandas as pd

PUBLISHER = "data.police.uk (Home Office and the police forces)"
LICENCE = "Open Government Licence v3.0"
ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0. Source: data.police.uk."
BASE = "https://data.police.uk"
"""Address found in stored copies of many projects; `{BASE}/data/archive/YYYY-MM.zip` too."""
ARCHIVE_MONTHS = 36
"""An archive holds the three years that end with the month in its name (found in stored copies)."""

Span = tuple[str, str]
Tell = Callable[[str], tuple[str, str]]
"""From a column to some of its values that were not understood, and how to mend it."""


def text(rows: ibis.Table, column: str, *, strip: bool = False) -> ibis.expr.types.StringValue:
    """A column as text; an empty cell is missing.

    Args:
        rows: the engine's rows.
        column: its name.
        strip: take blanks off both ends. The publisher's cells have none, and looking costs more than all else.
    """
    cells = rows[column].cast("string")
    return (cells.strip() if strip else cells).nullif("")


def number(rows: ibis.Table, column: str) -> ibis.expr.types.FloatingValue:
    """A column as numbers; what is no number is missing, and counted by `unread_cells`."""
    return text(rows, column).try_cast("float64") if rows[column].type().is_string() else rows[column].cast("float64")


YES, NO = ("true", "yes", "1", "1.0"), ("false", "no", "0", "0.0")
"""How yes and no are written, in any case; 1.0 and 0.0 are what some programs make of 1 and 0."""


def yes_no(text: Any) -> Any:
    """Text that says yes or no in one of the ways of `YES` and `NO`; anything else is missing, and counted as unreadable."""
    import ibis

    small = text.lower()
    return ibis.cases((small.isin(list(YES)), True), (small.isin(list(NO)), False), else_=ibis.null("boolean"))


def moment_and_month(text: Any) -> tuple[Any, Any]:
    """The moment in UTC, and the month by the clock in the United Kingdom.

    The publisher cuts months by the clock. Summer time runs from the last Sunday of March to the last
    of October, so the ends of March to September are an hour early in UTC, and no other month's is.
    Adding an hour from March to September therefore gives the right month (though not the right hour).
    """
    import ibis

    # Another offset than UTC's would be dropped by the engine without a word; it counts as unreadable.
    in_utc = text.endswith("+00:00") | text.endswith("Z")
    foreign = ~in_utc & text.re_search(r"T.*[+-]\d\d:?\d\d$")
    moment = ibis.cases((foreign, ibis.null("timestamp")), else_=text.try_cast("timestamp"))
    by_clock = ibis.cases((moment.month().between(3, 9), moment + ibis.interval(hours=1)), else_=moment)
    return moment, by_clock.strftime("%Y-%m")


def fingerprint(rows: ibis.Table, columns: Sequence[str]) -> ibis.expr.types.IntegerValue:
    """One whole number for all cells of a row, so that repeated rows are found by counting distinct numbers.

    64 bits: among ten million rows the odds that two different ones share a number are about 1 in 400,000.
    """
    import ibis

    return ibis.struct({column: rows[column].cast("string").fill_null("") for column in columns}).hash()


def as_numbers(counted: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Counts as whole numbers: the engine gives nothing where it summed nothing, and that sum is 0."""
    import pandas as pd

    return counted.assign(**{name: pd.to_numeric(counted[name]).fillna(0).astype("int64") for name in columns})


def refuse_unreadable(summary: pd.Series, *, where: str, tell: Tell | None = None) -> None:
    """Raise when a cell held something that could not be understood.

    Args:
        summary: counts named `unreadable <column>`.
        where: the file to name.
        tell: gives for a column some of its values that were not understood, and how they could be written.
    """
    for name, count in summary.items():
        if str(name).startswith("unreadable ") and count:
            column = str(name).removeprefix("unreadable ")
            such_as, mend = ("", "Fetch the file again, or mend the column.") if tell is None else tell(column)
            raise BadValue(
                f"{where}: column '{column}' holds {int(count):,} values that cannot be understood{such_as}, so they would be lost without a word.\n{mend}"
            )


def no_row_lost(levels: pd.DataFrame, by: str) -> dict[str, dict[str, int]]:
    """Rows by month for each value of `by`; rows without a month are left to another note."""
    dated = levels.dropna(subset=["month"])
    names = dated[by].fillna("")
    return {str(name): {str(month): int(n) for month, n in part.groupby("month")["n"].sum().items()} for name, part in dated.groupby(names)}


def month_notes(by_force: dict[str, dict[str, int]], asked: Span | None) -> list[HealthNote]:
    """Months absent or implausibly low, for all rows together and, among several forces, for the worst of them.

    Args:
        by_force: rows by month for each force.
        asked: first and last month wanted; else the span that is there.

    Example:
        >>> [note.says for note in month_notes({"Essex": {"2024-01": 10, "2024-03": 9}}, None)]
        ['1 of 3 months is absent: 2024-02. An absent month is unknown, not zero.']
    """
    together: dict[str, int] = {}
    for months in by_force.values():
        for month, rows in months.items():
            together[month] = together.get(month, 0) + rows
    if not together:
        return []
    first, last = asked or (min(together), max(together))
    notes = [*month_gaps(together, first=first, last=last), *level_notes(together)]
    if len(by_force) > 1:
        notes += _forces_with_gaps(by_force, first, last)
    return notes


def _forces_with_gaps(by_force: dict[str, dict[str, int]], first: str, last: str) -> list[HealthNote]:
    wanted = months_between(first, last)
    lacking = {force: [month for month in wanted if not months.get(month)] for force, months in by_force.items()}
    lacking = {force: months for force, months in lacking.items() if months}
    if not lacking:
        return [HealthNote("months", f"Each of the {len(by_force)} forces has rows in all {len(wanted)} months.", "fine")]
    worst = sorted(lacking, key=lambda force: (-len(lacking[force]), force))
    shown = ", ".join(f"{force or 'no force named'} ({len(lacking[force])} of {len(wanted)})" for force in worst[:6])
    more = f" and {len(worst) - 6} more" if len(worst) > 6 else ""
    return [
        HealthNote(
            "months",
            f"{len(lacking)} of {len(by_force)} forces lack months: {shown}{more}. An absent month is unknown, not zero.",
            "warn",
            float(len(lacking)),
            "forces",
        )
    ]


def level_notes(months: dict[str, int]) -> list[HealthNote]:
    """Years whose months hold under half of what the fullest year's months hold: perhaps not all was published.

    A month is compared with its neighbours elsewhere; this catches a whole stretch that is low, which
    has no high neighbour.

    Example:
        >>> print(level_notes({"2021-06": 16_000, "2021-07": 16_500, "2024-09": 3_300, "2024-10": 3_400})[0].says[:79])
        The months of 2024 (about 3,350 rows each) hold under half of those of 2021 (ab
    """
    by_year: dict[str, list[int]] = {}
    for month, rows in months.items():
        by_year.setdefault(month[:4], []).append(rows)
    usual = {year: statistics.median(rows) for year, rows in by_year.items()}
    if not usual:
        return []
    fullest = max(usual, key=lambda year: usual[year])
    low = sorted(year for year in usual if usual[year] < usual[fullest] / 2)
    if not low:
        return []
    shown = " and ".join(f"{year} (about {usual[year]:,.0f} rows each)" for year in low)
    says = (
        f"The months of {shown} hold under half of those of {fullest} (about "
        f"{usual[fullest]:,.0f}): perhaps not all was published. Do not compare their levels."
    )
    return [HealthNote("months", says, "warn", min(usual[year] for year in low) / usual[fullest], "share")]


def repeats(rows: int, distinct: int) -> HealthNote:
    """How many rows repeat another in every cell.

    Example:
        >>> repeats(12_117, 11_957).says
        '160 of 12,117 rows repeat another row in every column. They are kept.'
    """
    again = rows - distinct
    if not again:
        return HealthNote("duplicates", "No row repeats another in every column.", "fine", 0.0, "rows")
    level: Level = "warn" if again > 0.01 * rows else "note"
    return HealthNote("duplicates", f"{again:,} of {rows:,} rows repeat another row in every column. They are kept.", level, float(again), "rows")


def cut_notes(paths: Sequence[Any]) -> list[HealthNote]:
    """A note on CSV files whose last line has no end."""
    from .reading import named, unended

    cut = unended(paths)
    return [HealthNote("truncation", f"The last line of {named(cut)} has no end: the copy may be cut short.", "warn", float(len(cut)), "files")] if cut else []


def archives_for(first: str, last: str) -> list[tuple[str, Span]]:
    """Which monthly archives hold a span, and which part of it each is used for; the newest copy of a month is taken.

    Example:
        >>> archives_for("2024-01", "2024-03")
        [('2024-03', ('2024-01', '2024-03'))]
        >>> archives_for("2018-01", "2021-02")
        [('2021-02', ('2018-03', '2021-02')), ('2018-02', ('2018-01', '2018-02'))]
    """
    months = months_between(first, last)
    parts = []
    while months:
        held = months[-ARCHIVE_MONTHS:]
        parts.append((held[-1], (held[0], held[-1])))
        months = months[: -len(held)]
    return parts
