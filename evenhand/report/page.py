"""The report as one HTML file that needs nothing else: no request leaves it, scripts are a convenience.

Steps, in order:  pictures -> view (everything the template shows) -> render
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from . import words
from .finding_pictures import choice_said
from .measures import FIELDS, measure_of
from .pictures import pictures
from .prose import html_of
from .shown import behind, claims_table, denominators, findings_table, settings_table, without_folders

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import jinja2

    from ..systems.card import Card
    from ..tables.findings import Finding
    from .contents import Contents

SECTIONS = (
    ("answer", "The answer"),
    ("maps", "Where the spots are, and who lives there"),
    ("exposure", "Who lives in flagged spots"),
    ("accuracy", "How right the system was"),
    ("disparity", "Who is stopped and searched"),
    ("basis", "What the answer rests on"),
    ("claims", "What others have published"),
    ("method", "How it was done"),
    ("limits", "What this cannot show"),
    ("sources", "Sources, licences and how to run this again"),
)
LEVELS = {"fine": ("✓", "fine"), "note": ("i", "worth knowing"), "warn": ("!", "weakens conclusions"), "refuse": ("✕", "stops an audit")}
FIDELITY = {
    "exact": "exact: the published method, all of it",
    "close": "close: the published method, some settings assumed",
    "shape": "shape only: the published idea, the rest assumed",
}


class Notes:
    """Caveats and sources, numbered in the order the page first mentions them."""

    def __init__(self) -> None:
        """Nothing mentioned yet."""
        self.texts: list[str] = []
        self.sources: list[str] = []

    def mark(self, findings: Iterable[Finding], *, with_source: bool = True) -> Markup:
        """Small links to the notes and sources of these findings, each once."""
        found = tuple(findings)
        numbers = dict.fromkeys(_place(self.texts, text) for finding in found for text in finding.caveats)
        links = [_link(first, last) for first, last in runs(sorted(numbers))]
        if with_source:
            letters = dict.fromkeys(_place(self.sources, finding.source) for finding in found if finding.source)
            links += [Markup('<a href="#source-{0}" aria-label="source {0}">S{0}</a>').format(letter) for letter in sorted(letters)]
        return Markup('<span class="marks">{}</span>').format(Markup(" ").join(links)) if links else Markup("")


def _link(first: int, last: int) -> Markup:
    if first == last:
        return Markup('<a href="#note-{0}" aria-label="note {0}">{0}</a>').format(first)
    return Markup('<a href="#note-{0}" aria-label="notes {0} to {1}">{0}\u2013{1}</a>').format(first, last)


def runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Numbers in order as runs from first to last; two in a row stay two.

    Example:
        >>> runs([1, 2, 3, 5, 6, 9])
        [(1, 3), (5, 5), (6, 6), (9, 9)]
    """
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][-1] == number - 1:
            found[-1].append(number)
        else:
            found.append([number])
    return [pair for run in found for pair in ([(run[0], run[-1])] if len(run) > 2 else [(number, number) for number in run])]


def _place(known: list[str], text: str) -> int:
    if text not in known:
        known.append(text)
    return known.index(text) + 1


