"""Relative risk values and scores: what they are, how high they can go, the classes of the map, and the tables that are printed.

A relative risk value (RRV) is exp(coefficient): expected count of a cell with a mark over that of one without, all else
alike. A cell's relative risk score (RRS) is the product of the values of its marks, over that of the cell with the least.

Source: University of Leeds, RTMDx model report of 12 June 2014 (relative risk values and the highest possible score).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from .feature_layers import Layers

PRIORITIES = ("mean-2sd", "mean-1sd", "top-5-percent")
_NORMAL_95 = 1.959963984540054


@dataclass(frozen=True)
class Risk:
    """One factor of the model: its mark, and how it multiplies the score.

    Attributes:
        factor, operationalisation, distance_m: what marks a cell.
        beta: coefficient.
        standard_error: of beta, as if the column had been chosen beforehand: too small.
    """

    factor: str
    operationalisation: str
    distance_m: float
    beta: float
    standard_error: float

    @property
    def rrv(self) -> float:
        """Relative risk value."""
        return relative_risk_value(self.beta)


def relative_risk_value(beta: float) -> float:
    """Expected count with a mark over that without.

    Example:
        >>> f"{relative_risk_value(3.0617):.2f}"  # the Leeds run
        '21.36'
    """
    return float(np.exp(beta))


def highest_possible_score(betas: ArrayLike) -> float:
    """Score of a cell that had every mark that adds, over one that had none of them and every mark that takes away.

    Example:
        >>> f"{highest_possible_score([3.0617, 2.1578]):.1f}"  # the Leeds run
        '184.8'
    """
    return float(np.exp(np.abs(np.asarray(betas, dtype=float)).sum()))


def expected_counts(intercept: float, betas: ArrayLike, marks: ArrayLike) -> NDArray[np.float64]:
    """Expected count of each cell ("prediction"); marks of shape (cells, factors).

    Example:
        >>> expected_counts(-3.3565, [3.0617, 2.1578], [[0, 0], [1, 1]]).round(4).tolist()  # the Leeds run
        [0.0349, 6.443]
    """
    return np.asarray(np.exp(intercept + np.asarray(marks, dtype=float) @ np.asarray(betas, dtype=float)))


def map_classes(scores: ArrayLike) -> NDArray[np.int64]:
    """The classes of the map: 0 below the mean plus one standard deviation, then 1, then 2 from the mean plus two; shape (cells,).

    Example:
        >>> map_classes([1.0] * 97 + [2.0, 3.0, 9.0]).tolist()[-4:]  # mean 1.11, standard deviation 0.82
        [0, 1, 2, 2]
    """
    values = np.asarray(scores, dtype=float)
    return np.asarray((values >= values.mean() + values.std()).astype(np.int64) + (values >= values.mean() + 2 * values.std()))


def check_priority(rule: str) -> None:
    """Raise BadSetting for a rule nobody knows."""
    if rule not in PRIORITIES:
        raise BadSetting(f"priority={rule!r} is not known. Known: {', '.join(PRIORITIES)}.")


def priority_of(scores: ArrayLike, rule: str = "mean-2sd") -> NDArray[np.bool_]:
    """The cells put forward; shape (cells,).

    Args:
        scores: shape (cells,).
        rule: `mean-2sd` or `mean-1sd`, at least the mean plus so many standard deviations over all cells; `top-5-percent`, the
            highest twentieth of cells, and every cell that scores as high as the last of them.

    Example:
        >>> int(priority_of([1.0] * 97 + [2.0, 3.0, 9.0], "top-5-percent").sum())  # the fifth highest ties with 97
        100
    """
    check_priority(rule)
    values = np.asarray(scores, dtype=float)
    if rule != "top-5-percent":
        return np.asarray(map_classes(values) >= (2 if rule == "mean-2sd" else 1))
    many = max(int(np.ceil(len(values) / 20)), 1)
    return np.asarray(values >= np.sort(values)[-many])


def risks_table(risks: Sequence[Risk], frequency: pd.DataFrame | None = None) -> pd.DataFrame:
    """A row a factor, highest relative risk value first; see `rtm.factor_table`."""
    import pandas as pd

    columns = ["factor", "operationalisation", "distance_m", "rrv", "rrv_low", "rrv_high", "beta", "standard_error"]
    rows = [
        (r.factor, r.operationalisation, r.distance_m, r.rrv, np.exp(r.beta - _NORMAL_95 * r.standard_error), np.exp(r.beta + _NORMAL_95 * r.standard_error),
         r.beta, r.standard_error)
        for r in risks
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns).sort_values("rrv", ascending=False, kind="stable", ignore_index=True)
    if frequency is None:
        return table
    return table.merge(frequency, on=["factor", "operationalisation", "distance_m"], how="left")


def frequency_table(layers: Layers, marks: NDArray[np.int64], factors: NDArray[np.int64], in_model: Sequence[int], *, redraws: int) -> pd.DataFrame:
    """How often each mark and each factor was chosen; see `rtm.selection_frequency`.

    Args:
        layers: the candidates.
        marks, factors: how many redraws chose each column, and each factor in any way; shapes (columns,) and (factors,).
        in_model: columns to show even where no redraw chose them.
        redraws: how many there were.
    """
    import pandas as pd

    shown = np.union1d(np.flatnonzero(marks), np.array(in_model, dtype=np.int64)).astype(np.int64)
    table = pd.DataFrame(
        {
            "factor": [layers.names[layers.factor[j]] for j in shown],
            "operationalisation": [layers.operationalisation[j] for j in shown],
            "distance_m": layers.distance_m[shown],
            "redraws": redraws,
            "mark_share": marks[shown] / redraws,
            "factor_share": factors[layers.factor[shown]] / redraws,
        }
    )
    return table.sort_values(["factor_share", "mark_share", "factor", "distance_m"], ascending=[False, False, True, True], kind="stable", ignore_index=True)
