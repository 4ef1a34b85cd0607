"""Outcome tests, asked of one's own tables: rows of searches, or counts of what came of them, or stops with their times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..question import Answer, Asked, Question, Setting, Wanted

if TYPE_CHECKING:
    import pandas as pd

    from ...audit.about import About
    from ...audit.outcome_tests import How, Told
    from ...report.picture import Picture
    from ...tables.findings import Finding

NAME = "outcome-tests"
FIELDS = {"officer-defined": ("officer_defined_ethnicity",), "self-defined": ("self_defined_ethnicity",)}
HITS = {"any": ("any outcome",), "linked": ("linked outcome",), "both": ("any outcome", "linked outcome")}
RESIDENTS = "residents"
OF_COUNTS = "Counted by others: what they left out, grouped or rounded is in these figures."


def _ask(asked: Asked) -> Answer:
    from ...report.contents import Refusal
    from ...tables.errors import BadSetting

    given = [name for name in ("stops", "search_outcomes", "lit_stops") if name in asked.tables]
    if not given:
        raise BadSetting(
            "The audit 'outcome-tests' needs searches: rows (`stops`), counts of what came of them (`search_outcomes`), "
            "or stops with their times (`lit_stops`). None was given."
        )
    if "stops" in given and "search_outcomes" in given:
        raise BadSetting("Both `stops` and `search_outcomes` were given, which count the same searches in two ways. Give one.")
    how = _how(asked)
    told = (_of_rows if "stops" in given else _of_counts)(asked, how) if given != ["lit_stops"] else _nothing()
    if "lit_stops" in given and "veil" in how.tests:
        told += _veil_of_table(asked, how)
    found = _first(list(told.found), asked.settings["group"])
    return Answer(tuple(found), tuple(Refusal(part, reason) for part, reason in told.refused), _pictures(list(told.found)))


def _first(found: list[Finding], group: str | None) -> list[Finding]:
    """The findings of the group spoken of in front: the one named, else the one searched most among those compared."""
    from ...tables.errors import BadSetting

    compared = [one for one in found if one.reference is not None]
    named = {one.group for one in compared}
    if group is not None and compared and group not in named:
        raise BadSetting(f"`group` is {group!r}, which is not among the groups compared: {', '.join(sorted(map(str, named)))}.")
    most = max(compared, key=lambda one: one.n or 0, default=None)
    spoken_of = group or (most.group if most else None)
    return sorted(found, key=lambda one: one.group != spoken_of)


def _how(asked: Asked) -> How:
    from ...audit.outcome_tests import TESTS, How

    settings = asked.settings
    return How(
        reference=settings["reference"],
        tests=tuple(settings["tests"]) or TESTS,
        hits=HITS[settings["hit"]],
        linked_needs_action=settings["linked_needs_action"],
        count_unplaced=settings["count_unplaced"],
        stands_for=_stands_for(asked),
        least_stops=settings["least_stops"],
        prior_scale=settings["prior_scale"],
        draws=settings["draws"],
        knots=settings["knots"],
        replicates=asked.replicates,
        seed=asked.seed,
    )


def _stands_for(asked: Asked) -> str:
    """What stands in for stops, in words; "" where stops are recorded or nothing stands for them."""
    from ...tables.errors import BadSetting

    if asked.settings["benchmark"] == RESIDENTS:
        if "residents" not in asked.tables or "stops" not in asked.tables:
            raise BadSetting("`benchmark` is 'residents', which needs the table `residents` beside `stops`.")
        return "residents"
    return asked.settings["encounters_are"] or ""


def _nothing() -> Told:
    from ...audit.outcome_tests import Told

    return Told()


def _of_rows(asked: Asked, how: How) -> Told:
    """Every test that rows of searches can carry, one ethnicity field after the other."""
    from ...audit.lit_counts import minutes_of_rows
    from ...audit.outcome_tests import Told, outcome_tests, veil_tests
    from ...audit.search_counts import count_searches
    from ...audit.stop_counts import FIELDS as BOTH
    from ...audit.stop_tallies import WORDS
    from ...tables.errors import CannotAnswer, MissingColumn
    from ...tables.stops import OFFICER_DEFINED

    stops, told = asked.tables["stops"], Told()
    points, health = _points(asked)
    fields = [field for field in FIELDS.get(asked.settings["field"], BOTH) if field in stops.columns]
    asked.tell("counting searches", 0.3)
    able: list[str] = []
    counts = count_searches(stops, areas_of_points=points, fields=fields)
    benchmark = asked.tables["residents"] if how.stands_for == RESIDENTS else None
    for field in fields:
        try:
            health.refuse_if_blocked(f"disparity:{field}")
        except CannotAnswer as reason:
            told += Told(refused=((f"all tests, by {WORDS[field]}", str(reason)),))
            continue
        able.append(field)
        told += outcome_tests(counts, _about(asked, health, field), field=field, groups=OFFICER_DEFINED, how=how, benchmark=benchmark, tell=asked.tell)
    if "veil" in how.tests and able:
        asked.tell("setting stops in the dark beside stops in daylight", 0.8)
        try:
            minutes = minutes_of_rows(stops, areas_of_points=points, fields=able)
        except MissingColumn as reason:
            return told + Told(refused=(("veil of darkness", str(reason)),))
        for field in able:
            told += veil_tests(minutes, _about(asked, health, field), fields=[field], groups=OFFICER_DEFINED, how=how)
    return told


def _of_counts(asked: Asked, how: How) -> Told:
    """The tests that counts can carry."""
    from ...audit.outcome_tests import Told, outcome_tests_of_table

    about = asked.about(NAME, "search_outcomes", caveats=(OF_COUNTS,))
    told = outcome_tests_of_table(asked.tables["search_outcomes"], about, how=how, tell=asked.tell)
    if "veil" in how.tests and "lit_stops" not in asked.tables:
        told += Told(refused=(("veil of darkness", "Counts have no times of the day. Stops with their times (`lit_stops`) would answer it."),))
    return told


def _veil_of_table(asked: Asked, how: How) -> Told:
    """The veil of darkness from stops with their times."""
    from ...audit.lit_counts import minutes_of_table
    from ...audit.outcome_tests import veil_tests
    from ...audit.search_tallies import require_reference

    table = asked.tables["lit_stops"]
    groups = sorted(str(group) for group in table["group"].dropna().unique())
    if groups:
        require_reference(how.reference, groups)
    return veil_tests(minutes_of_table(table), asked.about(NAME, "lit_stops"), fields=["group"], groups=groups, how=how)


def _points(asked: Asked) -> tuple[pd.DataFrame | None, Any]:
    """The area of each published point, where areas are given, and the health of the stops."""
    from ...tables.health import HealthReport

    health = asked.health.get("stops") or HealthReport("stops", asked.source, 0)
    if "areas" not in asked.tables:
        return None, health
    from ..inputs import placed_stop_points

    asked.tell("placing searches", 0.25)
    return placed_stop_points(asked.tables["stops"], asked.tables["areas"], health)


def _about(asked: Asked, health: Any, field: str) -> About:
    """The frame of one field's findings, without the warnings that concern the other field alone."""
    from ...audit.about import About
    from ...audit.stop_tallies import WORDS

    health.refuse_if_blocked(NAME)
    others = [words for name, words in WORDS.items() if name not in (field, "group")]
    said = [text for text in health.warnings if WORDS[field] in text or not any(other in text for other in others)]
    said += [text for name in ("areas", "residents") if name in asked.health for text in asked.health[name].warnings]
    return About(NAME, asked.place, asked.period, asked.source, tuple(said), {}, asked.level)


