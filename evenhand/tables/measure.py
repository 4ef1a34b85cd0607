"""A measure in words: what a finding's `measure` is called, what its denominator counts, and what it says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """A measure in words. Each file of the audit room declares its own, in `MEASURES`.

    Attributes:
        title: its everyday name.
        of: what the denominator `n` counts, as a plural noun.
        means: one sentence on what the number says.
        by: the function that computes it, such as "intervals.share_wilson", named from `evenhand.audit`; its
            docstring holds the formula, a worked example, how to misread it, and the source.
    """

    title: str
    of: str
    means: str
    by: str
