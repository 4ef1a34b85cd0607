"""Exposure: who lives in the flagged places?

A group's exposed share is the share of its residents who live in flagged places. The exposure ratio
sets it beside the reference group's: 2 means that a member of the group is twice as likely to live
where the system points. Everything rests on two small tables: residents by area and group, and the
share of each area's ground that is flagged.

Read with care: it says who lives there, not who is stopped there, nor who passes through. Residents
are taken to live evenly over their area; the bounds say how far that could mislead.

Source: Lum & Isaac (2016), Significance 13(5), 14-19 (residents of targeted places by group); The
Markup (2021), Prediction: Bias (per-head exposure relative to White residents).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from ..places.apportion import shares
from ..tables.errors import BadSetting, CannotAnswer

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from ..places.grid import Grid

MOST_DEPRIVED = (1, 2, 3)
"""Deciles taken together as "more deprived", so that every cell of group by deprivation holds people."""


def flagged_share_of_areas(grid: Grid, is_flagged: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Share of each area's ground that lies in flagged cells; shape (areas,), or (areas, maps) for many maps at once."""
    marked = np.asarray(is_flagged)
    if marked.ndim == 1:
        return np.asarray(shares(grid).T @ marked.astype(float))
    # Few cells are flagged in each map: sparse, a thousand maps of a county take megabytes instead of gigabytes.
    return np.asarray((shares(grid).T @ csr_array(marked, dtype=float)).toarray())


def exposed_people(residents: ArrayLike, flagged_share: ArrayLike) -> NDArray[np.float64]:
    """Estimated residents of flagged places by group.

    Args:
        residents: people by area and group, shape (areas, groups).
        flagged_share: share of each area's ground that is flagged, shape (areas,) or (areas, maps).

    Returns:
        People, shape (groups,) or (groups, maps). Estimates: not whole numbers.

    Example:
        >>> exposed_people([[100, 10], [200, 0]], [0.5, 0.0]).tolist()
        [50.0, 5.0]
    """
    return np.asarray(residents, dtype=float).T @ np.asarray(flagged_share, dtype=float)


def exposed_shares(residents: ArrayLike, flagged_share: ArrayLike) -> NDArray[np.float64]:
    """Share of each group's residents who live in flagged places, 0 to 1; nan for a group without residents."""
    people = np.asarray(residents, dtype=float)
    exposed = exposed_people(people, flagged_share)
    totals = people.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (exposed.T / totals).T


def exposure_ratio(residents: ArrayLike, flagged_share: ArrayLike, *, reference: int) -> NDArray[np.float64]:
    """How many times as likely each group is to live in a flagged place as the reference group.

    ratio = (exposed residents / residents) / (exposed residents of reference / residents of reference)

    Args:
        residents: people by area and group, shape (areas, groups).
        flagged_share: share of each area's ground that is flagged, shape (areas,) or (areas, maps).
        reference: position of the group to compare with.

    Returns:
        Shape (groups,) or (groups, maps), no unit; 1 is parity. nan where the reference has nobody exposed.

    Example:
        >>> exposure_ratio([[100, 30], [300, 10]], [0.2, 0.0], reference=0).round(2).tolist()
        [1.0, 3.0]

    Read with care:
        A ratio over few exposed people moves a lot when one spot moves: read the readings' range with it.
    """
    share = exposed_shares(residents, flagged_share)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(share[reference] > 0, share / share[reference], np.nan)


def over_representation(residents: ArrayLike, flagged_share: ArrayLike) -> NDArray[np.float64]:
    """A group's share of those who live in flagged places, over its share of all residents; 1 is proportionate."""
    people = np.asarray(residents, dtype=float)
    exposed = exposed_people(people, flagged_share)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (exposed / exposed.sum(axis=0)).T.T / (people.sum(axis=0) / people.sum()).reshape((-1,) + (1,) * (exposed.ndim - 1))


def exposed_share_bounds(residents: ArrayLike, flagged_share: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The least and the most a group's exposed share could be, whatever its homes within each area.

    Only how many people live on the flagged ground of each area is taken as known, not who they are
    (Duncan & Davis 1953, American Sociological Review 18, 665-666).

    Example:
        >>> low, high = exposed_share_bounds([[80, 20]], [0.5])
        >>> low.round(3).tolist(), high.round(3).tolist()
        ([0.375, 0.0], [0.625, 1.0])
    """
    people = np.asarray(residents, dtype=float)
    everyone = people.sum(axis=1, keepdims=True)
    there = everyone * np.asarray(flagged_share, dtype=float)[:, None]
    least = np.maximum(0, there - (everyone - people)).sum(axis=0)
    most = np.minimum(people, there).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return least / people.sum(axis=0), most / people.sum(axis=0)


def adjusted_exposure_ratio(residents: ArrayLike, flagged_share: ArrayLike, stratum: ArrayLike, *, reference: int) -> NDArray[np.float64]:
    """The exposure ratio among people whose areas are equally deprived (Mantel-Haenszel over strata).

    Adjusting asks another question than the crude ratio: it takes away what runs through deprivation,
    which is itself part of how a group comes to be exposed. Show both.

    Args:
        residents, flagged_share, reference: as for `exposure_ratio`; flagged_share of shape (areas,) or (areas, maps).
        stratum: stratum of each area, such as its deprivation decile; shape (areas,).

    Returns:
        Shape (groups,) or (groups, maps); nan where no stratum holds both groups.

    Source: Rothman, Greenland & Lash (2008), Modern Epidemiology, 3rd ed., ch. 15.
    """
    people, flagged = np.asarray(residents, dtype=float), np.asarray(flagged_share, dtype=float)
    strata = np.asarray(stratum)
    extra = (1,) * (flagged.ndim - 1)
    above = below = np.zeros((people.shape[1], *flagged.shape[1:]))
    for one in np.unique(strata):
        members = strata == one
        totals = people[members].sum(axis=0).reshape((-1, *extra))
        exposed = people[members].T @ flagged[members]
        pair = totals + totals[reference]
        with np.errstate(divide="ignore", invalid="ignore"):
            above = above + np.where(pair > 0, exposed * totals[reference] / pair, 0.0)
            below = below + np.where(pair > 0, exposed[reference] * totals / pair, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(below) > 0, above / below, np.nan)


@dataclass(frozen=True)
class Exposed:
    """What the exposure findings are computed from.

    Attributes:
        residents: index area_code, one column per group; people.
        flagged_share: share of each area's ground flagged, shape (areas,).
        redrawn_share: the same for redraws of the recorded crimes, shape (areas, replicates).
        decile: overall deprivation decile of each area, shape (areas,); None where there is no index.
    """

    residents: pd.DataFrame
    flagged_share: NDArray[np.float64]
    redrawn_share: NDArray[np.float64]
    decile: NDArray[np.int64] | None = None

    def position(self, group: str) -> int:
        """Where a group stands among the columns.

        Raises:
            BadSetting: there is no such group.
        """
        groups = list(self.residents.columns)
        if group not in groups:
            raise BadSetting(f"There is no group '{group}' among the residents. Known: {', '.join(map(str, groups))}.")
        return groups.index(group)

    def require_reference(self, reference: str) -> int:
        """Position of the reference group, which must have someone exposed.

        Raises:
            CannotAnswer: no resident of the reference group lives in a flagged place.
        """
        at = self.position(reference)
        if not exposed_people(self.residents, self.flagged_share)[at] > 0:
            raise CannotAnswer(f"No resident counted as {reference} lives in a flagged place, so nobody's exposure can be compared with theirs.")
        return at
