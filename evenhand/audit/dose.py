"""Dose: not only which places are flagged, but how often, and who lives where it falls.

A place's dose is whatever the system hands out there: predictions made, months flagged, hours of patrol.
The share of the dose that falls to a group is asked in two ways that can differ much:

    dose shared out among a place's residents    every unit of dose weighs the same, wherever it falls
    dose met by each resident of a place         places with many residents weigh more

The first is what The Markup computed (predictions per head); the second, for flagged or not, is the
exposure of `exposure.py`. Both are printed, for neither is the whole.

Read with care: dose is attention, not stops or arrests, and residents are not all who are there. A
place where nobody lives takes dose that falls to no group: its share is told, and left out.

Source: Sankin, Mehrotra, Mattu & Gilbertson (2021), Crime Prediction Software Promised to Be Free of
Biases, The Markup (per-head comparison of predictions by group); Lum & Isaac (2016), Significance
13(5), 14-19 (targeting rates by group).

Steps, in order:  Dosed -> to_groups or met_by_groups -> ratios -> dose_findings (dose_findings.py)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array, issparse

from ..tables.errors import BadSetting, BadValue, CannotAnswer

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def dose_shares(dose: ArrayLike, people: ArrayLike) -> NDArray[np.float64]:
    """Share of the dose that falls to each group, each place's dose shared out among its residents.

    share = sum over places of (dose * residents of the group there / all residents there) / sum of dose where anybody lives

    Args:
        dose: of each place, at least zero; shape (places,) or (places, draws).
        people: residents by place and group, shape (places, groups).

    Returns:
        Shares that add up to 1, shape (groups,) or (groups, draws); nan where no dose falls on anybody.

    Example:
        Two predictions where 9 of 10 residents are of the second group, one where 1 of 10 is:

        >>> dose_shares([2, 1], [[1, 9], [9, 1]]).round(3).tolist()
        [0.367, 0.633]

    Read with care:
        Every unit of dose weighs the same, however many people live under it. Within a place everybody
        is taken to get as much.
    """
    return share_of_given(to_groups(dose, people), np.ones(1))


def dose_over_representation(dose: ArrayLike, people: ArrayLike, residents: ArrayLike) -> NDArray[np.float64]:
    """A group's share of the dose over its share of all residents.

    over-representation = dose share / (residents of the group / all residents)

    Args:
        dose, people: as for `dose_shares`.
        residents: people of each group in the whole place, dosed or not; shape (groups,).

    Returns:
        Shape (groups,) or (groups, draws), no unit; 1 is proportionate. nan for a group without residents.

    Example:
        >>> dose_over_representation([2, 1], [[1, 9], [9, 1]], [10, 10]).round(3).tolist()
        [0.733, 1.267]

    Read with care:
        The frame decides: a wider place has other residents. Show two (`study_frames.py`).
    """
    return over_representation_of_given(to_groups(dose, people), np.asarray(residents, dtype=float))


def dose_per_head_ratio(dose: ArrayLike, people: ArrayLike, residents: ArrayLike, *, reference: int) -> NDArray[np.float64]:
    """How many times as much dose falls to a resident of each group as to one of the reference group.

    ratio = (dose to the group / its residents) / (dose to the reference / its residents)

    Args:
        dose, people, residents: as for `dose_over_representation`.
        reference: position of the group to compare with.

    Returns:
        Shape (groups,) or (groups, draws), no unit; 1 is parity. nan where no dose falls to the reference.

    Example:
        >>> dose_per_head_ratio([2, 1], [[1, 9], [9, 1]], [10, 10], reference=0).round(3).tolist()
        [1.0, 1.727]

    Read with care:
        Dose per head is high where few people live, so a spot in a town centre with hardly a home weighs
        as much here as one in a block of flats.
    """
    return per_head_ratio(to_groups(dose, people), np.asarray(residents, dtype=float), reference=reference)


def mean_dose(dose: ArrayLike, people: ArrayLike, residents: ArrayLike) -> NDArray[np.float64]:
    """Dose of the place where a resident of each group lives, on average.

    mean dose = sum over places of (dose * residents of the group there) / residents of the group

    Args:
        dose, people, residents: as for `dose_over_representation`.

    Returns:
        Shape (groups,) or (groups, draws), in the unit of the dose; nan for a group without residents.

    Example:
        >>> mean_dose([2, 1], [[1, 9], [9, 1]], [10, 10]).tolist()
        [1.1, 1.9]

    Read with care:
        The whole dose of a place counts for everybody who lives there; where a place is flagged or not, this is the exposed share.
    """
    return per_head(met_by_groups(dose, people), np.asarray(residents, dtype=float))


def to_groups(dose: ArrayLike | csr_array, people: ArrayLike) -> NDArray[np.float64]:
    """Dose that falls to each group when each place's dose is shared out among its residents; shape (groups,) or (groups, draws)."""
    return met_by_groups(dose, composition(people))


def met_by_groups(dose: ArrayLike | csr_array, people: ArrayLike) -> NDArray[np.float64]:
    """Each place's dose times the group's residents there, summed; shape (groups,) or (groups, draws)."""
    number = dose if issparse(dose) else np.asarray(dose, dtype=float)
    return np.asarray((number.T @ np.asarray(people, dtype=float)).T)


