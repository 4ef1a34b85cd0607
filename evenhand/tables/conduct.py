"""What made-up people truly did, beside what is on record of them. Of real people nobody has such a table.

Systems never see it. Audits count by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .record_rows import codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, repr=False)
class Conduct:
    """True offences, one row for each person who took part in one.

    Attributes:
        people: how many people there are.
        who: position of the person who did it.
        day: day number.
        offence: code, as in record_rows.
        victim: position of the person it was done to, -1 where to nobody of them.
        incident: the incident it was recorded under, -1 where it was not.
        is_reported: somebody told the police, or they came upon it.
        is_recorded: the police recorded it.
        is_named: this person is on record as its suspect.
    """

    people: int
    who: NDArray[np.int32]
    day: NDArray[np.int32]
    offence: NDArray[np.int8]
    victim: NDArray[np.int32]
    incident: NDArray[np.int64]
    is_reported: NDArray[np.bool_]
    is_recorded: NDArray[np.bool_]
    is_named: NDArray[np.bool_]

    def __len__(self) -> int:
        """How many offences."""
        return len(self.who)

    def __repr__(self) -> str:
        """How many."""
        return f"<{len(self):,} true offences of {self.people:,} made-up people>"

    def count(self, *, first: int = -(2**30), last: int = 2**30, offences: Sequence[str] = (), chosen: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """True offences of each person from one day number to another, both included; shape (people,).

        Args:
            first, last: day numbers.
            offences: only these; none given: all.
            chosen: a further mask over offences.
        """
        taken: Any = (self.day >= first) & (self.day <= last)
        if offences:
            taken &= np.isin(self.offence, codes("offence", offences))
        if chosen is not None:
            taken &= chosen
        return np.bincount(self.who[taken], minlength=self.people)
