"""How much ground any two sets of polygons share: exact, by clipping one with the other where they touch.

Squares of a grid have a faster way (`coverage.py`). This one is for whatever shapes an operator draws.

Steps, in order:  overlap_m2 -> check_ground -> shares of a place's people, or of its dose
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_array, csr_array

from ..tables.errors import NotConserved, WrongCoordinates

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

TOLERANCE = 1e-6
"""Relative error at which ground counts as lost: clipping rounds at the ninth digit."""


def overlap_m2(shapes: NDArray[np.object_], areas: NDArray[np.object_]) -> csr_array:
    """Ground shared by each shape and each area, in square metres.

    Args:
        shapes, areas: valid polygons in metres, shape (shapes,) and (areas,).

    Returns:
        Sparse, shape (shapes, areas).

    Example:
        >>> import shapely
        >>> two = np.array([shapely.box(0, 0, 2, 1), shapely.box(5, 5, 6, 6)])
        >>> overlap_m2(two, np.array([shapely.box(1, 0, 3, 1), shapely.box(0, 0, 1, 1)])).toarray().tolist()
        [[1.0, 1.0], [0.0, 0.0]]
    """
    import shapely

    area, shape = shapely.STRtree(shapes).query(areas, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[shape], areas[area]))
    kept = shared > 0
    return csr_array(coo_array((shared[kept], (shape[kept], area[kept])), shape=(len(shapes), len(areas))))


def check_ground(shapes: NDArray[np.object_], shared: csr_array) -> None:
    """Raise unless no shape shares more ground with the areas than it has: where it does, areas overlap and people would count twice.

    Args:
        shapes: as for `overlap_m2`.
        shared: what it gave.

    Raises:
        NotConserved: with the first shape and both figures.

    Example:
        >>> import shapely
        >>> one = np.array([shapely.box(0, 0, 1, 1)])
        >>> check_ground(one, overlap_m2(one, one))
    """
    import shapely

    own, found = shapely.area(shapes), np.asarray(shared.sum(axis=1)).ravel()
    wrong = found > own * (1 + TOLERANCE) + TOLERANCE
    if wrong.any():
        which = int(np.flatnonzero(wrong)[0])
        raise NotConserved(
            f"The flagged polygon number {which + 1} has {own[which]:,.0f} m² but shares {found[which]:,.0f} m² with the areas: "
            "areas overlap, so people there would count twice. Mend the areas."
        )


def require_metres(frame: gpd.GeoDataFrame, what: str) -> None:
    """Raise unless polygons are in British National Grid metres.

    Raises:
        WrongCoordinates: they are in other coordinates, or do not say.
    """
    crs: Any = getattr(frame, "crs", None)
    if crs is None or crs.to_epsg() != 27700:
        raise WrongCoordinates(
            f"The {what} are in {crs or 'no declared coordinate system'}, not British National Grid (EPSG:27700). Convert them with .to_crs('EPSG:27700')."
        )
