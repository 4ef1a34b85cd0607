"""Concentration: does the dose fall on few people, and on groups apart from each other?

The Lorenz curve lines people up from those whose place gets the least dose a head to those whose place
gets the most, and asks what share of the dose the first so many of them get. The Gini index is one
number for it: 0 when everybody gets alike, near 1 when all falls on few. It counts people, not cells.

A few units of dose thrown at people by chance are uneven too: twenty spots cannot fall on everybody.
So the Gini stands beside its noise floor, what it would be on average if as many units fell on people
at random, and only what lies above that floor is concentration by the system.

Three indices of segregation say how far the dose of two groups falls in different places
(dissimilarity) and in what company it falls (isolation: how many of one's own; interaction: how many
of the other).

Read with care: a Gini says how uneven, not towards whom. All here take every place as it is drawn:
larger places are evener. Places where nobody lives have no dose a head and are left out.

Source: Gini (1914), Atti del Reale Istituto Veneto 73, 1203-1248; Lorenz (1905), Publications of the
American Statistical Association 9(70), 209-219; Massey & Denton (1988), The Dimensions of Residential
Segregation, Social Forces 67(2), 281-315 (dissimilarity, isolation, interaction).

Steps, in order:  lorenz -> gini -> noise_floor -> concentration_findings (concentration_findings.py)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import CannotAnswer
from .area_weights import area_weights
from .dose import require_dose
from .intervals import whole_counts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

CELLS_AT_A_TIME = 2_000_000
"""Places times draws held at once: 16 MB."""


class Lorenz(NamedTuple):
    """The Lorenz curve, both from 0 to 1; shape (places + 1,) each."""

    people_share: NDArray[np.float64]
    dose_share: NDArray[np.float64]


def lorenz(dose: ArrayLike, residents: ArrayLike) -> Lorenz:
    """Share of the dose that falls on the share of people who get the least of it.

    Args:
        dose: of each place, at least zero; shape (places,).
        residents: of each place; shape (places,). Places without residents are left out.

    Returns:
        Points of the curve, from (0, 0) to (1, 1); straight between them.

    Raises:
        BadValue, CannotAnswer: no dose, or tables that do not fit each other.

    Example:
        Half of the people get nothing, the other half everything:

        >>> curve = lorenz([0, 8], [50, 50])
        >>> curve.people_share.tolist(), curve.dose_share.tolist()
        ([0.0, 0.5, 1.0], [0.0, 0.0, 1.0])

    Read with care:
        Within a place everybody is taken to get alike.
    """
    number, people = _lived_in(dose, residents)
    order = _by_rate(number, people)
    return Lorenz(_running_share(people[order]), _running_share(number[order]))


def gini(dose: ArrayLike, residents: ArrayLike) -> float:
    """How unevenly the dose falls on people: 0 when all get alike, near 1 when few get all.

    gini = 1 - sum over steps of the Lorenz curve of (people's share in the step * (dose share before + dose share after))

    Args:
        dose, residents: as for `lorenz`.

    Returns:
        No unit, 0 to below 1.

    Raises:
        BadValue, CannotAnswer: as `lorenz`.

    Example:
        >>> gini([0, 8], [50, 50]), gini([4, 4], [50, 50])
        (0.5, 0.0)

    Read with care:
        Few units of dose make a high Gini by themselves: see `noise_floor`.
    """
    number, people = _lived_in(dose, residents)
    order = _by_rate(number, people)
    return float(_ginis(number[order][None, :], people[order][None, :])[0])


def noise_floor(dose: ArrayLike, residents: ArrayLike, *, replicates: int = 1000, seed: int = 0) -> NDArray[np.float64]:
    """Ginis of as many units of dose thrown at the residents at random.

    Each place's count is Poisson with a mean proportional to its residents, given the total: a multinomial.

    Args:
        dose: whole units; shape (places,).
        residents: as for `lorenz`.
        replicates: how many throws.
        seed: of the random generator.

    Returns:
        One Gini a throw, shape (replicates,). Their mean is the floor.

    Raises:
        BadValue: a dose that is not counted in whole units.
        CannotAnswer: as `lorenz`.

    Example:
        Ten units on a thousand people in a hundred places: chance alone leaves most with nothing.

        >>> bool(noise_floor([10] + [0] * 99, [10] * 100, replicates=200, seed=1).mean() > 0.88)
        True

    Read with care:
        It takes every unit as free to fall anywhere. A system that flags a fixed number of places, each
        once, is a little evener than that by its own rule.
    """
    number, people = _lived_in(dose, residents)
    total, chance = int(whole_counts(number, "units of dose by place").sum()), people / people.sum()
    random, found = np.random.default_rng(seed), []
    block = max(8, CELLS_AT_A_TIME // len(people))
    for start in range(0, replicates, block):
        thrown = random.multinomial(total, chance, size=min(block, replicates - start)).astype(float)
        order = np.argsort(thrown / people, axis=1, kind="stable")
        found.append(_ginis(np.take_along_axis(thrown, order, axis=1), people[order]))
    return np.concatenate(found)


def thrown_lorenz(dose: ArrayLike, residents: ArrayLike, *, shares: ArrayLike, replicates: int = 200, seed: int = 0) -> NDArray[np.float64]:
    """The Lorenz curve as chance alone would draw it, on average over throws as in `noise_floor`.

    Args:
        dose, residents, replicates, seed: as for `noise_floor`.
        shares: people's shares at which the curve is wanted, 0 to 1.

    Example:
        >>> thrown_lorenz([5, 5], [50, 50], shares=[0.0, 1.0]).tolist()
        [0.0, 1.0]
    """
    number, people = _lived_in(dose, residents)
    total, chance = int(whole_counts(number, "units of dose by place").sum()), people / people.sum()
    random, summed = np.random.default_rng(seed), np.zeros(len(np.asarray(shares)))
    for _ in range(replicates):
        thrown = random.multinomial(total, chance).astype(float)
        order = _by_rate(thrown, people)
        summed += np.interp(np.asarray(shares), _running_share(people[order]), _running_share(thrown[order]))
    return summed / replicates


def ginis_of(doses: NDArray[np.float64], residents: NDArray[np.float64]) -> NDArray[np.float64]:
    """The Gini of many doses of the same places.

    Args:
        doses: shape (places, draws).
        residents: shape (places,).

    Returns:
        Shape (draws,); nan for a draw without any dose where anybody lives.

    Example:
        >>> ginis_of(np.array([[0.0, 4.0], [8.0, 4.0]]), np.array([50.0, 50.0])).tolist()
        [0.5, 0.0]
    """
    inhabited = residents > 0
    rows, people = doses[inhabited].T, residents[inhabited]
    order = np.argsort(rows / people, axis=1, kind="stable")
    return _ginis(np.take_along_axis(rows, order, axis=1), people[order])


def resampled_ginis(dose: ArrayLike, residents: ArrayLike, *, replicates: int = 1000, seed: int = 0) -> NDArray[np.float64]:
    """The Gini of every draw of places: their order stays, only how much each counts changes.

    Args:
        dose, residents: as for `lorenz`.
        replicates, seed: as `area_weights`.

    Returns:
        Shape (replicates,); nan for a draw without any dose.

    Example:
        >>> bool(resampled_ginis([1, 2, 3, 4], [10, 10, 10, 10], replicates=200, seed=1).std() > 0)
        True
    """
    number, people = _lived_in(dose, residents)
    order = _by_rate(number, people)
    draws = (weights[:, order] for weights in area_weights(len(people), replicates=replicates, seed=seed))
    return np.concatenate([_ginis(drawn * number[order], drawn * people[order]) for drawn in draws])


def dissimilarity(dose_to_groups: ArrayLike, *, group: int, reference: int) -> float:
    """Share of the one group's dose that would have to fall elsewhere to fall as the other's does.

    dissimilarity = sum over places of |dose to the group / all its dose - dose to the reference / all its dose| / 2

    Args:
        dose_to_groups: each place's dose shared out among its residents' groups, shape (places, groups).
        group, reference: positions of the two groups.

    Returns:
        0 (both get it in the same places) to 1 (never in the same place); nan where one gets none.

    Example:
        >>> dissimilarity([[2, 1], [2, 3]], group=0, reference=1)
        0.25

    Read with care:
        It says apart, not worse off: a group may get little and that little elsewhere.
    """
    given = np.asarray(dose_to_groups, dtype=float)
    return float(dissimilarities(given, np.ones((1, len(given))), group=group, reference=reference)[0])


def isolation(dose_to_groups: ArrayLike, *, group: int, other: int | None = None) -> float:
    """In what company a group's dose falls: the share of its own, or of another group, where it falls.

    isolation = sum over places of (dose to the group / all its dose) * (dose to the other / all dose there)

    Args:
        dose_to_groups: as for `dissimilarity`.
        group: position of the group.
        other: position of the group whose share is taken; None for its own (isolation, else interaction).

    Returns:
        0 to 1; over all groups the interactions of one group, its isolation among them, add up to 1. nan where the group gets no dose.

    Example:
        >>> given = [[8, 2], [2, 8]]
        >>> round(isolation(given, group=0), 2), round(isolation(given, group=0, other=1), 2)
        (0.68, 0.32)

    Read with care:
        A large group is never alone for lack of others: compare with its share of the dose, which it would be if all were mixed.
    """
    given = np.asarray(dose_to_groups, dtype=float)
    return float(isolations(given, np.ones((1, len(given))), group=group, other=group if other is None else other)[0])


def dissimilarities(composition: NDArray[np.float64], weights: NDArray[np.float64], *, group: int, reference: int) -> NDArray[np.float64]:
    """The dissimilarity of many doses at once.

    Args:
        composition: what falls to each group in each place for a weight of 1, shape (places, groups).
        weights: of each place, shape (draws, places): its dose in each redraw, or how often it is drawn.
        group, reference: positions of the two groups.

    Example:
        >>> dissimilarities(np.array([[2.0, 1.0], [2.0, 3.0]]), np.array([[1.0, 1.0], [1.0, 0.0]]), group=0, reference=1).tolist()
        [0.25, 0.0]
    """
    one, other = composition[:, group], composition[:, reference]
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = one / (weights @ one)[:, None] - other / (weights @ other)[:, None]
        return np.asarray((weights * np.abs(apart)).sum(axis=1) / 2)


def isolations(composition: NDArray[np.float64], weights: NDArray[np.float64], *, group: int, other: int) -> NDArray[np.float64]:
    """The isolation or interaction of many doses at once; arguments as for `dissimilarities`.

    Example:
        >>> isolations(np.array([[8.0, 2.0], [2.0, 8.0]]), np.ones((1, 2)), group=0, other=0).round(2).tolist()
        [0.68]
    """
    one, theirs, every = composition[:, group], composition[:, other], composition.sum(axis=1)
    company = np.divide(one * theirs, every, out=np.zeros_like(every), where=every > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((weights @ company) / (weights @ one))


def _lived_in(dose: ArrayLike, residents: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    number, people = np.asarray(dose, dtype=float), np.asarray(residents, dtype=float)
    require_dose(number, people[:, None] if people.ndim == 1 else people)
    inhabited = people > 0
    if inhabited.sum() < 2:
        raise CannotAnswer("Only one place has residents, so nothing can be said of how the dose is spread over people.")
    return number[inhabited], people[inhabited]


def _by_rate(dose: NDArray[np.float64], people: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.argsort(dose / people, kind="stable")


def _running_share(values: NDArray[np.float64]) -> NDArray[np.float64]:
    so_far = np.cumsum(values)
    return np.append(0.0, so_far / so_far[-1])


def _ginis(dose: NDArray[np.float64], people: NDArray[np.float64]) -> NDArray[np.float64]:
    """The Gini of each row, whose places stand in order of their dose a head."""
    so_far = np.cumsum(dose, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        twice = (2 * so_far - dose) / so_far[:, -1:]
        return np.asarray(1 - (twice * people).sum(axis=1) / people.sum(axis=1))
