"""Running a comparison of systems: many place systems on one place, month by month, on the same share of ground, beside plain counting.

Steps, in order:  read_inputs -> scene_of -> every system's maps -> findings -> every reading -> document (comparison_document.py)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..audit.about import About
from ..audit.comparison import Common, Measured, Ranked, in_months, joined, measured
from ..audit.comparison_findings import agreement, beside_own_squares, captures, exposures, overlaps, own_flags
from ..audit.readings import ranged, summary
from ..systems.drawn_days import CAVEAT as DRAWN_DAYS
from ..tables.errors import CannotAnswer, EmptyTable, MissingTable
from .comparing import Entry, Scene, Varied, carried_to_all_months, entries_of, in_processes, ranked, scene_of, some_months, variants_of, varied
from .inputs import read_inputs, require_groups
from .placing import draws_days
from .run import REBUILT, RECORDED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..report.document import Document
    from ..tables.findings import Finding
    from ..tables.health import HealthReport
    from .compared import Study
    from .inputs import Inputs
    from .question import Tell


AT_ONCE = 3
"""Months of one system that one process works off at a time: few enough that a slow system is shared out."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """All that a comparison has computed; the document is laid out from it.

    Attributes:
        study, inputs, scene: what was run.
        entries: the systems that could be run, the baseline first.
        maps: each system's scores, in that order.
        found: what each does with the declared share of ground.
        findings: all of them.
        rows: every reading tried.
        left_out: (label, why) of systems that could not be run.
    """

    study: Study
    inputs: Inputs
    scene: Scene
    entries: tuple[Entry, ...]
    maps: tuple[Ranked, ...]
    found: tuple[Measured, ...]
    findings: tuple[Finding, ...]
    rows: tuple[Varied, ...]
    left_out: tuple[tuple[str, str], ...]


def check(study: Study, tell: Tell) -> list[HealthReport]:
    """Read and fit together all that a study needs, without running it.

    Returns:
        What is odd about each table.

    Raises:
        EvenhandError: what would stop a run.
    """
    inputs = read_inputs(study, lambda what: tell(what, 0.5))
    require_groups(study, inputs)
    entries_of(study.all_systems, inputs, outcome=study.outcome)
    return list(inputs.health.values())


def run(study: Study, tell: Tell) -> Document:
    """Run a comparison from its tables to its document.

    Raises:
        EvenhandError: the declaration or the tables do not fit, or the baseline itself cannot be run.
    """
    from .comparison_document import document_of

    inputs = read_inputs(study, lambda what: tell(what, 0.02))
    require_groups(study, inputs)
    entries = entries_of(study.all_systems, inputs, outcome=study.outcome)
    tell("laying out ground, residents and later crimes", 0.05)
    scene = scene_of(inputs, learn=study.periods.learn, test=study.periods.test, outcome=study.outcome)
    for name in ("recorded_crime", "residents"):
        inputs.health[name].refuse_if_blocked("exposure")
    ran, maps, left_out = _all_maps(entries, scene, tell)
    found = tuple(measured(one, scene.common, share=study.ground_share) for one in maps)
    tell("comparing", 0.55)
    about = _about(study, inputs)
    findings = _findings(study, scene.common, maps, found, about) + _on_own_squares(ran, scene, found, study.ground_share, about)
    rows = _readings(study, scene, ran, found, tell)
    tell("gathering the report", 0.97)
    return document_of(Outcome(study, inputs, scene, ran, maps, found, _with_ranges(findings, rows, study, scene.common), rows, left_out))


def _about(study: Study, inputs: Inputs) -> About:
    titles = [used.title for used in inputs.sources if used.table in ("recorded_crime", "residents", "areas")]
    warnings = tuple(says for name in ("recorded_crime", "residents") for says in inputs.health[name].warnings)
    caveats = (REBUILT.replace("A reconstruction", "Reconstructions"), RECORDED, *study.notes, *warnings)
    period = f"{study.periods.test[0]} to {study.periods.test[1]}"
    settings = {"outcome": study.outcome, "ground_share": study.ground_share}
    return About("comparison", study.place.name, period, "; ".join(dict.fromkeys(titles)), caveats, settings)


def _attempt(entry: Entry, scene: Scene, months: tuple[str, ...]) -> Ranked | str:
    try:
        return ranked(entry, scene, months=months)
    except (CannotAnswer, EmptyTable, MissingTable) as reason:
        return str(reason)


def _all_maps(entries: list[Entry], scene: Scene, tell: Tell) -> tuple[tuple[Entry, ...], tuple[Ranked, ...], tuple[tuple[str, str], ...]]:
    """Every system's maps over all months; one that cannot be run is left out and told of, but for the baseline."""
    from joblib import delayed

    spans = [scene.months[start : start + AT_ONCE] for start in range(0, len(scene.months), AT_ONCE)]
    work = [delayed(_attempt)(entry, scene, span) for entry in entries for span in spans]

    def told(done: int, of: int) -> None:
        tell(f"running {len(entries)} systems over {len(scene.months)} months: {100 * done / of:.0f} %", 0.06 + 0.48 * done / of)

    told(0, len(work))
    made = in_processes(work, told)
    kept, left_out = [], []
    for at, entry in enumerate(entries):
        parts = made[at * len(spans) : (at + 1) * len(spans)]
        why = next((part for part in parts if isinstance(part, str)), None)
        if why is None:
            kept.append((entry, joined([part for part in parts if isinstance(part, Ranked)])))
        elif at == 0:
            raise CannotAnswer(f"The baseline '{entry.label}' could not be run: {why}")
        else:
            left_out.append((entry.label, why))
    return tuple(entry for entry, _ in kept), tuple(one for _, one in kept), tuple(left_out)


