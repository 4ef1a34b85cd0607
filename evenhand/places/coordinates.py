"""Degrees at the edges, metres inside: WGS84 to British National Grid and back.

Without the Ordnance Survey's shift grid PROJ uses a seven-parameter transformation, good to
about 5 m (Ordnance Survey, "A guide to coordinate systems in Great Britain", section 6.6).
Published crime points are moved by more than that on purpose.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import WrongCoordinates

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

METRES = "EPSG:27700"
DEGREES = "EPSG:4326"

# Great Britain and its waters; what falls outside is not a British place in the system claimed.
_LONGITUDE = (-9.5, 2.5)
_LATITUDE = (49.0, 61.5)


def to_metres(longitude: ArrayLike, latitude: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Eastings and northings of points given in degrees; missing stays missing.

    Args:
        longitude, latitude: WGS84 degrees, shape (points,).

    Raises:
        WrongCoordinates: a point lies outside Great Britain, so these are not its degrees.

    Example:
        >>> x_m, y_m = to_metres([0.7113], [51.5378])
        >>> int(x_m[0] // 1000), int(y_m[0] // 1000)
        (588, 185)
    """
    east, north = (np.asarray(values, dtype=float) for values in (longitude, latitude))
    known = np.isfinite(east) & np.isfinite(north)
    outside = known & ~((east > _LONGITUDE[0]) & (east < _LONGITUDE[1]) & (north > _LATITUDE[0]) & (north < _LATITUDE[1]))
    if outside.any():
        first = int(np.flatnonzero(outside)[0])
        swapped = " Longitude and latitude look swapped." if _LATITUDE[0] < east[first] < _LATITUDE[1] else ""
        raise WrongCoordinates(
            f"{int(outside.sum()):,} of {len(east):,} points lie outside Great Britain (first: longitude {east[first]:g}, latitude {north[first]:g}), "
            f"so they cannot be WGS84 degrees of a British place.{swapped}\nGive longitude "
            "and latitude in degrees."
        )
    x_m, y_m = np.full(east.shape, np.nan), np.full(east.shape, np.nan)
    x_m[known], y_m[known] = _transformer(DEGREES, METRES).transform(east[known], north[known])
    return x_m, y_m


def to_degrees(x_m: ArrayLike, y_m: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitudes and latitudes of points given in British National Grid metres."""
    longitude, latitude = _transformer(METRES, DEGREES).transform(np.asarray(x_m, dtype=float), np.asarray(y_m, dtype=float))
    return np.asarray(longitude), np.asarray(latitude)


@lru_cache
def _transformer(start: str, end: str) -> Any:
    from pyproj import Transformer

    return Transformer.from_crs(start, end, always_xy=True)
