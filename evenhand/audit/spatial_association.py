"""Do high scores go with who lives there, or with deprivation? Correlations over areas that allow for smooth maps.

For each group's share of the residents, and for deprivation: how strongly it goes with the score, in
ranks (Spearman) and in values (Pearson), with limits and a p-value that hold although neighbours
resemble each other. Beside them two numbers that describe likeness among neighbours, without a p-value.

The test is chosen by what held in simulation, whatever the shape of the place: the effective number of
places. A shift of the map over the place, and Moran randomisation, can be asked for instead; both are wrong
where both maps slope. A torus shift is never used: the edges of a real place do not join.

Read with care: areas, not people: that scores are high where a group is many does not say that its
members are scored high. And association is not cause.

Source: Dutilleul (1993), Biometrics 49(1), 305-314; Robinson (1950), American Sociological Review 15(3), 351-357 (areas are not people).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..tables.errors import BadSetting, BadValue, CannotAnswer
from ..tables.measure import Measure
from . import effective_sample_size, map_shift, moran_randomisation
from .distance_classes import distance_classes
from .effective_sample_size import correlation
from .neighbours import bivariate_moran, both_ways, lees_l, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import ArrayLike, NDArray

    from ..tables.findings import Finding
    from .about import About
    from .effective_sample_size import Correlation
    from .map_shift import Shifting

MEASURES = {
    "score_rank_correlation": Measure(
        "Rank correlation with the score", "areas",
        "Whether the score is high where this is high: 1 in the same order, 0 unrelated, -1 in the opposite order.",
        "effective_sample_size.correlation",
    ),
    "score_linear_correlation": Measure(
        "Linear correlation with the score", "areas",
        "Whether the score rises in proportion with this; 1 exactly, 0 not at all, -1 exactly opposite. A few extreme areas can decide it.",
        "effective_sample_size.correlation",
    ),
    "bivariate_moran": Measure(
        "Bivariate Moran", "areas",
        "Whether the score is high where this is high among the neighbours; a description, not evidence of a link.",
        "neighbours.bivariate_moran",
    ),
    "lees_l": Measure(
        "Lee’s L", "areas",
        "Whether neighbourhoods with a high score are neighbourhoods where this is high; a description, not evidence of a link.",
        "neighbours.lees_l",
    ),
}  # fmt: skip

TESTS = ("effective-places", "shift", "moran")
DESCRIPTIVE = (
    "Descriptive only, no p-value: the usual test of this number shuffles areas as if neighbours were strangers, "
    "and calls unrelated smooth maps associated 40 to 90 % of the time."
)
NOT_PEOPLE = "Areas, not people: it does not say that members of a group are scored higher."
_WRONG_WHERE = {
    "shift": "This test is wrong where both maps slope across the place.",
    "moran": "This test is wrong where both maps are very smooth or slope across the place.",
}


def association(
    score: ArrayLike,
    against: Mapping[str, ArrayLike],
    xy_m: ArrayLike,
    *,
    about: About,
    test: str = "effective-places",
    shifting: Shifting | None = None,
    places: str = "areas",
    replicates: int = 999,
    seed: int = 1,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> list[Finding]:
    """How a score goes with each of several other maps of the same places.

    Args:
        score: of each place, or 1 for flagged and 0 for not; nan where there is none; shape (places,).
        against: name of the other map -> its values, nan where there is none; shape (places,) each.
        xy_m: easting and northing of each place's middle in metres, shape (places, 2).
        about: place, period, source and caveats of the findings.
        test: where p-values come from: "effective-places", "shift" or "moran". The limits always rest on effective places.
        shifting: the place, for "shift"; all places must then have both values.
        places: what a place is called: areas, cells.
        replicates, seed: of "moran".
        tell: is told what is being done and how much is done, 0 to 1.

    Returns:
        For each other map: rank and linear correlation, bivariate Moran, Lee's L. Null with a reason where
        a map is the same everywhere, or fewer than 10 places have both.

    Raises:
        BadSetting: an unknown test, or "shift" without a place.
        BadValue: maps of different numbers of places.
    """
    if test not in TESTS:
        raise BadSetting(f"There is no test '{test}'. Choose one of {', '.join(TESTS)}.")
    if test == "shift" and shifting is None:
        raise BadSetting("The test 'shift' moves maps over the place and so needs the place's outline. Hand over the areas, or use 'effective-places'.")
    how = _Test(test, shifting, replicates, seed)
    value, middles = np.asarray(score, dtype=float), np.asarray(xy_m, dtype=float)
    found: list[Finding] = []
    for done, (name, other) in enumerate(against.items()):
        tell(f"setting the score beside {name}", done / len(against))
        second = np.asarray(other, dtype=float)
        if second.shape != value.shape or len(middles) != len(value):
            raise BadValue(f"The score has {value.size:,} {places}, '{name}' {second.size:,}, the coordinates {len(middles):,}. Each place needs all three.")
        both = np.isfinite(value) & np.isfinite(second)
        found += _beside(_Pair(name, value[both], second[both], middles[both], int((~both).sum()), places), how, about)
    return found


class _Pair(NamedTuple):
    """The score and another map, where both have a value."""

    name: str
    score: NDArray[np.float64]
    other: NDArray[np.float64]
    middles: NDArray[np.float64]
    left_out: int
    places: str


class _Test(NamedTuple):
    """Where p-values come from."""

    name: str
    shifting: Shifting | None
    replicates: int
    seed: int


def _beside(pair: _Pair, how: _Test, about: About) -> list[Finding]:
    """The four findings on one other map."""
    _, score, other, middles, left_out, places = pair
    lacking = (f"{left_out:,} {places} lack one of the two values and are left out; missing is not zero.",) if left_out else ()
    common: dict[str, Any] = {"group": pair.name, "n": float(len(score)), "unit": "correlation"}
    try:
        classes, near = distance_classes(middles), nearest(middles)
        tested = [correlation(score, other, classes, kind=kind, level=about.level) for kind in ("spearman", "pearson")]
    except CannotAnswer as reason:
        return [about.finding(measure, None, caveats=(str(reason), *lacking), **common) for measure in MEASURES]
    found = []
    for measure, one, ranks in zip(("score_rank_correlation", "score_linear_correlation"), tested, (True, False), strict=True):
        p_value, null_model = _p_value(how, pair, one, ranks=ranks)
        cautions = (*_few(one), *lacking, NOT_PEOPLE, *((_WRONG_WHERE[how.name],) if how.name in _WRONG_WHERE else ()))
        found.append(
            about.finding(
                measure,
                one.value,
                low=one.low,
                high=one.high,
                p_value=p_value,
                null_model=null_model if p_value is not None else None,
                method=f"{'Spearman' if ranks else 'Pearson'}; {one.places:,} {places}, alike among neighbours, count as {one.effective:,.0f} for the limits",
                settings={"effective_places": round(one.effective, 1), "test": how.name},
                caveats=cautions,
                **common,
            )
        )
    for measure, describe in (("bivariate_moran", bivariate_moran), ("lees_l", lees_l)):
        method = f"the eight nearest {places} are neighbours"
        found.append(about.finding(measure, describe(score, other, near), method=method, caveats=(DESCRIPTIVE, *lacking), **common))
    return found


def _p_value(how: _Test, pair: _Pair, one: Correlation, *, ranks: bool) -> tuple[float | None, str]:
    """The p-value by the test asked for, and its null model in words."""
    from scipy.stats import rankdata

    if how.name == "effective-places":
        return one.p_value, effective_sample_size.NULL_MODEL
    if how.shifting is not None and how.name == "shift":
        if how.shifting.places != len(pair.score):
            raise CannotAnswer(f"{pair.left_out:,} {pair.places} have no value, so the map cannot be moved as a whole. Use the test 'effective-places'.")
        return how.shifting.test(pair.score, pair.other, ranks=ranks).p_value, map_shift.NULL_MODEL
    patterns = moran_randomisation.patterns_of(both_ways(nearest(pair.middles)))
    first, second = (rankdata(pair.score), rankdata(pair.other)) if ranks else (pair.score, pair.other)
    return moran_randomisation.moran_p_value(first, second, patterns, replicates=how.replicates, seed=how.seed), moran_randomisation.NULL_MODEL


def _few(one: Correlation) -> tuple[str, ...]:
    if one.low is not None:
        return ()
    return (f"Both maps are so smooth that all places count as {one.effective:.1f} independent ones: too few for limits or a test of them.",)
