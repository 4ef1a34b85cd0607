"""Redraws of the records a place system learns from: had police recorded another draw of the same crimes, what would it flag?

For a score that is a sum over crimes every redraw is one sparse product (audit/resampling.py). A system that is fitted
is fitted again for each redraw, several at once; there fewer redraws must do, and the findings say how many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..audit.resampling import merged, redrawn_flags, redrawn_scores
from ..tables.errors import BadSetting, CannotAnswer, EmptyTable
from .placing import scored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from .placing import Handed, Run

MOST_FITS = 100
"""Redraws of a system that has to be fitted anew each time."""


@dataclass(frozen=True)
class Redraws:
    """What a system flags over redraws of the records it learnt from.

    Attributes:
        is_flagged: shape (cells, redraws).
        contributions, events: of the rows that add alike, made one; None where the system is fitted.
        fitted_scores: scores of each redraw where the system is fitted, shape (cells, redraws); else None.
        seed: of the draws.
    """

    is_flagged: NDArray[np.bool_]
    contributions: csr_array | None
    events: NDArray[np.float64] | None
    fitted_scores: NDArray[np.float64] | None
    seed: int

    def scores(self, replicates: int) -> Iterator[NDArray[np.float64]]:
        """Scores of every cell for so many redraws, in batches; at most as many as were fitted, where the system is fitted."""
        if self.fitted_scores is not None:
            yield self.fitted_scores[:, :replicates]
            return
        assert self.contributions is not None
        assert self.events is not None
        yield from redrawn_scores(self.contributions, self.events, replicates=replicates, seed=self.seed)

    @property
    def most(self) -> int:
        """Redraws there can be; no end to them where none needs a fit."""
        return 1_000_000 if self.fitted_scores is None else self.fitted_scores.shape[1]

    @property
    def caveats(self) -> tuple[str, ...]:
        """What to say of intervals from so few redraws."""
        if self.fitted_scores is None:
            return ()
        many = self.fitted_scores.shape[1]
        return (f"The system is fitted anew for each redraw of the records, so intervals rest on {many} redraws and their ends are rough.",)


def redraws_of(
    system: Handed, run: Run, *, until: str, settings: dict[str, Any], replicates: int, seed: int, tell: Callable[[float], None] | None = None
) -> Redraws:
    """Redraw the records of a run and flag anew each time.

    Args:
        system, run: what was run, and its default run.
        until, settings: as for `placing.place`.
        replicates: redraws; a fitted system makes do with `MOST_FITS`.
        seed: of the draws.
        tell: is told the share done, 0 to 1.

    Raises:
        CannotAnswer: the system cannot be fitted to most of the redraws.
    """
    if run.contributions is None:
        return _by_fits(system, run, until, settings, min(replicates, MOST_FITS), seed, tell)
    contributions, events = _merged(run)
    flags = redrawn_flags(contributions, events, run.flags, replicates=replicates, seed=seed)
    return Redraws(flags, contributions, events, None, seed)


def _merged(run: Run) -> tuple[csr_array, NDArray[np.float64]]:
    """Rows that add alike made one: one point's crimes of one kind, of one day or month where the system tells these apart."""
    assert run.contributions is not None
    for apart in ([], ["day"] if "day" in run.crimes.columns else ["month"]):
        alike = run.crimes.groupby(["crime_type", "x_m", "y_m", *apart], sort=False, dropna=False).ngroup().to_numpy()
        try:
            return merged(run.contributions, run.events, alike)
        except BadSetting:
            if apart:
                raise
    raise AssertionError("unreachable")


def _by_fits(system: Handed, run: Run, until: str, settings: dict[str, Any], replicates: int, seed: int, tell: Callable[[float], None] | None) -> Redraws:
    from joblib import Parallel, delayed

    rng = np.random.default_rng(seed)
    total = int(round(run.events.sum()))
    draws = rng.multinomial(total, run.events / run.events.sum(), size=replicates)
    work = (delayed(_fitted)(system, run, until, settings, draw) for draw in draws)
    scores = []
    for done, one in enumerate(Parallel(n_jobs=-1, return_as="generator")(work)):
        scores.append(one)
        if tell is not None:
            tell((done + 1) / replicates)
    kept = [one for one in scores if one is not None]
    if len(kept) < replicates / 2:
        raise CannotAnswer(f"'{system.CARD.slug}' could be fitted to only {len(kept)} of {replicates} redraws of the records, so its flags have no interval.")
    found = np.column_stack(kept)
    return Redraws(run.flags(found), None, None, found, seed)


def _fitted(system: Handed, run: Run, until: str, settings: dict[str, Any], draw: NDArray[np.int64]) -> NDArray[np.float64] | None:
    """Scores from one redraw; None where the system cannot be fitted to it."""
    drawn = run.crimes.assign(events=draw)[draw > 0]
    try:
        found, _ = scored(system, drawn, run.grid, until=until, settings=settings)
    except (CannotAnswer, EmptyTable):
        return None
    return found if (found > 0).any() else None
