"""Settings of a person system, held to its card: what is left out takes the card's default, and a stray choice is refused."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadSetting

if TYPE_CHECKING:
    from .card import Card


def settled(card: Card, given: dict[str, Any]) -> dict[str, Any]:
    """Every setting of a system.

    Args:
        card: the system's.
        given: some or all settings. Words must be among the card's choices; numbers may be others, if they are finite and not negative.

    Raises:
        BadSetting: a setting the card does not have, or a value it does not allow.
    """
    known = {reading.setting: reading for reading in card.readings}
    for name, value in given.items():
        if name not in known:
            raise BadSetting(f"{card.title} has no setting '{name}'. Known: {', '.join(known)}.")
        choices = known[name].choices
        is_number = isinstance(known[name].default, (int, float)) and not isinstance(known[name].default, bool)
        if is_number and not (isinstance(value, (int, float)) and math.isfinite(value) and value >= 0):
            raise BadSetting(f"{card.title}, setting '{name}': {value!r} is not a number of 0 or more. Choices on its card: {', '.join(map(str, choices))}.")
        if not is_number and value not in choices:
            raise BadSetting(f"{card.title}: there is no {name} '{value}'. Known: {', '.join(map(str, choices))}.")
    return {**card.defaults, **given}
