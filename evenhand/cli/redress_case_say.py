"""How a case is told at a terminal: dates in full, in both readings, with what no lawyer has checked; nothing in it can steer the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .say import say_wrapped

if TYPE_CHECKING:
    import datetime

    from ..redress.case import Case
    from ..redress.case_dates import CaseDate, Reckoned
    from ..redress.law import Law


def say_case(case: Case, law: Law, dates: Reckoned, today: datetime.date) -> None:
    """All that a case holds, letters' texts aside."""
    from ..redress.case import shown
    from ..redress.reasons import in_full

    nation = law.wording.nations[case.nation] if case.nation else None
    click.secho(shown(case.label), bold=True)
    rows = [("opened", in_full(case.opened_on, law.wording)), ("nation", nation), ("system", case.system), ("body", case.body)]
    click.echo("\n".join(f"  {key:<8}{value}" for key, value in rows if value))
    _say_list("Answers", [f"{key}: {value if isinstance(value, str) else ', '.join(value)}" for key, value in case.answers.items()])
    _say_list("Events", [_event_said(case, n, law) for n in range(len(case.events))])
    kept = [(n, one, "" if one.text is not None else "; its text was not kept") for n, one in enumerate(case.letters, start=1)]
    _say_list("Letters", [f"{n}. {in_full(one.day, law.wording)}: {one.id}, to {shown(one.to)}{left}; SHA-256 {one.sha256[:16]}…" for n, one, left in kept])
    _say_list("Done", [f"{in_full(one.day, law.wording)}: {one.step}" for one in case.done])
    _say_list("Notes", [f"{in_full(one.day, law.wording)}: {shown(one.text)}" for one in case.notes])
    say_due(law, [(case.label, one) for one in dates.dates if not one.is_done], today)
    say_moved(law, dates)
    say_problems(dates)


def _event_said(case: Case, position: int, law: Law) -> str:
    from ..redress.reasons import in_full

    one = case.events[position]
    more = [f"for {one.remedy}{f', {one.about}' if one.about else ''}"] if one.remedy else []
    more += [f"stood still from {in_full(first, law.wording)} to {in_full(last, law.wording)}" for first, last in one.pauses]
    more += [f"told on {in_full(one.told_longer, law.wording)} that they need longer"] if one.told_longer else []
    return f"{in_full(one.day, law.wording)}: {one.event}" + (f" ({'; '.join(more)})" if more else "")


def _say_list(heading: str, lines: list[str]) -> None:
    if lines:
        click.secho(f"\n{heading}", bold=True)
        for line in lines:
            for part in line.split("\n"):
                say_wrapped(part, label="  ")


def say_due(law: Law, due: list[tuple[str, CaseDate]], today: datetime.date) -> None:
    """Dates, nearest first, each with its case, both readings and what is not checked."""
    from ..redress.case import shown
    from ..redress.reasons import filled, in_full

    for label, one in due:
        assert one.turns is not None
        found = one.found
        click.secho(f"\n{in_full(one.turns, law.wording)} ({_left(one, today)})", bold=True)
        say_wrapped(f"{shown(label)}: {one.title} ({one.step})", label="  ")
        days = {"strict": found.due_strict, "certain": found.overdue_certain, "due": found.due, "aim": found.aim_for}
        slots = {key: in_full(day, law.wording) for key, day in days.items() if day}
        theirs = law.wording.theirs_same if found.due_strict == found.overdue_certain else law.wording.theirs
        say_wrapped(filled(theirs if found.whose == "theirs" else law.wording.yours, slots), label=f"  {one.clock_title}: ")
        if found.label:
            say_wrapped(law.wording.labels[found.label], label="  ")
        if found.must_arrive:
            click.echo("  It must have arrived by then; sending it is not enough.")
        if found.may_change and found.known_to:
            say_wrapped(filled(law.wording.may_change, {"day": in_full(found.known_to, law.wording)}), label="  ")
        if not found.is_checked:
            more = f"; {_counted(len(found.verify), 'open question')}, below" if found.verify else ""
            click.echo(f"  {law.wording.unreviewed[0].upper()}{law.wording.unreviewed[1:]}{more}.")
    open_ = dict.fromkeys(question for _, one in due for question in one.found.verify)
    if open_:
        click.echo(f"\n{law.wording.open_question}")
    for question in open_:
        say_wrapped(law.questions[question].title, label="  ? ")


def _left(one: CaseDate, today: datetime.date) -> str:
    """How far off a date is, in words; whose turn it is once it has passed."""
    assert one.turns is not None
    assert one.ends is not None
    days = (one.turns - today).days
    if days >= 0:
        return "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
    if one.found.whose == "yours":
        return f"ran out {_counted(-days, 'day')} ago"
    return f"they are late by {_counted((today - one.ends).days, 'day')}" if one.ends < today else "late by one way of counting, not yet by the other"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def say_moved(law: Law, dates: Reckoned) -> None:
    """Which stored dates come out otherwise now, from what to what."""
    from ..redress.reasons import in_full
    from ..redress.recomputing import DATES

    if dates.moved:
        click.secho("\nDates that changed since this case was last written, because a calendar or a rule did:", bold=True)
    for step, one in dates.moved:
        if one.now is None:
            say_wrapped(f"{step}, {one.before['clock']}: can no longer be worked out. {one.problem}", label="  ! ")
            continue
        for key in one.moved:
            was, now = (in_full(held[key], law.wording) if isinstance(held[key], str) else held[key] for held in (one.before, one.now))
            if key in DATES[:4]:
                say_wrapped(f"{step}, {one.before['clock']}: was {was}, is now {now}.", label="  ! ")


def say_problems(dates: Reckoned) -> None:
    """What could not be worked out."""
    for one in dates.problems:
        say_wrapped(one, label="  ! ")


def say_plan(dates: Reckoned, case: Case) -> None:
    """The steps open to the person, those done marked."""
    done = {one.step for one in case.done}
    for gate in dates.plan.gates:
        click.secho(gate.title, bold=True)
        for text in gate.says:
            say_wrapped(text, label="  ")
    for number, step in enumerate(dates.plan.steps, start=1):
        click.secho(f"\n{number}. {'[done] ' if step.id in done else ''}{step.title}", bold=True)
        say_wrapped(f"{step.id}; {step.help_says}", label="   ")
        for why in step.why:
            say_wrapped(why, label="   ")
        for clock in step.clocks:
            if clock.deadline and step.id not in done:
                say_wrapped(clock.says, label=f"   {clock.title}: ")
        if step.letters:
            say_wrapped(", ".join(step.letters), label="   Letters: ")
    for one in dates.plan.missing:
        say_wrapped(f"{one['asks']} ({one['question']})", label="  ? ")
    click.echo(f"\n{dates.plan.unreviewed}")
    say_problems(dates)
