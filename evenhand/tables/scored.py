"""What a system makes of people: a score, a band, and whether each is flagged. It is counted, and never shown a person at a time.

Positions are those of the book that was scored. A book of real people keeps no ids, so a score leads back to nobody; it is not
pickled and not turned into a table either. Of made-up people it may be: nobody there exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import BadSetting

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, repr=False)
class Scored:
    """Scores of everybody in a book.

    Attributes:
        system: slug of the system.
        on: the day up to whose end records were used.
        provenance: of the book.
        score: shape (people,), nan for those the system does not speak of.
        band: position in `bands`, -1 for those it does not speak of.
        bands: their names, lowest first.
        is_flagged: put forward for attention, shape (people,).
    """

    system: str
    on: dt.date
    provenance: str
    score: NDArray[np.float64]
    band: NDArray[np.int8]
    bands: tuple[str, ...]
    is_flagged: NDArray[np.bool_]

    def __len__(self) -> int:
        """How many people."""
        return len(self.score)

    def __repr__(self) -> str:
        """What it is; never a score, and no exact count."""
        return f"<{self.system} on {self.on}: scores of {self.provenance} people>"

    def __reduce__(self) -> Any:
        """Refuse to be written to disk or sent elsewhere while its people are real."""
        if self.provenance != "made-up":
            raise BadSetting("Scores of real people are not pickled, so that no list of them is left behind. Count them instead.")
        return super().__reduce__()

    @property
    def is_scored(self) -> NDArray[np.bool_]:
        """Whom the system speaks of, shape (people,)."""
        return ~np.isnan(self.score)

    def as_table(self) -> pd.DataFrame:
        """The declared `scores` table, of made-up people alone.

        Raises:
            BadSetting: the people are real.
        """
        import pandas as pd

        from . import scores

        if self.provenance != "made-up":
            raise BadSetting("Scores of real people do not become a table: no list of people leaves Evenhand. Count them by group and band instead.")
        at = np.flatnonzero(self.is_scored)
        named = np.array([*self.bands, None], dtype=object)  # -1 is the last: no band
        ids = [f"M{one + 1}" for one in at]
        frame = pd.DataFrame({"person": ids, "score": self.score[at], "band": named[self.band[at]], "is_flagged": self.is_flagged[at]})
        return scores.TABLE.check(frame)


def banded(score: NDArray[np.float64], cuts: tuple[float, ...]) -> NDArray[np.int8]:
    """The band each score falls in: a score equal to a cut is in the band above it; -1 for nan.

    Example:
        >>> banded(np.array([10.0, 50.0, 75.0, np.nan]), (50, 75)).tolist()
        [0, 1, 2, -1]
    """
    found = np.searchsorted(np.asarray(cuts, dtype=float), score, side="right").astype(np.int8)
    return np.where(np.isnan(score), np.int8(-1), found)
