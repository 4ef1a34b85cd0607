"""Who lives where a system points? Asked of an operator's own list of flagged places, from outputs alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..question import Answer, Asked, Question, Setting, Wanted

if TYPE_CHECKING:
    from ...audit.about import About
    from ...audit.dose import Dosed
    from ...report.contents import Refusal
    from ...report.picture import Picture
    from ...tables.findings import Finding
    from ..own_exposure import Listed

LIVES_EVENLY = "Residents are those of census day, not the people on the street; within an area they are taken to live evenly over its ground."
NEIGHBOURS = "Intervals take areas as drawn independently of each other; neighbouring areas are alike, so they are too narrow."
A_LIST = "This is a list as handed over: what was done with it, and to whom, is not in it."
HEADLINES = ("exposed_share", "dose_per_head_ratio", "higher_scored_chance")
HALF = 0.5
"""Share of an area's ground from which on it counts as flagged, where areas must be one or the other."""
SLIVER = 0.001
"""Share of an area's ground up to which flagged ground is a matter of how boundaries were drawn."""
EVERYONE_SHARE = 0.999
"""Share of the residents that a list of places must cover for a curve over every number of places."""


def _ask(asked: Asked) -> Answer:
    from ...tables.errors import CannotAnswer
    from ..own_exposure import listed

    settings = asked.settings
    given = listed(dict(asked.tables), score_is=settings["score_is"], unlisted=settings["unlisted"])
    if not given.flagged.any() and not given.dose.any():
        raise CannotAnswer("No place of the list is flagged or gets any dose, so nobody is exposed.")
    about = asked.about(
        "exposure", caveats=(*given.caveats, A_LIST, LIVES_EVENLY, NEIGHBOURS), settings={name: settings[name] for name in ("score_is", "unlisted")}
    )
    asking = _Asking(asked, given, about)
    for what, part in (
        ("who lives in the flagged places", asking.by_group),
        ("whom the dose falls on", asking.by_dose),
        ("how concentrated it is", asking.concentration),
        ("the gradient over deprivation", asking.gradient),
        ("recorded crime on flagged ground", asking.record),
        ("exposure beyond recorded history", asking.beyond),
        ("every number of places", asking.curve),
        ("other frames", asking.frames),
        ("other grids", asking.grids),
    ):
        asked.tell(what, 0.2 + 0.08 * len(asking.done))
        asking.do(what, part)
    if not asking.found:
        raise CannotAnswer(asking.refused[0].reason)
    return Answer(tuple(_main_first(asking.found, settings["group"], given)), tuple(asking.refused), tuple(asking.pictures))


def _main_first(found: list[Finding], group: str | None, given: Listed) -> list[Finding]:
    """The exposure ratios first, that of the group asked about (or the largest) leading; then that group's other headline figures; then the rest."""
    from ...tables.errors import BadSetting

    if group is not None and group not in given.groups:
        raise BadSetting(f"There is no group '{group}' among the residents. Known: {', '.join(given.groups)}.")
    size = given.residents.sum(axis=0).to_dict()
    lead = sorted((f for f in found if f.measure == "exposure_ratio"), key=lambda f: (f.group != group, -size[str(f.group)]))
    main = lead[0].group if lead else group
    lead += [f for measure in HEADLINES for f in found if f.measure == measure and f.group == main]
    return lead + [f for f in found if not any(f is one for one in lead)]