def _pictures(found: list[Finding]) -> tuple[Picture, ...]:
    """Shares of hits, bars, and the veil; as many as there are."""
    from ...report.measures import FIELDS as FIELD_WORDS
    from ...report.plain_pictures import forest

    def under(finding: Finding) -> str:
        searches = str(finding.settings.get("denominator") or "")
        return ": ".join(part for part in (FIELD_WORDS.get(finding.settings.get("field") or ""), searches) if part)

    def of(*measures: str) -> list[Finding]:
        return [one for one in found if one.measure in measures and one.value is not None]

    def by_purpose(finding: Finding) -> bool:
        return str(finding.settings.get("denominator")).startswith("searches for ")

    shares, linked = of("hit_share"), of("linked_hit_share")
    drawn = [
        forest([one for one in shares if not by_purpose(one)], slug="hit-shares", title="Searches after which anything followed",
               axis="share of searches with any outcome", heading=under),
        forest([one for one in linked if not by_purpose(one)], slug="linked-hit-shares", title="Searches with an outcome linked to what was looked for",
               axis="share of searches with a linked outcome", heading=under),
        forest([one for one in linked or shares if by_purpose(one)], slug="hit-shares-by-purpose", title="Hits by what was looked for",
               axis="share of searches with a linked outcome" if linked else "share of searches with any outcome", heading=under),
        forest(of("hit_share_ratio_within_areas", "linked_hit_share_ratio_within_areas"), slug="hit-ratios-within-areas",
               title="Hits beside the reference group’s, in the same areas", axis="ratio of shares of hits",
               heading=lambda one: f"{one.settings['hit']}, {under(one)}"),
        forest(of("search_threshold"), slug="search-thresholds", title="Bar for a search, as the threshold test infers it",
               axis="chance of a find above which people were searched", heading=under),
        forest(of("veil_odds_ratio", "veil_odds_ratio_around_clock_changes"), slug="veil-of-darkness", title="Stops in the dark beside stops in daylight",
               axis="odds of the group in the dark over in daylight",
               heading=lambda one: under(one) + (", around the change of the clocks" if one.measure.endswith("changes") else "")),
    ]  # fmt: skip
    return tuple(picture for picture in drawn if picture is not None)


