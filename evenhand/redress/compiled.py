"""The law as one JSON file, which the pages read; the same records give the same bytes.

Steps, in order:  Law -> plain values by kind and slug -> text
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel

    from .law import Law

KINDS = ("instruments", "remedies", "grounds", "calendars", "holidays", "readings", "questions", "events", "public_interest")
FORMAT = 1
"""Goes up when a page that reads the file must be changed."""


def compiled(law: Law) -> dict[str, Any]:
    """The law as plain values: what stands in records/law, absent where absent there, dates as text.

    Args:
        law: of all days; a page picks the day, as `Law.remedy` does.

    Example:
        >>> from evenhand.redress.law import shipped_law
        >>> compiled(shipped_law())["remedies"]["foi-request"]["clocks"]["reply"]["period"]
        {'working_days': 20}
    """
    held: dict[str, Any] = {kind: {slug: _plain(record) for slug, record in sorted(getattr(law, kind).items())} for kind in KINDS}
    held["provisions"] = {one.id: {"cite": one.cite, "url": one.url, "is_checked": one.is_checked, "confidence": one.confidence, "verify": list(one.verify)}
                          for one in law.provisions.values()}  # fmt: skip
    for kind in ("remedies", "calendars", "holidays", "readings", "grounds"):
        for slug, record in getattr(law, kind).items():
            held[kind][slug]["is_checked"] = record.is_checked
    held["wording"] = _plain(law.wording)
    version = hashlib.sha256(_text(held).encode()).hexdigest()[:16]
    return {"format": FORMAT, "version": version, **held}


def law_json(law: Law) -> str:
    """The law as the text of law.json.

    Example:
        >>> from evenhand.redress.law import shipped_law
        >>> law_json(shipped_law()) == law_json(shipped_law())
        True
    """
    return _text(compiled(law)) + "\n"


def _plain(record: BaseModel) -> dict[str, Any]:
    return record.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)


def _text(held: dict[str, Any]) -> str:
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"))
