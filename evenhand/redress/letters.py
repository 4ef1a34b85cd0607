"""A letter for one person, about one system, to one body, on one day; with what to know before sending it.

Steps, in order:  card -> the day whose law applies -> provisions in force then -> slots from the register and the answers -> filled

Nothing about the person is ever needed: what is not told stays a gap in [square brackets]. Nothing is kept.

Read with care: drafts. No lawyer has read them until `is_checked` says so.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ..tables.errors import BadSetting
from .filling import MOST_CHARACTERS, clean, filled, names, plain
from .foi_request import asking_slots
from .law_parts import NATIONS
from .letter_cards import CITING
from .letter_evidence import evidence_slots
from .letter_slots import Found, register_slots

if TYPE_CHECKING:
    from ..register.register import Register
    from .law import Law
    from .letter_cards import LetterCard, Letters
    from .provisions import Provision
    from .remedies import Clock

Answers = Mapping[str, str]


@dataclass(frozen=True)
class Open:
    """A blank still to be filled.

    Attributes:
        slot: the key for it in `answers`.
        gap: what stands in the letter meanwhile.
        asks: the question.
        help: what to put, or that it can be left out.
    """

    slot: str
    gap: str
    asks: str
    help: str | None


@dataclass(frozen=True)
class Letter:
    """A filled letter with its card.

    Attributes:
        id: its file's name in records/letters/en.
        card: what it is for, costs and leads to.
        day: the letter's date.
        law_day: the day whose law applies: that of the event, where it is known.
        to: whom it goes to.
        marked: its text, with marks for gaps and headings (see filling).
        gaps: blanks still open, in order.
        cited: provisions it cites; each was in force on `law_day`.
        verify: open questions it rests on.
        is_checked: a lawyer has checked it and all it rests on.
        letters: what all letters share.
        law: what it rests on.
    """

    id: str
    card: LetterCard
    day: datetime.date
    law_day: datetime.date
    to: str
    marked: str
    gaps: tuple[Open, ...]
    cited: tuple[Provision, ...]
    verify: tuple[str, ...]
    is_checked: bool
    letters: Letters
    law: Law

    @property
    def title(self) -> str:
        """What it does, in plain words."""
        return self.card.title

    @property
    def text(self) -> str:
        """What is sent, as plain text."""
        return plain(self.marked)

    @property
    def banner(self) -> str:
        """What must stand above it; nothing where all was checked."""
        return "" if self.is_checked else self.letters.wording.banner

    @property
    def draft(self) -> str:
        """The text, with a first line to take out where nobody has checked it."""
        return self.text if self.is_checked else f"{self.letters.wording.draft}\n\n{self.text}"

    @property
    def html(self) -> str:
        """The letter as a piece of HTML."""
        from .letter_html import as_html

        return as_html(self.marked)

    def page(self) -> str:
        """A page that can be read and printed without anything else: the letter, and what to know beside it."""
        from .letter_html import as_page

        return as_page(self)

    def docx(self) -> bytes:
        """The draft as a Word file, which says nothing of who made it, or when."""
        from .docx_file import as_docx

        return as_docx(self.marked, above="" if self.is_checked else self.letters.wording.draft)


def letter(
    register: Register, law: Law, letter_id: str, *, system: str | None = None, body: str | None = None, day: datetime.date,
    answers: Answers | None = None, letters: Letters | None = None, more: Found | None = None,
) -> Letter:  # fmt: skip
    """One letter, filled with what the register knows and what the person wants to say.

    Args:
        register: as `read_register` gives it.
        law: as `shipped_law` gives it, of all days.
        letter_id: its file's name in records/letters/en.
        system: slug of the system it is about.
        body: slug of the body it is about, and goes to unless the card names another.
        day: the letter's date.
        answers: by slot, as in gaps.yml; the day of an event (decision_taken: 2026-01-10) also picks the version of the law.
        letters: the letters that ship unless given.
        more: slots that only this call knows.

    Raises:
        BadSetting: no such letter, system, body or answer, or the letter is not for that day.

    Example:
        >>> from evenhand.redress.law import shipped_law
        >>> from evenhand.register.reading import read_register
        >>> made = letter(read_register()[0], shipped_law(), "access-police", body="essex-police", day=datetime.date(2026, 11, 26))
        >>> made.to, made.cited[0].id, made.gaps[0].gap
        ('Essex Police', 'dpa-2018.s45-1', '[your full name]')

    Read with care:
        A draft: `banner` says that no lawyer has read it. Under investigation or on bail, see a solicitor before any letter goes to the police.
    """
    from .letter_reading import shipped_letters

    letters = letters or shipped_letters()
    card = card_of(letters, letter_id)
    told = _told(letters, answers or {})
    law_day = law_day_of(law, card, day, told)
    _require_fit(register, law, letter_id, card, body)
    slots: Found = {**register_slots(register, system, body), **evidence_slots(register, system, body)}
    if system and body and "wanted" in names(letters.text_of(letter_id)):
        slots |= asking_slots(register, system, body)
    slots |= more or {}
    slots = {**slots, **{slot: shown for slot, (shown, _) in told.items()}}
    if not slots.get("to"):
        slots["to"] = card.to.name or slots.get("body", "")
    slots |= {"today": in_full(day), "team": card.to.team or "", **law_slots(law, letters, card, law_day)}
    used: list[str] = []
    marked = filled(letters.text_of(letter_id), slots, lambda slot: _gap(letters, slots, slot), used=used)
    cited = _cited(law, card, used)
    return Letter(
        id=letter_id, card=card, day=day, law_day=law_day, to=str(slots["to"]) or _gap(letters, slots, "to"), marked=marked,
        gaps=tuple(_open(letters, law, slots, name[1:]) for name in dict.fromkeys(used) if name.startswith("[")), cited=cited,
        verify=_verify(law, card, cited, law_day), is_checked=_is_checked(law, card, cited, law_day), letters=letters, law=law,
    )  # fmt: skip


def in_full(day: datetime.date) -> str:
    """A date as a letter has it: 3 March 2026."""
    return f"{day.day} {day:%B %Y}"


def card_of(letters: Letters, letter_id: str) -> LetterCard:
    """A letter's card.

    Raises:
        BadSetting: there is no such letter.
    """
    found = letters.cards.get(letter_id)
    if found is None:
        near = get_close_matches(letter_id, letters.cards, n=3, cutoff=0.5)
        hint = f"Did you mean {', '.join(near)}?" if near else "`evenhand redress letters` lists them."
        raise BadSetting(f"There is no letter '{letter_id[:80]}'. {hint}")
    return found


def law_day_of(law: Law, card: LetterCard, day: datetime.date, told: Mapping[str, tuple[str, datetime.date | None]] | None = None) -> datetime.date:
    """The day whose law a letter goes by: that of the event its remedy is picked by, else the letter's own.

    Where a remedy has ended, a letter about an earlier event can still be written; of an event whose day is not told,
    the last day of the remedy is taken.

    Raises:
        BadSetting: the remedy did not apply on that day.
    """
    from .letter_reading import span_of

    span = span_of(law, card)
    event = law.remedies[card.remedy].picked_by.replace("-", "_") if card.remedy in law.remedies else None
    shown, when = (told or {}).get(event or "", ("", None))
    if when is None and shown:
        raise BadSetting(f"'{event}' picks the version of the law: give a day such as 2026-02-05, not {shown[:40]!r}, or leave it out.")
    if when is not None and when > day:
        raise BadSetting(f"'{event}' is {when}, after the date of the letter, {day}. Give the day it happened, or leave it out.")
    if when is None:
        when = span.to if span.to and span.to < day else day
    if card.remedy:
        law.remedy(card.remedy, when)
    elif not span.holds(when):
        raise BadSetting(f"This letter is not for {when}.")
    return when


def law_slots(law: Law, letters: Letters, card: LetterCard, day: datetime.date) -> Found:
    """Provisions in force on a day, periods of the remedy as it stood, and the card's own words."""
    slots: Found = {f"word.{key}": clean(words) for key, words in card.words.items()}
    for key, name in card.cites.items():
        held = law.provisions[name]
        if held.in_force.holds(day):
            slots |= {f"cite.{key}": held.cite, f"part.{key}": held.section.cite, f"law.{key}": held.instrument.title}
    if card.remedy:
        clocks = law.remedy(card.remedy, day).clocks
        slots |= {f"clock.{key.replace('-', '_')}": said for key, clock in clocks.items() if (said := period_said(letters, clock))}
        if card.clock and card.clock in clocks:
            slots["clock.due"] = period_said(letters, clocks[card.clock])
    return slots


