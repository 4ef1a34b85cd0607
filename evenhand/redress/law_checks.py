"""What one file of the law cannot show: whether they fit together. Every problem in one run, each at its line.

- names: every next step, basis, ground, calendar, reading, event and open question exists
- dates: nothing is cited before it began or after it ended
- ways: every remedy is reached from a first step, and nothing lies about unused
- wording: every reason an answer can give has its sentence, and names only what that reason has
"""

from __future__ import annotations

import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ..register.problem import Problem
from .law_parts import InForce
from .reasons import REASONS, UNITS, slots_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from .law import Law
    from .law_reading import Lines
    from .remedies import Clock, Remedy

Path = tuple[str | int, ...]
_FIRST, _LAST = datetime.date.min, datetime.date.max


class Finder:
    """Collects problems, each at the line of its key."""

    def __init__(self, law: Law, lines: Lines) -> None:
        self.law, self.lines = law, lines
        self.problems: list[Problem] = []

    def add(self, name: str, path: Path, says: str) -> None:
        """Put down a problem at a key of a file."""
        lined = self.lines.get(name)
        self.problems.append(Problem(f"law/{name}", lined.line(path) if lined else 1, says))

    def known(self, name: str, path: Path, wanted: Iterable[str], known: Collection[str], what: str) -> None:
        """Put down every name that is not known."""
        for number, one in enumerate(wanted):
            if one not in known:
                close = get_close_matches(one, known, n=1, cutoff=0.6)
                near = f" The nearest is `{close[0]}`." if close else ""
                self.add(name, (*path, number), f"There is no {what} `{one}`.{near} Mend the name, or write its record.")

    def cited(self, name: str, path: Path, wanted: Iterable[str], span: InForce) -> None:
        """Put down every provision that is not known, or does not apply for as long as what cites it."""
        provisions = self.law.provisions
        self.known(name, path, wanted, provisions, "provision")
        for number, one in enumerate(wanted):
            if one in provisions and (said := _outside(span, provisions[one].in_force)):
                instead = " or ".join(provisions[one].section.replaced_by)
                self.add(name, (*path, number), f"`{one}` {said}. Give `in_force` here, or cite another{f', such as {instead}' if instead else ''}.")


def check_law(law: Law, lines: Lines) -> list[Problem]:
    """Every problem between the records of the law, by file and line."""
    finder = Finder(law, lines)
    for slug, remedy in law.remedies.items():
        _check_remedy(f"remedies/{slug}.yml", slug, remedy, finder)
    _check_instruments(finder)
    _check_grounds(finder)
    _check_counting(finder)
    _check_ways(finder)
    _check_questions(finder)
    _check_wording(finder)
    return sorted(set(finder.problems))


def _outside(span: InForce, cited: InForce) -> str | None:
    """Why something in force for `cited` cannot be named by something in force for `span`."""
    if (span.start or _FIRST) < (cited.start or _FIRST):
        return f"begins on {cited.start}, and is cited from {span.start or 'the beginning'}"
    if (span.to or _LAST) > (cited.to or _LAST):
        return f"ended on {cited.to}, and is cited {f'until {span.to}' if span.to else 'without an end'}"
    return None


def _both(outer: InForce, inner: InForce) -> InForce:
    """The days on which a part and what it stands in both apply."""
    start = max(filter(None, (outer.start, inner.start)), default=None)
    to = min(filter(None, (outer.to, inner.to)), default=None)
    return InForce.model_construct(start=start, to=to)


