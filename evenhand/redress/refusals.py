"""What does this refusal lack? Reads a letter by rules that are data, and says what is wrong, why, and what can be said back.

Steps, in order:  letter -> tidied -> each rule of its kind and day -> what is found, with the words of the letter, law and register

Nothing of the letter is run or kept. The work grows in proportion to its length, whatever it holds: see patterns.py.

Read with care: a rule finds words, not meaning. It misses faults that are put in other words, and finds some that are none; read the
letter beside it. No lawyer has checked the rules (`is_checked`).
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadSetting
from .patterns import compiled, tidied
from .reasons import filled, in_full
from .refusal_rules import KINDS, REGIMES

if TYPE_CHECKING:
    from ..register.register import Register
    from .law import Law
    from .law_parts import Nation
    from .refusal_rules import Kind, RefusalRule, RefusalRules

LONGEST = 200_000
"""Letters beyond this are refused: nobody pastes so much by hand."""
AROUND = 60
POINT_NEEDS = {"public-facts": "known", "contradictions": "known", "spending": "known", "names": "known", "confirmed-elsewhere": "used", "other-forces": "used"}
"""What the register must know before a point may be made that rests on it: nothing is said to be public that is not."""


@dataclass(frozen=True)
class Point:
    """Something to say back, and what it rests on."""

    says: str
    basis: tuple[str, ...]


@dataclass(frozen=True)
class RefusalFound:
    """A fault that a rule found.

    Attributes:
        rule: its id; `title` is the fault in a line.
        lacking: what is lacking, one thing a line.
        excerpt: the letter's words that show it, tidied; nothing where the fault is that something is absent.
        provisions: what is owed by, as a letter cites it.
        explanation: what is wrong, to the person.
        counter_points: what to say back.
        draft: a paragraph for the answer.
        facts: what the register knows, each with where it stands.
        verify: open questions about the law; `open` are others about the rule.
        is_checked: a lawyer has checked it.
    """

    rule: str
    title: str
    lacking: tuple[str, ...]
    excerpt: str | None
    provisions: tuple[str, ...]
    explanation: str
    counter_points: tuple[Point, ...]
    draft: str
    facts: tuple[str, ...]
    confidence: str
    verify: tuple[str, ...]
    open: tuple[str, ...]
    is_checked: bool

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        from dataclasses import asdict

        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}


@dataclass(frozen=True)
class Letter:
    """A letter to be read, with what is known of it.

    Attributes:
        text: tidied.
        kind: what it answers.
        asked: when they received the request; `received` is when this letter came.
        today: stands in for `received` where that is not known.
        nation: of the body.
        known: by what a rule can ask of the register: published facts of the system at the body, and that the body uses it.
    """

    text: str
    kind: Kind
    asked: datetime.date | None
    received: datetime.date | None
    today: datetime.date
    nation: Nation | None
    known: dict[str, tuple[str, ...]]

    def law_day(self, picked_by: str) -> datetime.date:
        """The day whose law a rule is held against."""
        day = self.asked if picked_by == "asked" else self.received
        return day or self.received or self.today


def check_refusal(
    text: str, *, kind: Kind, law: Law, register: Register | None = None, system: str | None = None, body: str | None = None,
    received: datetime.date | None = None, asked: datetime.date | None = None, nation: Nation | None = None,
    today: datetime.date | None = None, rules: RefusalRules | None = None,
) -> list[RefusalFound]:  # fmt: skip
    """What a refusal lacks.

    Args:
        text: the letter, 200,000 letters at most.
        kind: what it answers: access-p3, change-p3, access-gdpr, foi or foisa.
        law: as `shipped_law` gives it, of all days.
        register: to hold the letter against what is published; with `system` and, better, `body`.
        received: when the letter came. Left out, the law of today is used, and nobody is called late.
        asked: when they received the request; needed, too, to tell whether they were late.
        nation: of the body, for its holidays.
        rules: those that ship unless given.

    Returns:
        The faults found, the plainest first; none found does not mean that there are none.

    Raises:
        BadSetting: an unknown kind, system or body, a letter that is empty or too long, or one that came before it was asked for.

    Example:
        >>> from evenhand.redress.law import shipped_law
        >>> letter = "Access is restricted under Section 45 (4) of the Act, as it would show our tactics."
        >>> [one.rule for one in check_refusal(letter, kind="access-p3", law=shipped_law(), today=datetime.date(2026, 11, 26))][0]
        'p3-limb-missing'
    """
    if kind not in KINDS:
        raise BadSetting(f"There is no kind of letter '{kind}'. Choose one of {', '.join(KINDS)}.")
    if len(text) > LONGEST:
        raise BadSetting(f"The letter has {len(text):,} letters, and {LONGEST:,} are the most. Leave out what was enclosed.")
    if not text.strip():
        raise BadSetting("The letter is empty. If it was scanned, its words must be read out first (OCR).")
    if asked and received and received < asked:
        raise BadSetting(f"The letter came on {received}, before the request was received on {asked}. One of the two is wrong.")
    rules = rules or _shipped_rules()
    letter = Letter(
        tidied(text, rules.tidy), kind, asked, received, today or datetime.date.today(), nation, _known(register, system, body)
    )
    found = (_found(slug, rule, letter, rules, law) for slug, rule in rules.rules.items() if kind in rule.kinds)
    return [one for one in found if one is not None]


def grounds_cited(text: str, *, kind: Kind, law: Law, day: datetime.date, rules: RefusalRules | None = None) -> list[tuple[str, str]]:
    """The grounds of refusal that a letter names, and where, by `cited_as` in records/law/grounds.

    Example:
        >>> from evenhand.redress.law import shipped_law
        >>> letter = "Refused under section 31(1)(a), law enforcement."
        >>> [slug for slug, _ in grounds_cited(letter, kind="foi", law=shipped_law(), day=datetime.date(2026, 11, 26))]
        ['foi-s31']
    """
    rules = rules or _shipped_rules()
    read = tidied(text[:LONGEST], rules.tidy)
    found = []
    for slug, ground in law.on(day).grounds.items():
        if ground.regime != REGIMES[kind]:
            continue
        # A word alone, such as "confidence", says too little.
        names = [tidied(name, rules.tidy) for name in ground.cited_as if re.search(r"[0-9 ]", name)]
        places = [place for name in names if (place := _place_of(read, name)) >= 0]
        if places:
            found.append((slug, _around(read, min(places), min(places))))
    return found


def _place_of(text: str, name: str) -> int:
    """Where a name stands by itself: not s31 in s310."""
    place = text.find(name)
    while place >= 0:
        after, before = text[place + len(name) : place + len(name) + 1], text[place - 1 : place]
        if not after.isalnum() and not before.isalnum():
            return place
        place = text.find(name, place + 1)
    return -1


def _shipped_rules() -> RefusalRules:
    from .refusal_reading import shipped_refusal_rules

    return shipped_refusal_rules()


def _found(slug: str, rule: RefusalRule, letter: Letter, rules: RefusalRules, law: Law) -> RefusalFound | None:
    """What a rule finds in a letter."""
    day = letter.law_day(rule.picked_by)
    if not rule.in_force.holds(day) or (rule.picked_by == "asked" and letter.asked is None):
        return None
    match = _match(rule, letter.text, rules)
    if match is None:
        return None
    due = _passed(rule, letter, law)
    facts = letter.known.get(rule.register_ or "", ())
    if (rule.late and due is None) or (rule.register_ and not facts):
        return None
    missing = [item for item in rule.items.values() if not any(_search(one, letter.text, rules) for one in item.any)]
    if rule.items and not missing:
        return None
    cites = [law.provisions[one].cite for one in rule.provisions.get(letter.kind, ()) if law.provisions[one].in_force.holds(day)]
    basis = _listed(cites)
    slots = {"basis": basis, "basis_first": basis[:1].upper() + basis[1:], "items": "; ".join(item.lacks for item in missing), "facts": " ".join(facts)}
    days = {"received": letter.received or letter.today, "asked": letter.asked, "due": due}
    slots |= {key: in_full(value, law.wording) for key, value in days.items() if value}
    return RefusalFound(
        rule=slug, title=rule.title, lacking=tuple(item.lacks for item in missing) or (rule.lacking,), excerpt=match or None, provisions=tuple(cites),
        explanation=rule.explanation, counter_points=_points(rule, letter, law, day), draft=filled(rule.draft, slots), facts=facts,
        confidence=rule.confidence, verify=rule.verify, open=rule.open, is_checked=rule.is_checked,
    )  # fmt: skip


def _match(rule: RefusalRule, text: str, rules: RefusalRules) -> str | None:
    """The words that show what a rule looks for, "" where it looks for none; nothing where it does not fit."""
    looks = rule.looks_for
    if any(_search(one, text, rules) for one in looks.none):
        return None
    first = [_search(one, text, rules) for one in looks.any]
    every = [_search(one, text, rules) for one in looks.all]
    if (looks.any and not any(first)) or not all(every):
        return None
    shown = next((one for one in [*first, *every] if one), None)
    return _around(text, *shown) if shown else ""


def _search(sought: str, text: str, rules: RefusalRules) -> tuple[int, int] | None:
    """Where the first of the patterns stands."""
    for pattern in rules.patterns(sought):
        match = compiled(pattern).search(text)
        if match:
            return match.span()
    return None


def _around(text: str, start: int, end: int) -> str:
    """Some words around a place, cut at spaces."""
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    cut = text[first:last]
    cut = cut if first == 0 else cut.partition(" ")[2] or cut
    cut = cut if last == len(text) else cut.rpartition(" ")[0] or cut
    return f"{'… ' if first else ''}{cut.strip()}{' …' if last < len(text) else ''}"


def _passed(rule: RefusalRule, letter: Letter, law: Law) -> datetime.date | None:
    """The last day of the clock that had run out when the letter came; nothing where none had, or it cannot be told."""
    clock = rule.late.get(letter.kind)
    if clock is None or letter.asked is None or letter.received is None:
        return None  # nobody is called late on a guess
    from .deadlines import deadline

    remedy = law.known(clock.remedy)
    nation = letter.nation if letter.nation in remedy.nations else None
    drawn = deadline(law, clock.remedy, clock.clock, {remedy.clocks[clock.clock].starts[0]: letter.asked}, nation=nation)
    came = letter.received
    if drawn.due_strict is None or drawn.overdue_certain is None:
        return None
    if clock.reading == "strict":
        return drawn.due_strict if drawn.due_strict < came <= drawn.overdue_certain else None
    return drawn.overdue_certain if came > drawn.overdue_certain else None


def _points(rule: RefusalRule, letter: Letter, law: Law, day: datetime.date) -> tuple[Point, ...]:
    """What to say back: the rule's own points and those of its grounds that belong to the kind and hold on the day."""
    held = [*rule.counter_points.values()]
    for slug in rule.grounds:
        if law.grounds[slug].regime == REGIMES[letter.kind]:
            held += law.grounds[slug].counter_points.values()
        else:
            held += [point for other in law.grounds[slug].scottish for point in law.grounds[other].counter_points.values() if letter.kind == "foisa"]
    fit = [point for point in held if point.in_force.holds(day) and (point.from_register is None or letter.known.get(POINT_NEEDS[point.from_register]))]
    found = [Point(point.says, tuple(law.provisions[one].cite for one in point.basis)) for point in fit]
    return tuple({point.says: point for point in found}.values())


def _listed(cites: list[str]) -> str:
    return cites[0] if len(cites) == 1 else " and ".join(filter(None, (", ".join(cites[:-1]), cites[-1]))) if cites else ""


def _known(register: Register | None, system: str | None, body: str | None) -> dict[str, tuple[str, ...]]:
    """What the register knows, by what a rule can ask of it."""
    if register is None or system is None:
        return {}
    from .letter_slots import require
    from .refusal_facts import facts_known, facts_of_use

    require(register, system, body)
    return {"known": facts_known(register, system, body), "used": facts_of_use(register, system, body)}

