"""The deprivation gradient: how exposure rises from the least to the most deprived residents.

Comparing the most deprived tenth with the rest throws away the eight tenths between. The slope index of
inequality keeps them: residents are lined up from the least to the most deprived, each area standing at
the middle of its own residents, and a straight line is drawn through the areas' exposed shares, each
weighing as many as live there. Its rise from one end to the other is the index. The concentration
index sets the same rise against the average: it says whether exposure gathers at one end, whatever its level.

Both are above 0 where the more deprived are more exposed.

Read with care: a straight line; look at the shares by tenth beside it. The ranks are of areas, not of
people. The whole index of deprivation has a crime domain built from recorded crime, so a system that
learns from recorded crime is partly compared with itself: the income domain is a cleaner choice.

Source: Wagstaff, Paci & van Doorslaer (1991), On the measurement of inequalities in health, Social
Science & Medicine 33(5), 545-557 (slope index, concentration index); Bross (1958), How to use ridit
analysis, Biometrics 14(1), 18-38.

Steps, in order:  ridits -> slope_index, concentration_index -> gradient_draws -> gradient_findings
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadValue, CannotAnswer
from ..tables.measure import Measure
from .area_weights import area_weights
from .limits import RESAMPLED_PLAIN, lacking, numbers_at, over_areas

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ..tables.findings import Finding
    from .about import About

MEASURES = {
    "deprivation_slope_index": Measure(
        "Slope index of inequality over deprivation", "residents",
        "How much higher exposure is at the most deprived end than at the least, on a straight line through all areas; 0 is no gradient.",
        "deprivation_gradient.slope_index",
    ),
    "deprivation_concentration_index": Measure(
        "Concentration index over deprivation", "residents",
        "How far exposure gathers among the more deprived: above 0 among them, below 0 among the less deprived, 0 neither.",
        "deprivation_gradient.concentration_index",
    ),
}

OF_AREAS = "Ranks are of areas, not of people; a straight line says nothing of the middle."
HAS_CRIME = "This index has a crime domain built from recorded crime; a system that learns from recorded crime is partly compared with itself."
FEW_AREAS = 10
"""Areas below which a gradient is not given: a line through so few is chance."""


def ridits(rank: ArrayLike, residents: ArrayLike) -> NDArray[np.float64]:
    """Where each area's residents stand when all are lined up from the least to the most deprived.

    ridit = (residents of less deprived areas + half of those of equally deprived ones) / all residents

    Args:
        rank: 1 is the most deprived, as published; equal ranks share a place; shape (areas,).
        residents: of each area; shape (areas,).

    Returns:
        0 (the least deprived end) to 1 (the most), shape (areas,); their mean over residents is a half.

    Example:
        >>> ridits([1, 2, 2], [50, 25, 25]).tolist()
        [0.75, 0.25, 0.25]
    """
    ranks, people = np.asarray(rank, dtype=float), np.asarray(residents, dtype=float)
    order, which = _classes(ranks)
    return np.asarray(_middles(people[order][None, :], which[order])[0][which])


def slope_index(exposure: ArrayLike, rank: ArrayLike, residents: ArrayLike) -> float:
    """Rise of exposure from the least to the most deprived end: the slope of a weighted least-squares line over ridits.

    slope = sum of residents * (ridit - 1/2) * (exposure - mean) / sum of residents * (ridit - 1/2)^2

    Args:
        exposure: of each area, such as the share of its ground that is flagged, or dose per 1,000 residents; shape (areas,).
        rank: 1 is the most deprived; shape (areas,).
        residents: of each area; shape (areas,).

    Returns:
        In the unit of the exposure; above 0 where the more deprived are more exposed. nan where all are equally deprived.

    Raises:
        BadValue: missing or negative numbers, or tables that do not fit each other.

    Example:
        >>> round(slope_index([0.3, 0.2, 0.1], [1, 2, 3], [100, 100, 100]), 3)
        0.3

    Read with care:
        It is the line's rise between two ends where nobody stands, and may pass the range of the areas.
    """
    y, r, people = _checked(exposure, rank, residents)
    return float(_both(y, r, people).slope[0])


def concentration_index(exposure: ArrayLike, rank: ArrayLike, residents: ArrayLike) -> float:
    """How far exposure gathers at one end of deprivation.

    index = 2 * covariance of exposure and ridit over residents / mean exposure

    Args:
        exposure, rank, residents: as for `slope_index`.

    Returns:
        -1 to 1, no unit; above 0: among the more deprived. nan where nobody is exposed.

    Raises:
        BadValue: as `slope_index`.

    Example:
        >>> round(concentration_index([0.3, 0.2, 0.1], [1, 2, 3], [100, 100, 100]), 3)
        0.222

    Read with care:
        Health economists line people up from the poor end, so theirs has the other sign. For a share it
        cannot come near 1 unless few are exposed.
    """
    y, r, people = _checked(exposure, rank, residents)
    return float(_both(y, r, people).concentration[0])


class Gradient(NamedTuple):
    """Slope and concentration index of one or many draws; shape (draws,) each."""

    slope: NDArray[np.float64]
    concentration: NDArray[np.float64]


def gradient_draws(exposure: ArrayLike, rank: ArrayLike, residents: ArrayLike, *, replicates: int = 1000, seed: int = 0) -> Gradient:
    """Both indices for every draw of areas; residents are lined up anew in each.

    Args:
        exposure, rank, residents: as for `slope_index`.
        replicates, seed: as `area_weights`.

    Returns:
        Shape (replicates,) each.

    Example:
        >>> gradient_draws([0.3, 0.2, 0.1], [1, 2, 3], [9, 9, 9], replicates=50, seed=1).slope.shape
        (50,)
    """
    y, r, people = _checked(exposure, rank, residents)
    parts = [_both(y, r, people, weights) for weights in area_weights(len(y), replicates=replicates, seed=seed)]
    return Gradient(np.concatenate([part.slope for part in parts]), np.concatenate([part.concentration for part in parts]))


def gradient_findings(
    exposure: ArrayLike,
    rank: ArrayLike,
    residents: ArrayLike,
    *,
    about: About,
    unit: str,
    what: str = "share of residents in flagged places",
    domain: str = "overall",
    replicates: int = 1000,
    seed: int = 1,
) -> list[Finding]:
    """The gradient of one exposure over deprivation.

    Args:
        exposure, rank, residents: as for `slope_index`.
        about: place, period, source and caveats of the findings.
        unit: of the exposure, such as "share".
        what: the exposure in words.
        domain: which index of deprivation the ranks are of.
        replicates, seed: of the areas drawn again.

    Returns:
        Slope index and concentration index; null with the reason where there are too few areas, or all are equally deprived.

    Raises:
        BadValue: as `slope_index`.
        CannotAnswer: nobody lives in any of the areas.
    """
    y, r, people = _checked(exposure, rank, residents)
    if not people.any():
        raise CannotAnswer("Nobody lives in these areas, so no gradient over residents can be drawn.")
    lived_in = people > 0
    y, r, people = y[lived_in], r[lived_in], people[lived_in]
    why_not = _why_not(y, r)
    caveats = [OF_AREAS, *([HAS_CRIME] if domain in ("overall", "crime") else [])]
    made = {"slope": ("deprivation_slope_index", unit), "concentration": ("deprivation_concentration_index", "index, -1 to 1")}
    value, draws = _both(y, r, people), gradient_draws(y, r, people, replicates=replicates, seed=seed)
    found = []
    for name, (measure, in_unit) in made.items():
        limits = over_areas(getattr(value, name), getattr(draws, name)[None, :], level=about.level, areas=len(y), scale="plain")
        numbers = numbers_at(limits, 0) if not why_not else {"value": None}
        method = f"{what}, by area, over ridits of deprivation weighted by residents; {RESAMPLED_PLAIN}"
        found.append(
            about.finding(
                measure,
                **numbers,
                group="most deprived residents",
                reference="least deprived residents",
                unit=in_unit,
                n=float(people.sum()),
                method=method,
                caveats=(*why_not, *(lacking(numbers) if not why_not else ()), *caveats),
                settings={"domain": domain},
            )
        )
    return found


def _why_not(exposure: NDArray[np.float64], rank: NDArray[np.float64]) -> tuple[str, ...]:
    if len(exposure) < FEW_AREAS:
        return (f"Not given: {len(exposure)} areas with residents are too few for a gradient; it takes {FEW_AREAS}.",)
    if rank.min() == rank.max():
        return ("Not given: all areas are equally deprived.",)
    return () if exposure.any() else ("Not given: nobody is exposed.",)


def _checked(exposure: ArrayLike, rank: ArrayLike, residents: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    y, r, people = (np.asarray(one, dtype=float) for one in (exposure, rank, residents))
    if not (y.shape == r.shape == people.shape) or y.ndim != 1 or len(y) == 0:
        raise BadValue(f"Exposure, rank and residents must hold the same areas; there are {len(y):,}, {len(r):,} and {len(people):,}.")
    for name, column in (("exposure", y), ("rank", r), ("residents", people)):
        if not np.isfinite(column).all():
            raise BadValue(f"{int((~np.isfinite(column)).sum()):,} areas have no {name}. Missing is not zero: leave those areas out.")
    if (people < 0).any() or (y < 0).any():
        raise BadValue("Exposure and residents cannot be below zero; some are. Mend the table.")
    return y, r, people


def _classes(rank: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Areas from the least to the most deprived, and the class of equal rank each area is in, numbered in that order."""
    _, which = np.unique(-rank, return_inverse=True)
    return np.argsort(which, kind="stable"), which.ravel()


