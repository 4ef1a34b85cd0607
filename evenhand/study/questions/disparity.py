"""Disparity, asked of one's own tables: rows of stops, or counts by group for those who have no rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..question import Answer, Asked, Question, Setting, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from ...report.contents import Refusal
    from ...tables.findings import Finding

FIELDS = {"officer-defined": ("officer_defined_ethnicity",), "self-defined": ("self_defined_ethnicity",)}
WHOLE_FORCE = "No areas were given: every stop is counted, wherever it was, beside all the residents of the table."
OF_COUNTS = "Counted by others: what they left out, grouped or rounded is in these figures. What they call events is called stops here."
SHOWN_APART = {"area_stop_rate_ratio": "each_area", "stops_per_1000_in_month": "each_month", "stop_rate_ratio_in_month": "each_month"}
"""Measures that come by the hundred and are findings only where asked for; pictures are drawn of them all the same."""


def _ask(asked: Asked) -> Answer:
    from ...report.disparity_pictures import disparity_pictures
    from ...tables.errors import BadSetting

    has_rows, has_counts = "stops" in asked.tables, "group_counts" in asked.tables
    if has_rows == has_counts:
        raise BadSetting(
            "The audit 'disparity' needs either rows (`stops`, with `residents`) or counts by group (`group_counts`). "
            + ("Both were given; give one." if has_rows else "Neither was given.")
        )
    if has_counts and "areas" in asked.tables:
        raise BadSetting("`areas` place rows of stops on the ground; counts carry their areas in the column `area_code`. Leave `areas` out.")
    found, refused = _of_rows(asked) if has_rows else _of_counts(asked)
    found = _first(found, asked.settings["group"])
    pictures = disparity_pictures(found)
    kept = tuple(finding for finding in found if asked.settings.get(SHOWN_APART.get(finding.measure, ""), True))
    return Answer(kept, tuple(refused), pictures)


def _first(found: list[Finding], group: str | None) -> list[Finding]:
    """The findings of the group spoken of in front: the one named, else the one stopped most among those compared."""
    ratios = [finding for finding in found if finding.measure == "stop_rate_ratio"]
    named = {finding.group for finding in ratios}
    if group is not None and ratios and group not in named:
        from ...tables.errors import BadSetting

        raise BadSetting(f"`group` is {group!r}, which is not among the groups compared: {', '.join(sorted(map(str, named)))}.")
    spoken_of = group or max(ratios, key=lambda finding: finding.n or 0, default=None)
    return sorted(found, key=lambda finding: finding.group != getattr(spoken_of, "group", spoken_of))


def _of_rows(asked: Asked) -> tuple[list[Finding], list[Refusal]]:
    """Findings from rows: placed on the ground where there are areas, else for a whole force."""
    from ...audit.disparity import PARTS, both_fields
    from ...audit.stop_counts import FIELDS as BOTH
    from ...audit.stop_counts import count_months, count_stops
    from ...report.contents import Refusal
    from ...tables.errors import BadSetting
    from ...tables.health import HealthReport
    from ..stops import refusals

    if "residents" not in asked.tables:
        raise BadSetting("The audit 'disparity' needs `residents` beside `stops`: without people there is no rate.")
    stops, settings, points = asked.tables["stops"], asked.settings, None
    health = asked.health.get("stops") or HealthReport("stops", asked.source, 0)
    notes, refused, parts = _notes(asked), [], list(PARTS)
    if "areas" in asked.tables:
        from ..inputs import placed_stop_points

        asked.tell("placing stops", 0.25)
        points, health = placed_stop_points(stops, asked.tables["areas"], health)
    else:
        notes.append(WHOLE_FORCE)
        parts.remove("areas")
        refused.append(Refusal("ratios within areas", "No table of areas was given, so stops cannot be placed in areas and nothing is said within them."))
    asked.tell("counting stops", 0.35)
    fields = FIELDS.get(settings["field"], BOTH)
    found, not_answered = both_fields(
        count_stops(stops, areas_of_points=points, fields=fields),
        _residents(asked),
        parts=parts,
        months=count_months(stops, areas_of_points=points, fields=fields),
        period=_period(asked, stops),
        count_unplaced=points is None or settings["count_unplaced"],
        health=health,
        notes=notes,
        **_common(asked),
    )
    return found, refused + refusals(not_answered)


def _of_counts(asked: Asked) -> tuple[list[Finding], list[Refusal]]:
    """Findings from a table of counts, part after part; a part that cannot be had is refused and the others go on."""
    from ...audit.disparity import PARTS, disparity
    from ...audit.own_counts import own_counts
    from ...report.contents import Refusal
    from ...tables.errors import CannotAnswer

    told = own_counts(asked.tables["group_counts"], asked.tables.get("residents"))
    parts = [part for part in PARTS if part != "months" or told.months is not None]
    if "cluster" in told.counts.columns:
        parts.append("clusters")
    found: list[Finding] = []
    refused: list[Refusal] = []
    for part in parts:
        try:
            found += disparity(
                told.counts,
                told.residents,
                field="group",
                groups=told.groups,
                parts=(part,),
                months=told.months,
                period=_span(asked, [] if told.months is None else told.months["month"]),
                count_unplaced=asked.settings["count_unplaced"],
                notes=[OF_COUNTS, *_notes(asked, "group_counts")],
                **_common(asked),
            )
        except CannotAnswer as reason:
            if part == "overall":
                raise
            refused.append(Refusal(f"disparity, {part}", str(reason)))
    return found, refused


def _common(asked: Asked) -> dict[str, Any]:
    """What both ways have in common."""
    settings = asked.settings
    return {
        "reference": settings["reference"],
        "place": asked.place,
        "source": asked.source,
        "level": asked.level,
        "seed": asked.seed,
        "replicates": asked.replicates,
        "residents_as_of": settings["residents_as_of"],
        "denominators": _denominators(asked),
        "each_area": True,
        "each_month": True,
        "tell": lambda what, share: asked.tell(what, 0.5 + 0.4 * share),
    }


def _notes(asked: Asked, *further: str) -> list[str]:
    """What is odd about the tables whose health the audit does not read itself."""
    return [says for name in ("residents", "denominators", *further) if name in asked.health for says in asked.health[name].warnings]


def _residents(asked: Asked) -> pd.DataFrame:
    """Residents of the areas given; all of them where none are."""
    from ...tables.errors import VintageMix

    residents = asked.tables["residents"]
    if "areas" not in asked.tables:
        return residents
    codes = set(asked.tables["areas"]["area_code"])
    here = residents[residents["area_code"].isin(codes)]
    lacking = codes - set(here["area_code"])
    if lacking:
        raise VintageMix(
            f"{len(lacking):,} of {len(codes):,} areas have no residents (for example {min(lacking)}). Their codes may be of another census.\n"
            "Give residents for every area, or leave those areas out."
        )
    return here


def _denominators(asked: Asked) -> dict[str, pd.DataFrame]:
    """Further denominators by name."""
    if "denominators" not in asked.tables:
        return {}
    table = asked.tables["denominators"]
    return {str(name): rows[["area_code", "group", "residents"]] for name, rows in table.groupby("name", sort=False)}


def _period(asked: Asked, stops: Any) -> str:
    """The asker's words, or the first and last month of the stops."""
    from ...tables import engine

    return _span(asked, engine.counts(stops, by=["month"])["month"] if asked.period == Asked.period else [])


