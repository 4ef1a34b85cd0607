"""Gi* and Moran's I with their matrices of weights written out: slow and obvious."""

from __future__ import annotations

import math

import numpy as np


def weights_by_loop(grid, half_widths: tuple[int, ...]) -> np.ndarray:
    """1 where one cell lies in the other's window, itself included; shape (cells, cells)."""
    row, column = np.divmod(grid.slots, grid.columns)
    found = np.zeros((len(grid), len(grid)))
    for i in range(len(grid)):
        for j in range(len(grid)):
            rows_away = abs(int(row[i] - row[j]))
            if rows_away < len(half_widths) and abs(int(column[i] - column[j])) <= half_widths[rows_away]:
                found[i, j] = 1.0
    return found


def gi_star_by_hand(values, weights: np.ndarray) -> np.ndarray:
    """The formula of Ord & Getis, one cell at a time."""
    n = len(values)
    mean = sum(values) / n
    s = math.sqrt(sum(x * x for x in values) / n - mean**2)
    z = []
    for i in range(n):
        w = weights[i]
        around, total, squares = sum(w[j] * values[j] for j in range(n)), sum(w), sum(one * one for one in w)
        z.append((around - mean * total) / (s * math.sqrt((n * squares - total**2) / (n - 1))))
    return np.array(z)