def _findings(study: Study, common: Common, maps: Sequence[Ranked], found: Sequence[Measured], about: About) -> list[Finding]:
    asked: dict[str, Any] = {"baseline": found[0].name, "about": about}
    share = study.ground_share
    out = captures(found, common, **asked, share=share)
    out += exposures(found, common, **asked, share=share, reference=study.reference, replicates=study.replicates, seed=study.seed)
    out += overlaps(found, common, share=share, about=about) + agreement(found, common, share=share, about=about)
    for further in study.ground_shares:
        if further != share:
            out += captures([measured(one, common, share=further) for one in maps], common, **asked, share=further)
    return out + own_flags(maps, common, about=about)


def _on_own_squares(entries: Sequence[Entry], scene: Scene, found: Sequence[Measured], share: float, about: About) -> list[Finding]:
    """Each system beside the baseline run on squares of the system's own size: what is left of its lead, or its lag, when squares are alike."""
    plain, twins = entries[0], {float(entries[0].settings["cell_m"]): found[0]}
    for entry in entries[1:]:
        cell_m = float(entry.settings["cell_m"])
        if cell_m not in twins:
            twin = replace(plain, label=f"{plain.label} on squares of {cell_m:g} m", settings={**plain.settings, "cell_m": cell_m})
            twins[cell_m] = measured(ranked(twin, scene), scene.common, share=share)
    pairs = [(one, twins[float(entry.settings["cell_m"])]) for entry, one in zip(entries[1:], found[1:], strict=True)]
    return beside_own_squares(pairs, scene.common, share=share, about=about)


def _readings(study: Study, scene: Scene, entries: Sequence[Entry], found: Sequence[Measured], tell: Tell) -> tuple[Varied, ...]:
    """Every choice of every system, one at a time, on some of the months."""
    from joblib import delayed

    months = some_months(scene.months, study.readings_months)
    asked: dict[str, Any] = {"plain": in_months(found[0], months), "at": months, "share": study.ground_share, "reference": study.reference}
    work = [
        delayed(varied)(entry, scene, setting, choice, default=in_months(one, months), **asked)
        for entry, one in zip(entries, found, strict=True)
        for setting, choice in [("", None), *variants_of(entry)]
    ]
    rows = in_processes(work, lambda done, of: tell(f"trying every reading: {done} of {of}", 0.56 + 0.4 * done / of))
    return carried_to_all_months(rows, found, scene.common, reference=study.reference)


def _with_ranges(findings: Sequence[Finding], rows: Sequence[Varied], study: Study, common: Common) -> tuple[Finding, ...]:
    """The main findings of each system with their range over its readings."""
    at, out = common.position(study.group), []
    for finding in findings:
        readings = None
        if finding.settings.get("ground_share") == study.ground_share and finding.value is not None:
            if finding.measure == "captured_on_equal_ground_difference":
                values = [row.difference for row in rows if row.label == finding.group and not row.reason]
                readings = summary(values, finding.value, parity=0, what="share held, less the baseline’s,", in_points=True)
            elif finding.measure == "exposure_ratio_over_months" and finding.group == study.group:
                values = [row.ratios[at] for row in rows if row.label == finding.settings["system"] and not row.reason]
                readings = summary([one for one in values if np.isfinite(one)], finding.value, parity=1, what=f"exposure ratio of {study.group} residents")
        out.append(finding if readings is None else ranged(finding, readings))
    return tuple(out)


def drawn_days_said(outcome: Outcome) -> str:
    """Which systems ran on days drawn by lot, and what that means; "" where none did."""
    labels = [entry.label for entry in outcome.entries if draws_days(entry.system, outcome.scene.crime)]
    return f"{', '.join(labels)}: {DRAWN_DAYS}" if labels else ""
