"""A comparison laid out as a document: the answer, what each system holds, whom it exposes, what they share, their maps, their readings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..audit.capture_curve import captured_at, placed
from ..audit.same_ground import flagged_part
from ..report.comparison_pictures import SmallMap, capture_pictures, matrix, small_maps, spread, with_readings
from ..report.contents import Refusal
from ..report.document import Document, Part
from ..report.numbers import HARD, figure, value_of, with_interval
from ..report.plain_pictures import forest
from ..report.words import KeyFigure, Sentence
from .claims import check_claims
from .compare_run import drawn_days_said
from .made_with import made_with
from .placing import grid_for
from .shown import areas_shown, prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd

    from ..report.picture import Picture
    from ..tables.findings import Finding
    from .compare_run import Outcome

TOP = 0.2
"""The capture curves run up to this share of ground: patrols go nowhere near all of it."""


SNAPPED = (
    "Published points are moved to the nearest of a list, which gathers a street’s crimes in one spot: small squares hold more of them than they would of "
    "the places themselves. So look at each system beside counting on squares of its own size before comparing systems of different squares."
)


def document_of(outcome: Outcome) -> Document:
    """Everything a comparison's report shows."""
    study, inputs = outcome.study, outcome.inputs
    months = outcome.scene.months
    drawn = drawn_days_said(outcome)
    return Document(
        slug=study.slug,
        title=study.title,
        question=study.question,
        facts=(
            ("Place", study.place.name),
            ("Months judged", f"{months[0]} to {months[-1]}"),
            ("Learnt from", f"the {outcome.scene.learn_months} months before each"),
            ("Crimes judged by", ", ".join(outcome.scene.kinds)),
        ),
        answer=_answer(outcome),
        key_figures=_key_figures(outcome),
        standing=("Every system here is a reconstruction from what is public.", *((drawn,) if drawn else ())),
        parts=_parts(outcome),
        findings=_main_first(outcome),
        health=tuple(inputs.health.values()),
        refused=tuple(Refusal(label, why) for label, why in outcome.left_out),
        cards=tuple((entry.label, entry.system.CARD) for entry in _one_a_card(outcome)),
        claims=check_claims(study.published_claims, outcome.findings),
        sources=inputs.sources,
        prose=prose(study.folder),
        limits=(*study.limits, *_readings_left_out(outcome), SNAPPED),
        settings={"outcome": study.outcome, "ground_share": study.ground_share, "systems": {one.label: one.settings for one in outcome.entries}},
        manifest=made_with(study, inputs.sources),
        run_again=f"evenhand study run {study.slug} --out {study.slug}",
        layers={"areas": areas_shown(inputs.outline), "flagged": _ground(outcome)},
    )


def of(outcome: Outcome, measure: str, **settings: Any) -> list[Finding]:
    """Findings of one measure, by default those at the declared share of ground."""
    wanted = {"ground_share": outcome.study.ground_share, **settings}
    return [one for one in outcome.findings if one.measure == measure and all(one.settings.get(name) == value for name, value in wanted.items())]


def exposed(outcome: Outcome, measure: str = "exposure_ratio_over_months") -> list[Finding]:
    """The exposure ratio of the declared group, a finding a system."""
    return [one for one in of(outcome, measure) if one.group == outcome.study.group]


def _system(finding: Finding) -> str:
    return str(finding.settings.get("system") or finding.group)


def _main_first(outcome: Outcome) -> tuple[Finding, ...]:
    first = (*of(outcome, "captured_on_equal_ground"), *of(outcome, "captured_on_equal_ground_difference"), *exposed(outcome))
    return (*first, *(one for one in outcome.findings if not any(one is other for other in first)))


def _one_a_card(outcome: Outcome) -> list[Any]:
    """The first entry of each system: its card stands once, however often the system does."""
    seen: dict[str, Any] = {}
    for entry in outcome.entries:
        seen.setdefault(entry.system.CARD.slug, entry)
    return list(seen.values())


