"""`evenhand redress letters`, `letter`, `second-hop`, `reminders`: letters written from the register, at a terminal. Nothing is kept."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .register_records import read_records, records_option
from .say import say_json, say_wrapped

if TYPE_CHECKING:
    from ..redress.letters import Letter

FORMATS = ("text", "html", "docx")
date_option = click.option("--date", "date", metavar="DATE", help="Date of the letter; today unless given.")
answer_option = click.option(
    "--answer", "answers", multiple=True, metavar="BLANK=WORDS", help="Fill a blank, as --gaps names it. Terminals keep what is typed; a file may be safer."
)
answers_option = click.option(
    "--answers", "answers_file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A YAML file of answers: lines of `blank: words`."
)


@click.command("letters")
@click.option("--remedy", help="Only those that are a step of this remedy.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, for programs.")
def redress_letters(*, remedy: str | None, as_json: bool) -> None:
    """List the letters: what each does, and for which remedy."""
    from ..redress.law import shipped_law
    from ..redress.letter_reading import shipped_letters

    letters = shipped_letters()
    if remedy is not None:
        shipped_law().known(remedy)
    held = {letter: card for letter, card in letters.cards.items() if remedy in (None, card.remedy)}
    if as_json:
        say_json([{"id": letter, "title": card.title, "remedy": card.remedy, "is_reminder": card.is_reminder, "is_second_hop": card.is_second_hop,
                   "reviewed_by": card.reviewed_by} for letter, card in held.items()])  # fmt: skip
        return
    for heading, is_reminder in (("Letters", False), ("Reminders, where no answer came", True)):
        shown = {letter: card for letter, card in held.items() if card.is_reminder == is_reminder}
        if shown:
            click.secho(heading, bold=True)
        for letter, card in shown.items():
            say_wrapped(card.title, label=f"  {letter:<36}  ")
    if not all(card.reviewed_by for card in held.values()):
        click.echo(f"\n{letters.wording.banner.replace('This letter is', 'They are')} `evenhand redress letter ID` writes one.")


@click.command("letter")
@click.argument("letter_id", metavar="ID")
@click.option("--system", metavar="SLUG", help="The system it is about, by its slug in the register.")
@click.option("--body", metavar="SLUG", help="The force or other body it is about, by its slug in the register.")
@date_option
@answer_option
@answers_option
@click.option("--gaps", "only_gaps", is_flag=True, help="Only list the blanks it still has, with the question for each.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True, help="text, a page of HTML to print, or a Word file.")
@click.option("--out", type=click.Path(path_type=Path), help="Write it to a file; left out, text and HTML are printed.")
@records_option
def redress_letter(
    *, letter_id: str, system: str | None, body: str | None, date: str | None, answers: tuple[str, ...], answers_file: Path | None, only_gaps: bool,
    format_: str, out: Path | None, records: Path | None,
) -> None:  # fmt: skip
    """Write a letter: what the register knows is filled in, what only you know stays a gap in [square brackets].

    For example:  evenhand redress letter access-police --system knife-crime-and-violence-model --body essex-police
    """
    from ..redress.law import shipped_law
    from ..redress.letters import letter
    from ..tables.errors import BadSetting

    told = answers_told(answers, answers_file)
    made = letter(read_records(records), shipped_law(), letter_id, system=system, body=body, day=_day(date), answers=told)
    if only_gaps:
        for one in made.gaps:
            say_wrapped(f"{one.asks} {one.help or ''}".rstrip(), label=f"{one.slot:<20}  ")
        return
    if out is None and format_ == "docx":
        raise BadSetting("A Word file cannot be printed here. Name a file with --out.")
    if out is None:
        click.echo(made.draft if format_ == "text" else made.page(), nl=False)
        if format_ == "text":
            _say_beside(made)
        return
    _write(made, format_, out)
    click.echo(f"Written: {out}\n{made.banner}".rstrip())


@click.command("second-hop")
@click.argument("system")
@click.argument("body")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A folder for the letters, one for each recipient.")
@date_option
@answer_option
@answers_option
@click.option("--format", "format_", type=click.Choice(FORMATS), default="docx", show_default=True, help="text, a page of HTML to print, or a Word file.")
@records_option
def redress_second_hop(
    *, system: str, body: str, out: Path, date: str | None, answers: tuple[str, ...], answers_file: Path | None, format_: str, records: Path | None
) -> None:
    """Write a letter to everyone a system's results were passed to, under the law that binds each.

    For example:  evenhand redress second-hop knife-crime-and-violence-model essex-police --out letters
    """
    from ..redress.law import shipped_law
    from ..redress.letter_reading import shipped_letters
    from ..redress.second_hop import hops, second_hop
    from ..tables.errors import CannotWrite

    register = read_records(records)
    told = answers_told(answers, answers_file)
    found = hops(register, shipped_letters(), system, body)
    made = second_hop(register, shipped_law(), system, body, _day(date), answers=told)
    files = [out / f"letter-{number}-{hop.to}.{_ending(format_)}" for number, hop in enumerate((hop for hop in found if hop.letter), start=1)]
    taken = [file for file in files if file.exists()]
    if taken:
        raise CannotWrite(f"{taken[0]} is there already and is left alone. Name another folder.")
    for file, one in zip(files, made, strict=True):
        _write(one, format_, file)
        click.echo(f"Written: {file}")
    for hop in found:
        if not hop.letter:
            say_wrapped(f"{register.title(hop.to)}. {hop.why_not}", label="No letter: ")
    if any(one.banner for one in made):
        click.echo(next(one.banner for one in made if one.banner).replace("This letter is", "These letters are"))


@click.command("reminders")
@click.option("--on", "days", multiple=True, required=True, metavar="DATE[=NUMBER]", help="A day to be reminded on, with the number of the letter.")
@click.option("--out", type=click.Path(path_type=Path), help="A calendar file to write, such as reminders.ics; left out, it is printed.")
def redress_reminders(*, days: tuple[str, ...], out: Path | None) -> None:
    """Make a calendar file of reminders that tell a stranger nothing: "Reminder: letter 1".

    For example:  evenhand redress reminders --on 2026-08-04=1 --on 2026-12-01=2 --out reminders.ics
    """
    from ..redress.letter_reading import shipped_letters
    from ..redress.reminders import ics

    wanted = [_numbered(one, position) for position, one in enumerate(days, start=1)]
    text = ics(wanted, title=shipped_letters().wording.reminder)
    if out is None:
        click.echo(text, nl=False)
        return
    from ..tables.whole import write_file

    _require_free(out)
    write_file(text, out)
    click.echo(f"Written: {out}")


commands = (redress_letters, redress_letter, redress_second_hop, redress_reminders)
"""What the group `evenhand redress` takes from here."""


def _say_beside(made: Letter) -> None:
    """What to know about a letter, apart from it, so that the letter alone can be sent on."""
    words, card = made.letters.wording, made.card
    rows: list[tuple[str, tuple[str, ...]]] = [
        (words.explains, card.explains), (words.adds, card.adds), (words.costs, (card.costs,)), (words.police_learn, (card.police_learn,)),
        (words.next, (card.next,)), (words.cites, tuple(one.cite for one in made.cited)),
        (words.open_questions, tuple(made.law.questions[one].title for one in made.verify)),
    ]  # fmt: skip
    click.echo("", err=True)
    for heading, lines in rows:
        if lines:
            click.secho(heading, bold=True, err=True)
            for line in lines:
                click.echo(f"  {line}", err=True)


def answers_told(given: tuple[str, ...], file: Path | None) -> dict[str, str]:
    """Answers by blank: those of a file, then those given one by one."""
    from ..register import lined_yaml
    from ..tables.errors import BadFile, BadSetting

    found: dict[str, str] = {}
    if file is not None:
        try:
            held: Any = lined_yaml.read(file).value
        except lined_yaml.Unreadable as wrong:
            raise BadFile(f"{file}, line {wrong.line}: {wrong.says}") from None
        if not isinstance(held, dict) or not all(isinstance(value, str | int | float) for value in held.values()):
            raise BadFile(f"{file} is no list of answers. It holds lines such as  name: Their name")
        found = {str(key): str(value) for key, value in held.items()}
    for one in given:
        slot, is_filled, words = one.partition("=")
        if not is_filled:
            raise BadSetting(f"--answer {one[:40]!r} has no '='. Write --answer name='Their name'.")
        found[slot] = words
    return found


def _day(text: str | None) -> datetime.date:
    from ..redress.law_parts import exact_day
    from ..tables.errors import BadSetting

    try:
        return exact_day(text) if text else datetime.date.today()
    except ValueError as wrong:
        raise BadSetting(f"{text[:40]!r}: {wrong}." if text else str(wrong)) from None


def _numbered(text: str, position: int) -> tuple[datetime.date, int]:
    from ..tables.errors import BadSetting

    day, is_given, number = text.partition("=")
    if is_given and not (number.isascii() and number.isdigit() and len(number) < 5):
        raise BadSetting(f"--on {text[:40]!r}: after '=' stands the number of a letter, such as 2026-08-04=1.")
    return _day(day), int(number) if is_given else position


def _ending(format_: str) -> str:
    return {"text": "txt"}.get(format_, format_)


def _write(made: Letter, format_: str, out: Path) -> None:
    from ..tables.whole import write_bytes, write_file

    _require_free(out)
    if format_ == "docx":
        write_bytes(made.docx(), out)
    else:
        write_file(made.draft if format_ == "text" else made.page(), out)


def _require_free(out: Path) -> None:
    from ..tables.errors import CannotWrite

    if out.exists():
        raise CannotWrite(f"{out} is there already and is left alone. Name another file.")
