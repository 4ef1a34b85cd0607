"""An official record beside ours: what the body publishes of its system, field by field, and what this register knows.

Reads the two formats that this register writes: the Algorithmic Transparency Recording Standard by attribute name, and the
Dutch Publicatiestandaard 1.0. Fields are compared as words: case, marks and order of a list aside. "Differs" is no verdict: a longer
text may say the same in other words, so a reader decides.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ..tables.errors import BadFile, BadSetting
from .atrs import ATTRIBUTES, atrs
from .dutch import FIELDS, INTERNAL, dutch
from .exporting import EMPTY
from .words import LONGEST, visible

if TYPE_CHECKING:
    from pathlib import Path

    from .register import Register

MOST_BYTES = 1_000_000
ENOUGH = 3
"""Known fields that an official record must have to be taken for one."""
OURS_ALONE = ("atrs_version", "published_by", "register_id", "language", "schema", "source_id")
BLANK = ("", EMPTY, "n/a", "none", "not applicable", "veld niet ingevuld", "n.v.t.")


@dataclass(frozen=True)
class Compared:
    """One field of an official record beside ours.

    Attributes:
        field: its name in the official standard.
        official, register: what each says; None where it says nothing.
        outcome: whether they agree.
    """

    field: str
    official: str | None
    register: str | None
    outcome: Literal["agrees", "differs", "only-official", "only-register"]


def read_official(file: Path) -> dict[str, Any]:
    """An official record's JSON.

    Raises:
        BadFile: it cannot be read, is too long to be one record, or is not JSON.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise BadFile(f"{file} is {file.stat().st_size / 1e6:,.1f} MB long and one official record is a page or two. Give one record, not a list of them.")
        record: dict[str, Any] = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as wrong:
        raise BadFile(f"{file} cannot be read: {wrong.strerror or wrong}.") from None
    except UnicodeDecodeError as wrong:
        raise BadFile(f"{file} is not UTF-8 text (byte {wrong.start + 1}). Save it again as UTF-8.") from None
    except (ValueError, RecursionError) as wrong:
        raise BadFile(f"{file} is not JSON: {wrong}. Give the record as it was published, in JSON.") from None
    return record


def compare_official(record: dict[str, Any], register: Register, system: str, *, body: str | None = None) -> list[Compared]:
    """Each field that at least one of the two fills.

    Args:
        record: the official record, as its JSON has it.
        register: ours.
        system: slug of the system it is about.
        body: slug of the user it is about; may be left out where there is only one.

    Raises:
        BadFile: it is neither of the two formats.
        BadSetting: there is no such system, or it is not clear whose use is meant.

    Example:
        >>> from evenhand.register.reading import read_register
        >>> register, _ = read_register()
        >>> record = {"name": "knife crime and violence model", "phase": "retired", "organisation": "Essex Police"}
        >>> [(row.field, row.outcome) for row in compare_official(record, register, "knife-crime-and-violence-model", body="essex-police") if row.official]
        [('name', 'agrees'), ('organisation', 'agrees'), ('phase', 'differs')]
    """
    standard = _standard_of(record)
    body = body or _only_user(register, system)
    ours, fields = (atrs(register, system, body), ATTRIBUTES) if standard == "atrs" else (dutch(register, system, body), FIELDS)
    theirs = record if standard == "atrs" else {INTERNAL.get(name, name): value for name, value in record.items()}
    rows = []
    for field in fields:
        official, register_says = _text(theirs.get(field)), _text(ours.get(field))
        if field in OURS_ALONE or (official is None and register_says is None):
            continue
        rows.append(Compared(field, official, register_says, _outcome(official, register_says)))
    return rows


def _standard_of(record: Any) -> Literal["atrs", "dutch"]:
    if not isinstance(record, dict):
        raise BadFile("The official record is no JSON object, so its fields cannot be read. Give one record, not a list of them.")
    known = {"atrs": set(ATTRIBUTES) & record.keys(), "dutch": ({*FIELDS, *INTERNAL} - {"contact_email", "website"}) & record.keys()}
    best: Literal["atrs", "dutch"] = "dutch" if len(known["dutch"]) > len(known["atrs"]) else "atrs"
    if len(known[best]) < ENOUGH:
        found = ", ".join(sorted(visible(str(name)[:40]) for name in record)[:8]) or "none"
        raise BadFile(
            f"This is neither an Algorithmic Transparency record by attribute name nor one of the Dutch Publicatiestandaard 1.0.\nFields found: {found}.\n"
            f"Known are {', '.join(ATTRIBUTES[:5])} … or {', '.join(FIELDS[:5])} …; rename yours to those."
        )
    return best


def _only_user(register: Register, system: str) -> str:
    held = register.systems.get(system)
    if held is None:
        raise BadSetting(f"There is no system {system!r} in the register.")
    if len(held.uses) != 1:
        raise BadSetting(f"{system} is used by {len(held.uses)} bodies ({', '.join(held.uses) or 'none'}), so say whose record this is.")
    return next(iter(held.uses))


def _text(value: Any) -> str | None:
    """A field as text; None where it is empty in one of the ways that records are."""
    if isinstance(value, list | tuple):
        parts = [text for part in value if (text := _text(part))]
        return "; ".join(parts) or None
    if isinstance(value, dict):
        return _text(list(value.values()))
    text = visible(str(value)[:LONGEST].strip().replace("\n", " · ")) if value is not None else ""
    return None if text.casefold() in BLANK else text


def _outcome(official: str | None, ours: str | None) -> Literal["agrees", "differs", "only-official", "only-register"]:
    if ours is None:
        return "only-official"
    if official is None:
        return "only-register"
    return "agrees" if _words(official) == _words(ours) else "differs"


def _words(text: str) -> list[str]:
    return sorted(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))