def period_said(letters: Letters, clock: Clock) -> str:
    """A clock's period in words: one month; nothing where the law names none.

    Example:
        >>> from evenhand.redress.law import shipped_law
        >>> from evenhand.redress.letter_reading import shipped_letters
        >>> period_said(shipped_letters(), shipped_law().remedies["foi-request"].clocks["reply"])
        '20 working days'
    """
    if clock.period is None or clock.period.then_days:
        return ""
    one, many = letters.wording.units[clock.period.unit]
    return one if clock.period.n == 1 else many.replace("{n}", str(clock.period.n))


def _told(letters: Letters, answers: Answers) -> dict[str, tuple[str, datetime.date | None]]:
    """Answers by slot, cleaned, with the day where it is one."""
    told: dict[str, tuple[str, datetime.date | None]] = {}
    for key, value in answers.items():
        slot = key.replace("-", "_")
        gap = letters.gaps.get(slot)
        if gap is None:
            near = get_close_matches(slot, letters.gaps, n=3, cutoff=0.5)
            hint = f"Did you mean {', '.join(near)}?" if near else "`evenhand redress letter ID --gaps` shows what one asks for."
            raise BadSetting(f"No letter asks for '{key[:60]}'. {hint}")
        if len(value) > MOST_CHARACTERS:
            raise BadSetting(f"'{key}' is {len(value):,} characters long; {MOST_CHARACTERS:,} are the most. Put the rest on a sheet of its own.")
        shown = clean(value, lines=gap.kind == "lines")
        when = _day(shown) if gap.kind == "date" else None
        if shown:
            told[slot] = (in_full(when) if when else shown, when)
    return told


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _require_fit(register: Register, law: Law, letter_id: str, card: LetterCard, body: str | None) -> None:
    """Whether a letter can be about that body; an unknown body is told of elsewhere."""
    held = register.bodies.get(body or "")
    if held is None:
        return
    where = law.remedies[card.remedy].nations if card.remedy else NATIONS
    if "uk" not in held.nations and not set(held.nations) & set(where):
        raise BadSetting(f"'{letter_id}' is for {', '.join(where)}, and {held.title} is not there ({', '.join(held.nations)}).")
    if not card.to.name and card.to.kinds and held.kind not in card.to.kinds and body not in card.to.bodies:
        fits = ", ".join(card.to.kinds)
        raise BadSetting(f"'{letter_id}' is not for {held.title}, which is of the kind {held.kind}; another rule applies there. It is for {fits}.")


