"""What a person answered: which questions are asked of them, which conditions hold, which days are known."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadSetting
from .law_parts import exact_day
from .route_rules import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .route_rules import Question, Routes, When


@dataclass(frozen=True)
class Answers:
    """Answers that have been checked; whatever was not answered is unknown.

    Attributes:
        routes: the questions they answer.
        chosen: of each choice, what was chosen.
        days: of each day that is known, when.
    """

    routes: Routes
    chosen: dict[str, tuple[str, ...]]
    days: dict[str, datetime.date]

    def is_shown(self, name: str) -> bool:
        """Whether a question is asked of this person."""
        return self.holds(self.routes.questions[name].shown_if)

    def of(self, name: str) -> tuple[str, ...]:
        """The answers to a choice: none if it is not asked, `unknown` if it was not answered."""
        return (self.chosen.get(name) or (UNKNOWN,)) if self.is_shown(name) else ()

    def holds(self, when: When) -> bool:
        """Whether a condition holds: any of its cases, or there is none.

        Example:
            >>> from evenhand.redress.route_reading import shipped_routes
            >>> answers = checked_answers(shipped_routes(), {"nation": "wales"})
            >>> answers.holds(({"nation": ("wales", "england")},)), answers.holds(({"nation": ("scotland",)},))
            (True, False)
        """
        return not when or any(all(set(self.of(name)) & set(wanted) for name, wanted in case.items()) for case in when)

    def known(self, thread: str | None) -> dict[str, datetime.date]:
        """Days that are known, by event: of what happened, and of one request or complaint."""
        return {str(question.event): self.days[name] for name, question in self._asked_days(thread) if name in self.days}

    def happened(self, thread: str | None) -> dict[str, str]:
        """Events that did happen or may have, known or not, each with the question that asks for its day."""
        return {str(question.event): name for name, question in self._asked_days(thread)}

    def _asked_days(self, thread: str | None) -> list[tuple[str, Question]]:
        every = ((name, self.routes.questions[name]) for name in self.routes.in_order())
        return [(name, one) for name, one in every if one.kind == "day" and one.thread in (None, thread) and self.is_shown(name)]


def checked_answers(routes: Routes, given: Mapping[str, Any]) -> Answers:
    """Answers, if every one of them answers a question.

    Args:
        routes: the questions.
        given: by question: one answer, a list of them, or a day; what is left out is unknown.

    Raises:
        BadSetting: no such question or answer, or a day that is none.

    Example:
        >>> from evenhand.redress.route_reading import shipped_routes
        >>> checked_answers(shipped_routes(), {"act": "2026-06-30", "wants": ["know", "correct"]}).days
        {'act': datetime.date(2026, 6, 30)}
    """
    if not hasattr(given, "items"):
        raise BadSetting("The answers are not a list of questions with an answer each: nation: england")
    chosen: dict[str, tuple[str, ...]] = {}
    days: dict[str, datetime.date] = {}
    for name, value in given.items():
        question = routes.questions.get(name)
        if question is None:
            raise BadSetting(f"There is no question '{name}'.{_near(name, routes.questions)} Questions are: {', '.join(routes.in_order())}.")
        if question.kind == "day":
            if value not in (UNKNOWN, None, ""):
                days[name] = _day(name, value)
        else:
            chosen[name] = _chosen(name, question, value)
    return Answers(routes, chosen, days)


def _chosen(name: str, question: Question, value: Any) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(values, list | tuple) or not all(isinstance(one, str) for one in values):
        raise BadSetting(f"The answer to '{name}' is no word and no list of words. Choose from: {', '.join(question.answers)}.")
    for one in values:
        if one not in question.answers:
            raise BadSetting(f"'{one}' is no answer to '{name}'.{_near(one, question.answers)} Choose from: {', '.join(question.answers)}.")
    if question.kind == "one" and len(set(values)) > 1:
        raise BadSetting(f"'{name}' has one answer, and {len(set(values))} were given: {', '.join(values)}.")
    return tuple(key for key in question.answers if key in values)


def _day(name: str, value: Any) -> datetime.date:
    try:
        day: datetime.date = exact_day(value)
    except ValueError as wrong:
        raise BadSetting(f"The answer to '{name}' {wrong}. Write the day so, or unknown.") from None
    return day


def _near(word: Any, known: Any) -> str:
    close = get_close_matches(str(word), list(known), n=1, cutoff=0.6)
    return f" The nearest is '{close[0]}'." if close else ""
