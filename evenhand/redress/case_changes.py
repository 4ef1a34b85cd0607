"""What can be done to a case: answer a question, date an event, mark a step as done, keep a letter or a note.

Each gives a new case, and refuses what would mean nothing: no such question, event, remedy or step.
"""

from __future__ import annotations

import hashlib
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadSetting
from .answers import checked_answers
from .law_parts import NATIONS
from .route_rules import UNKNOWN

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping, Sequence

    from .case import Case
    from .law import Law
    from .letters import Letter
    from .route_rules import Question, Routes

Answered = dict[str, Any]


def with_answers(case: Case, given: Mapping[str, str], *, routes: Routes, today: datetime.date) -> Case:
    """The case with questions of the route finder answered.

    Args:
        case: as it is.
        given: by question: an answer, or several with commas between; `unknown` takes an answer back. For a day, the day.
        routes: the questions.
        today: when it is done.

    Raises:
        BadSetting: no such question or answer.

    Example:
        >>> import datetime
        >>> from evenhand.redress.case import Case
        >>> from evenhand.redress.route_reading import shipped_routes
        >>> day = datetime.date(2026, 6, 30)
        >>> with_answers(Case(label="17", opened_on=day), {"wants": "know,correct"}, routes=shipped_routes(), today=day).answers
        {'wants': ('know', 'correct')}
    """
    answers, nation, events = dict(case.answers), case.nation, list(case.events)
    for name, value in given.items():
        question = routes.questions.get(name)
        values = [one.strip() for one in value.split(",") if one.strip()]
        checked_answers(routes, {name: values if question and question.kind == "many" else value})
        if name == "nation":
            nation = value if value in NATIONS else None  # checked by the line above
        elif question and question.kind == "day":
            events = [one for one in events if one.event != name or one.remedy]
            if value != UNKNOWN:
                answers = _made_to_ask(answers, name, routes)
                events.append(_event(event=name, day=value))
        elif values == [UNKNOWN]:
            answers.pop(name, None)
        else:
            answers[name] = tuple(values) if question and question.kind == "many" else value
    return case.with_(f"answered {', '.join(given)}", today, answers=answers, nation=nation, events=events)


def with_event(
    case: Case, event: str, day: datetime.date, *, law: Law, routes: Routes, today: datetime.date, remedy: str | None = None, about: str | None = None,
    pauses: Sequence[tuple[datetime.date, datetime.date]] = (), told_longer: datetime.date | None = None,
) -> Case:  # fmt: skip
    """The case with an event on its day; one that it had already is moved there.

    Args:
        case: as it is.
        event: a question that asks for a day (data-request-received), or an event of the law (request-received).
        day: when it happened.
        law: with its events and remedies.
        routes: with the questions.
        today: when it is noted.
        remedy: whose clocks it starts, where no question fits: a second request of the same kind, or one to another body.
        about: which of several requests under that remedy.
        pauses: first and last day of each time their clock stood still; needs a remedy.
        told_longer: when they said that they need longer; needs a remedy.

    Raises:
        BadSetting: no such event or remedy, or more than one question is meant.

    Example:
        >>> import datetime
        >>> from evenhand.redress.case import Case
        >>> from evenhand.redress.law import shipped_law
        >>> from evenhand.redress.route_reading import shipped_routes
        >>> day = datetime.date(2026, 6, 30)
        >>> found = with_event(Case(label="17", opened_on=day), "data-request-received", day, law=shipped_law(), routes=shipped_routes(), today=day)
        >>> found.answers, found.events[0].event
        ({'done': ('asked-data',)}, 'data-request-received')
    """
    answers = dict(case.answers)
    if remedy is None:
        if about or pauses or told_longer:
            raise BadSetting("Pauses, longer time and which of several requests are kept with a remedy. Add --remedy REMEDY; the plan shows which it is.")
        event = _day_question(event, law, routes)
        answers = _made_to_ask(answers, event, routes)
    else:
        _require_start(law, remedy, event)
    same = [one for one in case.events if (one.event, one.remedy, one.about) == (event, remedy, about)]
    fresh = _event(event=event, day=day, remedy=remedy, about=about, pauses=[list(span) for span in pauses] or (same[-1].pauses if same else ()),
                   told_longer=told_longer or (same[-1].told_longer if same else None))  # fmt: skip
    events = sorted([*(one for one in case.events if one not in same), fresh], key=lambda one: (str(one["day"] if isinstance(one, dict) else one.day)))
    return case.with_(f"added the event {event}", today, events=events, answers=answers)


