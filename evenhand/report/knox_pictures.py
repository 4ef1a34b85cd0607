"""The Knox test as a picture: a line a band of distance, a column a band of time, the darker the more pairs than chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from .picture import Picture

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ..audit.knox import Knox

STEPS = (0.8, 1.2, 1.5, 2.0)
"""Ratios at which the shade changes; the second shade is about what chance does."""
BEYOND = 0.05


def knox_picture(found: Knox) -> Picture:
    """Ratios by distance and time, shaded; a frame round those beyond chance with all bands allowed for.

    Args:
        found: from `audit.knox.knox`.
    """
    adjusted, ratio = found.adjusted_p(), found.exact_ratio
    names_m, names_days = found.bands.names_m[:-1], found.bands.names_days[:-1]
    head = Markup("").join(Markup('<th scope="col"><span>{}</span></th>').format(name) for name in names_days)
    lines = []
    for row, name in enumerate(names_m):
        cells = Markup("").join(_cell(found, ratio, adjusted, row, column) for column in range(len(names_days)))
        lines.append(Markup('<tr><th scope="row">{}</th>{}</tr>').format(name, cells))
    drawing = Markup('<div class="matrix-box"><table class="matrix ramp-blue"><thead><tr><td></td>{}</tr></thead><tbody>{}</tbody></table></div>').format(
        head, Markup("").join(lines)
    )
    how = (
        "Each number says how many times as many pairs of events are this far apart in place and time as chance would have; 1 is chance. "
        f"Shades change at {', '.join(f'{step:g}' for step in STEPS)}. A frame marks what is beyond chance with every band in the table allowed for."
    )
    return Picture("knox-ratios", "Pairs of events near in place and time, times chance", _described(found), drawing, table_of_knox(found), how)


def table_of_knox(found: Knox) -> pd.DataFrame:
    """What is drawn, and the bands beyond the last edges: one row a band of distance and time."""
    import pandas as pd

    adjusted = found.adjusted_p()
    return pd.DataFrame(
        [
            {
                "distance": distance, "time": days, "pairs": int(found.observed[row, column]), "pairs_by_chance": round(float(found.expected[row, column]), 3),
                "ratio": round(float(found.exact_ratio[row, column]), 4), "p_value": float(found.p_value[row, column]),
                "adjusted_p": round(float(adjusted[row, column]), 6),
            }
            for row, distance in enumerate(found.bands.names_m)
            for column, days in enumerate(found.bands.names_days)
        ]
    )  # fmt: skip


def _cell(found: Knox, ratio: NDArray[np.float64], adjusted: NDArray[np.float64], row: int, column: int) -> Markup:
    value = float(ratio[row, column])
    if not np.isfinite(value):
        return Markup("<td>–</td>")
    shade, own = 1 + sum(value >= step for step in STEPS), " own" if adjusted[row, column] <= BEYOND else ""
    said = f"{found.observed[row, column]:,} pairs; by chance {found.expected[row, column]:,.1f}"
    return Markup('<td class="m{}{}" title="{}">{}</td>').format(shade, own, said, f"{value:.1f}" if value >= 10 else f"{value:.2f}")


def _described(found: Knox) -> str:
    """The highest ratio and how many are beyond chance, for those who do not see them."""
    inner, adjusted = found.exact_ratio[:-1, :-1], found.adjusted_p()[:-1, :-1]
    if not np.isfinite(inner).any():
        return "No two events are near enough for any band."
    row, column = np.unravel_index(int(np.nanargmax(inner)), inner.shape)
    where = f"{found.bands.names_m[row]}, {found.bands.names_days[column]}"
    return (
        f"A table of {inner.shape[0]} bands of distance by {inner.shape[1]} of time. The highest ratio is {inner[row, column]:.2f} ({where}). "
        f"{int((adjusted <= BEYOND).sum())} of {int(np.isfinite(adjusted).sum())} are beyond chance with every band allowed for."
    )
