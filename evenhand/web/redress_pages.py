"""The redress part of the site: a start, the questions, a written guide, a page for each step, letters to print, clocks in words.

Steps, in order:  data for the browser -> scripts -> pages that need no script

All of it is of the same records: what the scripts ask and say stands on the plain pages as well.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ..redress.answers import checked_answers
from ..redress.filling import filled
from ..redress.law import shipped_law
from ..redress.letter_html import as_html
from ..redress.letter_reading import shipped_letters
from ..redress.letters import law_day_of, law_slots
from ..redress.reasons import in_full
from ..redress.route_clocks import Situation, clocks_of
from ..redress.route_reading import shipped_routes
from .redress_data import data_files
from .redress_words import direction, words_in

if TYPE_CHECKING:
    from ..redress.law import Law
    from ..redress.remedies import Remedy
    from ..redress.route_clocks import RouteClock
    from ..redress.route_rules import Routes
    from .site import Site

FOLDER = "redress"
CRUMB = (f"{FOLDER}/index.html", "What you can do")
DATE = "[the date]"


@dataclass(frozen=True)
class Book:
    """What the pages are made of.

    Attributes:
        law, routes: the records.
        day: the day whose law the plain pages show.
        words: of the language.
        language: its code.
    """

    law: Law
    routes: Routes
    day: datetime.date
    words: dict[str, Any]
    language: str

    def clocks(self, slug: str) -> tuple[RouteClock, ...]:
        """Every clock of a remedy, in words."""
        return clocks_of(Situation(self.law, self.routes, checked_answers(self.routes, {}), self.day, None), slug)


def write_redress(site: Site, *, today: datetime.date | None = None) -> None:
    """All of it, in every language that is shown.

    Args:
        site: the site.
        today: the day whose law the plain pages show; today unless given.
    """
    for script in sorted(one.name for one in files("evenhand.web").joinpath("static/redress").iterdir()):
        site.put(f"{FOLDER}/{script}", files("evenhand.web").joinpath(f"static/redress/{script}").read_bytes())
    for name, text in data_files(site.register).items():
        site.put(f"{FOLDER}/{name}", text.encode())
    day = today or datetime.date.today()
    book = Book(shipped_law(), shipped_routes(), day, words_in("en")[0], "en")
    _write_start(site, book)
    _write_guide(site, book)
    _write_letters(site, book)


def _write(site: Site, book: Book, path: str, template: str, /, *, title: str, crumbs: tuple[tuple[str, str], ...] = (CRUMB,), **view: Any) -> None:
    """A page of this part: under its own security policy, with a way out."""
    shared = {"words": book.words, "language": book.language, "direction": direction(book.language), "law_day": in_full(book.day, book.law.wording)}
    shown = {"script": f"{FOLDER}/leave.js", "module": None, **shared, **view}
    site.write(f"{FOLDER}/{path}", f"{FOLDER}/{template}", title=title, crumbs=crumbs, **shown)


def _write_start(site: Site, book: Book) -> None:
    said = "What to ask the police and others about scores and lists, how to correct, challenge and complain, and by when. Nothing you type leaves the page."
    _write(site, book, "index.html", "index.html.j2", title="What you can do", crumbs=(), description=said)
    systems = sorted(site.register.systems.items(), key=lambda one: one[1].title.casefold())
    _write(site, book, "start.html", "start.html.j2", title=book.words["start"]["title"], systems=systems, module=f"{FOLDER}/app.js")
    rows = [(slug, remedy.title, clock) for slug, remedy in _remedies(book) for clock in book.clocks(slug)]
    split = {whose: [row for row in rows if row[2].whose == whose] for whose in ("yours", "theirs")}
    where = {slug: nations_said(book.law, remedy) for slug, remedy in book.law.remedies.items()}
    _write(site, book, "clocks.html", "clocks.html.j2", title="Clocks in words", rows=split, where=where, labels=book.law.wording.labels)


def _remedies(book: Book) -> list[tuple[str, Remedy]]:
    """Remedies that someone can still use, by their place on the standard path."""
    stages = {slug: stage for stage, slugs in reversed(_path(book).items()) for slug in slugs}
    some = [(slug, remedy) for slug, remedy in book.law.remedies.items() if slug in stages]
    return sorted(some, key=lambda one: stages[one[0]])


def _path(book: Book) -> dict[int, list[str]]:
    """The remedies of each stage, in the order of the rules; each at its first stage only."""
    found: dict[int, list[str]] = {}
    firsts: dict[str, int] = {}
    for rule in book.routes.steps.values():
        for slug in rule.remedies:
            firsts[slug] = min(rule.stage, firsts.get(slug, rule.stage))
    for slug, stage in firsts.items():
        found.setdefault(stage, []).append(slug)
    return dict(sorted(found.items()))


def _write_guide(site: Site, book: Book) -> None:
    path, routes = _path(book), book.routes
    stages = [(number, stage, [(slug, book.law.remedies[slug]) for slug in path.get(number, [])]) for number, stage in sorted(routes.settings.stages.items())]
    why = {slug: rule.why for rule in reversed(routes.steps.values()) for slug in rule.remedies}
    where = {slug: nations_said(book.law, remedy) for slug, remedy in book.law.remedies.items()}
    always = [(slug, book.law.remedies[slug], book.clocks(slug)) for slug in routes.settings.always.remedies]
    _write(site, book, "guide.html", "guide.html.j2", title="The whole way, in writing", stages=stages, why=why, where=where, always=always, routes=routes)
    for slug, remedy in book.law.remedies.items():
        _write(site, book, f"step/{slug}.html", "step.html.j2", title=remedy.title, crumbs=(CRUMB, (f"{FOLDER}/guide.html", "Guide")), **_step(book, slug, why))


def _step(book: Book, slug: str, why: dict[str, str]) -> dict[str, Any]:
    law = book.law
    held = law.remedies[slug]
    start = held.in_force.start
    remedy = held.on(max(book.day, start) if start else book.day)
    letters = shipped_letters()
    after = {key: [(one, law.remedies[one].title) for one in getattr(remedy, key)] for key in ("if_refused", "if_silent", "then", "alongside", "replaced_by")}
    span = [in_full(day, law.wording) if day else None for day in (held.in_force.start, held.in_force.to)]
    event = law.events[held.picked_by].title
    cites = [law.provisions[one] for one in dict.fromkeys([*remedy.basis, *remedy.reply_must_include])]
    made = [(one, letters.cards[one].title) for one in [*letters.of_remedy(slug), *letters.reminders_of(slug)]]
    return {
        "remedy": remedy, "why": why.get(slug), "clocks": book.clocks(slug), "after": after, "letters": made, "cites": cites,
        "where": nations_said(law, remedy),
        "open": [law.questions[one].title for one in remedy.verify], "span": span, "event": event, "unreviewed": law.wording.unreviewed,
        "grounds": [law.grounds[one] for one in remedy.restrictions if one in law.grounds],
    }  # fmt: skip


def nations_said(law: Law, remedy: Remedy) -> str:
    """Where a remedy exists.

    Example:
        >>> law = shipped_law()
        >>> nations_said(law, law.remedies["hra"]), nations_said(law, law.remedies["jr-ew"])
        ('All of the United Kingdom', 'England and Wales')
    """
    names = [law.wording.nations[one] for one in remedy.nations]
    return "All of the United Kingdom" if len(names) == 4 else " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _write_letters(site: Site, book: Book) -> None:
    """Each letter with blanks to fill in by hand, and a list of them."""
    letters = shipped_letters()
    groups: dict[str, list[tuple[str, str, str]]] = {"person": [], "system": [], "hop": [], "reminder": []}
    for letter, card in letters.cards.items():
        where = nations_said(book.law, book.law.remedies[card.remedy]) if card.remedy else ""
        groups["reminder" if card.is_reminder else "hop" if card.is_second_hop else card.about].append((letter, card.title, where))
        crumbs = (CRUMB, (f"{FOLDER}/letter/index.html", "Letters"))
        _write(site, book, f"letter/{letter}.html", "letter.html.j2", title=card.title, crumbs=crumbs, **blank_letter(book, letter))
    _write(site, book, "letter/index.html", "letters.html.j2", title="Letters to print", groups=groups)


def blank_letter(book: Book, letter_id: str) -> dict[str, Any]:
    """A letter in which all that only its sender or the register knows is a gap."""
    letters, law = shipped_letters(), book.law
    card = letters.cards[letter_id]
    day = law_day_of(law, card, book.day)
    slots = {"to": card.to.name or "", "team": card.to.team or "", **law_slots(law, letters, card, day)}
    used: list[str] = []
    marked = filled(letters.text_of(letter_id), slots, lambda slot: DATE if slot == "today" else f"[{letters.gaps[slot].gap}]", used=used)
    gaps = [letters.gaps[name[1:]] for name in dict.fromkeys(used) if name.startswith("[") and name[1:] in letters.gaps]
    keys = dict.fromkeys(key for family, _, key in (name.partition(".") for name in used) if family in ("cite", "part", "law"))
    asks = [(gap.gap, gap.asks or law.events[str(gap.event)].asks, gap.help) for gap in gaps]
    return {
        "card": card, "paper": as_html(marked), "asks": asks, "cites": [law.provisions[card.cites[key]] for key in keys], "wording": letters.wording,
        "is_checked": bool(card.reviewed_by),
    }  # fmt: skip