def _middles(people: NDArray[np.float64], which: NDArray[np.int64]) -> NDArray[np.float64]:
    """Ridit of each class for each row of residents, whose areas stand in order of class; shape (rows, classes)."""
    starts = np.flatnonzero(np.append(True, np.diff(which) != 0))
    each = np.add.reduceat(people, starts, axis=1)
    so_far = np.cumsum(each, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((so_far - each / 2) / so_far[:, -1:])


def _both(
    exposure: NDArray[np.float64], rank: NDArray[np.float64], residents: NDArray[np.float64], weights: NDArray[np.float64] | None = None
) -> Gradient:
    """Slope and concentration for each row of weights."""
    order, which = _classes(rank)
    y, people = exposure[order], residents[order][None, :] * (1.0 if weights is None else weights[:, order])
    away = _middles(people, which[order])[:, which[order]] - 0.5
    with np.errstate(divide="ignore", invalid="ignore"):
        share = people / people.sum(axis=1, keepdims=True)
        mean = share @ y
        with_rank = (share * away * (y - mean[:, None])).sum(axis=1)
        spread = (share * away**2).sum(axis=1)
        slope = np.where(spread > 0, with_rank / np.where(spread > 0, spread, 1.0), np.nan)
        return Gradient(slope, np.where(mean > 0, 2 * with_rank / np.where(mean > 0, mean, 1.0), np.nan))