def _ends(findings: Sequence[Finding]) -> tuple[Finding, Finding]:
    known = sorted((one for one in findings if one.value is not None), key=lambda one: float(one.value or 0))
    return known[0], known[-1]


def _answer(outcome: Outcome) -> tuple[Sentence, ...]:
    study, plain = outcome.study, outcome.entries[0].label
    ground = figure(study.ground_share, "share")
    ratios, gaps = [one for one in exposed(outcome) if one.value is not None], of(outcome, "captured_on_equal_ground_difference")
    said = []
    if ratios:
        least, most = _ends(ratios)
        told = [one.settings.get("readings") or {} for one in ratios]
        ends = [end for readings in told for end in (readings.get("low"), readings.get("high")) if end is not None]
        over = f" Over all readings of what is not public it runs from {figure(min(ends), 'ratio')} to {figure(max(ends), 'ratio')}." if ends else ""
        says = (
            f"Given the same {ground} of {study.place.name}’s ground, {study.group} residents are {with_interval(least)} times as likely as {study.reference} "
            f"residents to live on it under {_system(least)}, and {with_interval(most)} times under {_system(most)}.{over}"
            if least is not most
            else f"{study.group} residents are {with_interval(least)} times as likely as {study.reference} residents to live on flagged ground.{over}"
        )
        said.append(Sentence(says, (least, most)))
        said += _beside_counting(outcome, plain)
    if gaps:
        said.append(_beats_counting(outcome, gaps, plain))
    shared = of(outcome, "ground_shared")
    if shared:
        least, most = _ends(shared)
        middle = float(np.median([one.value for one in shared if one.value is not None]))
        says = (
            f"Two systems share {figure(middle, 'share')} of their ground in the middle of all {len(shared)} pairs: least {least.group} and {least.reference} "
            f"{with_interval(least)}, most {most.group} and {most.reference} {with_interval(most)}. "
            f"By lot it would be {figure(least.settings['by_lot'], 'share')}."
        )
        said.append(Sentence(says, (least, most), "What they share"))
    anyone = [one for one in of(outcome, "residents_any_share") if one.group in (study.group, study.reference)]
    if len(anyone) == 2:
        mine, other = sorted(anyone, key=lambda one: one.group != study.group)
        says = (
            f"{value_of(mine)} of {mine.group} and {value_of(other)} of {other.group} residents live on ground that at least one of the "
            f"{len(outcome.found)} systems flags in a month. Most of the systems agree on {value_of(of(outcome, 'ground_agreed_share')[0])} of that ground."
        )
        said.append(Sentence(says, (mine, other), "What they share"))
    return (*_guesses(outcome), *said)


def _beside_counting(outcome: Outcome, plain: str) -> list[Sentence]:
    """How many systems weigh more, or less, on the group than counting does."""
    beside = [one for one in exposed(outcome, "exposure_ratio_over_months_beside_baseline") if one.value is not None]
    base = next((one for one in exposed(outcome) if _system(one) == plain), None)
    if not beside or base is None:
        return []
    many = {side: [_system(one) for one in beside if one.settings["told_apart"] == side] for side in ("more", "less")}
    named = {side: f" ({', '.join(names)})" if names else "" for side, names in many.items()}
    more, less = (_number(len(many[side])).lower() + named[side] for side in ("more", "less"))
    says = (
        f"Under the {plain} it is {with_interval(base)} times. Of the {len(beside)} systems beside it, by limits that hold for all at once, "
        f"{more} weigh more on {outcome.study.group} residents, and {less} less."
    )
    return [Sentence(says, (base, *beside), "Beside counting")]


