"""The command line: nouns are rooms, verbs are functions. Each command parses, calls one function, prints.

Exit codes: 0 done; 1 a fault of ours; 2 something the user can mend; 130 stopped by Ctrl-C.
Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from . import __version__
from .running import Stop, fault, leave, progress, stopped


@click.group(name="evenhand", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="evenhand")
def evenhand() -> None:
    """Put predictive policing to the test, from public data.

    Start with:  evenhand study run southend-harm-spots
    """


@evenhand.group()
def study() -> None:
    """Run investigations: those that ship, and your own."""


@study.command("run")
@click.argument("slug_or_path")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the results.  [default: out/<name of the study>]")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def study_run(slug_or_path: str, out: Path | None, quiet: bool) -> None:
    """Run a study and write its report.

    SLUG_OR_PATH is the name of a study that ships (`evenhand study list`) or the folder of one of your own.
    """
    from rich.console import Console

    from .study import run_study
    from .study.shipped import find_study

    folder = find_study(slug_or_path)
    name = folder.resolve().parent.name if folder.is_file() else folder.resolve().name
    out = out or Path("out") / name
    with progress(quiet) as tell:
        result = run_study(slug_or_path, out=out, tell=tell)
    if not quiet:
        from .report.terminal import show

        console = Console()
        _say_refused(console, result)
        show(result.contents.findings, out / "report.html", console)


def _say_refused(console: Any, result: Any) -> None:
    for refusal in result.contents.refused:
        console.print(f"Not answered: {refusal.audit}. {refusal.reason}", markup=False, highlight=False, style="yellow")


@study.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print slug, title and folder as JSON.")
def study_list(as_json: bool) -> None:
    """List the studies that ship: slug and title."""
    from .study.declaration import read_study
    from .study.shipped import shipped_studies

    found = [{"slug": slug, "title": read_study(folder).title, "folder": str(folder)} for slug, folder in shipped_studies().items()]
    if as_json:
        _say_json(found)
        return
    for one in found:
        click.echo(f"{one['slug']:<24} {one['title']}")


@study.command("check")
@click.argument("slug_or_path")
@click.option("--json", "as_json", is_flag=True, help="Print what was looked at in each table as JSON.")
def study_check(slug_or_path: str, as_json: bool) -> None:
    """Read a study's declaration and tables and say what is odd about them, without running it."""
    from .study import check_study

    with progress(quiet=False) as tell:
        health = check_study(slug_or_path, tell=tell)
    if as_json:
        from dataclasses import asdict

        _say_json([asdict(report) for report in health])
        return
    for report in health:
        click.echo(f"\n{report.table}: {report.source}, {report.rows:,} rows")
        for note in report.notes:
            click.echo(f"  {note.level:>6}  {note.says}")
    click.echo(f"\nThe study can be run:  evenhand study run {shlex.quote(slug_or_path)}")


def _say_json(what: Any) -> None:
    import json

    click.echo(json.dumps(what, indent=1, ensure_ascii=False))


_TABLES = {
    "areas": "Boundaries of the areas that residents are published for.",
    "recorded-crime": "police.uk street files: one file, or a folder of monthly ones.",
    "residents": "Residents by area and group.",
    "deprivation": "Deprivation by area (optional).",
    "stops": "police.uk stop and search files (optional).",
    "lookup": "Lookup between area codes of 2011 and 2021, if the tables mix them (optional).",
}


def _table_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for name, text in reversed(_TABLES.items()):
        command = click.option(f"--{name}", type=click.Path(path_type=Path), help=text)(command)
    return command


