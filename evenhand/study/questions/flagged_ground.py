"""Stops on flagged ground, asked of one's own tables: who is stopped where a system points, and who elsewhere, beside who lives there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..question import Answer, Asked, Question, Setting, Wanted
from .disparity import FIELDS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ...report.picture import Picture
    from ...tables.findings import Finding
    from ..own_exposure import Listed

NAME = "flagged-ground"
THERE, ELSEWHERE = "flagged ground", "elsewhere"
NOT_BECAUSE = "Stops beside flagged ground do not say that anybody was stopped because of the list; their months and those of the list may differ."
SHOWN = ("stop_rate_ratio", "stops_per_1000", "stop_rate_difference_per_1000", "no_further_action", "missing_ethnicity", "section_60")
"""Measures of each ground that are kept, by how their names begin."""
NOBODY = 1e-9


def _ask(asked: Asked) -> Answer:
    from ...audit.stop_counts import FIELDS as BOTH
    from ...tables.errors import CannotAnswer
    from ..own_exposure import listed
    from ..stops import refusals

    given = listed({name: table for name, table in asked.tables.items() if name not in ("stops", "deprivation")}, unlisted=asked.settings["unlisted"])
    if given.areas is None or given.ground is None:
        raise CannotAnswer("Stops are placed by their points, so polygons of the areas are needed, and a list of one span of months.")
    asked.tell("placing stops", 0.3)
    grounds = _Grounds(asked, given)
    found: list[Finding] = []
    refused: dict[str, str] = {}
    for field in FIELDS.get(asked.settings["field"], BOTH):
        asked.tell(f"counting by {field.replace('_', ' ')}", 0.5)
        try:
            found += grounds.by_field(field)
        except CannotAnswer as reason:
            refused[field] = str(reason)
    if not found:
        raise CannotAnswer("; ".join(refused.values()))
    return Answer(tuple(_first(found, asked.settings["group"])), tuple(refusals(refused)) if refused else (), tuple(_pictures(found)))


class _Grounds:
    """The flagged ground and the rest: stops counted on each, residents shared out between them."""

    def __init__(self, asked: Asked, given: Listed) -> None:
        """Place the stops' points."""
        from ...tables.health import HealthReport
        from ..inputs import placed_stop_points

        health = asked.health.get("stops") or HealthReport("stops", asked.source, 0)
        points, self.health = placed_stop_points(asked.tables["stops"], given.areas, health)
        inside = _within(points, given.ground)
        self.points = {THERE: points[inside], ELSEWHERE: points[~inside]}
        self.asked, self.given = asked, given

    def by_field(self, field: str) -> list[Finding]:
        """The findings of one ethnicity field: joined, then of each ground."""
        from ...audit.flagged_stops import joined
        from ...audit.stop_counts import count_stops
        from ...audit.stop_tallies import tally
        from ...tables.errors import CannotAnswer

        asked, given, reference = self.asked, self.given, self.asked.settings["reference"]
        empty = next((ground for ground, points in self.points.items() if points.empty), None)
        if empty is not None:
            raise CannotAnswer(f"No stop with a location lies {'on ' if empty == THERE else ''}{empty}, so the two grounds cannot be compared.")
        counts = {ground: count_stops(asked.tables["stops"], areas_of_points=points, fields=(field,)) for ground, points in self.points.items()}
        people = {ground: self._residents(ground) for ground in counts}
        tallies = {ground: tally(counts[ground], people[ground], field=field, reference=reference, groups=given.groups) for ground in counts}
        about = asked.about(
            NAME, caveats=(NOT_BECAUSE, *given.caveats), settings={"field": field, "replicates": asked.replicates, "seed": asked.seed, "reference": reference}
        )
        everyone = given.residents.to_numpy(dtype=float)
        codes = [str(code) for code in given.residents.index]
        found = joined(tallies[THERE], tallies[ELSEWHERE], codes=codes, people=everyone, flagged_share=given.flagged_share, about=about)
        for ground in counts:
            found += self._on(ground, field, counts[ground], people[ground])
        return found

    def _on(self, ground: str, field: str, counts: pd.DataFrame, people: pd.DataFrame) -> list[Finding]:
        """Rates and ratios on one ground by itself."""
        from ...audit.disparity import disparity

        asked = self.asked
        found = disparity(
            counts,
            people,
            field=field,
            reference=asked.settings["reference"],
            groups=self.given.groups,
            place=f"{ground} in {asked.place}",
            period=asked.period,
            source=asked.source,
            level=asked.level,
            seed=asked.seed,
            replicates=asked.replicates,
            residents_as_of=asked.settings["residents_as_of"],
            health=self.health,
            notes=(NOT_BECAUSE, *self.given.caveats),
        )
        kept = [one for one in found if one.measure.startswith(SHOWN)]
        return [one.model_copy(update={"question": NAME, "settings": {**one.settings, "ground": ground}}) for one in kept]

    def _residents(self, ground: str) -> pd.DataFrame:
        """Residents by area and group on one ground, where anybody lives on it; within an area they live evenly."""
        given = self.given
        share: NDArray[Any] = given.flagged_share if ground == THERE else 1 - given.flagged_share
        here = given.residents.mul(share, axis=0)[share > NOBODY]
        return here.rename_axis("area_code").reset_index().melt("area_code", var_name="group", value_name="residents")


