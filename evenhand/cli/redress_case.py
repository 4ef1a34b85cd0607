"""`evenhand redress case`: a caseworker's cases, each one sealed file. Nothing is sent anywhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .redress_case_ask import NEW_PASSPHRASE, changed_case, day_of, file_argument, law_and_routes, new_passphrase_for, opened_case, passphrase_of, today_option
from .redress_case_out import case_due, case_export, case_letter
from .redress_remedies import NATIONS

if TYPE_CHECKING:
    from ..redress.case import Case


@click.group("case")
def redress_case() -> None:
    """Keep a case in one file, sealed with a passphrase: dates, letters, steps, notes.

    Start with:  evenhand redress case new 17.age --nation england
    """


for command in (case_due, case_export, case_letter):
    redress_case.add_command(command)


@redress_case.command("new")
@file_argument
@click.option("--label", metavar="TEXT", help="What to call it; a number will do, and no name is needed. The file's name unless given.")
@click.option("--nation", type=click.Choice(NATIONS), help="Where it happened.")
@click.option("--system", metavar="SLUG", help="The system it is about, by its slug in the register.")
@click.option("--body", metavar="SLUG", help="The force or other body it is about, by its slug in the register.")
@click.option("--set", "settings", multiple=True, metavar="QUESTION=ANSWER", help="Answer a question of `evenhand redress routes`; several with commas.")
@today_option
def case_new(
    *, file: Path, label: str | None, nation: str | None, system: str | None, body: str | None, settings: tuple[str, ...], today: str | None
) -> None:
    """Make a case.

    For example:  evenhand redress case new 17.age --nation england --body avon-and-somerset-police --set wants=know,correct
    """
    import os

    from ..redress.case import Case
    from ..redress.case_changes import with_answers
    from ..redress.case_dates import reckoned, with_dates
    from ..redress.case_file import create
    from ..tables.errors import BadSetting

    day = day_of(today, "--today")
    _require_in_register(system, body)
    law, routes = law_and_routes()
    called = _named(file) if label is None else label
    fresh = Case(label="new", opened_on=day).with_("opened the case", day, label=called, nation=nation, system=system, body=body)
    if settings:
        fresh = with_answers(fresh, _pairs(settings), routes=routes, today=day).with_("opened the case", day)
    fresh = with_dates(fresh, reckoned(fresh, law=law, routes=routes, today=day), today=day)
    if os.path.lexists(file):
        raise BadSetting(f"{click.format_filename(file)} is already there, and is left alone. Choose another name.")
    create(file, fresh, new_passphrase_for(file))
    click.echo(f"Written: {click.format_filename(file)}. `evenhand redress case plan` shows what can be done.")


@redress_case.command("show")
@file_argument
@click.option("--letter", "letter_number", type=click.IntRange(min=1), help="Print the text of this letter instead, by its number.")
@today_option
def case_show(*, file: Path, letter_number: int | None, today: str | None) -> None:
    """Show all that a case holds."""
    from ..redress.case import shown
    from ..redress.case_dates import reckoned
    from ..tables.errors import BadSetting
    from .redress_case_say import say_case

    day = day_of(today, "--today")
    law, routes = law_and_routes()
    held = opened_case(file)
    if letter_number is None:
        say_case(held, law, reckoned(held, law=law, routes=routes, today=day), day)
        return
    text = held.letters[letter_number - 1].text if letter_number <= len(held.letters) else None
    if text is None:
        raise BadSetting(f"There is no text of a letter {letter_number} here; the case has {len(held.letters)} letters, and not all texts may have been kept.")
    click.echo(shown(text), nl=False)


@redress_case.command("plan")
@file_argument
@today_option
def case_plan(*, file: Path, today: str | None) -> None:
    """Show the steps open to the person, in order, with those done marked."""
    from ..redress.case_dates import reckoned
    from .redress_case_say import say_plan

    law, routes = law_and_routes()
    held = opened_case(file)
    say_plan(reckoned(held, law=law, routes=routes, today=day_of(today, "--today")), held)


@redress_case.command("answer")
@file_argument
@click.argument("answers", nargs=-1, required=True, metavar="QUESTION=ANSWER…")
@today_option
def case_answer(*, file: Path, answers: tuple[str, ...], today: str | None) -> None:
    """Answer questions of the route finder; `evenhand redress routes` shows them.

    For example:  evenhand redress case answer 17.age answer-data=refused what=listed,shared
    """
    from ..redress.case_changes import with_answers

    day, given = day_of(today, "--today"), _pairs(answers)
    law, routes = law_and_routes()
    changed_case(file, lambda held: with_answers(held, given, routes=routes, today=day), law=law, routes=routes, today=day)
    click.echo("Noted. `evenhand redress case plan` shows what can be done now.")


@redress_case.command("add-event")
@file_argument
@click.argument("event")
@click.argument("date")
@click.option("--remedy", metavar="REMEDY", help="Whose clocks it starts, where no question of the route finder fits, as for a second request.")
@click.option("--about", metavar="SLUG", help="Which of several requests under that remedy, such as the slug of the body asked.")
@click.option("--pause", "pauses", multiple=True, metavar="FROM/TO", help="Days on which their clock stood still, from their question to your answer.")
@click.option("--told-longer", metavar="DATE", help="When they told you that they need longer.")
@today_option
def case_add_event(
    *, file: Path, event: str, date: str, remedy: str | None, about: str | None, pauses: tuple[str, ...], told_longer: str | None, today: str | None
) -> None:
    """Note that something happened on a day; the clocks it starts are worked out.

    For example:  evenhand redress case add-event 17.age data-request-received 2026-06-30
    """
    from ..redress.case_changes import with_event
    from ..redress.case_dates import near
    from .redress_case_say import say_due

    day, when = day_of(today, "--today"), day_of(date, "The date")
    spans = [(day_of(first, "--pause"), day_of(last or first, "--pause")) for first, _, last in (one.partition("/") for one in pauses)]
    longer = day_of(told_longer, "--told-longer") if told_longer is not None else None
    law, routes = law_and_routes()
    earlier: list[tuple[object, ...]] = []

    def how(held: Case) -> Case:
        earlier[:] = [(one.step, one.clock, one.due, one.due_strict, one.overdue_certain) for one in held.deadlines]
        return with_event(held, event, when, law=law, routes=routes, today=day, remedy=remedy, about=about, pauses=spans, told_longer=longer)

    held, dates = changed_case(file, how, law=law, routes=routes, today=day)
    if when > day:
        click.echo(f"Note that {when} has not come yet.")
    rows = [(one, one.found) for one in near(dates, today=day)]
    fresh = [one for one, found in rows if (one.step, found.clock, found.due, found.due_strict, found.overdue_certain) not in earlier]
    click.echo("Noted. What it starts or moves:" if fresh else "Noted. It starts no clock.")
    say_due(law, [(held.label, one) for one in fresh], day)


@redress_case.command("done")
@file_argument
@click.argument("step")
@click.option("--on", "on", metavar="DATE", help="When; today unless given.")
@today_option
def case_done(*, file: Path, step: str, on: str | None, today: str | None) -> None:
    """Mark a step as done, by its id in the plan; it is then no longer due."""
    from ..redress.case_changes import with_step_done
    from ..redress.case_dates import reckoned

    day = day_of(today, "--today")
    when = day_of(on, "--on") if on is not None else day
    law, routes = law_and_routes()
    changed_case(
        file, lambda held: with_step_done(held, step, day=when, today=day, known=reckoned(held, law=law, routes=routes, today=day).steps()),
        law=law, routes=routes, today=day,
    )  # fmt: skip
    click.echo("Marked as done.")


@redress_case.command("note")
@file_argument
@click.argument("text", required=False)
@today_option
def case_note(*, file: Path, text: str | None, today: str | None) -> None:
    """Add a note. Without a text, or for "-", it is read from what is typed or piped, so that the terminal keeps nothing of it."""
    from ..redress.case_changes import with_note

    day = day_of(today, "--today")
    law, routes = law_and_routes()
    if text in (None, "-"):
        if sys.stdin.isatty():
            click.echo("Type the note; end it with Ctrl-D on a line of its own (Ctrl-Z and Enter on Windows).", err=True)
        text = sys.stdin.read()
    note = (text or "").rstrip("\n")
    changed_case(file, lambda held: with_note(held, note, today=day), law=law, routes=routes, today=day)
    click.echo("Noted.")


@redress_case.command("passphrase")
@file_argument
def case_passphrase(*, file: Path) -> None:
    """Change the passphrase. The backup is sealed anew as well; copies elsewhere keep the old one."""
    from ..redress.case_file import change, load, require_case

    require_case(file)
    old = passphrase_of(file)
    load(file, old)
    change(file, old, lambda held: held, new_passphrase=new_passphrase_for(file, setting=NEW_PASSPHRASE))
    click.echo("The passphrase was changed. Copies made earlier still open with the old one. The change before this one can no longer be undone.")


@redress_case.command("undo")
@file_argument
def case_undo(*, file: Path) -> None:
    """Take the last change back; a second time brings it back. A damaged file is put aside, and its backup takes its place."""
    from ..redress.case import shown
    from ..redress.case_file import backup_of, require_case, undo

    require_case(backup_of(file))
    now, aside = undo(file, passphrase_of(file))
    if aside:
        click.echo(f"The damaged file was put aside as {click.format_filename(aside)}.")
    last = f" The last thing done in it: {shown(now.last.what)}, on {now.last.day}." if now.last else ""
    click.echo(f"The version before the last change is back.{last}")


def _named(file: Path) -> str:
    """A label from a file's name, whatever is in it."""
    from ..register.words import visible

    return visible(file.stem.encode(errors="backslashreplace").decode())[:200].strip() or "case"


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    """QUESTION=ANSWER, each."""
    from ..tables.errors import BadSetting

    found = {}
    for one in given:
        name, is_given, value = one.partition("=")
        if not is_given or not value:
            raise BadSetting(f"{one[:40]!r} has no answer. Write it as wants=know, or wants=unknown to take an answer back.")
        found[name] = value
    return found


def _require_in_register(system: str | None, body: str | None) -> None:
    """Whether the register knows what a case is about."""
    from difflib import get_close_matches

    from ..tables.errors import BadSetting
    from .register_records import read_records

    if system is None and body is None:
        return
    register = read_records(None)
    for what, slug, known in (("system", system, list(register.systems)), ("body", body, list(register.bodies))):
        if slug is not None and slug not in known:
            close = get_close_matches(slug, known, n=3, cutoff=0.5)
            near = f" Did you mean {', '.join(close)}?" if close else " `evenhand register search` finds it."
            raise BadSetting(f"The register has no {what} '{slug[:80]}'.{near} Leave it out if it is not there.")
