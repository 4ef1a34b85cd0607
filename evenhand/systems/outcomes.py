"""What may stand for a system's own choice of offences among the categories police.uk publishes; each is a reading."""

from __future__ import annotations

from ..tables.errors import BadSetting

OUTCOMES = {
    "violence-robbery-drugs": ("Violence and sexual offences", "Robbery", "Drugs"),
    "violence-robbery": ("Violence and sexual offences", "Robbery"),
    "violence-robbery-drugs-weapons": ("Violence and sexual offences", "Robbery", "Drugs", "Possession of weapons"),
    "violence": ("Violence and sexual offences",),
    "robbery": ("Robbery",),
    "weapons": ("Possession of weapons",),
    "burglary": ("Burglary",),
    "vehicle-crime": ("Vehicle crime",),
    "burglary-vehicle": ("Burglary", "Vehicle crime"),
    "drugs": ("Drugs",),
    "robbery-weapons": ("Robbery", "Possession of weapons"),
}
"""Every outcome that a setting may name."""

VIOLENCE = ("violence-robbery-drugs", "violence-robbery", "violence-robbery-drugs-weapons")
"""The readings of "community violence"."""


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
