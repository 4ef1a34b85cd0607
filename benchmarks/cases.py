"""What a benchmark is made of: cases that do the same work, and what each hands back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

import numpy as np

OURS = "Evenhand"


@dataclass(frozen=True)
class Answer:
    """What a case found.

    Attributes:
        values: arrays to compare with those of the other cases, by name.
        seconds: what the whole work would have taken, where only a part was done; else None, and the clock decides.
        said: how `seconds` was reached.
    """

    values: Mapping[str, np.ndarray]
    seconds: float | None = None
    said: str = ""


@dataclass(frozen=True)
class Case:
    """One way to do the work.

    Attributes:
        name: as it stands in the table.
        run: the work, from what `Benchmark.load` gives.
        needs: packages that must be installed.
        largest: size above which the case is left out, unless `largest_in_full` says more.
        said: what a reader of the table must know.
        beside: the case whose time its ratio is to; "" for the first of the benchmark.
        prepare: what is done to the data before the clock starts.
    """

    name: str
    run: Callable[[Any], Answer]
    needs: tuple[str, ...] = ()
    largest: int | None = None
    largest_in_full: int | None = None
    said: str = ""
    beside: str = ""
    prepare: Callable[[Any], Any] = lambda data: data

    @property
    def lacking(self) -> list[str]:
        """Packages that are not installed here."""
        return [package for package in self.needs if find_spec(package) is None]

    def does(self, size: int, *, full: bool) -> bool:
        """Whether the case is run at this size."""
        limit = self.largest_in_full if full and self.largest_in_full is not None else self.largest
        return limit is None or size <= limit


@dataclass(frozen=True)
class Benchmark:
    """One table: several cases at several sizes.

    Attributes:
        slug: name of the module, too.
        title: heading of its tables.
        cases: the first is ours, to which the others are compared.
        sizes: by mode ("quick", "plain", "full"): what `make` understands.
        warm_up: a tiny size, run once before the clock so that nobody pays for imports.
        make: writes the data of a size into a folder.
        load: reads it again, in the process of the case.
        agreement: for each case by name, its columns of agreement, from the answers in the folder.
        size_named: a size in words.
    """

    slug: str
    title: str
    cases: tuple[Case, ...]
    sizes: Mapping[str, tuple[int, ...]]
    warm_up: int
    make: Callable[[int, Any], None]
    load: Callable[[int, Any], Any]
    agreement: Callable[[int, Any, Mapping[str, Mapping[str, np.ndarray]]], dict[str, dict[str, str]]]
    size_named: Callable[[int], str] = field(default=lambda size: f"{size:,}")


def largest_relative(found: np.ndarray, truth: np.ndarray) -> float:
    """The largest difference, as a share of the largest true value."""
    return float(np.abs(found - truth).max() / np.abs(truth).max())


def percent(share: float) -> str:
    """A share in per cent, two figures; below a hundred-millionth it is rounding."""
    return "< 1e-6 %" if share < 1e-8 else f"{100 * share:.2g} %"