def _within(points: pd.DataFrame, ground: Any) -> NDArray[Any]:
    """Which published points lie on the ground."""
    import shapely

    from ...places.coordinates import to_metres

    x_m, y_m = to_metres(points["longitude"], points["latitude"])
    shapely.prepare(ground)
    return shapely.intersects_xy(ground, x_m, y_m)


def _first(found: list[Finding], group: str | None) -> list[Finding]:
    """The findings of the group asked about in front."""
    from ...tables.errors import BadSetting

    named = sorted({str(one.group) for one in found if one.group})
    if group is not None and group not in named:
        raise BadSetting(f"`group` is {group!r}, which is not among the groups compared: {', '.join(named)}.")
    return sorted(found, key=lambda one: one.group != group) if group else found


def _pictures(found: list[Finding]) -> list[Picture]:
    """For each field, the ratios on both grounds, and the rates there over elsewhere."""
    from ...report.plain_pictures import forest

    drawn = []
    for field in dict.fromkeys(str(one.settings["field"]) for one in found):
        known = [one for one in found if one.settings["field"] == field and one.value is not None]
        ratios = [one for ground in (THERE, ELSEWHERE) for one in known if one.measure == "stop_rate_ratio" and one.settings["ground"] == ground]
        rates = [one for one in known if one.measure == "stop_rate_flagged_over_elsewhere"]
        said = field.removesuffix("_ethnicity").replace("_", "-")
        drawn += [
            forest(
                ratios,
                slug=f"ground-stop-ratios-{said}",
                title=f"Stops per resident over those of the reference group, on flagged ground and elsewhere ({said} ethnicity)",
                axis="times as many stops per resident as the reference group (ratio scale); 1 is equal",
                heading=lambda one: str(one.settings["ground"]),
            ),
            forest(
                rates,
                slug=f"ground-stop-rates-{said}",
                title=f"Stops per resident on flagged ground over those elsewhere, by group ({said} ethnicity)",
                axis="times as many stops per resident on flagged ground as elsewhere (ratio scale); 1 is equal",
            ),
        ]
    return [one for one in drawn if one is not None]


QUESTION = Question(
    name=NAME,
    asks="Who is stopped on the flagged ground, and who elsewhere, beside who lives there?",
    says=(
        "Places stops by their published points on the flagged ground or off it, shares residents out between the two, and gives the stop rates and ratios of "
        "each, the share of each group's stops on flagged ground, and how many times as high its rate is there. It does not say that anybody was stopped "
        "because of the list, and residents of a busy place are few of those who pass through it."
    ),
    tables=(
        Wanted("stops", "one row a search, with the published points"),
        Wanted("flagged_areas", "the flagged ground as polygons", is_needed=False),
        Wanted("flagged", "or as codes of areas, or of cells", is_needed=False),
        Wanted("areas", "polygons of the areas that residents are counted for"),
        Wanted("residents", "residents of those areas by group"),
    ),
    settings=(
        Setting("reference", "the group to compare with", default="White"),
        Setting("group", "the group the answer speaks of first"),
        Setting("field", "which ethnicity: what the officer saw, what the person said, or each", default="both", choices=("both", *FIELDS)),
        Setting("residents_as_of", "when the residents were counted, such as 2021-03-21"),
        Setting("unlisted", "what an area means that a list with unflagged places does not hold", "refuse", choices=("refuse", "not-flagged", "leave-out")),
    ),
    ask=_ask,
    example="evenhand audit flagged-ground --stops stops.csv --flagged-areas hotspots.geojson --areas areas.geojson --residents residents.csv",
)
