"""Are two maps alike beyond chance? The test that counts how many places' worth of information there really is.

Neighbours resemble each other, so a hundred areas may tell no more than twenty independent ones would.
How much the two maps' own smoothness costs is estimated from how alike values are at each distance;
the correlation is then tested as one of so many independent places. It needs no rectangle and no
re-drawing, and works for a hundred areas as for all of England's.

Two estimates of that number are known. Dutilleul's also corrects for the estimated means; Clifford,
Richardson and Hémon's does not, and is the smaller where both maps slope from one side to the other,
which Dutilleul's rejects 10 to 30 % of the time. The smaller of the two is used here.

Read with care: measured on independent maps (tests/audit/test_size_and_power.py), on average 3 to 7 % are
rejected at the nominal 5 %, on a rectangle, on Southend's and on Bristol's areas, for scores, ranks, counts
and flags: 2 to 9 % by smoothness, 3 to 11 % where both maps slope. Where both vary more in one part than
elsewhere (quiet suburbs, lively centre), Pearson's correlation is rejected 6 to 17 % of the time, Spearman's
3 to 10 %: prefer Spearman's. Very smooth maps are worth few places, hence little power.

Steps, in order:  distance classes -> likeness in each -> effective places -> t test

Source: Dutilleul (1993), Biometrics 49(1), 305-314; Clifford, Richardson & Hémon (1989), Biometrics 45(1), 123-134.
With classes of equal width, Dutilleul's number is that of R's SpatialPack::modified.ttest: checked on a
published output (tests/audit/test_effective_sample_size.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, BadValue, CannotAnswer
from .intervals import tail_share

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from .distance_classes import DistanceClasses

Kind = Literal["spearman", "pearson"]
FEWEST_EFFECTIVE = 4.0
"""Fewer effective places allow neither test nor interval: Fisher's needs more than three."""
NULL_MODEL = (
    "two maps that have nothing to do with each other, each as alike among neighbours as it is here: "
    "t test with the effective number of places (Dutilleul; Clifford, Richardson & Hémon; the smaller)"
)


class Effective(NamedTuple):
    """How many independent places two maps are worth.

    Attributes:
        dutilleul, clifford: the two estimates; never above the number of places.
    """

    dutilleul: float
    clifford: float

    @property
    def cautious(self) -> float:
        """The smaller of the two."""
        return min(self)


class Correlation(NamedTuple):
    """A correlation of two maps, tested with the effective number of places.

    Attributes:
        value: from -1 to 1.
        low, high: its limits; None where there are too few effective places.
        p_value: two-sided; None likewise.
        effective: independent places the two maps are worth.
        places: places there are.
    """

    value: float
    low: float | None
    high: float | None
    p_value: float | None
    effective: float
    places: int


def correlation(first: ArrayLike, second: ArrayLike, classes: DistanceClasses, *, kind: Kind = "spearman", level: float = 0.95) -> Correlation:
    """The correlation of two values over places, with a p-value and limits that allow for smooth maps.

    t = r * sqrt((places' - 2) / (1 - r^2)), with places' - 2 degrees of freedom, places' the effective number;
    limits = tanh(atanh(r) -+ z / sqrt(places' - 3)), for Spearman's z is widened by sqrt(1 + r^2 / 2).

    Args:
        first, second: a number for each place, none missing; shape (places,).
        classes: the places' distance classes, from `distance_classes`; made once, they serve many pairs of maps.
        kind: "spearman" correlates ranks (whether high goes with high), "pearson" the values (whether they lie on a line).
        level: coverage of the limits, between 0 and 1.

    Returns:
        Correlation; no p-value and no limits below 4 effective places.

    Raises:
        BadValue: a missing value, or values and places that differ in number.
        BadSetting: an unknown kind.
        CannotAnswer: one of the maps is the same everywhere.

    Example:
        >>> from evenhand.audit.distance_classes import distance_classes
        >>> rng = np.random.default_rng(5)
        >>> places = np.array([[x, y] for x in range(0, 5000, 250) for y in range(0, 5000, 250)])
        >>> hilly = np.sin(places[:, 0] / 500) + np.sin(places[:, 1] / 400)
        >>> one, other = (hilly + rng.normal(size=400) for _ in range(2))
        >>> found = correlation(one, other, distance_classes(places))
        >>> f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f}); {found.places} places are worth {found.effective:.0f}"
        '0.48 (0.25 to 0.65); 400 places are worth 65'

    Read with care:
        A p-value above 5 % does not say that two maps are unrelated; with few effective places hardly
        anything could be told. Limits and p-value can part at the margin, since only the limits allow for the
        strength found. Correlation over areas is not correlation over people.

    Source: Dutilleul (1993), Biometrics 49(1), 305-314; for Spearman's limits Bonett & Wright (2000), Psychometrika 65(1), 23-28.
    """
    from scipy.special import ndtri

    one, other = _standardised(first, second, kind)
    if classes.places != len(one):
        raise BadValue(f"There are {len(one):,} values and {classes.places:,} places. Hand over one value for each place, in the same order.")
    value = float(np.clip(one @ other / len(one), -1.0, 1.0))
    effective = effective_places(one, other, classes).cautious
    if effective < FEWEST_EFFECTIVE:
        return Correlation(value, None, None, None, effective, len(one))
    widened = 1 + value**2 / 2 if kind == "spearman" else 1.0
    half = float(-ndtri(tail_share(level))) * np.sqrt(widened / (effective - 3))
    middle = np.arctanh(np.clip(value, -1 + 1e-15, 1 - 1e-15))
    return Correlation(value, float(np.tanh(middle - half)), float(np.tanh(middle + half)), t_test(value, effective), effective, len(one))