QUESTION = Question(
    name=NAME,
    asks="Were some groups searched on less than others?",
    says=(
        "Reads searches and what followed. Gives each group's share of hits (any outcome, and outcomes linked to what was looked for), within areas and by "
        "power and purpose; and, where it is known what the searches were chosen from, the robust outcome test and the threshold test. Published UK "
        "records are of searches alone: those two tests are then not available unless a benchmark is named, and every finding says that it rests on it. "
        "Where stops have times, stops in the dark are set beside stops in daylight. A lower share of hits is not by itself a lower bar: groups can "
        "differ in it under one and the same."
    ),
    tables=(
        Wanted("stops", "one row a search, as the police publish them; or give search_outcomes", is_needed=False),
        Wanted("search_outcomes", "searches, hits and (better) encounters by group and area, in place of rows", is_needed=False),
        Wanted("areas", "polygons of the areas, so that searches are placed in them by their points", is_needed=False),
        Wanted("residents", "residents by area and group, to stand in for stops where `benchmark` is residents", is_needed=False),
        Wanted("lit_stops", "stops with their times, for the veil of darkness", is_needed=False),
    ),
    settings=(
        Setting("reference", "the group to compare with", default="White"),
        Setting("group", "the group to speak of first; left out: the one searched most among those compared"),
        Setting("field", "which ethnicity, of rows: what the officer saw, what the person said, or each", default="both", choices=("both", *FIELDS)),
        Setting("tests", "which tests to run; left out: all", default=(), is_many=True, choices=("hits", "robust", "threshold", "veil")),
        Setting("hit", "what counts as a hit: any outcome but no further action, an outcome linked to what was looked for, or each", default="both",
                choices=tuple(HITS)),
        Setting("linked_needs_action", "a search that ended with no further action is no linked find, whatever the link says; no: the link alone decides",
                kind=bool, default=True),
        Setting("count_unplaced", "count searches of no known area too: right for a whole force, wrong for a part of it", kind=bool, default=False),
        Setting("benchmark", "what stands in for stops, of rows; residents makes search rates per resident, and every finding says so", default="none",
                choices=("none", RESIDENTS)),
        Setting("encounters_are", "what `encounters` count where they are not recorded stops, in words, such as “residents aged 10 to 64”", default=""),
        Setting("least_stops", "stops a group needs in an area to be judged there and to enter the threshold test; it changes which areas are heard",
                kind=int, default=500),
        Setting("prior_scale", "makes the threshold test's priors wider (2) or narrower (0.5); if bars move, the priors decide them", kind=float, default=1.0),
        Setting("draws", "of each of the threshold test's four chains", kind=int, default=1000),
        Setting("knots", "bends of the curve of the clock in the veil of darkness", kind=int, default=6),
    ),
    ask=_ask,
    example="evenhand audit outcome-tests --stops 2024-01-essex-stop-and-search.csv --areas areas.geojson --place Southend",
)  # fmt: skip