@cache
def environment() -> jinja2.Environment:
    """Templates beside this file; everything put into them is escaped."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.PackageLoader("evenhand.report"), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    made.filters["prose"] = html_of
    return made


def plain_file(name: str) -> str:
    """A style sheet or script that is put into the page as it is."""
    environment_ = environment()
    assert environment_.loader is not None
    return environment_.loader.get_source(environment_, name)[0]


def render(contents: Contents) -> str:
    """The whole page."""
    return environment().get_template("page.html.j2").render(view(contents))


def view(contents: Contents) -> dict[str, Any]:
    """Everything the template shows."""
    notes, drawn = Notes(), pictures(contents)
    numbered = {picture.slug: number for number, picture in enumerate((p for section in drawn.values() for p in section), start=1)}
    return {
        "contents": contents,
        "sections": SECTIONS,
        **frame(),
        **opening(words.answer(contents)),
        "standing": words.standing(contents),
        "key_figures": words.key_figures(contents),
        "span": words.span,
        "pictures": drawn,
        "numbered": numbered,
        "notes": notes,
        "behind": lambda picture: behind(picture, contents.names),
        "every": {question: every_figure(contents, question) for question in ("exposure", "accuracy", "disparity")},
        "denominators": denominators(contents) if contents.areas is not None else None,
        "claims": claims_table(contents.claims),
        "settings": settings_table(contents.settings, caption="Settings this study ran with"),
        "cards": tuple((name, card, readings_rows(card)) for name, card in (("The system", contents.card), ("The plain baseline", contents.baseline_card))),
        "methods": methods(contents.findings),
        "manifest": settings_table(lasting(contents.manifest), caption="What this run was made with"),
        "attributions": tuple(dict.fromkeys(source.attribution for source in contents.sources if source.attribution)),
        "version": str(contents.manifest.get("evenhand", contents.manifest.get("version", ""))),
    }


def frame() -> dict[str, Any]:
    """What every page of ours has: the style, the one small script, and its hash for the browser to hold it to."""
    script = plain_file("page.js")
    return {
        "style": Markup(plain_file("style.css")),
        "script": Markup(script),
        "script_hash": "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        "levels": LEVELS,
        "fidelity": FIDELITY,
        "audit_said": audit_said,
        "without_folders": without_folders,
    }


def opening(said: Sequence[words.Sentence]) -> dict[str, Any]:
    """The answer: a warning if it rests on a guess, the lead, and the rest under small headings."""
    own = {sentence.topic: sentence.topic for sentence in said if sentence.topic not in ("guess", "lead", *words.TOPICS)}
    topics = [(title, [sentence for sentence in said if sentence.topic == topic]) for topic, title in {**words.TOPICS, **own}.items()]
    return {
        "first": [sentence for sentence in said if sentence.topic in ("guess", "lead")],
        "topics": [(title, sentences) for title, sentences in topics if sentences],
    }


def audit_said(audit: str) -> str:
    """A refused audit in words.

    Example:
        >>> audit_said("disparity:officer_defined_ethnicity")
        'stop and search by group, by ethnicity as the officer saw it'
    """
    names = {
        "disparity": "stop and search by group",
        "exposure": "who lives in flagged spots",
        "accuracy": "how right the system was",
        "stability": "how firmly spots stand",
    }
    name, _, field = audit.partition(":")
    return names.get(name, name.replace("_", " ")) + (f", by {FIELDS.get(field, field.replace('_', ' '))}" if field else "")


def every_figure(contents: Contents, question: str) -> Any:
    """All findings of a question (stability stands with accuracy); None when there are none."""
    asked = ("accuracy", "stability") if question == "accuracy" else (question,)
    found = [finding for finding in contents.findings if finding.question in asked]
    return findings_table(found, contents.names, caption=f"Every figure on {question}") if found else None


def readings_rows(card: Card) -> tuple[tuple[str, str, str, str, str], ...]:
    """A card's readings: question, default, other choices, why, what it changes."""

    def said(choice: Any, unit: str) -> str:
        return "none" if choice is None else choice_said(choice, unit)

    return tuple(
        (r.question, said(r.default, r.unit), ", ".join(said(c, r.unit) for c in r.choices if c != r.default) or "none", r.because, r.changes)
        for r in card.readings
    )


def methods(findings: Iterable[Finding]) -> tuple[tuple[str, str, str], ...]:
    """Each measure's name, meaning and method, once; a measure computed in two ways has two lines."""
    seen = dict.fromkeys((measure_of(f).title, measure_of(f).means, f.method or "not stated") for f in findings)
    return tuple(seen)


def lasting(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest without clock times, which would change the page, and without what stands elsewhere in it."""
    left_out = ("time", "duration", "second", "started", "finished", "when", "declaration", "inputs")
    return {
        name: lasting(value) if isinstance(value, dict) else value
        for name, value in manifest.items()
        if not any(word in str(name).lower() for word in left_out)
    }