def _check_remedy(name: str, slug: str, remedy: Remedy, finder: Finder) -> None:
    law, span = finder.law, remedy.in_force
    for key in ("if_refused", "if_silent", "alongside", "then", "replaced_by"):
        steps: tuple[str, ...] = getattr(remedy, key)
        finder.known(name, (key,), steps, law.remedies, "remedy")
        for number, step in enumerate(steps):
            if step == slug:
                finder.add(name, (key, number), "A remedy does not lead to itself. Leave it out.")
            elif step in law.remedies and not set(remedy.nations) & set(law.remedies[step].nations):
                finder.add(name, (key, number), f"`{step}` exists in none of the nations of this remedy. Leave it out, or mend `nations`.")
    finder.cited(name, ("basis",), remedy.basis, span)
    finder.cited(name, ("reply_must_include",), remedy.reply_must_include, span)
    finder.known(name, ("restrictions",), remedy.restrictions, law.grounds, "ground")
    finder.known(name, ("picked_by",), [remedy.picked_by], law.events, "event")
    for key, item in remedy.must_contain.items():
        finder.cited(name, ("must_contain", key, "basis"), item.basis, _both(span, item.in_force))
    for key, clock in remedy.clocks.items():
        _check_clock(name, key, clock, remedy, finder)
    if remedy.in_force.to and not remedy.replaced_by:
        finder.add(name, ("in_force",), "It has ended; say under `replaced_by` what took its place.")


def _check_clock(name: str, key: str, clock: Clock, remedy: Remedy, finder: Finder) -> None:
    law, path, span = finder.law, ("clocks", key), _both(remedy.in_force, clock.in_force)
    finder.known(name, (*path, "starts"), clock.starts, law.events, "event")
    finder.known(name, (*path, "calendars"), clock.calendars, law.calendars, "calendar")
    finder.known(name, (*path, "readings"), clock.readings, law.readings, "reading")
    finder.cited(name, (*path, "basis"), clock.basis, span)
    for calendar in clock.calendars:
        if calendar in law.calendars:
            finder.cited(name, (*path, "calendars"), law.calendars[calendar].basis, span)
    if clock.extension:
        finder.cited(name, (*path, "extension", "basis"), clock.extension.basis, _both(span, clock.extension.in_force))
    for number, pause in enumerate(clock.pauses):
        finder.cited(name, (*path, "pauses", number, "basis"), pause.basis, _both(span, pause.in_force))
    beyond = [nation for nation in clock.nations if nation not in remedy.nations]
    if beyond:
        finder.add(name, (*path, "nations"), f"The remedy does not exist in {', '.join(beyond)}.")


def _check_instruments(finder: Finder) -> None:
    law = finder.law
    for slug, instrument in law.instruments.items():
        name = f"provisions/{slug}.yml"
        for key, section in instrument.sections.items():
            path = ("sections", key)
            finder.known(name, (*path, "replaced_by"), section.replaced_by, law.provisions, "provision")
            finder.known(name, (*path, "changed_by"), section.changed_by, law.provisions, "provision")


def _check_grounds(finder: Finder) -> None:
    law = finder.law
    for slug, ground in law.grounds.items():
        name = f"grounds/{slug}.yml"
        finder.cited(name, ("basis",), ground.basis, ground.in_force)
        finder.known(name, ("precedents",), ground.precedents, law.provisions, "provision")
        finder.known(name, ("not_with",), ground.not_with, law.grounds, "ground")
        finder.known(name, ("scottish",), ground.scottish, law.grounds, "ground")
        finder.known(name, ("better",), [ground.better] if ground.better else [], law.remedies, "remedy")
        for key, point in ground.counter_points.items():
            finder.cited(name, ("counter_points", key, "basis"), point.basis, _both(ground.in_force, point.in_force))
        for other in ground.not_with:
            if other in law.grounds and slug not in law.grounds[other].not_with:
                finder.add(name, ("not_with",), f"`{other}` does not name this one in turn under `not_with`. Two that exclude each other both say so.")


def _check_counting(finder: Finder) -> None:
    law = finder.law
    for slug, calendar in law.calendars.items():
        finder.known(f"calendars/{slug}.yml", ("holidays",), [calendar.holidays], law.holidays, "list of holidays")
        finder.cited(f"calendars/{slug}.yml", ("basis",), calendar.basis, calendar.in_force)
    for slug, reading in law.readings.items():
        finder.cited(f"readings/{slug}.yml", ("basis",), reading.basis, reading.in_force)