def _beats_counting(outcome: Outcome, gaps: Sequence[Finding], plain: str) -> Sentence:
    """How many systems held more later recorded crime than counting, on limits that hold for all of them."""
    names = {side: [one.group or "" for one in gaps if one.settings["told_apart"] == side] for side in ("more", "less", "not told apart")}
    best = _ends(gaps)[1]
    base = next(one for one in of(outcome, "captured_on_equal_ground") if one.group == plain)
    more = f"{_number(len(names['more']))} of {len(gaps)} systems held more than the {plain} ({', '.join(names['more'])})" if names["more"] else None
    opening = more or f"None of the {len(gaps)} systems held more later recorded crime than the {plain}"
    says = (
        f"{opening}, by limits that hold for all at once; {_number(len(names['less'])).lower()} held less, and {_number(len(names['not told apart'])).lower()} "
        f"could not be told apart from it. The {plain} held {with_interval(base)}; the largest difference is {best.group}’s, {with_interval(best)}."
    )
    own = of(outcome, "captured_difference_on_own_squares")
    better = [one.group or "" for one in own if one.settings["told_apart"] == "more"]
    named = f" ({', '.join(better)})" if better else ""
    worse = _number(sum(one.settings["told_apart"] == "less" for one in own)).lower()
    says += (
        " Small squares hold more by themselves: beside counting on squares of its own size, "
        f"{_number(len(better)).lower()}{named} of {len(own)} held more, and {worse} less."
    )
    return Sentence(says, (base, best, *own), "Does any beat counting?")


def _number(many: int) -> str:
    return ("None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")[many] if many < 10 else str(many)


def _guesses(outcome: Outcome) -> list[Sentence]:
    """Which systems' side of equal hangs on something not public."""
    hangs = [one for one in exposed(outcome) if (one.settings.get("readings") or {}).get("survives") is False]
    if not hangs:
        return []
    names = ", ".join(_system(one) for one in hangs)
    return [Sentence(f"For {names}, whether {outcome.study.group} residents are exposed more or less depends on guesses.", tuple(hangs), "guess")]


def _key_figures(outcome: Outcome) -> tuple[KeyFigure, ...]:
    ratios = [one for one in exposed(outcome) if one.value is not None]
    keys = []
    for one, word in zip(_ends(ratios), ("Lowest", "Highest"), strict=True) if ratios else ():
        interval = with_interval(one).split(" (", 1)[1].rstrip(")")
        of_whom = f"of {figure(one.n, 'people')} {one.group} residents"
        keys.append(KeyFigure(f"{word} exposure ratio: {_system(one)}", value_of(one), interval, of_whom, f"beside {one.reference} residents", one))
    best = of(outcome, "captured_on_equal_ground_difference")
    if best:
        one = _ends(best)[1]
        points = value_of(one).removesuffix(f"{HARD}percentage points")
        interval = with_interval(one).split(" (", 1)[1].rstrip(")")
        of_what = f"of {figure(one.n, 'people')} later recorded crimes"
        keys.append(KeyFigure(f"Percentage points over counting at most: {one.group}", points, interval, of_what, "", one))
    return tuple(keys)


def _parts(outcome: Outcome) -> tuple[Part, ...]:
    study, ground = outcome.study, figure(outcome.study.ground_share, "share")
    hits = [one for one in outcome.findings if one.measure.startswith(("captured_on", "captured_difference", "months_ahead"))]
    own = [one for one in outcome.findings if one.measure in ("own_ground_share", "captured_by_own_flags", "predictions_followed_own_share")]
    people = [one for one in outcome.findings if one.measure.startswith("exposure_ratio")]
    shared = [one for one in outcome.findings if one.measure.startswith(("ground_", "residents_any"))]
    same = f"Every system is given the same {ground} of the ground in every month, in the order of its own scores; squares that score alike share the rest."
    later = "Later records are not an independent test: patrols sent to a place record more there."
    flags = (
        "As each system flags by its own rule and number. These cannot be compared with one another: the more ground, the more crime it holds, "
        "and a large square is hit more easily than a small one."
    )
    many = min(study.readings_months, len(outcome.scene.months))
    guesses = f"Every reading of what is not public, one at a time. What a choice changes is measured on {many} of the months and carried to all."
    return (
        Part("maps", "Where each system points", f"{same} Shown is the last month judged.", (_maps(outcome),)),
        Part("people", "Who lives there", _people_said(outcome), _kept(_people(outcome)), tuple(people)),
        Part("hits", "How much later recorded crime it holds", later, _kept(_hits(outcome)), tuple(hits)),
        Part("shared", "How much ground they share", "", _kept([_shared(outcome)]), tuple(shared)),
        Part("own", "What is called a hit rate", flags, _kept(_own(own)), tuple(own)),
        Part("readings", "What the answer depends on", guesses, _kept(_readings(outcome))),
    )