@study.command("new")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--place", help="Name of the place.")
@_table_options
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
    from .study.new import Answers, columns_of_tables, halves, span_of, write_study

    folder = folder or Path(_asked("folder", "Folder to write the study into"))
    place = place or _asked("place", "Name of the place")
    files = _files(given)
    if bool(learn) != bool(test):
        raise click.UsageError("Give both --learn and --test, or neither.")
    own: dict[str, Any] = {
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
    for option, text in _TABLES.items():
        name = option.replace("-", "_")
        path = given.pop(name)
        needed = name in ("areas", "recorded_crime", "residents")
        if path is None and (needed or sys.stdin.isatty()):
            path = _asked(option, text, needed=needed)
        if path:
            files[name] = Path(path)
    return files


def _with_authority(answers: Any) -> Any:
    """The answers with the place's authority, where the file of areas holds several and none was chosen."""
    if answers.authority or answers.names_starting:
        return answers
    from dataclasses import replace

    from .study.new import authorities_in, require_files

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


@evenhand.group()
def systems() -> None:
    """Show the police systems that are rebuilt here."""


@systems.command("list")
def systems_list() -> None:
    """List the rebuilt systems and how faithful each is."""
    from .systems.catalogue import systems as all_systems

    for slug, module in all_systems().items():
        click.echo(f"{slug:<14} {module.CARD.kind:<7} {module.CARD.fidelity:<6} {module.CARD.title}")


@systems.command("show")
@click.argument("slug")
def systems_show(slug: str) -> None:
    """Show a system's card: what it stands for and every assumption in it."""
    from .systems.catalogue import system_named

    card = system_named(slug).CARD
    click.echo(f"{card.title} ({card.slug})\nlearns from: {card.learns_from}\nflags: {card.flags}\nhorizon: {card.horizon}\nfidelity: {card.fidelity}")
    for reading in card.readings:
        choices = ", ".join(str(choice) for choice in reading.choices)
        click.echo(
            f"\n{reading.setting} = {reading.default} {reading.unit}\n  {reading.question}\n  "
            f"choices: {choices}\n  assumed because: {reading.because}\n  changes: {reading.changes}"
        )
    for lack in card.not_rebuilt:
        click.echo(f"\nnot rebuilt: {lack}")
    for source in card.sources:
        click.echo(f"\nsource ({source.mark}): {source.text} {source.doi}")


@evenhand.group()
def sources() -> None:
    """Show and fetch published data."""


@sources.command("list")
def sources_list() -> None:
    """List the published data sets that can be read."""
    from .sources.detect import SOURCES

    for slug, module in SOURCES.items():
        click.echo(f"{slug:<24} {module.CARD.table:<15} {module.CARD.title}")


@sources.command("show")
@click.argument("slug")
def sources_show(slug: str) -> None:
    """Show a data set's card: publisher, licence, and how it misleads."""
    card = _source(slug).CARD
    click.echo(
        f"{card.title} ({card.slug})\npublisher: {card.publisher}\nlicence: {card.licence}\nsay: "
        f"{card.attribution}\nabout: {card.url}\ntable: {card.table}\n\n{card.care}"
    )


@sources.command("recognise")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def sources_recognise(files: tuple[Path, ...]) -> None:
    """Say which published data set FILES have the shape of."""
    from .sources.detect import recognise

    card = recognise(list(files)).CARD
    click.echo(f"{card.slug}: {card.title}, read as the table {card.table}")


@sources.command("fetch")
@click.argument("slug")
@click.option("--into", "folder", type=click.Path(path_type=Path), default=Path("data"), show_default=True, help="Folder to put the files in.")
@click.option("--force", help="Police force as data.police.uk names it, such as essex (police.uk sources).")
@click.option("--months", help="Months, such as 2024-01:2024-03 (police.uk sources).")
@click.option("--authority", "authorities", multiple=True, help="Local authority code, such as E06000033; may be given several times (boundaries, lookup).")
def sources_fetch(slug: str, folder: Path, force: str | None, months: str | None, authorities: tuple[str, ...]) -> None:
    """Fetch a data set from its publisher; a broken download goes on where it stopped."""
    import inspect

    from .study.new import span_of

    module = _source(slug)
    given: dict[str, Any] = {"force": force, "months": span_of(months) if months else None, "authorities": list(authorities) or None}
    wanted = inspect.signature(module.fetch).parameters
    for name, value in given.items():
        if value is not None and name not in wanted:
            raise click.UsageError(f"--{name.rstrip('s') if name == 'authorities' else name} is not for '{slug}'.")
        if value is None and name in wanted and wanted[name].default is inspect.Parameter.empty:
            raise click.UsageError(f"'{slug}' needs --{'authority' if name == 'authorities' else name}.")
    with progress(quiet=False) as tell:
        fetched = module.fetch(folder=folder, progress=_bytes_told(slug, tell), **{name: value for name, value in given.items() if value is not None})
    for path in fetched:
        click.echo(path)


def _bytes_told(slug: str, tell: Callable[[str, float], None]) -> Callable[[int, int | None], None]:
    def told(done: int, total: int | None) -> None:
        tell(f"fetching {slug}: {done / 1e6:,.1f} MB{f' of {total / 1e6:,.1f} MB' if total else ''}", done / total if total else 0.0)

    return told


def _source(slug: str) -> Any:
    from .sources.detect import SOURCES
    from .tables.errors import BadSetting

    found = SOURCES.get(slug.replace("_", "-"))
    if found is None:
        raise BadSetting(f"There is no source '{slug}'. Known: {', '.join(SOURCES)}.")
    return found


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; what the user can mend is said without a traceback."""
    import signal
    import threading

    Stop.asked = False
    if arguments is None and threading.current_thread() is threading.main_thread():
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, Stop.ask)
    try:
        evenhand.main(args=arguments, standalone_mode=False)
    except (KeyboardInterrupt, click.exceptions.Abort):
        stopped(arguments)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(2)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as wrong:
        if Stop.asked:
            stopped(arguments)
        from .tables.errors import EvenhandError

        if isinstance(wrong, EvenhandError):
            leave(f"{type(wrong).__name__}: {wrong}", 2)
        fault()


if __name__ == "__main__":
    main()
