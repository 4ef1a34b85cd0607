"""Who is next to whom, and how alike neighbours are: Moran's I, its two-map kin, and Lee's L. To describe, not to test.

The eight nearest places are a place's neighbours. Each number here is a correlation with the neighbours'
average: of one map with itself (Moran's I), of one map with the other's neighbours (bivariate Moran),
of both maps' neighbourhoods (Lee's L).

Read with care: programs that give these numbers a p-value shuffle places as if neighbours were strangers,
and so call two unrelated smooth maps associated 40 to 90 % of the time (tests/audit/test_size_and_power.py). So none
is given here; effective_sample_size.py has a test that holds.

Source: Moran (1950), Biometrika 37(1/2), 17-23; Wartenberg (1985), Geographical Analysis 17(4), 263-283;
Lee (2001), Journal of Geographical Systems 3(4), 369-385.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array, diags_array

from ..tables.errors import BadValue, CannotAnswer

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

NEIGHBOURS = 8


def nearest(xy_m: ArrayLike, *, neighbours: int = NEIGHBOURS) -> csr_array:
    """Which places are each place's nearest; sparse, shape (places, places), 1 for a neighbour.

    Args:
        xy_m: easting and northing of each place in metres, shape (places, 2).
        neighbours: how many each has.

    Raises:
        BadValue: coordinates that are missing.
        CannotAnswer: no more places than a place shall have neighbours.

    Example:
        >>> nearest([[0, 0], [1, 0], [3, 0]], neighbours=1).toarray().astype(int).tolist()
        [[0, 1, 0], [1, 0, 0], [0, 1, 0]]
    """
    from scipy.spatial import cKDTree

    places = np.asarray(xy_m, dtype=float)
    if not np.isfinite(places).all():
        raise BadValue("A place without coordinates has no neighbours. Leave it out, or mend its geometry.")
    if len(places) <= neighbours:
        raise CannotAnswer(f"{len(places)} places are too few for {neighbours} neighbours each.")
    found = np.asarray(cKDTree(places).query(places, k=neighbours + 1)[1])
    # Where places share a point, the place itself need not come first.
    itself = found == np.arange(len(places))[:, None]
    itself[~itself.any(axis=1), -1] = True
    others = found[~itself].reshape(len(places), neighbours)
    return csr_array((np.ones(others.size), others.ravel(), np.arange(0, others.size + 1, neighbours)), shape=(len(places),) * 2)


def both_ways(near: csr_array) -> csr_array:
    """The same with every neighbour a neighbour in return; 1 for a neighbour."""
    return csr_array(((near + near.T) > 0).astype(float))


def moran_i(values: ArrayLike, near: csr_array) -> float:
    """How alike neighbours are on one map.

    I = (places / sum of weights) * sum over i, j of w_ij z_i z_j / sum of z_i^2,  z = values less their mean

    Args:
        values: a number for each place, shape (places,).
        near: weights of neighbours, sparse, shape (places, places).

    Returns:
        About 0 (just below) where neighbours are strangers, near 1 on a smooth map.

    Raises:
        BadValue: a missing value, or a number of values that is not that of the places.
        CannotAnswer: the map is the same everywhere.

    Example:
        >>> row = nearest([[i, 0] for i in range(20)], neighbours=2)
        >>> round(moran_i(np.arange(20.0), row), 2), round(moran_i([0, 1] * 10, row), 2)
        (0.96, -0.9)

    Source: Moran (1950), Biometrika 37(1/2), 17-23.
    """
    z = _standardised(values, near)
    return float(z @ (near @ z) / near.sum())


def bivariate_moran(first: ArrayLike, second: ArrayLike, near: csr_array) -> float:
    """How the first map goes with the second map's neighbours, on average.

    I_12 = mean over i of z1_i * (mean of z2 over the neighbours of i),  z standardised

    Args:
        first, second: a number for each place, shape (places,).
        near: neighbours, sparse, shape (places, places).

    Raises:
        BadValue, CannotAnswer: as `moran_i`.

    Example:
        >>> row = nearest([[i, 0] for i in range(20)], neighbours=2)
        >>> round(bivariate_moran(np.arange(20.0), -np.arange(20.0), row), 2)
        -0.96

    Read with care:
        Not symmetric in the two maps. High where both are merely smooth and happen to agree: no evidence of a link.

    Source: Wartenberg (1985), Geographical Analysis 17(4), 263-283.
    """
    one, other = _standardised(first, near), _standardised(second, near)
    return float(one @ (_averaging(near) @ other) / len(one))


def lees_l(first: ArrayLike, second: ArrayLike, near: csr_array) -> float:
    """How the neighbourhoods' averages of two maps go together.

    L = sum over i of (mean of z1 over the neighbours of i) * (mean of z2 over the neighbours of i) / places,  z standardised

    Args:
        first, second: a number for each place, shape (places,).
        near: neighbours, sparse, shape (places, places).

    Raises:
        BadValue, CannotAnswer: as `moran_i`.

    Example:
        >>> row = nearest([[i, 0] for i in range(20)], neighbours=2)
        >>> round(lees_l(np.arange(20.0), np.arange(20.0), row), 2)
        0.92

    Read with care:
        A correlation shrunk by how rough the maps are: two rough maps get a small L however well they agree.

    Source: Lee (2001), Journal of Geographical Systems 3(4), 369-385.
    """
    one, other = _standardised(first, near), _standardised(second, near)
    averaging = _averaging(near)
    return float((averaging @ one) @ (averaging @ other) / len(one))


def _averaging(near: csr_array) -> csr_array:
    """Weights that add up to 1 for each place; a place without neighbours keeps none."""
    total = np.asarray(near.sum(axis=1)).ravel()
    return csr_array(diags_array(np.divide(1.0, total, out=np.zeros(len(total)), where=total > 0)) @ near)


def _standardised(values: ArrayLike, near: csr_array) -> NDArray[np.float64]:
    value = np.asarray(values, dtype=float)
    if value.shape != (near.shape[0],) or not np.isfinite(value).all():
        raise BadValue(f"Each of the {near.shape[0]:,} places needs one value, none missing. Leave out places without.")
    if len(value) == 0 or np.ptp(value) == 0:
        raise CannotAnswer("One of the two maps has the same value everywhere, so neighbours cannot be more alike than others.")
    return np.asarray((value - value.mean()) / value.std())
