"""Study frames: compared with whom? The same flagged places, set beside other residents.

A ratio compares those who live in flagged places with all who live in some place: the town, the force's
area, the built-up ground alone. The choice is the auditor's, and it can turn a conclusion round: a spot
in a city's one mixed quarter is telling within the city and unremarkable within that quarter. So the
ratio is given for every frame, and when the frames disagree it says so first.

Read with care: a frame wider than where the system was asked to look blames it for what lies outside
its reach; one cut to where it looks hides what led it there.

Source: Openshaw (1984), The Modifiable Areal Unit Problem, CATMOG 38 (results depend on which areas are
taken); Lum & Isaac (2016), Significance 13(5), 14-19 (a city as the frame).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import CannotAnswer
from ..tables.measure import Measure
from .exposure import exposed_people, exposure_ratio, ratios_of
from .exposure_findings import few_exposed, interval_words, with_interval
from .limits import lacking, numbers_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .exposure import Exposed

MEASURES = {
    "exposure_ratio_by_frame": Measure(
        "Exposure ratio within other frames", "residents of the group in the frame",
        "The exposure ratio when the same flagged places are set beside the residents of another frame, such as the built-up ground alone.",
        "study_frames.ratio_by_frame",
    ),
    "exposure_ratio_over_frames": Measure(
        "Range of the exposure ratio over frames", "residents of the group in the widest frame",
        "The lowest and the highest exposure ratio over all frames tried, and the median; not an interval.",
        "study_frames.ratio_by_frame",
    ),
}

BUILT_UP = 1000.0
"""Residents per km2 above which an area counts as built up."""


def ratio_by_frame(frames: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]], *, reference: int) -> dict[str, NDArray[np.float64]]:
    """The exposure ratio of each group within each frame.

    Args:
        frames: name -> residents by area and group, shape (areas, groups), and the share of each area flagged, shape (areas,).
        reference: position of the group to compare with.

    Returns:
        Name -> ratios, shape (groups,), no unit; 1 is parity. nan where the reference has nobody exposed.

    Example:
        Flagged: the first of two areas. In the second, which only the wider frame holds, hardly anybody is of the group:

        >>> near, wide = [[30.0, 70.0]], [[30.0, 70.0], [10.0, 890.0]]
        >>> found = ratio_by_frame({"near": (near, [0.5]), "wide": (wide, [0.5, 0.0])}, reference=1)
        >>> found["near"].round(2).tolist(), found["wide"].round(2).tolist()
        ([1.0, 1.0], [10.29, 1.0])

    Read with care:
        None of the frames is the right one; a conclusion that needs one of them says so.
    """
    return {name: exposure_ratio(residents, flagged, reference=reference) for name, (residents, flagged) in frames.items()}


def is_built_up(residents: NDArray[np.float64], area_km2: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which areas hold at least a thousand residents a square kilometre.

    Args:
        residents: of each area, all groups; shape (areas,).
        area_km2: ground of each area; shape (areas,).

    Example:
        >>> is_built_up(np.array([1500.0, 1500.0]), np.array([0.5, 3.0])).tolist()
        [True, False]
    """
    return np.asarray(residents / area_km2 >= BUILT_UP)


def frame_findings(frames: Mapping[str, Exposed], *, about: About, reference: str) -> list[Finding]:
    """The exposure ratio within each frame, and its range over them.

    Args:
        frames: name -> residents and flagged share of that frame; the first is the place itself.
        about: place, period, source and caveats of the findings.
        reference: the group to compare with.

    Returns:
        By group: one finding a frame, then the range; a frame in which nobody of the reference is exposed is null with the reason.

    Raises:
        BadSetting: an unknown reference.
        CannotAnswer: fewer than two frames.
    """
    if len(frames) < 2:
        raise CannotAnswer("There is only one frame, so nothing can be said of how far the frame matters.")
    place = next(iter(frames.values()))
    at = place.position(reference)
    ratio = partial(ratios_of, reference=at)
    intervals = {name: with_interval(ratio, frame.residents.to_numpy(dtype=float), frame, about.level) for name, frame in frames.items()}
    found = []
    for i, group in enumerate(map(str, place.residents.columns)):
        if i == at:
            continue
        for name, frame in frames.items():
            people = frame.residents.to_numpy(dtype=float)
            there, numbers = exposed_people(people, frame.flagged_share), numbers_at(intervals[name], i)
            none = () if numbers["value"] is not None else ("Not given: nobody of the group compared with is exposed within this frame.",)
            found.append(
                about.finding(
                    "exposure_ratio_by_frame",
                    **numbers,
                    group=f"{group}, {name}",
                    reference=f"{reference}, {name}",
                    unit="ratio",
                    n=people[:, i].sum(),
                    method=f"exposed share over the reference group's, both within the frame; {interval_words(frame)}",
                    caveats=(*none, *few_exposed(there[i], there[at]), *lacking(numbers)),
                    settings={"frame": name, "areas": len(people)},
                )
            )
        found.append(_range({name: float(values.value[i]) for name, values in intervals.items()}, frames, group, i, about, reference))
    return found


def _range(values: dict[str, float], frames: Mapping[str, Exposed], group: str, i: int, about: About, reference: str) -> Finding:
    known = {name: value for name, value in values.items() if np.isfinite(value)}
    n = max(float(frame.residents.iloc[:, i].sum()) for frame in frames.values())
    method = "median, lowest and highest over the frames, which are: " + ", ".join(frames)
    if len(known) < 2:
        caveats: tuple[str, ...] = ("Not given: fewer than two frames have a ratio.",)
        return about.finding("exposure_ratio_over_frames", None, group=group, reference=reference, unit="ratio", n=n, method=method, caveats=caveats)
    low, middle, high = (float(q) for q in np.quantile(list(known.values()), [0, 0.5, 1]))
    caveats = ("A range over frames, not an interval.",)
    if low < 1 < high:
        caveats = (f"The conclusion depends on the frame: the ratio runs from {low:.2f} to {high:.2f}, on both sides of 1.", *caveats)
    rest: dict[str, Any] = {"low": low, "high": high, "level": None, "unit": "ratio", "n": n, "method": method, "caveats": caveats}
    return about.finding("exposure_ratio_over_frames", middle, group=group, reference=reference, **rest)
