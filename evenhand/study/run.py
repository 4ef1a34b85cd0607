"""The conductor: a declared study, from tables to everything a report shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..audit.about import About
from ..audit.accuracy import Flagged, Later, accuracy
from ..audit.exposure import Exposed, flagged_share_of_areas
from ..audit.exposure_findings import exposure
from ..audit.factor_findings import factor_findings
from ..audit.readings import ranged, summary
from ..audit.spatial_null import exposure_p_values
from ..audit.stability import listed_again, resting
from ..places.apportion import apportion
from ..report.contents import Contents, Refusal
from ..systems.catalogue import system_named
from ..systems.drawn_days import CAVEAT as DRAWN_DAYS
from ..tables.errors import CannotAnswer
from . import shown
from .claims import check_claims
from .inputs import read_inputs, require_groups
from .made_with import made_with
from .nulls import null_findings
from .place_exposure import further_exposure
from .placing import baseline_settings, crime_types, draws_days, grid_for, handed, harm_of, own_settings, place
from .redraws import MOST_FITS, redraws_of
from .stops import audit_stops, other_months
from .sweep import outlines_of, require_room, sweep
from .trial import require_settings
from .validity import changes, run_as_forecasts, validity

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from ..tables.health import HealthReport
    from .declaration import Study
    from .inputs import Inputs
    from .placing import Handed, Run
    from .redraws import Redraws
    from .sweep import Swept

FEW_AREAS = 20
"""Below this many areas an exposure says little about who lives where."""
RECORDED = "Recorded crime is what police recorded, not what happened; points are moved to the nearest published map point."
REBUILT = "A reconstruction from what is public, not the force's own list of places."


@dataclass(frozen=True)
class _Stage:
    """What the audits work on: inputs, the default run of both systems, and redraws of the crimes learnt from."""

    study: Study
    inputs: Inputs
    system: Handed
    baseline: Handed
    run: Run
    plain: Run
    settings: dict[str, Any]
    redraws: Redraws

    @property
    def redrawn(self) -> NDArray[np.bool_]:
        """Cells flagged in each redraw, shape (cells, redraws)."""
        return self.redraws.is_flagged

    @property
    def standing(self) -> tuple[str, ...]:
        """What holds for every number of this run: it is rebuilt, what records are, days drawn by lot, few redraws."""
        drawn = (DRAWN_DAYS,) if draws_days(self.system, self.inputs.crime) else ()
        return (REBUILT, RECORDED, *drawn, *self.redraws.caveats)

    def about(self, question: str, *tables: str, period: str, caveats: tuple[str, ...] = ()) -> About:
        """The frame of an audit's findings: its sources' titles, and what their health asks to be said."""
        titles = [used.title for used in self.inputs.sources if used.table in tables]
        warnings = tuple(says for name in tables if name in self.inputs.health for says in self.inputs.health[name].warnings)
        notes = tuple(self.study.notes.get(question, []))  # type: ignore[call-overload]
        return About(
            question,
            self.study.place.name,
            period,
            "; ".join(dict.fromkeys(titles)),
            (*caveats, *notes, *warnings),
            {"system": self.system.CARD.slug, **self.settings},
        )


def run(study: Study, tell: Callable[[str, float], None]) -> Contents:
    """Run a study from its tables to all that its report shows.

    Args:
        study: the declaration.
        tell: is told what is being done and how much is done, 0 to 1.

    Raises:
        EvenhandError: the declaration or the tables do not fit; nothing has been written.
    """
    require_settings(study)
    shown.prose(study.folder)
    inputs = read_inputs(study, lambda what: tell(what, 0.05))
    require_fit(study, inputs)
    system, baseline = (handed(system_named(name), inputs.also) for name in (study.system.name, study.baseline))
    stage = _set(study, inputs, system, baseline, tell)
    found: list[Finding] = []
    refused = [Refusal("deprivation", inputs.no_index)] if inputs.no_index else []
    for audit, ask in _AUDITS.items():
        if audit not in study.audits:
            continue
        tell(f"asking about {audit}", 0.35)
        try:
            findings, refusals = ask(stage)
            found += findings
            refused += refusals
        except CannotAnswer as reason:
            refused.append(Refusal(audit, str(reason)))
    found += _factors(stage)
    swept = sweep(
        study,
        inputs,
        system,
        baseline,
        stage.run,
        settings=study.system.settings,
        tell=lambda done, of: tell(f"sweeping readings: {done} of {of}", 0.5 + 0.4 * done / of),
    )
    found = _with_ranges(found, swept)
    tell("gathering the report", 0.9)
    return _contents(stage, found, refused, swept)


def check(study: Study, tell: Callable[[str, float], None]) -> list[HealthReport]:
    """Read and fit together all that a study needs, without running it.

    Returns:
        What is odd about each table.
    """
    require_settings(study)
    shown.prose(study.folder)
    inputs = read_inputs(study, lambda what: tell(what, 0.5))
    require_fit(study, inputs)
    return list(inputs.health.values())


def require_fit(study: Study, inputs: Inputs) -> None:
    """Raise where the declaration asks for what the tables do not hold: groups, or more squares than there are.

    Raises:
        BadStudy, BadSetting: with what there is.
    """
    require_room(study, inputs, system_named(study.system.name).CARD)
    require_groups(study, inputs)


def _set(study: Study, inputs: Inputs, system: Handed, baseline: Handed, tell: Callable[[str, float], None]) -> _Stage:
    settings = {**system.CARD.defaults, **study.system.settings}
    until = study.periods.learn[1]
    learn = inputs.crimes(study.periods.learn)
    tell("laying the grid and placing the spots", 0.2)
    grid = grid_for(inputs.outline.areas, settings)
    chosen = place(system, learn, grid, until=until, settings=settings)
    plain = place(baseline, learn, grid, until=until, settings=baseline_settings(settings))
    tell("redrawing the recorded crimes", 0.25)
    again: dict[str, Any] = {"until": until, "settings": settings, "replicates": study.replicates, "seed": study.seed}
    redraws = redraws_of(system, chosen, **again, tell=lambda share: tell("redrawing the recorded crimes", 0.25 + 0.1 * share))
    return _Stage(study, inputs, system, baseline, chosen, plain, {**settings, "k": chosen.k}, redraws)


def _exposure(stage: _Stage) -> tuple[list[Finding], list[Refusal]]:
    outline, grid = stage.inputs.outline, stage.run.grid
    exposed = Exposed(outline.residents, flagged_share_of_areas(grid, stage.run.is_flagged), flagged_share_of_areas(grid, stage.redrawn), outline.decile)
    for table in ("recorded_crime", "residents"):
        stage.inputs.health[table].refuse_if_blocked("exposure")
    p_values = exposure_p_values(
        grid, stage.run.is_flagged, apportion(outline.residents, grid), [str(g) for g in outline.residents.columns], reference=stage.study.reference
    )
    about = stage.about(
        "exposure",
        "recorded_crime",
        "residents",
        "deprivation",
        "areas",
        period=_span(stage.study.periods.learn),
        caveats=(
            *_few_areas(stage),
            *stage.standing,
            "Residents on census day are not the people on the street; they are taken to live evenly over their area.",
        ),
    )
    found = exposure(exposed, about=about, reference=stage.study.reference, p_values=p_values)
    further, refused = further_exposure(stage, exposed, about)
    try:
        draws, seed, reference = stage.study.replicates, stage.study.seed, stage.study.reference
        further = [*further, *null_findings(stage.run, stage.plain, outline.residents, reference=reference, about=about, draws=draws, seed=seed)]
    except CannotAnswer as reason:
        refused = [*refused, Refusal("exposure beyond recorded history", str(reason))]
    return [*found, *further], refused


def _few_areas(stage: _Stage) -> list[str]:
    """What an exposure in a handful of areas is worth: within an area all groups are spread alike, so in one area every ratio is 1."""
    areas = len(stage.inputs.outline.areas)
    if areas >= FEW_AREAS:
        return []
    noun = "area" if areas == 1 else "areas"
    return [
        f"{stage.study.place.name} has only {areas} {noun} with residents' figures; who lives where within one cannot be told, so ratios are drawn towards 1."
    ]


def _accuracy(stage: _Stage) -> tuple[list[Finding], list[Refusal]]:
    test = stage.inputs.crimes(stage.study.periods.test)
    later = _later(stage, test)
    about = stage.about(
        "accuracy",
        "recorded_crime",
        period=_span(stage.study.periods.test),
        caveats=(*stage.standing, "Patrols sent to a place record more there, so later records are not an independent test."),
    )
    grid = stage.run.grid
    mine = Flagged(stage.system.CARD.slug, stage.run.is_flagged, grid.area_km2, stage.run.tied)
    plain = Flagged(stage.baseline.CARD.slug, stage.plain.is_flagged, grid.area_km2, stage.plain.tied)
    found = accuracy(mine, plain, later, about=about, seed=stage.study.seed, replicates=stage.study.replicates)
    people = apportion(stage.inputs.outline.residents, grid).sum(axis=1)
    learn, months = stage.inputs.crimes(stage.study.periods.learn), stage.study.periods.test
    forecasts = run_as_forecasts(stage.run, learn, test, kinds=crime_types(stage.settings), months=months, residents=people)
    return found + validity(forecasts, about=about, system=mine.system, baseline=plain.system, seed=stage.study.seed), []


def _later(stage: _Stage, test: Any) -> Later:
    """Recorded crimes of the test months and of the kinds the system speaks of, by published point."""
    kinds, weights = crime_types(stage.settings), harm_of(stage.settings)
    used = test[test["crime_type"].isin(kinds)]
    used = used.assign(harm=used["events"].astype(float) * used["crime_type"].map(weights).astype(float))
    points = used.groupby(["x_m", "y_m"], sort=True)[["events", "harm"]].sum().reset_index()
    cell = stage.run.grid.cell_of(points["x_m"], points["y_m"])
    if len(cell) == 0:
        raise CannotAnswer(
            f"No recorded crime of the kinds {', '.join(kinds)} lies in {stage.study.place.name} in the test months, so accuracy cannot be judged."
        )
    return Later(cell, points["events"].to_numpy(dtype=float), points["harm"].to_numpy(dtype=float))


def _stability(stage: _Stage) -> tuple[list[Finding], list[Refusal]]:
    about = stage.about("stability", "recorded_crime", period=_span(stage.study.periods.learn), caveats=stage.standing)
    system, baseline, run, plain = stage.system.CARD.slug, stage.baseline.CARD.slug, stage.run, stage.plain
    found, refused = [], []
    if stage.redraws.contributions is None or stage.redraws.events is None:
        why = f"The score of '{system}' is fitted, not a sum over crimes, so leaving out one crime at a time would mean one fit for each; that was not done."
        refused.append(Refusal("spots that rest on one event", why))
    else:
        found += resting(stage.redraws.contributions, stage.redraws.events, run.flags, system=system, about=about)
    found += listed_again(run.is_flagged, redrawn=stage.redrawn, baseline_flagged=plain.is_flagged, system=system, baseline=baseline, about=about)
    if plain.contributions is not None:
        found += resting(plain.contributions, plain.events, plain.flags, system=baseline, about=about)
    learn, last = stage.study.periods.learn, stage.study.periods.test[1]
    about = replace(about, period=_span((learn[0], last)))
    for handed_to, one, settings in ((stage.system, run, stage.settings), (stage.baseline, plain, baseline_settings(stage.settings))):
        found += changes(handed_to, one, stage.inputs, learn=learn, last=last, settings=settings, about=about)
    return found, refused


def _disparity(stage: _Stage) -> tuple[list[Finding], list[Refusal]]:
    return audit_stops(stage.study, stage.inputs)


_AUDITS = {"exposure": _exposure, "accuracy": _accuracy, "stability": _stability, "disparity": _disparity}


def _factors(stage: _Stage) -> list[Finding]:
    """The factors that a map of risk terrain rests on, and how often each is chosen when the place's blocks are drawn anew; none for other systems."""
    module = system_named(stage.study.system.name)
    if not hasattr(module, "factor_table"):
        return []
    own = own_settings(stage.system, stage.settings)
    model = stage.system.fit(stage.run.crimes, stage.run.grid, until=stage.study.periods.learn[1], **own)
    redraws = min(stage.study.replicates, MOST_FITS)
    frequency = module.selection_frequency(model, stage.run.grid, redraws=redraws, seed=stage.study.seed)
    often = {str(factor): float(share) for factor, share in frequency.groupby("factor")["factor_share"].max().items()}
    about = stage.about("factors", "recorded_crime", "features", "area_features", period=_span(stage.study.periods.learn), caveats=stage.standing)
    names, crimes = list(model.layers.names), float(model.counts.sum())
    return factor_findings(module.factor_table(model), often, names, printed=None, crimes=crimes, redraws=redraws, about=about)