def t_test(value: float, effective: float) -> float:
    """Two-sided p-value of a correlation of so many independent places.

    Example:
        >>> round(t_test(0.8299, 94.3961), 6), round(t_test(0.3, 30), 3)
        (0.0, 0.107)
    """
    from scipy.stats import t

    freedom = effective - 2
    if abs(value) >= 1:
        return 0.0
    return float(2 * t.sf(abs(value) * np.sqrt(freedom / (1 - value**2)), freedom))


def effective_places(first: ArrayLike, second: ArrayLike, classes: DistanceClasses) -> Effective:
    """How many independent places two smooth maps are worth, when their correlation is judged.

    With R1 and R2 the correlations among places by distance class (1 on the diagonal), estimated from each
    map, and B = I - 1/places:
        Dutilleul:  1 + tr(B R1) tr(B R2) / tr(B R1 B R2)
        Clifford, Richardson & Hémon:  1 + places^2 / tr(R1 R2)

    Args:
        first, second: a number for each place, shape (places,).
        classes: the places' distance classes.

    Returns:
        Effective; no more than the number of places, also where the maps' neighbours are unlike.

    Raises:
        BadValue, CannotAnswer: as `correlation`.

    Example:
        >>> from evenhand.audit.distance_classes import distance_classes
        >>> row = distance_classes([[i, 0] for i in range(40)])
        >>> up_and_down = np.sin(np.arange(40) / 2)
        >>> [round(estimate, 1) for estimate in effective_places(up_and_down, up_and_down, row)]
        [3.9, 3.9]

    Read with care:
        It is of this pair of maps, not of the place: a rough map beside a smooth one is worth many places.

    Source: Dutilleul (1993), Biometrics 49(1), 305-314; Clifford, Richardson & Hémon (1989), Biometrics 45(1), 123-134.
    """
    one, other = _standardised(first, second, "pearson")
    n = len(one)
    like_one, like_other = _likeness(one, classes), _likeness(other, classes)
    rows_one, rows_other = 1 + classes.added_up(like_one), 1 + classes.added_up(like_other)
    product = n + 2 * float(classes.pairs @ (like_one * like_other))
    centred = product - 2 * float(rows_one @ rows_other) / n + float(rows_one.sum() * rows_other.sum()) / n**2
    traces = (n - rows_one.sum() / n) * (n - rows_other.sum() / n)
    dutilleul, clifford = (1 + float(above) / below if below > 0 else float(n) for above, below in ((traces, centred), (n**2, product)))
    return Effective(min(dutilleul, n), min(clifford, n))


def _likeness(standardised: NDArray[np.float64], classes: DistanceClasses) -> NDArray[np.float64]:
    """Moran's I of each distance class: the mean product of its pairs; 0 where a class has none."""
    return np.divide(classes.products(standardised), classes.pairs, out=np.zeros(len(classes.pairs)), where=classes.pairs > 0)


def _standardised(first: ArrayLike, second: ArrayLike, kind: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both with mean 0 and standard deviation 1, ranked before if asked; after making sure that they can be compared."""
    from scipy.stats import rankdata

    if kind not in ("spearman", "pearson"):
        raise BadSetting(f"There is no correlation '{kind}'. Choose 'spearman' (of ranks) or 'pearson' (of values).")
    one, other = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if one.shape != other.shape or one.ndim != 1:
        raise BadValue(f"Two maps are compared place by place, but one has {one.size:,} values and the other {other.size:,}.")
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        raise BadValue("Some places have no value. Missing is not zero: leave those places out of both maps.")
    if kind == "spearman":
        one, other = rankdata(one), rankdata(other)
    if len(one) == 0 or np.ptp(one) == 0 or np.ptp(other) == 0:
        raise CannotAnswer("One of the two maps has the same value everywhere, so it cannot go with anything.")
    return (one - one.mean()) / one.std(), (other - other.mean()) / other.std()