def _span(asked: Asked, months: Iterable[Any]) -> str:
    """The asker's words, or the first and last of these months."""
    known = sorted({month for month in months if isinstance(month, str)})
    if asked.period != Asked.period or not known:
        return asked.period
    return known[0] if len(known) == 1 else f"{known[0]} to {known[-1]}"


QUESTION = Question(
    name="disparity",
    asks="Who is stopped and searched, beside who lives there, and is it the same within areas, powers and months?",
    says=(
        "Reads stop and search records (or counts by group) and residents by area and group. Gives rates, ratios to a reference group and excess stops, "
        "each with its interval; what missing ethnicity could change; what followed; section 60 apart; the ratio within areas and what areas add to it; "
        "small areas steadied by each other; and the trend, with months that were not published left out. Residents are not the people on the street, "
        "stops are not people, and a ratio does not say why."
    ),
    tables=(
        Wanted("stops", "one row a search, as the police publish them; or give group_counts", is_needed=False),
        Wanted("residents", "residents by area and group; needed with stops", is_needed=False),
        Wanted("areas", "polygons of the areas, so that stops are placed in them by their points", is_needed=False),
        Wanted("group_counts", "counts by group (and area, month, cluster, if you have them) in place of rows", is_needed=False),
        Wanted("denominators", "further numbers of people, by name, to set the same stops beside", is_needed=False),
    ),
    settings=(
        Setting("reference", "the group to compare with", default="White"),
        Setting("group", "the group to speak of first; left out: the one stopped most among those compared"),
        Setting("field", "which ethnicity, of rows: what the officer saw, what the person said, or each", default="both", choices=("both", *FIELDS)),
        Setting("count_unplaced", "count stops of no known area too: right for a whole force, wrong for a part of it", kind=bool, default=False),
        Setting("residents_as_of", "when the residents were counted, such as 2021-03-21"),
        Setting("each_area", "give every area's ratio too (where both groups have five stops or more)", kind=bool, default=False),
        Setting("each_month", "give every month's rates and ratios too", kind=bool, default=False),
    ),
    ask=_ask,
    example="evenhand audit disparity --stops 2024-01-essex-stop-and-search.csv --residents residents.csv --areas areas.geojson --place Southend",
)
