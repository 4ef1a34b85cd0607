"""Is exposure unequal beyond chance, where what is flagged is known by area? The first null, for lists and polygons of any shape.

Neighbouring areas are alike in who lives there, and flagged ground comes in one piece: two such maps agree by chance
far more often than areas drawn one by one would. The share of each area that is flagged is therefore correlated with the odds
of the group against the reference, and tested with as many independent areas as the two maps are worth.

`spatial_null.py` asks the same of cells that a system flags on a grid. What its size is on real outlines stands in
effective_sample_size.py.

Read with care: it weighs areas alike, the exposure ratio weighs people; and a p-value above 5 % does not say that exposure is equal.

Steps, in order:  odds of the group by area -> rank correlation with the share flagged -> t test with effective places

Source: Dutilleul (1993), Biometrics 49(1), 305-314; Clifford, Richardson & Hémon (1989), Biometrics 45(1), 123-134.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import CannotAnswer
from .distance_classes import distance_classes
from .effective_sample_size import NULL_MODEL, correlation
from .process_null import log_odds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def area_p_values(
    flagged_share: NDArray[np.float64], people: NDArray[np.float64], groups: Sequence[str], xy_m: NDArray[np.float64], *, reference: str
) -> dict[str, tuple[float, str]]:
    """For each group, the p-value of its exposure beside the reference group's, and the null model.

    Args:
        flagged_share: share of each area's ground flagged, shape (areas,).
        people: residents by area and group, shape (areas, groups).
        groups: names of the columns.
        xy_m: a point of each area, shape (areas, 2).
        reference: the group compared with.

    Returns:
        Group -> (p-value, null model); groups without a p-value are left out, as where too few independent areas are left.

    Example:
        >>> rng = np.random.default_rng(3)
        >>> places = np.array([[x, y] for x in range(0, 8000, 400) for y in range(0, 8000, 400)])
        >>> people = np.column_stack([rng.poisson(200, 400), rng.poisson(300, 400)]).astype(float)
        >>> north = (places[:, 1] > 5000).astype(float)
        >>> found = area_p_values(north, people, ["Black", "White"], places, reference="White")
        >>> found["Black"][0] > 0.05
        True
    """
    at = list(groups).index(reference)
    found: dict[str, tuple[float, str]] = {}
    try:
        classes = distance_classes(xy_m)
    except CannotAnswer:  # too few areas to see how likeness fades with distance
        return found
    for i, group in enumerate(groups):
        if i == at or not people[:, i].sum() > 0:
            continue
        try:
            tested = correlation(flagged_share, log_odds(people[:, i], people[:, at]), classes)
        except CannotAnswer:  # everything is flagged alike, or everybody lives alike
            continue
        if tested.p_value is not None:
            found[group] = (tested.p_value, NULL_MODEL)
    return found
