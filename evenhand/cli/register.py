"""`evenhand register`: the public register checked, built, asked, and turned into requests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..running import progress
from .register_questions import questions
from .register_records import read_records, records_option
from .say import say_json, say_wrapped


@click.group()
def register() -> None:
    """Ask the public register who uses what, on what evidence; check and build it.

    The records are the files in records/. Every command reads those that ship, or others with --records.
    """


@register.command("check")
@records_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, for programs.")
def register_check(*, records: Path | None, as_json: bool) -> None:
    """Check every record, alone and against the others; all that is wrong is said in one run."""
    import dataclasses

    from ..register.checks import check
    from ..register.reading import read_register
    from ..tables.errors import BadTable

    with progress(quiet=as_json) as tell:
        tell("reading the records", 0.0)
        found, problems = read_register(records, workers=2)
        tell("checking one against another", 0.6)
        problems = sorted([*problems, *check(found)])
    wrong = [one for one in problems if one.level == "error"]
    if as_json:
        say_json([dataclasses.asdict(one) for one in problems])
    else:
        for one in problems:
            click.echo(str(one))
        click.echo(f"{_counted(found)}: {len(wrong) or 'no'} problem{'' if len(wrong) == 1 else 's'}, {len(problems) - len(wrong)} pieces of advice.")
    if wrong:
        raise BadTable(f"{len(wrong)} of the records' lines must be mended; they are listed above, each with its file and line.")


def _counted(found: Any) -> str:
    claims = sum(1 for _ in found.claims())
    return f"{len(found.systems):,} systems, {len(found.bodies):,} bodies, {claims:,} claims, {len(found.statistics):,} statistics"


@register.command("build")
@click.option("--out", type=click.Path(path_type=Path), default=Path("out/register"), show_default=True, help="Folder for the database and the files.")
@records_option
@click.option("--quiet", is_flag=True, help="Show no progress.")
def register_build(*, out: Path, records: Path | None, quiet: bool) -> None:
    """Compile the records into a database, JSON, CSV, schemas, linked data, a feed, and exports to two official standards."""
    from ..register.build import build
    from ..register.history import changes, revision_of
    from ..register.reading import shipped_records

    with progress(quiet) as tell:
        tell("reading the records", 0.0)
        found = read_records(records, must_be_sound=True)
        home = (records or shipped_records()).resolve().parent
        tell("writing the register", 0.3)
        built = build(found, out, revision=revision_of(home), changes=changes(home))
    click.echo(f"{_counted(found)}.\nWritten: {len(built.files):,} files in {built.folder}; register.sqlite and register.json hold everything.")


@register.command("schema")
@click.argument("kind", required=False)
def register_schema(kind: str | None) -> None:
    """Show what a record of a kind holds, as JSON Schema; without a KIND, which kinds there are."""
    from ..register.schemas import schemas
    from ..tables.errors import BadSetting

    known = schemas()
    if kind is None:
        click.echo("Kinds of records: " + ", ".join(known) + ".\n`evenhand register schema KIND` shows one, with what each key is for.")
    elif kind in known:
        say_json(known[kind])
    else:
        raise BadSetting(f"There is no kind of record '{kind}'. Choose one of {', '.join(known)}.")


@register.command("figures")
@click.argument("slug", required=False)
@records_option
@click.option("--all", "show_all", is_flag=True, help="Those that follow from their parts, too.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, for programs.")
def register_figures(*, slug: str | None, records: Path | None, show_all: bool, as_json: bool) -> None:
    """Hold the register's printed figures against their own parts, and say which do not follow.

    SLUG names one statistic; without it, all are checked.
    """
    from ..study.printed_figures import check_figures

    checked = [one for one in check_figures(read_records(records)) if slug in (None, one.statistic)]
    if as_json:
        shown = ((one, one.checked) for one in checked)
        say_json([{"id": one.id, "says": one.figure.says, "printed": one.figure.printed, "verdict": held.verdict, "because": held.says} for one, held in shown])
        return
    for one in checked:
        if show_all or slug or not one.follows:
            click.echo(f"{one.id}: {one.checked.verdict}")
            say_wrapped(f"{one.figure.says} Printed: {one.figure.printed}. {one.checked.says}", label="    ")
    follow = sum(one.follows for one in checked)
    click.echo(f"{follow} of {len(checked)} figures that say what they rest on follow from it.")


@register.command("foi")
@click.argument("slug")
@click.option("--force", "body", required=True, metavar="SLUG", help="The public body to ask, by its slug in the register.")
@click.option("--out", type=click.Path(path_type=Path), help="Write it to a file; left out, it is printed.")
@click.option("--most", type=click.IntRange(1, 50), default=15, show_default=True, help="At most so many questions; those every register must hold come first.")
@records_option
def register_foi(*, slug: str, body: str, out: Path | None, most: int, records: Path | None) -> None:
    """Draft a Freedom of Information request for exactly what the register lacks about a system at a body.

    It names what is public already, so that nobody need look for that again, and what was refused before.
    """
    from ..redress.foi_request import foi_request

    letter = foi_request(read_records(records), slug, body, most=most)
    if out is None:
        click.echo(letter)
        return
    from ..tables.errors import CannotWrite
    from ..tables.whole import write_file

    if out.exists():
        raise CannotWrite(f"{out} is there already and is left alone. Name another file.")
    write_file(letter, out)
    click.echo(f"Written: {out}\nFill in what stands in [square brackets]. No lawyer has read this letter.")


@register.command("official")
@click.argument("slug")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", "body", metavar="SLUG", help="The body whose record it is.")
@records_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, for programs.")
def register_official(*, slug: str, file: Path, body: str | None, records: Path | None, as_json: bool) -> None:
    """Hold an official record (FILE, JSON) against what the register knows of a system, field by field.

    FILE follows the Algorithmic Transparency Recording Standard or the Dutch Publicatiestandaard.
    """
    import dataclasses

    from ..register.official import compare_official, read_official

    rows = compare_official(read_official(file), read_records(records), slug, body=body)
    if as_json:
        say_json([dataclasses.asdict(row) for row in rows])
        return
    for row in rows:
        click.echo(f"{row.field}: {row.outcome.replace('-', ' ')}")
        for label, text in (("official", row.official), ("register", row.register)):
            if text:
                say_wrapped(text, label=f"  {label:<9}")


for question in questions:
    register.add_command(question)
