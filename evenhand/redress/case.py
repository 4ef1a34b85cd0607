"""A caseworker's case: what was answered, what happened when, what was written, done and noted, and by when the next thing is due.

No name is needed, and no field asks for one. A case is never changed: each step gives a new one, which `case_file` puts in the old one's place.

Steps, in order:  sealed file -> JSON (old formats brought up to date) -> Case -> the case with one more thing -> JSON -> sealed file
"""

from __future__ import annotations

import datetime
import json
import unicodedata
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints, ValidationError

from ..register.words import Line, Slug, Strict, visible
from ..tables.errors import BadFile, BadSetting
from .law_parts import Confidence, Day, Nation
from .provisions import Key

FORMAT = 1
"""Goes up when a case is written otherwise; UPGRADES then says how an older one is read."""
UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""By format: what makes the next format of it."""
STEP = 16 * 1024
"""A case is filled up with blanks to a multiple of this, so that the file's size tells little."""
MOST_CHARACTERS = 1_000_000
_TURNS = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}


def _encodes(text: Any) -> Any:
    try:
        if isinstance(text, str):
            text.encode()
    except UnicodeEncodeError:
        raise ValueError("it holds bytes that are no text in UTF-8") from None
    return text


Words = Annotated[str, StringConstraints(max_length=MOST_CHARACTERS), BeforeValidator(_encodes)]
"""Whatever a caseworker wrote, kept as it is; `shown` makes it safe to show."""
StepId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(@[a-z0-9]+(-[a-z0-9]+)*)?$", max_length=170)]
"""A remedy, and after @ which request or complaint it carries on."""
Spans = tuple[tuple[Day, Day], ...]


class CaseEvent(Strict):
    """Something that happened on a day."""

    event: Slug = Field(description="A question of the route finder that asks for a day; or with `remedy`, an event of records/law/events.yml.")
    day: Day = Field(description="When.")
    remedy: Slug | None = Field(default=None, description="Whose clocks it starts, where it is not the answer to a question.")
    about: Slug | None = Field(default=None, description="Which of several requests under the same remedy, such as the slug of the body asked.")
    pauses: Spans = Field(default=(), description="First and last day of each time their clock stood still.")
    told_longer: Day | None = Field(default=None, description="When they said that they need longer.")


class WrittenLetter(Strict):
    """A letter that was written. When it was sent or received is an event."""

    id: Slug = Field(description="Its file's name in records/letters.")
    day: Day = Field(description="The day it bears.")
    to: Words = Field(description="Whom it goes to.")
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] = Field(description="Hash of its text in UTF-8, to tell a copy by.")
    text: Words | None = Field(default=None, description="Its text; nothing where it was not to be kept.")


class DoneStep(Strict):
    """A step that was taken, so that its clocks need no reminding."""

    step: StepId = Field(description="Its id, as the plan shows it.")
    day: Day = Field(description="When.")


class CaseNote(Strict):
    """A note."""

    day: Day = Field(description="When it was made.")
    text: Words = Field(description="What it says.")


class Asked(Strict):
    """What a date was worked out from."""

    events: dict[Slug, Day]
    nation: Nation | None
    pauses: Spans
    extension_notice: Day | None


class StoredReading(Strict):
    """One way of counting, and its last day."""

    reading: Slug | None
    calendar: Slug | None
    due: Day


class StoredDeadline(Strict):
    """A date as it was when the case was last written, with the law it was worked out from."""

    step: StepId = Field(description="The step it belongs to.")
    remedy: Slug
    clock: Key
    whose: Annotated[str, StringConstraints(pattern="^(theirs|yours)$")]
    due_strict: Day | None
    overdue_certain: Day | None
    due: Day | None
    aim_for: Day | None
    may_change: bool
    known_to: Day | None = Field(description="How far holidays were known.")
    readings: tuple[StoredReading, ...]
    basis: tuple[Annotated[str, StringConstraints(max_length=170)], ...] = Field(description="Provisions it rests on, as in records/law.")
    verify: tuple[Slug, ...] = Field(description="Questions a lawyer must still settle.")
    confidence: Confidence
    is_checked: bool = Field(description="Whether a lawyer had checked all it rests on.")
    asked: Asked


class LastChange(Strict):
    """What was done last, so that whoever undoes it knows what goes."""

    what: Words
    day: Day


