"""`evenhand redress`: what a person may do, by when, on what law. Only one answer is printed; nothing is kept."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .redress_case import redress_case
from .redress_letters import commands as letter_commands
from .redress_remedies import NATIONS, remedies
from .redress_routes import commands as route_commands
from .say import say_json, say_wrapped

if TYPE_CHECKING:
    from ..redress.deadlines import Deadline
    from ..redress.law import Law

nation_option = click.option("--nation", type=click.Choice(NATIONS), help="Nation of the body that must answer; left out, the dates allow for each.")


@click.group()
def redress() -> None:
    """Find out, correct, challenge, complain: what you may do, and by when.

    Nothing here is legal advice. What no lawyer has checked says so.
    """


for command in (remedies, *route_commands, *letter_commands, redress_case):
    redress.add_command(command)


@redress.command("check")
@click.option("--law", "folder", type=click.Path(path_type=Path, file_okay=False), help="Folder of the law's records instead of the one that ships.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, for programs.")
def redress_check(*, folder: Path | None, as_json: bool) -> None:
    """Check every record of the law, alone and against the others; all that is wrong is said in one run."""
    import dataclasses

    from ..redress.law_reading import read_law
    from ..redress.refusal_reading import read_refusal_rules
    from ..redress.route_reading import read_routes
    from ..tables.errors import BadTable

    law, problems = read_law(folder)
    if folder is None and not problems:
        problems = [*read_routes(law=law)[1], *read_refusal_rules(law=law)[1]]
    if as_json:
        say_json([dataclasses.asdict(one) for one in problems])
    else:
        for one in problems:
            click.echo(one)
        counted = f"{len(law.remedies)} remedies, {len(law.provisions)} provisions, {len(law.grounds)} grounds of refusal, {len(law.questions)} open questions"
        click.echo(f"{counted}: {len(problems) or 'no'} problem{'' if len(problems) == 1 else 's'}.")
        unchecked = sum(not remedy.is_checked for remedy in law.remedies.values())
        if unchecked:
            click.echo(f"{unchecked} of {len(law.remedies)} remedies are not yet checked by a lawyer; every page and letter that rests on one says so.")
    if problems:
        raise BadTable(f"{len(problems)} lines of the law's records must be mended; they are listed above, each with its file and line.")


@redress.command("schema")
@click.argument("kind", required=False)
def redress_schema(kind: str | None) -> None:
    """Show what a record of the law holds, as JSON Schema; without a KIND, which kinds there are."""
    from ..redress.law_reading import FOLDERS
    from ..tables.errors import BadSetting

    if kind is None:
        click.echo("Kinds of records in records/law: " + ", ".join(FOLDERS) + ".\n`evenhand redress schema KIND` shows one, with what each key is for.")
    elif kind in FOLDERS:
        say_json(FOLDERS[kind][1].model_json_schema())
    else:
        raise BadSetting(f"There is no kind of record '{kind}'. Choose one of {', '.join(FOLDERS)}.")


@redress.command("deadline")
@click.argument("remedy")
@click.option("--event", "events", multiple=True, required=True, metavar="[NAME=]DATE", help="The day the clock starts on; NAME=DATE for others.")
@click.option("--received", metavar="DATE", help="When they got what they had to ask you for: proof of identity, or what you meant.")
@click.option("--pause", "pauses", multiple=True, metavar="FROM/TO", help="Days on which their clock stood still, from their question to your answer.")
@click.option("--told-longer", metavar="DATE", help="When they told you that they need longer.")
@click.option("--clock", help="Only this clock of the remedy.")
@nation_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, for programs.")
def redress_deadline(
    *, remedy: str, events: tuple[str, ...], received: str | None, pauses: tuple[str, ...], told_longer: str | None, clock: str | None, nation: Any,
    as_json: bool,
) -> None:
    """Work out by when they must answer or you must act, in every defensible way of counting, and why.

    For example:  evenhand redress deadline dp-access-p3 --event 2026-06-30 --nation england
    """
    from ..redress.deadlines import deadline, deadlines
    from ..redress.law import shipped_law

    law = shipped_law()
    given = _events(law, remedy, events, received)
    spans = [_span(text) for text in pauses]
    more: dict[str, Any] = {"nation": nation, "pauses": spans, "extension_notice": _day(told_longer, "--told-longer") if told_longer else None}
    found = [deadline(law, remedy, clock, given, **more)] if clock else deadlines(law, remedy, given, **more)
    if as_json:
        say_json([one.as_json() for one in found])
        return
    click.echo(law.remedies[remedy].title)
    for one in found:
        click.echo()
        _say_deadline(law, one)


def _say_deadline(law: Law, one: Deadline) -> None:
    from ..redress.reasons import filled, in_full, said

    wording, clock = law.wording, law.remedies[one.remedy].clocks[one.clock]
    click.secho(f"{clock.title[0].upper()}{clock.title[1:]}", bold=True)
    dates = {"strict": one.due_strict, "certain": one.overdue_certain, "due": one.due, "aim": one.aim_for}
    slots = {key: in_full(day, wording) for key, day in dates.items() if day}
    if not one.readings:
        say_wrapped(filled(wording.no_period, {"standard": one.standard or ""}))
    else:
        theirs = wording.theirs_same if one.due_strict == one.overdue_certain else wording.theirs
        say_wrapped(filled(theirs if one.whose == "theirs" else wording.yours, slots))
        if one.standard:
            click.echo(f"The law also says: {one.standard}.")
    if one.label:
        say_wrapped(wording.labels[one.label])
    if one.must_arrive:
        click.echo("It must have arrived by then; sending it is not enough.")
    if clock.says:
        say_wrapped(clock.says)
    for way in one.readings:
        title = law.readings[way.reading].title if way.reading else ""
        click.echo(f"\n  {in_full(way.due, wording)}{f': {title[0].lower()}{title[1:]}' if title else ''}")
        for reason in way.reasons:
            say_wrapped(said(reason, law), label="    - ")
    if one.may_change and one.known_to:
        click.echo()
        say_wrapped(filled(wording.may_change, {"day": in_full(one.known_to, wording)}))
    say_rests_on(law, one.basis, one.verify, is_checked=one.is_checked)


def say_rests_on(law: Law, basis: tuple[str, ...], verify: tuple[str, ...], *, is_checked: bool) -> None:
    """Print the provisions something rests on, whether a lawyer has checked it, and what is still open."""
    if basis:
        click.echo()
        say_wrapped("; ".join(law.provisions[one].cite for one in basis) + ".", label="Rests on: ")
    if not is_checked:
        click.secho(f"{law.wording.unreviewed[0].upper()}{law.wording.unreviewed[1:]}.", bold=True)
    if verify:
        click.echo(law.wording.open_question)
        for one in verify:
            say_wrapped(law.questions[one].title, label="  ? ")


def _events(law: Law, remedy: str, given: tuple[str, ...], received: str | None) -> dict[str, datetime.date]:
    """Days by event. A day without a name starts the remedy's first clock; `received` is that of all later starts it may have."""
    clocks = list(law.known(remedy).clocks.values())
    found: dict[str, datetime.date] = {}
    for one in given:
        name, is_named, text = one.rpartition("=")
        if not is_named and not clocks:
            from ..tables.errors import BadSetting

            raise BadSetting(f"'{remedy}' has no clock, so no date can be worked out. `evenhand redress remedies show {remedy}` shows it.")
        found[name if is_named else clocks[0].starts[0]] = _day(text, "--event")
    if received:
        later = {event for clock in clocks for event in clock.starts[1:] if event != "fee-paid"}
        found.update(dict.fromkeys(sorted(later), _day(received, "--received")))
    return found


def _span(text: str) -> tuple[datetime.date, datetime.date]:
    first, _, last = text.partition("/")
    return _day(first, "--pause"), _day(last or first, "--pause")


def _day(text: str, option: str) -> datetime.date:
    from ..redress.law_parts import exact_day
    from ..tables.errors import BadSetting

    try:
        return exact_day(text)
    except ValueError as wrong:
        raise BadSetting(f"{option} {text[:40]!r}: {wrong}.") from None
