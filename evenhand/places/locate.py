"""Which area a point lies in. Published points repeat, so each distinct point is looked up once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import WrongCoordinates

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import ArrayLike, NDArray


def area_of(x_m: ArrayLike, y_m: ArrayLike, areas: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Position in `areas` of the area each point lies in; -1 for none or no coordinates.

    A point on a shared border belongs to the area that comes first in the table, so that no
    point is counted twice.

    Args:
        x_m, y_m: British National Grid metres, shape (points,).
        areas: the declared table, EPSG:27700.

    Raises:
        WrongCoordinates: the areas are not in British National Grid metres.

    Example:
        >>> import geopandas as gpd, shapely
        >>> areas = gpd.GeoDataFrame({"area_code": ["A", "B"]}, geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], crs="EPSG:27700")
        >>> area_of([0.5, 1.0, 9.0], [0.5, 0.5, 0.5], areas).tolist()
        [0, 0, -1]
    """
    import shapely

    if areas.crs is None or areas.crs.to_epsg() != 27700:
        raise WrongCoordinates(
            f"The areas are in {areas.crs or 'no declared coordinate system'}, not British "
            "National Grid (EPSG:27700). Convert them with areas.to_crs('EPSG:27700')."
        )
    points = np.column_stack([np.asarray(x_m, dtype=float), np.asarray(y_m, dtype=float)])
    found = np.full(len(points), -1, dtype=np.int64)
    known = np.isfinite(points).all(axis=1)
    if not known.any():
        return found
    distinct, which = np.unique(points[known], axis=0, return_inverse=True)
    tree = shapely.STRtree(np.asarray(areas.geometry))
    point, area = tree.query(shapely.points(distinct), predicate="intersects")
    first = np.full(len(distinct), len(areas), dtype=np.int64)
    np.minimum.at(first, point, area)
    found[known] = np.where(first < len(areas), first, -1)[which.ravel()]
    return found
