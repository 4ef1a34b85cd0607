"""Serious reoffending: what can be rebuilt of the combined serious predictor that stands beside OGRS4.

The combined figure adds three: serious violence (ogrs4.py, `svrp`), contact sexual offences (points, here) and images and indirect contact (not
rebuilt: its rule is not copied). So it is a function of its parts, and no system of ours gives it for people.

Source: Ministry of Justice, hmpps-arns-risk-actuarial-api (MIT licence).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting
from ..tables.scored import banded

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

MOST_POINTS = 64
CONTACT_CUTS = (22.0, 30.0, 36.0)
"""Points from which the next band of the contact predictor begins."""
CUTS = (1.0, 3.0, 6.9)
"""Percentages from which the next band of the combined predictor begins; those of serious violence."""
WOMEN_WITH_SEXUAL_OFFENCE = 0.00383


def contact_chance(points: ArrayLike) -> NDArray[np.float64]:
    """Chance within two years of a proved contact sexual offence, from the points of the contact predictor.

    Args:
        points: 0 to 64. How they are given is not rebuilt.

    Raises:
        BadSetting: more points than there are.

    Example:
        >>> contact_chance([0, 22, 64]).round(5).tolist()
        [0.00018, 0.00596, 0.83121]
    """
    given = np.asarray(points, dtype=float)
    if ((given < 0) | (given > MOST_POINTS)).any():
        raise BadSetting(f"The contact predictor gives 0 to {MOST_POINTS} points; found {given.min():g} to {given.max():g}.")
    return np.asarray(1 / (1 + np.exp(-(-8.633 + 0.1598 * given))))


def contact_band(points: ArrayLike) -> NDArray[np.int8]:
    """The band of the contact predictor, 0 (low) to 3 (very high)."""
    return banded(np.atleast_1d(np.asarray(points, dtype=float)), CONTACT_CUTS)


def combined_chance(
    serious_violence: ArrayLike, contact: ArrayLike, indirect: ArrayLike, *, is_woman_with_sexual_offence: ArrayLike = False
) -> NDArray[np.float64]:
    """The combined serious figure: the sum of its three parts, and a constant for women with a sexual offence.

    Args:
        serious_violence, contact, indirect: chances, 0 to 1, of one shape.
        is_woman_with_sexual_offence: gets the constant 0.00383.

    Example:
        >>> round(float(combined_chance(0.02, 0.01, 0.005)), 5)
        0.035

    Read with care:
        Chances are added as if no two came together; for rare ones that is nearly right.
    """
    parts = [np.asarray(one, dtype=float) for one in (serious_violence, contact, indirect)]
    return np.asarray(parts[0] + parts[1] + parts[2] + WOMEN_WITH_SEXUAL_OFFENCE * np.asarray(is_woman_with_sexual_offence, dtype=bool))