def _with_ranges(found: list[Finding], swept: Swept) -> list[Finding]:
    """The findings the sweep speaks of, with the range over all readings."""
    out = []
    for finding in found:
        readings = None
        if finding.measure == "exposure_ratio" and finding.group in swept.ratios:
            readings = summary(swept.ratios[finding.group], finding.value, parity=1, what=f"exposure ratio of {finding.group} residents")
        elif finding.measure == "crime_captured_difference":
            readings = summary(swept.difference, finding.value, parity=0, what="share captured, less the baseline’s,", in_points=True)
        out.append(finding if readings is None else ranged(finding, readings))
    return out


def _contents(stage: _Stage, found: list[Finding], refused: list[Refusal], swept: Swept) -> Contents:
    study, inputs = stage.study, stage.inputs
    groups = shown.ordered_groups(inputs.outline.residents, study.group, study.reference)
    test = inputs.crimes(study.periods.test)
    return Contents(
        slug=study.slug,
        title=study.title,
        question=study.question,
        place=study.place.name,
        periods={name: span for name, span in (("learn", study.periods.learn), ("test", study.periods.test)) if span},
        group=study.group,
        reference=study.reference,
        groups=groups,
        findings=tuple(shown.main_first(found, study.group)),
        areas=shown.areas_shown(inputs.outline),
        cells=shown.cells_shown(inputs.outline, stage.run, stage.plain, inputs.crimes(study.periods.learn), test, stage.settings),
        readings=swept.table,
        health=tuple(inputs.health.values()),
        refused=tuple(refused),
        card=stage.system.CARD,
        baseline_card=stage.baseline.CARD,
        settings=stage.settings,
        claims=check_claims(study.published_claims, found),
        sources=inputs.sources,
        prose=shown.prose(study.folder),
        limits=(*study.limits, *_unswept(swept), *shown.LIMITS),
        notes=_notes(stage, found),
        manifest=made_with(study, inputs.sources, settings=stage.settings, outlines=list(outlines_of(inputs))),
    )


