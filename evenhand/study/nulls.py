"""A place study's second null: is exposure more than recorded history explains?

The first, whether exposure is unequal at all, is the p-value of the exposure ratio (audit/spatial_null.py).
Here the study's flags are set beside what its own rule would flag by a plain count of the same records, and
beside squares alike in recorded crime and in residents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..audit.map_shift import Shifting
from ..audit.process_null_findings import beyond_history
from ..places.apportion import apportion

if TYPE_CHECKING:
    import pandas as pd

    from ..audit.about import About
    from ..tables.findings import Finding
    from .placing import Run


def null_findings(run: Run, plain: Run, residents: pd.DataFrame, *, reference: str, about: About, draws: int, seed: int) -> list[Finding]:
    """The exposure ratio to be expected from recorded history or residents alone, and how far the system goes beyond it.

    Args:
        run: the system's run; its grid, its flags, its rule of flagging.
        plain: the count map's run on the same grid; its scores are the recorded crimes by cell.
        residents: people by area and group, index area_code.
        reference: the group to compare with.
        about: place, period, source and caveats of the findings.
        draws: redraws for the ranges.
        seed: of the random generator.

    Raises:
        CannotAnswer: no cell is flagged, or no crime is recorded.
    """

    def rule(counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return run.flags(counts[:, None])[:, 0]

    return beyond_history(
        run.is_flagged,
        apportion(residents, run.grid),
        [str(group) for group in residents.columns],
        np.rint(plain.scores),
        reference=reference,
        about=about,
        shifting=Shifting(run.grid),
        rule=rule,
        draws=draws,
        seed=seed,
    )