class _Asking:
    """The parts of the question, asked one after another; a part that the tables cannot carry is refused and the rest goes on."""

    def __init__(self, asked: Asked, given: Listed, about: About) -> None:
        """Nothing found yet."""
        self.asked, self.given, self.about = asked, given, about
        self.reference: str = asked.settings["reference"]
        self.found: list[Finding] = []
        self.refused: list[Refusal] = []
        self.pictures: list[Picture] = []
        self.done: list[str] = []

    def do(self, what: str, part: Any) -> None:
        """Ask one part."""
        from ...report.contents import Refusal
        from ...tables.errors import CannotAnswer

        try:
            self.found += part()
        except CannotAnswer as reason:
            self.refused.append(Refusal(what, str(reason)))
        self.done.append(what)

    @property
    def again(self) -> dict[str, Any]:
        """How areas are drawn again."""
        return {"replicates": self.asked.replicates, "seed": self.asked.seed}

    def by_group(self) -> list[Finding]:
        """The exposure of each group, overall and by deprivation."""
        from ...audit.exposure_findings import exposure
        from ...report import exposure_pictures

        found = exposure(self.exposed(), about=self.about, reference=self.reference, p_values=self._p_values())
        self.pictures += self._maps() + exposure_pictures.by_group(found, self.reference)
        return found

    def _p_values(self) -> dict[str, tuple[float, str]]:
        """Whether exposure is unequal beyond chance; nothing without polygons."""
        from ...audit.area_null import area_p_values
        from ..area_history import middles_of

        given = self.given
        if given.areas is None or self.reference not in given.groups:
            return {}
        return area_p_values(given.flagged_share, given.residents.to_numpy(dtype=float), given.groups, middles_of(given.areas), reference=self.reference)

    def _maps(self) -> list[Picture]:
        """The flagged ground over who lives there and over deprivation; nothing without polygons."""
        from ...report.ground_maps import ground_maps

        given, group = self.given, self.asked.settings["group"]
        if given.areas is None or (group or self.reference) not in given.groups:
            return []
        group = group or max((one for one in given.groups if one != self.reference), key=lambda one: given.residents[one].sum())
        rank = self._deprivation("overall")
        decile = None if rank is None else rank["decile"].to_numpy(dtype="int64")
        return ground_maps(given.areas, given.residents, given.flagged_share, given.ground, groups=(group, self.reference), decile=decile)

    def exposed(self) -> Any:
        """What the exposure audit takes."""
        from ...audit.exposure import Exposed

        rank = self._deprivation("overall")
        decile = None if rank is None else rank["decile"].to_numpy(dtype="int64")
        return Exposed(self.given.residents, self.given.flagged_share, None, decile, **self.again)

    def dosed(self) -> Dosed:
        """What the dose audits take."""
        from ...audit.dose import Dosed

        given = self.given
        unit = self.asked.settings["dose_unit"] or given.dose_unit
        return Dosed(given.groups, given.people, given.dose, given.residents.to_numpy(dtype=float), given.area, unit=unit, **self.again)

    def by_dose(self) -> list[Finding]:
        """Every unit of dose weighed alike."""
        from ...audit.dose_findings import dose_findings

        return dose_findings(self.dosed(), about=self.about, reference=self.reference)

    def concentration(self) -> list[Finding]:
        """Gini with its noise floor, and how far apart the groups' dose falls."""
        from ...audit.concentration_findings import concentration_findings
        from ...audit.dose import gathered
        from ...report import exposure_pictures

        by_area = gathered(self.dosed())
        found = concentration_findings(by_area, about=self.about, reference=self.reference)
        self.pictures += exposure_pictures.lorenz_curve(by_area, found)
        return found

    def gradient(self) -> list[Finding]:
        """The rise from the least to the most deprived residents."""
        from ...audit.deprivation_gradient import gradient_findings
        from ...tables.errors import CannotAnswer

        domain = self.asked.settings["domain"]
        rank = self._deprivation(domain)
        if rank is None:
            raise CannotAnswer("No table of deprivation was given, so nothing is said about deprivation.")
        by = "rank" if "rank" in rank.columns and rank["rank"].notna().all() else "decile"
        people = self.given.residents.sum(axis=1).to_numpy(dtype=float)
        return gradient_findings(self.given.flagged_share, rank[by].to_numpy(dtype=float), people, about=self.about, unit="share", domain=domain, **self.again)

    def _deprivation(self, domain: str) -> Any:
        """One domain's rows in the order of the areas; None where there is no such table."""
        from ...tables.errors import CannotAnswer

        rows = self.asked.tables.get("deprivation")
        if rows is None:
            return None
        of_domain = rows[rows["domain"] == domain].set_index("area_code")
        lacking = self.given.residents.index.difference(of_domain.index)
        if len(lacking):
            raise CannotAnswer(
                f"The table 'deprivation' has no {domain} rank for {len(lacking):,} of {len(self.given.residents):,} areas (first: {lacking[0]}). "
                "Codes of two censuses may have been mixed; or the index is of England and the areas are not."
            )
        return of_domain.loc[self.given.residents.index]

    def record(self) -> list[Finding]:
        """The share of recorded crime on the flagged ground, where crime is counted by area."""
        from ...audit.flagged_record import Record, record_findings
        from ..area_history import events_by_area

        given = self.given
        if "area_crime" not in self.asked.tables:
            return []
        events, kinds = events_by_area(self.asked.tables["area_crime"], list(given.residents.index), self.asked.settings["crime_types"])
        ground = None if given.areas is None else given.areas.area.to_numpy()
        people = given.residents.sum(axis=1).to_numpy(dtype=float)
        return record_findings(Record(given.flagged_share, events, people, ground, kinds, **self.again), about=self.about)

    def beyond(self) -> list[Finding]:
        """The exposure ratio beside what recorded history, or where people live, would give by itself."""
        from ...audit.process_null_findings import beyond_history
        from ...tables.errors import CannotAnswer
        from ..area_history import events_by_area, middles_of, shifting_of

        given = self.given
        if "area_crime" not in self.asked.tables:
            return []
        events, kinds = events_by_area(self.asked.tables["area_crime"], list(given.residents.index), self.asked.settings["crime_types"])
        is_flagged = given.flagged_share >= HALF
        if not is_flagged.any():
            raise CannotAnswer("No area is flagged by half or more, so areas cannot be told apart as flagged and not.")
        whole = f"An area counts as flagged where half of its ground or more is: {int(is_flagged.sum()):,} of {len(is_flagged):,} areas. History: {kinds}."
        return beyond_history(
            is_flagged,
            given.residents.to_numpy(dtype=float),
            given.groups,
            events,
            reference=self.reference,
            about=replace(self.about, caveats=(whole, *self.about.caveats)),
            shifting=None if given.areas is None else shifting_of(given.areas, middles_of(given.areas)),
            places="areas",
            draws=self.asked.replicates,
            seed=self.asked.seed,
        )

    def curve(self) -> list[Finding]:
        """The exposure ratio for every number of places."""
        from ...audit.dose_curve import Scored, banded
        from ...audit.dose_curve_findings import curve_findings
        from ...report import exposure_pictures
        from ...tables.errors import CannotAnswer

        given = self.given
        if given.scores is None:
            raise CannotAnswer("Some places have no score, so they have no order and nothing can be said of other numbers of places.")
        if given.covers > 2 - EVERYONE_SHARE:
            share = f"{100 * given.covers:.1f} %"
            raise CannotAnswer(f"The places listed overlap: together they hold {share} of the residents, so places cannot be counted one by one.")
        if given.covers < EVERYONE_SHARE:
            raise CannotAnswer(f"The places listed hold {100 * given.covers:.1f} % of the residents; a curve takes a score for every place there is.")
        k = self.asked.settings["k"]
        if k is None:
            k = max(1, round(float(given.flagged.sum())))
        scored = Scored(given.groups, given.people, given.scores, k, area=given.area, noun=given.noun, **self.again)
        made = banded(scored, reference=self.reference, level=self.asked.level)
        self.pictures += exposure_pictures.dose_curve(made, scored, self.reference)
        return curve_findings(scored, made, about=self.about, reference=self.reference)

    def frames(self) -> list[Finding]:
        """The same list within other frames."""
        from ...audit.exposure import Exposed
        from ...audit.study_frames import frame_findings, is_built_up
        from ...tables.errors import CannotAnswer

        given, areas = self.given, self.given.areas
        if areas is None:
            raise CannotAnswer("No polygons of the areas were given, so no other frame can be drawn.")
        masks = {"built-up areas only": is_built_up(given.residents.sum(axis=1).to_numpy(dtype=float), areas.area.to_numpy() / 1e6)}
        if "authority_code" in areas.columns:
            authority = areas["authority_code"].astype("string")
            masks["authorities with flagged ground"] = authority.isin(authority[given.flagged_share > SLIVER].dropna()).to_numpy(dtype=bool)
        frames = {"all areas given": self.exposed()}
        for name, kept in masks.items():
            if 0 < kept.sum() < len(kept):
                frames[name] = Exposed(given.residents[kept], given.flagged_share[kept], None, **self.again)
        return frame_findings(frames, about=self.about, reference=self.reference)

    def grids(self) -> list[Finding]:
        """The same ground on other grids."""
        from ...audit.exposure import exposure_ratio
        from ...audit.other_grids import Areas, FlaggedGround, layouts, sweep, sweep_findings
        from ...tables.errors import CannotAnswer

        given = self.given
        if not self.asked.settings["other_grids"]:
            return []
        if given.areas is None or given.ground is None:
            raise CannotAnswer("Other grids take polygons of the areas and one span of months.")
        ask = FlaggedGround(given.ground, {"areas given": Areas(given.areas, given.residents)}, self.reference)
        made = sweep(ask, layouts(["areas given"]), given.groups, n_jobs=self.asked.settings["n_jobs"], tell=self.asked.tell)
        as_drawn = exposure_ratio(given.residents, given.flagged_share, reference=given.groups.index(self.reference))
        value, people = dict(zip(given.groups, map(float, as_drawn), strict=True)), given.residents.sum(axis=0)
        return sweep_findings(made, value=value, residents={group: float(people[group]) for group in given.groups}, about=self.about, reference=self.reference)