def _gap(letters: Letters, slots: Found, slot: str) -> str:
    """What stands where a slot is not filled: for this letter alone where it has a better word for it, under "[slot"."""
    return f"[{slots.get(f'[{slot}') or letters.gaps[slot].gap}]"


def _open(letters: Letters, law: Law, slots: Found, slot: str) -> Open:
    gap = letters.gaps[slot]
    event = law.events.get(gap.event or "")
    return Open(slot, _gap(letters, slots, slot), gap.asks or (event.asks if event else gap.gap), gap.help or (event.help if event else None))


def _cited(law: Law, card: LetterCard, used: list[str]) -> tuple[Provision, ...]:
    """Provisions that were printed, in the order of the text."""
    keys = [key for family, _, key in (name.partition(".") for name in used) if key and family in CITING]
    return tuple(law.provisions[name] for name in dict.fromkeys(card.cites[key] for key in keys))


def _verify(law: Law, card: LetterCard, cited: tuple[Provision, ...], day: datetime.date) -> tuple[str, ...]:
    remedy = law.remedy(card.remedy, day).verify if card.remedy else ()
    return tuple(dict.fromkeys([*card.verify, *remedy, *(one for held in cited for one in held.verify)]))


def _is_checked(law: Law, card: LetterCard, cited: tuple[Provision, ...], day: datetime.date) -> bool:
    rests = law.resting_on(law.remedy(card.remedy, day)) if card.remedy else []
    is_sound = all(one.is_checked for one in cited) and all(one.is_checked for one in rests)
    return bool(card.reviewed_by) and not card.verify and is_sound


def printed_slots(letters: Letters, letter_id: str) -> list[str]:
    """Blanks a letter may ask for, in the order of its text.

    Example:
        >>> from evenhand.redress.letter_reading import shipped_letters
        >>> printed_slots(shipped_letters(), "access-police")[:2]
        ['name', 'address']
    """
    return [name for name, how in names(letters.text_of(letter_id)).items() if how == "print" and name in letters.gaps]

