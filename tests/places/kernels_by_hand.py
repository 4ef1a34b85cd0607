"""The kernels and the density, written out anew: slow and obvious."""

from __future__ import annotations

import math

import numpy as np

BY_HAND = {
    "quartic": lambda u: 3 / math.pi * (1 - u * u) ** 2 if u <= 1 else 0.0,
    "epanechnikov": lambda u: 2 / math.pi * (1 - u * u) if u <= 1 else 0.0,
    "triangular": lambda u: 3 / math.pi * (1 - u) if u <= 1 else 0.0,
    "uniform": lambda u: 1 / math.pi if u <= 1 else 0.0,
    "gaussian": lambda u: math.exp(-u * u / 2) / (2 * math.pi) if u <= 4 else 0.0,
}


def density_by_loop(places, points, weights, kernel: str, bandwidth_m: float) -> np.ndarray:
    """Weighted density at each place: one place, one point at a time."""
    found = []
    for x, y in places:
        total = 0.0
        for (px, py), weight in zip(points, weights, strict=True):
            total += weight * BY_HAND[kernel](math.hypot(x - px, y - py) / bandwidth_m) / bandwidth_m**2
        found.append(total)
    return np.array(found)
