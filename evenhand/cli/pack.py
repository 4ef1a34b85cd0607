"""`evenhand pack`: a system's outputs as evidence for an equality impact assessment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..running import progress
from .own_files import own_file_options, own_files, table_option, tables_in, word_options, words


class WithEveryTable(click.Command):
    """A command with an option for each table that some audit reads, found only when it is asked for."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The tables, then the command's own options."""
        if not any(parameter.name and parameter.name.startswith("table_") for parameter in self.params):
            self.params[:] = [*_tables(), *self.params, *word_options(), *own_file_options()]
        return super().get_params(ctx)


def _tables() -> list[click.Parameter]:
    from ..study.questions import question_named, question_names

    says: dict[str, str] = {}
    read_by: dict[str, list[str]] = {}
    for name in question_names():
        for table in question_named(name).tables:
            says.setdefault(table.table, table.says)
            read_by.setdefault(table.table, []).append(name)
    return [table_option(table, f"{says[table].rstrip('.')}. Read by: {', '.join(read_by[table])}.") for table in sorted(says)]


@click.group()
def pack() -> None:
    """Lay out a system's outputs as evidence for an equality impact assessment."""


@pack.command("new")
@click.argument("file", type=click.Path(path_type=Path), default=Path("about.yml"))
def pack_new(file: Path) -> None:
    """Write a form with the questions only the body that uses the system can answer."""
    from ..study.outputs import write_file
    from ..study.pack import form
    from ..tables.errors import CannotWrite

    if file.exists():
        raise CannotWrite(f"{file} is there already and is left alone. Name another file.")
    click.echo(f"Written: {write_file(form(), file)}\nFill in what is known, then:  evenhand pack write --about {file} --out DIR …")


@pack.command("write", cls=WithEveryTable)
@click.option("--about", type=click.Path(path_type=Path), help="The form of `evenhand pack new`, filled in; left out, every answer is shown as not given.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("out/scrutiny-pack"), show_default=True, help="Folder for the document and its tables.")
@click.option("--set", "settings", multiple=True, metavar="SETTING=VALUE", help="A setting of the audits, such as reference=White; repeatable.")
def pack_write(about: Path | None, out: Path, **given: Any) -> None:
    """Ask every audit that the given tables can carry, and write what they show under the headings a UK public body must answer.

    Give the system's outputs (flagged places, or scores of pseudonymous people with outcomes) and what to hold them against
    (residents, areas, deprivation, stops, later events). What no table speaks of is said to be missing; nothing is filled in.
    """
    from rich.console import Console

    from ..report.terminal import show_document
    from ..study import outputs
    from ..study.new import halves
    from ..study.pack import pack as made
    from ..study.pack import read_about
    from ..study.result import Result

    outputs.require_writable(out)
    chosen = (halves(pair, option="--set", such_as="reference=White") for pair in given["settings"])
    with progress(given["quiet"]) as tell:
        document = made(
            tables_in(given),
            about=read_about(about) if about else {},
            settings={name.replace("-", "_"): value for name, value in chosen},
            own=own_files(given),
            words=words(given),
            level=given["level"],
            seed=given["seed"],
            replicates=given["replicates"],
            tell=tell,
        )
    outputs.write(Result(document), out, seconds=0.0)
    if not given["quiet"]:
        show_document(document, out / "report.html", Console())
