"""`evenhand study`: run investigations, those that ship and one's own."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..running import progress
from .say import say_json


@click.group()
def study() -> None:
    """Run investigations: those that ship, and your own."""


@study.command("run")
@click.argument("slug_or_path")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the results.  [default: out/<name of the study>]")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of data that may not be passed on with the study; see `evenhand sources fetch`.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def study_run(slug_or_path: str, out: Path | None, data: Path | None, quiet: bool) -> None:
    """Run a study and write its report.

    SLUG_OR_PATH is the name of a study that ships (`evenhand study list`) or the folder of one of your own.
    """
    from rich.console import Console

    from ..study import run_study
    from ..study.shipped import find_study

    folder = find_study(slug_or_path)
    name = folder.resolve().parent.name if folder.is_file() else folder.resolve().name
    out = out or Path("out") / name
    with progress(quiet) as tell:
        result = run_study(slug_or_path, out=out, data=data, tell=tell)
    if not quiet:
        from ..report.document import Document
        from ..report.terminal import show, show_document

        console = Console()
        _say_refused(console, result)
        if isinstance(result.contents, Document):
            show_document(result.contents, out / "report.html", console)
        else:
            show(result.contents.findings, out / "report.html", console)


def _say_refused(console: Any, result: Any) -> None:
    for refusal in result.contents.refused:
        console.print(f"Not answered: {refusal.audit}. {refusal.reason}", markup=False, highlight=False, style="yellow")


@study.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print slug, title and folder as JSON.")
def study_list(as_json: bool) -> None:
    """List the studies that ship: slug and title."""
    from ..study.declaration import read_study
    from ..study.shipped import shipped_studies

    found = [{"slug": slug, "title": read_study(folder).title, "folder": str(folder)} for slug, folder in shipped_studies().items()]
    if as_json:
        say_json(found)
        return
    for one in found:
        click.echo(f"{one['slug']:<24} {one['title']}")


@study.command("check")
@click.argument("slug_or_path")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of data that may not be passed on with the study.")
@click.option("--json", "as_json", is_flag=True, help="Print what was looked at in each table as JSON.")
def study_check(slug_or_path: str, data: Path | None, as_json: bool) -> None:
    """Read a study's declaration and tables and say what is odd about them, without running it."""
    from ..study import check_study

    with progress(quiet=False) as tell:
        health = check_study(slug_or_path, data=data, tell=tell)
    if as_json:
        from dataclasses import asdict

        say_json([asdict(report) for report in health])
        return
    for report in health:
        click.echo(f"\n{report.table}: {report.source}, {report.rows:,} rows")
        for note in report.notes:
            click.echo(f"  {note.level:>6}  {note.says}")
    click.echo(f"\nThe study can be run:  evenhand study run {shlex.quote(slug_or_path)}")


_TABLES = {
    "areas": "Boundaries of the areas that residents are published for.",
    "recorded-crime": "police.uk street files: one file, or a folder of monthly ones.",
    "residents": "Residents by area and group.",
    "deprivation": "Deprivation by area (optional).",
    "stops": "police.uk stop and search files (optional).",
    "lookup": "Lookup between area codes of 2011 and 2021, if the tables mix them (optional).",
}


_FOR_SOME = {
    "features": "Points of interest, for systems that learn from them (optional).",
    "area-features": "Points of interest counted by area (optional).",
    "police-activity": "Arrests, calls, intelligence and searches, for systems that read them (optional).",
}
"""Tables that only some systems read: taken when given, and not asked for."""


def _table_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for name, text in reversed({**_TABLES, **_FOR_SOME}.items()):
        command = click.option(f"--{name}", type=click.Path(path_type=Path), help=text)(command)
    return command


