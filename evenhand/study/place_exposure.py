"""Further exposure findings of a place study: by dose, over every number of spots, by concentration, deprivation and frame; then the baseline's.

Steps, in order:  dose -> curve -> concentration -> gradient -> frames -> the plain baseline
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array

from ..audit.beside_baseline import baseline_findings
from ..audit.concentration_findings import concentration_findings
from ..audit.deprivation_gradient import gradient_findings
from ..audit.dose import Dosed, gathered
from ..audit.dose_curve import Scored, banded
from ..audit.dose_curve_findings import curve_findings
from ..audit.dose_findings import dose_findings
from ..audit.exposure import Exposed, flagged_share_of_areas
from ..audit.spatial_null import exposure_p_values
from ..audit.study_frames import frame_findings
from ..places.apportion import apportion
from ..report.contents import Refusal
from ..tables.errors import CannotAnswer
from .placing import baseline_settings
from .redraws import redraws_of
from .sweep import WIDER, outlines_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ..audit.about import About
    from ..tables.findings import Finding
    from .outline import Outline


MOST_RANKED, FEWEST_CURVES = 10_000_000, 200
"""Cells times redraws that are ranked for the curve, which takes a few seconds; a county makes do with fewer redraws, but not fewer than this."""


def further_exposure(stage: Any, exposed: Exposed, about: About) -> tuple[list[Finding], list[Refusal]]:
    """Findings beside the exposure by group.

    Args:
        stage: the run's stage (run.py): inputs, both systems' runs and the redraws.
        exposed: what the exposure findings were computed from.
        about: their frame.

    Returns:
        Findings in a fixed order, the baseline's last; and the parts that the data cannot carry.
    """
    reference, dosed = stage.study.reference, _dosed(stage)
    parts: dict[str, Callable[[], list[Finding]]] = {
        "exposure by dose": partial(dose_findings, dosed, about=about, reference=reference),
        "every number of spots": partial(_curve, stage, dosed, about),
        "concentration": lambda: concentration_findings(gathered(dosed), about=about, reference=reference),
        "the gradient over deprivation": partial(_gradient, stage, exposed, about),
        "other frames": partial(_frames, stage, exposed, about),
        "the baseline's exposure": partial(_baseline, stage, exposed, about),
    }
    found: list[Finding] = []
    refused = []
    for what, part in parts.items():
        try:
            found += part()
        except CannotAnswer as reason:
            refused.append(Refusal(what, str(reason)))
    return found, refused


def _dosed(stage: Any) -> Dosed:
    """Spots as dose: every flagged cell is one unit."""
    outline, grid = stage.inputs.outline, stage.run.grid
    groups = tuple(map(str, outline.residents.columns))
    home = np.asarray(grid.covered_m2.argmax(axis=1)).ravel()
    people, residents = apportion(outline.residents, grid), outline.residents.to_numpy(dtype=float)
    return Dosed(groups, people, stage.run.is_flagged.astype(float), residents, home, csr_array(stage.redrawn, dtype=float), "flagged cells")


def _curve(stage: Any, dosed: Dosed, about: About) -> list[Finding]:
    replicates = min(stage.study.replicates, max(FEWEST_CURVES, MOST_RANKED // len(stage.run.scores)), stage.redraws.most)
    again = partial(stage.redraws.scores, replicates)
    scored = Scored(dosed.groups, dosed.people, stage.run.scores, stage.run.k, again=again, noun="cells")
    made = banded(scored, reference=stage.study.reference, level=about.level)
    return curve_findings(scored, made, about=about, reference=stage.study.reference)


def _gradient(stage: Any, exposed: Exposed, about: About) -> list[Finding]:
    """The gradient over tenths of deprivation: an outline carries no finer rank."""
    if exposed.decile is None:
        return []
    people = exposed.residents.to_numpy(dtype=float).sum(axis=1)
    what = "share of residents in flagged spots, areas of one tenth standing together"
    again = {"replicates": stage.study.replicates, "seed": stage.study.seed}
    return gradient_findings(exposed.flagged_share, exposed.decile, people, about=about, unit="share", what=what, **again)


def _frames(stage: Any, exposed: Exposed, about: About) -> list[Finding]:
    """The same spots within the place, its built-up ground, and the place with its neighbours."""
    codes = exposed.residents.index
    frames = {stage.study.place.name: exposed}
    for name, outline in outlines_of(stage.inputs).items():
        if name == "place":
            continue
        assert exposed.redrawn_share is not None
        shares = [_in_frame(share, codes, outline) for share in (exposed.flagged_share[:, None], exposed.redrawn_share)]
        frames[name if name != WIDER else f"{stage.study.place.name} {WIDER}"] = Exposed(outline.residents, shares[0][:, 0], shares[1])
    return frame_findings(frames, about=about, reference=stage.study.reference) if len(frames) > 1 else []


def _in_frame(share: NDArray[np.float64], codes: Any, outline: Outline) -> NDArray[np.float64]:
    """The flagged share of a frame's areas; outside the place nothing is flagged. Shape (areas of the frame, maps)."""
    at = codes.get_indexer(outline.residents.index)
    return np.where((at >= 0)[:, None], share[at], 0.0)


def _baseline(stage: Any, exposed: Exposed, about: About) -> list[Finding]:
    """The count map's exposure, redrawn as the system's was."""
    study, plain, grid, outline = stage.study, stage.plain, stage.plain.grid, stage.inputs.outline
    drawn = redraws_of(
        stage.baseline, plain, until=study.periods.learn[1], settings=baseline_settings(stage.settings), replicates=study.replicates, seed=study.seed
    )
    its = Exposed(outline.residents, flagged_share_of_areas(grid, plain.is_flagged), flagged_share_of_areas(grid, drawn.is_flagged), outline.decile)
    groups = [str(group) for group in outline.residents.columns]
    p_values = exposure_p_values(grid, plain.is_flagged, apportion(outline.residents, grid), groups, reference=study.reference)
    # The same records and the same seed give the same draws; where the two do not read the same records, their draws have nothing in common.
    is_paired = drawn.events is not None and stage.redraws.events is not None and np.array_equal(drawn.events, stage.redraws.events)
    names = (stage.system.CARD.slug, stage.baseline.CARD.slug)
    return baseline_findings(exposed, its, names=names, is_paired=is_paired, about=about, reference=study.reference, p_values=p_values)
