"""Several systems on one place, month by month, each with the same share of ground: what is compared, before any words.

    Ranked      one system's scores over the months, and how its cells lie to the common pieces
    Common      what all share: later crimes by published point, ground in small pieces, residents by area
    compared    what each system flags, holds of later crime, and whom it exposes

The findings are in comparison_findings.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, BadValue
from .same_ground import flagged_part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_array


@dataclass(frozen=True, eq=False)
class Ranked:
    """One system's maps.

    Attributes:
        name: as it stands in findings.
        scores: higher is flagged first; shape (months, cells).
        ground_km2: of each cell, shape (cells,).
        cell_of_point: the cell that each published point of crime lies in, -1 for none; shape (points,).
        cell_of_piece: the cell that each small piece of ground lies in, -1 for none; shape (pieces,).
        area_shares: share of each area's ground in each cell, sparse, shape (cells, areas).
        own_flags: what it flags by its own rule and number, shape (months, cells); None where it has none.
    """

    name: str
    scores: NDArray[np.float64]
    ground_km2: NDArray[np.float64]
    cell_of_point: NDArray[np.int64]
    cell_of_piece: NDArray[np.int64]
    area_shares: csr_array
    own_flags: NDArray[np.bool_] | None = None


@dataclass(frozen=True, eq=False)
class Common:
    """What all systems are held against.

    Attributes:
        months: judged, in order.
        events: recorded crimes by month and published point, shape (months, points).
        piece_km2: ground of each small piece, shape (pieces,).
        piece_people: residents of each piece by group, shape (pieces, groups).
        residents: by area and group, shape (areas, groups).
        groups: names.
    """

    months: tuple[str, ...]
    events: NDArray[np.float64]
    piece_km2: NDArray[np.float64]
    piece_people: NDArray[np.float64]
    residents: NDArray[np.float64]
    groups: tuple[str, ...]

    def position(self, group: str) -> int:
        """Where a group stands.

        Raises:
            BadSetting: it is none of the groups.
        """
        if group not in self.groups:
            raise BadSetting(f"There is no group '{group}'. Groups: {', '.join(self.groups)}.")
        return self.groups.index(group)


class Measured(NamedTuple):
    """What one system does with the same share of ground.

    Attributes:
        name: of the system.
        captured: later crimes on flagged ground, by month and point; parts of crimes where a cell is flagged in part.
        of_areas: share of each area's ground flagged, the mean over months; shape (areas,).
        on_pieces: flagged part of each small piece of ground, shape (months, pieces).
    """

    name: str
    captured: NDArray[np.float64]
    of_areas: NDArray[np.float64]
    on_pieces: NDArray[np.float64]


def measured(one: Ranked, common: Common, *, share: float) -> Measured:
    """What one system flags and holds when it is given a share of the ground in every month.

    Args:
        one, common: the system, and what it is held against.
        share: of the place's ground.

    Raises:
        BadValue: shapes that do not fit each other, or scores that are missing.
    """
    _require_fit(one, common)
    part = flagged_part(one.scores, one.ground_km2, share)
    return Measured(one.name, common.events * at(part, one.cell_of_point), one.area_shares.T @ part.mean(axis=0), at(part, one.cell_of_piece))


def joined(parts: Sequence[Ranked]) -> Ranked:
    """One system's maps of successive months, made apart, as one."""
    flags = [one.own_flags for one in parts if one.own_flags is not None]
    return replace(parts[0], scores=np.concatenate([one.scores for one in parts]), own_flags=np.concatenate(flags) if len(flags) == len(parts) else None)


def in_months(one: Measured, months: Sequence[int]) -> Measured:
    """The same of some months only, by position; the share of areas stays that of all."""
    return one._replace(captured=one.captured[list(months)], on_pieces=one.on_pieces[list(months)])


def at(part: NDArray[np.float64], cell: NDArray[np.int64]) -> NDArray[np.float64]:
    """A cell's value at each point or piece that lies in it; 0 for those that lie in none. Shape (months, points)."""
    return np.where(cell >= 0, part[:, cell], 0.0)


def held(one: Measured) -> NDArray[np.float64]:
    """Later crimes on flagged ground by month, shape (months,)."""
    return np.asarray(one.captured.sum(axis=1))


def require_apart(names: Sequence[str]) -> None:
    """Raise where two systems go by one name.

    Raises:
        BadSetting: they do.
    """
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice:
        raise BadSetting(f"Two systems are called '{twice[0]}'. Give each a `label` of its own.")


def _require_fit(one: Ranked, common: Common) -> None:
    months, cells = one.scores.shape
    fits = (
        months == len(common.months) == len(common.events)
        and cells == len(one.ground_km2) == one.area_shares.shape[0]
        and len(one.cell_of_point) == common.events.shape[1]
        and len(one.cell_of_piece) == len(common.piece_km2)
    )
    if not fits:
        raise BadValue(f"The maps of '{one.name}' do not fit the months, points and pieces they are held against.")
    if not np.isfinite(one.scores).all():
        raise BadValue(f"'{one.name}' gives no score for some cells: missing is never zero.")
