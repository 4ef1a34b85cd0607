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
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_array

from ..places.apportion import shares
from ..tables.errors import BadSetting, CannotAnswer

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    """Share of each group's residents who live in flagged places.

    share = exposed residents / residents

    Args:
        residents: people by area and group, shape (areas, groups).
        flagged_share: share of each area's ground that is flagged, shape (areas,) or (areas, maps).

    Returns:
        Shares from 0 to 1, shape (groups,) or (groups, maps); nan for a group without residents.

    Example:
        >>> exposed_shares([[100, 10], [300, 10]], [0.5, 0.0]).tolist()
        [0.125, 0.25]

    Read with care:
        A share of residents, not of time spent there or of people stopped there.
    """
    return shares_of(counted(residents, flagged_share))


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
    return ratios_of(counted(residents, flagged_share), reference=reference)


def over_representation(residents: ArrayLike, flagged_share: ArrayLike) -> NDArray[np.float64]:
    """A group's share of those who live in flagged places, over its share of all residents.

    over-representation = (exposed of the group / all exposed) / (residents of the group / all residents)

    Args:
        residents: people by area and group, shape (areas, groups).
        flagged_share: share of each area's ground that is flagged, shape (areas,) or (areas, maps).

    Returns:
        Shape (groups,) or (groups, maps), no unit; 1 is proportionate. nan where nobody is exposed.

    Example:
        >>> over_representation([[100, 30], [300, 10]], [0.2, 0.0]).round(3).tolist()
        [0.846, 2.538]

    Read with care:
        It cannot pass 1 over the group's share of all residents, so places of different make-up do not
        compare; the exposure ratio does. It counts people: places with many residents weigh more. `dose.py`
        has its twin in which every flagged place weighs the same.
    """
    return over_representation_of(counted(residents, flagged_share))


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

    ratio = sum over strata of (exposed * reference residents / both's residents)
            / sum over strata of (exposed of reference * residents / both's residents)

    Args:
        residents, flagged_share, reference: as for `exposure_ratio`; flagged_share of shape (areas,) or (areas, maps).
        stratum: stratum of each area, such as its deprivation decile; shape (areas,).

    Returns:
        Shape (groups,) or (groups, maps); nan where no stratum holds both groups.

    Example:
        Twice as likely in either tenth, but the group lives more in the tenth that is flagged more:

        >>> people, flagged = [[100, 100], [100, 300], [100, 200], [100, 600]], [0.8, 0.0, 0.2, 0.0]
        >>> exposure_ratio(people, flagged, reference=1).round(2).tolist()
        [2.5, 1.0]
        >>> adjusted_exposure_ratio(people, flagged, [1, 1, 2, 2], reference=1).round(2).tolist()
        [2.0, 1.0]

    Read with care:
        It is one number for all strata; where the strata disagree, read them one by one. A stratum with
        a single area says nothing, for within an area all groups are taken to live alike.

    Source: Rothman, Greenland & Lash (2008), Modern Epidemiology, 3rd ed., ch. 15.
    """
    people, strata = np.asarray(residents, dtype=float), np.asarray(stratum)
    by_stratum = [counted(people[strata == one], np.asarray(flagged_share, dtype=float)[strata == one]) for one in np.unique(strata)]
    return adjusted_ratios_of(by_stratum, reference=reference)


class Counted(NamedTuple):
    """People by group, for one map or many draws at once: all else here is computed from these two.

    Attributes:
        exposed: people in flagged places, shape (groups, draws) or (groups,).
        totals: people in all, shape (groups, draws), or (groups, 1) where the draws share them, or (groups,).
    """

    exposed: NDArray[np.float64]
    totals: NDArray[np.float64]


def counted(residents: ArrayLike, flagged_share: ArrayLike) -> Counted:
    """People in flagged places and in all."""
    exposed, totals = exposed_people(residents, flagged_share), np.asarray(residents, dtype=float).sum(axis=0)
    return Counted(exposed, totals if exposed.ndim == 1 else totals[:, None])


def shares_of(people: Counted) -> NDArray[np.float64]:
    """Exposed share of each group; see `exposed_shares`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return people.exposed / people.totals


def ratios_of(people: Counted, *, reference: int) -> NDArray[np.float64]:
    """Exposure ratio of each group; see `exposure_ratio`."""
    share = shares_of(people)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(share[reference] > 0, share / share[reference], np.nan)


def composition_of(people: Counted) -> NDArray[np.float64]:
    """Each group's share of those who live in flagged places."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return people.exposed / people.exposed.sum(axis=0)


def over_representation_of(people: Counted) -> NDArray[np.float64]:
    """See `over_representation`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return composition_of(people) / (people.totals / people.totals.sum(axis=0))


def adjusted_ratios_of(by_stratum: Sequence[Counted], *, reference: int) -> NDArray[np.float64]:
    """See `adjusted_exposure_ratio`."""
    above = below = np.zeros(by_stratum[0].exposed.shape)
    for exposed, totals in by_stratum:
        pair = totals + totals[reference]
        with np.errstate(divide="ignore", invalid="ignore"):
            above = above + np.where(pair > 0, exposed * totals[reference] / pair, 0.0)
            below = below + np.where(pair > 0, exposed[reference] * totals / pair, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / below, np.nan)


@dataclass(frozen=True)
class Exposed:
    """What the exposure findings are computed from.

    Attributes:
        residents: index area_code, one column per group; people.
        flagged_share: share of each area's ground flagged, shape (areas,).
        redrawn_share: the same for redraws of the recorded crimes, shape (areas, replicates); None where the system cannot be run
            again, as with an operator's list: then areas are drawn again instead.
        decile: overall deprivation decile of each area, shape (areas,); None where there is no index.
        replicates, seed: of the areas drawn again.
    """

    residents: pd.DataFrame
    flagged_share: NDArray[np.float64]
    redrawn_share: NDArray[np.float64] | None
    decile: NDArray[np.int64] | None = None
    replicates: int = 1000
    seed: int = 1

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