def _kept(pictures: Sequence[Picture | None]) -> tuple[Picture, ...]:
    return tuple(picture for picture in pictures if picture is not None)


def _people_said(outcome: Outcome) -> str:
    return f"How many times as likely {outcome.study.group} residents are to live on flagged ground as {outcome.study.reference} residents, over all months."


def _people(outcome: Outcome) -> list[Picture | None]:
    study, plain = outcome.study, outcome.entries[0].label
    beside = exposed(outcome, "exposure_ratio_over_months_beside_baseline")
    return [
        with_readings(exposed(outcome), slug="exposure", title=f"Exposure of {study.group} beside {study.reference} residents, system by system",
                      axis="exposure ratio; 1 is equal", label=_system, strong=plain, parity=1.0),
        forest(beside, slug="exposure-beside-counting", title=f"The same over the {plain}’s", axis="exposure ratio over that of counting; 1 is the same",
               label=_system, parity=1.0),
    ]  # fmt: skip


def _hits(outcome: Outcome) -> list[Picture | None]:
    plain, squares = outcome.entries[0].label, {entry.label: float(entry.settings["cell_m"]) for entry in outcome.entries}
    cuts = np.concatenate([np.linspace(0, 0.02, 21), np.linspace(0.02, TOP, 37)[1:]])
    held = {}
    for one in outcome.maps:
        by_cell = [np.bincount(one.cell_of_point, row, len(one.ground_km2)) for row in outcome.scene.common.events]
        held[one.name] = captured_at(np.stack(by_cell), placed(one.scores, one.ground_km2), cuts).sum(axis=0) / outcome.scene.common.events.sum()
    return [
        with_readings(of(outcome, "captured_on_equal_ground_difference"), slug="beside-counting", title=f"Later recorded crime held, less the {plain}’s",
                      axis="percentage points; 0 is as much as counting holds", label=_system, parity=0.0),
        with_readings(of(outcome, "captured_difference_on_own_squares"), slug="beside-counting-on-its-squares",
                      title="The same, less counting on squares of the system’s own size", axis="percentage points; 0 is as much as counting there holds",
                      label=lambda one: f"{one.group} ({squares[str(one.group)]:g} m)", parity=0.0),
        forest(of(outcome, "captured_on_equal_ground"), slug="held", title="Later recorded crime held", axis="share of later recorded crime", strong=plain),
        *capture_pictures(cuts, held, baseline=plain),
    ]  # fmt: skip


def _shared(outcome: Outcome) -> Picture:
    pairs = {(str(one.group), str(one.reference)): float(one.value) for one in of(outcome, "ground_shared") if one.value is not None}
    kept = of(outcome, "ground_shared_with_month_before")
    pairs |= {(str(one.group), str(one.group)): float(one.value) for one in kept if one.value is not None}
    how = f"Per{HARD}cent of ground flagged by both over ground flagged by either, on average. Framed: a system and its own map of the month before."
    return matrix(pairs, [one.name for one in outcome.found], slug="shared", title="Ground that systems share", how_to_read=how)


def _own(own: Sequence[Finding]) -> list[Picture | None]:
    def label(finding: Finding) -> str:
        return f"{finding.group}: {finding.settings['squares_a_month']:.0f} × {finding.settings['km2_a_square']:.3g} km²"

    said = {"predictions_followed_own_share": "Flagged squares with any recorded crime in their month", "captured_by_own_flags": "Later recorded crime held"}
    return [
        forest([one for one in own if one.measure == measure], slug=measure.replace("_", "-"), title=title, axis="share", label=label)
        for measure, title in said.items()
    ]