QUESTION = Question(
    name="exposure",
    asks="Who lives where the system points?",
    says=(
        "From a list of flagged places alone, as an operator exports it: how many times as likely each group is to live there, how the dose falls by group "
        "and by deprivation, how concentrated it is beyond chance, and whether the answer hangs on the number of places, the frame or the grid. With recorded "
        "crime counted by area, also how much of it lies there, and whether exposure is more than it explains. "
        "It says who lives there, not who is stopped there."
    ),
    tables=(
        Wanted("flagged", "the list by code: areas with residents, or cells whose code tells where they lie (E587400N185700/150)", is_needed=False),
        Wanted("flagged_areas", "or the list as polygons, in any shapes", is_needed=False),
        Wanted("residents", "residents by area and group"),
        Wanted("areas", "polygons of those areas; needed where the list is not of these areas, and for other frames and grids", is_needed=False),
        Wanted("deprivation", "deprivation of those areas", is_needed=False),
        Wanted("area_crime", "recorded crime counted by area and month, to see whether it explains the list", is_needed=False),
    ),
    settings=(
        Setting("reference", "the group to compare with", default="White"),
        Setting("group", "the group the answer speaks of first; left out: the largest beside the reference"),
        Setting("score_is", "what a score means: its order only, or a dose handed out (predictions, visits, hours)", "order", choices=("order", "dose")),
        Setting("dose_unit", "what one unit of dose is called, such as predictions"),
        Setting("k", "how many places the operator flags; left out: as many as are flagged", kind=int),
        Setting(
            "unlisted", "what an area means that a list with unflagged places does not hold", "refuse", choices=("refuse", "not-flagged", "leave-out")
        ),
        Setting("domain", "which index of deprivation the gradient is over", "overall", choices=("overall", "income", "employment", "education", "health")),
        Setting("crime_types", "kinds of recorded crime, or classes of kinds, that count as history; left out: all", (), is_many=True),
        Setting("other_grids", "ask again on forty other grids", default=True, kind=bool),
        Setting("n_jobs", "processes at once for the grids; -1 for all cores", default=1, kind=int),
    ),
    ask=_ask,
    example="evenhand audit exposure --flagged-areas hotspots.geojson --areas areas.geojson --residents residents.csv --deprivation deprivation.csv",
)
