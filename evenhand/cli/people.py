"""`evenhand people`: made-up people, and whether tables of people may be read at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..running import progress
from .say import say_json, say_wrapped

MOST_PEOPLE, MOST_YEARS = 5_000_000, 40


@click.group()
def people() -> None:
    """Make people up, with what they do and what is recorded of it; see that tables of people are safe to read."""


@people.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, for programs.")
def people_list(*, as_json: bool) -> None:
    """List the scenarios that made-up people can be made from."""
    from ..people.parameters import read_parameters, scenario_slugs

    every = [read_parameters(slug) for slug in scenario_slugs()]
    if as_json:
        say_json([{"slug": one.slug, "title": one.title, "says": one.says, "differs_in": list(one.overrides), "marks": _marks(one)} for one in every])
        return
    for one in every:
        say_wrapped(f"{one.title}. {one.says}", label=f"{one.slug:<18} ")


@people.command("show")
@click.argument("scenario")
@click.option("--json", "as_json", is_flag=True, help="Print every parameter as JSON, for programs.")
def people_show(scenario: str, *, as_json: bool) -> None:
    """Show the card of a scenario: what its people are and are not, and every parameter with its source.

    SCENARIO is one that ships (`evenhand people list`) or a file of your own.
    """
    from ..people.card import card_of
    from ..people.parameters import read_parameters

    parameters = read_parameters(scenario)
    if not as_json:
        click.echo(card_of(parameters), nl=False)
        return
    values = parameters.values.model_dump(mode="json")
    noted = {name: {"value": values[name.split(".")[0]][name.split(".")[1]], **note.model_dump()} for name, note in parameters.notes.items()}
    say_json({"slug": parameters.slug, "title": parameters.title, "says": parameters.says, "parameters": noted})


@people.command("new")
@click.argument("file", type=click.Path(path_type=Path), default=Path("my-place.yml"))
@click.option("--base", default="england-and-wales", show_default=True, help="The scenario it starts from.")
def people_new(file: Path, base: str) -> None:
    """Write a file of parameters to start from, with every parameter, what it means, and its value."""
    from ..people.starter import starter
    from ..tables.errors import BadSetting, CannotWrite
    from ..tables.whole import write_file

    if file.exists():
        raise CannotWrite(f"{file} is there already and is left alone. Name another file.")
    if file.suffix not in (".yml", ".yaml"):
        raise BadSetting(f"{file} would not be taken for a file of parameters. Let its name end in .yml.")
    click.echo(f"Written: {write_file(starter(file=file.name, base=base), file)}\nChange it, then:  evenhand people show {file}")


@people.command("make")
@click.option("--scenario", default="england-and-wales", show_default=True, help="One that ships, or a file of your own.")
@click.option("--people", "number", type=click.IntRange(100, MOST_PEOPLE), default=100_000, show_default=True, help="How many people.")
@click.option("--years", type=click.FloatRange(1, MOST_YEARS), default=10, show_default=True, help="How many years they live through.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Start of the random draws: the same seed gives the same people.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the tables, the card and the manifest.")
@click.option("--csv", "as_csv", is_flag=True, help="Write CSV instead of Parquet.")
@click.option("--force", is_flag=True, help="Replace made-up people that are in the folder already.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
def people_make(scenario: str, number: int, years: float, seed: int, out: Path, *, as_csv: bool, force: bool, quiet: bool) -> None:
    """Make people up and write what they did, what is on record of it, and what a survey would find."""
    from .. import __version__
    from ..people.folder import require_place, write_people
    from ..people.made_up import make_people
    from ..people.parameters import read_parameters

    parameters = read_parameters(scenario)
    require_place(out, force=force)
    with progress(quiet) as tell:
        made = make_people(parameters, people=number, years=years, seed=seed, tell=tell)
        tell("writing", 0.95)
        how = {"evenhand": __version__, "people": number, "years": years, "seed": seed}
        folder = write_people(made, out, how=how, form="csv" if as_csv else "parquet", force=force)
    if not quiet:
        click.echo(f"{len(made.book):,} made-up people, {len(made.book.rows):,} rows on record of them, {len(made.conduct):,} true offences.")
        click.echo(f"Written: {folder}\nWhat they are and are not: {folder / 'card.md'}")


@people.command("check")
@click.option("--persons", type=click.Path(path_type=Path), required=True, help="Your table `persons`, CSV or Parquet.")
@click.option("--records", type=click.Path(path_type=Path), required=True, help="Your table `person_records`.")
@click.option("--assessments", type=click.Path(path_type=Path), help="Your table `assessments` (optional).")
@click.option("--provenance", required=True, help="made-up or pseudonymised. Tables with names, birthdays or addresses are refused either way.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, for programs.")
def people_check(persons: Path, records: Path, assessments: Path | None, provenance: str, *, as_json: bool) -> None:
    """Say whether tables of people may be read, and how few share the same age band, sex, group and district.

    Nothing of the tables is shown but counts, and of real people only such counts as tell of nobody.
    """
    from ..audit.person_uniqueness import uniqueness
    from ..tables.record_reading import read_book

    book = read_book(_table("persons", persons), _table("person_records", records), _table("assessments", assessments), provenance=provenance)
    found = uniqueness(book, on=_last_day(book))
    if as_json:
        import dataclasses
        import math

        told = dataclasses.asdict(found)
        say_json({"may_be_read": True, **told, "people": [None if math.isnan(one) else one for one in found.people]})
        return
    click.echo(f"These tables of {book.provenance} people may be read.")
    for line in found.lines():
        say_wrapped(line, label="  - ")


def _table(name: str, file: Path | None) -> Any:
    if file is None:
        return None
    from ..study.declaration import TableDeclared
    from ..study.reading import read_rows

    return read_rows(name, TableDeclared(path=[str(file.expanduser().absolute())]), Path())


def _last_day(book: Any) -> Any:
    """The last day anything was put on record, from which ages are taken."""
    import datetime as dt

    return dt.date(1970, 1, 1) + dt.timedelta(days=int(book.rows.reported.max()))


def _marks(parameters: Any) -> dict[str, int]:
    from collections import Counter

    return dict(sorted(Counter(note.mark for note in parameters.notes.values()).items()))
