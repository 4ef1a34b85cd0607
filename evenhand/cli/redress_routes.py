"""`evenhand redress routes` and `evenhand redress check-refusal`: which steps are open, and what a refusal lacks. Nothing is kept."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .say import say_json, say_wrapped

if TYPE_CHECKING:
    from ..redress.law import Law
    from ..redress.refusals import RefusalFound
    from ..redress.route_clocks import RouteClock
    from ..redress.route_rules import Question, Routes
    from ..redress.route_steps import RouteStep
    from ..redress.routes import Plan

KINDS = ("access-p3", "change-p3", "access-gdpr", "foi", "foisa")
NATIONS = ("england", "wales", "scotland", "northern-ireland")


@click.command("routes")
@click.option("--answers", "file", type=click.Path(path_type=Path, dir_okay=False), help="File of answers in YAML: a question and its answer a line.")
@click.option("--set", "given", multiple=True, metavar="QUESTION=ANSWER", help="One answer; several with commas between, or by giving it again.")
@click.option("--ask/--no-ask", default=None, help="Ask what has not been answered. Left out: only if no answer is given and a person can be asked.")
@click.option("--today", metavar="DATE", help="Count the days left from this day instead of today.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, for programs.")
def routes(*, file: Path | None, given: tuple[str, ...], ask: bool | None, today: str | None, as_json: bool) -> None:
    """Say which steps are open to a person, in order, each with its dates, its letters and what comes next.

    Asks in the terminal; press Enter for "I don't know". Nothing you answer is kept. For example:

    evenhand redress routes --set nation=england --set what=listed --set act=2026-08-31
    """
    from ..redress.law import shipped_law
    from ..redress.route_reading import shipped_routes
    from ..redress.routes import plan

    known = shipped_routes()
    answers = {**(_from_file(file) if file else {}), **_from_words(known, given)}
    if ask or (ask is None and not answers and not as_json and sys.stdin.isatty()):
        answers = _asked(known, answers)
    found = plan(shipped_law(), answers, _day(today, "--today") or datetime.date.today(), known)
    if as_json:
        say_json(found.as_json())
    else:
        _say_plan(found)


def _from_file(file: Path) -> dict[str, Any]:
    from ..register import lined_yaml
    from ..tables.errors import BadFile

    try:
        value = lined_yaml.read_bytes(lined_yaml.bytes_of(file), lined=False).value
    except lined_yaml.Unreadable as wrong:
        raise BadFile(f"{file}, line {wrong.line}: {wrong.says}") from None
    if not isinstance(value, dict):
        raise BadFile(f"{file} holds no answers. Write a question and its answer a line: nation: england")
    return value


def _from_words(known: Routes, given: tuple[str, ...]) -> dict[str, Any]:
    from ..tables.errors import BadSetting

    found: dict[str, Any] = {}
    for text in given:
        name, mark, value = text.partition("=")
        if not mark:
            raise BadSetting(f"--set {text} is no QUESTION=ANSWER. For example: --set nation=england")
        values = [part.strip() for part in value.split(",")]
        is_many = name in known.questions and known.questions[name].kind == "many"
        found[name] = [*found.get(name, []), *values] if is_many else value.strip()
    return found


def _asked(known: Routes, answers: dict[str, Any]) -> dict[str, Any]:
    """The answers with those that a person gives at the terminal."""
    from ..redress.answers import checked_answers

    for group in known.groups:
        is_new = True
        for name in group.questions:
            if name in answers or not checked_answers(known, answers).is_shown(name):
                continue
            if is_new:
                click.secho(f"\n{group.title}", bold=True)
                is_new = False
            answers[name] = _one_answer(known, name)
    return answers


def _one_answer(known: Routes, name: str) -> Any:
    """One answer, asked for until it fits."""
    from ..redress.answers import checked_answers
    from ..tables.errors import BadSetting

    question = known.questions[name]
    click.echo()
    say_wrapped(question.asks)
    if question.help:
        say_wrapped(question.help, label="  ")
    for number, answer in enumerate(question.answers.values(), start=1):
        click.echo(f"  {number:>2}  {answer.says}{f' ({answer.help})' if answer.help else ''}")
    while True:
        prompt = {"day": "A day such as 2026-06-30", "many": "Numbers, with commas between", "one": "A number"}[question.kind]
        typed = click.prompt(f"{prompt}, or Enter for I don't know", default="", show_default=False).strip()
        try:
            value = _meant(question, typed)
            checked_answers(known, {name: value})
            return value
        except BadSetting as wrong:
            click.echo(str(wrong))


def _meant(question: Question, typed: str) -> Any:
    """What was typed, as an answer: a number stands for the answer beside it."""
    if not typed:
        return "unknown"
    if question.kind == "day":
        return typed
    keys = list(question.answers)
    values = [keys[int(part) - 1] if part.isascii() and part.isdigit() and 0 < int(part[:4]) <= len(keys) else part for part in typed.replace(",", " ").split()]
    return values if question.kind == "many" else values[0] if len(values) == 1 else values


def _say_plan(found: Plan) -> None:
    for gate in found.gates:
        click.secho(gate.title, bold=True)
        for text in gate.says:
            say_wrapped(text, label="  ")
        click.echo()
    for text in found.notes:
        say_wrapped(text)
    click.secho("\nClocks for court", bold=True)
    say_wrapped(found.running_says)
    for clock in found.running:
        _say_clock(clock, f"{clock.title} ({clock.remedy})")
    click.secho("\nYour steps", bold=True)
    for number, step in enumerate(found.steps, start=1):
        _say_step(number, step)
    if found.missing:
        click.echo()
        say_wrapped("With an answer to these, more dates can be shown: " + " ".join(one["asks"] for one in found.missing))
    click.echo()
    say_wrapped(found.unreviewed)


def _say_clock(clock: RouteClock, title: str) -> None:
    from ..register.words import visible

    say_wrapped(visible(f"{title[0].upper()}{title[1:]}: {clock.says}"), label="  - ")


def _say_step(number: int, step: RouteStep) -> None:
    click.echo()
    click.secho(f"{number}. {step.title}", bold=True, nl=False)
    click.echo(f"  ({step.id})")
    for text in (*step.why, *filter(None, [step.only_if]), *(one.why for one in step.first)):
        say_wrapped(text, label="   ")
    for clock in step.clocks:
        _say_clock(clock, clock.title)
    say_wrapped(f"{step.help_says} {' '.join(step.help_why)} Cost: {step.fee}", label="   ")
    if step.letters:
        say_wrapped(f"Letters: {', '.join(step.letters)}", label="   ")
    for label, others in (("If they refuse", step.if_refused), ("If they are silent", step.if_silent), ("After an answer", step.then)):
        if others:
            say_wrapped(f"{label}: {'; '.join(one.title for one in others)}.", label="   ")
    for text in step.notes:
        say_wrapped(text, label="   ")
    for text in step.open:
        say_wrapped(f"Not checked: {text}", label="   ")


@click.command("check-refusal")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What the letter answers: p3 is the police, gdpr councils and others, foisa Scotland.")
@click.option("--system", help="System it is about, as in the register: what is published of it is held against the letter.")
@click.option("--body", help="Body that wrote it, as in the register.")
@click.option("--asked", metavar="DATE", help="Day they received your request.")
@click.option("--received", metavar="DATE", help="Day their letter came; needed, with --asked, to tell whether it was late.")
@click.option("--nation", type=click.Choice(NATIONS), help="Nation of the body, for its holidays.")
@click.option("--reply", "out", type=click.Path(path_type=Path, dir_okay=False), help="Write a draft answer to this file.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, for programs.")
def check_refusal_command(
    *, file: Path, kind: Any, system: str | None, body: str | None, asked: str | None, received: str | None, nation: Any, out: Path | None, as_json: bool
) -> None:
    """Read the letter in FILE, a plain text, and say what it lacks and what can be said back; - reads what is piped in.

    For example:  evenhand redress check-refusal letter.txt --kind access-p3 --asked 2026-06-30 --reply answer.txt
    """
    from ..redress.law import shipped_law
    from ..redress.refusal_reply import reply
    from ..redress.refusals import check_refusal
    from ..register.reading import read_register

    law = shipped_law()
    register = read_register()[0] if system or body else None
    text = _letter(file)
    found = check_refusal(
        text, kind=kind, law=law, register=register, system=system, body=body, asked=_day(asked, "--asked"), received=_day(received, "--received"),
        nation=nation,
    )  # fmt: skip
    if out:
        from ..tables.whole import write_file

        write_file(reply(found, law=law, register=register, system=system, body=body), out)
    if as_json:
        say_json([one.as_json() for one in found])
        return
    _say_grounds(law, text, kind, _day(received, "--received"))
    for number, one in enumerate(found, start=1):
        _say_found(number, one)
    click.echo()
    say_wrapped("The checker finds words and not meaning: read the letter beside it. It misses faults, and not finding any does not make a refusal right.")
    say_wrapped(f"{law.wording.unreviewed[0].upper()}{law.wording.unreviewed[1:]}. This is not legal advice." + (f" The draft is in {out}." if out else ""))


def _say_grounds(law: Law, text: str, kind: Any, received: datetime.date | None) -> None:
    """What the letter says that it rests on, and what must be shown for that."""
    from ..redress.refusals import grounds_cited

    named = grounds_cited(text, kind=kind, law=law, day=received or datetime.date.today())
    for slug, _ in named:
        say_wrapped(f"The letter names {law.grounds[slug].title}. What must be shown: {law.grounds[slug].needs}")
    if named:
        click.echo()


def _say_found(number: int, one: RefusalFound) -> None:
    from ..register.words import visible

    click.secho(f"{number}. {one.title}", bold=True)
    say_wrapped(one.explanation, label="   ")
    say_wrapped("Lacking: " + "; ".join(one.lacking), label="   ")
    if one.provisions:
        say_wrapped("By: " + "; ".join(one.provisions), label="   ")
    if one.excerpt:
        say_wrapped(f'Their words: "{visible(one.excerpt)}"', label="   ")
    for point in one.counter_points[:4]:
        say_wrapped(point.says, label="   - ")
    for fact in one.facts:
        say_wrapped(f"Published: {fact}", label="   ")
    for text in (*one.open, *(f"a lawyer should settle: {question}" for question in one.verify)):
        say_wrapped(f"Not checked: {text}", label="   ")


def _letter(file: Path) -> str:
    """The letter's text."""
    from ..redress.refusals import LONGEST
    from ..tables.errors import BadFile

    try:
        if str(file) == "-":
            data = sys.stdin.buffer.read(LONGEST * 4 + 1)
        else:
            with file.open("rb") as opened:
                data = opened.read(LONGEST * 4 + 1)
    except OSError as wrong:
        raise BadFile(f"{file} cannot be read: {wrong.strerror}.") from None
    if data.startswith((b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise BadFile(f"{file} is a PDF or a word processor's file. Copy its text into a plain text file first.")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile(f"{file} is no plain text. Copy the letter's text into a plain text file first.")


def _day(text: str | None, option: str) -> datetime.date | None:
    from ..redress.law_parts import exact_day
    from ..tables.errors import BadSetting

    if text is None:
        return None
    try:
        day: datetime.date = exact_day(text)
    except ValueError as wrong:
        raise BadSetting(f"{option} {text}: it {wrong}.") from None
    return day


commands = (routes, check_refusal_command)
