"""From candidate columns to the few in the model: penalised path, then stepwise in two families, then the lower BIC.

And how far that choice hangs on the cells at hand: `frequency_of` makes it again and again on blocks of cells drawn
anew, and counts which columns come out.

Source: as for poisson_path.py and stepwise.py; Meinshausen & Buhlmann (2010), Journal of the Royal Statistical Society
B 72(4), 417-473, for counting selections (recalled).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting
from .count_models import FAMILIES
from .poisson_path import cross_validated, folds_of
from .stepwise import Selected, stepwise

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Choosing:
    """How factors are chosen; each is a reading of the card."""

    folds: int = 10
    seed: int = 1
    l1_share: float = 0.5
    penalty_rule: str = "lowest"
    one_per_factor: bool = True
    family: str = "lower-bic"

    def __post_init__(self) -> None:
        """Raise BadSetting for a choice nobody knows."""
        if self.family not in ("lower-bic", *FAMILIES):
            raise BadSetting(f"family={self.family!r} is not known. Known: lower-bic, {', '.join(FAMILIES)}.")
        if self.folds < 2:
            raise BadSetting(f"folds={self.folds!r}: cells are left out in 2 parts or more.")

    @property
    def families(self) -> tuple[str, ...]:
        """The families fitted."""
        return FAMILIES if self.family == "lower-bic" else (self.family,)


@dataclass(frozen=True)
class Chosen:
    """What was chosen.

    Attributes:
        useful: positions of the columns the penalised path left standing.
        columns: positions of those in the model.
        selected: the model, its coefficients in the order of `columns` after the intercept.
        bic: of the best model of each family fitted.
        penalty: the one kept.
    """

    useful: tuple[int, ...]
    columns: tuple[int, ...]
    selected: Selected
    bic: dict[str, float]
    penalty: float


def choose(
    columns: NDArray[np.bool_],
    events: NDArray[np.float64],
    *,
    factor: NDArray[np.int64],
    signs: NDArray[np.int64],
    rules: Choosing,
    fold: NDArray[np.int64] | None = None,
) -> Chosen:
    """The columns that make up the model.

    Args:
        columns: candidates, shape (cells, columns).
        events: whole numbers, in two cells at least; shape (cells,).
        factor: of each column.
        signs: +1, -1, or 0 for either.
        rules: how to choose.
        fold: which cells are left out together; None draws them.
    """
    from threadpoolctl import threadpool_limits

    parts = folds_of(events, folds=rules.folds, seed=rules.seed) if fold is None else fold
    # Thousands of small systems are solved: waking every core for each takes longer than solving it.
    with threadpool_limits(limits=1, user_api="blas"):
        path = cross_validated(columns, events, signs=signs, l1_share=rules.l1_share, fold=parts, rule=rules.penalty_rule)
        useful = np.flatnonzero(path.coefficients)
        of = factor[useful] if rules.one_per_factor else None
        tried = [stepwise(columns[:, useful], events, family=family, factor=of, signs=signs[useful]) for family in rules.families]
    best = min(tried, key=lambda one: one.fitted.bic)
    return Chosen(
        tuple(useful.tolist()),
        tuple(int(useful[j]) for j in best.columns),
        best,
        {one.fitted.family: one.fitted.bic for one in tried},
        float(path.path.penalties[path.position]),
    )


def blocks_of(centres_m: NDArray[np.float64], block_side_m: float) -> NDArray[np.int64]:
    """Which square block each cell lies in; shape (cells,)."""
    if not (np.isfinite(block_side_m) and block_side_m > 0):
        raise BadSetting(f"block_side_m={block_side_m!r} is no side of a block; give metres above zero, such as 1000.")
    _, which = np.unique(np.floor(centres_m / block_side_m), axis=0, return_inverse=True)
    return np.asarray(which.ravel())


def frequency_of(
    columns: NDArray[np.bool_],
    events: NDArray[np.float64],
    *,
    factor: NDArray[np.int64],
    signs: NDArray[np.int64],
    rules: Choosing,
    blocks: NDArray[np.int64],
    redraws: int,
    seed: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How often each column, and each factor, is chosen when whole blocks of cells are drawn anew, as many as there are.

    Shapes (columns,) and (factors,); a factor that is in one model twice counts once. A cell drawn twice is left out with its
    double when the penalty is chosen. A redraw in which no two cells hold events chooses nothing.
    """
    from joblib import Parallel, delayed

    fold = folds_of(events, folds=rules.folds, seed=rules.seed)
    by_block = np.split(np.argsort(blocks, kind="stable"), np.cumsum(np.bincount(blocks))[:-1])
    draws = np.random.default_rng(seed).integers(len(by_block), size=(redraws, len(by_block)))
    work = (
        delayed(_chosen_in)(np.concatenate([by_block[block] for block in drawn]), columns, events, fold=fold, factor=factor, signs=signs, rules=rules)
        for drawn in draws
    )
    chosen = Parallel(n_jobs=-1)(work)
    marks, factors = ([j for one in chosen for j in one], [of for one in chosen for of in {int(factor[j]) for j in one}])
    return (
        np.bincount(np.array(marks, dtype=np.int64), minlength=columns.shape[1]),
        np.bincount(np.array(factors, dtype=np.int64), minlength=int(factor.max()) + 1),
    )


def _chosen_in(
    cells: NDArray[np.int64],
    columns: NDArray[np.bool_],
    events: NDArray[np.float64],
    *,
    fold: NDArray[np.int64],
    factor: NDArray[np.int64],
    signs: NDArray[np.int64],
    rules: Choosing,
) -> tuple[int, ...]:
    """The columns chosen on some of the cells, each as often as it was drawn."""
    if (events[cells] > 0).sum() < 2:
        return ()
    return choose(columns[cells], events[cells], factor=factor, signs=signs, rules=rules, fold=fold[cells]).columns
