"""How findings on lists of people are said: shares by group, figures to so many places, and what sets findings apart.

Numbers of people go through `disclosure` here or in score_frame.py; a share is computed from counts that may be shown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .disclosure import SHOWN, SMALL, rounded, share_parts
from .group_rates import require_positions
from .intervals import Interval, share_wilson
from .limits import numbers_at
from .person_rules import care_of, rule_for
from .score_counts import ScoreCounts
from .score_frame import EVERYONE, ScoreFrame, on_few, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..tables.findings import Finding
    from .about import About
    from .disclosure import Rule

INDEPENDENT = "Intervals take people as independent; where friends, families or areas are listed together they are too narrow."


def plain_frame(
    provenance: str, system: str, groups: Sequence[str], *, reference: str, about: About, rule: Rule | None, caveat: str = INDEPENDENT
) -> ScoreFrame:
    """What findings are made from where there are no cells and no areas.

    Raises:
        BadSetting: the reference is no group, or a rule for made-up people is asked for real ones.
        CannotAnswer: there is one group only.
    """
    holds, named = rule_for(provenance, rule), tuple(groups)
    at, settings = require_positions(named, reference), {**about.settings, "reference": reference, "system": system}
    framed = replace(about, caveats=(*care_of(provenance, holds), *([caveat] if caveat else []), *about.caveats), settings=settings)
    return ScoreFrame(framed, ScoreCounts(_no_cells()), named, at, np.zeros((len(named), 6)), None, None, holds)


def labelled(frame: ScoreFrame, **labels: Any) -> ScoreFrame:
    """The frame with what sets its findings apart, such as the truth or the source, kept in their settings even where they are blank."""
    return replace(frame, about=replace(frame.about, settings={**frame.about.settings, **labels}))


def figures(frame: ScoreFrame, limits: Interval, at: int = 0) -> dict[str, Any]:
    """A figure that many counts went into, and its limits, to three places unless every count may be shown."""
    numbers = numbers_at(Interval(*(np.atleast_1d(one) for one in limits)), at)
    return {name: None if number is None else frame.figure(number) for name, number in numbers.items()}


def group_shares(
    frame: ScoreFrame, measure: str, part: NDArray[np.float64], rest: NDArray[np.float64], *, method: str, caveats: Sequence[str] = (), everyone: bool = True
) -> list[Finding]:
    """A share of people in each group, and of everybody, with Wilson's limits, from counts that may be shown.

    Args:
        frame: what findings are made from.
        measure: its name.
        part, rest: people by group, shape (groups,); together they are the whole.
        method: part over whole, in words.
        caveats: of these findings.
        everyone: add the share over all groups.
    """
    found = []
    by_group = share_parts(part, rest, rule=frame.rule, shows_total=everyone)
    of_all = share_parts(np.array([part.sum()]), np.array([rest.sum()]), rule=frame.rule, shows_total=False)
    for names, (inside, outside) in ((frame.groups, by_group), ((EVERYONE,), of_all))[: 1 + everyone]:
        shown, others = np.nan_to_num(inside.counts), np.nan_to_num(outside.counts)
        limits = share_wilson(shown, shown + others, level=frame.about.level)
        for at, group in enumerate(names):
            whole = float(shown[at] + others[at])
            few, why = (*on_few([whole], [group]), *caveats), int(inside.why[at])
            found.append(said(frame, measure, limits, at, n=whole, why=why, group=group, unit="share", method=f"{method}; Wilson interval", caveats=few))
    return found


def overlap_said(frame: ScoreFrame, measure: str, both: float, one: float, other: float) -> Finding:
    """How far two lists of the same people are alike (Jaccard), with Wilson's limits.

    Hidden where a list, those on both, or those on one of them only are few. Two lists that are the same may be said to be so: that
    tells of the rule, and of nobody in particular.
    """
    either = one + other - both
    few = [size for size in (one, other) if size < frame.rule.threshold] + [size for size in (both, either - both) if 0 < size < frame.rule.threshold]
    limits = share_wilson(*((both, either) if both == either else rounded([both, either], rule=frame.rule)), level=frame.about.level)
    rest: dict[str, Any] = {"why": SMALL if few else SHOWN, "group": EVERYONE, "unit": "share"}
    return said(frame, measure, figures(frame, limits), n=frame.count(either), method="people on both lists over people on either; Wilson interval", **rest)


def _no_cells() -> Any:
    import pandas as pd

    return pd.DataFrame({"group": [], "score": [], "is_flagged": [], "outcome": [], "people": []})