class Case(Strict):
    """A case, as it lies in its file. `evenhand redress case show` tells it in words."""

    format: int = Field(default=FORMAT, ge=FORMAT, le=FORMAT, description="Of this file; older ones are brought up to date when read.")
    label: Line = Field(description="What the caseworker calls it. A number will do; no name is needed.")
    opened_on: Day = Field(description="When it was made.")
    nation: Nation | None = Field(default=None, description="Where it happened, if that is known.")
    system: Slug | None = Field(default=None, description="The system it is about, as in the register.")
    body: Slug | None = Field(default=None, description="The body it is about, as in the register.")
    answers: dict[Key, Key | tuple[Key, ...]] = Field(default={}, description="Answers to the questions of the route finder, days and nation aside.")
    events: tuple[CaseEvent, ...] = Field(default=(), description="What happened when.")
    letters: tuple[WrittenLetter, ...] = Field(default=(), description="What was written.")
    done: tuple[DoneStep, ...] = Field(default=(), description="Steps taken.")
    notes: tuple[CaseNote, ...] = Field(default=(), description="Notes.")
    deadlines: tuple[StoredDeadline, ...] = Field(default=(), description="Dates, as they were when this was written.")
    reckoned_on: Day | None = Field(default=None, description="When they were worked out.")
    last: LastChange | None = Field(default=None, description="The last change.")

    def with_(self, what: str, day: datetime.date, **changes: Any) -> Case:
        """The case with some fields changed, checked anew.

        Args:
            what: was done, for whoever undoes it.
            day: when.
            changes: by field.

        Raises:
            BadSetting: a value that the field cannot hold.

        Example:
            >>> day = datetime.date(2026, 6, 30)
            >>> Case(label="17", opened_on=day).with_("named the body", day, body="essex-police").body
            'essex-police'
        """
        held = {name: getattr(self, name) for name in type(self).model_fields}
        try:
            return Case.model_validate({**held, **changes, "last": {"what": what, "day": day}})
        except ValidationError as wrong:
            raise BadSetting(f"That cannot be kept in a case: {_first(wrong)}. Nothing was changed.") from None


def written_case(case: Case) -> bytes:
    """A case as bytes to be sealed: JSON, filled up with blanks.

    Example:
        >>> len(written_case(Case(label="17", opened_on=datetime.date(2026, 6, 30))))
        16384
    """
    text = case.model_dump_json().encode()
    return text.ljust(-(-len(text) // STEP) * STEP)


def read_case(text: bytes, name: str = "The file") -> Case:
    """A case from what was sealed.

    Args:
        text: JSON.
        name: of the file, for messages. Nothing of its content is ever in one.

    Raises:
        BadFile: it holds something that this version does not understand.

    Example:
        >>> read_case(b'{"format": 1, "label": "17", "opened_on": "2026-06-30"}').label
        '17'
    """
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        raise BadFile(f"{name} opened, but what is in it is no case. Was it sealed by another program? Nothing was changed.") from None
    version = held.get("format") if isinstance(held, dict) else None
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise BadFile(f"{name} opened, but what is in it is no case. Was it sealed by another program? Nothing was changed.")
    if version > FORMAT:
        raise BadFile(f"{name} was written by a newer Evenhand (format {version}; this one reads up to {FORMAT}). Use that one. Nothing was changed.")
    try:
        for older in range(version, FORMAT):
            held = UPGRADES[older](held)
        return Case.model_validate_json(json.dumps(held), strict=True)
    except ValidationError as wrong:
        raise BadFile(f"{name} opened, but a part of it cannot be understood: {_first(wrong)}. Nothing was changed.") from None
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise BadFile(f"{name} opened, but a part of it cannot be understood. Nothing was changed.") from None


def shown(text: str) -> str:
    r"""A text as a terminal may show it: lines as they are, whatever could steer the terminal or turn the writing by its number.

    Example:
        >>> shown("a\x1b[31mred\nb")
        'a\\x1b[31mred\nb'
    """
    lines = text.replace("\r\n", "\n").replace("\t", "    ").split("\n")
    return "\n".join("".join(one if _is_harmless(one) else visible(one) for one in line) for line in lines)


def _is_harmless(letter: str) -> bool:
    """Whether a letter only shows itself; marks that join letters, as Persian and emoji need them, do."""
    if letter.isprintable():
        return True
    return unicodedata.category(letter) in ("Cf", "Zs") and unicodedata.bidirectional(letter) not in _TURNS and letter not in "\u061c\u200e\u200f"


def _first(wrong: ValidationError) -> str:
    """The first thing that is wrong: where and what, never the value itself."""
    one = wrong.errors(include_input=False, include_url=False, include_context=False)[0]
    where = ".".join(visible(str(part))[:40] for part in one["loc"])
    return f"{where}: {one['msg'].removeprefix('Value error, ')}" if where else one["msg"]
