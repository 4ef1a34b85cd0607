"""Options that say how one's own files are to be read, and what they are called in the findings; shared by several commands."""

from __future__ import annotations

from typing import Any

import click


def own_file_options() -> list[click.Parameter]:
    """How files are to be read that are in no publisher's shape."""
    return [
        click.Option(["--columns"], multiple=True, metavar="TABLE.COLUMN=NAME", help="Which column of your file is which; repeatable."),
        click.Option(["--residents-groups"], multiple=True, metavar="GROUP=NAME", help="For residents with one column per group; repeatable."),
        click.Option(["--vintage"], multiple=True, metavar="TABLE=VINTAGE", help="For areas with official codes: lsoa-2011 or lsoa-2021."),
        click.Option(["--force"], help="For a stops file of several forces: whose stops."),
    ]


def word_options() -> list[click.Parameter]:
    """What the data are, in the user's words, and how chance is drawn."""
    return [
        click.Option(["--place"], default="place not stated", help="Where, as it shall stand in every finding."),
        click.Option(["--period"], default="period not stated", help="When, as it shall stand in every finding."),
        click.Option(["--source"], default="", help="What the data are, as it shall stand in every finding; left out: the files' names."),
        click.Option(["--level"], type=float, default=0.95, show_default=True, help="Coverage of the intervals."),
        click.Option(["--seed"], type=int, default=1, show_default=True, help="Start of the random draws: the same seed gives the same figures."),
        click.Option(["--replicates"], type=int, default=1000, show_default=True, help="Redraws behind each interval that needs them."),
        click.Option(["--quiet"], is_flag=True, help="Show no progress."),
    ]


def own_files(given: dict[str, Any]) -> Any:
    """What was said of one's own files, for `study.asking`."""
    from ..study.asking import OwnFiles
    from ..study.new import columns_of_tables, halves

    return OwnFiles(
        columns_of_tables(given.get("columns", ())),
        dict(halves(pair, option="--residents-groups", such_as="White=n_white") for pair in given.get("residents_groups", ())),
        dict(halves(pair, option="--vintage", such_as="areas=lsoa-2021") for pair in given.get("vintage", ())),
        given.get("force"),
    )


def words(given: dict[str, Any]) -> Any:
    """Place, period and source, for `study.asking`."""
    from ..study.asking import Words

    return Words(given["place"], given["period"], given["source"])


def tables_in(given: dict[str, Any]) -> dict[str, Any]:
    """The tables' files among the options."""
    return {name.removeprefix("table_"): list(value) for name, value in given.items() if name.startswith("table_") and value}


def table_option(table: str, says: str) -> click.Option:
    """The option that hands over a table's file."""
    return click.Option([flag(table), f"table_{table}"], multiple=True, metavar="FILE", help=says)


def flag(name: str) -> str:
    """A name as an option.

    Example:
        >>> flag("score_outcomes")
        '--score-outcomes'
    """
    return f"--{name.replace('_', '-')}"
