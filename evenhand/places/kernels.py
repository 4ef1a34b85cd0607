"""Kernels: how far one recorded crime spreads over the map. Each integrates to one over the plane.

`reach` is the distance, in bandwidths, beyond which a kernel is zero. The Gaussian is cut at
4 bandwidths, which leaves out 0.03 % of it.

Source: Silverman (1986), Density Estimation for Statistics and Data Analysis, section 4.2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..tables.errors import BadSetting


@dataclass(frozen=True)
class Kernel:
    """A radial kernel of bandwidth one: height at distance u, and where it ends."""

    height: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    reach: float


KERNELS = {
    "quartic": Kernel(lambda u: 3 / np.pi * np.clip(1 - u**2, 0, None) ** 2, 1.0),
    "epanechnikov": Kernel(lambda u: 2 / np.pi * np.clip(1 - u**2, 0, None), 1.0),
    "triangular": Kernel(lambda u: 3 / np.pi * np.clip(1 - u, 0, None), 1.0),
    "uniform": Kernel(lambda u: (u <= 1) / np.pi, 1.0),
    "gaussian": Kernel(lambda u: np.exp(-(u**2) / 2) / (2 * np.pi) * (u <= 4), 4.0),
}


def kernel_named(name: str) -> Kernel:
    """The kernel of that name.

    Raises:
        BadSetting: an unknown name.
    """
    if name not in KERNELS:
        raise BadSetting(f"There is no kernel '{name}'. Known: {', '.join(KERNELS)}.")
    return KERNELS[name]
