"""What leaves a case: what is due, letters, calendars, and all of it as JSON. What is written outside a case is not sealed, and says so."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .redress_case_ask import changed_case, day_of, file_argument, law_and_routes, opened_case, passphrase_of, today_option
from .redress_letters import FORMATS, answer_option, answers_option, answers_told
from .register_records import read_records, records_option
from .say import say_json

if TYPE_CHECKING:
    from ..redress.case import Case
    from ..redress.case_dates import CaseDate
    from ..redress.letters import Letter

NOT_SEALED = "It is not sealed: anyone who can read the file can read it."


@click.command("due")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--within", "within_days", type=click.IntRange(min=0), metavar="DAYS", help="Leave out what is further off than this.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, for programs.")
@today_option
def case_due(*, files: tuple[Path, ...], within_days: int | None, as_json: bool, today: str | None) -> None:
    """Show what is due in one case or many, nearest first, by the calendars and rules of now.

    For example:  evenhand redress case due cases/*.age --within 30
    """
    from ..redress.case_dates import near, reckoned
    from ..tables.errors import BadFile
    from .redress_case_say import say_due, say_moved, say_problems

    day = day_of(today, "--today")
    law, routes = law_and_routes()
    cases, unread = _opened_all(files)
    found = [(file, held, reckoned(held, law=law, routes=routes, today=day)) for file, held in cases]
    due = [(file, held.label, one) for file, held, dates in found for one in near(dates, today=day, within_days=within_days)]
    due.sort(key=lambda row: (row[2].turns, row[1], row[2].step))
    if as_json:
        say_json([{"file": click.format_filename(file), "case": label, **_as_json(one)} for file, label, one in due])
    else:
        say_due(law, [(label, one) for _, label, one in due], day)
        if cases and not due:
            click.echo("Nothing is due." if within_days is None else f"Nothing is due within {within_days} days.")
        for _, held, dates in found:
            if dates.moved or dates.problems:
                click.echo(f"\n{held.label}")
            say_moved(law, dates)
            say_problems(dates)
    if unread:
        others = "The others are shown above." if cases else ""
        raise BadFile("\n".join([*unread, others]).rstrip())


def _opened_all(files: tuple[Path, ...]) -> tuple[list[tuple[Path, Case]], list[str]]:
    """Cases that open, and why others do not. A passphrase that opened one is tried on the next."""
    from ..redress.case_file import load, require_case
    from ..tables.errors import BadFile

    cases: list[tuple[Path, Case]] = []
    unread: list[str] = []
    known: list[str] = []
    for number, file in enumerate(dict.fromkeys(files), start=1):
        if len(files) > 3:
            click.echo(f"Opening {number} of {len(files)} …", err=True)
        try:
            require_case(file)
            for passphrase in known:
                try:
                    cases.append((file, load(file, passphrase)))
                    break
                except BadFile:
                    continue
            else:
                fresh = passphrase_of(file)
                cases.append((file, load(file, fresh)))
                known.insert(0, fresh)
        except BadFile as wrong:
            unread.append(str(wrong))
    return cases, unread


def _as_json(one: CaseDate) -> dict[str, Any]:
    return {"step": one.step, "title": one.title, "clock_title": one.clock_title, "turns": str(one.turns), "ends": str(one.ends), **one.found.as_json()}


@click.command("letter")
@file_argument
@click.argument("letter_id", metavar="LETTER")
@click.option("--system", metavar="SLUG", help="Another system than the case's.")
@click.option("--body", metavar="SLUG", help="Another body than the case's, by its slug in the register.")
@click.option("--date", metavar="DATE", help="Date of the letter; today unless given.")
@answer_option
@answers_option
@click.option("--ask", "asks", is_flag=True, help="Ask for each blank at the terminal; nothing typed is kept outside the letter.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True, help="text, a page of HTML to print, or a Word file.")
@click.option("--out", type=click.Path(path_type=Path), help="Write it to a file, which is not sealed; left out, its text is printed.")
@click.option("--no-keep", is_flag=True, help="Keep only its hash in the case, not its text.")
@records_option
@today_option
def case_letter(
    *, file: Path, letter_id: str, system: str | None, body: str | None, date: str | None, answers: tuple[str, ...], answers_file: Path | None, asks: bool,
    format_: str, out: Path | None, no_keep: bool, records: Path | None, today: str | None,
) -> None:  # fmt: skip
    """Write a letter for a case, filled with what the case and the register know, and keep it there.

    For example:  evenhand redress case letter 17.age access-police --ask --format docx --out letter.docx
    """
    from ..redress.case_changes import with_letter
    from ..tables.errors import BadSetting, CannotWrite

    day = day_of(today, "--today")
    told = answers_told(answers, answers_file)
    if out is None and format_ != "text":
        raise BadSetting("Only text can be printed here. Name a file with --out.")
    if out is not None and os.path.lexists(out):
        raise CannotWrite(f"{click.format_filename(out)} is there already and is left alone. Name another file.")
    law, routes = law_and_routes()
    register = read_records(records)
    made: list[Letter] = []

    def how(held: Case) -> Case:
        letter_day = day_of(date, "--date") if date is not None else day
        made.append(_made(held, register, letter_id, (system, body), letter_day, told, asks))
        if out is not None:
            _write_private(out, _as_bytes(made[-1], format_))
        return with_letter(held, made[-1], today=day, keeps_text=not no_keep)

    changed_case(file, how, law=law, routes=routes, today=day)
    _say_letter(made[-1], out)


def _made(held: Case, register: Any, letter_id: str, about: tuple[str | None, str | None], day: Any, told: dict[str, str], asks: bool) -> Letter:
    from ..redress.case_changes import days_for_letter
    from ..redress.letter_reading import shipped_letters
    from ..redress.letters import card_of, letter

    law, routes = law_and_routes()
    letters = shipped_letters()
    slots = [slot for slot, gap in letters.gaps.items() if gap.event]
    told = {**days_for_letter(held, card_of(letters, letter_id).remedy, slots, routes), **told}
    more = {"system": about[0] or held.system, "body": about[1] or held.body, "day": day}
    made = letter(register, law, letter_id, answers=told, **more)
    if not asks:
        return made
    for one in made.gaps:
        words = click.prompt(f"{one.asks}{f' ({one.help})' if one.help else ''}", default="", show_default=False, err=True)
        told |= {one.slot: words} if words.strip() else {}
    return letter(register, law, letter_id, answers=told, **more)


def _say_letter(made: Letter, out: Path | None) -> None:
    if out is None:
        click.echo(made.draft, nl=False)
    else:
        click.echo(f"Written: {click.format_filename(out)}. {NOT_SEALED}")
    for one in made.gaps:
        click.echo(f"Still to fill in: {one.gap}", err=True)
    click.echo(f"Kept in the case. When they have it, note the day: evenhand redress case add-event FILE EVENT DATE\n{made.banner}".rstrip(), err=True)


def _as_bytes(made: Letter, format_: str) -> bytes:
    return made.docx() if format_ == "docx" else (made.draft if format_ == "text" else made.page()).encode()


@click.command("export")
@file_argument
@click.option("--ics", "as_ics", is_flag=True, help="Reminders for a calendar, which tell a stranger nothing.")
@click.option("--json", "as_json", is_flag=True, help="All of the case as JSON, not sealed.")
@click.option("--out", type=click.Path(path_type=Path), help="A file to write; left out, it is printed.")
@today_option
def case_export(*, file: Path, as_ics: bool, as_json: bool, out: Path | None, today: str | None) -> None:
    """Write what is due as a calendar, or all of a case as JSON."""
    from ..redress.case_dates import near, reckoned
    from ..redress.letter_reading import shipped_letters
    from ..redress.reminders import ics
    from ..tables.errors import BadSetting, CannotWrite

    if as_ics == as_json:
        raise BadSetting("Say which: --ics for a calendar, or --json for all of the case.")
    if out is not None and os.path.lexists(out):
        raise CannotWrite(f"{click.format_filename(out)} is there already and is left alone. Name another file.")
    day = day_of(today, "--today")
    law, routes = law_and_routes()
    held = opened_case(file)
    if as_json:
        text = held.model_dump_json(indent=1) + "\n"
    else:
        days = {one.found.aim_for or one.ends for one in near(reckoned(held, law=law, routes=routes, today=day), today=day) if one.ends and one.ends >= day}
        text = ics(sorted(max(one, day) for one in days if one), title=shipped_letters().wording.reminder)
    if out is None:
        click.echo(text, nl=False)
        return
    _write_private(out, text.encode())
    click.echo(f"Written: {click.format_filename(out)}." + (f" {NOT_SEALED}" if as_json else ""))


def _write_private(out: Path, content: bytes) -> None:
    """A new file that nobody else on this machine can read."""
    from ..tables.errors import CannotWrite

    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "wb") as written:
            written.write(content)
    except (OSError, ValueError) as wrong:
        raise CannotWrite(f"{click.format_filename(out)} cannot be written: {getattr(wrong, 'strerror', None) or wrong}.") from None
