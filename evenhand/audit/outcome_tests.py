"""Were some groups searched on less? Four tests of that, each with what it needs and what it cannot see.

    hits        shares of searches with an outcome, by group        needs searches with what followed
    robust      search rates and hits together                      needs what the searches were chosen from
    threshold   the bar itself, by a model                          needs that too, in several areas
    veil        stops in the dark beside stops in daylight          needs times of the day

A test that cannot be run is a null finding or a refusal with its reason, never a silent absence. Each
ethnicity field is a question of its own. Searches under section 60, which need no suspicion, are apart.

Steps, in order:  of_counts or of_table (hits, robust, threshold), of_minutes (veil) -> findings, refusals

Read with care: see `search_hits`, `robust_outcome_test`, `threshold_test` and `veil_of_darkness`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..tables.errors import CannotAnswer, EmptyTable
from . import search_counts as words
from .intervals import share_difference
from .lit_counts import usable_times
from .robust_findings import robust_findings
from .search_hit_findings import Kind, hit_findings
from .search_tallies import ANY, LINKED, SearchTally, a, of_counts, of_table, with_benchmark
from .stop_tallies import WORDS
from .threshold_findings import threshold_findings
from .veil_findings import veil_findings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from ..tables.findings import Finding
    from .about import About

TESTS = ("hits", "robust", "threshold", "veil")
SELECTED = 0.03
"""Gap between the hits of searches with and without a group from which the recording of it is said to hang on the outcome."""
FEWEST_OF_A_KIND = 100
"""Searches of one purpose below which it is not shown by itself."""
EVENTS_NOT_PEOPLE = "Searches are events, not people: one person searched ten times counts ten."
NO_BAR = "Section 60 needs no suspicion of the person searched, so there is no bar for its hits to speak of."
ONE_OF_MANY = "One of many comparisons: of twenty between groups that are equal, one lies outside its interval by chance."
ONE_AREA = "Searches are not placed in areas (or all lie in one), so nothing is compared within areas. A table of areas would answer it."
NOT_SAID = (
    "The records say that drugs were looked for, not whether possession or supply was suspected, so finds cannot be told apart by the two. "
    "A force's own table whose object of search says so would answer it."
)


@dataclass(frozen=True)
class How:
    """How the tests are run.

    Attributes:
        reference: the group compared with.
        tests: of `TESTS`.
        hits: meanings of a hit, `ANY` and `LINKED`.
        linked_needs_action: see `search_tallies.of_counts`.
        count_unplaced: searches of no location count too.
        stands_for: what stands in for stops, in words; "" for recorded stops.
        least_stops: stops (or what stands for them) a group needs in an area for a verdict there, and to enter the threshold test.
        prior_scale, draws: of the threshold test.
        knots: of the veil of darkness.
        replicates, seed: of draws.
    """

    reference: str = "White"
    tests: tuple[str, ...] = TESTS
    hits: tuple[str, ...] = (ANY, LINKED)
    linked_needs_action: bool = True
    count_unplaced: bool = False
    stands_for: str = ""
    least_stops: int = 500
    prior_scale: float = 1.0
    draws: int = 1000
    knots: int = 6
    replicates: int = 1000
    seed: int = 0


@dataclass(frozen=True)
class Told:
    """What the tests find, and for each part that could not be had, its name and why."""

    found: tuple[Finding, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: Told) -> Told:
        """Both, in order."""
        return Told(self.found + other.found, self.refused + other.refused)


def outcome_tests(
    counts: pd.DataFrame,
    about: About,
    *,
    field: str,
    groups: Sequence[str],
    how: How | None = None,
    benchmark: pd.DataFrame | None = None,
    tell: Callable[[str, float], None] | None = None,
) -> Told:
    """Hits, robust and threshold test of one ethnicity field, from counts of records.

    Args:
        counts: from `search_counts.count_searches`.
        about: place, period, source and caveats.
        field: ethnicity field.
        groups: all of them.
        how: settings.
        benchmark: people by area and group (`area_code`, `group`, `residents`) to stand in for stops; named in `how.stands_for`.
        tell: is told how much is done.

    Returns:
        Told. Searches that need suspicion first; then those under section 60, and by what was looked for.

    Example:
        >>> import pandas as pd
        >>> from evenhand.audit.about import About
        >>> cell = {"location": "no location", "area_code": None, "power": "needs suspicion", "purpose": "weapons", "nothing": 70, "something": 30,
        ...         "searches": 100, "linked": 20, "unlinked": 10, "unsaid": 0, "nothing_in_linked_months": 70, "nothing_linked": 0, "nothing_unlinked": 70}
        >>> counts = pd.DataFrame([cell | {"officer_defined_ethnicity": group} for group in ("Asian", "Black", "White")])
        >>> told = outcome_tests(counts, About("outcome-tests", "", "", ""), field="officer_defined_ethnicity", groups=("Asian", "Black", "White"))
        >>> [(one.measure, one.value) for one in told.found if one.measure in ("hit_share", "linked_hit_share") and one.group == "Black"][:2]
        [('hit_share', 0.3), ('hit_share', 0.3)]
        >>> [name for name, _ in told.refused][:2]
        ['hits within areas, by officer-defined ethnicity', 'hits under section 60, by officer-defined ethnicity']

    Read with care:
        See the head of this file.
    """
    told_how = how or How()
    said, made = f"by {WORDS.get(field, field)}", Told()
    common: dict[str, Any] = {
        "field": field,
        "groups": groups,
        "reference": told_how.reference,
        "linked_needs_action": told_how.linked_needs_action,
        "count_unplaced": told_how.count_unplaced,
    }
    suspicion = (words.NEEDS_SUSPICION, words.NO_POWER)
    is_first = True
    for hit in told_how.hits:
        try:
            told = of_counts(counts, hit=hit, powers=suspicion, **common)
        except (CannotAnswer, EmptyTable) as reason:
            made += Told(refused=((f"searches with {a(hit)}, {said}", str(reason)),))
            continue
        if "hits" in told_how.tests:
            made += Told(refused=((f"hits within areas, {said}", ONE_AREA),)) if is_first and len(told.area_codes) == 1 else Told()
            framed = replace(about, caveats=(*left_out(told), *_power_said(counts), EVENTS_NOT_PEOPLE, *about.caveats))
            kind = Kind("searches that need suspicion")
            made += Told(tuple(hit_findings(told, framed, kind=kind, replicates=told_how.replicates, seed=told_how.seed)))
            made += _by_kind(counts, about, hit, common, told_how, said)
        if benchmark is not None:
            try:
                told = with_benchmark(told, benchmark)
            except CannotAnswer as reason:
                made += Told(refused=((f"benchmark, {said}", str(reason)),))
        made += _bars(told, about, told_how, is_first=is_first, tell=tell)
        is_first = False
    return made


def outcome_tests_of_table(table: pd.DataFrame, about: About, *, how: How | None = None, tell: Callable[[str, float], None] | None = None) -> Told:
    """Hits, robust and threshold test from counts already made.

    Args:
        table: the declared table `search_outcomes`.
        about, how, tell: as `outcome_tests`.

    Raises:
        BadTable, BadSetting: the table or a setting must be mended first.

    Example:
        >>> import pandas as pd
        >>> from evenhand.audit.about import About
        >>> table = pd.DataFrame({"group": ["Black", "White"], "searches": [150, 500], "hits": [15, 100], "encounters": [1_000, 10_000]})
        >>> told = outcome_tests_of_table(table, About("outcome-tests", "", "", ""))
        >>> [one.settings["verdict"] for one in told.found if one.measure == "robust_outcome_test"]
        ['lower bar']
    """
    told_how, made, is_first = how or How(), Told(), True
    for hit in told_how.hits:
        try:
            told = of_table(table, reference=told_how.reference, hit=hit)
        except CannotAnswer as reason:
            made += Told(refused=((f"searches with {a(hit)}", str(reason)),))
            continue
        if "hits" in told_how.tests:
            made += Told(refused=(("hits within areas", ONE_AREA),)) if is_first and len(told.area_codes) == 1 else Told()
            framed = replace(about, caveats=(*left_out(told), EVENTS_NOT_PEOPLE, *about.caveats))
            made += Told(tuple(hit_findings(told, framed, replicates=told_how.replicates, seed=told_how.seed)))
        made += _bars(told, about, told_how, is_first=is_first, tell=tell)
        is_first = False
    return made


def veil_tests(minutes: pd.DataFrame, about: About, *, fields: Sequence[str], groups: Sequence[str], how: How | None = None) -> Told:
    """The veil of darkness for each ethnicity field.

    Args:
        minutes: from `lit_counts.minutes_of_rows` or `minutes_of_table`.
        about: place, period, source and caveats.
        fields: columns that hold the group.
        groups: all of them.
        how: settings.

    Example:
        >>> import pandas as pd
        >>> from evenhand.audit.about import About
        >>> minutes = pd.DataFrame({"stopped_at": pd.to_datetime(["2020-06-01"] * 2), "area_code": None, "group": ["White", "Black"], "stops": [9, 1]})
        >>> veil_tests(minutes, About("outcome-tests", "", "", ""), fields=["group"], groups=["Black", "White"]).refused[0][1][:46]
        '100 % of the stops are timed at exactly midnig'
    """
    told_how, made = how or How(), Told()
    try:
        kept, said = usable_times(minutes)
    except CannotAnswer as reason:
        return Told(refused=(("veil of darkness", str(reason)),))
    for field in fields:
        try:
            found = veil_findings(kept, about, field=field, groups=groups, reference=told_how.reference, knots=told_how.knots, caveats=said)
        except CannotAnswer as reason:
            made += Told(refused=((f"veil of darkness, by {WORDS.get(field, field)}", str(reason)),))
        else:
            made += Told(tuple(found))
    return made


def left_out(told: SearchTally) -> tuple[str, ...]:
    """What must be said of the searches that are in no figure.

    Example:
        >>> import numpy as np
        >>> ten = np.array([[10.0, 10.0]])
        >>> left_out(SearchTally("", ANY, ("Black", "White"), 1, ("A",), ten, ten, ten, unknown=5.0))
        ('20 % of the searches have no known result and are left out: unknown is not nothing.',)
    """
    known, said = float(told.searches.sum()) + told.no_group_searches, []
    if told.unknown >= 0.005 * (known + told.unknown):
        share = 100 * told.unknown / (known + told.unknown)
        why = " (months in which links are not filled in among them)" if told.hit == LINKED else ""
        said.append(f"{share:.0f} % of the searches have no known result{why} and are left out: unknown is not nothing.")
    if told.no_group_searches >= 0.005 * known:
        said.append(f"{100 * told.no_group_searches / known:.0f} % of the searches have no {told.words}; they are in no group's figure.")
        said += _selected(told)
    if told.unplaced >= 0.005 * (known + told.unplaced):
        said.append(f"{told.unplaced:,.0f} searches have no location; they may have been here and are left out.")
    return tuple(said)


def _selected(told: SearchTally) -> list[str]:
    """A word where whether the group was recorded hangs on what came of the search: it is often asked only of those arrested."""
    hits, made = (float(total.sum()) for total in told.totals)
    apart = share_difference(told.no_group_hits, told.no_group_searches, hits, made)
    if not abs(float(apart.value)) >= SELECTED or float(apart.low) <= 0 <= float(apart.high):
        return []
    shares = 100 * told.no_group_hits / told.no_group_searches, 100 * hits / made
    return [
        f"Those without one have {a(told.hit)} in {shares[0]:.0f} %, the others in {shares[1]:.0f} %: whether it was recorded hangs on what came of the "
        "search, so the groups' figures are of a selected part; see the bounds."
    ]


def _power_said(counts: pd.DataFrame) -> tuple[str, ...]:
    searches = counts["searches"].to_numpy(dtype=float)
    unknown = searches[(counts["power"] == words.NO_POWER).to_numpy()].sum() / searches.sum()
    return (f"{100 * unknown:.0f} % of the searches have no power recorded; they are counted among those that need suspicion.",) if unknown >= 0.005 else ()


def _by_kind(counts: pd.DataFrame, about: About, hit: str, common: dict[str, Any], how: How, said: str) -> Told:
    """Searches under section 60, and those that need suspicion by what was looked for."""
    kinds: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [("searches under section 60", {"powers": (words.WITHOUT_SUSPICION,)}, (NO_BAR,))]
    needing = counts[counts["power"] != words.WITHOUT_SUSPICION]
    by_purpose = needing.groupby("purpose")["searches"].sum()
    for purpose in words.PURPOSES:
        if by_purpose.get(purpose, 0) >= FEWEST_OF_A_KIND:
            kinds.append((f"searches for {purpose}", {"powers": (words.NEEDS_SUSPICION, words.NO_POWER), "purposes": (purpose,)}, ()))
    made = Told()
    for name, chosen, caveats in kinds:
        try:
            told = of_counts(counts, hit=hit, **chosen, **common)
        except (CannotAnswer, EmptyTable) as reason:
            made += Told(refused=((f"{'linked ' if hit == LINKED else ''}hits {_short(name)}, {said}", str(reason)),))
            continue
        framed = replace(about, caveats=(*left_out(told), EVENTS_NOT_PEOPLE, *about.caveats))
        kind = Kind(name, is_main=False, caveats=(*caveats, ONE_OF_MANY))
        made += Told(tuple(hit_findings(told, framed, kind=kind, replicates=how.replicates, seed=how.seed)))
    if hit == how.hits[0] and by_purpose.get(words.DRUGS, 0) and not (by_purpose.get(words.POSSESSION, 0) or by_purpose.get(words.SUPPLY, 0)):
        made += Told(refused=((f"hits of searches for possession and for supply, {said}", NOT_SAID),))
    return made


def _short(name: str) -> str:
    return name.removeprefix("searches ")


def _bars(told: SearchTally, about: About, how: How, *, is_first: bool, tell: Callable[[str, float], None] | None) -> Told:
    """The robust and the threshold test; where only searches are known, each says so once."""
    if told.encounters is None and not is_first:
        return Told()
    framed = replace(about, caveats=(*left_out(told), EVENTS_NOT_PEOPLE, *about.caveats))
    found: list[Finding] = []
    if "robust" in how.tests:
        found += robust_findings(told, framed, stands_for=how.stands_for, least=how.least_stops, replicates=how.replicates, seed=how.seed)
    if "threshold" in how.tests:
        found += threshold_findings(
            told, framed, stands_for=how.stands_for, least=how.least_stops, prior_scale=how.prior_scale, draws=how.draws, seed=how.seed, tell=tell
        )
    return Told(tuple(found))
