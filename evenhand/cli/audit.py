"""`evenhand audit NAME`: put one question to one's own tables. A command for each file of `study/questions/`."""

from __future__ import annotations

import sys
from typing import Any

import click

from ..running import progress
from ..study.question import Question, Setting
from .own_files import flag, own_file_options, own_files, table_option, tables_in, word_options, words

TO_TERMINAL = "-"
OUTPUTS = {"json": "the findings as JSON", "csv": "the findings as CSV", "html": "a page with pictures, readable offline"}


class Questions(click.Group):
    """Commands made from the questions' declarations, each read only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The questions' names."""
        from ..study.questions import question_names

        return question_names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of one question."""
        from ..study.questions import question_named, question_names

        return _command(question_named(cmd_name)) if cmd_name in question_names() else None


@click.group(cls=Questions)
def audit() -> None:
    """Put one question to your own tables, ours or any vendor's outputs alike.

    Each command says which tables it reads. A file may be CSV or Parquet in the declared columns, or one of the
    published shapes that `evenhand sources list` shows.
    """


def _command(question: Question) -> click.Command:
    parameters: list[click.Parameter] = [
        table_option(wanted.table, wanted.says if wanted.is_needed else f"{wanted.says} (optional)") for wanted in question.tables
    ]
    parameters += [_setting(setting) for setting in question.settings]
    example = f"\n\n\b\nExample:\n  {question.example}" if question.example else ""
    return click.Command(
        question.name,
        params=[*parameters, *_common(question), *_outputs()],
        callback=lambda **given: _asked(question, given),
        help=f"{question.asks}\n\n{question.says}{example}",
        short_help=question.asks,
    )


def _setting(setting: Setting) -> click.Option:
    metavar = {str: "TEXT", int: "N", float: "NUMBER", bool: "yes|no"}[setting.kind]
    shown = "" if setting.default in (None, (), "") or setting.is_needed else f"  [default: {_said(setting.default)}]"
    choices = f"  [{'|'.join(setting.choices)}]" if setting.choices else ""
    return click.Option([flag(setting.name), f"setting_{setting.name}"], multiple=setting.is_many, metavar=metavar, help=f"{setting.says}{choices}{shown}")


def _said(value: Any) -> str:
    return "yes" if value is True else "no" if value is False else ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _common(question: Question) -> list[click.Parameter]:
    sweep: list[click.Parameter] = [
        click.Option(["--vary"], multiple=True, metavar="SETTING=A,B", help="Try these choices of a setting and give each figure's range; repeatable."),
        click.Option(["--jobs"], type=int, default=1, show_default=True, help="Processes at once for --vary; -1 for all cores."),
    ]
    return [*word_options(), *sweep, *(own_file_options() if question.tables else [])]


def _outputs() -> list[click.Option]:
    return [_output(kind, f"{what[0].upper()}{what[1:]}: to FILE, or to the terminal where no FILE is given.") for kind, what in OUTPUTS.items()]


def _output(kind: str, says: str) -> click.Option:
    return click.Option([f"--{kind}"], is_flag=False, flag_value=TO_TERMINAL, metavar="[FILE]", help=says)


def _asked(question: Question, given: dict[str, Any]) -> None:
    from ..study.asking import ask
    from ..study.new import halves

    settings = {name.removeprefix("setting_"): value for name, value in given.items() if name.startswith("setting_") and value not in (None, ())}
    varied = dict(halves(pair, option="--vary", such_as="cell_m=100,150") for pair in given["vary"])
    wanted = {kind: given[kind] for kind in OUTPUTS if given[kind]}
    _require_one_terminal(wanted)
    with progress(given["quiet"]) as tell:
        asking = ask(
            question.name,
            tables_in(given),
            settings=settings,
            own=own_files(given),
            words=words(given),
            level=given["level"],
            seed=given["seed"],
            replicates=given["replicates"],
            vary={name.replace("-", "_"): choices.split(",") for name, choices in varied.items()},
            jobs=given["jobs"],
            tell=tell,
        )
    _given_out(asking, wanted)


def _require_one_terminal(wanted: dict[str, str]) -> None:
    if sum(where == TO_TERMINAL for where in wanted.values()) > 1:
        raise click.UsageError(f"Only one of {', '.join(f'--{kind}' for kind in wanted)} can go to the terminal. Name files for the others.")


def _given_out(asking: Any, wanted: dict[str, str]) -> None:
    """The answer in the forms asked for; as a table at the terminal when none was."""
    from ..tables.findings import as_csv, as_json

    for kind, where in wanted.items():
        text = asking.report if kind == "html" else (as_json if kind == "json" else as_csv)(asking.answer.findings)
        if where == TO_TERMINAL:
            click.echo(text, nl=False)
        else:
            from ..study.outputs import write_file

            click.echo(f"Written: {write_file(text, where)}", err=True)
    if not wanted:
        _shown(asking)
    else:
        for refusal in asking.answer.refused:
            click.echo(f"Not answered: {refusal.audit}. {refusal.reason}", err=True)


def _shown(asking: Any) -> None:
    from rich.console import Console

    from ..report.terminal import show_all

    console = Console(file=sys.stdout)
    for refusal in asking.answer.refused:
        console.print(f"Not answered: {refusal.audit}. {refusal.reason}", markup=False, highlight=False, style="yellow")
    show_all(asking.answer.findings, console)