def _check_ways(finder: Finder) -> None:
    """That every remedy is reached from a first step, and that nothing is kept that nothing names."""
    law = finder.law
    reached: set[str] = set()
    waiting = [slug for slug, remedy in law.remedies.items() if remedy.is_first_step]
    while waiting:
        slug = waiting.pop()
        if slug not in reached and slug in law.remedies:
            reached.add(slug)
            waiting += law.remedies[slug].next_steps()
    for slug in sorted(law.remedies.keys() - reached):
        finder.add(f"remedies/{slug}.yml", (), "No first step leads to it. Name it in another's next steps, or write `is_first_step: true`.")
    clocks = [clock for remedy in law.remedies.values() for clock in remedy.clocks.values()]
    used: dict[str, tuple[Collection[str], set[str]]] = {
        "grounds": (law.grounds, {one for remedy in law.remedies.values() for one in remedy.restrictions}),
        "calendars": (law.calendars, {one for clock in clocks for one in clock.calendars}),
        "readings": (law.readings, {one for clock in clocks for one in clock.readings}),
        "holidays": (law.holidays, {calendar.holidays for calendar in law.calendars.values()}),
    }
    for folder, (known, named) in used.items():
        for slug in sorted(set(known) - named):
            finder.add(f"{folder}/{slug}.yml", (), "Nothing names it. Name it where it belongs, or remove it.")
    for event in sorted(law.events.keys() - {one for clock in clocks for one in clock.starts} - {remedy.picked_by for remedy in law.remedies.values()}):
        finder.add("events.yml", (event,), "No clock starts on it and no remedy is picked by it. Remove it.")


def _check_questions(finder: Finder) -> None:
    """That every open question named exists, and every one that exists is named somewhere."""
    law, named = finder.law, set[str]()
    kinds: dict[str, dict[str, Any]] = {
        "remedies": law.remedies, "provisions": law.instruments, "grounds": law.grounds,
        "calendars": law.calendars, "readings": law.readings, "holidays": law.holidays,
    }  # fmt: skip
    for folder, records in kinds.items():
        for slug, record in records.items():
            below = {**getattr(record, "clocks", {}), **getattr(record, "sections", {})}
            inside = [(("verify",), record.verify), *(((kind, key, "verify"), part.verify) for key, part in below.items() for kind in ("clocks", "sections"))]
            for path, asked in inside:
                named.update(asked)
                finder.known(f"{folder}/{slug}.yml", path, asked, law.questions, "open question")
                for one in asked:
                    if one in law.questions and law.questions[one].settled_on:
                        finder.add(f"{folder}/{slug}.yml", path, f"The question `{one}` was settled on {law.questions[one].settled_on}. Leave it out here.")
    for slug, question in law.questions.items():
        if slug not in named and not question.settled_on:
            finder.add(f"questions/{slug}.yml", (), "Nothing rests on this question. Name it under `verify` where it belongs, or remove it.")


def _check_wording(finder: Finder) -> None:
    held = finder.law.wording
    for key, wanted, known in (("reasons", REASONS, held.reasons), ("units", UNITS, held.units), ("labels", ("hard", "discretionary", "guide"), held.labels)):
        for one in sorted(set(wanted) ^ set(known)):
            finder.add("wording.yml", (key,), f"`{one}` {'lacks its sentence' if one in wanted else 'is never said'}. Mend `{key}`.")
    for code, sentence in held.reasons.items():
        for slot in sorted(slots_of(sentence) - set(REASONS.get(code, ()))):
            finder.add("wording.yml", ("reasons", code), f"Nothing fills {{{slot}}} there. It may name: {', '.join(REASONS.get(code, ()))}.")
    if (len(held.weekdays), len(held.months)) != (7, 12):
        finder.add("wording.yml", ("weekdays",), "There are 7 weekdays and 12 months.")