@study.command("new")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--place", help="Name of the place.")
@_table_options
@click.option("--system", "systems", multiple=True, help="Which system; several, or `all`, make a comparison. Left out: harm-spots.")
@click.option("--authority", multiple=True, help="Keep only the areas of this local authority, such as E06000033; may be given several times.")
@click.option("--names-starting", help="Keep only the areas whose name starts so.")
@click.option("--learn", help="Months to learn from, such as 2024-01:2024-02; proposed from the files if left out.")
@click.option("--test", help="Later months to test on.")
@click.option("--group", default="Black", show_default=True, help="The group the answer speaks of.")
@click.option("--reference", default="White", show_default=True, help="The group compared with.")
@click.option("--force", help="For a stops file of several forces: whose stops.")
@click.option("--columns", multiple=True, help="For a table of your own: which column is which, such as areas.area_code=WD21CD; may be given several times.")
@click.option("--residents-groups", multiple=True, help="For residents with one column per group: which, such as White=n_white; may be given several times.")
@click.option("--vintage", multiple=True, help="For a table of your own with official codes: of which census, such as areas=lsoa-2021.")
def study_new(folder: Path | None, place: str | None, learn: str | None, test: str | None, **given: Any) -> None:
    """Write a study of your own into FOLDER.

    What is not given is asked for. The files may be police.uk, ONS and government files as published, in CSV, Parquet
    or a map format; their shape is recognised. Tables of your own need --columns where their columns have other names.
    """
    from ..study.new import Answers, columns_of_tables, halves, span_of, write_study

    folder = folder or Path(_asked("folder", "Folder to write the study into"))
    place = place or _asked("place", "Name of the place")
    files = _files(given)
    if bool(learn) != bool(test):
        raise click.UsageError("Give both --learn and --test, or neither.")
    own: dict[str, Any] = {
        "systems": given.pop("systems") or ("harm-spots",),
        "columns": columns_of_tables(given.pop("columns")),
        "groups": dict(halves(pair, option="--residents-groups", such_as="White=n_white") for pair in given.pop("residents_groups")),
        "vintages": dict(halves(pair, option="--vintage", such_as="areas=lsoa-2021") for pair in given.pop("vintage")),
    }
    answers = Answers(folder, place, files, learn=span_of(learn) if learn else None, test=span_of(test) if test else None, **own, **given)
    made = write_study(_with_authority(answers))
    quoted = shlex.quote(str(folder))
    click.echo(f"Written: {made.folder / 'study.yml'}\nLearns from {' to '.join(made.periods.learn)}, tested on {' to '.join(made.periods.test)}.")
    click.echo(f"Next:  evenhand study check {quoted}\n       evenhand study run {quoted}")


def _files(given: dict[str, Any]) -> dict[str, Path]:
    """The files given, taken out of the options, and those asked for."""
    files = {}
    for option, text in {**_TABLES, **_FOR_SOME}.items():
        name = option.replace("-", "_")
        path = given.pop(name)
        needed = name in ("areas", "recorded_crime", "residents")
        if path is None and option not in _FOR_SOME and (needed or sys.stdin.isatty()):
            path = _asked(option, text, needed=needed)
        if path:
            files[name] = Path(path)
    return files


def _with_authority(answers: Any) -> Any:
    """The answers with the place's authority, where the file of areas holds several and none was chosen."""
    if answers.authority or answers.names_starting:
        return answers
    from dataclasses import replace

    from ..study.new import authorities_in, require_files

    require_files(answers)
    there = authorities_in(answers)
    if len(there) < 2:
        return answers
    alike = next((code for code, name in there.items() if name.casefold() == answers.place.casefold()), "")
    click.echo(f"The areas lie in {len(there)} local authorities:", err=True)
    for code, name in there.items():
        click.echo(f"  {code} {name}", err=True)
    if sys.stdin.isatty():
        said = click.prompt("Which make up the place? (codes with spaces between; empty for all)", default=alike, show_default=bool(alike), err=True)
        chosen = tuple(said.replace(",", " ").split())
    else:
        chosen = (alike,) if alike else ()
    click.echo(f"Kept: {', '.join(chosen)}." if chosen else "All of them are kept. Give --authority to keep some.", err=True)
    return replace(answers, authority=chosen)


def _asked(option: str, text: str, *, needed: bool = True) -> str:
    """An answer from the person at the terminal; without one, say which option to give."""
    if not sys.stdin.isatty():
        raise click.UsageError(f"{'FOLDER' if option == 'folder' else f'--{option}'} is missing. {text}")
    answer: str = click.prompt(f"{text}\n{option}", default=None if needed else "", show_default=False, err=True)
    return answer
