"""A case for the tests, and a seal that costs next to nothing."""

from __future__ import annotations

import datetime
from typing import Any

from evenhand.redress import case_sealing
from evenhand.redress.case import Case

DAY = datetime.date(2026, 6, 30)
WORDS = "harbour violet ladder seventeen moss"


def quick(patched: Any) -> None:
    """Seals for thousands of tries."""
    patched.setattr(case_sealing, "WORK", 3)
    patched.setattr(case_sealing, "MOST_WORK", 10)


def sample(**more: Any) -> Case:
    """A case with something in it."""
    return Case(label="17", opened_on=DAY, nation="england").with_("began", DAY, **more)
