"""Bandwidth rules: how far mapping software lets a crime spread when nobody tells it.

    arcgis_m       ArcGIS, default search radius of its kernel density: from the spread round the mean centre
    nrd_m          R, MASS::bandwidth.nrd: from one axis; four times what the same name gives in base R

Each is in metres, for points in metres. They were made for one smooth hump; recorded crime has many, so they smooth much.
Neither knows anything of the size of a patrol.

Source: Silverman (1986), Density Estimation, section 3.4 (0.9 and 1.06 times the spread over the fifth root of n);
Esri, How Kernel Density works (the steps; the formula is a picture there, and was taken from code that cites it).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables.errors import BadSetting, CannotAnswer

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray


def arcgis_m(points_m: ArrayLike, events: ArrayLike) -> float:
    """The default search radius of ArcGIS.

    h = 0.9 min(SD, sqrt(1 / ln 2) D) n^(-1/5)

    SD is the standard distance, the root of the mean squared distance from the mean centre; D the median distance
    from it; n the number of events.

    Args:
        points_m: eastings and northings, shape (points, 2).
        events: how many events stand at each; whole, shape (points,).

    Raises:
        CannotAnswer: the rule gives 0 m: all events at one point, or half of them at the mean centre.

    Example:
        >>> round(arcgis_m([[0, 0], [6, 8], [6, 0], [0, 8]], [1, 1, 1, 1]), 4)
        3.4104

    Source: Esri, How Kernel Density works, section "Default search radius (bandwidth) algorithm".
    """
    x, y = _one_each(points_m, events).T
    away = np.hypot(x - x.mean(), y - y.mean())
    standard_distance, median = np.sqrt((away**2).mean()), np.median(away)
    return _usable(0.9 * min(standard_distance, np.sqrt(1 / np.log(2)) * median) * len(x) ** -0.2, "arcgis")


def nrd_m(values_m: ArrayLike, events: ArrayLike) -> float:
    """R's bandwidth.nrd of one axis.

    h = 4 x 1.06 min(sd, IQR / 1.34) n^(-1/5), sd with n - 1, quartiles as R gives them (type 7)

    Args:
        values_m: along the axis, shape (points,).
        events: how many events stand at each; whole, shape (points,).

    Raises:
        CannotAnswer: the rule gives 0 m, or there is one event.

    Example:
        >>> round(nrd_m([0, 100, 200, 300, 400], [1, 1, 1, 1, 1]), 2)
        458.67

    Source: Venables & Ripley (2002), Modern Applied Statistics with S, 4th ed., section 5.6.
    """
    values = _one_each(np.asarray(values_m, dtype=float)[:, None], events)[:, 0]
    if len(values) < 2:
        return _usable(0.0, "nrd")
    low, high = np.quantile(values, [0.25, 0.75])
    return _usable(4 * 1.06 * min(float(values.std(ddof=1)), (high - low) / 1.34) * len(values) ** -0.2, "nrd")


def _nrd_mean_m(points_m: NDArray[np.float64], events: ArrayLike) -> float:
    """The mean of the two axes: what an R package for hot spots is written to give."""
    return (nrd_m(points_m[:, 0], events) + nrd_m(points_m[:, 1], events)) / 2


def _nrd_easting_m(points_m: NDArray[np.float64], events: ArrayLike) -> float:
    """The easting's alone: what that package gives, for R's mean() averages only its first argument."""
    return nrd_m(points_m[:, 0], events)


RULES: dict[str, Callable[[NDArray[np.float64], ArrayLike], float]] = {"arcgis": arcgis_m, "nrd": _nrd_mean_m, "nrd-easting": _nrd_easting_m}
"""Every rule by name; each takes points and events."""


def bandwidth_by_rule(rule: str, points_m: NDArray[np.float64], events: ArrayLike) -> float:
    """A bandwidth in metres by a rule's name.

    Raises:
        BadSetting: an unknown rule.
        CannotAnswer: the rule gives none for these points.

    Example:
        >>> points = np.array([[0.0, 0.0], [100, 50], [200, 100], [300, 150], [400, 200]])
        >>> [round(bandwidth_by_rule(rule, points, np.ones(5))) for rule in RULES]
        [88, 344, 459]
    """
    if rule not in RULES:
        raise BadSetting(f"There is no bandwidth rule '{rule}'. Known: {', '.join(RULES)}.")
    return RULES[rule](points_m, events)


def _one_each(points_m: ArrayLike, events: ArrayLike) -> NDArray[np.float64]:
    """A row for each event, as the rules are defined on."""
    many = np.asarray(events, dtype=float)
    if many.size == 0 or (many < 0).any() or (many % 1 != 0).any() or many.sum() == 0:
        raise BadSetting("A bandwidth rule takes whole numbers of events, one of them above 0.")
    return np.repeat(np.asarray(points_m, dtype=float), many.astype(np.int64), axis=0)


def _usable(bandwidth_m: float, rule: str) -> float:
    if not bandwidth_m > 0:
        raise CannotAnswer(
            f"The bandwidth rule '{rule}' gives 0 m: too many of the recorded crimes stand at one point for their spread to say anything. "
            "Choose another reading: a bandwidth of fixed metres."
        )
    return float(bandwidth_m)
