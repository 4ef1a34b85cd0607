"""What may stand for "community violence" among the categories police.uk publishes; each is a reading."""

from __future__ import annotations

from ..tables.errors import BadSetting

OUTCOMES = {
    "violence-robbery-drugs": ("Violence and sexual offences", "Robbery", "Drugs"),
    "violence-robbery": ("Violence and sexual offences", "Robbery"),
    "violence-robbery-drugs-weapons": ("Violence and sexual offences", "Robbery", "Drugs", "Possession of weapons"),
}


def crime_types_of(outcome: str) -> tuple[str, ...]:
    """The categories that make up an outcome.

    Raises:
        BadSetting: an unknown outcome.

    Example:
        >>> crime_types_of("violence-robbery")
        ('Violence and sexual offences', 'Robbery')
    """
    if outcome not in OUTCOMES:
        raise BadSetting(f"There is no outcome '{outcome}'. Known: {', '.join(OUTCOMES)}.")
    return OUTCOMES[outcome]