def _groups_named(stage: _Stage) -> tuple[str, ...]:
    """What the two groups of the maps are called where the residents are published."""
    labels = stage.inputs.labels
    said = [f"{group} is the published group “{labels[group]}”." for group in (stage.study.group, stage.study.reference) if labels.get(group, group) != group]
    return (" ".join([*said, f"The table of residents has {len(stage.inputs.outline.residents.columns)} groups."]),) if said else ()


def _notes(stage: _Stage, found: list[Finding]) -> dict[str, tuple[str, ...]]:
    """The study's own notes by audit, and beside stops that are from other months a word on that."""
    notes = {str(audit): tuple(said) for audit, said in stage.study.notes.items()}
    if any(finding.question == "disparity" for finding in found):
        notes["disparity"] = (*notes.get("disparity", ()), *other_months(stage.study, stage.inputs))
    notes["maps"] = _groups_named(stage)
    return {audit: said for audit, said in notes.items() if said}


def _unswept(swept: Swept) -> list[str]:
    """What the sweep could not try, as a limit of the study."""
    if not swept.left_out:
        return []
    tried = swept.left_out + len(swept.captured)
    return [
        f"{swept.left_out:,} of {tried:,} readings could not be run here: the place has too few squares or too few records for them, "
        "so the range leaves them out."
    ]


def _span(months: tuple[str, str]) -> str:
    return months[0] if months[0] == months[1] else f"{months[0]} to {months[1]}"
