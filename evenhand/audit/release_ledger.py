"""What was shown of these people before? A table that differs from a shown one by a few people gives those few away.

600 people on a list, shown last month, and 597 of them shown today as "of known ethnic group": three people can be told apart by
subtraction, though no small number was ever printed. The ledger keeps every count that was shown and hides a new one
  - that is a part of a shown one, or has it as a part, and differs from it by fewer than the threshold;
  - that counts the same people once more, from other data, and differs by fewer than the threshold;
  - that leaves a small remainder once all shown parts of a whole are taken away;
  - that lets a small count be solved for from any number of shown ones (release_equations.py).

Within a run the ledger knows the counts; what it writes beside the outputs holds only what was shown, rounded, so that it can be kept and
passed on with them. Read back, it compares what can be compared of rounded counts.

Read with care: populations are compared by what they are said to be (group, sex, month); whoever says it otherwise each time escapes. Counts
read back from a file are compared by pairs and remainders alone.

Steps, in order:  protect -> _conflicts (pairs, remainders) -> protect again, until nothing more is hidden -> kept

Source: Hundepool et al. (2012), Statistical Disclosure Control, ch. 5 (linked tables); the differencing check of the SACRO taxonomy.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables.errors import BadFile, BadSetting, CannotWrite
from .disclosure import CONFIDENTIAL, SHOWN, Protected, Rule, protect
from .intervals import whole_counts
from .release_checks import Check, Checked
from .release_equations import opened

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Population = Mapping[str, str | Iterable[str]]
"""Who is counted: an attribute -> its value, or several taken together; what is not named is not restricted."""
FORMAT = 1
SAYS = "Counts of people as they were shown, rounded; nothing else. Kept so that a later table is not shown that differs from one of these by a few people."


@dataclass(frozen=True)
class _Cell:
    """A count that was shown: of whom, from which data, as shown, and between which bounds it lay."""

    who: dict[str, frozenset[str]]
    data: str
    shown: float
    low: float
    high: float

    @property
    def is_exact(self) -> bool:
        return self.low == self.high


@dataclass
class Ledger:
    """Counts shown so far, by quantity.

    Attributes:
        rule: how counts of people are shown.

    Example:
        >>> ledger = Ledger()
        >>> ledger.release("listed", [600], [{}]).counts.tolist()
        [600.0]
        >>> ledger.release("listed", [597], [{"group": ["Asian", "Black", "White"]}]).counts.tolist()
        [nan]
        >>> ledger.release("listed", [210], [{"group": "White"}]).counts.tolist()
        [210.0]
    """

    rule: Rule = CONFIDENTIAL
    _cells: dict[str, list[_Cell]] = field(default_factory=dict)

    def release(
        self, quantity: str, counts: ArrayLike, populations: Sequence[Population], *, totals: tuple[int, ...] = (), data: str = "", rule: Rule | None = None
    ) -> Protected:
        """Counts of people as they may be shown beside everything that was shown before; what is shown is kept.

        Args:
            quantity: what is counted, such as "people on the list".
            counts: whole numbers of people, any shape.
            populations: who each is, in the order of the flattened counts.
            totals: axes along which sums are shown beside the counts.
            data: which data they come from, such as a file's hash; "" for those of this run.
            rule: a stricter one for these counts, such as that for children.

        Returns:
            Protected, of the shape of the counts.

        Raises:
            BadSetting: not as many populations as counts.
            BadValue: a count that is negative, fractional or missing.
        """
        people, who = self._asked(counts, populations)
        by = rule or self.rule
        hidden = np.zeros(people.shape, dtype=bool)
        while True:
            found = protect(people, rule=by, totals=totals, hidden=hidden)
            cells = self._as_cells(people, found, who, data, by)
            open_ = self._conflicts(quantity, cells, by.threshold)
            if not open_:
                break
            hidden.reshape(-1)[list(open_)] = True
        self._cells.setdefault(quantity, []).extend(cell for cell in cells.values() if not self._is_kept(quantity, cell))
        return found

    def check(self, quantity: str, counts: ArrayLike, populations: Sequence[Population], *, data: str = "") -> Checked:
        """Whether counts could be shown beside what was shown before; nothing is kept.

        Args:
            quantity, counts, populations, data: as for `release`.

        Returns:
            Checked, with one check: "differencing".

        Example:
            >>> ledger = Ledger()
            >>> _ = ledger.release("listed", [600], [{}])
            >>> ledger.check("listed", [597], [{"sex": "male"}]).verdict
            'fail'
        """
        people, who = self._asked(counts, populations)
        cells = self._as_cells(people, protect(people, rule=self.rule), who, data, self.rule)
        open_ = len(self._conflicts(quantity, cells, self.rule.threshold))
        if not open_:
            return Checked((Check("differencing", "pass", "Nothing found beside what was shown before."),))
        reason = f"{open_:,} of {people.size:,} counts differ from what was shown before by fewer than {self.rule.threshold} people."
        return Checked((Check("differencing", "fail", reason, "Hide them, or count the same people as before.", open_),))

    def save(self, path: str | Path) -> Path:
        """Write what was shown beside the outputs, for runs to come.

        Raises:
            CannotWrite: there is no writing there.
        """
        held = {
            quantity: [{"who": {name: sorted(values) for name, values in cell.who.items()}, "data": cell.data, "shown": cell.shown} for cell in cells]
            for quantity, cells in sorted(self._cells.items())
        }
        rule = {"threshold": self.rule.threshold, "rounding": self.rule.rounding, "is_midpoint": self.rule.is_midpoint}
        text = json.dumps({"format": FORMAT, "says": SAYS, "rule": rule, "shown": held}, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        try:
            Path(path).write_text(text, encoding="utf-8")
        except OSError as wrong:
            raise CannotWrite(f"The ledger cannot be written to {path}: {wrong.strerror}. Choose another place.") from wrong
        return Path(path)

    @classmethod
    def read(cls, path: str | Path, *, rule: Rule = CONFIDENTIAL) -> Ledger:
        """A ledger of earlier runs; an empty one where there is no such file.

        Raises:
            BadFile: the file is no ledger.
        """
        if not Path(path).exists():
            return cls(rule)
        try:
            text: Any = json.loads(Path(path).read_text(encoding="utf-8"))
            made = Rule(threshold=text["rule"]["threshold"], rounding=text["rule"]["rounding"], is_midpoint=text["rule"]["is_midpoint"])
            cells = {
                str(quantity): [
                    _Cell(_plain(one["who"]), str(one["data"]), float(one["shown"]), *_bounds(float(one["shown"]), made)) for one in held
                ]
                for quantity, held in text["shown"].items()
            }  # fmt: skip
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as wrong:
            raise BadFile(f"{path} is not a ledger of what was shown. Name the file an earlier run wrote, or a new one.") from wrong
        return cls(rule, cells)

    def _asked(self, counts: ArrayLike, populations: Sequence[Population]) -> tuple[NDArray[np.float64], list[dict[str, frozenset[str]]]]:
        people = np.atleast_1d(whole_counts(counts, "people"))
        if people.size != len(populations):
            raise BadSetting(f"{people.size:,} counts need as many populations, and {len(populations):,} were given.")
        return people, [_plain(one) for one in populations]

    def _as_cells(self, people: NDArray[np.float64], found: Protected, who: list[dict[str, frozenset[str]]], data: str, rule: Rule) -> dict[int, _Cell]:
        flat, why, shown = people.reshape(-1), found.why.reshape(-1), found.counts.reshape(-1)
        return {at: _Cell(who[at], data, float(shown[at]), float(flat[at]), float(flat[at])) for at in np.flatnonzero(why == SHOWN).tolist()}

    def _is_kept(self, quantity: str, cell: _Cell) -> bool:
        return any(one.who == cell.who and one.data == cell.data and one.is_exact for one in self._cells.get(quantity, []))

    def _conflicts(self, quantity: str, cells: dict[int, _Cell], threshold: int) -> set[int]:
        """Positions of new counts that would give a few people away; of two new ones the later."""
        kept, found = list(self._cells.get(quantity, [])), set()
        ordered = sorted(cells.items(), key=lambda one: (len(one[1].who), one[0]))  # wholes before their parts
        for at, cell in ordered:
            if any(_differ_by_few(cell, other, threshold, self.rule.hides_zeros) for other in kept) or _leaves_few([*kept, cell], cell, threshold):
                found.add(at)
            else:
                kept.append(cell)
        return found or self._solved(quantity, ordered, threshold)

    def _solved(self, quantity: str, ordered: list[tuple[int, _Cell]], threshold: int) -> set[int]:
        """Those that would let a small count be solved for beside all others of the same data."""
        found: set[int] = set()
        for data in {cell.data for _, cell in ordered}:
            kept = [(cell.who, cell.low) for cell in self._cells.get(quantity, []) if cell.is_exact and cell.data == data]
            found |= opened(kept, [(at, cell.who, cell.low) for at, cell in ordered if cell.data == data], threshold=threshold)
        return found


def _plain(population: Population) -> dict[str, frozenset[str]]:
    return {str(name): frozenset([value] if isinstance(value, str) else map(str, value)) for name, value in population.items()}


def _bounds(shown: float, rule: Rule) -> tuple[float, float]:
    """Between which whole numbers a count lay that was shown so.

    Example:
        >>> _bounds(15.0, Rule()), _bounds(10.0, Rule())
        ((13.0, 17.0), (10.0, 12.0))
    """
    if rule.is_midpoint:
        half = rule.rounding // 2
        return (0.0, 0.0) if shown == 0 else (shown - half + 1, shown - half + rule.rounding)
    low, high = np.ceil(shown - rule.rounding / 2), np.ceil(shown + rule.rounding / 2) - 1
    return max(float(low), float(rule.threshold) if shown else 0.0), max(float(high), float(low))


def _holds(whole: _Cell, part: _Cell) -> bool:
    """Whether everybody of the part is in the whole, by what the two are said to be."""
    return all(name in part.who and part.who[name] <= values for name, values in whole.who.items())


def _differ_by_few(new: _Cell, old: _Cell, threshold: int, hides_zeros: bool) -> bool:
    if not (_holds(new, old) or _holds(old, new)):
        return False
    if new.is_exact and old.is_exact:
        fewest = 0 if new.who != old.who and hides_zeros else 1  # a part as large as its whole says that there is nobody else
        return fewest <= abs(new.low - old.low) < threshold
    least = max(0.0, new.low - old.high, old.low - new.high)
    return new.shown != old.shown and least < threshold


def _leaves_few(cells: list[_Cell], new: _Cell, threshold: int) -> bool:
    """Whether a whole less its shown parts leaves a few people, now that the new count is shown too."""
    wholes = [cell for cell in cells if cell is new or _holds(cell, new)]
    return any(_small(whole, parts, threshold) for whole in wholes for parts in _splits(whole, cells, new))


def _splits(whole: _Cell, cells: list[_Cell], new: _Cell) -> list[list[_Cell]]:
    """Sets of shown parts of a whole that do not overlap, one attribute at a time; with the new count among them, unless it is the whole."""
    by: dict[str, list[_Cell]] = {}
    for cell in cells:
        more = [name for name in cell.who if cell.who[name] != whole.who.get(name)]
        if cell is not whole and len(more) == 1 and cell.data == whole.data and _holds(whole, cell):
            by.setdefault(more[0], []).append(cell)
    splits = []
    for name, parts in by.items():
        for order in (1, -1):  # fine parts first, then coarse ones first
            ranked = sorted(parts, key=lambda part: (part is not new, order * len(part.who[name]), sorted(part.who[name])))
            taken: list[_Cell] = []
            for part in ranked:
                if all(part.who[name].isdisjoint(one.who[name]) for one in taken):
                    taken.append(part)
            if new is whole or new in taken:
                splits.append(taken)
    return splits


def _small(whole: _Cell, parts: list[_Cell], threshold: int) -> bool:
    if all(cell.is_exact for cell in (whole, *parts)):
        return 0 < whole.low - sum(part.low for part in parts) < threshold
    return 0 < whole.shown - sum(part.shown for part in parts) < threshold