def _readings(outcome: Outcome) -> list[Picture | None]:
    study = outcome.study
    at = outcome.scene.common.position(study.group)
    table = _readings_table(outcome)
    told = {(row.label, row.setting): row for row in outcome.rows}
    ratios, gaps = [], []
    for entry in outcome.entries:
        mine = [row for row in outcome.rows if row.label == entry.label and not row.reason]
        default = told.get((entry.label, ""))
        if default is None or default.reason:
            continue
        ratios.append((entry.label, default.ratios[at], [row.ratios[at] for row in mine]))
        gaps.append((entry.label, default.difference, [row.difference for row in mine]))
    return [
        spread(ratios, unit="ratio", parity=1.0, slug="readings-exposure", title=f"Exposure of {study.group} residents under every reading",
               axis="exposure ratio; 1 is equal", table=table),
        spread(gaps[1:], unit="points", parity=0.0, slug="readings-held", title="Later recorded crime held, less counting’s, under every reading",
               axis="percentage points", table=table),
    ]  # fmt: skip


def _readings_table(outcome: Outcome) -> pd.DataFrame:
    import pandas as pd

    at = outcome.scene.common.position(outcome.study.group)
    return pd.DataFrame(
        [
            {
                "system": row.label,
                "setting": row.setting or "default",
                "choice": row.choice if row.setting else "",
                "crime_captured_share": row.captured,
                "crime_captured_difference": row.difference,
                "exposure_ratio": row.ratios[at] if row.ratios else float("nan"),
                "ground_shared_with_default": row.kept,
                "not_run_because": row.reason,
            }
            for row in outcome.rows
        ]
    )


def _readings_left_out(outcome: Outcome) -> list[str]:
    lacking = [row for row in outcome.rows if row.reason]
    said = [f"The systems {', '.join(label for label, _ in outcome.left_out)} could not be run here and are left out."] if outcome.left_out else []
    return said + ([f"{len(lacking)} of {len(outcome.rows)} readings could not be run here; the ranges leave them out."] if lacking else [])


def _ground(outcome: Outcome) -> gpd.GeoDataFrame:
    """The squares each system flags in the last month, given the declared share of ground; a square flagged in part says how much."""
    import geopandas as gpd
    import pandas as pd

    frames = []
    for entry, one in zip(outcome.entries, outcome.maps, strict=True):
        grid = grid_for(outcome.scene.areas, entry.settings)
        part = flagged_part(one.scores[-1], one.ground_km2, outcome.study.ground_share)
        which = part > 0.5
        columns = {"system": entry.label, "cell_code": grid.codes[which], "flagged_part": part[which]}
        frames.append(gpd.GeoDataFrame(columns, geometry=grid.squares(which).to_numpy(), crs="EPSG:27700"))
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs="EPSG:27700")


def _maps(outcome: Outcome) -> Picture:
    import pandas as pd

    study = outcome.study
    areas, ground = areas_shown(outcome.inputs.outline), _ground(outcome)
    ratios = {_system(one): value_of(one) for one in exposed(outcome)}
    drawn = [
        SmallMap(entry.label, ground[ground["system"] == entry.label], f"exposure ratio {ratios.get(entry.label, 'not given')}") for entry in outcome.entries
    ]
    table = pd.DataFrame(
        [
            {"system": one.name, "squares": len(one.cells), "ground_km2": float(one.cells.area.sum() / 1e6), "exposure_ratio": ratios.get(one.name)}
            for one in drawn
        ]
    )
    what = f"Share of residents who are {study.group}"
    return small_maps(areas, areas[f"share_{study.group}"], drawn, slug="maps", title="Flagged ground, system by system", what=what, table=table)