def with_step_done(case: Case, step: str, *, day: datetime.date, today: datetime.date, known: Iterable[str]) -> Case:
    """The case with a step marked as done; its clocks are then left out of what is due.

    Raises:
        BadSetting: there is no such step.
    """
    steps = list(dict.fromkeys(known))
    if step not in steps:
        close = get_close_matches(step, steps, n=1, cutoff=0.5)
        raise BadSetting(f"There is no step '{step[:80]}' here.{f' The nearest is {close[0]}.' if close else ''} Steps are: {', '.join(steps)}.")
    kept = [one for one in case.done if one.step != step]
    return case.with_(f"marked {step} as done", today, done=[*kept, {"step": step, "day": day}])


def with_letter(case: Case, letter: Letter, *, today: datetime.date, keeps_text: bool = True) -> Case:
    """The case with a letter that was written."""
    text = letter.draft
    held = {"id": letter.id, "day": letter.day, "to": letter.to, "sha256": hashlib.sha256(text.encode()).hexdigest(), "text": text if keeps_text else None}
    return case.with_(f"wrote the letter {letter.id}", today, letters=[*case.letters, held])


def with_note(case: Case, text: str, *, today: datetime.date) -> Case:
    """The case with a note.

    Raises:
        BadSetting: it is empty, too long, or no text.
    """
    if not text.strip():
        raise BadSetting("The note is empty. Nothing was changed.")
    return case.with_("added a note", today, notes=[*case.notes, {"day": today, "text": text}])


def days_for_letter(case: Case, remedy: str | None, slots: Iterable[str], routes: Routes) -> dict[str, str]:
    """Days of the case that fill the blanks of a letter: what happened, and what happened under the letter's own remedy or thread.

    Args:
        case: as it is.
        remedy: of the letter.
        slots: blanks that are the day of an event, by the event's name with underscores.
        routes: with the questions, and which step carries on which thread.
    """
    threads = {None, *(rule.thread for rule in routes.steps.values() if remedy in rule.remedies)}
    found: dict[str, str] = {}
    for one in case.events:
        question = routes.questions.get(one.event) if one.remedy is None else None
        if question and question.event and question.thread in threads:
            found[question.event.replace("-", "_")] = one.day.isoformat()
        elif one.remedy and one.remedy == remedy:
            found[one.event.replace("-", "_")] = one.day.isoformat()
    return {slot: found[slot] for slot in slots if slot in found}


def _event(**fields: Any) -> Any:
    """An event as the case takes it, checked there with all else."""
    return fields


def _day_question(event: str, law: Law, routes: Routes) -> str:
    """The question an event answers."""
    days = {name: one for name, one in routes.questions.items() if one.kind == "day"}
    if event in days:
        return event
    meant = [name for name, one in days.items() if one.event == event]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise BadSetting(f"'{event}' may be of more than one request. Say which: {', '.join(meant)}; or add --remedy REMEDY.")
    if event in law.events:
        starts = [slug for slug, one in law.remedies.items() if any(event in clock.starts for clock in one.clocks.values())]
        raise BadSetting(f"No question asks for '{event}', so say whose clock it starts: --remedy with one of {', '.join(starts) or 'none'}.")
    close = get_close_matches(event, [*days, *law.events], n=1, cutoff=0.5)
    raise BadSetting(f"There is no event '{event[:80]}'.{f' The nearest is {close[0]}.' if close else ''} Events are: {', '.join(days)}.")


def _require_start(law: Law, remedy: str, event: str) -> None:
    held = law.known(remedy)
    starts = dict.fromkeys([*(one for clock in held.clocks.values() for one in clock.starts), *([held.picked_by] if held.picked_by else [])])
    if event not in starts:
        raise BadSetting(f"'{event[:80]}' starts no clock of '{remedy}'. These days matter there: {', '.join(starts) or 'none, for it has no clock'}.")


def _made_to_ask(answers: Answered, name: str, routes: Routes) -> Answered:
    """Answers under which a question is asked, where there is only one way to give them.

    Raises:
        BadSetting: another question must be answered first, and it has more than one answer that would do.
    """
    question = routes.questions[name]
    if not question.shown_if or checked_answers(routes, answers).is_shown(name):
        return answers
    for needed, wanted in question.shown_if[0].items():
        answers = _made_to_ask(answers, needed, routes)
        other = routes.questions[needed]
        has = answers.get(needed)
        if other.kind == "many":
            answers = {**answers, needed: _added(other, has, wanted[0])}
        elif has not in wanted and len(wanted) == 1 and has is None:
            answers = {**answers, needed: wanted[0]}
        elif has not in wanted:
            raise BadSetting(
                f"'{name}' is only asked after '{needed}': {other.asks}\nAnswer that first: evenhand redress case answer FILE {needed}=ANSWER, "
                f"with one of {', '.join(wanted)}."
            )
    return answers


def _added(question: Question, has: Any, wanted: str) -> tuple[str, ...]:
    chosen = {wanted, *([has] if isinstance(has, str) else has or ())} - {UNKNOWN, "nothing"}
    return tuple(key for key in question.answers if key in chosen)