def composition(people: ArrayLike) -> NDArray[np.float64]:
    """Each group's share of a place's residents, shape (places, groups); 0 where nobody lives.

    Example:
        >>> composition([[1, 9], [0, 0]]).tolist()
        [[0.1, 0.9], [0.0, 0.0]]
    """
    there = np.asarray(people, dtype=float)
    everyone = there.sum(axis=1, keepdims=True)
    return np.divide(there, everyone, out=np.zeros_like(there), where=everyone > 0)


def share_of_given(given: NDArray[np.float64], heads: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each group's share of what is given; `heads` plays no part."""
    return _over(given, given.sum(axis=0))


def per_head(given: NDArray[np.float64], heads: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is given to each group per resident of it; shapes (groups,) or (groups, draws)."""
    return _over(given, heads if heads.ndim == given.ndim else heads[:, None])


def over_representation_of_given(given: NDArray[np.float64], heads: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each group's share of what is given over its share of residents."""
    return _over(per_head(given, heads), _over(given.sum(axis=0), heads.sum(axis=0)))


def per_head_ratio(given: NDArray[np.float64], heads: NDArray[np.float64], *, reference: int) -> NDArray[np.float64]:
    """What is given to each group per resident, over the same of the reference group."""
    each = per_head(given, heads)
    return _over(each, each[reference])


def _over(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    """A quotient that is nan where the bottom is zero or not known."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(bottom) > 0, top / bottom, np.nan)


@dataclass(frozen=True)
class Dosed:
    """Places with their dose and their residents.

    Attributes:
        groups: names, in the order of the columns.
        people: residents by place and group; shape (places, groups).
        dose: of each place; shape (places,).
        residents: people of the whole place by area and group, dosed or not; shape (areas, groups).
        area: which area each place belongs to (that of most of its residents), for areas drawn again; shape (places,).
        redrawn: dose in redraws of what the system learnt from, shape (places, draws), dense or sparse;
            None where it cannot be run again.
        unit: what one unit of dose is, as a plural noun: predictions, months flagged.
        replicates, seed: of the areas drawn again.

    Raises:
        BadValue: a dose or a number of people that is negative or missing, or tables that do not fit each other.
        CannotAnswer: no dose at all, or none where anybody lives.
    """

    groups: tuple[str, ...]
    people: NDArray[np.float64]
    dose: NDArray[np.float64]
    residents: NDArray[np.float64]
    area: NDArray[np.int64]
    redrawn: Any = None
    unit: str = "units of dose"
    replicates: int = 1000
    seed: int = 1

    def __post_init__(self) -> None:
        """Hold the tables to each other."""
        require_dose(self.dose, self.people)
        if self.people.shape[1] != len(self.groups) or self.residents.shape[1] != len(self.groups) or len(self.area) != len(self.dose):
            raise BadValue("The dose, the residents and the groups do not fit each other: they hold different numbers of places or groups.")

    @property
    def is_yes_or_no(self) -> bool:
        """Whether places are flagged or not, and nothing in between."""
        return bool(np.isin(self.dose, (0.0, 1.0)).all())

    def position(self, group: str) -> int:
        """Where a group stands.

        Raises:
            BadSetting: there is no such group.
        """
        if group not in self.groups:
            raise BadSetting(f"There is no group '{group}' among the residents. Known: {', '.join(self.groups)}.")
        return self.groups.index(group)


def require_dose(dose: NDArray[np.float64], people: NDArray[np.float64]) -> None:
    """Raise unless there is a dose, no less than nothing anywhere, and somebody lives under it.

    Raises:
        BadValue, CannotAnswer: see `Dosed`.
    """
    if dose.ndim != 1 or people.ndim != 2 or len(people) != len(dose):
        raise BadValue(f"There are {len(dose):,} doses and {len(people):,} rows of residents. Each place needs one of each, in the same order.")
    if not np.isfinite(dose).all() or (dose < 0).any():
        raise BadValue("The dose of a place must be a number of at least zero; some are missing or negative. Missing is not zero: leave those places out.")
    if not np.isfinite(people).all() or (people < 0).any():
        raise BadValue("Residents must be numbers of at least zero; some are missing or negative. Missing is not zero: leave those places out.")
    if not dose.any():
        raise CannotAnswer("No place has any dose, so nobody's can be compared.")
    if not (dose * people.sum(axis=1)).any():
        raise CannotAnswer("All of the dose falls on places where nobody lives, so it falls to no group.")


def by_area(dosed: Dosed, *, is_shared: bool = True) -> NDArray[np.float64]:
    """Dose to each group, gathered by the area its places belong to; shape (areas, groups)."""
    part = composition(dosed.people) if is_shared else dosed.people
    return np.asarray(_gathering(dosed) @ (part * dosed.dose[:, None]))


def gathered(dosed: Dosed) -> Dosed:
    """The same dose gathered by area: each place's whole dose goes to the area it belongs to, where residents are counted and not estimated."""
    into = _gathering(dosed)
    redrawn = None if dosed.redrawn is None else np.asarray((into @ csr_array(dosed.redrawn)).toarray())
    return replace(dosed, people=dosed.residents, dose=np.asarray(into @ dosed.dose), area=np.arange(len(dosed.residents)), redrawn=redrawn)


def _gathering(dosed: Dosed) -> csr_array:
    """Which place belongs to which area, as a matrix of ones; shape (areas, places)."""
    places = len(dosed.dose)
    return csr_array((np.ones(places), (dosed.area, np.arange(places))), shape=(len(dosed.residents), places))
